//! What the tests of this crate share.
#![allow(dead_code, unused_imports, reason = "each test binary uses its own part")]

// In words that the tests of the workspace share.
#[path = "../../../../tests/support/shape.rs"]
#[allow(unreachable_pub, reason = "elsewhere it is a public module")]
mod shape;

use model::Lowered;
pub(crate) use shape::{resource, stack as render, value};
use std::path::PathBuf;
use std::sync::Arc;
use template::{Format, TemplateFile};

/// A text, read from scratch.
pub(crate) fn lower(text: &str, format: Format) -> Lowered {
    TemplateFile::new(format).lower(&Arc::from(text))
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
