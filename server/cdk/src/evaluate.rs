//! Expressions → values, as far as the file alone decides them.

mod functions;
mod json;

use crate::ast::{Element, Expression, Kind, Member, TemplatePart};
use crate::constructs::{self, attribute};
use crate::library;
use crate::lower::{Level, Lowering};
use crate::scope::At;
use model::{Branch, Call, List, Map, Name, Node, Part, Scalar, SmolStr, Span, Value};

/// Values nested deeper than this are unknown.
const MAX_DEPTH: u32 = 40;

/// Objects with more entries than this are not gone through where the key is not known.
const MAX_CHOICES: usize = 16;
const MAX_CHOICE_DEPTH: u32 = 8;

/// The members of an object that configures something.
#[derive(Clone, Debug, Default)]
pub(crate) struct Props<'a> {
    entries: Vec<(&'a Name, Option<At<'a>>)>,
    /// Others may be there that the text does not show.
    pub(crate) open: bool,
}

/// What is known of one member.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Given<'a> {
    /// It has this value.
    Value(At<'a>),
    /// It is certainly not there.
    Absent,
    /// It may be there with any value.
    Unknown,
}

impl<'a> Props<'a> {
    /// The member called `key`.
    pub(crate) fn get(&self, key: &str) -> Given<'a> {
        match self.entries.iter().find(|(name, _)| name.text == key) {
            Some((_, Some(at))) if matches!(at.expression.kind, Kind::Undefined) => Given::Absent,
            Some((_, Some(at))) => Given::Value(*at),
            Some((_, None)) => Given::Unknown,
            None if self.open => Given::Unknown,
            None => Given::Absent,
        }
    }

    /// The value of the member called `key`, when there is one to see.
    pub(crate) fn value(&self, key: &str) -> Option<At<'a>> {
        match self.get(key) {
            Given::Value(at) => Some(at),
            Given::Absent | Given::Unknown => None,
        }
    }

    /// True when the member called `key` is certainly not there.
    pub(crate) fn is_absent(&self, key: &str) -> bool {
        matches!(self.get(key), Given::Absent)
    }

    /// All members, in order; without a value where a later spread may replace it.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'a Name, Option<At<'a>>)> + '_ {
        self.entries.iter().copied()
    }

    /// Gives a member a value.
    pub(crate) fn put(&mut self, name: &'a Name, value: Option<At<'a>>) {
        self.entries.retain(|(it, _)| it.text != name.text);
        self.entries.push((name, value));
    }
}

/// An object of the library that is not a construct, or a function of the library applied: how it was made.
#[derive(Clone, Debug)]
pub(crate) struct Made<'a> {
    /// `aws-iam.PolicyStatement` for a `new`, `aws-ec2.Port.tcp` for a call, `aws-ec2.Port.SSH` for a constant.
    pub(crate) path: SmolStr,
    pub(crate) arguments: &'a [Element],
    pub(crate) at: At<'a>,
}

impl<'a> Made<'a> {
    /// The argument at `index`.
    pub(crate) fn argument(&self, index: usize) -> Option<At<'a>> {
        let expression = Expression::argument(self.arguments, index)?;
        Some(At { expression, frame: self.at.frame })
    }
}

