use crate::facts::origins::DISTRIBUTION;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A cache behaviour of a CloudFront distribution adds no security headers to its responses.
    ///
    /// A cache behaviour has no `ResponseHeadersPolicyId`, and no function of its own works on the responses.
    ///
    /// ## Why
    ///
    /// Browsers protect a site against clickjacking, sniffed content types and downgrades to HTTP where response headers ask
    /// them to: `X-Frame-Options`, `X-Content-Type-Options`, `Strict-Transport-Security`, `Referrer-Policy`. S3 sends none of
    /// them. CloudFront adds them by a response headers policy, and AWS manages one for this, `SecurityHeadersPolicy`
    /// ("Use managed response headers policies", Amazon CloudFront Developer Guide).
    ///
    /// ## What is not reported
    ///
    /// - A behaviour with a CloudFront function or a Lambda@Edge function on `viewer-response` or `origin-response`: it may
    ///   set the headers itself.
    /// - A policy that only some deployments have, or that is not known before deployment.
    ///
    /// ## Fix
    ///
    /// Uses the managed policy `SecurityHeadersPolicy`. Headers that the origin sends stay as they are; only
    /// `X-Content-Type-Options: nosniff` is always set.
    name: "cloudfront-without-security-headers",
    category: Security,
    severity: Info,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    founding: ["F17"],
    check: Check::Resources(&[DISTRIBUTION], check),
}

/// The id of the managed policy `SecurityHeadersPolicy`, as "Use managed response headers policies" gives it.
const POLICY: &str = "67f7725c-6f97-4210-82d7-5512b31e9d03";
const DEFAULT: &str = "DefaultCacheBehavior";

fn check(distribution: &ResourceView<'_>, cx: &mut Context<'_>) {
    let config = distribution.property("DistributionConfig");
    let id = &distribution.id.text;
    for behavior in config.get(DEFAULT).alternatives() {
        let key = config.written().and_then(|it| it.as_map()?.entry(DEFAULT)).map(|(name, _)| name.span);
        report(distribution, &behavior, key, format!("`{id}` adds no security headers to responses"), cx);
    }
    for behavior in config.get("CacheBehaviors").items().iter().flat_map(|it| it.alternatives().collect::<Vec<_>>()) {
        let pattern = behavior.get("PathPattern");
        let what = match pattern.as_str() {
            Some(pattern) => format!("`{id}` adds no security headers to responses for `{pattern}`"),
            None => format!("A cache behaviour of `{id}` adds no security headers to responses"),
        };
        let span = pattern.span().or(behavior.get("TargetOriginId").span());
        report(distribution, &behavior, span, what, cx);
    }
}

fn report(
    distribution: &ResourceView<'_>,
    behavior: &Property<'_>,
    span: Option<Span>,
    what: String,
    cx: &mut Context<'_>,
) {
    let Some(written) = behavior.written().filter(|it| it.as_map().is_some()) else { return };
    let policy = behavior.get("ResponseHeadersPolicyId");
    if !policy.is_absent() || may_have_a_function(behavior) {
        return;
    }
    let message = format!(
        "{what}, so browsers allow framing, sniffed content types and plain HTTP. Use a response headers policy."
    );
    let span = span.unwrap_or(written.span);
    let path = "ResponseHeadersPolicyId".to_owned();
    let change = Change::SetIn { map: written.span, path, value: Literal::text(POLICY) };
    let intent = Intent::SecurityHeaders { distribution: distribution.origin, behavior: written.span };
    cx.report(span, message).fix_as(Safe, "Add the managed security headers", vec![change], Some(intent));
}

/// True when code of its own may work on the responses.
fn may_have_a_function(behavior: &Property<'_>) -> bool {
    ["FunctionAssociations", "LambdaFunctionAssociations"].iter().any(|list| {
        let functions = behavior.get(list);
        let works = |it: &Property<'_>| {
            ["viewer-response", "origin-response"].iter().any(|event| it.get("EventType").may_be(event))
        };
        functions.may_be_set() && (!functions.is_complete() || functions.items().iter().any(works))
    })
}
