use crate::facts::spelling::nearest;
use crate::facts::wording::rename;
use crate::prelude::*;
use crate::rule::rule;
use schema::serverless::PREFIX;
use schema::template::{CLOSED_TRANSFORMS, SERVERLESS_ATTRIBUTES};

rule! {
    /// An attribute of a resource of AWS SAM has no effect.
    ///
    /// The transform `AWS::Serverless-2016-10-31` takes `Condition`, `DeletionPolicy`, `DependsOn`, `Metadata`, `UpdatePolicy`
    /// and `UpdateReplacePolicy` over to what it makes of a resource, reads `Connectors` and `IgnoreGlobals` itself, and drops
    /// everything else that stands beside `Type` and `Properties` without a word. What is dropped was mostly meant as a
    /// property, and then the deployed resource is not what the template seems to say.
    ///
    /// ## Fix
    ///
    /// Writes the name that differs by a letter or two. A property has to be moved by hand.
    name: "serverless-ignored-attribute",
    category: Correctness,
    severity: Warning,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:W3001"],
    founding: [],
    check: Check::EveryResource(check),
}

/// What the transform takes over, besides what it reads itself.
const TAKEN: &[&str] = &["Condition", "DeletionPolicy", "DependsOn", "Metadata", "UpdatePolicy", "UpdateReplacePolicy"];

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let is_closed = |it: &Name| CLOSED_TRANSFORMS.iter().any(|known| it.text.starts_with(known));
    if !resource.ty.text.starts_with(PREFIX) || !cx.declarations().transforms.iter().all(is_closed) {
        return;
    }
    let ty = schema::serverless::find(&resource.ty.text);
    for (name, _) in &resource.attributes.entries {
        let text = name.text.as_str();
        if TAKEN.contains(&text) || SERVERLESS_ATTRIBUTES.contains(&text) {
            continue;
        }
        let message = format!("SAM drops `{text}`, which is no attribute that it knows.");
        let known = TAKEN.iter().chain(SERVERLESS_ATTRIBUTES).copied().chain(["Properties"]);
        let is_free =
            |it: &&str| resource.attributes.get(it).is_none() && (*it != "Properties" || !has_properties(resource));
        if ty.is_some_and(|it| it.properties.contains(&text)) {
            cx.report(name.span, format!("{message} It is a property: write it under `Properties`."));
        } else if let Some(word) = nearest(text, known.filter(is_free)) {
            cx.report(name.span, format!("{message} Did you mean `{word}`?"))
                .fix(format!("Write `{word}`"), vec![rename(name, word)]);
        } else {
            cx.report(name.span, message);
        }
    }
}

fn has_properties(resource: &ResourceView<'_>) -> bool {
    resource.resource().properties.span != resource.id.span
}
