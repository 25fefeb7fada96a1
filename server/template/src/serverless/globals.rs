//! `Globals`: properties that resources of a type share.
//!
//! See "Globals section of the AWS SAM template" in the AWS Serverless Application Model Developer Guide.

use model::{List, Map, Node, Resource, Value};

/// The properties of `resource` together with those that `globals`, the entry of its type, gives to all: its own go first,
/// maps are merged at every level, lists follow one another.
pub(super) fn merge(resource: &Resource, globals: Option<&Node>) -> Map {
    let own = resource.properties.as_map().cloned().unwrap_or_else(|| Map { entries: Vec::new(), open: true });
    let Some(globals) = globals else { return own };
    let kind = schema::serverless::find(&resource.ty.text);
    let ignored = resource.attributes.get("IgnoreGlobals");
    if ignored.is_some_and(|it| it.as_str() == Some("*")) {
        return own;
    }
    let mut out = match &globals.value {
        Value::Map(map) => map.clone(),
        Value::Missing | Value::Null => Map::default(),
        _ => Map { entries: Vec::new(), open: true },
    };
    // The transform refuses the others.
    out.entries.retain(|(name, _)| kind.is_some_and(|it| it.globals.contains(&name.text.as_str())));
    match ignored.map(|it| &it.value) {
        None => (),
        Some(Value::List(list)) if !list.open => {
            out.entries.retain(|(name, _)| !list.items.iter().any(|it| it.as_str() == Some(name.text.as_str())));
        }
        Some(_) => out = Map { entries: Vec::new(), open: true },
    }
    merge_maps(out, own)
}

fn merge_maps(globals: Map, mut own: Map) -> Map {
    let mut out = Map { entries: Vec::with_capacity(globals.entries.len()), open: globals.open || own.open };
    for (name, global) in globals.entries {
        match own.entries.iter().position(|(it, _)| it.text == name.text) {
            Some(index) => {
                let (name, own) = own.entries.remove(index);
                out.entries.push((name, merge_nodes(global, own)));
            }
            None => out.entries.push((name, global)),
        }
    }
    out.entries.append(&mut own.entries);
    out
}

fn merge_nodes(global: Node, own: Node) -> Node {
    let value = match (global.value, own.value) {
        (Value::Map(global), Value::Map(own)) => Value::Map(merge_maps(global, own)),
        (Value::List(mut global), Value::List(mut own)) => {
            global.items.append(&mut own.items);
            Value::List(List { items: global.items, open: global.open || own.open })
        }
        (_, own) => own,
    };
    Node { value, span: own.span }
}
