use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A resource forgets what it holds after a while, and the template does not say when.
    ///
    /// A queue keeps messages for four days, a stream records for one, a database its backups for one: less than many
    /// believe, and found out when something is missing. A number that is written has been thought about.
    ///
    /// ## What is not reported
    ///
    /// Instances of a cluster, whose backups are the cluster's; replicas of another instance; Amazon Aurora.
    ///
    /// ## Fix
    ///
    /// Writes the period that counts now.
    name: "retention-period-unset",
    category: Reliability,
    severity: Hint,
    default_on: false,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:I3013"],
    founding: [],
    check: Check::Resources(
        &[
            "AWS::DocDB::DBCluster",
            "AWS::Kinesis::Stream",
            "AWS::RDS::DBCluster",
            "AWS::RDS::DBInstance",
            "AWS::Redshift::Cluster",
            "AWS::SQS::Queue",
            "AWS::Synthetics::Canary",
        ],
        check,
    ),
}

/// The properties that say how long something is kept, with what counts where they are not written, and its words.
fn periods(ty: &str) -> &'static [(&'static str, i64, &'static str)] {
    match ty {
        "AWS::Kinesis::Stream" => &[("RetentionPeriodHours", 24, "Records are kept for 24 hours")],
        "AWS::SQS::Queue" => &[("MessageRetentionPeriod", 345_600, "Messages are kept for 4 days")],
        "AWS::Redshift::Cluster" => &[("AutomatedSnapshotRetentionPeriod", 1, "Snapshots are kept for 1 day")],
        "AWS::Synthetics::Canary" => &[
            ("SuccessRetentionPeriod", 31, "The data of successful runs is kept for 31 days"),
            ("FailureRetentionPeriod", 31, "The data of failed runs is kept for 31 days"),
        ],
        _ => &[("BackupRetentionPeriod", 1, "Backups are kept for 1 day")],
    }
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    if resource.made.is_some() || !keeps_its_own(resource) {
        return;
    }
    for (name, value, words) in periods(&resource.ty.text) {
        let property = resource.property(name);
        if !property.is_absent() || resource.properties.as_map().is_some_and(|it| it.open) {
            continue;
        }
        let message = format!("{words}, then deleted: `{name}` is not set. Write how long it is wanted.");
        cx.report(resource.id.span, message)
            .fix(format!("Write `{name}: {value}`"), vec![property.set(Literal::Number(*value))]);
    }
}

/// False for a database instance whose backups are the affair of another resource.
fn keeps_its_own(resource: &ResourceView<'_>) -> bool {
    if resource.ty.text != "AWS::RDS::DBInstance" {
        return true;
    }
    let engine = resource.property("Engine");
    engine.as_str().is_some_and(|it| !it.to_ascii_lowercase().starts_with("aurora"))
        && resource.property("SourceDBInstanceIdentifier").is_absent()
        && resource.property("DBClusterIdentifier").is_absent()
}
