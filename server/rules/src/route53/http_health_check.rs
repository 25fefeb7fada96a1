use crate::facts::{mending, reach};
use crate::prelude::*;
use crate::rule::rule;

const HEALTH_CHECK: &str = "AWS::Route53::HealthCheck";
const TARGET_GROUP: &str = "AWS::ElasticLoadBalancingV2::TargetGroup";

rule! {
    /// A health check asks over plain HTTP.
    ///
    /// A health check of Route 53 has the type `HTTP` or `HTTP_STR_MATCH`, or a target group that speaks HTTPS to its
    /// targets has `HealthCheckProtocol: HTTP`. What clients use may then be broken, an expired certificate for instance,
    /// while the check stays green: a redirect from HTTP to HTTPS counts as healthy. And who is on the way can answer in the
    /// endpoint's place. See "Types of Amazon Route 53 health checks" in the Amazon Route 53 Developer Guide and "Health checks
    /// for Application Load Balancer target groups" in the Elastic Load Balancing User Guide.
    ///
    /// A target group that does not say over what its health is checked is not reported, nor one that speaks HTTP or TCP to its
    /// targets, nor a value that is not known before deployment.
    ///
    /// ## Fix
    ///
    /// Checks over HTTPS: `HTTP` becomes `HTTPS`, `HTTP_STR_MATCH` becomes `HTTPS_STR_MATCH`, port 80 becomes 443. CloudFormation
    /// makes a new check for that, to which all that refer to the old one move on. Where the check has a port of
    /// its own, whether that speaks HTTPS is for a person to say, so the fix is applied only on request.
    name: "route53-http-health-check",
    category: Security,
    severity: Info,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    founding: ["F19"],
    check: Check::Resources(&[HEALTH_CHECK, TARGET_GROUP], check),
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    match resource.ty.text.as_str() {
        HEALTH_CHECK => check_route53(resource, cx),
        _ => check_targets(resource, cx),
    }
}

fn check_route53(check: &ResourceView<'_>, cx: &mut Context<'_>) {
    let ty = check.property("HealthCheckConfig.Type");
    for found in reach::reached(&ty, check.declarations()) {
        let better = match found.node.as_str() {
            Some("HTTP") => "HTTPS",
            Some("HTTP_STR_MATCH") => "HTTPS_STR_MATCH",
            _ => continue,
        };
        let port = check.property("HealthCheckConfig.Port");
        let is_plain = port.is("80");
        let is_usual = port.is_absent() || is_plain || port.is("443");
        let mut changes: Vec<Change> = mending::mended(&ty, &found, better, cx).into_iter().collect();
        if is_plain && !changes.is_empty() {
            changes.push(port.set(Literal::Number(443)));
        }
        let message = format!(
            "{}`{}` asks over plain HTTP: it stays green while HTTPS is broken for everyone, and who is on the way can answer. \
             Ask over HTTPS.",
            found.circumstances(check),
            check.id.text,
        );
        report(&found, message, changes, if is_usual { Safe } else { Unsafe }, cx);
    }
}

fn check_targets(group: &ResourceView<'_>, cx: &mut Context<'_>) {
    let (protocol, property) = (group.property("Protocol"), group.property("HealthCheckProtocol"));
    let Some(encrypted) = protocol.seen_as("HTTPS") else { return };
    for found in reach::reached(&property, group.declarations()) {
        if found.node.as_str() != Some("HTTP") || found.case.excludes(&encrypted) {
            continue;
        }
        let port = group.property("HealthCheckPort");
        let is_shared = port.is_absent() || port.is("traffic-port") || same(&port, &group.property("Port"));
        let changes = mending::mended(&property, &found, "HTTPS", cx).into_iter().collect();
        let message = format!(
            "{}`{}` speaks HTTPS to its targets and asks for their health over plain HTTP, so it says nothing about what \
             requests meet. Ask over HTTPS.",
            found.circumstances(group),
            group.id.text,
        );
        report(&found, message, changes, if is_shared { Safe } else { Unsafe }, cx);
    }
}

/// True when both certainly have the same value.
fn same(one: &Property<'_>, other: &Property<'_>) -> bool {
    one.as_str().is_some_and(|it| other.as_str() == Some(it))
}

fn report(
    found: &reach::Reached<'_>,
    message: String,
    changes: Vec<Change>,
    applicability: crate::Applicability,
    cx: &mut Context<'_>,
) {
    // Nothing is lost with the old check: it holds no data, and what refers to it waits for the new one.
    let mut draft = cx.report(found.case.span, message).weighs_replacement();
    if let Some((place, words)) = mending::origin(found) {
        draft = draft.related(place, words);
    }
    if !changes.is_empty() {
        draft.fix_as(applicability, "Check over HTTPS", changes, None);
    }
}
