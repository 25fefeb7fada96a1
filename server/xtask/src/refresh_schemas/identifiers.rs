//! What tells the resources of a type apart.

use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Writes `identifiers.txt`: the types whose identifier is made of properties that a template sets.
pub(super) fn compile(schemas: &BTreeMap<String, Map<String, Value>>, origin: &str) -> String {
    let mut out = format!("# {origin}\n");
    for (name, schema) in schemas {
        let pointers = |key: &str| -> Vec<&str> {
            let list = schema.get(key).and_then(Value::as_array).into_iter().flatten();
            list.filter_map(Value::as_str).collect()
        };
        let (identifier, read_only) = (pointers("primaryIdentifier"), pointers("readOnlyProperties"));
        let property = |it: &&str| it.strip_prefix("/properties/").filter(|it| !it.contains('/')).map(str::to_owned);
        let names: Option<Vec<String>> = identifier.iter().map(property).collect();
        let is_set = !identifier.is_empty() && !identifier.iter().any(|it| read_only.contains(it));
        if let Some(names) = names.filter(|_| is_set) {
            let _ = writeln!(out, "{name} {}", names.join(" "));
        }
    }
    out
}
