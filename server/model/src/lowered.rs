//! What a front end makes of one state of a file.

use crate::{Program, SourceMap, Span, Stack};
use std::sync::Arc;

/// One state of a file, lowered: what was understood, and the problems beside it.
#[derive(Debug, Default)]
pub struct Lowered {
    /// The stacks: one for a template, one for each stack or construct class of a CDK file.
    pub stacks: Vec<Arc<Stack>>,
    /// What a CDK program is made of beside the resources of its stacks; `None` for a template.
    pub program: Option<Arc<Program>>,
    /// Findings that only a front end can make.
    pub problems: Vec<Arc<Problem>>,
    /// The comments that speak to a tool (`stacklint:`, `checkov:skip` and their like).
    pub comments: Vec<Comment>,
    /// Where the spans of all of the above are in the file.
    pub map: SourceMap,
}

/// A finding that exists only in text, reported under the name of the rule that documents it.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// The rule's name, such as `syntax-error`.
    pub rule: &'static str,
    /// The place.
    pub span: Span,
    /// What is wrong, in words an author understands.
    pub message: String,
    /// Other places that belong to it, each with a word about it.
    pub related: Vec<(Span, String)>,
}

/// A comment that speaks to a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The whole comment, with its `#` or `//`.
    pub span: Span,
    /// Its text without the comment marker, trimmed.
    pub text: String,
    /// True when nothing but white space stands before it on its line.
    pub own_line: bool,
}
