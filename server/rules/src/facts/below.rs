//! What stands at a path below a property, in every item of the lists on the way.

use model::Property;

/// The properties at a path of names with `*` for the items of a list: `Rules/*/Id`.
pub(crate) fn at<'a>(property: &Property<'a>, path: &str) -> Vec<Property<'a>> {
    path.split('/').filter(|it| !it.is_empty()).fold(vec![property.clone()], |found, word| {
        let step = |it: &Property<'a>| if word == "*" { it.items() } else { vec![it.get(word)] };
        found.iter().flat_map(step).collect()
    })
}
