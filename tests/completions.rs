//! Runs every section of `tests/features/completion*.md` as a test of its own.
//!
//! A text has a `$0` where the cursor is. The block `offers` below it lists what an editor shows there: what has the typed
//! letters in it, each with its detail. A block `accept LABEL` holds the lines around the cursor after that offer is taken,
//! with its tab stops. `UPDATE=1 cargo test -p tests --test completions` writes both as they come out now, for a person to
//! read the difference.

use ide::{Completion, CompletionOptions, Completions, Document, Text};
use rules::{Options, Selection};
use std::fmt::Write;
use std::process::ExitCode;
use std::sync::Arc;
use tests::page::{self, Question};

const CURSOR: &str = "$0";
/// As many offers are listed.
const SHOWN: usize = 8;

fn main() -> ExitCode {
    page::run(|it| it.starts_with("completion"), answers)
}

/// What is asked of a text, as blocks, and what clients could not do with what is offered.
fn answers(question: &Question) -> String {
    let state = State::of(question);
    let block = |info: &String| format!("```{info}\n{}```\n", state.answer(info));
    let blocks: Vec<String> = question.asked.iter().map(block).collect();
    let faults: String = state.completions.items.iter().filter_map(|it| state.fault(it)).collect();
    blocks.join("\n") + &faults
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
