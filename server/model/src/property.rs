//! Properties, under every way in which the stack may be deployed.
//!
//! [`Property::is`] and [`Property::may_be`] are the heart: both speak of *all* values that a property can have, over
//! the branches of `Fn::If`, the allowed values of parameters and the alternatives of a ternary. A value that cannot be
//! known makes `is` false and `may_be` true. A rule that reports when `!may_be(good)` can only report what is certain.

use crate::{Call, Change, Declarations, Literal, Name, Node, Part, Resource, Span, Value};
use smallvec::{SmallVec, smallvec};
use smol_str::SmolStr;
use std::ops::Deref;

/// No more alternatives of one property are told apart than this; more make it unknown.
const MAX_CASES: usize = 64;
/// Values nested deeper than this are unknown.
const MAX_DEPTH: u32 = 32;

/// A resource together with the declarations that its values may depend on.
#[derive(Clone, Copy, Debug)]
pub struct ResourceView<'a> {
    resource: &'a Resource,
    declarations: &'a Declarations,
}

impl<'a> ResourceView<'a> {
    /// `resource`, read with `declarations`.
    pub fn new(resource: &'a Resource, declarations: &'a Declarations) -> ResourceView<'a> {
        ResourceView { resource, declarations }
    }

    /// The resource itself, for longer than this view.
    pub fn resource(&self) -> &'a Resource {
        self.resource
    }

    /// What its values may depend on.
    pub fn declarations(&self) -> &'a Declarations {
        self.declarations
    }

    /// The property at a dotted path; the empty path is all properties.
    pub fn property(&self, path: &str) -> Property<'a> {
        self.all().get(path)
    }

    /// The properties as one map.
    pub fn all(&self) -> Property<'a> {
        Property::of(&self.resource.properties, self.declarations, Some(self.resource.origin))
    }

    /// The attribute beside `Type`, such as `DeletionPolicy`.
    pub fn attribute(&self, name: &str) -> Property<'a> {
        match self.resource.attributes.get(name) {
            Some(node) => Property::of(node, self.declarations, None),
            None => Property::absent(self.declarations, self.resource.id.span),
        }
    }
}

impl Deref for ResourceView<'_> {
    type Target = Resource;

    fn deref(&self) -> &Resource {
        self.resource
    }
}

/// A property, with every value that it may have.
#[derive(Clone, Debug)]
pub struct Property<'a> {
    declarations: &'a Declarations,
    /// The resource and the dotted path from its properties, while no list was entered on the way.
    path: Option<(Span, String)>,
    cases: SmallVec<[Case<'a>; 2]>,
}

/// One of the values that a property may have.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// What is known of it.
    pub state: State<'a>,
    /// Where the resource says so: the value, or the reference that brings it.
    pub span: Span,
    /// The innermost named condition under which it has this value, and whether that must hold (`true`) or fail.
    pub condition: Option<(&'a Name, bool)>,
}

