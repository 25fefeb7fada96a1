use crate::accepts::{Fault, Kind, Violation};
use crate::facts::wording::{either, listed};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A resource has none of several properties, of which it must have one.
    ///
    /// The service cannot tell what is wanted and refuses the resource: a rule of EventBridge without a pattern and without a
    /// schedule, a load balancer without subnets.
    ///
    /// Where conditions leave them out, a deployment that can happen must lack them all.
    ///
    /// ## What is not reported
    ///
    /// Maps of which the text does not show everything. What the `Globals` of AWS SAM may give.
    name: "missing-alternative-property",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3014", "cfn_lint:E3017", "cfn_lint:E3018", "cfn_lint:E3058"],
    founding: [],
    check: Check::Accepts(Kind::NoneOf, check),
}

fn check(violation: &Violation<'_>, resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let Fault::NoneOf(sets) = &violation.fault else { return };
    // What stands in `Globals` is merged into resources of SAM, before anyone misses it.
    let is_merged = violation.path.is_empty() && violation.ty.starts_with("AWS::Serverless::");
    if is_merged && !cx.stack().globals.is_empty() {
        return;
    }
    let subject = match violation.path.is_empty() {
        true => format!("`{}`", resource.id.text),
        false => violation.subject(),
    };
    let message = match sets.iter().all(|it| it.len() == 1) {
        true => format!("{subject} must have one of {}, and has none.", either(&sets.concat())),
        false => {
            let sets: Vec<String> = sets.iter().map(|it| listed(it)).collect();
            format!("{subject} lacks one of these: {}.", sets.join("; or "))
        }
    };
    violation.report(cx, message);
}
