use crate::facts::bucket_use::BUCKET;
use crate::facts::names::free_name;
use crate::facts::origin_access::{self, BUCKET_POLICY, CLOUDFRONT, condition_of};
use crate::facts::origins::{CONTROL, DISTRIBUTION};
use crate::facts::policy::{self, Kind};
use crate::prelude::*;
use crate::rule::rule;
use std::sync::Arc;

rule! {
    /// CloudFront reads from an S3 bucket as anybody could.
    ///
    /// An origin of a distribution is the REST endpoint of a bucket (`DomainName` or `RegionalDomainName` of a bucket, or a
    /// name such as `content.s3.us-east-1.amazonaws.com`) and has neither an origin access control nor an origin access identity.
    ///
    /// ## Why
    ///
    /// CloudFront then sends its requests unsigned. The bucket has to be public for them to be answered, so everyone can go around
    /// CloudFront: around its web ACL, its signed URLs, its logs and its cache. If the bucket is private, the distribution
    /// delivers errors. With origin access control CloudFront signs each request, and the bucket lets in this one distribution.
    /// See "Restrict access to an Amazon S3 origin" in the Amazon CloudFront Developer Guide, and control CloudFront.13 of AWS
    /// Security Hub.
    ///
    /// ## What is not reported
    ///
    /// - An origin with an origin access identity: `cloudfront-legacy-origin-access-identity` speaks of those.
    /// - Website endpoints (`s3-website`), which cannot check signatures, access points, and domains that are not known before
    ///   deployment.
    /// - A control or an identity that is not known, such as a parameter.
    ///
    /// ## Fix
    ///
    /// Adds an origin access control, lets the origin use it, and lets in CloudFront for this distribution in the policy of
    /// the bucket, which gets one where it has none. It is offered where the bucket stands in the same stack. What else its policy
    /// allows stays as it is.
    name: "cloudfront-s3-origin-without-access-control",
    category: Security,
    severity: Warning,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    aliases: [
        "cdk_nag:CloudFrontDistributionS3OriginAccessControl",
        "cdk_nag:AwsSolutions-CFR7",
        "guard:CLOUDFRONT_ORIGIN_ACCESS_IDENTITY_ENABLED",
        "security_hub:CloudFront.13",
    ],
    founding: ["F15"],
    check: Check::Resources(&[DISTRIBUTION], check),
}

fn check(distribution: &ResourceView<'_>, cx: &mut Context<'_>) {
    let origins = distribution.property("DistributionConfig.Origins").items();
    for origin in origins.iter().flat_map(|it| it.alternatives().collect::<Vec<_>>()) {
        let Some(written) = origin.written().filter(|it| it.as_map().is_some()) else { continue };
        let control = origin.get("OriginAccessControlId");
        if may_be_given(&control) || may_be_given(&origin.get("S3OriginConfig.OriginAccessIdentity")) {
            continue;
        }
        let domain = origin.get("DomainName");
        let Some(source) = domain.texts().into_iter().find(|it| is_rest_endpoint(it, cx)) else { continue };
        let bucket = bucket_of(&source).and_then(|it| cx.target(it)).filter(|it| it.ty.text == BUCKET);
        let from = bucket.map_or_else(|| "an S3 bucket".to_owned(), |it| format!("`{}`", it.id.text));
        let message = format!(
            "`{}` reads from {from} without signing its requests, so the bucket has to be public and everyone can go around \
             CloudFront. Use origin access control.",
            distribution.id.text
        );
        let certain = origin.cases()[0].is_unconditional() && control.cases().len() == 1;
        let changes = match bucket {
            Some(bucket) if certain && cx.source() == Source::Template && cx.wants_fixes() => {
                fix(distribution, written, bucket, cx.stack())
            }
            _ => None,
        };
        let intent = Intent::SignOrigin {
            distribution: distribution.origin,
            origin: written.span,
            bucket: bucket.map(|it| it.key.clone()),
        };
        // A construct knows what it grants by itself.
        let changes = changes.or_else(|| (cx.source() == Source::Cdk).then(Vec::new));
        let mut draft = cx.report(source.span, message);
        if let Some(bucket) = bucket.filter(|it| it.id.span != source.span) {
            draft = draft.related(bucket.id.span, "the bucket");
        }
        if let Some(changes) = changes {
            draft.fix_as(Unsafe, "Use origin access control", changes, Some(intent));
        }
    }
}

/// False for what is certainly nothing, or the empty text by which an origin says that it has none.
fn may_be_given(property: &Property<'_>) -> bool {
    property.cases().iter().any(|it| match it.state {
        State::Absent => false,
        State::Known(node) => node.as_str() != Some(""),
        State::Default(_) | State::Unknown => true,
    })
}

/// The resource that the domain begins with the name of, or is an attribute of.
fn bucket_of(domain: &Interpolated) -> Option<&SmolStr> {
    match domain.pieces.first()? {
        Piece::Ref(name) | Piece::GetAtt(name, _) => Some(name),
        Piece::Literal(_) | Piece::Unknown => None,
    }
}

