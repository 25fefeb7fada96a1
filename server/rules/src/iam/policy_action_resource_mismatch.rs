use crate::facts::policy::{self, Text};
use crate::facts::when;
use crate::prelude::*;
use crate::rule::rule;
use schema::iam;
use std::collections::BTreeSet;

rule! {
    /// An action of a statement works on none of the resources of the statement.
    ///
    /// Each action works on resources of certain kinds, whose ARNs have a certain form: `s3:GetObject` on
    /// `arn:aws:s3:::bucket/key`, `sqs:SendMessage` on `arn:aws:sqs:region:account:queue`. No resource of the statement can
    /// be of a form that the action takes. See "Actions, resources, and condition keys for AWS services" in the Service
    /// Authorization Reference.
    ///
    /// ## Why
    ///
    /// The action is neither allowed nor forbidden by the statement, though it looks so: most often a resource belongs in
    /// another statement, or its ARN lacks a part.
    ///
    /// ## What is not reported
    ///
    /// Actions with wildcards, and those that can't be held to resources. A part of an ARN that is known at deployment only
    /// may have the form that is needed.
    name: "iam-policy-action-resource-mismatch",
    category: Correctness,
    severity: Info,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:I3510"],
    founding: [],
    check: Check::Resources(policy::TYPES, check),
}

/// Stands for what is not known.
const HOLE: char = '\u{fffc}';

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    for document in policy::all_documents(resource) {
        for statement in policy::statements(&document.property, resource.declarations()) {
            let element = statement.element("Resource");
            let resources = statement.texts("Resource");
            let is_all_known = statement.is_closed() && element.is_complete() && !resources.is_empty();
            let arns: Vec<String> = resources.iter().map(|it| it.filled(HOLE)).collect();
            let is_uncertain = element.is_uncertain() || element.items().iter().any(Property::is_uncertain);
            if !is_all_known || is_uncertain || arns.iter().any(|it| !it.starts_with("arn:")) {
                continue;
            }
            for text in statement.certain_texts("Action") {
                let Some(action) = text.value.literal() else { continue };
                let Some((service, name)) = action.split_once(':') else { continue };
                let Some(formats) = iam::service(service).and_then(|it| it.action(name)).map(iam::Action::formats)
                else {
                    continue;
                };
                let fits = |format: &str| arns.iter().any(|it| may_be(it, &any(format)));
                if formats.is_empty() || formats.iter().any(|it| fits(it)) {
                    continue;
                }
                let forms: BTreeSet<String> = formats.iter().map(|it| format!("`{}`", shown(it))).collect();
                let forms: Vec<String> = forms.into_iter().take(3).collect();
                let message = format!(
                    "No resource of this statement is one that `{action}` works on, so the statement says nothing of it. It \
                     works on {}.",
                    forms.join(", ")
                );
                let around = when::around(resource.resource(), text.span());
                let place = resources.first().map(Text::span);
                let draft = cx.report(text.span(), when::said(&around, message));
                if let Some(place) = place {
                    draft.related(place, "the resources of the statement");
                }
            }
        }
    }
}

/// True when an ARN, known in parts, may be one of `format`. Wildcards stand for no more than a part, but for the last.
fn may_be(arn: &str, format: &str) -> bool {
    let mut formats = format.splitn(6, ':');
    for (index, part) in arn.splitn(6, ':').enumerate() {
        let Some(wanted) = formats.next() else { return false };
        if index < 5 && part.contains(HOLE) {
            // What is not known may be several parts.
            let known = part.split(HOLE).next().unwrap_or_default();
            return overlap(&format!("{known}*"), wanted);
        }
        if !overlap(&part.replace(HOLE, "*"), wanted) {
            return false;
        }
    }
    true
}

/// A format, with `*` for what stands in the place of a name.
fn any(format: &str) -> String {
    let mut out = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        out.push('*');
        rest = after.split_once('}').map_or("", |it| it.1);
    }
    out + rest
}

/// A format as people write it.
fn shown(format: &str) -> String {
    format.replace("${Partition}", "aws").replace("${Region}", "region").replace("${Account}", "account")
}

/// True when some text matches both patterns, in which `*` stands for any letters and `?` for any one.
fn overlap(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    // Whether the rest of `a` and what is left of `b` from each place have a text in common.
    let mut next = vec![false; b.len() + 1];
    for i in (0..=a.len()).rev() {
        let mut here = vec![false; b.len() + 1];
        for j in (0..=b.len()).rev() {
            here[j] = match (a.get(i), b.get(j)) {
                (None, None) => true,
                (Some(b'*'), _) => next[j] || j < b.len() && here[j + 1],
                (_, Some(b'*')) => here[j + 1] || i < a.len() && next[j],
                (Some(x), Some(y)) => (x == y || *x == b'?' || *y == b'?') && next[j + 1],
                _ => false,
            };
        }
        next = here;
    }
    next[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_fit_part_by_part() {
        let queue = "arn:*:sqs:*:*:*";
        assert!(may_be("arn:aws:sqs:us-east-1:111122223333:queue", queue));
        assert!(may_be("arn:aws:sqs:*", queue));
        assert!(may_be("arn:aws:\u{fffc}", queue));
        assert!(may_be("arn:aws:sqs:\u{fffc}:queue", queue));
        assert!(!may_be("arn:aws:s3:::content/*", queue));
        assert!(!may_be("arn:aws:s3:\u{fffc}", queue));
    }

    #[test]
    fn patterns_overlap() {
        for (a, b, expected) in [
            ("bucket/*", "*", true),
            ("log-group:a:*", "log-group:*:log-stream:*", true),
            ("orders", "table/*", false),
            ("*/index/?", "table/*/index/*", true),
            ("us-*-1", "eu-*", false),
            ("", "*", true),
            ("a", "", false),
        ] {
            assert_eq!(overlap(a, b), expected, "{a} {b}");
            assert_eq!(overlap(b, a), expected, "{b} {a}");
        }
    }
}
