//! Regular expressions in the dialect of Java, which CloudFormation uses, as far as they mean the same here.
//!
//! See "Class Pattern" in the documentation of `java.util.regex`.

use model::SmolStr;
use regex::RegexBuilder;
use regex_syntax::ast::{ErrorKind, parse::Parser};
use rustc_hash::FxHashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

/// A pattern that would need more memory than this is not compiled, and then nothing is known of it.
const SIZE_LIMIT: usize = 1 << 20;
/// So many answers are kept: a pattern is the same from one keystroke to the next.
const MAX_ANSWERS: usize = 1024;

/// What a pattern says about a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Match {
    /// It matches all of it, or that cannot be told.
    Possible,
    /// It matches a part of it alone, from its start.
    Part,
    /// It does not match.
    No,
}

type Answers = FxHashMap<(SmolStr, SmolStr), Match>;
static ANSWERS: LazyLock<Mutex<Answers>> = LazyLock::new(Mutex::default);

/// Whether `pattern` matches the whole of `text`.
pub(crate) fn matches(pattern: &str, text: &str) -> Match {
    let key = (SmolStr::from(pattern), SmolStr::from(text));
    let mut answers = ANSWERS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(answer) = answers.get(&key) {
        return *answer;
    }
    let answer = find_out(pattern, text);
    if answers.len() >= MAX_ANSWERS {
        answers.clear();
    }
    answers.insert(key, answer);
    answer
}

fn find_out(pattern: &str, text: &str) -> Match {
    if !text.is_ascii() || text.contains(['\n', '\r']) || may_differ(pattern) {
        return Match::Possible;
    }
    let build = |pattern: String| RegexBuilder::new(&pattern).size_limit(SIZE_LIMIT).build().ok();
    match (build(format!("^(?:{pattern})$")), build(format!("^(?:{pattern})"))) {
        (Some(whole), Some(start)) if !whole.is_match(text) => match start.is_match(text) {
            true => Match::Part,
            false => Match::No,
        },
        _ => Match::Possible,
    }
}

/// True for a pattern with something that Java reads otherwise.
fn may_differ(pattern: &str) -> bool {
    let is_plain_group = |rest: &str| rest.starts_with(':') || rest.starts_with("i)");
    !pattern.is_ascii()
        || ["--", "~~", "&&", "[:", r"\v", r"\<", r"\>", r"\b{", r"\p", r"\P", r"\#"]
            .iter()
            .any(|it| pattern.contains(it))
        || pattern.match_indices("(?").any(|(at, it)| !is_plain_group(&pattern[at + it.len()..]))
        || nested_class(pattern)
}

/// True for `[a[b]]`, which only some dialects read as a class in a class.
fn nested_class(pattern: &str) -> bool {
    let mut is_inside = false;
    let mut is_escaped = false;
    for it in pattern.chars() {
        match it {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '[' if is_inside => return true,
            '[' => is_inside = true,
            ']' => is_inside = false,
            _ => (),
        }
    }
    false
}

/// What is wrong with a pattern that Java certainly does not compile either.
pub(crate) fn fault(pattern: &str) -> Option<&'static str> {
    let error = Parser::new().parse(pattern).err()?;
    Some(match error.kind() {
        ErrorKind::GroupUnclosed => "a `(` is not closed",
        ErrorKind::GroupUnopened => "a `)` closes nothing",
        ErrorKind::ClassUnclosed => "a `[` is not closed",
        ErrorKind::ClassRangeInvalid => "a range ends before it starts",
        ErrorKind::RepetitionCountInvalid => "a repetition has a maximum below its minimum",
        ErrorKind::RepetitionMissing => "there is nothing to repeat",
        ErrorKind::EscapeUnexpectedEof => "it ends in a single `\\`",
        // Another dialect may take it.
        _ => return None,
    })
    .filter(|_| !pattern.contains(r"\Q") && !pattern.contains("(?"))
}
