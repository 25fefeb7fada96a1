use crate::facts::branches::{self, Alternative};
use crate::facts::listeners::LISTENER;
use crate::facts::when;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A listener for HTTPS or TLS has no certificate.
    ///
    /// The protocol of the listener is HTTPS or TLS, and `Certificates` is not there, is empty or names no
    /// `CertificateArn`. Elastic Load Balancing refuses the listener when it is made, and the deployment rolls back. See
    /// "Create an HTTPS listener for your Application Load Balancer" in the Elastic Load Balancing User Guide.
    ///
    /// A resource `AWS::ElasticLoadBalancingV2::ListenerCertificate` does not help: it adds certificates to a listener that
    /// has one already.
    ///
    /// Where protocol and certificate depend on the same condition, only what a deployment can have counts. A
    /// value that is not known before deployment counts as a certificate.
    ///
    /// There is no fix: which certificate fits the names that clients use is for a person to say.
    name: "load-balancer-listener-without-certificate",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: [
        "cfn_lint:E3676",
        "cdk_nag:ELBv2ACMCertificateRequired",
        "cdk_nag:HIPAA.Security-ELBv2ACMCertificateRequired",
        "cdk_nag:NIST.800.53.R5-ELBv2ACMCertificateRequired",
        "cdk_nag:PCI.DSS.321-ELBv2ACMCertificateRequired",
    ],
    founding: ["F08"],
    check: Check::Resources(&[LISTENER], check),
}

fn check(listener: &ResourceView<'_>, cx: &mut Context<'_>) {
    let protocols = branches::of(listener, "Protocol");
    let encrypts = |it: &&Alternative<'_>| ["HTTPS", "TLS"].iter().any(|name| it.property().can_be_seen_as(name));
    let Some(protocol) = protocols.iter().find(encrypts) else { return };
    let certificates = branches::of(listener, "Certificates");
    let case = &protocol.property().cases()[0];
    let lacks = |it: &&Alternative<'_>| has_none(it.property()) && !it.property().cases()[0].excludes(case);
    let Some(lacking) = certificates.iter().find(lacks) else { return };
    let name = case.node().and_then(Node::as_str).unwrap_or("HTTPS");
    let circumstances =
        when::before(if case.is_unconditional() { &lacking.property().cases()[0] } else { case }, listener);
    let message = format!(
        "{circumstances}`{}` listens to {name} and shows no certificate, so Elastic Load Balancing refuses it. Name one in \
         `Certificates`.",
        listener.id.text,
    );
    cx.report(protocol.span, message);
}

/// True for certificates of which certainly none is named.
fn has_none(certificates: &Property<'_>) -> bool {
    if certificates.is_absent() {
        return true;
    }
    let names_none = |it: &Property<'_>| it.is_complete() && it.get("CertificateArn").is_absent();
    certificates.is_complete() && certificates.items().iter().all(names_none)
}
