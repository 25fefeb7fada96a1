//! The configuration file as its manual describes it, and the JSON schema by which editors complete it.

use rules::{ALL, Category, Rule, RuleOption};
use serde_json::{Map, Value, json};
use std::fs;

/// The keys of a configuration file, and what the manual says of each.
fn keys() -> Vec<(String, String)> {
    let text = fs::read_to_string(tests::root().join("docs/configuration.md")).expect("the manual is there");
    let rows = text.lines().skip_while(|it| *it != "| key | value |").skip(2).take_while(|it| it.starts_with('|'));
    let read = |row: &str| {
        let mut cells = row.trim_matches(['|', ' ']).splitn(2, " | ");
        let key = cells.next().unwrap_or_default().trim_matches('`').to_owned();
        (key, cells.next().unwrap_or_default().trim().to_owned())
    };
    rows.map(read).collect()
}

#[test]
fn the_manual_names_every_key() {
    let refusal = ide::Layer::parse("q: 1").expect_err("no such key").message;
    let (_, known) = refusal.split_once("expected one of ").unwrap_or_else(|| panic!("{refusal}"));
    let known: Vec<&str> = known.split(", ").map(|it| it.trim_matches('`')).collect();
    let mut told: Vec<String> = keys().into_iter().map(|it| it.0).collect();
    told.sort_unstable();
    let mut known: Vec<String> = known.into_iter().map(str::to_owned).collect();
    known.sort_unstable();
    assert_eq!(told, known);
}

/// The JSON schema of `stacklint.yaml`, as text.
pub(crate) fn schema() -> String {
    let words = |item: Value| json!({ "oneOf": [item, { "type": "array", "items": item, "uniqueItems": true }] });
    let text = || words(json!({ "type": "string" }));
    let mut properties = Map::new();
    for (key, description) in keys() {
        let mut property = match key.as_str() {
            "select" | "ignore" => words(json!({ "$ref": "#/definitions/name" })),
            "rules" => json!({ "$ref": "#/definitions/rules" }),
            "max-file-size" => json!({ "type": "integer", "minimum": 0 }),
            "overrides" => json!({ "type": "array", "items": { "$ref": "#/definitions/override" } }),
            _ => text(),
        };
        property["description"] = description.into();
        properties.insert(key, property);
    }
    let mut of_files: Map<String, Value> = properties.clone();
    of_files.retain(|key, _| !matches!(key.as_str(), "extends" | "exclude" | "max-file-size" | "overrides"));
    let mut files = text();
    files["description"] = "The files that this is for, as globs relative to this one.".into();
    of_files.insert("files".to_owned(), files);

    let mut names: Vec<&str> = vec!["all"];
    names.extend(Category::ALL.iter().map(|it| it.name()));
    let mut subjects: Vec<&str> = ALL.iter().map(|it| it.subject()).collect();
    subjects.dedup();
    names.extend(subjects);
    names.extend(ALL.iter().map(|it| it.name));
    names.extend(ALL.iter().flat_map(|it| it.aliases));
    names.sort_unstable();
    names.dedup();
    let rules: Map<String, Value> = ALL.iter().map(|it| (it.name.to_owned(), entry(it))).collect();
    let schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Configuration of stacklint",
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
        "definitions": {
            "name": { "enum": names },
            "severity": { "enum": ["error", "warning", "info", "hint", "off", false, true] },
            "rules": { "type": "object", "additionalProperties": false, "properties": rules },
            "override": { "type": "object", "additionalProperties": false, "properties": of_files },
        },
    });
    serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n"
}

/// What may stand under the name of a rule.
fn entry(rule: &Rule) -> Value {
    let severity = json!({ "$ref": "#/definitions/severity" });
    let mut options: Map<String, Value> = rule.options.iter().map(|it| (it.name.to_owned(), option(it))).collect();
    let mut by_name = severity.clone();
    if !options.is_empty() {
        options.insert("severity".to_owned(), severity.clone());
        by_name =
            json!({ "oneOf": [severity, { "type": "object", "additionalProperties": false, "properties": options }] });
    }
    by_name["description"] = rule.summary.trim().into();
    by_name
}

fn option(option: &RuleOption) -> Value {
    let scalar = ["string", "number", "boolean"];
    let description = format!("{} Default: {}", option.docs, option.default);
    json!({ "description": description, "type": ["string", "number", "boolean", "array"], "items": { "type": scalar } })
}
