//! Constructs that others make: inside of themselves, or by their methods.
//!
//! The library puts constructs together from others, and so is it done here: what is made inside has a class and props of
//! its own, made of those of the construct around it, and is lowered by these like any other. Nobody wrote its props, so
//! that nothing is raised into them.

use super::MethodCall;
use crate::ast::{Element, Expression, Kind, Member};
use crate::evaluate::Given;
use crate::lower::{Construct, Draft, Lowering};
use crate::scope::{At, Place};
use model::{Branch, List, Map, Name, Node, Resource, SmolStr, Span, Value};
use text::TextRange;

/// Props that nobody wrote.
pub(crate) struct Assembly<'l, 'a> {
    lowering: &'l Lowering<'a>,
    at: At<'a>,
    members: Vec<Member>,
    /// Others may be there.
    open: bool,
}

impl<'l, 'a> Assembly<'l, 'a> {
    /// No props as yet, at the place of the construct that they are for.
    pub(crate) fn new(lowering: &'l Lowering<'a>, at: At<'a>) -> Assembly<'l, 'a> {
        Assembly { lowering, at, members: Vec::new(), open: false }
    }

    /// Takes the members of the object at `from` over that `is_wanted` tells.
    pub(crate) fn take(mut self, from: Option<At<'a>>, is_wanted: impl Fn(&str) -> bool) -> Self {
        let props = self.lowering.props(from);
        self.open |= props.open;
        for (name, value) in props.iter().filter(|(name, _)| is_wanted(&name.text)) {
            match value {
                Some(value) => self.members.push(pair(name.clone(), self.lowering.scopes.refer(value))),
                None => self.open = true,
            }
        }
        self
    }

    /// A member of which this is known.
    pub(crate) fn given(self, name: &'static str, value: Given<'a>) -> Self {
        match value {
            Given::Value(at) => self.value(name, at),
            Given::Absent => self,
            Given::Unknown => self.either(name, Kind::Opaque(Vec::new())),
        }
    }

    /// A member with the value at `at`.
    pub(crate) fn value(mut self, name: &'static str, at: At<'a>) -> Self {
        let value = self.lowering.scopes.refer(at);
        self.members.push(pair(Name::new(name, at.span()), value));
        self
    }

    /// A member with this value.
    pub(crate) fn constant(mut self, name: &'static str, kind: Kind) -> Self {
        let span = self.at.span();
        self.members.push(pair(Name::new(name, span), Expression { span, kind, broken: false }));
        self
    }

    /// A member of which this is known; where it is not given, it has the value `otherwise`.
    pub(crate) fn otherwise(self, name: &'static str, value: Given<'a>, otherwise: Kind) -> Self {
        match value {
            Given::Value(at) => {
                let span = at.span();
                let left = Box::new(self.lowering.scopes.refer(at));
                let right = Box::new(Expression { span, kind: otherwise, broken: false });
                self.constant(name, Kind::Or { left, right, nullish: true })
            }
            Given::Absent if matches!(otherwise, Kind::Undefined) => self,
            Given::Absent => self.constant(name, otherwise),
            Given::Unknown => self.constant(name, Kind::Opaque(Vec::new())),
        }
    }

    /// A member that has this value or none.
    fn either(self, name: &'static str, kind: Kind) -> Self {
        let span = self.at.span();
        let part = |kind| Box::new(Expression { span, kind, broken: false });
        let ternary =
            Kind::Ternary { test: part(Kind::Opaque(Vec::new())), then: part(kind), otherwise: part(Kind::Undefined) };
        self.constant(name, ternary)
    }

    /// The object.
    pub(crate) fn finish(mut self) -> At<'a> {
        let span = self.at.span();
        if self.open {
            let opaque = Expression { span, kind: Kind::Opaque(Vec::new()), broken: false };
            self.members.insert(0, Member::Spread(opaque));
        }
        self.lowering.scopes.invent(Kind::Object(self.members), self.at)
    }
}

fn pair(key: Name, value: Expression) -> Member {
    Member::Pair { key, value }
}

/// An array with the values in it.
pub(crate) fn array<'a>(lowering: &Lowering<'a>, at: At<'a>, items: &[At<'a>]) -> At<'a> {
    let items = items.iter().map(|it| Element::Item(lowering.scopes.refer(*it))).collect();
    lowering.scopes.invent(Kind::Array(items), at)
}

/// The expression that stands for the construct at `index`.
pub(crate) fn expression<'a>(lowering: &Lowering<'a>, index: usize) -> At<'a> {
    lowering.constructs[index].place.at
}

/// Adds a construct that the one at `outer` makes, at `below` in it, by code at `place`.
///
/// `own`: the code at `place` stands for the construct that is added, and not for the one around it.
pub(crate) fn add<'a>(
    lowering: &mut Lowering<'a>,
    outer: usize,
    (place, own): (Place<'a>, bool),
    class: &str,
    below: &str,
    props: Option<At<'a>>,
) -> usize {
    let place = match own {
        true => place,
        false => Place { at: lowering.scopes.invent(Kind::Opaque(Vec::new()), place.at), ..place },
    };
    let around = &lowering.constructs[outer];
    let (stack, doubtful) = (around.place.stack, around.doubtful);
    let path = around.path.as_ref().map(|it| SmolStr::from(format!("{it}/{below}")));
    let (id_span, class_span) = match MethodCall::of(place).filter(|_| own) {
        Some(call) => {
            let id = call.argument(0).filter(|it| matches!(it.expression.kind, Kind::Text(_) | Kind::Template(_)));
            (id.map_or(call.method.span, |it| crate::convert::inside(it.span())), call.method.span)
        }
        None => (around.id.span, around.class_span),
    };
    let id = Name::new(below.rsplit('/').next().unwrap_or(below), id_span);
    let key = lowering.key(stack, &format!("{}/{below}", lowering.constructs[outer].key));
    // It goes where the construct around it is, whichever code makes it.
    let place = Place { stack, ..place };
    let plain = Construct::new(place, class.into(), id, class_span, key);
    lowering.push_construct(Construct { path, props, doubtful, outer: Some(outer), inner: true, ..plain })
}

