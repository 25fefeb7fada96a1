//! Another way to write what is written, with nothing wrong at the place.

use text::Edits;

/// What can be done with the text at a place, whether or not anything was found there.
///
/// Unlike a [`Change`](crate::Change) it is about the text of one language, so that each front end finds its own and writes
/// them at once.
#[derive(Clone, Debug, PartialEq)]
pub struct Refactor {
    /// What it does, as a command. No two at one place have the same.
    pub title: String,
    /// What sort of action it is.
    pub kind: RefactorKind,
    /// What it does to the file.
    pub edits: Edits,
    /// The files that it makes.
    pub files: Vec<NewFile>,
}

/// The sorts of refactors, as editors know them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefactorKind {
    /// What is selected gets a place and a name of its own.
    Extract,
    /// Anything else.
    Other,
}

/// A file that is not there yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// Where, from the folder of the file that is open, with `/` between names.
    pub path: String,
    /// Its text.
    pub text: String,
}
