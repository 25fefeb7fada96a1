//! Runs every section of `tests/features/completion*.md` as a test of its own.
//!
//! A text has a `$0` where the cursor is. The block `offers` below it lists what an editor shows there: what has the typed
//! letters in it, each with its detail. A block `accept LABEL` holds the lines around the cursor after that offer is taken,
//! with its tab stops. `UPDATE=1 cargo test -p tests --test completions` writes both as they come out now, for a person to
//! read the difference.

use ide::{Completion, CompletionOptions, Completions, Document, Text};
use libtest_mimic::{Arguments, Trial};
use rules::{Options, Selection};
use std::fmt::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

const CURSOR: &str = "$0";
/// As many offers are listed.
const SHOWN: usize = 8;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let is_completion = |it: &PathBuf| {
        it.file_name().and_then(|it| it.to_str()).is_some_and(|it| it.starts_with("completion") && it.ends_with(".md"))
    };
    let files = tests::files(&tests::root().join("tests/features"));
    let mut trials = Vec::new();
    for path in files.into_iter().filter(is_completion) {
        let mut page = Page::read(&path);
        if std::env::var_os("UPDATE").is_some() {
            page.update(&path);
            page = Page::read(&path);
        }
        let stem = path.file_stem().and_then(|it| it.to_str()).unwrap_or_default().to_owned();
        for question in page.questions {
            let name = format!("{stem}: {}", question.heading);
            trials.push(Trial::test(name, move || question.check().map_err(Into::into)));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// A file of specifications.
struct Page {
    lines: Vec<String>,
    questions: Vec<Question>,
}

/// A text with a cursor, and what is expected there.
struct Question {
    heading: String,
    language: String,
    body: String,
    answers: Vec<Answer>,
}

/// A block below a text.
struct Answer {
    /// `offers`, or `accept` and the label of an offer.
    info: String,
    lines: Range<usize>,
    expected: String,
}

impl Page {
    fn read(path: &Path) -> Page {
        let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut questions: Vec<Question> = Vec::new();
        let mut heading = String::new();
        let mut at = 0;
        while at < lines.len() {
            if let Some(text) = lines[at].strip_prefix("## ") {
                heading = text.trim().to_owned();
            }
            let Some(info) = lines[at].strip_prefix("```") else {
                at += 1;
                continue;
            };
            let end = (at + 1..lines.len()).find(|it| lines[*it] == "```");
            let end = end.unwrap_or_else(|| panic!("{}:{}: a block is not closed", path.display(), at + 1));
            let body = lines[at + 1..end].iter().flat_map(|it| [it, "\n"]).collect();
            if matches!(info, "yaml" | "json") {
                let (heading, language) = (heading.clone(), info.to_owned());
                questions.push(Question { heading, language, body, answers: Vec::new() });
            } else {
                let question = questions.last_mut().unwrap_or_else(|| panic!("{}: nothing is asked", path.display()));
                question.answers.push(Answer { info: info.to_owned(), lines: at + 1..end, expected: body });
            }
            at = end + 1;
        }
        Page { lines, questions }
    }

    /// Writes what is offered now.
    fn update(&self, path: &Path) {
        let mut lines = self.lines.clone();
        for question in self.questions.iter().rev() {
            let state = State::of(question);
            for answer in question.answers.iter().rev() {
                lines.splice(answer.lines.clone(), state.answer(&answer.info).lines().map(str::to_owned));
            }
        }
        let text = lines.join("\n").trim_end().to_owned() + "\n";
        std::fs::write(path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}

impl Question {
    fn check(&self) -> Result<(), String> {
        let state = State::of(self);
        let mut failures = String::new();
        for answer in &self.answers {
            let actual = state.answer(&answer.info);
            if answer.expected.trim_end() != actual.trim_end() {
                let _ =
                    writeln!(failures, "{}\n---- expected\n{}---- actual\n{actual}----", answer.info, answer.expected);
            }
        }
        for offer in &state.completions.items {
            failures.extend(state.fault(offer));
        }
        if failures.is_empty() { Ok(()) } else { Err(failures) }
    }
}

/// What is offered in a text.
struct State {
    source: String,
    cursor: usize,
    completions: Completions,
}

impl State {
    fn of(question: &Question) -> State {
        let cursor = question.body.find(CURSOR).unwrap_or_else(|| panic!("{}: no cursor", question.heading));
        let source = question.body.replacen(CURSOR, "", 1);
        let selection = Arc::new(Selection::new(Vec::new(), Options::default()));
        let analysis = Document::new(format!("spec.{}", question.language), selection).analyse(&Text::new(&source, 0));
        let completions = analysis.completions(text::size(cursor), CompletionOptions { snippets: true });
        State { source, cursor, completions }
    }

    fn answer(&self, info: &str) -> String {
        match info.strip_prefix("accept ") {
            Some(label) => self.accept(label),
            None => self.offers(),
        }
    }

    /// What an editor shows.
    fn offers(&self) -> String {
        let items: Vec<&Completion> = self.completions.items.iter().filter(|it| self.is_shown(it)).collect();
        let mut out = String::new();
        for it in items.iter().take(SHOWN) {
            let detail = it.detail.as_deref().map(|it| format!(" -- {it}")).unwrap_or_default();
            let _ = writeln!(out, "{}{detail}", it.label);
        }
        if items.len() > SHOWN {
            let _ = writeln!(out, "... {} more", items.len() - SHOWN);
        }
        if self.completions.is_incomplete {
            out += "... and those that other letters lead to\n";
        }
        if out.is_empty() { "nothing\n".to_owned() } else { out }
    }

    /// The letters in front of the cursor are in the offer, in this order: so every editor filters, or more strictly.
    fn is_shown(&self, offer: &Completion) -> bool {
        let typed = &self.source[usize::from(offer.insert.start())..self.cursor];
        let mut letters = offer.filter.chars().map(|it| it.to_ascii_lowercase());
        typed.chars().all(|it| letters.any(|letter| letter == it.to_ascii_lowercase()))
    }

    /// The lines from the first that changes to the last.
    fn accept(&self, label: &str) -> String {
        let Some(offer) = self.completions.items.iter().find(|it| it.label == label) else {
            return format!("{label} is not offered\n");
        };
        let (start, end) = (usize::from(offer.replace.start()), usize::from(offer.replace.end()));
        let first = self.source[..start].rfind('\n').map_or(0, |it| it + 1);
        let last = self.source[end..].find('\n').map_or(self.source.len(), |it| end + it);
        let line = &self.source[first..];
        let indent = &line[..line.len() - line.trim_start_matches(' ').len()];
        let text = offer.text.replace('\n', &format!("\n{indent}"));
        let comma = offer.comma.map_or(start, usize::from);
        let first = first.min(self.source[..comma].rfind('\n').map_or(0, |it| it + 1));
        let (before, between) = (&self.source[first..comma], &self.source[comma..start]);
        let comma = if offer.comma.is_some() { "," } else { "" };
        format!("{before}{comma}{between}{text}{}\n", &self.source[end..last])
    }

    /// What clients could not do with an offer.
    fn fault(&self, offer: &Completion) -> Option<String> {
        let place = &self.source[usize::from(offer.replace.start())..usize::from(offer.replace.end())];
        let cursor = text::size(self.cursor);
        if place.contains('\n') || !offer.replace.contains_inclusive(cursor) || offer.insert.end() != cursor {
            return Some(format!("{}: {:?} is no place around the cursor\n", offer.label, offer.replace));
        }
        (offer.insert.start() != offer.replace.start()).then(|| format!("{}: the places differ\n", offer.label))
    }
}
