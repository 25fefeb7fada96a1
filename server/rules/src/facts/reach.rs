//! Which of the values that a property may have a deployment meets unless someone takes care that it does not.

use super::when;
use model::{Assumption, Case, Declarations, Node, Parameter, Property, Resource, Span};

/// A value that a deployment may meet.
#[derive(Clone, Debug)]
pub(crate) struct Reached<'a> {
    /// How it is seen: the place that says so, and the condition.
    pub(crate) case: Case<'a>,
    /// The value itself.
    pub(crate) node: &'a Node,
    /// Where it comes from.
    pub(crate) through: Through<'a>,
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Through<'a> {
    /// It was written at its place, or in a constant that nobody can set.
    Written,
    /// A parameter brings it, unless a deployment gives another value.
    Parameter(&'a Parameter),
    /// A mapping brings it.
    Mapping,
}

/// The values of `property` that a deployment meets: those that are written, in each branch, and of a parameter the
/// default. That a parameter allows some other value says nothing: whoever deploys the stack chooses it on purpose.
pub(crate) fn reached<'a>(property: &Property<'a>, declarations: &'a Declarations) -> Vec<Reached<'a>> {
    let mut out = Vec::new();
    for case in property.cases() {
        let Some(node) = case.node() else { continue };
        let is_chosen = |it: &Assumption<'_>| match it {
            Assumption::Value(parameter, value) => !is_default(parameter, value),
            Assumption::Condition(..) => false,
        };
        if case.assumptions().iter().any(is_chosen) {
            continue;
        }
        let through = if node.span == case.span {
            Through::Written
        } else if let Some(parameter) = declarations.parameters.iter().find(|it| it.node.span.contains(node.span)) {
            if !is_default(parameter, node) {
                continue;
            }
            Through::Parameter(parameter)
        } else {
            match declarations.mappings.iter().find(|it| it.node.span.contains(node.span)) {
                Some(_) => Through::Mapping,
                None => Through::Written,
            }
        };
        out.push(Reached { case: case.clone(), node, through });
    }
    out
}

impl<'a> Reached<'a> {
    /// The words that go before a sentence about this value of `resource`: "When `IsProd` holds, " for one under a condition,
    /// its own or that of the resource.
    pub(crate) fn circumstances(&self, resource: &Resource) -> String {
        when::before(&self.case, resource)
    }

    /// The parameter that brings it.
    pub(crate) fn parameter(&self) -> Option<&'a Parameter> {
        match self.through {
            Through::Parameter(parameter) => Some(parameter),
            Through::Written | Through::Mapping => None,
        }
    }

    /// The place of the value, where it is another one than that which is reported.
    pub(crate) fn source(&self) -> Option<Span> {
        match self.through {
            Through::Parameter(parameter) => Some(parameter.default.as_ref().map_or(self.node.span, |it| it.span)),
            Through::Mapping => Some(self.node.span),
            Through::Written => None,
        }
    }
}

/// True when `parameter` has the value of `node` unless a deployment gives another.
fn is_default(parameter: &Parameter, node: &Node) -> bool {
    match (&parameter.default, &parameter.allowed_values) {
        (Some(default), _) => default.span == node.span || default.as_str() == node.as_str(),
        (None, Some(values)) => values.len() == 1,
        (None, None) => false,
    }
}
