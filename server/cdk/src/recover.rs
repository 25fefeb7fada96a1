//! Texts that do not parse, as they are while someone types.
//!
//! The lines being typed are hidden until the rest parses again: everything else then keeps its meaning, and what the
//! hidden lines belong to is taken for open. A tree with errors in it is the last resort, since an error may swallow
//! half of the file.

use std::sync::Arc;
use syntax::typescript::{Program, common};
use text::TextRange;

/// More lines than this are not hidden at once.
const MAX_HIDDEN: usize = 400;

/// The last state that could be read, with what is hidden in it.
#[derive(Debug, Default)]
pub(crate) struct Readable {
    program: Option<Program>,
    /// The text of the last state, as written.
    written: Arc<str>,
    holes: Vec<TextRange>,
}

/// A state of the file as it is read: with spaces in the place of what cannot be understood yet.
pub(crate) struct Reading {
    pub(crate) program: Program,
    /// What is hidden.
    pub(crate) holes: Vec<TextRange>,
    /// Errors are left.
    pub(crate) uncertain: bool,
}

impl Readable {
    /// Reads the state that `program` is the tree of.
    pub(crate) fn read(&mut self, program: &Program) -> Reading {
        let text = Arc::clone(program.text());
        let before = std::mem::replace(&mut self.written, Arc::clone(&text));
        if !program.root().has_error() {
            self.program = Some(program.clone());
            self.holes.clear();
            return Reading { program: program.clone(), holes: Vec::new(), uncertain: false };
        }
        if let Some(last) = &self.program {
            let (prefix, suffix) = common(&before, &text);
            let edited = lines(&text, prefix, text.len() - suffix);
            let moved: Vec<TextRange> =
                self.holes.iter().map(|it| moved(*it, &before, &text, prefix, suffix)).collect();
            let with_moved = moved.iter().copied().chain([edited]).collect();
            for holes in [moved, vec![edited], with_moved] {
                let holes = joined(holes);
                let hidden: usize = holes.iter().map(|it| text[*it].matches('\n').count() + 1).sum();
                if holes.is_empty() || hidden > MAX_HIDDEN {
                    continue;
                }
                let mut attempt = last.clone();
                attempt.update(&blank(&text, &holes));
                if !attempt.root().has_error() {
                    self.program = Some(attempt.clone());
                    self.holes.clone_from(&holes);
                    return Reading { program: attempt, holes, uncertain: false };
                }
            }
            // The place may become readable again from here.
            self.holes = joined(vec![edited]);
        }
        Reading { program: program.clone(), holes: Vec::new(), uncertain: true }
    }
}

/// The whole lines from `start` to `end`.
fn lines(text: &str, start: usize, end: usize) -> TextRange {
    let from = text[..start].rfind('\n').map_or(0, |it| it + 1);
    let end = end.max(start);
    let to = text[end..].find(['\n', '\r']).map_or(text.len(), |it| end + it);
    text::range(from, to)
}

/// Where a hole of the state before is now.
fn moved(hole: TextRange, before: &str, text: &str, prefix: usize, suffix: usize) -> TextRange {
    let (start, end) = (usize::from(hole.start()), usize::from(hole.end()));
    let map = |at: usize| {
        if at <= prefix {
            at
        } else if at >= before.len() - suffix {
            at + text.len() - before.len()
        } else {
            text.len() - suffix
        }
    };
    lines(text, map(start), map(end))
}

fn joined(mut holes: Vec<TextRange>) -> Vec<TextRange> {
    holes.sort_by_key(|it| (it.start(), it.end()));
    let mut out: Vec<TextRange> = Vec::new();
    for hole in holes {
        match out.last_mut() {
            Some(last) if hole.start() <= last.end() => *last = last.cover(hole),
            _ => out.push(hole),
        }
    }
    out
}

/// `text` with spaces in the place of `holes`; every other byte stays where it is.
fn blank(text: &str, holes: &[TextRange]) -> Arc<str> {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for hole in holes {
        let (start, end) = (usize::from(hole.start()), usize::from(hole.end()));
        out.push_str(&text[at..start]);
        out.extend(text[start..end].bytes().map(|it| if it == b'\n' || it == b'\r' { char::from(it) } else { ' ' }));
        at = end;
    }
    out.push_str(&text[at..]);
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_keep_every_place() {
        let text = "a\né b\r\nc";
        let hole = lines(text, 4, 5);
        assert_eq!(&text[hole], "é b");
        assert_eq!(&*blank(text, &[hole]), "a\n    \r\nc");
    }
}
