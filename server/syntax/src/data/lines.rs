//! Lines: the first look at a YAML text, before anything is parsed.

/// The white space that YAML knows within a line, and the carriage return of its break.
pub(super) const WHITE: [char; 3] = [' ', '\t', '\r'];

/// What a line is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineKind {
    /// Nothing but white space.
    Blank,
    /// A comment and nothing else; in a block scalar this may be content.
    Comment,
    /// Text behind spaces.
    Text,
    /// Text behind spaces and at least one tab.
    Tab,
}

/// A line and what it starts with. Offsets count from the start of the text that was scanned.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    /// The first byte.
    pub(super) start: u32,
    /// The end without the line break.
    pub(super) end: u32,
    /// The start of the next line.
    pub(super) next: u32,
    /// The number of spaces that it starts with.
    pub(super) indent: u32,
    /// What it is made of.
    pub(super) kind: LineKind,
    /// The first byte behind the spaces, 0 where there is none.
    pub(super) first: u8,
    /// True when it starts an item of a sequence.
    pub(super) dash: bool,
}

impl Line {
    /// The first byte that is not a space.
    pub(super) fn content(&self) -> usize {
        (self.start + self.indent) as usize
    }

    /// True for a line with text, whatever it is indented with.
    pub(super) fn has_text(&self) -> bool {
        matches!(self.kind, LineKind::Text | LineKind::Tab)
    }

    /// True when it begins with a bracket that closes a flow collection: it never starts anything.
    pub(super) fn closes_flow(&self) -> bool {
        matches!(self.first, b'}' | b']')
    }
}

/// The lines of `text` from the byte `from` on.
pub(super) fn scan(text: &[u8], from: usize) -> Vec<Line> {
    let mut lines = Vec::with_capacity((text.len() - from) / 28 + 1);
    scan_into(text, from, text.len(), &mut lines);
    lines
}

/// Adds the lines of `text` that start in `from..to`.
pub(super) fn scan_into(text: &[u8], from: usize, to: usize, lines: &mut Vec<Line>) {
    let mut start = from;
    while start < to {
        let feed = find_feed(text, start);
        let end = if feed > start && feed < text.len() && text[feed - 1] == b'\r' { feed - 1 } else { feed };
        let next = (feed + 1).min(text.len());
        lines.push(line(text, start, end, next));
        start = next;
    }
}

/// Looks again at one line, whose text may have changed in place.
pub(super) fn line(text: &[u8], start: usize, end: usize, next: usize) -> Line {
    let mut at = start;
    while at < end && text[at] == b' ' {
        at += 1;
    }
    let first = if at < end { text[at] } else { 0 };
    let kind = match first {
        _ if at >= end => LineKind::Blank,
        b'#' => LineKind::Comment,
        b'\t' | b'\r' => match text[at..end].iter().find(|it| !matches!(it, b' ' | b'\t' | b'\r')) {
            None => LineKind::Blank,
            Some(_) if first == b'\r' => LineKind::Text,
            Some(_) => LineKind::Tab,
        },
        _ => LineKind::Text,
    };
    let dash = first == b'-' && (at + 1 >= end || matches!(text[at + 1], b' ' | b'\t'));
    Line { start: start as u32, end: end as u32, next: next as u32, indent: (at - start) as u32, kind, first, dash }
}

/// The line feed at or after `from`, or the end of the text. Reads eight bytes at a time.
fn find_feed(text: &[u8], from: usize) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    const FEEDS: u64 = ONES * b'\n' as u64;
    let mut at = from;
    while let Some(chunk) = text.get(at..at + 8) {
        let word = u64::from_le_bytes(chunk.try_into().expect("eight bytes")) ^ FEEDS;
        let found = word.wrapping_sub(ONES) & !word & HIGH;
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    text[at..].iter().position(|it| *it == b'\n').map_or(text.len(), |it| at + it)
}

/// The deepest nesting of block collections that tree-sitter-yaml is asked to parse.
///
/// Its scanner aborts the process at 254 levels; AWS CloudFormation needs less than 30.
pub(super) const MAX_BLOCK_DEPTH: usize = 100;

/// True when the block collections in these lines may nest deeper than [`MAX_BLOCK_DEPTH`]. Never says false where
/// they do, whatever is broken.
pub(super) fn is_too_deep(text: &[u8], lines: &[Line]) -> bool {
    // The columns at which collections are open. Each line closes those right of its start.
    let mut open: Vec<u32> = Vec::new();
    for line in lines.iter().filter(|it| it.has_text()) {
        while open.last().is_some_and(|column| *column >= line.indent) {
            open.pop();
        }
        open.push(line.indent);
        // `- - - a` opens a collection with each indicator, and in broken text it does so anywhere.
        let content = &text[line.content()..line.end as usize];
        let mut run = 0usize;
        let mut longest = 0usize;
        if matches!(line.first, b'-' | b'?' | b':') || content.len() > 2 * MAX_BLOCK_DEPTH {
            let mut at = 0;
            while at < content.len() {
                match content[at] {
                    b'-' | b'?' | b':' if matches!(content.get(at + 1), None | Some(b' ' | b'\t')) => {
                        run += 1;
                        longest = longest.max(run);
                    }
                    b' ' | b'\t' => {}
                    _ => run = 0,
                }
                at += 1;
            }
        }
        if open.len() + longest > MAX_BLOCK_DEPTH {
            return true;
        }
        // What `- - a` opened is closed by a line that starts left of it; its columns are not needed one by one.
        for level in 1..longest as u32 {
            open.push(line.indent + level);
        }
    }
    false
}
