use crate::facts::extension::{self, Row, error, warning};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// Properties of a resource do not go together.
    ///
    /// What a resource can say often depends on what else it says: the service refuses it when it is made, after everything
    /// before it was. This knows
    ///
    /// - Amazon API Gateway: an API with a name or a definition, at most an hour for what an authorizer says, paths of method
    ///   settings that begin with `/`.
    /// - Amazon CloudFront: the cookies that are forwarded.
    /// - Amazon CloudWatch: periods of 10, 30 or a multiple of 60 seconds.
    /// - AWS CodeBuild: the place of sources and artifacts in Amazon S3.
    /// - Amazon ElastiCache: replication groups of Valkey say whether they encrypt traffic.
    /// - Amazon FSx: the storage that each type of file system can have.
    /// - Amazon Route 53: the alarm of a health check by an alarm.
    /// - Amazon S3: access control lists, which need an owner.
    /// - Amazon SQS: what only FIFO queues have.
    ///
    /// ## Fix
    ///
    /// Takes out a property that does not belong there.
    name: "mismatched-properties",
    category: Correctness,
    severity: Error,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    aliases: [
        "cfn_lint:E3045",
        "cfn_lint:E3501",
        "cfn_lint:E3615",
        "cfn_lint:E3636",
        "cfn_lint:E3660",
        "cfn_lint:E3661",
        "cfn_lint:E3704",
        "cfn_lint:E3718",
        "cfn_lint:E3722",
        "cfn_lint:E3723",
        "cfn_lint:W3703",
    ],
    founding: [],
    check: Check::Resources(
        &[
            "AWS::ApiGateway::Authorizer",
            "AWS::ApiGateway::RestApi",
            "AWS::ApiGateway::Stage",
            "AWS::CloudFront::Distribution",
            "AWS::CloudWatch::Alarm",
            "AWS::CodeBuild::Project",
            "AWS::EC2::VPNGateway",
            "AWS::ElastiCache::ReplicationGroup",
            "AWS::FSx::FileSystem",
            "AWS::Route53::HealthCheck",
            "AWS::S3::Bucket",
            "AWS::SQS::Queue",
        ],
        check,
    ),
}

const ROWS: &[Row] = &[
    error("apigateway_authorizer/ttl", "What an authorizer says is kept for an hour at most."),
    error("apigateway_restapi/openapi_properties", "An API is made by name, or of a definition."),
    error("apigateway_stage/method_settings_resource_path", "The path of a method begins with a slash."),
    error("cloudfront_distribution/forward_enum", "Without a cache policy, it says which cookies are forwarded."),
    error("cloudwatch_alarm/period", "The period of an alarm is 10, 30 or a multiple of 60 seconds."),
    error("codebuild_project/s3_locations", "What is in Amazon S3 needs its place there."),
    warning("ec2_vpngateway/type_enum", "There are no other gateways."),
    error(
        "elasticache_replicationgroup/transitencryptionenabled_valkey",
        "A replication group of Valkey says whether it encrypts traffic.",
    ),
    error("fsx_filesystem/storage_capacity", "Types of file systems differ in how much they can hold."),
    error("route53_healthcheck/healthcheckconfig_type_inclusive", "A health check by an alarm names the alarm."),
    error(
        "s3_bucket/ownershipcontrols",
        "Buckets have no access control lists unless `OwnershipControls` say who owns the objects: drop `AccessControl`, or \
         choose `BucketOwnerPreferred`.",
    ),
    error(
        "sqs_queue/properties",
        "The name of a FIFO queue ends with `.fifo`, and only such queues tell duplicates apart.",
    ),
];

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    extension::check(resource, cx, ROWS);
}
