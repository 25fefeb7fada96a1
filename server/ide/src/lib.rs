//! From the model to what people see: findings, quick fixes, hovers.
//!
//! Everything here is pure: a text goes in, plain data come out. No protocol, no threads, no disk.

mod actions;
mod analysis;
mod completion;
mod config;
mod document;
mod hover;
mod kind;
mod neighbours;
mod refactor;
mod suppression;

pub use actions::{Action, ActionKind, Fixed};
pub use analysis::{Analysis, Finding};
pub use cdk::{Files, Module, Programs};
pub use completion::{Completion, CompletionKind, Completions, Options as CompletionOptions, Topic};
pub use config::{Config, ConfigError, Layer};
pub use document::Document;
pub use hover::Hover;
pub use kind::Kind;
pub use model::{NewFile, Refactor, RefactorKind};
pub use neighbours::{Neighbour, Neighbours};
pub use rules::{Applicability, Category, Fix, FrontEnds, Rule, Severity, Tag};
pub use text::{Edits, Encoding, Position, Text, TextEdit, TextRange, TextSize};

/// Unpacks, on a thread of its own, what the first analysis is going to ask for.
pub fn prepare() {
    // Where no thread can be had, the first analysis unpacks it itself.
    let _ = std::thread::Builder::new().spawn(schema::resources::embedded);
}

/// The page of a rule, in Markdown: what `explain` prints and a hover shows.
pub fn page(rule: &Rule) -> String {
    hover::page(rule)
}
