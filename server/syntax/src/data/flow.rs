//! Flow values over several lines.
//!
//! YAML asks that each line of a quoted scalar or of a flow collection is indented more than the collection around it
//! ("Flow Styles", sections 7.3 and 7.4 of YAML 1.2.2), and so does the grammar. PyYAML and CloudFormation do not, and
//! real templates close with `}'` below their key. Such values are joined into one line of the same length, in a copy
//! that is parsed in the text's place; what they say is still read from the text. (Lines that stand as far left as the
//! entries of a section have been taken for entries before this.)

use super::lines::{Line, LineKind, WHITE};
use super::split::{content, split_key};

/// A copy of `text`, whose lines these are, in which each flow value with a line that is indented too little is one line;
/// and the numbers of the lines that were joined to the ones before them. `None` where there is no such value.
pub(super) fn joined(text: &str, lines: &[Line]) -> Option<(String, Vec<usize>)> {
    let mut copy: Option<Vec<u8>> = None;
    let mut continued = Vec::new();
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
        let is_shallow = |it: &Line| it.has_text() && it.indent as usize <= column;
        if last >= number && lines[number..=last].iter().any(is_shallow) {
            let copy = copy.get_or_insert_with(|| text.as_bytes().to_vec());
            for byte in copy[start..end].iter_mut().filter(|it| matches!(it, b'\n' | b'\r')) {
                *byte = b' ';
            }
            comments.into_iter().for_each(|(from, to)| copy[from..to].fill(b' '));
            continued.extend(number..=last);
        }
        number = last + 1;
    }
    Some((String::from_utf8(copy?).ok()?, continued))
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
