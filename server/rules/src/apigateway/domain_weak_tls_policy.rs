use crate::facts::tls;
use crate::prelude::*;
use crate::rule::rule;
use schema::tls::{Endpoint, recommended};

rule! {
    /// A custom domain name of an API takes TLS 1.0.
    ///
    /// The domain name has the security policy `TLS_1_0`. Clients may then speak TLS 1.0, which RFC 8996 took back in 2021,
    /// and who is on the way can make theirs do so. See "Choose a security policy for your custom domain in API Gateway" in the
    /// Amazon API Gateway Developer Guide.
    ///
    /// Without a policy the service chooses one, by the type of the endpoint and the time at which it was made: that is not
    /// reported. Nor are the policies that begin with `SecurityPolicy_`, of which each asks for TLS 1.2 at least, nor a
    /// value that is not known before deployment.
    ///
    /// ## Fix
    ///
    /// Names `TLS_1_2`, which takes TLS 1.3 too. The domain name is changed in place.
    name: "apigateway-domain-weak-tls-policy",
    category: Security,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_nag:W62", "guard:API_GW_DOMAIN_DENY_NON_TLS_TRAFFIC"],
    founding: ["F09"],
    check: Check::Resources(
        &[
            "AWS::ApiGateway::DomainName",
            "AWS::ApiGatewayV2::DomainName",
            "AWS::Serverless::Api",
            "AWS::Serverless::HttpApi",
        ],
        check,
    ),
}

fn check(domain: &ResourceView<'_>, cx: &mut Context<'_>) {
    let is_item = domain.ty.text == "AWS::ApiGatewayV2::DomainName";
    let configurations = match domain.ty.text.as_str() {
        "AWS::ApiGateway::DomainName" => vec![domain.all()],
        "AWS::ApiGatewayV2::DomainName" => domain.property("DomainNameConfigurations").items(),
        _ => vec![domain.property("Domain")],
    };
    for configuration in configurations {
        let property = configuration.get("SecurityPolicy");
        for weak in tls::weak(&property, Endpoint::Domain, domain) {
            let policy = recommended(Endpoint::Domain);
            let message = weak.message(domain, "clients", policy);
            let fix = match configuration.written() {
                // An item of a list has no path of its own; the construct has one item.
                Some(node) if is_item && cx.source() == Source::Cdk => {
                    let (origin, path, value) = (domain.origin, "SecurityPolicy".to_owned(), Literal::text(policy));
                    Some(match domain.construct {
                        Some(_) => Change::Set { origin, path: format!("DomainNameConfigurations[0].{path}"), value },
                        None => Change::SetIn { map: node.span, path, value },
                    })
                }
                _ => weak.fix(&property, policy, cx),
            };
            let mut draft = cx.report(weak.span(domain.id.span), message);
            if let Some((place, words)) = weak.origin() {
                draft = draft.related(place, words);
            }
            if let Some(fix) = fix {
                draft.fix(format!("Use `{policy}`"), vec![fix]);
            }
        }
    }
}
