use crate::facts::spelling::nearest;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A distribution has a name that is none, or sends requests to an origin that it does not have.
    ///
    /// An alias is the name of a domain; a `*` stands for its first part alone. A cache behavior names an origin or a group of
    /// origins of the same distribution. Amazon CloudFront refuses the rest.
    ///
    /// ## What is not reported
    ///
    /// Aliases and origins that are not known before deployment.
    ///
    /// ## Fix
    ///
    /// Writes the origin that differs by a letter or two.
    name: "cloudfront-invalid-distribution",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3013", "cfn_lint:E3057"],
    founding: [],
    check: Check::Resources(&["AWS::CloudFront::Distribution"], check),
}

fn check(distribution: &ResourceView<'_>, cx: &mut Context<'_>) {
    let configuration = distribution.property("DistributionConfig");
    for alias in configuration.get("Aliases").items() {
        if let Some((name, span)) = alias.as_str().zip(alias.span()).filter(|it| !is_domain(it.0)) {
            cx.report(span, format!("`{name}` is no name of a domain, such as `www.example.com` or `*.example.com`."));
        }
    }
    let Some(known) = origins(&configuration) else { return };
    let behaviors = configuration.get("CacheBehaviors").items();
    for behavior in std::iter::once(configuration.get("DefaultCacheBehavior")).chain(behaviors) {
        let target = behavior.get("TargetOriginId");
        let Some((id, span)) = target.as_str().zip(target.span()) else { continue };
        if known.contains(&id) {
            continue;
        }
        let draft = cx.report(span, format!("The distribution has no origin `{id}` to send requests to."));
        let node = target.written().filter(|it| it.span == span && matches!(it.value, Value::Scalar(_)));
        if let Some((meant, node)) = nearest(id, known.iter().copied()).zip(node) {
            let change = Change::Replace { span: node.span, value: Literal::text(meant) };
            draft.fix(format!("Write `{meant}`"), vec![change]);
        }
    }
}

/// The ids of all origins and groups of them; `None` where some are not known.
fn origins<'a>(configuration: &Property<'a>) -> Option<Vec<&'a str>> {
    let [case] = configuration.cases() else { return None };
    if case.node()?.as_map()?.open {
        return None;
    }
    let mut out = Vec::new();
    for path in ["Origins", "OriginGroups.Items"] {
        let list = configuration.get(path);
        if !list.is_complete() {
            return None;
        }
        for origin in list.items() {
            for case in origin.get("Id").cases() {
                out.push(case.node().and_then(Node::as_str)?);
            }
        }
    }
    // Without any it was written for an older form, with the one origin under another name.
    (!out.is_empty()).then_some(out)
}

fn is_domain(text: &str) -> bool {
    if text.contains(['{', '$']) {
        return true;
    }
    let labels: Vec<&str> = text.split('.').collect();
    let is_label = |it: &str| {
        let is_letter = |it: u8| it.is_ascii_alphanumeric() || it == b'-' || it == b'_';
        !it.is_empty() && it.len() <= 63 && it.bytes().all(is_letter) && !it.starts_with('-') && !it.ends_with('-')
    };
    labels.len() > 1
        && labels.iter().enumerate().all(|(index, it)| is_label(it) || (index == 0 && *it == "*"))
        && labels.last().is_some_and(|it| it.len() > 1)
}
