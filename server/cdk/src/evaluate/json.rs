//! Values → JSON, as the language writes it.

use super::functions::lacks;
use crate::ast::Kind;
use crate::evaluate::Made;
use crate::lower::Lowering;
use crate::scope::digits;
use model::{Call, Name, Node, Part, Span, Value};

const MAX_DEPTH: usize = 40;

/// What the third argument of `JSON.stringify` puts before each member; nothing where all is on one line.
pub(super) fn indent<'a>(lowering: &Lowering<'a>, made: &Made<'a>) -> Option<String> {
    if !lacks(made, 1) {
        let chooser = lowering.scopes.follow(made.argument(1)?);
        // `toJsonString(value, 2)`
        if made.path == "toJsonString" {
            return spaces(&chooser.expression.kind);
        }
        if !matches!(chooser.expression.kind, Kind::Null | Kind::Undefined) {
            return None;
        }
    }
    if lacks(made, 2) {
        return Some(String::new());
    }
    spaces(&lowering.scopes.follow(made.argument(2)?).expression.kind)
}

fn spaces(kind: &Kind) -> Option<String> {
    match kind {
        Kind::Number(number) => number.parse().ok().map(|it: usize| " ".repeat(it.min(10))),
        Kind::Text(text) => Some(text.chars().take(10).collect()),
        Kind::Null | Kind::Undefined => Some(String::new()),
        _ => None,
    }
}

/// The text of `node`, with what is known at deployment only in its place; `None` when it depends on what is not known.
pub(super) fn written(node: &Node, indent: &str, span: Span) -> Option<Vec<Part>> {
    let mut writer = Writer { indent, span, parts: Vec::new(), text: String::new() };
    writer.value(node, 0)?;
    writer.flush();
    Some(writer.parts)
}

struct Writer<'w> {
    indent: &'w str,
    span: Span,
    parts: Vec<Part>,
    text: String,
}

impl Writer<'_> {
    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.parts.push(Part::Text(Name::new(std::mem::take(&mut self.text), self.span)));
        }
    }

    fn value(&mut self, node: &Node, depth: usize) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        match &node.value {
            Value::Null => self.text.push_str("null"),
            Value::Bool(it) => self.text.push_str(if *it { "true" } else { "false" }),
            Value::Scalar(it) if it.plain => self.text.push_str(&digits(it.text.parse().ok()?)?),
            Value::Scalar(it) => self.quoted(&it.text),
            Value::List(list) if !list.open => {
                self.text.push('[');
                for (i, item) in list.items.iter().enumerate() {
                    self.next(i, depth + 1);
                    match item.value {
                        Value::Absent => self.text.push_str("null"),
                        _ => self.value(item, depth + 1)?,
                    }
                }
                self.close(']', list.items.is_empty(), depth);
            }
            Value::Map(map) if !map.open => {
                // Numbers come first, whatever is written before them.
                if map.entries.iter().any(|(key, _)| key.text.parse::<u32>().is_ok()) {
                    return None;
                }
                let entries: Vec<_> = map.entries.iter().filter(|it| !matches!(it.1.value, Value::Absent)).collect();
                self.text.push('{');
                for (i, (key, value)) in entries.iter().enumerate() {
                    self.next(i, depth + 1);
                    self.quoted(&key.text);
                    self.text.push_str(if self.indent.is_empty() { ":" } else { ": " });
                    self.value(value, depth + 1)?;
                }
                self.close('}', entries.is_empty(), depth);
            }
            Value::Call(call) => {
                self.text.push('"');
                match &**call {
                    Call::Sub(parts) | Call::Dynamic(parts) => {
                        for part in parts {
                            match part {
                                Part::Text(text) => self.escaped(&text.text),
                                Part::Value(node) => self.hole(node)?,
                                Part::Unused(..) => (),
                            }
                        }
                    }
                    Call::Ref(_)
                    | Call::GetAtt { .. }
                    | Call::ImportValue(_)
                    | Call::Join { .. }
                    | Call::Select { .. } => {
                        self.hole(node)?;
                    }
                    _ => return None,
                }
                self.text.push('"');
            }
            Value::List(_) | Value::Map(_) | Value::Either(_) | Value::Absent | Value::Unknown | Value::Missing => {
                return None;
            }
        }
        Some(())
    }

    /// A value in the middle of a text.
    fn hole(&mut self, node: &Node) -> Option<()> {
        if !matches!(node.value, Value::Call(_)) {
            return None;
        }
        self.flush();
        self.parts.push(Part::Value(node.clone()));
        Some(())
    }

    fn next(&mut self, index: usize, depth: usize) {
        if index > 0 {
            self.text.push(',');
        }
        self.line(depth);
    }

    fn close(&mut self, bracket: char, is_empty: bool, depth: usize) {
        if !is_empty {
            self.line(depth);
        }
        self.text.push(bracket);
    }

    fn line(&mut self, depth: usize) {
        if !self.indent.is_empty() {
            self.text.push('\n');
            self.text.push_str(&self.indent.repeat(depth));
        }
    }

    fn quoted(&mut self, text: &str) {
        self.text.push('"');
        self.escaped(text);
        self.text.push('"');
    }

    fn escaped(&mut self, text: &str) {
        let quoted = serde_json::Value::from(text).to_string();
        self.text.push_str(&quoted[1..quoted.len() - 1]);
    }
}
