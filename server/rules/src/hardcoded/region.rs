use crate::Applicability;
use crate::facts::hardcoded::{self, Arn, Host, Text, arns, hosts, is_account, is_region};
use crate::facts::region::Regions;
use crate::prelude::*;
use crate::rule::rule;
use std::ops::Range;

rule! {
    /// A Region is written out where the stack's own is meant.
    ///
    /// An ARN, an endpoint (`sqs.us-east-1.amazonaws.com`), the name of an endpoint service (`com.amazonaws.us-east-1.s3`) or
    /// an Availability Zone (`us-east-1a`) names its Region as text. Deployed anywhere else, the stack refers to what is not
    /// there, or keeps using the resources of another Region. The pseudo parameter `AWS::Region` is the Region of the stack; in
    /// the CDK it is `this.region`, or `Aws.REGION` outside of a stack. See "Pseudo parameters reference" in the AWS
    /// CloudFormation User Guide.
    ///
    /// ## What is not reported
    ///
    /// - Where a Region belongs: `env` of a stack, mappings, defaults of parameters, properties that take a Region, branches
    ///   of `Fn::If`, and resources with a condition that asks for the Region.
    /// - `us-east-1` in what is global: CloudFront and what it uses (certificates, functions, web ACLs), AWS WAF's `global`
    ///   scope, Route 53, billing, and the other services with one Region for all.
    /// - What lies in another Region on purpose: primaries and sources of copies, their destinations, event buses that events
    ///   are sent to, and everything in a resource that names more than one Region. In a CDK stack whose `env` says its Region,
    ///   every other one.
    /// - Names that hold for one thing alone, such as the host of a database, an API or a bucket (`a.s3.us-east-1...`), and
    ///   public applications of the AWS Serverless Application Repository.
    ///
    /// ## Fix
    ///
    /// Writes the pseudo parameter, which comes to the same in the Region that the text was written for, and keeps the zone:
    /// `us-east-1a` becomes `!Sub ${AWS::Region}a`. `!Select [0, !GetAZs '']` is not offered, since it need not be the same
    /// zone, and moving a resource to another replaces it. Where the ARN or the host names an account too, what it means may
    /// exist in this Region alone: then the fix is not applied unasked.
    name: "hardcoded-region",
    category: Deployment,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    founding: ["F86"],
    check: Check::EveryResource(check),
}

/// Something that names a Region.
struct Named<'a> {
    text: Text<'a>,
    at: Range<usize>,
    what: &'static str,
    applicability: Applicability,
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    if is_global_type(&resource.ty.text) {
        return;
    }
    let mut found: Vec<Named<'_>> = Vec::new();
    let mut regions: Vec<String> = Vec::new();
    hardcoded::texts(resource.resource(), &["-"], &mut |text| {
        for named in named(text, resource.resource()) {
            let region = named.region().to_owned();
            if !regions.contains(&region) {
                regions.push(region);
            }
            found.push(named);
        }
    });
    let [region] = &regions[..] else { return };
    if found.is_empty() || is_meant(region, resource, cx) {
        return;
    }
    let (own, is_cdk) = match cx.source() {
        Source::Template => ("`AWS::Region`", false),
        Source::Cdk => ("`this.region`", true),
    };
    for named in found {
        let Some((span, is_exact)) = named.text.place(named.at.clone()) else { continue };
        // What a construct puts together is not the author's.
        if named.applicability == Manual || is_cdk && !is_exact {
            continue;
        }
        let what = named.what;
        let message = format!(
            "`{region}` is written out in this {what}, so the stack works in that Region alone, or reaches across to it. Use \
             {own}, the Region that it is deployed to."
        );
        // `Fn::GetAZs` of nothing is that of the own Region.
        let own_region = match named.text.function {
            Some("Fn::GetAZs") => Literal::text(""),
            _ => Literal::Ref("AWS::Region".into()),
        };
        let change = named.text.put(named.at.clone(), own_region);
        let draft = cx.report(span, message);
        if let Some(change) = change {
            draft.fix_as(named.applicability, format!("Use {own}"), vec![change], None).weighs_replacement();
        }
    }
}

impl Named<'_> {
    fn region(&self) -> &str {
        &self.text.text()[self.at.clone()]
    }
}

/// What in `text` names a Region; `Manual` for what is only counted.
fn named<'a>(text: Text<'a>, resource: &Resource) -> Vec<Named<'a>> {
    let mut found: Vec<(Range<usize>, &'static str, Applicability)> = Vec::new();
    let whole = text.text();
    if let Some(zone) = zone(whole).filter(|_| text.key().contains("AvailabilityZone")) {
        found.push((zone, "Availability Zone", Safe));
    }
    if text.function == Some("Fn::GetAZs") && is_region(whole) {
        found.push((0..whole.len(), "list of Availability Zones", Safe));
    }
    let is_elsewhere = is_elsewhere(&text.path, resource);
    for arn in arns(whole) {
        let region = &whole[arn.region.clone()];
        if is_region(region) {
            let applicability = match () {
                () if is_elsewhere || arn_is_exempt(&arn, whole, resource) => Manual,
                () if is_account(&whole[arn.account.clone()]) => Unsafe,
                () => Safe,
            };
            found.push((arn.region, "ARN", applicability));
        }
    }
    for host in hosts(whole) {
        let applicability = if is_elsewhere { Manual } else { host_applicability(&host, whole) };
        found.push((host.region, "endpoint", applicability));
    }
    let found = found.into_iter();
    found.map(|(at, what, applicability)| Named { text: text.clone(), at, what, applicability }).collect()
}