/// What is known of a value.
#[derive(Clone, Copy, Debug)]
pub enum State<'a> {
    /// The property is not there.
    Absent,
    /// It may have any value, or none.
    Unknown,
    /// It has this value.
    Known(&'a Node),
    /// It has this value unless whoever deploys the stack gives another: a parameter's default.
    Default(&'a Node),
}

impl<'a> Property<'a> {
    /// The property whose written value is `node`. `origin` is given for the properties of a whole resource, so that
    /// changes can name them by path.
    pub fn of(node: &'a Node, declarations: &'a Declarations, origin: Option<Span>) -> Property<'a> {
        let mut cases = SmallVec::new();
        expand(node, Case::unknown(node.span), declarations, false, 0, &mut cases);
        Property { declarations, path: origin.map(|it| (it, String::new())), cases }
    }

    fn absent(declarations: &'a Declarations, span: Span) -> Property<'a> {
        Property { declarations, path: None, cases: smallvec![Case::unknown(span).with(State::Absent)] }
    }

    /// The values that it may have; at least one.
    pub fn cases(&self) -> &[Case<'a>] {
        &self.cases
    }

    /// Each value that it may have as a property of its own, so that what is below can be read together.
    pub fn alternatives(&self) -> impl Iterator<Item = Property<'a>> + '_ {
        self.cases.iter().map(|case| Property {
            declarations: self.declarations,
            path: self.path.clone(),
            cases: smallvec![*case],
        })
    }

    /// The property at a dotted path below this one.
    pub fn get(&self, path: &str) -> Property<'a> {
        if path.is_empty() {
            return self.clone();
        }
        path.split('.').fold(self.clone(), |property, key| property.child(key))
    }

    fn child(&self, key: &str) -> Property<'a> {
        let mut cases = SmallVec::new();
        for case in &self.cases {
            match case.state {
                State::Known(node) | State::Default(node) => match &node.value {
                    Value::Map(map) => match map.get(key) {
                        Some(child) => {
                            let default = matches!(case.state, State::Default(_));
                            expand(
                                child,
                                Case { span: child.span, ..*case },
                                self.declarations,
                                default,
                                0,
                                &mut cases,
                            );
                        }
                        None if map.open => cases.push(case.with(State::Unknown)),
                        None => cases.push(case.with(State::Absent)),
                    },
                    // What a function returns may have any shape.
                    Value::Call(_) => cases.push(case.with(State::Unknown)),
                    // What is there is not a map: it certainly has no such member.
                    _ => cases.push(case.with(State::Absent)),
                },
                State::Absent | State::Unknown => cases.push(*case),
            }
        }
        limit(&mut cases);
        let path = self.path.clone().map(|(origin, path)| {
            let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
            (origin, path)
        });
        Property { declarations: self.declarations, path, cases }
    }

    /// The items of the list that this is, over all cases: each with every value that it may have itself. A single
    /// value counts as a list of one, as IAM and CloudFormation take it in many places.
    pub fn items(&self) -> Vec<Property<'a>> {
        let mut out = Vec::new();
        for case in &self.cases {
            if let State::Known(node) | State::Default(node) = case.state {
                match &node.value {
                    Value::List(list) => {
                        out.extend(list.items.iter().map(|it| Property::of(it, self.declarations, None)));
                    }
                    Value::Missing | Value::Null => (),
                    _ => out.push(Property { declarations: self.declarations, path: None, cases: smallvec![*case] }),
                }
            }
        }
        out
    }

    /// The property with another node in the place of each that is known; unknown where there is none.
    pub(crate) fn read_as(&self, read: impl Fn(&'a Node) -> Option<&'a Node>) -> Property<'a> {
        let mut cases = self.cases.clone();
        for case in &mut cases {
            case.state = match case.state {
                State::Known(node) => read(node).map_or(State::Unknown, State::Known),
                State::Default(node) => read(node).map_or(State::Unknown, State::Default),
                other => other,
            };
        }
        Property { declarations: self.declarations, path: None, cases }
    }

    /// True when every item that the property may have is among [`Property::items`].
    pub fn is_complete(&self) -> bool {
        self.cases.iter().all(|case| match case.state {
            State::Absent => true,
            State::Unknown => false,
            State::Known(node) | State::Default(node) => match &node.value {
                Value::List(list) => !list.open && list.items.iter().all(|it| !is_unknown(it)),
                Value::Map(map) => !map.open,
                Value::Call(_) | Value::Unknown | Value::Missing => false,
                _ => true,
            },
        })
    }

    /// The entries of the map that this is, over all cases.
    pub fn entries(&self) -> Vec<(&'a Name, Property<'a>)> {
        let maps = self.nodes().filter_map(|it| it.as_map());
        maps.flat_map(|map| map.entries.iter())
            .map(|(name, node)| (name, Property::of(node, self.declarations, None)))
            .collect()
    }

    /// True when no deployment gives this property another value. Booleans compare with `true` and `false` in every
    /// spelling that CloudFormation takes.
    pub fn is(&self, expected: &str) -> bool {
        self.cases.iter().all(|case| case.equals(expected) == Some(true))
    }

    /// True when some deployment may give this property that value.
    pub fn may_be(&self, expected: &str) -> bool {
        self.cases.iter().any(|case| case.equals(expected) != Some(false))
    }

    /// True when a value that is written, or the default of a parameter, is this one: some deployment has it unless
    /// someone takes care that it has not.
    pub fn can_be_seen_as(&self, expected: &str) -> bool {
        self.seen_as(expected).is_some()
    }

    /// The case that [`Property::can_be_seen_as`] speaks of.
    pub fn seen_as(&self, expected: &str) -> Option<Case<'a>> {
        self.cases.iter().copied().find(|case| match case.state {
            State::Known(node) | State::Default(node) => node_equals(node, expected) == Some(true),
            State::Absent | State::Unknown => false,
        })
    }

    /// True when no deployment sets it.
    pub fn is_absent(&self) -> bool {
        self.cases.iter().all(|case| matches!(case.state, State::Absent))
    }

    /// True when some deployment may leave it out.
    pub fn may_be_absent(&self) -> bool {
        self.cases.iter().any(|case| matches!(case.state, State::Absent | State::Unknown))
    }

    /// True when some deployment may set it.
    pub fn may_be_set(&self) -> bool {
        !self.is_absent()
    }

    /// True when nothing certain can be said: some case is unknown.
    pub fn is_uncertain(&self) -> bool {
        self.cases.iter().any(|case| matches!(case.state, State::Unknown | State::Default(_)))
    }

    /// The value to point at, when one was written.
    pub fn written(&self) -> Option<&'a Node> {
        self.nodes().next()
    }

    /// Where to point at: the value, or the reference that brings it; `None` where nothing was written.
    pub fn span(&self) -> Option<Span> {
        self.cases.iter().find(|case| !matches!(case.state, State::Absent)).map(|case| case.span)
    }

    /// Every value that is known, defaults of parameters included.
    pub fn nodes(&self) -> impl Iterator<Item = &'a Node> + '_ {
        self.cases.iter().filter_map(|case| match case.state {
            State::Known(node) | State::Default(node) => Some(node),
            State::Absent | State::Unknown => None,
        })
    }

    /// The one text that it certainly has.
    pub fn as_str(&self) -> Option<&'a str> {
        match &self.cases[..] {
            [Case { state: State::Known(node), .. }] => node.as_str(),
            _ => None,
        }
    }

    /// The one number that it certainly has.
    pub fn as_int(&self) -> Option<i64> {
        self.as_str()?.trim().parse().ok()
    }

    /// Every text that it is known to have, with literal parts and references told apart.
    pub fn texts(&self) -> Vec<Interpolated> {
        self.cases
            .iter()
            .filter_map(|case| match case.state {
                State::Known(node) | State::Default(node) => {
                    let mut text = Interpolated { pieces: Vec::new(), span: case.span };
                    interpolate(node, self.declarations, 0, &mut text.pieces).then_some(text)
                }
                State::Absent | State::Unknown => None,
            })
            .collect()
    }

    /// The key of the resource that this refers to, by `Ref` or an attribute, when it is certainly that one.
    pub fn target(&self) -> Option<&'a Name> {
        match &self.cases[..] {
            [Case { state: State::Known(node), .. }] => match &node.value {
                Value::Call(call) => match &**call {
                    Call::Ref(name) | Call::GetAtt { resource: name, .. } => Some(name),
                    Call::Sub(parts) => match &parts[..] {
                        [Part::Value(Node { value: Value::Call(call), .. })] => match &**call {
                            Call::Ref(name) | Call::GetAtt { resource: name, .. } => Some(name),
                            _ => None,
                        },
                        _ => None,
                    },
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        }
    }

    /// The keys of all resources and parameters that a value of this names, wherever in it.
    pub fn targets(&self) -> Vec<&'a Name> {
        let mut out = Vec::new();
        for node in self.nodes() {
            node.walk(&mut |it| {
                if let Value::Call(call) = &it.value {
                    match &**call {
                        Call::Ref(name) | Call::GetAtt { resource: name, .. } => out.push(name),
                        _ => (),
                    }
                }
            });
        }
        out
    }

    /// The change that gives it `value`.
    ///
    /// # Panics
    ///
    /// For a property within a list, which has no path of its own: use [`Change::Replace`] or [`Change::SetIn`].
    pub fn set(&self, value: Literal) -> Change {
        let (origin, path) = self.path.clone().expect("a property with a path");
        Change::Set { origin, path, value }
    }

    /// The change that takes it out.
    ///
    /// # Panics
    ///
    /// As [`Property::set`].
    pub fn remove(&self) -> Change {
        let (origin, path) = self.path.clone().expect("a property with a path");
        Change::Remove { origin, path }
    }
}

