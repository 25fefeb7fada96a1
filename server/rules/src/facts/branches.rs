//! The branches of a property, each with the conditions under which it counts.
//!
//! [`Property`] says which values a property may have; this says when. A branch that no deployment can reach, because
//! its conditions exclude each other or the resource's own condition excludes it, is not there.

use model::{Call, Declarations, Name, Node, Parameter, Property, ResourceView, SmolStr, Span, State, Value};
use std::fmt::Write;

/// More combinations of parameter values than this are not tried; then a branch counts as reachable.
const MAX_COMBINATIONS: usize = 512;
/// Conditions that name each other deeper than this, or in a circle, are not followed.
const MAX_DEPTH: u32 = 16;

/// One of the values that a property may have, and when.
#[derive(Clone, Debug)]
pub(crate) struct Alternative<'a> {
    /// What is known of the value.
    pub(crate) state: State<'a>,
    /// Where the resource says so.
    pub(crate) span: Span,
    /// The conditions on the way to it, and whether each must hold or fail.
    pub(crate) conditions: Vec<(Name, bool)>,
    /// It is one of several for a reason without a name, such as a ternary.
    pub(crate) is_choice: bool,
}

/// Every reachable value of the property at a dotted path below the properties of a resource.
pub(crate) fn of<'a>(resource: &ResourceView<'a>, path: &str) -> Vec<Alternative<'a>> {
    let resource_condition = resource.resource().condition.clone().map(|it| (it, true));
    below(&resource.resource().properties, path, resource_condition, resource.declarations())
}

/// The same below a node that counts under `given`.
pub(crate) fn below<'a>(
    node: &'a Node,
    path: &str,
    given: Option<(Name, bool)>,
    declarations: &'a Declarations,
) -> Vec<Alternative<'a>> {
    let walk = Walk { given: given.as_slice(), declarations };
    let mut out = Vec::new();
    let path: Vec<&str> = path.split('.').filter(|it| !it.is_empty()).collect();
    walk.visit(node, node.span, &path, &mut Vec::new(), &mut out);
    out
}

impl Alternative<'_> {
    /// True when the property is not there, or known to be something else than `true`.
    ///
    /// The default of a parameter counts: it is what a deployment has unless someone takes care that it has not.
    pub(crate) fn is_off(&self) -> bool {
        match self.state {
            State::Absent => true,
            State::Unknown => false,
            State::Known(node) | State::Default(node) => match &node.value {
                Value::Null => true,
                _ => node.as_bool() == Some(false),
            },
        }
    }

    /// When this value counts, for the end of a sentence: ` unless IsProduction holds`; empty for always.
    pub(crate) fn when(&self) -> String {
        if self.is_choice && self.conditions.is_empty() {
            return " in some deployments".to_owned();
        }
        let mut out = String::new();
        for (i, (name, holds)) in self.conditions.iter().enumerate() {
            let _ = match (i, holds) {
                (0, true) => write!(out, " when `{}` holds", name.text),
                (0, false) => write!(out, " unless `{}` holds", name.text),
                (_, true) => write!(out, " and `{}` holds", name.text),
                (_, false) => write!(out, " and `{}` does not hold", name.text),
            };
        }
        out
    }
}

struct Walk<'a, 'g> {
    given: &'g [(Name, bool)],
    declarations: &'a Declarations,
}

