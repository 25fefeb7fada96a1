//! Regular expressions of schemas, which are written in the dialect of ECMAScript.

use regress::Regex;
use rustc_hash::FxHashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// Texts that are longer than this are not matched.
const MAX_TEXT: usize = 1024;
/// The same for a pattern with repetitions in repetitions, for which a text may take very long.
const MAX_AMBIGUOUS_TEXT: usize = 256;
/// A pattern that would need more memory than this is not compiled.
const SIZE_LIMIT: usize = 1 << 20;

/// A pattern that was compiled.
enum Compiled {
    /// Takes time in proportion to the text, or nearly.
    Backtracking(Regex),
    /// Repeats what it repeats: read by an engine that never goes back.
    Linear(regex::Regex),
    /// In no dialect that is known.
    None,
}

static COMPILED: LazyLock<Mutex<FxHashMap<&'static str, Arc<Compiled>>>> = LazyLock::new(Mutex::default);

/// False when `pattern` certainly matches no part of `text`.
pub(super) fn may_match(pattern: &'static str, text: &str) -> bool {
    if text.len() > MAX_TEXT {
        return true;
    }
    match &*compiled(pattern) {
        Compiled::Backtracking(it) => it.find(text).is_some(),
        Compiled::Linear(it) => text.len() > MAX_AMBIGUOUS_TEXT || it.is_match(text),
        Compiled::None => true,
    }
}

fn compiled(pattern: &'static str) -> Arc<Compiled> {
    let mut all = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(all.entry(pattern).or_insert_with(|| Arc::new(compile(pattern))))
}

fn compile(pattern: &str) -> Compiled {
    if repeats_repetitions(pattern) {
        let compiled = regex::RegexBuilder::new(pattern).size_limit(SIZE_LIMIT).build();
        return compiled.map_or(Compiled::None, Compiled::Linear);
    }
    let compiled = Regex::with_flags(pattern, "u").or_else(|_| Regex::new(pattern));
    compiled.map_or(Compiled::None, Compiled::Backtracking)
}

/// True for a pattern such as `(a+)+`: with these, going back can take exponential time.
fn repeats_repetitions(pattern: &str) -> bool {
    let bytes = pattern.as_bytes();
    // For each open group, whether something in it is repeated.
    let mut groups = vec![false];
    let mut is_in_class = false;
    let mut i = 0;
    while i < bytes.len() {
        match bytes[i] {
            b'\\' => i += 1,
            b'[' => is_in_class = true,
            b']' => is_in_class = false,
            _ if is_in_class => (),
            b'(' => groups.push(false),
            b')' => {
                let repeats = groups.pop().unwrap_or(false);
                let is_repeated = bytes.get(i + 1).is_some_and(|it| matches!(it, b'*' | b'+' | b'{'));
                if repeats && is_repeated {
                    return true;
                }
                if let Some(outer) = groups.last_mut() {
                    *outer |= repeats;
                }
            }
            b'*' | b'+' | b'{' => {
                if let Some(group) = groups.last_mut() {
                    *group = true;
                }
            }
            _ => (),
        }
        i += 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_anywhere() {
        assert!(may_match("b+", "abba"));
        assert!(!may_match("^b+$", "abba"));
        assert!(may_match(r"^\p{L}+$", "Straße"));
        assert!(!may_match(r"^(?!aws:)[a-z:]+$", "aws:tag"));
    }

    #[test]
    fn time_is_bounded() {
        assert!(repeats_repetitions("^(a+)+$"));
        assert!(!repeats_repetitions(r"^([a(+]\+)[a-z]*$"));
        assert!(!may_match("^(a+)+$", &format!("{}b", "a".repeat(200))));
    }
}
