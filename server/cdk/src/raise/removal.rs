//! What is taken out: statements with the comments about them, list items, identities.

use super::{Raiser, object};
use syntax::typescript::{Node, range};
use text::{TextEdit, TextRange};

impl<'r> Raiser<'r, '_> {
    /// Takes out the statement that consists of the expression at `place`.
    pub(super) fn remove_statement(&mut self, place: TextRange) -> Option<()> {
        let node = self.node(place)?;
        let statement = match node.kind() {
            "expression_statement" => node,
            _ => match node.parent()? {
                it if it.kind() == "expression_statement" => it,
                // A variable that nothing else names.
                it if it.kind() == "variable_declarator" => {
                    let name = self.source(it.child_by_field_name("name")?);
                    let declaration = it.parent()?;
                    let alone = object::items(declaration).len() == 1;
                    if !alone || self.uses(name) != 1 {
                        return None;
                    }
                    declaration
                }
                _ => return None,
            },
        };
        self.remove_statements(vec![statement]);
        Some(())
    }

    /// Takes out statements, the comments that are about them alone, and blank lines that would meet.
    pub(super) fn remove_statements(&mut self, mut statements: Vec<Node<'r>>) {
        statements.sort_by_key(|it| it.start_byte());
        statements.dedup_by_key(|it| it.id());
        let mut places: Vec<TextRange> = Vec::new();
        for statement in &statements {
            let place = self.with_comments(*statement, &statements);
            match places.last_mut() {
                Some(last) if last.end() == place.start() => *last = last.cover(place),
                _ => places.push(place),
            }
        }
        for place in places {
            self.edits.push(TextEdit::delete(object::with_blank_line(self.text, place)));
        }
    }

    /// The lines of a statement and of the comment right above it, unless that heads statements which stay.
    fn with_comments(&self, statement: Node<'r>, removed: &[Node<'r>]) -> TextRange {
        let lines = object::lines_of(self.text, range(statement));
        if lines == range(statement) {
            return lines;
        }
        let heads_more = statement.next_named_sibling().is_some_and(|it| {
            it.kind() != "comment"
                && it.start_position().row == statement.end_position().row + 1
                && !removed.iter().any(|other| other.id() == it.id())
        });
        if heads_more {
            return lines;
        }
        let mut first = statement;
        while let Some(above) = first.prev_sibling().filter(|it| {
            it.kind() == "comment"
                && it.end_position().row + 1 == first.start_position().row
                && object::stands_alone(self.text, *it)
        }) {
            first = above;
        }
        lines.cover(object::lines_of(self.text, range(first)))
    }

    /// Takes out an identity, with the grants to it, when nothing else uses it.
    pub(super) fn remove_identity(&mut self, origin: TextRange, replaced: &[TextRange]) -> Option<()> {
        let node = self.node(origin)?;
        let parent = node.parent()?;
        if parent.kind() == "expression_statement" {
            return self.remove_statement(origin);
        }
        let variable = self.variable_of(node)?.to_owned();
        let declaration = parent.parent().filter(|it| object::items(*it).len() == 1)?;
        let block = declaration.parent()?;
        let mut uses = Vec::new();
        let mut todo = vec![block];
        while let Some(it) = todo.pop() {
            if matches!(it.kind(), "identifier" | "shorthand_property_identifier") && self.source(it) == variable {
                uses.push(it);
            }
            let mut cursor = it.walk();
            todo.extend(it.children(&mut cursor));
        }
        let mut statements = vec![declaration];
        for it in uses {
            let place = range(it);
            if range(parent).contains_range(place) || replaced.iter().any(|it| it.contains_range(place)) {
                continue;
            }
            // A grant to it is all that the statement does.
            let statement = self.statement_around(place)?;
            let call = statement.named_child(0).filter(|_| statement.kind() == "expression_statement")?;
            let function = call.child_by_field_name("function").filter(|it| it.kind() == "member_expression")?;
            let method = self.source(function.child_by_field_name("property")?);
            let direct = it.parent().is_some_and(|it| it.kind() == "arguments" && it.parent() == Some(call));
            let grants_it = matches!(method, "grantRead" | "grantReadWrite") && direct;
            let policy = method == "addToResourcePolicy" && self.source(statement).contains(&format!("{variable}."));
            if !grants_it && !policy {
                return None;
            }
            statements.push(statement);
        }
        self.remove_statements(statements);
        Some(())
    }
}
