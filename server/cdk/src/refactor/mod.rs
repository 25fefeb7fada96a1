//! Other ways to write a program.

use crate::file::Source;
use model::Refactor;
use text::TextRange;

/// What can be done with the text in `range`.
pub(crate) fn refactors(_source: &Source, _range: TextRange) -> Vec<Refactor> {
    Vec::new()
}
