use crate::facts::branches;
use crate::facts::when;
use crate::prelude::*;
use crate::rule::rule;

const PATH: &str = "DistributionConfig.WebACLId";

rule! {
    /// No web ACL filters what a CloudFront distribution takes.
    ///
    /// The distribution has no `WebACLId`. Requests that try known faults, and floods of them, then reach the origins as far as
    /// caches do not answer them. See "Use AWS WAF protections" in the Amazon CloudFront Developer Guide, and control
    /// CloudFront.6 of AWS Security Hub.
    ///
    /// Off by default: AWS Firewall Manager and the console associate web ACLs too. A value that is not known
    /// before deployment counts as a web ACL, and a distribution that is not enabled takes nothing.
    ///
    /// There is no fix: which rules fit the application is for a person to say.
    name: "cloudfront-without-waf",
    category: Security,
    severity: Info,
    default_on: false,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: [
        "checkov:CKV_AWS_68",
        "cdk_nag:CloudFrontDistributionWAFIntegration",
        "cdk_nag:AwsSolutions-CFR2",
        "guard:CLOUDFRONT_ASSOCIATED_WITH_WAF",
        "security_hub:CloudFront.6",
    ],
    founding: ["F10"],
    check: Check::Resources(&["AWS::CloudFront::Distribution"], check),
}

fn check(distribution: &ResourceView<'_>, cx: &mut Context<'_>) {
    if distribution.property("DistributionConfig.Enabled").is("false") {
        return;
    }
    let alternatives = branches::of(distribution, PATH);
    let is_none = |state: &State<'_>| match state {
        State::Absent => true,
        State::Known(node) => node.as_str() == Some(""),
        _ => false,
    };
    let Some(none) = alternatives.iter().find(|it| is_none(&it.state)) else { return };
    let circumstances = when::before(&none.property().cases()[0], distribution);
    let message = format!(
        "{circumstances}`{}` takes requests that no web ACL filters. Name one that keeps known attacks and floods away from \
         the origins.",
        distribution.id.text
    );
    cx.report(distribution.id.span, message);
}
