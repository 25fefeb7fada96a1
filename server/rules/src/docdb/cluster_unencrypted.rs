use crate::facts::switch;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A cluster of Amazon DocumentDB does not encrypt its storage.
    ///
    /// It has no `StorageEncrypted`, or has it `false`: its data, its backups and its snapshots are kept as they are. The
    /// console encrypts every new cluster; one that CloudFormation makes is encrypted only if it is asked for, and only when it
    /// is made. The CDK asks for it by itself. See "Encrypting Amazon DocumentDB data at rest" in its Developer Guide, and control DocumentDB.1 of AWS
    /// Security Hub.
    ///
    /// ## What is not reported
    ///
    /// Clusters that are restored or replicated, which are encrypted as their source is; those that name a key, which is
    /// refused unless they are encrypted; and a value that is not known before deployment.
    ///
    /// ## Fix
    ///
    /// Turns encryption on. It is unsafe: CloudFormation makes an empty cluster in the place of one that is there already.
    /// Where the default of a parameter decides, that is changed.
    name: "docdb-cluster-unencrypted",
    category: Security,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: [
        "checkov:CKV_AWS_74",
        "cdk_nag:DocumentDBClusterEncryptionAtRest",
        "cdk_nag:AwsSolutions-DOC1",
        "security_hub:DocumentDB.1",
    ],
    founding: ["F13"],
    check: Check::Resources(&["AWS::DocDB::DBCluster"], check),
}

const DECIDED_BY: &[&str] = &["GlobalClusterIdentifier", "KmsKeyId", "SnapshotIdentifier", "SourceDBClusterIdentifier"];

fn check(cluster: &ResourceView<'_>, cx: &mut Context<'_>) {
    let Some(off) = switch::off(cluster, "StorageEncrypted") else { return };
    if switch::may_set(cluster, DECIDED_BY) {
        return;
    }
    let message = format!(
        "`{}` keeps its data, its backups and its snapshots unencrypted{}. Encrypt the storage from the start: it cannot be \
         done later without moving the data.",
        cluster.id.text, off.when
    );
    off.fix(cx.report(off.span, message), "Encrypt the storage");
}
