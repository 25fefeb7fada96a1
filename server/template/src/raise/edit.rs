//! Entries and items put in, replaced and taken out.

use super::literal::{Flow, Writer, is_plain, source};
use super::tree::{At, Frame, Siblings, Tree};
use model::Literal;
use schema::template::is_function_key;
use syntax::data::{Kind, Style as ScalarStyle};
use text::{TextEdit, TextRange, TextSize, range, size};

/// Makes edits of one state of a file.
pub(super) struct Editor<'a> {
    pub(super) tree: &'a Tree<'a>,
    pub(super) writer: &'a Writer<'a>,
}

impl<'a> Editor<'a> {
    // Putting in.

    /// Gives the value that `keys` lead to from the value of `frame` another one.
    pub(super) fn set(&self, frame: &Frame<'a>, keys: &[&str], literal: &Literal) -> Option<Vec<TextEdit>> {
        let value = frame.value;
        let Some((key, rest)) = keys.split_first() else { return self.replace(frame, literal) };
        if value.is_empty() {
            return self.replace(frame, &nested(keys, literal));
        }
        if value.is_function() || value.node.anchor.is_some() {
            return None;
        }
        let pairs = value.pairs()?;
        if let Some(index) = pairs.iter().position(|it| it.key() == *key && !it.pair.incomplete) {
            return self.set(&self.tree.child(value, index)?, rest, literal);
        }
        // A key of its own would hide all that `<<` brings under it.
        if !rest.is_empty() && pairs.iter().any(|it| it.key() == "<<") {
            return None;
        }
        let last = self.tree.child(value, pairs.len() - 1)?;
        self.insert_entry(&last.siblings, pairs.len() - 1, key, &nested(rest, literal), false)
    }

