use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A resource that holds data says nothing of what becomes of them when it is deleted or replaced.
    ///
    /// Without `DeletionPolicy` and `UpdateReplacePolicy` CloudFormation deletes a table, a file system or a database with all
    /// that is in it when it is taken out of the template, when the stack is deleted, and when an update has to replace it. For a
    /// change of a name that is what an update does. See "DeletionPolicy attribute" in the AWS CloudFormation User Guide.
    ///
    /// ## What is not reported
    ///
    /// - Buckets and repositories: what is not empty refuses to be deleted.
    /// - Instances of a cluster of databases: the cluster holds the data.
    /// - Queues, streams and logs, whose content goes by itself.
    /// - Keys of AWS KMS, whose deletion waits and can be called off.
    /// - Resources with one of the two: what they keep halfway, `half-retained` reports.
    ///
    /// ## Fix
    ///
    /// Keeps the data: by a snapshot where the type takes one, else by keeping the resource. It is unsafe because what is kept
    /// stays, and costs, until somebody deletes it.
    name: "stateful-resource-without-deletion-policy",
    category: Reliability,
    severity: Info,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:I3011"],
    founding: ["F36"],
    check: Check::Resources(
        &[
            "AWS::Cognito::UserPool",
            "AWS::DocDB::DBCluster",
            "AWS::DynamoDB::GlobalTable",
            "AWS::DynamoDB::Table",
            "AWS::EC2::Volume",
            "AWS::EFS::FileSystem",
            "AWS::ElastiCache::ReplicationGroup",
            "AWS::Elasticsearch::Domain",
            "AWS::FSx::FileSystem",
            "AWS::Neptune::DBCluster",
            "AWS::OpenSearchService::Domain",
            "AWS::RDS::DBCluster",
            "AWS::RDS::DBInstance",
            "AWS::Redshift::Cluster",
            "AWS::SecretsManager::Secret",
        ],
        check
    ),
}

/// The types that CloudFormation takes a snapshot of.
const WITH_SNAPSHOTS: &[&str] = &[
    "AWS::DocDB::DBCluster",
    "AWS::EC2::Volume",
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::Neptune::DBCluster",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::Redshift::Cluster",
];

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    if resource.made.is_some() || resource.attributes.open {
        return;
    }
    let is_absent = |it: &str| resource.attribute(it).is_absent();
    if !is_absent("DeletionPolicy") || !is_absent("UpdateReplacePolicy") {
        return;
    }
    let ty = resource.ty.text.as_str();
    if ty == "AWS::RDS::DBInstance" && resource.property("DBClusterIdentifier").may_be_set() {
        return;
    }
    let id = &resource.id.text;
    // For these alone the default of `DeletionPolicy` is a snapshot.
    let message = match ty {
        "AWS::RDS::DBCluster" | "AWS::RDS::DBInstance" => {
            format!("When an update replaces `{id}`, all that is in it is deleted. `UpdateReplacePolicy` keeps it.")
        }
        _ => format!(
            "When `{id}` is deleted or replaced, all that is in it goes too. `DeletionPolicy` and `UpdateReplacePolicy` keep it."
        ),
    };
    let policy = if WITH_SNAPSHOTS.contains(&ty) { "Snapshot" } else { "Retain" };
    let set = |attribute: &str| Change::SetAttribute {
        origin: resource.origin,
        attribute: attribute.into(),
        path: String::new(),
        value: Literal::text(policy),
    };
    let changes = vec![set("DeletionPolicy"), set("UpdateReplacePolicy")];
    cx.report(resource.id.span, message).fix(format!("Set both policies to `{policy}`"), changes);
}