impl<'a> Case<'a> {
    /// A value at `span` that may be any.
    fn unknown(span: Span) -> Case<'a> {
        Case { state: State::Unknown, span, condition: None }
    }

    /// Another value, seen in the same way.
    fn with(self, state: State<'a>) -> Case<'a> {
        Case { state, ..self }
    }

    /// True when no deployment has both this value and `other`: a condition must hold for one and fail for the other.
    pub fn excludes(&self, other: &Case<'_>) -> bool {
        match (self.condition, other.condition) {
            (Some((name, holds)), Some((other, wanted))) => name.text == other.text && holds != wanted,
            _ => false,
        }
    }

    fn equals(self, expected: &str) -> Option<bool> {
        match self.state {
            State::Absent => Some(false),
            State::Unknown | State::Default(_) => None,
            State::Known(node) => node_equals(node, expected),
        }
    }
}

fn node_equals(node: &Node, expected: &str) -> Option<bool> {
    match &node.value {
        Value::Call(_) | Value::Unknown | Value::Missing | Value::Either(_) => None,
        Value::Scalar(scalar) => Some(match expected {
            "true" | "false" => node.as_bool() == Some(expected == "true"),
            _ => scalar.text == expected,
        }),
        Value::Bool(value) => Some(expected == if *value { "true" } else { "false" }),
        Value::Null | Value::Absent | Value::List(_) | Value::Map(_) => Some(false),
    }
}