    /// Adds an item to the list that `keys` lead to. `is_single`: whether a function yields one value.
    pub(super) fn append(
        &self,
        frame: &Frame<'a>,
        keys: &[&str],
        literal: &Literal,
        is_single: &dyn Fn(At<'_>) -> bool,
    ) -> Option<Vec<TextEdit>> {
        let value = frame.value;
        let list = Literal::List(vec![literal.clone()]);
        if value.is_empty() {
            return self.replace(frame, &nested(keys, &list));
        }
        if value.node.anchor.is_some() {
            return None;
        }
        if let Some((key, rest)) = keys.split_first() {
            let pairs = if value.is_function() { None } else { value.pairs() };
            return match pairs?.iter().position(|it| it.key() == *key && !it.pair.incomplete) {
                Some(index) => self.append(&self.tree.child(value, index)?, rest, literal, is_single),
                None => self.set(frame, keys, &list),
            };
        }
        match value.items() {
            Some(items) if !value.is_function() => match items.len().checked_sub(1) {
                Some(last) => self.insert_item(&self.tree.child(value, last)?.siblings, last, literal),
                None => self.replace(frame, &list),
            },
            _ if is_single(value) => self.wrap(frame, literal),
            _ => None,
        }
    }

    /// Puts an entry behind the one at `index`.
    pub(super) fn insert_entry(
        &self,
        siblings: &Siblings,
        index: usize,
        key: &str,
        literal: &Literal,
        blank: bool,
    ) -> Option<Vec<TextEdit>> {
        let neighbour = *siblings.ranges.get(index)?;
        if siblings.flow {
            let flow = self.layout(neighbour, siblings.quoted);
            let entry = self.writer.flow_entry(key, literal, flow)?;
            return Some(vec![self.insert_flow(neighbour, &entry, blank)]);
        }
        let column = self.tree.column(neighbour.start());
        let value = self.writer.after_colon(literal, column, true)?;
        let key = self.writer.key(key, false);
        Some(vec![self.insert_line(neighbour, column, &format!("{key}:{value}"), blank)])
    }

    pub(super) fn insert_item(&self, siblings: &Siblings, index: usize, literal: &Literal) -> Option<Vec<TextEdit>> {
        let neighbour = *siblings.ranges.get(index)?;
        if siblings.flow {
            let first = self.source(neighbour).trim_start_matches(['{', '[', ' ', '\t', '\r', '\n']);
            let quoted = first.starts_with('"');
            let item = self.writer.flow(literal, self.layout(neighbour, quoted))?;
            return Some(vec![self.insert_flow(neighbour, &item, false)]);
        }
        let column = self.tree.column(neighbour.start());
        let item = self.writer.inline(literal, column + 2, true)?;
        Some(vec![self.insert_line(neighbour, column, &format!("- {item}"), false)])
    }

    /// Puts an item before the first of a list.
    pub(super) fn insert_before(&self, siblings: &Siblings, literal: &Literal) -> Option<TextEdit> {
        let first = *siblings.ranges.first()?;
        let (newline, indent) = (self.writer.style.newline, self.tree.indent(first.start()));
        if siblings.flow {
            let quoted = self.source(first).starts_with('"');
            let item = self.writer.flow(literal, self.layout(first, quoted))?;
            let is_own_line = self.tree.starts_line(first.start());
            let space = if is_own_line { format!("{newline}{indent}") } else { " ".to_owned() };
            return Some(TextEdit::insert(first.start(), format!("{item},{space}")));
        }
        let column = self.tree.column(first.start());
        let item = self.writer.inline(literal, column + 2, true)?;
        Some(TextEdit::insert(first.start(), format!("- {item}{newline}{}", self.writer.style.pad(column))))
    }

    /// Puts a root section before the one at `index`.
    pub(super) fn insert_section(&self, index: usize, key: &str, literal: &Literal, blank: bool) -> Option<TextEdit> {
        let frame = self.tree.section_frame(index);
        let before = frame.siblings.ranges[index];
        let newline = self.writer.style.newline;
        let gap = if blank { newline } else { "" };
        if frame.siblings.flow {
            let flow = self.layout(before, frame.siblings.quoted);
            let entry = self.writer.flow_entry(key, literal, flow)?;
            let space = match self.tree.starts_line(before.start()) {
                true => format!("{gap}{newline}{}", self.tree.indent(before.start())),
                false if self.writer.style.colon == ":" => String::new(),
                false => " ".to_owned(),
            };
            return Some(TextEdit::insert(before.start(), format!("{entry},{space}")));
        }
        let column = self.tree.column(before.start());
        let value = self.writer.after_colon(literal, column, true)?;
        // Comments right above a section belong to it.
        let mut at = self.tree.line_start(before.start());
        while at > 0 {
            let above = self.tree.line_start(size(at - 1));
            if !self.tree.text[above..at].trim_start().starts_with('#') {
                break;
            }
            at = above;
        }
        let mark = if at == 0 && self.tree.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let text = format!("{}{key}:{value}{newline}{gap}", self.writer.style.pad(column));
        Some(TextEdit::insert(size(at + mark), text))
    }

    fn insert_line(&self, neighbour: TextRange, column: usize, text: &str, blank: bool) -> TextEdit {
        let newline = self.writer.style.newline;
        let gap = if blank { newline } else { "" };
        let at = size(self.tree.line_end(neighbour.end()));
        TextEdit::insert(at, format!("{newline}{gap}{}{text}", self.writer.style.pad(column)))
    }

    fn insert_flow(&self, neighbour: TextRange, text: &str, blank: bool) -> TextEdit {
        let newline = self.writer.style.newline;
        let space = match self.tree.starts_line(neighbour.start()) {
            true => {
                let gap = if blank { newline } else { "" };
                format!("{gap}{newline}{}", self.tree.indent(neighbour.start()))
            }
            false if self.writer.style.colon == ":" => String::new(),
            false => " ".to_owned(),
        };
        TextEdit::insert(neighbour.end(), format!(",{space}{text}"))
    }

    /// How to lay out what is put beside or in the place of `neighbour`.
    fn layout(&self, neighbour: TextRange, quoted: bool) -> Flow<'_> {
        let style = self.writer.style;
        // JSON is spread over lines, also where it is read as YAML; the flow style of YAML is there to be short.
        let quoted = quoted || style.json;
        let lines = (quoted && style.lines && self.tree.starts_line(neighbour.start()))
            .then(|| self.tree.indent(neighbour.start()));
        Flow { lines, quoted }
    }

    // Replacing.

