//! Parameters, mappings, conditions and outputs.

use super::markdown::{Page, code, codes, counted, plain};
use super::value;
use model::{Assumption, Call, Condition, Mapping, Name, Node, Parameter, ReferenceKind, Resource, Stack, Value};
use schema::guide;
use schema::parameter as types;

/// A table of a mapping has no more rows and columns than this.
const MAX_ROWS: usize = 8;
const MAX_COLUMNS: usize = 4;
/// Expressions nested deeper than this are not told.
const MAX_DEPTH: u32 = 6;

/// The page of a parameter.
pub(super) fn parameter(parameter: &Parameter, stack: &Stack) -> String {
    let ty = if parameter.ty.is_empty() { "without a type".to_owned() } else { code(&parameter.ty) };
    let mut page = Page::new(format!("parameter **{}**: {ty}", plain(&parameter.name.text)));
    let text = |key: &str| parameter.node.get(key).and_then(Node::as_str);
    if let Some(description) = text("Description") {
        page.paragraph(&plain(description));
    }
    if !parameter.ty.is_empty() && !matches!(parameter.ty.as_str(), "String" | "Number") {
        page.paragraph(&type_in_words(&parameter.ty));
    }
    match &parameter.default {
        Some(default) => page.fact(format!("default: {}", value::in_line(default))),
        None => page.fact("no default: a value must be given"),
    };
    if let Some(values) = &parameter.allowed_values {
        page.fact(format!("allowed: {}", codes(values.iter().filter_map(Node::as_str))));
    }
    if let Some(pattern) = text("AllowedPattern") {
        page.fact(format!("must match {}", code(pattern)));
    }
    for (what, least, most) in [("length", "MinLength", "MaxLength"), ("value", "MinValue", "MaxValue")] {
        if let Some(range) = range(text(least), text(most)) {
            page.fact(format!("{what}: {range}"));
        }
    }
    if parameter.node.get("NoEcho").and_then(Node::as_bool) == Some(true) {
        page.fact("shown as asterisks (`NoEcho`)");
    }
    page.fact(used(stack, &parameter.name, &[ReferenceKind::Ref, ReferenceKind::Sub]));
    page.finish()
}

/// `1 to 5`, `at least 1`, `at most 5`.
pub(super) fn range(least: Option<&str>, most: Option<&str>) -> Option<String> {
    match (least, most) {
        (Some(least), Some(most)) => Some(format!("{} to {}", plain(least), plain(most))),
        (Some(least), None) => Some(format!("at least {}", plain(least))),
        (None, Some(most)) => Some(format!("at most {}", plain(most))),
        (None, None) => None,
    }
}

/// The page of the type of a parameter.
pub(super) fn parameter_type(ty: &str) -> Option<String> {
    let words = type_in_words(ty);
    if words.is_empty() {
        return None;
    }
    let mut page = Page::new(format!("type of parameter {}", code(ty)));
    page.paragraph(&words);
    if ty.starts_with("AWS::") && !types::is_stored(ty) || ty.starts_with("List<AWS::") {
        page.paragraph("CloudFormation checks that it exists in the account and region of the stack.");
    }
    page.link(guide::parameter_key("Type")?.link());
    Some(page.finish())
}

fn type_in_words(ty: &str) -> String {
    let inner = |ty: &str, start: &str| Some(ty.strip_prefix(start)?.strip_suffix('>')?.to_owned());
    if let Some(stored) = inner(ty, "AWS::SSM::Parameter::Value<") {
        let of = type_in_words(&stored);
        return format!("The name of a parameter of Systems Manager, of which `Ref` gives the value. {of}");
    }
    if let Some(item) = inner(ty, "List<") {
        let of = type_in_words(&item);
        return format!("A list, given as one text with commas. Each: {of}");
    }
    guide::parameter_type(ty).map(|it| it.text.to_owned()).unwrap_or_default()
}

