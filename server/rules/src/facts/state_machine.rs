//! State machines of AWS Step Functions, in the Amazon States Language.

use model::{Map, Name, Node, ResourceView, SmolStr, Value};

/// States nested deeper than this are not read.
const MAX_DEPTH: u32 = 16;

/// The types that hold a definition.
pub(crate) const TYPES: &[&str] = &["AWS::StepFunctions::StateMachine"];

/// A flow of states: a whole state machine, a branch of a `Parallel` state, the iterator of a `Map` state.
#[derive(Debug)]
pub(crate) struct Flow<'a> {
    /// The map that holds `StartAt` and `States`.
    pub(crate) node: &'a Node,
    /// Its key, or `None` where it has none of its own.
    pub(crate) name: Option<&'a Name>,
    /// The name of the state to start with, when it is written.
    pub(crate) start: Option<&'a Node>,
    /// The states that the text shows, by name.
    pub(crate) states: Vec<(&'a Name, &'a Map)>,
    /// True when there may be others, or some can't be read.
    pub(crate) open: bool,
}

/// A place that names a state.
#[derive(Debug)]
pub(crate) struct Transition<'a> {
    /// The key: `Next`, `Default`.
    pub(crate) key: &'a Name,
    /// The name of the state.
    pub(crate) to: &'a Node,
}

/// All flows of a state machine, outer ones first, whichever way its definition is written: as a map, or as JSON in a text.
pub(crate) fn flows<'a>(machine: &ResourceView<'a>) -> Vec<Flow<'a>> {
    let mut out = Vec::new();
    for property in ["Definition", "DefinitionString"] {
        for node in machine.read_json(&machine.property(property)).nodes() {
            flow(node, None, 0, &mut out);
        }
    }
    out
}

fn flow<'a>(node: &'a Node, name: Option<&'a Name>, depth: u32, out: &mut Vec<Flow<'a>>) {
    let Some(map) = node.as_map().filter(|_| depth <= MAX_DEPTH) else { return };
    let states = map.get("States");
    let known = states.and_then(Node::as_map);
    let entries = known.map(|it| it.entries.as_slice()).unwrap_or_default();
    let readable: Vec<(&Name, &Map)> = entries.iter().filter_map(|(name, node)| Some((name, node.as_map()?))).collect();
    let open = map.open
        || known.is_none_or(|it| it.open)
        || readable.len() < entries.len()
        || entries.iter().any(|(name, _)| is_computed(&name.text));
    let inner: Vec<&Map> = readable.iter().map(|it| it.1).collect();
    out.push(Flow { node, name, start: map.get("StartAt"), states: readable, open });
    for state in inner {
        if let Some(branches) = state.get("Branches").and_then(Node::as_list) {
            branches.items.iter().for_each(|it| flow(it, None, depth + 1, out));
        }
        for (key, node) in state.entries.iter().filter(|(key, _)| matches!(&*key.text, "Iterator" | "ItemProcessor")) {
            flow(node, Some(key), depth + 1, out);
        }
    }
}

/// Every place in a state that names the next one.
pub(crate) fn transitions(state: &Map) -> Vec<Transition<'_>> {
    let mut out = Vec::new();
    named(state, &["Next", "Default"], &mut out);
    for list in ["Choices", "Catch"] {
        let items = state.get(list).and_then(Node::as_list).map(|it| it.items.as_slice()).unwrap_or_default();
        items.iter().filter_map(Node::as_map).for_each(|it| named(it, &["Next"], &mut out));
    }
    out
}

fn named<'a>(map: &'a Map, keys: &[&str], out: &mut Vec<Transition<'a>>) {
    let entries = map.entries.iter().filter(|(key, _)| keys.contains(&key.text.as_str()));
    out.extend(entries.map(|(key, to)| Transition { key, to }));
}

/// The name that a node certainly is; a substitution of `DefinitionSubstitutions` may stand for any.
pub(crate) fn certain_name(node: &Node) -> Option<&SmolStr> {
    match &node.value {
        Value::Scalar(scalar) if !is_computed(&scalar.text) => Some(&scalar.text),
        _ => None,
    }
}

fn is_computed(name: &str) -> bool {
    name.contains("${")
}
