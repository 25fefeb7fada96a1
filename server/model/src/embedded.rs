//! What texts hold that are written in another language: JSON, scripts, state machines.
//!
//! Such a text is one string to CloudFormation and mostly put together: by `Fn::Sub`, `Fn::Join`, `Fn::Base64`, over many
//! lines, with escapes. [`Embedded`] is the text as its reader will see it, and knows of every byte where it was written.

use crate::{Call, List, Map, Name, Node, Part, Property, Resource, ResourceView, Scalar, Span, Value};
use smallvec::SmallVec;
use smol_str::SmolStr;
use std::any::Any;
use std::ops::Range;
use std::sync::{Arc, OnceLock};
use text::{TextRange, TextSize};

/// Stands in an [`Embedded`] text for a value that is known at deployment only. Readers of most languages take it for a
/// letter.
pub const HOLE: char = '\u{fffc}';

/// Texts nested deeper than this are not read.
const MAX_DEPTH: u32 = 64;

/// Where the text of a scalar is in its span: pairs of an offset in the text and one from the start of the span, in order.
/// From each pair on, the two run in step up to the next.
pub type Layout = SmallVec<[(u32, u32); 1]>;

/// How the longer texts of a resource lie in the file, and what was read in them.
#[derive(Debug, Default)]
pub struct Texts {
    layouts: Vec<(Span, Layout)>,
    json: OnceLock<Vec<(Span, Node)>>,
    pub(crate) facts: OnceLock<u8>,
    scripts: OnceLock<Arc<dyn Any + Send + Sync>>,
    /// The hashes of the words that stand in texts of the resource, sorted.
    pub(crate) words: OnceLock<Box<[u32]>>,
}

impl Texts {
    /// Texts that lie so. A text without layout is as long as its span, or known as a whole only.
    pub fn new(layouts: Vec<(Span, Layout)>) -> Texts {
        Texts {
            layouts,
            json: OnceLock::new(),
            facts: OnceLock::new(),
            scripts: OnceLock::new(),
            words: OnceLock::new(),
        }
    }

    /// What the scripts in the texts say: read once, and kept for as long as the resource stays the same. All who ask must
    /// ask for the same.
    pub fn scripts<T: Any + Send + Sync>(&self, read: impl FnOnce() -> T) -> Option<Arc<T>> {
        Arc::clone(self.scripts.get_or_init(|| Arc::new(read()))).downcast().ok()
    }

    fn layout(&self, span: Span) -> Option<&[(u32, u32)]> {
        self.layouts.iter().find(|it| it.0 == span).map(|it| &it.1[..])
    }
}

impl Clone for Texts {
    fn clone(&self) -> Texts {
        Texts::new(self.layouts.clone())
    }
}

/// What a text says does not depend on how it lies.
impl PartialEq for Texts {
    fn eq(&self, _: &Texts) -> bool {
        true
    }
}

/// A text as its reader will see it.
#[derive(Clone, Debug, Default)]
pub struct Embedded<'a> {
    /// The text, with a [`HOLE`] for each value that is not known.
    pub text: String,
    /// The values behind the holes: the place of the hole in bytes, and what is written there.
    pub holes: Vec<(usize, &'a Node)>,
    pieces: Vec<Piece<'a>>,
}

/// A part of the text that was written in one place.
#[derive(Clone, Debug)]
struct Piece<'a> {
    range: Range<usize>,
    span: Span,
    layout: Option<&'a [(u32, u32)]>,
    /// What is written there stands for itself, in this one place: not for a value, and not between many items.
    own: bool,
}

