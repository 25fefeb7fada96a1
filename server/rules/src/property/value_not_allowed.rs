use crate::accepts::{Fault, Kind, Violation};
use crate::facts::spelling;
use crate::facts::wording::either;
use crate::prelude::*;
use crate::rule::rule;
use schema::resources::Types;

rule! {
    /// A property has a value that is none of those that it may have.
    ///
    /// The service refuses it when the resource is created or changed, and everything that was done before is rolled back.
    ///
    /// Values of parameters are judged as well, with a warning: the defaults and the values that are allowed. A later version than
    /// all that are known (`python4.0`) may be newer than this program, so it is a warning as well.
    ///
    /// ## What is not reported
    ///
    /// What is known at deployment only; other spellings of numbers and booleans (`"true"`, `True`); another case where the
    /// service does not mind.
    ///
    /// ## Fix
    ///
    /// Writes the value that differs by case or by a letter or two, else the only one that there is.
    name: "value-not-allowed",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: [
        "cfn_lint:E3030",
        "cfn_lint:W1030",
        "cfn_lint:W1031",
        "cfn_lint:W1032",
        "cfn_lint:W1033",
        "cfn_lint:W1034",
        "cfn_lint:W1035",
        "cfn_lint:W1036",
        "cfn_lint:W2030",
    ],
    founding: [],
    check: Check::Accepts(Kind::Value, check),
}

/// So many values are listed.
const MAX_LISTED: usize = 10;

fn check(violation: &Violation<'_>, _: &ResourceView<'_>, cx: &mut Context<'_>) {
    let node = violation.node;
    let Some(text) = node.as_str() else { return };
    let Fault::Value(values) = &violation.fault else {
        violation.report(cx, format!("{} cannot be `{text}`.", violation.subject()));
        return;
    };
    let meant = meant(text, values);
    let subject = violation.subject();
    let message = match (values.len(), meant) {
        (1, _) => format!("{subject} must be `{}`, not `{text}`.", values[0]),
        (2, _) => format!("{subject} must be {}, not `{text}`.", either(values)),
        (3..=MAX_LISTED, _) => format!("{subject} must be one of {}, not `{text}`.", either(values)),
        (_, Some(meant)) => format!("{subject} cannot be `{text}`. Did you mean `{meant}`?"),
        _ => format!("{subject} cannot be `{text}`: it is none of the {} values that are accepted.", values.len()),
    };
    let mut draft = violation.report(cx, message);
    if values.iter().any(|it| is_later(text, it)) && !values.iter().any(|it| is_later(it, text)) {
        draft = draft.at_most(Warning);
    }
    // What a function makes is not written anywhere.
    if !matches!(node.value, Value::Scalar(_) | Value::Bool(_)) || violation.is_evaluated() {
        return;
    }
    let types = violation.schema.types();
    let fix = |value: &str| vec![Change::Replace { span: node.span, value: literal(value, types) }];
    match (meant, &values[..]) {
        (Some(value), _) => {
            draft.fix(format!("Write `{value}`"), fix(value));
        }
        (None, [only]) => {
            draft.fix_as(Unsafe, format!("Write `{only}`"), fix(only), None);
        }
        _ => (),
    }
}

/// The one value that is like `text`.
fn meant(text: &str, values: &[&'static str]) -> Option<&'static str> {
    let plain = |it: &str| it.chars().filter(|it| it.is_alphanumeric()).collect::<String>().to_lowercase();
    let mut same = values.iter().copied().filter(|it| plain(it) == plain(text));
    match (same.next(), same.next()) {
        (Some(only), None) => Some(only),
        // Digits tell versions apart: another one is another thing.
        _ => spelling::nearest(text, values.iter().copied()).filter(|it| !spelling::is_other_of_its_sort(text, it)),
    }
}

/// True for a later version of the same thing.
fn is_later(text: &str, than: &str) -> bool {
    let stem = |it: &str| it.split(|it: char| it.is_ascii_digit()).collect::<String>();
    let numbers =
        |it: &str| -> Vec<u64> { it.split(|it: char| !it.is_ascii_digit()).filter_map(|it| it.parse().ok()).collect() };
    stem(text) == stem(than) && numbers(text) > numbers(than)
}

fn literal(value: &str, types: Types) -> Literal {
    match value {
        "true" | "false" if types.contains(Types::BOOLEAN) => Literal::Bool(value == "true"),
        _ if !types.contains(Types::STRING) => value.parse().map_or(Literal::text(value), Literal::Number),
        _ => Literal::text(value),
    }
}
