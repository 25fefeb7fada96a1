//! The cursor in JSON, and in YAML's flow style: between braces and brackets that need not match.

use super::context::{Container, Context, Entry, Margin, Spot, Step, Word, function_of, reference};
use model::SmolStr;
use template::Format;
use text::{TextRange, TextSize, range, size};

/// How much text behind the cursor is read for the other entries of the maps around it.
const AHEAD: usize = 64 << 10;
/// Deeper nested text is not read.
const MAX_DEPTH: usize = 200;

/// A map or a list that is open at a place of the text.
#[derive(Clone, Debug)]
struct Frame {
    is_map: bool,
    /// The function whose argument it is.
    call: Option<SmolStr>,
    container: Container,
    /// The key whose value is next, or was.
    key: Option<SmolStr>,
    state: State,
}

impl Frame {
    /// A map of which nothing has been read.
    fn map() -> Frame {
        Frame { is_map: true, call: None, container: Container::default(), key: None, state: State::Start }
    }
}

/// What has been read of an entry or item.
#[derive(Clone, Debug, PartialEq)]
enum State {
    /// Nothing.
    Start,
    /// A word that may be a key.
    Word(Option<SmolStr>),
    /// The key and its colon.
    Colon,
    /// The value too, with its text.
    Value(Option<SmolStr>),
}

/// What the cursor is in, where text between braces or brackets surrounds it.
#[derive(Debug)]
pub(super) struct Flow {
    pub(super) steps: Vec<Step>,
    /// One more than there are steps: the last is what the cursor is in.
    pub(super) containers: Vec<Container>,
    pub(super) spot: Spot,
    pub(super) word: Word,
}

/// The context in a JSON text. `known` is a place in front of the cursor where an entry of a section begins, with the name
/// of that section: what is before it need not be read.
pub(super) fn find_json<'t>(text: &'t str, cursor: usize, known: Option<(usize, &str)>) -> Option<Context<'t>> {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut scanner = Scanner::new(text, start, cursor, Format::Json);
    if let Some((at, section)) = known {
        scanner.at = at;
        let root = Frame { key: Some(section.into()), state: State::Colon, ..Frame::map() };
        scanner.frames = vec![root, Frame::map()];
    }
    let flow = scanner.run()?;
    let line = text[..cursor].rfind('\n').map_or(0, |it| it + 1);
    let width = text[line..].len() - text[line..].trim_start_matches([' ', '\t']).len();
    Some(Context {
        text,
        format: Format::Json,
        cursor,
        path: flow.steps,
        containers: flow.containers,
        spot: flow.spot,
        word: flow.word,
        margin: Margin { line: width, content: width },
        is_substitution: false,
        attribute_of: None,
    })
}

/// What the cursor is in, of the flow style that begins at `start`; `None` when it has ended before the cursor.
pub(super) fn find(text: &str, start: usize, cursor: usize) -> Option<Flow> {
    Scanner::new(text, start, cursor, Format::Yaml).run()
}

/// True when what opens at `start` has been closed before `cursor`.
pub(super) fn is_closed(text: &str, start: usize, cursor: usize) -> bool {
    let mut scanner = Scanner::new(text, start, cursor, Format::Yaml);
    while scanner.at < cursor {
        if !scanner.step() || scanner.found.is_some() {
            return false;
        }
        if scanner.frames.is_empty() {
            return true;
        }
    }
    false
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    cursor: usize,
    format: Format,
    frames: Vec<Frame>,
    /// A tag in front of the next value.
    call: Option<SmolStr>,
    /// The end of the last word or bracket.
    last: usize,
    /// What the cursor is in, once it is reached, and how many frames there were.
    found: Option<Found>,
    /// The cursor is in a comment, or behind the end.
    nothing: bool,
}

struct Found {
    spot: Spot,
    word: Word,
    /// A tag in front of the word.
    call: Option<SmolStr>,
}

