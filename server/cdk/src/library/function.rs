//! Values of the tables → values of the model.

use super::cursor::{self, Cursor};
use super::path::Taken;
use super::read::{Class, Function, Guard};
use super::{apply, value};
use crate::constructs::{iam, principals};
use crate::evaluate::{self, Props, get_att, reference};
use crate::lower::Lowering;
use crate::scope::At;
use model::{Branch, Call, List, Map, Name, Node, Part, Scalar, SmolStr, Span, Value as Known};
use serde_json::Value;

/// Values nested deeper than this are not read.
const MAX_DEPTH: u32 = 40;

/// A construct of a class that has a table, while its props are applied.
pub(super) struct Scene<'l, 'a> {
    pub(super) lowering: &'l Lowering<'a>,
    pub(super) class: &'static Class,
    pub(super) props: Props<'a>,
    /// What its resources are called, those that are there.
    pub(super) keys: Vec<Option<SmolStr>>,
    pub(super) stack: usize,
    /// Where its id stands: what it does by itself stands there too.
    pub(super) id: Span,
}

/// What surrounds a value of the tables.
#[derive(Clone, Copy)]
pub(super) struct Context<'c> {
    /// Where it is written.
    pub(super) span: Span,
    /// The steps that were taken through the props.
    pub(super) taken: &'c [Taken],
    /// The value of the prop.
    pub(super) value: Option<&'c Node>,
}

