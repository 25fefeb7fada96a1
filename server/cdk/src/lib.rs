//! CDK TypeScript ⇄ the model.
//!
//! [`CdkFile::lower`] reads a program file into the model, [`raise`] writes a change of the model back into its text in
//! the words of the constructs.

use model::{Change, Intent, Lowered};
use std::sync::Arc;
use text::Edits;

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
    #[expect(dead_code)]
    dialect: Dialect,
}

impl CdkFile {
    /// A file in this dialect.
    pub fn new(dialect: Dialect) -> CdkFile {
        CdkFile { dialect }
    }

    /// Lowers a state of the file. Never fails, never guesses.
    pub fn lower(&mut self, _text: &Arc<str>) -> Lowered {
        Lowered::default()
    }
}

/// True when `text` is part of a CDK program: it imports `aws-cdk-lib`, one of its modules, or `@aws-cdk/...`.
pub fn is_cdk(_text: &str) -> bool {
    false
}

/// Writes `changes`, or what they mean together, into `text`, all or none. `None`: it cannot be said here.
pub fn raise(
    _text: &str,
    _dialect: Dialect,
    _lowered: &Lowered,
    _changes: &[Change],
    _intent: Option<&Intent>,
) -> Option<Edits> {
    None
}
