//! What a nested stack is called, after what is in it.

use model::{Resource, SmolStr, Stack};
use std::sync::Arc;

/// What the new things are called.
pub(super) struct Names {
    /// The resource that stands for the nested stack.
    pub(super) stack: SmolStr,
    /// The file of its template, without the ending.
    pub(super) file: String,
}

/// Names for a stack of these resources.
pub(super) fn of(stack: &Stack, selected: &[&Arc<Resource>]) -> Names {
    let ids: Vec<Vec<&str>> = selected.iter().map(|it| words(&it.key)).collect();
    let first = ids.first().map(Vec::as_slice).unwrap_or_default();
    let common = (0..first.len()).take_while(|i| ids.iter().all(|it| it.get(*i) == Some(&first[*i]))).count();
    let services = || selected.iter().map(|it| it.ty.text.split("::").nth(1).unwrap_or_default());
    let service = services().next().filter(|first| services().all(|it| it == *first) && !first.is_empty());
    let subject = match (common, service) {
        (0, Some(service)) => service.to_owned(),
        (0, None) => "Nested".to_owned(),
        (common, _) => first[..common].concat(),
    };
    let wanted = if subject.ends_with("Stack") { subject } else { format!("{subject}Stack") };
    let name = free(&wanted, |it| stack.item(it).is_none());
    let file = words(&name).join("-").to_ascii_lowercase();
    Names { stack: name, file }
}

/// `wanted`, or that with the first number that makes it free.
pub(super) fn free(wanted: &str, is_free: impl Fn(&str) -> bool) -> SmolStr {
    let numbered = (2..).map(|it| SmolStr::from(format!("{wanted}{it}")));
    let mut all = std::iter::once(SmolStr::from(wanted)).chain(numbered);
    all.find(|it| is_free(it)).unwrap_or_else(|| wanted.into())
}

/// The words of a name in camel case: `S3`, `Bucket` and `Policy` of `S3BucketPolicy`.
fn words(name: &str) -> Vec<&str> {
    let letters: Vec<(usize, char)> = name.char_indices().collect();
    let mut out = Vec::new();
    let mut start = 0;
    for i in 1..letters.len() {
        let (last, (at, letter)) = (letters[i - 1].1, letters[i]);
        let ends_capitals = last.is_ascii_uppercase() && letters.get(i + 1).is_some_and(|it| it.1.is_ascii_lowercase());
        if letter.is_ascii_uppercase() && (!last.is_ascii_uppercase() || ends_capitals) {
            out.push(&name[start..at]);
            start = at;
        }
    }
    out.push(&name[start..]);
    out.retain(|it| !it.is_empty());
    out
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn names_have_words() {
        assert_eq!(words("S3BucketPolicy"), ["S3", "Bucket", "Policy"]);
        assert_eq!(words("SQSStack"), ["SQS", "Stack"]);
        assert_eq!(words("orders"), ["orders"]);
        assert!(words("").is_empty());
    }
}
