//! Types of resources and of parameters.

use super::list::{Draft, List, rank};
use super::{CompletionKind, Names, Topic, properties};
use schema::resources::{self, ResourceType};
use schema::{parameter, regions};

/// The transform that makes `AWS::Serverless` types what they stand for.
const SERVERLESS: &str = "AWS::Serverless-";

/// The types of resources, those that the template uses already first.
pub(super) fn offer(list: &mut List<'_, '_>, names: &Names<'_>) {
    let stack = names.stack;
    let has_properties = list.context.containers.get(2).is_some_and(|it| it.has("Properties"));
    let is_serverless = stack.declarations.transforms.iter().any(|it| it.text.starts_with(SERVERLESS));
    for ty in resources::resource_types() {
        let name = ty.name();
        if ty.is_internal() || (name.starts_with("AWS::Serverless::") && !is_serverless) {
            continue;
        }
        let ends = ty.lifecycle().is_some();
        let is_used = stack.resources_of(name).next().is_some();
        let is_missing = stack.region.as_deref().is_some_and(|region| regions::lacks(region, name));
        let rank = match () {
            () if ends || is_missing => rank::UNLIKELY,
            () if is_used => rank::FITTING,
            () if is_common(ty.service()) => rank::USUAL,
            () => rank::OTHER,
        };
        let (service, short) = name.split_once("::").unwrap_or_default().1.split_once("::").unwrap_or_default();
        let properties = if has_properties { Vec::new() } else { required(ty) };
        let draft = Draft::text_and(name, properties, CompletionKind::Type)
            .also([short.to_owned(), format!("{service}{}", short.replace("::", ""))])
            .detail(if ends { "no longer offered to all" } else { "" })
            .rank(rank)
            .deprecated(ends)
            .topic(Topic::Type(name.to_owned()));
        list.add(draft);
    }
    // What modules and custom resources are called is the author's affair.
    let mut seen: Vec<&str> = Vec::new();
    for resource in stack.resources.iter().filter(|it| it.made.is_none()) {
        let ty = resource.ty.text.as_str();
        if !ty.is_empty() && resources::resource_type(ty).is_none() && !seen.contains(&ty) && is_named(ty) {
            seen.push(ty);
            list.add(Draft::text(ty, CompletionKind::Type).rank(rank::FITTING));
        }
    }
}

/// `Properties` with what a resource of this type must have.
fn required(ty: ResourceType) -> Vec<(String, super::list::Skeleton)> {
    let entries = properties::required(ty.schema(), 0);
    if entries.is_empty() {
        return Vec::new();
    }
    vec![("Properties".to_owned(), super::list::Skeleton::Map(entries))]
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
