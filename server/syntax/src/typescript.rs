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

    /// The places where the text does not parse: smallest pieces only, at most one a line.
    pub fn problems(&self) -> Vec<Problem> {
        if self.root().has_error() { problems(self.root(), &self.text) } else { Vec::new() }
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

/// Goes through the broken parts of a tree, without recursion: text that is being typed nests without limit.
fn problems(root: Node<'_>, text: &str) -> Vec<Problem> {
    let mut problems: Vec<Problem> = Vec::new();
    // The errors around this place, each with the number of problems found before it.
    let mut errors: Vec<usize> = Vec::new();
    let mut cursor = root.walk();
    'tree: loop {
        let node = cursor.node();
        if node.is_missing() {
            problems.push(missing(node, text));
        } else if node.has_error() {
            let descends = cursor.goto_first_child();
            if node.is_error() && !descends {
                problems.push(misunderstood(node, text));
            } else if node.is_error() {
                errors.push(problems.len());
            }
            if descends {
                continue;
            }
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                break 'tree;
            }
            let node = cursor.node();
            if node.is_error() && errors.pop() == Some(problems.len()) {
                problems.push(misunderstood(node, text));
            }
        }
    }
    // What follows a fault on its line is mostly the same fault.
    problems.sort_by_key(|it| it.range.start());
    problems.dedup_by(|b, a| {
        let (start, end) = (usize::from(a.range.start()), usize::from(b.range.start()));
        !text.get(start..end).is_some_and(|it| it.contains('\n'))
    });
    problems
}

/// The problem of a token that the parser would have liked to see.
fn missing(node: Node<'_>, text: &str) -> Problem {
    let message = match node.kind() {
        kind if !node.is_named() => format!("expected `{kind}` behind this"),
        "identifier" | "property_identifier" | "type_identifier" => "expected a name behind this".to_owned(),
        _ => "something is missing behind this".to_owned(),
    };
    // It has no width: the character before it is the place.
    let before = text.get(..node.start_byte()).unwrap_or_default().trim_end();
    let range = match before.chars().next_back() {
        Some(last) => text::range(before.len() - last.len_utf8(), before.len()),
        None => first_line(text, 0, text.len()),
    };
    Problem { range, message }
}

/// The problem of text that fits nowhere: a bracket in it that is not closed, or else its first line.
fn misunderstood(node: Node<'_>, text: &str) -> Problem {
    let mut open: Vec<Node<'_>> = Vec::new();
    let mut cursor = node.walk();
    for token in node.children(&mut cursor).filter(|it| !it.is_named()) {
        match token.kind() {
            "(" | "[" | "{" | "${" => open.push(token),
            ")" | "]" | "}" => {
                open.pop();
            }
            _ => {}
        }
    }
    if let Some(token) = open.last() {
        return Problem { range: range(*token), message: format!("`{}` is not closed", token.kind()) };
    }
    let range = first_line(text, node.start_byte(), node.end_byte());
    let source = text.get(usize::from(range.start())..usize::from(range.end())).unwrap_or_default();
    let is_quote =
        source.starts_with(['"', '\'', '`']) && source.matches(source.chars().next().unwrap_or('"')).count() == 1;
    let message = if is_quote { "this quote is not closed" } else { "this is not understood here" };
    Problem { range, message: message.to_owned() }
}

/// The first line of these bytes that is not blank.
fn first_line(text: &str, start: usize, end: usize) -> TextRange {
    let source = text.get(start..end).unwrap_or_default();
    let start = start + source.len() - source.trim_start().len();
    let length = source.trim_start().lines().next().map_or(0, |it| it.trim_end().len());
    text::range(start, start + length)
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

    fn faults(text: &str) -> Vec<(String, String)> {
        let program = Program::parse(Dialect::TypeScript, &Arc::from(text));
        program.problems().into_iter().map(|it| (text[it.range].to_owned(), it.message)).collect()
    }

    #[test]
    fn faults_are_told_where_they_are() {
        let fault = |place: &str, message: &str| vec![(place.to_owned(), message.to_owned())];
        assert_eq!(faults("const a = 1;\n"), []);
        assert_eq!(faults("foo(1, 2;\nbar();\n"), fault("2", "expected `)` behind this"));
        assert_eq!(faults("const a = { b: 1;\n"), fault("1", "expected `}` behind this"));
    }

    #[test]
    fn deep_nesting_is_no_danger() {
        for text in
            ["(".repeat(50_000), "[{a:".repeat(20_000), format!("{}1{}", "(".repeat(20_000), ")".repeat(20_000))]
        {
            for problem in Program::parse(Dialect::Tsx, &Arc::from(text.as_str())).problems() {
                assert!(!problem.range.is_empty());
            }
        }
    }

    #[test]
    fn every_prefix_is_read_and_incrementally_as_from_nothing() {
        let text = "import * as s3 from 'aws-cdk-lib/aws-s3';\nexport class É extends Stack {\n  constructor(scope: App) {\n    \
                    super(scope, `x-${1 + 2}-🎉`);\n    new s3.Bucket(this, \"A\", { versioned: true, tags: [a, ...b] });\n  }\n}\n";
        let mut program = Program::parse(Dialect::TypeScript, &Arc::from(""));
        for (end, _) in text.char_indices() {
            let prefix: Arc<str> = Arc::from(&text[..end]);
            program.update(&prefix);
            let fresh = Program::parse(Dialect::TypeScript, &prefix);
            for problem in program.problems().into_iter().chain(fresh.problems()) {
                assert!(!text[problem.range].is_empty());
            }
        }
        program.update(&Arc::from(text));
        assert_eq!(program.root().to_sexp(), Program::parse(Dialect::TypeScript, &Arc::from(text)).root().to_sexp());
    }
}
