//! One schema of several.

use serde_json::{Map, Value};

/// Adds to `schema` the properties and definitions that only `other` has: what some region accepts is no mistake.
pub(super) fn add_properties(schema: &mut Map<String, Value>, other: &Map<String, Value>) {
    for key in ["properties", "definitions"] {
        let Some(Value::Object(others)) = other.get(key) else { continue };
        let Some(Value::Object(own)) = schema.get_mut(key) else { continue };
        for (name, value) in others {
            match own.get_mut(name) {
                None => {
                    own.insert(name.clone(), value.clone());
                }
                Some(Value::Object(object)) => {
                    if let Value::Object(other) = value {
                        add_properties(object, other);
                        add_values(object, other);
                    }
                }
                Some(_) => (),
            }
        }
    }
}

/// Adds the values of an enumeration that only `other` has.
fn add_values(schema: &mut Map<String, Value>, other: &Map<String, Value>) {
    if let (Some(Value::Array(own)), Some(Value::Array(others))) = (schema.get_mut("enum"), other.get("enum")) {
        own.extend(others.iter().filter(|it| !own.contains(it)).cloned().collect::<Vec<_>>());
    }
}
