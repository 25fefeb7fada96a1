//! What must hold for any input at all. Each law takes bytes and panics where it is broken, so that a fuzzer, a property
//! test and a kept input all ask the same.

use crate::choices::Choices;
use crate::{shape, written};
use ide::{Applicability, CompletionOptions, Document, Text, TextRange, TextSize};
use model::{Change, Literal, Lowered, Node, SmolStr, Span};
use rules::Selection;
use serde_json::{Map, Value, json};
use std::fmt::Write;
use std::sync::{Arc, LazyLock};
use template::{Format, Source, TemplateFile};

/// A law, over bytes.
pub type Law = fn(&[u8]);

/// Every law by the name of its fuzz target.
pub const LAWS: &[(&str, Law)] = &[
    ("completions", completions),
    ("incremental_edits", incremental_edits),
    ("lower", lower),
    ("raise", raise),
    ("same_in_json", same_in_json),
];

static SELECTION: LazyLock<Arc<Selection>> = LazyLock::new(Arc::default);

fn read(text: &str, format: Format) -> Lowered {
    TemplateFile::new(format).lower(&text.into())
}

/// Any text, read as a template and as a program: nothing panics, every place is a place of the text, what is shown is
/// about the place that was asked about, every fix can be written.
pub fn lower(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for format in [Format::Yaml, Format::Json] {
        places(&text, &read(&text, format));
    }
    for dialect in [cdk::Dialect::TypeScript, cdk::Dialect::Tsx] {
        places(&text, &cdk::CdkFile::new(dialect).lower(&text.as_ref().into()));
    }
    let state = Text::new(&text, 0);
    for path in ["a.yaml", "a.ts"] {
        let mut document = Document::new(path, Arc::clone(&SELECTION));
        let analysis = document.analyse(&state);
        assert!(analysis.panics.is_empty(), "{:?}", analysis.panics);
        for finding in &analysis.findings {
            place(&text, finding.range);
            finding.related.iter().for_each(|(range, _)| place(&text, *range));
            for edits in finding.fixes().iter().filter_map(|it| analysis.edits(it)) {
                edits.iter().for_each(|it| place(&text, it.range));
                edits.apply(&text);
            }
        }
        for at in (0..text.len()).step_by((text.len() / 50).max(1)).filter(|it| text.is_char_boundary(*it)) {
            if let Some(hover) = analysis.hover(text::size(at)) {
                place(&text, hover.range);
                assert!(hover.range.contains_inclusive(text::size(at)), "{at} is not in {:?} of {text:?}", hover.range);
            }
        }
        analysis.actions(TextRange::new(0.into(), state.len())).iter().for_each(|it| drop(analysis.resolve(it)));
        document.fix(&state, Applicability::Unsafe);
    }
}

/// Any text behind the start of a template, asked at places in it and behind it: nothing panics, and what is replaced is
/// a place in the line of the cursor, around it.
pub fn completions(bytes: &[u8]) {
    let typed = String::from_utf8_lossy(bytes);
    let starts = [
        "Resources:\n  A:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: ",
        "Resources:\n  A:\n    Type: AWS::SQS::QueuePolicy\n    Properties:\n      PolicyDocument:\n        Statement:\n",
        "{\"Resources\": {\"A\": {\"Type\": \"AWS::S3::Bucket\", \"Properties\": {\"Tags\": [",
        "",
    ];
    for start in starts {
        let text = format!("{start}{typed}");
        let analysis = Document::new("a.yaml", Arc::clone(&SELECTION)).analyse(&Text::new(&text, 0));
        let step = (typed.len() / 12).max(1);
        for at in (start.len()..text.len() + 2).step_by(step).chain([text.len(), text.len() + 99]) {
            for snippets in [true, false] {
                let offers = analysis.completions(TextSize::new(at as u32), CompletionOptions { snippets });
                for it in offers.items {
                    place(&text, it.replace);
                    place(&text, it.insert);
                    let place = &text[usize::from(it.replace.start())..usize::from(it.replace.end())];
                    assert!(!place.contains('\n'), "{:?} of {text:?}", it.replace);
                    assert!(it.insert.start() == it.replace.start() && it.insert.end() <= it.replace.end());
                    assert!(usize::from(it.insert.end()) <= at, "{:?} of {text:?} at {at}", it.insert);
                }
            }
        }
    }
}

