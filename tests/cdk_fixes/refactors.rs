//! What there is to refactor, and how what it leaves is compared: it must make the same, under other ids.

use crate::cases::{Case, Expected};
use crate::node::{Resource, Templates};
use ide::{Analysis, Document, Refactor, RefactorKind, Text};
use rules::Selection;
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use tests::programs::{Disk, Modules, programs, sources};

/// Selections of the specifications of refactors, in files of their own below `folder`.
pub(crate) fn of_specifications(cases: &mut Vec<Case>, folder: &Path) {
    fs::remove_dir_all(folder).ok();
    for question in tests::page::questions(|it| it.starts_with("refactor/")) {
        if question.language != "ts" {
            continue;
        }
        let pieces: Vec<&str> = question.body.split("$0").collect();
        let (start, length) = (pieces[0].len(), if pieces.len() > 2 { pieces[1].len() } else { 0 });
        let path = folder.join(format!("{}.ts", cases.len()));
        fs::create_dir_all(folder).expect("the target folder is writable");
        fs::write(&path, pieces.concat()).expect("the target folder is writable");
        let analysis = analyse(&path, &pieces.concat(), &Modules::default());
        for refactor in analysis.refactors(text::range(start, start + length)) {
            cases.push(case(&question.heading, &path, &path, &pieces.concat(), &refactor));
        }
    }
}

/// What can be done in the files of the programs below a folder: with a cursor on each line, and with what lies between
/// such places selected, two and five apart.
pub(crate) fn of_programs(cases: &mut Vec<Case>, folder: &Path) {
    for program in programs(folder) {
        let modules = Modules::default();
        for path in sources(&program, &["ts"]) {
            let Ok(text) = fs::read_to_string(&path) else { continue };
            if !cdk::is_cdk(&text) {
                continue;
            }
            let analysis = analyse(&path, &text, &modules);
            let file = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
            let mut seen = BTreeSet::new();
            let mut push = |start: usize, end: usize| {
                for refactor in analysis.refactors(text::range(start, end)) {
                    if seen.insert(refactor.edits.apply(&text)) {
                        let line = text[..start].lines().count();
                        cases.push(case(&format!("{file}:{line}"), &program, &path, &text, &refactor));
                    }
                }
            };
            let starts = cursors(&text);
            let makes: Vec<usize> = starts
                .iter()
                .copied()
                .filter(|it| text[*it..].lines().next().is_some_and(|it| it.contains("new ")))
                .collect();
            for (index, start) in makes.iter().enumerate() {
                push(*start, *start);
                for ahead in [2, 5, 12] {
                    if let Some(end) = makes.get(index + ahead) {
                        push(*start, *end);
                    }
                }
            }
        }
    }
}

/// The first letter of each line.
fn cursors(text: &str) -> Vec<usize> {
    let mut at = 0;
    let lines = text.split_inclusive('\n').map(|line| {
        let start = at + line.len() - line.trim_start().len();
        at += line.len();
        start
    });
    lines.collect()
}

fn analyse(path: &Path, text: &str, modules: &Modules) -> Analysis {
    let disk = Disk::around(path, modules);
    let document = Document::new(path.to_string_lossy(), Arc::new(Selection::default()));
    document.with_neighbours(Some(Arc::new(disk))).analyse(&Text::new(text, 0))
}

fn case(name: &str, program: &Path, path: &Path, text: &str, refactor: &Refactor) -> Case {
    Case {
        name: format!("{name}: {}", refactor.title),
        program: program.to_owned(),
        path: path.to_owned(),
        before: text.into(),
        after: refactor.edits.apply(text),
        rule: None,
        resources: Vec::new(),
        expected: if refactor.kind == RefactorKind::Extract { Expected::Same } else { Expected::More },
    }
}

/// What is another than before, but for the level that the paths gain and the ids that come of it.
pub(crate) fn compare(before: &Templates, after: &Templates) -> Vec<String> {
    if before.resources.len() != after.resources.len() {
        return vec![format!("{} resources instead of {}", after.resources.len(), before.resources.len())];
    }
    let mut complaints = Vec::new();
    let (mut paths, mut others) = (Vec::new(), Vec::new());
    let mut levels = BTreeSet::new();
    for path in after.resources.keys() {
        let segments: Vec<&str> = path.split('/').collect();
        let without = |at: usize| {
            let kept = segments.iter().enumerate().filter(|it| it.0 != at);
            (kept.map(|it| *it.1).collect::<Vec<_>>().join("/"), Some(segments[at].to_owned()))
        };
        let known = |it: &(String, Option<String>)| before.resources.contains_key(&it.0);
        let shorter = (0..segments.len()).map(without);
        match std::iter::once((path.clone(), None)).chain(shorter).find(known) {
            Some((old, level)) => {
                levels.extend(level);
                paths.push((path, old));
            }
            None => others.push(path),
        }
    }
    // Ids are part of some paths.
    for path in others {
        let parent = |path: &str| shape(path.rsplit_once('/').map_or("", |it| it.0), &levels);
        let new = after.resources[path].json();
        let is_it = |(old, resource): &(&String, &Resource)| {
            parent(old) == parent(path) && difference(resource.json(), new, &levels).is_none()
        };
        match before.resources.iter().find(is_it).map(|it| it.0) {
            Some(old) => paths.push((path, old.clone())),
            None => complaints.push(format!("{path} was not there before")),
        }
    }
    for (path, old) in paths {
        let (new, old) = (after.resources[path].json(), before.resources[&old].json());
        if let Some(place) = difference(old, new, &levels) {
            complaints.push(format!("{path} is another than before: {place}"));
        }
    }
    complaints
}

