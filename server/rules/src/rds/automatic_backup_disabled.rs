use crate::facts::branches::{self, Alternative};
use crate::facts::{databases, switch};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A database has no automatic backups, or keeps them for a few days only.
    ///
    /// `BackupRetentionPeriod: 0` turns backups off, and restoring to a point in time with them: what a wrong statement destroys
    /// is gone. An instance that says nothing keeps them for one day, which is what Amazon RDS takes for its own API: a mistake
    /// of Friday is past mending on Monday. For less than 7 days the finding is advice. See "Introduction to backups" in the
    /// Amazon RDS User Guide, and control RDS.11 of AWS Security Hub.
    ///
    /// ## What is not reported
    ///
    /// - Instances of a cluster, whose backups are the cluster's, and read replicas.
    /// - Clusters that say nothing: they cannot do without backups.
    /// - What is restored from a snapshot and says nothing: the snapshot brings it along.
    /// - What differs by a condition and is enough for some deployments: somebody has decided which need it.
    /// - A value that is not known before deployment.
    ///
    /// When databases are backed up and maintained is the matter of `rds-maintenance-window-unset`.
    ///
    /// ## Fix
    ///
    /// Keeps backups for 7 days. The database is changed in place; one that had none is restarted for it. Where the default of a
    /// parameter decides, that is changed, which is unsafe as others may use it.
    name: "rds-automatic-backup-disabled",
    category: Reliability,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: [
        "cfn_nag:W75",
        "cdk_nag:RDSInstanceBackupEnabled",
        "cdk_nag:AwsSolutions-RDS13",
        "cdk_nag:HIPAA.Security-RDSInstanceBackupEnabled",
        "cdk_nag:NIST.800.53.R4-RDSInstanceBackupEnabled",
        "cdk_nag:NIST.800.53.R5-RDSInstanceBackupEnabled",
        "guard:DB_INSTANCE_BACKUP_ENABLED",
        "security_hub:RDS.11",
    ],
    founding: ["F35"],
    check: Check::Resources(&["AWS::RDS::DBCluster", "AWS::RDS::DBInstance"], check),
}

const ENOUGH: i64 = 7;

fn check(database: &ResourceView<'_>, cx: &mut Context<'_>) {
    let alternatives = branches::of(database, "BackupRetentionPeriod");
    let is_judged = |it: &&Alternative<'_>| match it.state {
        _ if switch::is_open_choice(it) => false,
        State::Absent => database.ty.text == "AWS::RDS::DBInstance",
        _ => days(it).is_some_and(|it| it < ENOUGH),
    };
    // The worst counts.
    let Some(short) = alternatives.iter().filter(is_judged).min_by_key(|it| days(it).unwrap_or(1)) else { return };
    let is_chosen = !short.property().cases()[0].is_unconditional()
        && alternatives.iter().any(|it| days(it).is_some_and(|it| it >= ENOUGH));
    if is_chosen || databases::is_member(database) || databases::is_replica(database) {
        return;
    }
    let retention = database.property("BackupRetentionPeriod");
    let is_absent = matches!(short.state, State::Absent);
    let snapshots = ["DBClusterSnapshotIdentifier", "DBSnapshotIdentifier", "SourceDBInstanceAutomatedBackupsArn"];
    if is_absent && switch::may_set(database, &snapshots) {
        return;
    }
    let (id, when) = (&database.id.text, short.when());
    let (severity, message) = match days(short) {
        Some(0) => (
            Warning,
            format!(
                "`{id}` has no backups{when}: what a wrong statement destroys is gone. Keep backups for {ENOUGH} days to be \
                 able to restore any second of them."
            ),
        ),
        Some(days) => (
            Info,
            format!(
                "`{id}` keeps backups for {} only{when}. Keep them for {ENOUGH} days: some mistakes are found after the weekend.",
                if days == 1 { "a day".to_owned() } else { format!("{days} days") }
            ),
        ),
        None => (
            Warning,
            format!(
                "`{id}` says nothing of backups{when}, and keeps them for a day only. Keep them for {ENOUGH} days: some \
                 mistakes are found after the weekend."
            ),
        ),
    };
    let span = if retention.is_absent() { database.id.span } else { short.span };
    let draft = cx.report(span, message).at_most(severity);
    let Some(parameter) = switch::parameter(short, database.declarations()) else {
        draft.fix(format!("Keep backups for {ENOUGH} days"), vec![retention.set(Literal::Number(ENOUGH))]);
        return;
    };
    let Some(default) = &parameter.default else { return };
    let draft = draft.related(default.span, format!("the default of `{}`", parameter.name.text));
    if allows(parameter) {
        let value = if matches!(&default.value, Value::Scalar(it) if it.plain) {
            Literal::Number(ENOUGH)
        } else {
            Literal::text(ENOUGH.to_string())
        };
        let change = Change::Replace { span: default.span, value };
        draft.fix_as(Unsafe, format!("Keep backups for {ENOUGH} days by default"), vec![change], None);
    }
}

fn days(alternative: &Alternative<'_>) -> Option<i64> {
    match alternative.state {
        State::Known(node) | State::Default(node) => node.as_str()?.trim().parse().ok(),
        _ => None,
    }
}

/// True for a parameter that takes 7 days.
fn allows(parameter: &Parameter) -> bool {
    let wanted = ENOUGH.to_string();
    let most = parameter.node.as_map().and_then(|it| it.get("MaxValue")?.as_str()?.parse::<i64>().ok());
    most.is_none_or(|it| it >= ENOUGH)
        && parameter.domain().is_none_or(|it| it.iter().any(|it| it.as_str() == Some(wanted.as_str())))
}
