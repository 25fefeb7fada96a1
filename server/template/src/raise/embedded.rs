//! Changes of texts that are read in another language, such as scripts, in the style of the strings that hold them.

use super::edit::Editor;
use super::literal::{is_plain, quote_double};
use super::tree::Frame;
use model::Literal;
use syntax::data::{Kind, Style};
use text::{TextEdit, TextRange, range, size};

impl Editor<'_> {
    /// Puts `text` in the place of what stands at `place`, a part of the scalar that `frames` lead to.
    pub(super) fn edit_text(&self, frames: &[Frame<'_>], place: TextRange, text: &str) -> Option<Vec<TextEdit>> {
        let frame = frames.last()?;
        let value = frame.value;
        let Kind::Scalar { style, .. } = &value.node.kind else { return None };
        if !value.inner().contains_range(place) {
            return None;
        }
        if let Some(edits) = self.edit_item(frames, place, text) {
            return Some(edits);
        }
        let text = if self.is_sub(frames) { text.replace("${", "${!") } else { text.to_owned() };
        match style {
            Style::Literal => self.edit_block(value.inner(), place, &text),
            Style::Folded if text.contains('\n') => None,
            Style::Folded => Some(vec![TextEdit::replace(place, text)]),
            Style::Double => {
                let quoted = quote_double(&text);
                let place = if text.is_empty() { self.with_break(value.inner(), place) } else { place };
                Some(vec![TextEdit::replace(place, &quoted[1..quoted.len() - 1])])
            }
            Style::Single | Style::Plain if text.contains('\n') => None,
            Style::Single => Some(vec![TextEdit::replace(place, text.replace('\'', "''"))]),
            Style::Plain => {
                let whole = value.inner();
                let part = |range: TextRange| &self.tree.text[range];
                let before = part(TextRange::new(whole.start(), place.start()));
                let after = part(TextRange::new(place.end(), whole.end()));
                let result = format!("{before}{text}{after}");
                if is_plain(&result, frames.iter().any(|it| it.siblings.flow)) {
                    return Some(vec![TextEdit::replace(place, text)]);
                }
                (!result.contains('\n')).then(|| vec![TextEdit::replace(whole, self.writer.quote(&result))])
            }
        }
    }

    /// The same for a block scalar, whose lines are indented.
    fn edit_block(&self, whole: TextRange, place: TextRange, text: &str) -> Option<Vec<TextEdit>> {
        let tree = self.tree;
        let newline = self.writer.style.newline;
        // All lines but the one with the bar.
        let first = tree.line_end(whole.start());
        let lines = tree.text.get(first..usize::from(whole.end()))?.lines().skip(1).filter(|it| !it.trim().is_empty());
        let pad = lines.map(|it| &it[..it.len() - it.trim_start_matches(' ').len()]).min_by_key(|it| it.len())?;
        if usize::from(place.start()) <= first {
            return None;
        }
        if text.is_empty() {
            let (start, end) = (tree.line_start(place.start()), tree.line_end(place.end()));
            let is_blank = |from: usize, to: usize| tree.text[from..to].trim().is_empty();
            let is_whole = is_blank(start, place.start().into()) && is_blank(place.end().into(), end);
            let gone = match is_whole && start > 0 {
                // With the break before it: the last line may have none behind it.
                true => range(tree.text[..start - 1].strip_suffix('\r').map_or(start - 1, str::len), end),
                false => place,
            };
            return Some(vec![TextEdit::delete(gone)]);
        }
        let lines = |text: &str| {
            let lines = text.split('\n').map(|it| if it.is_empty() { String::new() } else { format!("{pad}{it}") });
            lines.collect::<Vec<_>>().join(newline)
        };
        if let Some(line) = text.strip_suffix('\n').filter(|_| tree.starts_line(place.start())) {
            let start = size(tree.line_start(place.start()));
            return Some(vec![TextEdit::insert(start, format!("{}{newline}", lines(line)))]);
        }
        let text = match text.split_once('\n') {
            Some((first, rest)) => format!("{first}{newline}{}", lines(rest)),
            None => text.to_owned(),
        };
        Some(vec![TextEdit::replace(place, text)])
    }

    /// The same where the lines are items of `Fn::Join`.
    fn edit_item(&self, frames: &[Frame<'_>], place: TextRange, text: &str) -> Option<Vec<TextEdit>> {
        let [.., join, list, item] = frames else { return None };
        let is_join = join.pair.is_some_and(|it| it.key() == "Fn::Join")
            || join.value.node.tag.as_ref().is_some_and(|it| it.text == "!Join");
        if !is_join || item.pair.is_some() || list.pair.is_some() || list.index != 1 {
            return None;
        }
        let delimiter = match &join.value.items()?.first()?.node.kind {
            Kind::Scalar { text, .. } if matches!(text.as_str(), "" | "\n") => text.as_str(),
            _ => return None,
        };
        let Kind::Scalar { text: whole, .. } = &item.value.node.kind else { return None };
        let source = &self.tree.text[item.value.inner()];
        let content = source.trim_matches(['"', '\'']);
        let end = usize::from(item.value.inner().start()) + source.find(content)? + content.len();
        let start = end - content.len();
        let has_break = delimiter.is_empty() && whole.ends_with('\n');
        if delimiter.is_empty() && !has_break && !text.ends_with('\n') {
            return None;
        }
        let last = if has_break { end.checked_sub("\\n".len())? } else { end };
        let break_ = if delimiter.is_empty() { "\n" } else { "" };
        if text.is_empty() {
            let is_whole = usize::from(place.start()) == start && usize::from(place.end()) == last;
            return is_whole.then(|| self.remove(frames)).flatten();
        }
        let literal = |line: &str| Literal::Text(format!("{line}{break_}"));
        if let Some(line) = text.strip_prefix('\n').filter(|_| usize::from(place.start()) == last) {
            return self.insert_item(&item.siblings, item.index, &literal(line));
        }
        let line = text.strip_suffix('\n').filter(|_| usize::from(place.start()) == start)?;
        self.insert_item(&item.siblings, item.index.checked_sub(1)?, &literal(line))
    }

    /// `place` with the escape of the line break behind it, when it is a whole line of a string in double quotes.
    fn with_break(&self, whole: TextRange, place: TextRange) -> TextRange {
        let text = self.tree.text;
        let before = &text[TextRange::new(whole.start(), place.start())];
        let starts = before == "\"" || before.ends_with("\\n") && !before.ends_with("\\\\n");
        let after = &text[TextRange::new(place.end(), whole.end())];
        match starts && after.starts_with("\\n") {
            true => TextRange::new(place.start(), place.end() + size("\\n".len())),
            false => place,
        }
    }
}
