//! Which prop of a construct is which property of its resource.
//!
//! The rows are read from left to right to lower and from right to left to raise. A property that a row speaks of is
//! known also where the prop is not given: it has the construct's default, or is absent. Everything else of the
//! resource is unknown.

use crate::evaluate::{Given, Props};
use crate::lower::Lowering;
use crate::scope::At;
use model::{Map, Name, Node, Scalar, Span, Value};

/// A class of constructs.
#[derive(Debug)]
pub(crate) struct Class {
    /// Its name in the library: `aws-s3.Bucket`.
    pub(crate) name: &'static str,
    /// Its main resource.
    pub(crate) ty: &'static str,
    pub(crate) rows: &'static [Row],
    /// The `DeletionPolicy` of the resource when the author says nothing; `""` for a class that has no such prop.
    pub(crate) retention: &'static str,
}

/// A prop and the property that it becomes.
#[derive(Debug)]
pub(crate) struct Row {
    /// The prop, dotted when it is a member of one.
    pub(crate) prop: &'static str,
    /// The property, dotted.
    pub(crate) path: &'static str,
    pub(crate) form: Form,
    /// The value when the prop is not given; `""` when the property is then absent.
    pub(crate) default: &'static str,
}

/// How a prop's value becomes the property's.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    /// As it is.
    Same,
    /// A boolean, for which the property has other words; `""` for a property that is then absent.
    Switch { on: &'static str, off: &'static str },
    /// A constant of the library, by its last name.
    Choice(&'static [(&'static str, &'static str)]),
    /// A construct, for which the property has an attribute: `Ref` or its name.
    Reference(&'static str),
    /// Something that is not followed: the property is there, with a value that is not known.
    Given,
    /// Something of its own kind, which cannot be written back by table.
    Code(for<'a> fn(&Lowering<'a>, At<'a>) -> Node),
}

impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Form::Same => "Same",
            Form::Switch { .. } => "Switch",
            Form::Choice(_) => "Choice",
            Form::Reference(_) => "Reference",
            Form::Given => "Given",
            Form::Code(_) => "Code",
        })
    }
}

/// A row without a default.
pub(crate) const fn row(prop: &'static str, path: &'static str, form: Form) -> Row {
    Row { prop, path, form, default: "" }
}

/// A row with a default.
pub(crate) const fn row_or(prop: &'static str, path: &'static str, form: Form, default: &'static str) -> Row {
    Row { prop, path, form, default }
}

/// The properties that `rows` make of `props`, for a construct whose id stands at `id`.
pub(crate) fn lower<'a>(lowering: &Lowering<'a>, rows: &[Row], props: &Props<'a>, id: Span) -> Map {
    let mut map = Map { entries: Vec::new(), open: true };
    for row in rows {
        let (name, node) = match given(lowering, props, row.prop) {
            Given::Value(at) => (at.span(), value(lowering, row.form, at)),
            // Another prop for the same property has said what it is.
            Given::Absent if has(&map, row.path) => continue,
            Given::Absent => (id, default(row.default, id)),
            Given::Unknown => (id, Node::unknown(id)),
        };
        insert(&mut map, row.path, name, node);
    }
    map
}

/// True when there is something at a dotted path.
pub(crate) fn has(map: &Map, path: &str) -> bool {
    match path.split_once('.') {
        None => map.get(path).is_some(),
        Some((first, rest)) => map.get(first).and_then(Node::as_map).is_some_and(|it| has(it, rest)),
    }
}

/// What is known of a prop, dotted when it is a member of one.
pub(crate) fn given<'a>(lowering: &Lowering<'a>, props: &Props<'a>, path: &str) -> Given<'a> {
    let Some((first, rest)) = path.split_once('.') else { return props.get(path) };
    match props.get(first) {
        Given::Value(at) => given(lowering, &lowering.props(Some(at)), rest),
        other => other,
    }
}

/// What a form makes of the value at `at`.
pub(crate) fn value<'a>(lowering: &Lowering<'a>, form: Form, at: At<'a>) -> Node {
    match form {
        Form::Same => lowering.node(at),
        Form::Given => lowering.alternatives(at, &|at| Node::unknown(at.span())),
        Form::Code(code) => code(lowering, at),
        Form::Switch { on, off } => lowering.alternatives(at, &|at| {
            let node = lowering.node(at);
            match node.value {
                Value::Bool(it) => default(if it { on } else { off }, node.span),
                _ => Node::unknown(at.span()),
            }
        }),
        Form::Choice(words) => lowering.alternatives(at, &|at| {
            let made = lowering.made(at);
            let word = made.as_ref().and_then(|it| it.path.rsplit('.').next());
            let found = word.and_then(|word| words.iter().find(|(name, _)| *name == word));
            match found {
                Some((_, text)) => default(text, at.span()),
                None => Node::unknown(at.span()),
            }
        }),
        Form::Reference(attribute) => lowering.alternatives(at, &|at| {
            let reference = lowering.construct_of(at).and_then(|(index, _)| {
                let construct = &lowering.constructs[index];
                let node = match attribute {
                    "Ref" => crate::evaluate::reference(&construct.key, at.span()),
                    _ => crate::evaluate::get_att(&construct.key, attribute, at.span()),
                };
                lowering.across(node, construct.place.stack, lowering.stack_of(at))
            });
            reference.unwrap_or_else(|| Node::unknown(at.span()))
        }),
    }
}

/// A value as the tables write it.
pub(crate) fn default(text: &str, span: Span) -> Node {
    let value = match text {
        "" => Value::Absent,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => {
            let plain = text.bytes().all(|it| it.is_ascii_digit());
            Value::Scalar(Scalar { text: text.into(), plain })
        }
    };
    Node { value, span }
}

/// Puts `node` at a dotted path. What is absent stays absent as a whole until something in it is there; what is
/// unknown as a whole stays open.
pub(crate) fn insert(map: &mut Map, path: &str, name: Span, node: Node) {
    let Some((first, rest)) = path.split_once('.') else {
        match map.entries.iter().position(|(it, _)| it.text == path) {
            Some(index) => map.entries[index] = (Name::new(path, name), node),
            None => map.entries.push((Name::new(path, name), node)),
        }
        return;
    };
    let position = map.entries.iter().position(|(it, _)| it.text == first);
    let missing = matches!(node.value, Value::Absent | Value::Unknown);
    let span = node.span;
    match position.map(|it| &mut map.entries[it].1) {
        Some(entry) => match &mut entry.value {
            Value::Map(inner) => insert(inner, rest, name, node),
            Value::Absent if matches!(node.value, Value::Absent) => (),
            // Something may be there or not.
            Value::Absent if missing => *entry = Node::unknown(span),
            Value::Unknown if missing => (),
            other => {
                let open = !matches!(other, Value::Absent);
                let mut inner = Map { entries: Vec::new(), open };
                insert(&mut inner, rest, name, node);
                *entry = Node { value: Value::Map(inner), span };
            }
        },
        None if missing => map.entries.push((Name::new(first, name), Node { value: node.value, span })),
        None => {
            let mut inner = Map::default();
            insert(&mut inner, rest, name, node);
            map.entries.push((Name::new(first, name), Node { value: Value::Map(inner), span }));
        }
    }
}
