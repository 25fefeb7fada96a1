//! Types of resources and of parameters.

use super::list::{Draft, List, rank};
use super::{CompletionKind, Names, Topic};
use schema::parameter;
use schema::resources::{self, ResourceType};
use std::sync::OnceLock;

/// The transform that makes `AWS::Serverless` types what they stand for.
const SERVERLESS: &str = "AWS::Serverless-";

/// A type, and what has to be known of all of them for each list.
struct Known {
    ty: ResourceType,
    /// It has a date after which it is not offered, or no longer to all.
    ends: bool,
    /// `Bucket` and `S3Bucket`.
    words: [String; 2],
}

fn known() -> &'static [Known] {
    static KNOWN: OnceLock<Vec<Known>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let types = resources::resource_types().filter(|it| !it.is_internal());
        let known = types.map(|ty| {
            let (service, short) =
                ty.name().split_once("::").unwrap_or_default().1.split_once("::").unwrap_or_default();
            let words = [short.to_owned(), format!("{service}{}", short.replace("::", ""))];
            Known { ty, ends: ty.lifecycle().is_some(), words }
        });
        known.collect()
    })
}

/// The types of resources, those that the template uses already first.
pub(super) fn offer(list: &mut List<'_, '_>, names: &Names<'_>) {
    let stack = names.stack;
    let has_properties = list.context.resource().is_some_and(|it| it.has("Properties"));
    let is_serverless = stack.declarations.transforms.iter().any(|it| it.text.starts_with(SERVERLESS));
    for known in known() {
        let name = known.ty.name();
        if name.starts_with("AWS::Serverless::") && !is_serverless {
            continue;
        }
        let is_used = stack.resources_of(name).next().is_some();
        let rank = match () {
            () if known.ends => rank::UNLIKELY,
            () if is_used => rank::FITTING,
            () if is_common(known.ty.service()) => rank::USUAL,
            () => rank::OTHER,
        };
        list.add(
            Draft::ty(known.ty, !has_properties)
                .also(known.words.iter().cloned())
                .detail(if known.ends { "no longer offered to all" } else { "" })
                .rank(rank)
                .deprecated(known.ends)
                .topic(Topic::Type(name.to_owned())),
        );
    }
    // What modules and custom resources are called is the author's affair.
    let mut seen: Vec<&str> = Vec::new();
    for resource in names.resources() {
        let ty = resource.ty.text.as_str();
        if is_named(ty) && !seen.contains(&ty) {
            seen.push(ty);
            list.add(Draft::text(ty, CompletionKind::Type).rank(rank::FITTING));
        }
    }
}

/// A name of the author's own: not one that is being typed.
fn is_named(ty: &str) -> bool {
    ty.starts_with("Custom::") || ty.ends_with("::MODULE")
}

/// The services that most templates are made of.
fn is_common(service: &str) -> bool {
    matches!(
        service,
        "ApiGateway"
            | "ApiGatewayV2"
            | "AutoScaling"
            | "CloudFormation"
            | "CloudFront"
            | "CloudWatch"
            | "DynamoDB"
            | "EC2"
            | "ECR"
            | "ECS"
            | "ElasticLoadBalancingV2"
            | "Events"
            | "IAM"
            | "KMS"
            | "Lambda"
            | "Logs"
            | "RDS"
            | "Route53"
            | "S3"
            | "SNS"
            | "SQS"
            | "SSM"
            | "SecretsManager"
            | "Serverless"
            | "StepFunctions"
    )
}

/// The types of parameters.
pub(super) fn offer_parameter_types(list: &mut List<'_, '_>) {
    for name in parameter::all() {
        let rank = match name.as_str() {
            "String" | "Number" | "CommaDelimitedList" => rank::FITTING,
            _ if parameter::is_stored(&name) => rank::OTHER,
            _ => rank::USUAL,
        };
        let short = name.trim_end_matches('>').rsplit("::").take(2).collect::<Vec<_>>();
        let short = short.into_iter().rev().collect::<Vec<_>>().join("::");
        list.add(
            Draft::text(name.clone(), CompletionKind::Type).also([short]).rank(rank).topic(Topic::ParameterType(name)),
        );
    }
}
