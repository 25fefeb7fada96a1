//! What a rule is.

use crate::accepts::{Kind, Violation};
use crate::{Applicability, Context};
use model::{Program, ResourceView, Stack};

/// A rule: plain data and a function.
#[derive(Debug)]
pub struct Rule {
    /// Names the fault, so that `allow s3-wildcard-arn` reads as a sentence.
    pub name: &'static str,
    /// The first line of the page: what the fault is.
    pub summary: &'static str,
    /// The page, in Markdown: what a finding means, why it matters, what it does not report, and the sources.
    pub docs: &'static str,
    /// What kind of fault it is.
    pub category: Category,
    /// How grave, unless the configuration says otherwise.
    pub severity: Severity,
    /// False for a rule that must be asked for by name or group.
    pub default_on: bool,
    /// What its fixes may be used for at most; `None` when it has none.
    pub fix: Option<Applicability>,
    /// The languages that it works in.
    pub front_ends: FrontEnds,
    /// What other tools call it, as `tool:id`.
    pub aliases: &'static [&'static str],
    /// The ids of the founding rules that it carries.
    pub founding: &'static [&'static str],
    /// What the configuration may set.
    pub options: &'static [RuleOption],
    /// How it finds the fault.
    pub check: Check,
    /// The source file, for the link on its page.
    pub file: &'static str,
}

/// What kind of fault a rule finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// It cannot deploy or cannot work.
    Correctness,
    /// Someone may see or change what they must not.
    Security,
    /// Data or service may be lost.
    Reliability,
    /// It costs more than it must.
    Cost,
    /// It uses what AWS has replaced or will switch off.
    Deprecation,
    /// It gets in the way of deploying it again, elsewhere or in another shape.
    Deployment,
    /// It is hard to read, or leads a reader astray.
    Maintainability,
}

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// An opinion.
    Hint,
    /// Advice.
    Info,
    /// A risk that a careful engineer would mend.
    Warning,
    /// It cannot deploy or cannot work.
    Error,
}

/// The languages that a rule works in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrontEnds {
    /// CloudFormation templates and CDK programs.
    Both,
    /// Templates alone.
    Template,
    /// CDK programs alone.
    Cdk,
}

/// An option of a rule.
#[derive(Debug)]
pub struct RuleOption {
    /// Its key in the configuration.
    pub name: &'static str,
    /// What it does.
    pub docs: &'static str,
    /// Its default, in YAML.
    pub default: &'static str,
}

