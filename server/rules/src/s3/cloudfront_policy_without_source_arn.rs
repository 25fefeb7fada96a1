use crate::facts::bucket_use::BUCKET;
use crate::facts::origin_access::{self, BUCKET_POLICY, CLOUDFRONT, condition_of};
use crate::facts::origins::DISTRIBUTION;
use crate::facts::policy::{self, Kind, Statement};
use crate::facts::when;
use crate::prelude::*;
use crate::rule::rule;
use std::sync::Arc;

rule! {
    /// A bucket or a key lets in every CloudFront distribution, also those of other accounts.
    ///
    /// An `Allow` statement of a bucket policy or a key policy has the service `cloudfront.amazonaws.com` as its principal, and no
    /// condition on `AWS:SourceArn` or `AWS:SourceAccount`.
    ///
    /// ## Why
    ///
    /// The service acts for whoever makes a distribution. Anyone who knows the name of the bucket can make one in an account of
    /// their own, name the bucket as its origin, and read what the policy allows: the confused deputy. A condition on
    /// `AWS:SourceArn` lets in the one distribution that is meant. See "Restrict access to an Amazon S3 origin" in the Amazon
    /// CloudFront Developer Guide and "The confused deputy problem" in the IAM User Guide.
    ///
    /// ## What is not reported
    ///
    /// - Conditions on `AWS:SourceArn`, `AWS:SourceAccount`, `AWS:SourceOrgID` or `AWS:SourceOrgPaths`, also with
    ///   wildcards as in `distribution/*`; conditions that are not known before deployment.
    /// - `Deny` statements.
    ///
    /// ## Fix
    ///
    /// Adds the condition for the distributions of the stack that read from the bucket, or from a bucket that the key encrypts.
    /// Where the distribution cannot be named because it is made after the policy, which is so for keys, the condition admits the
    /// distributions of the account.
    name: "s3-cloudfront-policy-without-source-arn",
    category: Security,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    founding: ["F16"],
    check: Check::Resources(&[BUCKET_POLICY, "AWS::KMS::Key", "AWS::KMS::ReplicaKey"], check),
}

fn check(policy: &ResourceView<'_>, cx: &mut Context<'_>) {
    for document in policy::documents(policy, Kind::Resource) {
        for statement in policy::statements(&document, policy.declarations()) {
            let services = statement.principals("Service");
            let Some(service) = services.iter().find(|it| it.value.literal() == Some(CLOUDFRONT)) else { continue };
            if !statement.allows() || statement.is_limited_by(|key| key.starts_with("aws:source")) {
                continue;
            }
            let what = if policy.ty.text == BUCKET_POLICY { "read from this bucket" } else { "use this key" };
            let message = format!(
                "Every CloudFront distribution, also of other accounts, may {what}. Add a condition on `AWS:SourceArn` that admits \
                 the one that is meant."
            );
            let around = when::around(policy.resource(), service.span());
            let fix = cx.wants_fixes().then(|| fix(policy, &statement, services.len(), cx)).flatten();
            let draft = cx.report(service.span(), when::said(&around, message));
            if let Some((title, change)) = fix {
                draft.fix(title, vec![change]);
            }
        }
    }
}

fn fix(
    policy: &ResourceView<'_>,
    statement: &Statement<'_>,
    services: usize,
    cx: &Context<'_>,
) -> Option<(&'static str, Change)> {
    let stack = cx.stack();
    let map = statement.node.as_map()?;
    // A condition would shut out others that the statement lets in.
    let principal = map.get("Principal")?.as_map()?;
    if principal.entries.len() != 1 || principal.open || services != 1 {
        return None;
    }
    let condition = map.get("Condition");
    let is_map = |it: &Node| it.as_map().is_some();
    if condition.is_some_and(|it| !is_map(it)) {
        return None;
    }
    let resource = stack.resource(&policy.key)?;
    let distributions = readers(resource, stack);
    let has_same_condition = |it: &&Arc<Resource>| it.condition.is_none() || condition_of(it) == condition_of(resource);
    if distributions.is_empty() || !distributions.iter().all(has_same_condition) {
        return None;
    }
    let is_circle = distributions.iter().any(|it| origin_access::depends_on(stack, it, &policy.key));
    let (title, operator, value) = match is_circle {
        false => ("Admit the distribution alone", "StringEquals", origin_access::source_arns(&distributions)),
        true => ("Admit the distributions of this account alone", "ArnLike", origin_access::source_arn_of_account()),
    };
    if condition.and_then(|it| it.get(operator)).is_some_and(|it| !is_map(it)) {
        return None;
    }
    let path = format!("Condition.{operator}.AWS:SourceArn");
    Some((title, Change::SetIn { map: statement.node.span, path, value }))
}

/// The distributions that read from what a policy is about: a bucket, or buckets that a key encrypts.
fn readers<'a>(policy: &Resource, stack: &'a Stack) -> Vec<&'a Arc<Resource>> {
    let mut buckets: Vec<SmolStr> = Vec::new();
    if policy.ty.text == BUCKET_POLICY {
        let bucket = ResourceView::new(policy, &stack.declarations).property("Bucket");
        buckets.extend(bucket.target().map(|it| it.text.clone()));
    } else {
        let is_encrypted = |it: &&Arc<Resource>| {
            it.properties.as_map().and_then(|it| it.get("BucketEncryption")).is_some_and(|it| names(it, &policy.key))
        };
        buckets.extend(stack.resources_of(BUCKET).filter(is_encrypted).map(|it| it.key.clone()));
    }
    let reads = |it: &&Arc<Resource>| {
        let origins = ResourceView::new(it, &stack.declarations).property("DistributionConfig.Origins").items();
        origins.iter().flat_map(|it| it.get("DomainName").targets()).any(|name| buckets.contains(&name.text))
    };
    stack.resources_of(DISTRIBUTION).filter(reads).collect()
}

fn names(node: &Node, key: &str) -> bool {
    let mut found = false;
    node.walk(&mut |it| {
        if let Value::Call(call) = &it.value {
            found |= matches!(&**call, Call::Ref(name) | Call::GetAtt { resource: name, .. } if name.text == key);
        }
    });
    found
}
