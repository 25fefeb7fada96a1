//! The values that a property may have, each with the conditions under which it counts.
//!
//! A value that no deployment can have, because its conditions exclude each other or the resource's own condition excludes
//! it, is not there.

use super::when;
use model::{Assumption, Case, Node, Property, ResourceView, Span, State, Value};

/// One of the values that a property may have, and when.
#[derive(Clone, Debug)]
pub(crate) struct Alternative<'a> {
    /// What is known of the value.
    pub(crate) state: State<'a>,
    /// Where the resource says so.
    pub(crate) span: Span,
    property: Property<'a>,
}

/// Every reachable value of the property at a dotted path below the properties of a resource.
pub(crate) fn of<'a>(resource: &ResourceView<'a>, path: &str) -> Vec<Alternative<'a>> {
    all(&resource.property(path))
}

/// Every reachable value of a property. Of a parameter with a default only that counts: whoever wrote the parameter decided
/// what happens when nobody asks for anything.
pub(crate) fn all<'a>(property: &Property<'a>) -> Vec<Alternative<'a>> {
    let alternatives = property.alternatives().filter(|it| !is_asked_for(&it.cases()[0]));
    alternatives.map(|it| Alternative { state: it.cases()[0].state, span: it.cases()[0].span, property: it }).collect()
}

/// True for a value that a deployment has only if someone asks for it: a parameter has another default.
fn is_asked_for(case: &Case<'_>) -> bool {
    case.assumptions().iter().any(|it| match it {
        Assumption::Value(parameter, value) => {
            let default = parameter.default.as_ref().and_then(Node::as_str);
            default.is_some_and(|it| value.as_str() != Some(it))
        }
        Assumption::Condition(..) => false,
    })
}

impl<'a> Alternative<'a> {
    /// The property with this value alone, to read on below it.
    pub(crate) fn property(&self) -> &Property<'a> {
        &self.property
    }

    /// True when the property is not there, or known to be something else than `true`.
    ///
    /// The default of a parameter counts: it is what a deployment has unless someone takes care that it has not.
    pub(crate) fn is_off(&self) -> bool {
        match self.state {
            State::Absent => true,
            State::Unknown => false,
            State::Known(node) | State::Default(node) => is_off(node),
        }
    }

    /// When this value counts, for the end of a sentence: ` unless IsProduction holds`; empty for always.
    pub(crate) fn when(&self) -> String {
        when::after(&self.property.cases()[0])
    }
}

fn is_off(node: &Node) -> bool {
    matches!(node.value, Value::Null) || node.as_bool() == Some(false)
}