    /// Puts another value in the place of that of `frame`.
    pub(super) fn replace(&self, frame: &Frame<'a>, literal: &Literal) -> Option<Vec<TextEdit>> {
        let value = frame.value;
        if value.has_anchor() {
            return None;
        }
        let own = *frame.siblings.ranges.get(frame.index)?;
        let place = value.range();
        // Comments among entries would go with them.
        if !matches!(value.node.kind, Kind::Scalar { .. })
            && !self.writer.style.json
            && may_hold_comment(&self.writer.without_existing(self.source(place), literal))
        {
            return None;
        }
        // A string takes the quotes of the one that it replaces.
        if let (Kind::Scalar { style: style @ (ScalarStyle::Single | ScalarStyle::Double), .. }, Literal::Text(text)) =
            (&value.node.kind, literal)
            && value.node.tag.is_none()
            && !text.contains(char::is_control)
        {
            let quoted = match style {
                ScalarStyle::Single => format!("'{}'", text.replace('\'', "''")),
                _ => super::literal::quote_double(text),
            };
            return Some(vec![TextEdit::replace(place, quoted)]);
        }
        if frame.siblings.flow {
            let text = self.writer.flow(literal, self.layout(own, frame.siblings.quoted))?;
            let space = if place.is_empty() { " " } else { "" };
            return Some(vec![TextEdit::replace(place, format!("{space}{text}"))]);
        }
        // What stands in flow style stays so, unless it is empty.
        if value.is_flow()
            && !value.is_empty()
            && !value.is_function()
            && matches!(literal, Literal::Map(_) | Literal::List(_))
        {
            let quoted = self.tree.child(value, 0).is_some_and(|it| it.siblings.quoted);
            let text = self.writer.flow(literal, Flow { lines: None, quoted })?;
            return Some(vec![TextEdit::replace(place, text)]);
        }
        let alone = self.is_blank(usize::from(place.end()), self.tree.line_end(place.end()));
        match frame.pair {
            Some(pair) => {
                let text = self.writer.after_colon(literal, self.tree.column(pair.range().start()), alone)?;
                self.replace_after_colon(pair.key_range().end(), value, text)
            }
            None if place.is_empty() => {
                let text = self.writer.inline(literal, self.tree.column(own.start()) + 2, alone)?;
                Some(vec![TextEdit::insert(size(usize::from(own.start()) + 1), format!(" {text}"))])
            }
            None => {
                let text = self.writer.inline(literal, self.tree.column(place.start()), alone)?;
                Some(vec![TextEdit::replace(place, text)])
            }
        }
    }

    /// `text` starts with a space, or with a line break when it stands below its key.
    fn replace_after_colon(&self, key_end: TextSize, value: At<'_>, text: String) -> Option<Vec<TextEdit>> {
        let key_end = usize::from(key_end);
        let colon = key_end + self.tree.text[key_end..].find(':')? + 1;
        let line_end = self.tree.line_end(size(colon));
        let (start, end) = (usize::from(value.range().start()).max(colon), usize::from(value.range().end()).max(colon));
        let is_below = text.starts_with(['\r', '\n']);
        // A comment on the key's line stays there.
        let has_comment = match value.range().is_empty() {
            true => !self.is_blank(colon, line_end),
            false => start > line_end && !self.is_blank(colon, line_end),
        };
        let end = if value.range().is_empty() { line_end } else { end };
        let above = self.tree.line_start(size(start));
        Some(match (has_comment, is_below) {
            // Comments between the two stay as well.
            (_, true) if above > line_end && self.tree.text[colon..above].contains('#') => {
                let above = self.tree.text[..above].trim_end_matches(['\r', '\n']).len();
                vec![TextEdit::replace(range(above, end), text)]
            }
            (_, false) if above > line_end && self.tree.text[colon..above].contains('#') => {
                let above = self.tree.text[..above].trim_end_matches(['\r', '\n']).len();
                vec![TextEdit::insert(size(colon), text), TextEdit::delete(range(above, end))]
            }
            (false, _) => vec![TextEdit::replace(range(colon, end), text)],
            (true, true) => vec![TextEdit::replace(range(line_end, end), text)],
            (true, false) => {
                vec![TextEdit::insert(size(colon), text), TextEdit::delete(range(line_end, end))]
            }
        })
    }

