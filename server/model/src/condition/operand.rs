//! What `Fn::Equals` compares.

use super::Builder;
use super::circuit::{Circuit, Formula};
use crate::{Call, Node, Parameter, Part, Value};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::fmt::Write;

/// A parameter with more allowed values than this may have any value.
const MAX_DOMAIN: usize = 256;
/// An operand that may be more things than this is known by what was written alone.
const MAX_TERMS: usize = 64;
/// Comparing more pairs than this, the result may be anything.
const MAX_PAIRS: usize = 1_024;

/// What one side may be, each under a formula; the formulas exclude each other.
pub(super) type Operand = Vec<(Formula, Term)>;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Term {
    Text(SmolStr),
    /// Something with a value of its own.
    Subject(usize),
}

/// What can be compared and has no known value: parameters, and whatever else is written the same way each time.
#[derive(Debug, Default)]
pub(super) struct Subjects {
    by_key: FxHashMap<String, usize>,
    all: Vec<Subject>,
    /// Comparisons of two of them.
    pairs: FxHashMap<(usize, usize), Formula>,
    /// What each parameter is first compared as: itself, or a function of it.
    owners: FxHashMap<SmolStr, usize>,
    /// What must be true for the values to be found that mappings are asked for; else no deployment succeeds.
    pub(super) found: Vec<Formula>,
    /// Something was compared of which more is possible here than for CloudFormation.
    pub(super) is_vague: bool,
}

#[derive(Debug)]
struct Subject {
    group: usize,
    /// The values that it may have; `None` for any.
    domain: Option<Vec<SmolStr>>,
    /// Whether it may be empty, and whether it may be any other text.
    range: Range,
    /// For each value that it was compared with, that it has it.
    values: FxHashMap<SmolStr, Formula>,
}

/// What is certain about the texts that something without a domain may be.
#[derive(Clone, Copy, Debug)]
struct Range {
    empty: bool,
    others: bool,
}

impl Range {
    const ALL: Range = Range { empty: true, others: true };
    const NONE: Range = Range { empty: false, others: false };

    /// What a parameter may be whatever its patterns and limits say, and wherever its value is looked up.
    fn of(parameter: &Parameter) -> Range {
        let has = |key: &str| parameter.node.get(key).is_some();
        let is_limited = ["AllowedPattern", "AllowedValues", "MaxLength", "MinLength"].iter().any(|it| has(it));
        match parameter.ty.as_str() {
            "String" | "CommaDelimitedList" if !is_limited => Range::ALL,
            // The values of these have a form, and things of this name must be there.
            ty if ty.starts_with("AWS::") && !is_limited => Range { empty: false, others: true },
            _ => Range::NONE,
        }
    }
}

impl Subjects {
    /// Adds what it means that `parameter` has `value`.
    pub(super) fn assume(&self, parameter: &str, value: &str, out: &mut Vec<Formula>) {
        let Some(subject) = self.by_key.get(&format!("Ref({parameter})")).map(|it| &self.all[*it]) else { return };
        match subject.values.get(value) {
            Some(formula) => out.push(*formula),
            // It is none of those that matter to any condition.
            None => out.extend(subject.values.values().map(|it| !*it)),
        }
    }

    /// The subject of this key, which is a function of the parameters called `names`.
    fn add(
        &mut self,
        key: String,
        names: &[&str],
        (domain, range): (Option<Vec<SmolStr>>, Range),
        circuit: &mut Circuit,
    ) -> usize {
        let subject = match self.by_key.get(&key) {
            Some(known) => *known,
            None => self.create(key, domain, range, circuit),
        };
        for name in names {
            // Where the stack is decides all of these together.
            let name = if matches!(*name, "AWS::Partition" | "AWS::URLSuffix") { "AWS::Region" } else { name };
            let owner = *self.owners.entry(name.into()).or_insert(subject);
            self.is_vague |= owner != subject;
        }
        subject
    }

