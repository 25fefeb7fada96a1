//! What the members of constructs stand for: `bucket.bucketArn` is an attribute of the bucket.

use crate::library;
use model::SmolStr;
use rustc_hash::FxHashMap;
use smol_str::format_smolstr;
use std::sync::LazyLock;

/// What refers to a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Attribute {
    Ref,
    Of(SmolStr),
}

/// What the member `name` of a construct of `class` is.
pub(crate) fn of_construct(class: &str, name: &str) -> Option<Attribute> {
    if let Some((_, _, attribute)) =
        MEMBERS.iter().find(|(of, member, _)| *member == name && (*of == class || of.is_empty()))
    {
        return Some(match *attribute {
            "Ref" => Attribute::Ref,
            other => Attribute::Of(other.into()),
        });
    }
    None
}

/// What the member `name` of an L1 of type `ty` is.
pub(crate) fn of_resource(ty: &str, name: &str) -> Option<Attribute> {
    if name == "ref" {
        return Some(Attribute::Ref);
    }
    let member = name.strip_prefix("attr").filter(|it| it.starts_with(|c: char| c.is_ascii_uppercase()))?;
    let odd = spellings(ty).find(|(it, _)| *it == member);
    Some(Attribute::Of(odd.map_or(member, |(_, attribute)| attribute).into()))
}

/// The member by which an L1 of type `ty` gives `attribute`.
pub(crate) fn member_of_resource(ty: &str, attribute: &str) -> SmolStr {
    let odd = spellings(ty).find(|(_, it)| *it == attribute);
    format_smolstr!("attr{}", odd.map_or(attribute, |(member, _)| member))
}

/// The members and attributes of a type that are not called the same: see `data/README.md`.
fn spellings(ty: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    static LINES: LazyLock<FxHashMap<&str, &str>> = LazyLock::new(|| {
        let lines = include_str!("../../data/attributes.txt").lines();
        lines.filter_map(|it| it.split_once(' ')).collect()
    });
    LINES.get(ty).copied().unwrap_or_default().split(' ').filter_map(|it| it.split_once(':'))
}

/// The member by which a construct of `class` gives `attribute` (`Ref` or a name).
pub(crate) fn member_for(class: &str, attribute: &str) -> Option<&'static str> {
    let by_hand = MEMBERS.iter().find(|(of, _, it)| *of == class && *it == attribute).map(|it| it.1);
    by_hand.or_else(|| library::class(class)?.member_for(attribute))
}

