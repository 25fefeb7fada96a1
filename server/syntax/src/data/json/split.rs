//! Where a JSON text falls into blocks.

use crate::data::split::{Pieces, has_entries, is_root_key};
use crate::data::{Problem, ProblemKind, Role};
use text::range;

/// Splits a JSON text behind a byte order mark of `mark` bytes.
///
/// Brackets say where entries start and end. Where they do not match, a template that is written over lines is split
/// by its indentation instead, so that a bracket too many spoils one entry and not the file.
pub(super) fn split(text: &str, mark: usize) -> Pieces {
    let outline = outline(text, mark);
    let mut pieces = Pieces::default();
    pieces.push(mark, Role::Trivia);
    let marks = match &outline.fault {
        None => outline.marks,
        Some(_) => {
            let by_lines = marks_by_lines(text, mark);
            // Lines tell more, where the text is written over lines at all.
            let has_lines = text.lines().count() > outline.marks.len();
            let is_split = by_lines.iter().any(|it| it.is_section(text));
            if has_lines && is_split { by_lines } else { outline.marks }
        }
    };
    let is_template = marks.iter().any(|it| it.is_section(text));
    if is_template {
        place(text, &marks, &mut pieces);
    } else {
        let start = text.len() - text[mark..].trim_start().len();
        pieces.push(start, Role::Trivia);
        pieces.push(text.trim_end().len().max(start), Role::Root);
    }
    pieces.push(text.len(), Role::Trivia);
    pieces.fallback = outline.fault.filter(|_| is_template);
    pieces
}

/// A place where something starts or ends.
#[derive(Clone, Copy, Debug)]
struct Mark {
    at: usize,
    kind: MarkKind,
}

#[derive(Clone, Copy, Debug)]
enum MarkKind {
    /// The key of a root pair; `open` when its value is an object.
    Root { open: bool },
    /// The key of an entry of the last root pair.
    Entry,
    /// The end of the entries of the last root pair, or of the root.
    End,
}

impl Mark {
    fn is_section(&self, text: &str) -> bool {
        matches!(self.kind, MarkKind::Root { .. }) && is_root_key(self.key(text))
    }

    fn key<'t>(&self, text: &'t str) -> &'t str {
        let rest = &text[self.at + 1..];
        &rest[..rest.find(['"', '\n']).unwrap_or(rest.len())]
    }
}

fn place(text: &str, marks: &[Mark], pieces: &mut Pieces) {
    let mut role = Role::Trivia;
    let mut is_split = false;
    for (number, mark) in marks.iter().enumerate() {
        match mark.kind {
            MarkKind::Root { open } => {
                pieces.push(mark.at, role);
                let has_entry = marks.get(number + 1).is_some_and(|it| matches!(it.kind, MarkKind::Entry));
                is_split = open && has_entry && has_entries(mark.key(text));
                role = if is_split { Role::Header } else { Role::Section };
            }
            MarkKind::Entry if is_split => {
                pieces.push(mark.at, role);
                role = Role::Entry;
            }
            MarkKind::End if is_split || marks.get(number + 1).is_none() => {
                pieces.push(mark.at, role);
                role = Role::Trivia;
            }
            MarkKind::Entry | MarkKind::End => {}
        }
    }
    pieces.push(text.len(), role);
}

#[derive(Debug, Default)]
struct Outline {
    marks: Vec<Mark>,
    /// What is wrong with the brackets.
    fault: Option<Problem>,
}

/// One light pass over the text: the keys at the first two levels, and whether all brackets match.
fn outline(text: &str, mark: usize) -> Outline {
    let bytes = text.as_bytes();
    let mut outline = Outline::default();
    let mut open: Vec<(u8, usize)> = Vec::new();
    let mut is_closed = false;
    let mut at = mark;
    while at < bytes.len() {
        let is_opener = matches!(bytes[at], b'{' | b'[') && !is_closed;
        let is_content = !bytes[at].is_ascii_whitespace() && !is_comment(bytes, at);
        if open.is_empty() && !is_opener && is_content && outline.fault.is_none() {
            let line = text[at..].lines().next().unwrap_or_default().trim_end().len().max(1);
            let message = match bytes[at] {
                closer @ (b'}' | b']') => format!("this `{}` closes nothing", closer as char),
                _ => "this stands outside of the braces around everything".to_owned(),
            };
            outline.fault = Some(Problem { range: range(at, at + line), message, kind: ProblemKind::Syntax });
        }
        match bytes[at] {
            b'"' => {
                let end = string_end(bytes, at);
                if open.len() <= 2
                    && !is_closed
                    && open.iter().all(|it| it.0 == b'{')
                    && let Some(value) = after_colon(bytes, end)
                {
                    match open.len() {
                        1 => outline
                            .marks
                            .push(Mark { at, kind: MarkKind::Root { open: bytes.get(value) == Some(&b'{') } }),
                        2 => outline.marks.push(Mark { at, kind: MarkKind::Entry }),
                        _ => {}
                    }
                }
                at = end;
                continue;
            }
            b'/' if is_comment(bytes, at) => {
                at = comment_end(bytes, at);
                continue;
            }
            opener @ (b'{' | b'[') => open.push((opener, at)),
            closer @ (b'}' | b']') => match open.pop() {
                Some((opener, _)) if opener + 2 == closer => {
                    if open.len() <= 1 {
                        outline.marks.push(Mark { at, kind: MarkKind::End });
                    }
                    is_closed |= open.is_empty();
                }
                _ if outline.fault.is_some() => {}
                opener => {
                    let found = closer as char;
                    let message = match opener {
                        Some((opener, _)) => format!("expected `{}`, not `{found}`", (opener + 2) as char),
                        None => format!("this `{found}` closes nothing"),
                    };
                    let range = range(at, at + 1);
                    outline.fault = Some(Problem { range, message, kind: ProblemKind::Syntax });
                }
            },
            _ => {}
        }
        at += 1;
    }
    if let (Some((opener, at)), None) = (open.last(), &outline.fault) {
        let message = format!("`{}` is not closed", *opener as char);
        outline.fault = Some(Problem { range: range(*at, at + 1), message, kind: ProblemKind::Syntax });
    }
    outline
}

