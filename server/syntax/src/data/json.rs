//! JSON: a piece is parsed by tree-sitter, and read token by token where it is broken.

mod recover;
mod split;

use super::blocks::Parsed;
use super::split::Pieces;
use super::{Document, Kind, Node, Pair, Placed, Problem, ProblemKind, Role, Style, Word, scalar, yaml};
use recover::Reader;
use smol_str::SmolStr;
use std::sync::LazyLock;
use text::{TextRange, range, size};
use tree_sitter::{Language, Parser, TreeCursor};

static LANGUAGE: LazyLock<Language> = LazyLock::new(|| tree_sitter_json::LANGUAGE.into());

/// A parser for JSON.
pub(super) fn parser() -> Parser {
    let mut parser = Parser::new();
    parser.set_language(&LANGUAGE).expect("tree-sitter reads the grammar it was built with");
    parser
}

/// Splits a JSON text behind a byte order mark of `mark` bytes.
pub(super) fn split(text: &str, mark: usize) -> Pieces {
    split::split(text, mark)
}

/// Parses a piece of JSON.
pub(super) fn parse(parser: &mut Parser, text: &str, role: Role) -> Parsed {
    let mut parsed = Parsed::default();
    match role {
        Role::Trivia => {
            let is_comment = |it: usize| text.as_bytes()[it] == b'/';
            if text.char_indices().any(|(it, _)| is_comment(it)) {
                // Only comments are reported here: brackets and commas belong to what is around.
                let start = text.find('/').unwrap_or(0);
                let mut reader = Reader::new(text, start);
                reader.nothing_follows();
                parsed.problems = reader.problems;
            }
        }
        Role::Header => {
            if let Some((key, colon)) = key(text) {
                let range = TextRange::new(size(0), size(colon + 1));
                parsed.pairs.push(Pair { key, value: yaml::nothing(colon + 1), range, incomplete: false });
            }
        }
        Role::Section | Role::Entry => {
            let value = key(text).and_then(|(key, colon)| Some((key, value(parser, text, colon + 1, &mut parsed)?)));
            match value {
                Some((key, value)) => {
                    let range = TextRange::new(size(0), value.range.end());
                    parsed.pairs.push(Pair { key, value, range, incomplete: false });
                }
                None => {
                    let mut reader = Reader::new(text, 0);
                    parsed.pairs.extend(reader.entry());
                    parsed.problems = reader.problems;
                }
            }
        }
        Role::Root => {
            parsed.root = value(parser, text, 0, &mut parsed);
            if parsed.root.is_none() {
                let mut reader = Reader::new(text, 0);
                parsed.root = Some(reader.root());
                parsed.problems = reader.problems;
            }
        }
    }
    parsed
}

/// Missing and superfluous commas between blocks.
pub(super) fn problems_between(document: &Document) -> Vec<(TextRange, Problem)> {
    let mut problems = Vec::new();
    let mut report = |range: TextRange, message: &str| {
        problems.push((range, Problem { range, message: message.to_owned(), kind: ProblemKind::Syntax }));
    };
    let starts_pair = |it: &&Placed| matches!(it.role, Role::Entry | Role::Section | Role::Header);
    for (number, placed) in document.blocks.iter().enumerate() {
        let is_broken = placed.block.problems.iter().any(|it| it.kind == ProblemKind::Syntax);
        let source = placed.block.text.trim_end();
        let is_end = placed.role == Role::Trivia && source.contains('}');
        if is_broken || !(is_end || matches!(placed.role, Role::Entry | Role::Section)) {
            continue;
        }
        let next = document.blocks.get(number + 1);
        match (source.ends_with(','), next.filter(starts_pair)) {
            (false, Some(next)) => {
                let key =
                    next.block.pairs.first().map_or(next.block.text.len(), |it| usize::from(it.key.range.end()) + 1);
                report(
                    TextRange::at(next.start, size(key.min(next.block.text.len()))),
                    "expected `,` in front of this",
                );
            }
            (true, None) => {
                let comma = placed.start + size(source.len() - 1);
                report(TextRange::at(comma, size(1)), "no comma may stand in front of `}`");
            }
            _ => {}
        }
    }
    problems
}

/// The key at the start of a piece, and the place of its colon.
fn key(text: &str) -> Option<(Word, usize)> {
    let bytes = text.as_bytes();
    if bytes.first() != Some(&b'"') {
        return None;
    }
    let end = split::string_end(bytes, 0);
    let colon = end + bytes[end..].iter().take_while(|it| it.is_ascii_whitespace()).count();
    if bytes.get(colon) != Some(&b':') {
        return None;
    }
    let inner = range(1, end - 1);
    Some((Word { text: scalar::double_quoted(&text[inner]), range: inner }, colon))
}

