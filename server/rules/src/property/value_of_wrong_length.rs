use crate::accepts::{Fault, Kind, Violation};
use crate::facts::resource_names::namings;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A text has fewer or more characters than its property may have.
    ///
    /// The service refuses it when the resource is created or changed.
    ///
    /// Of a text that `Fn::Sub` or `Fn::Join` puts together, what is written counts: it may be too long by itself.
    ///
    /// ## What is not reported
    ///
    /// Names of resources, of which `invalid-resource-name` knows more, and documents in JSON, which are written anew before
    /// they are measured.
    name: "value-of-wrong-length",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: [
        "cfn_lint:E3033",
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
    check: Check::Accepts(Kind::Length, check),
}

fn check(violation: &Violation<'_>, resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let Fault::Length(length, is_least, least, most) = violation.fault else { return };
    let path = violation.path.replace('/', ".");
    if length > 0 && namings(&resource.ty.text).iter().any(|it| it.property == path) {
        return;
    }
    let bounds = match (least, most) {
        (Some(least), Some(most)) if least == most => format!("exactly {}", characters(least)),
        (Some(least), _) if (length as u64) < u64::from(least) => format!("at least {}", characters(least)),
        (_, Some(most)) => format!("at most {}", characters(most)),
        _ => return,
    };
    let at_least = if is_least { "at least " } else { "" };
    let message = match length {
        0 => format!("{} cannot be empty: it must have {bounds}.", violation.subject()),
        _ => format!("{} must have {bounds}, and this has {at_least}{length}.", violation.subject()),
    };
    violation.report(cx, message);
}

fn characters(count: u32) -> String {
    format!("{count} character{}", if count == 1 { "" } else { "s" })
}
