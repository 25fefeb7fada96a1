//! Several forms of which a value must have one: what is said is what fits best.
//!
//! A message that lists everything that is wrong with every form helps nobody. The form that was meant shows in the keys that
//! are written, and in the values that only it takes.

use super::object::names;
use super::walk::{Fit, Here, Trial, Walk};
use super::{Fault, Violation};
use model::{Map, Name, Value};
use schema::resources::{Keyword, Schema, Schemas, Types};

impl<'a> Walk<'a> {
    /// Judges a value by the keywords that combine other schemas.
    pub(super) fn alternatives(&mut self, here: &Here<'a, '_>) {
        let mut condition = None;
        for keyword in here.schema.keywords() {
            match keyword {
                Keyword::AllOf(schemas) => {
                    for schema in schemas {
                        self.keywords(&Here { schema, ..*here });
                    }
                }
                Keyword::AnyOf(schemas) => self.any_of(here, schemas),
                Keyword::OneOf(schemas) => self.one_of(here, schemas),
                Keyword::Not(schema) => match self.attempt(here, schema).fit {
                    Fit::Yes => self.refused(here, schema),
                    Fit::Maybe => self.is_uncertain = true,
                    Fit::No => (),
                },
                Keyword::If(schema) => condition = Some(self.attempt(here, schema).fit),
                Keyword::Then(schema) => self.decided(here, condition, Fit::Yes, schema),
                Keyword::Else(schema) => self.decided(here, condition, Fit::No, schema),
                _ => (),
            }
        }
    }

    fn decided(&mut self, here: &Here<'a, '_>, condition: Option<Fit>, wanted: Fit, schema: Schema) {
        match condition {
            Some(fit) if fit == wanted => self.keywords(&Here { schema, ..*here }),
            Some(Fit::Maybe) => self.is_uncertain = true,
            _ => (),
        }
    }

    fn refused(&mut self, here: &Here<'a, '_>, schema: Schema) {
        let fault = match here.node.as_map() {
            None => Fault::Refused,
            Some(map) => {
                let unwanted = one_of_required(schema);
                let present = map.entries.iter().filter(|(name, _)| unwanted.contains(&name.text.as_str()));
                let present: Vec<&Name> = present.map(|(name, _)| name).collect();
                if !present.is_empty() {
                    for name in present {
                        let keys = unwanted.iter().copied().filter(|it| *it == name.text).collect();
                        self.report(here, name.span, Fault::Conflict(keys));
                    }
                    return;
                }
                let keys = required(schema);
                match keys.is_empty() || keys.iter().any(|it| map.get(it).is_none()) {
                    true => Fault::Form,
                    false => Fault::Conflict(keys),
                }
            }
        };
        let span = if here.node.as_map().is_some() { here.anchor } else { here.node.span };
        self.report(here, span, fault);
    }

    fn any_of(&mut self, here: &Here<'a, '_>, schemas: Schemas) {
        let trials: Vec<Trial<'a>> = schemas.into_iter().map(|it| self.attempt(here, it)).collect();
        if trials.iter().any(|it| it.fit == Fit::Yes) {
            return;
        }
        if trials.iter().any(|it| it.fit == Fit::Maybe) {
            self.is_uncertain = true;
            return;
        }
        self.none_fits(here, trials);
    }

    fn one_of(&mut self, here: &Here<'a, '_>, schemas: Schemas) {
        let trials: Vec<Trial<'a>> = schemas.into_iter().map(|it| self.attempt(here, it)).collect();
        let count = |fit| trials.iter().filter(|it| it.fit == fit).count();
        match (count(Fit::Yes), count(Fit::Maybe)) {
            (0, 0) => self.none_fits(here, trials),
            (0 | 1, maybe) => self.is_uncertain |= maybe > 0,
            _ => {
                // That more than one form fits is a fault only where they tell apart which keys are there; else it is the schema
                // that does not tell its forms apart.
                let fitting = trials.iter().filter(|it| it.fit == Fit::Yes);
                let mut keys: Vec<&str> = Vec::new();
                for trial in fitting {
                    let own = required(trial.schema);
                    if !is_only_required(trial.schema) || own.is_empty() {
                        return;
                    }
                    keys.extend(own.into_iter().filter(|it| !keys.contains(it)).collect::<Vec<_>>());
                }
                if keys.len() > 1 {
                    let span = here.node.as_map().and_then(|it| it.entry(keys[1])).map(|(name, _)| name.span);
                    self.report(here, span.unwrap_or(here.anchor), Fault::Conflict(keys));
                }
            }
        }
    }

