//! The infrastructure model: what both front ends lower to and all rules read.
//!
//! A stack is a set of resources; a resource is a type and a tree of values. Every value remembers where it was
//! written, and says so when what was written cannot be known before deployment. The model has never seen a syntax
//! tree: it cannot tell YAML from TypeScript.

mod change;
mod condition;
mod dependencies;
mod embedded;
mod evaluate;
mod evaluated;
mod interpolated;
mod lowered;
mod place;
mod plain;
pub mod program;
mod property;
mod refactor;
mod span;
mod stack;
mod value;

pub use change::{Change, Intent, Literal, renamed};
pub use condition::Assumption;
pub use dependencies::{Dependencies, Dependency};
pub use embedded::{Embedded, HOLE, Layout, Texts};
pub use interpolated::{Interpolated, Piece};
pub use lowered::{Comment, Lowered, Problem};
pub use plain::Reading;
pub use program::Program;
pub use property::{Case, Property, ResourceView, State};
pub use refactor::{NewFile, Refactor, RefactorKind};
pub use smol_str::SmolStr;
pub use span::{BlockId, Name, SourceMap, Span};
pub use stack::{
    Alias, Condition, Declarations, Entry, Interface, Item, Made, Mapping, Nested, Output, Overridden, Parameter,
    Reference, ReferenceKind, Resource, Section, Sought, Source, Stack,
};
pub use value::{Branch, Call, List, Map, Node, Part, Scalar, Value};