    fn create(&mut self, key: String, domain: Option<Vec<SmolStr>>, range: Range, circuit: &mut Circuit) -> usize {
        let group = circuit.group();
        let range = if domain.as_ref().is_some_and(|it| it.len() > MAX_DOMAIN) { Range::NONE } else { range };
        let domain = domain.filter(|it| !it.is_empty() && it.len() <= MAX_DOMAIN);
        let values = domain.iter().flatten().map(|it| (it.clone(), circuit.member(group))).collect();
        if domain.is_some() {
            circuit.complete(group);
        }
        self.all.push(Subject { group, domain, range, values });
        self.by_key.insert(key, self.all.len() - 1);
        self.all.len() - 1
    }

    /// That the subject has this value.
    fn has(&mut self, subject: usize, value: &SmolStr, circuit: &mut Circuit) -> Formula {
        let subject = &mut self.all[subject];
        if subject.domain.is_none() {
            self.is_vague |= if value.is_empty() { !subject.range.empty } else { !subject.range.others };
        }
        if let Some(known) = subject.values.get(value) {
            return *known;
        }
        if let Some(domain) = &subject.domain {
            let is_vague = domain.iter().any(|it| is_alike(it, value));
            self.is_vague |= is_vague;
            return if is_vague { circuit.free() } else { Formula::FALSE };
        }
        let formula = circuit.member(subject.group);
        subject.values.insert(value.clone(), formula);
        formula
    }

    fn same(&mut self, a: usize, b: usize, circuit: &mut Circuit) -> Formula {
        if a == b {
            return Formula::TRUE;
        }
        let pair = (a.min(b), a.max(b));
        let size = |it: usize| self.all[it].domain.as_ref().map_or(usize::MAX, Vec::len);
        let (few, many) = if size(a) <= size(b) { (a, b) } else { (b, a) };
        self.is_vague |= size(few) > MAX_TERMS;
        if let Some(known) = self.pairs.get(&pair) {
            return *known;
        }
        let formula = match self.all[few].domain.clone().filter(|it| it.len() <= MAX_TERMS) {
            Some(domain) => {
                let mut cases = Vec::new();
                for value in &domain {
                    let both = [self.has(few, value, circuit), self.has(many, value, circuit)];
                    cases.push(circuit.all(both));
                }
                circuit.any(cases)
            }
            None => circuit.free(),
        };
        self.pairs.insert(pair, formula);
        formula
    }
}

/// True for two spellings of one number or boolean: `1` and `1.0`, `True` and `true`. Whether CloudFormation compares them
/// as they are written depends on how it read them, so they may be the same.
fn is_alike(a: &str, b: &str) -> bool {
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => a == b,
        _ => a.eq_ignore_ascii_case(b) && ["true", "false"].iter().any(|it| a.eq_ignore_ascii_case(it)),
    }
}

