//! A value that was read, against the value that was synthesised.

use model::{Call, List, Map, Node, Part, Scalar, Value};
use serde_json::Value as Json;
use std::collections::HashMap;

/// What a comparison comes to, in leaves of the synthesised template.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    /// All that are there.
    pub(crate) leaves: usize,
    /// Those that something was said of.
    pub(crate) known: usize,
    /// Those of which the right thing was said.
    pub(crate) right: usize,
    /// What was said wrongly.
    pub(crate) misses: Vec<Miss>,
    /// Of what nothing was said.
    pub(crate) gaps: Vec<Gap>,
}

/// Something of which nothing is said.
#[derive(Clone, Debug)]
pub(crate) struct Gap {
    /// The path of the property.
    pub(crate) path: String,
    pub(crate) leaves: usize,
    pub(crate) theirs: String,
}

/// Something that is not so.
#[derive(Clone, Debug)]
pub(crate) struct Miss {
    /// The path of the property.
    pub(crate) path: String,
    pub(crate) ours: String,
    pub(crate) theirs: String,
}

/// What the names in references stand for: paths in the tree of constructs.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// The keys of our stack; `None` where the path is not known.
    pub(crate) ours: HashMap<String, Option<String>>,
    /// The logical ids of the template.
    pub(crate) theirs: HashMap<String, String>,
    /// The region and the account that the program says the stack goes to.
    pub(crate) region: Option<String>,
    pub(crate) account: Option<String>,
}

impl Tally {
    pub(crate) fn add(&mut self, other: Tally) {
        self.leaves += other.leaves;
        self.known += other.known;
        self.right += other.right;
        self.misses.extend(other.misses);
        self.gaps.extend(other.gaps);
    }

    fn right(leaves: usize) -> Tally {
        Tally { leaves, known: leaves, right: leaves, ..Tally::default() }
    }

    pub(crate) fn unknown(leaves: usize, path: &str, theirs: Option<&Json>) -> Tally {
        let gap = theirs.filter(|_| leaves > 0).map(|it| Gap { path: path.to_owned(), leaves, theirs: short(it) });
        Tally { leaves, gaps: Vec::from_iter(gap), ..Tally::default() }
    }

    fn wrong(leaves: usize, path: &str, ours: &Node, theirs: Option<&Json>) -> Tally {
        let theirs = theirs.map_or("absent".to_owned(), short);
        let miss = Miss { path: path.to_owned(), ours: shown(ours), theirs };
        Tally { leaves, known: leaves.max(1), misses: vec![miss], ..Tally::default() }
    }

    fn is_right(&self) -> bool {
        self.misses.is_empty()
    }
}

impl Names {
    /// Compares what we say with what is there.
    pub(crate) fn compare(&self, path: &str, ours: &Node, theirs: Option<&Json>) -> Tally {
        let theirs = theirs.filter(|it| !it.is_null());
        let leaves = theirs.map_or(0, count);
        let wrong = || Tally::wrong(leaves, path, ours, theirs);
        match &ours.value {
            Value::Unknown | Value::Missing => Tally::unknown(leaves, path, theirs),
            Value::Absent | Value::Null => {
                if leaves == 0 {
                    Tally::default()
                } else {
                    wrong()
                }
            }
            Value::Either(branches) => {
                let tallies = branches.iter().map(|it| self.compare(path, &it.node, theirs));
                let best = tallies.min_by_key(|it| (it.misses.len(), usize::MAX - it.right));
                best.filter(Tally::is_right).unwrap_or_else(wrong)
            }
            _ if leaves == 0 => {
                if is_something(ours) {
                    wrong()
                } else {
                    Tally::default()
                }
            }
            Value::Map(map) => match theirs {
                Some(Json::Object(object)) if function(object).is_none() => self.maps(path, map, object, ours),
                _ => wrong(),
            },
            Value::List(list) => match theirs {
                // Statements that differ in one thing are made one.
                Some(Json::Array(items)) if is_merged(path) => {
                    if self.are_among(list, items) {
                        Tally::right(leaves)
                    } else {
                        wrong()
                    }
                }
                Some(Json::Array(items)) => self.lists(path, list, items),
                // Policies say one thing without a list.
                Some(Json::String(_) | Json::Object(_)) if list.items.len() == 1 => {
                    self.compare(path, &list.items[0], theirs)
                }
                _ if list.open => Tally::unknown(leaves, path, theirs),
                _ => wrong(),
            },
            Value::Bool(_) | Value::Scalar(_) | Value::Call(_) => match theirs {
                Some(Json::Array(items)) if items.len() == 1 || is_merged(path) => {
                    let right = items.iter().any(|it| self.compare(path, ours, Some(it)).is_right());
                    if right { Tally::right(leaves) } else { wrong() }
                }
                Some(theirs) if self.is_text(ours, theirs) => Tally::right(leaves),
                _ => wrong(),
            },
        }
    }

