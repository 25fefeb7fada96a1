//! What waits for what: the references between resources, as CloudFormation orders their creation by them.
//!
//! [`Stack::dependencies`] says cheaply which resource names which. This says when such a name counts: under which
//! conditions, and whether it certainly stays where it is written, which is what `AWS::Serverless` does not do with all.

use model::{
    Assumption, Call, Change, Declarations, Dependencies, List, Map, Name, Node, Part, ReferenceKind, Resource,
    SmolStr, Sought, Source, Stack, Value,
};
use rustc_hash::FxHashSet;
use schema::template::CLOSED_TRANSFORMS;
use std::collections::VecDeque;

/// No more ways through a component than this are tried; then its conditions are too many to be certain.
const MAX_WAYS: usize = 4096;

/// The attribute that names what to wait for and nothing else.
pub(crate) const DEPENDS_ON: &str = "DependsOn";

/// A reference from one resource to another that certainly makes it wait.
#[derive(Clone, Debug)]
pub(crate) struct Edge<'a> {
    /// The index of the resource that waits.
    pub(crate) from: usize,
    /// The index of the resource that it waits for.
    pub(crate) to: usize,
    /// The name of it, where it is written.
    pub(crate) name: &'a Name,
    /// The property or the attribute that it stands in.
    pub(crate) part: &'a str,
    /// True for `DependsOn`.
    pub(crate) is_explicit: bool,
    /// The branches that it stands in.
    conditions: Vec<(&'a Name, bool)>,
}

/// Resources that wait for each other.
#[derive(Debug)]
pub(crate) struct Component<'a> {
    /// All that makes them wait for each other, in the order of the text.
    pub(crate) edges: Vec<Edge<'a>>,
    /// A shortest circle: what it starts with is what it ends at.
    pub(crate) cycle: Vec<Edge<'a>>,
}

/// The resources that certainly wait for each other, in the order of the text: one circle of each such set.
pub(crate) fn circles(stack: &Stack) -> Vec<Component<'_>> {
    let graph = stack.dependencies();
    let neighbours = |it: usize| graph.of(it).iter().map(|it| it.to);
    let components = components(graph.len(), neighbours);
    if components.is_empty() || !says_all(stack) {
        return Vec::new();
    }
    let mut out = Vec::new();
    for component in components {
        let edges = certain_edges(stack, graph, &component);
        if let Some(cycle) = shortest_circle(stack, &edges) {
            out.push(Component { edges, cycle });
        }
    }
    out
}

impl Component<'_> {
    /// True when nothing waits in a circle any more without the references that `without` is true for.
    pub(crate) fn is_undone(&self, stack: &Stack, without: impl Fn(&Edge<'_>) -> bool) -> bool {
        let rest: Vec<_> = self.edges.iter().filter(|it| !without(it)).cloned().collect();
        shortest_circle(stack, &rest).is_none()
    }
}

/// A place in a resource that names another.
#[derive(Clone, Debug)]
pub(crate) struct Use<'a> {
    /// The name.
    pub(crate) name: &'a Name,
    /// The property or the attribute that it stands in.
    pub(crate) part: &'a str,
    /// True for an attribute beside `Properties`.
    pub(crate) is_attribute: bool,
    /// The branches that it stands in, and which must hold or fail.
    pub(crate) conditions: Vec<(&'a Name, bool)>,
    /// False where something else than its conditions decides whether it is there.
    pub(crate) certain: bool,
}

/// Every place in the values of a resource that names something by `Ref`, `Fn::GetAtt` or `Fn::Sub`.
pub(crate) fn uses(resource: &Resource) -> Vec<Use<'_>> {
    let mut out = Vec::new();
    for (map, is_attribute) in [(resource.properties.as_map(), false), (Some(&resource.attributes), true)] {
        for (name, node) in map.map(|it| it.entries.as_slice()).unwrap_or_default() {
            let certain = map.is_some_and(|it| !it.open) && (is_attribute || stays(resource));
            let mut walk = Walk { part: &name.text, is_attribute, certain, conditions: Vec::new(), out: &mut out };
            walk.node(node);
        }
    }
    out
}

