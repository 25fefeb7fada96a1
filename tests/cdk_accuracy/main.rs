//! What we say of CDK programs is what the library synthesises of them.
//!
//! Runs where `STACKLINT_SYNTH=1` is set and Node is there, over the programs in `tests/cdk` and
//! `tests/examples`. `STACKLINT_CDK_APPS` names
//! a folder with other programs: of these the figures are printed too, and every miss is written to
//! `target/cdk-synth/misses.txt`. What nothing is said of stands in `target/cdk-synth/gaps.txt`, the largest first. What is still said wrongly of our own stands in `tests/cdk/misses.txt`: nothing is to
//! be added to it, and `UPDATE=1` takes out what is mended.

mod compare;
mod synthesis;

use cdk::{CdkFile, Dialect};
use compare::{Gap, Miss, Names, Tally, count};
use model::{Lowered, Node, Resource, Stack, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use synthesis::{Synthesised, Tool};
use tests::programs::{Disk, Modules, programs, sources};

#[test]
fn what_is_said_of_programs_is_so() {
    if std::env::var_os("STACKLINT_SYNTH").is_none() {
        eprintln!("skipped: STACKLINT_SYNTH=1 compares CDK programs with what they synthesise to, by Node");
        return;
    }
    let tool = match Tool::install() {
        Ok(tool) => tool,
        Err(error) => {
            eprintln!("skipped: the library of the CDK cannot be installed: {error}");
            return;
        }
    };
    let folders = ["tests/cdk", "tests/examples"].map(|it| tests::root().join(it));
    let mut programs: Vec<PathBuf> = folders.iter().flat_map(|it| programs(it)).collect();
    let own = programs.len();
    if let Some(folder) = std::env::var_os("STACKLINT_CDK_APPS") {
        programs.extend(tests::programs::programs(Path::new(&folder)));
    }
    let mut figures = Figures::default();
    let (mut wrong, mut elsewhere) = (Vec::new(), Vec::new());
    for ((index, program), synthesised) in programs.iter().enumerate().zip(tool.synthesise(&programs)) {
        match synthesised {
            Ok(synthesised) => {
                let found = figures.compare(program, &synthesised);
                if index < own { wrong.extend(found) } else { elsewhere.extend(found) }
            }
            Err(error) if index < own => panic!("{} does not synthesise: {error}", program.display()),
            Err(_) => figures.failed += 1,
        }
    }
    eprintln!("{figures}");
    let text = elsewhere.concat();
    fs::write(tests::root().join("target/cdk-synth/misses.txt"), &text).expect("the folder is there");
    eprintln!("{} misses in other programs are in target/cdk-synth/misses.txt", elsewhere.len());

    fs::write(tests::root().join("target/cdk-synth/gaps.txt"), figures.gaps()).expect("the folder is there");

    let known = tests::root().join("tests/cdk/misses.txt");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&known, wrong.concat()).expect("the folder is there");
    }
    let known = fs::read_to_string(known).unwrap_or_default();
    let new: Vec<String> = wrong.into_iter().filter(|it| !known.contains(it.as_str())).collect();
    assert!(new.is_empty(), "{} of what is said is not so:\n{}", new.len(), new.concat());
}

/// What was found, in all and by type of resource.
#[derive(Debug, Default)]
struct Figures {
    programs: usize,
    failed: usize,
    types: BTreeMap<String, Figure>,
    /// What nothing is said of, by type and property.
    gaps: BTreeMap<String, Unsaid>,
}

/// A property of which nothing is said.
#[derive(Debug, Default)]
struct Unsaid {
    leaves: usize,
    /// One of its values, and the resource that has it.
    example: String,
}

#[derive(Clone, Debug, Default)]
struct Figure {
    resources: usize,
    found: usize,
    leaves: usize,
    known: usize,
    right: usize,
    misses: usize,
}

/// A resource that we say is there.
struct Claim<'a> {
    file: &'a Path,
    lowered: &'a Lowered,
    stack: &'a Stack,
    resource: &'a Resource,
}