impl<'t> Scanner<'t> {
    fn new(text: &'t str, start: usize, cursor: usize, format: Format) -> Scanner<'t> {
        Scanner {
            text,
            at: start,
            cursor,
            format,
            frames: Vec::new(),
            call: None,
            last: start,
            found: None,
            nothing: false,
        }
    }

    fn run(mut self) -> Option<Flow> {
        while self.found.is_none() && !self.nothing && self.step() {}
        if self.nothing {
            return None;
        }
        if self.found.is_none() {
            self.arrive();
        }
        let found = self.found.take()?;
        let path = self.frames.clone();
        let entries = self.read_on(path.len());
        Some(finish(found, path, entries))
    }

    /// Reads the next piece. False at the end of the text or when there is nothing more to learn.
    fn step(&mut self) -> bool {
        let bytes = self.text.as_bytes();
        let Some(&byte) = bytes.get(self.at) else { return false };
        if self.found.is_none() && self.at >= self.cursor && !matches!(byte, b'"' | b'\'') && !is_word(byte) {
            self.arrive();
            return true;
        }
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
            b'#' if self.format == Format::Yaml => {
                let end = self.text[self.at..].find('\n').map_or(self.text.len(), |it| self.at + it);
                self.nothing |= self.found.is_none() && self.cursor > self.at && self.cursor <= end;
                self.at = end;
            }
            b'{' | b'[' => {
                if self.frames.len() >= MAX_DEPTH {
                    self.nothing |= self.found.is_none();
                    return false;
                }
                // A value stands where the comma is still missing.
                self.separate();
                let call = self.call.take();
                self.frames.push(Frame { is_map: byte == b'{', call, ..Frame::map() });
                self.at += 1;
            }
            b'}' | b']' => {
                self.close(byte == b'}');
                self.at += 1;
                self.last = self.at;
            }
            b',' => {
                self.end_entry();
                self.at += 1;
            }
            b':' => {
                self.colon();
                self.at += 1;
            }
            _ => self.word(),
        }
        true
    }

    /// The cursor stands between words.
    fn arrive(&mut self) {
        let Some(frame) = self.frames.last() else {
            self.nothing = true;
            return;
        };
        let spot = match (&frame.state, frame.is_map) {
            (State::Start, true) => Spot::Key { has_colon: false },
            (State::Start, false) | (State::Colon, _) => Spot::Value,
            // A line of its own may be the next entry, whose comma in front is still missing.
            (State::Value(_), true) if self.is_first_of_line() => Spot::Key { has_colon: false },
            (State::Value(_) | State::Word(_), false) if self.is_first_of_line() => Spot::Value,
            _ => {
                self.nothing = true;
                return;
            }
        };
        let behind = &self.text[self.cursor..];
        let is_taken = spot == Spot::Value && behind.starts_with(['"', '\'']);
        if is_taken {
            self.nothing = true;
            return;
        }
        let comma = self.separate();
        let is_bare = self.format == Format::Yaml && self.text[..self.cursor].ends_with(':');
        let lead = if is_bare { " " } else { "" };
        let range = TextRange::empty(size(self.cursor));
        self.found(spot, Word { range, quote: None, lead, trail: self.trail(behind), comma });
    }

    fn is_first_of_line(&self) -> bool {
        let line = self.text[..self.cursor].rfind('\n').map_or(0, |it| it + 1);
        self.text[line..self.cursor].trim().is_empty()
    }

    fn found(&mut self, spot: Spot, word: Word) {
        self.found = Some(Found { spot, word, call: self.call.take() });
    }

    /// A scalar or a tag.
    fn word(&mut self) {
        let start = self.at;
        let rest = &self.text[start..];
        let first = rest.as_bytes()[0];
        let (end, quote, closed) = match first {
            b'"' | b'\'' => {
                let (length, closed) = quoted(rest);
                (start + length, Some(char::from(first)), closed)
            }
            b'!' => (
                start + rest.find(|it: char| it.is_whitespace() || ",[]{}".contains(it)).unwrap_or(rest.len()),
                None,
                false,
            ),
            _ => (start + self.plain(rest), None, false),
        };
        // No piece is empty, or reading would not end.
        let end = end.max(start + rest.chars().next().map_or(1, char::len_utf8)).min(self.text.len());
        let inside = match quote {
            Some(_) => self.cursor > start && (self.cursor < end || (!closed && self.cursor == end)),
            None => self.cursor >= start && self.cursor <= end,
        };
        let here = self.found.is_none() && inside;
        if self.found.is_none() && !here && self.cursor <= start {
            // The cursor is right in front of a quoted word.
            self.arrive();
            return;
        }
        self.at = end;
        let text = match quote {
            Some(_) => &self.text[start + 1..if closed { end - 1 } else { end }],
            None => &self.text[start..end],
        };
        if first == b'!' && !here {
            self.call = Some(function_of(text));
            return;
        }
        let comma = self.separate();
        if here {
            return self.arrive_in(start, end, quote, closed, comma);
        }
        self.last = end;
        let scalar = match self.call.take() {
            None => Some(SmolStr::new(text)),
            Some(call) if call == "Ref" => Some(reference(text)),
            Some(_) => None,
        };
        let Some(frame) = self.frames.last_mut() else { return };
        frame.state = match frame.state {
            State::Colon => State::Value(scalar),
            _ => State::Word(scalar),
        };
    }

