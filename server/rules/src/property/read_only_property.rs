use crate::accepts::{Kind, Violation};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A property is written that only the service gives a value.
    ///
    /// It can be read with `Fn::GetAtt`. What a template says of it never reaches the service: CloudFormation refuses it or
    /// leaves it out, and finds a drift ever after.
    ///
    /// ## Fix
    ///
    /// Takes it out.
    name: "read-only-property",
    category: Correctness,
    severity: Warning,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3040"],
    founding: [],
    check: Check::Accepts(Kind::ReadOnly, check),
}

fn check(violation: &Violation<'_>, resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let Some(property) = violation.property() else { return };
    let message = format!("Only the service gives `{property}` of `{}` a value. Take it out.", violation.ty);
    let is_here = resource.resource().properties.span.contains(violation.node.span);
    let draft = violation.report(cx, message);
    if is_here {
        draft.fix(format!("Remove `{property}`"), vec![Change::Delete { span: violation.node.span }]);
    }
}
