//! Policy documents: what their statements may say, and the actions of all services.
//!
//! See "IAM JSON policy elements reference" in the AWS Identity and Access Management User Guide.

use super::context::{At, Context, Spot, Step};
use super::list::{Draft, List, Skeleton, rank};
use super::references::Wanted;
use super::{CompletionKind, Names, functions, sections};
use schema::iam;
use text::range;

/// The properties that are policy documents, beside those whose names end with `PolicyDocument`.
const DOCUMENTS: &[&str] =
    &["AccessPolicies", "FileSystemPolicy", "InlinePolicy", "KeyPolicy", "PolicyText", "RepositoryPolicyText"];

const STATEMENT: &[&str] =
    &["Effect", "Action", "Resource", "Principal", "Sid", "Condition", "NotAction", "NotPrincipal", "NotResource"];

/// The operators of conditions, without `IfExists` and the quantifiers of sets.
const OPERATORS: &[&str] = &[
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
    "ArnNotLike",
    "BinaryEquals",
    "Bool",
    "DateEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateNotEquals",
    "ForAllValues:StringEquals",
    "ForAllValues:StringLike",
    "ForAnyValue:StringEquals",
    "ForAnyValue:StringLike",
    "IpAddress",
    "NotIpAddress",
    "Null",
    "NumericEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericNotEquals",
    "StringEquals",
    "StringEqualsIfExists",
    "StringEqualsIgnoreCase",
    "StringLike",
    "StringNotEquals",
    "StringNotEqualsIgnoreCase",
    "StringNotLike",
];

/// The condition keys that all services know.
///
/// See "AWS global condition context keys" in the AWS Identity and Access Management User Guide.
const CONDITION_KEYS: &[&str] = &[
    "aws:CalledVia",
    "aws:CurrentTime",
    "aws:MultiFactorAuthAge",
    "aws:MultiFactorAuthPresent",
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalIsAWSService",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalServiceName",
    "aws:PrincipalType",
    "aws:RequestTag/",
    "aws:RequestedRegion",
    "aws:ResourceAccount",
    "aws:ResourceOrgID",
    "aws:ResourceTag/",
    "aws:SecureTransport",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceIp",
    "aws:SourceOrgID",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:TagKeys",
    "aws:UserAgent",
    "aws:userid",
    "aws:username",
    "aws:ViaAWSService",
    "aws:VpcSourceIp",
];

/// The services that assume roles and are given permissions most.
const PRINCIPALS: &[&str] = &[
    "apigateway.amazonaws.com",
    "application-autoscaling.amazonaws.com",
    "appsync.amazonaws.com",
    "autoscaling.amazonaws.com",
    "backup.amazonaws.com",
    "batch.amazonaws.com",
    "bedrock.amazonaws.com",
    "cloudformation.amazonaws.com",
    "cloudfront.amazonaws.com",
    "cloudtrail.amazonaws.com",
    "cloudwatch.amazonaws.com",
    "codebuild.amazonaws.com",
    "codedeploy.amazonaws.com",
    "codepipeline.amazonaws.com",
    "cognito-idp.amazonaws.com",
    "config.amazonaws.com",
    "delivery.logs.amazonaws.com",
    "dms.amazonaws.com",
    "dynamodb.amazonaws.com",
    "ec2.amazonaws.com",
    "ecs-tasks.amazonaws.com",
    "ecs.amazonaws.com",
    "edgelambda.amazonaws.com",
    "eks-fargate-pods.amazonaws.com",
    "eks.amazonaws.com",
    "elasticmapreduce.amazonaws.com",
    "es.amazonaws.com",
    "events.amazonaws.com",
    "firehose.amazonaws.com",
    "glue.amazonaws.com",
    "guardduty.amazonaws.com",
    "iot.amazonaws.com",
    "kafkaconnect.amazonaws.com",
    "kinesisanalytics.amazonaws.com",
    "lambda.amazonaws.com",
    "logdelivery.elasticloadbalancing.amazonaws.com",
    "logging.s3.amazonaws.com",
    "logs.amazonaws.com",
    "monitoring.rds.amazonaws.com",
    "opensearchservice.amazonaws.com",
    "organizations.amazonaws.com",
    "pipes.amazonaws.com",
    "pods.eks.amazonaws.com",
    "rds.amazonaws.com",
    "redshift.amazonaws.com",
    "s3.amazonaws.com",
    "sagemaker.amazonaws.com",
    "scheduler.amazonaws.com",
    "secretsmanager.amazonaws.com",
    "ses.amazonaws.com",
    "sns.amazonaws.com",
    "sqs.amazonaws.com",
    "ssm.amazonaws.com",
    "states.amazonaws.com",
    "tasks.apprunner.amazonaws.com",
    "transfer.amazonaws.com",
    "vpc-flow-logs.amazonaws.com",
    "xray.amazonaws.com",
];