impl<'a> Walk<'a, '_> {
    fn visit(
        &self,
        node: &'a Node,
        span: Span,
        path: &[&str],
        conditions: &mut Vec<(Name, bool)>,
        out: &mut Vec<Alternative<'a>>,
    ) {
        // As deep as the model itself looks.
        if conditions.len() > 8 || out.len() > 64 {
            out.push(Alternative { state: State::Unknown, span, conditions: conditions.clone(), is_choice: false });
            return;
        }
        match &node.value {
            Value::Either(branches) => {
                for branch in branches {
                    let Some(condition) = &branch.condition else {
                        let before = out.len();
                        self.visit(&branch.node, branch.node.span, path, conditions, out);
                        out[before..].iter_mut().for_each(|it| it.is_choice = true);
                        continue;
                    };
                    conditions.push(condition.clone());
                    let all = self.given.iter().chain(conditions.iter());
                    if can_hold(&all.collect::<Vec<_>>(), self.declarations) {
                        self.visit(&branch.node, branch.node.span, path, conditions, out);
                    }
                    conditions.pop();
                }
            }
            Value::Map(map) if !path.is_empty() => match map.get(path[0]) {
                Some(child) => self.visit(child, child.span, &path[1..], conditions, out),
                None => {
                    let state = if map.open { State::Unknown } else { State::Absent };
                    out.push(Alternative { state, span, conditions: conditions.clone(), is_choice: false });
                }
            },
            _ => self.leaf(node, span, path, conditions, out),
        }
    }

    /// What is not a branch and not a map: the value itself, or something on the way that leads nowhere.
    fn leaf(
        &self,
        node: &'a Node,
        span: Span,
        path: &[&str],
        conditions: &[(Name, bool)],
        out: &mut Vec<Alternative<'a>>,
    ) {
        let mut push = |state| out.push(Alternative { state, span, conditions: conditions.to_vec(), is_choice: false });
        let default = parameter(node, self.declarations).and_then(|it| it.default.as_ref());
        match default {
            // Whoever wrote the parameter decided what happens when nobody asks for anything.
            Some(value) if path.is_empty() => push(State::Default(value)),
            _ => {
                let property = Property::of(node, self.declarations, None);
                property.get(&path.join(".")).cases().iter().for_each(|case| push(case.state));
            }
        }
    }
}

fn parameter<'a>(node: &Node, declarations: &'a Declarations) -> Option<&'a Parameter> {
    match &node.value {
        Value::Call(call) => match &**call {
            Call::Ref(name) => {
                let parameter = declarations.parameter(&name.text)?;
                (!parameter.ty.starts_with("AWS::SSM::")).then_some(&**parameter)
            }
            _ => None,
        },
        _ => None,
    }
}

/// False when no values of the parameters give all of these conditions the truth that is asked of them.
fn can_hold(wanted: &[&(Name, bool)], declarations: &Declarations) -> bool {
    for (i, (name, holds)) in wanted.iter().enumerate() {
        if wanted[..i].iter().any(|(other, other_holds)| other.text == name.text && other_holds != holds) {
            return false;
        }
    }
    let mut choices = Choices::default();
    for (name, _) in wanted {
        choices.collect_condition(&name.text, declarations, 0);
    }
    if choices.combinations() > MAX_COMBINATIONS {
        return true;
    }
    let mut indices = vec![0; choices.parameters.len()];
    loop {
        let holds = |(name, holds): &&&(Name, bool)| {
            let truth = choices.condition(&name.text, &indices, declarations, 0);
            truth.is_none_or(|it| it == *holds)
        };
        if wanted.iter().all(|it| holds(&it)) {
            return true;
        }
        if !choices.advance(&mut indices) {
            return false;
        }
    }
}

/// The parameters that some conditions ask about, with the values that make a difference to them.
#[derive(Default)]
struct Choices {
    parameters: Vec<(SmolStr, Vec<Option<SmolStr>>)>,
    literals: Vec<SmolStr>,
}

impl Choices {
    fn collect_condition(&mut self, name: &str, declarations: &Declarations, depth: u32) {
        let Some(condition) = declarations.condition(name).filter(|_| depth < MAX_DEPTH) else { return };
        let node = &condition.node;
        node.walk(&mut |it| {
            if let Some(text) = it.as_str()
                && !self.literals.iter().any(|it| it == text)
            {
                self.literals.push(text.into());
            }
        });
        let mut named = Vec::new();
        node.walk(&mut |it| match &it.value {
            Value::Call(call) => {
                if let Call::Ref(name) = &**call {
                    self.add(&name.text, declarations);
                }
            }
            Value::Map(map) => named.extend(map.get("Condition").and_then(Node::as_str)),
            _ => (),
        });
        condition.references.iter().for_each(|it| {
            if it.kind == model::ReferenceKind::Condition {
                named.push(&it.target.text);
            }
        });
        for name in named {
            self.collect_condition(name, declarations, depth + 1);
        }
    }

