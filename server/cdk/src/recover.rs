//! Texts that do not parse, as they are while someone types.
//!
//! Until the lines being typed can be read, what stood there before counts: everything else then keeps its meaning, and
//! what the lines belong to is taken for open. Where that has no room the lines are hidden. A tree with errors in it is
//! the last resort, since an error may swallow half of the file.

use std::sync::Arc;
use syntax::typescript::{Problem, Program, common};
use text::TextRange;

/// More lines than this are not read otherwise than they are written at once.
const MAX_HIDDEN: usize = 400;

/// As many lines below those being typed are looked at for room.
const MAX_BELOW: usize = 10;

/// As many bytes are parsed at most, to find what hinders a text that was never readable.
const MAX_PARSED: usize = 2_000_000;

/// The last state that could be read, with what is not as written in it.
#[derive(Debug, Default)]
pub(crate) struct Readable {
    program: Option<Program>,
    /// The text of that state, as written. What is read of it is as long, and differs in the holes only.
    written: Arc<str>,
    holes: Vec<TextRange>,
}

/// A state of the file as it is read: with something else in the place of what cannot be understood yet.
pub(crate) struct Reading {
    pub(crate) program: Program,
    /// What is not read as it is written.
    pub(crate) holes: Vec<TextRange>,
    /// What stands in the holes now is hidden, and so is what stood there before.
    pub(crate) hidden: bool,
    /// Errors are left.
    pub(crate) uncertain: bool,
}

/// A part of the text, before and after an edit.
#[derive(Clone, Copy)]
struct Hole {
    before: TextRange,
    now: TextRange,
}

impl Readable {
    /// Reads the state that `program` is the tree of.
    pub(crate) fn read(&mut self, program: &Program) -> Reading {
        let text = Arc::clone(program.text());
        if !program.root().has_error() {
            return self.keep(&text, program.clone(), Vec::new(), false);
        }
        if let Some(last) = self.program.clone() {
            // What came since and could not be read is part of what is changed now.
            let before = Arc::clone(&self.written);
            let (edited, moved) = self.holes_of(&before, &text);
            let with_moved: Vec<Hole> = moved.iter().copied().chain([edited]).collect();
            let stood = |it: &Hole| last.text().get(std::ops::Range::<usize>::from(it.before));
            let filled = |holes: &[Hole]| fill(&text, holes, |it| fitted(stood(it)?, it.now.len().into()));
            let blank = |holes: &[Hole]| fill(&text, holes, |it| Some(blank(&text[it.now])));
            // The lines below often have room in front of them.
            let next = |it: &Vec<Hole>| Some(it.iter().map(|it| it.with_next_line(&before, &text)).collect());
            let more = std::iter::successors(Some(with_moved.clone()), next).map(joined);
            let fits = more.take(MAX_BELOW).find_map(|holes| Some((filled(&holes)?, holes, false)));
            let blanks = [joined(moved), vec![edited], joined(with_moved)].into_iter();
            let blanks = blanks.filter_map(|holes| Some((blank(&holes)?, holes, true)));
            for (read, holes, hidden) in fits.into_iter().chain(blanks) {
                let lines: usize = holes.iter().map(|it| text[it.now].matches('\n').count() + 1).sum();
                if holes.is_empty() || lines > MAX_HIDDEN {
                    continue;
                }
                let mut attempt = last.clone();
                attempt.update(&read.into());
                if !attempt.root().has_error() {
                    return self.keep(&text, attempt, holes.iter().map(|it| it.now).collect(), hidden);
                }
            }
        } else if let Some((read, holes)) = without_errors(program) {
            return self.keep(&text, read, holes, true);
        }
        Reading { program: program.clone(), holes: Vec::new(), hidden: false, uncertain: true }
    }

    /// Keeps a state that can be read.
    fn keep(&mut self, written: &Arc<str>, program: Program, holes: Vec<TextRange>, hidden: bool) -> Reading {
        self.program = Some(program.clone());
        self.written = Arc::clone(written);
        self.holes.clone_from(&holes);
        Reading { program, holes, hidden, uncertain: false }
    }

    /// The lines that an edit changed, and those that were not read as written before it.
    fn holes_of(&self, before: &str, text: &str) -> (Hole, Vec<Hole>) {
        let (mut prefix, mut suffix) = common(before, text);
        // Of lines that are put in, those below are not changed, whatever they have in common with them.
        if before.len() == prefix + suffix && text.len() > before.len() {
            let start = text[..prefix].rfind('\n').map_or(0, |it| it + 1);
            let inserted = start..start + (text.len() - before.len());
            let is_lines = text.is_char_boundary(inserted.end) && text[inserted.clone()].ends_with('\n');
            if is_lines && text.get(inserted.end..) == before.get(start..) {
                let now = text::range(inserted.start, inserted.end - 1);
                let edited = Hole { before: text::range(start, start), now };
                (prefix, suffix) = (start, before.len() - start);
                let moved = self.holes.iter().map(|it| moved(*it, before, text, prefix, suffix)).collect();
                return (edited, moved);
            }
        }
        let edited = Hole {
            before: lines(before, prefix, before.len() - suffix),
            now: lines(text, prefix, text.len() - suffix),
        };
        (edited, self.holes.iter().map(|it| moved(*it, before, text, prefix, suffix)).collect())
    }
}

