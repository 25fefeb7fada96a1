//! Templates made up from choices, and the ways to write one down.
//!
//! A template is a JSON value with functions in their long form. Written as YAML or as JSON, in any style, it must be read
//! as the same.

use crate::choices::Choices;
use serde_json::{Map, Value, json};

/// Texts that a careless writer gets wrong.
pub const TEXTS: &[&str] = &[
    "a",
    "Enabled",
    "",
    "yes",
    "No",
    "null",
    "~",
    "true",
    "1",
    "012",
    "0x1F",
    "1e3",
    "1_000",
    ".5",
    "12:30:45",
    "2012-10-17",
    "a: b",
    "a:",
    ":a",
    "#a",
    "a #b",
    "a#b",
    "- a",
    "-",
    "'",
    "\"",
    "it's",
    "\"a\"",
    "\\",
    "\\n",
    "a\nb",
    "a\n",
    "\na",
    "a\n\n b\n",
    " a",
    "a ",
    "\t",
    "*",
    "*a",
    "&a",
    "!a",
    "%a",
    "@a",
    "`a`",
    "|",
    ">",
    "[a]",
    "{a}",
    "a, b",
    "a]",
    "}",
    "?",
    "? a",
    "=",
    "<<",
    "é😀",
    "${A}",
    "$",
    "arn:aws:s3:::x/*",
    "{\"a\": 1}",
    "---",
    "...",
    "\u{a0}",
    "\u{85}",
    "\u{7f}",
    "\r",
    "a\r\nb",
];

const KEYS: &[&str] =
    &["A", "B", "Name", "Tags", "Status", "a-b", "aws:SecureTransport", "Fn", "x.y", "0", "'", "a b", "é", "Type"];
const PROPERTIES: &[&str] = &["Name", "Tags", "Policy", "Settings", "Rules", "Description", "KmsKeyId", "Enabled"];

/// A template.
pub fn template(choices: &mut Choices) -> Value {
    let mut root = Map::new();
    if !choices.one_in(4) {
        root.insert("AWSTemplateFormatVersion".into(), "2010-09-09".into());
    }
    if choices.one_in(3) {
        root.insert("Description".into(), text(choices));
    }
    if !choices.one_in(3) {
        let parameter = |choices: &mut Choices| {
            let mut it = Map::from_iter([("Type".to_owned(), json!("String"))]);
            if choices.one_in(2) {
                it.insert("Default".into(), scalar(choices));
            }
            Value::Object(it)
        };
        let count = 1 + choices.below(2);
        root.insert("Parameters".into(), (0..count).map(|n| (format!("P{n}"), parameter(choices))).collect());
    }
    if choices.one_in(2) {
        root.insert("Conditions".into(), json!({"C0": {"Fn::Equals": [{"Ref": "P0"}, scalar(choices)]}}));
    }
    let count = 1 + choices.below(4);
    root.insert("Resources".into(), (0..count).map(|n| (format!("R{n}"), resource(choices))).collect());
    if choices.one_in(2) {
        root.insert("Outputs".into(), json!({"O0": {"Value": function(choices, 1)}}));
    }
    Value::Object(root)
}

fn resource(choices: &mut Choices) -> Value {
    let types = ["AWS::S3::Bucket", "AWS::IAM::Role", "AWS::SQS::Queue", "AWS::DynamoDB::Table", "Custom::Thing"];
    let mut it = Map::from_iter([("Type".to_owned(), json!(choices.of(&types)))]);
    if choices.one_in(3) {
        it.insert("DependsOn".into(), json!(["R0"]));
    }
    if choices.one_in(3) {
        it.insert("DeletionPolicy".into(), "Retain".into());
    }
    if !choices.one_in(5) {
        let count = choices.below(4);
        let mut properties = Map::new();
        for _ in 0..count {
            properties.insert(choices.of(PROPERTIES).to_owned(), value(choices, 0));
        }
        it.insert("Properties".into(), Value::Object(properties));
    }
    if choices.one_in(6) {
        it.insert("Metadata".into(), value(choices, 1));
    }
    Value::Object(it)
}

