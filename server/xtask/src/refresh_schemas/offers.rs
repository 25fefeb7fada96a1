//! Which classes of machines each region offers, and which versions of engines there are.

use super::extensions::Extensions;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The values of a property, each with the regions that have it.
type Values = BTreeMap<String, BTreeSet<String>>;

/// Writes `offers.txt`.
pub(super) fn compile(extensions: &Extensions, origin: &str) -> Result<String, String> {
    let lists = lists(extensions);
    let regions: BTreeSet<&String> = lists.values().flat_map(|it| it.values().flatten()).collect();
    if regions.len() > 64 {
        return Err(format!("{} regions are more than fit into a number", regions.len()));
    }
    let bit = |region: &String| regions.iter().position(|it| *it == region).map_or(0, |it| 1_u64 << it);
    let mask = |of: &BTreeSet<String>| of.iter().fold(0, |mask, it| mask | bit(it));
    let mut masks: Vec<u64> = lists.values().flat_map(|it| it.values().map(mask)).collect();
    // What is in most regions comes first.
    masks.sort_unstable_by_key(|it| (std::cmp::Reverse(it.count_ones()), *it));
    masks.dedup();
    let mut out = format!("# {origin}\n");
    let names: Vec<&str> = regions.iter().map(|it| it.as_str()).collect();
    let _ = writeln!(out, "regions {}", names.join(" "));
    let sets: Vec<String> = masks.iter().map(|it| format!("{it:x}")).collect();
    let _ = writeln!(out, "sets {}", sets.join(" "));
    for (places, values) in &lists {
        let _ = writeln!(out, "\nvalues {places}");
        for (value, of) in values {
            let set = masks.iter().position(|it| *it == mask(of)).unwrap_or_default();
            let _ = writeln!(out, "{value} {set:x}");
        }
    }
    for (place, engines) in engines(extensions) {
        let _ = writeln!(out, "\nengines {place}\n{}", engines.join("\n"));
    }
    for (place, versions) in versions(extensions) {
        let _ = writeln!(out, "\nversions {place}");
        for (version, is_deprecated) in versions {
            let _ = writeln!(out, "{version}{}", if is_deprecated { " deprecated" } else { "" });
        }
    }
    Ok(out)
}

/// The lists of values, by the places where one of them must stand; those that depend on an engine have it behind: `=mysql`.
fn lists(extensions: &Extensions) -> BTreeMap<String, Values> {
    let mut out: BTreeMap<String, Values> = BTreeMap::new();
    for (name, table) in extensions.tables.iter().filter(|it| it.1.contains_key("us-east-1")) {
        let places = extensions.places.get(name).map(|it| it.join(" ")).unwrap_or_default();
        for (region, schema) in table.iter().filter(|it| *it.0 != "all" && it.0.contains('-')) {
            for value in texts(schema.get("enum")) {
                out.entry(places.clone()).or_default().entry(value).or_default().insert(region.clone());
            }
            for rule in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
                let engine = &rule["if"]["properties"]["Engine"]["const"];
                let Some(then) = rule["then"]["properties"].as_object() else { continue };
                for (property, values) in then {
                    let place = format!("{places}/{property}={}", engine.as_str().unwrap_or_default());
                    for value in texts(values.get("enum")) {
                        out.entry(place.clone()).or_default().entry(value).or_default().insert(region.clone());
                    }
                }
            }
        }
    }
    out
}

/// The engines of each type.
fn engines(extensions: &Extensions) -> BTreeMap<String, Vec<String>> {
    let tables = extensions.tables.iter().filter(|it| it.0.ends_with("/engine_version"));
    tables
        .map(|(name, table)| {
            let ty = extensions.places.get(name).and_then(|it| it.first()).cloned().unwrap_or_default();
            let rules = table.get("allOf").and_then(Value::as_array).into_iter().flatten();
            (ty, rules.flat_map(|it| texts(it["then"]["properties"]["Engine"].get("enum"))).collect())
        })
        .collect()
}

/// The versions of each engine, the lowest first, and whether they are deprecated.
fn versions(extensions: &Extensions) -> BTreeMap<String, Vec<(String, bool)>> {
    let mut out = BTreeMap::new();
    for (name, table) in extensions.tables.iter().filter(|it| it.0.ends_with("/engine_version")) {
        let ty = extensions.places.get(name).and_then(|it| it.first()).cloned().unwrap_or_default();
        let deprecated = extensions.tables.get(&format!("{name}_deprecated"));
        let deprecated: BTreeSet<(String, String)> = deprecated.map(|it| of_engines(it, "if")).unwrap_or_default();
        for (engine, version) in of_engines(table, "then") {
            let is_deprecated = deprecated.contains(&(engine.clone(), version.clone()));
            out.entry(format!("{ty}={engine}")).or_insert_with(Vec::new).push((version, is_deprecated));
        }
    }
    out.values_mut().for_each(|it| it.sort_by_key(|(version, _)| (numbers(version), version.clone())));
    out
}

/// The pairs of an engine and a version that a table lists under `key`.
fn of_engines(table: &Map<String, Value>, key: &str) -> BTreeSet<(String, String)> {
    let mut out = BTreeSet::new();
    for rule in table.get("allOf").and_then(Value::as_array).into_iter().flatten() {
        let Some(engine) = rule["if"]["properties"]["Engine"]["const"].as_str() else { continue };
        let versions = texts(rule[key]["properties"]["EngineVersion"].get("enum"));
        out.extend(versions.into_iter().map(|it| (engine.to_owned(), it)));
    }
    out
}

/// The numbers in a version.
fn numbers(version: &str) -> Vec<u64> {
    version.split(|it: char| !it.is_ascii_digit()).filter_map(|it| it.parse().ok()).collect()
}

fn texts(list: Option<&Value>) -> Vec<String> {
    let list = list.and_then(Value::as_array).into_iter().flatten();
    list.map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned)).collect()
}
