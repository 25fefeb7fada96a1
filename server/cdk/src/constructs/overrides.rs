//! What code says of a resource as such: overrides, dependencies, and what becomes of it when it is taken away.

use super::{MethodCall, policy_of};
use crate::ast::{Element, Kind};
use crate::lower::{Level, Lowering};
use crate::scope::{At, Place};
use model::{List, Map, Name, Node, Overridden, Span, Value};

/// Applies `addPropertyOverride` and its like; false for another method.
pub(crate) fn apply<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>) -> bool {
    let span = call.span();
    let (is_property, deletes) = match &*call.method.text {
        "addPropertyOverride" => (true, false),
        "addPropertyDeletionOverride" => (true, true),
        "addOverride" => (false, false),
        "addDeletionOverride" => (false, true),
        "applyRemovalPolicy" => {
            if let Some((index, _)) = lowering.construct_of(call.object) {
                let node = call.argument(0).map_or_else(|| Node::text("Retain", span), |it| policy_of(lowering, it));
                for name in ["DeletionPolicy", "UpdateReplacePolicy"] {
                    lowering.override_attribute(index, name, call.place, node.clone());
                }
            }
            return true;
        }
        "addMetadata" => {
            if let Some((index, Level::Resource)) = lowering.construct_of(call.object)
                && let Some(value) = call.argument(1)
            {
                let node = lowering.node(value);
                let path = call.argument(0).and_then(|it| plain_path("Metadata", &lowering.node(it)));
                override_attribute_at(lowering, index, path.as_deref().unwrap_or("Metadata"), call.place, node);
            }
            return true;
        }
        "addDependency" | "addDependsOn" => {
            add_dependencies(lowering, call);
            return true;
        }
        _ => return false,
    };
    let Some((index, Level::Resource)) = lowering.construct_of(call.object) else { return true };
    let Some(draft) = lowering.constructs[index].resource else { return true };
    let path = call.argument(0).map(|it| lowering.node(it));
    let written = path.as_ref().map_or(span, |it| it.span);
    let Some(path) = path.as_ref().and_then(|it| it.as_str()) else {
        // It may be any of them.
        lowering.drafts[draft].resource.properties = Node::unknown(span);
        return true;
    };
    let node = match (deletes, call.argument(1)) {
        (true, _) => Node { value: Value::Absent, span },
        (false, Some(value)) => lowering.node(value),
        (false, None) => Node::unknown(span),
    };
    let (until_item, is_whole) = until_item(path);
    let node = if is_whole { node } else { Node::unknown(span) };
    let mut property = |path: &str| {
        lowering.override_property_at(index, (path, written), call.place, node.clone());
        if is_whole && lowering.drafts[draft].resource.construct.is_some() {
            lowering.drafts[draft].resource.overridden.push(Overridden { path: path.into(), is_verbatim: true });
        }
    };
    match (is_property, until_item.split_once('.')) {
        (true, _) => property(until_item),
        (false, Some(("Properties", rest))) => property(rest),
        (false, None) if matches!(until_item, "Properties" | "Type") => {
            lowering.drafts[draft].resource.properties = Node::unknown(span);
        }
        (false, _) => override_attribute_at(lowering, index, until_item, call.place, node),
    }
    true
}

/// A path up to the item of a list that it names by number, or the name with a dot in it; and whether that is all of it.
/// What is around that is then not what it was.
fn until_item(path: &str) -> (&str, bool) {
    let mut length = 0;
    for part in path.split('.') {
        if part.ends_with('\\') || (length > 0 && part.parse::<usize>().is_ok()) {
            return (path[..length].trim_end_matches('.'), false);
        }
        length += part.len() + 1;
    }
    (path, true)
}

fn plain_path(first: &str, name: &Node) -> Option<String> {
    name.as_str().filter(|it| !it.contains('.')).map(|it| format!("{first}.{it}"))
}

/// Gives what stands beside the properties a value, at a path into it.
fn override_attribute_at<'a>(lowering: &mut Lowering<'a>, index: usize, path: &str, place: Place<'a>, node: Node) {
    let Some((first, rest)) = path.split_once('.') else {
        return lowering.override_attribute(index, path, place, node);
    };
    let Some(draft) = lowering.constructs[index].resource else { return };
    let span = node.span;
    let mut whole = match lowering.drafts[draft].resource.attributes.get(first).map(|it| it.value.clone()) {
        Some(Value::Map(map)) => map,
        _ => Map { entries: Vec::new(), open: true },
    };
    crate::table::insert(&mut whole, rest, span, node);
    lowering.override_attribute(index, first, place, Node { value: Value::Map(whole), span });
}

/// `a.node.addDependency(b)` between constructs, `a.addDependency(b)` between resources.
fn add_dependencies<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>) {
    let object = match &call.object.expression.kind {
        Kind::Member { object, property, .. } if property.text == "node" => {
            At { expression: object, frame: call.object.frame }
        }
        _ => call.object,
    };
    let Some((index, _)) = lowering.construct_of(object) else { return };
    let (stack, region) = (lowering.constructs[index].place.stack, lowering.constructs[index].place.region);
    let Some(draft) = lowering.constructs[index].resource else { return };
    let is_certain = lowering.scopes.covers(call.place.region, region);
    let mut added = List { items: Vec::new(), open: !is_certain };
    for element in &call.call.arguments {
        let target = match element {
            Element::Item(expression) => lowering.construct_of(At { expression, frame: call.place.at.frame }),
            Element::Spread(_) => None,
        };
        let target = target.map(|(it, _)| &lowering.constructs[it]);
        match target.filter(|it| it.place.stack == stack && it.resource.is_some() && is_certain) {
            Some(target) => added.items.push(Node::text(target.key.clone(), call.span())),
            // Other stacks depend on each other as a whole; of other constructs it is not known what they make.
            None => added.open = true,
        }
    }
    let attributes = &mut lowering.drafts[draft].resource.attributes;
    if let Some(Node { value: Value::List(before), .. }) = attributes.get("DependsOn") {
        added.items.splice(0..0, before.items.iter().cloned());
        added.open |= before.open;
    }
    let span = call.span();
    attributes.insert("DependsOn", span, Node { value: Value::List(added), span });
}

/// `resource.cfnOptions.deletionPolicy = ...`, the member called `name`.
pub(crate) fn set_option<'a>(lowering: &mut Lowering<'a>, index: usize, name: &Name, place: Place<'a>, value: At<'a>) {
    let unknown = |span: Span| Node::unknown(span);
    match &*name.text {
        "deletionPolicy" | "updateReplacePolicy" => {
            let attribute = if name.text == "deletionPolicy" { "DeletionPolicy" } else { "UpdateReplacePolicy" };
            let node = policy_of(lowering, value);
            lowering.override_attribute(index, attribute, place, node);
        }
        "creationPolicy" => lowering.override_attribute(index, "CreationPolicy", place, unknown(value.span())),
        "updatePolicy" => lowering.override_attribute(index, "UpdatePolicy", place, unknown(value.span())),
        "metadata" => {
            let node = lowering.node(value);
            lowering.override_attribute(index, "Metadata", place, node);
        }
        "condition" => {
            let Some(draft) = lowering.constructs[index].resource else { return };
            let span = value.span();
            let words: Vec<&str> = lowering.source(span).split_whitespace().collect();
            let condition = Name::new(words.join(" "), span);
            lowering.drafts[draft].resource.condition = Some(condition);
        }
        _ => (),
    }
}