    fn are_among(&self, list: &List, theirs: &[Json]) -> bool {
        let is_there = |node: &Node| theirs.iter().any(|it| self.compare("", node, Some(it)).is_right());
        list.items.iter().all(is_there)
    }

    fn maps(&self, path: &str, map: &Map, object: &serde_json::Map<String, Json>, whole: &Node) -> Tally {
        let mut tally = Tally::default();
        for (name, node) in &map.entries {
            tally.add(self.compare(&format!("{path}.{}", name.text), node, object.get(name.text.as_str())));
        }
        for (name, value) in object.iter().filter(|(name, _)| map.get(name).is_none()) {
            let leaves = count(value);
            let path = format!("{path}.{name}");
            if map.open || leaves == 0 {
                tally.add(Tally::unknown(leaves, &path, Some(value)));
            } else {
                let absent = Node { value: Value::Absent, span: whole.span };
                tally.add(Tally::wrong(leaves, &path, &absent, Some(value)));
            }
        }
        tally
    }

    /// In order, or else in any: the library sorts some lists.
    fn lists(&self, path: &str, list: &List, theirs: &[Json]) -> Tally {
        let at = |index: usize| format!("{path}[{index}]");
        let mut in_order = Tally::default();
        for (index, node) in list.items.iter().enumerate() {
            in_order.add(self.compare(&at(index), node, theirs.get(index)));
        }
        for (index, value) in theirs.iter().enumerate().skip(list.items.len()) {
            let leaves = count(value);
            match (list.open, list.items.first()) {
                (true, _) | (false, None) => in_order.add(Tally::unknown(leaves, &at(index), Some(value))),
                (false, Some(first)) => {
                    let absent = Node { value: Value::Absent, span: first.span };
                    in_order.add(Tally::wrong(leaves, &at(index), &absent, Some(value)));
                }
            }
        }
        if in_order.is_right() || (!list.open && list.items.len() != theirs.len()) {
            return in_order;
        }
        // Of statements two may have become one.
        let is_policy = path.ends_with(".Statement");
        let mut left: Vec<&Json> = theirs.iter().collect();
        let mut tally = Tally::default();
        for node in &list.items {
            let fitting = left.iter().enumerate().map(|(index, it)| (index, self.compare(&at(0), node, Some(it))));
            let best = fitting.filter(|(_, it)| it.is_right()).max_by_key(|(_, it)| it.right);
            let Some((index, found)) = best else { return in_order };
            if !is_policy {
                left.remove(index);
                tally.add(found);
            }
        }
        left.into_iter().for_each(|it| tally.add(Tally::unknown(count(it), path, Some(it))));
        // Each of ours is one of theirs.
        if is_policy { Tally::right(tally.leaves) } else { tally }
    }

    fn is_text(&self, ours: &Node, theirs: &Json) -> bool {
        let (mut pattern, mut text) = (Vec::new(), Vec::new());
        self.flatten(ours, &mut pattern);
        self.flatten_theirs(theirs, &mut text);
        if text.contains(&Piece::Any) {
            return pattern.iter().any(|it| !matches!(it, Piece::Text(_)));
        }
        let text: String = text.iter().map(Piece::plain).collect();
        let mut parts = vec![String::new()];
        for piece in pattern {
            match piece {
                Piece::Any => parts.push(String::new()),
                Piece::Text(_) => parts.last_mut().expect("there is one").push_str(piece.plain()),
            }
        }
        let number = |it: &str| it.parse::<f64>().ok();
        fits(&parts, &text) || matches!((&parts[..], number(&text)), ([it], Some(n)) if number(it) == Some(n))
    }

