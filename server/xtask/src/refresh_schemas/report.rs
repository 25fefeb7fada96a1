//! What a refresh changes, for the one who reviews it.

use schema::resources::{Data, Keyword, Schema};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What `now` knows that `earlier` did not, and the other way round: one line each, a summary first.
pub(super) fn differences(earlier: &'static Data, now: &'static Data) -> Vec<String> {
    let (earlier, now) = (listing(earlier), listing(now));
    let came: Vec<&String> = now.difference(&earlier).collect();
    let went: Vec<&String> = earlier.difference(&now).collect();
    let mut out = vec![format!("{} facts, {} new, {} gone", now.len(), came.len(), went.len())];
    out.extend(came.into_iter().map(|it| format!("+ {it}")));
    out.extend(went.into_iter().map(|it| format!("- {it}")));
    out
}

/// The lines that a text has more and less than the file of it that there was.
pub(super) fn line_differences(earlier: &Path, now: &str) -> Vec<String> {
    let earlier = fs::read_to_string(earlier).unwrap_or_default();
    let (earlier, now) = (headed(&earlier), headed(now));
    let came = now.difference(&earlier).map(|it| format!("+ {it}"));
    came.chain(earlier.difference(&now).map(|it| format!("- {it}"))).collect()
}

/// Each line with the heading above it. The numbers of sets change with every refresh and say nothing.
fn headed(text: &str) -> BTreeSet<String> {
    let mut heading = "";
    let mut out = BTreeSet::new();
    for line in text.lines().filter(|it| !it.is_empty() && !it.starts_with("sets ")) {
        if ["values ", "engines ", "versions "].iter().any(|it| line.starts_with(it)) {
            heading = line;
        } else if heading.starts_with("values ") {
            out.insert(format!("{heading}: {}", line.split(' ').next().unwrap_or_default()));
        } else {
            out.insert(format!("{heading}: {line}"));
        }
    }
    out
}

fn listing(data: &'static Data) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for ty in data.resource_types() {
        let name = ty.name();
        out.insert(format!("type {name}"));
        out.extend(
            ty.lifecycle().map(|it| format!("lifecycle {name}: {} {}", it.status, it.date.unwrap_or("undated"))),
        );
        out.extend(ty.attributes().map(|it| format!("attribute {name}: {it}")));
        for (what, paths) in [
            ("read-only", ty.read_only()),
            ("create-only", ty.create_only()),
            ("deprecated", ty.deprecated_properties()),
        ] {
            out.extend(paths.into_iter().map(|it| format!("{what} {name}: {it}")));
        }
        walk(ty.schema(), name, &mut BTreeSet::new(), &mut out);
    }
    out
}

/// Lists what a schema says; each definition once for a type.
fn walk(schema: Schema, path: &str, seen: &mut BTreeSet<&'static str>, out: &mut BTreeSet<String>) {
    let mut path = path.to_owned();
    if let Some(definition) = schema.definition() {
        if !seen.insert(definition) {
            return;
        }
        path = format!("{}.{definition}", path.split('.').next().unwrap_or_default());
    }
    for keyword in schema.keywords() {
        match keyword {
            Keyword::Properties(named) | Keyword::PatternProperties(named) => {
                for (name, schema) in named {
                    let path = format!("{path}/{name}");
                    out.insert(format!("property {path}: {}", schema.types().names().collect::<Vec<_>>().join(" ")));
                    walk(schema, &path, seen, out);
                }
            }
            Keyword::Items(schema) | Keyword::Additional(schema) => walk(schema, &path, seen, out),
            Keyword::AllOf(all) | Keyword::AnyOf(all) | Keyword::OneOf(all) => {
                all.into_iter().for_each(|it| walk(it, &path, seen, out));
            }
            Keyword::Required(names) => out.extend(names.into_iter().map(|it| format!("required {path}: {it}"))),
            Keyword::Enum(values) | Keyword::EnumIgnoringCase(values) => {
                out.extend(values.into_iter().map(|it| format!("value {path}: {it}")));
            }
            _ => (),
        }
    }
}
