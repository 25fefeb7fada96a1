//! Texts, numbers and booleans, between which CloudFormation converts.

use super::walk::{Here, Walk};
use super::{Fault, format, pattern};
use model::{Node, Piece, Reading, Value};
use schema::resources::{Keyword, Schema, Strings, Types};

/// The types as which CloudFormation takes `node`, a scalar: each text is also the number or boolean that it spells.
pub(super) fn types(node: &Node) -> Types {
    let mut out = Types::STRING;
    if node.as_bool().is_some() {
        out = out.union(Types::BOOLEAN);
    }
    if let Some(number) = number(node) {
        out = out.union(Types::NUMBER);
        if number.fract() == 0.0 {
            out = out.union(Types::INTEGER);
        }
    }
    out
}

/// The number that `node` is or spells.
pub(super) fn number(node: &Node) -> Option<f64> {
    match &node.value {
        Value::Scalar(scalar) => parse(&scalar.text),
        _ => None,
    }
}

fn parse(text: &str) -> Option<f64> {
    let text = text.trim();
    // `inf`, `nan` and the like are numbers to Rust alone.
    let is_number = text.bytes().all(|it| it.is_ascii_digit() || b"+-.eE_".contains(&it));
    text.replace('_', "").parse().ok().filter(|_| is_number)
}

/// The text of a scalar as it arrives at the service; `None` where that depends on who reads it: other tools fill in
/// `${Name}` and `{{ name }}`, people `<name>` and `{name}`, YAML 1.1 reads `010` as 8.
pub(super) fn text(node: &Node) -> Option<&str> {
    let text = node.as_str()?;
    let is_read_otherwise = || matches!(&node.value, Value::Scalar(it) if it.plain && Reading::of(&it.text).is_some());
    let has = |it: &str| text.contains(it);
    let is_filled_in = has("${")
        || has("{{")
        || has("AWS::")
        || (has("<") && has(">"))
        || (text.starts_with('{') && text.ends_with('}') && !has("\""));
    (!is_filled_in && !is_read_otherwise()).then_some(text)
}

/// True when a scalar is `value`, in any spelling that comes to the same.
pub(super) fn equals(node: &Node, value: &str, ignoring_case: bool) -> bool {
    let Some(text) = node.as_str() else { return false };
    match value {
        "true" | "false" => node.as_bool() == Some(value == "true"),
        _ if text == value || (ignoring_case && text.eq_ignore_ascii_case(value)) => true,
        _ => matches!((parse(text), parse(value)), (Some(a), Some(b)) if a == b),
    }
}

impl<'a> Walk<'a> {
    /// Judges a text, a number or a boolean.
    pub(super) fn scalar(&mut self, here: &Here<'a, '_>) {
        let node = here.node;
        let Some(text) = text(node) else {
            // A boolean is one in any spelling.
            self.is_uncertain |= node.as_bool().is_none();
            return;
        };
        let is_text = here.schema.types().is_empty() || here.schema.types().contains(Types::STRING);
        // How long a document is depends on how it is written.
        let is_document = here.schema.format() == Some("json");
        let number = number(node);
        let length = text.chars().count();
        let is_of_format = here.schema.format().is_none_or(|it| format::may_be(it, text));
        for keyword in here.schema.keywords() {
            let fault = match keyword {
                // What kind of text it must be says more than its form.
                Keyword::Pattern(_) | Keyword::MinLength(_) | Keyword::MaxLength(_) if !is_of_format => None,
                Keyword::Enum(values) => is_other(node, values, false),
                Keyword::EnumIgnoringCase(values) => is_other(node, values, true),
                Keyword::Const(value) => (!equals(node, value, false)).then(|| Fault::Value(vec![value])),
                Keyword::Pattern(pattern) => (!pattern::may_match(pattern, text)).then_some(Fault::Pattern(pattern)),
                Keyword::Format(format) => (!is_of_format).then(|| Fault::Format(vec![format])),
                Keyword::MinLength(least) if is_text && !is_document => {
                    let most = || here.schema.keywords().find_map(most_letters);
                    (length < least as usize).then(|| Fault::Length(length, false, Some(least), most()))
                }
                Keyword::MaxLength(most) if is_text && !is_document => {
                    let least = || here.schema.keywords().find_map(least_letters);
                    (length > most as usize).then(|| Fault::Length(length, false, least(), Some(most)))
                }
                Keyword::Minimum(_)
                | Keyword::Maximum(_)
                | Keyword::ExclusiveMinimum(_)
                | Keyword::ExclusiveMaximum(_)
                | Keyword::MultipleOf(_) => number.and_then(|it| out_of_range(it, keyword, here.schema)),
                _ => None,
            };
            if let Some(fault) = fault {
                self.report(here, node.span, fault);
            }
        }
    }

    /// Judges a text of which parts are known only when the stack is deployed.
    pub(super) fn unfinished_text(&mut self, here: &Here<'a, '_>) {
        let Some(most) = here.schema.keywords().find_map(most_letters) else { return };
        if here.schema.format() == Some("json") {
            return;
        }
        for text in here.one.texts() {
            let known = text.pieces.iter().map(|it| match it {
                Piece::Literal(it) => it.chars().count(),
                _ => 0,
            });
            let length = known.sum::<usize>();
            if length > most as usize {
                let least = here.schema.keywords().find_map(least_letters);
                return self.report(here, here.node.span, Fault::Length(length, true, least, Some(most)));
            }
        }
    }
}

fn is_other(node: &Node, values: Strings, ignoring_case: bool) -> Option<Fault<'static>> {
    let is_one = values.into_iter().any(|it| equals(node, it, ignoring_case));
    (!is_one).then(|| Fault::Value(values.into_iter().collect()))
}

fn most_letters(keyword: Keyword) -> Option<u32> {
    match keyword {
        Keyword::MaxLength(most) => Some(most),
        _ => None,
    }
}

fn least_letters(keyword: Keyword) -> Option<u32> {
    match keyword {
        Keyword::MinLength(least) => Some(least),
        _ => None,
    }
}

/// The fault, when a number does not fulfil `keyword`. In words with all bounds of the schema.
fn out_of_range(number: f64, keyword: Keyword, schema: Schema) -> Option<Fault<'static>> {
    let is_good = match keyword {
        Keyword::Minimum(bound) => number >= bound,
        Keyword::Maximum(bound) => number <= bound,
        Keyword::ExclusiveMinimum(bound) => number > bound,
        Keyword::ExclusiveMaximum(bound) => number < bound,
        Keyword::MultipleOf(step) => {
            let times = number / step;
            return ((times - times.round()).abs() > 1e-9).then(|| Fault::Range(format!("a multiple of {step}")));
        }
        _ => true,
    };
    if is_good {
        return None;
    }
    let bounds = |it: fn(Keyword) -> Option<String>| schema.keywords().find_map(it);
    let least = bounds(|it| match it {
        Keyword::Minimum(bound) => Some(format!("at least {bound}")),
        Keyword::ExclusiveMinimum(bound) => Some(format!("more than {bound}")),
        _ => None,
    });
    let most = bounds(|it| match it {
        Keyword::Maximum(bound) => Some(format!("at most {bound}")),
        Keyword::ExclusiveMaximum(bound) => Some(format!("less than {bound}")),
        _ => None,
    });
    let words: Vec<String> = least.into_iter().chain(most).collect();
    Some(Fault::Range(words.join(" and ")))
}
