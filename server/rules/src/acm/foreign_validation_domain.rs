use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A certificate is to be confirmed by the owner of a domain that its name does not belong to.
    ///
    /// AWS Certificate Manager writes to the owner of `ValidationDomain`, which must be the domain of the certificate or one
    /// above it: `example.com` for `www.example.com`.
    name: "acm-foreign-validation-domain",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3503"],
    founding: [],
    check: Check::Resources(&["AWS::CertificateManager::Certificate"], check),
}

fn check(certificate: &ResourceView<'_>, cx: &mut Context<'_>) {
    for option in certificate.property("DomainValidationOptions").items() {
        let (name, validation) = (option.get("DomainName"), option.get("ValidationDomain"));
        let (Some(own), Some(other), Some(span)) = (name.as_str(), validation.as_str(), validation.span()) else {
            continue;
        };
        if [own, other].iter().any(|it| it.contains(['{', '$'])) {
            continue;
        }
        if own != other && !own.ends_with(&format!(".{other}")) {
            let message = format!("`{own}` does not belong to `{other}`, whose owner is to confirm it.");
            cx.report(span, message).related(name.span().unwrap_or(span), "the name");
        }
    }
}
