use crate::facts::databases;
use crate::facts::environments::{self, PRODUCTION};
use crate::prelude::*;
use crate::rule::{RuleOption, rule};

rule! {
    /// A resource that holds data goes with all that is in it when it is deleted or replaced.
    ///
    /// Without `DeletionPolicy` and `UpdateReplacePolicy` CloudFormation deletes a table, a file system or a database with all
    /// that is in it when it is taken out of the template, when the stack is deleted, and when an update has to replace it. For a
    /// change of a name that is what an update does. See "DeletionPolicy attribute" in the AWS CloudFormation User Guide.
    ///
    /// Constructs of the CDK that hold data keep them by default; `RemovalPolicy.DESTROY` and `Delete` say in so many words that
    /// they go, which is right for a stack that comes and goes. For production it is the same finding: where a condition
    /// (`IsProduction`), the name of the stack or the resource, or a tag (`Environment: prod`) says that.
    ///
    /// ## What is not reported
    ///
    /// - Buckets and repositories: what is not empty refuses to be deleted.
    /// - Instances of a cluster of databases, and read replicas: the data are elsewhere.
    /// - Queues, streams and logs, whose content goes by itself.
    /// - Keys of AWS KMS, and secrets, whose deletion waits and can be called off.
    /// - Resources with one of the two: what they keep halfway, `half-retained` reports.
    /// - A value that is not known before deployment, or that differs by a condition.
    ///
    /// Of volumes, caches and secrets, which are often made again of what is elsewhere, it is only told.
    ///
    /// ## Fix
    ///
    /// Keeps the data: by a snapshot where the type takes one, else by keeping the resource, which stays, and costs, until
    /// somebody deletes it. Where the policy is `Delete` in so many words the fix is unsafe.
    name: "stateful-resource-without-deletion-policy",
    category: Reliability,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:I3011"],
    founding: ["F36"],
    options: &[RuleOption {
        name: "production",
        docs: "The words by which stacks, conditions, names and tags call production.",
        default: PRODUCTION,
    }],
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

/// What can often be made again.
const REPEATABLE: &[&str] = &["AWS::EC2::Volume", "AWS::ElastiCache::ReplicationGroup", "AWS::SecretsManager::Secret"];

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    if resource.made.is_some() || resource.attributes.open {
        return;
    }
    let ty = resource.ty.text.as_str();
    let is_database = matches!(ty, "AWS::RDS::DBCluster" | "AWS::RDS::DBInstance");
    if is_database && (databases::is_member(resource) || databases::is_replica(resource)) {
        return;
    }
    let (deletion, replacement) = (resource.attribute("DeletionPolicy"), resource.attribute("UpdateReplacePolicy"));
    let is_repeatable = REPEATABLE.contains(&ty);
    let id = &resource.id.text;
    let policy = if WITH_SNAPSHOTS.contains(&ty) { "Snapshot" } else { "Retain" };
    let set = |attribute: &str| Change::SetAttribute {
        origin: resource.origin,
        attribute: attribute.into(),
        path: String::new(),
        value: Literal::text(policy),
    };
    if deletion.is("Delete") && (replacement.is("Delete") || replacement.is_absent()) && !is_repeatable {
        let Some(span) = deletion.span().filter(|_| environments::is_of_production(resource, cx)) else { return };
        let message = format!(
            "`{id}` is for production, and all that is in it goes when it is deleted or replaced. Keep that, by a snapshot or \
             with the resource."
        );
        let changes = vec![set("DeletionPolicy"), set("UpdateReplacePolicy")];
        cx.report(span, message).fix_as(Unsafe, title(policy), changes, None);
        return;
    }
    if !deletion.is_absent() || !replacement.is_absent() {
        return;
    }
    // For these alone the default of `DeletionPolicy` is a snapshot.
    let message = if is_database {
        format!("When an update replaces `{id}`, all that is in it is deleted. `UpdateReplacePolicy` keeps it.")
    } else {
        format!(
            "When `{id}` is deleted or replaced, all that is in it goes too. `DeletionPolicy` and `UpdateReplacePolicy` \
             keep it."
        )
    };
    let severity = if is_repeatable { Info } else { Warning };
    let changes = vec![set("DeletionPolicy"), set("UpdateReplacePolicy")];
    cx.report(resource.id.span, message).at_most(severity).fix(title(policy), changes);
}

fn title(policy: &str) -> String {
    format!("Set both policies to `{policy}`")
}
