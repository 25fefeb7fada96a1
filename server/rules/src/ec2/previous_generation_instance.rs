use crate::facts::branches;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// An instance is of a generation that AWS has replaced.
    ///
    /// Instances of the current generation of the same family do more for less. AWS keeps the old ones for those who have
    /// tuned their applications to them, and offers them in few regions and zones. See "Previous Generation Instances" on the
    /// site of Amazon EC2.
    ///
    /// ## What is not reported
    ///
    /// Types that are not known before the deployment, and those that a parameter allows but does not have as its default.
    name: "previous-generation-instance",
    category: Cost,
    severity: Info,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:I3100"],
    founding: [],
    check: Check::EveryResource(check),
}

/// Where types of instances stand, by the type of the resource.
const PROPERTIES: &[(&str, &str)] = &[
    ("AWS::AutoScaling::LaunchConfiguration", "InstanceType"),
    ("AWS::EC2::CapacityReservation", "InstanceType"),
    ("AWS::EC2::Host", "InstanceType"),
    ("AWS::EC2::Instance", "InstanceType"),
    ("AWS::EC2::LaunchTemplate", "LaunchTemplateData.InstanceType"),
    ("AWS::ElastiCache::CacheCluster", "CacheNodeType"),
    ("AWS::ElastiCache::GlobalReplicationGroup", "CacheNodeType"),
    ("AWS::ElastiCache::ReplicationGroup", "CacheNodeType"),
    ("AWS::Elasticsearch::Domain", "ElasticsearchClusterConfig.InstanceType"),
    ("AWS::OpenSearchService::Domain", "ClusterConfig.InstanceType"),
    ("AWS::RDS::DBInstance", "DBInstanceClass"),
];

/// The families that AWS lists as previous ones.
const FAMILIES: &[&str] = &["c1", "c3", "cc2", "cg1", "cr1", "g2", "hi1", "hs1", "i2", "m1", "m2", "m3", "r3", "t1"];

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let Some((_, path)) = PROPERTIES.iter().find(|(ty, _)| *ty == resource.ty.text) else { return };
    for alternative in branches::of(resource, path) {
        let (State::Known(node) | State::Default(node)) = alternative.state else { continue };
        let Some(ty) = node.as_str() else { continue };
        // `m3.large`, `db.m3.large`, `cache.m3.large`, `m3.large.elasticsearch`.
        if ty.split('.').take(2).any(|it| FAMILIES.contains(&it)) {
            let message = format!(
                "`{ty}` is of a generation that AWS has replaced{}: a current one does more for less.",
                alternative.when()
            );
            cx.report(alternative.span, message);
        }
    }
}