fn place(text: &str, range: TextRange) {
    assert!(text.get(usize::from(range.start())..usize::from(range.end())).is_some(), "{range:?} of {text:?}");
}

/// Every place in what was lowered is one of `text`.
fn places(text: &str, lowered: &Lowered) {
    let check = |span: Span| place(text, lowered.map.resolve(span).expect("a block of this file"));
    let node = |it: &Node| it.walk(&mut |it| check(it.span));
    for problem in &lowered.problems {
        check(problem.span);
        problem.related.iter().for_each(|it| check(it.0));
    }
    lowered.comments.iter().for_each(|it| check(it.span));
    for stack in &lowered.stacks {
        for (_, reference) in stack.all_references() {
            check(reference.target.span);
            reference.attribute.iter().for_each(|it| check(it.span));
        }
        for it in &stack.resources {
            [it.id.span, it.ty.span].into_iter().for_each(check);
            // What a transform makes was written nowhere.
            lowered.map.resolve(it.origin).into_iter().for_each(|it| place(text, it));
            node(&it.properties);
            it.attributes.entries.iter().for_each(|(name, it)| {
                check(name.span);
                node(it);
            });
        }
        stack.declarations.parameters.iter().for_each(|it| node(&it.node));
        stack.declarations.mappings.iter().for_each(|it| node(&it.node));
        stack.declarations.conditions.iter().for_each(|it| node(&it.node));
        stack.outputs.iter().for_each(|it| node(&it.node));
    }
}

/// A template means the same as YAML and as JSON, in whatever style it is written.
pub fn same_in_json(bytes: &[u8]) {
    let mut choices = Choices::new(bytes);
    let template = written::template(&mut choices);
    let json = written::as_json(&template, &mut choices);
    let yaml = written::as_yaml(&template, &mut choices, true);
    assert_eq!(written::read(&yaml, false).as_ref(), Some(&template), "the writer of this law is wrong:\n{yaml}");
    let (from_json, from_yaml) = (read(&json, Format::Json), read(&yaml, Format::Yaml));
    for (lowered, text) in [(&from_json, &json), (&from_yaml, &yaml)] {
        assert!(lowered.problems.is_empty(), "{:?}\n{text}", lowered.problems);
        places(text, lowered);
    }
    let shapes = [&from_json, &from_yaml].map(|it| shape::stack(&it.stacks[0]));
    assert_eq!(shapes[0], shapes[1], "{json}\n{yaml}");
}

/// After a change is written into a text, the text says exactly what the change says, and nothing else is other than it
/// was; comments stay.
pub fn raise(bytes: &[u8]) {
    let mut choices = Choices::new(bytes);
    let template = written::template(&mut choices);
    let format = if choices.one_in(3) { Format::Json } else { Format::Yaml };
    let text = match format {
        Format::Json => written::as_json(&template, &mut choices),
        Format::Yaml => written::as_yaml(&template, &mut choices, true),
    };
    let lowered = read(&text, format);
    let Some(wish) = wish(&template, &lowered, &mut choices) else { return };
    let source = Source::parse(&text, format);
    let Some(edits) = template::raise(&source, &lowered, std::slice::from_ref(&wish.change)) else { return };
    edits.iter().for_each(|it| place(&text, it.range));
    let after = edits.apply(&text);
    let shown = || format!("{:?}\n{text}----\n{after}", wish.change);
    assert!(read(&after, format).problems.is_empty(), "a new problem: {}", shown());
    let Some(says) = written::read(&after, format == Format::Json) else { panic!("no longer parses: {}", shown()) };
    if let Some(wanted) = &wish.wanted {
        assert_eq!(&without_empty(&says), &without_empty(wanted), "{}", shown());
    }
    if wish.keeps_comments {
        for comment in text.lines().filter_map(|it| it.split_once("# c")).map(|it| it.1) {
            assert!(
                after.lines().any(|it| it.ends_with(&format!("# c{comment}"))),
                "# c{comment} is lost: {}",
                shown()
            );
        }
    }
}

/// A change, and what the template should say then; `None` where the change may be written in more than one way.
struct Wish {
    change: Change,
    wanted: Option<Value>,
    keeps_comments: bool,
}

