//! What a rule can say.

use crate::{Rule, Severity};
use model::{Change, Intent, SmolStr, Span};
use text::Edits;

/// A finding.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// How grave it is, by the rule or the configuration.
    pub severity: Severity,
    /// The place that causes it.
    pub span: Span,
    /// What is wrong, why it matters here, and what to do, in one or two plain sentences.
    pub message: String,
    /// Other places that belong to it, each with a word about it.
    pub related: Vec<(Span, String)>,
    /// The ways to mend it, the first the obvious one; [`fixes`](crate::fixes) has those that were left for later too.
    pub fixes: Vec<Fix>,
    /// The id and type of the resource that it is about.
    pub resource: Option<(SmolStr, SmolStr)>,
    /// How editors may show it.
    pub tag: Option<Tag>,
    /// Its fixes are as applicable as the rule says, even where they replace a resource.
    pub(crate) weighs_replacement: bool,
    /// Fixes were left for later: what to look at again for them.
    pub(crate) later: Option<Later>,
}

impl Diagnostic {
    /// True when fixes were left for later.
    pub fn has_fixes_later(&self) -> bool {
        self.later.is_some()
    }
}

/// What to look at again for fixes.
#[derive(Clone, Debug)]
pub(crate) struct Later {
    /// The origin and the key of the resource; `None` for the stack as a whole.
    pub(crate) resource: Option<(Span, SmolStr)>,
}

/// How an editor may show a finding besides its squiggle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// Struck out.
    Deprecated,
    /// Faded.
    Unnecessary,
}

/// A way to mend a finding. It costs nothing until the front end is asked to write it.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// What it does, as a command: "Turn on point-in-time recovery".
    pub title: String,
    /// What it may be used for. A fix that replaces a resource is not safe, unless its rule has weighed that.
    pub applicability: Applicability,
    /// The changes, all or none.
    pub changes: Vec<Change>,
    /// What they mean together, for constructs that have their own words for it.
    pub intent: Option<Intent>,
    /// True when it is the obvious one; false for one of several candidates between which a person must choose.
    pub preferred: bool,
    /// The edits themselves, for findings about the text alone, such as a comment; then there are no changes.
    pub edits: Option<Edits>,
}

/// What a fix may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Applicability {
    /// Shown, never applied for the user.
    Manual,
    /// Applied on request: changes what is deployed, by a replacement or a new resource for instance.
    Unsafe,
    /// Applied by `--fix` and by fix-all: the same or strictly better behaviour.
    Safe,
}

impl Applicability {
    /// The word for it in all output.
    pub fn name(self) -> &'static str {
        match self {
            Applicability::Manual => "manual",
            Applicability::Unsafe => "unsafe",
            Applicability::Safe => "safe",
        }
    }
}
