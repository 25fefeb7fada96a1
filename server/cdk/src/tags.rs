//! Tags: `Tags.of(scope).add('team', 'orders')` says them for every resource below the scope that can have any.

use crate::constructs::{self, MethodCall};
use crate::evaluate::Given;
use crate::lower::Lowering;
use crate::scope::{At, Place};
use model::{List, Map, Name, Node, Resource, SmolStr, Span, Value};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// Constructs nested deeper than this get no tags from outside.
const MAX_DEPTH: usize = 64;

/// How strongly tags are meant where the author does not say: those of a plain resource itself, those that are added,
/// and what is taken away.
const OWN: i64 = 50;
const ADDED: i64 = 100;
const REMOVED: i64 = 200;

/// The plain resources that take tags: a line for each service, with the property where that is not `Tags`, and the form
/// where it is no list of keys and values.
static TAGGABLE: LazyLock<FxHashMap<&'static str, Vec<Taggable>>> = LazyLock::new(|| {
    let lines = include_str!("../data/tags.txt").lines();
    let entries = lines.filter_map(|line| {
        let mut words = line.split(' ');
        let service = words.next()?;
        let types = words.map(|it| {
            let (name, form) = it.split_once(':').unwrap_or((it, ""));
            let (name, property) = name.split_once('.').unwrap_or((name, "Tags"));
            Taggable { name, property, form }
        });
        Some((service, types.collect()))
    });
    entries.collect()
});

#[derive(Clone, Copy, Debug)]
struct Taggable {
    name: &'static str,
    property: &'static str,
    /// `map`, `launch` for a list whose tags say whether instances get them, or nothing.
    form: &'static str,
}

fn taggable(ty: &str) -> Option<Taggable> {
    let (service, name) = ty.rsplit_once("::")?;
    TAGGABLE.get(service)?.iter().find(|it| it.name == name).copied()
}

/// What a call says of the tags below a scope.
#[derive(Clone, Debug)]
struct Said<'a> {
    place: Place<'a>,
    key: At<'a>,
    /// `None` for a tag that is taken away.
    value: Option<At<'a>>,
    options: Option<At<'a>>,
}

/// A tag of a resource.
#[derive(Clone, Debug)]
struct Tag {
    key: Name,
    /// Absent for one that was taken away.
    value: Node,
    priority: i64,
    launch: bool,
}

/// Adds the tags that calls say to the resources that are there.
pub(crate) fn apply<'a>(lowering: &mut Lowering<'a>, calls: &[Place<'a>]) {
    let mut by_scope: FxHashMap<usize, Vec<Said<'a>>> = FxHashMap::default();
    let mut strays = Vec::new();
    for call in calls.iter().filter_map(|it| MethodCall::of(*it)) {
        let Some((scope, said)) = said(lowering, call) else { continue };
        match lowering.scopes.node_at(scope) {
            Some(node) => by_scope.entry(node).or_default().push(said),
            None => strays.push(said),
        }
    }
    for said in strays {
        doubt(lowering, &said);
    }
    if by_scope.is_empty() {
        return;
    }
    let mut paths = None;
    for draft in 0..lowering.drafts.len() {
        let resource = &lowering.drafts[draft].resource;
        let Some(form) = taggable(&resource.ty.text) else { continue };
        let maker = lowering.drafts[draft].construct.or_else(|| around(lowering, resource.path.as_ref()?));
        let stack = lowering.drafts[draft].stack;
        let (region, mut next) = match maker {
            Some(construct) => {
                // What methods make is no construct of the program's own: it is where the one is that it is below.
                let below = || below(lowering, &mut paths, lowering.constructs[construct].path.as_ref()?);
                let node = lowering.node_of_construct(construct).or_else(below);
                (lowering.constructs[construct].place.region, node)
            }
            None if has_tags_of_stack(resource) => (0, lowering.scopes.stacks[stack].node),
            None => continue,
        };
        let mut scopes = Vec::new();
        while let Some(node) = next.filter(|_| scopes.len() < MAX_DEPTH) {
            scopes.push(node);
            next = lowering.scopes.nodes[node].scope;
        }
        let ty = resource.ty.text.clone();
        let mut tags = Vec::new();
        // What is said nearer to the resource is said later.
        for said in scopes.iter().rev().filter_map(|it| by_scope.get(it)).flatten() {
            lowering.in_stack(Some(stack), |it| add(it, said, region, &ty, &mut tags));
        }
        if !tags.is_empty() {
            let is_plain = maker.is_some_and(|it| constructs::is_l1(&lowering.constructs[it].class));
            merge(lowering.properties(draft), form, tags, is_plain);
        }
    }
}

/// True for what a stack has for all that ask for it, where that can have tags.
fn has_tags_of_stack(resource: &Resource) -> bool {
    resource.is_of_stack() && resource.path.as_ref().is_some_and(|it| !constructs::shared::is_plain(it))
}