fn wish(template: &Value, lowered: &Lowered, choices: &mut Choices) -> Option<Wish> {
    let stack = lowered.stacks.first()?;
    let resource = stack.resources.get(choices.below(stack.resources.len().max(1)))?;
    let key = resource.key.as_str();
    let origin = resource.origin;
    let mut wanted = template.clone();
    let body = wanted.get_mut("Resources")?.get_mut(key)?;
    let value = literal(choices, 0);
    let wish = |change, wanted, keeps_comments| Some(Wish { change, wanted, keeps_comments });
    match choices.below(9) {
        0 | 1 => {
            let path = path(body.get("Properties"), choices);
            let (is_sure, is_new) = set(entry(body, "Properties"), &path, as_value(&value));
            let change = Change::Set { origin, path: path.join("."), value };
            wish(change, is_sure.then_some(wanted), is_new)
        }
        2 => {
            let path = path(body.get("Properties"), choices);
            let is_sure = remove(body.get_mut("Properties")?, &path);
            wish(Change::Remove { origin, path: path.join(".") }, is_sure.then_some(wanted), false)
        }
        3 => {
            let attribute = choices.of(&["Metadata", "UpdateReplacePolicy"]);
            let path = if attribute == "Metadata" { path(body.get(attribute), choices) } else { Vec::new() };
            let is_new = body.get(attribute).is_none();
            let (is_sure, is_new) = match path.is_empty() {
                true => {
                    body[attribute] = as_value(&value);
                    (true, is_new)
                }
                false => set(entry(body, attribute), &path, as_value(&value)),
            };
            let change = Change::SetAttribute { origin, attribute: attribute.into(), path: path.join("."), value };
            wish(change, is_sure.then_some(wanted), is_new)
        }
        4 => {
            let path = path(body.get("Properties"), choices);
            let pointer = format!("/Properties/{}", path.join("/"));
            let change = Change::Append { origin, path: path.join("."), value: value.clone() };
            match body.pointer_mut(&pointer) {
                Some(Value::Array(items)) => {
                    items.push(as_value(&value));
                    wish(change, Some(wanted), true)
                }
                Some(_) => wish(change, None, false),
                None => {
                    let (is_sure, is_new) = set(entry(body, "Properties"), &path, json!([as_value(&value)]));
                    wish(change, is_sure.then_some(wanted), is_new)
                }
            }
        }
        5 | 6 => {
            // Any written value, by the steps to it.
            let mut at = &resource.properties;
            let mut pointer = format!("/Resources/{key}/Properties");
            let mut is_item = false;
            for _ in 0..1 + choices.below(4) {
                match &at.value {
                    model::Value::Map(map) if !map.entries.is_empty() => {
                        let (name, node) = &map.entries[choices.below(map.entries.len())];
                        let _ = write!(pointer, "/{}", name.text.replace('~', "~0").replace('/', "~1"));
                        at = node;
                        is_item = false;
                    }
                    model::Value::List(list) if !list.items.is_empty() => {
                        let index = choices.below(list.items.len());
                        let _ = write!(pointer, "/{index}");
                        at = &list.items[index];
                        is_item = true;
                    }
                    _ => break,
                }
            }
            if pointer.ends_with("/Properties") {
                return None;
            }
            if choices.one_in(2) {
                *wanted.pointer_mut(&pointer)? = as_value(&value);
                return wish(Change::Replace { span: at.span, value }, Some(wanted), false);
            }
            let (parent, last) = pointer.rsplit_once('/')?;
            let last = last.replace("~1", "/").replace("~0", "~");
            match wanted.pointer_mut(parent)? {
                Value::Array(items) if is_item => drop(items.remove(last.parse().ok()?)),
                Value::Object(map) => drop(map.shift_remove(&last)?),
                _ => return None,
            }
            wish(Change::Delete { span: at.span }, Some(wanted), false)
        }
        7 => {
            let properties = match value {
                Literal::Map(_) => value,
                other => Literal::Map(vec![("Name".to_owned(), other)]),
            };
            let mut body = json!({"Type": "AWS::SNS::Topic"});
            if properties != Literal::Map(Vec::new()) {
                body["Properties"] = as_value(&properties);
            }
            wanted["Resources"]["New"] = body;
            let ty = "AWS::SNS::Topic".into();
            wish(
                Change::AddResource { id: "New".into(), ty, properties, condition: None, after: origin },
                Some(wanted),
                true,
            )
        }
        _ if choices.one_in(2) => {
            wanted["Resources"].as_object_mut()?.shift_remove(key);
            wish(Change::RemoveResource { origin }, Some(wanted), false)
        }
        _ => {
            let description = choices.of(written::TEXTS).to_owned();
            let mut body = json!({"Type": "String"});
            if !description.is_empty() {
                body["Description"] = json!(description);
            }
            entry(&mut wanted, "Parameters")["New"] = body;
            let ty = "String".into();
            wish(
                Change::AddParameter { name: "New".into(), ty, description, default: None, near: origin },
                Some(wanted),
                true,
            )
        }
    }
}