/// The same within a value that belongs to no resource.
pub(crate) fn uses_within(node: &Node) -> Vec<Use<'_>> {
    let mut out = Vec::new();
    Walk { part: "", is_attribute: false, certain: true, conditions: Vec::new(), out: &mut out }.node(node);
    out
}

/// The change that takes a name out of the `DependsOn` of a resource, with the attribute when nothing else is in it.
pub(crate) fn without_dependency(resource: &Resource, name: &Name) -> Option<Change> {
    let node = resource.attributes.get(DEPENDS_ON)?;
    let span = match &node.value {
        Value::List(List { items, .. }) if items.len() > 1 => items.iter().find(|it| it.span.contains(name.span))?.span,
        _ => node.span,
    };
    Some(Change::Delete { span })
}

/// True when `resource` waits for `target` in every deployment that has both, by a reference in its properties.
pub(crate) fn always_refers(resource: &Resource, target: &Resource, declarations: &Declarations) -> bool {
    let conditions = [&resource.condition, &target.condition].into_iter().flatten();
    let given: Vec<_> = conditions.map(|it| Assumption::Condition(it, true)).collect();
    uses(resource).iter().any(|it| {
        let counts = it.certain && !it.is_attribute && it.name.text == target.key;
        counts && it.conditions.iter().all(|(name, holds)| declarations.implies(&given, name, *holds))
    })
}

/// False when a macro may still make anything else of what is written.
pub(crate) fn says_all(stack: &Stack) -> bool {
    let is_known = |it: &str| it == "AWS::Include" || CLOSED_TRANSFORMS.iter().any(|known| it.starts_with(known));
    stack.declarations.transforms.iter().all(|it| is_known(&it.text))
}

/// True when the resource `from` refers to `to`, itself or by way of others.
pub(crate) fn reaches(stack: &Stack, from: &str, to: &str) -> bool {
    let (Some(from), Some(to)) = (stack.position(from), stack.position(to)) else { return false };
    let mut seen = vec![false; stack.resources.len()];
    let mut waiting = vec![from];
    while let Some(next) = waiting.pop() {
        for dependency in stack.dependencies().of(next) {
            if dependency.to == to {
                return true;
            }
            if !std::mem::replace(&mut seen[dependency.to], true) {
                waiting.push(dependency.to);
            }
        }
    }
    false
}

/// True when `word` stands in a text of the stack, where a script or another tool may mean the resource of that name.
pub(crate) fn is_in_text(stack: &Stack, word: &str) -> bool {
    !in_texts(stack, &FxHashSet::from_iter([word])).is_empty()
}

/// Those of `names` that stand in a text of the stack, where a script or another tool may mean the resource of that name.
pub(crate) fn in_texts<'n>(stack: &Stack, names: &FxHashSet<&'n str>) -> FxHashSet<&'n str> {
    let mut found = FxHashSet::default();
    let sought = Sought::new(names.iter().copied());
    for resource in &stack.resources {
        // Few say one of the names at all, and which do is known from before.
        let missing: Vec<&str> = resource.may_say(&sought).into_iter().filter(|it| !found.contains(it)).collect();
        if missing.is_empty() {
            continue;
        }
        let mut visit = |node: &Node| add_said(node, &missing, &mut found);
        resource.properties.walk(&mut visit);
        let values = resource.attributes.entries.iter().filter(|it| it.0.text != DEPENDS_ON);
        values.for_each(|it| it.1.walk(&mut visit));
    }
    let names: Vec<&str> = names.iter().copied().collect();
    let outside = stack.outputs.iter().map(|it| &it.node).chain(&stack.metadata);
    outside.for_each(|it| it.walk(&mut |it| add_said(it, &names, &mut found)));
    found.extend(names.into_iter().filter(|word| stack.broken.iter().any(|it| it.contains(word))));
    found
}

