//! TypeScript: one tree per file, parsed again incrementally.

use std::sync::Arc;
use text::TextRange;
use tree_sitter::{InputEdit, Language, Parser, Point, Tree};

pub use tree_sitter::{Node, TreeCursor};

/// The two grammars that TypeScript is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `.ts`, `.mts`, `.cts`.
    TypeScript,
    /// `.tsx`, where `<any>x` is an element and not a cast.
    Tsx,
}

/// One state of a TypeScript file: its text and the tree of it.
#[derive(Clone, Debug)]
pub struct Program {
    dialect: Dialect,
    text: Arc<str>,
    tree: Tree,
}

/// A place where the text does not parse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The smallest broken piece.
    pub range: TextRange,
    /// What is wrong, in words an author understands.
    pub message: String,
}

impl Dialect {
    /// The compiled grammar.
    pub fn language(self) -> Language {
        match self {
            Dialect::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
            Dialect::Tsx => tree_sitter_typescript::LANGUAGE_TSX.into(),
        }
    }
}

impl Program {
    /// Parses `text` from nothing.
    pub fn parse(dialect: Dialect, text: &Arc<str>) -> Program {
        Program { dialect, text: Arc::clone(text), tree: parse(dialect, text, None) }
    }

    /// Parses the next state of the file; what both states share is not parsed again.
    pub fn update(&mut self, text: &Arc<str>) {
        let (prefix, suffix) = common(&self.text, text);
        if prefix == self.text.len() && prefix == text.len() {
            return;
        }
        let old_end = self.text.len() - suffix;
        let new_end = text.len() - suffix;
        self.tree.edit(&InputEdit {
            start_byte: prefix,
            old_end_byte: old_end,
            new_end_byte: new_end,
            start_position: point(&self.text, prefix),
            old_end_position: point(&self.text, old_end),
            new_end_position: point(text, new_end),
        });
        self.tree = parse(self.dialect, text, Some(&self.tree));
        self.text = Arc::clone(text);
    }

    /// The grammar that it is read with.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The text.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// The root of the tree.
    pub fn root(&self) -> Node<'_> {
        self.tree.root_node()
    }

    /// The places where the text does not parse, smallest pieces only.
    pub fn problems(&self) -> Vec<Problem> {
        let mut out = Vec::new();
        problems(self.root(), &self.text, 0, &mut out);
        out
    }
}

/// The bytes of `node`.
pub fn range(node: Node<'_>) -> TextRange {
    text::range(node.start_byte(), node.end_byte())
}

fn parse(dialect: Dialect, text: &str, old: Option<&Tree>) -> Tree {
    let mut parser = Parser::new();
    parser.set_language(&dialect.language()).expect("the grammar is built for this library");
    parser.parse(text, old).expect("a parser with a language and without a time limit gives a tree")
}

/// The lengths of the longest common start and of the longest common end that does not overlap it, both at whole
/// characters.
pub fn common(old: &str, new: &str) -> (usize, usize) {
    let mut prefix = old.bytes().zip(new.bytes()).take_while(|(a, b)| a == b).count();
    while !old.is_char_boundary(prefix) || !new.is_char_boundary(prefix) {
        prefix -= 1;
    }
    let (old_rest, new_rest) = (&old[prefix..], &new[prefix..]);
    let mut suffix = old_rest.bytes().rev().zip(new_rest.bytes().rev()).take_while(|(a, b)| a == b).count();
    while !old.is_char_boundary(old.len() - suffix) || !new.is_char_boundary(new.len() - suffix) {
        suffix -= 1;
    }
    (prefix, suffix)
}

fn point(text: &str, offset: usize) -> Point {
    let before = &text.as_bytes()[..offset];
    let row = before.iter().filter(|it| **it == b'\n').count();
    let column = offset - before.iter().rposition(|it| *it == b'\n').map_or(0, |it| it + 1);
    Point { row, column }
}

fn problems(node: Node<'_>, text: &str, depth: u32, out: &mut Vec<Problem>) {
    if !node.has_error() || depth > 400 {
        return;
    }
    if node.is_missing() {
        out.push(Problem { range: range(node), message: format!("`{}` is missing here", node.kind()) });
        return;
    }
    let before = out.len();
    let mut cursor = node.walk();
    for child in node.children(&mut cursor) {
        problems(child, text, depth + 1, out);
    }
    if node.is_error() && out.len() == before {
        // An error may reach far; its first line says enough.
        let (start, end) = (node.start_byte(), node.end_byte());
        let first = text.get(start..end).map_or(0, |it| it.lines().next().unwrap_or_default().trim_end().len());
        out.push(Problem { range: text::range(start, start + first), message: "this does not parse here".to_owned() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_ends_lie_between_characters() {
        assert_eq!(common("aéb", "aèb"), (1, 1));
        assert_eq!(common("aa", "aaa"), (2, 0));
        assert_eq!(common("", "x"), (0, 0));
    }

    #[test]
    fn an_updated_tree_is_a_fresh_tree() {
        let first: Arc<str> = "const a = 1;\nconst b = 2;\n".into();
        let second: Arc<str> = "const a = 1;\nconst bé = [2, 3];\n".into();
        let mut program = Program::parse(Dialect::TypeScript, &first);
        program.update(&second);
        assert_eq!(program.root().to_sexp(), Program::parse(Dialect::TypeScript, &second).root().to_sexp());
        assert_eq!(program.problems(), []);
    }
}