/// The Region in the name of an Availability Zone, when `text` is one.
fn zone(text: &str) -> Option<Range<usize>> {
    let region = text.strip_suffix(|it: char| it.is_ascii_lowercase())?;
    is_region(region).then_some(0..region.len())
}

/// True for resources that speak of no single Region: they belong to all of them, or to an account or organization as a whole.
fn is_global_type(ty: &str) -> bool {
    const SERVICES: [&str; 12] = [
        "AWS::BCMDataExports",
        "AWS::Budgets",
        "AWS::CE",
        "AWS::CUR",
        "AWS::CloudFront",
        "AWS::GlobalAccelerator",
        "AWS::Organizations",
        "AWS::Route53",
        "AWS::Route53RecoveryControl",
        "AWS::Route53RecoveryReadiness",
        "AWS::Shield",
        "AWS::ControlTower",
    ];
    const TYPES: [&str; 2] = ["AWS::Cognito::UserPoolDomain", "AWS::KMS::ReplicaKey"];
    let service = ty.rsplit_once("::").map_or("", |it| it.0);
    SERVICES.contains(&service) || TYPES.contains(&ty)
}

/// True for properties that name what may lie in another Region.
fn is_elsewhere(path: &[&str], resource: &Resource) -> bool {
    let is_of_copy = |key: &str| {
        ["Replica", "Destination", "Source", "Primary", "Peer"].iter().any(|it| key.contains(it)) && key != "SourceArn"
    };
    let ty = resource.ty.text.as_str();
    path.iter().any(|it| is_of_copy(it)) && ty != "AWS::Lambda::Permission"
        || path.contains(&"Tags")
        || ty == "AWS::SNS::Subscription" && resource.properties.get("Region").is_some()
        || ty.starts_with("AWS::ApiGateway") && path.contains(&"CertificateArn")
}

/// True for ARNs of what has one Region for all, or is meant to be reached in another.
fn arn_is_exempt(arn: &Arn, text: &str, resource: &Resource) -> bool {
    const GLOBAL: [&str; 14] = [
        "aws-marketplace",
        "bcm-data-exports",
        "billing",
        "budgets",
        "ce",
        "cloudfront",
        "cur",
        "ecr-public",
        "health",
        "organizations",
        "pricing",
        "route53domains",
        "serverlessrepo",
        "shield",
    ];
    let named = &text[arn.resource.clone()];
    let is_bus = &text[arn.service.clone()] == "events" && resource.ty.text == "AWS::Events::Rule";
    GLOBAL.contains(&&text[arn.service.clone()])
        || named.starts_with("global/")
        || is_bus && named.starts_with("event-bus/")
        || resource.ty.text == "AWS::CloudWatch::Alarm" && is_global_metric(resource)
}

/// True for an alarm on metrics that there are in `us-east-1` alone.
fn is_global_metric(alarm: &Resource) -> bool {
    let namespace = alarm.properties.get("Namespace").and_then(Node::as_str);
    namespace.is_some_and(|it| matches!(it, "AWS/Billing" | "AWS/CloudFront" | "AWS/Route53" | "AWS/WAFV2" | "WAF"))
}

/// Whether another Region can be put into a host name: `service.region...` and names of endpoint services are there in all of
/// them, a label in front of the service that is known is the name of one thing.
fn host_applicability(host: &Host, text: &str) -> Applicability {
    const GLOBAL: [&str; 18] = [
        "api.ecr-public",
        "api.pricing",
        "aws-marketplace",
        "bcm-data-exports",
        "billing",
        "budgets",
        "ce",
        "cloudfront",
        "cur",
        "ecr-public",
        "globalaccelerator",
        "health",
        "metering.marketplace",
        "networkmanager",
        "organizations",
        "route53domains",
        "shield",
        "support",
    ];
    let name = &text[host.name.clone()];
    let before = text[host.name.start..host.region.start].trim_end_matches('.');
    if name.starts_with("com.amazonaws.") || name.starts_with("cn.com.amazonaws.") || name.starts_with("aws.api.") {
        // A service that somebody else offers is there where it is.
        return if name.contains(".vpce-svc-") { Manual } else { Safe };
    }
    let labels: Vec<&str> = before.split('.').collect();
    let is_known = |it: &&str| !it.contains([HOLE, '*']);
    match labels[..] {
        _ if GLOBAL.contains(&before) => Manual,
        // The bucket is in the path: it is where it is.
        ["s3" | "s3-" | "s3-website-" | "s3.dualstack"] if has_known_path(text, host) => Manual,
        [account, "dkr", "ecr"] if is_account(account) => Unsafe,
        [_] | ["api" | "runtime" | "fips" | "data", _] | ["dkr", "ecr"] => Safe,
        [first, ..] if is_known(&first) => Manual,
        _ => Safe,
    }
}

/// True when a name that is known follows the host.
fn has_known_path(text: &str, host: &Host) -> bool {
    let path = text[host.name.end..].strip_prefix('/').unwrap_or_default();
    path.starts_with(|it: char| it.is_ascii_alphanumeric())
}

/// True when the stack says that it goes to another Region, or the resource that it is for this one.
fn is_meant(region: &str, resource: &ResourceView<'_>, cx: &Context<'_>) -> bool {
    let condition = Regions::of_condition(resource.condition.as_ref(), resource.declarations());
    condition.named().is_some()
        || cx.source() == Source::Cdk && cx.stack().region.as_deref().is_some_and(|it| it != region)
}