    /// The cursor is in the word from `start` to `end`.
    fn arrive_in(&mut self, start: usize, end: usize, quote: Option<char>, closed: bool, comma: Option<TextSize>) {
        let (format, text) = (self.format, self.text);
        let behind = text[end..].trim_start_matches([' ', '\t', '\r', '\n']);
        let has_colon = behind.starts_with(':');
        let Some(frame) = self.frames.last_mut() else {
            self.nothing = true;
            return;
        };
        let spot = match (&frame.state, frame.is_map) {
            (State::Colon, _) => Spot::Value,
            (_, true) => Spot::Key { has_colon },
            (_, false) => Spot::Value,
        };
        frame.state = match (&frame.state, frame.is_map) {
            (State::Colon, _) | (_, false) => State::Value(None),
            (_, true) => State::Start,
        };
        // What is being typed is none of the other entries, but what stands behind its colon is its value.
        if matches!(spot, Spot::Key { has_colon: true }) {
            self.at = text.len() - behind.len() + 1;
            frame.key = None;
            frame.state = State::Colon;
        }
        let place = match (format, quote) {
            (Format::Json, _) | (_, None) => range(start, end),
            (_, Some(_)) => range(start + 1, if closed { end - 1 } else { end }),
        };
        let trail = if has_colon { "" } else { self.trail(behind) };
        self.found(spot, Word { range: place, quote, lead: "", trail, comma });
    }

    /// What must stand in front of `behind`, which follows a finished entry.
    fn trail(&self, behind: &str) -> &'static str {
        let next = behind.trim_start_matches([' ', '\t', '\r', '\n']);
        let is_entry = self.format == Format::Json && next.starts_with(['"', '{', '[']);
        if is_entry { "," } else { "" }
    }

    /// The length of the plain scalar at the start of `rest`.
    fn plain(&self, rest: &str) -> usize {
        let mut before = ' ';
        for (at, letter) in rest.char_indices() {
            let ends = match letter {
                ',' | '[' | ']' | '{' | '}' | '\n' | '\r' => true,
                ':' => {
                    let behind = rest[at + 1..].chars().next();
                    behind.is_none_or(|it| it.is_whitespace() || ",[]{}".contains(it))
                }
                '"' => self.format == Format::Json,
                '#' => before == ' ',
                _ => false,
            };
            if ends {
                return rest[..at].trim_end().len();
            }
            before = letter;
        }
        rest.trim_end().len()
    }

    fn colon(&mut self) {
        let Some(frame) = self.frames.last_mut().filter(|it| it.is_map) else { return };
        frame.state = match std::mem::replace(&mut frame.state, State::Colon) {
            State::Word(Some(key)) => {
                frame.key = Some(key);
                State::Colon
            }
            // The value before was none: its line is not finished.
            State::Value(Some(key)) => {
                let before = frame.key.replace(key);
                frame.container.entries.extend(before.map(|key| Entry { key, value: None }));
                State::Colon
            }
            State::Start | State::Colon => State::Colon,
            State::Word(None) | State::Value(None) => State::Colon,
        };
    }

    /// A new word or value begins: what stands before it is over, comma or not. Where a comma is missing in JSON.
    fn separate(&mut self) -> Option<TextSize> {
        let frame = self.frames.last()?;
        let is_value = match frame.state {
            State::Word(_) => !frame.is_map,
            State::Value(_) => true,
            State::Start | State::Colon => return None,
        };
        self.end_entry();
        (is_value && self.format == Format::Json).then(|| size(self.last))
    }

    fn end_entry(&mut self) {
        self.call = None;
        let Some(frame) = self.frames.last_mut() else { return };
        let key = frame.key.take();
        match std::mem::replace(&mut frame.state, State::Start) {
            State::Start => {}
            State::Word(word) if frame.is_map => {
                frame.container.entries.extend(word.map(|key| Entry { key, value: None }));
            }
            State::Word(word) => frame.container.items.push(word),
            State::Colon => frame.container.entries.extend(key.map(|key| Entry { key, value: None })),
            State::Value(value) if frame.is_map => {
                frame.container.entries.extend(key.map(|key| Entry { key, value }));
            }
            State::Value(value) => frame.container.items.push(value),
        }
    }

    /// Closes the innermost map (or list); what is open within it is closed too.
    fn close(&mut self, is_map: bool) {
        let Some(at) = self.frames.iter().rposition(|it| it.is_map == is_map) else { return };
        let mut value = None;
        while self.frames.len() > at {
            self.end_entry();
            value = self.frames.pop().and_then(|it| match it.container.entries.as_slice() {
                [Entry { key, value: Some(name) }] if key == "Ref" => Some(reference(name)),
                _ => None,
            });
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.state = State::Value(value);
        }
    }

    /// The entries of the maps that are open at the cursor, with those behind it, from the outermost.
    fn read_on(&mut self, depth: usize) -> Vec<Vec<Entry>> {
        // Nothing more is looked for.
        self.found = Some(Found { spot: Spot::Value, word: Word::default(), call: None });
        let mut entries: Vec<Option<Vec<Entry>>> = vec![None; depth];
        // The entries of `Resources` and of the template are known otherwise, and are many.
        let keep = depth.min(3);
        let end = match self.format {
            // Below, the block style may go on.
            Format::Yaml => self.text[self.at..].find('\n').map_or(self.text.len(), |it| self.at + it),
            Format::Json if depth <= 1 => self.text.len(),
            Format::Json => self.text.len().min(self.at + AHEAD),
        };
        while self.frames.len() >= keep && self.at < end {
            let byte = self.text.as_bytes()[self.at];
            if matches!(byte, b'}' | b']') {
                self.end_entry();
                let closed =
                    self.frames.iter().rposition(|it| it.is_map == (byte == b'}')).unwrap_or(self.frames.len());
                self.take_entries(&mut entries, closed);
            }
            if !self.step() {
                break;
            }
        }
        self.end_entry();
        self.take_entries(&mut entries, 0);
        entries.into_iter().map(Option::unwrap_or_default).collect()
    }

    /// Notes the entries of the frames from `first` on, unless others were there before them.
    fn take_entries(&mut self, entries: &mut [Option<Vec<Entry>>], first: usize) {
        for (entries, frame) in entries.iter_mut().zip(&mut self.frames).skip(first) {
            if entries.is_none() {
                *entries = Some(std::mem::take(&mut frame.container.entries));
            }
        }
    }
}

