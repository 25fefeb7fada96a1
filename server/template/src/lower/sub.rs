//! `Fn::Sub`.

use super::value::{Values, content};
use model::{Call, Map, Name, Node, Part, ReferenceKind, SmolStr, Value};
use schema::template::DYNAMIC_REFERENCE;
use std::ops::Range;
use syntax::data::{self, Kind, Style};

/// `${...}` in a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SubName {
    /// All of it, in bytes.
    pub(crate) whole: Range<usize>,
    /// The name in it, without white space; empty where none is written yet.
    pub(crate) name: Range<usize>,
    /// True for `${!Literal}`, which stands for `${Literal}`.
    pub(crate) literal: bool,
}

/// Every `${...}` of `text`, in order.
pub(crate) fn sub_names(text: &str) -> Vec<SubName> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find("${").map(|it| it + at) {
        let Some(end) = text[start..].find('}').map(|it| it + start) else { break };
        let inside = &text[start + 2..end];
        at = end + 1;
        if inside.starts_with('!') {
            out.push(SubName { whole: start..at, name: start + 3..end, literal: true });
        } else {
            let from = start + 2 + (inside.len() - inside.trim_start().len());
            out.push(SubName { whole: start..at, name: from..from + inside.trim().len(), literal: false });
        }
    }
    out
}

impl<'a> Values<'a> {
    /// `Fn::Sub` of a template string, with the variables of its long form.
    pub(super) fn sub(&mut self, template: &'a data::Node, variables: Option<&'a data::Node>) -> Option<Value> {
        let Kind::Scalar { text, style } = &template.kind else { return None };
        let is_map =
            |it: &data::Node| it.tag.is_some() || !matches!(it.kind, Kind::Scalar { .. } | Kind::Sequence { .. });
        if !variables.is_none_or(is_map) {
            return None;
        }
        // Which names are variables is known only when their map is.
        let map = match variables.map(|it| self.node(it).value) {
            None | Some(Value::Missing | Value::Null) => Some(Map::default()),
            Some(Value::Map(map)) if !map.open => Some(map),
            Some(_) => None,
        };
        let places = Places::new(template, self.source());
        let mut parts = Vec::new();
        let mut literal = SmolStr::default();
        let mut last = 0;
        let mut previous = None;
        let names = sub_names(text);
        for name in &names {
            append(&mut literal, &text[last..name.whole.start]);
            if name.literal {
                append(&mut literal, "${");
                append(&mut literal, &text[name.name.start..name.whole.end]);
            } else {
                self.push_text(&mut parts, &mut literal, places.between(text, previous, Some(name)), *style);
                previous = Some(name);
                let node = match map.as_ref() {
                    Some(map) => self.sub_value(text, name, map, &places),
                    None => Node::unknown(self.span(places.range(text, name.whole.clone()))),
                };
                parts.push(Part::Value(node));
            }
            last = name.whole.end;
        }
        append(&mut literal, &text[last..]);
        self.push_text(&mut parts, &mut literal, places.between(text, previous, None), *style);
        for (name, node) in map.map(|it| it.entries).unwrap_or_default() {
            if !names.iter().any(|it| !it.literal && text[it.name.clone()] == *name.text) {
                parts.push(Part::Unused(name, node));
            }
        }
        let is_dynamic = text.contains(DYNAMIC_REFERENCE);
        Some(Value::Call(Box::new(if is_dynamic { Call::Dynamic(parts) } else { Call::Sub(parts) })))
    }