impl<'a> Embedded<'a> {
    /// The text that `node`, a value of `resource`, makes; `None` when it is no text. What `Fn::Base64` encodes is read as it
    /// is written.
    pub fn of(node: &'a Node, resource: &'a Resource) -> Option<Embedded<'a>> {
        let mut embedded = Embedded::default();
        embedded.add(node, &resource.texts, 0).then_some(embedded)
    }

    /// Where the bytes `range` of the text were written: their exact place, or the smallest piece that is known to hold it.
    pub fn span(&self, range: Range<usize>) -> Option<Span> {
        let index = self.pieces.partition_point(|it| it.range.end <= range.start);
        let first = self.pieces.get(index).or(self.pieces.last())?;
        if range.end > first.range.end {
            // Over several pieces: all of them, as far as they are in one place.
            let last = self.pieces.get(self.pieces.partition_point(|it| it.range.start < range.end) - 1)?;
            let (from, to) = (first.place(range.start..first.range.end), last.place(last.range.start..range.end));
            let is_one = from.block == to.block && from.range.end() <= to.range.start();
            return Some(if is_one { Span::new(from.block, from.range.cover(to.range)) } else { from });
        }
        Some(first.place(range))
    }

    /// The text or part of a text that all of `range` was written in, by its span, and the bytes of it that `range` is.
    pub fn written(&self, range: Range<usize>) -> Option<(Span, Range<usize>)> {
        let piece = self.pieces.get(self.pieces.partition_point(|it| it.range.end <= range.start))?;
        let start = piece.range.start;
        (range.end <= piece.range.end).then(|| (piece.span, range.start - start..range.end - start))
    }

    /// Where the bytes `range` of the text were written, when just these bytes were written there: what a
    /// [`Change::EditText`](crate::Change::EditText) can change. The place between two bytes when the range is empty.
    pub fn exact(&self, range: Range<usize>) -> Option<Span> {
        let holds = |it: &&Piece<'_>| it.own && it.range.start <= range.start && range.end <= it.range.end;
        let span = |it: &Piece<'_>| it.exact(range.clone());
        self.pieces.iter().filter(holds).filter(|it| !it.range.is_empty()).find_map(span)
    }

    fn add(&mut self, node: &'a Node, texts: &'a Texts, depth: u32) -> bool {
        if depth > MAX_DEPTH {
            self.hole(node);
            return true;
        }
        match &node.value {
            Value::Scalar(_) | Value::Bool(_) => {
                self.piece(node.as_str().unwrap_or_default(), node.span, texts);
                true
            }
            Value::Call(call) => {
                match &**call {
                    Call::Base64(node) => return self.add(node, texts, depth + 1),
                    Call::Sub(parts) | Call::Dynamic(parts) => {
                        for part in parts {
                            match part {
                                Part::Text(text) => self.piece(&text.text, text.span, texts),
                                Part::Value(node) => self.add_or_hole(node, texts, depth),
                                Part::Unused(..) => (),
                            }
                        }
                    }
                    Call::Join { delimiter, items } => match (delimiter.as_str(), items.as_list()) {
                        (Some(text), Some(list)) if !list.open => {
                            for (i, item) in list.items.iter().enumerate() {
                                if i > 0 && !text.is_empty() {
                                    self.piece(text, delimiter.span, texts);
                                    self.pieces.last_mut().expect("just pushed").own = false;
                                }
                                self.add_or_hole(item, texts, depth);
                            }
                        }
                        _ => self.hole(node),
                    },
                    _ => self.hole(node),
                }
                true
            }
            Value::Unknown | Value::Either(_) => {
                self.hole(node);
                true
            }
            Value::Null | Value::Absent | Value::Missing | Value::List(_) | Value::Map(_) => false,
        }
    }

    fn add_or_hole(&mut self, node: &'a Node, texts: &'a Texts, depth: u32) {
        if !self.add(node, texts, depth + 1) {
            self.hole(node);
        }
    }

    fn piece(&mut self, text: &str, span: Span, texts: &'a Texts) {
        let start = self.text.len();
        self.text.push_str(text);
        self.pieces.push(Piece { range: start..self.text.len(), span, layout: texts.layout(span), own: true });
    }

    fn hole(&mut self, node: &'a Node) {
        let start = self.text.len();
        self.text.push(HOLE);
        self.holes.push((start, node));
        self.pieces.push(Piece { range: start..self.text.len(), span: node.span, layout: None, own: false });
    }

    /// The value behind the hole at `offset`.
    fn value_at(&self, offset: usize) -> Option<&'a Node> {
        let index = self.holes.binary_search_by_key(&offset, |it| it.0).ok()?;
        Some(self.holes[index].1)
    }
}

impl Piece<'_> {
    /// The place of `range`, bytes of the whole text, as well as it is known.
    fn place(&self, range: Range<usize>) -> Span {
        self.exact(range).unwrap_or(self.span)
    }

    /// The place of just the bytes `range` of the whole text.
    fn exact(&self, range: Range<usize>) -> Option<Span> {
        let from = range.start.saturating_sub(self.range.start);
        let to = range.end.min(self.range.end).saturating_sub(self.range.start);
        let length = usize::from(self.span.range.len());
        match self.layout {
            Some(layout) => match (locate(layout, from), locate_end(layout, from, to)) {
                (Some(from), Some(to)) if from <= to && to <= length => {
                    Some(self.span.inner(TextRange::new(size(from), size(to))))
                }
                _ => None,
            },
            None if length == self.range.len() => Some(self.span.inner(TextRange::new(size(from), size(to)))),
            // Quotes, and nothing in them that is written otherwise than it is.
            None if length == self.range.len() + 2 => {
                Some(self.span.inner(TextRange::new(size(from + 1), size(to + 1))))
            }
            None => None,
        }
    }
}

