//! What we say of templates, against what cfn-lint and AWS's own validator say of them.
//!
//! Runs where `STACKLINT_ORACLES=1` is set (or `cfn_lint` or `validate`, for one of them) and Python and Node are there,
//! over the examples and the templates in the specifications of the rules, or over the folders that `STACKLINT_TEMPLATES`
//! names (`one:other`). The shares are printed; `target/oracles` gets the tables (`report.md`) and every difference with
//! its place (`missing.txt`, `extra.txt`). Differences that are meant stand in `explained.txt`, with the reason.

mod compare;
mod oracle;
mod templates;

use compare::{Comparison, Explained};
use ide::Severity;
use oracle::{Oracle, Said};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use templates::Template;

/// Makes an oracle ready, in a folder.
type Install = fn(&Path) -> Result<Oracle, String>;

/// The answers of an oracle, by file.
type Answers = HashMap<PathBuf, Vec<Said>>;

#[test]
fn what_is_said_of_templates_is_what_others_say() {
    let Ok(wanted) = std::env::var("STACKLINT_ORACLES") else {
        eprintln!("skipped: STACKLINT_ORACLES=1 compares the findings in templates with those of cfn-lint, by Python");
        return;
    };
    let folder = tests::root().join("target/oracles");
    fs::create_dir_all(folder.join("templates")).expect("the folder can be made");
    let templates = match std::env::var_os("STACKLINT_TEMPLATES") {
        Some(folders) => std::env::split_paths(&folders).flat_map(|it| templates::below(&it)).collect(),
        None => {
            let mut own = templates::below(&tests::root().join("tests/examples"));
            own.extend(templates::in_specifications(&folder.join("templates")));
            own
        }
    };
    let paths: Vec<PathBuf> = templates.iter().map(|(_, it)| it.clone()).collect();
    let templates: Vec<Template> =
        templates.into_iter().filter_map(|(name, path)| Template::check(name, path)).collect();

    let explained = Explained::parse(include_str!("explained.txt"));
    let (mut comparisons, mut answers) = (Vec::new(), Vec::new());
    let oracles: [(&str, Install); 2] = [("cfn_lint", Oracle::cfn_lint), ("validate", Oracle::validator)];
    for (_, install) in oracles.into_iter().filter(|(name, _)| wanted == "1" || wanted == *name) {
        let answer = install(&folder).and_then(|it| Ok((it.name, it.ask(&paths)?)));
        match answer {
            Ok((name, said)) => {
                comparisons.push((name, Comparison::new(name, &templates, &said, &explained)));
                answers.push(said);
            }
            Err(error) => eprintln!("left out: {error}"),
        }
    }
    let mut report = alarms(&templates, &answers);
    for (name, comparison) in &comparisons {
        eprintln!("{}", comparison.total());
        report += &comparison.report();
        report.push('\n');
        let suffix = if *name == "cfn_lint" { String::new() } else { format!("-{name}") };
        write(folder.join(format!("missing{suffix}.txt")), &comparison.missing());
        write(folder.join(format!("extra{suffix}.txt")), &comparison.extra());
    }
    let totals: String = comparisons.iter().map(|(_, it)| format!("- {}\n", it.total())).collect();
    write(
        folder.join("report.md"),
        &format!("# What others say of {} templates\n\n{totals}\n{report}", templates.len()),
    );
    eprintln!("the tables are in target/oracles/report.md");
}

/// Errors of ours at places where no oracle has one: those in templates without any error of theirs first.
fn alarms(templates: &[Template], answers: &[Answers]) -> String {
    let mut alarms: BTreeMap<&str, [Vec<String>; 2]> = BTreeMap::new();
    for template in templates {
        let theirs: Vec<&Said> = answers.iter().filter_map(|it| it.get(&template.path)).flatten().collect();
        let errors: Vec<&Said> = theirs.into_iter().filter(|it| it.is_error).collect();
        for found in template.findings.iter().filter(|it| it.severity == Severity::Error && it.rule.default_on) {
            if !errors.iter().any(|it| template.is_at(found, it) || compare::is_said(found, it, template)) {
                let lists = alarms.entry(found.rule.name).or_default();
                lists[usize::from(!errors.is_empty())].push(found.line(template));
            }
        }
    }
    let mut out =
        "## Suspected false alarms\n\nErrors of ours where no oracle has one, at most ten of each rule.\n".to_owned();
    let mut alarms: Vec<_> = alarms.into_iter().collect();
    alarms.sort_by_key(|(name, [good, bad])| (std::cmp::Reverse((good.len(), bad.len())), *name));
    for (name, [good, bad]) in alarms {
        writeln!(out, "\n### {name}: {} in templates without errors, {} in others\n", good.len(), bad.len())
            .expect("a string");
        let lines = good.iter().chain(&bad).take(10).map(|it| format!("- {it}"));
        out.extend(lines);
    }
    out.push('\n');
    out
}

fn write(path: PathBuf, text: &str) {
    fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