    fn flatten(&self, node: &Node, out: &mut Vec<Piece>) {
        let text = match &node.value {
            Value::Bool(it) => it.to_string(),
            Value::Scalar(Scalar { text, .. }) => text.to_string(),
            Value::Call(call) => match &**call {
                Call::Ref(name) => return out.push(self.our_reference(&name.text, "Ref")),
                Call::GetAtt { resource, attribute: Some(attribute) } => {
                    return out.push(self.our_reference(&resource.text, &attribute.text));
                }
                Call::Sub(parts) | Call::Dynamic(parts) => {
                    for part in parts {
                        match part {
                            Part::Text(text) => out.push(Piece::Text(text.text.to_string())),
                            Part::Value(node) => self.flatten(node, out),
                            Part::Unused(..) => (),
                        }
                    }
                    return;
                }
                Call::Join { delimiter, items } => {
                    let (Some(delimiter), Some(List { items, open: false })) = (delimiter.as_str(), items.as_list())
                    else {
                        return out.push(Piece::Any);
                    };
                    for (index, item) in items.iter().enumerate() {
                        out.extend((index > 0).then(|| Piece::Text(delimiter.to_owned())));
                        self.flatten(item, out);
                    }
                    return;
                }
                _ => return out.push(Piece::Any),
            },
            _ => return out.push(Piece::Any),
        };
        out.push(Piece::Text(text));
    }

    fn our_reference(&self, key: &str, attribute: &str) -> Piece {
        match (key, self.ours.get(key)) {
            // The program may say it elsewhere.
            ("AWS::Region" | "AWS::AccountId" | "AWS::StackName" | "AWS::StackId", _) => Piece::Any,
            (_, Some(Some(path))) => Piece::Text(format!("${{{path} {attribute}}}")),
            (_, Some(None)) => Piece::Any,
            (_, None) => self.pseudo(key),
        }
    }

    fn pseudo(&self, name: &str) -> Piece {
        Piece::Text(match name {
            "AWS::Partition" => "aws".to_owned(),
            "AWS::URLSuffix" => "amazonaws.com".to_owned(),
            "AWS::Region" => self.region.clone().unwrap_or_else(|| "${AWS::Region}".to_owned()),
            "AWS::AccountId" => self.account.clone().unwrap_or_else(|| "${AWS::AccountId}".to_owned()),
            name => format!("${{{name}}}"),
        })
    }

    fn their_reference(&self, id: &str, attribute: &str) -> Piece {
        match self.theirs.get(id) {
            Some(path) => Piece::Text(format!("${{{path} {attribute}}}")),
            None => self.pseudo(id),
        }
    }

    fn flatten_theirs(&self, json: &Json, out: &mut Vec<Piece>) {
        match json {
            Json::String(it) => out.push(Piece::Text(it.clone())),
            Json::Bool(_) | Json::Number(_) => out.push(Piece::Text(json.to_string())),
            Json::Object(object) => match (function(object), object.values().next()) {
                (Some("Ref"), Some(Json::String(id))) => out.push(self.their_reference(id, "Ref")),
                (Some("Fn::GetAtt"), Some(Json::Array(parts))) => match &parts[..] {
                    [Json::String(id), Json::String(attribute)] => out.push(self.their_reference(id, attribute)),
                    _ => out.push(Piece::Any),
                },
                (Some("Fn::Join"), Some(Json::Array(parts))) => match &parts[..] {
                    [Json::String(delimiter), Json::Array(items)] => {
                        for (index, item) in items.iter().enumerate() {
                            out.extend((index > 0).then(|| Piece::Text(delimiter.clone())));
                            self.flatten_theirs(item, out);
                        }
                    }
                    _ => out.push(Piece::Any),
                },
                (Some("Fn::Sub"), Some(Json::String(text))) => self.substituted(text, out),
                _ => out.push(Piece::Any),
            },
            Json::Array(_) | Json::Null => out.push(Piece::Any),
        }
    }

