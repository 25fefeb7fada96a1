//! What a name stands for, where something refers to it.

use super::markdown::{Page, code, plain};
use super::{declaration, resource};
use model::Stack;
use schema::guide;

/// What `Ref` or `${Name}` names: a parameter, a pseudo parameter or a resource.
pub(super) fn reference(name: &str, stack: &Stack) -> Option<String> {
    if let Some(entry) = guide::pseudo_parameter(name) {
        let mut page = Page::new(format!("pseudo parameter **{name}**"));
        page.paragraph(entry.text);
        if name == "AWS::Region"
            && let Some(region) = &stack.region
        {
            page.fact(format!("here: {}", code(region)));
        } else if let Some(example) = entry.example {
            page.fact(format!("for example: {}", code(example)));
        }
        page.link(entry.link());
        return Some(page.finish());
    }
    if let Some(parameter) = stack.declarations.parameter(name) {
        return Some(declaration::parameter(parameter, stack));
    }
    resource::named(name, stack)
}

/// An intrinsic function: what it does, what it takes, and what it comes to here.
pub(super) fn function(name: &str, show: impl FnOnce(&mut Page)) -> Option<String> {
    let entry = guide::function(name)?;
    let mut page = Page::new(format!("function **{}**", plain(entry.name)));
    page.paragraph(entry.text);
    if let Some(shape) = schema::template::shape(name) {
        page.fact(format!("takes {}: {}", shape.takes, code(shape.form)));
    }
    show(&mut page);
    page.link(entry.link());
    Some(page.finish())
}
