//! Resources as templates have them, with what is not known marked.

use model::{Call, Node, Part, Resource, SmolStr, Stack, Value};

/// Values nested deeper than this are cut.
const MAX_DEPTH: usize = 8;
/// The indentation of the properties.
const PROPERTIES: usize = 4;
const UNKNOWN: &str = "# not known";

/// A resource as YAML, in no more than about `room` lines.
pub(super) fn resource(resource: &Resource, stack: &Stack, room: usize) -> String {
    let mut out = Writer { stack, lines: Vec::new() };
    let id = resource.logical_id.as_ref().unwrap_or(&resource.key);
    let note = if resource.logical_id.is_none() { " # the logical id is not known" } else { "" };
    out.lines.push(format!("{}:{note}", scalar(id)));
    out.lines.push(format!("  Type: {}", resource.ty.text));
    if let Some(condition) = &resource.condition {
        out.lines.push(format!("  Condition: {}", scalar(&condition.text)));
    }
    for (name, node) in &resource.attributes.entries {
        // Of most constructs nothing is said about these.
        if !matches!(node.value, Value::Absent | Value::Unknown | Value::Missing) {
            out.entry(&name.text, node, 2);
        }
    }
    if let Value::Map(map) = &resource.properties.value
        && (map.open || map.entries.iter().any(|it| !matches!(it.1.value, Value::Absent)))
    {
        out.lines.push("  Properties:".to_owned());
        out.map(&resource.properties, PROPERTIES);
    }
    let most = room.max(6);
    if out.lines.len() > most {
        out.lines.truncate(most);
        out.lines.push("    # …".to_owned());
    }
    out.lines.join("\n")
}

struct Writer<'a> {
    stack: &'a Stack,
    lines: Vec<String>,
}

