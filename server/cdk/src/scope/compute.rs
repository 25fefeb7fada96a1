//! What expressions over known texts, numbers and lists come to. Nothing runs: what is not known beforehand has no result.

use super::known::{self, Known};
use super::{At, Scopes};
use crate::ast::{Arithmetic, CallExpression, Element, Expression, Kind, Member, TemplatePart};
use crate::links::Names;
use model::Name;

/// Lists that are made up have no more items than this.
const MAX_ITEMS: usize = 200;

impl<'a> Scopes<'a> {
    /// What the expression at `at` comes to, when it is one that computes something, and only with what is known.
    pub(super) fn computed(&self, at: At<'a>) -> Option<At<'a>> {
        if at.expression.broken || !computes(at.expression) {
            return None;
        }
        if let Some(known) = self.computed.borrow().get(&at.key()) {
            return *known;
        }
        // Deep in a question there may be an answer that there is none only because it is deep.
        let is_final = self.is_walked && self.nesting.get() == 0;
        let value = self.within(|| self.compute(at)).flatten();
        if value.is_some() || is_final {
            self.computed.borrow_mut().insert(at.key(), value);
        }
        value
    }

    fn compute(&self, at: At<'a>) -> Option<At<'a>> {
        let part = |expression| At { expression, ..at };
        let known = match &at.expression.kind {
            Kind::Template(parts) => {
                let mut out = String::new();
                for it in parts {
                    match it {
                        TemplatePart::Text(name) => out.push_str(&name.text),
                        TemplatePart::Value(value) => out.push_str(&self.known(part(value))?.to_text()?),
                    }
                }
                Known::Text(out)
            }
            Kind::Plus { .. } => {
                // From the left, however many there are.
                let (mut first, mut others) = (at.expression, Vec::new());
                while let Kind::Plus { left, right } = &first.kind {
                    others.push(right);
                    first = left;
                }
                let mut sum = self.known(part(first))?;
                for other in others.into_iter().rev() {
                    sum = sum.plus(self.known(part(other))?)?;
                }
                sum
            }
            Kind::Arithmetic { operator, left, right } => {
                let (left, right) = (self.number(part(left))?, self.number(part(right))?);
                Known::Number(match operator {
                    Arithmetic::Minus => left - right,
                    Arithmetic::Times => left * right,
                    Arithmetic::Divide => left / right,
                    Arithmetic::Remainder => left % right,
                    Arithmetic::Power => left.powf(right),
                })
            }
            Kind::Negative(it) => Known::Number(-self.number(part(it))?),
            Kind::Not(_) | Kind::Compare { .. } => Known::Bool(self.truth(at)?),
            Kind::Member { object, .. } => return self.length(part(object), at),
            Kind::Call(call) => return self.compute_call(call, at),
            _ => return None,
        };
        self.known_at(known, at)
    }

    /// What the value at `at` certainly is, when that is neither a list nor an object.
    pub(super) fn known(&self, at: At<'a>) -> Option<Known> {
        let at = self.follow(at);
        if at.expression.broken {
            return None;
        }
        Some(match &at.expression.kind {
            Kind::Text(text) => Known::Text(text.to_string()),
            Kind::Number(number) => Known::Number(number.parse().ok()?),
            Kind::Bool(it) => Known::Bool(*it),
            Kind::Null => Known::Null,
            Kind::Undefined => Known::Undefined,
            _ => return None,
        })
    }

    fn number(&self, at: At<'a>) -> Option<f64> {
        match self.known(at)? {
            Known::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The key that the value at `at` certainly is, when it is used as one.
    pub(crate) fn key_text(&self, at: At<'a>) -> Option<String> {
        match self.known(at)? {
            known @ (Known::Text(_) | Known::Number(_)) => known.to_text(),
            _ => None,
        }
    }

    /// The name that `[key]: value` gives to a member, when it is known.
    pub(crate) fn computed_name(&self, key: At<'a>) -> Option<&'a Name> {
        if let Some(name) = self.names.borrow().get(&key.key()) {
            return Some(*name);
        }
        let property = Name::new(self.key_text(key)?, key.span());
        let object = Box::new(self.refer(key));
        let member = self.invent(Kind::Member { object, property, optional: false }, key);
        let Kind::Member { property, .. } = &member.expression.kind else { return None };
        self.names.borrow_mut().insert(key.key(), property);
        Some(property)
    }

    /// An expression for `known`, as if it stood in the place of the one at `at`.
    fn known_at(&self, known: Known, at: At<'a>) -> Option<At<'a>> {
        let kind = match known {
            Known::Text(text) if text.len() > known::MAX_TEXT => return None,
            Known::Text(text) => Kind::Text(text.into()),
            Known::Number(number) => Kind::Number(known::digits(number)?.into()),
            Known::Bool(it) => Kind::Bool(it),
            Known::Null => Kind::Null,
            Known::Undefined => Kind::Undefined,
            Known::Texts(texts) if texts.len() > MAX_ITEMS => return None,
            Known::Texts(texts) => {
                return Some(self.array(texts.into_iter().map(|it| self.invent(Kind::Text(it.into()), at)), at));
            }
        };
        Some(self.invent(kind, at))
    }

    fn length(&self, object: At<'a>, at: At<'a>) -> Option<At<'a>> {
        let length = match self.follow(object).expression {
            Expression { kind: Kind::Text(text), broken: false, .. } => text.encode_utf16().count(),
            Expression { kind: Kind::Array(_), .. } => self.items(object)?.len(),
            _ => return None,
        };
        self.known_at(Known::Number(length as f64), at)
    }

    fn compute_call(&self, call: &'a CallExpression, at: At<'a>) -> Option<At<'a>> {
        let part = |expression| At { expression, ..at };
        match &call.callee.kind {
            Kind::Identifier(name) if self.is_global(name, at) => {
                let first = part(Expression::argument(&call.arguments, 0)?);
                let known = match &**name {
                    "Boolean" => Known::Bool(self.truth(first)?),
                    "String" => Known::Text(self.known(first)?.to_text()?),
                    "Number" => Known::Number(self.known(first)?.to_number()?),
                    "parseInt" => known::parse_int(&self.all_known(call, at)?)?,
                    "parseFloat" => known::parse_float(&self.known(first)?.to_text()?)?,
                    _ => return None,
                };
                self.known_at(known, at)
            }
            Kind::Member { object, property, .. } => {
                if let Kind::Identifier(name) = &object.kind
                    && self.is_global(name, at)
                {
                    return self.call_of_global(name, &property.text, call, at);
                }
                if property.text == "isUnresolved" {
                    return self.is_unresolved(call, at);
                }
                let object = part(object);
                match &self.follow(object).expression.kind {
                    Kind::Text(_) | Kind::Number(_) | Kind::Bool(_) => {
                        let known = self.known(object)?.call(&property.text, &self.all_known(call, at)?)?;
                        self.known_at(known, at)
                    }
                    Kind::Array(_) => self.call_of_list(object, &property.text, call, at),
                    // `Array(3).keys()`
                    Kind::Call(list) if property.text == "keys" => {
                        let is_array = matches!(&list.callee.kind, Kind::Identifier(it) if it == "Array");
                        let length = part(Expression::argument(&list.arguments, 0)?);
                        let length = if is_array { self.number(length)? } else { return None };
                        self.numbers(length, at)
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// What `Array.from` makes a list of: a list, or an object that says how long it is to be.
    pub(super) fn list_from(&self, at: At<'a>) -> Option<Vec<At<'a>>> {
        match &self.follow(at).expression.kind {
            Kind::Array(_) => self.items(at),
            Kind::Object(_) => {
                let numbers = self.numbers(self.number(self.entry(at, "length")?)?, at)?;
                Some(self.items(numbers)?.into_iter().map(|it| self.invent(Kind::Undefined, it)).collect())
            }
            _ => None,
        }
    }

    /// `0, 1, ...` up to `length`.
    fn numbers(&self, length: f64, at: At<'a>) -> Option<At<'a>> {
        if length.fract() != 0.0 || !(0.0..=MAX_ITEMS as f64).contains(&length) {
            return None;
        }
        let numbers = (0..length as usize).map(|it| self.invent(Kind::Number(it.to_string().into()), at));
        Some(self.array(numbers, at))
    }

    /// True when `name` is what the language calls so.
    pub(crate) fn is_global(&self, name: &str, at: At<'a>) -> bool {
        matches!(
            name,
            "Array" | "Boolean" | "JSON" | "Math" | "Number" | "Object" | "String" | "parseFloat" | "parseInt"
        ) && self.lookup(name, at.frame).is_none()
            && !self.module(at.frame).links().any(|(link, _)| match &link.names {
                Names::One { local, .. } | Names::Itself(local) => local == name,
                Names::Everything | Names::Nothing => false,
            })
    }

    /// All arguments of a call.
    fn all_known(&self, call: &'a CallExpression, at: At<'a>) -> Option<Vec<Known>> {
        let argument = |it: &'a Element| match it {
            Element::Item(expression) => self.known(At { expression, ..at }),
            Element::Spread(_) => None,
        };
        call.arguments.iter().map(argument).collect()
    }

    fn call_of_global(&self, object: &str, method: &str, call: &'a CallExpression, at: At<'a>) -> Option<At<'a>> {
        let first = || Expression::argument(&call.arguments, 0).map(|expression| At { expression, ..at });
        match (object, method) {
            ("Math", _) => {
                let mut numbers = Vec::new();
                for argument in self.arguments(&call.arguments, at.frame).into_known()? {
                    numbers.push(self.number(argument)?);
                }
                self.known_at(Known::Number(known::math(method, &numbers)?), at)
            }
            ("Number", "parseInt") => self.known_at(known::parse_int(&self.all_known(call, at)?)?, at),
            ("Number", "parseFloat") => self.known_at(known::parse_float(&self.known(first()?)?.to_text()?)?, at),
            ("Object", "freeze" | "seal") => first(),
            ("Object", "fromEntries") => {
                let mut members = Vec::new();
                for entry in self.items(first()?)? {
                    let [key, value] = self.items(entry)?[..] else { return None };
                    let key = Name::new(self.key_text(key)?, key.span());
                    members.push(Member::Pair { key, value: self.refer(value) });
                }
                Some(self.invent(Kind::Object(members), at))
            }
            ("Array", "of") => {
                Some(self.array(self.arguments(&call.arguments, at.frame).into_known()?.into_iter(), at))
            }
            ("Array", "isArray") => {
                let is_array = match &self.follow(first()?).expression.kind {
                    Kind::Array(_) => true,
                    Kind::Text(_)
                    | Kind::Number(_)
                    | Kind::Bool(_)
                    | Kind::Object(_)
                    | Kind::Null
                    | Kind::Undefined => false,
                    _ => return None,
                };
                self.known_at(Known::Bool(is_array), at)
            }
            ("Array", "from") if call.arguments.len() == 1 => {
                Some(self.array(self.list_from(first()?)?.into_iter(), at))
            }
            _ => None,
        }
    }

    /// `Token.isUnresolved(value)`
    fn is_unresolved(&self, call: &'a CallExpression, at: At<'a>) -> Option<At<'a>> {
        if self.path(At { expression: &call.callee, ..at })? != "core.Token.isUnresolved" {
            return None;
        }
        let value = self.follow(At { expression: Expression::argument(&call.arguments, 0)?, ..at });
        let is_token = match &value.expression.kind {
            Kind::Text(_) | Kind::Number(_) | Kind::Bool(_) | Kind::Null | Kind::Undefined => false,
            Kind::Member { .. } if self.path(value)?.starts_with("core.Aws.") => true,
            _ => return None,
        };
        self.known_at(Known::Bool(is_token), at)
    }

    fn call_of_list(&self, list: At<'a>, method: &str, call: &'a CallExpression, at: At<'a>) -> Option<At<'a>> {
        let items = self.items(list)?;
        let first = Expression::argument(&call.arguments, 0).map(|expression| At { expression, ..at });
        match method {
            "join" => {
                let separator = match first {
                    Some(it) => self.known(it)?.to_text()?,
                    None => ",".to_owned(),
                };
                let text = |it: At<'a>| match self.known(it)? {
                    Known::Null | Known::Undefined => Some(String::new()),
                    known => known.to_text(),
                };
                let texts = items.into_iter().map(text).collect::<Option<Vec<_>>>()?;
                self.known_at(Known::Text(texts.join(&separator)), at)
            }
            "includes" | "indexOf" => {
                let wanted = first.filter(|_| call.arguments.len() == 1)?;
                let mut found = None;
                for (i, item) in items.into_iter().enumerate() {
                    if self.equal(item, wanted)? {
                        found = Some(i);
                        break;
                    }
                }
                let known = match method {
                    "includes" => Known::Bool(found.is_some()),
                    _ => Known::Number(found.map_or(-1.0, |it| it as f64)),
                };
                self.known_at(known, at)
            }
            "slice" => {
                let range = known::range(&self.all_known(call, at)?, items.len())?;
                Some(self.array(items.get(range).unwrap_or_default().iter().copied(), at))
            }
            "at" => {
                let index = self.number(first?)?;
                let index = if index < 0.0 { index + items.len() as f64 } else { index };
                let item = (index >= 0.0).then(|| items.get(index as usize)).flatten();
                Some(item.copied().unwrap_or_else(|| self.invent(Kind::Undefined, at)))
            }
            "entries" => {
                let pairs = items.into_iter().enumerate().map(|(i, item)| {
                    let index = self.invent(Kind::Number(i.to_string().into()), item);
                    self.array([index, item].into_iter(), item)
                });
                Some(self.array(pairs.collect::<Vec<_>>().into_iter(), at))
            }
            "flat" if first.is_none() => {
                let mut out = Vec::new();
                for item in items {
                    match &self.follow(item).expression.kind {
                        Kind::Array(_) => out.extend(self.items(item)?),
                        Kind::Text(_) | Kind::Number(_) | Kind::Bool(_) | Kind::Object(_) | Kind::New(_) => {
                            out.push(item)
                        }
                        _ => return None,
                    }
                }
                Some(self.array(out.into_iter(), at))
            }
            "filter" | "map" => {
                // Functions that are written out are followed where the call is.
                let Kind::Identifier(function) = &first?.expression.kind else { return None };
                match (method, &**function) {
                    ("filter", "Boolean") if self.is_global(function, at) => {
                        let mut kept = Vec::new();
                        for item in items {
                            if self.truth(item)? {
                                kept.push(item);
                            }
                        }
                        Some(self.array(kept.into_iter(), at))
                    }
                    ("map", "String" | "Number") if self.is_global(function, at) => {
                        let mut out = Vec::new();
                        for item in items {
                            let known = self.known(item)?;
                            let known = match &**function {
                                "String" => Known::Text(known.to_text()?),
                                _ => Known::Number(known.to_number()?),
                            };
                            out.push(self.known_at(known, item)?);
                        }
                        Some(self.array(out.into_iter(), at))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// True when the expression may compute something: most do not, and are not to cost anything.
fn computes(expression: &Expression) -> bool {
    match &expression.kind {
        Kind::Template(_)
        | Kind::Plus { .. }
        | Kind::Arithmetic { .. }
        | Kind::Negative(_)
        | Kind::Not(_)
        | Kind::Compare { .. } => true,
        Kind::Member { property, .. } => property.text == "length",
        Kind::Call(call) => match &call.callee.kind {
            Kind::Identifier(name) => matches!(&**name, "Boolean" | "Number" | "String" | "parseFloat" | "parseInt"),
            Kind::Member { object, property, .. } => {
                known::is_method(&property.text)
                    || matches!(
                        &*property.text,
                        "entries" | "filter" | "flat" | "isUnresolved" | "join" | "keys" | "map"
                    )
                    || matches!(&object.kind, Kind::Identifier(name) if matches!(&**name, "Array" | "Math" | "Number" | "Object"))
            }
            _ => false,
        },
        _ => false,
    }
}
