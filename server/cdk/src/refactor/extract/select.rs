//! Which statements are meant by a selection or a cursor.

use crate::refactor::names::{children, is_class, source};
use crate::refactor::{above, behind};
use syntax::typescript::{Node, range};
use text::{TextRange, TextSize};

/// The statements that move.
pub(super) struct Selected<'r> {
    pub(super) class: Node<'r>,
    pub(super) constructor: Node<'r>,
    pub(super) body: Node<'r>,
    pub(super) statements: Vec<Node<'r>>,
    /// With the comments right above and behind.
    pub(super) place: TextRange,
}

impl<'r> Selected<'r> {
    pub(super) fn at(root: Node<'r>, text: &str, range: TextRange) -> Option<Selected<'r>> {
        let (start, end) = trimmed(text, range)?;
        let found = root.descendant_for_byte_range(start, end)?;
        let constructor = constructor_around(text, found)?;
        let class = constructor.parent()?.parent().filter(|it| is_class(it.kind()))?;
        let outer = class.parent()?;
        let is_global = outer.kind() == "program"
            || (outer.kind() == "export_statement" && outer.parent().is_some_and(|it| it.kind() == "program"));
        if !is_global || class.has_error() || class.child_by_field_name("type_parameters").is_some() {
            return None;
        }
        let body = constructor.child_by_field_name("body")?;
        let statements: Vec<Node<'_>> = children(body)
            .into_iter()
            .filter(|it| {
                let (first, last) = (it.start_byte(), it.end_byte());
                if start == end { first <= start && start <= last } else { first < end && start < last }
            })
            .collect();
        let (first, last) = (*statements.first()?, *statements.last()?);
        // What is not within the braces is more than statements.
        if start < body.start_byte() || end > body.end_byte() {
            return None;
        }
        if start == end && !is_head(text, first, start) {
            return None;
        }
        let place = text::range(above(text, first).start_byte(), behind(last).end_byte());
        Some(Selected { class, constructor, body, statements, place })
    }

    pub(super) fn contains(&self, node: Node<'_>) -> bool {
        self.place.contains_range(range(node))
    }

    pub(super) fn start(&self) -> TextSize {
        self.place.start()
    }
}

/// What is selected without the white space around it; with nothing in it, the place of the cursor.
fn trimmed(text: &str, range: TextRange) -> Option<(usize, usize)> {
    let (start, end) = (usize::from(range.start()).min(text.len()), usize::from(range.end()).min(text.len()));
    let inner = text.get(start..end)?;
    let start = start + (inner.len() - inner.trim_start().len());
    Some((start, start + inner.trim().len()))
}

/// The constructor that code is right in: not in a function, nor in a class of its own there.
fn constructor_around<'r>(text: &str, node: Node<'r>) -> Option<Node<'r>> {
    let mut node = node;
    loop {
        if node.kind() == "method_definition" {
            let name = node.child_by_field_name("name")?;
            return (source(text, name) == "constructor").then_some(node);
        }
        node = node.parent()?;
    }
}

/// True for a cursor on the words `const x = new X(this, 'Id'`.
fn is_head(text: &str, statement: Node<'_>, at: usize) -> bool {
    let value = match statement.kind() {
        "expression_statement" => statement.named_child(0).map(|it| match it.kind() {
            "assignment_expression" => it.child_by_field_name("right"),
            _ => Some(it),
        }),
        "lexical_declaration" => match children(statement).as_slice() {
            [one] => Some(one.child_by_field_name("value")),
            _ => None,
        },
        _ => None,
    };
    let Some(made) = value.flatten().filter(|it| it.kind() == "new_expression") else { return false };
    let arguments = made.child_by_field_name("arguments").map(children).unwrap_or_default();
    let is_scoped = arguments.first().is_some_and(|it| source(text, *it) == "this");
    is_scoped && arguments.get(1).is_some_and(|it| at <= it.end_byte())
}
