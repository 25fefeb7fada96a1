//! The names that the library makes of where a construct is.
//!
//! People read them in templates, and resources have them in their properties: the name of a policy is the logical id of
//! its resource.

use crate::lower::Draft;
use model::{Name, Node, SmolStr, Value};

/// Constructs of this id stand for the one that they are in.
const HIDDEN: &str = "Default";
/// Left out of what people read, but not of what tells ids apart.
const HIDDEN_FROM_PEOPLE: &str = "Resource";
const MAX_FOR_PEOPLE: usize = 240;
const MAX_LENGTH: usize = 255;
/// The names of policies are no longer than this.
const MAX_POLICY_NAME: usize = 128;

/// What the library makes of the path `Orders/Table/Resource`; `None` where there is nothing to make it of.
pub(crate) fn unique_id(path: &str) -> Option<String> {
    let parts = Parts::of(path)?;
    if let Some(only) = parts.only.filter(|it| it.len() <= MAX_LENGTH) {
        return Some(only);
    }
    let mut id = parts.words;
    id.truncate(MAX_FOR_PEOPLE);
    Some(id + &parts.hash)
}

/// The name of at most `length` characters that the library gives to what has this path.
pub(crate) fn unique_name(path: &str, length: usize) -> Option<String> {
    let parts = Parts::of(path)?;
    if let Some(only) = parts.only.filter(|it| it.len() <= length) {
        return Some(only);
    }
    let left = length.checked_sub(parts.hash.len())?;
    let words = match parts.words.len() > left {
        // The middle is left out.
        true => format!("{}{}", &parts.words[..left / 2], last(&parts.words, left / 2)),
        false => parts.words,
    };
    Some(words + &parts.hash)
}

struct Parts {
    /// The one id that there is.
    only: Option<String>,
    words: String,
    hash: String,
}

impl Parts {
    fn of(path: &str) -> Option<Parts> {
        let ids: Vec<&str> = path.split('/').filter(|it| *it != HIDDEN && !it.is_empty()).collect();
        let plain = |it: &str| it.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
        let only = if let [only] = ids[..] { Some(plain(only)) } else { None };
        let digest = md5::compute(ids.join("/"));
        let mut parts: Vec<&str> = Vec::new();
        for id in &ids {
            // `Table/Table` is said once.
            if parts.last().is_none_or(|it| !it.ends_with(id)) {
                parts.push(id);
            }
        }
        let words = parts.into_iter().filter(|it| *it != HIDDEN_FROM_PEOPLE).map(plain).collect();
        let hash = digest.iter().take(4).map(|it| format!("{it:02X}")).collect();
        (!ids.is_empty()).then_some(Parts { only, words, hash })
    }
}

/// The last `length` characters of an id.
pub(crate) fn last(id: &str, length: usize) -> &str {
    id.get(id.len().saturating_sub(length)..).unwrap_or(id)
}

/// Gives a resource its logical id, and what the library makes of that; `stack` is the path of its stack.
pub(crate) fn settle(stack: Option<&str>, draft: &mut Draft) {
    let resource = &mut draft.resource;
    if resource.logical_id.is_none() {
        let path = stack.zip(resource.path.as_ref());
        let path = path.and_then(|(stack, path)| path.strip_prefix(stack)?.strip_prefix('/'));
        resource.logical_id = path.and_then(unique_id).map(SmolStr::from);
    }
    let Some(id) = &resource.logical_id else { return };
    // Only a policy of its own can be given another name.
    let is_free = resource.construct.as_ref().is_some_and(|it| it != "aws-iam.Policy");
    if resource.ty.text == "AWS::IAM::Policy"
        && resource.construct.is_some()
        && let Value::Map(properties) = &mut resource.properties.value
        && properties.get("PolicyName").is_none_or(|it| match it.value {
            Value::Absent => true,
            Value::Unknown => is_free,
            _ => false,
        })
    {
        let span = resource.id.span;
        properties.entries.retain(|(it, _)| it.text != "PolicyName");
        properties.entries.push((Name::new("PolicyName", span), Node::text(last(id, MAX_POLICY_NAME), span)));
    }
}

#[cfg(test)]
mod tests {
    use super::unique_id;

    #[test]
    fn ids_are_those_of_the_library() {
        for (path, id) in [
            ("Topic", "Topic"),
            ("my-topic/Default", "mytopic"),
            ("Orders/Resource", "OrdersA9B65338"),
            ("OrdersRole/DefaultPolicy/Resource", "OrdersRoleDefaultPolicy22AF105D"),
            ("Site/Distribution/Origin1", "SiteDistributionOrigin19F982BDA"),
        ] {
            assert_eq!(unique_id(path).as_deref(), Some(id), "{path}");
        }
        assert_eq!(unique_id("Default"), None);
    }
}
