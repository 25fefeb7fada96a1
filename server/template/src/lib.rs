//! CloudFormation templates ⇄ the model.
//!
//! [`TemplateFile::lower`] reads a template into the model, [`raise`] writes a change of the model back into its text.

use model::{Change, Lowered};
use std::sync::Arc;
use text::Edits;

/// How a template is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// YAML.
    Yaml,
    /// JSON.
    Json,
}

/// One template over time: keeps what it lowered, so that an edit costs only the block that it changed.
#[derive(Debug)]
pub struct TemplateFile {
    #[expect(dead_code)]
    format: Format,
}

impl TemplateFile {
    /// A template in this format.
    pub fn new(format: Format) -> TemplateFile {
        TemplateFile { format }
    }

    /// Lowers a state of the file. Never fails, never guesses.
    pub fn lower(&mut self, _text: &Arc<str>) -> Lowered {
        Lowered::default()
    }
}

/// True when `text` is a template: a mapping with `AWSTemplateFormatVersion`, or with `Resources` of which one has a
/// `Type` of `AWS::...`, `Custom::...` or `Alexa::...`.
pub fn is_template(_text: &str, _format: Format) -> bool {
    false
}

/// Writes `changes`, all or none, into `text`, in its own style. `None`: they cannot be said here.
pub fn raise(_text: &str, _format: Format, _lowered: &Lowered, _changes: &[Change]) -> Option<Edits> {
    None
}
