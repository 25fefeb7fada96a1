//! The cursor in YAML's block style, found by indentation: from the cursor upwards, each line that begins further to the
//! left is what the lines below it are in.

use super::context::{Context, Entry, Margin, Spot, Step, Trail, Word, function_of, plain, without_comment};
use super::flow::{self, Flow};
use model::SmolStr;
use template::Format;
use text::{TextRange, range, size};

/// Deeper nested text is not read.
const MAX_DEPTH: usize = 200;

pub(super) fn find(text: &str, cursor: usize) -> Option<Context<'_>> {
    let start = text[..cursor].rfind('\n').map_or(0, |it| it + 1);
    let line = Line::at(text, start);
    // In front of a byte order mark there is nothing.
    if cursor < line.start {
        return None;
    }
    let mut finder =
        Finder { text, cursor, trail: Trail::default(), limit: 0, within: Within::Map, typing: None, is_dead: false };
    let margin = finder.start(&line)?;
    finder.climb(&line);
    finder.descend(&line);
    let cursor = finder.cursor;
    let typing = finder.typing.filter(|_| !finder.is_dead)?;
    let (path, containers) = finder.trail.finish();
    // Beside other keys a word can be nothing but a key.
    let has_entries = containers.last().is_some_and(|it| !it.entries.is_empty());
    let is_key = typing.spot == Spot::Open && has_entries;
    Some(Context {
        text,
        format: Format::Yaml,
        cursor,
        path,
        containers,
        spot: if is_key { Spot::Key { has_colon: false } } else { typing.spot },
        word: typing.word,
        margin,
        is_substitution: false,
        attribute_of: None,
    })
}

/// A line of the text.
#[derive(Clone, Copy, Debug)]
struct Line<'t> {
    /// Its first byte.
    start: usize,
    /// Its text, without the line break.
    text: &'t str,
    /// The width of the white space at its start.
    indent: usize,
}

impl<'t> Line<'t> {
    fn at(text: &'t str, mut start: usize) -> Line<'t> {
        if start == 0 && text.starts_with('\u{feff}') {
            start = '\u{feff}'.len_utf8();
        }
        let end = text[start..].find('\n').map_or(text.len(), |it| start + it);
        let line = text[start..end].trim_end_matches('\r');
        Line { start, text: line, indent: line.len() - line.trim_start_matches([' ', '\t']).len() }
    }

    fn before(text: &'t str, start: usize) -> Option<Line<'t>> {
        // In front of the first line there may be a byte order mark.
        let end = start.checked_sub(1).filter(|it| text.as_bytes()[*it] == b'\n')?;
        let start = text[..end].rfind('\n').map_or(0, |it| it + 1);
        Some(Line::at(text, start))
    }

    fn after(self, text: &'t str) -> Option<Line<'t>> {
        let end = self.start + self.text.len();
        let next = end + text[end..].find('\n')? + 1;
        (next < text.len()).then(|| Line::at(text, next))
    }

    /// Nothing but white space or a comment.
    fn is_blank(self) -> bool {
        let content = &self.text[self.indent..];
        content.is_empty() || content.starts_with('#')
    }

    /// The columns of the dashes that it begins with, and that of what is behind them.
    fn dashes(self) -> (Vec<usize>, usize) {
        let (mut dashes, mut at) = (Vec::new(), self.indent);
        while self.text[at..].starts_with('-') && self.text[at + 1..].chars().next().is_none_or(|it| it == ' ') {
            dashes.push(at);
            let rest = &self.text[at + 1..];
            at += 1 + rest.len() - rest.trim_start_matches(' ').len();
            if dashes.len() >= MAX_DEPTH {
                break;
            }
        }
        (dashes, at)
    }

    /// What begins at the column `at`.
    fn content(self, at: usize) -> Content<'t> {
        let rest = &self.text[at..];
        match key(rest) {
            Some((name, length)) => Content::Key { name, value: at + length },
            None => Content::Value,
        }
    }
}

/// What stands behind the indentation and the dashes of a line.
#[derive(Clone, Copy, Debug)]
enum Content<'t> {
    /// A key with its colon, and the column behind that.
    Key { name: &'t str, value: usize },
    /// No key.
    Value,
}

/// The key at the start of `text`, and the length of it with its colon.
fn key(text: &str) -> Option<(&str, usize)> {
    match text.chars().next()? {
        quote @ ('"' | '\'') => {
            let end = 1 + text[1..].find(quote)?;
            let behind = &text[end + 1..];
            let colon = behind.trim_start_matches(' ');
            let is_key = colon.strip_prefix(':').is_some_and(|it| it.is_empty() || it.starts_with([' ', '\t']));
            is_key.then(|| (&text[1..end], end + 1 + behind.len() - colon.len() + 1))
        }
        '{' | '[' | '|' | '>' | '#' | '!' | '&' | '*' | '%' | '@' => None,
        _ => {
            let text = without_comment(text);
            let colons = text.match_indices(':').map(|it| it.0);
            // `Fn::` and `AWS::` have just been begun.
            let colons = colons.filter(|at| !text[..*at].ends_with(':'));
            let mut ends = colons.filter(|at| text[at + 1..].chars().next().is_none_or(|it| it == ' ' || it == '\t'));
            let end = ends.next()?;
            Some((text[..end].trim_end(), end + 1))
        }
    }
}

/// What kind of container the walk upwards is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Within {
    /// A map whose keys begin at the limit.
    Map,
    /// A list whose dashes are at the limit.
    List,
}

#[derive(Debug)]
struct Typing {
    spot: Spot,
    word: Word,
}

struct Finder<'t> {
    text: &'t str,
    cursor: usize,
    trail: Trail,
    /// The column at which the map or list begins that the walk upwards is in.
    limit: usize,
    within: Within,
    typing: Option<Typing>,
    /// The cursor is in the text of a scalar that nothing completes.
    is_dead: bool,
}

