//! Strings put together from texts and values.

use crate::evaluate::{MAX_DEPTH, Scope, Way};
use crate::{Call, Node, Part, Span, State, Value};
use smol_str::SmolStr;

/// A string put together from literal pieces and references.
#[derive(Clone, Debug, PartialEq)]
pub struct Interpolated {
    /// Its pieces; neighbouring literals are joined.
    pub pieces: Vec<Piece>,
    /// Where it is used.
    pub span: Span,
}

/// A piece of an [`Interpolated`] string.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// Text.
    Literal(String),
    /// `Ref` of a parameter without a known value, a pseudo parameter or a resource.
    Ref(SmolStr),
    /// An attribute of a resource.
    GetAtt(SmolStr, SmolStr),
    /// Something else, not known before deployment.
    Unknown,
}

impl Interpolated {
    /// The text, when all of it is literal.
    pub fn literal(&self) -> Option<&str> {
        literal(&self.pieces)
    }

    /// The text with every piece that is not literal replaced by what `hole` says of it.
    pub fn render(&self, hole: impl Fn(&Piece) -> String) -> String {
        self.pieces
            .iter()
            .map(|it| match it {
                Piece::Literal(text) => text.clone(),
                other => hole(other),
            })
            .collect()
    }
}

/// One of the texts that a value may come to.
#[derive(Clone, Debug)]
pub(crate) struct Text<'a> {
    pub(crate) pieces: Vec<Piece>,
    pub(crate) way: Way<'a>,
    /// It is not there: an item of a list that is left out.
    is_absent: bool,
}

impl<'a> Text<'a> {
    fn new(way: Way<'a>, piece: Piece) -> Text<'a> {
        let mut out = Text::empty(way);
        out.push(piece);
        out
    }

    fn empty(way: Way<'a>) -> Text<'a> {
        Text { pieces: Vec::new(), way, is_absent: false }
    }

    /// The text, when all of it is literal.
    pub(crate) fn literal(&self) -> Option<&str> {
        literal(&self.pieces)
    }

    fn push(&mut self, piece: Piece) {
        match (self.pieces.last_mut(), piece) {
            (_, Piece::Literal(text)) if text.is_empty() => (),
            (Some(Piece::Literal(last)), Piece::Literal(text)) => last.push_str(&text),
            (_, piece) => self.pieces.push(piece),
        }
    }
}

fn literal(pieces: &[Piece]) -> Option<&str> {
    match pieces {
        [] => Some(""),
        [Piece::Literal(text)] => Some(text),
        _ => None,
    }
}

/// What becomes of parameters in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Parameters {
    /// Their values take their places: those that are allowed, else the default.
    Replaced,
    /// They stay references, unless just one value is allowed.
    Kept,
}

/// No more texts of one value are told apart than this.
pub(crate) const MAX_TEXTS: usize = 32;

/// Every text that `node` may come to; `None` when it is no text at all. What is too much to tell apart is one text of
/// which nothing is known.
pub(crate) fn texts<'a>(
    node: &'a Node,
    parameters: Parameters,
    scope: Scope<'a>,
    way: &Way<'a>,
    depth: u32,
) -> Option<Vec<Text<'a>>> {
    let one = |piece| Some(vec![Text::new(way.clone(), piece)]);
    if depth > MAX_DEPTH {
        return one(Piece::Unknown);
    }
    let call = match &node.value {
        Value::Scalar(_) | Value::Bool(_) => return one(Piece::Literal(node.as_str()?.to_owned())),
        Value::Unknown | Value::Either(_) => None,
        Value::Call(call) => Some(&**call),
        Value::Null | Value::Absent | Value::Missing | Value::List(_) | Value::Map(_) => return None,
    };
    match call {
        Some(Call::Ref(name)) => {
            let parameter = scope.declarations.parameter(&name.text);
            let is_only = parameter.is_some_and(|it| it.domain().is_some_and(|it| it.len() == 1));
            if parameter.is_none() || (parameters == Parameters::Kept && !is_only) {
                return one(Piece::Ref(name.text.clone()));
            }
        }
        Some(Call::GetAtt { resource, attribute: Some(attribute) }) => {
            return one(Piece::GetAtt(resource.text.clone(), attribute.text.clone()));
        }
        Some(Call::Sub(parts)) => {
            let parts = parts.iter().filter_map(|part| match part {
                Part::Text(text) => Some(Item::Text(&text.text)),
                Part::Value(node) => Some(Item::Value(node)),
                Part::Unused(..) => None,
            });
            return Some(join("", parts, parameters, scope, way, depth));
        }
        Some(Call::Join { delimiter, items }) => {
            let Some(delimiter) = delimiter.as_str() else { return one(Piece::Unknown) };
            let mut out = Vec::new();
            for case in scope.cases(items, way, depth + 1) {
                match case.node().and_then(Node::as_list) {
                    Some(list) if !list.open => {
                        let items = list.items.iter().map(Item::Value);
                        out.extend(join(delimiter, items, parameters, scope, &case.way(), depth));
                    }
                    _ => out.push(Text::new(case.way(), Piece::Unknown)),
                }
            }
            return if out.len() > MAX_TEXTS { one(Piece::Unknown) } else { Some(out) };
        }
        _ => (),
    }
    // Everything else is a text when it has a value that is one.
    let mut out = Vec::new();
    for case in scope.cases(node, way, depth + 1) {
        if matches!(case.state, State::Absent) {
            out.push(Text { is_absent: true, ..Text::new(case.way(), Piece::Unknown) });
            continue;
        }
        let inner = match case.node() {
            Some(node) if !matches!(node.value, Value::Call(_)) => Some(Piece::Literal(node.as_str()?.to_owned())),
            // A branch that is put together itself.
            Some(inner) if !std::ptr::eq(inner, node) => {
                out.extend(texts(inner, parameters, scope, &case.way(), depth + 1)?);
                None
            }
            _ => Some(Piece::Unknown),
        };
        out.extend(inner.map(|it| Text::new(case.way(), it)));
    }
    if out.len() > MAX_TEXTS { one(Piece::Unknown) } else { Some(out) }
}