/// Adds those of `names` that stand in the text that `node` itself is.
fn add_said<'n>(node: &Node, names: &[&'n str], found: &mut FxHashSet<&'n str>) {
    let is_edge = |it: Option<char>| it.is_none_or(|it| !it.is_ascii_alphanumeric());
    let mut look = |text: &str| {
        found.extend(names.iter().copied().filter(|word| {
            text.match_indices(word).any(|(at, _)| {
                is_edge(text[..at].chars().next_back()) && is_edge(text[at + word.len()..].chars().next())
            })
        }));
    };
    match &node.value {
        Value::Scalar(scalar) => look(&scalar.text),
        Value::Call(call) => {
            if let Call::Sub(parts) | Call::Dynamic(parts) = &**call {
                for part in parts {
                    if let Part::Text(text) = part {
                        look(&text.text);
                    }
                }
            }
        }
        _ => (),
    }
}

struct Walk<'a, 'o> {
    part: &'a str,
    is_attribute: bool,
    certain: bool,
    conditions: Vec<(&'a Name, bool)>,
    out: &'o mut Vec<Use<'a>>,
}

impl<'a> Walk<'a, '_> {
    fn node(&mut self, node: &'a Node) {
        let before = self.certain;
        match &node.value {
            Value::Either(branches) => {
                for branch in branches {
                    self.certain = before && branch.condition.is_some();
                    self.conditions.extend(branch.condition.as_ref().map(|(name, holds)| (name, *holds)));
                    self.node(&branch.node);
                    if branch.condition.is_some() {
                        self.conditions.pop();
                    }
                }
            }
            Value::Map(Map { entries, open }) => {
                self.certain &= !open;
                entries.iter().for_each(|(_, it)| self.node(it));
            }
            Value::List(List { items, .. }) => items.iter().for_each(|it| self.node(it)),
            Value::Call(call) => match &**call {
                Call::Ref(name) | Call::GetAtt { resource: name, .. } => self.out.push(Use {
                    name,
                    part: self.part,
                    is_attribute: self.is_attribute,
                    conditions: self.conditions.clone(),
                    certain: self.certain,
                }),
                // What it is given goes to a macro.
                Call::Other { function, argument } => {
                    self.certain &= function.text != "Fn::Transform";
                    self.node(argument);
                }
                call => call.arguments(&mut |it| self.node(it)),
            },
            _ => (),
        }
        self.certain = before;
    }
}

/// True when what a property names is named by the resource itself once all transforms are done: by what is made of it
/// where that stands among the resources.
fn stays(resource: &Resource) -> bool {
    !(resource.ty.text.starts_with(schema::serverless::PREFIX) || resource.ty.text.ends_with("::MODULE"))
}

/// The references within a component that certainly make one resource wait for another.
fn certain_edges<'a>(stack: &'a Stack, graph: &Dependencies, component: &[usize]) -> Vec<Edge<'a>> {
    let mut out = Vec::new();
    for &from in component {
        let resource = &stack.resources[from];
        // What a construct makes of its props in the end is known for those of CloudFormation alone.
        if stack.source == Source::Cdk && resource.construct.is_some() {
            continue;
        }
        let member = |name: &SmolStr| stack.position(name).filter(|it| component.contains(it));
        for it in uses(resource).into_iter().filter(|it| it.certain) {
            if let Some(to) = member(&it.name.text) {
                let Use { name, part, conditions, .. } = it;
                out.push(Edge { from, to, name, part, is_explicit: false, conditions });
            }
        }
        for dependency in graph.of(from) {
            let reference = &resource.references[dependency.reference];
            if reference.kind == ReferenceKind::DependsOn && component.contains(&dependency.to) {
                let name = &reference.target;
                let conditions = Vec::new();
                out.push(Edge { from, to: dependency.to, name, part: DEPENDS_ON, is_explicit: true, conditions });
            }
        }
    }
    out
}

