use crate::accepts::placeholder::addition;
use crate::accepts::{Fault, Kind, Violation};
use crate::facts::wording::listed;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A resource lacks properties that its type requires.
    ///
    /// CloudFormation stops when it comes to the resource: "required key [X] not found", "Property X cannot be empty", and
    /// everything that was done before is rolled back.
    ///
    /// ## What is not reported
    ///
    /// Maps of which the text does not show everything: with a spread, a transform, a macro. Properties that the `Globals`
    /// of AWS SAM may give.
    ///
    /// ## Fix
    ///
    /// Writes them all: the only value that is accepted, the one resource or parameter of the stack that fits, else something
    /// of the right form that a person has to replace.
    name: "missing-property",
    category: Correctness,
    severity: Error,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E0001", "cfn_lint:E3003", "cfn_lint:E3017", "cfn_lint:E3018", "cfn_lint:E3024"],
    founding: [],
    check: Check::Accepts(Kind::Missing, check),
}

fn check(violation: &Violation<'_>, resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let Fault::Missing(names) = &violation.fault else { return };
    // What stands in `Globals` is merged into resources of SAM, before anyone misses it.
    let is_merged = violation.path.is_empty() && violation.ty.starts_with("AWS::Serverless::");
    if is_merged && !cx.stack().globals.is_empty() {
        return;
    }
    let subject = match violation.property() {
        None => format!("`{}`", resource.id.text),
        Some(property) if violation.path.ends_with('*') => format!("An item of `{property}`"),
        Some(property) => format!("`{property}`"),
    };
    let kind = match violation.property() {
        None => format!(", which every `{}` must have", violation.ty),
        Some(_) => ", which it must have".to_owned(),
    };
    let is_left_out = violation.node.as_map().is_some_and(|it| names.iter().any(|name| it.get(name).is_some()));
    let verb = if is_left_out { "leaves out" } else { "lacks" };
    let message = format!("{subject} {verb} {}{kind}.", listed(names));
    let fix = (!is_left_out && cx.wants_fixes()).then(|| addition(violation, names, resource, cx.stack())).flatten();
    let draft = violation.report(cx, message);
    if let Some(fix) = fix {
        draft.fix_as(fix.applicability, fix.title, fix.changes, None);
    }
}