    /// Puts another value in the place of a part of a scalar, such as one of the texts and references in `Fn::Sub`, or
    /// of what a short form is given.
    pub(super) fn replace_within(&self, frames: &[Frame<'a>], place: TextRange, literal: &Literal) -> Option<TextEdit> {
        let frame = frames.last()?;
        let value = frame.value;
        let Kind::Scalar { style, .. } = &value.node.kind else { return None };
        let (open, close) = ("${", "}");
        let is_sub = self.is_sub(frames);
        if place == value.inner() && !is_sub {
            // A value has one tag at most.
            let is_simple = matches!(literal, Literal::Text(_) | Literal::Bool(_) | Literal::Number(_));
            let flow = Flow { lines: None, quoted: self.writer.style.json };
            return is_simple.then(|| self.writer.flow(literal, flow)).flatten().map(|it| TextEdit::replace(place, it));
        }
        let text = if is_sub {
            // One part, not a place that stands for all of them.
            let old = self.source(place);
            let count = old.matches(open).count();
            if count > 1 || count == 1 && !(old.starts_with(open) && old.ends_with(close)) {
                return None;
            }
            self.writer.sub_part(literal)?
        } else {
            match literal {
                Literal::Text(text) => text.clone(),
                _ => return None,
            }
        };
        let text = match style {
            ScalarStyle::Single => text.replace('\'', "''"),
            ScalarStyle::Double => {
                let quoted = super::literal::quote_double(&text);
                quoted[1..quoted.len() - 1].to_owned()
            }
            _ if text.contains('\n') => return None,
            ScalarStyle::Plain => {
                // What would end it, or be read as something else, needs quotes around all of it.
                let whole = value.inner();
                let before = self.source(TextRange::new(whole.start(), place.start().max(whole.start())));
                let after = self.source(TextRange::new(place.end().min(whole.end()), whole.end()));
                let result = format!("{before}{text}{after}");
                if !is_plain(&result, frames.iter().any(|it| it.siblings.flow)) {
                    let is_one_line = !result.contains('\n');
                    return is_one_line.then(|| TextEdit::replace(whole, self.writer.quote(&result)));
                }
                text
            }
            ScalarStyle::Literal | ScalarStyle::Folded => text,
        };
        Some(TextEdit::replace(place, text))
    }

    /// True for the template string of `Fn::Sub`.
    pub(super) fn is_sub(&self, frames: &[Frame<'a>]) -> bool {
        let is_here = |frame: &Frame<'_>| {
            frame.value.node.tag.as_ref().is_some_and(|it| it.text == "!Sub")
                || frame.pair.is_some_and(|it| it.key() == "Fn::Sub")
        };
        match frames {
            [.., last] if is_here(last) => true,
            [.., list, item] => item.pair.is_none() && item.index == 0 && is_here(list),
            _ => false,
        }
    }

    /// Makes a list of a single value and another.
    fn wrap(&self, frame: &Frame<'a>, literal: &Literal) -> Option<Vec<TextEdit>> {
        let value = frame.value;
        if value.has_anchor() {
            return None;
        }
        let style = self.writer.style;
        let own = *frame.siblings.ranges.get(frame.index)?;
        if frame.siblings.flow || (value.is_flow() && !value.is_function()) {
            let flow = Flow { lines: None, quoted: style.json || frame.siblings.quoted };
            let item = self.writer.flow(literal, flow)?;
            let old = source(value, self.tree)?;
            return Some(vec![TextEdit::replace(value.range(), format!("[{old}, {item}]"))]);
        }
        let pair = frame.pair?;
        let column = self.tree.column(pair.range().start()) + style.dash;
        let old = self.writer.existing_inline(value, self.tree, column + 2)?;
        let item = self.writer.inline(literal, column + 2, true)?;
        let (newline, pad) = (style.newline, style.pad(column));
        let mut edits = self.replace_after_colon(pair.key_range().end(), value, format!("{newline}{pad}- {old}"))?;
        // A comment behind the value stays with it.
        let line_end = size(self.tree.line_end(own.end()));
        edits.push(TextEdit::insert(line_end, format!("{newline}{pad}- {item}")));
        Some(edits)
    }

    // Taking out.

    /// Takes out the entry or item that `frames` lead to, and what becomes empty around it.
    pub(super) fn remove(&self, frames: &[Frame<'a>]) -> Option<Vec<TextEdit>> {
        let is_of_resource = frames.first()?.pair.is_some_and(|it| it.key() == "Resources");
        // A resource and its attributes go only when they are meant.
        let floor = if is_of_resource { 2 } else { 0 };
        let mut level = frames.len() - 1;
        if is_argument(frames, level) {
            let is_branch = frames[level].index > 0 && is_if(frames, level);
            return is_branch.then(|| self.replace(&frames[level], &Literal::Ref("AWS::NoValue".into()))).flatten();
        }
        while frames[level].siblings.ranges.len() == 1 && level > floor {
            level -= 1;
            if is_argument(frames, level) {
                let empty = match frames[level].value.pairs() {
                    Some(_) => Literal::Map(Vec::new()),
                    None => Literal::List(Vec::new()),
                };
                return self.replace(&frames[level], &empty);
            }
        }
        let frame = &frames[level];
        if frame.value.has_anchor() {
            return None;
        }
        if frame.siblings.ranges.len() > 1 {
            return Some(vec![self.take_out(&frame.siblings, frame.index)]);
        }
        if level == 1 && is_of_resource {
            // The last resource: an empty section remains.
            let section = &frames[0];
            let whole = section.siblings.ranges[section.index];
            let key_end = usize::from(section.pair?.key_range().end());
            let colon = key_end + self.tree.text[key_end..].find(':')? + 1;
            return Some(vec![TextEdit::replace(range(colon, whole.end().into()), " {}")]);
        }
        None
    }

    fn take_out(&self, siblings: &Siblings, index: usize) -> TextEdit {
        let own = siblings.ranges[index];
        let next = siblings.ranges.get(index + 1);
        let last = index.checked_sub(1).map(|it| siblings.ranges[it]);
        if siblings.flow {
            return match (next, last) {
                (Some(next), _) => TextEdit::delete(TextRange::new(own.start(), next.start())),
                (None, Some(last)) => TextEdit::delete(TextRange::new(last.end(), own.end())),
                (None, None) => TextEdit::delete(own),
            };
        }
        let text = self.tree.text;
        if !self.tree.starts_line(own.start()) {
            // Behind a dash: the next one comes into its place.
            let start = usize::from(own.start());
            return match next {
                Some(next) if text[own.end().into()..next.start().into()].contains('#') => {
                    TextEdit::delete(range(text[..start].trim_end_matches(' ').len(), self.tree.line_end(own.end())))
                }
                Some(next) => TextEdit::delete(TextRange::new(own.start(), next.start())),
                None => TextEdit::delete(own),
            };
        }
        let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let mut start = self.tree.line_start(own.start()).max(mark);
        let mut end = self.tree.line_end(own.end());
        end += line_break(&text[end..]);
        let blank_above = text[..start].strip_suffix('\n').is_some_and(|it| {
            let line = &it[it.rfind('\n').map_or(0, |it| it + 1)..];
            line.trim().is_empty()
        });
        if end >= text.len() {
            // At the end of the file no blank lines stay behind; the last line keeps its break, or its lack of one.
            let above = text[..start].trim_end().len();
            let above = above + line_break(&text[above..]);
            if text.ends_with('\n') {
                start = above.min(start);
            } else {
                start = text[..start].trim_end().len();
            }
        } else if blank_above || start <= mark {
            while end < text.len() {
                let line_end = self.tree.line_end(size(end));
                if !text[end..line_end].trim().is_empty() {
                    break;
                }
                let next = line_end + line_break(&text[line_end..]);
                if next == end {
                    break;
                }
                end = next;
            }
        }
        TextEdit::delete(range(start, end))
    }

    fn is_blank(&self, start: usize, end: usize) -> bool {
        self.tree.text.get(start..end).is_none_or(|it| it.trim().is_empty())
    }

    fn source(&self, place: TextRange) -> &'a str {
        let text: &'a str = self.tree.text;
        text.get(usize::from(place.start())..usize::from(place.end())).unwrap_or_default()
    }
}

/// `literal` in maps under all of `keys`.
pub(super) fn nested(keys: &[&str], literal: &Literal) -> Literal {
    keys.iter().rev().fold(literal.clone(), |inner, key| Literal::Map(vec![((*key).to_owned(), inner)]))
}

/// True when the frame at `level` is an argument of a function, whose place among the others matters.
fn is_argument(frames: &[Frame<'_>], level: usize) -> bool {
    let Some(outer) = level.checked_sub(1).map(|it| &frames[it]) else { return false };
    let own = &frames[level];
    let is_tagged = outer.value.node.tag.as_ref().is_some_and(|it| !it.text.starts_with("!!"));
    is_tagged
        || outer.pair.is_some_and(|it| is_function_key(it.key()))
        || own.pair.is_some_and(|it| is_function_key(it.key()))
}

fn is_if(frames: &[Frame<'_>], level: usize) -> bool {
    let Some(outer) = level.checked_sub(1).map(|it| &frames[it]) else { return false };
    outer.value.node.tag.as_ref().is_some_and(|it| it.text == "!If")
        || outer.pair.is_some_and(|it| it.key() == "Fn::If")
}

/// The length of the line break that `text` starts with.
fn line_break(text: &str) -> usize {
    if text.starts_with("\r\n") { 2 } else { usize::from(text.starts_with('\n')) }
}

/// True when a comment may stand in this text of entries.
fn may_hold_comment(text: &str) -> bool {
    text.lines().any(|it| it.trim_start().starts_with('#') || it.contains(" #"))
}