/// The part of a stack that a rule looks at. It is called once for each.
#[derive(Clone, Copy)]
pub enum Check {
    /// Each resource of these types.
    Resources(&'static [&'static str], fn(&ResourceView<'_>, &mut Context<'_>)),
    /// Each resource, whatever its type.
    EveryResource(fn(&ResourceView<'_>, &mut Context<'_>)),
    /// Each resource, whatever its type; and then, for what is no resource, the stack.
    Everywhere(fn(&ResourceView<'_>, &mut Context<'_>), fn(&Stack, &mut Context<'_>)),
    /// Each way in which a resource does not have the form that its type demands. All rules of this sort share one walk of
    /// each resource.
    Accepts(Kind, fn(&Violation<'_>, &ResourceView<'_>, &mut Context<'_>)),
    /// The stack as a whole.
    Stack(fn(&Stack, &mut Context<'_>)),
    /// The CDK program, as one of its files shows it.
    Program(fn(&Program, &mut Context<'_>)),
    /// Each resource of these types; and the CDK program, for constructs of which no resource is known.
    ResourcesAndProgram(
        &'static [&'static str],
        fn(&ResourceView<'_>, &mut Context<'_>),
        fn(&Program, &mut Context<'_>),
    ),
    /// Each resource, whatever its type; and then the CDK program.
    EveryResourceAndProgram(fn(&ResourceView<'_>, &mut Context<'_>), fn(&Program, &mut Context<'_>)),
    /// Nothing: a front end or the engine reports it.
    Elsewhere,
}

impl std::fmt::Debug for Check {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Check::Resources(types, _) => f.debug_tuple("Resources").field(types).finish(),
            Check::EveryResource(_) => f.write_str("EveryResource"),
            Check::Everywhere(..) => f.write_str("Everywhere"),
            Check::Accepts(kind, _) => f.debug_tuple("Accepts").field(kind).finish(),
            Check::Stack(_) => f.write_str("Stack"),
            Check::Program(_) => f.write_str("Program"),
            Check::ResourcesAndProgram(types, ..) => f.debug_tuple("ResourcesAndProgram").field(types).finish(),
            Check::EveryResourceAndProgram(..) => f.write_str("EveryResourceAndProgram"),
            Check::Elsewhere => f.write_str("Elsewhere"),
        }
    }
}

impl Rule {
    /// The subject: the first word of the path of its file, `s3` for `s3/wildcard_arn.rs`.
    pub fn subject(&self) -> &'static str {
        self.path().0
    }

    /// The page's address.
    pub fn url(&self) -> String {
        format!("https://github.com/stacklint/stacklint/blob/main/docs/rules/{}.md", self.name)
    }

    /// Subject and file stem.
    fn path(&self) -> (&'static str, &'static str) {
        let path = self.file.strip_suffix(".rs").unwrap_or(self.file);
        let mut parts = path.rsplit(['/', '\\']);
        let stem = parts.next().unwrap_or_default();
        (parts.next().unwrap_or_default(), stem)
    }
}

impl Category {
    /// The word for it in the configuration and in all output.
    pub fn name(self) -> &'static str {
        match self {
            Category::Correctness => "correctness",
            Category::Security => "security",
            Category::Reliability => "reliability",
            Category::Cost => "cost",
            Category::Deprecation => "deprecation",
            Category::Deployment => "deployment",
            Category::Maintainability => "maintainability",
        }
    }

    /// All of them.
    pub const ALL: [Category; 7] = [
        Category::Correctness,
        Category::Security,
        Category::Reliability,
        Category::Cost,
        Category::Deprecation,
        Category::Deployment,
        Category::Maintainability,
    ];
}

impl Severity {
    /// The word for it in the configuration and in all output.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
            Severity::Hint => "hint",
        }
    }

    /// The severity called `name`.
    pub fn parse(name: &str) -> Option<Severity> {
        [Severity::Error, Severity::Warning, Severity::Info, Severity::Hint].into_iter().find(|it| it.name() == name)
    }
}

/// Declares the rule of a file. The doc comment becomes its page: the first paragraph is the summary.
macro_rules! rule {
    (
        #[doc = $summary:literal]
        $(#[doc = $doc:literal])*
        name: $name:literal,
        category: $category:expr,
        severity: $severity:expr,
        $(default_on: $default_on:expr,)?
        fix: $fix:expr,
        front_ends: $front_ends:expr,
        $(aliases: [$($alias:literal),* $(,)?],)?
        founding: [$($founding:literal),* $(,)?],
        $(options: $options:expr,)?
        check: $check:expr $(,)?
    ) => {
        #[doc = $summary]
        pub(crate) static RULE: $crate::Rule = $crate::Rule {
            name: $name,
            summary: $summary,
            docs: concat!($($doc, "\n"),*),
            category: $category,
            severity: $severity,
            default_on: rule!(@or true $(, $default_on)?),
            fix: $fix,
            front_ends: $front_ends,
            aliases: rule!(@list $($($alias),*)?),
            founding: &[$($founding),*],
            options: rule!(@or &[] $(, $options)?),
            check: $check,
            file: file!(),
        };
    };
    (@or $default:expr) => { $default };
    (@or $default:expr, $given:expr) => { $given };
    (@list $($item:literal),*) => { &[$($item),*] };
}
pub(crate) use rule;
