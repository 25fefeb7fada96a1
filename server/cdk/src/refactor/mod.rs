//! Other ways to write a program.
//!
//! A refactor is offered when its result means the same and compiles, as far as the text shows: what cannot be moved
//! surely stays where it is.

mod extract;
mod infer;
mod names;
mod types;

use crate::file::Source;
use model::Refactor;
use text::TextRange;

/// What can be done with the text in `range`.
pub(crate) fn refactors(source: &Source, range: TextRange) -> Vec<Refactor> {
    extract::extract(source, range).into_iter().collect()
}