/// True for the name under which S3 answers as a service, and not as a website.
fn is_rest_endpoint(domain: &Interpolated, cx: &Context<'_>) -> bool {
    let text = domain.render(|piece| match piece {
        Piece::GetAtt(name, attribute) if matches!(attribute.as_str(), "DomainName" | "RegionalDomainName") => {
            let is_bucket = cx.target(name).is_some_and(|it| it.ty.text == BUCKET);
            if is_bucket { "bucket.s3.amazonaws.com".to_owned() } else { "-".to_owned() }
        }
        Piece::Ref(name) if name == "AWS::URLSuffix" => "amazonaws.com".to_owned(),
        Piece::Ref(_) => "name".to_owned(),
        _ => "-".to_owned(),
    });
    let text = text.strip_suffix(".cn").unwrap_or(&text);
    let Some(place) = text.strip_suffix(".amazonaws.com") else { return false };
    // `bucket.s3`, `bucket.s3.eu-west-1`, `bucket.s3-eu-west-1`, `bucket.s3.dualstack.eu-west-1`
    let labels: Vec<&str> = place.split('.').collect();
    let Some(at) = labels.iter().rposition(|it| *it == "s3" || it.starts_with("s3-")) else { return false };
    let is_region =
        |it: &str| it == "name" || it.split('-').count() >= 3 && it.ends_with(|it: char| it.is_ascii_digit());
    let is_plain = match labels[at].strip_prefix("s3-") {
        Some(region) => is_region(region) || region == "external-1",
        None => true,
    };
    at > 0 && is_plain && labels[at + 1..].iter().all(|it| *it == "dualstack" || is_region(it))
}

fn fix(distribution: &ResourceView<'_>, origin: &Node, bucket: &Arc<Resource>, stack: &Stack) -> Option<Vec<Change>> {
    let distribution = stack.resource(&distribution.key)?;
    let condition = condition_of(distribution);
    let is_there = |it: &Resource| it.condition.is_none() || condition_of(it) == condition;
    if !is_there(bucket) {
        return None;
    }
    let mut changes = Vec::new();
    let control = match stack.resources_of(CONTROL).find(|it| is_there(it) && signs_for_buckets(it, stack)) {
        Some(control) => control.key.clone(),
        None => {
            let id = free_name(stack, &format!("{}OriginAccessControl", distribution.key));
            changes.push(origin_access::add_control(&id, distribution, condition.clone()));
            id
        }
    };
    let set = |path: &str, value| Change::SetIn { map: origin.span, path: path.to_owned(), value };
    changes.push(set("OriginAccessControlId", Literal::GetAtt(control, "Id".into())));
    if let Some(custom) = origin.get("CustomOriginConfig") {
        changes.push(Change::Delete { span: custom.span });
    }
    if origin.get("S3OriginConfig").is_none() {
        changes.push(set("S3OriginConfig", Literal::map([("OriginAccessIdentity", Literal::text(""))])));
    }
    changes.extend(grant(distribution, bucket, stack)?);
    Some(changes)
}

/// True for a control that can be used for any bucket.
fn signs_for_buckets(control: &Resource, stack: &Stack) -> bool {
    let config = ResourceView::new(control, &stack.declarations).property("OriginAccessControlConfig");
    config.get("OriginAccessControlOriginType").is("s3") && config.get("SigningBehavior").is("always")
}

/// Lets the distribution read from the bucket. `None` where it cannot be known what its policy says.
fn grant(distribution: &Arc<Resource>, bucket: &Arc<Resource>, stack: &Stack) -> Option<Option<Change>> {
    let sources = origin_access::source_arns(&[distribution]);
    let statement = origin_access::read_statement_of(bucket, &sources);
    let view = |it| ResourceView::new(it, &stack.declarations);
    let mut own = Vec::new();
    for policy in stack.resources_of(BUCKET_POLICY) {
        match view(policy).property("Bucket").target() {
            Some(name) if name.text == bucket.key => own.push(policy),
            Some(_) => (),
            None => return None,
        }
    }
    let condition = condition_of(distribution);
    let [policy] = own[..] else {
        return own.is_empty().then(|| Some(origin_access::add_policy(stack, bucket, statement, condition)));
    };
    // The policy names the distribution, so that must not wait for the policy; and both must be there together.
    let is_together = condition_of(policy) == condition;
    if !is_together || origin_access::depends_on(stack, distribution, &policy.key) {
        return None;
    }
    let documents = policy::documents(&view(policy), Kind::Resource);
    let is_let_in = |it: &policy::Statement<'_>| {
        it.allows() && it.principals("Service").iter().any(|it| it.value.literal() == Some(CLOUDFRONT))
    };
    if documents.iter().flat_map(|it| policy::statements(it, &stack.declarations)).any(|it| is_let_in(&it)) {
        return Some(None);
    }
    let path = "PolicyDocument.Statement".to_owned();
    Some(Some(Change::Append { origin: policy.origin, path, value: statement }))
}
