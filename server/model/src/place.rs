//! Values by the place where they are written.

use crate::evaluate::{MAX_DEPTH, Scope, Way};
use crate::interpolated::{Parameters, texts};
use crate::{Assumption, Case, Declarations, Interpolated, Name, Node, Property, ResourceView, Span, Value};

impl<'a> ResourceView<'a> {
    /// The value that is written at `span`, and what it comes to under all that must be so for the resource to get there;
    /// `None` where no value starts and ends there.
    pub fn value_at(&self, span: Span) -> Option<(&'a Node, Property<'a>)> {
        let resource = self.resource();
        let misfits = resource.misfits.iter().chain(&resource.attributes.entries).map(|(_, node)| node);
        let mut all = std::iter::once(&resource.properties).chain(misfits);
        all.find_map(|it| self.declarations().value_at(it, span, resource.condition.as_ref()))
    }
}

impl Declarations {
    /// The value that is written at `span` in `root`, which is there only where the condition called `given` holds, and what
    /// it comes to.
    pub fn value_at<'a>(
        &'a self,
        root: &'a Node,
        span: Span,
        given: Option<&'a Name>,
    ) -> Option<(&'a Node, Property<'a>)> {
        let scope = Scope { declarations: self, given };
        let mut way = Way::default();
        let node = find(root, span, &mut way, 0)?;
        Some((node, Property::within(node, scope, way)))
    }
}

impl<'a> Case<'a> {
    /// True when it is what it is unless whoever deploys the stack gives another value for a parameter.
    pub fn is_default(&self) -> bool {
        self.way.is_default
    }

    /// The function that the value was worked out from; `None` for one that is written as it is.
    pub fn evaluated_from(&self) -> Option<&'a Node> {
        self.written
    }

    /// The texts that a function comes to whose value is not known, put together as far as they are; none for anything
    /// else. Each comes with the case that it is.
    pub fn texts(&self) -> Vec<(Interpolated, Case<'a>)> {
        let Some(node) = self.node().filter(|it| matches!(it.value, Value::Call(_))) else { return Vec::new() };
        let found = texts(node, Parameters::Replaced, self.scope, &self.way, 0).unwrap_or_default();
        let found = found.into_iter();
        found.map(|it| (Interpolated { pieces: it.pieces, span: self.span }, self.by(it.way))).collect()
    }
}

/// The value at `span`; what must be so on the way to it is added to `way`.
fn find<'a>(node: &'a Node, span: Span, way: &mut Way<'a>, depth: u32) -> Option<&'a Node> {
    // A value lies within the one that it is part of, whichever way it came there.
    if depth > MAX_DEPTH * 4 || !node.span.contains(span) {
        return None;
    }
    if node.span == span {
        return Some(node);
    }
    let depth = depth + 1;
    match &node.value {
        Value::List(list) => list.items.iter().find_map(|it| find(it, span, way, depth)),
        Value::Map(map) => map.entries.iter().find_map(|(_, it)| find(it, span, way, depth)),
        Value::Either(branches) => branches.iter().find_map(|branch| {
            let found = find(&branch.node, span, way, depth)?;
            if let Some((name, holds)) = &branch.condition {
                way.assumptions.insert(0, Assumption::Condition(name, *holds));
            }
            Some(found)
        }),
        Value::Call(call) => {
            let mut found = None;
            call.arguments(&mut |it| {
                if found.is_none() {
                    found = find(it, span, way, depth);
                }
            });
            found
        }
        _ => None,
    }
}
