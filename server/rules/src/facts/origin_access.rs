//! Origin access control: what lets CloudFront, and one distribution alone, read from a bucket.
//!
//! See "Restrict access to an Amazon S3 origin" in the Amazon CloudFront Developer Guide.

use super::names::free_name;
use super::origins::CONTROL;
use model::{Change, Literal, Resource, SmolStr, Stack};
use std::sync::Arc;

/// The service that reads from origins.
pub(crate) const CLOUDFRONT: &str = "cloudfront.amazonaws.com";
/// The type of a bucket policy.
pub(crate) const BUCKET_POLICY: &str = "AWS::S3::BucketPolicy";

/// `SiteOriginAccessControl` in the place of `SiteOriginAccessIdentity`, else a name made from the distribution's.
pub(crate) fn control_id(identity: &str, distribution: &str) -> String {
    for (old, new) in [
        ("CloudFrontOriginAccessIdentity", "OriginAccessControl"),
        ("OriginAccessIdentity", "OriginAccessControl"),
        ("OriginIdentity", "OriginAccessControl"),
    ] {
        if identity.contains(old) {
            return identity.replacen(old, new, 1);
        }
    }
    format!("{distribution}OriginAccessControl")
}

/// Declares an origin access control for buckets.
pub(crate) fn add_control(id: &SmolStr, distribution: &Resource, condition: Option<SmolStr>) -> Change {
    let name = Literal::Sub(vec![Literal::Ref("AWS::StackName".into()), Literal::Text(format!("-{id}"))]);
    let config = Literal::map([
        ("Name", name),
        ("OriginAccessControlOriginType", Literal::text("s3")),
        ("SigningBehavior", Literal::text("always")),
        ("SigningProtocol", Literal::text("sigv4")),
    ]);
    Change::AddResource {
        id: id.clone(),
        ty: CONTROL.into(),
        properties: Literal::map([("OriginAccessControlConfig", config)]),
        condition,
        after: distribution.origin,
    }
}

/// The ARN of the distribution, or of each of them.
pub(crate) fn source_arns(distributions: &[&Arc<Resource>]) -> Literal {
    match distributions {
        [only] => arn(Literal::Ref(only.key.clone())),
        several => Literal::List(several.iter().map(|it| arn(Literal::Ref(it.key.clone()))).collect()),
    }
}

/// What the ARNs of all distributions of the account are like.
pub(crate) fn source_arn_of_account() -> Literal {
    arn(Literal::text("*"))
}

fn arn(distribution: Literal) -> Literal {
    Literal::Sub(vec![
        Literal::text("arn:"),
        Literal::Ref("AWS::Partition".into()),
        Literal::text(":cloudfront::"),
        Literal::Ref("AWS::AccountId".into()),
        Literal::text(":distribution/"),
        distribution,
    ])
}

/// CloudFront, as a principal.
pub(crate) fn service() -> Literal {
    Literal::map([("Service", Literal::text(CLOUDFRONT))])
}

/// A statement that lets CloudFront read the objects of a bucket for the distributions with these ARNs.
pub(crate) fn read_statement(action: Literal, objects: Literal, sources: &Literal) -> Literal {
    let condition = Literal::map([("StringEquals", Literal::map([("AWS:SourceArn", sources.clone())]))]);
    Literal::map([
        ("Effect", Literal::text("Allow")),
        ("Principal", service()),
        ("Action", action),
        ("Resource", objects),
        ("Condition", condition),
    ])
}

/// The same for all objects of a bucket of the stack.
pub(crate) fn read_statement_of(bucket: &Resource, sources: &Literal) -> Literal {
    let objects = Literal::Sub(vec![Literal::GetAtt(bucket.key.clone(), "Arn".into()), Literal::text("/*")]);
    read_statement(Literal::text("s3:GetObject"), objects, sources)
}

/// Declares a policy of a bucket that says one thing.
pub(crate) fn add_policy(stack: &Stack, bucket: &Resource, statement: Literal, condition: Option<SmolStr>) -> Change {
    let document =
        Literal::map([("Version", Literal::text("2012-10-17")), ("Statement", Literal::List(vec![statement]))]);
    Change::AddResource {
        id: free_name(stack, &format!("{}Policy", bucket.key)),
        ty: BUCKET_POLICY.into(),
        properties: Literal::map([("Bucket", Literal::Ref(bucket.key.clone())), ("PolicyDocument", document)]),
        condition,
        after: bucket.origin,
    }
}

/// The name of the condition that a resource is made under.
pub(crate) fn condition_of(resource: &Resource) -> Option<SmolStr> {
    resource.condition.as_ref().map(|it| it.text.clone())
}

/// True when `resource` is made after the resource called `name`, directly or by way of others.
pub(crate) fn depends_on(stack: &Stack, resource: &Resource, name: &str) -> bool {
    let mut seen: Vec<&str> = vec![&resource.key];
    let mut next = vec![resource];
    while let Some(resource) = next.pop() {
        for reference in &resource.references {
            let target = reference.target.text.as_str();
            if target == name {
                return true;
            }
            if let Some(other) = stack.resource(target).filter(|it| !seen.contains(&it.key.as_str())) {
                seen.push(&other.key);
                next.push(other);
            }
        }
    }
    false
}
