//! What a value comes to, with what must be so for each where there are several.

use super::markdown::{Page, code, cut};
use model::{Assumption, Call, Case, Declarations, Interpolated, Map, Node, Piece, Property, State, Value};
use smol_str::SmolStr;

/// No more than this of a list or map is shown in a line.
const MAX_INNER: usize = 8;

/// True for a value that is worth working out: one that is not written as it is.
pub(super) fn is_made(node: &Node) -> bool {
    matches!(node.value, Value::Call(_) | Value::Either(_))
}

/// Adds what `values`, the same place under each way in which it comes about, come to.
pub(super) fn show(values: &[Property<'_>], written: Option<&Node>, declarations: &Declarations, page: &mut Page) {
    let mut lines: Vec<String> = Vec::new();
    let mut add = |line: String| {
        if !lines.contains(&line) {
            lines.push(line);
        }
    };
    match written.and_then(|it| by_key(it, declarations)) {
        Some(rows) => rows.into_iter().for_each(add),
        None => {
            let cases = || values.iter().flat_map(Property::cases);
            // What is said of all of them need not be said of each.
            let is_certain = cases().all(|it| it.is_unconditional() && !it.is_default());
            for case in cases() {
                for (what, case) in readings(case) {
                    let when = if is_certain { String::new() } else { when(&case) };
                    add(format!("{what}{when}"));
                }
            }
        }
    }
    match &mut lines[..] {
        [] => (),
        [only] => {
            page.paragraph(&format!("Value here: {only}"));
        }
        _ => {
            cut(&mut lines);
            page.paragraph("Values here:");
            for line in lines {
                page.fact(line);
            }
        }
    }
}

/// What a case is, in words, each with the case that it is.
fn readings<'a>(case: &Case<'a>) -> Vec<(String, Case<'a>)> {
    let node = match case.state {
        State::Absent => return vec![("left out".to_owned(), case.clone())],
        State::Unknown => return vec![(UNKNOWN.to_owned(), case.clone())],
        State::Known(node) | State::Default(node) => node,
    };
    let texts = case.texts();
    if texts.is_empty() {
        return vec![(in_line(node), case.clone())];
    }
    texts.into_iter().map(|(text, case)| (interpolated(&text, node), case)).collect()
}

const UNKNOWN: &str = "not known before the stack is deployed";

/// A text with holes.
fn interpolated(text: &Interpolated, node: &Node) -> String {
    if let [piece] = &text.pieces[..] {
        return match piece {
            Piece::Literal(text) => code(text),
            Piece::Ref(name) if is_pseudo(name) => pseudo(name),
            Piece::Ref(name) => format!("what `Ref` gives of {}, {UNKNOWN}", code(name)),
            Piece::GetAtt(resource, attribute) => format!("{}, {UNKNOWN}", code(&format!("{resource}.{attribute}"))),
            Piece::Unknown => in_line(node),
        };
    }
    let shown = text.render(|piece| match piece {
        Piece::Ref(name) => format!("${{{name}}}"),
        Piece::GetAtt(resource, attribute) => format!("${{{resource}.{attribute}}}"),
        Piece::Literal(_) | Piece::Unknown => "…".to_owned(),
    });
    if text.literal().is_none() { format!("{}, of which parts are {UNKNOWN}", code(&shown)) } else { code(&shown) }
}

fn is_pseudo(name: &str) -> bool {
    schema::guide::pseudo_parameter(name).is_some()
}

fn pseudo(name: &str) -> String {
    match schema::guide::pseudo_parameter(name).and_then(|it| it.example) {
        Some(example) => format!("{UNKNOWN}; {}, for example", code(example)),
        None => UNKNOWN.to_owned(),
    }
}

/// A value in a line.
pub(super) fn in_line(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Absent => "left out".to_owned(),
        Value::Unknown | Value::Missing => UNKNOWN.to_owned(),
        Value::Call(call) => match &**call {
            Call::Ref(name) if is_pseudo(&name.text) => pseudo(&name.text),
            Call::Dynamic(_) => "looked up when the stack is deployed".to_owned(),
            _ => UNKNOWN.to_owned(),
        },
        _ => code(&flow(node, 0)),
    }
}

