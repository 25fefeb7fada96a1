//! What only the text shows: casts, directives to the compiler, how long a class is.

use crate::convert::slice;
use syntax::typescript::{Node, range};
use text::TextRange;

/// What the tree of the program leaves out, in bytes of the file.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub(super) casts: Vec<Cast>,
    /// Something in it speaks of the resource that a construct is for.
    pub(super) has_default_child: bool,
    /// The whole of each class at the top of the file.
    pub(super) classes: Vec<Class>,
}

/// `value as any`, `<any>value`, `// @ts-ignore`.
#[derive(Debug)]
pub(super) struct Cast {
    pub(super) range: TextRange,
    /// What is cast; for a directive, the statement or the entry that it is about.
    pub(super) of: TextRange,
    pub(super) is_comment: bool,
}

#[derive(Debug)]
pub(super) struct Class {
    pub(super) name: TextRange,
    pub(super) range: TextRange,
    pub(super) lines: usize,
}

impl Written {
    /// Reads the file whose tree is below `root`.
    pub(crate) fn of(root: Node<'_>, text: &str) -> Written {
        let mut written = Written { has_default_child: text.contains(".defaultChild"), ..Written::default() };
        find_casts(root, text, &mut written.casts);
        let mut cursor = root.walk();
        for statement in root.named_children(&mut cursor) {
            let declaration = statement.child_by_field_name("declaration").unwrap_or(statement);
            if !matches!(declaration.kind(), "class_declaration" | "abstract_class_declaration") {
                continue;
            }
            if let Some(name) = declaration.child_by_field_name("name") {
                let lines = declaration.end_position().row - declaration.start_position().row + 1;
                written.classes.push(Class { name: range(name), range: range(declaration), lines });
            }
        }
        written
    }
}

fn find_casts(root: Node<'_>, text: &str, out: &mut Vec<Cast>) {
    for (at, _) in text.match_indices("any") {
        let leaf = root.named_descendant_for_byte_range(at, at + 3);
        let Some(node) = leaf.filter(|it| it.kind() == "predefined_type") else { continue };
        let Some(parent) = node.parent() else { continue };
        let (cast, of) = match parent.kind() {
            "as_expression" => (parent, parent.named_child(0)),
            "type_arguments" => match parent.parent().filter(|it| it.kind() == "type_assertion") {
                Some(cast) => (cast, cast.named_child(1)),
                None => continue,
            },
            _ => continue,
        };
        if let Some(of) = of.filter(|_| slice(text, range(node)) == "any") {
            out.push(Cast { range: range(cast), of: range(of), is_comment: false });
        }
    }
    for (at, word) in text.match_indices("@ts-ignore") {
        let comment = root.descendant_for_byte_range(at, at + word.len()).filter(|it| it.kind() == "comment");
        let Some(comment) = comment else { continue };
        // It is about the next line.
        let Some(next) = comment.next_named_sibling().filter(|it| it.kind() != "comment") else { continue };
        if next.start_position().row == comment.end_position().row + 1 {
            out.push(Cast { range: range(comment), of: range(next), is_comment: true });
        }
    }
    out.sort_by_key(|it| it.range.start());
}
