use crate::facts::switch;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A cluster of Amazon Redshift turns its encryption off.
    ///
    /// Since 10 January 2025 Amazon Redshift encrypts every new cluster unless it is told not to ("Behavior changes in Amazon
    /// Redshift" in its Management Guide), so only `Encrypted: false` leaves the data warehouse and its snapshots readable
    /// for whoever gets hold of them. See control Redshift.10 of AWS Security Hub.
    ///
    /// ## What is not reported
    ///
    /// A cluster that says nothing, one made of a snapshot, and a value that is not known before deployment.
    ///
    /// ## Fix
    ///
    /// Turns encryption on. Amazon Redshift encrypts a cluster that exists in the background, during which it is slower; the
    /// fix is unsafe where that takes another cluster. Where the default of a parameter decides, that is changed.
    name: "redshift-cluster-unencrypted",
    category: Security,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: [
        "checkov:CKV_AWS_64",
        "cfn_nag:F28",
        "cdk_nag:RedshiftClusterEncryptionAtRest",
        "cdk_nag:AwsSolutions-RS6",
        "cdk_nag:RedshiftClusterConfiguration",
        "cdk_nag:HIPAA.Security-RedshiftClusterConfiguration",
        "cdk_nag:NIST.800.53.R4-RedshiftClusterConfiguration",
        "cdk_nag:NIST.800.53.R5-RedshiftClusterConfiguration",
        "cdk_nag:PCI.DSS.321-RedshiftClusterConfiguration",
        "guard:REDSHIFT_CLUSTER_CONFIGURATION_CHECK",
        "security_hub:Redshift.10",
    ],
    founding: ["F13"],
    check: Check::Resources(&["AWS::Redshift::Cluster"], check),
}

fn check(cluster: &ResourceView<'_>, cx: &mut Context<'_>) {
    let Some(off) = switch::turned_off(cluster, "Encrypted") else { return };
    if switch::may_set(cluster, &["KmsKeyId", "SnapshotIdentifier"]) {
        return;
    }
    let message = format!(
        "`{}` turns off the encryption that Amazon Redshift gives every new cluster{}. Leave it on: it costs nothing.",
        cluster.id.text, off.when
    );
    off.fix(cx.report(off.span, message), "Encrypt the cluster");
}
