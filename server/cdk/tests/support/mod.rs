//! Prints what a program was lowered to.
#![allow(dead_code, reason = "not every test prints")]

use cdk::{CdkFile, Dialect};
use model::{Call, Lowered, Node, Part, Value};
use std::fmt::Write;
use std::sync::Arc;

/// Lowers `text` as the first state of a file.
pub(crate) fn lower(text: &str) -> Lowered {
    CdkFile::new(Dialect::TypeScript).lower(&Arc::from(text))
}

/// Every stack with its resources, and the source text at each leaf.
pub(crate) fn render(text: &str, lowered: &Lowered) -> String {
    let mut out = String::new();
    for stack in &lowered.stacks {
        let name = stack.name.as_ref().map_or("-", |it| &it.text);
        writeln!(out, "stack {name}{}", if stack.open { " (open)" } else { "" }).unwrap();
        for parameter in &stack.declarations.parameters {
            writeln!(out, "  parameter {} {}", parameter.name.text, parameter.ty).unwrap();
        }
        for resource in &stack.resources {
            let at = |span| lowered.map.resolve(span).map_or("?", |it| &text[it]);
            writeln!(
                out,
                "  {} {} [{}] <{}>",
                resource.key,
                resource.ty.text,
                at(resource.id.span),
                at(resource.ty.span)
            )
            .unwrap();
            for (name, node) in &resource.properties.as_map().unwrap().entries {
                if !matches!(node.value, Value::Absent | Value::Unknown) {
                    writeln!(out, "    {}: {}", name.text, value(node)).unwrap();
                }
            }
            let absent = resource.properties.as_map().unwrap().entries.iter();
            let absent: Vec<_> = absent
                .filter(|(_, it)| matches!(it.value, Value::Absent))
                .map(|(name, _)| name.text.as_str())
                .collect();
            if !absent.is_empty() {
                writeln!(out, "    without {}", absent.join(", ")).unwrap();
            }
            if resource.properties.as_map().unwrap().open {
                writeln!(out, "    ...").unwrap();
            }
            for (name, node) in &resource.attributes.entries {
                if !matches!(node.value, Value::Unknown) {
                    writeln!(out, "    @{}: {}", name.text, value(node)).unwrap();
                }
            }
        }
    }
    for problem in &lowered.problems {
        writeln!(out, "{}: {}", problem.rule, problem.message).unwrap();
    }
    out
}

pub(crate) fn value(node: &Node) -> String {
    let list = |items: Vec<String>, open: bool| {
        let dots = open.then(|| "...".to_owned());
        items.into_iter().chain(dots).collect::<Vec<_>>().join(", ")
    };
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(it) => it.to_string(),
        Value::Scalar(it) if it.plain => it.text.to_string(),
        Value::Scalar(it) => format!("{:?}", it.text),
        Value::List(it) => format!("[{}]", list(it.items.iter().map(value).collect(), it.open)),
        Value::Map(it) => {
            let entries = it.entries.iter().map(|(name, node)| format!("{}: {}", name.text, value(node)));
            format!("{{{}}}", list(entries.collect(), it.open))
        }
        Value::Either(branches) => branches.iter().map(|it| value(&it.node)).collect::<Vec<_>>().join(" | "),
        Value::Call(call) => match &**call {
            Call::Ref(name) => format!("Ref({})", name.text),
            Call::GetAtt { resource, attribute } => {
                format!("{}.{}", resource.text, attribute.as_ref().map_or("?", |it| &it.text))
            }
            Call::Sub(parts) => {
                let parts = parts.iter().map(|it| match it {
                    Part::Text(text) => text.text.to_string(),
                    Part::Value(node) => format!("${{{}}}", value(node)),
                    Part::Unused(..) => String::new(),
                });
                format!("`{}`", parts.collect::<String>())
            }
            other => format!("{other:?}").split([' ', '(']).next().unwrap_or_default().to_owned(),
        },
        Value::Absent => "absent".to_owned(),
        Value::Unknown => "unknown".to_owned(),
        Value::Missing => "missing".to_owned(),
    }
}
