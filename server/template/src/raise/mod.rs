//! Changes of the model → edits of the text.

use model::{Change, Lowered};
use syntax::data::Format;
use text::Edits;

/// Writes `changes`, all or none, into `text`, in its own style. `None`: they cannot be said here.
pub fn raise(_text: &str, _format: Format, _lowered: &Lowered, _changes: &[Change]) -> Option<Edits> {
    None
}
