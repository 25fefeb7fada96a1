//! Boolean formulas as one circuit with shared parts, and a search for values that make some of them true.
//!
//! The search is that of Davis, Putnam, Logemann and Loveland over the gates: what follows from a value is followed first,
//! in both directions, and only then is one of the remaining choices tried. It counts its steps and gives up at a bound,
//! so that no template costs more than a blink.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

/// A circuit never has more gates than this; what would be more may be true or false.
const MAX_GATES: usize = 20_000;

/// A formula: a gate of the circuit, or its negation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Formula(u32);

impl Formula {
    pub(crate) const TRUE: Formula = Formula(0);
    pub(crate) const FALSE: Formula = Formula(1);

    fn of(gate: usize) -> Formula {
        Formula((gate as u32) << 1)
    }

    fn gate(self) -> usize {
        (self.0 >> 1) as usize
    }

    /// The value that its gate must have for it to be true.
    fn wanted(self) -> bool {
        self.0 & 1 == 0
    }

    /// It, or its negation.
    pub(crate) fn with(self, holds: bool) -> Formula {
        if holds { self } else { !self }
    }
}

impl std::ops::Not for Formula {
    type Output = Formula;

    fn not(self) -> Formula {
        Formula(self.0 ^ 1)
    }
}

/// All formulas of a template.
#[derive(Debug)]
pub(crate) struct Circuit {
    gates: Vec<Gate>,
    groups: Vec<Group>,
    /// The conjunctions that exist, so that each does only once.
    known: FxHashMap<Box<[Formula]>, Formula>,
}

#[derive(Debug, Default)]
struct Gate {
    /// What must all be true for it to be true; `None` for a gate that may have either value.
    members: Option<Box<[Formula]>>,
    /// The conjunctions that it is a member of.
    uses: SmallVec<[u32; 2]>,
    /// The group that it belongs to.
    group: Option<u32>,
}

/// Free gates of which at most one is true.
#[derive(Debug, Default)]
struct Group {
    members: Vec<u32>,
    /// One of them certainly is.
    is_complete: bool,
}

/// What a search has found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Some values make all of it true.
    Possible,
    /// None do.
    Impossible,
    /// It took too many steps to tell.
    Undecided,
}

impl Circuit {
    pub(crate) fn new() -> Circuit {
        // The first gate is the truth: a conjunction of nothing.
        let truth = Gate { members: Some(Box::default()), ..Gate::default() };
        Circuit { gates: vec![truth], groups: Vec::new(), known: FxHashMap::default() }
    }

    /// A formula that may be true or false, whatever others are.
    pub(crate) fn free(&mut self) -> Formula {
        if self.gates.len() >= MAX_GATES {
            // The last one stands for all that follow. They are told apart no longer, so nothing may be concluded from
            // two of them; `is_full` says so.
            return Formula::of(self.gates.len() - 1);
        }
        self.gates.push(Gate::default());
        Formula::of(self.gates.len() - 1)
    }

    /// True when formulas had to be left out, so that nothing can be said with certainty.
    pub(crate) fn is_full(&self) -> bool {
        self.gates.len() >= MAX_GATES
    }

    /// A group that has no members yet.
    pub(crate) fn group(&mut self) -> usize {
        self.groups.push(Group::default());
        self.groups.len() - 1
    }

    /// A new member of `group`: true only where all others are false.
    pub(crate) fn member(&mut self, group: usize) -> Formula {
        let formula = self.free();
        if !self.is_full() {
            self.gates[formula.gate()].group = Some(group as u32);
            self.groups[group].members.push(formula.gate() as u32);
        }
        formula
    }

    /// Says that one of the members of `group` is true.
    pub(crate) fn complete(&mut self, group: usize) {
        self.groups[group].is_complete = true;
    }

    /// True where all of `formulas` are.
    pub(crate) fn all(&mut self, formulas: impl IntoIterator<Item = Formula>) -> Formula {
        let mut members: Vec<Formula> = formulas.into_iter().filter(|it| *it != Formula::TRUE).collect();
        members.sort_unstable();
        members.dedup();
        let contradicts = members.windows(2).any(|it| it[0] == !it[1]);
        match members[..] {
            [] => Formula::TRUE,
            _ if contradicts || members.contains(&Formula::FALSE) => Formula::FALSE,
            [only] => only,
            _ => self.conjunction(members.into()),
        }
    }

    /// True where one of `formulas` is.
    pub(crate) fn any(&mut self, formulas: impl IntoIterator<Item = Formula>) -> Formula {
        !self.all(formulas.into_iter().map(|it| !it))
    }

    fn conjunction(&mut self, members: Box<[Formula]>) -> Formula {
        if let Some(known) = self.known.get(&members) {
            return *known;
        }
        let formula = self.free();
        if self.is_full() {
            return formula;
        }
        for member in &members {
            self.gates[member.gate()].uses.push(formula.gate() as u32);
        }
        self.gates[formula.gate()].members = Some(members.clone());
        self.known.insert(members, formula);
        formula
    }

    /// Whether all of `wanted` can be true together, found in at most `budget` steps; and the steps it took.
    pub(crate) fn search(&self, wanted: &[Formula], budget: u32) -> (Answer, u32) {
        if self.is_full() {
            return (Answer::Undecided, 0);
        }
        let mut search = Search {
            circuit: self,
            values: vec![None; self.gates.len()],
            trail: Vec::new(),
            read: 0,
            steps: 0,
            budget,
        };
        let answer = search.run(wanted).unwrap_or(Answer::Undecided);
        (answer, search.steps)
    }
}

