//! From a tree of tree-sitter-yaml to values.

use super::{Kind, Node, Pair, Problem, ProblemKind, Style, Word, explain, scalar};
use rustc_hash::FxHashSet;
use smol_str::SmolStr;
use std::sync::LazyLock;
use text::{TextRange, range};
use tree_sitter::{Language, Parser, Tree, TreeCursor};

/// Values nest no deeper than this; what is below is [`Kind::Broken`].
pub(super) const MAX_DEPTH: usize = 200;

static LANGUAGE: LazyLock<Language> = LazyLock::new(|| tree_sitter_yaml::LANGUAGE.into());

/// A parser for YAML.
pub(super) fn parser() -> Parser {
    let mut parser = Parser::new();
    parser.set_language(&LANGUAGE).expect("tree-sitter reads the grammar it was built with");
    parser
}

/// What was read from a tree.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// The values of the documents in it.
    pub(super) values: Vec<Node>,
    /// Duplicate keys, and values nested too deeply.
    pub(super) problems: Vec<Problem>,
    /// Its comments.
    pub(super) comments: Vec<TextRange>,
    /// True when an alias occurs.
    pub(super) has_aliases: bool,
}

/// Reads a tree without errors. The tree is of the bytes of `text` from `base` on, though keys in front of the values
/// may have been blanked for it; `parent` is the column of the collection that its values are in, -1 for none.
pub(super) fn read(tree: &Tree, text: &str, base: usize, parent: i32) -> Reading {
    let mut reader = Reader { text, base, depth: 0, kinds: &KINDS, reading: Reading::default() };
    reader.stream(&mut tree.walk(), parent);
    reader.reading
}

/// Says which keys of `pairs` stand there twice.
pub(super) fn duplicate_keys<'p>(pairs: impl Iterator<Item = &'p Pair> + Clone, report: &mut impl FnMut(&'p Pair)) {
    let mut seen: FxHashSet<&str> = FxHashSet::default();
    for pair in pairs.filter(|it| counts(it)) {
        if !seen.insert(pair.key.text.as_str()) {
            report(pair);
        }
    }
}

/// True for a key that may stand only once: not while it is being typed, not for one that is not written, not for `<<`.
pub(super) fn counts(pair: &Pair) -> bool {
    !pair.incomplete && !pair.key.range.is_empty() && pair.key.text != "<<"
}

/// The problem of a key that stands twice.
pub(super) fn duplicate_key(key: &Word) -> Problem {
    Problem {
        range: key.range,
        message: format!("the key `{}` stands here twice", key.text),
        kind: ProblemKind::DuplicateKey,
    }
}

struct Kinds {
    document: u16,
    block_node: u16,
    flow_node: u16,
    block_mapping: u16,
    block_pair: u16,
    flow_mapping: u16,
    flow_pair: u16,
    block_sequence: u16,
    block_item: u16,
    flow_sequence: u16,
    plain: u16,
    double_quoted: u16,
    single_quoted: u16,
    block_scalar: u16,
    alias: u16,
    anchor: u16,
    tag: u16,
    comment: u16,
    colon: u16,
    key: u16,
}

static KINDS: LazyLock<Kinds> = LazyLock::new(|| {
    let named = |kind| LANGUAGE.id_for_node_kind(kind, true);
    Kinds {
        document: named("document"),
        block_node: named("block_node"),
        flow_node: named("flow_node"),
        block_mapping: named("block_mapping"),
        block_pair: named("block_mapping_pair"),
        flow_mapping: named("flow_mapping"),
        flow_pair: named("flow_pair"),
        block_sequence: named("block_sequence"),
        block_item: named("block_sequence_item"),
        flow_sequence: named("flow_sequence"),
        plain: named("plain_scalar"),
        double_quoted: named("double_quote_scalar"),
        single_quoted: named("single_quote_scalar"),
        block_scalar: named("block_scalar"),
        alias: named("alias"),
        anchor: named("anchor"),
        tag: named("tag"),
        comment: named("comment"),
        colon: LANGUAGE.id_for_node_kind(":", false),
        key: LANGUAGE.field_id_for_name("key").expect("pairs have keys").get(),
    }
});

struct Reader<'t> {
    text: &'t str,
    base: usize,
    depth: usize,
    kinds: &'static Kinds,
    reading: Reading,
}