    fn sub_value(&mut self, text: &SmolStr, name: &SubName, variables: &Map, places: &Places) -> Node {
        let written = &text[name.name.clone()];
        if let Some(node) = variables.get(written) {
            return node.clone();
        }
        let span = self.span(places.range(text, name.whole.clone()));
        if written.is_empty() {
            return Node { value: Value::Missing, span };
        }
        let part = |range: Range<usize>| Name::new(&text[range.clone()], self.span(places.range(text, range)));
        let call = match written.find('.') {
            Some(dot) => {
                let dot = name.name.start + dot;
                let (resource, attribute) = (part(name.name.start..dot), part(dot + 1..name.name.end));
                self.refer(ReferenceKind::SubGetAtt, &resource, Some(&attribute));
                Call::GetAtt { resource, attribute: Some(attribute) }
            }
            None => {
                let name = part(name.name.clone());
                self.refer(ReferenceKind::Sub, &name, None);
                if name.text == "AWS::NoValue" {
                    return Node { value: Value::Absent, span };
                }
                Call::Ref(name)
            }
        };
        Node { value: Value::Call(Box::new(call)), span }
    }

    fn push_text(&mut self, parts: &mut Vec<Part>, literal: &mut SmolStr, place: text::TextRange, style: Style) {
        if !literal.is_empty() {
            self.lay_out(literal, style, place, place);
            parts.push(Part::Text(Name::new(std::mem::take(literal), self.span(place))));
        }
    }
}

fn append(literal: &mut SmolStr, text: &str) {
    if literal.is_empty() {
        *literal = text.into();
    } else if !text.is_empty() {
        *literal = smol_str::format_smolstr!("{literal}{text}");
    }
}

/// Where the pieces of a scalar's text are in the source.
///
/// Escapes and folding move them, but never what `${...}` is made of, unless an author escapes even that. So the n-th
/// `${` of the text is the n-th of the source, if there are as many.
struct Places {
    /// The whole content.
    content: text::TextRange,
    /// The source of it.
    source: String,
    /// Where each `${` is: in the text, and in the file.
    pairs: Vec<(usize, usize)>,
}

impl Places {
    fn new(node: &data::Node, source: &str) -> Places {
        let content = content(node, source);
        let start = usize::from(content.start());
        let written = source.get(start..usize::from(content.end())).unwrap_or_default();
        // A block scalar whose lines had to be joined: its content starts behind the header.
        let header = match written.starts_with(['|', '>']) {
            true => written.find('\n').unwrap_or(0),
            false => 0,
        };
        let text = match &node.kind {
            Kind::Scalar { text, .. } => text.as_str(),
            _ => "",
        };
        let in_text: Vec<usize> = text.match_indices("${").map(|it| it.0).collect();
        let in_source: Vec<usize> = written[header..].match_indices("${").map(|it| it.0 + start + header).collect();
        let pairs =
            if in_text.len() == in_source.len() { in_text.into_iter().zip(in_source).collect() } else { Vec::new() };
        Places { content, source: written.to_owned(), pairs }
    }

    /// The place of `range` of the text, a `${...}` or a part of one; that of everything, where it is not verbatim.
    fn range(&self, text: &str, range: Range<usize>) -> text::TextRange {
        let index = self.pairs.partition_point(|it| it.0 <= range.start);
        let Some(&(in_text, in_file)) = index.checked_sub(1).and_then(|it| self.pairs.get(it)) else {
            return self.content;
        };
        let from = in_file - usize::from(self.content.start());
        let is_verbatim = self.source.get(from..).is_some_and(|it| it.starts_with(&text[in_text..range.end]));
        if is_verbatim {
            text::range(in_file + range.start - in_text, in_file + range.end - in_text)
        } else {
            self.content
        }
    }

    /// The place of the text between two neighbours.
    fn between(&self, text: &str, previous: Option<&SubName>, next: Option<&SubName>) -> text::TextRange {
        let start = previous.map_or(self.content.start(), |it| self.range(text, it.whole.clone()).end());
        let end = next.map_or(self.content.end(), |it| self.range(text, it.whole.clone()).start());
        let is_unknown = self.pairs.is_empty() && (previous.is_some() || next.is_some());
        if is_unknown || start > end { self.content } else { text::TextRange::new(start, end) }
    }
}
