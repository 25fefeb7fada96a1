use crate::accepts::{Fault, Kind, Violation};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A number is smaller or greater than its property may be.
    ///
    /// The service refuses it when the resource is created or changed.
    ///
    /// Values of parameters are judged as well, with a warning: the defaults and the values that are allowed.
    name: "value-out-of-range",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: [
        "cfn_lint:E3034",
        "cfn_lint:W1030",
        "cfn_lint:W1031",
        "cfn_lint:W1032",
        "cfn_lint:W1033",
        "cfn_lint:W1034",
        "cfn_lint:W1035",
        "cfn_lint:W1036",
        "cfn_lint:W3034",
    ],
    founding: [],
    check: Check::Accepts(Kind::Range, check),
}

fn check(violation: &Violation<'_>, _: &ResourceView<'_>, cx: &mut Context<'_>) {
    let (Fault::Range(bounds), Some(text)) = (&violation.fault, violation.node.as_str()) else { return };
    violation.report(cx, format!("{} must be {bounds}, not {}.", violation.subject(), text.trim()));
}
