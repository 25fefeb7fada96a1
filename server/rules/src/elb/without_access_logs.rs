use crate::facts::listeners::{self, BALANCER, Kind};
use crate::facts::names::free_name;
use crate::facts::{attributes, when};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A load balancer keeps no access logs.
    ///
    /// No entry of `LoadBalancerAttributes` sets `access_logs.s3.enabled` to `true`, and the default is `false`. Who asked for
    /// what, from where, how long it took and which target answered is then known to nobody: not after an attack, not
    /// after an outage. See "Access logs for your Application Load Balancer" in the Elastic Load Balancing User Guide, and
    /// control ELB.5 of AWS Security Hub. Logs cost what their storage costs.
    ///
    /// ## What is not reported
    ///
    /// - A gateway load balancer, which has no such logs, and a network load balancer without a TLS listener in the same stack:
    ///   it logs nothing but TLS connections.
    /// - A balancer whose logs are delivered by CloudWatch Logs (`AWS::Logs::DeliverySource`).
    /// - A value that is not known before deployment.
    ///
    /// ## Fix
    ///
    /// Turns the logs on, to a bucket whose name a new parameter takes. The bucket must let the load balancers of its region write
    /// to it ("Attach a policy to your S3 bucket" on the same page), so this is applied only on request.
    name: "load-balancer-without-access-logs",
    category: Security,
    severity: Info,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    aliases: [
        "checkov:CKV_AWS_91",
        "cfn_nag:W52",
        "cdk_nag:ELBLoggingEnabled",
        "cdk_nag:AwsSolutions-ELB2",
        "cdk_nag:HIPAA.Security-ELBLoggingEnabled",
        "cdk_nag:NIST.800.53.R4-ELBLoggingEnabled",
        "cdk_nag:NIST.800.53.R5-ELBLoggingEnabled",
        "cdk_nag:PCI.DSS.321-ELBLoggingEnabled",
        "guard:ELBV2_ACCESS_LOGGING_RULE",
        "security_hub:ELB.5",
    ],
    founding: ["F55"],
    check: Check::Resources(&[BALANCER], check),
}

fn check(balancer: &ResourceView<'_>, cx: &mut Context<'_>) {
    let Some(kind) = listeners::kind(balancer) else { return };
    let Some(off) = attributes::off(balancer, attributes::LOGS) else { return };
    let has_something_to_log = || {
        let mut listeners = cx.dependents(&balancer.key).filter(|it| it.ty.text == listeners::LISTENER);
        kind == Kind::Application || listeners.any(|it| cx.view(it).property("Protocol").can_be_seen_as("TLS"))
    };
    let delivers = || cx.dependents(&balancer.key).any(|it| it.ty.text == "AWS::Logs::DeliverySource");
    if !has_something_to_log() || delivers() {
        return;
    }
    let id = &balancer.id.text;
    let when = off.case.as_ref().map(|it| when::before(it, balancer)).unwrap_or_default();
    let message = format!(
        "{when}`{id}` keeps no access logs, so nobody can tell later who asked for what and how it was answered. Log to a bucket."
    );
    let fix = if cx.wants_fixes() { fix(balancer, cx) } else { None };
    let draft = cx.report(off.span, message);
    if let Some((changes, intent)) = fix {
        draft.fix_as(Unsafe, "Log to a bucket that a new parameter names", changes, Some(intent));
    }
}

fn fix(balancer: &ResourceView<'_>, cx: &Context<'_>) -> Option<(Vec<Change>, Intent)> {
    let stack = cx.stack();
    let parameter = free_name(stack, "AccessLogsBucket");
    let mut changes = vec![Change::AddParameter {
        name: parameter.clone(),
        ty: "String".into(),
        description: format!("Name of the bucket that takes the access logs of {}", balancer.id.text),
        default: None,
        near: balancer.origin,
    }];
    let bucket = Literal::Ref(parameter.clone());
    changes
        .extend(attributes::set(balancer, &[(attributes::LOGS, Literal::text("true")), (attributes::BUCKET, bucket)])?);
    Some((changes, Intent::AccessLogs { balancer: balancer.origin, bucket_parameter: parameter }))
}
