use crate::facts::hardcoded::{self, arns, hosts, is_region};
use crate::facts::wording::listed;
use crate::prelude::*;
use crate::rule::rule;
use std::ops::Range;

rule! {
    /// A Region is named that is not among those that code may name.
    ///
    /// Where data may lie, which Regions are set up and where bills are expected is decided once, for all code:
    /// `allowed-regions: [eu-west-1, eu-central-1]` in the configuration. Reported is every other Region that is written out in
    /// an ARN, the host name of an endpoint, an Availability Zone, a property that takes a Region, such as that of a replica,
    /// and in `env` of a stack of the CDK. Without such a list the rule is silent.
    ///
    /// ## What is not reported
    ///
    /// `us-east-1` where a global service has no other Region: certificates, functions and web ACLs of CloudFront, and what
    /// belongs to it. Keys of mappings, defaults of parameters, and branches of `Fn::If`.
    ///
    /// ## Fix
    ///
    /// Writes one of the allowed Regions, an action for each. It is another place that is meant then, so it is not applied
    /// unasked.
    name: "region-not-allowed",
    category: Deployment,
    severity: Warning,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    founding: ["F63"],
    check: Check::EveryResourceAndProgram(check, check_program),
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let allowed = cx.setting("allowed-regions");
    if allowed.is_empty() {
        return;
    }
    let is_cdk = cx.source() == Source::Cdk;
    // A replica in a Region that has one already would be no other.
    let mut named: Vec<String> = Vec::new();
    hardcoded::texts(resource.resource(), &["-"], &mut |text| {
        if is_region(text.text()) && text.key().contains("Region") {
            named.push(text.text().to_owned());
        }
    });
    hardcoded::texts(resource.resource(), &["-"], &mut |text| {
        let whole = text.text();
        for at in regions_in(whole, text.key()) {
            let region = &whole[at.clone()];
            let Some((span, is_exact)) = text.place(at.clone()) else { continue };
            // What a construct puts together is not the author's.
            if allowed.iter().any(|it| it == region)
                || is_global(region, &resource.ty.text, whole)
                || is_cdk && !is_exact
            {
                continue;
            }
            let mut draft = cx.report(span, message(region, allowed));
            let is_all = at.len() == whole.len();
            for other in allowed.iter().filter(|it| !is_all || !named.contains(it)) {
                if let Some(change) = text.put(at.clone(), Literal::text(other)) {
                    draft = draft.fix(format!("Write `{other}`"), vec![change]);
                }
            }
            if allowed.len() > 1 && draft.has_fixes() {
                draft.ambiguous();
            }
        }
    });
}

fn message(region: &str, allowed: &[String]) -> String {
    let names: Vec<&str> = allowed.iter().map(String::as_str).collect();
    format!(
        "`{region}` is not among the Regions that are allowed here: {}. Use one of these, or add it to `allowed-regions` of the \
         configuration.",
        listed(&names)
    )
}

/// The places of Regions in a text.
fn regions_in(text: &str, key: &str) -> Vec<Range<usize>> {
    if is_region(text) && key.contains("Region") {
        return std::iter::once(0..text.len()).collect();
    }
    let zone = text.strip_suffix(|it: char| it.is_ascii_lowercase()).filter(|it| is_region(it));
    if let Some(region) = zone.filter(|_| key.contains("AvailabilityZone")) {
        return std::iter::once(0..region.len()).collect();
    }
    let of_arns = arns(text).into_iter().map(|it| it.region).filter(|it| is_region(&text[it.clone()]));
    of_arns.chain(hosts(text).into_iter().map(|it| it.region)).collect()
}

/// True for what a global service has in `us-east-1` alone.
fn is_global(region: &str, ty: &str, text: &str) -> bool {
    region == "us-east-1"
        && (["AWS::CloudFront::", "AWS::Route53", "AWS::Cognito::UserPoolDomain", "AWS::ApiGateway::DomainName"]
            .iter()
            .any(|it| ty.starts_with(it))
            || text.contains(":global/"))
}

fn check_program(program: &Program, cx: &mut Context<'_>) {
    let allowed = cx.setting("allowed-regions");
    if allowed.is_empty() {
        return;
    }
    let mut reported: Vec<Span> = Vec::new();
    for deployment in &program.deployments {
        let (Some(region), Some(span)) = (&deployment.region, deployment.region_at) else { continue };
        if allowed.iter().any(|it| it == region) || !is_region(region) || reported.contains(&span) {
            continue;
        }
        reported.push(span);
        let mut draft = cx.report(span, message(region, allowed));
        for other in allowed {
            draft = draft.fix(format!("Write `{other}`"), vec![Change::Replace { span, value: Literal::text(other) }]);
        }
        if allowed.len() > 1 {
            draft.ambiguous();
        }
    }
}