impl<'a> Lowering<'a> {
    /// The members of the object at `at`; of none, where there is no argument.
    pub(crate) fn props(&self, at: Option<At<'a>>) -> Props<'a> {
        let mut props = Props::default();
        if let Some(at) = at {
            self.flatten(at, &mut props, 0);
        }
        props
    }

    fn flatten(&self, at: At<'a>, props: &mut Props<'a>, depth: u32) {
        let at = self.scopes.follow(at);
        let members = match &at.expression.kind {
            Kind::Object(members) if depth < MAX_DEPTH => members,
            // Of what has no members nothing comes.
            Kind::Undefined | Kind::Null | Kind::Bool(_) | Kind::Number(_) => return,
            _ => {
                // It may bring anything, also in the place of what came before.
                props.open = true;
                props.entries.iter_mut().for_each(|(_, value)| *value = None);
                return;
            }
        };
        for member in members {
            match member {
                Member::Pair { key, value } => {
                    let value = At { expression: value, frame: at.frame };
                    props.put(key, (!value.expression.broken || is_container(value.expression)).then_some(value));
                }
                Member::Spread(value) => self.flatten(At { expression: value, frame: at.frame }, props, depth + 1),
                Member::Computed { key, value } => {
                    let value = At { expression: value, frame: at.frame };
                    match self.scopes.computed_name(At { expression: key, frame: at.frame }) {
                        Some(key) => props.put(key, (!value.expression.broken).then_some(value)),
                        None => props.open = true,
                    }
                }
                Member::Opaque { .. } => props.open = true,
            }
        }
        props.open |= at.expression.broken;
    }

    /// How the object at `at` was made by the library.
    pub(crate) fn made(&self, at: At<'a>) -> Option<Made<'a>> {
        let at = self.scopes.follow(at);
        match &at.expression.kind {
            Kind::New(new) => {
                let path = self.scopes.path(At { expression: &new.class, frame: at.frame })?;
                Some(Made { path, arguments: &new.arguments, at })
            }
            Kind::Call(call) => {
                let path = self.scopes.path(At { expression: &call.callee, frame: at.frame })?;
                Some(Made { path, arguments: &call.arguments, at })
            }
            Kind::Member { .. } => {
                let path = self.scopes.path(at)?;
                Some(Made { path, arguments: &[], at })
            }
            _ => None,
        }
    }

    /// The value at `at`, through the alternatives that it may have, each turned into a node by `leaf`.
    pub(crate) fn alternatives(&self, at: At<'a>, leaf: &dyn Fn(At<'a>) -> Node) -> Node {
        self.alternatives_within(at, leaf, 0)
    }

    fn alternatives_within(&self, at: At<'a>, leaf: &dyn Fn(At<'a>) -> Node, depth: u32) -> Node {
        let span = at.span();
        if depth > MAX_DEPTH {
            return Node::unknown(span);
        }
        let from = self.scopes.module_of(at.frame);
        let at = self.scopes.follow(at);
        if self.scopes.module_of(at.frame) != from {
            let mut node = self.alternatives_within(at, leaf, depth + 1);
            crate::home::shown_at(&mut node, span);
            return node;
        }
        let part = |expression| At { expression, frame: at.frame };
        let either = |nodes: [Node; 2]| Node {
            value: Value::Either(nodes.into_iter().map(|node| Branch { condition: None, node }).collect()),
            span,
        };
        match &at.expression.kind {
            Kind::Ternary { test, then, otherwise } => match self.scopes.truth(part(test)) {
                Some(true) => self.alternatives_within(part(then), leaf, depth + 1),
                Some(false) => self.alternatives_within(part(otherwise), leaf, depth + 1),
                None => either([then, otherwise].map(|it| self.alternatives_within(part(it), leaf, depth + 1))),
            },
            Kind::Or { left, right, nullish } => {
                let first = self.scopes.follow(part(left));
                match (&first.expression.kind, nullish) {
                    (Kind::Undefined | Kind::Null, _) => self.alternatives_within(part(right), leaf, depth + 1),
                    (Kind::Bool(false), false) => self.alternatives_within(part(right), leaf, depth + 1),
                    (Kind::Bool(_) | Kind::Text(_) | Kind::Number(_) | Kind::Object(_) | Kind::Array(_), true)
                    | (Kind::Bool(true) | Kind::Object(_) | Kind::Array(_), false) => leaf(first),
                    _ => either([left, right].map(|it| self.alternatives_within(part(it), leaf, depth + 1))),
                }
            }
            Kind::Undefined => Node { value: Value::Absent, span },
            _ if at.expression.broken && !is_container(at.expression) => Node { value: Value::Missing, span },
            Kind::Member { .. } | Kind::Index { .. } => match self.entries(at, 0) {
                Some(entries) => {
                    let absent = || Node { value: Value::Absent, span };
                    let node =
                        |it: Option<At<'a>>| it.map_or_else(absent, |it| self.alternatives_within(it, leaf, depth + 1));
                    let branches = entries.into_iter().map(|it| Branch { condition: None, node: node(it) }).collect();
                    Node { value: Value::Either(branches), span }
                }
                None => leaf(at),
            },
            _ => leaf(at),
        }
    }

