//! Words for the conditions under which a finding holds.

use crate::facts::wording::listed;
use model::{Case, Name, Node, Resource, Span, Value};

/// Values nested deeper than this are not looked into.
const MAX_DEPTH: u32 = 64;

/// Conditions that hold (`true`) or fail, from the outside in.
pub(crate) type Conditions<'a> = Vec<(&'a Name, bool)>;

/// Words for conditions: ``when `A` and `B` hold and `C` does not``, ``unless `A` holds``; empty for none.
pub(crate) fn circumstances(conditions: &[(&Name, bool)]) -> String {
    match conditions {
        [(name, false)] => format!("unless `{}` holds", name.text),
        conditions => all_of(conditions),
    }
}

/// The same without `unless`, for words that go behind "only".
pub(crate) fn all_of(conditions: &[(&Name, bool)]) -> String {
    let names = |wanted: bool| -> Vec<&str> {
        conditions.iter().filter(|it| it.1 == wanted).map(|it| it.0.text.as_str()).collect()
    };
    let (holding, failing) = (names(true), names(false));
    let hold = if holding.len() == 1 { "holds" } else { "hold" };
    let mut out = match &holding[..] {
        [] => String::new(),
        names => format!("when {} {hold}", listed(names)),
    };
    let verb = if holding.is_empty() { "hold" } else { "" };
    let rest = match &failing[..] {
        [] => return out,
        [only] => format!("`{only}` does not {verb}"),
        [one, other] => format!("neither `{one}` nor `{other}` {}", if verb.is_empty() { "does" } else { "holds" }),
        names => format!("none of {} {}", listed(names), if verb.is_empty() { "does" } else { "holds" }),
    };
    out += if out.is_empty() { "when " } else { " and " };
    out += rest.trim_end();
    out
}

/// When a value counts, for the end of a sentence: ``" unless `IsProduction` holds"``; empty for always.
pub(crate) fn after(case: &Case<'_>) -> String {
    let conditions: Conditions<'_> = case.conditions().collect();
    match circumstances(&conditions) {
        words if !words.is_empty() => format!(" {words}"),
        _ if case.is_choice() => " in some deployments".to_owned(),
        words => words,
    }
}

/// The conditions under which a resource has both of two values.
pub(crate) fn of_both<'a>(one: &Case<'a>, other: &Case<'a>) -> Conditions<'a> {
    let mut out: Conditions<'a> = one.conditions().collect();
    for (name, holds) in other.conditions() {
        if !out.iter().any(|it| it.0.text == name.text) {
            out.push((name, holds));
        }
    }
    out
}

/// The words that go before a sentence about a value of `resource`: ``"When `IsProduction` holds, "`` for one under a
/// condition, its own or that of the resource.
pub(crate) fn before(case: &Case<'_>, resource: &Resource) -> String {
    let mut conditions: Conditions<'_> = case.conditions().collect();
    if conditions.is_empty() {
        conditions.extend(resource.condition.iter().map(|it| (it, true)));
    }
    opening(&conditions)
}

/// `message` with the conditions under which it holds before it; as it is where there are none.
pub(crate) fn said(conditions: &[(&Name, bool)], message: String) -> String {
    if conditions.is_empty() {
        return message;
    }
    let mut letters = message.chars();
    // A sentence that begins with a word goes on in small letters; one that begins with a name of AWS does not.
    let message = match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if first.is_ascii_uppercase() && (second.is_ascii_lowercase() || second == ' ') => {
            format!("{}{}", first.to_ascii_lowercase(), &message[1..])
        }
        _ => message,
    };
    format!("{}{message}", opening(conditions))
}

/// The conditions of the branches in which `span` stands, somewhere within the values of `resource`.
pub(crate) fn around(resource: &Resource, span: Span) -> Conditions<'_> {
    let mut out = Vec::new();
    within(&resource.properties, span, 0, &mut out);
    out
}

fn within<'a>(node: &'a Node, span: Span, depth: u32, out: &mut Conditions<'a>) {
    if depth > MAX_DEPTH || !node.span.contains(span) {
        return;
    }
    let mut inner = |it: &'a Node| within(it, span, depth + 1, out);
    match &node.value {
        Value::List(list) => list.items.iter().for_each(inner),
        Value::Map(map) => map.entries.iter().for_each(|(_, it)| inner(it)),
        Value::Call(call) => call.arguments(&mut inner),
        Value::Either(branches) => {
            let Some(branch) = branches.iter().find(|it| it.node.span.contains(span)) else { return };
            if let Some((name, holds)) = &branch.condition
                && !out.iter().any(|it| it.0.text == name.text)
            {
                out.push((name, *holds));
            }
            within(&branch.node, span, depth + 1, out);
        }
        _ => (),
    }
}

fn opening(conditions: &[(&Name, bool)]) -> String {
    match circumstances(conditions) {
        words if words.is_empty() => words,
        words => {
            let (first, rest) = words.split_at(1);
            format!("{}{rest}, ", first.to_uppercase())
        }
    }
}