/// The page of a mapping.
pub(super) fn mapping(mapping: &Mapping, stack: &Stack) -> String {
    let mut page = Page::new(format!("mapping **{}**", plain(&mapping.name.text)));
    let rows = mapping.node.as_map().map(|it| it.entries.as_slice()).unwrap_or_default();
    let mut columns: Vec<&Name> = Vec::new();
    for (name, _) in rows.iter().filter_map(|it| it.1.as_map()).flat_map(|it| &it.entries) {
        if !columns.iter().any(|it| it.text == name.text) {
            columns.push(name);
        }
    }
    if !rows.is_empty() && !columns.is_empty() {
        page.paragraph(&table(rows, &columns));
    }
    page.fact(format!("{}, {}", counted(rows.len(), "first key"), counted(columns.len(), "second key")));
    page.fact(used(stack, &mapping.name, &[ReferenceKind::FindInMap]));
    page.finish()
}

fn table(rows: &[(Name, Node)], columns: &[&Name]) -> String {
    let shown = &columns[..columns.len().min(MAX_COLUMNS)];
    let more = |is_more: bool| if is_more { " … |" } else { "" };
    let cell = |text: &str| text.replace('|', "\\|");
    let is_wide = columns.len() > shown.len();
    let mut out = "|  |".to_owned();
    shown.iter().for_each(|it| out += &format!(" {} |", cell(&code(&it.text))));
    out += more(is_wide);
    out += "\n|---|";
    shown.iter().for_each(|_| out += "---|");
    out += if is_wide { "---|" } else { "" };
    for (name, row) in rows.iter().take(MAX_ROWS) {
        out += &format!("\n| {} |", cell(&code(&name.text)));
        for column in shown {
            let value = row.as_map().and_then(|it| it.get(&column.text));
            out += &format!(" {} |", value.map(|it| cell(&value::in_line(it))).unwrap_or_default());
        }
        out += more(is_wide);
    }
    if rows.len() > MAX_ROWS {
        out += "\n| … |";
        shown.iter().for_each(|_| out += "  |");
        out += if is_wide { "  |" } else { "" };
    }
    out
}

/// The page of a condition.
pub(super) fn condition(condition: &Condition, stack: &Stack) -> String {
    let mut page = Page::new(format!("condition **{}**", plain(&condition.name.text)));
    if let Some(words) = in_words(&condition.node) {
        page.paragraph(&format!("Holds when {words}."));
    }
    let declarations = &stack.declarations;
    let may = |holds| declarations.can_hold(&[Assumption::Condition(&condition.name, holds)]);
    match (may(true), may(false)) {
        (true, false) => page.fact("always holds, whatever the stack is deployed with"),
        (false, true) => page.fact("never holds, whatever the stack is deployed with"),
        _ => &mut page,
    };
    page.fact(used(stack, &condition.name, &[ReferenceKind::Condition]));
    page.finish()
}

/// When a condition holds whose expression, or a part of one, is `node`; `None` where it is not understood.
pub(super) fn in_words(node: &Node) -> Option<String> {
    expression(node, 0)
}

/// A condition's expression in words; `None` for one that is not understood.
fn expression(node: &Node, depth: u32) -> Option<String> {
    let Value::Call(call) = &node.value else { return None };
    let Call::Other { function, argument } = &**call else { return None };
    if function.text == "Condition" {
        return Some(format!("{} holds", code(argument.as_str()?)));
    }
    let items = argument.as_list().filter(|it| !it.open && !it.items.is_empty())?.items.as_slice();
    let inner = |node: &Node| if depth < MAX_DEPTH { expression(node, depth + 1) } else { None };
    let listed = |word: &str| {
        let all: Option<Vec<String>> = items.iter().map(inner).collect();
        let text = all?.join(word);
        Some(if depth > 0 && items.len() > 1 { format!("({text})") } else { text })
    };
    match (function.text.as_str(), items) {
        ("Fn::Equals", [left, right]) => Some(format!("{} is {}", operand(left)?, operand(right)?)),
        ("Fn::Not", [only]) => {
            if let Some((left, right)) = equality(only) {
                return Some(format!("{} is not {}", operand(left)?, operand(right)?));
            }
            match named(only) {
                Some(name) => Some(format!("{} does not hold", code(name))),
                None => Some(format!("not {}", inner(only)?)),
            }
        }
        ("Fn::And", _) => listed(" and "),
        ("Fn::Or", _) => listed(" or "),
        _ => None,
    }
}

