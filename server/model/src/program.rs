//! What a CDK program is made of beside the resources of its stacks.
//!
//! It is told from one file of the program, in the spans of that file. What stands in other files is told by name, without
//! a place.

use crate::{Name, Span};
use smol_str::SmolStr;

/// A CDK program, as far as one of its files has a part in it.
#[derive(Debug, Default, PartialEq)]
pub struct Program {
    /// Everything that runs was followed, from where the program begins on: what was not met is not there.
    pub whole: bool,
    /// The stacks that it makes, apart from nested ones, in the order in which they are made.
    pub deployments: Vec<Deployment>,
    /// The stack classes of the file.
    pub classes: Vec<StackClass>,
    /// The stages that it hands to pipelines.
    pub stages: Vec<Stage>,
    /// It uses a pipeline to deploy something.
    pub has_pipeline: bool,
    /// Objects of the file that say something for each of several keys, one of which is chosen when the program runs.
    pub tables: Vec<Table>,
    /// Members of configuration objects that are called `tags` and that nothing reads.
    pub unread_tags: Vec<UnreadTags>,
    /// The places of the file where the compiler is told not to check a construct or its props.
    pub casts: Vec<Cast>,
    /// The sources of pipelines that the file takes from GitHub by a token.
    pub token_sources: Vec<TokenSource>,
    /// What the file does to constructs that only stand for what exists elsewhere.
    pub ineffective: Vec<Ineffective>,
}

/// Whether something is so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Certainty {
    /// It is not.
    No,
    /// It is.
    Yes,
    /// The text does not say.
    #[default]
    Unknown,
}

/// A stack that a program makes: one `new`, each time that it runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Deployment {
    /// Its construct id, where that is known.
    pub id: Option<SmolStr>,
    /// The name of its class.
    pub class: SmolStr,
    /// Where its class is declared, as an index into [`Program::classes`]; `None` for a class of the library or of another
    /// file.
    pub declared: Option<usize>,
    /// Its class is one of the library's.
    pub plain: bool,
    /// The call or `new` and the index of its argument in which the file says what the library is to do with it.
    pub props: Option<(Span, usize)>,
    /// The `new` and the name of the class in it, where that is in the file.
    pub made: Option<(Span, Name)>,
    /// The words that may say which environment it is for: its id, the ids around it, what its props call so.
    pub labels: Vec<SmolStr>,
    /// It gets a tag by some way.
    pub tagged: Certainty,
    /// `terminationProtection`.
    pub termination_protection: Certainty,
    /// `crossRegionReferences`.
    pub cross_region_references: Certainty,
    /// Its region, where that is known.
    pub region: Option<SmolStr>,
    /// The place of its region, where that is written out in the file.
    pub region_at: Option<Span>,
    /// The keys of the tags that it, anything around it or anything in it gets; `None` where that cannot be said.
    pub tag_keys: Option<Vec<SmolStr>>,
    /// Its account: the value, or the words of the program for it, and its place.
    pub account: Option<Name>,
    /// The stacks that it is deployed after, by index.
    pub after: Vec<usize>,
    /// What it uses of other stacks.
    pub uses: Vec<Use>,
    /// How many zones its networks are to lie in, where it says so.
    pub zones: Vec<Zones>,
    /// What tells the `new` from all others: stacks of one number are made by one `new` that runs several times.
    pub site: usize,
    /// The names that it gives to resources.
    pub names: Vec<SmolStr>,
    /// The texts among the properties of its resources in which such names may occur.
    pub texts: Vec<SmolStr>,
}

/// How many availability zones a network is to lie in.
#[derive(Clone, Debug, PartialEq)]
pub struct Zones {
    /// The construct id of the network; empty where settings say it for whatever reads them.
    pub network: SmolStr,
    /// How many.
    pub count: u32,
    /// Where that is written, in the file.
    pub span: Option<Span>,
}

/// A construct of another stack that a stack uses.
#[derive(Clone, Debug, PartialEq)]
pub struct Use {
    /// The other stack, an index into [`Program::deployments`].
    pub stack: usize,
    /// The construct's id.
    pub construct: SmolStr,
    /// The place that uses it.
    pub span: Span,
    /// No version of the library hands it to another region unasked.
    pub always_refused: bool,
}

/// A class of stacks.
#[derive(Debug, PartialEq)]
pub struct StackClass {
    /// Its name.
    pub name: Name,
    /// The call of the constructor of `Stack`, where the class has one.
    pub base_call: Option<Span>,
    /// How many lines it has.
    pub lines: usize,
    /// The services of the constructs that it makes itself, by the name of their module, sorted.
    pub services: Vec<SmolStr>,
}

/// A stage that a pipeline deploys.
#[derive(Debug, PartialEq)]
pub struct Stage {
    /// The call that hands it over.
    pub call: Span,
    /// Where to point at: the name of the method.
    pub at: Span,
    /// Its construct id, where that is known.
    pub id: Option<SmolStr>,
    /// The words that may say which environment it is for.
    pub labels: Vec<SmolStr>,
    /// Steps run before or after it.
    pub has_steps: Certainty,
}

/// An object with one entry for each of several keys.
#[derive(Debug, PartialEq)]
pub struct Table {
    /// Its keys.
    pub keys: Vec<Name>,
    /// For each key the account that the entry names, where that is known.
    pub accounts: Vec<Option<Name>>,
    /// For each key how many zones the entry asks for, where that is known.
    pub zones: Vec<Option<Zones>>,
    /// The place in the file that chooses one.
    pub selected: Span,
    /// The file that chooses makes stacks, too.
    pub selects_stack: bool,
}

/// Tags that settings list and nothing reads.
#[derive(Debug, PartialEq)]
pub struct UnreadTags {
    /// The name of the member; in another file, the place that uses these settings.
    pub span: Span,
    /// What the settings are called, where they stand in another file.
    pub settings: Option<SmolStr>,
}

/// A place where the compiler is told not to check.
#[derive(Debug, PartialEq)]
pub struct Cast {
    /// The whole of it.
    pub span: Span,
    /// What is cast; `None` for a comment.
    pub operand: Option<Span>,
    /// What is no longer checked.
    pub of: CastOf,
    /// The class whose props or whose construct it is.
    pub class: SmolStr,
    /// The text has what the compiler asks for, by name.
    pub fits: bool,
}

/// What a cast is applied to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CastOf {
    /// The props of a construct, or a value among them.
    Props,
    /// A construct.
    Construct,
}

/// A source of a pipeline that is taken from GitHub by a token.
#[derive(Debug, PartialEq)]
pub struct TokenSource {
    /// The call or `new` that makes it.
    pub made: Span,
    /// Where to point at: the name of the method or the class.
    pub name: Name,
}

/// Something that is done to a construct that was looked up, to no effect.
#[derive(Debug, PartialEq)]
pub struct Ineffective {
    /// The place.
    pub span: Span,
    /// What is done: a method or a member.
    pub what: SmolStr,
    /// What the construct was made by: `Bucket.fromBucketName`.
    pub imported_by: SmolStr,
    /// Where it was made, in the file.
    pub imported: Option<Span>,
    /// Why it has no effect.
    pub why: Why,
}

/// Why something has no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The method does nothing for a resource that the program does not own.
    Ignored,
    /// There is no such resource in the template: the member is `undefined`.
    NoResource,
    /// The library refuses.
    Fails,
}