    fn substituted(&self, text: &str, out: &mut Vec<Piece>) {
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            out.push(Piece::Text(before.to_owned()));
            let Some((name, after)) = after.split_once('}') else { break };
            let (id, attribute) = name.split_once('.').unwrap_or((name, "Ref"));
            out.push(self.their_reference(id, attribute));
            rest = after;
        }
        out.push(Piece::Text(rest.to_owned()));
    }
}

#[derive(Debug, PartialEq)]
enum Piece {
    Text(String),
    /// Text that is not known.
    Any,
}

impl Piece {
    fn plain(&self) -> &str {
        match self {
            Piece::Text(it) => it,
            Piece::Any => "",
        }
    }
}

/// True when `text` consists of the parts, with anything between them.
fn fits(parts: &[String], text: &str) -> bool {
    let Some((first, rest)) = parts.split_first() else { return false };
    let Some(mut text) = text.strip_prefix(first.as_str()) else { return false };
    let Some((last, middle)) = rest.split_last() else { return text.is_empty() };
    for part in middle {
        let Some(at) = text.find(part.as_str()) else { return false };
        text = &text[at + part.len()..];
    }
    text.ends_with(last.as_str())
}

/// True for lists of a policy that the library puts those of other statements into.
fn is_merged(path: &str) -> bool {
    path.contains(".Statement[") && [".Action", ".Resource", ".NotAction"].iter().any(|it| path.ends_with(it))
}

/// The function that an object of a template is.
fn function(object: &serde_json::Map<String, Json>) -> Option<&str> {
    let name = object.keys().next().filter(|_| object.len() == 1)?;
    (name == "Ref" || name.starts_with("Fn::")).then_some(name)
}

/// The leaves of a value of a template; a function is one.
pub(crate) fn count(json: &Json) -> usize {
    match json {
        Json::Null => 0,
        Json::Array(items) => items.iter().map(count).sum(),
        Json::Object(object) if function(object).is_none() => object.values().map(count).sum(),
        _ => 1,
    }
}

/// True when something would be written for this.
fn is_something(node: &Node) -> bool {
    match &node.value {
        Value::Unknown | Value::Missing | Value::Absent | Value::Null => false,
        Value::List(list) => list.items.iter().any(is_something),
        Value::Map(map) => map.entries.iter().any(|(_, it)| is_something(it)),
        Value::Either(branches) => branches.iter().all(|it| is_something(&it.node)),
        Value::Bool(_) | Value::Scalar(_) | Value::Call(_) => true,
    }
}

fn short(json: &Json) -> String {
    shortened(json.to_string())
}

fn shortened(mut text: String) -> String {
    if let Some((at, _)) = text.char_indices().nth(200) {
        text.replace_range(at.., "…");
    }
    text
}

/// A value in few words.
fn shown(node: &Node) -> String {
    shortened(match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(it) => it.to_string(),
        Value::Scalar(it) => format!("{:?}", it.text),
        Value::List(it) => {
            let items: Vec<String> = it.items.iter().map(shown).collect();
            format!("[{}{}]", items.join(", "), if it.open { ", ..." } else { "" })
        }
        Value::Map(it) => {
            let entries: Vec<String> =
                it.entries.iter().map(|(name, node)| format!("{}: {}", name.text, shown(node))).collect();
            format!("{{{}{}}}", entries.join(", "), if it.open { ", ..." } else { "" })
        }
        Value::Either(branches) => branches.iter().map(|it| shown(&it.node)).collect::<Vec<_>>().join(" | "),
        Value::Call(call) => match &**call {
            Call::Ref(name) => format!("Ref {}", name.text),
            Call::GetAtt { resource, attribute } => {
                format!("{}.{}", resource.text, attribute.as_ref().map_or("?", |it| &it.text))
            }
            Call::Sub(parts) => parts
                .iter()
                .map(|it| match it {
                    Part::Text(it) => it.text.to_string(),
                    Part::Value(it) => format!("${{{}}}", shown(it)),
                    Part::Unused(..) => String::new(),
                })
                .collect(),
            other => other.name().to_owned(),
        },
        Value::Absent => "absent".to_owned(),
        Value::Unknown | Value::Missing => "unknown".to_owned(),
    })
}