fn is_unknown(node: &Node) -> bool {
    match &node.value {
        Value::Unknown | Value::Missing => true,
        Value::Either(branches) => branches.iter().any(|it| is_unknown(&it.node)),
        Value::Call(call) => !matches!(**call, Call::Ref(_) | Call::GetAtt { .. } | Call::Sub(_)),
        _ => false,
    }
}

fn limit(cases: &mut SmallVec<[Case<'_>; 2]>) {
    if cases.len() > MAX_CASES {
        cases.truncate(MAX_CASES - 1);
        let last = cases[0].with(State::Unknown);
        cases.push(last);
    }
}

/// Adds what `node` may be, seen in the way of `seen`: at that span, under that condition.
fn expand<'a>(
    node: &'a Node,
    seen: Case<'a>,
    declarations: &'a Declarations,
    default: bool,
    depth: u32,
    out: &mut SmallVec<[Case<'a>; 2]>,
) {
    if depth > MAX_DEPTH || out.len() > MAX_CASES {
        out.push(seen.with(State::Unknown));
        return;
    }
    let known = |node| if default { State::Default(node) } else { State::Known(node) };
    match &node.value {
        Value::Absent => out.push(seen.with(State::Absent)),
        Value::Unknown | Value::Missing => out.push(seen.with(State::Unknown)),
        Value::Either(branches) => {
            for branch in branches {
                // A branch is written at its own place, unless all of it came from elsewhere.
                let span = if seen.span == node.span { branch.node.span } else { seen.span };
                let condition = branch.condition.as_ref().map(|(name, holds)| (name, *holds)).or(seen.condition);
                expand(&branch.node, Case { span, condition, ..seen }, declarations, default, depth + 1, out);
            }
        }
        Value::Call(call) => match &**call {
            Call::Ref(name) if name.text == "AWS::NoValue" => out.push(seen.with(State::Absent)),
            Call::Ref(name) => match declarations.parameter(&name.text) {
                Some(parameter) => match (&parameter.allowed_values, &parameter.default) {
                    (Some(values), _) if !values.is_empty() => {
                        out.extend(values.iter().map(|it| seen.with(known(it))));
                    }
                    // The default of a parameter of an SSM type is a name, not the value.
                    (_, Some(value)) if !parameter.ty.starts_with("AWS::SSM::Parameter::Value<") => {
                        out.push(seen.with(State::Default(value)));
                    }
                    _ => out.push(seen.with(State::Unknown)),
                },
                None => out.push(seen.with(known(node))),
            },
            Call::Dynamic(_) => out.push(seen.with(State::Unknown)),
            Call::FindInMap { map, first, second, .. } => {
                find_in_map(map, first, second, seen, declarations, out);
            }
            _ => out.push(seen.with(known(node))),
        },
        _ => out.push(seen.with(known(node))),
    }
    limit(out);
}

/// Every value of a mapping that the keys may lead to.
fn find_in_map<'a>(
    map: &'a Node,
    first: &'a Node,
    second: &'a Node,
    seen: Case<'a>,
    declarations: &'a Declarations,
    out: &mut SmallVec<[Case<'a>; 2]>,
) {
    let unknown = seen.with(State::Unknown);
    let Some(mapping) = map.as_str().and_then(|it| declarations.mapping(it)) else {
        out.push(unknown);
        return;
    };
    let Some(rows) = mapping.node.as_map() else {
        out.push(unknown);
        return;
    };
    let before = out.len();
    for (name, row) in &rows.entries {
        if first.as_str().is_some_and(|it| it != name.text) {
            continue;
        }
        let Some(columns) = row.as_map() else { continue };
        for (name, value) in &columns.entries {
            if second.as_str().is_none_or(|it| it == name.text) {
                out.push(seen.with(State::Known(value)));
            }
        }
    }
    if out.len() == before {
        out.push(unknown);
    }
}

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
        match &self.pieces[..] {
            [] => Some(""),
            [Piece::Literal(text)] => Some(text),
            _ => None,
        }
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

/// Adds the pieces of `node`; false when it is not a text at all.
fn interpolate(node: &Node, declarations: &Declarations, depth: u32, out: &mut Vec<Piece>) -> bool {
    if depth > MAX_DEPTH {
        out.push(Piece::Unknown);
        return true;
    }
    match &node.value {
        Value::Scalar(_) | Value::Bool(_) => {
            push_literal(out, node.as_str().unwrap_or_default());
            true
        }
        Value::Unknown | Value::Either(_) => {
            out.push(Piece::Unknown);
            true
        }
        Value::Call(call) => {
            match &**call {
                // Only a single, certain value is put in; alternatives stay a reference.
                Call::Ref(name) => match declarations.parameter(&name.text).and_then(|it| it.allowed_values.as_deref())
                {
                    Some([only]) => return interpolate(only, declarations, depth + 1, out),
                    _ => out.push(Piece::Ref(name.text.clone())),
                },
                Call::GetAtt { resource, attribute: Some(attribute) } => {
                    out.push(Piece::GetAtt(resource.text.clone(), attribute.text.clone()));
                }
                Call::Sub(parts) => {
                    for part in parts {
                        match part {
                            Part::Text(text) => push_literal(out, &text.text),
                            Part::Value(node) => {
                                if !interpolate(node, declarations, depth + 1, out) {
                                    out.push(Piece::Unknown);
                                }
                            }
                            Part::Unused(..) => (),
                        }
                    }
                }
                Call::Join { delimiter, items } => match (delimiter.as_str(), items.as_list()) {
                    (Some(delimiter), Some(list)) if !list.open => {
                        for (i, item) in list.items.iter().enumerate() {
                            if i > 0 {
                                push_literal(out, delimiter);
                            }
                            if !interpolate(item, declarations, depth + 1, out) {
                                out.push(Piece::Unknown);
                            }
                        }
                    }
                    _ => out.push(Piece::Unknown),
                },
                _ => out.push(Piece::Unknown),
            }
            true
        }
        Value::Null | Value::Absent | Value::Missing | Value::List(_) | Value::Map(_) => false,
    }
}

fn push_literal(out: &mut Vec<Piece>, text: &str) {
    if text.is_empty() {
        return;
    }
    match out.last_mut() {
        Some(Piece::Literal(last)) => last.push_str(text),
        _ => out.push(Piece::Literal(text.to_owned())),
    }
}
