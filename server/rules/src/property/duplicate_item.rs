use crate::accepts::{Fault, Kind, Violation};
use crate::facts::wording::listed;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A list has an item twice that may stand in it once.
    ///
    /// CloudFormation refuses the resource: "array items are not unique". Two tags with one key are refused by the service:
    /// "Duplicate tag keys found".
    ///
    /// ## What is not reported
    ///
    /// Items that may come to the same value at deployment, and those of which conditions leave out one.
    ///
    /// ## Fix
    ///
    /// Takes out the second where the two are the same in everything.
    name: "duplicate-item",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3024", "cfn_lint:E3037"],
    founding: [],
    check: Check::Accepts(Kind::Duplicate, check),
}

fn check(violation: &Violation<'_>, resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let Fault::Duplicate(first, keys) = &violation.fault else { return };
    let list = violation.property().map_or_else(|| "This list".to_owned(), |it| format!("`{it}`"));
    let what = match &keys[..] {
        [] => "this item before".to_owned(),
        keys => format!("an item with the same {} before", listed(keys)),
    };
    let message = format!("{list} has {what}, and each must be different.");
    let is_here = resource.resource().properties.span.contains(violation.span) && *first != violation.span;
    let draft = violation.report(cx, message).related(*first, "the same item");
    // What stands in a branch of `Fn::If` is no item that could be taken out.
    if keys.is_empty() && is_here && violation.is_unconditional() {
        draft.fix("Remove the second", vec![Change::Delete { span: violation.span }]);
    }
}
