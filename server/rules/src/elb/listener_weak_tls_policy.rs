use crate::facts::listeners::LISTENER;
use crate::facts::tls;
use crate::prelude::*;
use crate::rule::rule;
use schema::tls::{Endpoint, recommended};

/// What AWS recommends since 2025, for clients that exchange keys in a way which a quantum computer cannot undo. Older
/// versions of the library do not know it, and it takes fewer ciphers of TLS 1.2.
const POST_QUANTUM: &str = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09";

rule! {
    /// A listener of a load balancer takes TLS 1.0 or 1.1.
    ///
    /// The `SslPolicy` of an HTTPS or TLS listener lets clients speak TLS 1.0 or 1.1, or there is none: what is made by
    /// CloudFormation or the CDK then gets `ELBSecurityPolicy-2016-08`, which takes both. (What is made in the console gets a
    /// newer one.) RFC 8996 took these versions back in 2021, PCI DSS has forbidden TLS 1.0 since 2018, and no browser
    /// of today needs them. See "Security policies for your Application Load Balancer" in the Elastic Load Balancing User
    /// Guide, and control ELB.17 of AWS Security Hub.
    ///
    /// What each policy takes is in stacklint's data, with its source and date. A policy that is not there is not
    /// reported, nor is a value that is not known before deployment.
    ///
    /// ## Fix
    ///
    /// Names `ELBSecurityPolicy-TLS13-1-2-2021-06` (in CDK `SslPolicy.RECOMMENDED_TLS`), which takes TLS 1.2 and 1.3 with every
    /// cipher that gives forward secrecy: no client that speaks TLS 1.2 as it should is shut out. A second fix names
    /// the policy with post-quantum key exchange that AWS recommends for new listeners. Where a parameter or a mapping brings the
    /// policy, its default or entry is changed.
    name: "load-balancer-listener-weak-tls-policy",
    category: Security,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: ["checkov:CKV_AWS_103", "cfn_nag:W55", "guard:ELBV2_LISTENER_SSL_POLICY_RULE", "security_hub:ELB.17"],
    founding: ["F09"],
    check: Check::Resources(&[LISTENER], check),
}

fn check(listener: &ResourceView<'_>, cx: &mut Context<'_>) {
    let protocol = listener.property("Protocol");
    let encrypts = ["HTTPS", "TLS"].iter().find_map(|it| protocol.seen_as(it));
    let Some(encrypts) = encrypts else { return };
    let property = listener.property("SslPolicy");
    let weak = tls::weak(&property, Endpoint::Listener, listener);
    for weak in weak.iter().filter(|it| !it.case.excludes(&encrypts)) {
        let policy = recommended(Endpoint::Listener);
        let message = weak.message(listener, "clients", policy);
        let fix = weak.fix(&property, policy, cx);
        let other = weak.fix(&property, POST_QUANTUM, cx);
        let mut draft = cx.report(weak.span(listener.id.span), message);
        if let Some((place, words)) = weak.origin() {
            draft = draft.related(place, words);
        }
        if let Some(fix) = fix {
            draft = draft.fix(format!("Use `{policy}`"), vec![fix]);
        }
        if let Some(other) = other {
            draft.fix_as(Unsafe, format!("Use `{POST_QUANTUM}`"), vec![other], None);
        }
    }
}
