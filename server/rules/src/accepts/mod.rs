//! What AWS accepts: the properties of a resource, judged by the schema of its type.
//!
//! One walk per resource finds all [`Violation`]s; each rule of `property/` reports those of its [`Kind`]. The walk sees the
//! resource and the declarations, nothing else, so what it finds is kept for as long as these stay the same.
//!
//! Values are judged over every way in which the stack may be deployed: a violation says what must be so for it. What is not
//! known fulfils everything.

mod alternatives;
pub(crate) mod format;
mod list;
mod object;
mod pattern;
pub(crate) mod placeholder;
pub(crate) mod references;
mod scalar;
mod scenario;
mod walk;

pub(crate) use pattern::refused_letters;
pub(crate) use walk::against;

use crate::Severity;
use crate::engine::{Context, Draft};
use crate::facts::spelling::nearest;
use crate::facts::when;
use model::{Assumption, Case, Name, Node, ResourceView, SmolStr, Source, Span, State};
use schema::resources::{Schema, Types, resource_type};
use schema::template::CLOSED_TRANSFORMS;

/// Where a resource does not have the form that its schema demands.
#[derive(Clone, Debug)]
pub struct Violation<'a> {
    /// What is wrong.
    pub(crate) fault: Fault<'a>,
    /// The place that causes it: the value or the name that is wrong, the name of what lacks something.
    pub(crate) span: Span,
    /// Where the resource asks for the value, when it is written somewhere else.
    pub(crate) used: Option<Span>,
    /// The type of the resource.
    pub(crate) ty: &'static str,
    /// The property, with a `*` for each item: `LifecycleConfiguration/Rules/*/Status`. Empty for all of them.
    pub(crate) path: SmolStr,
    /// What the value must fulfil.
    pub(crate) schema: Schema,
    /// The value, or the map that lacks or holds something.
    pub(crate) node: &'a Node,
    /// When it is so.
    pub(crate) way: Way<'a>,
    /// The value is what a function comes to: it is written nowhere.
    is_evaluated: bool,
}