impl<'t> Finder<'t> {
    /// What is typed in the line of the cursor.
    fn start(&mut self, line: &Line<'t>) -> Option<Margin> {
        // The line break is no place to type at.
        let column = (self.cursor.saturating_sub(line.start)).min(line.text.len());
        self.cursor = line.start + column;
        let (dashes, at) = line.dashes();
        let dashes: Vec<usize> = dashes.into_iter().filter(|it| *it < column).collect();
        // In front of the text of a line nothing is typed.
        let is_blank = line.text[at.min(line.text.len())..].trim().is_empty();
        let at = if is_blank { column.max(dashes.last().map_or(0, |it| it + 2)) } else { at };
        if !is_blank && column < at {
            return None;
        }
        let margin = Margin { line: line.indent.min(column), content: at };
        self.limit = at;
        if is_blank {
            let lead = if line.text[..column.min(line.text.len())].ends_with('-') { " " } else { "" };
            let word = Word { range: TextRange::empty(size(self.cursor)), lead, ..Word::default() };
            self.typing = Some(Typing { spot: Spot::Open, word });
        } else {
            self.start_in(line, at, column)?;
        }
        self.trail.here.column = self.trail.here.column.min(at);
        for dash in dashes.into_iter().rev() {
            self.dash(line, dash);
        }
        Some(margin)
    }

    /// What is typed in the text of a line that begins at the column `at`.
    fn start_in(&mut self, line: &Line<'t>, at: usize, column: usize) -> Option<()> {
        let rest = &line.text[at..];
        match line.content(at) {
            Content::Key { name, value } if column >= value => {
                self.value(line, value, column)?;
                self.trail.leave(Step::Key(name.into()));
                self.trail.here.column = at;
                Some(())
            }
            Content::Key { name, .. } => {
                let quote = rest.chars().next().filter(|it| matches!(it, '"' | '\''));
                let first = line.start + at + usize::from(quote.is_some());
                let end = first + name.len();
                if self.cursor < first || self.cursor > end {
                    return None;
                }
                let word = Word { range: range(first, end), quote, ..Word::default() };
                self.typing = Some(Typing { spot: Spot::Key { has_colon: true }, word });
                Some(())
            }
            Content::Value => {
                self.value(line, at, column)?;
                // A single word may still become a key.
                if let Some(typing) = &mut self.typing
                    && typing.spot == Spot::Value
                    && self.trail.depth() == 0
                {
                    typing.spot = Spot::Open;
                }
                Some(())
            }
        }
    }

