//! What we say of templates, against what an oracle says of them.

use crate::oracle::Said;
use crate::templates::{Found, Template};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::path::PathBuf;

/// How near a finding of ours of the same meaning is to one of theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// On the same line, or where theirs is.
    Same,
    /// At an item or an entry of what theirs is about.
    Inside,
    /// Elsewhere in the same entry of a section.
    Near,
    /// A rule of another meaning speaks there.
    Other,
    /// Nothing is said there.
    Nowhere,
}

/// How often an oracle found one thing, and what we had at those places.
#[derive(Clone, Copy, Debug, Default)]
struct Figure {
    theirs: usize,
    same: usize,
    inside: usize,
    near: usize,
    other: usize,
    nowhere: usize,
    explained: usize,
}

/// A comparison with one oracle.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    oracle: &'static str,
    templates: usize,
    figures: BTreeMap<String, Figure>,
    /// By rule: how many of our findings it has too, says otherwise, and does not have.
    ours: BTreeMap<&'static str, Figure>,
    missing: BTreeMap<String, Vec<String>>,
    extra: BTreeMap<&'static str, Vec<String>>,
}

/// Differences that are known, and why they are there: `cfn_lint:ID` or the name of a rule or `*`, words of the message or `*`
/// or `template with` and words of its text or `a macro`, or `of` and the type of the resource or `an empty
/// default`, the reason.
#[derive(Debug)]
pub(crate) struct Explained(Vec<(String, String)>);

impl Explained {
    pub(crate) fn parse(text: &str) -> Explained {
        let lines = text.lines().filter(|it| !it.is_empty() && !it.starts_with('#'));
        let explained = lines.map(|line| {
            let mut parts = line.split(" | ").map(str::trim);
            let (Some(id), Some(what), Some(_)) = (parts.next(), parts.next(), parts.next()) else {
                panic!("an explanation has an id, words and a reason: {line}");
            };
            (id.to_owned(), what.to_owned())
        });
        Explained(explained.collect())
    }

    /// True when a message of this id is explained: all the words, in their order, are in it.
    fn is(&self, id: &str, message: &str, ty: Option<&str>, template: &Template) -> bool {
        self.0.iter().any(|(of, what)| {
            if let Some(words) = what.strip_prefix("template with ") {
                let has = match words {
                    "a macro" => template.has_macro,
                    words => template.text.to_string().contains(words),
                };
                return (of == id || of == "*") && has;
            }
            if what == "of an empty default" {
                return of == id && template.is_of_empty_default(message);
            }
            if let Some(wanted) = what.strip_prefix("of ") {
                return of == id && ty == Some(wanted);
            }
            let mut rest = message;
            let mut has = |words: &str| match rest.split_once(words) {
                Some((_, after)) => {
                    rest = after;
                    true
                }
                None => false,
            };
            of == id && what.split('*').all(&mut has)
        })
    }
}

impl Comparison {
    /// Compares the findings in templates with those of an oracle.
    pub(crate) fn new(
        oracle: &'static str,
        templates: &[Template],
        answers: &HashMap<PathBuf, Vec<Said>>,
        explained: &Explained,
    ) -> Comparison {
        let mut out = Comparison { oracle, ..Comparison::default() };
        for template in templates {
            let Some(theirs) = answers.get(&template.path) else { continue };
            out.templates += 1;
            let theirs: Vec<&Said> = theirs.iter().filter(|it| !it.is_part).collect();
            for said in &theirs {
                out.look_for(said, template, explained);
            }
            for found in &template.findings {
                out.look_at(found, &theirs, template, explained);
            }
        }
        out
    }

