//! Says what is wrong with a broken piece of YAML, in words an author understands.

use super::lines::WHITE;
use std::ops::Range;

/// What is wrong with a piece; the range counts from its start and may go past its end.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) range: Range<usize>,
    pub(super) message: String,
}

const ALL: Range<usize> = 0..usize::MAX;

impl Fault {
    fn new(range: Range<usize>, message: impl Into<String>) -> Fault {
        Fault { range, message: message.into() }
    }
}

/// A line that stands where a key should and has no colon.
pub(super) fn key(content: &str) -> Fault {
    if starts_badly(content) {
        return value(content);
    }
    let key = content.split(" #").next().unwrap_or_default().trim_end_matches(WHITE);
    let shown: String = key.chars().take(40).collect();
    let dots = if shown.len() < key.len() { "…" } else { "" };
    Fault::new(0..key.len(), format!("expected `:` after the key `{shown}{dots}`"))
}

/// True when the first character is the fault.
pub(super) fn starts_badly(content: &str) -> bool {
    content
        .starts_with(['\t', '@', '`', '%', '*', '&', '!', '}', ']', ',', '[', '{', '"', '\'', '|', '>', ':', '?', '-'])
}

/// True for a quote that is opened and not closed on its line.
pub(super) fn is_open_quote(content: &str) -> bool {
    matches!(content.as_bytes().first(), Some(b'"' | b'\'')) && closing_quote(content).is_none()
}

/// A value on one line that does not parse.
pub(super) fn value(content: &str) -> Fault {
    let content = content.trim_end_matches(WHITE);
    let Some(first) = content.chars().next() else { return Fault::new(ALL, "a value is missing here") };
    match first {
        '\t' => {
            let tabs = content.len() - content.trim_start_matches(WHITE).len();
            Fault::new(0..tabs, "a tab cannot indent YAML: use spaces")
        }
        '@' | '`' | '%' => Fault::new(ALL, format!("a value cannot start with `{first}`: put it in quotes")),
        '*' => Fault::new(ALL, "`*` begins an alias; put the value in quotes"),
        '&' => Fault::new(ALL, "`&` begins an anchor; put the value in quotes"),
        '}' | ']' => Fault::new(0..1, format!("this `{first}` closes nothing")),
        ',' => Fault::new(0..1, "a value cannot start with `,`: put it in quotes"),
        '"' | '\'' => quoted(content),
        '[' | '{' => flow(content),
        '|' | '>' => Fault::new(ALL, format!("nothing may follow `{first}` on its line: the text starts on the next")),
        '!' => match content.split_once(' ') {
            Some((tag, rest)) if !rest.trim_matches(WHITE).is_empty() => {
                let skipped = tag.len() + 1 + (rest.len() - rest.trim_start_matches(WHITE).len());
                let fault = value(rest.trim_start_matches(WHITE));
                Fault::new(skipped + fault.range.start..fault.range.end.saturating_add(skipped), fault.message)
            }
            _ => Fault::new(ALL, "expected a value after the tag"),
        },
        '-' if content.len() == 1 || content.starts_with("- ") => {
            Fault::new(ALL, "an item `- ` cannot stand here: check its indentation")
        }
        ':' => Fault::new(0..1, "expected a key in front of `:`"),
        _ if content.contains(": ") || content.ends_with(':') => {
            let quoted = content.find(['"', '\'']).is_none_or(|it| content.find(':').is_some_and(|colon| colon < it));
            if quoted {
                Fault::new(ALL, format!("`{}`: a value with `: ` in it needs quotes", shorten(content)))
            } else {
                Fault::new(ALL, "this is not understood here")
            }
        }
        _ if content.contains('\t') => Fault::new(ALL, "a tab cannot indent YAML: use spaces"),
        _ => Fault::new(ALL, "this is not understood here: check its indentation"),
    }
}

/// A flow collection, maybe over several lines, that does not parse: its first bracket without a partner.
pub(super) fn flow(source: &str) -> Fault {
    let bytes = source.as_bytes();
    let mut open: Vec<usize> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'"' | b'\'' if starts_scalar(bytes, at) => match closing_quote(&source[at..]) {
                Some(length) => at += length,
                None => {
                    let line = source[at..].lines().next().unwrap_or_default().trim_end_matches(WHITE).len();
                    return Fault::new(at..at + line, "this quote is not closed");
                }
            },
            b'#' if at > 0 && bytes[at - 1].is_ascii_whitespace() => {
                at += source[at..].find('\n').unwrap_or(source.len() - at);
                continue;
            }
            b'[' | b'{' => open.push(at),
            closer @ (b']' | b'}') => match open.pop() {
                None => return Fault::new(at..at + 1, format!("this `{}` closes nothing", closer as char)),
                Some(opener) if bytes[opener] + 2 != closer => {
                    let expected = (bytes[opener] + 2) as char;
                    return Fault::new(at..at + 1, format!("expected `{expected}`, not `{}`", closer as char));
                }
                Some(_) if open.is_empty() => {
                    let rest = source[at + 1..].lines().next().unwrap_or_default();
                    let start = at + 1 + rest.len() - rest.trim_start_matches(WHITE).len();
                    let end = at + 1 + rest.trim_end_matches(WHITE).len();
                    if start < end && !rest.trim_start_matches(WHITE).starts_with('#') {
                        return Fault::new(start..end, format!("nothing may follow the closing `{}`", closer as char));
                    }
                }
                Some(_) => {}
            },
            _ => {}
        }
        at += 1;
    }
    match open.last() {
        Some(at) => Fault::new(*at..at + 1, format!("`{}` is not closed", bytes[*at] as char)),
        None => {
            let line = source.lines().next().unwrap_or_default().trim_end_matches(WHITE).len();
            Fault::new(0..line, "this list or mapping in brackets is not understood: check commas, colons and quotes")
        }
    }
}

/// True when a quote at `at` opens a scalar, and is not a character amid a plain one.
fn starts_scalar(bytes: &[u8], at: usize) -> bool {
    bytes[..at]
        .iter()
        .rev()
        .find(|it| !matches!(it, b' ' | b'\t' | b'\r' | b'\n'))
        .is_none_or(|before| matches!(before, b'[' | b'{' | b',' | b':') || bytes[at - 1].is_ascii_whitespace())
}

fn quoted(content: &str) -> Fault {
    let Some(close) = closing_quote(content) else { return Fault::new(ALL, "this quote is not closed") };
    let rest = &content[close + 1..];
    let start = close + 1 + rest.len() - rest.trim_start_matches(WHITE).len();
    if start < content.len() {
        return Fault::new(start..content.len(), "nothing may follow the closing quote");
    }
    Fault::new(ALL, "this text in quotes is not understood: check its backslashes")
}

/// The closing quote of the scalar that `content` starts with.
fn closing_quote(content: &str) -> Option<usize> {
    let bytes = content.as_bytes();
    let quote = *bytes.first()?;
    let mut at = 1;
    while at < bytes.len() {
        if bytes[at] == b'\\' && quote == b'"' {
            at += 2;
        } else if bytes[at] != quote {
            at += 1;
        } else if quote == b'\'' && bytes.get(at + 1) == Some(&quote) {
            at += 2;
        } else {
            return Some(at);
        }
    }
    None
}

fn shorten(content: &str) -> String {
    let mut shown: String = content.chars().take(40).collect();
    if shown.len() < content.len() {
        shown.push('…');
    }
    shown
}
