//! Evaluation: every value that something written may come to, and what must be so for each.
//!
//! All of it is bounded. What is too deep or too much to tell apart is unknown, and a function whose arguments are not
//! known stays what was written.

use crate::interpolated::{Parameters, texts};
use crate::{Assumption, Call, Case, Declarations, List, Name, Node, Parameter, Span, State, Value};
use smallvec::SmallVec;
use smol_str::SmolStr;
use std::fmt::Write;

/// No more alternatives of one property are told apart than this; more make it unknown.
pub(crate) const MAX_CASES: usize = 64;
/// Values nested deeper than this are unknown.
pub(crate) const MAX_DEPTH: u32 = 32;
/// `Fn::Cidr` makes no more blocks than this.
const MAX_BLOCKS: u32 = 256;

pub(crate) type Cases<'a> = SmallVec<[Case<'a>; 1]>;

/// What values are read with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope<'a> {
    pub(crate) declarations: &'a Declarations,
    /// The condition of the resource around, which holds wherever there is something to read.
    pub(crate) given: Option<&'a Name>,
}

/// How a value comes about.
#[derive(Clone, Debug, Default)]
pub(crate) struct Way<'a> {
    /// What must be so, from the outside in.
    pub(crate) assumptions: Vec<Assumption<'a>>,
    /// The default of a parameter is part of it.
    pub(crate) is_default: bool,
    /// It is one of several for a reason without a name.
    pub(crate) is_choice: bool,
}

impl<'a> Scope<'a> {
    /// True when something may exist for which all of `assumptions` are true.
    pub(crate) fn allows(self, assumptions: &[Assumption<'a>]) -> bool {
        match (self.given, assumptions) {
            (None, [] | [Assumption::Value(..)]) => true,
            (None, _) => self.declarations.can_hold(assumptions),
            (Some(name), _) => {
                let mut all: SmallVec<[Assumption<'a>; 8]> = SmallVec::new();
                all.push(Assumption::Condition(name, true));
                all.extend_from_slice(assumptions);
                self.declarations.can_hold(&all)
            }
        }
    }

    /// `way`, where `more` is true too; `None` where it cannot be.
    fn assume(self, way: &Way<'a>, more: Assumption<'a>) -> Option<Way<'a>> {
        let mut out = way.clone();
        if !out.assumptions.iter().any(|it| it.is(&more)) {
            out.assumptions.push(more);
            if !self.allows(&out.assumptions) {
                return None;
            }
        }
        Some(out)
    }

    /// Every value of `node`, when it is come to by `way`.
    pub(crate) fn cases(self, node: &'a Node, way: &Way<'a>, depth: u32) -> Cases<'a> {
        let mut out = Cases::new();
        self.expand(node, &Case::unknown(node.span, self, way.clone()), depth, &mut out);
        out
    }

    /// Adds what `node` may be, seen in the way of `seen`: at that span, by that way.
    pub(crate) fn expand(self, node: &'a Node, seen: &Case<'a>, depth: u32, out: &mut Cases<'a>) {
        if depth > MAX_DEPTH || out.len() > MAX_CASES {
            out.push(seen.with(State::Unknown));
            return;
        }
        match &node.value {
            Value::Absent => out.push(seen.with(State::Absent)),
            Value::Unknown | Value::Missing => out.push(seen.with(State::Unknown)),
            Value::Either(branches) => {
                for branch in branches {
                    // A branch is written at its own place, unless all of it came from elsewhere.
                    let span = if seen.span == node.span { branch.node.span } else { seen.span };
                    let way = match &branch.condition {
                        Some((name, holds)) => self.assume(&seen.way, Assumption::Condition(name, *holds)),
                        None => Some(Way { is_choice: true, ..seen.way.clone() }),
                    };
                    if let Some(way) = way {
                        self.expand(&branch.node, &Case { span, ..seen.by(way) }, depth + 1, out);
                    }
                }
            }
            Value::Call(call) => self.call(call, node, seen, depth, out),
            _ => out.push(seen.known(node)),
        }
        limit(out);
    }