impl Reader<'_> {
    fn range(&self, node: &tree_sitter::Node) -> TextRange {
        range(self.base + node.start_byte(), self.base + node.end_byte())
    }

    fn source(&self, range: TextRange) -> &str {
        self.text.get(usize::from(range.start())..usize::from(range.end())).unwrap_or_default()
    }

    /// The column of a node; the slice of the tree starts at the start of a line.
    fn column(&self, node: &tree_sitter::Node) -> i32 {
        i32::try_from(node.start_position().column).unwrap_or(i32::MAX)
    }

    fn stream(&mut self, cursor: &mut TreeCursor, parent: i32) {
        self.children(cursor, |reader, cursor| {
            let document = cursor.node();
            if document.kind_id() != reader.kinds.document {
                return reader.other(&document);
            }
            let mut value = None;
            reader.children(cursor, |reader, cursor| {
                let node = cursor.node();
                if reader.is_value(&node) {
                    value = Some(reader.value(cursor, parent));
                } else {
                    reader.other(&node);
                }
            });
            let nothing = || nothing(reader.base + document.start_byte());
            let value = value.unwrap_or_else(nothing);
            reader.reading.values.push(value);
        });
    }

    fn children(&mut self, cursor: &mut TreeCursor, mut each: impl FnMut(&mut Self, &mut TreeCursor)) {
        if cursor.goto_first_child() {
            loop {
                each(self, cursor);
                if !cursor.goto_next_sibling() {
                    break;
                }
            }
            cursor.goto_parent();
        }
    }

    fn is_value(&self, node: &tree_sitter::Node) -> bool {
        node.kind_id() == self.kinds.block_node || node.kind_id() == self.kinds.flow_node
    }

    fn other(&mut self, node: &tree_sitter::Node) {
        if node.kind_id() == self.kinds.comment {
            let range = self.range(node);
            self.reading.comments.push(range);
        }
    }

    /// The value at the cursor, a block or flow node.
    fn value(&mut self, cursor: &mut TreeCursor, parent: i32) -> Node {
        let whole = self.range(&cursor.node());
        if self.depth >= MAX_DEPTH {
            if self.reading.problems.last().is_none_or(|it| it.kind != ProblemKind::Limit) {
                let message = "this is nested too deeply to be read".to_owned();
                self.reading.problems.push(Problem { range: whole, message, kind: ProblemKind::Limit });
            }
            return Node { kind: Kind::Broken, tag: None, anchor: None, range: whole, inner: whole };
        }
        self.depth += 1;
        let mut tag = None;
        let mut anchor = None;
        let mut content: Option<(Kind, TextRange)> = None;
        let mut start = whole.start();
        let mut end = whole.start();
        self.children(cursor, |reader, cursor| {
            let node = cursor.node();
            let range = reader.range(&node);
            let kinds = reader.kinds;
            let kind = node.kind_id();
            if kind == kinds.tag {
                tag = Some(Word { text: SmolStr::new(reader.source(range)), range });
                end = range.end();
            } else if kind == kinds.anchor {
                anchor = Some(SmolStr::new(reader.source(range).trim_start_matches('&')));
                end = range.end();
            } else if let Some(found) = reader.content(cursor, range, parent) {
                end = found.1.end();
                content = Some(found);
            } else {
                reader.other(&node);
            }
        });
        self.depth -= 1;
        let (kind, inner) = content.unwrap_or((Kind::Nothing, TextRange::empty(end)));
        start = start.min(inner.start());
        Node { kind, tag, anchor, range: TextRange::new(start, end), inner }
    }

    /// The value at the cursor without tag and anchor, if it is one.
    fn content(&mut self, cursor: &mut TreeCursor, range: TextRange, parent: i32) -> Option<(Kind, TextRange)> {
        let node = cursor.node();
        let kinds = self.kinds;
        let quoted = |source: &str| -> (usize, usize) { (1.min(source.len()), source.len().saturating_sub(1).max(1)) };
        let kind = match node.kind_id() {
            it if it == kinds.plain => Kind::Scalar { text: scalar::plain(self.source(range)), style: Style::Plain },
            it if it == kinds.double_quoted => {
                let source = self.source(range);
                let (start, end) = quoted(source);
                let text = scalar::double_quoted(source.get(start..end).unwrap_or_default());
                Kind::Scalar { text, style: Style::Double }
            }
            it if it == kinds.single_quoted => {
                let source = self.source(range);
                let (start, end) = quoted(source);
                let text = scalar::single_quoted(source.get(start..end).unwrap_or_default());
                Kind::Scalar { text, style: Style::Single }
            }
            it if it == kinds.block_scalar => {
                let source = self.source(range);
                let style = if source.starts_with('>') { Style::Folded } else { Style::Literal };
                // The node ends before the blank lines that `+` keeps; the slice ends where the text does.
                let start = usize::from(range.start());
                let text = scalar::block(&self.text[start..], parent);
                let end = start + source.trim_end().len();
                return Some((Kind::Scalar { text, style }, text::range(start, end)));
            }
            it if it == kinds.alias => {
                self.reading.has_aliases = true;
                Kind::Alias(SmolStr::new(self.source(range).trim_start_matches('*')))
            }
            it if it == kinds.block_mapping || it == kinds.flow_mapping => {
                let flow = it == kinds.flow_mapping;
                let pairs = self.pairs(cursor, if flow { parent } else { self.column(&node) });
                let extent = match (flow, pairs.first(), pairs.last()) {
                    (false, Some(first), Some(last)) => TextRange::new(first.range.start(), last.range.end()),
                    _ => range,
                };
                return Some((Kind::Mapping { pairs, flow }, extent));
            }
            it if it == kinds.block_sequence || it == kinds.flow_sequence => {
                let flow = it == kinds.flow_sequence;
                let items = self.items(cursor, if flow { parent } else { self.column(&node) });
                let extent = match (flow, items.last()) {
                    (false, Some(last)) => TextRange::new(range.start(), last.range.end()),
                    _ => range,
                };
                return Some((Kind::Sequence { items, flow }, extent));
            }
            _ => return None,
        };
        Some((kind, range))
    }

    fn pairs(&mut self, cursor: &mut TreeCursor, column: i32) -> Vec<Pair> {
        let mut pairs = Vec::new();
        self.children(cursor, |reader, cursor| {
            let node = cursor.node();
            let kind = node.kind_id();
            if kind == reader.kinds.block_pair || kind == reader.kinds.flow_pair {
                pairs.push(reader.pair(cursor, column));
            } else if kind == reader.kinds.flow_node {
                // `{a, b: c}`: a key without a value.
                let key = reader.value(cursor, column);
                let value = nothing(key.range.end().into());
                pairs.push(join(reader.text, key, value, &mut reader.reading.problems));
            } else {
                reader.other(&node);
            }
        });
        let problems = &mut self.reading.problems;
        duplicate_keys(pairs.iter(), &mut |pair| problems.push(duplicate_key(&pair.key)));
        pairs
    }

    fn pair(&mut self, cursor: &mut TreeCursor, column: i32) -> Pair {
        let whole = self.range(&cursor.node());
        let mut key = None;
        let mut value = None;
        let mut colon = None;
        self.children(cursor, |reader, cursor| {
            let node = cursor.node();
            if reader.is_value(&node) {
                let is_key = cursor.field_id().is_some_and(|it| it.get() == reader.kinds.key);
                let read = reader.value(cursor, column);
                if is_key {
                    key = Some(read);
                } else {
                    value = Some(read);
                }
            } else if node.kind_id() == reader.kinds.colon {
                colon = Some(reader.base + node.end_byte());
            } else {
                reader.other(&node);
            }
        });
        let key = key.unwrap_or_else(|| nothing(whole.start().into()));
        let value = value.unwrap_or_else(|| nothing(colon.unwrap_or_else(|| key.range.end().into())));
        join(self.text, key, value, &mut self.reading.problems)
    }

    fn items(&mut self, cursor: &mut TreeCursor, column: i32) -> Vec<Node> {
        let mut items = Vec::new();
        self.children(cursor, |reader, cursor| {
            let node = cursor.node();
            let kind = node.kind_id();
            if kind == reader.kinds.block_item {
                let mut value = None;
                reader.children(cursor, |reader, cursor| {
                    let node = cursor.node();
                    if reader.is_value(&node) {
                        value = Some(reader.value(cursor, column));
                    } else {
                        reader.other(&node);
                    }
                });
                // Behind the dash.
                items.push(value.unwrap_or_else(|| nothing(reader.base + node.start_byte() + 1)));
            } else if kind == reader.kinds.flow_node {
                items.push(reader.value(cursor, column));
            } else if kind == reader.kinds.flow_pair {
                let pair = reader.pair(cursor, column);
                let range = pair.range;
                let kind = Kind::Mapping { pairs: vec![pair], flow: true };
                items.push(Node { kind, tag: None, anchor: None, range, inner: range });
            } else {
                reader.other(&node);
            }
        });
        items
    }
}

