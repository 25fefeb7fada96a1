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
    if let Some(fault) = foreign(content) {
        return fault;
    }
    if starts_badly(content) {
        return value(content);
    }
    let is_word = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_');
    if let Some((word, rest)) = content.split_once(':')
        && is_word(word)
        && !rest.starts_with([':', '/'])
    {
        return Fault::new(0..word.len() + 1, format!("expected a space behind the `:` of the key `{word}`"));
    }
    if let Some((word, _)) = content.split_once('=')
        && is_word(word.trim_end_matches(WHITE))
    {
        let word_end = word.trim_end_matches(WHITE);
        return Fault::new(word.len()..word.len() + 1, format!("expected `:` after the key `{word_end}`, not `=`"));
    }
    let key = content.split(" #").next().unwrap_or_default().trim_end_matches(WHITE);
    let shown: String = key.chars().take(40).collect();
    let dots = if shown.len() < key.len() { "…" } else { "" };
    Fault::new(0..key.len(), format!("expected `:` after the key `{shown}{dots}`"))
}

/// What belongs to another language or tool.
pub(super) fn foreign(content: &str) -> Option<Fault> {
    let message = match content {
        it if it.starts_with("<<<<<<<") => "a merge conflict starts here: keep one of its sides",
        it if it.starts_with("=======") => "the two sides of a merge conflict meet here: keep one of them",
        it if it.starts_with(">>>>>>>") => "a merge conflict ends here: keep one of its sides",
        it if it.starts_with("{%") || it.starts_with("{#") || it.starts_with("{{") => TEMPLATE_LANGUAGE,
        it if it.starts_with("```") => "this is the fence of a code block in Markdown, no part of a template",
        it if it.starts_with("//") || it.starts_with("/*") => "a comment starts with `#`",
        _ => return None,
    };
    Some(Fault::new(ALL, message))
}

/// What is said of `{{ name }}` and `{% if %}`.
pub(super) const TEMPLATE_LANGUAGE: &str =
    "this belongs to a template language, which CloudFormation does not know: it must be filled in first";

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
    if let Some(fault) = foreign(content) {
        return fault;
    }
    match first {
        '\t' => {
            let tabs = content.len() - content.trim_start_matches(WHITE).len();
            Fault::new(0..tabs, "a tab cannot indent YAML: use spaces")
        }
        '`' => Fault::new(ALL, "a value cannot start with a backtick: put it in quotes"),
        '@' | '%' => Fault::new(ALL, format!("a value cannot start with `{first}`: put it in quotes")),
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
                let rest = rest.trim_start_matches(WHITE);
                if rest.starts_with('!') {
                    let second = rest.split(WHITE).next().unwrap_or_default();
                    let message = "a value has one short form only: write the inner one in full, such as `Ref: Name`";
                    return Fault::new(skipped..skipped + second.len(), message);
                }
                if tag.contains(|it: char| !(it.is_ascii_alphanumeric() || matches!(it, '!' | ':' | '.' | '-' | '_'))) {
                    return Fault::new(0..tag.len(), "`!` begins a tag: put the value in quotes if it is text");
                }
                let fault = value(rest);
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
                    let rest = rest.trim_matches(WHITE);
                    if rest.starts_with([']', '}']) {
                        return Fault::new(start..start + 1, format!("this `{}` closes nothing", &rest[..1]));
                    }
                    if rest == "," {
                        return Fault::new(start..end, "no comma may stand between lines: it belongs between brackets");
                    }
                    if start < end && !rest.starts_with('#') {
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
        None => crowded_pair(source).unwrap_or_else(|| {
            let line = source.lines().next().unwrap_or_default().trim_end_matches(WHITE).len();
            Fault::new(0..line, "this list or mapping in brackets is not understood: check commas, colons and quotes")
        }),
    }
}

/// Two pairs without a comma between them: `a: b c: d`.
fn crowded_pair(source: &str) -> Option<Fault> {
    if source.contains(['"', '\'', '#']) {
        return None;
    }
    let mut start = 0;
    for part in source.split_inclusive(['[', '{', ',', '}', ']']) {
        let text = part.trim_end_matches(['[', '{', ',', '}', ']']);
        if text.matches(": ").count() > 1 {
            let from = start + text.len() - text.trim_start().len();
            return Some(Fault::new(from..start + text.trim_end().len(), "expected `,` between two pairs"));
        }
        start += part.len();
    }
    None
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
    let quote = &content[..1];
    let rest = &content[close + 1..];
    let start = close + 1 + rest.len() - rest.trim_start_matches(WHITE).len();
    if start >= content.len() {
        return bad_escape(content)
            .unwrap_or_else(|| Fault::new(ALL, "this text in quotes is not understood: check its backslashes"));
    }
    // `'it's'`: the rest holds the quote that was meant to close.
    if start == close + 1 && rest.ends_with(quote) {
        let inner = if quote == "'" { "''" } else { "\\\"" };
        return Fault::new(close..close + 1, format!("this quote ends the text: write `{inner}` for one within it"));
    }
    Fault::new(start..content.len(), "nothing may follow the closing quote")
}

/// The first escape in double quotes that there is not.
fn bad_escape(content: &str) -> Option<Fault> {
    let bytes = content.as_bytes();
    let mut at = 1;
    while bytes.first() == Some(&b'"') && at + 1 < bytes.len() {
        if bytes[at] != b'\\' {
            at += 1;
            continue;
        }
        let digits = match bytes[at + 1] {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            byte if b"0abt\tnvfre \"/\\N_LP".contains(&byte) => 0,
            _ => {
                let escape = content[at + 1..].chars().next()?;
                let message =
                    format!("`\\{escape}` means nothing in double quotes: write `\\\\{escape}`, or use single quotes");
                return Some(Fault::new(at..at + 1 + escape.len_utf8(), message));
            }
        };
        let found = bytes[at + 2..].iter().take(digits).take_while(|it| it.is_ascii_hexdigit()).count();
        if found < digits {
            let message = format!("expected {digits} hexadecimal digits behind `\\{}`", bytes[at + 1] as char);
            return Some(Fault::new(at..at + 2 + found, message));
        }
        at += 2 + digits;
    }
    None
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
