//! Constructs that are handed to code which is not followed: what that may have changed is not known any more.

use super::MethodCall;
use crate::ast::{Element, Expression, Kind, Member};
use crate::lower::Lowering;
use crate::scope::{At, Place};
use model::{Map, Node, Span, Value};

/// Values in values are looked through no deeper than this.
const MAX_DEPTH: u32 = 4;

/// Classes of the language itself, whose functions change no construct.
const OF_THE_LANGUAGE: &[&str] = &["Array", "Boolean", "JSON", "Math", "Number", "Object", "Promise", "String"];

/// Functions that are known although they are not followed.
const HARMLESS: &[&str] = &["Boolean", "Number", "String", "describe", "expect", "parseFloat", "parseInt", "super"];

/// Aspects that look and do not touch: of libraries that check.
const CHECKS: &[&str] = &[
    "AwsSolutionsChecks",
    "HIPAASecurityChecks",
    "NIST80053R4Checks",
    "NIST80053R5Checks",
    "PCIDSS321Checks",
    "ServerlessChecks",
];

/// Aspects of the library.
const OF_THE_LIBRARY: &[&str] = &["core.Tag", "core.RemoveTag"];

/// Opens the resources that functions elsewhere and the program's own aspects may have changed.
pub(crate) fn apply<'a>(lowering: &mut Lowering<'a>, calls: &[Place<'a>]) {
    for place in calls {
        let Kind::Call(call) = &place.at.expression.kind else { continue };
        if let Some(call) = MethodCall::of(*place)
            && call.method.text == "add"
            && let Some(scope) = aspects_of(lowering, call)
        {
            if !is_check(lowering, call) {
                open_scope(lowering, scope, place.stack);
            }
            continue;
        }
        if lowering.scopes.is_followed(place.at) || !is_elsewhere(lowering, &call.callee, place.at) {
            continue;
        }
        let mut handed = Vec::new();
        for argument in &call.arguments {
            let (Element::Item(expression) | Element::Spread(expression)) = argument;
            constructs_in(lowering, At { expression, frame: place.at.frame }, &mut handed, 0);
        }
        for index in handed {
            open_construct(lowering, index);
        }
    }
}

/// True for a function that is none of the library's and none that the program shows: by its name, or by that of the class
/// that has it.
fn is_elsewhere<'a>(lowering: &Lowering<'a>, callee: &'a Expression, at: At<'a>) -> bool {
    if lowering.scopes.path(At { expression: callee, frame: at.frame }).is_some() {
        return false;
    }
    match &callee.kind {
        Kind::Identifier(name) => !HARMLESS.contains(&name.as_str()),
        Kind::Member { object, property, .. } => {
            let Kind::Identifier(class) = &object.kind else { return false };
            let of_library = lowering.scopes.path(At { expression: object, frame: at.frame }).is_some();
            class.starts_with(|it: char| it.is_ascii_uppercase())
                && !of_library
                && !OF_THE_LANGUAGE.contains(&class.as_str())
                // These say what a checker is not to look for.
                && class != "NagSuppressions"
                && !matches!(&*property.text, "of" | "isConstruct")
        }
        _ => false,
    }
}

/// The constructs that the value at `at` is or holds.
fn constructs_in<'a>(lowering: &Lowering<'a>, at: At<'a>, out: &mut Vec<usize>, depth: u32) {
    if depth > MAX_DEPTH {
        return;
    }
    if let Some((index, _)) = lowering.construct_of(at) {
        out.push(index);
        return;
    }
    let at = lowering.scopes.follow(at);
    let mut inner = |expression| constructs_in(lowering, At { expression, frame: at.frame }, out, depth + 1);
    match &at.expression.kind {
        Kind::Object(members) => members.iter().for_each(|it| match it {
            Member::Pair { value, .. } | Member::Computed { value, .. } | Member::Spread(value) => inner(value),
            Member::Opaque { .. } => (),
        }),
        Kind::Array(items) => items.iter().for_each(|it| match it {
            Element::Item(it) | Element::Spread(it) => inner(it),
        }),
        _ => (),
    }
}

/// The scope of `Aspects.of(scope).add(aspect)`.
fn aspects_of<'a>(lowering: &Lowering<'a>, call: MethodCall<'a>) -> Option<At<'a>> {
    let made = lowering.made(call.object).filter(|it| it.path == "core.Aspects.of")?;
    made.argument(0)
}

/// True for an aspect that changes nothing but tags.
fn is_check<'a>(lowering: &Lowering<'a>, call: MethodCall<'a>) -> bool {
    let Some(aspect) = call.argument(0) else { return true };
    if lowering.made(aspect).is_some_and(|it| OF_THE_LIBRARY.contains(&&*it.path)) {
        return true;
    }
    let aspect = lowering.scopes.follow(aspect);
    let Kind::New(new) = &aspect.expression.kind else { return false };
    match &new.class.kind {
        Kind::Identifier(name) => CHECKS.contains(&name.as_str()),
        Kind::Member { property, .. } => CHECKS.contains(&&*property.text),
        _ => false,
    }
}

/// Opens everything in a scope; everything in the stack where it is not known which part of it that is.
fn open_scope<'a>(lowering: &mut Lowering<'a>, scope: At<'a>, stack: usize) {
    if let Some((index, _)) = lowering.construct_of(scope) {
        return open_construct(lowering, index);
    }
    let node = lowering.scopes.node_at(scope);
    let scope = lowering.scopes.follow(scope);
    let is_this = matches!(scope.expression.kind, Kind::This);
    for draft in 0..lowering.drafts.len() {
        let is_below = match (node, lowering.drafts[draft].construct) {
            (Some(node), Some(construct)) => lowering.is_below(construct, node),
            _ => !is_this || lowering.drafts[draft].stack == stack,
        };
        if is_below {
            open(lowering, draft);
        }
    }
}

/// Opens all that the construct at `index` makes.
fn open_construct(lowering: &mut Lowering<'_>, index: usize) {
    let main = lowering.constructs[index].resource;
    for draft in 0..lowering.drafts.len() {
        let is_made = lowering.drafts[draft].construct == Some(index);
        if main == Some(draft) || is_made {
            open(lowering, draft);
        }
    }
}

/// Lets a resource have other properties than those that the program gives it, where it says nothing of them.
fn open(lowering: &mut Lowering<'_>, draft: usize) {
    let id = lowering.drafts[draft].resource.id.span;
    let resource = &mut lowering.drafts[draft].resource;
    if let Value::Map(map) = &mut resource.properties.value {
        open_map(map, id);
    }
    open_map(&mut resource.attributes, id);
}

fn open_map(map: &mut Map, id: Span) {
    map.open = true;
    for (_, node) in &mut map.entries {
        match &mut node.value {
            Value::Map(inner) => open_map(inner, id),
            Value::List(list) => list.open = true,
            // What is there by default, which is said where the construct is.
            Value::Absent => *node = Node::unknown(node.span),
            Value::Scalar(_) | Value::Bool(_) if node.span == id => *node = Node::unknown(id),
            _ => (),
        }
    }
}