    fn add(&mut self, name: &SmolStr, declarations: &Declarations) {
        if self.parameters.iter().any(|(it, _)| it == name) {
            return;
        }
        let allowed = declarations.parameter(name).and_then(|it| it.allowed_values.as_deref());
        // `None` stands for any value that no condition compares with.
        let values = match allowed {
            Some(values) => values.iter().map(|it| it.as_str().map(SmolStr::from)).collect(),
            None => vec![None],
        };
        self.parameters.push((name.clone(), values));
    }

    /// The number of values that a parameter may have: its allowed ones, or each literal and one more.
    fn width(&self, index: usize) -> usize {
        match &self.parameters[index].1[..] {
            [None] => self.literals.len() + 1,
            values => values.len().max(1),
        }
    }

    fn value(&self, index: usize, choice: usize) -> Option<&SmolStr> {
        match &self.parameters[index].1[..] {
            [None] => self.literals.get(choice),
            values => values.get(choice).and_then(Option::as_ref),
        }
    }

    fn combinations(&self) -> usize {
        (0..self.parameters.len()).fold(1, |product: usize, it| product.saturating_mul(self.width(it)))
    }

    fn advance(&self, indices: &mut [usize]) -> bool {
        for (i, choice) in indices.iter_mut().enumerate() {
            *choice += 1;
            if *choice < self.width(i) {
                return true;
            }
            *choice = 0;
        }
        false
    }

    /// The truth of a named condition with these values; `None` where it cannot be known.
    fn condition(&self, name: &str, indices: &[usize], declarations: &Declarations, depth: u32) -> Option<bool> {
        let condition = declarations.condition(name).filter(|_| depth < MAX_DEPTH)?;
        self.truth(&condition.node, indices, declarations, depth + 1)
    }

    fn truth(&self, node: &Node, indices: &[usize], declarations: &Declarations, depth: u32) -> Option<bool> {
        if depth > MAX_DEPTH {
            return None;
        }
        let (function, argument) = match &node.value {
            Value::Map(map) => return self.condition(map.get("Condition")?.as_str()?, indices, declarations, depth),
            Value::Call(call) => match &**call {
                Call::Other { function, argument } => (function.text.as_str(), argument),
                _ => return None,
            },
            _ => return None,
        };
        if function == "Condition" {
            return self.condition(argument.as_str()?, indices, declarations, depth);
        }
        let items = argument.as_list()?.items.as_slice();
        let truth = |it| self.truth(it, indices, declarations, depth + 1);
        match (function, items) {
            ("Fn::Equals", [left, right]) => {
                let (left, right) = (self.text(left, indices)?, self.text(right, indices)?);
                match (left, right) {
                    (Some(left), Some(right)) => Some(left == right),
                    // A value that is none of the literals differs from each of them.
                    (Some(_), None) | (None, Some(_)) => Some(false),
                    (None, None) => None,
                }
            }
            ("Fn::Not", [it]) => truth(it).map(|it| !it),
            ("Fn::And", items) => {
                let truths: Vec<_> = items.iter().map(truth).collect();
                if truths.contains(&Some(false)) { Some(false) } else { all_known(&truths).then_some(true) }
            }
            ("Fn::Or", items) => {
                let truths: Vec<_> = items.iter().map(truth).collect();
                if truths.contains(&Some(true)) { Some(true) } else { all_known(&truths).then_some(false) }
            }
            _ => None,
        }
    }

    /// The text of an operand: `Some(None)` for a value that is none of the literals, `None` where nothing is known.
    fn text(&self, node: &Node, indices: &[usize]) -> Option<Option<SmolStr>> {
        if let Some(text) = node.as_str() {
            return Some(Some(text.into()));
        }
        let Value::Call(call) = &node.value else { return None };
        let Call::Ref(name) = &**call else { return None };
        let index = self.parameters.iter().position(|(it, _)| it == &name.text)?;
        Some(self.value(index, indices[index]).cloned())
    }
}

fn all_known(truths: &[Option<bool>]) -> bool {
    truths.iter().all(Option::is_some)
}