/// Where the byte at `offset` of a text is.
fn locate(layout: &[(u32, u32)], offset: usize) -> Option<usize> {
    let index = layout.partition_point(|it| it.0 as usize <= offset).checked_sub(1)?;
    let (text, place) = layout[index];
    Some(place as usize + offset - text as usize)
}

/// Where a stretch of a text ends that starts at `from`: behind its last byte, which an escape may stand for.
fn locate_end(layout: &[(u32, u32)], from: usize, to: usize) -> Option<usize> {
    let is_start = layout.binary_search_by_key(&to, |it| it.0 as usize).is_ok();
    if to <= from || is_start { locate(layout, to) } else { locate(layout, to - 1).map(|it| it + 1) }
}

fn size(bytes: usize) -> TextSize {
    TextSize::try_from(bytes).unwrap_or_default()
}

impl<'a> ResourceView<'a> {
    /// `property` of this resource, with every JSON text in the place of the value that it stands for. A text that is none
    /// is unknown. What is written in such a text has a place, but no change can be written there.
    pub fn read_json(&self, property: &Property<'a>) -> Property<'a> {
        let is_text = |node: &Node| matches!(node.value, Value::Scalar(_) | Value::Call(_));
        if !property.nodes().any(is_text) {
            return property.clone();
        }
        let resource = self.resource();
        property.read_as(|node| if is_text(node) { resource.json_at(node.span) } else { Some(node) })
    }
}

impl Resource {
    /// The value of the JSON text that the resource holds at `span`, when one stands there and can be read.
    pub fn json_at(&self, span: Span) -> Option<&Node> {
        let all = self.texts.json.get_or_init(|| {
            let mut found = Vec::new();
            self.properties.walk(&mut |node| {
                if let Some(value) = looks_like_json(node).then(|| json(node, self)).flatten() {
                    found.push((node.span, value));
                }
            });
            found
        });
        all.iter().find(|it| it.0 == span).map(|it| &it.1)
    }
}

/// True for a text whose first letter opens a map or a list.
fn looks_like_json(node: &Node) -> bool {
    let opens = |text: &str| text.trim_start().starts_with(['{', '[']);
    match &node.value {
        Value::Scalar(scalar) => opens(&scalar.text),
        Value::Call(call) => match &**call {
            Call::Sub(parts) | Call::Dynamic(parts) => {
                matches!(parts.first(), Some(Part::Text(text)) if opens(&text.text))
            }
            Call::Join { items, .. } => {
                items.as_list().and_then(|it| it.items.first()).and_then(Node::as_str).is_some_and(opens)
            }
            Call::Other { function, argument } => {
                function.text == "Fn::ToJsonString" && matches!(argument.value, Value::Map(_) | Value::List(_))
            }
            _ => false,
        },
        _ => false,
    }
}

/// The value of a JSON text, with the places of its parts.
fn json(node: &Node, resource: &Resource) -> Option<Node> {
    if let Value::Call(call) = &node.value
        && let Call::Other { argument, .. } = &**call
    {
        return Some(argument.clone());
    }
    let embedded = Embedded::of(node, resource)?;
    let mut reader = Reader { embedded: &embedded, whole: node.span, at: 0 };
    let value = reader.value(0)?;
    reader.space();
    (reader.at == embedded.text.len()).then_some(value)
}

/// Reads JSON (RFC 8259) with holes in it.
struct Reader<'e, 'a> {
    embedded: &'e Embedded<'a>,
    whole: Span,
    at: usize,
}

impl Reader<'_, '_> {
    fn rest(&self) -> &str {
        &self.embedded.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    /// True when `expected` comes next; it is then read.
    fn take(&mut self, expected: char) -> bool {
        let is_next = self.peek() == Some(expected);
        if is_next {
            self.at += expected.len_utf8();
        }
        is_next
    }

    fn span(&self, range: Range<usize>) -> Span {
        self.embedded.span(range).unwrap_or(self.whole)
    }

    fn value(&mut self, depth: u32) -> Option<Node> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.space();
        let start = self.at;
        let value = match self.peek()? {
            '{' => self.map(depth)?,
            '[' => self.list(depth)?,
            '"' => return self.string(),
            HOLE => {
                let node = self.embedded.value_at(start)?;
                self.at += HOLE.len_utf8();
                // More text may follow, as in `${Number}0`: then it is a value of unknown parts.
                return match self.peek() {
                    None | Some(',' | ']' | '}' | ' ' | '\t' | '\n' | '\r') => Some(node.clone()),
                    Some(_) => None,
                };
            }
            _ => {
                let length = self.rest().find([',', ']', '}', ' ', '\t', '\n', '\r', ':', '"']);
                let word = &self.rest()[..length.unwrap_or(self.rest().len())];
                let value = match word {
                    "true" => Value::Bool(true),
                    "false" => Value::Bool(false),
                    "null" => Value::Null,
                    _ if word.contains(HOLE) => Value::Unknown,
                    _ if word.parse::<f64>().is_ok() => Value::Scalar(Scalar { text: word.into(), plain: true }),
                    _ => return None,
                };
                self.at += word.len();
                value
            }
        };
        Some(Node { value, span: self.span(start..self.at) })
    }

