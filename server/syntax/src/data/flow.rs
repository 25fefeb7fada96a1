//! Flow values over several lines.
//!
//! YAML asks that each line of a quoted scalar or of a flow collection is indented more than the collection around it
//! ("Flow Styles", sections 7.3 and 7.4 of YAML 1.2.2), and so does the grammar. PyYAML and CloudFormation do not, and
//! real templates close with `}'` below their key. Such values are joined into one line of the same length, in a copy
//! that is parsed in the text's place; what they say is still read from the text. (Lines that stand as far left as the
//! entries of a section have been taken for entries before this.)

use super::lines::{Line, LineKind, WHITE};
use super::split::{content, split_key};
use std::ops::RangeInclusive;

/// A flow value that is closed on a later line than it starts on.
struct Value {
    start: usize,
    end: usize,
    /// The numbers of the lines that it goes on over.
    below: RangeInclusive<usize>,
    comments: Vec<(usize, usize)>,
    /// The column of the key or dash that it is the value of.
    column: usize,
}

/// A copy of `text`, whose lines these are, in which each flow value with a line that is indented too little is one line;
/// and the numbers of the lines that were joined to the ones before them. `None` where there is no such value.
pub(super) fn joined(text: &str, lines: &[Line]) -> Option<(String, Vec<usize>)> {
    let mut copy: Option<Vec<u8>> = None;
    let mut continued = Vec::new();
    for value in values(text, lines) {
        let is_shallow = |it: &Line| it.has_text() && it.indent as usize <= value.column;
        if lines[value.below.clone()].iter().any(is_shallow) {
            let copy = copy.get_or_insert_with(|| text.as_bytes().to_vec());
            for byte in copy[value.start..value.end].iter_mut().filter(|it| matches!(it, b'\n' | b'\r')) {
                *byte = b' ';
            }
            value.comments.into_iter().for_each(|(from, to)| copy[from..to].fill(b' '));
            continued.extend(value.below);
        }
    }
    Some((String::from_utf8(copy?).ok()?, continued))
}

/// These lines without those in which a flow value goes on: they start nothing, whatever they look like. `None` where
/// there are none.
pub(super) fn without_continued(text: &str, lines: &[Line]) -> Option<Vec<Line>> {
    let mut rest: Option<Vec<Line>> = None;
    for number in values(text, lines).into_iter().flat_map(|it| it.below) {
        rest.get_or_insert_with(|| lines.to_vec())[number].kind = LineKind::Blank;
    }
    rest
}

fn values(text: &str, lines: &[Line]) -> Vec<Value> {
    let mut values = Vec::new();
    let mut number = 0;
    // A value that is not closed may be read to the end of the text; hostile text is not worth it.
    let mut unclosed = 16;
    while number < lines.len() {
        let line = &lines[number];
        number += 1;
        if line.kind != LineKind::Text {
            continue;
        }
        let (column, start) = value_start(text, line);
        let rest = text[start..line.end as usize].trim_end_matches(WHITE);
        if rest.starts_with(['|', '>']) {
            // What is indented more is text, whatever it looks like.
            while number < lines.len() && (!lines[number].has_text() || lines[number].indent as usize > column) {
                number += 1;
            }
            continue;
        }
        if !rest.starts_with(['"', '\'', '{', '[']) {
            continue;
        }
        let last_line = |end: usize| lines.partition_point(|it| (it.start as usize) < end) - 1;
        let ends_line = |end: usize| {
            let behind = text[end..lines[last_line(end)].end as usize].trim_start_matches(WHITE);
            behind.is_empty() || behind.starts_with('#')
        };
        let Some((end, comments)) = close(text.as_bytes(), start).filter(|(end, _)| ends_line(*end)) else {
            unclosed -= 1;
            if unclosed == 0 {
                break;
            }
            continue;
        };
        let last = last_line(end);
        if last >= number {
            values.push(Value { start, end, below: number..=last, comments, column });
        }
        number = last + 1;
    }
    values
}

/// The column of the innermost key or dash of a line, and where the value behind it starts, after its tag and anchor.
fn value_start(text: &str, line: &Line) -> (usize, usize) {
    let all = content(text, line);
    let mut at = 0;
    let mut column = line.indent as usize;
    while let Some(rest) = all[at..].strip_prefix("- ") {
        column = line.indent as usize + at;
        at = all.len() - rest.trim_start_matches(' ').len();
    }
    if let Some((_, after)) = split_key(&all[at..]) {
        column = line.indent as usize + at;
        at += after;
    }
    loop {
        let rest = all[at..].trim_start_matches(WHITE);
        at = all.len() - rest.len();
        if !rest.starts_with(['!', '&']) {
            return (column, line.content() + at);
        }
        at += rest.find(WHITE).unwrap_or(rest.len());
    }
}

/// The end of the flow value that starts at `start`, and the comments in it; `None` when it is not closed.
fn close(text: &[u8], start: usize) -> Option<(usize, Vec<(usize, usize)>)> {
    let mut depth = 0_usize;
    let mut comments = Vec::new();
    let mut at = start;
    loop {
        match *text.get(at)? {
            quote @ (b'"' | b'\'')
                if at == start || matches!(text[at - 1], b' ' | b'\n' | b'\t' | b',' | b'[' | b'{' | b':') =>
            {
                at = close_quote(text, at, quote)?;
            }
            b'[' | b'{' => {
                depth += 1;
                at += 1;
            }
            b']' | b'}' => {
                depth = depth.checked_sub(1)?;
                at += 1;
            }
            b'#' if matches!(text[at - 1], b' ' | b'\n' | b'\t') => {
                let end = at + text[at..].iter().position(|it| *it == b'\n').unwrap_or(text.len() - at);
                comments.push((at, end));
                at = end;
            }
            _ => at += 1,
        }
        if depth == 0 {
            return Some((at, comments));
        }
    }
}

fn close_quote(text: &[u8], start: usize, quote: u8) -> Option<usize> {
    let mut at = start + 1;
    loop {
        match *text.get(at)? {
            b'\\' if quote == b'"' => at += 2,
            b'\'' if quote == b'\'' && text.get(at + 1) == Some(&b'\'') => at += 2,
            byte if byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
}
