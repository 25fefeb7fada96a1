use crate::accepts::{Fault, Kind, Violation};
use crate::facts::spelling::nearest;
use crate::facts::wording::{listed, rename};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A resource has a property that its type does not have.
    ///
    /// CloudFormation refuses the template, or rolls the stack back when it comes to the resource: "Encountered unsupported
    /// property", "extraneous key is not permitted". Mostly a name has a letter too many or too few, or another case; or the
    /// property belongs one level higher or lower.
    ///
    /// ## What is not reported
    ///
    /// Keys of maps that hold whatever the author likes, what a transform or a macro replaces, and in CDK the props of
    /// constructs, which TypeScript checks; what escape hatches such as `addPropertyOverride` give is judged.
    ///
    /// ## Fix
    ///
    /// Writes the one name that differs by a letter or two, or by case. Where there is none, takes the property out: a person
    /// has to decide whether it is missed.
    name: "unknown-property",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3002", "cfn_lint:E3024"],
    founding: [],
    check: Check::Accepts(Kind::Unknown, check),
}

/// So few names are listed where none is near.
const MAX_LISTED: usize = 8;

fn check(violation: &Violation<'_>, resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let Fault::Unknown(name, free) = &violation.fault else { return };
    // The transform of SAM itself is the judge of what stands first in its resources, and has a rule of its own.
    if violation.path.is_empty() && violation.ty.starts_with("AWS::Serverless::") {
        return;
    }
    let message = format!("{} has no property `{}`.", violation.holder(), name.text);
    if let Some(meant) = nearest(&name.text, free.iter().copied()) {
        let draft = violation.report(cx, format!("{message} Did you mean `{meant}`?"));
        // The path that an escape hatch takes is a text of several names.
        if resource.overridden.iter().all(|it| it.path.is_empty()) {
            draft.fix(format!("Write `{meant}`"), vec![rename(name, meant)]);
        }
        return;
    }
    let message = match free.len() {
        0 => message,
        1..=MAX_LISTED => format!("{message} It may have {}.", listed(free)),
        _ => message,
    };
    let node = violation.node.as_map().and_then(|it| it.get(&name.text));
    let draft = violation.report(cx, message);
    if let Some(node) = node.filter(|_| resource.resource().properties.span.contains(violation.span)) {
        let change = Change::Delete { span: node.span };
        draft.fix_as(Manual, format!("Remove `{}`", name.text), vec![change], None);
    }
}
