use crate::accepts::{Fault, Kind, Violation};
use crate::facts::wording::{either, kind_of, listed};
use crate::prelude::*;
use crate::rule::rule;
use schema::resources::{Keyword, Schema};

rule! {
    /// A value has none of the forms that its property may have.
    ///
    /// Some properties have several forms, with other keys or values in each. Where one of them was clearly meant, what is
    /// wrong with that one is reported; here it is not clear.
    name: "no-fitting-form",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3017", "cfn_lint:E3018"],
    founding: [],
    check: Check::Accepts(Kind::Form, check),
}

/// So many keys are listed.
const MAX_LISTED: usize = 8;
/// Longer patterns tell a reader nothing.
const MAX_PATTERN: usize = 60;

fn check(violation: &Violation<'_>, resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let Fault::Form = violation.fault else { return };
    let subject = match violation.path.is_empty() {
        true => format!("`{}`", resource.id.text),
        false => violation.subject(),
    };
    let keys = keys_of_forms(violation.schema);
    let message = match violation.node.as_map() {
        Some(_) if !keys.is_empty() && keys.len() <= MAX_LISTED => {
            format!("{subject} has none of the forms that it may have. They differ in {}.", listed(&keys))
        }
        Some(_) => format!("{subject} has none of the forms that it may have."),
        None => match (violation.node.as_str(), patterns_of_forms(violation.schema)) {
            (Some(text), patterns) if !patterns.is_empty() => {
                format!("{subject} must match one of {}, and `{text}` matches none.", either(&patterns))
            }
            _ => format!("{subject} has none of the forms that it may have, and this is {}.", kind_of(violation.node)),
        },
    };
    violation.report(cx, message);
}

/// The keys that the forms of a schema require.
fn keys_of_forms(schema: Schema) -> Vec<&'static str> {
    let mut out = Vec::new();
    for key in forms(schema).flat_map(Schema::required) {
        if !out.contains(&key) {
            out.push(key);
        }
    }
    out
}

/// The patterns of the forms of a schema, where each is short enough to be read.
fn patterns_of_forms(schema: Schema) -> Vec<&'static str> {
    let patterns = forms(schema).map(|it| it.pattern().filter(|it| it.len() <= MAX_PATTERN));
    patterns.collect::<Option<_>>().unwrap_or_default()
}

fn forms(schema: Schema) -> impl Iterator<Item = Schema> {
    let several = schema.keywords().filter_map(|it| match it {
        Keyword::AnyOf(forms) | Keyword::OneOf(forms) => Some(forms),
        _ => None,
    });
    several.flatten()
}
