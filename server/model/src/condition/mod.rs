//! The conditions of a template as formulas over what it is deployed with.
//!
//! `Fn::Equals` of a parameter and a text is a proposition, "the parameter has this value". Those of one parameter exclude
//! each other, and where the parameter has allowed values, one of them is true. Everything else that can be compared is a
//! parameter of its own, known by what was written. So the question whether some deployment gives several conditions the
//! truth that is asked of them is one about formulas, and [`Circuit`] answers it: "no" only where that is certain.

mod circuit;
mod operand;

use crate::{Call, Declarations, Name, Node, Parameter, ReferenceKind, Value};
use circuit::{Answer, Circuit, Formula};
use operand::Subjects;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

/// A question is given up, and answered with "maybe", after this many steps: a millisecond or so.
const MAX_STEPS: u32 = 50_000;
/// All questions about one state of the declarations together may take this many steps; then each answer is "maybe".
const MAX_STEPS_OF_ALL: u32 = 2_000_000;
/// Answers are kept, but no more than this many.
const MAX_ANSWERS: usize = 50_000;

/// Something that is taken to be so.
#[derive(Clone, Copy, Debug)]
pub enum Assumption<'a> {
    /// The named condition holds (`true`), or fails.
    Condition(&'a Name, bool),
    /// The parameter has this value, one of those that it may have.
    Value(&'a Parameter, &'a Node),
}

impl Assumption<'_> {
    /// True when both say the same.
    pub(crate) fn is(&self, other: &Assumption<'_>) -> bool {
        match (self, other) {
            (Assumption::Condition(a, holds), Assumption::Condition(b, other)) => a.text == b.text && holds == other,
            (Assumption::Value(a, value), Assumption::Value(b, other)) => {
                a.name.text == b.name.text && value.as_str() == other.as_str()
            }
            _ => false,
        }
    }

    /// True when one denies the other, whatever the conditions say.
    fn denies(&self, other: &Assumption<'_>) -> bool {
        match (self, other) {
            (Assumption::Condition(a, holds), Assumption::Condition(b, other)) => a.text == b.text && holds != other,
            (Assumption::Value(a, value), Assumption::Value(b, other)) => {
                a.name.text == b.name.text && value.as_str() != other.as_str()
            }
            _ => false,
        }
    }
}

