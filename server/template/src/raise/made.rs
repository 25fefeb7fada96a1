//! Changes of resources that a transform makes → changes of those that the author wrote.

use model::{Change, Literal, Lowered, Made, Resource, SmolStr, Span};
use std::sync::Arc;

/// The same changes, of what is written. `None`: one of them cannot be said there.
pub(super) fn written(lowered: &Lowered, changes: &[Change]) -> Option<Vec<Change>> {
    let all = || lowered.stacks.iter().flat_map(|it| &it.resources);
    if all().all(|it| it.made.is_none()) {
        return Some(changes.to_vec());
    }
    let makers: Vec<Span> = all().filter(|it| it.made.is_some()).map(|it| it.id.span).collect();
    let mut out = Vec::with_capacity(changes.len());
    for change in changes {
        if names_maker(change, &makers) {
            return None;
        }
        match change {
            Change::Set { origin, .. }
            | Change::Remove { origin, .. }
            | Change::Append { origin, .. }
            | Change::SetAttribute { origin, .. }
            | Change::RemoveResource { origin }
            | Change::AddResource { after: origin, .. } => {
                match all().find(|it| it.origin == *origin && it.made.is_some()) {
                    Some(resource) => translate(resource, resource.made.as_ref()?, change, &mut out)?,
                    None => out.push(change.clone()),
                }
            }
            _ => out.push(change.clone()),
        }
    }
    Some(out)
}

/// True for a change that takes the name of a resource for a value which the transform puts in.
fn names_maker(change: &Change, makers: &[Span]) -> bool {
    match change {
        Change::SetIn { map: span, value, .. } | Change::Replace { span, value } => {
            makers.contains(span) || copies(value, makers)
        }
        Change::Delete { span } => makers.contains(span),
        Change::Set { value, .. }
        | Change::SetAttribute { value, .. }
        | Change::Append { value, .. }
        | Change::AddResource { properties: value, .. } => copies(value, makers),
        _ => false,
    }
}

fn copies(value: &Literal, makers: &[Span]) -> bool {
    match value {
        Literal::Existing(span) => makers.contains(span),
        Literal::List(items) | Literal::Sub(items) => items.iter().any(|it| copies(it, makers)),
        Literal::Map(entries) => entries.iter().any(|(_, it)| copies(it, makers)),
        _ => false,
    }
}

fn translate(resource: &Arc<Resource>, made: &Made, change: &Change, out: &mut Vec<Change>) -> Option<()> {
    let origin = made.origin;
    match change {
        Change::Set { path, value, .. } => set(made, path, value, out)?,
        Change::Remove { path, .. } => match there(made, path) {
            Some(path) => out.push(Change::Remove { origin, path }),
            None => {
                let parts: Vec<_> = below(made, path).map(|it| it.to_string()).collect();
                if parts.is_empty() {
                    return None;
                }
                out.extend(parts.into_iter().map(|path| Change::Remove { origin, path }));
            }
        },
        Change::Append { path, value, .. } => {
            out.push(Change::Append { origin, path: there(made, path)?, value: value.clone() });
        }
        Change::SetAttribute { attribute, path, value, .. } if resource.key == made.of => {
            let (attribute, path, value) = (attribute.clone(), path.clone(), value.clone());
            out.push(Change::SetAttribute { origin, attribute, path, value });
        }
        Change::AddResource { id, ty, properties, condition, .. } => out.push(Change::AddResource {
            id: id.clone(),
            ty: ty.clone(),
            properties: properties.clone(),
            condition: condition.clone(),
            after: origin,
        }),
        _ => return None,
    }
    Some(())
}

/// Sets a property; a map whose parts are written in several places is set part by part.
fn set(made: &Made, path: &str, value: &Literal, out: &mut Vec<Change>) -> Option<()> {
    if let Some(path) = there(made, path) {
        out.push(Change::Set { origin: made.origin, path, value: value.clone() });
        return Some(());
    }
    match value {
        Literal::Map(entries) if below(made, path).next().is_some() => {
            entries.iter().try_for_each(|(key, value)| set(made, &format!("{path}.{key}"), value, out))
        }
        _ => None,
    }
}

/// Where the property at `path` is written.
fn there(made: &Made, path: &str) -> Option<String> {
    let fits = |to: &str| path.strip_prefix(to).filter(|rest| rest.is_empty() || rest.starts_with('.'));
    let found = made.paths.iter().filter_map(|(to, from)| Some((to.len(), from, fits(to)?)));
    let (_, from, rest) = found.max_by_key(|(length, ..)| *length)?;
    Some(format!("{from}{rest}"))
}

/// Where the parts of the property at `path` are written.
fn below<'m>(made: &'m Made, path: &'m str) -> impl Iterator<Item = &'m SmolStr> {
    let is_below = move |to: &str| to.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'));
    made.paths.iter().filter(move |(to, _)| is_below(to)).map(|(_, from)| from)
}