    fn call(self, call: &'a Call, node: &'a Node, seen: &Case<'a>, depth: u32, out: &mut Cases<'a>) {
        let before = out.len();
        let made = match call {
            Call::Ref(name) if name.text == "AWS::NoValue" => {
                out.push(seen.with(State::Absent));
                return;
            }
            Call::Ref(name) => match self.declarations.parameter(&name.text) {
                Some(parameter) => {
                    self.parameter(parameter, seen, out);
                    return;
                }
                None => None,
            },
            Call::Dynamic(_) => {
                out.push(seen.with(State::Unknown));
                return;
            }
            Call::FindInMap { map, first, second, default } => {
                self.find_in_map([map, first, second], default.as_ref(), seen, depth, out)
            }
            Call::Sub(_) | Call::Join { .. } => self.text(node, seen, depth, out),
            Call::Select { index, list } => self.select(index, list, seen, depth, out),
            Call::Split { delimiter, text } => self.split(delimiter, text, node.span, seen, depth, out),
            Call::Other { function, argument } => match function.text.as_str() {
                "Fn::Length" => self.length(argument, node.span, seen, depth, out),
                "Fn::ToJsonString" => self.to_json(argument, node.span, seen, out),
                "Fn::Cidr" => self.cidr(argument, node.span, seen, depth, out),
                _ => None,
            },
            _ => None,
        };
        if made.is_none() {
            // It stays the function that was written.
            out.truncate(before);
            out.push(seen.known(node));
        }
    }

    fn parameter(self, parameter: &'a Parameter, seen: &Case<'a>, out: &mut Cases<'a>) {
        match (parameter.domain(), &parameter.default) {
            (Some([only]), _) => out.push(seen.known(only)),
            (Some(values), _) => {
                for value in values {
                    if let Some(way) = self.assume(&seen.way, Assumption::Value(parameter, value)) {
                        out.push(seen.by(way).known(value));
                    }
                }
            }
            // The default of a parameter of an SSM type is a name, not the value.
            (None, Some(value)) if !parameter.ty.starts_with("AWS::SSM::Parameter::Value<") => {
                let list = value.as_str().filter(|_| parameter.is_list()).map(|text| {
                    let items = text.split(',').map(|it| Node::text(it.trim(), value.span)).collect();
                    Node { value: Value::List(List { items, open: false }), span: value.span }
                });
                let node = list.map_or(Some(value), |it| self.declarations.evaluated.keep(it));
                let way = Way { is_default: true, ..seen.way.clone() };
                out.push(node.map_or(seen.with(State::Unknown), |it| seen.by(way).known(it)));
            }
            _ => out.push(seen.with(State::Unknown)),
        }
    }

