use crate::facts::tls;
use crate::prelude::*;
use crate::rule::rule;
use schema::tls::{Endpoint, recommended};

/// The newest policy that the library of the older service knows.
const ELASTICSEARCH: &str = "Policy-Min-TLS-1-2-2019-07";
const PATH: &str = "DomainEndpointOptions.TLSSecurityPolicy";

rule! {
    /// A domain of OpenSearch takes TLS 1.0.
    ///
    /// The domain has `Policy-Min-TLS-1-0-2019-07`, or names no policy and gets that one. Its clients may then speak TLS 1.0 and
    /// 1.1, which RFC 8996 took back in 2021. See "DomainEndpointOptions" in the Amazon OpenSearch Service API Reference, and
    /// controls Opensearch.8 and ES.8 of AWS Security Hub. The construct
    /// `opensearchservice.Domain` asks for TLS 1.2 by itself.
    ///
    /// A value that is not known before deployment is not reported.
    ///
    /// ## Fix
    ///
    /// Names `Policy-Min-TLS-1-2-PFS-2023-10`, which takes TLS 1.2 and 1.3 with forward secrecy; for
    /// `AWS::Elasticsearch::Domain` `Policy-Min-TLS-1-2-2019-07`. The domain is changed in place.
    name: "opensearch-weak-tls-policy",
    category: Security,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: [
        "guard:OPENSEARCH_HTTPS_REQUIRED",
        "guard:ELASTICSEARCH_HTTPS_REQUIRED",
        "security_hub:ES.8",
        "security_hub:Opensearch.8",
    ],
    founding: ["F09"],
    check: Check::Resources(&["AWS::OpenSearchService::Domain", "AWS::Elasticsearch::Domain"], check),
}

fn check(domain: &ResourceView<'_>, cx: &mut Context<'_>) {
    let property = domain.property(PATH);
    let policy =
        if domain.ty.text == "AWS::Elasticsearch::Domain" { ELASTICSEARCH } else { recommended(Endpoint::Search) };
    for weak in tls::weak(&property, Endpoint::Search, domain) {
        let message = weak.message(domain, "clients", policy);
        let fix = weak.fix(&property, policy, cx);
        let mut draft = cx.report(weak.span(domain.id.span), message);
        if let Some((place, words)) = weak.origin() {
            draft = draft.related(place, words);
        }
        if let Some(fix) = fix {
            draft.fix(format!("Use `{policy}`"), vec![fix]);
        }
    }
}
