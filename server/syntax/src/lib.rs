//! Text → trees, for YAML, JSON and TypeScript.
//!
//! Parsing never fails and never gives meaning: what it could not make sense of is in the result, with its place.

pub mod data;
pub mod query;
pub mod shell;
pub mod typescript;

pub use tree_sitter;
