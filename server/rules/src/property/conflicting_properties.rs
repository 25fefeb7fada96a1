use crate::accepts::{Fault, Kind, Violation};
use crate::facts::wording::either;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// Properties that exclude each other are both written.
    ///
    /// The service accepts one of them alone, and refuses the resource with both.
    ///
    /// ## Fix
    ///
    /// Takes one of them out: a person has to say which. What a database is replicated or restored from is left: without it
    /// the database would be another one, and empty.
    name: "conflicting-properties",
    category: Correctness,
    severity: Error,
    fix: Some(Manual),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3014", "cfn_lint:E3018", "cfn_lint:E3020"],
    founding: [],
    check: Check::Accepts(Kind::Conflict, check),
}

/// What a database is made from.
const ORIGINS: [&str; 6] = [
    "DBClusterSnapshotIdentifier",
    "DBSnapshotIdentifier",
    "ReplicationSourceIdentifier",
    "SnapshotIdentifier",
    "SourceDBClusterIdentifier",
    "SourceDBInstanceIdentifier",
];

fn check(violation: &Violation<'_>, resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let Fault::Conflict(names) = &violation.fault else { return };
    let message = match &names[..] {
        [] => return,
        [only] => format!("{} cannot have `{only}` beside what else is written.", violation.holder()),
        names => format!("{} can have only one of {}.", violation.holder(), either(names)),
    };
    let Some(map) = violation.node.as_map() else { return };
    let written: Vec<_> = names.iter().filter_map(|it| map.entry(it)).collect();
    let is_here = resource.resource().properties.span.contains(violation.node.span);
    let mut draft = violation.report(cx, message);
    for (name, _) in written.iter().filter(|(name, _)| name.span != violation.span) {
        draft = draft.related(name.span, format!("`{}` is written here", name.text));
    }
    if is_here && written.len() > 1 {
        let is_origin = |it: &Name| ORIGINS.contains(&it.text.as_str());
        for (name, node) in written.into_iter().filter(|it| !is_origin(&it.0)) {
            draft = draft.fix(format!("Remove `{}`", name.text), vec![Change::Delete { span: node.span }]);
        }
        draft.ambiguous();
    }
}