/// The budget is used up.
struct Exhausted;

/// Something must be both true and false.
struct Conflict;

struct Search<'a> {
    circuit: &'a Circuit,
    values: Vec<Option<bool>>,
    /// The gates that have a value, in the order in which they got it.
    trail: Vec<usize>,
    /// What follows from the gates before this one in the trail has been followed.
    read: usize,
    steps: u32,
    budget: u32,
}

impl Search<'_> {
    fn run(&mut self, wanted: &[Formula]) -> Result<Answer, Exhausted> {
        let start = [Formula::TRUE].iter().chain(wanted).try_for_each(|it| self.assert(*it));
        if start.is_err() || self.follow()?.is_err() {
            return Ok(Answer::Impossible);
        }
        // The choices that were made: the length of the trail before each, and what was tried.
        let mut choices: Vec<(usize, Formula)> = Vec::new();
        loop {
            let Some(choice) = self.open_choice()? else { return Ok(Answer::Possible) };
            choices.push((self.trail.len(), choice));
            let mut next = choice;
            while self.assert(next).is_err() || self.follow()?.is_err() {
                // What was tried last is impossible, given what was tried before.
                let Some((length, tried)) = choices.pop() else { return Ok(Answer::Impossible) };
                for gate in self.trail.drain(length..) {
                    self.values[gate] = None;
                }
                self.read = length;
                next = !tried;
            }
        }
    }

    fn step(&mut self, count: usize) -> Result<(), Exhausted> {
        self.steps = self.steps.saturating_add(count as u32);
        if self.steps > self.budget { Err(Exhausted) } else { Ok(()) }
    }

    fn value(&self, formula: Formula) -> Option<bool> {
        self.values[formula.gate()].map(|it| it == formula.wanted())
    }

    fn assert(&mut self, formula: Formula) -> Result<(), Conflict> {
        match self.value(formula) {
            Some(true) => Ok(()),
            Some(false) => Err(Conflict),
            None => {
                self.values[formula.gate()] = Some(formula.wanted());
                self.trail.push(formula.gate());
                Ok(())
            }
        }
    }

    /// Gives values to all that follows from those that were given.
    fn follow(&mut self) -> Result<Result<(), Conflict>, Exhausted> {
        let circuit = self.circuit;
        while let Some(&at) = self.trail.get(self.read) {
            self.read += 1;
            let gate = &circuit.gates[at];
            for user in std::iter::once(at).chain(gate.uses.iter().map(|it| *it as usize)) {
                if self.conjunction(user)?.is_err() {
                    return Ok(Err(Conflict));
                }
            }
            if let Some(group) = gate.group
                && self.group(&circuit.groups[group as usize], at)?.is_err()
            {
                return Ok(Err(Conflict));
            }
        }
        Ok(Ok(()))
    }

    /// What follows from the values of a conjunction and of its members for each other.
    fn conjunction(&mut self, gate: usize) -> Result<Result<(), Conflict>, Exhausted> {
        let circuit = self.circuit;
        let Some(members) = &circuit.gates[gate].members else { return Ok(Ok(())) };
        self.step(members.len() + 1)?;
        let formula = Formula::of(gate);
        if self.values[gate] == Some(true) {
            return Ok(members.iter().try_for_each(|it| self.assert(*it)));
        }
        let mut open = None;
        let mut count = 0;
        for member in members {
            match self.value(*member) {
                Some(true) => (),
                Some(false) => return Ok(self.assert(!formula)),
                None => {
                    open = Some(*member);
                    count += 1;
                }
            }
        }
        Ok(match (open, count) {
            (None, _) => self.assert(formula),
            (Some(last), 1) if self.values[gate] == Some(false) => self.assert(!last),
            _ => Ok(()),
        })
    }

    /// What follows from the value of a member of a group for the others.
    fn group(&mut self, group: &Group, gate: usize) -> Result<Result<(), Conflict>, Exhausted> {
        self.step(group.members.len())?;
        if self.values[gate] == Some(true) {
            let others = group.members.iter().filter(|it| **it as usize != gate);
            return Ok(others.map(|it| !Formula::of(*it as usize)).try_for_each(|it| self.assert(it)));
        }
        if !group.is_complete {
            return Ok(Ok(()));
        }
        let mut left = group.members.iter().filter(|it| self.values[**it as usize] != Some(false));
        Ok(match (left.next(), left.next()) {
            (None, _) => Err(Conflict),
            (Some(last), None) => self.assert(Formula::of(*last as usize)),
            _ => Ok(()),
        })
    }

    /// A member of a false conjunction none of whose members is false yet. Where there is none, every value that was asked
    /// for has its reason, and gates without a value can have any that suits their own members.
    fn open_choice(&mut self) -> Result<Option<Formula>, Exhausted> {
        let circuit = self.circuit;
        for i in 0..self.trail.len() {
            let gate = self.trail[i];
            let Some(members) = &circuit.gates[gate].members else { continue };
            if self.values[gate] == Some(true) {
                continue;
            }
            self.step(members.len())?;
            let has_reason = members.iter().any(|it| self.value(*it) == Some(false));
            if !has_reason && let Some(open) = members.iter().find(|it| self.value(**it).is_none()) {
                return Ok(Some(!*open));
            }
        }
        Ok(None)
    }
}