/// A value as flow YAML.
fn flow(node: &Node, depth: u32) -> String {
    match &node.value {
        _ if depth > 4 => "…".to_owned(),
        Value::Null => "null".to_owned(),
        Value::Bool(_) | Value::Scalar(_) => node.as_str().unwrap_or_default().to_owned(),
        Value::List(list) => {
            let items = list.items.iter().filter(|it| !matches!(it.value, Value::Absent));
            format!("[{}]", joined(items.map(|it| flow(it, depth + 1)), list.open))
        }
        Value::Map(Map { entries, open }) => {
            let entries = entries.iter().filter(|it| !matches!(it.1.value, Value::Absent));
            format!(
                "{{{}}}",
                joined(entries.map(|(name, it)| format!("{}: {}", name.text, flow(it, depth + 1))), *open)
            )
        }
        Value::Call(call) => match &**call {
            Call::Ref(name) => format!("${{{}}}", name.text),
            Call::GetAtt { resource, attribute: Some(attribute) } => {
                format!("${{{}.{}}}", resource.text, attribute.text)
            }
            _ => "…".to_owned(),
        },
        Value::Either(_) | Value::Absent | Value::Unknown | Value::Missing => "…".to_owned(),
    }
}

fn joined(items: impl Iterator<Item = String>, open: bool) -> String {
    let mut items: Vec<String> = items.collect();
    if items.len() > MAX_INNER || open {
        items.truncate(MAX_INNER);
        items.push("…".to_owned());
    }
    items.join(", ")
}

/// ` when ...`, what must be so for a case.
fn when(case: &Case<'_>) -> String {
    let assumptions: Vec<String> = case.assumptions().iter().map(assumption).collect();
    match (assumptions.is_empty(), case.is_default()) {
        (true, true) => ", by default".to_owned(),
        (true, false) if case.is_choice() => ", in some cases".to_owned(),
        (true, false) => String::new(),
        (false, is_default) => {
            let default = if is_default { ", by default" } else { "" };
            format!(" when {}{default}", assumptions.join(" and "))
        }
    }
}

fn assumption(assumption: &Assumption<'_>) -> String {
    match assumption {
        Assumption::Condition(name, true) => format!("{} holds", code(&name.text)),
        Assumption::Condition(name, false) => format!("{} does not hold", code(&name.text)),
        Assumption::Value(parameter, value) => {
            format!("{} is {}", code(&parameter.name.text), code(value.as_str().unwrap_or_default()))
        }
    }
}

/// What `Fn::FindInMap` gives for each key that there is, where nothing tells which of them it will be.
fn by_key(node: &Node, declarations: &Declarations) -> Option<Vec<String>> {
    let Value::Call(call) = &node.value else { return None };
    let Call::FindInMap { map, first, second, .. } = &**call else { return None };
    let rows = declarations.mapping(map.as_str()?)?.node.as_map()?;
    let is_unknown = |key: &Node| key_name(key).is_some_and(|name| declarations.parameter(name).is_none_or(is_any));
    let mut out = Vec::new();
    match (first.as_str(), second.as_str()) {
        (None, Some(column)) if is_unknown(first) => {
            for (row, columns) in &rows.entries {
                if let Some(value) = columns.as_map().and_then(|it| it.get(column)) {
                    out.push(format!("{} for {}", in_line(value), code(&row.text)));
                }
            }
        }
        (Some(row), None) if is_unknown(second) => {
            for (column, value) in &rows.get(row)?.as_map()?.entries {
                out.push(format!("{} for {}", in_line(value), code(&column.text)));
            }
        }
        _ => return None,
    }
    (!out.is_empty()).then_some(out)
}

/// What a key of a mapping is taken from.
fn key_name(node: &Node) -> Option<&SmolStr> {
    match &node.value {
        Value::Call(call) => match &**call {
            Call::Ref(name) => Some(&name.text),
            _ => None,
        },
        _ => None,
    }
}

fn is_any(parameter: &std::sync::Arc<model::Parameter>) -> bool {
    parameter.domain().is_none()
}