impl Writer<'_> {
    /// The entries of a map; what is known goes first.
    fn map(&mut self, node: &Node, indent: usize) {
        let Value::Map(map) = &node.value else { return };
        let is_there = |it: &Node| !matches!(it.value, Value::Absent);
        let is_known = |it: &Node| !matches!(it.value, Value::Unknown | Value::Missing);
        let there = || map.entries.iter().filter(|it| is_there(&it.1));
        for (name, value) in there().filter(|it| is_known(&it.1)) {
            self.entry(&name.text, value, indent);
        }
        for (name, _) in there().filter(|it| !is_known(&it.1)) {
            self.lines.push(format!("{:indent$}{}: {UNKNOWN}", "", scalar(&name.text)));
        }
        if map.open {
            // Said in full once: of the properties.
            let more = if indent > PROPERTIES { "…" } else { "there may be more" };
            self.lines.push(format!("{:indent$}# {more}", ""));
        }
    }

    fn entry(&mut self, name: &str, value: &Node, indent: usize) {
        let key = format!("{:indent$}{}:", "", scalar(name));
        match self.inline(value) {
            Some(text) => self.lines.push(format!("{key} {text}")),
            None if indent / 2 > MAX_DEPTH => self.lines.push(format!("{key} # …")),
            None => {
                self.lines.push(key);
                self.nested(value, indent + 2);
            }
        }
    }

    fn nested(&mut self, value: &Node, indent: usize) {
        let Value::List(list) = &value.value else { return self.map(value, indent) };
        for item in list.items.iter().filter(|it| !matches!(it.value, Value::Absent)) {
            match self.inline(item) {
                Some(text) => self.lines.push(format!("{:indent$}- {text}", "")),
                None if indent / 2 > MAX_DEPTH => self.lines.push(format!("{:indent$}- # …", "")),
                None => {
                    let first = self.lines.len();
                    self.nested(item, indent + 2);
                    // The dash takes the place of the indentation of its first line.
                    if let Some(line) = self.lines.get_mut(first) {
                        line.replace_range(indent..indent + 1, "-");
                    }
                }
            }
        }
        if list.open {
            self.lines.push(format!("{:indent$}# …", ""));
        }
    }

    /// A value that fits in a line; `None` for a map or list with something in it.
    fn inline(&self, node: &Node) -> Option<String> {
        Some(match &node.value {
            Value::Map(map) if map.entries.iter().all(|it| matches!(it.1.value, Value::Absent)) => {
                if map.open {
                    UNKNOWN.to_owned()
                } else {
                    "{}".to_owned()
                }
            }
            Value::List(list) if list.items.is_empty() => {
                if list.open {
                    UNKNOWN.to_owned()
                } else {
                    "[]".to_owned()
                }
            }
            Value::Map(_) | Value::List(_) => return None,
            Value::Null => "null".to_owned(),
            Value::Bool(value) => value.to_string(),
            Value::Scalar(it) => scalar(&it.text),
            Value::Unknown | Value::Missing | Value::Absent => UNKNOWN.to_owned(),
            Value::Either(branches) => {
                let mut words: Vec<String> = Vec::new();
                for branch in branches {
                    let word = match &branch.node.value {
                        Value::Absent => "left out".to_owned(),
                        Value::Scalar(_) | Value::Bool(_) => self.inline(&branch.node)?,
                        _ => "something else".to_owned(),
                    };
                    if !words.contains(&word) {
                        words.push(word);
                    }
                }
                format!("# {}", words.join(" or "))
            }
            Value::Call(call) => self.call(call),
        })
    }

    fn call(&self, call: &Call) -> String {
        match call {
            Call::Ref(name) => format!("!Ref {}", scalar(self.id(&name.text))),
            Call::GetAtt { resource, attribute: Some(attribute) } => {
                format!("!GetAtt {}.{}", self.id(&resource.text), attribute.text)
            }
            Call::Sub(parts) => self.sub(parts),
            Call::ImportValue(_) | Call::Base64(_) | Call::GetAzs(_) | Call::Join { .. } | Call::Other { .. } => {
                format!("# {}", call.name())
            }
            _ => UNKNOWN.to_owned(),
        }
    }

    fn sub(&self, parts: &[Part]) -> String {
        let mut out = String::new();
        let mut is_whole = true;
        for part in parts {
            match part {
                Part::Text(text) => out += &text.text,
                Part::Value(node) => match &node.value {
                    Value::Scalar(it) => out += &it.text,
                    Value::Call(call) => match &**call {
                        Call::Ref(name) => out += &format!("${{{}}}", self.id(&name.text)),
                        Call::GetAtt { resource, attribute: Some(attribute) } => {
                            out += &format!("${{{}.{}}}", self.id(&resource.text), attribute.text);
                        }
                        _ => {
                            out.push('…');
                            is_whole = false;
                        }
                    },
                    _ => {
                        out.push('…');
                        is_whole = false;
                    }
                },
                Part::Unused(..) => (),
            }
        }
        let tag = if out.contains("${") { "!Sub " } else { "" };
        let note = if is_whole { "" } else { " # not known in full" };
        format!("{tag}{}{note}", scalar(&out))
    }

    /// What the template calls the resource that is known here as `key`.
    fn id<'b>(&'b self, key: &'b SmolStr) -> &'b str {
        self.stack.resource(key).and_then(|it| it.logical_id.as_ref()).unwrap_or(key)
    }
}

/// A scalar, in quotes where it has to be.
fn scalar(text: &str) -> String {
    let is_special = text.is_empty()
        || text.starts_with(|it: char| "!&*-?|>@`%'\"{}[],#: ".contains(it))
        || text.ends_with([' ', ':'])
        || text.contains(": ")
        || text.contains(" #")
        || text.contains(|it: char| it.is_control());
    if !is_special {
        return text.to_owned();
    }
    let mut out = "\"".to_owned();
    for it in text.chars() {
        match it {
            '"' | '\\' => out.extend(['\\', it]),
            '\n' => out += "\\n",
            it if it.is_control() => out += &format!("\\u{:04x}", u32::from(it)),
            it => out.push(it),
        }
    }
    out.push('"');
    out
}
