//! What a name stands for, where something refers to it.

use super::markdown::{Page, code, codes, counted, plain};
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

/// A dynamic reference: what it looks up. `content` stands between `{{resolve:` and `}}`.
pub(super) fn dynamic_reference(content: &str) -> Option<String> {
    let (service, rest) = content.split_once(':')?;
    let (what, fields): (&str, &[&str]) = match service {
        "ssm" => ("a parameter of Systems Manager", &["name", "version"]),
        "ssm-secure" => ("a secure string of Systems Manager", &["name", "version"]),
        "secretsmanager" => ("a secret of Secrets Manager", &["secret", "", "key", "version stage", "version id"]),
        _ => return None,
    };
    let mut page = Page::new(format!("dynamic reference to {what}"));
    page.paragraph("Looked up when the stack is deployed; the template never has the value.");
    // A secret may be given by its ARN, or with a pseudo parameter in it: both have colons of their own.
    let has_colons = rest.starts_with("arn:") || rest.contains("::");
    let first = rest.find(":SecretString").or_else(|| rest.find(':').filter(|_| !has_colons)).unwrap_or(rest.len());
    let others = rest[first..].strip_prefix(':').unwrap_or_default().split(':');
    for (field, value) in fields.iter().zip(std::iter::once(&rest[..first]).chain(others)) {
        if !field.is_empty() && !value.is_empty() {
            page.fact(format!("{field}: {}", code(value)));
        }
    }
    page.link(guide::dynamic_reference_link());
    Some(page.finish())
}

/// An action of a policy, or those that a pattern names.
pub(super) fn action(word: &str) -> Option<String> {
    let (prefix, pattern) = word.split_once(':')?;
    let service = schema::iam::service(prefix)?;
    let named = |it: &schema::iam::Action| format!("{}:{}", service.name(), it.name());
    if let Some(action) = service.action(pattern) {
        let mut page = Page::new(format!("action {} of IAM", code(&named(action))));
        match action.formats() {
            [] => page.fact("works on no resource that can be named: it needs the resource `*`"),
            formats => page.fact(format!("works on {}", codes(formats.iter().map(|it| &**it)))),
        };
        return Some(page.finish());
    }
    let matching: Vec<String> = service.matching(pattern).map(named).collect();
    if matching.is_empty() || !pattern.contains(['*', '?']) {
        return None;
    }
    let mut page = Page::new(format!("{}: {} of IAM", code(word), counted(matching.len(), "action")));
    page.paragraph(&codes(matching.iter().map(String::as_str)));
    Some(page.finish())
}
