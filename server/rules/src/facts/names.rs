//! Names for what a fix declares.

use model::{SmolStr, Stack};

/// `wanted`, or the first of `wanted2`, `wanted3`, … that nothing in the stack is called.
pub(crate) fn free_name(stack: &Stack, wanted: &str) -> SmolStr {
    let taken = |name: &str| stack.item(name).is_some() || stack.broken.iter().any(|it| it.contains(name));
    let numbered = (2..1000).map(|it| SmolStr::from(format!("{wanted}{it}")));
    let mut names = std::iter::once(SmolStr::from(wanted)).chain(numbered);
    names.find(|it| !taken(it)).unwrap_or_else(|| wanted.into())
}
