use crate::facts::{branches, switch};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A replication group of Amazon ElastiCache does not encrypt what it keeps on disk.
    ///
    /// A group of Redis OSS has no `AtRestEncryptionEnabled`, or has it `false`, or a group of Valkey has it `false`: its
    /// backups, and what it writes to disk to synchronise and to swap, are kept as they are. What is cached is often what must
    /// not be seen: sessions, tokens, profiles. Encryption can be chosen only when the group is made. See "At-Rest Encryption in
    /// ElastiCache" in the Amazon ElastiCache User Guide, and control ElastiCache.4 of AWS Security Hub.
    ///
    /// ## What is not reported
    ///
    /// - Groups of Valkey that say nothing, and serverless caches: they are encrypted unasked.
    /// - Groups that join a global datastore, which are encrypted as that is, and those that name a key.
    /// - An engine or a value that is not known before deployment.
    ///
    /// ## Fix
    ///
    /// Turns encryption on. It is unsafe: CloudFormation makes another group in the place of one that is there already, which is
    /// empty. Where the default of a parameter decides, that is changed.
    name: "elasticache-unencrypted-at-rest",
    category: Security,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: [
        "checkov:CKV_AWS_29",
        "cfn_nag:F25",
        "cdk_nag:ElastiCacheRedisClusterEncryption",
        "cdk_nag:AwsSolutions-AEC3",
        "guard:ELASTICACHE_REPLICATION_GROUP_ENCRYPTION_AT_REST",
        "security_hub:ElastiCache.4",
    ],
    founding: ["F13"],
    check: Check::Resources(&["AWS::ElastiCache::ReplicationGroup"], check),
}

fn check(group: &ResourceView<'_>, cx: &mut Context<'_>) {
    let Some(off) = switch::off(group, "AtRestEncryptionEnabled") else { return };
    if switch::may_set(group, &["GlobalReplicationGroupId", "KmsKeyId"]) {
        return;
    }
    let is_redis = branches::of(group, "Engine").iter().all(|it| match it.state {
        State::Absent => true,
        State::Unknown => false,
        State::Known(node) | State::Default(node) => node.as_str().is_some_and(|it| it.eq_ignore_ascii_case("redis")),
    });
    // Valkey encrypts unless it is told not to.
    let off = if is_redis { Some(off) } else { switch::turned_off(group, "AtRestEncryptionEnabled") };
    let Some(off) = off else { return };
    let message = format!(
        "`{}` keeps its backups and what it writes to disk unencrypted{}. Encrypt it from the start: it cannot be done later \
         without another group.",
        group.id.text, off.when
    );
    off.fix(cx.report(off.span, message), "Encrypt at rest");
}