impl<'a> Scene<'_, 'a> {
    /// What `function` makes of what is at `cursor`. What keeps the property as it was is absent, what takes it away is
    /// null.
    pub(super) fn apply(&self, function: &Function, cursor: &Cursor<'a>, taken: &[Taken]) -> Node {
        match cursor {
            Cursor::Value(at) => self.lowering.alternatives(*at, &|at| self.leaf(function, at, taken)),
            Cursor::Made(node) => self.made(function, node, taken),
            Cursor::Absent => Node { value: Known::Absent, span: self.id },
            Cursor::Unknown => Node::unknown(self.id),
        }
    }

    fn leaf(&self, function: &Function, at: At<'a>, taken: &[Taken]) -> Node {
        let span = at.span();
        let lowering = self.lowering;
        let unknown = || Node::unknown(span);
        let numeral = |number: Option<f64>, as_text: bool| match number.map(value::number) {
            Some(Known::Scalar(scalar)) => Node { value: Known::Scalar(Scalar { plain: !as_text, ..scalar }), span },
            _ => unknown(),
        };
        match function {
            Function::Same | Function::Text | Function::Linear(..) => {
                let node = lowering.node(at);
                if matches!(node.value, Known::Null) {
                    return Node { value: Known::Absent, span };
                }
                self.made(function, &node, taken)
            }
            Function::Template(_) => self.made(function, &lowering.node(at), taken),
            Function::Map(map) => match word(lowering, at).and_then(|it| map.get(it.as_str())) {
                Some(json) => self.node(json, Context { span, taken, value: None }, 0),
                None => unknown(),
            },
            Function::Duration(unit, as_text) => {
                let seconds = value::seconds(lowering, at);
                let divisor = match unit.as_str() {
                    "seconds" => 1.0,
                    "minutes" => 60.0,
                    "hours" => 3600.0,
                    "days" => 86_400.0,
                    "milliseconds" => 0.001,
                    "iso" => return seconds.map_or_else(unknown, |it| Node::text(value::iso(it), span)),
                    _ => return unknown(),
                };
                numeral(seconds.map(|it| it / divisor), *as_text)
            }
            Function::Size(unit, as_text) => {
                let divisor = match unit.as_str() {
                    "B" => 1.0 / 1_048_576.0,
                    "KiB" => 1.0 / 1024.0,
                    "MiB" => 1.0,
                    "GiB" => 1024.0,
                    _ => return unknown(),
                };
                numeral(value::mebibytes(lowering, at).map(|it| it / divisor), *as_text)
            }
            Function::Enum(field, as_text) => {
                let made = lowering.made(at);
                let constant = made.as_ref().and_then(|it| value::constant(&it.path));
                let constant = match field {
                    Some(field) => constant.and_then(|it| it.get(field)),
                    None => constant,
                };
                match constant {
                    Some(Value::Number(it)) if *as_text => Node::text(it.to_string(), span),
                    Some(it) => self.node(it, Context { span, taken, value: None }, 0),
                    None => unknown(),
                }
            }
            Function::Ref(attribute) => self.attribute_of(at, attribute),
            Function::Const(json) if cursor::is_something(lowering, at) => {
                let node = self.node(json, Context { span, taken, value: None }, 0);
                if json.is_null() { Node { value: Known::Null, span } } else { node }
            }
            Function::Const(_) | Function::JsonText | Function::Unknown => unknown(),
        }
    }

    /// What `function` makes of a value that is known as it would be in a template.
    fn made(&self, function: &Function, node: &Node, taken: &[Taken]) -> Node {
        let span = node.span;
        let context = Context { span, taken, value: Some(node) };
        match (function, &node.value) {
            (_, Known::Unknown | Known::Missing | Known::Absent) => node.clone(),
            (Function::Same, _) => node.clone(),
            (Function::Text, Known::Scalar(it)) => Node::text(it.text.clone(), span),
            (Function::Text, Known::Bool(it)) => Node::text(it.to_string(), span),
            (Function::Linear(factor, offset), Known::Scalar(it)) => match it.text.parse::<f64>() {
                Ok(number) => Node { value: value::number(number * factor + offset), span },
                Err(_) => Node::unknown(span),
            },
            (Function::Template(Value::Array(parts)), _) => self.text(parts, context, 0),
            (Function::Template(json) | Function::Const(json), _) => self.node(json, context, 0),
            _ => Node::unknown(span),
        }
    }

    /// A value of the tables.
    pub(super) fn node(&self, json: &Value, context: Context<'_>, depth: u32) -> Node {
        let span = context.span;
        if depth > MAX_DEPTH || !self.lowering.spend() {
            return Node::unknown(span);
        }
        let value = match json {
            Value::Null => Known::Null,
            Value::Bool(it) => Known::Bool(*it),
            Value::Number(it) => Known::Scalar(Scalar { text: it.to_string().into(), plain: true }),
            Value::String(it) => Known::Scalar(Scalar { text: it.into(), plain: false }),
            Value::Array(items) => {
                // How many subnets a network has is its own affair.
                let open = items.iter().any(is_item_of_argument);
                let items = items.iter().map(|it| self.node(it, context, depth + 1));
                let mut items: Vec<Node> = items.collect();
                if open {
                    items.truncate(1);
                }
                Known::List(List { items, open })
            }
            Value::Object(map) => match map.iter().next() {
                Some((mark, operand)) if mark.starts_with('$') => return self.marked(mark, operand, context, depth),
                Some((function, operand)) if map.len() == 1 && function.starts_with("Fn::") => {
                    let operand = self.node(operand, context, depth + 1);
                    Known::Call(Box::new(call(function, operand, span)))
                }
                _ => {
                    let mut entries = Vec::with_capacity(map.len());
                    for (name, json) in map {
                        entries.push((Name::new(name.as_str(), span), self.node(json, context, depth + 1)));
                    }
                    Known::Map(Map { entries, open: false })
                }
            },
        };
        Node { value, span }
    }

    fn marked(&self, mark: &str, operand: &Value, context: Context<'_>, depth: u32) -> Node {
        let span = context.span;
        let known = match (mark, operand) {
            ("$ref", Value::Array(pair)) => match &pair[..] {
                [index, attribute] => self.own(index, attribute, span),
                _ => None,
            },
            ("$pseudo", Value::String(name)) => Some(reference(name, span)),
            ("$sub", Value::Array(parts)) => Some(self.text(parts, context, depth)),
            ("$arg", Value::Array(parts)) => match &parts[..] {
                [Value::String(prop)] => match self.find(prop, context.taken) {
                    Cursor::Value(at) => Some(self.lowering.node(at)),
                    _ => None,
                },
                [Value::String(prop), Value::String(member)] => match self.find(prop, context.taken) {
                    Cursor::Value(at) => {
                        let at = self.lowering.scopes.follow(at);
                        Some(Node { span, ..self.attribute_of(at, member) })
                    }
                    _ => None,
                },
                _ => None,
            },
            ("$value", _) => context.value.cloned(),
            ("$key", _) => context.taken.iter().rev().find_map(|it| match it {
                Taken::Entry(name) => Some(Node::text(name.text.clone(), name.span)),
                Taken::Item(_) | Taken::Some => None,
            }),
            ("$fn", json) => {
                let function = Function::try_from(json.clone()).ok();
                function.and_then(|it| context.value.map(|node| self.made(&it, node, context.taken)))
            }
            ("$keep", _) => Some(Node { value: Known::Absent, span }),
            _ => None,
        };
        known.unwrap_or_else(|| Node::unknown(span))
    }

    /// A text in parts.
    fn text(&self, parts: &[Value], context: Context<'_>, depth: u32) -> Node {
        let span = context.span;
        let mut out = Vec::new();
        for part in parts {
            match part {
                Value::String(text) => out.push(Part::Text(Name::new(text, span))),
                other => match self.node(other, context, depth + 1) {
                    Node { value: Known::Scalar(it), span } => out.push(Part::Text(Name::new(it.text, span))),
                    Node { value: Known::Call(call), span } => match *call {
                        Call::Sub(inner) => out.extend(inner),
                        other => out.push(Part::Value(Node { value: Known::Call(Box::new(other)), span })),
                    },
                    other => out.push(Part::Value(other)),
                },
            }
        }
        Node { value: evaluate::joined(out), span }
    }

    /// An attribute of a resource of the construct itself.
    fn own(&self, index: &Value, attribute: &Value, span: Span) -> Option<Node> {
        let key = self.keys.get(usize::try_from(index.as_u64()?).ok()?)?.as_ref()?;
        Some(attribute_node(key, attribute.as_str()?, span))
    }

    /// An attribute of the construct at `at`, by its own name or by that of a member of the construct.
    fn attribute_of(&self, at: At<'a>, name: &str) -> Node {
        let span = at.span();
        let is_member = name.starts_with(|it: char| it.is_ascii_lowercase());
        let known = if let "principal" | "statement" | "document" = name {
            Some(match name {
                "principal" => principals::principal(self.lowering, at),
                "statement" => return iam::statement(self.lowering, at).unwrap_or_else(|| Node::unknown(span)),
                _ => iam::document(self.lowering, at),
            })
        } else if is_member {
            apply::member_at(self.lowering, at, name, span)
        } else {
            self.lowering.construct_of(at).and_then(|(index, _)| {
                let construct = &self.lowering.constructs[index];
                let node = attribute_node(&construct.key, name, span);
                let is_at_hand = self.stack == self.lowering.stack_of(at);
                // Some make what they are for only when they are given to another one.
                let makes_any = super::class(&construct.class).is_none_or(|it| !it.resources.is_empty());
                let known = self.lowering.across(node, construct.place.stack, self.stack);
                known.filter(|_| is_at_hand && makes_any)
            })
        };
        known.unwrap_or_else(|| Node::unknown(span))
    }

    /// Whether all of `guards` hold.
    pub(super) fn all(&self, guards: &[Guard], taken: &[Taken]) -> Option<bool> {
        let mut all = Some(true);
        for guard in guards {
            match self.holds(guard, taken) {
                Some(true) => (),
                Some(false) => return Some(false),
                None => all = None,
            }
        }
        all
    }

    fn holds(&self, guard: &Guard, taken: &[Taken]) -> Option<bool> {
        let find = |prop: &str| self.find(prop, taken);
        match guard {
            // That there are any items.
            Guard::Given(prop, given) if prop.ends_with("[]") && taken.is_empty() => {
                match find(prop.strip_suffix("[]").unwrap_or(prop)) {
                    Cursor::Absent => Some(!given),
                    Cursor::Value(at) => {
                        let mut items = Vec::new();
                        let complete = cursor::items_of(self.lowering, at, &mut items, 0);
                        (complete || !items.is_empty()).then_some(items.is_empty() != *given)
                    }
                    Cursor::Made(_) | Cursor::Unknown => None,
                }
            }
            Guard::Given(prop, given) => match find(prop) {
                Cursor::Absent => Some(!given),
                Cursor::Made(_) => Some(*given),
                Cursor::Value(at) if cursor::is_nothing(self.lowering, at) => Some(!given),
                Cursor::Value(at) if cursor::is_something(self.lowering, at) => Some(*given),
                // Any item of a list.
                Cursor::Unknown if taken.is_empty() => {
                    let Cursor::Value(list) = find(prop.strip_suffix("[]")?) else { return None };
                    let mut items = Vec::new();
                    let is_complete = cursor::items_of(self.lowering, list, &mut items, 0);
                    (is_complete || !items.is_empty()).then_some(items.is_empty() != *given)
                }
                Cursor::Value(_) | Cursor::Unknown => None,
            },
            Guard::Is(prop, values, wanted) => match find(prop) {
                Cursor::Absent => Some(!wanted),
                Cursor::Value(at) if cursor::is_nothing(self.lowering, at) => Some(!wanted),
                Cursor::Value(at) => {
                    let words = words(self.lowering, at)?;
                    let is = |word: &Option<String>| {
                        let is = word.as_ref().is_some_and(|word| {
                            values.iter().any(|it| match it {
                                Value::String(it) => it == word,
                                Value::Bool(it) => word.parse() == Ok(*it),
                                _ => false,
                            })
                        });
                        is == *wanted
                    };
                    let holding = words.iter().filter(|it| is(it)).count();
                    (holding == 0 || holding == words.len()).then_some(holding > 0)
                }
                Cursor::Made(_) | Cursor::Unknown => None,
            },
            Guard::Suffix(prop, suffix) => match find(prop) {
                Cursor::Absent => Some(false),
                Cursor::Value(at) => match self.lowering.node(at).value {
                    Known::Scalar(it) => Some(it.text.ends_with(&**suffix)),
                    Known::Call(call) => match *call {
                        Call::Sub(parts) => match parts.last() {
                            Some(Part::Text(it)) if it.text.len() >= suffix.len() => Some(it.text.ends_with(&**suffix)),
                            _ => None,
                        },
                        _ => None,
                    },
                    Known::Absent => Some(false),
                    _ => None,
                },
                Cursor::Made(_) | Cursor::Unknown => None,
            },
            Guard::Flag(name, wanted, unset) => self.lowering.flag(name, *unset).map(|it| it == *wanted),
        }
    }
}