/// The part of a way that lies within a policy document, and the property that the document is.
fn within<'w, 'a>(rest: &'w [At<'a>]) -> Option<(&'a str, &'w [At<'a>])> {
    rest.iter().enumerate().find_map(|(at, step)| match step {
        At::Key(key) if key.ends_with("PolicyDocument") || DOCUMENTS.contains(key) => Some((*key, &rest[at + 1..])),
        _ => None,
    })
}

/// True where a list is written, false where none need be; `None` outside of policy documents.
pub(super) fn wants_list(rest: &[At<'_>]) -> Option<bool> {
    let (_, rest) = within(rest)?;
    Some(matches!(rest, [At::Key("Statement")]))
}

/// Puts the prefix of an action and its colon back together: `- s3:` looks like a key until an action is behind it.
pub(super) fn rejoin(context: &mut Context<'_>) {
    let is_action = |it: &Step| matches!(it, Step::Key(key) if matches!(key.as_str(), "Action" | "NotAction"));
    let prefix = match context.path.as_slice() {
        [.., action, Step::Key(prefix)] | [.., action, Step::Item(_), Step::Key(prefix)] if is_action(action) => {
            prefix.clone()
        }
        _ => return,
    };
    let word = format!("{prefix}:");
    if context.spot == Spot::Value && context.typed().is_empty() && context.text[..context.cursor].ends_with(&word) {
        context.path.pop();
        context.containers.pop();
        context.word.range = range(context.cursor - word.len(), context.cursor);
        context.word.lead = "";
    }
}

/// What may be written at a place of a policy document; false where `rest` leads to none.
pub(super) fn offer(list: &mut List<'_, '_>, names: &Names<'_>, rest: &[At<'_>], own: Option<&str>) -> bool {
    let Some((document, rest)) = within(rest) else { return false };
    let is_trust = document == "AssumeRolePolicyDocument";
    let map = || Skeleton::Map(Vec::new());
    match rest {
        [] => sections::keys(list, &["Version", "Statement", "Id"], |key| match key {
            "Version" => (Skeleton::Given("2012-10-17"), rank::REQUIRED, None),
            "Statement" => (Skeleton::List(Box::new(statement(is_trust))), rank::REQUIRED, None),
            _ => (Skeleton::Text, rank::OTHER, None),
        }),
        [At::Key("Version")] => sections::words(list, &["2012-10-17"]),
        [At::Key("Statement")] | [At::Key("Statement"), At::Item(_)] => {
            sections::keys(list, STATEMENT, |key| match key {
                "Effect" | "Action" => (Skeleton::Text, rank::REQUIRED, None),
                "Principal" if is_trust => (map(), rank::REQUIRED, None),
                "Resource" if is_trust => (Skeleton::Text, rank::UNLIKELY, None),
                "Resource" => (Skeleton::Text, rank::REQUIRED, None),
                "Principal" | "Condition" => (map(), rank::USUAL, None),
                _ => (Skeleton::Text, rank::OTHER, None),
            });
        }
        [At::Key("Statement"), rest @ ..] => {
            let rest = if let [At::Item(_), rest @ ..] = rest { rest } else { rest };
            in_statement(list, names, rest, own, is_trust);
        }
        _ => (),
    }
    true
}

fn in_statement(list: &mut List<'_, '_>, names: &Names<'_>, rest: &[At<'_>], own: Option<&str>, is_trust: bool) {
    let wanted = |name: &str| Wanted { name: name.to_owned(), ..Wanted::default() };
    match rest {
        [At::Key("Effect")] => sections::words(list, &["Allow", "Deny"]),
        [At::Key("Action" | "NotAction")] | [At::Key("Action" | "NotAction"), At::Item(_)] => actions(list, is_trust),
        [At::Key("Principal" | "NotPrincipal")] => {
            sections::words(list, &["*"]);
            sections::keys(list, &["Service", "AWS", "Federated", "CanonicalUser"], |key| match key {
                "Service" | "AWS" => (Skeleton::Text, rank::FITTING, None),
                _ => (Skeleton::Text, rank::USUAL, None),
            });
        }
        [At::Key("Principal" | "NotPrincipal"), At::Key(kind)]
        | [At::Key("Principal" | "NotPrincipal"), At::Key(kind), At::Item(_)] => {
            if *kind == "Service" {
                sections::words(list, PRINCIPALS);
            } else {
                functions::offer_values(list, names, &wanted("RoleArn"), own);
            }
        }
        [At::Key("Resource" | "NotResource")] | [At::Key("Resource" | "NotResource"), At::Item(_)] => {
            sections::words(list, &["*"]);
            functions::offer_values(list, names, &wanted("Arn"), own);
        }
        [At::Key("Condition")] => {
            sections::keys(list, OPERATORS, |_| (Skeleton::Map(Vec::new()), rank::USUAL, None));
        }
        [At::Key("Condition"), At::Key(_)] => {
            sections::keys(list, CONDITION_KEYS, |_| (Skeleton::Other, rank::USUAL, None));
        }
        [At::Key("Condition"), At::Key(operator), At::Key(_), ..] => {
            if operator.starts_with("Bool") || *operator == "Null" {
                sections::words(list, &["true", "false"]);
            }
            functions::offer_values(list, names, &Wanted::default(), own);
        }
        _ => (),
    }
}

