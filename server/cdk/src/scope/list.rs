//! Methods of lists, objects and texts that a program goes through them with.

use super::bind::Arguments;
use super::walk::Context;
use super::{At, Bound, Scopes};
use crate::ast::{CallExpression, Element, Expression, Kind, Member};

impl<'a> Scopes<'a> {
    /// Follows a call of a method of a list, or of a function that makes a list. False when it is none that is known.
    pub(super) fn call_on_list(&mut self, at: At<'a>, call: &'a CallExpression, context: Context) -> bool {
        let Kind::Member { object, property, .. } = &call.callee.kind else { return false };
        let object = At { expression: object, frame: at.frame };
        let argument = Expression::argument(&call.arguments, 0).map(|expression| At { expression, frame: at.frame });
        if let Kind::Identifier(name) = &object.expression.kind
            && name == "Object"
            && self.lookup(name, object.frame).is_none()
        {
            let result = match &*property.text {
                "assign" => self.assigned_object(call, at),
                method => argument.and_then(|it| self.parts_of_object(method, it, at)),
            };
            if let Some(result) = result {
                self.returns.insert(at.key(), Some(result));
            }
            return result.is_some();
        }
        if let Kind::Identifier(name) = &object.expression.kind
            && self.is_global(name, object)
            && (&**name, &*property.text) == ("Array", "from")
        {
            let function =
                Expression::argument(&call.arguments, 1).map(|expression| At { expression, frame: at.frame });
            let (Some(items), Some(function)) = (argument.and_then(|it| self.list_from(it)), function) else {
                return false;
            };
            return self.call_for_each(at, "map", &items, object, function, context);
        }
        let result = match &*property.text {
            "forEach" | "map" | "flatMap" | "filter" | "find" | "some" | "every" => {
                let (Some(items), Some(function)) = (self.items(object), argument) else { return false };
                return self.call_for_each(at, &property.text, &items, object, function, context);
            }
            "concat" => self.concatenated(object, call, at),
            "split" => self.split(object, argument, at),
            "slice" if call.arguments.is_empty() => self.items(object).map(|it| self.array(it.into_iter(), at)),
            _ => None,
        };
        if let Some(result) = result {
            self.returns.insert(at.key(), Some(result));
        }
        result.is_some()
    }

    /// Walks a function once for each item.
    fn call_for_each(
        &mut self,
        at: At<'a>,
        method: &str,
        items: &[At<'a>],
        list: At<'a>,
        function: At<'a>,
        context: Context,
    ) -> bool {
        let followed = self.follow(function);
        let code = match &followed.expression.kind {
            Kind::Function(function) => self.code(function, followed.frame),
            _ => return false,
        };
        let mut results = Vec::new();
        for (i, item) in items.iter().enumerate() {
            let index = self.invent(Kind::Number(i.to_string().into()), *item);
            let arguments = Arguments { known: vec![*item, index, list], open: false };
            // Each is a call by itself, of which nothing but this list knows the result.
            results.push(self.run_code(code, &arguments, at, context));
        }
        let result = match method {
            "forEach" => Some(self.invent(Kind::Undefined, at)),
            "map" => {
                let known = |it: Option<At<'a>>| it.unwrap_or_else(|| self.invent(Kind::Opaque(Vec::new()), at));
                Some(self.array(results.into_iter().map(known), at))
            }
            "flatMap" => {
                let lists: Option<Vec<_>> = results.into_iter().map(|it| self.items(it?)).collect();
                lists.map(|it| self.array(it.into_iter().flatten(), at))
            }
            "filter" | "find" | "some" | "every" => {
                let holds: Option<Vec<bool>> = results.into_iter().map(|it| self.truth(it?)).collect();
                holds.map(|holds| {
                    let mut kept = items.iter().zip(&holds).filter(|(_, holds)| **holds).map(|(item, _)| *item);
                    match method {
                        "filter" => self.array(kept, at),
                        "find" => kept.next().unwrap_or_else(|| self.invent(Kind::Undefined, at)),
                        "some" => self.invent(Kind::Bool(holds.contains(&true)), at),
                        _ => self.invent(Kind::Bool(!holds.contains(&false)), at),
                    }
                })
            }
            _ => None,
        };
        self.returns.insert(at.key(), result);
        true
    }

    /// `Object.keys` and its like.
    fn parts_of_object(&self, method: &str, object: At<'a>, at: At<'a>) -> Option<At<'a>> {
        if !matches!(method, "keys" | "values" | "entries") {
            return None;
        }
        if let Kind::Identifier(name) = &object.expression.kind
            && let Some((_, frame)) = self.lookup_in(name, object.frame)
            && self.module(frame).effects().changed.contains(name.as_str())
        {
            return None;
        }
        let mut entries = Vec::new();
        self.entries_of(object, &mut entries)?;
        let key = |name: &model::Name| {
            let mut key = self.refer(at);
            key.kind = Kind::Text(name.text.clone());
            key.span = name.span;
            At { expression: self.arena.add(key), frame: at.frame }
        };
        let items: Vec<At<'a>> = entries
            .iter()
            .map(|(name, value)| match method {
                "keys" => key(name),
                "values" => *value,
                _ => self.array([key(name), *value].into_iter(), *value),
            })
            .collect();
        Some(self.array(items.into_iter(), at))
    }