    fn list(&mut self, depth: u32) -> Option<Value> {
        self.take('[');
        let mut items = Vec::new();
        self.space();
        if self.take(']') {
            return Some(Value::List(List { items, open: false }));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.space();
            if self.take(']') {
                return Some(Value::List(List { items, open: false }));
            }
            if !self.take(',') {
                return None;
            }
        }
    }

    fn map(&mut self, depth: u32) -> Option<Value> {
        self.take('{');
        let mut map = Map::default();
        self.space();
        if self.take('}') {
            return Some(Value::Map(map));
        }
        loop {
            self.space();
            if self.take(HOLE) {
                // Whole entries that are put in at deployment.
                map.open = true;
            } else {
                let key = self.string()?;
                self.space();
                if !self.take(':') {
                    return None;
                }
                let value = self.value(depth + 1)?;
                match key.value {
                    Value::Scalar(scalar) => {
                        // Without its quotes, where they are known to be there.
                        let length = key.span.range.len();
                        let inner = if usize::from(length) == scalar.text.len() + 2 {
                            key.span.inner(TextRange::new(1.into(), length - TextSize::from(1)))
                        } else {
                            key.span
                        };
                        map.entries.push((Name::new(scalar.text, inner), value));
                    }
                    _ => map.open = true,
                }
            }
            self.space();
            if self.take('}') {
                return Some(Value::Map(map));
            }
            if !self.take(',') {
                return None;
            }
        }
    }

    /// A string: a scalar, or a [`Call::Sub`] where there are holes in it.
    fn string(&mut self) -> Option<Node> {
        let start = self.at;
        if !self.take('"') {
            return None;
        }
        let mut parts = Vec::new();
        let mut text = String::new();
        let mut text_start = self.at;
        loop {
            let at = self.at;
            let letter = self.peek()?;
            self.at += letter.len_utf8();
            match letter {
                '"' => break,
                '\\' => text.push(self.escape()?),
                HOLE => {
                    let node = self.embedded.value_at(at)?;
                    if !text.is_empty() {
                        let span = self.span(text_start..at);
                        parts.push(Part::Text(Name::new(std::mem::take(&mut text), span)));
                    }
                    parts.push(Part::Value(node.clone()));
                    text_start = self.at;
                }
                it if it < ' ' && !matches!(it, '\n' | '\t' | '\r') => return None,
                it => text.push(it),
            }
        }
        let span = self.span(start..self.at);
        if parts.is_empty() {
            return Some(Node::text(SmolStr::from(text), span));
        }
        if !text.is_empty() {
            parts.push(Part::Text(Name::new(text, self.span(text_start..self.at - 1))));
        }
        Some(Node { value: Value::Call(Box::new(Call::Sub(parts))), span })
    }

    fn escape(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.at += letter.len_utf8();
        Some(match letter {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\u{8}',
            'f' => '\u{c}',
            '"' | '\\' | '/' => letter,
            'u' => {
                let first = self.hex()?;
                if (0xd800..0xdc00).contains(&first) && self.take('\\') && self.take('u') {
                    let second = self.hex()?;
                    let low = second.checked_sub(0xdc00).filter(|it| *it < 0x400)?;
                    char::from_u32(0x10000 + ((first - 0xd800) << 10) + low)?
                } else {
                    char::from_u32(first)?
                }
            }
            _ => return None,
        })
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.rest().get(..4)?;
        let value = u32::from_str_radix(digits, 16).ok()?;
        self.at += 4;
        Some(value)
    }
}