    /// What is typed in the value that begins behind the column `at`.
    fn value(&mut self, line: &Line<'t>, mut at: usize, column: usize) -> Option<()> {
        let mut calls = Vec::new();
        let (spot, word) = loop {
            let rest = line.text.get(at..)?;
            let start = at + rest.len() - rest.trim_start_matches([' ', '\t']).len();
            let rest = &line.text[start..];
            let first = rest.chars().next();
            if column < start || first.is_none() {
                if first.is_some_and(|it| it != '#') {
                    return None;
                }
                let is_bare = line.text[..column].ends_with(|it: char| it != ' ' && it != '\t');
                let word = Word {
                    range: TextRange::empty(size(self.cursor)),
                    lead: if is_bare { " " } else { "" },
                    ..Word::default()
                };
                break (Spot::Value, word);
            }
            match first? {
                '#' | '|' | '>' | '*' | '@' => return None,
                '!' | '&' => {
                    let end = start + rest.find([' ', '\t']).unwrap_or(rest.len());
                    if column <= end {
                        let word = Word { range: range(line.start + start, line.start + end), ..Word::default() };
                        if first == Some('&') {
                            return None;
                        }
                        break (Spot::Value, word);
                    }
                    if first == Some('!') {
                        calls.push(function_of(&line.text[start..end]));
                    }
                    at = end;
                }
                '{' | '[' => {
                    let flow = flow::find(self.text, line.start + start, self.cursor)?;
                    let (spot, word) = (flow.spot, flow.word.clone());
                    self.enter(flow);
                    break (spot, word);
                }
                quote @ ('"' | '\'') => {
                    let end = closing(rest, quote);
                    let last = start + end.unwrap_or(rest.len());
                    if column <= start || column > last {
                        return None;
                    }
                    let range = range(line.start + start + 1, line.start + last);
                    break (Spot::Value, Word { range, quote: Some(quote), ..Word::default() });
                }
                _ => {
                    let end = start + without_comment(rest).len();
                    if column > end {
                        return None;
                    }
                    break (
                        Spot::Value,
                        Word { range: range(line.start + start, line.start + end), ..Word::default() },
                    );
                }
            }
        };
        self.typing = Some(Typing { spot, word });
        for call in calls.into_iter().rev() {
            self.trail.leave(Step::Call(call));
        }
        Some(())
    }

    fn enter(&mut self, flow: Flow) {
        self.trail.clear();
        let mut containers = flow.containers.into_iter().rev();
        self.trail.put(containers.next().unwrap_or_default());
        for (step, container) in flow.steps.into_iter().rev().zip(containers) {
            self.trail.leave(step);
            self.trail.put(container);
        }
    }

    /// Goes up from `line`, as far as something is around the cursor.
    fn climb(&mut self, line: &Line<'t>) {
        let mut at = line.start;
        while let Some(line) = Line::before(self.text, at) {
            at = line.start;
            if line.indent > self.limit || line.is_blank() {
                continue;
            }
            if line.indent == 0 && (line.text.starts_with("---") || line.text.starts_with("...")) {
                break;
            }
            self.line(&line);
            if self.trail.depth() > MAX_DEPTH {
                self.is_dead = true;
                break;
            }
            // The other sections matter only where a section is being typed.
            if self.limit == 0 && self.within == Within::Map && self.trail.depth() > 0 {
                break;
            }
        }
    }

    fn line(&mut self, line: &Line<'t>) {
        let (dashes, at) = line.dashes();
        if at < line.text.len() {
            self.content(line, at);
        }
        for dash in dashes.into_iter().rev() {
            self.dash(line, dash);
        }
    }

    fn content(&mut self, line: &Line<'t>, at: usize) {
        let is_around = match self.within {
            Within::Map => at < self.limit,
            Within::List => at <= self.limit,
        };
        match line.content(at) {
            Content::Key { name, value } if is_around => {
                self.around(line, value);
                self.trail.leave(Step::Key(name.into()));
                self.begin(at, Within::Map);
            }
            Content::Key { name, value } if at == self.limit => {
                let value = plain(&line.text[value..]);
                self.trail.here.entries.push(Entry { key: name.into(), value });
            }
            Content::Value if is_around => {
                let rest = &line.text[at..];
                if rest.starts_with(['!', '{', '[', '"', '\'']) {
                    self.around(line, at);
                } else if rest.split_whitespace().count() == 1 {
                    // A key without its colon.
                    self.trail.leave(Step::Key(rest.trim().into()));
                } else {
                    self.is_dead = true;
                }
                self.begin(at, Within::Map);
            }
            Content::Key { .. } | Content::Value => {}
        }
    }

