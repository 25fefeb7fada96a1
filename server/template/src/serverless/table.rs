//! `AWS::Serverless::SimpleTable`.

use super::maker::Sam;
use model::{Node, Value};

/// The types of keys: SAM's words, DynamoDB's letters.
const KEY_TYPES: &[(&str, &str)] = &[("Binary", "B"), ("Number", "N"), ("String", "S")];

/// A table with a simple key.
pub(super) fn expand(sam: &mut Sam<'_>) {
    let mut table = sam.make("", "AWS::DynamoDB::Table");
    table.pass(
        &sam.properties,
        &["PointInTimeRecoverySpecification", "ProvisionedThroughput", "SSESpecification", "TableName"],
    );
    let (name, ty) = match sam.get("PrimaryKey") {
        None if !sam.properties.map.open => (sam.text("id"), sam.text("S")),
        Some(Node { value: Value::Map(map), .. }) if !map.entries.is_empty() => {
            let name = map.get("Name").cloned().unwrap_or_else(|| sam.unknown());
            let ty = map.get("Type").and_then(|node| {
                let (_, letter) = KEY_TYPES.iter().find(|(word, _)| node.as_str() == Some(word))?;
                Some(Node::text(*letter, node.span))
            });
            (name, ty.unwrap_or_else(|| sam.unknown()))
        }
        _ => (sam.unknown(), sam.unknown()),
    };
    let definition = sam.map([("AttributeName", name.clone()), ("AttributeType", ty)]);
    table.set("AttributeDefinitions", sam.list(vec![definition]));
    let key = sam.map([("AttributeName", name), ("KeyType", sam.text("HASH"))]);
    table.set("KeySchema", sam.list(vec![key]));
    if sam.is_absent("ProvisionedThroughput") {
        table.set("BillingMode", sam.text("PAY_PER_REQUEST"));
    }
    if let Some(tags) = sam.tags(false) {
        table.set("Tags", tags);
    }
    sam.add(table);
}