/// Makes unknown what tags of this name are where they are said of something in the stack that is not followed.
fn doubt<'a>(lowering: &mut Lowering<'a>, said: &Said<'a>) {
    let key = lowering.node(said.key);
    for draft in 0..lowering.drafts.len() {
        let Some(form) = taggable(&lowering.drafts[draft].resource.ty.text) else { continue };
        if lowering.drafts[draft].stack != said.place.stack || form.form == "map" {
            continue;
        }
        let tags = lowering.properties(draft).entries.iter_mut().find(|(name, _)| name.text == form.property);
        let Some((_, Node { value: Value::List(list), .. })) = tags else { continue };
        list.open = true;
        for item in &mut list.items {
            let name = item.get("Key").and_then(Node::as_str);
            if key.as_str().is_some() && name.is_some() && name != key.as_str() {
                continue;
            }
            if let Value::Map(map) = &mut item.value {
                map.entries
                    .iter_mut()
                    .filter(|(it, _)| it.text == "Value")
                    .for_each(|(_, it)| it.value = Value::Unknown);
            }
        }
    }
}

/// The construct, among all constructs, that something at `path` is below; `paths` are those of all, once they are known.
fn below(lowering: &Lowering<'_>, paths: &mut Option<Vec<(SmolStr, usize)>>, path: &str) -> Option<usize> {
    let all = || (0..lowering.scopes.nodes.len()).filter_map(|it| Some((lowering.path(it)?, it))).collect();
    let fitting = paths.get_or_insert_with(all).iter().filter(|(it, _)| is_below(path, it));
    fitting.max_by_key(|(it, _)| it.len()).map(|it| it.1)
}

fn is_below(path: &str, outer: &str) -> bool {
    path.strip_prefix(outer).is_some_and(|it| it.starts_with('/'))
}

/// The construct that something at `path` is below.
fn around(lowering: &Lowering<'_>, path: &str) -> Option<usize> {
    let constructs = lowering.constructs.iter().enumerate();
    let fitting =
        constructs.filter_map(|(index, it)| Some((index, it.path.as_deref().filter(|it| is_below(path, it))?)));
    fitting.max_by_key(|(_, path)| path.len()).map(|(index, _)| index)
}

/// What `call` says of tags, and of which scope.
fn said<'a>(lowering: &Lowering<'a>, call: MethodCall<'a>) -> Option<(At<'a>, Said<'a>)> {
    let said = |key, value, options| Some(Said { place: call.place, key, value, options });
    let adds = match &*call.method.text {
        "add" => true,
        "remove" => false,
        _ => return None,
    };
    let object = lowering.made(call.object)?;
    match (&*object.path, adds) {
        ("core.Tags.of", true) => {
            Some((object.argument(0)?, said(call.argument(0)?, Some(call.argument(1)?), call.argument(2))?))
        }
        ("core.Tags.of", false) => Some((object.argument(0)?, said(call.argument(0)?, None, call.argument(1))?)),
        ("core.Aspects.of", true) => {
            let aspect = lowering.made(call.argument(0)?)?;
            let said = match &*aspect.path {
                "core.Tag" => said(aspect.argument(0)?, Some(aspect.argument(1)?), aspect.argument(2))?,
                "core.RemoveTag" => said(aspect.argument(0)?, None, aspect.argument(1))?,
                _ => return None,
            };
            Some((object.argument(0)?, said))
        }
        _ => None,
    }
}

/// Adds what `said` says to the tags of a resource of type `ty`, which code in `region` makes.
fn add<'a>(lowering: &Lowering<'a>, said: &Said<'a>, region: usize, ty: &str, tags: &mut Vec<Tag>) {
    let span = said.place.at.span();
    let key = lowering.node(said.key);
    let options = lowering.props(said.options);
    let includes = |prop: &str, otherwise: bool| match options.get(prop) {
        Given::Absent => Some(otherwise),
        Given::Unknown => None,
        Given::Value(at) => match lowering.node(at).value {
            Value::List(List { items, open: false }) if items.is_empty() => Some(otherwise),
            Value::List(List { items, open: false }) => {
                let types: Option<Vec<&str>> = items.iter().map(Node::as_str).collect();
                types.map(|it| it.contains(&ty))
            }
            _ => None,
        },
    };
    let default = if said.value.is_some() { ADDED } else { REMOVED };
    let priority = match options.get("priority") {
        Given::Absent => Some(default),
        Given::Unknown => None,
        Given::Value(at) => lowering.node(at).as_str().and_then(|it| it.parse().ok()),
    };
    let launch = match options.get("applyToLaunchedInstances") {
        Given::Absent => Some(true),
        Given::Unknown => None,
        Given::Value(at) => lowering.node(at).as_bool(),
    };
    let is_certain = lowering.scopes.covers(said.place.region, region);
    let (is_included, is_excluded) = (includes("includeResourceTypes", true), includes("excludeResourceTypes", false));
    if is_included == Some(false) || is_excluded == Some(true) {
        return;
    }
    let is_about = is_included.zip(is_excluded).is_some_and(|(included, excluded)| included && !excluded);
    let (Some(text), Some(priority), Some(launch), true, true) = (key.as_str(), priority, launch, is_certain, is_about)
    else {
        // One of this name may be there with another value, and where the name is not known, any.
        for tag in tags.iter_mut().filter(|it| key.as_str().is_none_or(|key| it.key.text == key)) {
            tag.value.value = Value::Unknown;
        }
        return;
    };
    let value = match said.value {
        Some(value) => lowering.node(value),
        None => Node { value: Value::Absent, span },
    };
    let tag = Tag { key: Name::new(text, key.span), value, priority, launch };
    match tags.iter_mut().find(|it| it.key.text == text) {
        Some(before) if before.priority > priority => (),
        Some(before) => *before = tag,
        None => tags.push(tag),
    }
}