    /// Reports that no form fits.
    fn none_fits(&mut self, here: &Here<'a, '_>, mut trials: Vec<Trial<'a>>) {
        // Of what has the wrong type altogether, all types are told.
        let wrong_type = |it: &Trial<'a>| match &it.found[..] {
            [only] if only.path == self.path.join("/").as_str() && only.span == here.node.span => match only.fault {
                Fault::Type(types) => Some(types),
                _ => None,
            },
            _ => None,
        };
        let types: Vec<_> = trials.iter().map(wrong_type).collect();
        if let Some(all) = types.iter().copied().collect::<Option<Vec<_>>>() {
            if let Some(all) = all.into_iter().reduce(Types::union) {
                self.report(here, here.node.span, Fault::Type(all));
            }
            return;
        }
        let mut keep = types.iter().map(Option::is_none);
        trials.retain(|_| keep.next().unwrap_or(true));
        if let Some(map) = here.node.as_map() {
            return self.no_form_of_map(here, map, trials);
        }
        if matches!(here.node.value, Value::Scalar(_) | Value::Bool(_)) {
            let values = trials.iter().map(|it| match &it.found[..] {
                [Violation { fault: Fault::Value(values), .. }] => Some(values.clone()),
                _ => None,
            });
            if let Some(values) = values.collect::<Option<Vec<_>>>() {
                return self.report(here, here.node.span, Fault::Value(values.concat()));
            }
        }
        let formats = trials.iter().map(|it| match &it.found[..] {
            [only] => match &only.fault {
                Fault::Format(formats) => Some(formats.clone()),
                _ => None,
            },
            _ => None,
        });
        if let Some(formats) = formats.collect::<Option<Vec<_>>>() {
            return self.report(here, here.node.span, Fault::Format(formats.concat()));
        }
        match &mut trials[..] {
            [only] => self.found.append(&mut only.found),
            _ => {
                let span = if here.node.as_list().is_some() { here.anchor } else { here.node.span };
                self.report(here, span, Fault::Form);
            }
        }
    }

    fn no_form_of_map(&mut self, here: &Here<'a, '_>, map: &'a Map, mut trials: Vec<Trial<'a>>) {
        // Forms that differ in what they require: one of these is missing.
        let lacks = |it: &Trial<'a>| match &it.found[..] {
            [only] if only.span == here.anchor => match &only.fault {
                Fault::Missing(names) => Some(names.clone()),
                _ => None,
            },
            _ => None,
        };
        if let Some(mut sets) = trials.iter().map(lacks).collect::<Option<Vec<_>>>() {
            sets.dedup();
            // Where one form asks for less than another, that is all that is missing.
            let least: Vec<_> = sets
                .iter()
                .filter(|set| !sets.iter().any(|it| it.len() < set.len() && it.iter().all(|it| set.contains(it))))
                .cloned()
                .collect();
            let fault = match &least[..] {
                [only] => Fault::Missing(only.clone()),
                _ => Fault::NoneOf(least),
            };
            return self.report(here, here.anchor, fault);
        }
        let written = || map.entries.iter().map(|(name, _)| name);
        let forms: Vec<Vec<&'static str>> = trials.iter().map(|it| keys(it.schema)).collect();
        let of_union = forms.iter().all(|it| !it.is_empty());
        if of_union {
            let is_known = |key: &str| forms.iter().any(|it| it.contains(&key));
            let unknown: Vec<_> = written().filter(|it| !is_known(&it.text)).collect();
            if !unknown.is_empty() {
                let mut free: Vec<&str> = forms.concat().into_iter().filter(|it| map.get(it).is_none()).collect();
                free.sort_unstable();
                free.dedup();
                for name in unknown {
                    self.report(here, name.span, Fault::Unknown(name, free.clone()));
                }
                return;
            }
            let whole = |form: &Vec<&'static str>| written().all(|it| form.contains(&it.text.as_str()));
            if !forms.iter().any(whole) {
                // Keys of several forms.
                let conflict: Vec<&'static str> = forms
                    .concat()
                    .into_iter()
                    .filter(|it| map.get(it).is_some() && !forms.iter().all(|form| form.contains(it)))
                    .fold(Vec::new(), |mut all, it| {
                        if !all.contains(&it) {
                            all.push(it);
                        }
                        all
                    });
                let span = conflict.get(1).and_then(|it| map.entry(it)).map_or(here.anchor, |(name, _)| name.span);
                return self.report(here, span, Fault::Conflict(conflict));
            }
        }
        // The form that was meant has the keys that are written and the values that tell the forms apart.
        let score = |it: &Trial<'a>| {
            let own = keys(it.schema);
            let known = written().filter(|name| own.contains(&name.text.as_str())).count();
            let told_apart = it.found.iter().any(|it| matches!(it.fault, Fault::Value(_)));
            (usize::from(!told_apart), known, usize::MAX - it.found.len())
        };
        let best = trials.iter().map(score).max();
        let mut meant = trials.iter_mut().filter(|it| Some(score(it)) == best);
        match (meant.next(), meant.next()) {
            (Some(one), None) => {
                let mut found = std::mem::take(&mut one.found);
                self.found.append(&mut found);
            }
            _ => self.report(here, here.anchor, Fault::Form),
        }
    }
}

/// The keys that a schema knows.
fn keys(schema: Schema) -> Vec<&'static str> {
    schema.properties().into_iter().map(|it| it.0).collect()
}

/// The keys of which a schema asks for any one.
fn one_of_required(schema: Schema) -> Vec<&'static str> {
    let mut out = Vec::new();
    for keyword in schema.keywords() {
        let Keyword::AnyOf(schemas) = keyword else { continue };
        for schema in schemas {
            match required(schema)[..] {
                [key] if is_only_required(schema) => out.push(key),
                _ => return Vec::new(),
            }
        }
    }
    out
}

fn required(schema: Schema) -> Vec<&'static str> {
    names(schema.required())
}

/// True for a schema that asks for keys and for nothing else.
fn is_only_required(schema: Schema) -> bool {
    schema.keywords().all(|it| matches!(it, Keyword::Required(_) | Keyword::Type(_) | Keyword::Definition(_)))
}