impl Figures {
    /// Compares what we say of a program with what it makes, and says what is not so.
    fn compare(&mut self, program: &Path, theirs: &Synthesised) -> Vec<String> {
        self.programs += 1;
        let modules = Modules::default();
        let mut files = Vec::new();
        for file in sources(program, &["ts"]) {
            let Ok(text) = fs::read_to_string(&file) else { continue };
            if cdk::is_cdk(&text) {
                let disk = Disk::around(&file, &modules);
                files.push((file, CdkFile::new(Dialect::TypeScript).lower_among(&text.into(), Some(&disk))));
            }
        }
        let mut claims: BTreeMap<&str, Vec<Claim<'_>>> = BTreeMap::new();
        for (file, lowered) in &files {
            // A class that nothing makes is no part of the program.
            for stack in lowered.stacks.iter().filter(|it| it.path.is_some()) {
                for resource in &stack.resources {
                    if let Some(path) = &resource.path {
                        claims.entry(path).or_default().push(Claim { file, lowered, stack, resource });
                    }
                }
            }
        }
        let mut wrong = BTreeSet::new();
        for (path, claims) in &mut claims {
            // What is said of a resource counts where it is written.
            claims.sort_by_key(|it| it.lowered.map.resolve(it.resource.origin).is_none());
            for (index, claim) in claims.iter().enumerate() {
                let is_home = claim.lowered.map.resolve(claim.resource.origin).is_some();
                if index > 0 && !is_home {
                    continue;
                }
                let tally = check(claim, path, theirs);
                for miss in &tally.misses {
                    let file = claim.file.strip_prefix(program).unwrap_or(claim.file).display();
                    let place = format!("{}/{file}", program.file_name().unwrap_or_default().to_string_lossy());
                    let Miss { path: property, ours, theirs } = miss;
                    let ty = &claim.resource.ty.text;
                    wrong
                        .insert(format!("{place}: {ty} {path} {property}\n    ours:   {ours}\n    theirs: {theirs}\n"));
                }
                if index == 0 {
                    self.leave(program, &claim.resource.ty.text, path, &tally.gaps);
                    self.add(claim, path, theirs, &tally);
                }
            }
        }
        for (path, resource) in &theirs.resources {
            let figure = self.types.entry(resource.ty.clone()).or_default();
            figure.resources += 1;
            if !claims.contains_key(path.as_str()) {
                let properties = resource.json.get("Properties");
                let leaves = properties.map_or(0, count);
                figure.leaves += leaves;
                let whole = Gap { path: "not found".to_owned(), leaves, theirs: String::new() };
                self.leave(program, &resource.ty, path, [&whole]);
            }
        }
        wrong.into_iter().collect()
    }

    fn add(&mut self, claim: &Claim<'_>, path: &str, theirs: &Synthesised, tally: &Tally) {
        let there = theirs.resources.get(path);
        let ty = there.map_or(claim.resource.ty.text.as_str(), |it| &it.ty);
        let figure = self.types.entry(ty.to_owned()).or_default();
        figure.found += usize::from(there.is_some_and(|it| it.ty == claim.resource.ty.text.as_str()));
        figure.leaves += tally.leaves;
        figure.known += tally.known;
        figure.right += tally.right;
        figure.misses += tally.misses.len();
    }

    /// Notes what nothing is said of.
    fn leave<'a>(&mut self, program: &Path, ty: &str, path: &str, gaps: impl IntoIterator<Item = &'a Gap>) {
        let program = program.file_name().unwrap_or_default().to_string_lossy();
        for gap in gaps {
            let unsaid = self.gaps.entry(format!("{ty} {}", without_indices(&gap.path))).or_default();
            unsaid.leaves += gap.leaves;
            unsaid.example = format!("{program}: {path} {}", gap.theirs);
        }
    }

    fn gaps(&self) -> String {
        let mut gaps: Vec<_> = self.gaps.iter().collect();
        gaps.sort_by_key(|(_, it)| std::cmp::Reverse(it.leaves));
        gaps.iter().map(|(name, it)| format!("{:>5} {name}\n      {}\n", it.leaves, it.example)).collect()
    }
}