    /// What `settings[stage].pitr` may be: one value for each entry of `settings`, an object of this file, where `stage`
    /// is not known. What `(isProd ? large : small).pitr` may be: one value for each side. Nothing for an entry, or a
    /// side, that does not have it.
    fn entries(&self, at: At<'a>, depth: u32) -> Option<Vec<Option<At<'a>>>> {
        if depth > MAX_CHOICE_DEPTH {
            return None;
        }
        let at = self.scopes.follow(at);
        match &at.expression.kind {
            Kind::Index { object, .. } => {
                let props = self.shown(At { expression: object, frame: at.frame })?;
                let entries: Vec<_> = props.iter().map(|(_, value)| value.map(Some)).collect::<Option<_>>()?;
                (!entries.is_empty() && entries.len() <= MAX_CHOICES).then_some(entries)
            }
            // What is no part of a member is a choice by itself.
            Kind::Ternary { then, otherwise, .. } if depth > 0 => {
                let mut sides = Vec::new();
                for expression in [then, otherwise] {
                    let side = At { expression, frame: at.frame };
                    match self.entries(side, depth + 1) {
                        Some(entries) => sides.extend(entries),
                        None => sides.push(Some(side)),
                    }
                }
                (sides.len() <= MAX_CHOICES).then_some(sides)
            }
            Kind::Member { object, property, optional: false } => {
                let objects = self.entries(At { expression: object, frame: at.frame }, depth + 1)?;
                let value = |it: Option<At<'a>>| match self.shown(it?)?.get(&property.text) {
                    Given::Value(at) => Some(Some(at)),
                    Given::Absent => Some(None),
                    Given::Unknown => None,
                };
                objects.into_iter().map(value).collect()
            }
            _ => None,
        }
    }