/// What is wrong with lines that cannot be read, where the parser finds it elsewhere: it goes on as far as it can.
pub(crate) fn problem(text: &str, lines: TextRange) -> Problem {
    let line = &text[lines];
    let start = usize::from(lines.start());
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut quote: Option<(usize, char)> = None;
    for (at, character) in line.char_indices() {
        match (quote, character) {
            (Some((_, it)), _) if it == character => quote = None,
            (Some(_), _) => (),
            (None, '\'' | '"' | '`') => quote = Some((at, character)),
            (None, '(' | '[' | '{') => open.push((at, character)),
            (None, ')' | ']' | '}') => drop(open.pop()),
            _ => (),
        }
    }
    match quote.or(open.pop()) {
        Some((at, character)) => {
            let range = text::range(start + at, start + at + character.len_utf8());
            Problem { range, message: format!("`{character}` is not closed") }
        }
        None => {
            let indent = line.len() - line.trim_start().len();
            let first = line.trim_start().lines().next().unwrap_or_default().trim_end();
            let range = text::range(start + indent, start + indent + first.len());
            Problem { range, message: "this is not understood here".to_owned() }
        }
    }
}

/// The whole lines from `start` to `end`.
fn lines(text: &str, start: usize, end: usize) -> TextRange {
    let from = text[..start].rfind('\n').map_or(0, |it| it + 1);
    let end = end.max(start);
    let to = text[end..].find(['\n', '\r']).map_or(text.len(), |it| end + it);
    text::range(from, to)
}

/// A text that was never readable, without the lines that hinder it most.
fn without_errors(program: &Program) -> Option<(Program, Vec<TextRange>)> {
    let text = Arc::clone(program.text());
    let mut parsed = 0;
    let mut holes: Vec<Hole> = Vec::new();
    let mut problems = program.problems();
    while parsed < MAX_PARSED {
        let mut best: Option<(usize, Hole)> = None;
        for lines in problems.iter().take(2).flat_map(|it| suspects(&text, it.range)) {
            let hole = Hole { before: lines, now: lines };
            if holes.iter().any(|it| it.now.intersect(lines).is_some()) || best.is_some_and(|it| it.1.now == lines) {
                continue;
            }
            let all = joined(holes.iter().copied().chain([hole]).collect());
            let mut attempt = program.clone();
            attempt.update(&fill(&text, &all, |it| Some(blank(&text[it.now])))?.into());
            parsed += text.len();
            if !attempt.root().has_error() {
                return Some((attempt, all.iter().map(|it| it.now).collect()));
            }
            let left = attempt.problems();
            if left.len() < best.map_or(problems.len(), |it| it.0) {
                best = Some((left.len(), hole));
            }
        }
        holes.push(best?.1);
        let mut attempt = program.clone();
        let all = joined(holes.clone());
        attempt.update(&fill(&text, &all, |it| Some(blank(&text[it.now])))?.into());
        problems = attempt.problems();
    }
    None
}

/// The lines that may be to blame for what is wrong at `range`: its first and its last one, and the ones before them.
fn suspects(text: &str, range: TextRange) -> impl Iterator<Item = TextRange> {
    let above = |at: usize| lines(text, text[..at].trim_end().len(), text[..at].trim_end().len());
    let (start, end) = (usize::from(range.start()), usize::from(range.end()));
    let (first, last) = (lines(text, start, start), lines(text, end, end));
    let before = [above(first.start().into()), above(last.start().into())];
    [first, before[0], last, before[1]].into_iter().filter(|it| !it.is_empty())
}

impl Hole {
    /// This one and the line below, which is the same before and now.
    fn with_next_line(self, before: &str, text: &str) -> Hole {
        let end = |text: &str, at: usize| match text[at..].find('\n') {
            Some(found) => lines(text, at, at + found + 1).end(),
            None => text::size(text.len()),
        };
        let to = |text: &str, range: TextRange| TextRange::new(range.start(), end(text, range.end().into()));
        let more = Hole { before: to(before, self.before), now: to(text, self.now) };
        let behind = |text: &str, old: TextRange, new: TextRange| {
            text[usize::from(old.end())..usize::from(new.end())].to_owned()
        };
        let is_same = behind(before, self.before, more.before) == behind(text, self.now, more.now);
        if is_same { more } else { self }
    }
}

