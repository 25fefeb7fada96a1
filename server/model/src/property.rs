//! Properties, under every way in which the stack may be deployed.
//!
//! [`Property::is`] and [`Property::may_be`] are the heart: both speak of *all* values that a property can have, over
//! the branches of `Fn::If`, the allowed values of parameters and the alternatives of a ternary. A value that cannot be
//! known makes `is` false and `may_be` true. A rule that reports when `!may_be(good)` can only report what is certain.

use crate::evaluate::{Cases, Scope, Way, limit};
use crate::interpolated::{Parameters, texts};
use crate::{Assumption, Call, Change, Declarations, Interpolated, Literal, Name, Node, Part, Resource, Span, Value};
use smallvec::smallvec;
use std::ops::Deref;

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
        let scope = self.scope();
        let node = &self.resource.properties;
        let mut cases = Cases::new();
        if scope.allows(&[]) {
            scope.expand(node, &Case::unknown(node.span, scope, Way::default()), 0, &mut cases);
        }
        Property::new(scope, Some((self.resource.origin, String::new())), cases, node.span)
    }

    /// The attribute beside `Type`, such as `DeletionPolicy`.
    pub fn attribute(&self, name: &str) -> Property<'a> {
        match self.resource.attributes.get(name) {
            Some(node) => Property::within(node, self.scope(), Way::default()),
            None => {
                let scope = self.scope();
                let absent = Case::unknown(self.resource.id.span, scope, Way::default()).with(State::Absent);
                Property { scope, path: None, cases: smallvec![absent] }
            }
        }
    }

    fn scope(&self) -> Scope<'a> {
        Scope { declarations: self.declarations, given: self.resource.condition.as_ref() }
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
    scope: Scope<'a>,
    /// The resource and the dotted path from its properties, while no list was entered on the way.
    path: Option<(Span, String)>,
    cases: Cases<'a>,
}

