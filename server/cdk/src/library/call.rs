//! What a call of a method makes, by the rows that the table of its class has for the method.

use super::class;
use super::cursor::Cursor;
use super::function::{Context, Scene, settled};
use super::path::{self, Step, Taken, Turn, put, steps};
use super::read::{Effect, Function, Method, Resource, Row, Trust};
use crate::ast::{CallExpression, Element, Kind};
use crate::evaluate::{Given, Props};
use crate::lower::Lowering;
use crate::scope::{At, Frame};
use model::{BlockId, List, Map, Name, Node, SmolStr, Span, Value};
use std::sync::LazyLock;
use text::TextRange;

/// What the arguments of a call are called in the tables.
static ARGUMENTS: LazyLock<[Name; 4]> = LazyLock::new(|| {
    let nowhere = Span::new(BlockId::fresh(), TextRange::default());
    ["$0", "$1", "$2", "$3"].map(|it| Name::new(it, nowhere))
});

/// What a call makes.
#[derive(Debug)]
pub(crate) struct Called {
    /// What it adds to the properties of the construct's own resource.
    pub(crate) own: Map,
    /// The resources that it makes below the construct.
    pub(crate) below: Vec<Below>,
}

/// A resource that a call makes.
#[derive(Debug)]
pub(crate) struct Below {
    pub(crate) ty: &'static str,
    /// Its path below the construct, where the call says it.
    pub(crate) path: Option<SmolStr>,
    pub(crate) properties: Map,
}

/// What calling `method` on the construct at `index` makes; `None` where the tables do not say all of it.
pub(crate) fn called<'a>(
    lowering: &Lowering<'a>,
    index: usize,
    method: &str,
    call: &'a CallExpression,
    frame: Frame,
    span: Span,
) -> Option<Called> {
    let class = class(&lowering.constructs[index].class)?;
    let method = class.method(method)?;
    let is_spread = call.arguments.iter().any(|it| matches!(it, Element::Spread(_)));
    let mut scene = Scene::of(lowering, index, class);
    let mut props = Props::default();
    for (name, element) in ARGUMENTS.iter().zip(&call.arguments) {
        let (Element::Item(expression) | Element::Spread(expression)) = element;
        props.put(name, Some(At { expression, frame }));
    }
    scene.props = props;
    scene.id = span;
    let is_known = !is_spread
        && method.trust.iter().all(|(argument, it)| match it {
            Trust::Full | Trust::None => true,
            Trust::Except(paths) => !scene.uses(argument, paths),
            Trust::Opaque => matches!(scene.props.get(argument), Given::Absent),
        });
    let count = class.resources.len();
    // References of what it makes to each other go by keys that are given later.
    scene.keys.resize(count + method.resources.len(), None);
    let mut trees: Vec<Option<Node>> = Vec::new();
    for number in 0..count + method.resources.len() {
        let tree = match number.checked_sub(count) {
            None => (number == class.main).then(|| Node::empty_map(span)),
            Some(number) => scene.new_resource(&method.resources[number], span),
        };
        trees.push(tree);
    }
    if is_known {
        for row in &method.rows {
            scene.run(row, &mut trees);
        }
    }
    let own = match trees.get_mut(class.main).and_then(Option::take).map(|it| it.value) {
        Some(Value::Map(map)) => map,
        _ => Map::default(),
    };
    // Of several resources that one which is what the method is for is there whatever the arguments are.
    let is_returned = |resource: &Resource| {
        let name = method.returns.as_deref().and_then(|it| it.rsplit('.').next());
        resource.when.is_empty() && name.is_some() && resource.ty.rsplit("::").next() == name
    };
    let mut below = Vec::new();
    for (resource, tree) in method.resources.iter().zip(trees.drain(count..)) {
        if let Some(Node { value: Value::Map(mut properties), .. }) = tree.filter(|_| is_below(resource)) {
            if !is_known && !is_returned(resource) {
                continue;
            }
            properties.open = true;
            if !is_known {
                properties.entries.clear();
            }
            below.push(Below { ty: resource.ty, path: scene.path_below(resource), properties });
        }
    }
    Some(Called { own, below })
}

/// True for what is made once, below the construct.
fn is_below(resource: &Resource) -> bool {
    resource.is_own() && resource.each.is_none()
}

