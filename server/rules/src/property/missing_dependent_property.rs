use crate::accepts::placeholder::addition;
use crate::accepts::{Fault, Kind, Violation};
use crate::facts::wording::listed;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A property is written without another one that it needs.
    ///
    /// The service refuses the one without the other, when the resource is created or changed.
    ///
    /// ## Fix
    ///
    /// Writes what is missing: the only value that is accepted, the one resource or parameter of the stack that fits, else
    /// something of the right form that a person has to replace.
    name: "missing-dependent-property",
    category: Correctness,
    severity: Error,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3021"],
    founding: [],
    check: Check::Accepts(Kind::Dependent, check),
}

fn check(violation: &Violation<'_>, resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let Fault::Dependent(key, names) = &violation.fault else { return };
    let message = format!("`{key}` of {} needs {} beside it.", violation.holder(), listed(names));
    let is_written = violation.node.as_map().is_some_and(|it| names.iter().any(|name| it.get(name).is_some()));
    let fix = (!is_written && cx.wants_fixes()).then(|| addition(violation, names, resource, cx.stack())).flatten();
    let draft = violation.report(cx, message);
    if let Some(fix) = fix {
        draft.fix_as(fix.applicability, fix.title, fix.changes, None);
    }
}
