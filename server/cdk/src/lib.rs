//! CDK TypeScript ⇄ the model.
//!
//! [`CdkFile::lower`] reads a program file into the model, [`raise`] writes a change of the model back into its text in
//! the words of the constructs.
//!
//! Lowering goes from the tree of the syntax ([`convert`]) over the names ([`scope`], [`imports`]) to values
//! ([`evaluate`]) and resources ([`lower`], [`table`], [`constructs`]). The names come with a walk through the program as
//! it would run: a class is walked for each instance of it, a function for each call. What the text does not decide is
//! unknown: nothing is run and nothing is guessed.

mod ast;
mod constructs;
mod convert;
mod evaluate;
mod facts;
mod file;
mod home;
mod imports;
mod l1;
mod library;
mod links;
mod lower;
mod paths;
mod program;
mod raise;
mod recover;
mod refactor;
mod scope;
mod table;
mod tags;
mod unique_id;
mod whole;

pub use file::Source;
pub use program::{Files, Module};
pub use whole::Programs;

use model::{Change, Intent, Lowered, Refactor};
use std::sync::Arc;
use text::{Edits, TextRange};

/// The dialect of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `.ts`, `.mts`, `.cts`.
    TypeScript,
    /// `.tsx`.
    Tsx,
}

/// One file of a CDK program over time.
#[derive(Debug)]
pub struct CdkFile {
    dialect: Dialect,
    state: file::State,
}

impl CdkFile {
    /// A file in this dialect.
    pub fn new(dialect: Dialect) -> CdkFile {
        CdkFile { dialect, state: file::State::new() }
    }

    /// The last state that was lowered, parsed; `None` before the first.
    pub fn source(&self) -> Option<&Source> {
        self.state.source()
    }

    /// Lowers a state of the file. Never fails, never guesses.
    pub fn lower(&mut self, text: &Arc<str>) -> Lowered {
        self.lower_among(text, None)
    }

    /// Lowers a state of the file as part of the program that `files` answers for.
    pub fn lower_among(&mut self, text: &Arc<str>, files: Option<&dyn Files>) -> Lowered {
        self.state.lower(self.dialect.grammar(), text, files)
    }
}

impl Dialect {
    fn grammar(self) -> syntax::typescript::Dialect {
        match self {
            Dialect::TypeScript => syntax::typescript::Dialect::TypeScript,
            Dialect::Tsx => syntax::typescript::Dialect::Tsx,
        }
    }
}

/// True when `text` is part of a CDK program: it imports `aws-cdk-lib`, one of its modules, or `@aws-cdk/...`.
pub fn is_cdk(text: &str) -> bool {
    imports::mentions_library(text)
}

/// Writes `changes`, or what they mean together, into `source`, all or none. `None`: it cannot be said here.
pub fn raise(source: &Source, lowered: &Lowered, changes: &[Change], intent: Option<&Intent>) -> Option<Edits> {
    raise::raise(source, lowered, changes, intent)
}

/// Other ways to write what stands in `range`, each with its edits. `environment_of` says which environment (`dev`, `prod`)
/// a name of the program speaks of, where it speaks of one.
pub fn refactors(
    source: &Source,
    lowered: &Lowered,
    range: TextRange,
    environment_of: &dyn Fn(&str) -> Option<String>,
) -> Vec<Refactor> {
    refactor::refactors(source, lowered, range, environment_of)
}
