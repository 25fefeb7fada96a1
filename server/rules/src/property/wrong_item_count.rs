use crate::accepts::{Fault, Kind, Violation};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A list or a map has fewer or more items than it may have.
    ///
    /// The service refuses it when the resource is created or changed.
    ///
    /// ## What is not reported
    ///
    /// Lists of which the text does not show everything. Items that conditions leave out count where they make no difference.
    name: "wrong-item-count",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3032", "cfn_lint:E3065"],
    founding: [],
    check: Check::Accepts(Kind::Count, check),
}

fn check(violation: &Violation<'_>, _: &ResourceView<'_>, cx: &mut Context<'_>) {
    let Fault::Count(count, least, most) = violation.fault else { return };
    let is_list = violation.node.as_list().is_some();
    let things = |count: u32| match (is_list, count) {
        (true, 1) => "1 item".to_owned(),
        (true, _) => format!("{count} items"),
        (false, 1) => "1 entry".to_owned(),
        (false, _) => format!("{count} entries"),
    };
    let bounds = match (least, most) {
        (Some(least), _) => format!("at least {}", things(least)),
        (None, Some(most)) => format!("at most {}", things(most)),
        (None, None) => return,
    };
    let message = match count {
        0 => format!("{} cannot be empty: it must have {bounds}.", violation.subject()),
        _ => format!("{} must have {bounds}, and this has {count}.", violation.subject()),
    };
    violation.report(cx, message);
}
