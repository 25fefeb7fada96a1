//! Words that may have been meant, and words for what stands there instead.

use crate::engine::Context;
use crate::facts::spelling::nearest;
use model::{Change, Map, Name, Node, Value};

/// ``` `a`, `b` and `c` ```.
pub(crate) fn listed(words: &[&str]) -> String {
    joined(words, "and")
}

/// ``` `a`, `b` or `c` ```.
pub(crate) fn either(words: &[&str]) -> String {
    joined(words, "or")
}

fn joined(words: &[&str], last_joined_by: &str) -> String {
    match words {
        [] => String::new(),
        [only] => format!("`{only}`"),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(|it| format!("`{it}`")).collect();
            format!("{} {last_joined_by} `{last}`", first.join(", "))
        }
    }
}

/// What a value is, with its article, for a sentence.
pub(crate) fn kind_of(node: &Node) -> String {
    match &node.value {
        Value::Null | Value::Missing | Value::Absent => "nothing".to_owned(),
        Value::Bool(_) => "a boolean".to_owned(),
        Value::Scalar(scalar) if scalar.plain && scalar.text.parse::<f64>().is_ok() => "a number".to_owned(),
        Value::Scalar(_) => "a string".to_owned(),
        Value::List(_) => "a list".to_owned(),
        Value::Map(_) => "a map".to_owned(),
        Value::Either(_) => "`Fn::If`".to_owned(),
        Value::Call(call) => format!("`{}`", call.name()),
        Value::Unknown => "something computed".to_owned(),
    }
}

/// True where nothing is written, or `null`.
pub(crate) fn is_nothing(node: &Node) -> bool {
    matches!(node.value, Value::Null | Value::Missing)
}

/// True for a function. Where none can stand, `function-not-allowed-here` says so, and nobody else.
pub(crate) fn is_function(node: &Node) -> bool {
    matches!(node.value, Value::Call(_) | Value::Either(_) | Value::Absent)
}

/// Reports the keys of `map` that are not among `known`. `holder` is what the map states, with its article. Gives the keys that were meant, so that they are not missed as well.
pub(crate) fn report_unknown_keys<'a>(
    cx: &mut Context<'_>,
    map: &Map,
    known: &[&'a str],
    holder: &str,
) -> Vec<&'a str> {
    let mut meant = Vec::new();
    for (name, _) in map.entries.iter().filter(|(name, _)| !known.contains(&name.text.as_str())) {
        let mut message = format!("`{}` is no key of {holder}.", name.text);
        match nearest(&name.text, known.iter().copied().filter(|it| map.get(it).is_none())) {
            Some(word) => {
                message += &format!(" Did you mean `{word}`?");
                cx.report(name.span, message).fix(format!("Write `{word}`"), vec![rename(name, word)]);
                meant.push(word);
            }
            None => {
                message += &format!(" It takes {}.", listed(known));
                cx.report(name.span, message);
            }
        }
    }
    meant
}

/// Writes `to` in the place of `name`.
pub(crate) fn rename(name: &Name, to: &str) -> Change {
    Change::Rename { span: name.span, to: to.into() }
}
