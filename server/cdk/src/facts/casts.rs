//! Where the compiler is told not to check constructs and their props.

use super::Facts;
use super::written::Cast as Written;
use crate::ast::{Expression, Kind, Member};
use crate::library;
use crate::scope::At;
use model::SmolStr;
use model::program::{Cast, CastOf};
use text::TextRange;

pub(super) fn find(facts: &Facts<'_, '_>) -> Vec<Cast> {
    let mut out = Vec::new();
    for cast in &facts.written.casts {
        let (Some(span), Some(of)) = (facts.span(cast.range), facts.span(cast.of)) else { continue };
        let found = match cast.is_comment {
            true => within_props(facts, cast.of).map(|class| (CastOf::Props, class, false)),
            false => of_props(facts, cast).or_else(|| of_construct(facts, cast)),
        };
        if let Some((of_what, class, fits)) = found {
            let operand = (!cast.is_comment).then_some(of);
            out.push(Cast { span, operand, of: of_what, class, fits });
        }
    }
    out
}

/// A cast of the props of a construct, or of something among them.
fn of_props(facts: &Facts<'_, '_>, cast: &Written) -> Option<(CastOf, SmolStr, bool)> {
    let class = within_props(facts, cast.range)?;
    // All of the props, when these are as the class has them.
    let fits = props_of(facts, cast.of).is_some_and(|(class, props)| all_known(&class, props));
    Some((CastOf::Props, class, fits))
}

/// The class of the innermost construct among whose props `range` is.
fn within_props(facts: &Facts<'_, '_>, range: TextRange) -> Option<SmolStr> {
    let lowering = facts.lowering;
    let mut best: Option<(TextRange, SmolStr)> = None;
    for place in lowering.scopes.news.iter().filter(|it| facts.is_own(it.at)) {
        let Kind::New(new) = &place.at.expression.kind else { continue };
        let whole = lowering.absolute(place.at.span());
        if !new.construct || !whole.contains_range(range) || best.as_ref().is_some_and(|it| it.0.len() <= whole.len()) {
            continue;
        }
        // Code in a function among the props is no prop.
        let Some(props) = Expression::argument(&new.arguments, 2) else { continue };
        let is_value = holds(facts, props, range);
        if is_value && lowering.scopes.base_of(place.at).is_some() {
            best = Some((whole, facts.last_name(&new.class).text));
        }
    }
    best.map(|it| it.1)
}

/// True when `range` is a value in `expression`, not code that it runs.
fn holds(facts: &Facts<'_, '_>, expression: &Expression, range: TextRange) -> bool {
    let own = facts.lowering.absolute(expression.span);
    // A cast is around the expression that it casts.
    if !own.contains_range(range) && !range.contains_range(own) {
        return false;
    }
    if range.contains_range(own) {
        return true;
    }
    match &expression.kind {
        // The line below a directive may be an entry.
        Kind::Object(members) => members.iter().any(|it| match it {
            Member::Pair { key, value } => {
                facts.lowering.absolute(key.span).start() == range.start() || holds(facts, value, range)
            }
            Member::Computed { value, .. } | Member::Spread(value) => holds(facts, value, range),
            Member::Opaque { .. } => false,
        }),
        Kind::Function(_) => false,
        _ => {
            let mut found = false;
            expression.children(&mut |it| found |= holds(facts, it, range));
            found
        }
    }
}

/// The construct of the library whose props are the expression at `range`, and these.
fn props_of<'a>(facts: &Facts<'_, 'a>, range: TextRange) -> Option<(SmolStr, &'a Expression)> {
    let constructs = facts.lowering.constructs.iter();
    constructs.into_iter().find_map(|it| {
        let props = it.props?;
        (facts.lowering.absolute(props.span()) == range).then(|| (it.class.clone(), props.expression))
    })
}

/// True when the class has props of all these names, and none of them has members that would have to be looked at.
fn all_known(class: &str, props: &Expression) -> bool {
    let (Kind::Object(members), Some(class)) = (&props.kind, library::class(class)) else { return false };
    !props.broken
        && members.iter().all(|it| match it {
            Member::Pair { key, value } => {
                class.trust.contains_key(&*key.text)
                    && matches!(value.kind, Kind::Bool(_) | Kind::Member { .. } | Kind::New(_) | Kind::Call(_))
            }
            _ => false,
        })
}

/// A cast of a construct: `(bucket as any).bucketName`.
fn of_construct<'a>(facts: &Facts<'_, 'a>, cast: &Written) -> Option<(CastOf, SmolStr, bool)> {
    let lowering = facts.lowering;
    let scopes = &lowering.scopes;
    let is_it = |expression: &Expression| {
        let at = lowering.absolute(expression.span);
        at == cast.of || (cast.of.contains_range(at) && at.len() + text::size(4) >= cast.of.len())
    };
    let name = |at: At<'a>| {
        let (index, _) = lowering.construct_of(at)?;
        let class = &lowering.constructs[index].class;
        Some(SmolStr::new(class.rsplit('.').next().unwrap_or(class)))
    };
    let places = scopes.news.iter().chain(&scopes.calls).chain(&scopes.assignments);
    for place in places.filter(|it| facts.is_own(it.at)) {
        if !lowering.absolute(place.at.span()).contains_range(cast.range) {
            continue;
        }
        let mut todo = vec![place.at.expression];
        while let Some(expression) = todo.pop() {
            if is_it(expression)
                && let Some(class) = name(At { expression, frame: place.at.frame })
            {
                return Some((CastOf::Construct, class, false));
            }
            expression.children(&mut |it| todo.push(it));
        }
    }
    let named = scopes.own_values().find(|it| is_it(it.expression))?;
    Some((CastOf::Construct, name(named)?, false))
}
