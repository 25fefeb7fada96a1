use crate::facts::policy::{self, known};
use crate::facts::{spelling, when};
use crate::prelude::*;
use crate::rule::rule;
use crate::{Applicability, Severity};
use std::net::IpAddr;

rule! {
    /// A condition of a policy has an operator that does not exist, or values that it cannot compare.
    ///
    /// `Condition` holds a map for each operator, and in it condition keys with the values to compare them with. See "IAM
    /// JSON policy elements: Condition operators" in the AWS Identity and Access Management User Guide.
    ///
    /// ## Why
    ///
    /// AWS refuses a policy with an operator that it does not know, or one without condition keys. A value of the wrong
    /// kind, such as a text for `NumericEquals`, is a warning: a condition that is never met forbids in an `Allow` statement
    /// what it should allow, and allows in a `Deny` statement what it should forbid.
    ///
    /// ## What is not reported
    ///
    /// Values that are known at deployment only, and those with policy variables such as `${aws:username}`.
    ///
    /// ## Fix
    ///
    /// Writes the operator that was meant.
    name: "iam-policy-invalid-condition",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3510", "cfn_lint:E3512", "cfn_lint:E3513", "cfn_lint:E3530"],
    founding: [],
    check: Check::Resources(policy::TYPES, check),
}

/// The operators, with what they compare.
const OPERATORS: &[(&str, Kind)] = &[
    ("ArnEquals", Kind::Arn),
    ("ArnLike", Kind::Arn),
    ("ArnNotEquals", Kind::Arn),
    ("ArnNotLike", Kind::Arn),
    ("BinaryEquals", Kind::Text),
    ("Bool", Kind::Bool),
    ("DateEquals", Kind::Date),
    ("DateGreaterThan", Kind::Date),
    ("DateGreaterThanEquals", Kind::Date),
    ("DateLessThan", Kind::Date),
    ("DateLessThanEquals", Kind::Date),
    ("DateNotEquals", Kind::Date),
    ("IpAddress", Kind::Address),
    ("NotIpAddress", Kind::Address),
    ("Null", Kind::Bool),
    ("NumericEquals", Kind::Number),
    ("NumericGreaterThan", Kind::Number),
    ("NumericGreaterThanEquals", Kind::Number),
    ("NumericLessThan", Kind::Number),
    ("NumericLessThanEquals", Kind::Number),
    ("NumericNotEquals", Kind::Number),
    ("StringEquals", Kind::Text),
    ("StringEqualsIgnoreCase", Kind::Text),
    ("StringLike", Kind::Text),
    ("StringNotEquals", Kind::Text),
    ("StringNotEqualsIgnoreCase", Kind::Text),
    ("StringNotLike", Kind::Text),
];
const QUANTIFIERS: [&str; 2] = ["ForAllValues:", "ForAnyValue:"];
const IF_EXISTS: &str = "IfExists";

/// What an operator compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Address,
    Arn,
    Bool,
    Date,
    Number,
    Text,
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    for document in policy::all_documents(resource) {
        for statement in policy::statements(&document.property, resource.declarations()) {
            for (name, keys) in statement.element("Condition").entries() {
                // A function in the place of an operator is the front end's to report.
                if !name.text.starts_with("Fn::") && name.text != "Ref" {
                    operator(resource, name, &keys, cx);
                }
            }
        }
    }
}

/// An operator with its condition keys.
fn operator<'a>(resource: &ResourceView<'a>, name: &Name, keys: &Property<'a>, cx: &mut Context<'_>) {
    let mut report = |span: Span, severity: Severity, message: String, fix: Option<(Applicability, String)>| {
        let around = when::around(resource.resource(), span);
        let draft = cx.report(span, when::said(&around, message)).at_most(severity);
        if let Some((applicability, to)) = fix {
            let change = Change::Rename { span, to: to.as_str().into() };
            draft.fix_as(applicability, format!("Write `{to}`"), vec![change], None);
        }
    };
    let text = name.text.as_str();
    let Some((known_as, kind)) = read(text) else {
        let message = format!("There is no condition operator `{text}`, so AWS refuses the policy.");
        match meant(text) {
            Some(meant) => {
                report(name.span, Error, format!("{message} Did you mean `{meant}`?"), Some((Safe, meant)));
            }
            None => report(name.span, Error, message, None),
        }
        return;
    };
    if known_as != text {
        let message = format!("This condition operator is called `{known_as}`.");
        report(name.span, Warning, message, Some((Safe, known_as)));
    }
    for (span, node) in known(keys) {
        if matches!(node.value, Value::Scalar(_) | Value::Bool(_) | Value::List(_)) {
            let message = format!("`{text}` holds a map: the condition keys with the values to compare them with.");
            report(span, Error, message, None);
        }
    }
    for (key, values) in keys.entries() {
        for (span, node) in known(&values) {
            let wrong = match &node.value {
                Value::Map(_) => vec![(span, None)],
                Value::List(list) => list.items.iter().filter_map(|it| Some((it.span, wrong(it, kind)?))).collect(),
                _ => wrong(node, kind).map(|it| (span, it)).into_iter().collect(),
            };
            for (span, value) in wrong {
                match value {
                    Some(value) => {
                        let message =
                            format!("`{text}` takes {}, not `{value}`, so it matches nothing.", expected(kind));
                        report(span, Warning, message, None);
                    }
                    None => {
                        let message =
                            format!("`{}` is compared with a value or a list of values, not with a map.", key.text);
                        report(span, Error, message, None);
                    }
                }
            }
        }
    }
}