/// A path with `[]` for each `[3]`.
fn without_indices(path: &str) -> String {
    let mut out = String::new();
    let mut is_inside = false;
    for character in path.chars() {
        is_inside = is_inside && character != ']';
        if !is_inside {
            out.push(character);
        }
        is_inside = is_inside || character == '[';
    }
    out
}

/// What is said of a resource, against what is so.
fn check(claim: &Claim<'_>, path: &str, theirs: &Synthesised) -> Tally {
    let resource = claim.resource;
    let ty = resource.ty.text.as_str();
    let Some(there) = theirs.resources.get(path) else {
        // It may be there, or it is in a template that does not say what made it.
        let is_certain = resource.condition.is_none();
        let miss = Miss { path: String::new(), ours: ty.to_owned(), theirs: "no such resource".to_owned() };
        return Tally { misses: Vec::from_iter(is_certain.then_some(miss)), ..Tally::default() };
    };
    if there.ty != ty {
        let miss = Miss { path: "Type".to_owned(), ours: ty.to_owned(), theirs: there.ty.clone() };
        let leaves = there.json.get("Properties").map_or(0, count);
        return Tally { leaves, misses: vec![miss], ..Tally::default() };
    }
    let keys = claim.stack.resources.iter();
    let names = Names {
        ours: keys.map(|it| (it.key.to_string(), it.path.as_ref().map(ToString::to_string))).collect(),
        theirs: theirs.templates[there.template].clone(),
        region: claim.stack.region.as_ref().map(ToString::to_string),
        account: claim.stack.account.as_ref().map(ToString::to_string),
    };
    let empty = serde_json::json!({});
    let properties = there.json.get("Properties").unwrap_or(&empty);
    let mut tally = match (&resource.properties.value, count(properties)) {
        // Nothing is there, and nothing may be said to be.
        (Value::Map(map), 0) => {
            let mut tally = Tally::default();
            for (name, node) in &map.entries {
                tally.add(names.compare(&name.text, node, None));
            }
            tally
        }
        _ => names.compare("Properties", &resource.properties, Some(properties)),
    };
    for name in ["DeletionPolicy", "UpdateReplacePolicy"] {
        let unknown = Node::unknown(resource.id.span);
        let node = resource.attributes.get(name).unwrap_or(&unknown);
        let found = names.compare(name, node, there.json.get(name));
        tally.misses.extend(found.misses);
    }
    tally
}

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{} programs ({} do not synthesise)", self.programs, self.failed)?;
        writeln!(f, "{:<52} {:>12} {:>8} {:>14} {:>7} {:>7}", "", "resources", "", "leaves", "", "misses")?;
        writeln!(
            f,
            "{:<52} {:>5} {:>6} {:>8} {:>6} {:>7} {:>7} {:>7}",
            "type", "all", "found", "all", "known", "", "right", "misses"
        )?;
        let mut all = Figure::default();
        let mut types: Vec<_> = self.types.iter().collect();
        types.sort_by_key(|(_, it)| std::cmp::Reverse(it.leaves));
        let mut lines = String::new();
        for (ty, it) in types {
            line(&mut lines, ty, it);
            all.resources += it.resources;
            all.found += it.found;
            all.leaves += it.leaves;
            all.known += it.known;
            all.right += it.right;
            all.misses += it.misses;
        }
        line(&mut lines, "in all", &all);
        f.write_str(&lines)
    }
}

fn line(out: &mut String, ty: &str, it: &Figure) {
    let share = 100 * it.known / it.leaves.max(1);
    writeln!(
        out,
        "{ty:<52} {:>5} {:>6} {:>8} {:>6} {share:>5} % {:>7} {:>7}",
        it.resources, it.found, it.leaves, it.known, it.right, it.misses
    )
    .expect("a string takes everything");
}
