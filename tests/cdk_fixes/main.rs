//! Every fix of a CDK program leaves one that the compiler of TypeScript takes, that synthesises, and whose template has
//! what the fix promised and nothing else that is new.
//!
//! Runs where `STACKLINT_SYNTH=1` is set and Node is there: over the programs in `tests/cdk` and `tests/examples`, and
//! over the blocks of the specifications. `STACKLINT_CDK_APPS` names a folder with other programs: what is wrong with
//! fixes of these is written to `target/cdk-synth/fixes.txt`. Beside it `fixed.txt` has what all fixes do, `unwritten.txt`
//! those that cannot be written where they are wanted. `STACKLINT_FIXES` tries only fixes whose line in there has this text.
//!
//! What is refactored must make the same as before, but for the level that the paths of what moves gain. `refactored.txt`
//! has all that was tried, `refactors.txt` what is wrong with that of other programs; `STACKLINT_SYNTH=types` only compiles it.

mod cases;
mod node;
mod refactors;

use cases::{Case, Cases, Expected};
use node::Templates;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

#[test]
fn what_is_fixed_compiles_and_synthesises() {
    if std::env::var_os("STACKLINT_SYNTH").is_none() {
        eprintln!("skipped: STACKLINT_SYNTH=1 compiles and synthesises what fixes leave, by Node");
        return;
    }
    let folder = match tests::programs::install_library() {
        Ok(folder) => folder,
        Err(error) => {
            eprintln!("skipped: the library of the CDK cannot be installed: {error}");
            return;
        }
    };
    let mut cases = Cases::default();
    cases::of_specifications(&mut cases, &folder.join("fixes/specifications"));
    for programs in ["tests/cdk", "tests/examples"] {
        cases::of_programs(&mut cases, &tests::root().join(programs));
    }
    let own = cases.all.len();
    if let Some(folder) = std::env::var_os("STACKLINT_CDK_APPS") {
        cases::of_programs(&mut cases, Path::new(&folder));
    }
    let Cases { all: mut cases, unwritten } = cases;
    fs::write(folder.join("unwritten.txt"), unwritten.concat()).expect("the folder is there");
    if let Some(filter) = std::env::var_os("STACKLINT_FIXES") {
        let filter = filter.to_string_lossy();
        cases.retain(|it| it.name.contains(&*filter));
    }
    let mut complaints: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for (index, found) in types(&folder, &cases) {
        complaints.entry(index).or_default().extend(found);
    }
    let mut synthesised = 0;
    for (index, found) in templates(&folder.join("fixes"), &cases) {
        synthesised += 1;
        complaints.entry(index).or_default().extend(found);
    }
    complaints.retain(|_, it| !it.is_empty());
    let mut fixed = String::new();
    for case in &cases {
        let _ = writeln!(fixed, "==== {}\n{}", case.name, case.difference());
    }
    fs::write(folder.join("fixed.txt"), fixed).expect("the folder is there");
    let say = |(index, found): (&usize, &Vec<String>)| {
        let case = &cases[*index];
        format!("{}\n  {}\n{}\n", case.name, found.join("\n  "), case.difference())
    };
    let wrong: Vec<String> = complaints.iter().filter(|it| *it.0 < own).map(say).collect();
    let elsewhere: Vec<String> = complaints.iter().filter(|it| *it.0 >= own).map(say).collect();
    fs::write(folder.join("fixes.txt"), elsewhere.concat()).expect("the folder is there");
    eprintln!(
        "{} fixes, {synthesised} of them synthesised; {} are wrong, and {} of other programs (target/cdk-synth/fixes.txt)",
        cases.len(),
        wrong.len(),
        elsewhere.len()
    );
    assert!(wrong.is_empty(), "{} fixes are wrong:\n{}", wrong.len(), wrong.concat());
}