/// The keys at the first two levels of indentation.
fn marks_by_lines(text: &str, mark: usize) -> Vec<Mark> {
    let mut lines: Vec<(usize, usize, &str)> = Vec::new();
    let mut start = mark;
    for line in text[mark..].split_inclusive('\n') {
        let content = line.trim_start_matches([' ', '\t']);
        let indent = line.len() - content.len();
        let content = content.trim_end();
        if !content.is_empty() {
            lines.push((start + indent, indent, content));
        }
        start += line.len();
    }
    let is_key = |content: &str| {
        let bytes = content.as_bytes();
        bytes[0] == b'"' && after_colon(bytes, string_end(bytes, 0)).is_some()
    };
    let is_root = |content: &str| is_key(content) && is_root_key(content[1..].split('"').next().unwrap_or_default());
    let opens = |content: &str| {
        let bytes = content.as_bytes();
        let value = || after_colon(bytes, string_end(bytes, 0)).and_then(|it| bytes.get(it));
        bytes[0] == b'"' && matches!(value(), Some(b'{' | b'['))
    };
    let Some(root) = lines.iter().filter(|it| is_root(it.2)).map(|it| it.1).min() else { return Vec::new() };

    let mut marks = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let (start, indent, content) = lines[at];
        at += 1;
        if indent != root || !is_root(content) {
            if indent < root && content.starts_with('}') && at == lines.len() {
                marks.push(Mark { at: start, kind: MarkKind::End });
            }
            continue;
        }
        let open = content.ends_with('{');
        marks.push(Mark { at: start, kind: MarkKind::Root { open } });
        let section = &lines[at..];
        let length = section.iter().position(|it| it.1 <= root && is_root(it.2)).unwrap_or(section.len());
        let section = &section[..length];
        // The bracket that closes the section is the last one at the indentation of its key.
        let close = section.iter().rposition(|it| it.1 == root && it.2.starts_with('}'));
        let end = close.unwrap_or(section.len());
        // The indentation of the entries is the least that lines agree on.
        let mut indents: Vec<usize> = section[..end]
            .iter()
            .filter(|it| it.1 > root && (opens(it.2) || it.2.starts_with(['}', ']'])))
            .map(|it| it.1)
            .collect();
        indents.sort_unstable();
        let agreed = indents.windows(2).find(|it| it[0] == it[1]).map(|it| it[0]);
        let entry = agreed.or(indents.first().copied()).filter(|_| open);
        if let Some(entry) = entry {
            let entries = section[..end].iter().filter(|it| it.1 <= entry && it.1 > root && is_key(it.2));
            marks.extend(entries.map(|it| Mark { at: it.0, kind: MarkKind::Entry }));
            if let Some((start, ..)) = close.map(|it| &section[it]) {
                marks.push(Mark { at: *start, kind: MarkKind::End });
            }
        }
        at += length;
        if at == lines.len()
            && let Some((start, indent, content)) = section.last()
            && *indent < root
            && content.starts_with('}')
            && marks.last().is_none_or(|it| it.at < *start)
        {
            marks.push(Mark { at: *start, kind: MarkKind::End });
        }
    }
    marks
}

/// Behind the string that starts at `at`: its closing quote, or the end of its line.
pub(super) fn string_end(bytes: &[u8], at: usize) -> usize {
    let quote = bytes[at];
    let mut at = at + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if bytes.get(at + 1).is_some_and(|it| *it != b'\n') => at += 2,
            b'\n' => return at,
            it if it == quote => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The start of the value, where a colon comes next.
fn after_colon(bytes: &[u8], at: usize) -> Option<usize> {
    let skip = |from: usize| from + bytes[from..].iter().take_while(|it| it.is_ascii_whitespace()).count();
    let colon = skip(at);
    (bytes.get(colon) == Some(&b':')).then(|| skip(colon + 1))
}

/// True where `//` or `/*` stands.
pub(super) fn is_comment(bytes: &[u8], at: usize) -> bool {
    bytes[at] == b'/' && matches!(bytes.get(at + 1), Some(b'/' | b'*'))
}

/// Behind the comment at `at`.
pub(super) fn comment_end(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at + 2..];
    let length = if bytes[at + 1] == b'/' {
        rest.iter().position(|it| *it == b'\n')
    } else {
        rest.windows(2).position(|it| it == b"*/").map(|it| it + 2)
    };
    length.map_or(bytes.len(), |it| at + 2 + it)
}

/// True when every bracket of a piece is closed in it by its partner.
pub(super) fn is_balanced(text: &str) -> bool {
    outline(text, 0).fault.is_none()
}
