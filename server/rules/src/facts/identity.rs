//! Whether two values are the same in every deployment, and when.

use super::when::Conditions;
use model::{Assumption, Call, Declarations, Name, Node, Part, Resource, Span, Value};

/// Values nested deeper than this are not told apart.
const MAX_DEPTH: u32 = 16;

/// A value that a property is given, under some conditions.
#[derive(Clone, Debug)]
pub(crate) struct Given<'a> {
    /// A text that is the same for values that certainly are.
    pub(crate) identity: String,
    /// The value.
    pub(crate) span: Span,
    /// The conditions of the resource and of the branch.
    conditions: Vec<(&'a Name, bool)>,
}

/// What a property, at a dotted path, is given in each branch; without those of which nothing is known.
pub(crate) fn given<'a>(resource: &'a Resource, path: &str) -> Vec<Given<'a>> {
    let mut out = Vec::new();
    if let Some(node) = resource.properties.get(path) {
        let mut conditions: Vec<_> = resource.condition.iter().map(|it| (it, true)).collect();
        branches(node, &mut conditions, 0, &mut out);
    }
    out
}

/// The conditions under which all of these are there.
pub(crate) fn when<'a>(given: &[&Given<'a>]) -> Conditions<'a> {
    let mut out = Conditions::new();
    for (name, holds) in given.iter().flat_map(|it| &it.conditions) {
        if !out.iter().any(|it| it.0.text == name.text) {
            out.push((name, *holds));
        }
    }
    out
}

/// True when some deployment has all of these.
pub(crate) fn can_meet(declarations: &Declarations, given: &[&Given<'_>]) -> bool {
    let conditions = given.iter().flat_map(|it| &it.conditions);
    let all: Vec<_> = conditions.map(|(name, holds)| Assumption::Condition(name, *holds)).collect();
    declarations.can_hold(&all)
}

fn branches<'a>(node: &'a Node, conditions: &mut Vec<(&'a Name, bool)>, depth: u32, out: &mut Vec<Given<'a>>) {
    if depth > MAX_DEPTH {
        return;
    }
    if let Value::Either(alternatives) = &node.value {
        for branch in alternatives {
            if let Some((name, holds)) = &branch.condition {
                conditions.push((name, *holds));
                branches(&branch.node, conditions, depth + 1, out);
                conditions.pop();
            }
        }
        return;
    }
    if let Some(identity) = identity(node, 0) {
        out.push(Given { identity, span: node.span, conditions: conditions.clone() });
    }
}

fn identity(node: &Node, depth: u32) -> Option<String> {
    if depth > MAX_DEPTH {
        return None;
    }
    let of = |it: &Node| identity(it, depth + 1);
    match &node.value {
        Value::Scalar(_) | Value::Bool(_) => node.as_str().map(str::to_owned),
        Value::List(list) if !list.open => {
            let items: Option<Vec<String>> = list.items.iter().map(of).collect();
            Some(format!("[{}]", items?.join(", ")))
        }
        Value::Call(call) => match &**call {
            Call::Ref(name) => (name.text != "AWS::NoValue").then(|| format!("${{{}}}", name.text)),
            Call::GetAtt { resource, attribute } => {
                Some(format!("${{{}.{}}}", resource.text, attribute.as_ref()?.text))
            }
            Call::Sub(parts) => parts
                .iter()
                .map(|it| match it {
                    Part::Text(text) => Some(text.text.to_string()),
                    Part::Value(node) => of(node),
                    Part::Unused(..) => Some(String::new()),
                })
                .collect(),
            Call::Join { delimiter, items } => {
                let items = items.as_list().filter(|it| !it.open)?.items.iter();
                let items: Option<Vec<String>> = items.map(of).collect();
                Some(items?.join(delimiter.as_str()?))
            }
            Call::Select { index, list } => Some(format!("select({}, {})", of(index)?, of(list)?)),
            Call::Split { delimiter, text } => Some(format!("split({}, {})", of(delimiter)?, of(text)?)),
            Call::FindInMap { map, first, second, default: None } => {
                Some(format!("find({}, {}, {})", of(map)?, of(first)?, of(second)?))
            }
            Call::ImportValue(name) => Some(format!("import({})", of(name)?)),
            _ => None,
        },
        _ => None,
    }
}