/// One of the values that a property may have.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    /// What is known of it.
    pub state: State<'a>,
    /// Where the resource says so: the value, or the reference that brings it.
    pub span: Span,
    pub(crate) way: Way<'a>,
    pub(crate) scope: Scope<'a>,
    /// The function that it was evaluated from.
    pub(crate) written: Option<&'a Node>,
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
        let scope = Scope { declarations, given: None };
        Property { path: origin.map(|it| (it, String::new())), ..Property::within(node, scope, Way::default()) }
    }

    /// The property whose written value is `node`, come to by `way`.
    pub(crate) fn within(node: &'a Node, scope: Scope<'a>, way: Way<'a>) -> Property<'a> {
        Property::new(scope, None, scope.cases(node, &way, 0), node.span)
    }

    /// A property that no deployment has is one of which nothing is known: nobody will ever see it.
    fn new(scope: Scope<'a>, path: Option<(Span, String)>, mut cases: Cases<'a>, span: Span) -> Property<'a> {
        if cases.is_empty() {
            cases.push(Case::unknown(span, scope, Way::default()));
        }
        Property { scope, path, cases }
    }

    /// The values that it may have; at least one.
    pub fn cases(&self) -> &[Case<'a>] {
        &self.cases
    }

    /// Each value that it may have as a property of its own, so that what is below can be read together.
    pub fn alternatives(&self) -> impl Iterator<Item = Property<'a>> + '_ {
        self.cases.iter().map(|case| Property {
            scope: self.scope,
            path: self.path.clone(),
            cases: smallvec![case.clone()],
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
        let mut cases = Cases::new();
        for case in &self.cases {
            match case.state {
                State::Known(node) | State::Default(node) => match &node.value {
                    Value::Map(map) => match map.get(key) {
                        Some(child) => {
                            self.scope.expand(child, &Case { span: child.span, ..case.clone() }, 0, &mut cases);
                        }
                        None if map.open => cases.push(case.with(State::Unknown)),
                        None => cases.push(case.with(State::Absent)),
                    },
                    // What a function returns may have any shape.
                    Value::Call(_) => cases.push(case.with(State::Unknown)),
                    // What is there is not a map: it certainly has no such member.
                    _ => cases.push(case.with(State::Absent)),
                },
                State::Absent | State::Unknown => cases.push(case.clone()),
            }
        }
        limit(&mut cases);
        let path = self.path.clone().map(|(origin, path)| {
            let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
            (origin, path)
        });
        let span = self.cases[0].span;
        Property::new(self.scope, path, cases, span)
    }

    /// The items of the list that this is, over all cases: each with every value that it may have itself. A single
    /// value counts as a list of one, as IAM and CloudFormation take it in many places.
    pub fn items(&self) -> Vec<Property<'a>> {
        let mut out = Vec::new();
        for case in &self.cases {
            if let State::Known(node) | State::Default(node) = case.state {
                match &node.value {
                    Value::List(list) => {
                        let items = list.items.iter().filter(|it| !matches!(it.value, Value::Absent));
                        out.extend(items.map(|it| Property::within(it, self.scope, case.way.clone())));
                    }
                    Value::Missing | Value::Null => (),
                    _ => out.push(Property { scope: self.scope, path: None, cases: smallvec![case.clone()] }),
                }
            }
        }
        out
    }

    /// The property with another node in the place of each that is known; unknown where there is none.
    pub(crate) fn read_as(&self, read: impl Fn(&'a Node) -> Option<&'a Node>) -> Property<'a> {
        let mut cases = self.cases.clone();
        for case in &mut cases {
            let written = case.written.take();
            let read = |node| read(written.unwrap_or(node));
            case.state = match case.state {
                State::Known(node) => read(node).map_or(State::Unknown, State::Known),
                State::Default(node) => read(node).map_or(State::Unknown, State::Default),
                other => other,
            };
        }
        Property { scope: self.scope, path: None, cases }
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
        let mut out = Vec::new();
        for case in &self.cases {
            let Some(map) = case.node().and_then(Node::as_map) else { continue };
            let entry = |(name, node): &'a (Name, Node)| (name, Property::within(node, self.scope, case.way.clone()));
            out.extend(map.entries.iter().map(entry));
        }
        out
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
        self.cases
            .iter()
            .find(|case| match case.state {
                State::Known(node) | State::Default(node) => node_equals(node, expected) == Some(true),
                State::Absent | State::Unknown => false,
            })
            .cloned()
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
        self.cases.iter().filter_map(Case::node)
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

    /// Every text that it is known to have, with literal parts and references told apart. What a parameter brings into a
    /// text stays a reference.
    pub fn texts(&self) -> Vec<Interpolated> {
        let mut out = Vec::new();
        let mut read: Option<&Node> = None;
        for case in &self.cases {
            // All that one function comes to is read from the function itself, and once.
            let Some(node) = case.written.or(case.node()) else { continue };
            if case.written.is_some() && read.is_some_and(|it| std::ptr::eq(it, node)) {
                continue;
            }
            read = Some(node);
            let way = if case.written.is_some() { self.way_to(node) } else { case.way.clone() };
            for text in texts(node, Parameters::Kept, self.scope, &way, 0).into_iter().flatten() {
                out.push(Interpolated { pieces: text.pieces, span: case.span });
            }
        }
        out
    }

    /// What all that was evaluated from `written` has in common.
    fn way_to(&self, written: &Node) -> Way<'a> {
        let mut cases = self.cases.iter().filter(|it| it.written.is_some_and(|it| std::ptr::eq(it, written)));
        let mut way = cases.next().map(|it| it.way.clone()).unwrap_or_default();
        for case in cases {
            way.assumptions.retain(|it| case.way.assumptions.iter().any(|other| it.is(other)));
        }
        way
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
    pub(crate) fn unknown(span: Span, scope: Scope<'a>, way: Way<'a>) -> Case<'a> {
        Case { state: State::Unknown, span, way, scope, written: None }
    }

    /// Another value, seen in the same way.
    pub(crate) fn with(&self, state: State<'a>) -> Case<'a> {
        Case { state, ..self.clone() }
    }

    /// The value of `node`, seen in the same way.
    pub(crate) fn known(&self, node: &'a Node) -> Case<'a> {
        self.with(if self.way.is_default { State::Default(node) } else { State::Known(node) })
    }

    /// The same, come to by another way.
    pub(crate) fn by(&self, way: Way<'a>) -> Case<'a> {
        Case { state: self.state, span: self.span, way, scope: self.scope, written: self.written }
    }

    /// How it comes about.
    pub(crate) fn way(&self) -> Way<'a> {
        self.way.clone()
    }

    /// True for a text that a function comes to: as it is, it is written nowhere.
    pub fn is_evaluated(&self) -> bool {
        self.written.is_some()
    }

    /// The value, where one is known.
    pub fn node(&self) -> Option<&'a Node> {
        match self.state {
            State::Known(node) | State::Default(node) => Some(node),
            State::Absent | State::Unknown => None,
        }
    }

    /// All that must be so for the property to have this value, from the outside in, besides the condition of the resource.
    pub fn assumptions(&self) -> &[Assumption<'a>] {
        &self.way.assumptions
    }

    /// The named conditions among its assumptions, and whether each must hold (`true`) or fail.
    pub fn conditions(&self) -> impl DoubleEndedIterator<Item = (&'a Name, bool)> + '_ {
        self.way.assumptions.iter().filter_map(|it| match it {
            Assumption::Condition(name, holds) => Some((*name, *holds)),
            Assumption::Value(..) => None,
        })
    }

    /// True for a value that the property has whatever is decided at deployment, and whoever decides it.
    pub fn is_unconditional(&self) -> bool {
        self.way.assumptions.is_empty() && !self.way.is_choice
    }

    /// True when it is one of several for a reason that has no name, such as a ternary.
    pub fn is_choice(&self) -> bool {
        self.way.is_choice
    }

    /// True when no deployment has both this value and `other`.
    pub fn excludes(&self, other: &Case<'_>) -> bool {
        if self.way.assumptions.is_empty() || other.way.assumptions.is_empty() {
            return false;
        }
        let given = [self.scope.given, other.scope.given];
        let given = given.iter().flatten().map(|it| Assumption::Condition(it, true));
        let both = self.way.assumptions.iter().chain(&other.way.assumptions).copied();
        !self.scope.declarations.can_hold(&given.chain(both).collect::<Vec<_>>())
    }

    fn equals(&self, expected: &str) -> Option<bool> {
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
