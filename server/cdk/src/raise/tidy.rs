//! What the other edits leave without a use: imports and variables. A compiler that is asked to would complain of them.

use super::{Raiser, object};
use syntax::typescript::{Node, range};
use text::{TextEdit, TextRange};

/// A name that goes may take another with it that only it used, so often.
const MAX_ROUNDS: usize = 5;

/// Functions that only describe something: without a use they do nothing.
const DESCRIPTIONS: [&str; 4] = ["aws-ec2.Peer.", "aws-ec2.Port.", "core.Duration.", "core.Size."];

impl<'r> Raiser<'r, '_> {
    /// Takes out the names whose last use is taken out.
    pub(super) fn tidy(&mut self) {
        let mut seen: Vec<&str> = Vec::new();
        for _ in 0..MAX_ROUNDS {
            let mut names: Vec<&str> = Vec::new();
            for edit in self.edits.iter().filter(|it| !it.range.is_empty()) {
                names.extend(self.names_in(edit.range).into_iter().map(|it| self.source(it)));
            }
            names.retain(|it| !seen.contains(it));
            names.sort_unstable();
            names.dedup();
            if names.is_empty() {
                return;
            }
            for name in &names {
                if let Some(declaration) = self.only_declared(name) {
                    self.drop_declaration(declaration);
                }
            }
            seen.extend(names);
        }
    }

    /// Where a name is declared, when nothing of the edited text uses it.
    fn only_declared(&self, name: &str) -> Option<Node<'r>> {
        if self.edits.iter().any(|it| is_said(&it.text, name)) {
            return None;
        }
        let is_removed = |it: &Node<'_>| self.edits.iter().any(|edit| edit.range.contains_range(range(*it)));
        let whole = range(self.root);
        let mut left = self.names_in(whole).into_iter().filter(|it| self.source(*it) == name && !is_removed(it));
        left.next().filter(|_| left.next().is_none())
    }

    /// The names that stand in a part of the file.
    pub(super) fn names_in(&self, place: TextRange) -> Vec<Node<'r>> {
        let mut out = Vec::new();
        let mut todo = vec![self.root];
        while let Some(node) = todo.pop() {
            if node.kind() == "comment" || range(node).intersect(place).is_none_or(TextRange::is_empty) {
                continue;
            }
            if is_name(node.kind()) && place.contains_range(range(node)) {
                out.push(node);
            }
            let mut cursor = node.walk();
            todo.extend(node.children(&mut cursor));
        }
        out
    }

    fn drop_declaration(&mut self, name: Node<'r>) {
        let Some(parent) = name.parent() else { return };
        match parent.kind() {
            "import_specifier" => self.drop_specifier(parent),
            "namespace_import" | "import_clause" => {
                // `import Default, { named } from` stays.
                let clause = if parent.kind() == "import_clause" { Some(parent) } else { parent.parent() };
                let clause = clause.filter(|it| object::items(*it).len() == 1);
                if let Some(statement) = clause.and_then(|it| it.parent()).filter(|it| it.kind() == "import_statement")
                {
                    self.edits.push(TextEdit::delete(object::lines_of(self.text, range(statement))));
                }
            }
            "variable_declarator" if parent.child_by_field_name("name") == Some(name) => self.drop_variable(parent),
            _ => (),
        }
    }

    fn drop_specifier(&mut self, specifier: Node<'r>) {
        let Some(list) = specifier.parent() else { return };
        // Another name is put behind it: that takes its place.
        let end = range(specifier).end();
        let behind = self.edits.iter_mut().find(|it| it.range == TextRange::empty(end));
        if let Some(edit) = behind {
            *edit = TextEdit::replace(range(specifier), edit.text.trim_start_matches([',', ' ', '\t', '\r', '\n']));
            return;
        }
        let statement = list.parent().and_then(|it| it.parent()).filter(|it| it.kind() == "import_statement");
        match statement.filter(|_| object::items(list).len() == 1) {
            Some(statement) => self.edits.push(TextEdit::delete(object::lines_of(self.text, range(statement)))),
            None => self.edits.extend(object::extent(self.text, list, specifier).map(TextEdit::delete)),
        }
    }

    /// Takes out a variable. What it holds stays where it does something.
    fn drop_variable(&mut self, declarator: Node<'r>) {
        let declaration = declarator.parent().filter(|it| object::items(*it).len() == 1);
        let Some(declaration) = declaration.filter(|it| it.kind() == "lexical_declaration") else { return };
        if declaration.parent().is_none_or(|it| !matches!(it.kind(), "statement_block" | "program")) {
            return;
        }
        let Some(value) = declarator.child_by_field_name("value") else { return };
        if self.does_nothing(value) {
            self.remove_statements(vec![declaration]);
        } else if matches!(value.kind(), "new_expression" | "call_expression" | "await_expression") {
            self.edits.push(TextEdit::delete(text::range(declaration.start_byte(), value.start_byte())));
        }
    }

    /// True for what can be left out when nobody asks for its value.
    fn does_nothing(&self, value: Node<'r>) -> bool {
        let value = object::unwrapped(value);
        match value.kind() {
            "string" | "template_string" | "number" | "true" | "false" | "null" | "identifier"
            | "member_expression" => true,
            "array" | "object" => object::items(value).into_iter().all(|it| match it.kind() {
                "pair" => it.child_by_field_name("value").is_some_and(|it| self.does_nothing(it)),
                "shorthand_property_identifier" => true,
                _ => self.does_nothing(it),
            }),
            "call_expression" => {
                let function = value.child_by_field_name("function").map(|it| self.source(it)).unwrap_or_default();
                let path = function.split_once('.').and_then(|(local, rest)| {
                    let path = self.imports.get(local)?;
                    Some(crate::imports::member(path, rest))
                });
                path.is_some_and(|path| DESCRIPTIONS.iter().any(|it| path.starts_with(it)))
            }
            _ => false,
        }
    }
}

/// True when `text` has the word `name`, not as the key of a member.
fn is_said(text: &str, name: &str) -> bool {
    let is_part = |it: char| it.is_alphanumeric() || matches!(it, '_' | '$');
    text.match_indices(name).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + name.len()..]);
        if before.ends_with(is_part) || after.starts_with(is_part) {
            return false;
        }
        let is_key = after.starts_with(':') && before.trim_end().chars().next_back().is_none_or(|it| "{,".contains(it));
        !is_key
    })
}

/// True for a name of the program's own.
pub(super) fn is_name(kind: &str) -> bool {
    matches!(
        kind,
        "identifier" | "shorthand_property_identifier" | "shorthand_property_identifier_pattern" | "type_identifier"
    )
}