/// Class (`""`: any), member, attribute.
const MEMBERS: &[(&str, &str, &str)] = &[
    ("aws-s3.Bucket", "bucketArn", "Arn"),
    ("aws-s3.Bucket", "bucketName", "Ref"),
    ("aws-s3.Bucket", "bucketDomainName", "DomainName"),
    ("aws-s3.Bucket", "bucketRegionalDomainName", "RegionalDomainName"),
    ("aws-s3.Bucket", "bucketDualStackDomainName", "DualStackDomainName"),
    ("aws-s3.Bucket", "bucketWebsiteUrl", "WebsiteURL"),
    ("aws-iam.Role", "roleArn", "Arn"),
    ("aws-iam.Role", "roleName", "Ref"),
    ("aws-iam.Role", "roleId", "RoleId"),
    ("aws-iam.User", "userArn", "Arn"),
    ("aws-iam.User", "userName", "Ref"),
    ("aws-iam.Group", "groupArn", "Arn"),
    ("aws-iam.Group", "groupName", "Ref"),
    ("aws-iam.ManagedPolicy", "managedPolicyArn", "Ref"),
    ("aws-iam.InstanceProfile", "instanceProfileArn", "Arn"),
    ("aws-kms.Key", "keyArn", "Arn"),
    ("aws-kms.Key", "keyId", "Ref"),
    ("aws-dynamodb.Table", "tableArn", "Arn"),
    ("aws-dynamodb.Table", "tableName", "Ref"),
    ("aws-dynamodb.Table", "tableStreamArn", "StreamArn"),
    ("aws-dynamodb.TableV2", "tableArn", "Arn"),
    ("aws-dynamodb.TableV2", "tableName", "Ref"),
    ("aws-sqs.Queue", "queueArn", "Arn"),
    ("aws-sqs.Queue", "queueName", "QueueName"),
    ("aws-sqs.Queue", "queueUrl", "Ref"),
    ("aws-sns.Topic", "topicArn", "Ref"),
    ("aws-sns.Topic", "topicName", "TopicName"),
    ("aws-lambda.Function", "functionArn", "Arn"),
    ("aws-lambda.Function", "functionName", "Ref"),
    ("aws-lambda-nodejs.NodejsFunction", "functionArn", "Arn"),
    ("aws-lambda-nodejs.NodejsFunction", "functionName", "Ref"),
    ("aws-logs.LogGroup", "logGroupArn", "Arn"),
    ("aws-logs.LogGroup", "logGroupName", "Ref"),
    ("aws-secretsmanager.Secret", "secretArn", "Ref"),
    ("aws-ec2.SecurityGroup", "securityGroupId", "GroupId"),
    ("aws-ec2.Instance", "instanceId", "Ref"),
    ("aws-ec2.Vpc", "vpcId", "Ref"),
    ("aws-ec2.Vpc", "vpcCidrBlock", "CidrBlock"),
    ("aws-elasticloadbalancingv2.ApplicationLoadBalancer", "loadBalancerArn", "Ref"),
    ("aws-elasticloadbalancingv2.ApplicationLoadBalancer", "loadBalancerDnsName", "DNSName"),
    ("aws-elasticloadbalancingv2.NetworkLoadBalancer", "loadBalancerArn", "Ref"),
    ("aws-elasticloadbalancingv2.NetworkLoadBalancer", "loadBalancerDnsName", "DNSName"),
    ("aws-elasticloadbalancingv2.ApplicationListener", "listenerArn", "Ref"),
    ("aws-elasticloadbalancingv2.NetworkListener", "listenerArn", "Ref"),
    ("aws-elasticloadbalancingv2.ApplicationTargetGroup", "targetGroupArn", "Ref"),
    ("aws-elasticloadbalancingv2.NetworkTargetGroup", "targetGroupArn", "Ref"),
    ("aws-certificatemanager.Certificate", "certificateArn", "Ref"),
    ("aws-cloudfront.Distribution", "distributionId", "Ref"),
    ("aws-cloudfront.Distribution", "distributionDomainName", "DomainName"),
    ("aws-cloudfront.Distribution", "domainName", "DomainName"),
    ("aws-cloudfront.CloudFrontWebDistribution", "distributionId", "Ref"),
    ("aws-cloudfront.CloudFrontWebDistribution", "distributionDomainName", "DomainName"),
    ("aws-cloudfront.OriginAccessIdentity", "originAccessIdentityId", "Ref"),
    ("aws-cloudfront.OriginAccessIdentity", "originAccessIdentityName", "Ref"),
    ("aws-cloudfront.OriginAccessIdentity", "cloudFrontOriginAccessIdentityS3CanonicalUserId", "S3CanonicalUserId"),
    ("aws-ecr.Repository", "repositoryArn", "Arn"),
    ("aws-ecr.Repository", "repositoryName", "Ref"),
    ("aws-ecs.Cluster", "clusterArn", "Arn"),
    ("aws-ecs.Cluster", "clusterName", "Ref"),
    ("aws-efs.FileSystem", "fileSystemId", "Ref"),
    ("aws-efs.FileSystem", "fileSystemArn", "Arn"),
    ("aws-kinesis.Stream", "streamArn", "Arn"),
    ("aws-kinesis.Stream", "streamName", "Ref"),
    ("aws-cognito.UserPool", "userPoolId", "Ref"),
    ("aws-cognito.UserPool", "userPoolArn", "Arn"),
    ("aws-stepfunctions.StateMachine", "stateMachineArn", "Ref"),
    ("aws-events.EventBus", "eventBusArn", "Arn"),
    ("aws-events.EventBus", "eventBusName", "Ref"),
    ("aws-rds.DatabaseInstance", "instanceIdentifier", "Ref"),
    ("aws-rds.DatabaseCluster", "clusterIdentifier", "Ref"),
    ("aws-ssm.StringParameter", "parameterName", "Ref"),
];
