//! Formats that the schemas leave out.
//!
//! The schemas give a property the format `AWS::EC2::Subnet.Id` by its name, and not each name that there is. The service
//! specification says of some properties which resource they refer to; but it was guessed by words in part
//! (`TemplateArn` is said to be the ARN of a certificate authority), so that it counts only where the name of the property
//! says the same.

use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A format that the specification gives to properties.
struct Related {
    /// The type that they refer to.
    ty: &'static str,
    /// The property of that type that they hold; empty for any.
    property: &'static str,
    /// Their names have one of these words.
    words: &'static [&'static str],
    /// And none of these.
    others: &'static [&'static str],
    format: &'static str,
}

const RELATED: &[Related] = &[
    Related {
        ty: "AWS::EC2::Subnet",
        property: "SubnetId",
        words: &["Subnet", "VPCZoneIdentifier"],
        others: &["Group"],
        format: "AWS::EC2::Subnet.Id",
    },
    Related {
        ty: "AWS::EC2::SecurityGroup",
        property: "",
        words: &["SecurityGroupId", "SecurityGroups"],
        // A cluster of Redshift outside a VPC has security groups of its own.
        others: &["Name", "ClusterSecurityGroups"],
        format: "AWS::EC2::SecurityGroup.Id",
    },
    Related {
        ty: "AWS::EC2::VPC",
        property: "VpcId",
        words: &["VpcId", "VPCId"],
        others: &[],
        format: "AWS::EC2::VPC.Id",
    },
    Related {
        ty: "AWS::IAM::Role",
        property: "Arn",
        words: &["Role"],
        others: &["Name"],
        format: "AWS::IAM::Role.Arn",
    },
];

/// Names that mean the same in every type that has them.
const NAMED: &[(&str, &str)] = &[("SubnetIds", "AWS::EC2::Subnet.Id"), ("VpcSubnetIds", "AWS::EC2::Subnet.Id")];

/// Names that have a format for a word in them, and mean something else: the security groups of inputs of AWS Elemental
/// MediaLive are none of EC2, and its nodes take the ARN of an instance profile.
const MISNAMED: &[&str] = &["InputSecurityGroups", "InstanceRoleArn"];

/// Adds to `schema` the formats that follow from the names and the specification of its properties, and takes out those that are
/// wrong.
pub(super) fn complete(
    schema: &mut Map<String, Value>,
    specification: Option<&Value>,
    definitions: &BTreeMap<String, Vec<Value>>,
) {
    by_name(schema, 0);
    let Some(ty) = specification else { return };
    related(schema, ty);
    let used = ty["$id"].as_str().and_then(|it| definitions.get(it)).into_iter().flatten();
    for definition in used {
        let name = definition["name"].as_str().unwrap_or_default();
        let own = schema.get_mut("definitions").and_then(|it| it.get_mut(name)).and_then(Value::as_object_mut);
        if let Some(own) = own {
            related(own, definition);
        }
    }
}

fn by_name(schema: &mut Map<String, Value>, depth: usize) {
    if depth > 64 {
        return;
    }
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        for (name, property) in properties {
            if MISNAMED.contains(&name.as_str()) {
                remove(property);
            }
            if let Some((_, format)) = NAMED.iter().find(|it| it.0 == name.as_str()) {
                add(property, format);
            }
        }
    }
    for value in schema.values_mut() {
        match value {
            Value::Object(inner) => by_name(inner, depth + 1),
            Value::Array(list) => {
                list.iter_mut().filter_map(Value::as_object_mut).for_each(|it| by_name(it, depth + 1));
            }
            _ => (),
        }
    }
}

/// Adds to the properties of `schema` what `specification` says that they refer to.
fn related(schema: &mut Map<String, Value>, specification: &Value) {
    let Some(Value::Object(properties)) = schema.get_mut("properties") else { return };
    for (name, property) in properties {
        let references = specification["properties"][name.as_str()]["relationshipRefs"].as_array();
        let targets: Vec<(&str, &str)> = references
            .into_iter()
            .flatten()
            .filter_map(|it| Some((it["cloudFormationType"].as_str()?, it["propertyName"].as_str()?)))
            .collect();
        let found = RELATED.iter().find(|wanted| {
            let is_it = |(ty, property): &(&str, &str)| {
                *ty == wanted.ty && (wanted.property.is_empty() || *property == wanted.property)
            };
            !targets.is_empty()
                && targets.iter().all(is_it)
                && wanted.words.iter().any(|it| name.contains(it))
                && !wanted.others.iter().any(|it| name.contains(it))
        });
        if let Some(Related { format, .. }) = found {
            add(property, format);
        }
    }
}

/// Gives a text, or each text of a list, a format where it has none.
fn add(property: &mut Value, format: &str) {
    let Some(property) = property.as_object_mut() else { return };
    let is_list = property.get("type").and_then(Value::as_str) == Some("array");
    let schema = match property.get_mut("items") {
        Some(Value::Object(items)) if is_list => items,
        _ => property,
    };
    let is_text = schema.get("type").and_then(Value::as_str) == Some("string");
    let is_open = ["format", "$ref", "anyOf", "oneOf", "allOf", "enum"].iter().all(|it| !schema.contains_key(*it));
    if is_text && is_open {
        schema.insert("format".to_owned(), format.into());
    }
}

fn remove(property: &mut Value) {
    let Some(property) = property.as_object_mut() else { return };
    for key in ["format", "anyOf"] {
        property.remove(key);
    }
    if let Some(items) = property.get_mut("items") {
        remove(items);
    }
}