/// The operator as AWS spells it, and what it compares.
fn read(text: &str) -> Option<(String, Kind)> {
    let (quantifier, rest) = split(text);
    let has_if_exists = rest.len() > IF_EXISTS.len()
        && rest.get(rest.len() - IF_EXISTS.len()..).is_some_and(|it| it.eq_ignore_ascii_case(IF_EXISTS));
    let (base, if_exists) = if has_if_exists { (&rest[..rest.len() - IF_EXISTS.len()], IF_EXISTS) } else { (rest, "") };
    let (name, kind) = OPERATORS.iter().find(|it| it.0.eq_ignore_ascii_case(base))?;
    if *name == "Null" && has_if_exists {
        return None;
    }
    Some((format!("{quantifier}{name}{if_exists}"), *kind))
}

/// The operator that someone meant who wrote `text`.
fn meant(text: &str) -> Option<String> {
    let (quantifier, rest) = match split(text) {
        ("", rest) => match rest.split_once(':') {
            Some((before, rest)) => (spelling::nearest(&format!("{before}:"), QUANTIFIERS)?, rest),
            None => ("", rest),
        },
        (quantifier, rest) => (quantifier, rest),
    };
    let (base, if_exists) = match rest.strip_suffix(IF_EXISTS) {
        Some(base) => (base, IF_EXISTS),
        None => (rest, ""),
    };
    // What other languages of policies call it.
    let name = match base {
        "Equals" => Some("StringEquals"),
        "Like" => Some("StringLike"),
        _ => OPERATORS.iter().find(|it| it.0 == base).map(|it| it.0),
    };
    let name = name.or_else(|| spelling::nearest(base, OPERATORS.iter().map(|it| it.0)));
    name.map(|it| format!("{quantifier}{it}{}", if it == "Null" { "" } else { if_exists }))
}

/// The quantifier before an operator, as AWS spells it, and the operator.
fn split(text: &str) -> (&'static str, &str) {
    let found = QUANTIFIERS.iter().find_map(|it| {
        let start = text.get(..it.len())?;
        start.eq_ignore_ascii_case(it).then(|| (*it, &text[it.len()..]))
    });
    found.unwrap_or(("", text))
}

/// What is wrong with a value: it is of another kind (`Some`), or no value at all.
fn wrong(node: &Node, kind: Kind) -> Option<Option<&str>> {
    match &node.value {
        Value::Map(_) | Value::List(_) => Some(None),
        Value::Scalar(_) | Value::Bool(_) => {
            let text = node.as_str()?;
            (!text.contains("${") && !is_of(text, node, kind)).then_some(Some(text))
        }
        _ => None,
    }
}

fn is_of(text: &str, node: &Node, kind: Kind) -> bool {
    match kind {
        Kind::Text => true,
        Kind::Bool => node.as_bool().is_some(),
        Kind::Number => text.trim().parse::<f64>().is_ok(),
        Kind::Arn => text.starts_with("arn:") || text.starts_with(['*', '?']) || text.contains("{{resolve:"),
        Kind::Address => {
            let (address, length) = text.split_once('/').map_or((text, None), |it| (it.0, Some(it.1)));
            let max = |it: IpAddr| if it.is_ipv4() { 32 } else { 128 };
            let is_length = |max: u8| length.is_none_or(|it| it.parse::<u8>().is_ok_and(|it| it <= max));
            address.parse::<IpAddr>().is_ok_and(|it| is_length(max(it))) || text.contains("{{resolve:")
        }
        // Dates of ISO 8601, and seconds since 1970.
        Kind::Date => {
            let is_year = text.len() >= 4 && text.bytes().take(4).all(|it| it.is_ascii_digit());
            text.trim().parse::<i64>().is_ok() || is_year || text.contains("{{resolve:")
        }
    }
}

fn expected(kind: Kind) -> &'static str {
    match kind {
        Kind::Address => "IP addresses and ranges such as `192.0.2.0/24`",
        Kind::Arn => "ARNs",
        Kind::Bool => "`true` or `false`",
        Kind::Date => "dates such as `2026-01-31T00:00:00Z`",
        Kind::Number => "numbers",
        Kind::Text => "texts",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_are_read_with_quantifier_and_ending() {
        let read = |text| read(text).map(|it| it.0);
        assert_eq!(read("StringEquals").as_deref(), Some("StringEquals"));
        assert_eq!(read("ForAllValues:stringequalsifexists").as_deref(), Some("ForAllValues:StringEqualsIfExists"));
        assert_eq!(read("NullIfExists"), None);
        assert_eq!(read("StringContains"), None);
        assert_eq!(meant("ForAllValue:StringEquals").as_deref(), Some("ForAllValues:StringEquals"));
        assert_eq!(meant("ForAnyValue:StringLikes").as_deref(), Some("ForAnyValue:StringLike"));
    }
}