/// Any value.
pub fn value(choices: &mut Choices, depth: usize) -> Value {
    match choices.below(if depth > 3 { 4 } else { 8 }) {
        0..3 => scalar(choices),
        3 | 4 => function(choices, depth + 1),
        5 => (0..choices.below(4)).map(|_| value(choices, depth + 1)).collect(),
        _ => {
            let mut map = Map::new();
            for _ in 0..choices.below(4) {
                map.insert(choices.of(KEYS).to_owned(), value(choices, depth + 1));
            }
            Value::Object(map)
        }
    }
}

fn scalar(choices: &mut Choices) -> Value {
    match choices.below(6) {
        0 => json!(choices.one_in(2)),
        1 => json!(choices.below(70_000) as i64 - 2),
        _ => text(choices),
    }
}

fn text(choices: &mut Choices) -> Value {
    json!(choices.of(TEXTS))
}

fn function(choices: &mut Choices, depth: usize) -> Value {
    match choices.below(if depth > 4 { 4 } else { 8 }) {
        0 => json!({"Ref": choices.of(&["P0", "R0", "AWS::Region", "AWS::NoValue", "Gone"])}),
        1 => json!({"Fn::GetAtt": [choices.of(&["R0", "R1"]), choices.of(&["Arn", "A.B"])]}),
        2 => {
            json!({"Fn::Sub": choices.of(&["${P0}", "a-${AWS::Region}-${R0.Arn}", "x", "${!Literal}: '${P0}'", "${"])})
        }
        3 => json!({"Fn::ImportValue": text(choices)}),
        4 => json!({"Fn::Join": [text(choices), [value(choices, depth + 1), value(choices, depth + 1)]]}),
        5 => json!({"Fn::If": ["C0", value(choices, depth + 1), value(choices, depth + 1)]}),
        6 => json!({"Fn::Sub": ["${V}", {"V": value(choices, depth + 1)}]}),
        _ => json!({"Fn::Select": [choices.below(3).to_string(), {"Fn::Split": [text(choices), scalar(choices)]}]}),
    }
}

/// `template` as JSON, with some style.
pub fn as_json(template: &Value, choices: &mut Choices) -> String {
    let mut writer = Json { step: [2, 4, 0][choices.below(3)], inline: choices.below(60), out: String::new() };
    writer.value(template, 0);
    writer.out.push('\n');
    if choices.one_in(8) { writer.out.replace('\n', "\r\n") } else { writer.out }
}

struct Json {
    /// 0 for everything on one line.
    step: usize,
    /// What is no longer than this stands on one line.
    inline: usize,
    out: String,
}

impl Json {
    fn value(&mut self, value: &Value, indent: usize) {
        let compact = value.to_string();
        if self.step == 0 || compact.len() <= self.inline {
            return self.out.push_str(&compact);
        }
        let (open, close, items): (_, _, Vec<(Option<&String>, &Value)>) = match value {
            Value::Object(map) if !map.is_empty() => ('{', '}', map.iter().map(|(key, it)| (Some(key), it)).collect()),
            Value::Array(items) if !items.is_empty() => ('[', ']', items.iter().map(|it| (None, it)).collect()),
            _ => return self.out.push_str(&compact),
        };
        self.out.push(open);
        for (number, (key, item)) in items.into_iter().enumerate() {
            self.out.push_str(if number > 0 { ",\n" } else { "\n" });
            self.out.push_str(&" ".repeat(indent + self.step));
            if let Some(key) = key {
                self.out.push_str(&format!("{}: ", json!(key)));
            }
            self.value(item, indent + self.step);
        }
        self.out.push('\n');
        self.out.push_str(&" ".repeat(indent));
        self.out.push(close);
    }
}

/// `template` as YAML, with some style, and comments when there are to be any.
pub fn as_yaml(template: &Value, choices: &mut Choices, comments: bool) -> String {
    let step = choices.of(&[2, 2, 4, 3]);
    let mut writer = Yaml {
        step,
        flush: choices.one_in(2),
        short: !choices.one_in(3),
        double: choices.one_in(2),
        comments,
        count: 0,
        out: String::new(),
    };
    if choices.one_in(6) {
        writer.out.push_str("---\n");
    }
    writer.block(template, 0, choices);
    if choices.one_in(8) { writer.out.replace('\n', "\r\n") } else { writer.out }
}

