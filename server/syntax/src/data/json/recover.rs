//! What can be read of a piece of JSON that does not parse.

use super::split::{comment_end, is_balanced, is_comment, string_end};
use crate::data::{Kind, Node, Pair, Problem, ProblemKind, Style, Word, explain, scalar, yaml};
use smol_str::SmolStr;
use std::cmp::Ordering;
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
    /// True when the text ends amid something, which was reported: what is around it is not closed either.
    is_cut: bool,
    pub(super) problems: Vec<Problem>,
}

impl<'t> Reader<'t> {
    /// A reader of `text` from `at` on.
    pub(super) fn new(text: &'t str, at: usize) -> Reader<'t> {
        let last = range(at.saturating_sub(1), at);
        Reader { text, at, open: Vec::new(), by_indent: !is_balanced(text), last, is_cut: false, problems: Vec::new() }
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
            } else if is_comment(bytes, self.at) || next == b'#' {
                let line = || self.text[self.at..].find('\n').map_or(self.text.len(), |it| self.at + it);
                let end = if next == b'#' { line() } else { comment_end(bytes, self.at) };
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
        // Where a stray word stands says nothing.
        if !self.by_indent || !self.peek().is_some_and(|it| b"\"'{}[]".contains(&it)) {
            return false;
        }
        let (indent, is_first) = self.line_indent(self.at);
        // The first line of a piece has lost its indentation: its last line tells.
        let starts_on_first_line = !self.text[..open].contains('\n');
        let (open_indent, _) = self.line_indent(open);
        let is_left = indent < open_indent || indent == open_indent && !closes && !self.is_closed_below(indent);
        is_first && !starts_on_first_line && is_left
    }

    /// True when a bracket below closes at `indent` what nothing from here on opens there: a line is being typed in front
    /// of it.
    fn is_closed_below(&self, indent: usize) -> bool {
        const MAX_LOOK: usize = 64;
        let mut lines = self.text[self.at..].lines();
        let is_opener = |it: &str| it.trim_end().ends_with(['{', '[']);
        if lines.next().is_none_or(is_opener) {
            return false;
        }
        for line in lines.take(MAX_LOOK) {
            let content = line.trim_start_matches([' ', '\t']);
            match (line.len() - content.len()).cmp(&indent) {
                _ if content.trim_end().is_empty() => {}
                Ordering::Less => return false,
                Ordering::Equal if content.starts_with(['}', ']']) => return true,
                Ordering::Equal if is_opener(line) => return false,
                Ordering::Equal | Ordering::Greater => {}
            }
        }
        false
    }

    /// True when the bracket here stands deeper than the line of the one at `open` and what is below goes on at its side: it
    /// is being typed, and closes nothing yet.
    fn is_stray(&self, open: usize) -> bool {
        let (indent, is_first) = self.line_indent(self.at);
        let (open_indent, _) = self.line_indent(open);
        let starts_on_first_line = !self.text[..open].contains('\n');
        if !self.by_indent || !is_first || starts_on_first_line || indent <= open_indent {
            return false;
        }
        let mut below = self.text[self.at..].lines().skip(1).filter(|it| !it.trim().is_empty());
        below.next().is_some_and(|line| {
            let content = line.trim_start_matches([' ', '\t']);
            line.len() - content.len() == indent && !content.starts_with(['}', ']'])
        })
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
            Some(b'{') if self.text[start..].starts_with("{{") => {
                let junk = self.template_language();
                node(Kind::Broken, junk)
            }
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
                if matches!(word, "true" | "false" | "null") || number_fault(word) == Ok(()) {
                    return node(Kind::Scalar { text: SmolStr::new(word), style: Style::Plain }, self.take(word.len()));
                }
                if rest.starts_with("{{") {
                    let junk = self.template_language();
                    return node(Kind::Broken, junk);
                }
                let message = no_value(word);
                let junk = self.junk();
                self.problem(junk, message);
                node(Kind::Broken, junk)
            }
        }
    }

    /// Takes `{{ name }}`.
    fn template_language(&mut self) -> TextRange {
        let rest = &self.text[self.at..];
        let line = rest.find('\n').unwrap_or(rest.len());
        let length = rest[..line].find("}}").map_or(rest[..line].trim_end().len(), |it| it + 2);
        let junk = self.take(length);
        self.problem(junk, explain::TEMPLATE_LANGUAGE);
        junk
    }

    /// True when what follows the line goes on with a text that was not closed on it, and not with something new.
    fn text_goes_on(&self) -> Option<usize> {
        let rest = self.text[self.at..].strip_prefix('\r').unwrap_or(&self.text[self.at..]).strip_prefix('\n')?;
        let line = rest.lines().next()?;
        let content = line.trim_start();
        let is_new = content.starts_with(['"', '{', '}', '[', ']']) || content.is_empty();
        let close = line.find('"').filter(|_| !is_new)?;
        let behind = line[close + 1..].trim_start();
        let ends = behind.is_empty() || behind.starts_with([',', '}', ']']);
        ends.then(|| self.text.len() - rest.len() + close + 1)
    }

    /// Reads a string; `None` when it is not closed.
    fn string(&mut self) -> Option<(SmolStr, TextRange)> {
        let start = self.at;
        let end = string_end(self.text.as_bytes(), start);
        let source = self.text[start..end].trim_end_matches('\r');
        let quote = source.as_bytes()[0] as char;
        let whole = self.take(source.len());
        if source.len() < 2 || !source.ends_with(quote) || source.ends_with("\\\"") && !source.ends_with("\\\\\"") {
            if let Some(end) = self.text_goes_on() {
                self.problem(whole, "text cannot go on over a line break: write `\\n` for it");
                self.take(end - self.at);
                return None;
            }
            self.problem(whole, "this quote is not closed");
            self.is_cut |= self.text[self.at..].trim().is_empty();
            return None;
        }
        if quote == '\'' {
            self.problem(whole, "text stands in double quotes, not in single ones");
        }
        let inner = range(start + 1, start + source.len() - 1);
        string_problems(self.text, inner, &mut self.problems);
        // `"say "hi" now"`: what follows is still meant to be the text.
        if quote == '"' && self.peek().is_some_and(|it| it.is_ascii_alphanumeric()) {
            let rest = &self.text[self.at..];
            let line = rest.lines().next().unwrap_or_default().trim_end();
            let line = line.strip_suffix(',').unwrap_or(line);
            if line.ends_with('"') {
                let end = usize::from(self.last.end());
                self.problem(range(end - 1, end), "this quote ends the text: write `\\\"` for one within it");
                self.take(line.len());
                return Some((scalar::double_quoted(&self.text[inner]), inner));
            }
        }
        Some((scalar::double_quoted(&self.text[inner]), inner))
    }

    fn not_closed(&mut self, open: usize) {
        if !(self.is_cut && self.peek().is_none()) {
            let bracket = &self.text[open..open + 1];
            self.problem(range(open, open + 1), format!("`{bracket}` is not closed"));
        }
        self.is_cut |= self.peek().is_none();
    }

    /// Takes a bracket that closes nothing, and the comma behind it.
    fn stray(&mut self, bracket: u8) {
        let range = self.take(1);
        self.problem(range, format!("this `{}` closes nothing", char::from(bracket)));
        self.skip();
        if self.peek() == Some(b',') {
            self.take(1);
        }
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
                Some(bracket @ (b'}' | b']')) if self.is_stray(open) => self.stray(bracket),
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
                    self.not_closed(open);
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
                    self.not_closed(open);
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
        // A fault in an item may have taken the comma behind it too.
        let mut is_sound = true;
        loop {
            self.skip();
            match self.peek() {
                Some(bracket @ (b'}' | b']')) if self.is_stray(open) => self.stray(bracket),
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
                    let needs_comma = comma.is_none() && is_sound && !items.is_empty();
                    is_sound = self.problems.len() == problems;
                    if needs_comma && is_sound {
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
                        let line = rest.lines().next().unwrap_or_default().trim_end();
                        let junk = match explain::foreign(line) {
                            Some(_) => self.take(line.len()),
                            None => self.junk(),
                        };
                        let message = match (explain::foreign(line), &self.text[junk]) {
                            (Some(fault), _) => fault.message,
                            (None, ";") => "expected `,`, not `;`".to_owned(),
                            (None, _) => "this is not understood here".to_owned(),
                        };
                        self.problem(junk, message);
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
            let is_value_next = !self.text[usize::from(whole.end())..self.at].contains('\n')
                && matches!(self.peek(), Some(b'"' | b'{' | b'['));
            if !is_bare && self.peek() == Some(b'=') {
                let message = format!("expected `:` after the key `{}`, not `=`", key.text);
                self.problem(range(self.at, self.at + 1), message);
                self.take(1);
            } else if !is_bare && is_value_next {
                self.problem(whole, format!("expected `:` after the key `{}`", key.text));
            } else {
                let message = if is_bare {
                    "this is not understood here".to_owned()
                } else {
                    format!("expected `:` after the key `{}`", key.text)
                };
                self.problem(whole, message);
                return Some(incomplete(key, whole));
            }
        } else {
            if is_bare {
                self.problem(whole, "a key stands in double quotes");
            }
            self.take(1);
        }
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

/// What is said of a word that is no value.
fn no_value(word: &str) -> String {
    match word {
        "True" | "False" | "TRUE" | "FALSE" => format!("expected `{}`, in small letters", word.to_ascii_lowercase()),
        "None" | "nil" | "Null" | "NULL" | "undefined" => format!("`{word}` is no value of JSON"),
        "NaN" | "Infinity" | "-Infinity" => format!("`{word}` is no number of JSON"),
        _ if word.starts_with('!') => {
            "short forms are for YAML: write `{\"Ref\": ...}` or `{\"Fn::...\": ...}`".to_owned()
        }
        _ if word.starts_with(['\u{201c}', '\u{201d}', '\u{201e}', '\u{ab}', '\u{2018}', '\u{2019}']) => {
            "these are no quotes: text stands in `\"`".to_owned()
        }
        _ => number_fault(word).err().unwrap_or("text stands in double quotes").to_owned(),
    }
}

/// Why a word is no number of JSON, if it looks like one.
pub(super) fn number_fault(word: &str) -> Result<(), &'static str> {
    const NO_NUMBER: &str = "text stands in double quotes";
    let digits = |it: &str| it.bytes().take_while(u8::is_ascii_digit).count();
    if word.strip_prefix('+').is_some_and(|it| digits(it) > 0) {
        return Err("a number has no `+` in front");
    }
    let rest = word.strip_prefix('-').unwrap_or(word);
    if rest.starts_with("0x") || rest.starts_with("0X") {
        return Err("JSON knows decimal numbers only");
    }
    if rest.strip_prefix('.').is_some_and(|it| digits(it) > 0) {
        return Err("expected a digit in front of the point");
    }
    let whole = digits(rest);
    if whole == 0 {
        return Err(NO_NUMBER);
    }
    let mut behind = &rest[whole..];
    if let Some(fraction) = behind.strip_prefix('.') {
        let count = digits(fraction);
        if count == 0 {
            return Err("expected a digit behind the point");
        }
        behind = &fraction[count..];
    }
    if let Some(exponent) = behind.strip_prefix(['e', 'E']) {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        let count = digits(exponent);
        if count == 0 {
            return Err("expected a digit in the exponent");
        }
        behind = &exponent[count..];
    }
    match behind {
        "" if whole > 1 && rest.starts_with('0') => Err("a number has no zero in front: put text in double quotes"),
        "" => Ok(()),
        _ => Err(NO_NUMBER),
    }
}

/// What is wrong within the quotes of a string.
pub(super) fn string_problems(text: &str, inner: TextRange, problems: &mut Vec<Problem>) {
    let start = usize::from(inner.start());
    let source = &text[inner];
    // Nearly all strings are plain.
    if !source.bytes().any(|it| it == b'\\' || it < b' ') {
        return;
    }
    let bytes = source.as_bytes();
    let mut report = |from: usize, length: usize, message: String| {
        let range = range(start + from, (start + from + length).min(start + source.len()));
        problems.push(Problem { range, message, kind: ProblemKind::Syntax });
    };
    let unit = |at: usize| {
        let digits = source.get(at + 2..at + 6).filter(|_| source[at..].starts_with("\\u"))?;
        u16::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+'))
    };
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => {
                let Some(escape) = source[at + 1..].chars().next() else { return };
                let length = 1 + escape.len_utf8();
                match (escape, unit(at)) {
                    ('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't', _) => at += length,
                    ('u', None) => {
                        report(at, length, "expected 4 hexadecimal digits behind `\\u`".to_owned());
                        at += length;
                    }
                    ('u', Some(0xd800..=0xdbff)) if matches!(unit(at + 6), Some(0xdc00..=0xdfff)) => at += 12,
                    ('u', Some(0xd800..=0xdfff)) => {
                        report(at, 6, "this is half of a character: its other half is missing".to_owned());
                        at += 6;
                    }
                    ('u', Some(_)) => at += 6,
                    _ => {
                        report(
                            at,
                            length,
                            format!("`\\{escape}` means nothing in JSON: write `\\\\{escape}` for a backslash"),
                        );
                        at += length;
                    }
                }
            }
            byte if byte < b' ' => {
                let message = match byte {
                    b'\t' => "a tab cannot stand in text: write `\\t`".to_owned(),
                    _ => format!("this character cannot stand in text: write `\\u{byte:04x}`"),
                };
                report(at, 1, message);
                at += 1;
            }
            _ => at += 1,
        }
    }
}

fn incomplete(key: Word, range: TextRange) -> Pair {
    Pair { value: yaml::nothing(range.end().into()), key, range, incomplete: true }
}
