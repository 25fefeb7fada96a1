//! Where a value is put right: at the place that says it.

use super::reach::{Reached, Through};
use crate::engine::Context;
use model::{Change, Literal, Node, Property, Source, Span};

/// The change that puts `value` in the place of what a deployment meets, where that can be done without touching anything
/// else: in the branch, the default of the parameter or the entry of the mapping that says it. Constructs take it as a prop.
pub(crate) fn mended(property: &Property<'_>, found: &Reached<'_>, value: &str, cx: &Context<'_>) -> Option<Change> {
    let literal = Literal::text(value);
    if cx.source() == Source::Cdk || found.case.is_evaluated() {
        return Some(property.set(literal));
    }
    let allows = |it: &Node| it.as_str() == Some(value);
    match found.parameter().and_then(|it| it.allowed_values.as_deref()) {
        Some(values) if !values.iter().any(allows) => None,
        _ => Some(Change::Replace { span: found.source().unwrap_or(found.node.span), value: literal }),
    }
}

/// The place that brings a value to where it is used, and words for it.
pub(crate) fn origin(found: &Reached<'_>) -> Option<(Span, String)> {
    let place = found.source()?;
    let words = match found.through {
        Through::Parameter(parameter) => format!("The default of `{}` says so.", parameter.name.text),
        _ => "It comes from here.".to_owned(),
    };
    Some((place, words))
}
