//! Runs every question of `tests/features/refactor/*.md` as a test of its own.
//!
//! A text has a `$0` where the cursor is, or one at each end of what is selected. The block `offers` below it lists what
//! can be done there, each with its kind. A block whose language is followed by `apply` and the title of an offer
//! (```` ```ts apply Extract the bucket ````) is the whole text after it; what it makes beside that follows in blocks with
//! `create` and the path of the file. `UPDATE=1 cargo test -p tests --test refactors` writes these blocks as they come out
//! now, for a person to read the difference: write `offers` and the first line of each `apply`, and let it fill them.
//!
//! Whatever is offered must leave texts that parse, and no warning or error that was not there before; of two templates
//! together none about what cannot deploy or cannot work.

use ide::{Analysis, Document, Refactor, RefactorKind, Severity, Text};
use rules::Selection;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::process::ExitCode;
use std::sync::Arc;
use tests::page::{self, Question};

const CURSOR: &str = "$0";

fn main() -> ExitCode {
    page::run(|it| it.starts_with("refactor/"), answers)
}

fn answers(question: &Question) -> String {
    let pieces: Vec<&str> = question.body.split(CURSOR).collect();
    let source = pieces.concat();
    let start = pieces[0].len();
    let end = match pieces.len() {
        2 => start,
        3 => start + pieces[1].len(),
        _ => panic!("{}: one cursor or one selection", question.heading),
    };
    let analysis = analyse(&question.language, &source);
    let refactors = analysis.refactors(text::range(start, end));
    let mut out = String::new();
    for asked in question.asked.iter().filter(|it| !it.contains(" create ")) {
        if !out.is_empty() {
            out.push('\n');
        }
        match asked.split_once(" apply ") {
            Some((language, title)) => match refactors.iter().find(|it| it.title == title) {
                Some(it) => apply(&mut out, it, language, &source),
                None => {
                    let _ = write!(out, "```{asked}\nthis is not offered\n```\n");
                }
            },
            None => {
                let _ = write!(out, "```{asked}\n{}```\n", offers(&refactors));
            }
        }
    }
    for refactor in &refactors {
        for fault in faults(refactor, question, &source) {
            let _ = writeln!(out, "{}: {fault}", refactor.title);
        }
    }
    out
}

fn analyse(language: &str, source: &str) -> Analysis {
    Document::new(format!("spec.{language}"), Arc::new(Selection::default())).analyse(&Text::new(source, 0))
}

fn offers(refactors: &[Refactor]) -> String {
    let kind = |kind| match kind {
        RefactorKind::Extract => "refactor.extract",
        RefactorKind::Other => "refactor",
    };
    let lines = refactors.iter().map(|it| format!("{}: {}\n", kind(it.kind), it.title));
    let lines: String = lines.collect();
    if lines.is_empty() { "nothing\n".to_owned() } else { lines }
}

/// The text after a refactor, and the files beside it, as blocks.
fn apply(out: &mut String, refactor: &Refactor, language: &str, source: &str) {
    let _ = write!(out, "```{language} apply {}\n{}```\n", refactor.title, refactor.edits.apply(source));
    for file in &refactor.files {
        let language = file.path.rsplit_once('.').map_or("", |it| it.1);
        let _ = write!(out, "\n```{language} create {}\n{}```\n", file.path, file.text);
    }
}

/// What no refactor may leave behind.
fn faults(refactor: &Refactor, question: &Question, source: &str) -> Vec<String> {
    let before = findings(&analyse(&question.language, source));
    let after = findings(&analyse(&question.language, &refactor.edits.apply(source)));
    let mut faults: Vec<String> = after
        .iter()
        .filter(|(rule, count)| **count > before.get(*rule).copied().unwrap_or(0))
        .map(|(rule, _)| format!("`{rule}` finds more than before"))
        .collect();
    if question.language != "ts" {
        faults.extend(tests::extraction::faults(&format!("spec.{}", question.language), source, refactor));
    }
    for file in &refactor.files {
        let language = file.path.rsplit_once('.').map_or("", |it| it.1);
        if analyse(language, &file.text).syntax_errors() > 0 {
            faults.push(format!("{} does not parse", file.path));
        }
    }
    faults
}

fn findings(analysis: &Analysis) -> BTreeMap<&'static str, usize> {
    let mut out = BTreeMap::new();
    for finding in analysis.findings.iter().filter(|it| it.severity > Severity::Info) {
        *out.entry(finding.rule.name).or_default() += 1;
    }
    out
}
