use crate::facts::policy::{self, known};
use crate::facts::when;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A policy is written in the old version of the policy language.
    ///
    /// `Version` is `2008-10-17`, or it is missing, which means the same, while the policy uses a policy variable such as
    /// `${aws:username}`.
    ///
    /// ## Why
    ///
    /// The old version knows no policy variables: it takes them for the letters that they are, so a statement about
    /// `home/${aws:username}/*` is about nobody's home. See "IAM JSON policy elements: Version" in the AWS Identity and
    /// Access Management User Guide.
    ///
    /// ## What is not reported
    ///
    /// Policies without `Version` and without variables.
    ///
    /// ## Fix
    ///
    /// Writes `2012-10-17`. It puts variables in force, so it is never done unasked.
    name: "iam-policy-old-version",
    category: Correctness,
    severity: Warning,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:W2511"],
    founding: [],
    check: Check::Resources(policy::TYPES, check),
}

const OLD: &str = "2008-10-17";
const NEW: &str = "2012-10-17";

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    // Documents that the library of the CDK writes are in the new version, whatever it was given.
    if resource.construct.is_some() {
        return;
    }
    for document in policy::all_documents(resource) {
        let version = document.property.get("Version");
        for (span, _) in known(&version).into_iter().filter(|it| it.1.as_str() == Some(OLD)) {
            let message = format!(
                "`{OLD}` is the old version of the policy language, in which variables such as `${{aws:username}}` mean \
                 nothing. Write `{NEW}`."
            );
            let around = when::around(resource.resource(), span);
            let change = Change::Replace { span, value: Literal::text(NEW) };
            cx.report(span, when::said(&around, message)).fix(format!("Write `{NEW}`"), vec![change]);
        }
        if !version.is_absent() {
            continue;
        }
        for (_, node) in known(&document.property) {
            let Some(map) = node.as_map() else { continue };
            let Some((span, variable)) = variable(&document, resource) else { continue };
            let message = format!(
                "A policy without `Version` is in the language of 2008, which takes `{variable}` for the letters that it is. \
                 Add `Version: '{NEW}'`."
            );
            let around = when::around(resource.resource(), span);
            let change = Change::SetIn { map: node.span, path: "Version".to_owned(), value: Literal::text(NEW) };
            let draft = cx.report(span, when::said(&around, message));
            if !map.open {
                draft.fix(format!("Add `Version: '{NEW}'`"), vec![change]);
            }
        }
    }
}

/// The first policy variable in a resource or the value of a condition.
fn variable<'a>(document: &policy::Document<'a>, resource: &ResourceView<'a>) -> Option<(Span, String)> {
    for statement in policy::statements(&document.property, resource.declarations()) {
        let mut texts = statement.certain_texts("Resource");
        texts.extend(statement.certain_texts("NotResource"));
        for (_, keys) in statement.element("Condition").entries() {
            for (_, values) in keys.entries() {
                texts.extend(policy::certain_texts(&values, resource.declarations()));
            }
        }
        for text in texts {
            if let Some(variable) = text.value.literal().and_then(first_variable) {
                return Some((text.span(), variable));
            }
        }
    }
    None
}

/// `${aws:username}`: unlike what `Fn::Sub` puts in, a policy variable has one colon in its name, and its prefix is that of a
/// condition key.
fn first_variable(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("${")?;
    let (name, rest) = rest.split_once('}')?;
    let (prefix, key) = name.split_once(':').unwrap_or(("", ""));
    let is_variable = !prefix.is_empty() && !key.is_empty() && !key.starts_with(':') && !prefix.starts_with('!');
    if is_variable { Some(format!("${{{name}}}")) } else { first_variable(rest) }
}