impl<'a> Scene<'_, 'a> {
    /// A resource that the method makes, as it is before any argument is looked at; `None` where it may not be there.
    fn new_resource(&self, resource: &Resource, span: Span) -> Option<Node> {
        let is_there = is_below(resource)
            && (resource.when.is_empty() || resource.when.iter().any(|it| self.all(it, &[]) == Some(true)));
        let context = Context { span, taken: &[], value: None };
        is_there.then(|| match &resource.properties {
            serde_json::Value::Null => Node::empty_map(span),
            json => self.node(json, context, 0),
        })
    }

    /// The path of a resource, with the text that is an argument in its place.
    fn path_below(&self, resource: &Resource) -> Option<SmolStr> {
        let mut path = resource.path.to_string();
        for name in ARGUMENTS.iter() {
            let mark = format!("{{{}}}", name.text);
            if path.contains(&mark) {
                let id = self.lowering.node(self.props.value(&name.text)?);
                path = path.replace(&mark, id.as_str()?);
            }
        }
        (!path.contains(['*', '{', '@'])).then(|| path.into())
    }

    fn is_object(&self, cursor: &Cursor<'a>) -> bool {
        let Cursor::Value(at) = cursor else { return false };
        matches!(self.lowering.scopes.follow(*at).expression.kind, Kind::Object(_))
    }

    /// Applies a row to each value that it is for.
    fn run(&self, row: &'static Row, trees: &mut [Option<Node>]) {
        let root = match path::first(&row.prop) {
            "" => Cursor::Unknown,
            first => self.props.get(first).into(),
        };
        let rest: Vec<Step<'_>> = steps(&row.prop).skip(1).collect();
        let mut found = Vec::new();
        self.each(root, &rest, &mut Vec::new(), &mut |cursor, taken| found.push((cursor, taken.to_vec())));
        for (cursor, taken) in found {
            let cursor = match (self.all(&row.when, &taken), cursor) {
                (Some(false), _) | (_, Cursor::Absent) => continue,
                (Some(true), cursor) => cursor,
                (None, _) => Cursor::Unknown,
            };
            for Effect(resource, target, function) in &row.set {
                let Some(Some(tree)) = trees.get_mut(*resource) else { continue };
                let node = match (&*row.prop, function) {
                    // What every call does.
                    ("", Function::Const(json) | Function::Template(json)) => {
                        self.node(json, Context { span: self.id, taken: &taken, value: None }, 0)
                    }
                    // Few of the members of an object were tried.
                    (_, Function::Const(_) | Function::Template(_)) if self.is_object(&cursor) => {
                        hollow(self.apply(function, &cursor, &taken))
                    }
                    _ => self.apply(function, &cursor, &taken),
                };
                let turns = turns(target, &taken, self.id);
                let before = path::get(tree, &turns);
                let node = match (&node.value, before.map(|it| &it.value)) {
                    (Value::Map(new), Some(Value::Map(old))) => {
                        let mut all = old.clone();
                        merge(&mut all, new.clone());
                        Node { value: Value::Map(all), span: node.span }
                    }
                    _ => settled(node, before),
                };
                put(tree, &turns, node);
            }
        }
    }
}

/// A map with the same names and nothing known of them.
fn hollow(node: Node) -> Node {
    let span = node.span;
    match node.value {
        Value::Map(map) if !map.entries.is_empty() => {
            let entries = map.entries.into_iter().map(|(name, node)| (name, Node::unknown(node.span))).collect();
            Node { value: Value::Map(Map { entries, open: true }), span }
        }
        _ => Node::unknown(span),
    }
}

/// The way to the property at `target`; a list that a call adds to has one item as yet.
fn turns(target: &'static str, taken: &[Taken], span: Span) -> Vec<Turn> {
    let mut left = taken.iter();
    let mut turns = Vec::new();
    for step in steps(target) {
        turns.push(match step {
            Step::Name(text) => Turn::Key(Name::new(path::plain(text), span)),
            Step::At(index) => Turn::Index(index),
            Step::Added(_) => Turn::Index(0),
            Step::Item => match left.next() {
                Some(Taken::Item(index)) => Turn::Index(*index),
                _ => Turn::Some,
            },
            Step::Entry => match left.next() {
                Some(Taken::Entry(name)) => Turn::Key(name.clone()),
                _ => Turn::Some,
            },
            Step::MadeBy(..) | Step::Argument(_) => continue,
        });
    }
    turns
}

/// Adds what a call makes to what is there: items to lists, entries to maps.
pub(crate) fn merge(into: &mut Map, from: Map) {
    for (name, node) in from.entries {
        match into.entries.iter_mut().find(|(it, _)| it.text == name.text) {
            None => {
                let node = if into.open { opened(node) } else { node };
                into.entries.push((name, node));
            }
            Some((_, before)) => match (&mut before.value, node.value) {
                (Value::List(before), Value::List(new)) => {
                    before.items.extend(new.items);
                    before.open |= new.open;
                }
                (Value::Map(before), Value::Map(new)) => merge(before, new),
                (Value::Unknown, value) => *before = opened(Node { value, span: node.span }),
                (_, Value::Absent) => (),
                (_, value) => *before = Node { value, span: node.span },
            },
        }
    }
}

/// What is added to something that is not known.
fn opened(node: Node) -> Node {
    let value = match node.value {
        Value::List(List { items, .. }) => Value::List(List { items, open: true }),
        Value::Map(map) => Value::Map(Map { open: true, ..map }),
        value => value,
    };
    Node { value, span: node.span }
}

impl Method {
    /// True when the method does something to the resource at `resource`.
    pub(super) fn sets(&self, resource: usize) -> impl Iterator<Item = &str> {
        let all = self.rows.iter().flat_map(|it| &it.set);
        all.filter(move |it| it.0 == resource).map(|Effect(_, path, _)| path::first(path))
    }
}