/// The way to what was found.
fn finish(found: Found, frames: Vec<Frame>, entries: Vec<Vec<Entry>>) -> Flow {
    let (mut steps, mut containers) = (Vec::new(), Vec::new());
    let last = frames.len().saturating_sub(1);
    for (index, (frame, entries)) in frames.into_iter().zip(entries).enumerate() {
        if let Some(call) = frame.call {
            steps.push(Step::Call(call));
            containers.push(Container::default());
        }
        let mut container = Container { entries, ..frame.container };
        let is_within = index < last || found.spot == Spot::Value;
        if is_within {
            let step = if frame.is_map {
                let key = frame.key.unwrap_or_default();
                container.entries.retain(|it| it.key != key);
                Step::Key(key)
            } else {
                Step::Item(container.items.len())
            };
            steps.push(step);
        }
        containers.push(container);
    }
    if let Some(call) = found.call {
        steps.push(Step::Call(call));
        containers.push(Container::default());
    }
    if found.spot == Spot::Value {
        containers.push(Container::default());
    }
    Flow { steps, containers, spot: found.spot, word: found.word }
}

/// The length of the quoted string at the start of `text`, and whether it is closed: one that is being typed ends with its
/// line.
fn quoted(text: &str) -> (usize, bool) {
    let bytes = text.as_bytes();
    let quote = bytes[0];
    let mut at = 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\n' | b'\r' => return (text[..at].trim_end().len().max(1), false),
            b'\\' if quote == b'"' => at += 2,
            b'\'' if quote == b'\'' && bytes.get(at + 1) == Some(&b'\'') => at += 2,
            _ if byte == quote => return (at + 1, true),
            _ => at += 1,
        }
    }
    (text.len(), false)
}

/// True for a byte that a plain scalar or a tag begins with.
fn is_word(byte: u8) -> bool {
    !byte.is_ascii_whitespace() && !b"{}[],:#".contains(&byte)
}
