//! Runs every section of `tests/features/hover*.md` as a test of its own.
//!
//! A text has a `$0` at each place where the pointer rests; the blocks below it are what is shown there, each with the
//! hovered word behind `markdown`, in the order of the places. `UPDATE=1 cargo test -p tests --test hovers` writes them as
//! they come out now, for a person to read the difference.

use ide::{Document, Text};
use rules::{Options, Selection};
use std::process::ExitCode;
use std::sync::Arc;
use tests::page::{self, Question};

const CURSOR: &str = "$0";

fn main() -> ExitCode {
    page::run(|it| it.starts_with("hover"), shown)
}

/// What is shown at each place of the text, as blocks.
fn shown(question: &Question) -> String {
    let mut source = String::new();
    let mut places = Vec::new();
    for (i, piece) in question.body.split(CURSOR).enumerate() {
        if i > 0 {
            places.push(source.len());
        }
        source += piece;
    }
    let selection = Arc::new(Selection::new(Vec::new(), Options::default()));
    let analysis = Document::new(format!("spec.{}", question.language), selection).analyse(&Text::new(&source, 0));
    let shown = places.into_iter().map(|at| match analysis.hover(text::size(at)) {
        Some(hover) => {
            let range = usize::from(hover.range.start())..usize::from(hover.range.end());
            assert!(range.contains(&at) || range.end == at, "{}: the range is elsewhere", question.heading);
            format!("````markdown {}\n{}````", source[range].replace('\n', "⏎"), hover.markdown)
        }
        None => "````markdown\n````".to_owned(),
    });
    shown.collect::<Vec<_>>().join("\n\n")
}
