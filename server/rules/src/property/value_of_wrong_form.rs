use crate::accepts::{Fault, Kind, Violation, refused_letters};
use crate::facts::resource_names::namings;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A text does not have the form that its property must have.
    ///
    /// The schema of the type has a regular expression that the text must match, and the service refuses what does not.
    ///
    /// Values of parameters are judged as well, with a warning: the defaults and the values that are allowed.
    ///
    /// ## What is not reported
    ///
    /// Texts of which parts are known at deployment only, or that another tool fills in (`${Name}` without `Fn::Sub`). Names of
    /// resources, of which `invalid-resource-name` knows more. Very long texts.
    name: "value-of-wrong-form",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: [
        "cfn_lint:E3031",
        "cfn_lint:W1030",
        "cfn_lint:W1031",
        "cfn_lint:W1032",
        "cfn_lint:W1033",
        "cfn_lint:W1034",
        "cfn_lint:W1035",
        "cfn_lint:W1036",
        "cfn_lint:W2031",
    ],
    founding: [],
    check: Check::Accepts(Kind::Pattern, check),
}

/// Longer patterns tell a reader nothing.
const MAX_PATTERN: usize = 100;

fn check(violation: &Violation<'_>, resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let (Fault::Pattern(pattern), Some(text)) = (&violation.fault, violation.node.as_str()) else { return };
    let path = violation.path.replace('/', ".");
    if namings(&resource.ty.text).iter().any(|it| it.property == path) {
        return;
    }
    let subject = violation.subject();
    let message = match refused_letters(pattern, text) {
        Some(letters) => format!("{subject} cannot have {letters} in it."),
        None if text.is_empty() => format!("{subject} cannot be empty."),
        None if pattern.len() <= MAX_PATTERN => format!("{subject} must match `{pattern}`, and `{text}` does not."),
        None => format!("{subject} does not have the form that it must have."),
    };
    violation.report(cx, message);
}