/// By which words the tables know the value at `at`: a constant by its path.
fn word<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Option<String> {
    if let Some(made) = lowering.made(at) {
        return Some(made.path.to_string());
    }
    lowering.node(at).as_str().map(str::to_owned)
}

/// The words for every value that there may be at `at`, nothing among them where it may not be given; `None` where they
/// are not known.
fn words<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Option<Vec<Option<String>>> {
    let node = lowering.alternatives(at, &|at| match word(lowering, at) {
        Some(word) => Node::text(word, at.span()),
        None => Node::unknown(at.span()),
    });
    let mut all = Vec::new();
    collect(&node, &mut all).then_some(all)
}

fn collect(node: &Node, all: &mut Vec<Option<String>>) -> bool {
    match &node.value {
        Known::Scalar(it) => all.push(Some(it.text.to_string())),
        Known::Absent => all.push(None),
        Known::Either(branches) => return branches.iter().all(|it| collect(&it.node, all)),
        _ => return false,
    }
    true
}

/// `Ref` of a resource, or an attribute of it.
pub(super) fn attribute_node(key: &str, attribute: &str, span: Span) -> Node {
    if attribute == "Ref" { reference(key, span) } else { get_att(key, attribute, span) }
}

/// True for a value that is one of several that something has: `privateSubnets[0].subnetId`.
fn is_item_of_argument(json: &Value) -> bool {
    let member = json.get("$arg").and_then(|it| it.get(1)).and_then(Value::as_str);
    member.is_some_and(|it| it.contains('['))
}

