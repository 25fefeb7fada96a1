//! The resources that a resource names, as far as it is certain which they are.

use crate::engine::Context;
use model::{Property, Resource, ResourceView};

/// The resource of type `ty` that `property` refers to in every deployment, by `Ref` or an attribute.
pub(crate) fn resource<'a>(property: &Property<'a>, ty: &str, cx: &Context<'a>) -> Option<ResourceView<'a>> {
    let target = property.target()?;
    let found = cx.target(&target.text).filter(|it| it.ty.text == ty)?;
    is_certain(found).then(|| cx.view(found))
}

/// The resource that is looked at, for as long as the stack: what is compared with others is read from there.
pub(crate) fn itself<'a>(resource: &ResourceView<'_>, cx: &Context<'a>) -> Option<ResourceView<'a>> {
    cx.target(&resource.key).map(|it| cx.view(it))
}

/// False for a resource of which the text does not show all.
fn is_certain(resource: &Resource) -> bool {
    resource.properties.as_map().is_some_and(|it| !it.open)
}
