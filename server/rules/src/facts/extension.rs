//! What services accept beyond their schemas: which properties go together, and which values with which.
//!
//! A rule names the extensions that it speaks for, each with the reason that a person needs.

use crate::Severity;
use crate::accepts::{self, Fault, Violation};
use crate::engine::Context;
use crate::facts::below;
use crate::facts::wording::listed;
use crate::rule::Severity::{Error, Warning};
use model::{Change, ResourceView, Value};
use schema::extensions::{self, Extension};
use schema::resources::Keyword;

/// An extension that a rule speaks for.
pub(crate) struct Row {
    /// Its name: `ec2_securitygroup/all_to_and_from_ports`.
    pub(crate) name: &'static str,
    severity: Severity,
    /// Why it is so, in a sentence.
    pub(crate) reason: &'static str,
}

/// What cannot be deployed, or does not work.
pub(crate) const fn error(name: &'static str, reason: &'static str) -> Row {
    Row { name, severity: Error, reason }
}

/// What is deployed, but has no effect, or another than it seems.
pub(crate) const fn warning(name: &'static str, reason: &'static str) -> Row {
    Row { name, severity: Warning, reason }
}

/// Reports what of `resource` does not fulfil the extensions of `rows`.
pub(crate) fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>, rows: &[Row]) {
    check_saying(resource, cx, rows, |violation, row| format!("{} {}", sentence(violation), row.reason));
}

/// The same, in words of the rule's own.
pub(crate) fn check_saying(
    resource: &ResourceView<'_>,
    cx: &mut Context<'_>,
    rows: &[Row],
    say: impl Fn(&Violation<'_>, &Row) -> String,
) {
    // A refresh of the data may rename one.
    debug_assert!(rows.iter().all(|row| extensions::all().any(|it| it.name() == row.name)), "an unknown extension");
    if !accepts::is_judged(resource) {
        return;
    }
    for extension in extensions::of(&resource.ty.text) {
        let Some(row) = rows.iter().find(|it| it.name == extension.name()) else { continue };
        for group in violations(resource, extension, cx) {
            // What must not be there can be taken out: all of it at once, as one without the other may be no better.
            let is_unwanted = |it: &&Violation<'_>| is_unwanted(it) && !it.is_evaluated();
            let unwanted: Vec<&Violation<'_>> = group.iter().filter(is_unwanted).collect();
            for violation in &group {
                let message = say(violation, row);
                let draft = violation.report(cx, message).at_most(row.severity);
                if is_unwanted(&violation) && draft.has_fixes() {
                    let names: Vec<&str> = unwanted.iter().filter_map(|it| it.property()).collect();
                    let subject = if names.len() > 1 { listed(&names) } else { violation.subject() };
                    let changes = unwanted.iter().map(|it| Change::Delete { span: it.node.span }).collect();
                    draft.fix(format!("Delete {subject}"), changes);
                }
            }
        }
    }
}

/// Where `resource` does not fulfil the extension called `name`.
pub(crate) fn violations_of<'a>(resource: &ResourceView<'a>, name: &str, cx: &Context<'_>) -> Vec<Violation<'a>> {
    let named = extensions::of(&resource.ty.text).filter(|it| it.name() == name && accepts::is_judged(resource));
    named.flat_map(|it| violations(resource, it, cx)).flatten().collect()
}

/// What does not fulfil `extension`, together for each place that it speaks of.
fn violations<'a>(resource: &ResourceView<'a>, extension: Extension, cx: &Context<'_>) -> Vec<Vec<Violation<'a>>> {
    let path = extension.path();
    let mut out = Vec::new();
    for property in below::at(&resource.all(), path) {
        let node = property.written().filter(|_| !path.is_empty());
        let start = node.map(|it| match &it.value {
            Value::Map(map) if path.ends_with('*') => map.entries.first().map_or(it.span, |(name, _)| name.span),
            _ => it.span,
        });
        let anchor = start.unwrap_or(resource.id.span);
        out.push(accepts::against(resource, &property, (anchor, path), extension.schema(), cx.source()));
    }
    out
}

/// What is wrong, in a sentence.
pub(crate) fn sentence(violation: &Violation<'_>) -> String {
    let subject = violation.subject();
    let text = violation.node.as_str().unwrap_or_default();
    match &violation.fault {
        Fault::Missing(names) | Fault::Dependent(_, names) => {
            format!("{} lacks {}.", violation.holder(), listed(names))
        }
        Fault::NoneOf(names) => {
            let names: Vec<&str> = names.concat();
            format!("{} needs {}.", violation.holder(), listed(&names).replace(" and ", " or "))
        }
        Fault::Conflict(names) if names.len() == 1 => format!("`{}` does not belong here.", names[0]),
        Fault::Conflict(names) => format!("{} do not go together.", listed(names)),
        _ if is_unwanted(violation) => format!("{subject} does not belong here."),
        Fault::Value(values) => {
            let mut values = values.clone();
            values.dedup();
            let one_of = if values.len() > 1 { "one of " } else { "" };
            format!("{subject} must be {one_of}{}, not `{text}`.", listed(&values).replace(" and ", " or "))
        }
        Fault::Range(bounds) => format!("{subject} must be {bounds}, not {}.", text.trim()),
        Fault::Count(count, Some(least), _) => format!("{subject} must have at least {least} items, and has {count}."),
        Fault::Count(count, _, Some(most)) => format!("{subject} must have at most {most} items, and has {count}."),
        _ if text.is_empty() => format!("{subject} does not fit the rest."),
        _ => format!("{subject} cannot be `{text}` here."),
    }
}

/// True for a property that must not be there.
fn is_unwanted(violation: &Violation<'_>) -> bool {
    violation.schema.keywords().any(|it| matches!(it, Keyword::Never))
}
