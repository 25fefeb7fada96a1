use super::without_https_listener::redirect;
use crate::RuleOption;
use crate::facts::listeners::{self, Answer, Kind};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// An HTTP listener forwards requests although its load balancer serves HTTPS too.
    ///
    /// The application load balancer has an HTTPS listener, but its HTTP listener hands requests to the targets instead of
    /// redirecting them. Whoever types the address without `https://` or follows an old link stays unencrypted, and sends
    /// cookies and passwords in the clear. AWS asks for a redirect ("Redirect actions", Elastic Load Balancing User Guide;
    /// control ELB.1 of Security Hub).
    ///
    /// ## What is not reported
    ///
    /// A listener that answers with a fixed response or that may redirect; an internal balancer, unless the option
    /// `internal` asks for it; a balancer that is not in the same stack, since it may be internal. Where the HTTPS listener
    /// depends on a condition, the HTTP one may have to forward without it. A balancer without any HTTPS listener
    /// is the matter of `alb-without-https-listener`.
    ///
    /// ## Fix
    ///
    /// Replaces the default actions by a permanent redirect (301) to the HTTPS listener, unless that forwards to other targets,
    /// which a redirect could not reach. Clients that do not follow redirects, and
    /// targets that only this listener reached, would notice, so it is applied only on request.
    name: "alb-http-listener-without-redirect",
    category: Security,
    severity: Warning,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    aliases: [
        "checkov:CKV_AWS_2",
        "cfn_nag:W56",
        "cdk_nag:ALBHttpToHttpsRedirection",
        "cdk_nag:HIPAA.Security-ALBHttpToHttpsRedirection",
        "cdk_nag:NIST.800.53.R4-ALBHttpToHttpsRedirection",
        "cdk_nag:NIST.800.53.R5-ALBHttpToHttpsRedirection",
        "cdk_nag:PCI.DSS.321-ALBHttpToHttpsRedirection",
        "guard:ALB_HTTP_TO_HTTPS_REDIRECTION_CHECK",
        "guard:ELBV2_LISTENER_PROTOCOL_RULE",
        "security_hub:ELB.1",
    ],
    founding: ["F07"],
    options: &[RuleOption {
        name: "internal",
        docs: "Report internal load balancers too.",
        default: "false",
    }],
    check: Check::Resources(&[listeners::LISTENER], check),
}

fn check(listener: &ResourceView<'_>, cx: &mut Context<'_>) {
    let Answer::Forwards(place) = listeners::answer(listener) else { return };
    let arn = listener.property("LoadBalancerArn");
    let (true, Some(balancer)) = (listener.property("Protocol").is("HTTP"), arn.target()) else { return };
    let internal_too = cx.option("internal").iter().any(|it| it == "true");
    let stack = cx.stack();
    let Some(balancer) = stack.resource(&balancer.text).filter(|it| it.ty.text == listeners::BALANCER) else { return };
    let balancer = cx.view(balancer);
    let circumstances = listeners::internet_facing(&balancer);
    if listeners::kind(&balancer) != Some(Kind::Application)
        || (circumstances.is_none() && !internal_too)
        || listeners::unencrypted(&balancer, stack).is_some()
    {
        return;
    }
    let siblings = listeners::listeners(&balancer, stack);
    let is_always_there = |it: &ResourceView<'_>| match (&it.condition, &listener.condition) {
        (None, _) => true,
        (Some(one), Some(other)) => one.text == other.text,
        (Some(_), None) => false,
    };
    let https = siblings.own.iter().find(|it| it.property("Protocol").is("HTTPS") && is_always_there(it));
    // Nothing to redirect to: then only those who ask for internal balancers want to hear of it.
    if https.is_none() && (circumstances.is_some() || !siblings.complete) {
        return;
    }
    let (id, name) = (&listener.id.text, &balancer.id.text);
    let circumstances = circumstances.unwrap_or_default();
    let message = match https {
        Some(https) if https.id.text != *id => format!(
            "{circumstances}`{id}` forwards plain HTTP although `{}` serves HTTPS, so whoever follows an `http://` link to `{name}` \
             stays unencrypted. Redirect to HTTPS.",
            https.id.text
        ),
        _ => format!("{circumstances}`{id}` forwards plain HTTP to the targets of `{name}`. Redirect to HTTPS."),
    };
    // A redirect leads to what the HTTPS listener forwards to, which may be something else.
    let fix = https.filter(|it| may_serve_the_same(it, listener)).map(|it| {
        let port = it.property("Port").as_int().unwrap_or(443);
        let change = listener.property("DefaultActions").set(redirect(port));
        (vec![change], Intent::RedirectToHttps { listener: listener.origin })
    });
    let related = https.map(|it| (it.id.span, format!("`{}` serves HTTPS.", it.id.text)));
    let mut draft = cx.report(place, message);
    if let Some((span, message)) = related.filter(|it| it.0 != place) {
        draft = draft.related(span, message);
    }
    if let Some((changes, intent)) = fix {
        draft.fix_as(Unsafe, "Redirect to HTTPS", changes, Some(intent));
    }
}

/// False when two listeners certainly forward to different targets.
fn may_serve_the_same(one: &ResourceView<'_>, other: &ResourceView<'_>) -> bool {
    let targets = |it: &ResourceView<'_>| -> Vec<SmolStr> {
        let actions = it.property("DefaultActions");
        actions.targets().into_iter().map(|it| it.text.clone()).collect()
    };
    let (one, other) = (targets(one), targets(other));
    one.is_empty() || other.is_empty() || one.iter().any(|it| other.contains(it))
}
