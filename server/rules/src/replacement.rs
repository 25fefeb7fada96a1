//! Which changes replace a resource: CloudFormation makes another one and deletes the one that is there, with what it holds.

use model::{Change, Node, Resource, Span, Stack, Value};
use schema::resources::{Replacement, resource_type};

/// Values nested deeper than this are not looked into.
const MAX_DEPTH: u32 = 64;

/// True when `change` may have another resource take the place of one of the stack.
pub(crate) fn replaces(change: &Change, stack: &Stack) -> bool {
    let (resource, path) = match change {
        Change::Set { origin, path, .. } | Change::Remove { origin, path } | Change::Append { origin, path, .. } => {
            (stack.resources.iter().find(|it| it.origin == *origin), path.replace('.', "/"))
        }
        Change::Replace { span, .. }
        | Change::Delete { span }
        | Change::Rename { span, .. }
        | Change::EditText { span, .. } => place(*span, stack),
        Change::SetIn { map, path, .. } => {
            let (resource, place) = place(*map, stack);
            let path = path.replace('.', "/");
            (resource, if place.is_empty() { path } else { format!("{place}/{path}") })
        }
        _ => return false,
    };
    let ty = resource.and_then(|it| resource_type(&it.ty.text));
    ty.is_some_and(|it| !path.is_empty() && it.replacement_on(&path) != Replacement::Never)
}

/// The resource and the property in which `span` stands.
fn place(span: Span, stack: &Stack) -> (Option<&std::sync::Arc<Resource>>, String) {
    let resource = stack.resources.iter().find(|it| it.made.is_none() && it.properties.span.contains(span));
    let mut path = String::new();
    if let Some(resource) = resource {
        way_to(&resource.properties, span, 0, &mut path);
    }
    (resource, path)
}

fn way_to(node: &Node, span: Span, depth: u32, path: &mut String) {
    if depth > MAX_DEPTH {
        return;
    }
    let mut push = |word: &str| {
        if !path.is_empty() {
            path.push('/');
        }
        path.push_str(word);
    };
    match &node.value {
        Value::Map(map) => {
            if let Some((name, node)) =
                map.entries.iter().find(|(name, it)| name.span.contains(span) || it.span.contains(span))
            {
                push(&name.text);
                way_to(node, span, depth + 1, path);
            }
        }
        Value::List(list) => {
            if let Some(item) = list.items.iter().find(|it| it.span.contains(span)) {
                push("*");
                way_to(item, span, depth + 1, path);
            }
        }
        Value::Either(branches) => {
            if let Some(branch) = branches.iter().find(|it| it.node.span.contains(span)) {
                way_to(&branch.node, span, depth + 1, path);
            }
        }
        _ => (),
    }
}
