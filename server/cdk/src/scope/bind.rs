//! Names that get their values: by declarations, parameters and patterns.

use super::walk::Context;
use super::{At, Bound, Frame, Scopes};
use crate::ast::{Element, Kind, Parameter, Pattern, Slot};
use model::Name;

/// The arguments of a call.
#[derive(Clone, Debug)]
pub(super) struct Arguments<'a> {
    pub(super) known: Vec<At<'a>>,
    /// More may follow.
    pub(super) open: bool,
}

impl<'a> Arguments<'a> {
    /// Arguments of which nothing is known.
    pub(super) fn unknown() -> Arguments<'a> {
        Arguments { known: Vec::new(), open: true }
    }

    /// All of them, when they are known.
    pub(super) fn into_known(self) -> Option<Vec<At<'a>>> {
        (!self.open).then_some(self.known)
    }
}

impl<'a> Scopes<'a> {
    pub(super) fn arguments(&self, elements: &'a [Element], frame: Frame) -> Arguments<'a> {
        let mut known = Vec::new();
        for element in elements {
            match element {
                Element::Item(expression) => known.push(At { expression, frame }),
                Element::Spread(expression) => match self.items(At { expression, frame }) {
                    Some(items) => known.extend(items),
                    None => return Arguments { known, open: true },
                },
            }
        }
        Arguments { known, open: false }
    }

    /// Gives the parameters of a function that runs in the scope of `context` their values.
    pub(super) fn bind_parameters(
        &mut self,
        parameters: &'a [Parameter],
        arguments: &Arguments<'a>,
        at: At<'a>,
        context: Context,
    ) {
        let frame = context.frame;
        for (i, parameter) in parameters.iter().enumerate() {
            if parameter.rest {
                if arguments.open {
                    self.bind_unknown(&parameter.pattern, frame);
                } else {
                    let rest = arguments.known.get(i..).unwrap_or_default();
                    let array = self.array(rest.iter().copied(), at);
                    self.bind_pattern(&parameter.pattern, array, frame);
                }
                break;
            }
            let value = match (arguments.known.get(i), arguments.open) {
                (Some(value), _) => *value,
                (None, false) => self.invent(Kind::Undefined, at),
                (None, true) => {
                    self.bind_unknown(&parameter.pattern, frame);
                    continue;
                }
            };
            let value = match &parameter.default {
                Some(default) => {
                    let default = At { expression: default, frame };
                    // What is not certainly there may be what the parameter says.
                    match self.is_nothing(value) {
                        Some(false) => value,
                        Some(true) => {
                            self.expression(default.expression, context);
                            default
                        }
                        None => {
                            self.expression(default.expression, context);
                            self.either(value, default)
                        }
                    }
                }
                None => value,
            };
            self.bind_pattern(&parameter.pattern, value, frame);
            if parameter.field
                && let (Pattern::Name(name), Some(instance)) = (&parameter.pattern, self.instance_of(frame))
            {
                self.instances[instance].members.insert(&name.text, Some(value));
            }
        }
    }

    /// `value ?? otherwise`.
    fn either(&self, value: At<'a>, otherwise: At<'a>) -> At<'a> {
        let (left, right) = (Box::new(self.refer(value)), Box::new(self.refer(otherwise)));
        self.invent(Kind::Or { left, right, nullish: true }, value)
    }

    /// An array of these values, as if it stood at `at`.
    pub(super) fn array(&self, items: impl Iterator<Item = At<'a>>, at: At<'a>) -> At<'a> {
        self.invent(Kind::Array(items.map(|it| Element::Item(self.refer(it))).collect()), at)
    }

    pub(super) fn bind_pattern(&mut self, pattern: &'a Pattern, value: At<'a>, frame: Frame) {
        match pattern {
            Pattern::Name(name) => self.bind(frame, &name.text, Bound::Value(value)),
            Pattern::Object(slots, rest) => {
                self.wake(value);
                for slot in slots {
                    match (&slot.pattern, &slot.default) {
                        (Pattern::Name(name), None) => {
                            self.bind(frame, &name.text, Bound::MemberOf(value, &slot.key));
                        }
                        _ => {
                            let object = Box::new(self.refer(value));
                            let property = Name::new(slot.key.clone(), value.span());
                            let member = Kind::Member { object, property, optional: false };
                            let member = self.invent(member, value);
                            self.bind_slot(slot, member, frame);
                        }
                    }
                }
                if let Some(rest) = rest {
                    self.bind(frame, &rest.text, Bound::Opaque);
                }
            }
            Pattern::Array(slots) => {
                for (i, slot) in slots.iter().enumerate() {
                    let Some(slot) = slot else { continue };
                    let object = Box::new(self.refer(value));
                    let mut index = self.refer(value);
                    index.kind = Kind::Number(i.to_string().into());
                    let item = self.invent(Kind::Index { object, index: Box::new(index) }, value);
                    self.bind_slot(slot, item, frame);
                }
            }
            Pattern::Opaque(names) => names.iter().for_each(|it| self.bind(frame, &it.text, Bound::Opaque)),
        }
    }

    fn bind_slot(&mut self, slot: &'a Slot, value: At<'a>, frame: Frame) {
        let value = match &slot.default {
            Some(default) => self.either(value, At { expression: default, frame }),
            None => value,
        };
        self.bind_pattern(&slot.pattern, value, frame);
    }

    /// Binds the names of `pattern` to what is not known.
    pub(super) fn bind_unknown(&mut self, pattern: &'a Pattern, frame: Frame) {
        match pattern {
            Pattern::Name(name) => self.bind(frame, &name.text, Bound::Opaque),
            Pattern::Object(slots, rest) => {
                slots.iter().for_each(|it| self.bind_unknown(&it.pattern, frame));
                if let Some(rest) = rest {
                    self.bind(frame, &rest.text, Bound::Opaque);
                }
            }
            Pattern::Array(slots) => slots.iter().flatten().for_each(|it| self.bind_unknown(&it.pattern, frame)),
            Pattern::Opaque(names) => names.iter().for_each(|it| self.bind(frame, &it.text, Bound::Opaque)),
        }
    }

    pub(super) fn bind(&mut self, frame: Frame, name: &'a str, bound: Bound<'a>) {
        // `var` twice, or two declarations in blocks that share a scope: not one value.
        let names = &mut self.frames[frame].names;
        let bound = match names.get(name) {
            // By a `require`, which is a declaration too.
            Some(before @ (Bound::Import(..) | Bound::Namespace(_))) => *before,
            Some(_) => Bound::Opaque,
            None => bound,
        };
        names.insert(name, bound);
    }
}
