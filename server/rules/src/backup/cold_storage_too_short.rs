use crate::facts::below;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// Backups are deleted before they have been in cold storage for 90 days.
    ///
    /// AWS Backup keeps what it moves to cold storage for 90 days at least, and refuses a plan that deletes it earlier. See
    /// `Lifecycle` in the AWS Backup Developer Guide.
    name: "backup-cold-storage-too-short",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3504"],
    founding: [],
    check: Check::Resources(&["AWS::Backup::BackupPlan"], check),
}

const LEAST: i64 = 90;

fn check(plan: &ResourceView<'_>, cx: &mut Context<'_>) {
    let all = plan.all();
    let places = ["BackupPlan/BackupPlanRule/*/Lifecycle", "BackupPlan/BackupPlanRule/*/CopyActions/*/Lifecycle"];
    for lifecycle in places.iter().flat_map(|it| below::at(&all, it)) {
        let (moved, deleted) = (lifecycle.get("MoveToColdStorageAfterDays"), lifecycle.get("DeleteAfterDays"));
        let (Some(from), Some(to), Some(span)) = (moved.as_int(), deleted.as_int(), deleted.span()) else { continue };
        if to - from < LEAST {
            let message = format!(
                "Backups go to cold storage after {from} days and must stay there for {LEAST}: they cannot be deleted before \
                 day {}.",
                from + LEAST
            );
            let draft = cx.report(span, message);
            if let Some(span) = moved.span() {
                draft.related(span, "the move to cold storage");
            }
        }
    }
}