/// The value under a key, an empty map where there is none.
fn entry<'v>(map: &'v mut Value, key: &str) -> &'v mut Value {
    if map.get(key).is_none() {
        map[key] = Value::Object(Map::new());
    }
    &mut map[key]
}

/// A path from a map: along what is there, and maybe beyond.
fn path(from: Option<&Value>, choices: &mut Choices) -> Vec<String> {
    let mut at = from;
    let mut path = Vec::new();
    for _ in 0..1 + choices.below(3) {
        let written = at.and_then(Value::as_object).filter(|it| !is_function(it));
        let keys: Vec<&String> =
            written.map(|it| it.keys().filter(|it| !it.contains('.')).collect()).unwrap_or_default();
        let is_new = keys.is_empty() || choices.one_in(3);
        let key =
            if is_new { choices.of(&["New", "Other"]).to_owned() } else { keys[choices.below(keys.len())].clone() };
        at = at.and_then(|it| it.get(&key));
        path.push(key);
    }
    path
}

fn is_function(map: &Map<String, Value>) -> bool {
    map.len() == 1 && map.keys().all(|it| it == "Ref" || it.starts_with("Fn::") || it == "Condition")
}

/// Sets what a path leads to. False when something on the way is not a map; and whether nothing was there.
fn set(at: &mut Value, path: &[String], value: Value) -> (bool, bool) {
    let Value::Object(map) = at else { return (false, false) };
    if is_function(map) {
        return (false, false);
    }
    match path {
        [] => (false, false),
        [last] => {
            let is_new = map.insert(last.clone(), value).is_none();
            (true, is_new)
        }
        [first, rest @ ..] => set(map.entry(first.clone()).or_insert_with(|| json!({})), rest, value),
    }
}

/// Takes out what a path leads to; false when something on the way is not a map.
fn remove(at: &mut Value, path: &[String]) -> bool {
    let Value::Object(map) = at else { return false };
    if is_function(map) {
        return false;
    }
    match path {
        [] => false,
        [last] => {
            map.shift_remove(last);
            true
        }
        [first, rest @ ..] => map.get_mut(first).is_none_or(|it| remove(it, rest)),
    }
}

/// Without the maps and lists that hold nothing: what becomes empty may go too.
fn without_empty(value: &Value) -> Value {
    let is_empty = |it: &Value| match it {
        Value::Object(map) => map.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    };
    match value {
        Value::Object(map) => {
            let entries = map.iter().map(|(key, it)| (key.clone(), without_empty(it)));
            Value::Object(entries.filter(|(_, it)| !is_empty(it)).collect())
        }
        Value::Array(items) => items.iter().map(without_empty).filter(|it| !is_empty(it)).collect(),
        other => other.clone(),
    }
}

fn literal(choices: &mut Choices, depth: usize) -> Literal {
    match choices.below(if depth > 2 { 6 } else { 9 }) {
        0..3 => Literal::text(choices.of(written::TEXTS)),
        3 => Literal::Bool(choices.one_in(2)),
        4 => Literal::Number(choices.below(70_000) as i64 - 2),
        5 => match choices.below(3) {
            0 => Literal::Ref("R0".into()),
            1 => Literal::GetAtt("R0".into(), "Arn".into()),
            _ => Literal::Sub(vec![Literal::text("a-"), Literal::Ref("AWS::Region".into()), Literal::text("/*")]),
        },
        6 | 7 => Literal::List((0..choices.below(4)).map(|_| literal(choices, depth + 1)).collect()),
        _ => {
            let entries = (0..choices.below(4)).map(|n| (format!("K{n}"), literal(choices, depth + 1)));
            Literal::Map(entries.collect())
        }
    }
}