    /// The cursor is in the value that begins behind the column `at` of a line above.
    fn around(&mut self, line: &Line<'t>, mut at: usize) {
        let mut calls = Vec::new();
        loop {
            let rest = line.text[at..].trim_start_matches([' ', '\t']);
            at = line.text.len() - rest.len();
            let end = rest.find([' ', '\t']).unwrap_or(rest.len());
            match rest.chars().next() {
                None | Some('#') => break,
                Some('!') => calls.push(function_of(&rest[..end])),
                Some('&') => {}
                Some('|' | '>') => {
                    self.trail.clear();
                    self.is_dead = false;
                    if let Some(typing) = &mut self.typing {
                        let line = self.text[..self.cursor].rfind('\n').map_or(0, |it| it + 1);
                        let end = self.text[self.cursor..].find(['\r', '\n']);
                        let end = end.map_or(self.text.len(), |it| self.cursor + it);
                        typing.spot = Spot::Block;
                        typing.word = Word { range: range(line, end), ..Word::default() };
                    }
                    break;
                }
                Some('{' | '[') => {
                    let start = line.start + at;
                    if flow::is_closed(self.text, start, self.cursor) {
                        self.is_dead = true;
                    } else {
                        match flow::find(self.text, start, self.cursor) {
                            Some(flow) => {
                                self.is_dead = false;
                                self.typing = Some(Typing { spot: flow.spot, word: flow.word.clone() });
                                self.enter(flow);
                            }
                            None => self.is_dead = true,
                        }
                    }
                    break;
                }
                Some(_) => {
                    self.is_dead = true;
                    break;
                }
            }
            at += end;
        }
        for call in calls.into_iter().rev() {
            self.trail.leave(Step::Call(call));
        }
    }

    fn dash(&mut self, line: &Line<'t>, column: usize) {
        match self.within {
            Within::Map if column < self.limit => {
                self.trail.leave(Trail::ITEM);
                self.begin(column, Within::List);
            }
            Within::List | Within::Map if column == self.limit => {
                self.trail.here.has_dashes |= self.within == Within::Map;
                let content = &line.text[(column + 1).min(line.text.len())..];
                let is_scalar = key(content.trim_start()).is_none();
                let item: Option<SmolStr> = plain(content).filter(|_| is_scalar);
                self.trail.here.items.push(item);
            }
            Within::List if column < self.limit => {
                self.trail.leave(Trail::ITEM);
                self.begin(column, Within::List);
            }
            Within::List | Within::Map => {}
        }
    }

    fn begin(&mut self, column: usize, within: Within) {
        self.limit = column;
        self.within = within;
        self.trail.here.column = column;
    }

    /// Finds the entries behind the cursor of the maps around it.
    fn descend(&mut self, line: &Line<'t>) {
        let mut depth = self.trail.depth() + 1;
        // The entries of `Resources` and of the template are known otherwise, and are many.
        let keep = depth.min(3);
        let mut at = *line;
        while let Some(line) = at.after(self.text) {
            at = line;
            if line.is_blank() {
                continue;
            }
            if line.indent == 0 && (line.text.starts_with("---") || line.text.starts_with("...")) {
                break;
            }
            let (dashes, content) = line.dashes();
            while depth > 0 && self.trail.column(depth - 1) > line.indent {
                depth -= 1;
            }
            if depth < keep {
                break;
            }
            if dashes.is_empty()
                && self.trail.column(depth - 1) == content
                && let Content::Key { name, value } = line.content(content)
            {
                let value = plain(&line.text[value..]);
                self.trail.add(depth - 1, Entry { key: name.into(), value });
            }
        }
    }
}

/// Where the quoted scalar at the start of `text` is closed.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut letters = text.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' if quote == '"' => drop(letters.next()),
            '\'' if quote == '\'' && letters.peek().is_some_and(|it| it.1 == '\'') => drop(letters.next()),
            _ if letter == quote => return Some(at),
            _ => {}
        }
    }
    None
}
