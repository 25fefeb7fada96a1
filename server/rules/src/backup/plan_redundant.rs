use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A backup plan backs up tables only that can be restored to any second anyway.
    ///
    /// All resources of a backup selection are DynamoDB tables of the stack with point-in-time recovery, and its plan keeps
    /// backups for no longer than the 35 days that this goes back, and copies them nowhere.
    ///
    /// ## Why
    ///
    /// Point-in-time recovery restores a table to any second of the last 35 days. Backups of the same days add nothing to that
    /// and are paid for by the size of the table each time. See "Point-in-time backups for DynamoDB" in the Amazon
    /// DynamoDB Developer Guide. A plan may be there for other reasons, such as a vault that nobody can delete from: the rule is
    /// off by default.
    ///
    /// ## What is not reported
    ///
    /// - Plans that keep backups for longer than 35 days or for ever, move them to cold storage, or copy them to other Regions or
    ///   accounts.
    /// - Selections by tag or condition, and anything that is not known before deployment.
    ///
    /// There is no fix: which of the two goes is a decision.
    name: "backup-plan-redundant",
    category: Cost,
    severity: Info,
    default_on: false,
    fix: None,
    front_ends: FrontEnds::Both,
    founding: ["F33"],
    check: Check::Resources(&["AWS::Backup::BackupSelection"], check),
}

/// So far back point-in-time recovery goes.
const DAYS: i64 = 35;
const RECOVERY: &str = "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled";

fn check(selection: &ResourceView<'_>, cx: &mut Context<'_>) {
    let what = selection.property("BackupSelection");
    let resources = what.get("Resources");
    let by_name = ["ListOfTags", "Conditions"].iter().all(|it| {
        let property = what.get(it);
        property.is_complete() && property.items().iter().all(|it| it.entries().is_empty())
    });
    let items = resources.items();
    if !by_name || !resources.is_complete() || items.is_empty() {
        return;
    }
    let plan = selection.property("BackupPlanId");
    let Some(plan) = plan.target().and_then(|it| cx.target(&it.text)) else { return };
    if !adds_nothing(&cx.view(plan)) {
        return;
    }
    let tables: Option<Vec<_>> = items.iter().map(|it| recoverable(it, cx)).collect();
    let Some(tables) = tables else { return };
    let message = format!(
        "All that `{}` backs up has point-in-time recovery, which goes back {DAYS} days, and its plan keeps nothing for longer: \
         both are paid for. Use one of them.",
        selection.id.text
    );
    let mut draft = cx.report(selection.id.span, message);
    for table in &tables {
        draft = draft.related(table.id.span, format!("`{}` has point-in-time recovery", table.id.text));
    }
}

/// True for a plan whose backups are gone after the days of point-in-time recovery, and are nowhere else.
fn adds_nothing(plan: &ResourceView<'_>) -> bool {
    let rules = plan.property("BackupPlan.BackupPlanRule");
    let is_short = |rule: &Property<'_>| {
        let lifecycle = rule.get("Lifecycle");
        lifecycle.get("MoveToColdStorageAfterDays").is_absent()
            && lifecycle.get("DeleteAfterDays").as_int().is_some_and(|it| it <= DAYS)
            && rule.get("CopyActions").is_absent()
            && !rule.get("EnableContinuousBackup").may_be("true")
    };
    rules.is_complete() && rules.items().iter().all(is_short)
}

/// The table that an item of a selection names, when it can certainly be restored to any second.
fn recoverable<'a>(item: &Property<'a>, cx: &Context<'a>) -> Option<ResourceView<'a>> {
    let table = cx.view(cx.target(&item.target()?.text)?);
    let is_recoverable = match table.ty.text.as_str() {
        "AWS::DynamoDB::Table" => table.property(RECOVERY).is("true"),
        "AWS::DynamoDB::GlobalTable" => {
            let replicas = table.property("Replicas");
            replicas.is_complete() && replicas.items().iter().all(|it| it.get(RECOVERY).is("true"))
        }
        _ => false,
    };
    is_recoverable.then_some(table)
}
