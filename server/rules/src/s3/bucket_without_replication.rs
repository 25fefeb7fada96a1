use crate::facts::bucket_use::{self, BUCKET};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A bucket is not replicated.
    ///
    /// No rule of its `ReplicationConfiguration` has the status `Enabled`, so its objects exist in one Region and in one account.
    ///
    /// ## Why
    ///
    /// S3 keeps each object in several Availability Zones. Against the loss of a Region, a deleted bucket or an account that is
    /// taken over only a copy elsewhere helps ("Replicating objects within and across Regions", Amazon S3 User Guide; control
    /// S3.7 of AWS Security Hub). It costs the storage twice, and few buckets need it: the rule is off by default.
    ///
    /// ## What is not reported
    ///
    /// - A bucket that another one of the stack replicates into.
    /// - A configuration or a status that is not known before deployment, and replication that only some deployments have.
    ///
    /// There is no fix: where the copies go is a decision, and the bucket for them must be in another Region or account.
    name: "s3-bucket-without-replication",
    category: Reliability,
    severity: Hint,
    default_on: false,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: [
        "cdk_nag:S3BucketReplicationEnabled",
        "cdk_nag:HIPAA.Security-S3BucketReplicationEnabled",
        "cdk_nag:NIST.800.53.R4-S3BucketReplicationEnabled",
        "cdk_nag:NIST.800.53.R5-S3BucketReplicationEnabled",
        "cdk_nag:PCI.DSS.321-S3BucketReplicationEnabled",
        "guard:S3_BUCKET_REPLICATION_ENABLED",
        "security_hub:S3.7",
    ],
    founding: ["F45"],
    check: Check::Resources(&[BUCKET], check),
}

fn check(bucket: &ResourceView<'_>, cx: &mut Context<'_>) {
    let rules = bucket.property("ReplicationConfiguration.Rules");
    let is_enabled = |rule: &Property<'_>| rule.get("Status").may_be("Enabled");
    if !rules.is_complete() || rules.items().iter().any(is_enabled) {
        return;
    }
    if bucket_use::is_replica(bucket, cx) {
        return;
    }
    let id = &bucket.id.text;
    let message = match rules.is_absent() {
        true => format!("`{id}` exists in one Region and in one account only. Replicate what must survive their loss."),
        false => format!(
            "No replication rule of `{id}` is enabled, so its objects exist in one Region and in one account only. Enable one."
        ),
    };
    cx.report(bucket_use::name_of(bucket, "ReplicationConfiguration"), message);
}