    /// The members of the object at `at`, when the text shows all of them.
    fn shown(&self, at: At<'a>) -> Option<Props<'a>> {
        let at = self.scopes.follow(at);
        let props = matches!(at.expression.kind, Kind::Object(_)).then(|| self.props(Some(at)))?;
        (!props.open).then_some(props)
    }

    /// The value at `at`, with the keys of objects as written.
    pub(crate) fn node(&self, at: At<'a>) -> Node {
        self.node_within(at, &|key, _| key.clone(), 0)
    }

    /// The value at `at`, with the keys of objects as `rename` gives them, from the key and the keys around it.
    pub(crate) fn node_renamed(&self, at: At<'a>, rename: &dyn Fn(&SmolStr, &[SmolStr]) -> SmolStr) -> Node {
        self.node_within(at, rename, 0)
    }

    fn node_within(&self, at: At<'a>, rename: &dyn Fn(&SmolStr, &[SmolStr]) -> SmolStr, depth: u32) -> Node {
        if !self.spend() || depth > MAX_DEPTH {
            return Node::unknown(at.span());
        }
        self.alternatives(at, &|at| self.leaf(at, rename, depth + 1))
    }

    /// The value at `at`, which is no name that can be followed and no choice.
    fn leaf(&self, at: At<'a>, rename: &dyn Fn(&SmolStr, &[SmolStr]) -> SmolStr, depth: u32) -> Node {
        let span = at.span();
        let part = |expression| At { expression, frame: at.frame };
        let value = match &at.expression.kind {
            Kind::Text(text) => literal(text.clone(), span),
            Kind::Number(text) => Value::Scalar(Scalar { text: text.clone(), plain: true }),
            Kind::Bool(it) => Value::Bool(*it),
            Kind::Null => Value::Null,
            Kind::Undefined => Value::Absent,
            Kind::Template(parts) => {
                let mut out = Vec::new();
                for it in parts {
                    match it {
                        TemplatePart::Text(text) => out.push(Part::Text(text.clone())),
                        TemplatePart::Value(value) => {
                            self.push_part(part(value), &mut out, depth);
                        }
                    }
                }
                joined(out)
            }
            Kind::Plus { left, right } => {
                let mut out = Vec::new();
                let texts = [left, right].map(|it| self.push_part(part(it), &mut out, depth));
                // Of two values that may both be numbers it is a sum.
                if texts.contains(&true) { joined(out) } else { Value::Unknown }
            }
            Kind::Array(items) => Value::List(self.list(items, at, rename, depth)),
            Kind::Object(_) => Value::Map(self.map(at, rename, depth)),
            Kind::Not(_) => self.scopes.truth(at).map_or(Value::Unknown, Value::Bool),
            Kind::Member { object, property, .. } => {
                let known = self.attribute(at, part(object), property).or_else(|| self.value_of_network(at));
                return known.unwrap_or_else(|| Node::unknown(span));
            }
            Kind::Call(call) => {
                let known = self.call(at, call, depth).or_else(|| self.value_of_network(at));
                return known.unwrap_or_else(|| Node::unknown(span));
            }
            _ => Value::Unknown,
        };
        Node { value, span }
    }

    /// Adds the value at `at` to a string; true when it is certainly a string itself.
    fn push_part(&self, at: At<'a>, out: &mut Vec<Part>, depth: u32) -> bool {
        let node = self.node_within(at, &|key, _| key.clone(), depth);
        match node.value {
            Value::Scalar(scalar) => {
                out.push(Part::Text(Name::new(scalar.text, node.span)));
                !scalar.plain
            }
            Value::Bool(it) => {
                out.push(Part::Text(Name::new(if it { "true" } else { "false" }, node.span)));
                false
            }
            Value::Call(call) => {
                match *call {
                    Call::Sub(parts) | Call::Dynamic(parts) => out.extend(parts),
                    other => out.push(Part::Value(Node { value: Value::Call(Box::new(other)), span: node.span })),
                }
                true
            }
            _ => {
                out.push(Part::Value(node));
                false
            }
        }
    }

    pub(crate) fn list(
        &self,
        items: &'a [Element],
        at: At<'a>,
        rename: &dyn Fn(&SmolStr, &[SmolStr]) -> SmolStr,
        depth: u32,
    ) -> List {
        let mut list = List { items: Vec::new(), open: at.expression.broken };
        for item in items {
            match item {
                Element::Item(it) => {
                    list.items.push(self.node_within(At { expression: it, frame: at.frame }, rename, depth));
                }
                Element::Spread(it) => {
                    match self.node_within(At { expression: it, frame: at.frame }, rename, depth).value {
                        Value::List(inner) => {
                            list.items.extend(inner.items);
                            list.open |= inner.open;
                        }
                        _ => list.open = true,
                    }
                }
            }
        }
        list
    }

    fn map(&self, at: At<'a>, rename: &dyn Fn(&SmolStr, &[SmolStr]) -> SmolStr, depth: u32) -> Map {
        let props = self.props(Some(at));
        let mut map = Map { entries: Vec::new(), open: props.open };
        for (name, value) in props.iter() {
            let key = Name::new(rename(&name.text, &[]), name.span);
            let outer = name.text.clone();
            let node = match value {
                Some(value) => self.node_within(
                    value,
                    &|key, path| {
                        let mut all = vec![outer.clone()];
                        all.extend_from_slice(path);
                        rename(key, &all)
                    },
                    depth,
                ),
                None => Node::unknown(name.span),
            };
            map.entries.push((key, node));
        }
        map
    }

    /// `object.property`, where it is an attribute of a construct or a pseudo parameter.
    fn attribute(&self, at: At<'a>, object: At<'a>, property: &Name) -> Option<Node> {
        let span = at.span();
        if let Some(path) = self.scopes.path(at) {
            if path == "core.PhysicalName.GENERATE_IF_NEEDED" {
                return Some(Node { value: Value::Absent, span });
            }
            if let Some(constant) = library::value::plain(&path) {
                return Some(Node { value: constant, span });
            }
            let pseudo = path.strip_prefix("core.Aws.").and_then(pseudo_parameter)?;
            return Some(functions::pseudo(pseudo, span));
        }
        if self.is_of_stack(object) {
            return pseudo_of_stack(&property.text).map(|it| reference(it, span));
        }
        let Some((index, level)) = self.construct_of(object) else {
            let zone = || constructs::domains::zone_id(self, object).filter(|_| property.text == "hostedZoneId");
            return self.member_of_part(object, property, span).or_else(zone);
        };
        let (producer, consumer) = (self.constructs[index].place.stack, self.stack_of(at));
        let node = self.in_stack(Some(producer), |it| it.attribute_of(index, level, property, span))?;
        self.across(node, producer, consumer)
    }

    /// A member of the construct at `index`, as its own stack says it.
    fn attribute_of(&self, index: usize, level: Level, property: &Name, span: Span) -> Option<Node> {
        if level == Level::Construct
            && let Some(node) = library::member(self, index, &property.text, span)
        {
            return Some(node);
        }
        let construct = &self.constructs[index];
        let key = construct.key.clone();
        if construct.class == "core.CfnParameter" {
            let is_value = property.text.starts_with("value") || property.text == "ref" || property.text == "logicalId";
            return is_value.then(|| reference(&key, span));
        }
        // Of stacks that are aside no resources are made.
        let is_there = construct.resource.is_some() || self.scopes.stacks[construct.place.stack].aside;
        let name = match level {
            _ if !is_there => return None,
            Level::Construct => attribute::of_construct(&construct.class, &property.text)?,
            Level::Resource => {
                let ty = constructs::type_of(&construct.class).unwrap_or_default();
                attribute::of_resource(&ty, &property.text)?
            }
        };
        Some(match name {
            attribute::Attribute::Ref => reference(&key, span),
            attribute::Attribute::Of(name) => get_att(&key, &name, span),
        })
    }

    /// `service.loadBalancer.loadBalancerArn`, where the part is a construct that another one makes.
    fn member_of_part(&self, part: At<'a>, property: &Name, span: Span) -> Option<Node> {
        let part = self.scopes.follow(part);
        let Kind::Member { object, property: name, .. } = &part.expression.kind else { return None };
        let (index, _) = self.construct_of(At { expression: object, frame: part.frame })?;
        let (producer, consumer) = (self.constructs[index].place.stack, self.stack_of(part));
        let ask = |it: &Self| library::member_of_part(it, index, &name.text, &property.text, span);
        self.across(self.in_stack(Some(producer), ask)?, producer, consumer)
    }
}

fn is_container(expression: &Expression) -> bool {
    matches!(expression.kind, Kind::Object(_) | Kind::Array(_) | Kind::New(_) | Kind::Call(_))
}

/// What begins a reference that CloudFormation looks up when it deploys.
const DYNAMIC_REFERENCE: &str = "{{resolve:";

/// A string of these parts; a plain one when all are text.
pub(crate) fn joined(parts: Vec<Part>) -> Value {
    let mut text = String::new();
    for part in &parts {
        match part {
            Part::Text(it) => text.push_str(&it.text),
            Part::Value(_) => {
                let is_dynamic =
                    parts.iter().any(|it| matches!(it, Part::Text(name) if name.text.contains(DYNAMIC_REFERENCE)));
                return Value::Call(Box::new(if is_dynamic { Call::Dynamic(parts) } else { Call::Sub(parts) }));
            }
            Part::Unused(..) => (),
        }
    }
    let span = parts.first().map(|it| match it {
        Part::Text(name) | Part::Unused(name, _) => name.span,
        Part::Value(node) => node.span,
    });
    match span {
        Some(span) => literal(text.into(), span),
        None => Value::Scalar(Scalar { text: SmolStr::default(), plain: false }),
    }
}

/// A string that stands at `span`.
fn literal(text: SmolStr, span: Span) -> Value {
    if text.contains(DYNAMIC_REFERENCE) {
        return Value::Call(Box::new(Call::Dynamic(vec![Part::Text(Name::new(text, span))])));
    }
    Value::Scalar(Scalar { text, plain: false })
}

/// `Ref` of `name`, written at `span`.
pub(crate) fn reference(name: &str, span: Span) -> Node {
    Node { value: Value::Call(Box::new(Call::Ref(Name::new(name, span)))), span }
}

/// An attribute of the resource `key`, written at `span`.
pub(crate) fn get_att(key: &str, attribute: &str, span: Span) -> Node {
    get_att_named(key, Name::new(attribute, span), span)
}

/// An attribute of the resource `key`, written at `span`, whose own name the author wrote.
pub(crate) fn get_att_named(key: &str, attribute: Name, span: Span) -> Node {
    let call = Call::GetAtt { resource: Name::new(key, span), attribute: Some(attribute) };
    Node { value: Value::Call(Box::new(call)), span }
}

fn pseudo_parameter(constant: &str) -> Option<&'static str> {
    Some(match constant {
        "ACCOUNT_ID" => "AWS::AccountId",
        "NOTIFICATION_ARNS" => "AWS::NotificationARNs",
        "NO_VALUE" => "AWS::NoValue",
        "PARTITION" => "AWS::Partition",
        "REGION" => "AWS::Region",
        "STACK_ID" => "AWS::StackId",
        "STACK_NAME" => "AWS::StackName",
        "URL_SUFFIX" => "AWS::URLSuffix",
        _ => return None,
    })
}

fn pseudo_of_stack(property: &str) -> Option<&'static str> {
    Some(match property {
        "account" => "AWS::AccountId",
        "region" => "AWS::Region",
        "partition" => "AWS::Partition",
        "stackId" => "AWS::StackId",
        "stackName" => "AWS::StackName",
        "urlSuffix" => "AWS::URLSuffix",
        "notificationArns" => "AWS::NotificationARNs",
        _ => return None,
    })
}