    /// Looks for one of theirs among ours.
    fn look_for(&mut self, said: &Said, template: &Template, explained: &Explained) {
        let places = template.findings.iter().map(|it| match (means(it, &said.id), template.is_at(it, said)) {
            (true, false) if names(it, said) => Place::Same,
            (true, false) if is_inside(it, said, template) => Place::Inside,
            (true, true) => Place::Same,
            (true, false) if template.is_same_entry(it.start, said.start) => Place::Near,
            (false, true) => Place::Other,
            _ => Place::Nowhere,
        });
        let place = places.min().unwrap_or(Place::Nowhere);
        let figure = self.figures.entry(said.id.clone()).or_default();
        figure.theirs += 1;
        match place {
            Place::Same => figure.same += 1,
            Place::Inside => figure.inside += 1,
            // AWS's validator has its rules, and their ids, from cfn-lint.
            _ if explained.is(&format!("cfn_lint:{}", said.id), &said.message, template.type_of(said), template) => {
                figure.explained += 1;
                return;
            }
            Place::Near => figure.near += 1,
            Place::Other => figure.other += 1,
            Place::Nowhere => figure.nowhere += 1,
        }
        if place <= Place::Inside {
            return;
        }
        let (line, column) = said.start;
        let path = said.path.join("/");
        let mut text = format!("{}:{}:{}: {}\n      at {path}\n", template.name, line + 1, column + 1, said.message);
        let shown = template.findings.iter().filter(|it| match place {
            Place::Near => means(it, &said.id) && template.is_same_entry(it.start, said.start),
            _ => template.is_at(it, said),
        });
        for found in shown.take(3) {
            let word = if place == Place::Near { "near" } else { "there" };
            let line = found.start.0 + 1;
            writeln!(text, "      {word}, line {line}: {}: {}", found.rule.name, found.message).expect("a string");
        }
        self.missing.entry(said.id.clone()).or_default().push(text);
    }

    /// Looks for one of ours among theirs.
    fn look_at(&mut self, found: &Found, theirs: &[&Said], template: &Template, explained: &Explained) {
        let places = theirs.iter().map(|it| match (means(found, &it.id), template.is_at(found, it)) {
            (true, false) if names(found, it) => Place::Same,
            (true, false) if is_inside(found, it, template) => Place::Inside,
            (true, true) => Place::Same,
            (true, false) if template.is_same_entry(found.start, it.start) => Place::Near,
            (false, true) => Place::Other,
            _ => Place::Nowhere,
        });
        let place = places.min().unwrap_or(Place::Nowhere);
        let figure = self.ours.entry(found.rule.name).or_default();
        figure.theirs += 1;
        match place {
            Place::Same => figure.same += 1,
            Place::Inside => figure.inside += 1,
            Place::Near => figure.near += 1,
            Place::Other => figure.other += 1,
            Place::Nowhere => figure.nowhere += 1,
        }
        let has_alias = found.rule.aliases.iter().any(|it| it.starts_with("cfn_lint:"));
        if place <= Place::Inside || !has_alias {
            return;
        }
        if explained.is(found.rule.name, &found.message, None, template) {
            figure.explained += 1;
            return;
        }
        let mut text = found.line(template);
        for said in theirs.iter().filter(|it| template.is_at(found, it)).take(3) {
            writeln!(text, "      there: {} {}", said.id, said.message).expect("a string");
        }
        self.extra.entry(found.rule.name).or_default().push(text);
    }

    /// What they have and we have not, the largest group first.
    pub(crate) fn missing(&self) -> String {
        groups(self.missing.iter().map(|(id, it)| (id.as_str(), it)))
    }

    /// What we have and they have not, the largest group first.
    pub(crate) fn extra(&self) -> String {
        groups(self.extra.iter().map(|(id, it)| (*id, it)))
    }

    /// The shares and the tables, in Markdown.
    pub(crate) fn report(&self) -> String {
        let mut out = format!("## {} ({} templates)\n\n", self.oracle, self.templates);
        out += "| of | share at the same place | theirs | same place | inside | near | another rule there | nowhere | explained |\n";
        out += "|---|--:|--:|--:|--:|--:|--:|--:|--:|\n";
        let mut row = |name: &str, is_meant: fn(&str) -> bool| {
            let mut sum = Figure::default();
            self.figures.iter().filter(|(id, _)| is_meant(id)).for_each(|(_, it)| sum.add(it));
            writeln!(out, "| {name} | {} | {} |", sum.share(), sum.cells()).expect("a string");
        };
        row("ids that a rule of ours has as an alias", is_aliased);
        row("all ids", |_| true);
        row("errors (E)", |it| it.starts_with('E'));
        row("warnings (W)", |it| it.starts_with('W'));
        row("information (I)", |it| it.starts_with('I'));
        out += "\n### By id, what is missing most first\n\n";
        out += "| id | ours | theirs | same place | inside | near | another rule there | nowhere | explained |\n";
        out += "|---|---|--:|--:|--:|--:|--:|--:|--:|\n";
        let mut figures: Vec<_> = self.figures.iter().collect();
        figures.sort_by_key(|(id, it)| (std::cmp::Reverse(it.lacking()), id.as_str()));
        for (id, it) in figures {
            let rules: Vec<&str> = rules::by_alias("cfn_lint", id).map(|it| it.name).collect();
            writeln!(out, "| {id} | {} | {} |", rules.join(", "), it.cells()).expect("a string");
        }
        out += "\n### By rule of ours, what they do not have most first\n\n";
        out += "| rule | ours | same place | inside | near | another id there | nowhere | explained |\n|---|--:|--:|--:|--:|--:|--:|--:|\n";
        let mut ours: Vec<_> = self.ours.iter().collect();
        ours.sort_by_key(|(name, it)| (std::cmp::Reverse(it.lacking()), **name));
        for (name, it) in ours {
            writeln!(out, "| {name} | {} |", it.cells()).expect("a string");
        }
        out
    }

