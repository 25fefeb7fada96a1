//! JSON: splitting and parsing.

use super::blocks::Parsed;
use super::split::Pieces;
use super::{Document, Problem, Role};
use text::TextRange;
use tree_sitter::Parser;

/// A parser for JSON.
pub(super) fn parser() -> Parser {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_json::LANGUAGE.into()).expect("tree-sitter reads the grammar it was built with");
    parser
}

/// Splits a JSON text behind a byte order mark of `mark` bytes.
pub(super) fn split(text: &str, mark: usize) -> Pieces {
    let mut pieces = Pieces::default();
    pieces.push(mark, Role::Trivia);
    pieces.push(text.len(), Role::Root);
    pieces
}

/// Parses a piece of JSON.
pub(super) fn parse(parser: &mut Parser, text: &str, role: Role) -> Parsed {
    // JSON is YAML's flow style.
    let _ = (parser, role);
    super::blocks::parse_yaml(&mut super::yaml::parser(), text, role)
}

/// Problems between blocks.
pub(super) fn problems_between(document: &Document) -> Vec<(TextRange, Problem)> {
    let _ = document;
    Vec::new()
}