impl Builder<'_> {
    /// That two operands are the same text; `None` where that cannot be said.
    pub(super) fn equal(&mut self, left: Operand, right: Operand) -> Option<Formula> {
        if left.len() * right.len() > MAX_PAIRS {
            return None;
        }
        let (subjects, circuit) = (&mut self.logic.subjects, &mut self.logic.circuit);
        let mut cases = Vec::new();
        for (left_when, left) in &left {
            for (right_when, right) in &right {
                let same = match (left, right) {
                    (Term::Text(a), Term::Text(b)) if a == b => Formula::TRUE,
                    (Term::Text(a), Term::Text(b)) if is_alike(a, b) => {
                        subjects.is_vague = true;
                        circuit.free()
                    }
                    (Term::Text(_), Term::Text(_)) => Formula::FALSE,
                    (Term::Subject(subject), Term::Text(text)) | (Term::Text(text), Term::Subject(subject)) => {
                        subjects.has(*subject, text, circuit)
                    }
                    (Term::Subject(a), Term::Subject(b)) => subjects.same(*a, *b, circuit),
                };
                cases.push(circuit.all([*left_when, *right_when, same]));
            }
        }
        Some(circuit.any(cases))
    }

    /// What `node` may be; `None` for what cannot even be told apart from others.
    pub(super) fn operand(&mut self, node: &Node) -> Option<Operand> {
        if let Some(text) = node.as_str() {
            return Some(vec![(Formula::TRUE, Term::Text(text.into()))]);
        }
        let made = match &node.value {
            Value::Either(branches) => {
                let mut out = Vec::new();
                for branch in branches {
                    let (name, holds) = branch.condition.as_ref()?;
                    let when = self.named(&name.text)?.with(*holds);
                    let operand = self.operand(&branch.node)?;
                    self.push_all(when, operand, &mut out);
                }
                Some(out)
            }
            Value::Call(call) => match &**call {
                Call::Ref(name) => {
                    let key = format!("Ref({})", name.text);
                    let parameter = self.declarations.parameter(&name.text);
                    let domain = parameter.and_then(|it| it.domain());
                    let domain = domain.and_then(|it| it.iter().map(|it| it.as_str().map(SmolStr::from)).collect());
                    let range = parameter.map_or(Range { empty: false, others: true }, |it| Range::of(it));
                    Some(self.subject(key, &[&name.text], domain, range))
                }
                Call::FindInMap { map, first, second, default: None } => self.find_in_map(map, first, second),
                Call::Sub(parts) => {
                    let operands = parts.iter().filter_map(|part| match part {
                        Part::Text(text) => Some(Some(vec![(Formula::TRUE, Term::Text(text.text.clone()))])),
                        Part::Value(node) => Some(self.operand(node)),
                        Part::Unused(..) => None,
                    });
                    let operands: Option<Vec<_>> = operands.collect();
                    self.join("", operands?)
                }
                Call::Join { delimiter, items } => match (delimiter.as_str(), items.as_list()) {
                    (Some(delimiter), Some(list)) if !list.open => {
                        let operands: Option<Vec<_>> = list.items.iter().map(|it| self.operand(it)).collect();
                        self.join(delimiter, operands?)
                    }
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        };
        let made = made.filter(|it| it.len() <= MAX_TERMS && !it.is_empty());
        made.or_else(|| {
            let mut key = String::new();
            spell(node, &mut key)?;
            let mut names = Vec::new();
            node.walk(&mut |it| names.extend(reference(it)));
            let list = whole_list(node).and_then(|it| self.declarations.parameter(it)).filter(|it| it.is_list());
            Some(self.subject(key, &names, None, list.map_or(Range::NONE, |it| Range::of(it))))
        })
    }

    fn subject(&mut self, key: String, names: &[&str], domain: Option<Vec<SmolStr>>, range: Range) -> Operand {
        let subject = self.logic.subjects.add(key, names, (domain, range), &mut self.logic.circuit);
        vec![(Formula::TRUE, Term::Subject(subject))]
    }

    fn push_all(&mut self, when: Formula, operand: Operand, out: &mut Operand) {
        for (inner, term) in operand {
            let both = self.logic.circuit.all([when, inner]);
            if both != Formula::FALSE {
                out.push((both, term));
            }
        }
    }

    /// The values of a mapping, each where its keys are the two that are asked for. Other keys do not deploy.
    fn find_in_map(&mut self, map: &Node, first: &Node, second: &Node) -> Option<Operand> {
        let rows = self.declarations.mapping(map.as_str()?)?.node.as_map().filter(|it| !it.open)?;
        let (first, second) = (self.operand(first)?, self.operand(second)?);
        let mut out = Vec::new();
        for (row, columns) in &rows.entries {
            let is_row = self.equal(vec![(Formula::TRUE, Term::Text(row.text.clone()))], first.clone())?;
            if is_row == Formula::FALSE {
                continue;
            }
            for (column, value) in &columns.as_map().filter(|it| !it.open)?.entries {
                let is_column = self.equal(vec![(Formula::TRUE, Term::Text(column.text.clone()))], second.clone())?;
                let when = self.logic.circuit.all([is_row, is_column]);
                if when != Formula::FALSE {
                    out.push((when, Term::Text(value.as_str()?.into())));
                }
                if out.len() > MAX_TERMS {
                    return None;
                }
            }
        }
        let found = self.logic.circuit.any(out.iter().map(|it| it.0));
        self.logic.subjects.found.push(found);
        Some(out)
    }

    /// Texts put together; `None` where one of them has no known values.
    fn join(&mut self, delimiter: &str, operands: Vec<Operand>) -> Option<Operand> {
        if let [only] = &operands[..] {
            return Some(only.clone());
        }
        let mut out = vec![(Formula::TRUE, Term::Text(SmolStr::default()))];
        for (i, operand) in operands.into_iter().enumerate() {
            let operand = self.texts(operand)?;
            let before = std::mem::take(&mut out);
            if before.len() * operand.len() > MAX_TERMS {
                return None;
            }
            for (when, start) in &before {
                for (inner, end) in &operand {
                    let both = self.logic.circuit.all([*when, *inner]);
                    let Term::Text(start) = start else { return None };
                    let separator = if i == 0 { "" } else { delimiter };
                    if both != Formula::FALSE {
                        out.push((both, Term::Text(smol_str::format_smolstr!("{start}{separator}{end}"))));
                    }
                }
            }
        }
        Some(out)
    }

    /// The operand with every subject replaced by its values.
    fn texts(&mut self, operand: Operand) -> Option<Vec<(Formula, SmolStr)>> {
        let mut out = Vec::new();
        for (when, term) in operand {
            match term {
                Term::Text(text) => out.push((when, text)),
                Term::Subject(subject) => {
                    let domain = self.logic.subjects.all[subject].domain.clone().filter(|it| it.len() <= MAX_TERMS)?;
                    for value in domain {
                        let has = self.logic.subjects.has(subject, &value, &mut self.logic.circuit);
                        out.push((self.logic.circuit.all([when, has]), value));
                    }
                }
            }
        }
        Some(out)
    }
}

fn reference(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Call(call) => match &**call {
            Call::Ref(name) => Some(&name.text),
            _ => None,
        },
        _ => None,
    }
}

