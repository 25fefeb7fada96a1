use crate::facts::tls;
use crate::prelude::*;
use crate::rule::rule;
use schema::tls::{Endpoint, recommended};

const CERTIFICATE: &str = "DistributionConfig.ViewerCertificate";
const VERSION: &str = "MinimumProtocolVersion";

rule! {
    /// A CloudFront distribution takes TLS 1.0 or 1.1 from viewers.
    ///
    /// The distribution has a certificate of its own, and `MinimumProtocolVersion` lets viewers speak SSL 3.0, TLS 1.0 or 1.1, or
    /// is not there, which means `TLSv1`. RFC 8996 took these versions back in 2021. See "Supported protocols and ciphers between
    /// viewers and CloudFront" in the Amazon CloudFront Developer Guide, and control CloudFront.15 of AWS Security Hub.
    ///
    /// ## What is not reported
    ///
    /// A distribution with the certificate of `*.cloudfront.net`, for which CloudFront sets the version itself; the constructs
    /// of the CDK without `minimumProtocolVersion`, which ask for TLS 1.2 by themselves; a value that is not known before
    /// deployment.
    ///
    /// ## Fix
    ///
    /// Writes `TLSv1.2_2021`, which AWS recommends; viewers that speak TLS 1.3 go on doing so. With a
    /// dedicated address (`SslSupportMethod` `vip`) AWS gives newer versions only on request, so there is no fix.
    name: "cloudfront-viewer-weak-tls",
    category: Security,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: [
        "checkov:CKV_AWS_174",
        "cfn_nag:W70",
        "cdk_nag:CloudFrontDistributionHttpsViewerNoOutdatedSSL",
        "cdk_nag:AwsSolutions-CFR4",
        "guard:CLOUDFRONT_MINIMUM_PROTOCOL_VERSION_RULE",
        "security_hub:CloudFront.15",
    ],
    founding: ["F09"],
    check: Check::Resources(&["AWS::CloudFront::Distribution"], check),
}

fn check(distribution: &ResourceView<'_>, cx: &mut Context<'_>) {
    let certificates = distribution.property(CERTIFICATE);
    for certificate in certificates.alternatives() {
        let Some(node) = certificate.written().filter(|it| it.as_map().is_some()) else { continue };
        let Some(own) = own_certificate(&certificate) else { continue };
        let property = certificate.get(VERSION);
        for weak in tls::weak(&property, Endpoint::Viewer, distribution) {
            if weak.case.excludes(&own) {
                continue;
            }
            let policy = recommended(Endpoint::Viewer);
            let message = weak.message(distribution, "viewers", policy);
            let fix = if certificate.get("SslSupportMethod").may_be("vip") {
                None
            } else if weak.is_named() || certificates.cases().len() == 1 {
                weak.fix(&property, policy, cx)
            } else {
                Some(Change::SetIn { map: node.span, path: VERSION.to_owned(), value: Literal::text(policy) })
            };
            let mut draft = cx.report(weak.span(node.span), message);
            if let Some((place, words)) = weak.origin() {
                draft = draft.related(place, words);
            }
            if let Some(fix) = fix {
                draft.fix(format!("Use `{policy}`"), vec![fix]);
            }
        }
    }
}

/// How the distribution comes to a certificate of its own.
fn own_certificate<'a>(certificate: &Property<'a>) -> Option<Case<'a>> {
    ["AcmCertificateArn", "IamCertificateId"].iter().find_map(|it| {
        let property = certificate.get(it);
        let is_written = certificate.written()?.as_map()?.get(it).is_some();
        property.cases().iter().find(|it| is_written && !matches!(it.state, State::Absent)).cloned()
    })
}
