//! Compiled queries: see `queries/`.
//!
//! A query says which shape of syntax means what. It finds; what follows from a find is the caller's business.

use crate::typescript::Dialect;
use std::sync::LazyLock;
use streaming_iterator::StreamingIterator;
use text::TextRange;
use tree_sitter::{Node, QueryCursor};

/// A query, compiled once for a grammar.
#[derive(Debug)]
pub struct Query {
    query: tree_sitter::Query,
}

/// One place that a pattern of a query fits.
#[derive(Clone, Debug)]
pub struct Match<'tree> {
    pattern: usize,
    captures: Vec<(u32, Node<'tree>)>,
}

/// A capture of a query, found by name once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capture(u32);

/// What is made of queries, once for each dialect, when it is first asked for.
#[derive(Debug)]
pub struct PerDialect<T> {
    typescript: LazyLock<T>,
    tsx: LazyLock<T>,
}

impl<T> PerDialect<T> {
    /// Made by these functions.
    pub const fn new(typescript: fn() -> T, tsx: fn() -> T) -> PerDialect<T> {
        PerDialect { typescript: LazyLock::new(typescript), tsx: LazyLock::new(tsx) }
    }

    /// That of `dialect`.
    pub fn get(&self, dialect: Dialect) -> &T {
        match dialect {
            Dialect::TypeScript => &self.typescript,
            Dialect::Tsx => &self.tsx,
        }
    }
}

impl Query {
    /// Compiles `source`.
    ///
    /// # Panics
    ///
    /// When it is not a query of this grammar: queries are part of the program, and a test compiles each.
    pub fn new(dialect: Dialect, source: &str) -> Query {
        match tree_sitter::Query::new(&dialect.language(), source) {
            Ok(query) => Query { query },
            Err(error) => panic!("a query does not compile: {error}"),
        }
    }

    /// The capture called `name`.
    ///
    /// # Panics
    ///
    /// When no pattern has it, so that a misspelling shows when the query is loaded.
    pub fn capture(&self, name: &str) -> Capture {
        match self.query.capture_index_for_name(name) {
            Some(index) => Capture(index),
            None => panic!("the query has no capture @{name}"),
        }
    }

    /// The number of its patterns.
    pub fn patterns(&self) -> usize {
        self.query.pattern_count()
    }

    /// Everything that was captured at a place, with the names of the captures.
    pub fn named<'q, 'tree>(&'q self, found: &'q Match<'tree>) -> impl Iterator<Item = (&'q str, Node<'tree>)> {
        let names = self.query.capture_names();
        found.captures.iter().filter_map(|(index, node)| Some((*names.get(*index as usize)?, *node)))
    }

    /// Calls `visit` for every place in `node` that a pattern fits. `text` is the whole text of the tree.
    pub fn matches<'tree>(&self, node: Node<'tree>, text: &str, visit: &mut dyn FnMut(&Match<'tree>)) {
        self.run(QueryCursor::new(), node, text, visit);
    }

    /// The same for the places that touch `range` alone, as when one statement of a file has changed.
    pub fn matches_in<'tree>(
        &self,
        node: Node<'tree>,
        text: &str,
        range: TextRange,
        visit: &mut dyn FnMut(&Match<'tree>),
    ) {
        let mut cursor = QueryCursor::new();
        cursor.set_byte_range(range.start().into()..range.end().into());
        self.run(cursor, node, text, visit);
    }

    fn run<'tree>(&self, mut cursor: QueryCursor, node: Node<'tree>, text: &str, visit: &mut dyn FnMut(&Match<'tree>)) {
        let mut matches = cursor.matches(&self.query, node, text.as_bytes());
        while let Some(it) = matches.next() {
            let captures = it.captures().iter().map(|it| (it.index, it.node)).collect();
            visit(&Match { pattern: it.pattern_index, captures });
        }
    }
}

impl<'tree> Match<'tree> {
    /// Which pattern of the query it is, by place in its file.
    pub fn pattern(&self) -> usize {
        self.pattern
    }

    /// The first node that `capture` took here.
    pub fn get(&self, capture: Capture) -> Option<Node<'tree>> {
        self.captures.iter().find(|(index, _)| *index == capture.0).map(|(_, node)| *node)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::typescript::Program;
    use std::sync::Arc;

    #[test]
    fn a_range_limits_what_is_found() {
        let text: Arc<str> = "new A();\nnew B();\n".into();
        let program = Program::parse(Dialect::TypeScript, &text);
        let query = Query::new(Dialect::TypeScript, "(new_expression constructor: (identifier) @class)");
        let class = query.capture("class");
        let mut found = Vec::new();
        let mut visit = |it: &Match<'_>| found.extend(it.get(class).map(|it| text[it.byte_range()].to_owned()));
        query.matches(program.root(), &text, &mut visit);
        query.matches_in(program.root(), &text, text::range(9, 17), &mut visit);
        assert_eq!(found, ["A", "B", "B"]);
    }

    #[test]
    #[should_panic(expected = "@klass")]
    fn a_misspelt_capture_shows() {
        Query::new(Dialect::TypeScript, "(new_expression) @class").capture("klass");
    }
}
