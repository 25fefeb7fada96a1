//! Properties that should be `true`: where and when they are not, and what turns them on.

use super::branches::{self, Alternative};
use crate::Applicability;
use crate::engine::Draft;
use model::{Assumption, Change, Declarations, Literal, Node, Parameter, ResourceView, Span, State, Value};

/// A property that some deployment has off, or not at all.
pub(crate) struct Off<'a> {
    /// Where to point at: the value or what brings it, the id of the resource where nothing is written.
    pub(crate) span: Span,
    /// When it is off, for the end of a sentence: `` unless `IsProduction` holds``; empty for always.
    pub(crate) when: String,
    /// True when other deployments have it on, by a condition or a choice: somebody has thought about it.
    pub(crate) is_chosen: bool,
    /// The parameter whose default it is.
    parameter: Option<&'a Parameter>,
    change: Option<Change>,
}

/// What `resource` has off at a dotted path in a deployment that can be reached; `None` where it is on, or not known.
pub(crate) fn off<'a>(resource: &ResourceView<'a>, path: &str) -> Option<Off<'a>> {
    find(resource, path, |_| true)
}

/// The same for what is on unless it is turned off in so many words.
pub(crate) fn turned_off<'a>(resource: &ResourceView<'a>, path: &str) -> Option<Off<'a>> {
    find(resource, path, |it| !matches!(it.state, State::Absent))
}

fn find<'a>(resource: &ResourceView<'a>, path: &str, counts: impl Fn(&Alternative<'a>) -> bool) -> Option<Off<'a>> {
    let alternatives = branches::of(resource, path);
    let off = alternatives.iter().find(|it| it.is_off() && counts(it) && !is_open_choice(it))?;
    let property = resource.property(path);
    let (outer, inner) = path.rsplit_once('.').unwrap_or(("", path));
    let outer = resource.property(outer);
    let is_nested = path.contains('.');
    let is_written = if is_nested { outer.may_be_set() } else { property.may_be_set() };
    // A block that some branch leaves out is written anew, unless others say more in it.
    let change = match is_nested && outer.may_be_absent() {
        false => Some(property.set(Literal::Bool(true))),
        true if outer.entries().iter().all(|(name, _)| name.text == inner) => {
            Some(outer.set(Literal::map([(inner, Literal::Bool(true))])))
        }
        true => None,
    };
    let case = &off.property().cases()[0];
    Some(Off {
        span: if is_written { off.span } else { resource.id.span },
        when: off.when(),
        is_chosen: (case.is_choice() || !case.assumptions().is_empty()) && alternatives.iter().any(is_on),
        parameter: parameter(off, resource.declarations()),
        change,
    })
}

impl Off<'_> {
    /// Offers to turn it on: where it is written, or in the default of the parameter that brings it.
    pub(crate) fn fix<'d>(&self, draft: Draft<'d>, title: &str) -> Draft<'d> {
        self.fix_with(draft, title, Vec::new())
    }

    /// The same, with what has to change for it.
    pub(crate) fn fix_with<'d>(&self, draft: Draft<'d>, title: &str, mut changes: Vec<Change>) -> Draft<'d> {
        let Some(parameter) = self.parameter else {
            let Some(change) = self.change.clone() else { return draft };
            changes.push(change);
            return draft.fix_as(Applicability::Safe, title, changes, None);
        };
        let Some(default) = &parameter.default else { return draft };
        let draft = draft.related(default.span, format!("the default of `{}`", parameter.name.text));
        match on(parameter, default) {
            // Whoever else uses the parameter gets the new default too.
            Some(value) => {
                let change = Change::Replace { span: default.span, value };
                changes.push(change);
                draft.fix_as(Applicability::Unsafe, format!("{title} by default"), changes, None)
            }
            None => draft,
        }
    }
}

/// True for a value that a parameter without a default allows: nobody has it who does not ask for it.
pub(crate) fn is_open_choice(alternative: &Alternative<'_>) -> bool {
    let (State::Known(node) | State::Default(node)) = alternative.state else { return false };
    open_parameters(alternative)
        .any(|it| it.allowed_values.as_deref().is_some_and(|it| it.iter().any(|it| std::ptr::eq(it, node))))
}

