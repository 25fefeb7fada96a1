//! What is said of several keys of a map together, in every deployment that can happen.

use super::object::names;
use super::walk::{Here, Walk};
use super::{Fault, Way};
use model::{Assumption, Case, Map, Property, Source, Span, State, Value};
use schema::resources::Strings;

/// No more combinations of the values of several keys are told apart than this.
const MAX_SCENARIOS: usize = 64;

/// Whether a key is in a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Presence {
    Yes,
    No,
    Maybe,
}

/// One way in which several keys may be in a map or not.
#[derive(Clone, Debug)]
struct Scenario<'a> {
    way: Way<'a>,
    /// For each key, whether it is there.
    present: Vec<Presence>,
}

impl Scenario<'_> {
    fn count(&self, presence: Presence) -> usize {
        self.present.iter().filter(|it| **it == presence).count()
    }
}

impl<'a> Walk<'a> {
    /// Reports a required key that is written, but left out in some deployments.
    pub(super) fn left_out(&mut self, here: &Here<'a, '_>, name: &'static str) {
        let property = here.one.get(name);
        for case in property.cases() {
            match case.state {
                State::Absent => self.report_when(here, case.span, Fault::Missing(vec![name]), Way::of(case)),
                State::Unknown if self.presence(&property, case) == Presence::Maybe => self.is_uncertain = true,
                _ => (),
            }
        }
    }

    pub(super) fn exactly_one(&mut self, here: &Here<'a, '_>, map: &'a Map, keys: Strings) {
        let keys = names(keys);
        self.at_least_one(here, map, &keys);
        self.at_most_one(here, map, &keys);
    }

