//! Who wrote a resource: a person, or a program.

use model::{Resource, Source, Span, Stack};

/// True for what the CDK wrote into a template: nobody maintains that by hand.
pub(crate) fn is_synthesised(resource: &Resource) -> bool {
    let metadata = || resource.attributes.get("Metadata").and_then(|it| it.as_map());
    resource.ty.text == "AWS::CDK::Metadata" || metadata().is_some_and(|it| it.get("aws:cdk:path").is_some())
}

/// True for a resource of a template that stands in it once, under its own logical id: none that a transform makes, and no
/// copy that a loop makes.
pub(crate) fn is_own(stack: &Stack, resource: &Resource) -> bool {
    let is_copy = resource.id.text != resource.key || resource.key.contains(['$', '&']);
    resource.made.is_none() && !(stack.source == Source::Template && is_copy)
}

/// The origin of what someone wrote to get this resource: the construct that makes it, or the resource itself.
pub(crate) fn maker(resource: &Resource) -> Span {
    resource.made.as_ref().map_or(resource.origin, |it| it.origin)
}