/// The pair of a key and a value in `text`; a key that CloudFormation cannot take is one of the `problems`.
pub(super) fn join(text: &str, key: Node, value: Node, problems: &mut Vec<Problem>) -> Pair {
    problems.extend(odd_key(text, &key));
    let range = TextRange::new(key.range.start(), value.range.end().max(key.range.end()));
    Pair { key: word(text, key), value, range, incomplete: false }
}

/// What is wrong with a key that YAML takes.
fn odd_key(text: &str, key: &Node) -> Option<Problem> {
    let source = text.get(std::ops::Range::from(key.inner)).unwrap_or_default();
    if let Some(tag) = key.tag.as_ref().filter(|it| it.text.starts_with('!') && it.text.len() > 1) {
        let name = &tag.text;
        let inner = text.get(std::ops::Range::from(key.inner)).unwrap_or_default();
        let message =
            format!("`{name}` is put on the key `{inner}` here: put braces around its value, `{name} {{{inner}: …}}`");
        return Some(Problem { range: tag.range, message, kind: ProblemKind::Syntax });
    }
    let (range, message) = match &key.kind {
        // `{{ name }}` is a mapping whose key is a mapping. Where that is a key, its own key says it.
        Kind::Mapping { .. } if source.starts_with("{{") => return None,
        Kind::Mapping { .. } if text[..key.inner.start().into()].ends_with('{') => {
            let end = usize::from(key.inner.end());
            let closes = usize::from(text[end..].starts_with('}'));
            (range(usize::from(key.inner.start()) - 1, end + closes), explain::TEMPLATE_LANGUAGE)
        }
        Kind::Mapping { .. } | Kind::Sequence { .. } => {
            (visible(text, key.range), "a key must be a word, not a list or a mapping")
        }
        Kind::Nothing if text[key.range.start().into()..].starts_with(':') => {
            let start = usize::from(key.range.start());
            (range(start, start + 1), "expected a key in front of `:`")
        }
        Kind::Scalar { style: Style::Plain, .. } if matches!(source, "null" | "~") => {
            (key.range, "this key is null, which is none: put it in quotes")
        }
        Kind::Scalar { style: Style::Plain, .. } => {
            let rest = source.trim_start_matches(is_odd_space);
            if rest.len() == source.len() {
                return None;
            }
            let start = usize::from(key.inner.start());
            let odd = range(start, start + source.len() - rest.len());
            (odd, "this is no space that YAML knows: put plain spaces here")
        }
        _ => return None,
    };
    Some(Problem { range, message: message.to_owned(), kind: ProblemKind::Syntax })
}