    pub(super) fn at_least_one(&mut self, here: &Here<'a, '_>, map: &'a Map, keys: &[&'static str]) {
        let scenarios = self.scenarios(here, map, keys);
        if let Some(bad) = scenarios.iter().find(|it| it.count(Presence::No) == keys.len()) {
            self.report_when(
                here,
                here.anchor,
                Fault::NoneOf(keys.iter().map(|it| vec![*it]).collect()),
                bad.way.clone(),
            );
        } else if !scenarios.iter().all(|it| it.count(Presence::Yes) > 0) {
            self.is_uncertain = true;
        }
    }

    pub(super) fn at_most_one(&mut self, here: &Here<'a, '_>, map: &'a Map, keys: &[&'static str]) {
        let scenarios = self.scenarios(here, map, keys);
        if let Some(bad) = scenarios.iter().find(|it| it.count(Presence::Yes) > 1) {
            let present: Vec<&str> =
                keys.iter().zip(&bad.present).filter(|it| *it.1 == Presence::Yes).map(|it| *it.0).collect();
            let span = key_span(map, present[1]).unwrap_or(here.anchor);
            self.report_when(here, span, Fault::Conflict(present), bad.way.clone());
        } else if scenarios.iter().any(|it| it.count(Presence::Maybe) > 0) {
            self.is_uncertain = true;
        }
    }

    pub(super) fn dependent(&mut self, here: &Here<'a, '_>, map: &'a Map, key: &'static str, others: Strings) {
        let Some(span) = key_span(map, key) else {
            self.is_uncertain |= map.open;
            return;
        };
        let mut keys = vec![key];
        keys.extend(others);
        for scenario in self.scenarios(here, map, &keys) {
            let missing = || keys.iter().zip(&scenario.present).skip(1).filter(|it| *it.1 == Presence::No);
            if scenario.present[0] == Presence::Yes && missing().next().is_some() {
                let missing = missing().map(|it| *it.0).collect();
                self.report_when(here, span, Fault::Dependent(key, missing), scenario.way);
                return;
            }
            self.is_uncertain |= scenario.count(Presence::Maybe) > 0;
        }
    }

    pub(super) fn excluded(&mut self, here: &Here<'a, '_>, map: &'a Map, key: &'static str, others: Strings) {
        if map.get(key).is_none() {
            self.is_uncertain |= map.open;
            return;
        }
        for other in others {
            self.at_most_one(here, map, &[key, other]);
        }
    }

    /// How many entries a map certainly has, and how many it may have.
    pub(super) fn present(&mut self, here: &Here<'a, '_>, map: &'a Map) -> (usize, usize) {
        let (mut certain, mut possible) = (0, 0);
        for (name, property) in here.one.entries() {
            if !map.entry(&name.text).is_some_and(|it| std::ptr::eq(&it.0, name)) {
                continue;
            }
            let all = || property.cases().iter().map(|it| self.presence(&property, it));
            certain += usize::from(all().all(|it| it == Presence::Yes));
            possible += usize::from(all().any(|it| it != Presence::No));
        }
        (certain, possible)
    }

    /// Whether a property is there in one of its cases.
    fn presence(&self, property: &Property<'a>, case: &Case<'a>) -> Presence {
        match case.state {
            State::Absent => Presence::No,
            // What is written is there, unless it was too much to tell its alternatives apart.
            State::Unknown if self.source == Source::Template && property.cases().len() == 1 => Presence::Yes,
            State::Unknown => Presence::Maybe,
            State::Known(node) | State::Default(node) => match node.value {
                Value::Missing => Presence::Maybe,
                _ => Presence::Yes,
            },
        }
    }

    /// Every combination of keys that some deployment has.
    fn scenarios(&self, here: &Here<'a, '_>, map: &'a Map, keys: &[&'static str]) -> Vec<Scenario<'a>> {
        let mut out = vec![Scenario { way: Way::of(&here.one.cases()[0]), present: Vec::new() }];
        for key in keys {
            let Some((_, node)) = map.entry(key) else {
                let presence = if map.open { Presence::Maybe } else { Presence::No };
                out.iter_mut().for_each(|it| it.present.push(presence));
                continue;
            };
            let property = here.one.get(key);
            let is_decided = matches!(node.value, Value::Either(_));
            let mut next: Vec<Scenario<'a>> = Vec::new();
            for scenario in &out {
                for case in property.cases() {
                    let presence = match case.state {
                        State::Unknown if is_decided => Presence::Maybe,
                        _ => self.presence(&property, case),
                    };
                    let mut way = scenario.way.clone();
                    // Which value a parameter has does not matter here.
                    for assumption in case.assumptions() {
                        let is_known = way.assumptions.iter().any(|it| is_same(it, assumption));
                        if matches!(assumption, Assumption::Condition(..)) && !is_known {
                            way.assumptions.push(*assumption);
                        }
                    }
                    way.is_choice |= case.is_choice();
                    let is_new = !next.iter().any(|it| {
                        it.present.last() == Some(&presence)
                            && it.present[..it.present.len() - 1] == scenario.present[..]
                            && it.way.assumptions.len() == way.assumptions.len()
                            && it.way.assumptions.iter().zip(&way.assumptions).all(|(a, b)| is_same(a, b))
                    });
                    if is_new && self.can_hold(&way) {
                        let mut present = scenario.present.clone();
                        present.push(presence);
                        next.push(Scenario { way, present });
                    }
                }
            }
            if next.len() > MAX_SCENARIOS {
                let present = vec![Presence::Maybe; keys.len()];
                return vec![Scenario { way: Way::default(), present }];
            }
            out = next;
        }
        out
    }

    fn can_hold(&self, way: &Way<'a>) -> bool {
        // Alternatives without names may exclude each other for all that is known.
        if way.assumptions.is_empty() {
            return true;
        }
        let given = self.resource.resource().condition.as_ref().map(|it| Assumption::Condition(it, true));
        let all: Vec<Assumption<'a>> = given.into_iter().chain(way.assumptions.iter().copied()).collect();
        self.resource.declarations().can_hold(&all)
    }
}

pub(super) fn is_same(a: &Assumption<'_>, b: &Assumption<'_>) -> bool {
    match (a, b) {
        (Assumption::Condition(a, holds), Assumption::Condition(b, other)) => a.text == b.text && holds == other,
        (Assumption::Value(a, value), Assumption::Value(b, other)) => a.name.text == b.name.text && value == other,
        _ => false,
    }
}

fn key_span(map: &Map, key: &str) -> Option<Span> {
    map.entry(key).map(|(name, _)| name.span)
}