    /// One line with the shares.
    pub(crate) fn total(&self) -> String {
        let (mut all, mut aliased) = (Figure::default(), Figure::default());
        for (id, it) in &self.figures {
            all.add(it);
            if is_aliased(id) {
                aliased.add(it);
            }
        }
        format!(
            "{}: {} of {} findings ({}) at the same place; of the ids that we know {} of {} ({}); {} explained",
            self.oracle,
            all.same + all.inside,
            all.theirs - all.explained,
            all.share(),
            aliased.same + aliased.inside,
            aliased.theirs - aliased.explained,
            aliased.share(),
            all.explained,
        )
    }
}

impl Figure {
    fn add(&mut self, other: &Figure) {
        self.theirs += other.theirs;
        self.same += other.same;
        self.inside += other.inside;
        self.near += other.near;
        self.other += other.other;
        self.nowhere += other.nowhere;
        self.explained += other.explained;
    }

    /// How many have no finding of the same meaning at the same place.
    fn lacking(&self) -> usize {
        self.near + self.other + self.nowhere
    }

    fn share(&self) -> String {
        match self.theirs - self.explained {
            0 => "-".to_owned(),
            all => format!("{:.1} %", 100.0 * (self.same + self.inside) as f64 / all as f64),
        }
    }

    fn cells(&self) -> String {
        let Figure { theirs, same, inside, near, other, nowhere, explained } = self;
        format!("{theirs} | {same} | {inside} | {near} | {other} | {nowhere} | {explained}")
    }
}

fn is_aliased(id: &str) -> bool {
    rules::by_alias("cfn_lint", id).next().is_some()
}

/// True when a rule of ours says what `id` says.
fn means(found: &Found, id: &str) -> bool {
    found.rule.aliases.iter().any(|it| it.strip_prefix("cfn_lint:") == Some(id))
}

/// True when theirs says what ours says, at the same place or around it.
pub(crate) fn is_said(found: &Found, said: &Said, template: &Template) -> bool {
    means(found, &said.id) && (names(found, said) || is_inside(found, said, template))
}

/// True when ours is about several resources, and names that which theirs is about as a whole.
fn names(found: &Found, said: &Said) -> bool {
    let [section, id] = &said.path[..] else { return false };
    let mut words = found.message.split(|it: char| !it.is_alphanumeric());
    section == "Resources" && words.any(|it| it == id) && found.message.contains(" -> ")
}

/// True when ours is at a part of what theirs is about: of a property, or of all properties where both name the same.
fn is_inside(found: &Found, said: &Said, template: &Template) -> bool {
    let mut named = said.message.split('\'').skip(1).step_by(2).filter(|it| !it.is_empty());
    let is_of_property = said.path.len() > 3;
    (is_of_property || named.any(|it| found.message.contains(it))) && template.is_below(said, found.start)
}

fn groups<'a>(groups: impl Iterator<Item = (&'a str, &'a Vec<String>)>) -> String {
    let mut groups: Vec<_> = groups.collect();
    groups.sort_by_key(|(id, it)| (std::cmp::Reverse(it.len()), *id));
    let mut out = String::new();
    for (id, findings) in groups {
        writeln!(out, "{id}: {}\n{}", findings.len(), findings.concat()).expect("a string");
    }
    out
}
