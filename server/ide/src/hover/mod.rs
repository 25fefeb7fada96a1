//! What is shown under the pointer: first what was found there, then what the thing is.

mod construct;
mod declaration;
mod markdown;
mod name;
mod resource;
mod rule;
mod template;
mod value;
mod yaml;

use crate::Analysis;
use crate::analysis::Source;
use text::{TextRange, TextSize};

pub(crate) use rule::page;

/// A text to show for a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// The place that it is about, in bytes.
    pub range: TextRange,
    /// Markdown.
    pub markdown: String,
}

impl Hover {
    /// The text for those who cannot show Markdown.
    pub fn plain(&self) -> String {
        markdown::without_marks(&self.markdown)
    }
}

/// The page of a type of resource.
pub(crate) fn of_type(ty: &str) -> Option<String> {
    resource::ty(ty)
}

/// The page of the property at `path` of a type: names, and `*` for the items of lists.
pub(crate) fn of_property(ty: &str, path: &[&str]) -> Option<String> {
    resource::property(ty, path).map(markdown::Page::finish)
}

/// A page for those who cannot show Markdown.
pub(crate) fn without_marks(page: &str) -> String {
    markdown::without_marks(page)
}

impl Analysis {
    /// The pages of the rules whose findings, or whose names in a suppression, are at `offset`, and what stands there.
    pub fn hover(&self, offset: TextSize) -> Option<Hover> {
        let thing = self.source.as_ref().and_then(|source| match source {
            Source::Template(source) => template::hover(self, source, offset),
            Source::Cdk(_) => construct::hover(self, offset),
        });
        match (rule::hover(self, offset), thing) {
            (Some(found), Some(thing)) => Some(Hover {
                range: found.range.intersect(thing.range).unwrap_or(found.range),
                markdown: format!("{}\n---\n\n{}", found.markdown, thing.markdown),
            }),
            (found, thing) => found.or(thing),
        }
    }
}
