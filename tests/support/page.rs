//! Pages of specifications: Markdown in which a block of source asks and the blocks below it are the answers.

use libtest_mimic::{Arguments, Trial};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// A block of source, and what is expected of it.
pub struct Question {
    /// The heading that it stands below.
    pub heading: String,
    /// `yaml`, `json`, `ts`.
    pub language: String,
    /// The source.
    pub body: String,
    /// What stands behind the backticks of each answer.
    pub asked: Vec<String>,
    /// All answers as they are written, fences and all.
    expected: String,
    /// Their lines.
    lines: Range<usize>,
}

/// Runs the pages in `tests/features` that `chosen` takes, by their path in there: one test for each question, whose
/// answers must be those that `answer` writes. With `UPDATE` in the environment they are written into the pages, for a
/// person to read the difference.
pub fn run(chosen: fn(&str) -> bool, answer: fn(&Question) -> String) -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for (name, path) in pages(chosen) {
        if std::env::var_os("UPDATE").is_some() {
            update(&path, answer);
        }
        for question in read(&path).1 {
            trials.push(Trial::test(format!("{name}: {}", question.heading), move || {
                let actual = answer(&question);
                match question.expected == actual.trim() {
                    true => Ok(()),
                    false => Err(format!("expected:\n{}\nfound:\n{actual}", question.expected).into()),
                }
            }));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// What the pages in `tests/features` ask that `chosen` takes.
pub fn questions(chosen: fn(&str) -> bool) -> Vec<Question> {
    pages(chosen).into_iter().flat_map(|it| read(&it.1).1).collect()
}

/// The pages that are chosen, with what each is called.
fn pages(chosen: fn(&str) -> bool) -> Vec<(String, PathBuf)> {
    let folder = crate::root().join("tests/features");
    let named = crate::files(&folder).into_iter().filter_map(|path| {
        let name = path.strip_prefix(&folder).ok()?.to_str()?.strip_suffix(".md")?.replace('\\', "/");
        Some((name, path))
    });
    named.filter(|it| chosen(&it.0)).collect()
}

/// The lines of a page, and what it asks.
fn read(path: &Path) -> (Vec<String>, Vec<Question>) {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut questions: Vec<Question> = Vec::new();
    let mut heading = String::new();
    let mut at = 0;
    while at < lines.len() {
        let line = &lines[at];
        if let Some(text) = line.strip_prefix("## ") {
            heading = text.trim().to_owned();
        }
        // Longer fences stand around Markdown.
        let fence = &line[..line.len() - line.trim_start_matches('`').len()];
        if fence.len() < 3 {
            at += 1;
            continue;
        }
        let end = (at + 1..lines.len()).find(|it| lines[*it] == fence);
        let end = end.unwrap_or_else(|| panic!("{}:{}: a block is not closed", path.display(), at + 1));
        let info = line[fence.len()..].to_owned();
        if matches!(info.as_str(), "yaml" | "json" | "ts" | "tsx") {
            let body = lines[at + 1..end].iter().flat_map(|it| [it, "\n"]).collect();
            let (heading, asked, expected) = (heading.clone(), Vec::new(), String::new());
            questions.push(Question { heading, language: info, body, asked, expected, lines: end + 1..end + 1 });
        } else {
            let question = questions.last_mut().unwrap_or_else(|| panic!("{}: nothing is asked", path.display()));
            question.lines.end = end + 1;
            question.asked.push(info);
        }
        at = end + 1;
    }
    for question in &mut questions {
        question.expected = lines[question.lines.clone()].join("\n").trim().to_owned();
    }
    (lines, questions)
}

/// Writes the answers as they come out now.
fn update(path: &Path, answer: fn(&Question) -> String) {
    let (mut lines, questions) = read(path);
    for question in questions.iter().rev() {
        let answers = format!("\n{}", answer(question).trim_end());
        lines.splice(question.lines.clone(), answers.lines().map(str::to_owned));
    }
    let text = lines.join("\n").trim_end().to_owned() + "\n";
    std::fs::write(path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