/// Puts tags beside those that the properties show.
fn merge(properties: &mut Map, form: Taggable, tags: Vec<Tag>, is_plain: bool) {
    let span = tags[0].key.span;
    let position = properties.entries.iter().position(|(it, _)| it.text == form.property);
    let (name, before) = match position {
        Some(index) => {
            let (name, node) = properties.entries.remove(index);
            (name, Some(node))
        }
        None => (Name::new(form.property, span), None),
    };
    let node = if form.form == "map" {
        let mut map = match before.map(|it| it.value) {
            Some(Value::Map(map)) => map,
            _ => Map::default(),
        };
        // Aspects that are not known may add others.
        map.open = true;
        for tag in tags {
            let found = map.entries.iter().position(|(it, _)| it.text == tag.key.text);
            match found.map(|it| &mut map.entries[it].1) {
                Some(own) => *own = settled(own, &tag, is_plain),
                None if is_there(&tag.value) => map.entries.push((tag.key, tag.value)),
                None => (),
            }
        }
        map.entries.retain(|(_, it)| is_there(it));
        map.entries.sort_by_key(|it| order(&it.0.text));
        Value::Map(map)
    } else {
        let mut list = match before.map(|it| it.value) {
            Some(Value::List(list)) => list,
            _ => List::default(),
        };
        list.open = true;
        for tag in tags {
            let is_it = |it: &Node| it.get("Key").and_then(Node::as_str) == Some(&tag.key.text);
            match list.items.iter().position(is_it) {
                Some(index) => {
                    let own = list.items[index].get("Value").cloned().unwrap_or_else(|| Node::unknown(span));
                    let value = settled(&own, &tag, is_plain);
                    list.items[index] = item(&Tag { value, ..tag }, form);
                }
                None if is_there(&tag.value) => list.items.push(item(&tag, form)),
                None => (),
            }
        }
        list.items.retain(|it| it.get("Value").is_none_or(is_there));
        let key = |it: &Node| it.get("Key").and_then(Node::as_str).map(order);
        if list.items.iter().all(|it| key(it).is_some()) {
            list.items.sort_by_key(key);
        }
        Value::List(list)
    };
    let is_empty = match &node {
        Value::List(list) => list.items.is_empty(),
        Value::Map(map) => map.entries.is_empty(),
        _ => true,
    };
    let node = if is_empty { Node::unknown(span) } else { Node { value: node, span } };
    properties.entries.push((name, node));
}

/// The value of a tag that the resource has itself, where others say it too.
fn settled(own: &Node, tag: &Tag, is_plain: bool) -> Node {
    match (is_plain, tag.priority >= OWN) {
        (true, true) => tag.value.clone(),
        (true, false) => own.clone(),
        // The construct may say it of itself, later than others do.
        (false, _) => Node::unknown(tag.value.span),
    }
}

fn is_there(value: &Node) -> bool {
    !matches!(value.value, Value::Absent)
}

fn item(tag: &Tag, form: Taggable) -> Node {
    let span: Span = tag.key.span;
    let mut map = Map::default();
    map.insert("Key", span, Node::text(tag.key.text.clone(), span));
    if form.form == "launch" {
        map.insert("PropagateAtLaunch", span, Node { value: Value::Bool(tag.launch), span });
    }
    map.insert("Value", tag.value.span, tag.value.clone());
    Node { value: Value::Map(map), span }
}

/// As the library sorts keys: letters before their capitals.
fn order(key: &str) -> (String, SmolStr) {
    let swapped = key.chars().map(|it| match it.is_ascii_lowercase() {
        true => it.to_ascii_uppercase(),
        false => it.to_ascii_lowercase(),
    });
    (key.to_lowercase(), swapped.collect())
}

#[cfg(test)]
mod tests {
    use super::{order, taggable};

    #[test]
    fn types_are_tagged_in_their_own_form() {
        let form = |ty| taggable(ty).map(|it| (it.property, it.form));
        assert_eq!(form("AWS::S3::Bucket"), Some(("Tags", "")));
        assert_eq!(form("AWS::SSM::Parameter"), Some(("Tags", "map")));
        assert_eq!(form("AWS::AutoScaling::AutoScalingGroup"), Some(("Tags", "launch")));
        assert_eq!(form("AWS::Cognito::UserPool"), Some(("UserPoolTags", "map")));
        assert_eq!(form("AWS::IAM::Policy"), None);
    }

    #[test]
    fn keys_are_sorted_without_case_first() {
        let mut keys = ["b", "A", "a", "B"];
        keys.sort_by_key(|it| order(it));
        assert_eq!(keys, ["a", "A", "b", "B"]);
    }
}