/// Where a hole of the state before is now.
fn moved(hole: TextRange, before: &str, text: &str, prefix: usize, suffix: usize) -> Hole {
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
    Hole { before: hole, now: lines(text, map(start), map(end)) }
}

/// Those that touch made one.
fn joined(mut holes: Vec<Hole>) -> Vec<Hole> {
    holes.sort_by_key(|it| (it.now.start(), it.now.end()));
    let mut out: Vec<Hole> = Vec::new();
    for hole in holes {
        match out.last_mut() {
            Some(last) if hole.now.start() <= last.now.end() => {
                *last = Hole { before: last.before.cover(hole.before), now: last.now.cover(hole.now) };
            }
            _ => out.push(hole),
        }
    }
    out
}

/// `text` with something else in the place of the holes, as long as it; every other byte stays where it is.
fn fill(text: &str, holes: &[Hole], with: impl Fn(&Hole) -> Option<String>) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for hole in holes {
        out.push_str(text.get(at..hole.now.start().into())?);
        out.push_str(&with(hole)?);
        at = hole.now.end().into();
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

/// Spaces for everything but line breaks.
fn blank(text: &str) -> String {
    text.bytes().map(|it| if it == b'\n' || it == b'\r' { char::from(it) } else { ' ' }).collect()
}

/// A text made `length` bytes long, by spaces behind it, or else by leaving out those around it and its lines.
fn fitted(text: &str, length: usize) -> Option<String> {
    let mut out = text.trim_end().to_owned();
    if out.len() > length {
        out = out.trim_start().to_owned();
    }
    // A template literal means its spaces.
    if out.len() > length && !out.contains('`') {
        out = out.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    }
    if out.len() > length {
        out = squeezed(&out)?;
    }
    let missing = length.checked_sub(out.len())?;
    out.extend(std::iter::repeat_n(' ', missing));
    Some(out)
}

/// A text without the spaces that mean nothing; `None` where it isn't plain what they mean.
fn squeezed(text: &str) -> Option<String> {
    let is_word = |it: char| it.is_alphanumeric() || matches!(it, '_' | '$');
    let mut out = String::with_capacity(text.len());
    let mut quote = None;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match quote {
            Some(_) if character == '\\' => {
                out.push(character);
                out.extend(characters.next());
                continue;
            }
            Some(it) if it == character => quote = None,
            Some(_) => (),
            // Comments and patterns begin with a slash.
            None if matches!(character, '`' | '/') => return None,
            None if matches!(character, '\'' | '"') => quote = Some(character),
            None if character == ' ' => {
                let before = out.chars().last();
                let around = (before, characters.peek());
                if !matches!(around, (Some(a), Some(b)) if a == *b || (is_word(a) && is_word(*b))) {
                    continue;
                }
            }
            None => (),
        }
        out.push(character);
    }
    quote.is_none().then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_keep_every_place() {
        let text = "a\né b\r\nc";
        let hole = lines(text, 4, 5);
        assert_eq!(&text[hole], "é b");
        let holes = [Hole { before: hole, now: hole }];
        assert_eq!(fill(text, &holes, |it| Some(blank(&text[it.now]))).as_deref(), Some("a\n    \r\nc"));
    }

    #[test]
    fn what_was_never_readable_is_no_measure() {
        let program = |text: &str| Program::parse(syntax::typescript::Dialect::TypeScript, &text.into());
        let mut readable = Readable::default();
        assert!(!readable.read(&program("const a = 'é';\n")).uncertain);
        // Too much for once, and longer than what could be read.
        let pasted = "(é\n".repeat(MAX_HIDDEN + 100);
        assert!(readable.read(&program(&pasted)).uncertain);
        assert!(readable.read(&program(&format!("{pasted}("))).uncertain);
        let reading = readable.read(&program("const a = 'é\n"));
        assert_eq!((reading.uncertain, reading.holes.len()), (false, 1));
    }

    #[test]
    fn what_stood_there_is_made_to_fit() {
        assert_eq!(fitted("  a: 1,", 10).as_deref(), Some("  a: 1,   "));
        assert_eq!(fitted("  a: 1,", 5).as_deref(), Some("a: 1,"));
        assert_eq!(fitted("  a: 1,", 4).as_deref(), Some("a:1,"));
        assert_eq!(fitted("  a: 1,", 3), None);
        assert_eq!(fitted("  f(new A, 'b  c') - -1", 19).as_deref(), Some("f(new A,'b  c')- -1"));
        assert_eq!(fitted("  a: / /,", 6), None);
    }
}