enum Item<'a> {
    Text(&'a str),
    Value(&'a Node),
}

/// Every combination of the texts of `items` that can be.
fn join<'a>(
    delimiter: &str,
    items: impl Iterator<Item = Item<'a>>,
    parameters: Parameters,
    scope: Scope<'a>,
    way: &Way<'a>,
    depth: u32,
) -> Vec<Text<'a>> {
    let mut all = vec![(Text::empty(way.clone()), true)];
    for item in items {
        let before = match item {
            Item::Text(text) => {
                all.iter_mut().for_each(|(it, _)| it.push(Piece::Literal(text.to_owned())));
                continue;
            }
            Item::Value(Node { value: Value::Absent, .. }) if !delimiter.is_empty() => continue,
            Item::Value(_) => std::mem::take(&mut all),
        };
        let Item::Value(node) = item else { continue };
        for (start, is_first) in before {
            let ends = texts(node, parameters, scope, &start.way, depth + 1);
            for end in ends.unwrap_or_else(|| vec![Text::new(start.way.clone(), Piece::Unknown)]) {
                let mut whole = Text { way: end.way, ..start.clone() };
                if end.is_absent && !delimiter.is_empty() {
                    all.push((whole, is_first));
                    continue;
                }
                if !is_first {
                    whole.push(Piece::Literal(delimiter.to_owned()));
                }
                end.pieces.into_iter().for_each(|it| whole.push(it));
                all.push((whole, false));
            }
            if all.len() > MAX_TEXTS {
                return vec![Text::new(way.clone(), Piece::Unknown)];
            }
        }
    }
    all.into_iter().map(|it| it.0).collect()
}
