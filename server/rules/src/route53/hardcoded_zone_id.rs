use crate::facts::hardcoded::{self, Text, arns};
use crate::facts::names::free_name;
use crate::prelude::*;
use crate::rule::rule;
use schema::zones;
use std::ops::Range;

rule! {
    /// A hosted zone is named by its id.
    ///
    /// The id of a hosted zone belongs to one zone in one account. Written into the code it ties the stack to that domain, it
    /// says to nobody which domain that is, and when the zone is made again the id is another one. A parameter of type
    /// `AWS::Route53::HostedZone::Id` is checked before anything is deployed, a reference to a zone of the stack cannot be
    /// wrong, and `HostedZone.fromLookup` of the CDK finds a zone by its name. See "AWS-specific parameter types" in the AWS
    /// CloudFormation User Guide.
    ///
    /// ## What is not reported
    ///
    /// The zones of AWS itself, which alias records name: that of CloudFront (`Z2FDTNDATAQYW2`), those of load balancers, of
    /// endpoints of Amazon S3 and others. In an alias an id is reported only where the target is a name that is written out and
    /// none of AWS's, so that it is a record of an own zone. Ids in mappings and parameters.
    ///
    /// ## Fix
    ///
    /// Adds a parameter, and uses it wherever the stack names this zone. In the CDK `HostedZone.fromHostedZoneAttributes`, which
    /// knows the name of the zone, becomes `HostedZone.fromLookup`. Neither is applied unasked: somebody has to give the
    /// parameter, and the CDK has to know account and Region to look a zone up.
    name: "route53-hardcoded-zone-id",
    category: Deployment,
    severity: Warning,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    founding: ["F84"],
    check: Check::EveryResource(check),
}

const PARAMETER: &str = "HostedZoneId";

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let mut found = Vec::new();
    zones_in(resource.resource(), &mut |text, at| found.push((text, at)));
    for (text, at) in found {
        let zone = text.text()[at.clone()].to_owned();
        let Some((span, is_exact)) = text.place(at) else { continue };
        // What a construct puts together is not the author's.
        if !is_exact && cx.source() == Source::Cdk || is_of_target(&text, &zone, resource) {
            continue;
        }
        let instead = match cx.source() {
            Source::Template => "Take it from a parameter of type `AWS::Route53::HostedZone::Id`.",
            Source::Cdk => "Look the zone up by its name with `HostedZone.fromLookup`, or take the id from a setting.",
        };
        let message = format!(
            "`{zone}` is one hosted zone of one account: the stack works for that domain alone, and nobody can tell which one it \
             is. {instead}"
        );
        let fixes = if cx.wants_fixes() { parameter(&zone, span, cx) } else { Vec::new() };
        let is_cdk = cx.source() == Source::Cdk;
        let mut draft = cx.report(span, message);
        if is_cdk {
            let intent = Intent::LookUpZone { id: span };
            draft = draft.fix_as(Unsafe, "Look the zone up by its name", Vec::new(), Some(intent));
        }
        if !fixes.is_empty() {
            draft.fix_as(Unsafe, "Take the id from a parameter", fixes, None).weighs_replacement();
        }
    }
}

/// The places of ids of zones: values of properties that are called so, and ARNs.
fn zones_in<'a>(resource: &'a Resource, visit: &mut dyn FnMut(Text<'a>, Range<usize>)) {
    hardcoded::texts(resource, &["Z"], &mut |text| {
        let whole = text.text();
        let prefix = if whole.starts_with(IN_PATH) { IN_PATH.len() } else { 0 };
        let mut places = Vec::new();
        if is_zone(&whole[prefix..]) && matches!(text.key(), "HostedZoneId" | "HostedZoneID" | "HostedZoneIds") {
            places.push(prefix..whole.len());
        }
        for arn in arns(whole).iter().filter(|it| &whole[it.service.clone()] == "route53") {
            let named = &whole[arn.resource.clone()];
            if let Some(id) = named.strip_prefix("hostedzone/").filter(|it| is_zone(it)) {
                places.push(arn.resource.end - id.len()..arn.resource.end);
            }
        }
        places.into_iter().for_each(|it| visit(text.clone(), it));
    });
}

const IN_PATH: &str = "/hostedzone/";

fn is_zone(text: &str) -> bool {
    text.strip_prefix('Z').is_some_and(|rest| {
        (5..32).contains(&rest.len()) && rest.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit())
    }) && !zones::is_of_aws(text)
}

/// True in an alias, unless its target is certainly a record of an own zone.
fn is_of_target(text: &Text<'_>, zone: &str, resource: &ResourceView<'_>) -> bool {
    if !text.path.contains(&"AliasTarget") {
        return false;
    }
    let mut is_own = false;
    resource.properties.walk(&mut |node| {
        let target = node.get("HostedZoneId").and_then(Node::as_str).filter(|it| it.ends_with(zone));
        let name = target.and_then(|_| node.get("DNSName")).and_then(Node::as_str);
        is_own |= name.is_some_and(|it| !is_name_of_aws(it));
    });
    !is_own
}

fn is_name_of_aws(name: &str) -> bool {
    const ENDS: [&str; 9] = [
        "amazonaws.com",
        "amazonaws.com.cn",
        "amazonaws-us-gov.com",
        "awsapprunner.com",
        "awsglobalaccelerator.com",
        "cloudfront.cn",
        "cloudfront.net",
        "elasticbeanstalk.com",
        "on.aws",
    ];
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    ENDS.iter().any(|it| name.ends_with(it))
}

/// A parameter in all places of the stack that name the zone.
fn parameter(zone: &str, near: Span, cx: &Context<'_>) -> Vec<Change> {
    let stack = cx.stack();
    let name = free_name(stack, PARAMETER);
    let mut changes = Vec::new();
    for resource in stack.resources.iter().filter(|it| it.made.is_none()) {
        zones_in(resource, &mut |text, at| {
            if &text.text()[at.clone()] == zone {
                changes.extend(text.put(at, Literal::Ref(name.clone())));
            }
        });
    }
    changes.sort_by_key(|it| matches!(it, Change::Replace { span, .. } if *span != near));
    changes.dedup();
    if changes.is_empty() {
        return Vec::new();
    }
    let ty = "AWS::Route53::HostedZone::Id".into();
    let description = "The hosted zone of the domain".to_owned();
    changes.insert(0, Change::AddParameter { name, ty, description, default: None, near });
    changes
}