    fn entries_of(&self, object: At<'a>, out: &mut Vec<(&'a model::Name, At<'a>)>) -> Option<()> {
        let object = self.follow(object);
        let members = match &object.expression.kind {
            Kind::Object(members) => members,
            Kind::Identifier(name) => {
                let Bound::Enum(members, frame) = self.lookup(name, object.frame)? else { return None };
                for (name, value) in members {
                    let value = At { expression: value.as_ref()?, frame };
                    // Of a number there is another member, which gives its name.
                    self.text(value)?;
                    out.push((name, value));
                }
                return Some(());
            }
            Kind::Undefined | Kind::Null | Kind::Bool(_) | Kind::Number(_) => return Some(()),
            _ => return None,
        };
        for member in members {
            match member {
                Member::Pair { key, value } => {
                    out.retain(|(name, _)| name.text != key.text);
                    out.push((key, At { expression: value, frame: object.frame }));
                }
                Member::Spread(value) => {
                    self.within(|| self.entries_of(At { expression: value, frame: object.frame }, out))??;
                }
                Member::Computed { key, value } => {
                    let key = self.computed_name(At { expression: key, frame: object.frame })?;
                    out.retain(|(name, _)| name.text != key.text);
                    out.push((key, At { expression: value, frame: object.frame }));
                }
                Member::Opaque { .. } => return None,
            }
        }
        (!object.expression.broken).then_some(())
    }

    /// `Object.assign({}, a, b)`.
    fn assigned_object(&self, call: &'a CallExpression, at: At<'a>) -> Option<At<'a>> {
        let first = Expression::argument(&call.arguments, 0)?;
        if !matches!(first.kind, Kind::Object(_)) {
            return None;
        }
        let members = call.arguments.iter().map(|it| match it {
            Element::Item(expression) => Some(Member::Spread(self.refer(At { expression, frame: at.frame }))),
            Element::Spread(_) => None,
        });
        let members = members.collect::<Option<Vec<_>>>()?;
        Some(self.invent(Kind::Object(members), at))
    }

    fn concatenated(&self, object: At<'a>, call: &'a CallExpression, at: At<'a>) -> Option<At<'a>> {
        let mut items = self.items(object)?;
        for argument in &call.arguments {
            let Element::Item(expression) = argument else { return None };
            let other = At { expression, frame: at.frame };
            match &self.follow(other).expression.kind {
                Kind::Array(_) => items.extend(self.items(other)?),
                Kind::Text(_) | Kind::Number(_) | Kind::Object(_) | Kind::New(_) => items.push(other),
                _ => return None,
            }
        }
        Some(self.array(items.into_iter(), at))
    }

    fn split(&self, object: At<'a>, separator: Option<At<'a>>, at: At<'a>) -> Option<At<'a>> {
        let (text, separator) = (self.text(object)?, self.text(separator?)?);
        if separator.is_empty() {
            return None;
        }
        let items: Vec<_> = text.split(separator).map(|it| self.invent(Kind::Text(it.into()), at)).collect();
        Some(self.array(items.into_iter(), at))
    }
}
