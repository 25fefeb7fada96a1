//! The model in few words, without places: equal for what says the same, however it was written.

use model::{
    Branch, Call, Condition, Lowered, Mapping, Node, Output, Parameter, Part, Reference, Resource, Stack, Value,
};
use std::fmt::Write;

/// All stacks of a file.
pub fn lowered(it: &Lowered) -> String {
    it.stacks.iter().map(|it| stack(it)).collect()
}

/// A stack.
pub fn stack(stack: &Stack) -> String {
    let mut out = String::new();
    let declarations = &stack.declarations;
    declarations.parameters.iter().for_each(|it| out.push_str(&parameter(it)));
    declarations.mappings.iter().for_each(|it| out.push_str(&mapping(it)));
    declarations.conditions.iter().for_each(|it| out.push_str(&condition(it)));
    for it in &declarations.transforms {
        let _ = writeln!(out, "transform {}", it.text);
    }
    stack.resources.iter().for_each(|it| out.push_str(&resource(it)));
    stack.outputs.iter().for_each(|it| out.push_str(&output(it)));
    if !stack.references.is_empty() {
        let _ = writeln!(out, "others{}", references(&stack.references));
    }
    if stack.open {
        out.push_str("open\n");
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

/// A resource.
pub fn resource(it: &Resource) -> String {
    let mut out = format!("resource {} {} {}\n", it.id.text, it.ty.text, value(&it.properties));
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
        let _ = write!(out, " {:?}:{}", it.kind, it.target.text);
        if let Some(attribute) = &it.attribute {
            let _ = write!(out, ".{}", attribute.text);
        }
        out
    })
}

/// A value. What JSON cannot say, whether a number was quoted, is not said.
pub fn value(node: &Node) -> String {
    let mut out = String::new();
    write_value(&mut out, node);
    out
}

fn write_value(out: &mut String, node: &Node) {
    match &node.value {
        Value::Null => out.push_str("null"),
        Value::Bool(it) => out.push_str(if *it { "true" } else { "false" }),
        Value::Scalar(it) => {
            let _ = write!(out, "{:?}", it.text);
        }
        Value::List(it) => {
            out.push('[');
            it.items.iter().for_each(|it| write_item(out, None, it));
            out.push_str(if it.open { "..]" } else { "]" });
        }
        Value::Map(it) => {
            out.push('{');
            it.entries.iter().for_each(|(name, it)| write_item(out, Some(&name.text), it));
            out.push_str(if it.open { "..}" } else { "}" });
        }
        Value::Either(branches) => {
            out.push_str("either(");
            for Branch { condition, node } in branches {
                if let Some((_, false)) = condition {
                    out.push('!');
                }
                write_item(out, condition.as_ref().map(|(name, _)| name.text.as_str()), node);
            }
            out.push(')');
        }
        Value::Call(it) => write_call(out, it),
        Value::Absent => out.push_str("absent"),
        Value::Unknown => out.push_str("unknown"),
        Value::Missing => out.push_str("missing"),
    }
}

fn write_item(out: &mut String, name: Option<&str>, node: &Node) {
    if let Some(name) = name {
        let _ = write!(out, "{name}: ");
    }
    write_value(out, node);
    out.push_str(", ");
}

fn write_call(out: &mut String, call: &Call) {
    let name = match call {
        Call::Ref(name) => return out.push_str(&format!("ref({})", name.text)),
        Call::GetAtt { resource, attribute } => {
            let attribute = attribute.as_ref().map_or("?", |it| &it.text);
            return out.push_str(&format!("att({}, {attribute})", resource.text));
        }
        Call::Sub(parts) => {
            out.push_str("sub(");
            for part in parts {
                match part {
                    Part::Text(text) => out.push_str(&format!("{:?}, ", text.text)),
                    Part::Value(node) => write_item(out, None, node),
                }
            }
            return out.push(')');
        }
        Call::Join { .. } => "join",
        Call::Select { .. } => "select",
        Call::Split { .. } => "split",
        Call::FindInMap { .. } => "find",
        Call::ImportValue(_) => "import",
        Call::Base64(_) => "base64",
        Call::GetAzs(_) => "azs",
        Call::Other { function, .. } => &function.text,
    };
    let _ = write!(out, "{name}(");
    call.arguments(&mut |it| write_item(out, None, it));
    out.push(')');
}
