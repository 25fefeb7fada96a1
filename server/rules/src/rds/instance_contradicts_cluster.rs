use crate::facts::related;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// An instance has another engine than its cluster, or is encrypted where the cluster is not.
    ///
    /// An instance of a cluster runs the engine of the cluster on the storage of the cluster, and is encrypted if the cluster
    /// is. Amazon RDS refuses an instance that asks for something else.
    ///
    /// ## Fix
    ///
    /// Writes what the cluster has.
    name: "rds-instance-contradicts-cluster",
    category: Correctness,
    severity: Error,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3707", "cfn_lint:E3709"],
    founding: [],
    check: Check::Resources(&["AWS::RDS::DBInstance"], check),
}

fn check(instance: &ResourceView<'_>, cx: &mut Context<'_>) {
    if instance.property("DBClusterIdentifier").target().is_none() {
        return;
    }
    let Some(instance) = related::itself(instance, cx) else { return };
    let Some(cluster) = related::resource(&instance.property("DBClusterIdentifier"), "AWS::RDS::DBCluster", cx) else {
        return;
    };
    let (engine, of_cluster) = (instance.property("Engine"), cluster.property("Engine"));
    if let (Some(own), Some(theirs), Some(span)) = (engine.as_str(), of_cluster.as_str(), engine.span())
        && !own.eq_ignore_ascii_case(theirs)
    {
        let message =
            format!("The cluster `{}` runs `{theirs}`, so this instance cannot run `{own}`.", cluster.id.text);
        cx.report(span, message)
            .related(of_cluster.span().unwrap_or(cluster.id.span), "the engine of the cluster")
            .fix(format!("Write `{theirs}`"), vec![engine.set(Literal::text(theirs))]);
    }
    let (encrypted, of_cluster) = (instance.property("StorageEncrypted"), cluster.property("StorageEncrypted"));
    let is_off = |it: &Property<'_>| it.is("false");
    // What a snapshot brings along decides, where there is one.
    let is_restored = ["SnapshotIdentifier", "SourceDBClusterIdentifier", "GlobalClusterIdentifier"]
        .iter()
        .any(|it| cluster.property(it).may_be_set());
    let differs = (encrypted.is("true") && (is_off(&of_cluster) || of_cluster.is_absent()) && !is_restored)
        || (is_off(&encrypted) && of_cluster.is("true"));
    if let Some(span) = encrypted.span().filter(|_| differs) {
        let theirs = if of_cluster.is("true") { "is" } else { "is not" };
        let message = format!(
            "The storage of the cluster `{}` {theirs} encrypted, and that is the storage of this instance.",
            cluster.id.text
        );
        cx.report(span, message).related(of_cluster.span().unwrap_or(cluster.id.span), "the cluster");
    }
}