/// A shortest circle whose references can all count in one deployment.
fn shortest_circle<'a>(stack: &Stack, edges: &[Edge<'a>]) -> Option<Vec<Edge<'a>>> {
    let mut ways = 0;
    let mut best: Option<Vec<&Edge<'a>>> = None;
    let mut starts: Vec<usize> = edges.iter().map(|it| it.from).collect();
    starts.dedup();
    for start in starts {
        // Without regard to conditions there is nothing to try: the first way to a resource is a shortest one.
        let simple = edges.iter().all(|it| it.conditions.is_empty() && stack.resources[it.from].condition.is_none());
        let mut seen = vec![false; if simple { stack.resources.len() } else { 0 }];
        let mut queue = VecDeque::from([Vec::<&Edge<'a>>::new()]);
        'search: while let Some(way) = queue.pop_front() {
            if best.as_ref().is_some_and(|it| way.len() + 1 >= it.len()) {
                break;
            }
            let at = way.last().map_or(start, |it| it.to);
            for edge in edges.iter().filter(|it| it.from == at) {
                ways += 1;
                if ways > MAX_WAYS {
                    break 'search;
                }
                let mut longer = way.clone();
                longer.push(edge);
                if edge.to == start {
                    if simple || can_be(stack, &longer) {
                        best = Some(longer);
                        break 'search;
                    }
                } else if simple {
                    if !std::mem::replace(&mut seen[edge.to], true) {
                        queue.push_back(longer);
                    }
                } else if way.iter().all(|it| it.from != edge.to) && can_be(stack, &longer) {
                    queue.push_back(longer);
                }
            }
        }
    }
    Some(best?.into_iter().cloned().collect())
}

/// True when some deployment has all of these references.
fn can_be(stack: &Stack, way: &[&Edge<'_>]) -> bool {
    let of_resources = way.iter().filter_map(|it| stack.resources[it.from].condition.as_ref()).map(|it| (it, true));
    let of_branches = way.iter().flat_map(|it| it.conditions.iter().copied());
    let all: Vec<_> = of_resources.chain(of_branches).map(|(name, holds)| Assumption::Condition(name, holds)).collect();
    stack.declarations.can_hold(&all)
}

/// The sets of nodes that can all reach each other, each in order: those of several nodes, or of one that leads to itself.
///
/// Tarjan's algorithm, without recursion: a chain of references may be as long as the template.
fn components<I: Iterator<Item = usize>>(count: usize, neighbours: impl Fn(usize) -> I) -> Vec<Vec<usize>> {
    const UNSEEN: usize = usize::MAX;
    let mut order = vec![UNSEEN; count];
    let mut low = vec![0; count];
    let mut on_stack = vec![false; count];
    let mut stack = Vec::new();
    let mut out: Vec<Vec<usize>> = Vec::new();
    let mut next = 0;
    for root in 0..count {
        if order[root] != UNSEEN {
            continue;
        }
        let mut calls: Vec<(usize, I)> = Vec::new();
        let mut entered = Some(root);
        loop {
            if let Some(node) = entered.take() {
                order[node] = next;
                low[node] = next;
                next += 1;
                on_stack[node] = true;
                stack.push(node);
                calls.push((node, neighbours(node)));
            }
            let Some((node, rest)) = calls.last_mut() else { break };
            let node = *node;
            if let Some(to) = rest.next() {
                if order[to] == UNSEEN {
                    entered = Some(to);
                } else if on_stack[to] {
                    low[node] = low[node].min(order[to]);
                }
                continue;
            }
            calls.pop();
            if let Some((caller, _)) = calls.last() {
                low[*caller] = low[*caller].min(low[node]);
            }
            if low[node] == order[node] {
                let at = stack.iter().rposition(|it| *it == node).unwrap_or(0);
                let mut component = stack.split_off(at);
                component.iter().for_each(|it| on_stack[*it] = false);
                component.sort_unstable();
                if component.len() > 1 || neighbours(node).any(|it| it == node) {
                    out.push(component);
                }
            }
        }
    }
    out.sort();
    out
}
