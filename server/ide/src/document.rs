//! A file over time.

use crate::analysis::{self, Source};
use crate::{Analysis, Kind, Neighbours, neighbours};
use model::Lowered;
use rules::{Cache, Selection};
use rustc_hash::FxHashMap;
use std::sync::Arc;
use template::TemplateFile;
use text::Text;

/// A file over time: keeps what it knows of it, so that an edit costs little more than what it changed.
#[derive(Debug)]
pub struct Document {
    path: String,
    front_end: Option<FrontEnd>,
    selection: Arc<Selection>,
    neighbours: Option<Arc<dyn Neighbours>>,
    caches: FxHashMap<String, Cache>,
}

#[derive(Debug)]
enum FrontEnd {
    Template(template::Format, TemplateFile),
    Cdk(cdk::Dialect, cdk::CdkFile),
}

impl Document {
    /// A file called `path`, of which only the ending matters, checked with the rules of `selection`.
    pub fn new(path: impl Into<String>, selection: Arc<Selection>) -> Document {
        Document { path: path.into(), front_end: None, selection, neighbours: None, caches: FxHashMap::default() }
    }

    /// Reads what the file says of others with `neighbours`. Without them nothing is known of other files.
    pub fn with_neighbours(self, neighbours: Option<Arc<dyn Neighbours>>) -> Document {
        Document { neighbours, ..self }
    }

    /// Checks with other rules from now on.
    pub fn set_selection(&mut self, selection: Arc<Selection>) {
        self.selection = selection;
        self.caches.clear();
    }

    /// The findings in a state of the text.
    pub fn analyse(&mut self, text: &Text) -> Analysis {
        let contiguous: Arc<str> = text.to_string().into();
        let kind = self.kind(&contiguous);
        let Some(kind) = kind else {
            self.front_end = None;
            self.caches.clear();
            return Analysis::foreign(text.clone());
        };
        let mut lowered = self.lower(kind, &contiguous);
        if let Some(neighbours) = self.neighbours.as_deref() {
            neighbours::attach(&mut lowered, neighbours);
        }
        let mut analysis = analysis::analyse(kind, text, contiguous, lowered, &self.selection, &mut self.caches);
        analysis.neighbours.clone_from(&self.neighbours);
        analysis.source = match &self.front_end {
            Some(FrontEnd::Template(_, file)) => Some(Source::Template(file.source().clone())),
            Some(FrontEnd::Cdk(_, file)) => file.source().cloned().map(Source::Cdk),
            None => None,
        };
        analysis
    }

    /// What the text is now. What was a template a moment ago still is one while its only resource is being typed.
    fn kind(&self, text: &str) -> Option<Kind> {
        Kind::of(&self.path, text).or_else(|| match &self.front_end {
            Some(FrontEnd::Template(format, _)) => {
                let opens_json = text.trim_start().starts_with('{');
                let same = opens_json == (*format == template::Format::Json);
                (same && text.contains("Resources")).then_some(Kind::Template(*format))
            }
            Some(FrontEnd::Cdk(dialect, _)) => text.contains("aws-cdk").then_some(Kind::Cdk(*dialect)),
            None => None,
        })
    }

    fn lower(&mut self, kind: Kind, text: &Arc<str>) -> Lowered {
        let files = self.neighbours.as_deref().and_then(Neighbours::program);
        match (kind, &mut self.front_end) {
            (Kind::Template(format), Some(FrontEnd::Template(old, file))) if format == *old => file.lower(text),
            (Kind::Cdk(dialect), Some(FrontEnd::Cdk(old, file))) if dialect == *old => file.lower_among(text, files),
            (Kind::Template(format), front_end) => {
                self.caches.clear();
                let mut file = TemplateFile::new(format);
                let lowered = file.lower(text);
                *front_end = Some(FrontEnd::Template(format, file));
                lowered
            }
            (Kind::Cdk(dialect), front_end) => {
                self.caches.clear();
                let mut file = cdk::CdkFile::new(dialect);
                let lowered = file.lower_among(text, files);
                *front_end = Some(FrontEnd::Cdk(dialect, file));
                lowered
            }
        }
    }
}
