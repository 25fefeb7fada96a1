//! What can be read of a piece of JSON that does not parse.

use super::split::{comment_end, is_balanced, is_comment, string_end};
use crate::data::{Kind, Node, Pair, Problem, ProblemKind, Style, Word, scalar, yaml};
use smol_str::SmolStr;
use text::{TextRange, range};

/// Reads text that is broken, one token after the other, and goes on behind each fault.
#[derive(Debug)]
pub(super) struct Reader<'t> {
    text: &'t str,
    at: usize,
    /// The opening brackets around this place.
    open: Vec<u8>,
    /// Where the brackets do not match, the indentation says which of them is not closed.
    by_indent: bool,
    /// The last bytes that were read, to point at when something is missing behind them.
    last: TextRange,
    pub(super) problems: Vec<Problem>,
}

impl<'t> Reader<'t> {
    /// A reader of `text` from `at` on.
    pub(super) fn new(text: &'t str, at: usize) -> Reader<'t> {
        let last = range(at.saturating_sub(1), at);
        Reader { text, at, open: Vec::new(), by_indent: !is_balanced(text), last, problems: Vec::new() }
    }

    /// Reads one pair and what follows it.
    pub(super) fn entry(&mut self) -> Option<Pair> {
        self.skip();
        let pair = self.pair();
        self.skip();
        if self.peek() == Some(b',') {
            self.take(1);
        }
        self.nothing_follows();
        pair
    }

    /// Reads one value and what follows it.
    pub(super) fn root(&mut self) -> Node {
        self.skip();
        let node = self.value();
        self.nothing_follows();
        node
    }

    /// Reports comments and everything else.
    pub(super) fn nothing_follows(&mut self) {
        self.skip();
        if let Some(next) = self.peek() {
            let message = match next {
                b'}' | b']' => format!("this `{}` closes nothing", next as char),
                _ => "this is not understood here".to_owned(),
            };
            let junk = self.junk();
            self.problem(junk, message);
            self.at = self.text.len();
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, length: usize) -> TextRange {
        self.last = range(self.at, self.at + length);
        self.at += length;
        self.last
    }

    fn problem(&mut self, range: TextRange, message: impl Into<String>) {
        // What is missing at the end of a piece is reported at its last token, once.
        if self.problems.last().is_none_or(|it| it.range != range) {
            self.problems.push(Problem { range, message: message.into(), kind: ProblemKind::Syntax });
        }
    }

    /// Skips white space and comments.
    fn skip(&mut self) {
        let bytes = self.text.as_bytes();
        while let Some(next) = self.peek() {
            if next.is_ascii_whitespace() {
                self.at += 1;
            } else if is_comment(bytes, self.at) {
                let end = comment_end(bytes, self.at);
                let comment = self.text[self.at..end].trim_end().len();
                let comment = self.take(comment);
                self.problem(comment, "JSON has no comments");
                self.at = end;
            } else {
                break;
            }
        }
    }

    /// Takes what makes no sense: up to the next comma or bracket, at most to the end of the line.
    fn junk(&mut self) -> TextRange {
        let rest = &self.text[self.at..];
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let length = rest[first..].find([',', '}', ']', '{', '[', '"', '\n']).map_or(rest.len(), |it| it + first);
        let length = rest[..length].trim_end().len().max(first);
        self.take(length)
    }

    /// The indentation of the line that `at` is the first in; `None` where something stands before it.
    fn line_indent(&self, at: usize) -> (usize, bool) {
        let start = self.text[..at].rfind('\n').map_or(0, |it| it + 1);
        let line = &self.text[start..at];
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        (indent, indent == line.len() && start > 0)
    }

    /// True when what comes next stands so far left that the bracket at `open` should have been closed before it.
    fn is_outside(&self, open: usize, closes: bool) -> bool {
        if !self.by_indent {
            return false;
        }
        let (indent, is_first) = self.line_indent(self.at);
        // The first line of a piece has lost its indentation: its last line tells.
        let starts_on_first_line = !self.text[..open].contains('\n');
        let (open_indent, _) = self.line_indent(open);
        is_first && !starts_on_first_line && (indent < open_indent || indent == open_indent && !closes)
    }

    fn value(&mut self) -> Node {
        self.skip();
        let start = self.at;
        let node = |kind, range| Node { kind, tag: None, anchor: None, range, inner: range };
        match self.peek() {
            None | Some(b'}' | b']' | b',') => {
                let place = if self.last.is_empty() { range(start, self.text.len().min(start + 1)) } else { self.last };
                self.problem(place, "expected a value behind this");
                yaml::nothing(self.last.end().into())
            }
            Some(b'"' | b'\'') => match self.string() {
                Some((text, _)) => node(Kind::Scalar { text, style: Style::Double }, range(start, self.at)),
                None => node(Kind::Broken, range(start, self.at)),
            },
            Some(b'{' | b'[') if self.open.len() >= yaml::MAX_DEPTH => {
                let all = range(start, self.text.len());
                self.at = self.text.len();
                let message = "this is nested too deeply to be read".to_owned();
                self.problems.push(Problem { range: range(start, start + 1), message, kind: ProblemKind::Limit });
                node(Kind::Broken, all)
            }
            Some(b'{') => {
                let pairs = self.object();
                let problems = &mut self.problems;
                yaml::duplicate_keys(pairs.iter(), &mut |pair| problems.push(yaml::duplicate_key(&pair.key)));
                node(Kind::Mapping { pairs, flow: true }, range(start, self.last.end().into()))
            }
            Some(b'[') => {
                let items = self.array();
                node(Kind::Sequence { items, flow: true }, range(start, self.last.end().into()))
            }
            Some(_) => {
                let rest = &self.text[start..];
                let word = rest.find([' ', '\t', '\r', '\n', ',', '}', ']', '{', '[', '"', ':']).unwrap_or(rest.len());
                let word = &rest[..word];
                let is_number =
                    || word.parse::<f64>().is_ok() && !word.starts_with(|it: char| it.is_alphabetic() || it == '+');
                if matches!(word, "true" | "false" | "null") || is_number() {
                    return node(Kind::Scalar { text: SmolStr::new(word), style: Style::Plain }, self.take(word.len()));
                }
                let junk = self.junk();
                self.problem(junk, "text stands in double quotes");
                node(Kind::Broken, junk)
            }
        }
    }

    /// Reads a string; `None` when it is not closed.
    fn string(&mut self) -> Option<(SmolStr, TextRange)> {
        let start = self.at;
        let end = string_end(self.text.as_bytes(), start);
        let source = self.text[start..end].trim_end_matches('\r');
        let quote = source.as_bytes()[0] as char;
        let whole = self.take(source.len());
        if source.len() < 2 || !source.ends_with(quote) || source.ends_with("\\\"") && !source.ends_with("\\\\\"") {
            self.problem(whole, "this quote is not closed");
            return None;
        }
        if quote == '\'' {
            self.problem(whole, "text stands in double quotes, not in single ones");
        }
        let inner = range(start + 1, start + source.len() - 1);
        Some((scalar::double_quoted(&self.text[inner]), inner))
    }

    fn object(&mut self) -> Vec<Pair> {
        let open = self.at;
        self.take(1);
        self.open.push(b'{');
        let mut pairs: Vec<Pair> = Vec::new();
        let mut comma: Option<TextRange> = None;
        // A fault in a pair may have taken the comma behind it too.
        let mut is_sound = true;
        loop {
            self.skip();
            match self.peek() {
                Some(b'}') if !self.is_outside(open, true) => {
                    if let Some(comma) = comma {
                        self.problem(comma, "no comma may stand in front of `}`");
                    }
                    self.take(1);
                    break;
                }
                Some(b']') if !self.open.contains(&b'[') => {
                    let bracket = self.take(1);
                    self.problem(bracket, "this `]` closes nothing");
                }
                None | Some(b'}' | b']') => {
                    self.problem(range(open, open + 1), "`{` is not closed");
                    break;
                }
                Some(b',') => {
                    let found = self.take(1);
                    if comma.is_some() || pairs.is_empty() {
                        self.problem(found, "expected a key in front of this comma");
                    }
                    comma = Some(found);
                }
                Some(_) if self.is_outside(open, false) => {
                    self.problem(range(open, open + 1), "`{` is not closed");
                    break;
                }
                Some(_) => {
                    let needs_comma = comma.is_none() && is_sound && !pairs.is_empty();
                    let problems = self.problems.len();
                    let at = self.at;
                    let pair = self.pair();
                    is_sound = self.problems.len() == problems;
                    if needs_comma && is_sound {
                        let end = pair.as_ref().map_or(at + 1, |it| usize::from(it.key.range.end()) + 1);
                        self.problem(range(at, end), "expected `,` in front of this");
                    }
                    comma = None;
                    pairs.extend(pair);
                    self.skip();
                    if self.peek() == Some(b',') {
                        comma = Some(self.take(1));
                    }
                }
            }
        }
        self.open.pop();
        pairs
    }

    fn array(&mut self) -> Vec<Node> {
        let open = self.at;
        self.take(1);
        self.open.push(b'[');
        let mut items: Vec<Node> = Vec::new();
        let mut comma: Option<TextRange> = None;
        loop {
            self.skip();
            match self.peek() {
                Some(b']') if !self.is_outside(open, true) => {
                    if let Some(comma) = comma {
                        self.problem(comma, "no comma may stand in front of `]`");
                    }
                    self.take(1);
                    break;
                }
                Some(b'}') if !self.open.contains(&b'{') => {
                    let bracket = self.take(1);
                    self.problem(bracket, "this `}` closes nothing");
                }
                None | Some(b'}' | b']') => {
                    self.problem(range(open, open + 1), "`[` is not closed");
                    break;
                }
                Some(b',') => {
                    let found = self.take(1);
                    if comma.is_some() || items.is_empty() {
                        self.problem(found, "expected a value in front of this comma");
                    }
                    comma = Some(found);
                }
                Some(b':') => {
                    let found = self.take(1);
                    self.problem(found, "a list has no keys: `{` is missing");
                }
                Some(_) if self.is_outside(open, false) => {
                    self.problem(range(open, open + 1), "`[` is not closed");
                    break;
                }
                Some(_) => {
                    let at = self.at;
                    let problems = self.problems.len();
                    let item = self.value();
                    if comma.is_none() && !items.is_empty() && self.problems.len() == problems {
                        let end = if item.range.is_empty() { at + 1 } else { item.range.end().into() };
                        let end = self.text[at..end].find('\n').map_or(end, |it| at + it);
                        self.problem(range(at, end), "expected `,` in front of this");
                    }
                    items.push(item);
                    comma = None;
                    self.skip();
                    if self.peek() == Some(b',') {
                        comma = Some(self.take(1));
                    }
                }
            }
        }
        self.open.pop();
        items
    }

    fn pair(&mut self) -> Option<Pair> {
        let start = self.at;
        let mut is_bare = false;
        let (text, key_range) = match self.peek()? {
            b'"' | b'\'' => match self.string() {
                Some(it) => it,
                None => {
                    // A key that is being typed.
                    let inner = TextRange::new(self.last.start() + text::size(1), self.last.end());
                    let key = Word { text: SmolStr::new(&self.text[inner]), range: inner };
                    return Some(incomplete(key, self.last));
                }
            },
            b'{' | b'[' => {
                self.problem(range(start, start + 1), "expected a key in front of this");
                // Its own faults would be one too many.
                let problems = self.problems.len();
                self.value();
                self.problems.truncate(problems);
                return None;
            }
            _ => {
                is_bare = true;
                let rest = &self.text[start..];
                let word = rest.find(|it: char| !(it.is_alphanumeric() || matches!(it, '_' | '-' | '.' | '$')));
                match word.unwrap_or(rest.len()) {
                    0 => {
                        let junk = self.junk();
                        self.problem(junk, "this is not understood here");
                        return None;
                    }
                    length => (SmolStr::new(&rest[..length]), self.take(length)),
                }
            }
        };
        let whole = range(start, self.at);
        let key = Word { text, range: key_range };
        self.skip();
        if self.peek() != Some(b':') {
            let message = if is_bare {
                "this is not understood here".to_owned()
            } else {
                format!("expected `:` after the key `{}`", key.text)
            };
            self.problem(whole, message);
            return Some(incomplete(key, whole));
        }
        if is_bare {
            self.problem(whole, "a key stands in double quotes");
        }
        self.take(1);
        let colon = self.last;
        self.skip();
        let value = if self.is_next_pair(colon) {
            self.problem(whole, format!("expected a value after the key `{}`", key.text));
            yaml::nothing(colon.end().into())
        } else {
            self.value()
        };
        let end = value.range.end().max(colon.end());
        Some(Pair { key, value, range: TextRange::new(whole.start(), end), incomplete: false })
    }

    /// True when on a later line than `colon` another pair starts.
    fn is_next_pair(&self, colon: TextRange) -> bool {
        let bytes = self.text.as_bytes();
        if self.peek() != Some(b'"') || !self.text[usize::from(colon.end())..self.at].contains('\n') {
            return false;
        }
        let end = string_end(bytes, self.at);
        bytes[end..].iter().find(|it| !it.is_ascii_whitespace()) == Some(&b':')
    }
}

fn incomplete(key: Word, range: TextRange) -> Pair {
    Pair { value: yaml::nothing(range.end().into()), key, range, incomplete: true }
}