/// Adds a resource that the construct at `index` makes, at `below` in it, by code at `place`.
pub(crate) fn resource<'a>(
    lowering: &mut Lowering<'a>,
    index: usize,
    place: Place<'a>,
    below: &str,
    ty: &str,
    properties: Map,
) -> usize {
    let construct = &lowering.constructs[index];
    let stack = construct.place.stack;
    let span = construct.id.span;
    let class = construct.class.clone();
    let path = construct.path.as_ref().map(|it| SmolStr::from(format!("{it}/{below}")));
    let id = below.strip_suffix("/Resource").unwrap_or(below);
    let key = lowering.key(stack, &format!("{}/{id}", lowering.constructs[index].key));
    let made = model::Made {
        of: lowering.constructs[index].key.clone(),
        origin: lowering.constructs[index].place.at.span(),
        paths: Vec::new(),
    };
    let origin = lowering.fresh_origin(place.at.span());
    let region = lowering.constructs[index].place.region;
    let is_certain = lowering.scopes.covers(place.region, region);
    let condition = lowering.condition(if is_certain { region } else { place.region });
    let name = Name::new(id.rsplit('/').next().unwrap_or(id), span);
    lowering.drafts.push(Draft {
        resource: Resource {
            key,
            ty: Name::new(ty, span),
            properties: Node { value: Value::Map(properties), span },
            condition,
            attributes: Map { entries: Vec::new(), open: true },
            references: Vec::new(),
            origin,
            construct: Some(class),
            path,
            logical_id: None,
            overridden: Vec::new(),
            misfits: Vec::new(),
            texts: model::Texts::default(),
            made: Some(made),
            id: name,
        },
        stack,
        props_index: usize::MAX,
        words: SmolStr::default(),
        table: None,
        construct: Some(index),
    });
    lowering.drafts.len() - 1
}

/// `Ref` of the draft, or an attribute of it.
pub(crate) fn reference_to(lowering: &Lowering<'_>, draft: usize, attribute: &str, span: Span) -> Node {
    let key = &lowering.drafts[draft].resource.key;
    match attribute {
        "Ref" => crate::evaluate::reference(key, span),
        _ => crate::evaluate::get_att(key, attribute, span),
    }
}

/// A map with these entries, leaving out what is absent.
pub(crate) fn map(entries: Vec<(&str, Node)>, span: Span) -> Map {
    let entries = entries.into_iter().filter(|(_, it)| !matches!(it.value, Value::Absent));
    Map { entries: entries.map(|(name, node)| (Name::new(name, span), node)).collect(), open: false }
}

/// A map as a value.
pub(crate) fn node(map: Map, span: Span) -> Node {
    Node { value: Value::Map(map), span }
}

/// A list of all of these.
pub(crate) fn list(items: Vec<Node>, span: Span) -> Node {
    Node { value: Value::List(List { items, open: false }), span }
}

/// Something that is not there.
pub(crate) fn absent(span: Span) -> Node {
    Node { value: Value::Absent, span }
}

/// What is given, as it is; `otherwise` where it is not.
pub(crate) fn value_or<'a>(lowering: &Lowering<'a>, given: Given<'a>, otherwise: Node) -> Node {
    converted_or(lowering, given, otherwise, |at| lowering.node(at))
}

/// What `convert` makes of what is given; `otherwise` where it is not.
pub(crate) fn converted_or<'a>(
    lowering: &Lowering<'a>,
    given: Given<'a>,
    otherwise: Node,
    convert: impl Fn(At<'a>) -> Node,
) -> Node {
    match given {
        Given::Absent => otherwise,
        Given::Unknown => Node::unknown(otherwise.span),
        Given::Value(at) => {
            let mut node = lowering.alternatives(at, &convert);
            fill(&mut node, &otherwise);
            node
        }
    }
}

/// Puts `otherwise` where nothing is given.
fn fill(node: &mut Node, otherwise: &Node) {
    match &mut node.value {
        Value::Absent => *node = otherwise.clone(),
        Value::Either(branches) => branches.iter_mut().for_each(|Branch { node, .. }| fill(node, otherwise)),
        _ => (),
    }
}

impl Lowering<'_> {
    /// A place for a resource that other code than its own configures: no other resource has it, and it is in `origin`.
    pub(crate) fn fresh_origin(&mut self, origin: Span) -> Span {
        let taken = self.origins.entry(origin).or_default();
        *taken += 1;
        let length = usize::from(origin.range.len());
        let end = origin.range.end() - text::size((*taken).min(length.saturating_sub(1)));
        Span::new(origin.block, TextRange::new(origin.range.start(), end))
    }
}