/// What is wrong with a value.
#[derive(Clone, Debug)]
pub(crate) enum Fault<'a> {
    /// A map holds a key that its schema does not have. The names that were free to be meant.
    Unknown(&'a Name, Vec<&'static str>),
    /// A map lacks these keys.
    Missing(Vec<&'static str>),
    /// A map lacks these keys, which another one asks for.
    Dependent(&'static str, Vec<&'static str>),
    /// A map must have all keys of one of these sets, and lacks these of each.
    NoneOf(Vec<Vec<&'static str>>),
    /// A map has several keys that exclude each other.
    Conflict(Vec<&'static str>),
    /// Another type of value must stand here.
    Type(Types),
    /// Only these values may stand here.
    Value(Vec<&'static str>),
    /// Every other value may stand here.
    Refused,
    /// The text does not have this form.
    Pattern(&'static str),
    /// The text has none of these formats.
    Format(Vec<&'static str>),
    /// The text has so many characters, `true` for "at least", and may have so few or so many.
    Length(usize, bool, Option<u32>, Option<u32>),
    /// The number is out of bounds, which are described in words.
    Range(String),
    /// The list or map has so many items, and may have so few or so many.
    Count(usize, Option<u32>, Option<u32>),
    /// The item at another place is the same; in these keys alone, if there are any.
    Duplicate(Span, Vec<&'static str>),
    /// None of several forms fits.
    Form,
    /// Only the service itself gives this a value.
    ReadOnly,
    /// It is deprecated.
    Deprecated,
}

/// The faults, without what belongs to each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A map holds a key that its schema does not have.
    Unknown,
    /// A map lacks keys.
    Missing,
    /// A map lacks keys that another key asks for.
    Dependent,
    /// A map has none of the keys of which it must have one.
    NoneOf,
    /// A map has keys that exclude each other.
    Conflict,
    /// Another type of value must stand there.
    Type,
    /// Another value must stand there.
    Value,
    /// A text does not have the form that it must have.
    Pattern,
    /// A text is not of the kind that it must be of: no id of a subnet, no ARN of a role.
    Format,
    /// A text is too short or too long.
    Length,
    /// A number is out of bounds.
    Range,
    /// A list or a map has too few or too many items.
    Count,
    /// A list has an item twice.
    Duplicate,
    /// None of several forms fits.
    Form,
    /// Only the service gives it a value.
    ReadOnly,
    /// It is deprecated.
    Deprecated,
}

/// What must be so for something to be as it is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Way<'a> {
    pub(crate) assumptions: Vec<Assumption<'a>>,
    /// A default of a parameter is part of it.
    pub(crate) is_default: bool,
    /// It is one of several for a reason without a name.
    pub(crate) is_choice: bool,
}

/// All that the type of `resource` does not accept of its properties.
pub(crate) fn violations<'a>(resource: &ResourceView<'a>, source: Source) -> Vec<Violation<'a>> {
    let is_judged = is_judged(resource) || (!resource.overridden.is_empty() && is_plain(resource));
    let Some(ty) = resource_type(&resource.ty.text).filter(|_| is_judged) else { return Vec::new() };
    let mut found = walk::violations(resource, ty, source);
    // What SAM takes is more than its schemas say.
    if ty.name().starts_with("AWS::Serverless::") {
        found.retain(|it| match &it.fault {
            Fault::Missing(_) => true,
            Fault::Unknown(name, free) => nearest(&name.text, free.iter().copied()).is_some(),
            _ => false,
        });
    }
    // What constructs make is their own affair; what the program tells a resource past them is not.
    if resource.construct.is_some() {
        found.retain(|it| is_overridden(resource, it));
    }
    found
}

/// True for a violation within what an escape hatch gives.
fn is_overridden(resource: &ResourceView<'_>, violation: &Violation<'_>) -> bool {
    let mut path = violation.path.replace('/', ".");
    let unknown = if let Fault::Unknown(name, _) = &violation.fault { Some(name) } else { None };
    if let Some(name) = unknown {
        path = if path.is_empty() { name.text.to_string() } else { format!("{path}.{}", name.text) };
    }
    resource.overridden.iter().any(|it| {
        let rest = path.strip_prefix(it.path.as_str());
        let is_within = it.path.is_empty() || rest.is_some_and(|it| it.is_empty() || it.starts_with('.'));
        // An unknown name on the way to what is given stands for all of it.
        let is_on_the_way = unknown.is_some() && it.path.strip_prefix(&path).is_some_and(|it| it.starts_with('.'));
        (is_within || is_on_the_way) && (unknown.is_none() || it.is_verbatim)
    })
}

/// False for what nobody wrote as it is: what transforms and constructs make.
pub(crate) fn is_judged(resource: &ResourceView<'_>) -> bool {
    resource.construct.is_none() && is_plain(resource)
}

/// False for what transforms make. The last word on a resource of a template with a macro has the macro.
fn is_plain(resource: &ResourceView<'_>) -> bool {
    let is_closed = |it: &Name| CLOSED_TRANSFORMS.iter().any(|known| it.text.starts_with(known));
    resource.made.is_none()
        && resource.declarations().transforms.iter().all(is_closed)
        && !resource.misfits.iter().any(|(name, _)| name.text == "Properties")
}

impl Fault<'_> {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Fault::Unknown(..) => Kind::Unknown,
            Fault::Missing(_) => Kind::Missing,
            Fault::Dependent(..) => Kind::Dependent,
            Fault::NoneOf(_) => Kind::NoneOf,
            Fault::Conflict(_) => Kind::Conflict,
            Fault::Type(_) => Kind::Type,
            Fault::Value(_) | Fault::Refused => Kind::Value,
            Fault::Pattern(_) => Kind::Pattern,
            Fault::Format(_) => Kind::Format,
            Fault::Length(..) => Kind::Length,
            Fault::Range(_) => Kind::Range,
            Fault::Count(..) => Kind::Count,
            Fault::Duplicate(..) => Kind::Duplicate,
            Fault::Form => Kind::Form,
            Fault::ReadOnly => Kind::ReadOnly,
            Fault::Deprecated => Kind::Deprecated,
        }
    }
}