/// The value from `start` on, if it is the only thing there and all of it parses.
fn value(parser: &mut Parser, text: &str, start: usize, parsed: &mut Parsed) -> Option<Node> {
    let source = text[start..].trim_end();
    let source = source.strip_suffix(',').unwrap_or(source);
    let tree = parser.parse(source, None).filter(|it| !it.root_node().has_error())?;
    let root = tree.root_node();
    if root.child_count() != 1 {
        return None;
    }
    let mut reader = TreeReader { text, base: start, depth: 0, problems: Vec::new() };
    let mut cursor = root.walk();
    cursor.goto_first_child();
    let value = reader.value(&mut cursor)?;
    parsed.problems.append(&mut reader.problems);
    Some(value)
}

struct Kinds {
    object: u16,
    array: u16,
    pair: u16,
    string: u16,
    comment: u16,
}

static KINDS: LazyLock<Kinds> = LazyLock::new(|| {
    let named = |kind| LANGUAGE.id_for_node_kind(kind, true);
    Kinds {
        object: named("object"),
        array: named("array"),
        pair: named("pair"),
        string: named("string"),
        comment: named("comment"),
    }
});

/// Reads a tree without errors; `None` where a comment stands.
struct TreeReader<'t> {
    text: &'t str,
    base: usize,
    depth: usize,
    problems: Vec<Problem>,
}

impl TreeReader<'_> {
    fn value(&mut self, cursor: &mut TreeCursor) -> Option<Node> {
        let node = cursor.node();
        let range = self.range(&node);
        let kind = node.kind_id();
        let is_collection = kind == KINDS.object || kind == KINDS.array;
        self.depth += 1;
        let kind = if is_collection && self.depth > yaml::MAX_DEPTH {
            if self.problems.last().is_none_or(|it| it.kind != ProblemKind::Limit) {
                let message = "this is nested too deeply to be read".to_owned();
                self.problems.push(Problem { range, message, kind: ProblemKind::Limit });
            }
            Kind::Broken
        } else if kind == KINDS.object {
            Kind::Mapping { pairs: self.pairs(cursor)?, flow: true }
        } else if kind == KINDS.array {
            let mut items = Vec::new();
            self.children(cursor, |reader, cursor| {
                items.push(reader.value(cursor)?);
                Some(())
            })?;
            Kind::Sequence { items, flow: true }
        } else if kind == KINDS.string {
            recover::string_problems(self.text, self.inner(range).0, &mut self.problems);
            Kind::Scalar { text: scalar::double_quoted(self.inner(range).1), style: Style::Double }
        } else if kind == KINDS.comment {
            return None;
        } else {
            let text = &self.text[range];
            if !matches!(text, "true" | "false" | "null")
                && let Err(message) = recover::number_fault(text)
            {
                self.problems.push(Problem { range, message: message.to_owned(), kind: ProblemKind::Syntax });
            }
            Kind::Scalar { text: SmolStr::new(text), style: Style::Plain }
        };
        self.depth -= 1;
        Some(Node { kind, tag: None, anchor: None, range, inner: range })
    }

    fn pairs(&mut self, cursor: &mut TreeCursor) -> Option<Vec<Pair>> {
        let mut pairs = Vec::new();
        self.children(cursor, |reader, cursor| {
            if cursor.node().kind_id() != KINDS.pair {
                return None;
            }
            let range = reader.range(&cursor.node());
            let mut parts = Vec::with_capacity(2);
            reader.children(cursor, |reader, cursor| {
                parts.push(reader.value(cursor)?);
                Some(())
            })?;
            let value = parts.pop()?;
            let key = parts.pop()?;
            let (inner, source) = reader.inner(key.range);
            let key = Word { text: scalar::double_quoted(source), range: inner };
            pairs.push(Pair { key, value, range, incomplete: false });
            Some(())
        })?;
        let problems = &mut self.problems;
        yaml::duplicate_keys(pairs.iter(), &mut |pair| problems.push(yaml::duplicate_key(&pair.key)));
        Some(pairs)
    }

    /// Visits the named children.
    fn children(
        &mut self,
        cursor: &mut TreeCursor,
        mut each: impl FnMut(&mut Self, &mut TreeCursor) -> Option<()>,
    ) -> Option<()> {
        if cursor.goto_first_child() {
            loop {
                if cursor.node().is_named() {
                    each(self, cursor)?;
                }
                if !cursor.goto_next_sibling() {
                    break;
                }
            }
            cursor.goto_parent();
        }
        Some(())
    }

    fn range(&self, node: &tree_sitter::Node) -> TextRange {
        range(self.base + node.start_byte(), self.base + node.end_byte())
    }

    /// What stands between the quotes of a string.
    fn inner(&self, whole: TextRange) -> (TextRange, &str) {
        let (start, end) = (usize::from(whole.start()), usize::from(whole.end()));
        let inner = range(start + 1, end.saturating_sub(1));
        (inner, self.text.get(usize::from(inner.start())..usize::from(inner.end())).unwrap_or_default())
    }
}
