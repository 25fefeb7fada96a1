//! Every expression of a file, whether or not it runs.

use crate::ast::{Class, Expression, Function, Kind, Member, Parameter, Pattern, Slot, Statement};
use std::sync::Arc;

/// Code nested deeper than this is not looked at.
const MAX_DEPTH: u32 = 150;

/// Calls `visit` with every expression and every pattern below `body`.
pub(super) fn all<'a>(body: &'a [Arc<Statement>], visit: &mut dyn FnMut(Part<'a>)) {
    statements(body, visit, 0);
}

/// What is visited.
#[derive(Clone, Copy)]
pub(super) enum Part<'a> {
    Expression(&'a Expression),
    Slot(&'a Slot),
}

/// True when code in `body` reads a member called `tags`, or all members of something.
pub(super) fn reads_tags(body: &[Arc<Statement>]) -> bool {
    let mut reads = false;
    all(body, &mut |part| {
        reads |= match part {
            Part::Slot(slot) => slot.key == "tags",
            Part::Expression(expression) => match &expression.kind {
                Kind::Member { property, .. } => property.text == "tags",
                Kind::Index { index, .. } => matches!(&index.kind, Kind::Text(it) if it == "tags"),
                Kind::Object(members) => members.iter().any(|it| match it {
                    // `{ tags }`
                    Member::Pair { key, value } => key.text == "tags" && matches!(value.kind, Kind::Identifier(_)),
                    _ => false,
                }),
                _ => false,
            },
        };
    });
    reads
}

fn statements<'a>(body: &'a [Arc<Statement>], visit: &mut dyn FnMut(Part<'a>), depth: u32) {
    if depth < MAX_DEPTH {
        body.iter().for_each(|it| statement(it, visit, depth + 1));
    }
}

fn statement<'a>(it: &'a Statement, visit: &mut dyn FnMut(Part<'a>), depth: u32) {
    match it {
        Statement::Declare(declarators) => {
            for declarator in declarators {
                pattern(&declarator.pattern, visit, depth);
                declarator.value.iter().for_each(|it| expression(it, visit, depth));
            }
        }
        Statement::Expression(it) => expression(it, visit, depth),
        Statement::Return(it) | Statement::Throw(it) => it.iter().for_each(|it| expression(it, visit, depth)),
        Statement::Block(body) => statements(body, visit, depth),
        Statement::If { test, then, otherwise } => {
            expression(test, visit, depth);
            statements(then, visit, depth);
            otherwise.iter().for_each(|it| statements(it, visit, depth));
        }
        Statement::ForOf { item, items, body } => {
            pattern(item, visit, depth);
            expression(items, visit, depth);
            statements(body, visit, depth);
        }
        Statement::Count(count) => {
            [&count.from, &count.until].into_iter().for_each(|it| expression(it, visit, depth));
            statements(&count.body, visit, depth);
        }
        Statement::Sometimes { deciders, bodies, .. } => {
            deciders.iter().for_each(|it| expression(it, visit, depth));
            bodies.iter().for_each(|it| statements(it, visit, depth));
        }
        Statement::Function(_, it) => function(it, visit, depth),
        Statement::Class(it) => class(it, visit, depth),
        Statement::Enum(_, members) => {
            members.iter().filter_map(|it| it.1.as_ref()).for_each(|it| expression(it, visit, depth));
        }
        Statement::Jump | Statement::Nothing => (),
    }
}

fn class<'a>(class: &'a Class, visit: &mut dyn FnMut(Part<'a>), depth: u32) {
    class.head.base.iter().for_each(|it| expression(it, visit, depth));
    class.fields.iter().filter_map(|it| it.value.as_ref()).for_each(|it| expression(it, visit, depth));
    for method in &class.methods {
        parameters(&method.head.parameters, visit, depth);
        statements(&method.body, visit, depth);
    }
}

fn function<'a>(function: &'a Function, visit: &mut dyn FnMut(Part<'a>), depth: u32) {
    parameters(&function.parameters, visit, depth);
    statements(&function.body, visit, depth);
}

fn parameters<'a>(parameters: &'a [Parameter], visit: &mut dyn FnMut(Part<'a>), depth: u32) {
    for parameter in parameters {
        pattern(&parameter.pattern, visit, depth);
        parameter.default.iter().for_each(|it| expression(it, visit, depth));
    }
}

fn pattern<'a>(it: &'a Pattern, visit: &mut dyn FnMut(Part<'a>), depth: u32) {
    if depth >= MAX_DEPTH {
        return;
    }
    let mut slot = |slot: &'a Slot| {
        visit(Part::Slot(slot));
        pattern(&slot.pattern, visit, depth + 1);
        slot.default.iter().for_each(|it| expression(it, visit, depth));
    };
    match it {
        Pattern::Object(slots, _) => slots.iter().for_each(slot),
        Pattern::Array(slots) => slots.iter().flatten().for_each(&mut slot),
        Pattern::Name(_) | Pattern::Opaque(_) => (),
    }
}

fn expression<'a>(it: &'a Expression, visit: &mut dyn FnMut(Part<'a>), depth: u32) {
    if depth >= MAX_DEPTH {
        return;
    }
    visit(Part::Expression(it));
    if let Kind::Function(it) = &it.kind {
        function(it, visit, depth + 1);
    }
    it.children(&mut |it| expression(it, visit, depth + 1));
}
