//! The model in few words, without places: equal for what says the same, however it was written.

use model::{Call, Condition, Mapping, Node, Output, Parameter, Part, Reference, Resource, Stack, Value};
use std::fmt::Write;

/// A stack in few words, without places.
pub fn stack(stack: &Stack) -> String {
    let mut out = String::new();
    let declarations = &stack.declarations;
    declarations.parameters.iter().for_each(|it| out.push_str(&parameter(it)));
    declarations.mappings.iter().for_each(|it| out.push_str(&mapping(it)));
    declarations.conditions.iter().for_each(|it| out.push_str(&condition(it)));
    for it in &stack.declarations.transforms {
        let _ = writeln!(out, "transform {}", it.text);
    }
    stack.resources.iter().for_each(|it| out.push_str(&resource(it)));
    stack.outputs.iter().for_each(|it| out.push_str(&output(it)));
    for (section, entries) in [("rule", &stack.rules), ("hook", &stack.hooks), ("global", &stack.globals)] {
        for it in entries {
            let _ = writeln!(out, "{section} {} {}{}", it.name.text, value(&it.node), references(&it.references));
        }
    }
    if !stack.references.is_empty() {
        let _ = writeln!(out, "others{}", references(&stack.references));
    }
    if stack.open {
        let _ = writeln!(out, "open");
    }
    if !stack.generated.is_empty() {
        let _ = writeln!(out, "generated {}", stack.generated.join(" "));
    }
    if !stack.broken.is_empty() {
        let _ = writeln!(out, "broken {:?}", stack.broken);
    }
    out
}

/// A parameter.
pub fn parameter(it: &Parameter) -> String {
    format!("parameter {} {}\n", it.name.text, value(&it.node))
}

/// A mapping.
pub fn mapping(it: &Mapping) -> String {
    format!("mapping {} {}\n", it.name.text, value(&it.node))
}

/// A condition.
pub fn condition(it: &Condition) -> String {
    format!("condition {} {}{}\n", it.name.text, value(&it.node), references(&it.references))
}

/// An output.
pub fn output(it: &Output) -> String {
    format!("output {} {}{}\n", it.name.text, value(&it.node), references(&it.references))
}

/// A resource in few words.
pub fn resource(it: &Resource) -> String {
    // In CDK keys are made up; in a template only a loop gives another one.
    let written = if it.id.text.contains('{') { format!(" of {}", it.id.text) } else { String::new() };
    let name = if written.is_empty() && it.made.is_none() { &it.id.text } else { &it.key };
    let word = if it.made.is_some() { "made" } else { "resource" };
    let mut out = format!("{word} {name}{written} {} {}\n", it.ty.text, value(&it.properties));
    for (name, node) in &it.attributes.entries {
        let _ = writeln!(out, "  {} {}", name.text, value(node));
    }
    if !it.references.is_empty() {
        let _ = writeln!(out, " {}", references(&it.references));
    }
    out
}

fn references(all: &[Reference]) -> String {
    all.iter().fold(String::new(), |mut out, it| {
        write!(out, " {:?}:{}", it.kind, it.target.text).unwrap();
        if let Some(attribute) = &it.attribute {
            write!(out, ".{}", attribute.text).unwrap();
        }
        out
    })
}

/// A value in few words. What JSON cannot say, whether a number was quoted, is not said.
pub fn value(node: &Node) -> String {
    let join = |items: Vec<String>| items.join(", ");
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(it) => it.to_string(),
        Value::Scalar(it) => format!("{:?}", it.text),
        Value::List(it) => {
            format!("[{}{}]", join(it.items.iter().map(value).collect()), if it.open { ", .." } else { "" })
        }
        Value::Map(it) => {
            let entries = it.entries.iter().map(|(name, node)| format!("{}: {}", name.text, value(node))).collect();
            format!("{{{}{}}}", join(entries), if it.open { ", .." } else { "" })
        }
        Value::Either(branches) => {
            let branch = |it: &model::Branch| match &it.condition {
                Some((name, holds)) => format!("{}{}: {}", if *holds { "" } else { "!" }, name.text, value(&it.node)),
                None => value(&it.node),
            };
            format!("either({})", join(branches.iter().map(branch).collect()))
        }
        Value::Call(it) => call(it),
        Value::Absent => "absent".to_owned(),
        Value::Unknown => "unknown".to_owned(),
        Value::Missing => "missing".to_owned(),
    }
}

fn call(call: &Call) -> String {
    match call {
        Call::Ref(name) => format!("ref({})", name.text),
        Call::GetAtt { resource, attribute } => {
            format!("att({}, {})", resource.text, attribute.as_ref().map_or("?", |it| &it.text))
        }
        Call::Sub(parts) | Call::Dynamic(parts) => {
            let part = |it: &Part| match it {
                Part::Text(text) => format!("{:?}", text.text),
                Part::Value(node) => value(node),
                Part::Unused(name, node) => format!("unused({}, {})", name.text, value(node)),
            };
            let name = if matches!(call, Call::Sub(_)) { "sub" } else { "dynamic" };
            format!("{name}({})", parts.iter().map(part).collect::<Vec<_>>().join(" "))
        }
        Call::Join { delimiter, items } => format!("join({}, {})", value(delimiter), value(items)),
        Call::Select { index, list } => format!("select({}, {})", value(index), value(list)),
        Call::Split { delimiter, text } => format!("split({}, {})", value(delimiter), value(text)),
        Call::FindInMap { map, first, second, default } => {
            let default = default.as_ref().map_or_else(String::new, |it| format!(", {}", value(it)));
            format!("find({}, {}, {}{default})", value(map), value(first), value(second))
        }
        Call::ImportValue(it) => format!("import({})", value(it)),
        Call::Base64(it) => format!("base64({})", value(it)),
        Call::GetAzs(it) => format!("azs({})", value(it)),
        Call::Other { function, argument } => format!("{}({})", function.text, value(argument)),
    }
}
