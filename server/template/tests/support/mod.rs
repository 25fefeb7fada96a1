//! What the tests of this crate share.
#![allow(dead_code, reason = "each test binary uses its own part")]

use model::{Call, Lowered, Node, Part, Reference, Stack, Value};
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::Arc;
use template::{Format, TemplateFile};

/// A text, read from scratch.
pub(crate) fn lower(text: &str, format: Format) -> Lowered {
    TemplateFile::new(format).lower(&Arc::from(text))
}

/// A stack in few words, without places.
pub(crate) fn render(stack: &Stack) -> String {
    let mut out = String::new();
    for it in &stack.declarations.parameters {
        writeln!(out, "parameter {} {}", it.name.text, value(&it.node)).unwrap();
    }
    for it in &stack.declarations.mappings {
        writeln!(out, "mapping {} {}", it.name.text, value(&it.node)).unwrap();
    }
    for it in &stack.declarations.conditions {
        writeln!(out, "condition {} {}{}", it.name.text, value(&it.node), references(&it.references)).unwrap();
    }
    for it in &stack.declarations.transforms {
        writeln!(out, "transform {}", it.text).unwrap();
    }
    stack.resources.iter().for_each(|it| out.push_str(&resource(it)));
    for it in &stack.outputs {
        writeln!(out, "output {} {}{}", it.name.text, value(&it.node), references(&it.references)).unwrap();
    }
    for (section, entries) in [("rule", &stack.rules), ("hook", &stack.hooks), ("global", &stack.globals)] {
        for it in entries {
            writeln!(out, "{section} {} {}{}", it.name.text, value(&it.node), references(&it.references)).unwrap();
        }
    }
    if !stack.references.is_empty() {
        writeln!(out, "others{}", references(&stack.references)).unwrap();
    }
    if stack.open {
        writeln!(out, "open").unwrap();
    }
    if !stack.generated.is_empty() {
        writeln!(out, "generated {}", stack.generated.join(" ")).unwrap();
    }
    if !stack.broken.is_empty() {
        writeln!(out, "broken {:?}", stack.broken).unwrap();
    }
    out
}

/// A resource in few words.
pub(crate) fn resource(it: &model::Resource) -> String {
    let mut out = format!("resource {} {} {}\n", it.id.text, it.ty.text, value(&it.properties));
    for (name, node) in &it.attributes.entries {
        writeln!(out, "  {} {}", name.text, value(node)).unwrap();
    }
    if !it.references.is_empty() {
        writeln!(out, " {}", references(&it.references)).unwrap();
    }
    out
}

fn references(all: &[Reference]) -> String {
    all.iter().fold(String::new(), |mut out, it| {
        write!(out, " {:?}:{}", it.kind, it.target.text).unwrap();
        if let Some(attribute) = &it.attribute {
            write!(out, ".{}", attribute.text).unwrap();
        }
        out
    })
}

/// A value in few words. What JSON cannot say, whether a number was quoted, is not said.
pub(crate) fn value(node: &Node) -> String {
    let join = |items: Vec<String>| items.join(", ");
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(it) => it.to_string(),
        Value::Scalar(it) => format!("{:?}", it.text),
        Value::List(it) => {
            format!("[{}{}]", join(it.items.iter().map(value).collect()), if it.open { ", .." } else { "" })
        }
        Value::Map(it) => {
            let entries = it.entries.iter().map(|(name, node)| format!("{}: {}", name.text, value(node))).collect();
            format!("{{{}{}}}", join(entries), if it.open { ", .." } else { "" })
        }
        Value::Either(branches) => {
            let branch = |it: &model::Branch| match &it.condition {
                Some((name, holds)) => format!("{}{}: {}", if *holds { "" } else { "!" }, name.text, value(&it.node)),
                None => value(&it.node),
            };
            format!("either({})", join(branches.iter().map(branch).collect()))
        }
        Value::Call(it) => call(it),
        Value::Absent => "absent".to_owned(),
        Value::Unknown => "unknown".to_owned(),
        Value::Missing => "missing".to_owned(),
    }
}

fn call(call: &Call) -> String {
    match call {
        Call::Ref(name) => format!("ref({})", name.text),
        Call::GetAtt { resource, attribute } => {
            format!("att({}, {})", resource.text, attribute.as_ref().map_or("?", |it| &it.text))
        }
        Call::Sub(parts) | Call::Dynamic(parts) => {
            let part = |it: &Part| match it {
                Part::Text(text) => format!("{:?}", text.text),
                Part::Value(node) => value(node),
                Part::Unused(name, node) => format!("unused({}, {})", name.text, value(node)),
            };
            let name = if matches!(call, Call::Sub(_)) { "sub" } else { "dynamic" };
            format!("{name}({})", parts.iter().map(part).collect::<Vec<_>>().join(" "))
        }
        Call::Join { delimiter, items } => format!("join({}, {})", value(delimiter), value(items)),
        Call::Select { index, list } => format!("select({}, {})", value(index), value(list)),
        Call::Split { delimiter, text } => format!("split({}, {})", value(delimiter), value(text)),
        Call::FindInMap { map, first, second, default } => {
            let default = default.as_ref().map_or_else(String::new, |it| format!(", {}", value(it)));
            format!("find({}, {}, {}{default})", value(map), value(first), value(second))
        }
        Call::ImportValue(it) => format!("import({})", value(it)),
        Call::Base64(it) => format!("base64({})", value(it)),
        Call::GetAzs(it) => format!("azs({})", value(it)),
        Call::Other { function, argument } => format!("{}({})", function.text, value(argument)),
    }
}

/// The real templates that tests read when they are there: path, format, text.
pub(crate) fn corpus() -> Vec<(String, Format, String)> {
    files().into_iter().filter(|(_, format, text)| is_really_template(text, *format)).collect()
}

/// What a whole parser says of a text.
pub(crate) fn parse(text: &str, format: Format) -> Option<serde_yaml::Value> {
    match format {
        Format::Yaml => serde_yaml::from_str(text).ok(),
        Format::Json => serde_json::from_str(text).ok(),
    }
}

/// Whether a text is a template, by the means of a whole parser.
pub(crate) fn is_really_template(text: &str, format: Format) -> bool {
    let Some(value) = parse(text, format) else { return false };
    let has_type =
        |it: &serde_yaml::Value| it.get("Type").and_then(|it| it.as_str()).is_some_and(|it| it.contains("::"));
    value.get("AWSTemplateFormatVersion").is_some()
        || value.get("Resources").and_then(|it| it.as_mapping()).is_some_and(|it| it.values().any(has_type))
}

/// The real files of the corpus, templates or not.
pub(crate) fn files() -> Vec<(String, Format, String)> {
    let root = match std::env::var_os("STACKLINT_CORPUS") {
        Some(root) => PathBuf::from(root).join("templates"),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/templates"),
    };
    let mut found = Vec::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            let format = match path.extension().and_then(|it| it.to_str()) {
                _ if path.is_dir() => {
                    folders.push(path);
                    continue;
                }
                Some("yaml" | "yml") => Format::Yaml,
                Some("json") => Format::Json,
                _ => continue,
            };
            if let Ok(text) = std::fs::read_to_string(&path) {
                found.push((path.display().to_string(), format, text));
            }
        }
    }
    if found.is_empty() {
        eprintln!("skipped: STACKLINT_CORPUS names no folder of templates");
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}