struct Yaml {
    step: usize,
    /// Lists stand at the indentation of their keys.
    flush: bool,
    /// Functions as tags.
    short: bool,
    /// Double quotes rather than single ones.
    double: bool,
    comments: bool,
    count: usize,
    out: String,
}

impl Yaml {
    /// The entries of a mapping or a list, each on lines of its own; the first continues the line when it is a list's item.
    fn block(&mut self, value: &Value, indent: usize, choices: &mut Choices) {
        let margin = " ".repeat(indent);
        let mut first = true;
        match value {
            Value::Object(map) => {
                for (key, item) in map {
                    if !std::mem::take(&mut first) || self.out.is_empty() || self.out.ends_with('\n') {
                        self.comment(&margin, choices);
                        if indent == 0 && choices.one_in(2) {
                            self.out.push('\n');
                        }
                        self.out.push_str(&margin);
                    }
                    self.out.push_str(&self.key(key));
                    self.out.push(':');
                    self.item(item, indent, false, choices);
                }
            }
            Value::Array(items) => {
                for item in items {
                    if !std::mem::take(&mut first) || self.out.ends_with('\n') {
                        self.comment(&margin, choices);
                        self.out.push_str(&margin);
                    }
                    self.out.push('-');
                    self.item(item, indent, true, choices);
                }
            }
            _ => (),
        }
    }

    /// A value behind a colon or a dash, to the end of its last line.
    fn item(&mut self, value: &Value, indent: usize, in_list: bool, choices: &mut Choices) {
        let mut value = value;
        if self.short
            && let Some((tag, argument)) = short(value)
            && short(argument).is_none()
        {
            // A tag in front of a tag is not YAML.
            self.out.push_str(&format!(" !{tag}"));
            value = argument;
        }
        let is_empty = match value {
            Value::Object(map) => map.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::String(text) if is_block_text(text) && choices.one_in(2) => return self.block_text(text, indent),
            _ => true,
        };
        if is_empty || choices.one_in(5) {
            self.out.push(' ');
            let flow = self.flow(value);
            self.out.push_str(&flow);
            if self.comments && choices.one_in(6) {
                self.count += 1;
                self.out.push_str(&format!(" # c{}", self.count));
            }
            self.out.push('\n');
            return;
        }
        let is_tagged = !self.out.ends_with([':', '-']);
        if in_list && !is_tagged && choices.one_in(2) {
            // The first entry stands behind the dash.
            self.out.push(' ');
            return self.block(value, indent + 2, choices);
        }
        self.out.push('\n');
        let deeper = if value.is_array() && self.flush && !in_list { indent } else { indent + self.step };
        self.block(value, deeper, choices);
    }

    fn comment(&mut self, margin: &str, choices: &mut Choices) {
        if self.comments && choices.one_in(6) {
            self.count += 1;
            self.out.push_str(&format!("{margin}# c{}\n", self.count));
        }
    }

    fn block_text(&mut self, text: &str, indent: usize) {
        let (chomp, body) = match text.strip_suffix('\n') {
            Some(body) => ("", body),
            None => ("-", text),
        };
        let margin = " ".repeat(indent + self.step);
        self.out.push_str(&format!(" |{chomp}\n"));
        for line in body.split('\n') {
            if !line.is_empty() {
                self.out.push_str(&margin);
            }
            self.out.push_str(line);
            self.out.push('\n');
        }
    }