fn equality(node: &Node) -> Option<(&Node, &Node)> {
    let Value::Call(call) = &node.value else { return None };
    match &**call {
        Call::Other { function, argument } if function.text == "Fn::Equals" => match &argument.as_list()?.items[..] {
            [left, right] => Some((left, right)),
            _ => None,
        },
        _ => None,
    }
}

fn named(node: &Node) -> Option<&str> {
    let Value::Call(call) = &node.value else { return None };
    match &**call {
        Call::Other { function, argument } if function.text == "Condition" => argument.as_str(),
        _ => None,
    }
}

/// What is compared.
fn operand(node: &Node) -> Option<String> {
    match &node.value {
        Value::Scalar(_) | Value::Bool(_) => {
            let text = node.as_str()?;
            Some(if text.is_empty() { "empty".to_owned() } else { code(text) })
        }
        Value::Call(call) => match &**call {
            Call::Ref(name) => Some(code(&name.text)),
            Call::FindInMap { map, first, second, .. } => {
                Some(format!("the value in {} under {} and {}", operand(map)?, operand(first)?, operand(second)?))
            }
            Call::Select { index, list } => Some(format!("item {} of {}", operand(index)?, operand(list)?)),
            Call::Split { delimiter, text } => Some(format!("{} split at {}", operand(text)?, operand(delimiter)?)),
            Call::Join { delimiter, items } => Some(format!("{} joined by {}", operand(items)?, operand(delimiter)?)),
            Call::Sub(parts) => {
                let mut out = String::new();
                for part in parts {
                    match part {
                        model::Part::Text(text) => out += &text.text,
                        model::Part::Value(node) => match &node.value {
                            Value::Call(call) => match &**call {
                                Call::Ref(name) => out += &format!("${{{}}}", name.text),
                                _ => return None,
                            },
                            _ => out += node.as_str()?,
                        },
                        model::Part::Unused(..) => (),
                    }
                }
                Some(code(&out))
            }
            _ => None,
        },
        Value::List(list) if !list.open => {
            let items: Option<Vec<String>> = list.items.iter().map(operand).collect();
            Some(format!("[{}]", items?.join(", ")))
        }
        _ => None,
    }
}

/// Where `name` is used in one of these ways: how often, and by which resources.
pub(super) fn used(stack: &Stack, name: &Name, kinds: &[ReferenceKind]) -> String {
    let mut count = 0;
    let mut is_elsewhere = false;
    let mut by: Vec<&Resource> = Vec::new();
    for (resource, reference) in stack.all_references() {
        if reference.target.text != name.text || !kinds.contains(&reference.kind) {
            continue;
        }
        count += 1;
        is_elsewhere |= resource.is_none();
        if let Some(resource) = resource
            && !by.iter().any(|it| it.id.span == resource.id.span)
        {
            by.push(resource);
        }
    }
    match (count, by.is_empty()) {
        (0, _) => "not used in this template".to_owned(),
        (_, true) => format!("used in {}", counted(count, "place")),
        (_, false) => {
            let by = codes(by.iter().map(|it| it.id.text.as_str()));
            let elsewhere = if is_elsewhere { " and elsewhere" } else { "" };
            format!("used in {}, by {by}{elsewhere}", counted(count, "place"))
        }
    }
}