    /// The values of a mapping that the keys may lead to. A key that is not there does not deploy, unless there is a default.
    fn find_in_map(
        self,
        [map, first, second]: [&'a Node; 3],
        default: Option<&'a Node>,
        seen: &Case<'a>,
        depth: u32,
        out: &mut Cases<'a>,
    ) -> Option<()> {
        let before = out.len();
        let mapping = map.as_str().and_then(|it| self.declarations.mapping(it));
        let Some(rows) = mapping.and_then(|it| it.node.as_map()) else {
            out.push(seen.with(State::Unknown));
            return Some(());
        };
        let mut may_miss = rows.open;
        for (row, way) in self.keys(first, &seen.way, depth) {
            let fits = |name: &Name| row.is_none_or(|it| it == name.text);
            let mut has_row = row.is_none();
            may_miss |= row.is_none();
            for (_, columns) in rows.entries.iter().filter(|(name, _)| fits(name)) {
                let Some(columns) = columns.as_map() else { continue };
                has_row = true;
                for (column, way) in self.keys(second, &way, depth) {
                    let fits = |name: &Name| column.is_none_or(|it| it == name.text);
                    let found = columns.entries.iter().filter(|(name, _)| fits(name));
                    let count = out.len();
                    out.extend(found.map(|(_, value)| seen.by(way.clone()).known(value)));
                    may_miss |= column.is_none() || out.len() == count || columns.open;
                }
            }
            may_miss |= !has_row;
            if out.len() > MAX_CASES {
                break;
            }
        }
        match default {
            Some(default) if may_miss => self.expand(default, seen, depth + 1, out),
            _ if out.len() == before => out.push(seen.with(State::Unknown)),
            _ => (),
        }
        Some(())
    }

    /// What a key may be; `None` for any.
    fn keys(self, node: &'a Node, way: &Way<'a>, depth: u32) -> Vec<(Option<&'a str>, Way<'a>)> {
        if let Some(text) = node.as_str() {
            return vec![(Some(text), way.clone())];
        }
        let mut out = Vec::new();
        for case in self.cases(node, way, depth + 1) {
            match case.state {
                State::Known(Node { value: Value::Scalar(_) | Value::Bool(_), .. }) => {
                    out.push((case.node().and_then(Node::as_str), case.way));
                }
                // Whoever deploys may choose another.
                _ => return vec![(None, way.clone())],
            }
        }
        out
    }

    /// `Fn::Sub` and `Fn::Join`: the texts that it comes to.
    fn text(self, node: &'a Node, seen: &Case<'a>, depth: u32, out: &mut Cases<'a>) -> Option<()> {
        if names_unknown(node, self.declarations) {
            return None;
        }
        let texts = texts(node, Parameters::Replaced, self, &seen.way, depth + 1)?;
        if texts.iter().all(|it| it.literal().is_none()) {
            return None;
        }
        for text in texts {
            let made = text.literal().and_then(|it| self.declarations.evaluated.keep(Node::text(it, node.span)));
            let case = match made {
                Some(made) => seen.by(text.way).known(made),
                None => seen.by(text.way).with(State::Known(node)),
            };
            out.push(Case { written: Some(node), ..case });
        }
        Some(())
    }

    fn select(self, index: &'a Node, list: &'a Node, seen: &Case<'a>, depth: u32, out: &mut Cases<'a>) -> Option<()> {
        let index = usize::try_from(index.as_int()?).ok()?;
        for case in self.cases(list, &seen.way, depth + 1) {
            let items = case.node()?.as_list().filter(|it| !it.open)?;
            let present = self.present(&items.items, &case.way, depth)?;
            self.expand(present.get(index)?, &seen.by(case.way), depth + 1, out);
        }
        Some(())
    }

    /// The items that are there; `None` when that depends.
    fn present(self, items: &'a [Node], way: &Way<'a>, depth: u32) -> Option<Vec<&'a Node>> {
        let mut out = Vec::new();
        for item in items {
            match &item.value {
                Value::Absent => (),
                Value::Either(_) | Value::Call(_) => {
                    let is_absent = |it: &Case<'_>| matches!(it.state, State::Absent);
                    let cases = self.cases(item, way, depth + 1);
                    if !cases.iter().any(is_absent) {
                        out.push(item);
                    } else if !cases.iter().all(is_absent) {
                        return None;
                    }
                }
                _ => out.push(item),
            }
        }
        Some(out)
    }

    fn split(
        self,
        delimiter: &'a Node,
        text: &'a Node,
        span: Span,
        seen: &Case<'a>,
        depth: u32,
        out: &mut Cases<'a>,
    ) -> Option<()> {
        let delimiter = delimiter.as_str().filter(|it| !it.is_empty())?;
        if names_unknown(text, self.declarations) {
            return None;
        }
        for text in texts(text, Parameters::Replaced, self, &seen.way, depth + 1)? {
            let items = text.literal()?.split(delimiter).map(|it| Node::text(it, span)).collect();
            self.make(Value::List(List { items, open: false }), span, seen.by(text.way), out)?;
        }
        Some(())
    }

    fn length(self, argument: &'a Node, span: Span, seen: &Case<'a>, depth: u32, out: &mut Cases<'a>) -> Option<()> {
        for case in self.cases(argument, &seen.way, depth + 1) {
            let list = case.node()?.as_list().filter(|it| !it.open)?;
            let count = self.present(&list.items, &case.way, depth)?.len();
            let value = Node::text(smol_str::format_smolstr!("{count}"), span).value;
            self.make(value, span, seen.by(case.way), out)?;
        }
        Some(())
    }

    fn to_json(self, argument: &'a Node, span: Span, seen: &Case<'a>, out: &mut Cases<'a>) -> Option<()> {
        let mut json = String::new();
        write_json(argument, &mut json)?;
        self.make(Node::text(json, span).value, span, seen.clone(), out)
    }

