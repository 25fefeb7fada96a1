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
    // What counts as a letter or a digit beyond ASCII differs between dialects.
    if !text.is_ascii() && [r"\w", r"\d", r"\s", r"\b"].iter().any(|it| pattern.contains(it)) {
        return true;
    }
    let compiled = compiled(pattern);
    let matches = |text: &str| match &*compiled {
        Compiled::Backtracking(it) => it.find(text).is_some(),
        Compiled::Linear(it) => text.len() > MAX_AMBIGUOUS_TEXT || it.is_match(text),
        Compiled::None => true,
    };
    // `$` matches before the end of the last line as well in most dialects, and a text over several lines of YAML has one.
    matches(text) || text.strip_suffix('\n').is_some_and(matches)
}

/// Words for the characters of `text` that are the reason why it does not match, where `pattern` is no more than a set of
/// characters: "`_` or spaces".
pub(crate) fn refused_letters(pattern: &str, text: &str) -> Option<String> {
    let class = pattern.strip_prefix('^')?.strip_prefix('[')?;
    let end = class_end(class)?;
    let repetition = class[end + 1..].strip_suffix('$')?;
    let is_repetition = matches!(repetition, "*" | "+") || (repetition.starts_with('{') && repetition.ends_with('}'));
    if !is_repetition || repetition.matches('{').count() > 1 {
        return None;
    }
    let regex = Regex::new(&format!("^[{}]$", &class[..end])).ok()?;
    let mut letters: Vec<String> = Vec::new();
    for it in text.chars() {
        let word = if it == ' ' { "spaces".to_owned() } else { format!("`{it}`") };
        if regex.find(it.encode_utf8(&mut [0; 4])).is_none() && !letters.contains(&word) && !it.is_control() {
            letters.push(word);
        }
    }
    match &letters[..] {
        [] => None,
        [only] => Some(only.clone()),
        [first @ .., last] => Some(format!("{} or {last}", first.join(", "))),
    }
}

/// Where the set of characters ends that `text` starts in.
fn class_end(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    for (at, it) in text.char_indices() {
        match it {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            ']' => return Some(at),
            _ => (),
        }
    }
    None
}

fn compiled(pattern: &'static str) -> Arc<Compiled> {
    let mut all = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(all.entry(pattern).or_insert_with(|| Arc::new(compile(pattern))))
}

fn compile(pattern: &str) -> Compiled {
    let pattern = &translated(pattern);
    if repeats_repetitions(pattern) {
        let compiled = regex::RegexBuilder::new(pattern).size_limit(SIZE_LIMIT).build();
        return compiled.map_or(Compiled::None, Compiled::Linear);
    }
    // Without `u`, what is unknown stands for itself: that is right for `\-`, and wrong for what another dialect means by it.
    let compiled = Regex::with_flags(pattern, "u").or_else(|error| match has_other_escapes(pattern) {
        true => Err(error),
        false => Regex::new(pattern),
    });
    compiled.map_or(Compiled::None, Compiled::Backtracking)
}

/// The pattern with the start and the end of a text as ECMAScript writes them.
fn translated(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut letters = pattern.chars();
    while let Some(it) = letters.next() {
        match (it, if it == '\\' { letters.next() } else { None }) {
            ('\\', Some('A')) => out.push('^'),
            ('\\', Some('Z' | 'z')) => out.push('$'),
            (_, Some(next)) => out.extend([it, next]),
            (_, None) => out.push(it),
        }
    }
    out
}

/// True for a pattern with an escape or an operator that only other dialects have.
fn has_other_escapes(pattern: &str) -> bool {
    let escapes = || pattern.match_indices('\\').filter_map(|(at, _)| pattern[at + 1..].chars().next());
    pattern.contains("&&[") || escapes().any(|it| it.is_ascii_alphabetic() && !"dDwWsSbBnrtfvxuck".contains(it))
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
    fn other_dialects_are_understood_or_left_alone() {
        assert!(may_match(r"\A[a-z-]+\Z", "my-channel"));
        assert!(!may_match(r"\A[a-z-]+\Z", "My Channel"));
        assert!(may_match(r"^\h+[a-z]$", "b"));
        assert!(may_match("^[a-z]+$", "line\n"));
        assert!(may_match(r"^\w+$", "Straße"));
    }

    #[test]
    fn time_is_bounded() {
        assert!(repeats_repetitions("^(a+)+$"));
        assert!(!repeats_repetitions(r"^([a(+]\+)[a-z]*$"));
        assert!(!may_match("^(a+)+$", &format!("{}b", "a".repeat(200))));
    }
}
