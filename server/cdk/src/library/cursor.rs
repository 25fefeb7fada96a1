//! Props by the paths of the tables.

use super::function::Scene;
use super::path::{Step, Taken, first, steps};
use super::value;
use crate::ast::{Element, Expression, Kind};
use crate::evaluate::Given;
use crate::lower::Lowering;
use crate::scope::At;
use model::{Name, Node, SmolStr, Span};

/// What is known of the value at a path.
#[derive(Clone, Debug)]
pub(super) enum Cursor<'a> {
    /// It is this expression.
    Value(At<'a>),
    /// It is this, which no single expression says.
    Made(Node),
    /// It is not there.
    Absent,
    /// It may be there or not.
    Unknown,
}

impl<'a> From<Given<'a>> for Cursor<'a> {
    fn from(given: Given<'a>) -> Cursor<'a> {
        match given {
            Given::Value(at) => Cursor::Value(at),
            Given::Absent => Cursor::Absent,
            Given::Unknown => Cursor::Unknown,
        }
    }
}

impl<'a> Scene<'_, 'a> {
    /// Goes through every value at the path `rest` below `at`, with the steps taken through lists and maps.
    pub(super) fn each(
        &self,
        at: Cursor<'a>,
        rest: &[Step<'_>],
        taken: &mut Vec<Taken>,
        visit: &mut dyn FnMut(Cursor<'a>, &[Taken]),
    ) {
        let Some((step, rest)) = rest.split_first() else { return visit(at, taken) };
        let some = |taken: &mut Vec<Taken>, visit: &mut dyn FnMut(Cursor<'a>, &[Taken])| {
            taken.push(Taken::Some);
            self.each(Cursor::Unknown, rest, taken, visit);
            taken.pop();
        };
        match (step, &at) {
            (_, Cursor::Absent) => (),
            (Step::Item, Cursor::Value(value)) => {
                let mut items = Vec::new();
                let complete = items_of(self.lowering, *value, &mut items, 0);
                for (index, item) in items.into_iter().enumerate() {
                    taken.push(Taken::Item(index));
                    self.each(item, rest, taken, visit);
                    taken.pop();
                }
                if !complete {
                    some(taken, visit);
                }
            }
            (Step::Entry, Cursor::Value(value)) => {
                let props = self.lowering.props(Some(*value));
                for (name, value) in props.iter() {
                    taken.push(Taken::Entry(Name::clone(name)));
                    self.each(value.map_or(Cursor::Unknown, Cursor::Value), rest, taken, visit);
                    taken.pop();
                }
                if props.open {
                    some(taken, visit);
                }
            }
            (Step::Item | Step::Entry, _) => some(taken, visit),
            _ => self.each(self.below(at, *step), rest, taken, visit),
        }
    }

    /// True when there may be anything at one of `paths`, which lead on from the prop called `prop`.
    pub(super) fn uses(&self, prop: &str, paths: &[Box<str>]) -> bool {
        let mut is_used = false;
        for path in paths {
            let path = format!("{prop}{path}");
            let rest: Vec<Step<'_>> = steps(&path).skip(1).collect();
            self.each(self.props.get(prop).into(), &rest, &mut Vec::new(), &mut |cursor, _| {
                is_used |= match cursor {
                    Cursor::Absent => false,
                    Cursor::Value(at) => !is_nothing(self.lowering, at),
                    Cursor::Made(_) | Cursor::Unknown => true,
                };
            });
            if is_used {
                break;
            }
        }
        is_used
    }

    /// The value at `path` in the props, in lists and maps where `taken` leads.
    pub(super) fn find(&self, path: &str, taken: &[Taken]) -> Cursor<'a> {
        let mut taken = taken.iter();
        let mut at = Cursor::from(self.props.get(first(path)));
        for step in steps(path).skip(1) {
            at = match (step, &at) {
                (_, Cursor::Absent | Cursor::Unknown) => return at,
                (Step::Item, Cursor::Value(value)) => {
                    let mut items = Vec::new();
                    items_of(self.lowering, *value, &mut items, 0);
                    match taken.next() {
                        Some(Taken::Item(index)) if *index < items.len() => items.swap_remove(*index),
                        _ => Cursor::Unknown,
                    }
                }
                (Step::Entry, Cursor::Value(value)) => match taken.next() {
                    Some(Taken::Entry(name)) => self.lowering.props(Some(*value)).get(&name.text).into(),
                    _ => Cursor::Unknown,
                },
                _ => self.below(at, step),
            };
        }
        at
    }

    /// The family that `InstanceType.of` is given, and where, for a row about it. Classes without such rows get the whole type.
    pub(super) fn instance_class(&self, prop: &str, taken: &[Taken]) -> Option<(SmolStr, Span)> {
        let Cursor::Value(at) = self.find(prop.strip_suffix(".$0")?, taken) else { return None };
        let made = self.lowering.made(at).filter(|it| it.path == "aws-ec2.InstanceType.of")?;
        let class = made.argument(0)?;
        Some((self.lowering.made(class)?.path, class.span()))
    }

    /// One step that is neither through a list nor through a map.
    fn below(&self, at: Cursor<'a>, step: Step<'_>) -> Cursor<'a> {
        let Cursor::Value(value) = at else { return Cursor::Unknown };
        match step {
            Step::Name(name) => member(self.lowering, value, name),
            Step::MadeBy(call, until) => self.made_by(value, call, until),
            Step::Argument(index) => {
                let Some(made) = self.lowering.made(value) else { return Cursor::Unknown };
                if let Some(node) = value::argument(self.lowering, &made, index) {
                    return Cursor::Made(node);
                }
                match made.argument(index) {
                    Some(argument) if is_nothing(self.lowering, argument) => Cursor::Absent,
                    Some(argument) => Cursor::Value(argument),
                    None if made.arguments.iter().any(|it| matches!(it, Element::Spread(_))) => Cursor::Unknown,
                    None => Cursor::Absent,
                }
            }
            Step::Item | Step::At(_) | Step::Added(_) | Step::Entry => Cursor::Unknown,
        }
    }

    /// The value itself when it is made by `call`; nothing when it is made otherwise, in a way that is known too.
    fn made_by(&self, at: At<'a>, call: &str, until: &str) -> Cursor<'a> {
        let at = self.lowering.scopes.follow(at);
        let Some(made) = self.lowering.made(at) else {
            return if is_something(self.lowering, at) { Cursor::Absent } else { Cursor::Unknown };
        };
        let path = &until[..until.len() - call.len() - 2];
        // A constant that no row knows by this call is what rows make of the whole value.
        let stands_for = || {
            value::stands_for(&made.path, call)
                && self.class.knows_call(path, call)
                && !self.class.knows_call(path, &made.path)
        };
        if made.path == call || stands_for() {
            return Cursor::Value(at);
        }
        // Of constants rows speak where they speak of the whole value.
        let is_known = match at.expression.kind {
            Kind::New(_) | Kind::Call(_) => self.class.knows_call(path, &made.path),
            _ => self.class.rows_of(super::path::first(path)).iter().any(|it| &*self.class.rows[*it].prop == path),
        } || self.lowering.construct_of(at).is_some();
        if is_known { Cursor::Absent } else { Cursor::Unknown }
    }
}

