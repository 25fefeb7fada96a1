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
    show_as("Value here", values, written, declarations, page);
}

/// As [`show`], with other words before it.
pub(super) fn show_as(
    what: &str,
    values: &[Property<'_>],
    written: Option<&Node>,
    declarations: &Declarations,
    page: &mut Page,
) {
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
                let is_default = !is_not_default(case, written, declarations);
                for Reading { what, is_partial, case } in readings(case, is_default) {
                    let when = if is_certain { String::new() } else { when(&case, is_default) };
                    add(format!("{what}{when}{}", if is_partial { PARTIAL } else { "" }));
                }
            }
        }
    }
    match &mut lines[..] {
        [] => (),
        [only] => {
            page.paragraph(&format!("{what}: {only}"));
        }
        _ => {
            cut(&mut lines);
            page.paragraph(&format!("{what}, one of these:"));
            for line in lines {
                page.fact(line);
            }
        }
    }
}

/// A case in words.
struct Reading<'a> {
    what: String,
    /// Parts of it are not known.
    is_partial: bool,
    case: Case<'a>,
}

const UNKNOWN: &str = "not known before the stack is deployed";
const PARTIAL: &str = "; the rest is known once the stack is deployed";

/// What a case is, in words.
fn readings<'a>(case: &Case<'a>, is_default: bool) -> Vec<Reading<'a>> {
    let one = |what: String| vec![Reading { what, is_partial: false, case: case.clone() }];
    let node = match case.state {
        State::Absent => return one("left out".to_owned()),
        State::Unknown => return one(UNKNOWN.to_owned()),
        State::Default(_) if !is_default => return one(UNKNOWN.to_owned()),
        State::Known(node) | State::Default(node) => node,
    };
    let texts = case.texts();
    if texts.is_empty() {
        return one(in_line(node));
    }
    let reading = |(text, case)| {
        let (what, is_partial) = interpolated(&text, node);
        Reading { what, is_partial, case }
    };
    texts.into_iter().map(reading).collect()
}

/// True when what must be so for a case is not so with the default of a parameter that the case is read with: then the
/// parameter has another value there.
fn is_not_default(case: &Case<'_>, written: Option<&Node>, declarations: &Declarations) -> bool {
    let Some(node) = case.evaluated_from().or(written).filter(|_| case.is_default()) else { return false };
    let mut is_excluded = false;
    node.walk(&mut |it| {
        let parameter = key_name(it).and_then(|it| declarations.parameter(it)).filter(|it| is_any(it));
        if let Some((parameter, default)) = parameter.and_then(|it| Some((it, it.default.as_ref()?))) {
            let mut all = case.assumptions().to_vec();
            all.push(Assumption::Value(parameter, default));
            is_excluded |= !declarations.can_hold(&all);
        }
    });
    is_excluded
}

/// A text with holes, and whether there are any.
fn interpolated(text: &Interpolated, node: &Node) -> (String, bool) {
    if let [piece] = &text.pieces[..] {
        let what = match piece {
            Piece::Literal(text) => code(text),
            Piece::Ref(name) if is_pseudo(name) => pseudo(name),
            Piece::Ref(name) => format!("what `Ref` gives of {}, {UNKNOWN}", code(name)),
            Piece::GetAtt(resource, attribute) => format!("{}, {UNKNOWN}", code(&format!("{resource}.{attribute}"))),
            Piece::Unknown => in_line(node),
        };
        return (what, false);
    }
    let shown = text.render(|piece| match piece {
        Piece::Ref(name) => format!("${{{name}}}"),
        Piece::GetAtt(resource, attribute) => format!("${{{resource}.{attribute}}}"),
        Piece::Literal(_) | Piece::Unknown => "…".to_owned(),
    });
    (code(&shown), text.literal().is_none())
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
fn when(case: &Case<'_>, is_default: bool) -> String {
    let assumptions: Vec<String> = case.assumptions().iter().map(assumption).collect();
    match (assumptions.is_empty(), case.is_default() && is_default) {
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