impl<'a> Way<'a> {
    pub(crate) fn of(case: &Case<'a>) -> Way<'a> {
        Way {
            assumptions: case.assumptions().to_vec(),
            is_default: matches!(case.state, State::Default(_)),
            is_choice: case.is_choice(),
        }
    }

    /// True when nothing more must be so than for `case`.
    fn is_all_of(&self, case: &Case<'a>) -> bool {
        self.assumptions.len() <= case.assumptions().len()
            && self.is_choice == case.is_choice()
            && self.is_default == matches!(case.state, State::Default(_))
    }

    /// The named conditions in it.
    pub(crate) fn conditions(&self) -> Vec<(&'a Name, bool)> {
        let conditions = self.assumptions.iter().filter_map(|it| match it {
            Assumption::Condition(name, holds) => Some((*name, *holds)),
            Assumption::Value(..) => None,
        });
        conditions.collect()
    }

    /// ``"`Stage` is `test`"`` for each parameter that has one of several values.
    fn values(&self) -> Vec<String> {
        let values = self.assumptions.iter().filter_map(|it| match it {
            Assumption::Value(parameter, value) => Some(format!("`{}` is `{}`", parameter.name.text, value.as_str()?)),
            Assumption::Condition(..) => None,
        });
        values.collect()
    }
}

impl Violation<'_> {
    /// The name of the property, or of the list that holds the item; `None` for the resource as a whole.
    pub(crate) fn property(&self) -> Option<&str> {
        self.path.rsplit('/').find(|it| !it.is_empty() && *it != "*")
    }

    /// What lacks or holds something: ``"`Rules` of `AWS::S3::Bucket`"``, ``"`AWS::S3::Bucket`"``.
    pub(crate) fn holder(&self) -> String {
        match self.property() {
            Some(property) => format!("`{property}` of `{}`", self.ty),
            None => format!("`{}`", self.ty),
        }
    }

    /// What a value is: ``"`Status`"``, ``"An item of `Rules`"``.
    pub(crate) fn subject(&self) -> String {
        match self.property() {
            Some(property) if self.path.ends_with('*') => format!("An item of `{property}`"),
            Some(property) => format!("`{property}`"),
            None => "`Properties`".to_owned(),
        }
    }

    /// True for a value that a function comes to: it is written nowhere.
    pub(crate) fn is_evaluated(&self) -> bool {
        self.is_evaluated
    }

    /// True when it is so in every deployment.
    pub(crate) fn is_unconditional(&self) -> bool {
        self.way.assumptions.is_empty() && !self.way.is_choice && !self.way.is_default
    }

    /// True for a value that a deployment has only if it is asked for, or for want of another: whoever deploys the stack may
    /// never see it.
    pub(crate) fn is_asked_for(&self) -> bool {
        self.way.is_default || self.way.assumptions.iter().any(|it| matches!(it, Assumption::Value(..)))
    }

    /// Reports it where it is, with what must be so for it before `message`: less gravely where nobody may ever ask for the
    /// value.
    pub(crate) fn report<'c>(&self, cx: &'c mut Context<'_>, message: String) -> Draft<'c> {
        let mut draft = cx.report(self.span, self.said(message));
        if let Some(used) = self.used {
            draft = draft.related(used, format!("{} has its value from there", self.subject()));
        }
        if self.is_asked_for() { draft.at_most(Severity::Warning) } else { draft }
    }

    fn said(&self, message: String) -> String {
        let values = self.way.values();
        match () {
            () if !values.is_empty() => format!("Where {}, {}", values.join(" and "), lowered(&message)),
            () if self.way.is_default => format!("With the defaults of its parameters, {}", lowered(&message)),
            () => when::said(&self.way.conditions(), message),
        }
    }
}

/// `message` as the rest of a sentence.
fn lowered(message: &str) -> String {
    let mut letters = message.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if first.is_ascii_uppercase() && (second.is_ascii_lowercase() || second == ' ') => {
            format!("{}{}", first.to_ascii_lowercase(), &message[1..])
        }
        _ => message.to_owned(),
    }
}