/// The parameter whose items `node` joins, when it joins nothing else.
fn whole_list(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Call(call) => match &**call {
            Call::Join { items, .. } => reference(items),
            _ => None,
        },
        _ => None,
    }
}

/// Writes what was written, so that two that are the same are spelled the same; `None` where nobody knows.
fn spell(node: &Node, out: &mut String) -> Option<()> {
    if let Some(text) = node.as_str() {
        let _ = write!(out, "{text:?}");
        return Some(());
    }
    match &node.value {
        Value::List(list) if !list.open => {
            out.push('[');
            for item in &list.items {
                spell(item, out)?;
                out.push(',');
            }
            out.push(']');
        }
        Value::Map(map) if !map.open => {
            out.push('{');
            for (name, node) in &map.entries {
                let _ = write!(out, "{:?}:", name.text);
                spell(node, out)?;
                out.push(',');
            }
            out.push('}');
        }
        Value::Call(call) => match &**call {
            Call::Ref(name) => {
                let _ = write!(out, "Ref({})", name.text);
            }
            Call::GetAtt { .. } => return None,
            call => {
                let _ = write!(out, "{}(", call.name());
                let mut is_known = true;
                if let Call::Sub(parts) | Call::Dynamic(parts) = call {
                    for part in parts {
                        if let Part::Text(text) = part {
                            let _ = write!(out, "{:?}", text.text);
                        } else if let Part::Value(node) = part {
                            is_known &= spell(node, out).is_some();
                        }
                        out.push(',');
                    }
                } else {
                    call.arguments(&mut |it| {
                        is_known &= spell(it, out).is_some();
                        out.push(',');
                    });
                }
                out.push(')');
                return is_known.then_some(());
            }
        },
        _ => return None,
    }
    Some(())
}