#[test]
fn what_is_refactored_compiles_and_synthesises_to_the_same() {
    if std::env::var_os("STACKLINT_SYNTH").is_none() {
        eprintln!("skipped: STACKLINT_SYNTH=1 compiles and synthesises what refactors leave, by Node");
        return;
    }
    let folder = match tests::programs::install_library() {
        Ok(folder) => folder,
        Err(error) => {
            eprintln!("skipped: the library of the CDK cannot be installed: {error}");
            return;
        }
    };
    let mut cases = Vec::new();
    refactors::of_specifications(&mut cases, &folder.join("refactors/specifications"));
    for programs in ["tests/cdk", "tests/examples"] {
        refactors::of_programs(&mut cases, &tests::root().join(programs));
    }
    let own = cases.len();
    if let Some(folder) = std::env::var_os("STACKLINT_CDK_APPS") {
        refactors::of_programs(&mut cases, Path::new(&folder));
    }
    if let Some(filter) = std::env::var_os("STACKLINT_FIXES") {
        let filter = filter.to_string_lossy();
        cases.retain(|it| it.name.contains(&*filter));
    }
    let mut complaints: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for (index, found) in types(&folder, &cases) {
        complaints.entry(index).or_default().extend(found);
    }
    let mut synthesised = 0;
    let is_quick = std::env::var_os("STACKLINT_SYNTH").is_some_and(|it| it == "types");
    let made = if is_quick { Vec::new() } else { templates(&folder.join("refactors"), &cases) };
    for (index, found) in made {
        synthesised += 1;
        complaints.entry(index).or_default().extend(found);
    }
    complaints.retain(|_, it| !it.is_empty());
    let mut done = String::new();
    for case in &cases {
        let _ = writeln!(done, "==== {}\n{}", case.name, case.difference());
    }
    fs::write(folder.join("refactored.txt"), done).expect("the folder is there");
    let say = |(index, found): (&usize, &Vec<String>)| {
        let case = &cases[*index];
        format!("{}\n  {}\n{}\n", case.name, found.join("\n  "), case.difference())
    };
    let wrong: Vec<String> = complaints.iter().filter(|it| *it.0 < own).map(say).collect();
    let elsewhere: Vec<String> = complaints.iter().filter(|it| *it.0 >= own).map(say).collect();
    fs::write(folder.join("refactors.txt"), elsewhere.concat()).expect("the folder is there");
    eprintln!(
        "{} refactors, {synthesised} of them synthesised; {} are wrong, and {} of other programs \
         (target/cdk-synth/refactors.txt)",
        cases.len(),
        wrong.len(),
        elsewhere.len()
    );
    assert!(wrong.is_empty(), "{} refactors are wrong:\n{}", wrong.len(), wrong.concat());
}

/// What the compiler says after fixes and did not say before.
fn types(folder: &Path, cases: &[Case]) -> Vec<(usize, Vec<String>)> {
    let mut files: Vec<(String, &str)> = Vec::new();
    let mut before: BTreeMap<&Path, usize> = BTreeMap::new();
    for (index, case) in cases.iter().enumerate() {
        before.entry(&case.path).or_insert_with(|| {
            files.push((case.path.to_string_lossy().into_owned(), &case.before));
            files.len() - 1
        });
        files.push((case.path.with_extension(format!("fixed{index}.ts")).to_string_lossy().into_owned(), &case.after));
    }
    let found = node::types(folder, &files);
    let mut out = Vec::new();
    let mut at = 0;
    let mut seen = BTreeSet::new();
    for (index, case) in cases.iter().enumerate() {
        at += usize::from(seen.insert(&case.path));
        let mut known = found[before[&*case.path]].clone();
        let new = found[at].iter().filter(|it| match known.iter().position(|known| known == *it) {
            Some(at) => {
                known.swap_remove(at);
                false
            }
            None => true,
        });
        out.push((index, new.cloned().collect()));
        at += 1;
    }
    out
}