/// What a literal says, with functions in their long form.
fn as_value(literal: &Literal) -> Value {
    match literal {
        Literal::Text(text) => json!(text),
        Literal::Bool(it) => json!(it),
        Literal::Number(it) => json!(it),
        Literal::List(items) => items.iter().map(as_value).collect(),
        Literal::Map(entries) => entries.iter().map(|(key, it)| (key.clone(), as_value(it))).collect(),
        Literal::Ref(name) => json!({"Ref": name.as_str()}),
        Literal::GetAtt(resource, attribute) => json!({"Fn::GetAtt": [resource.as_str(), attribute.as_str()]}),
        Literal::Sub(parts) => {
            let part = |it: &Literal| match it {
                Literal::Ref(name) => format!("${{{name}}}"),
                Literal::Text(text) => text.clone(),
                _ => String::new(),
            };
            json!({"Fn::Sub": parts.iter().map(part).collect::<String>()})
        }
        Literal::Existing(_) | Literal::Renamed { .. } => Value::Null,
    }
}

/// What people type and paste, whole and half.
const TYPED: &[&str] = &[
    "a",
    ":",
    ": ",
    "\n",
    " ",
    "  ",
    "\"",
    "'",
    "[",
    "]",
    "{",
    "}",
    ",",
    "- ",
    "#",
    "!",
    "!Ref ",
    "!Sub \"${",
    "|",
    ">-",
    "*a",
    "&a ",
    "\t",
    "\r\n",
    "Foo:\n",
    "  Foo: bar\n",
    "    Type: AWS::S3::Bucket\n",
    "Type",
    "Properties:",
    "Resources:\n",
    "Outputs:\n",
    "<<: *a\n",
    "${",
    "{\"Ref\": \"R0\"}",
    "\"Foo\": ",
    "R0",
    "é",
    "---\n",
    "...",
    "? ",
    "\u{feff}",
    "//",
    "Fn::ForEach::A:",
    "Transform: X\n",
    "yes",
    "0",
];

/// After any edits, what is kept from the states before says the same as what starts anew.
pub fn incremental_edits(bytes: &[u8]) {
    let mut choices = Choices::new(bytes);
    let template = written::template(&mut choices);
    let format = if choices.one_in(3) { Format::Json } else { Format::Yaml };
    let text = match format {
        Format::Json => written::as_json(&template, &mut choices),
        Format::Yaml => written::as_yaml(&template, &mut choices, true),
    };
    let path = if format == Format::Json { "a.json" } else { "a.yaml" };
    let mut document = Document::new(path, Arc::clone(&SELECTION));
    let mut file = TemplateFile::new(format);
    let mut state = Text::new(&text, 0);
    document.analyse(&state);
    file.lower(&text.into());
    let mut typed: Vec<(TextRange, String)> = Vec::new();
    while !choices.is_empty() && typed.len() < 24 {
        let length = usize::from(state.len());
        // Mostly where the last edit was, as people do.
        let start = match typed.last() {
            Some((last, text)) if !choices.one_in(4) => {
                (usize::from(last.start()) + text.len() + choices.below(3)).saturating_sub(choices.below(2)).min(length)
            }
            _ => choices.below(length + 1),
        };
        let end = if choices.one_in(3) { (start + choices.below(40)).min(length) } else { start };
        let text = match choices.below(8) {
            0 => String::from_utf8_lossy(&[choices.byte()]).into_owned(),
            // Something of the same file, pasted.
            1 => {
                let from = choices.below(length + 1);
                state.slice(text::range(from, (from + choices.below(80)).min(length)))
            }
            _ => choices.of(TYPED).to_owned(),
        };
        state.edit(text::range(start, end), &text);
        typed.push((text::range(start, end), text));

        let now: Arc<str> = state.to_string().into();
        let kept = file.lower(&now);
        places(&now, &kept);
        let fresh = TemplateFile::new(format).lower(&now);
        let describe = |it: &Lowered| it.stacks.iter().map(|it| shape::stack(it)).collect::<String>();
        assert_eq!(describe(&kept), describe(&fresh), "after {typed:?}\n{now}");
        let kept = document.analyse(&state);
        let fresh = Document::new(path, Arc::clone(&SELECTION)).analyse(&state);
        // What was a template a moment ago still is one while its only resource is being typed.
        if fresh.kind == kept.kind {
            let describe = |it: &ide::Analysis| -> Vec<(TextRange, &str, String, Option<SmolStr>)> {
                let all = it.findings.iter();
                all.map(|it| (it.range, it.rule.name, it.message.clone(), it.resource.clone())).collect()
            };
            assert_eq!(describe(&kept), describe(&fresh), "after {typed:?}\n{now}");
        }
    }
}