fn member<'a>(lowering: &Lowering<'a>, at: At<'a>, name: &str) -> Cursor<'a> {
    let at = lowering.scopes.follow(at);
    match &at.expression.kind {
        Kind::Object(_) => match lowering.props(Some(at)).get(name) {
            Given::Value(it) if is_nothing(lowering, it) => Cursor::Absent,
            other => other.into(),
        },
        Kind::Undefined | Kind::Null => Cursor::Absent,
        _ => Cursor::Unknown,
    }
}

/// The items that the list at `at` shows; false where there may be others.
pub(super) fn items_of<'a>(lowering: &Lowering<'a>, at: At<'a>, items: &mut Vec<Cursor<'a>>, depth: u32) -> bool {
    let at = lowering.scopes.follow(at);
    let Kind::Array(elements) = &at.expression.kind else { return matches!(at.expression.kind, Kind::Undefined) };
    if depth > 8 {
        return false;
    }
    let mut complete = !at.expression.broken;
    for element in elements {
        match element {
            Element::Item(expression) => items.push(Cursor::Value(At { expression, frame: at.frame })),
            Element::Spread(expression) => {
                complete &= items_of(lowering, At { expression, frame: at.frame }, items, depth + 1);
            }
        }
    }
    complete
}

/// True for what is certainly `undefined` or `null`.
pub(super) fn is_nothing<'a>(lowering: &Lowering<'a>, at: At<'a>) -> bool {
    matches!(lowering.scopes.follow(at).expression.kind, Kind::Undefined | Kind::Null)
}

/// True for what is certainly neither `undefined` nor `null`.
pub(super) fn is_something<'a>(lowering: &Lowering<'a>, at: At<'a>) -> bool {
    let at = lowering.scopes.follow(at);
    let is_known = |expression: &Expression| {
        matches!(
            &expression.kind,
            Kind::Text(_)
                | Kind::Number(_)
                | Kind::Bool(_)
                | Kind::Template(_)
                | Kind::Array(_)
                | Kind::Object(_)
                | Kind::New(_)
                | Kind::Not(_)
                | Kind::Plus { .. }
                | Kind::Function(_)
        )
    };
    !at.expression.broken
        && (is_known(at.expression) || lowering.made(at).is_some() || lowering.construct_of(at).is_some())
}