/// What is wrong with the templates after fixes, for each case whose program synthesises before.
fn templates(folder: &Path, cases: &[Case]) -> Vec<(usize, Vec<String>)> {
    let mut jobs: Vec<(&Case, &str)> = Vec::new();
    let mut before: BTreeMap<&Path, usize> = BTreeMap::new();
    let mut after = Vec::new();
    for case in cases {
        before.entry(&case.program).or_insert_with(|| {
            jobs.push((case, &case.before));
            jobs.len() - 1
        });
        after.push(jobs.len());
        jobs.push((case, &case.after));
    }
    let results = node::synthesise(folder, &jobs);
    let mut out = Vec::new();
    for (index, case) in cases.iter().enumerate() {
        // What does not synthesise or makes nothing says nothing.
        let Ok(before) = &results[before[&*case.program]] else { continue };
        if before.resources.is_empty() {
            continue;
        }
        out.push((
            index,
            match &results[after[index]] {
                Ok(after) if case.expected == Expected::Same => refactors::compare(before, after),
                Ok(after) if case.expected == Expected::More && after.resources.len() > before.resources.len() => {
                    Vec::new()
                }
                Ok(after) => compare(case, before, after),
                Err(error) => vec![format!("it does not synthesise: {error}")],
            },
        ));
    }
    out
}

/// Rules whose fixes say the same in other words where a program says for which account and region its stacks are.
const OTHER_WORDS: &[&str] = &["hardcoded-account-id", "hardcoded-region"];

/// Rules, and what is found once their fixes are applied since it makes sense only then: a network load balancer logs only what
/// comes in by TLS.
const ENTAILED: &[(&str, &str)] = &[("alb-without-https-listener", "load-balancer-without-access-logs")];

fn compare(case: &Case, before: &Templates, after: &Templates) -> Vec<String> {
    let mut complaints = Vec::new();
    let changed = before.resources.iter().any(|(path, it)| after.resources.get(path) != Some(it));
    let is_same = !changed && after.resources.len() == before.resources.len() && after.stacks == before.stacks;
    if is_same && case.rule.is_some_and(|it| OTHER_WORDS.contains(&it)) {
        return complaints;
    }
    let count = |it: &Templates, rule: &str| it.findings.get(rule).copied().unwrap_or(0);
    if let Some(rule) = case.rule {
        let known = count(before, rule);
        if known > 0 && count(after, rule) >= known {
            complaints.push(format!("`{rule}` still finds it in the template"));
        }
    }
    for (rule, number) in &after.findings {
        let is_entailed = ENTAILED.iter().any(|it| case.rule == Some(it.0) && it.1 == *rule);
        if *number > count(before, rule) && !is_entailed {
            complaints.push(format!("`{rule}` finds more in the template than before"));
        }
    }
    if is_same {
        complaints.push("what it synthesises to is the same as before".to_owned());
    }
    if !case.resources.is_empty() {
        let unrelated = unrelated(&case.resources, before, after);
        complaints.extend(unrelated.iter().map(|it| format!("{it} is another than before")));
    }
    complaints
}

/// The resources that are others than before, although neither they nor others that changed have to do with these.
fn unrelated(resources: &[String], before: &Templates, after: &Templates) -> Vec<String> {
    let all: BTreeSet<&String> = before.resources.keys().chain(after.resources.keys()).collect();
    // Of what a construct makes several of, all are meant.
    let mut meant: Vec<String> = Vec::new();
    for path in &all {
        let segments: Vec<&str> = path.split('/').collect();
        let at = segments.iter().position(|it| resources.iter().any(|resource| it == resource));
        meant.extend(at.map(|it| segments[..if it > 1 { it } else { it + 1 }].join("/") + "/"));
    }
    let is_meant = |path: &str| meant.iter().any(|it| format!("{path}/").starts_with(it.as_str()));
    let (mut related, mut left): (Vec<&String>, Vec<&String>) = all.into_iter().partition(|it| is_meant(it));
    left.retain(|it| before.resources.get(*it) != after.resources.get(*it));
    let are_linked = |a: &str, b: &str| [before, after].iter().any(|it| it.refers(a, b) || it.refers(b, a));
    while let Some(index) = left.iter().position(|it| related.iter().any(|other| are_linked(it, other))) {
        related.push(left.swap_remove(index));
    }
    left.into_iter().cloned().collect()
}