fn call(function: &str, operand: Node, span: Span) -> Call {
    let two = |operand: &Node| match &operand.value {
        Known::List(list) => match &list.items[..] {
            [a, b] => Some((a.clone(), b.clone())),
            _ => None,
        },
        _ => None,
    };
    match (function, two(&operand)) {
        ("Fn::Select", Some((index, list))) => Call::Select { index, list },
        ("Fn::Join", Some((delimiter, items))) => Call::Join { delimiter, items },
        ("Fn::Split", Some((delimiter, text))) => Call::Split { delimiter, text },
        ("Fn::GetAZs", _) => Call::GetAzs(operand),
        ("Fn::Base64", _) => Call::Base64(operand),
        ("Fn::ImportValue", _) => Call::ImportValue(operand),
        _ => Call::Other { function: Name::new(function, span), argument: operand },
    }
}

/// A value with what keeps a property in it replaced by what the property was, and what takes it away by nothing.
pub(super) fn settled(node: Node, before: Option<&Node>) -> Node {
    let span = node.span;
    match node.value {
        Known::Absent => match before {
            Some(before) => before.clone(),
            None => Node { value: Known::Absent, span },
        },
        Known::Null => Node { value: Known::Absent, span },
        Known::Either(branches) => {
            let branch = |it: Branch| Branch { node: settled(it.node, before), ..it };
            let branches: Vec<Branch> = branches.into_iter().map(branch).collect();
            let is_known = branches.iter().any(|it| !matches!(it.node.value, Known::Unknown));
            Node { value: if is_known { Known::Either(branches) } else { Known::Unknown }, span }
        }
        value => Node { value, span },
    }
}
