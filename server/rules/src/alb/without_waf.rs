use crate::facts::listeners::{self, BALANCER, Kind};
use crate::facts::web_acls;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// No web ACL filters what an internet-facing application load balancer takes.
    ///
    /// No `AWS::WAFv2::WebACLAssociation` (or one of `AWS::WAFRegional`) of the same stack names the balancer. Requests that
    /// try known faults of frameworks, and floods of them, then reach its targets. See "Associating or disassociating
    /// protection with an AWS resource" in the AWS WAF Developer Guide, and control ELB.16 of AWS Security Hub.
    ///
    /// Off by default: web ACLs are often associated by another stack, or by AWS Firewall Manager.
    ///
    /// ## What is not reported
    ///
    /// Internal balancers and those of which it is not known; network load balancers, which have no web ACLs; a balancer that is
    /// handed to a nested stack or to custom code, or exported; a stack with an association of which it is not known what it names.
    ///
    /// There is no fix: which rules fit the application is for a person to say.
    name: "alb-without-waf",
    category: Security,
    severity: Info,
    default_on: false,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: [
        "cdk_nag:ALBWAFEnabled",
        "cdk_nag:NIST.800.53.R4-ALBWAFEnabled",
        "cdk_nag:NIST.800.53.R5-ALBWAFEnabled",
        "cdk_nag:PCI.DSS.321-ALBWAFEnabled",
        "guard:ALB_WAF_ENABLED",
        "security_hub:ELB.16",
    ],
    founding: ["F10"],
    check: Check::Resources(&[BALANCER], check),
}

fn check(balancer: &ResourceView<'_>, cx: &mut Context<'_>) {
    if listeners::kind(balancer) != Some(Kind::Application) {
        return;
    }
    let Some(circumstances) = listeners::internet_facing(balancer) else { return };
    if web_acls::may_filter(balancer.resource(), cx) {
        return;
    }
    let message = format!(
        "{circumstances}`{}` takes requests from the internet that no web ACL filters. Associate one that keeps known attacks \
         and floods away from its targets.",
        balancer.id.text
    );
    cx.report(balancer.id.span, message);
}