impl Declarations {
    /// False when no deployment is such that all of `assumptions` are true. True where that cannot be told.
    pub fn can_hold(&self, assumptions: &[Assumption<'_>]) -> bool {
        for (i, assumption) in assumptions.iter().enumerate() {
            if assumptions[..i].iter().any(|it| it.denies(assumption)) {
                return false;
            }
        }
        assumptions.is_empty() || self.conditions.is_empty() || self.logic().can_hold(assumptions)
    }

    /// True when `condition` certainly holds (or fails, for `false`) wherever all of `assumptions` do.
    pub fn implies(&self, assumptions: &[Assumption<'_>], condition: &Name, holds: bool) -> bool {
        let mut all = assumptions.to_vec();
        all.push(Assumption::Condition(condition, !holds));
        !self.can_hold(&all)
    }

    /// True when some deployment certainly is such that all of `assumptions` are true.
    pub fn surely_can_hold(&self, assumptions: &[Assumption<'_>]) -> bool {
        for (i, assumption) in assumptions.iter().enumerate() {
            if assumptions[..i].iter().any(|it| it.denies(assumption)) {
                return false;
            }
        }
        assumptions.is_empty() || self.logic().surely_can_hold(assumptions)
    }

    fn logic(&self) -> &Logic {
        self.logic.get_or_init(|| Logic::new(self))
    }
}

/// The conditions of one state of the declarations, built when the first question is asked.
#[derive(Debug)]
pub(crate) struct Logic {
    circuit: Circuit,
    named: FxHashMap<SmolStr, Formula>,
    subjects: Subjects,
    /// The conditions in which something was not understood: they may have any truth, or just one.
    doubtful: FxHashSet<SmolStr>,
    /// What was asked before.
    answers: Mutex<FxHashMap<Box<[Formula]>, bool>>,
    /// The steps that all answers took.
    steps: AtomicU32,
}

impl Logic {
    fn new(declarations: &Declarations) -> Logic {
        let mut logic = Logic {
            circuit: Circuit::new(),
            named: FxHashMap::default(),
            subjects: Subjects::default(),
            doubtful: FxHashSet::default(),
            answers: Mutex::default(),
            steps: AtomicU32::new(0),
        };
        let mut builder = Builder { declarations, logic: &mut logic, is_doubtful: false };
        declarations.conditions.iter().for_each(|it| builder.condition(&it.name.text));
        logic
    }

    fn can_hold(&self, assumptions: &[Assumption<'_>]) -> bool {
        let mut wanted = self.formulas(assumptions);
        wanted.sort_unstable();
        wanted.dedup();
        let wanted = wanted.into_boxed_slice();
        let answers = || self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = answers().get(&wanted) {
            return *known;
        }
        let answer = self.search(&wanted);
        let mut answers = answers();
        if answers.len() < MAX_ANSWERS {
            answers.insert(wanted, answer);
        }
        answer
    }

    fn surely_can_hold(&self, assumptions: &[Assumption<'_>]) -> bool {
        let is_understood = |it: &Assumption<'_>| match it {
            Assumption::Condition(name, _) => {
                self.named.contains_key(&name.text) && !self.doubtful.contains(&name.text)
            }
            Assumption::Value(..) => true,
        };
        if !assumptions.iter().all(is_understood) {
            return false;
        }
        let mut wanted = self.formulas(assumptions);
        wanted.extend(&self.subjects.found);
        self.ask(&wanted) == Answer::Possible
    }

    fn search(&self, wanted: &[Formula]) -> bool {
        self.ask(wanted) != Answer::Impossible
    }

    fn ask(&self, wanted: &[Formula]) -> Answer {
        let left = MAX_STEPS_OF_ALL.saturating_sub(self.steps.load(Ordering::Relaxed));
        let (answer, steps) = self.circuit.search(wanted, MAX_STEPS.min(left));
        self.steps.fetch_add(steps, Ordering::Relaxed);
        answer
    }

    fn formulas(&self, assumptions: &[Assumption<'_>]) -> Vec<Formula> {
        let mut out = Vec::new();
        for assumption in assumptions {
            match assumption {
                Assumption::Condition(name, holds) => {
                    out.extend(self.named.get(&name.text).map(|it| it.with(*holds)));
                }
                Assumption::Value(parameter, value) => {
                    let value = value.as_str().unwrap_or_default();
                    self.subjects.assume(&parameter.name.text, value, &mut out);
                }
            }
        }
        out
    }
}

/// Builds formulas.
struct Builder<'a> {
    declarations: &'a Declarations,
    logic: &'a mut Logic,
    /// Something was not understood.
    is_doubtful: bool,
}

impl Builder<'_> {
    /// Sees to it that the condition called `name`, and all that it is made of, has a formula.
    ///
    /// Conditions may be chained to any length, so what is yet to do is kept in a list and not on the stack.
    fn condition(&mut self, name: &SmolStr) {
        let mut waiting = vec![(name.clone(), false)];
        let mut begun: Vec<SmolStr> = Vec::new();
        while let Some((name, is_ready)) = waiting.pop() {
            if self.logic.named.contains_key(&name) {
                continue;
            }
            let Some(condition) = self.declarations.condition(&name) else { continue };
            if is_ready || begun.contains(&name) {
                // For one that was begun and is not ready, the conditions go in a circle: it has no value to build on.
                self.is_doubtful = !is_ready;
                let formula = if is_ready { self.formula(&condition.node) } else { self.logic.circuit.free() };
                let mut named = condition.references.iter().filter(|it| it.kind == ReferenceKind::Condition);
                self.is_doubtful |= std::mem::take(&mut self.logic.subjects.is_vague);
                if self.is_doubtful || named.any(|it| self.logic.doubtful.contains(&it.target.text)) {
                    self.logic.doubtful.insert(name.clone());
                }
                self.logic.named.insert(name, formula);
                continue;
            }
            begun.push(name.clone());
            waiting.push((name, true));
            let named = condition.references.iter().filter(|it| it.kind == ReferenceKind::Condition);
            waiting.extend(named.map(|it| (it.target.text.clone(), false)));
        }
    }

    fn formula(&mut self, node: &Node) -> Formula {
        self.expression(node).unwrap_or_else(|| {
            self.is_doubtful = true;
            self.logic.circuit.free()
        })
    }

    fn expression(&mut self, node: &Node) -> Option<Formula> {
        let (function, argument) = match &node.value {
            Value::Either(branches) => return self.either(branches),
            Value::Call(call) => match &**call {
                Call::Other { function, argument } => (function.text.as_str(), argument),
                _ => return None,
            },
            _ => return None,
        };
        if function == "Condition" {
            return self.named(argument.as_str()?);
        }
        let list = argument.as_list().filter(|it| !it.open)?;
        match (function, list.items.as_slice()) {
            ("Fn::Equals", [left, right]) => {
                let (left, right) = (self.operand(left), self.operand(right));
                self.equal(left?, right?)
            }
            ("Fn::Not", [only]) => Some(!self.formula(only)),
            ("Fn::And", items) => {
                let formulas: Vec<_> = items.iter().map(|it| self.formula(it)).collect();
                Some(self.logic.circuit.all(formulas))
            }
            ("Fn::Or", items) => {
                let formulas: Vec<_> = items.iter().map(|it| self.formula(it)).collect();
                Some(self.logic.circuit.any(formulas))
            }
            _ => None,
        }
    }

    fn either(&mut self, branches: &[crate::Branch]) -> Option<Formula> {
        let mut cases = Vec::new();
        for branch in branches {
            let (name, holds) = branch.condition.as_ref()?;
            let formulas = [self.named(&name.text)?.with(*holds), self.formula(&branch.node)];
            cases.push(self.logic.circuit.all(formulas));
        }
        Some(self.logic.circuit.any(cases))
    }

    fn named(&mut self, name: &str) -> Option<Formula> {
        self.logic.named.get(name).copied()
    }
}

#[cfg(test)]
mod tests;