/// What a statement begins with.
fn statement(is_trust: bool) -> Skeleton {
    let text = |name: &str| (name.to_owned(), Skeleton::Text);
    let mut entries = vec![("Effect".to_owned(), Skeleton::Given("Allow"))];
    if is_trust {
        let service = Skeleton::Map(vec![text("Service")]);
        entries.push(("Principal".to_owned(), service));
        entries.push(("Action".to_owned(), Skeleton::Given("sts:AssumeRole")));
    } else {
        entries.extend([text("Action"), text("Resource")]);
    }
    Skeleton::Map(entries)
}

/// The actions of the service that has been typed; before there is one, the services.
fn actions(list: &mut List<'_, '_>, is_trust: bool) {
    if !list.context.takes_value() {
        return;
    }
    let typed = list.context.typed().trim_start_matches('"');
    let mut offered = Vec::new();
    if is_trust {
        let actions = ["sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML", "sts:TagSession"];
        offered.extend(actions.map(str::to_owned));
        for action in actions {
            list.add(Draft::text(action, CompletionKind::Action).rank(rank::REQUIRED));
        }
    }
    match typed.split_once(':') {
        Some((prefix, _)) => {
            let Some(service) = iam::service(prefix) else { return };
            for action in service.actions() {
                let name = format!("{}:{}", service.name(), action.name());
                if !offered.contains(&name) {
                    list.add(Draft::text(name, CompletionKind::Action));
                }
            }
            list.add(Draft::text(format!("{}:*", service.name()), CompletionKind::Action).rank(rank::OTHER));
        }
        None => {
            for service in iam::services() {
                let text = format!("{service}:");
                let rank = if is_usual(service) { rank::USUAL } else { rank::OTHER };
                list.add(Draft::start(text, CompletionKind::Action).detail("service").rank(rank));
            }
        }
    }
}

/// The services that most policies speak of.
fn is_usual(service: &str) -> bool {
    matches!(
        service,
        "cloudwatch"
            | "dynamodb"
            | "ec2"
            | "ecr"
            | "ecs"
            | "events"
            | "iam"
            | "kms"
            | "lambda"
            | "logs"
            | "rds"
            | "s3"
            | "secretsmanager"
            | "sns"
            | "sqs"
            | "ssm"
            | "states"
            | "sts"
            | "xray"
    )
}
