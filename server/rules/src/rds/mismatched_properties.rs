use crate::facts::extension::{self, Row, error, warning};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// The properties of a database do not go together.
    ///
    /// What a cluster or an instance can say depends on its engine and on where it comes from:
    ///
    /// - Amazon Aurora keeps storage, backups, users and encryption in the cluster: an instance cannot set them. The cluster
    ///   has no size, no storage and no operations of its own.
    /// - A Multi-AZ cluster of MySQL or PostgreSQL needs all of these.
    /// - Scaling of the two kinds of Aurora Serverless is written in two different properties.
    /// - Monitoring needs a role, and a role an interval.
    /// - Encryption with a key is encryption: `StorageEncrypted` must be true.
    /// - What a snapshot or another cluster brings along is not set anew: Amazon RDS ignores it.
    ///
    /// ## Fix
    ///
    /// Takes out a property that does not belong there.
    name: "rds-mismatched-properties",
    category: Correctness,
    severity: Error,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    aliases: [
        "cfn_lint:E3682",
        "cfn_lint:E3686",
        "cfn_lint:E3689",
        "cfn_lint:E3692",
        "cfn_lint:E3693",
        "cfn_lint:E3719",
        "cfn_lint:E3720",
        "cfn_lint:E3721",
        "cfn_lint:W3688",
        "cfn_lint:W3689",
        "cfn_lint:W3693",
    ],
    founding: [],
    check: Check::Resources(&["AWS::RDS::DBCluster", "AWS::RDS::DBInstance"], check),
}

const ROWS: &[Row] = &[
    error("rds_dbcluster/aurora", "Amazon Aurora sizes its clusters by their instances, and storage by itself."),
    warning("rds_dbcluster/aurora_warning", "Aurora Serverless v1 has no Performance Insights."),
    error("rds_dbcluster/monitoring", "Monitoring needs both: an interval above 0, and a role to write with."),
    error("rds_dbcluster/multiaz", "A Multi-AZ cluster of this engine accepts it only so."),
    error(
        "rds_dbcluster/serverless_exclusive",
        "`ScalingConfiguration` is for the engine mode `serverless`, `ServerlessV2ScalingConfiguration` for `provisioned`.",
    ),
    warning("rds_dbcluster/snapshotidentifier", "The snapshot brings it along."),
    warning("rds_dbcluster/sourcedbclusteridentifier", "The cluster that this is a copy of brings it along."),
    warning(
        "rds_dbinstance/aurora_exclusive",
        "Amazon Aurora has it in the cluster, and ignores it or refuses it here.",
    ),
    error(
        "rds_dbinstance/backupretentionperiod_maximum",
        "Backups are kept for 35 days at most, and those of an instance in a cluster are the cluster's.",
    ),
    error("rds_dbinstance/kmskey_storageencrypted", "A key encrypts only what is encrypted."),
    error("rds_dbinstance/replicamode_enum", "This engine has no other replicas."),
];

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    extension::check(resource, cx, ROWS);
}