    /// `Fn::Cidr` of an IPv4 block: the smaller blocks in it.
    fn cidr(self, argument: &'a Node, span: Span, seen: &Case<'a>, depth: u32, out: &mut Cases<'a>) -> Option<()> {
        let list = argument.as_list().filter(|it| !it.open)?;
        let (block, count, bits) = match list.items.as_slice() {
            [block, count, bits] => (block, count.as_int()?, bits.as_int()?),
            _ => return None,
        };
        let count = u32::try_from(count).ok().filter(|it| (1..=MAX_BLOCKS).contains(it))?;
        let bits = u32::try_from(bits).ok().filter(|it| (1..=31).contains(it))?;
        for text in texts(block, Parameters::Replaced, self, &seen.way, depth + 1)? {
            let (address, prefix) = text.literal()?.split_once('/')?;
            let address: std::net::Ipv4Addr = address.parse().ok()?;
            let prefix: u32 = prefix.parse().ok().filter(|it| *it <= 32)?;
            let room = (32 - bits).checked_sub(prefix)?;
            if room < 32 && count > 1 << room {
                return None;
            }
            let network = u32::from(address) & u32::MAX.checked_shl(32 - prefix).unwrap_or(0);
            let blocks = (0..count).map(|it| std::net::Ipv4Addr::from(network + (it << bits)));
            let items = blocks.map(|it| Node::text(format!("{it}/{}", 32 - bits), span)).collect();
            self.make(Value::List(List { items, open: false }), span, seen.by(text.way), out)?;
        }
        Some(())
    }

    fn make(self, value: Value, span: Span, seen: Case<'a>, out: &mut Cases<'a>) -> Option<()> {
        let node = self.declarations.evaluated.keep(Node { value, span })?;
        out.push(seen.known(node));
        Some(())
    }
}

pub(crate) fn limit(cases: &mut Cases<'_>) {
    if cases.len() > MAX_CASES {
        cases.truncate(MAX_CASES - 1);
        let last = Case { way: Way::default(), ..cases[0].with(State::Unknown) };
        cases.push(last);
    }
}

/// True when a text has a part that is certainly not known: then there is no need to look any further.
fn names_unknown(node: &Node, declarations: &Declarations) -> bool {
    let Value::Call(call) = &node.value else { return false };
    match &**call {
        Call::Ref(name) => declarations.parameter(&name.text).is_none(),
        Call::GetAtt { .. } | Call::ImportValue(_) | Call::GetAzs(_) | Call::Dynamic(_) => true,
        Call::Sub(parts) => parts.iter().any(|part| match part {
            crate::Part::Value(node) => names_unknown(node, declarations),
            crate::Part::Text(_) | crate::Part::Unused(..) => false,
        }),
        Call::Join { items, .. } => match items.as_list() {
            Some(list) => list.open || list.items.iter().any(|it| names_unknown(it, declarations)),
            None => names_unknown(items, declarations),
        },
        _ => false,
    }
}

fn write_json(node: &Node, out: &mut String) -> Option<()> {
    match &node.value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => {
            let _ = write!(out, "{value}");
        }
        Value::Scalar(scalar) if scalar.plain && scalar.text.parse::<i64>().is_ok() => out.push_str(&scalar.text),
        Value::Scalar(scalar) => write_string(&scalar.text, out),
        Value::List(list) if !list.open => {
            out.push('[');
            for (i, item) in list.items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_json(item, out)?;
            }
            out.push(']');
        }
        Value::Map(map) if !map.open => {
            out.push('{');
            for (i, (name, value)) in map.entries.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_string(&name.text, out);
                out.push(':');
                write_json(value, out)?;
            }
            out.push('}');
        }
        _ => return None,
    }
    Some(())
}

fn write_string(text: &SmolStr, out: &mut String) {
    out.push('"');
    for it in text.chars() {
        match it {
            '"' | '\\' => out.extend(['\\', it]),
            '\n' => out.push_str("\\n"),
            it if it.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(it));
            }
            it => out.push(it),
        }
    }
    out.push('"');
}
