//! Other ways to write a program.
//!
//! A refactor is offered when its result means the same and compiles, as far as the text shows: what cannot be moved
//! surely stays where it is.

mod classes;
mod extract;
mod infer;
mod names;
mod pipeline;
mod types;

pub(crate) use pipeline::EnvironmentOf;

use crate::file::Source;
use model::{Lowered, Refactor};
use syntax::typescript::Node;
use text::TextRange;

/// What can be done with the text in `range`.
pub(crate) fn refactors(
    source: &Source,
    lowered: &Lowered,
    range: TextRange,
    environment_of: EnvironmentOf<'_>,
) -> Vec<Refactor> {
    let extracted = extract::extract(source, range);
    extracted.into_iter().chain(pipeline::scaffold(source, lowered, range, environment_of)).collect()
}

/// The first of the comments right above a statement, or the statement.
fn above<'r>(text: &str, statement: Node<'r>) -> Node<'r> {
    let mut first = statement;
    while let Some(comment) = first.prev_sibling().filter(|it| it.kind() == "comment") {
        let line = text[..comment.start_byte()].rfind('\n').map_or(0, |it| it + 1);
        let is_alone = text[line..comment.start_byte()].trim().is_empty();
        if !is_alone || comment.end_position().row + 1 != first.start_position().row {
            break;
        }
        first = comment;
    }
    first
}

/// The comment at the end of the line that a statement ends on, or the statement.
fn behind(statement: Node<'_>) -> Node<'_> {
    let row = statement.end_position().row;
    let comment = statement.next_sibling().filter(|it| it.kind() == "comment" && it.start_position().row == row);
    comment.unwrap_or(statement)
}

/// With a capital in front.
fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The white space that the line of the byte at `offset` begins with.
fn indent_of(text: &str, offset: usize) -> &str {
    let line = &text[text[..offset].rfind('\n').map_or(0, |it| it + 1)..];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}
