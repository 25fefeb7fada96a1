//! Paths of the tables.
//!
//! Names with dots between them; behind one `[]` for the items of a list, `{}` for the values of a map. In paths of props
//! `(aws-lambda.Code.fromInline)` stands for a value that this makes and `.$0` for its first argument, in paths of
//! properties `[3]` for an item and `[+prop]` for one that the prop adds.

use model::{List, Map, Name, Node, SmolStr, Span, Value};
use std::borrow::Cow;

/// A step of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step<'p> {
    Name(&'p str),
    /// `[]`
    Item,
    /// `[3]`
    At(usize),
    /// `[+prop]`
    Added(&'p str),
    /// `{}`
    Entry,
    /// `(aws-lambda.Code.fromInline)`, with the path up to its end.
    MadeBy(&'p str, &'p str),
    /// `$0`
    Argument(usize),
}

/// A step that was taken through a list or a map of the props.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Taken {
    /// The item at an index.
    Item(usize),
    /// The value under a name.
    Entry(Name),
    /// Some item or value, it is not known which.
    Some,
}

/// The first name of a path.
pub(super) fn first(path: &str) -> &str {
    path.split(['.', '[', '{', '(']).next().unwrap_or_default()
}

/// A path up to the list or map in it that is the `count`th.
pub(super) fn until_list(path: &str, count: usize) -> &str {
    let mut ends = path.match_indices([']', '}']).map(|(index, mark)| index + mark.len());
    ends.nth(count.saturating_sub(1)).map_or(path, |end| &path[..end])
}

/// The steps of a path.
pub(crate) fn steps(path: &str) -> impl Iterator<Item = Step<'_>> {
    let mut rest = path;
    std::iter::from_fn(move || {
        let start = rest.strip_prefix('.').unwrap_or(rest);
        let (step, length) = match start.as_bytes().first()? {
            b'[' => {
                let length = bracketed(start);
                let inner = start.get(1..length - 1)?;
                let step = match (inner, inner.strip_prefix('+')) {
                    ("", _) => Step::Item,
                    (_, Some(prop)) => Step::Added(prop),
                    _ => Step::At(inner.parse().ok()?),
                };
                (step, length)
            }
            b'{' => (Step::Entry, bracketed(start)),
            b'(' => {
                let length = bracketed(start);
                let until = path.len() - start.len() + length;
                (Step::MadeBy(start.get(1..length - 1)?, path.get(..until)?), length)
            }
            _ => {
                let length = name_length(start);
                let name = &start[..length];
                let argument = name.strip_prefix('$').and_then(|it| it.parse().ok());
                (argument.map_or(Step::Name(name), Step::Argument), length)
            }
        };
        rest = start.get(length..)?;
        Some(step)
    })
}

/// How long the part in brackets is that `text` begins with.
fn bracketed(text: &str) -> usize {
    let mut depth = 0;
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            b'[' | b'(' | b'{' => depth += 1,
            b']' | b')' | b'}' => depth -= 1,
            _ => (),
        }
        if depth == 0 {
            return index + 1;
        }
    }
    text.len().max(2)
}

/// How long the name is that `text` begins with. A dot with a backslash before it belongs to the name.
fn name_length(text: &str) -> usize {
    let mut before = 0;
    for (index, byte) in text.bytes().enumerate() {
        if matches!(byte, b'[' | b'(' | b'{') || (byte == b'.' && before != b'\\') {
            return index;
        }
        before = byte;
    }
    text.len()
}

/// A name of a path as it is in the template.
pub(crate) fn plain(name: &str) -> SmolStr {
    let name = if name.contains('\\') { Cow::Owned(name.replace("\\.", ".")) } else { Cow::Borrowed(name) };
    SmolStr::new(name)
}

/// A step through the properties of a resource.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Turn {
    /// Into the value under a name.
    Key(Name),
    /// Into the item at an index.
    Index(usize),
    /// Into something in a list or map, it is not known what.
    Some,
}

/// Puts `node` at the end of the turns, below `at`.
///
/// What is absent as a whole stays so until something in it is there; what is unknown as a whole stays open.
pub(super) fn put(at: &mut Node, turns: &[Turn], node: Node) {
    let mut at = at;
    let is_nothing = matches!(node.value, Value::Absent | Value::Unknown);
    for turn in turns {
        if is_nothing && matches!(at.value, Value::Absent | Value::Unknown) {
            if matches!(node.value, Value::Unknown) {
                *at = node;
            }
            return;
        }
        at = match turn {
            Turn::Key(name) => entry(at, name.clone(), node.span),
            // What is kept as it is adds nothing to a list that may have it.
            Turn::Index(index) if is_nothing && is_beyond(at, *index) => return,
            Turn::Index(index) => item(at, *index, node.span),
            Turn::Some => return open(at),
        };
    }
    *at = node;
}

/// True where the list at `at` may have an item at `index`, but shows none.
fn is_beyond(at: &Node, index: usize) -> bool {
    matches!(&at.value, Value::List(list) if list.open && list.items.len() <= index)
}

/// The node at the end of the turns, below `at`.
pub(super) fn get<'n>(at: &'n Node, turns: &[Turn]) -> Option<&'n Node> {
    turns.iter().try_fold(at, |at, turn| match turn {
        Turn::Key(name) => at.as_map()?.get(&name.text),
        Turn::Index(index) => at.as_list()?.items.get(*index),
        Turn::Some => None,
    })
}

/// The value under `name` in the map that `at` is, or becomes.
fn entry(at: &mut Node, name: Name, span: Span) -> &mut Node {
    if !matches!(at.value, Value::Map(_)) {
        let open = !matches!(at.value, Value::Absent);
        *at = Node { value: Value::Map(Map { entries: Vec::new(), open }), span };
    }
    let Value::Map(map) = &mut at.value else { unreachable!("it was made a map just now") };
    let found = map.entries.iter().position(|(it, _)| it.text == name.text).unwrap_or_else(|| {
        // In a map that may have more, this may be there.
        let value = if map.open { Value::Unknown } else { Value::Absent };
        map.entries.push((name, Node { value, span }));
        map.entries.len() - 1
    });
    &mut map.entries[found].1
}

/// The item at `index` of the list that `at` is, or becomes.
fn item(at: &mut Node, index: usize, span: Span) -> &mut Node {
    if !matches!(at.value, Value::List(_)) {
        let open = !matches!(at.value, Value::Absent);
        *at = Node { value: Value::List(List { items: Vec::new(), open }), span };
    }
    let Value::List(list) = &mut at.value else { unreachable!("it was made a list just now") };
    while list.items.len() <= index {
        // In a list that may have more, this may be there.
        let value = if list.open { Value::Unknown } else { Value::Absent };
        list.items.push(Node { value, span });
    }
    &mut list.items[index]
}

/// Lets the list or map at `at` have more than it shows.
pub(super) fn open(at: &mut Node) {
    match &mut at.value {
        Value::List(list) => list.open = true,
        Value::Map(map) => map.open = true,
        value => *value = Value::Unknown,
    }
}