    fn key(&self, key: &str) -> String {
        let is_plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, ':' | '-' | '_' | '.');
        if key.starts_with(|it: char| it.is_ascii_alphabetic()) && key.chars().all(is_plain) {
            return key.to_owned();
        }
        self.quoted(key)
    }

    fn quoted(&self, text: &str) -> String {
        let is_printable = |it: char| matches!(it, ' '..='~' | '\u{a1}'..='\u{ff}' | '😀');
        if self.double || !text.chars().all(is_printable) {
            let mut out = String::from("\"");
            for it in text.chars() {
                match it {
                    '"' | '\\' => out.extend(['\\', it]),
                    '\n' => out.push_str("\\n"),
                    it if is_printable(it) => out.push(it),
                    it => out.push_str(&format!("\\u{:04x}", u32::from(it))),
                }
            }
            out.push('"');
            return out;
        }
        format!("'{}'", text.replace('\'', "''"))
    }

    fn flow(&self, value: &Value) -> String {
        if self.short
            && let Some((tag, argument)) = short(value)
            && short(argument).is_none()
        {
            return format!("!{tag} {}", self.flow(argument));
        }
        match value {
            Value::Object(map) => {
                let entries: Vec<String> =
                    map.iter().map(|(key, it)| format!("{}: {}", self.key(key), self.flow(it))).collect();
                format!("{{{}}}", entries.join(", "))
            }
            Value::Array(items) => format!("[{}]", items.iter().map(|it| self.flow(it)).collect::<Vec<_>>().join(", ")),
            Value::String(text) => {
                let is_word = |it: char| it.is_ascii_alphanumeric() || matches!(it, '/' | '-' | '_' | '.');
                let is_plain = text.len() > 3
                    && text.starts_with(|it: char| it.is_ascii_uppercase())
                    && text.chars().all(is_word)
                    && !matches!(text.to_ascii_lowercase().as_str(), "true" | "false" | "null");
                if is_plain { text.clone() } else { self.quoted(text) }
            }
            other => other.to_string(),
        }
    }
}

/// The tag and the argument of a function in its short form.
fn short(value: &Value) -> Option<(&str, &Value)> {
    let (key, argument) = value.as_object().filter(|it| it.len() == 1)?.iter().next()?;
    match key.as_str() {
        "Ref" => Some(("Ref", argument)),
        key => Some((key.strip_prefix("Fn::")?, argument)),
    }
}

/// True for a text that a block scalar can say without an indentation of its own.
fn is_block_text(text: &str) -> bool {
    let is_printable = |it: char| matches!(it, '\n' | ' '..='~');
    !text.trim().is_empty()
        && text.chars().all(is_printable)
        && !text.starts_with([' ', '\n'])
        && !text.ends_with("\n\n")
        && !text.trim_end_matches('\n').ends_with(' ')
}

/// What a text says to a whole parser, with functions in their long form. `None` when it does not parse.
pub fn read(text: &str, is_json: bool) -> Option<Value> {
    if is_json {
        return serde_json::from_str(text).ok().map(plain);
    }
    let value: serde_yaml::Value = serde_yaml::from_str(text).ok()?;
    long(value).map(plain)
}

/// Attributes are written as a list or with a dot.
fn plain(value: Value) -> Value {
    match value {
        Value::Object(map) if map.len() == 1 && map.contains_key("Fn::GetAtt") => match &map["Fn::GetAtt"] {
            Value::String(text) => match text.split_once('.') {
                Some((resource, attribute)) => json!({"Fn::GetAtt": [resource, attribute]}),
                None => Value::Object(map),
            },
            _ => Value::Object(map),
        },
        Value::Object(map) => map.into_iter().map(|(key, it)| (key, plain(it))).collect(),
        Value::Array(items) => items.into_iter().map(plain).collect(),
        other => other,
    }
}

fn long(value: serde_yaml::Value) -> Option<Value> {
    use serde_yaml::Value as Yaml;
    Some(match value {
        Yaml::Null => Value::Null,
        Yaml::Bool(it) => json!(it),
        Yaml::Number(it) => match it.as_i64() {
            Some(it) => json!(it),
            None => json!(it.as_f64()?),
        },
        Yaml::String(it) => json!(it),
        Yaml::Sequence(items) => Value::Array(items.into_iter().map(long).collect::<Option<_>>()?),
        Yaml::Mapping(map) => {
            let entry = |(key, it): (Yaml, Yaml)| {
                let key = match long(key)? {
                    Value::String(key) => key,
                    other => other.to_string(),
                };
                Some((key, long(it)?))
            };
            Value::Object(map.into_iter().map(entry).collect::<Option<_>>()?)
        }
        Yaml::Tagged(it) => {
            let tag = it.tag.to_string();
            let tag = tag.trim_start_matches('!');
            let name = if matches!(tag, "Ref" | "Condition") { tag.to_owned() } else { format!("Fn::{tag}") };
            Value::Object(Map::from_iter([(name, long(it.value)?)]))
        }
    })
}