/// A range that holds at least a character where there is one.
fn visible(text: &str, range: TextRange) -> TextRange {
    let start = usize::from(range.start());
    let next = text[start..].chars().next().map_or(0, char::len_utf8);
    if range.is_empty() { text::range(start, start + next) } else { range }
}

/// Characters that look like spaces, or like nothing, and are text to YAML.
fn is_odd_space(it: char) -> bool {
    matches!(it, '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200d}' | '\u{202f}' | '\u{205f}' | '\u{3000}' | '\u{feff}')
}

fn word(text: &str, key: Node) -> Word {
    match key.kind {
        Kind::Scalar { text, style: Style::Single | Style::Double } => {
            let (start, end) = (usize::from(key.inner.start()), usize::from(key.inner.end()));
            Word { text, range: range(start + 1, (end - 1).max(start + 1)) }
        }
        Kind::Scalar { text, .. } => Word { text, range: key.inner },
        _ => Word {
            text: SmolStr::new(text.get(std::ops::Range::from(key.inner)).unwrap_or_default()),
            range: key.inner,
        },
    }
}

/// A value that is not written, at `offset`.
pub(super) fn nothing(offset: usize) -> Node {
    let range = range(offset, offset);
    Node { kind: Kind::Nothing, tag: None, anchor: None, range, inner: range }
}