/// True for a value that depends on what is given for a parameter without a default.
pub(crate) fn depends_on_choice(alternative: &Alternative<'_>) -> bool {
    open_parameters(alternative).next().is_some()
}

fn open_parameters<'p, 'a>(alternative: &'p Alternative<'a>) -> impl Iterator<Item = &'a Parameter> + 'p {
    alternative.property().cases()[0].assumptions().iter().filter_map(|it| match it {
        Assumption::Value(parameter, _) => Some(*parameter).filter(|it| it.default.is_none()),
        Assumption::Condition(..) => None,
    })
}

fn is_on(alternative: &Alternative<'_>) -> bool {
    matches!(alternative.state, State::Known(node) | State::Default(node) if node.as_bool() == Some(true))
}

/// The parameter whose default a value is.
pub(crate) fn parameter<'a>(alternative: &Alternative<'a>, declarations: &'a Declarations) -> Option<&'a Parameter> {
    let (State::Known(node) | State::Default(node)) = alternative.state else { return None };
    let is_it = |it: &Node| std::ptr::eq(it, node);
    let allowing = alternative.property().cases()[0].assumptions().iter().find_map(|it| match it {
        Assumption::Value(parameter, _) => {
            parameter.allowed_values.as_deref().is_some_and(|it| it.iter().any(is_it)).then_some(*parameter)
        }
        Assumption::Condition(..) => None,
    });
    let by_default = || declarations.parameters.iter().find(|it| it.default.as_ref().is_some_and(is_it));
    allowing.or_else(|| by_default().map(|it| &**it))
}

/// What `parameter` takes for `true`, written as its default is.
fn on(parameter: &Parameter, default: &Node) -> Option<Literal> {
    let Some(allowed) = parameter.domain() else {
        return Some(if matches!(default.value, Value::Bool(_)) { Literal::Bool(true) } else { Literal::text("true") });
    };
    let value = allowed.iter().find(|it| it.as_bool() == Some(true))?;
    Some(match &value.value {
        Value::Scalar(scalar) => Literal::text(scalar.text.clone()),
        _ => Literal::Bool(true),
    })
}

/// Offers to write another text in the place of a value: where it is written, or in the default of the parameter that brings it
/// when that takes it. What a mapping or a function brings is left alone.
pub(crate) fn fix_value<'d, 'a>(
    draft: Draft<'d>,
    alternative: &Alternative<'a>,
    resource: &ResourceView<'a>,
    text: &str,
    title: String,
) -> Draft<'d> {
    let (State::Known(node) | State::Default(node)) = alternative.state else { return draft };
    if let Some(parameter) = parameter(alternative, resource.declarations()) {
        let Some(default) = &parameter.default else { return draft };
        let draft = draft.related(default.span, format!("the default of `{}`", parameter.name.text));
        let is_allowed = parameter.domain().is_none_or(|it| it.iter().any(|it| it.as_str() == Some(text)));
        if !is_allowed {
            return draft;
        }
        let change = Change::Replace { span: default.span, value: Literal::text(text) };
        return draft.fix(format!("{title} by default"), vec![change]);
    }
    if node.span != alternative.span || alternative.property().cases()[0].is_evaluated() {
        return draft;
    }
    // It is written where it is, which the globals of AWS SAM may be.
    draft.fix(title, vec![Change::Replace { span: node.span, value: Literal::text(text) }])
}

/// True when some deployment may set one of these properties.
///
/// What no prop of a construct decides could still be set by an aspect, as far as the model knows. That is not what a
/// reader of the program would think of.
pub(crate) fn may_set(resource: &ResourceView<'_>, names: &[&str]) -> bool {
    let properties = resource.properties.as_map();
    let is_shown = |name: &str| resource.construct.is_none() || properties.is_none_or(|it| it.get(name).is_some());
    names.iter().any(|it| is_shown(it) && resource.property(it).may_be_set())
}