/// The first place where two values differ by more than ids and paths.
fn difference(old: &Json, new: &Json, levels: &BTreeSet<String>) -> Option<String> {
    match (old, new) {
        (Json::Object(a), Json::Object(b)) => {
            let keys =
                |it: &serde_json::Map<String, Json>| it.keys().map(|it| shape(it, levels)).collect::<BTreeSet<_>>();
            if keys(a) != keys(b) {
                return Some(format!("{:?} and {:?}", keys(a), keys(b)));
            }
            let mut entries = a.iter().filter(|it| it.0 != "aws:cdk:path");
            entries.find_map(|(key, a)| {
                let mut same = b.iter().filter(|it| shape(it.0, levels) == shape(key, levels));
                let is_met = same.any(|it| difference(a, it.1, levels).is_none());
                (!is_met).then(|| format!("{key}: {a}"))
            })
        }
        (Json::Array(a), Json::Array(b)) if a.len() == b.len() => {
            // What is sorted by its id may be in another order.
            let is_met = |it: &Json| b.iter().any(|other| difference(it, other, levels).is_none());
            a.iter().find(|it| !is_met(it)).map(|it| it.to_string())
        }
        (Json::String(a), Json::String(b)) => (shape(a, levels) != shape(b, levels)).then(|| format!("{a} and {b}")),
        (a, b) => (a != b).then(|| format!("{a} and {b}")),
    }
}

/// A text without what comes of paths: the names of the new levels, and hashes.
fn shape(text: &str, levels: &BTreeSet<String>) -> String {
    let upper = |it: char| it.is_ascii_digit() || ('A'..='F').contains(&it);
    let lower = |it: char| it.is_ascii_digit() || ('a'..='f').contains(&it);
    let out = without_runs(&without_runs(&without_contents(text, upper, lower), upper, true), lower, false);
    let mut out = out.to_lowercase();
    out.retain(|it| it.is_alphanumeric());
    for level in levels {
        let level: String = level.to_lowercase().chars().filter(|it| it.is_alphanumeric()).collect();
        out = out.replace(&level, "");
    }
    out
}

/// A text without the hashes of ids behind which that of a deployment's contents stands: eight digits, and 32 of other letters.
/// Where the second begins with figures, nothing else tells where the first one ends.
fn without_contents(text: &str, upper: impl Fn(char) -> bool, lower: impl Fn(char) -> bool) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_both = rest.get(..8).is_some_and(|it| it.chars().all(&upper))
            && rest.get(8..40).is_some_and(|it| it.chars().all(&lower));
        let taken = if is_both { 40 } else { first.len_utf8() };
        if !is_both {
            out.push(first);
        }
        rest = &rest[taken..];
    }
    out
}

/// A text without the hashes that are written with such digits. Where these `are_of_ids`, each is eight digits long, and what
/// comes before and behind them in an id may look like digits too: `DefaultRoute6`, `Endpoint`.
fn without_runs(text: &str, is_digit: impl Fn(char) -> bool, are_of_ids: bool) -> String {
    let mut out = String::new();
    for piece in text.split_inclusive(|it| !is_digit(it)) {
        let rest = piece.trim_start_matches(&is_digit);
        let digits = &piece[..piece.len() - rest.len()];
        if digits.len() < 8 || !digits.contains(|it: char| it.is_ascii_digit()) {
            out.push_str(piece);
            continue;
        }
        if are_of_ids {
            let begins_word = rest.starts_with(|it: char| it.is_ascii_lowercase())
                && digits.ends_with(|it: char| it.is_ascii_alphabetic())
                && digits.len() % 8 != 0;
            let (hashes, word) = digits.split_at(digits.len() - usize::from(begins_word));
            out.push_str(&hashes[..hashes.len() % 8]);
            out.push_str(word);
        }
        out.push_str(rest);
    }
    out
}
