//! Resources, their types, properties and attributes.

use super::markdown::{Page, code, plain};
use super::{declaration, value};
use model::{Node, ReferenceKind, Resource, Stack};
use schema::{guide, regions};

/// The page of a resource that something refers to.
pub(super) fn named(name: &str, stack: &Stack) -> Option<String> {
    let written = stack.resources.iter().find(|it| it.key == name && it.made.is_none());
    let resource = written.or_else(|| stack.resource(name))?;
    Some(page(&[resource], stack))
}

/// The page of the resources that are declared at one place.
pub(super) fn declared(resources: &[&Resource], stack: &Stack) -> Option<String> {
    (!resources.is_empty()).then(|| page(resources, stack))
}

fn page(resources: &[&Resource], stack: &Stack) -> String {
    let first = resources[0];
    let ty = if first.ty.text.is_empty() { "without a type".to_owned() } else { code(&first.ty.text) };
    let mut page = Page::new(format!("resource **{}**: {ty}", plain(&first.id.text)));
    if let Some(text) = summary(&first.ty.text) {
        page.paragraph(&text);
    }
    if resources.len() > 1 {
        page.fact(format!("made {} times by a loop", resources.len()));
    }
    if let Some(made) = &first.made
        && !made.of.is_empty()
    {
        page.fact(format!("made of {} by a transform", code(&made.of)));
    }
    if let Some(condition) = &first.condition {
        page.fact(format!("made when {} holds", code(&condition.text)));
    }
    for key in ["DeletionPolicy", "UpdateReplacePolicy"] {
        if let Some(policy) = first.attributes.get(key).and_then(Node::as_str) {
            page.fact(format!("{key}: {}", code(policy)));
        }
    }
    let kinds = [
        ReferenceKind::Ref,
        ReferenceKind::Sub,
        ReferenceKind::GetAtt,
        ReferenceKind::SubGetAtt,
        ReferenceKind::DependsOn,
    ];
    let mut name = first.id.clone();
    name.text.clone_from(&first.key);
    page.fact(declaration::used(stack, &name, &kinds));
    page.finish()
}

fn summary(_ty: &str) -> Option<String> {
    None
}

/// The page of a type of resource.
pub(super) fn ty(name: &str, stack: &Stack) -> Option<String> {
    let link = guide::type_link(name);
    let mut page = Page::new(format!("type {}", code(name)));
    if let Some(text) = summary(name) {
        page.paragraph(&text);
    }
    if regions::is_partial(name) {
        page.fact(lacking(name, stack));
    }
    if let Some(link) = link {
        page.more("AWS documentation", &link);
    }
    Some(page.finish())
}

fn lacking(name: &str, stack: &Stack) -> String {
    let _ = stack;
    let with = regions::with(name).count();
    format!("in {with} regions only: {}", code(name))
}

/// The page of an attribute of a resource.
pub(super) fn attribute(resource: &str, attribute: &str, stack: &Stack) -> Option<String> {
    let _ = value::in_line;
    let resource = stack.resource(resource)?;
    let page = Page::new(format!("attribute **{}** of {}", plain(attribute), code(&resource.ty.text)));
    Some(page.finish())
}

/// The page of the property at `path` of a type.
pub(super) fn property(ty: &str, path: &[&str], stack: &Stack) -> Option<Page> {
    let _ = stack;
    Some(Page::new(format!("property **{}** of {}", plain(path.last()?), code(ty))))
}
