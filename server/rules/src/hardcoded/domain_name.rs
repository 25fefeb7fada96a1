use crate::Applicability;
use crate::facts::hardcoded::{self, Text};
use crate::facts::names::free_name;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// Several resources write out the same domain.
    ///
    /// The domain of a site is often that of one environment. Written into a certificate, an alias, a record and a policy it has
    /// to be changed in all of them, and a second environment cannot be made of the same code. A parameter, or in the CDK a
    /// prop or a setting, says it once.
    ///
    /// This rule is off unless it is asked for. Reported once for each domain that two or more resources write out, at the first
    /// place, which points at the others.
    ///
    /// ## What is not reported
    ///
    /// Domains of AWS, and those of which each resource has its own. Names are compared as a whole: `www.example.com` is another
    /// than `example.com`.
    ///
    /// ## Fix
    ///
    /// Extracts the domain into a parameter with the domain as its default, and refers to it in all places. It is shown as a
    /// refactoring and never applied unasked. There is none in the CDK where a `Certificate` with the domain is confirmed by mail:
    /// the library refuses a domain there that it cannot read.
    name: "hardcoded-domain-name",
    category: Maintainability,
    severity: Hint,
    default_on: false,
    fix: Some(Manual),
    front_ends: FrontEnds::Both,
    founding: ["F85"],
    check: Check::Stack(check),
}

/// A place that writes out a domain.
struct Place<'a> {
    domain: String,
    resource: &'a Resource,
    text: Text<'a>,
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    let mut places: Vec<Place<'_>> = Vec::new();
    for resource in stack.resources.iter().filter(|it| it.made.is_none()) {
        hardcoded::texts(resource, &["."], &mut |text| {
            if let Some(domain) = domain(&text, resource) {
                places.push(Place { domain, resource, text });
            }
        });
    }
    let mut done: Vec<String> = Vec::new();
    for first in &places {
        if done.contains(&first.domain) {
            continue;
        }
        done.push(first.domain.clone());
        let same: Vec<&Place<'_>> = places.iter().filter(|it| it.domain == first.domain).collect();
        let mut keys: Vec<&SmolStr> = same.iter().map(|it| &it.resource.key).collect();
        keys.dedup();
        if keys.len() > 1 {
            report(&first.domain, &same, keys.len(), stack, cx);
        }
    }
}

fn report(domain: &str, same: &[&Place<'_>], resources: usize, stack: &Stack, cx: &mut Context<'_>) {
    let spans: Vec<(Span, bool)> = same.iter().filter_map(|it| it.text.place(0..it.text.text().len())).collect();
    let Some(((span, _), others)) = spans.split_first() else { return };
    // What a construct puts together is not the author's.
    if cx.source() == Source::Cdk
        && (others.is_empty() || spans.iter().any(|it| !it.1 || it.0 == *span && it != &spans[0]))
    {
        return;
    }
    let message = format!(
        "The domain `{domain}` is written out in {resources} resources, which all have to be changed for another environment. Say \
         it once, in a parameter."
    );
    let name = free_name(stack, "DomainName");
    let mut changes = vec![Change::AddParameter {
        name: name.clone(),
        ty: "String".into(),
        description: "The domain".to_owned(),
        default: Some(domain.into()),
        near: *span,
    }];
    let puts = same.iter().map(|it| it.text.put(0..it.text.text().len(), Literal::Ref(name.clone())));
    let puts: Option<Vec<Change>> = puts.collect();
    let first = same[0].resource;
    let mut draft = cx.report(*span, message).about(first);
    for (other, _) in others.iter().filter(|it| it.0 != *span) {
        draft = draft.related(*other, "it is written out here too");
    }
    if let Some(puts) = puts.filter(|_| !same.iter().any(|it| is_refused_token(it.resource))) {
        changes.extend(puts);
        draft.fix_as(Applicability::Manual, "Extract the domain into a parameter", changes, None).weighs_replacement();
    }
}

/// True for a certificate of the CDK that is confirmed by mail: its library has to see the domain to know which mailboxes.
fn is_refused_token(resource: &Resource) -> bool {
    resource.ty.text == "AWS::CertificateManager::Certificate"
        && resource.construct.is_some()
        && resource.properties.get("ValidationMethod").is_none_or(|it| it.as_str() != Some("DNS"))
}

/// The domain that `text` is, when it stands where domains do.
fn domain(text: &Text<'_>, resource: &Resource) -> Option<String> {
    const KEYS: [&str; 16] = [
        "Aliases",
        "AlternateDomainNames",
        "CNAMEs",
        "CustomDomain",
        "DNSName",
        "Domain",
        "DomainName",
        "DomainNames",
        "EmailIdentity",
        "FullyQualifiedDomainName",
        "HostedZoneName",
        "MailFromDomain",
        "ResourceRecords",
        "SubjectAlternativeNames",
        "ValidationDomain",
        "Values",
    ];
    const ENDS_OF_AWS: [&str; 7] = [
        ".amazonaws.com",
        ".amazonaws.com.cn",
        ".aws",
        ".amazonaws-us-gov.com",
        ".cloudfront.net",
        ".elasticbeanstalk.com",
        ".internal",
    ];
    let is_name = text.key() == "Name" && resource.ty.text.starts_with("AWS::Route53::");
    if !is_name && !KEYS.contains(&text.key()) {
        return None;
    }
    let domain = text.text();
    let name = domain.trim_end_matches('.').to_ascii_lowercase();
    let labels: Vec<&str> = name.split('.').collect();
    let is_label = |it: &&str| {
        !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-') && !it.starts_with('-')
    };
    let has_top = labels.last().is_some_and(|it| it.len() > 1 && it.bytes().all(|it| it.is_ascii_alphabetic()));
    let is_domain = labels.len() > 1 && labels.iter().all(is_label) && has_top;
    (is_domain && !ENDS_OF_AWS.iter().any(|it| name.ends_with(it))).then(|| domain.to_owned())
}
