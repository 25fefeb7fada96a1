//! YAML and JSON: a file as blocks, each with the data that its text stands for.
//!
//! A block is a piece of a file that is parsed by itself: an entry of one of the sections whose entries are
//! independent (`Resources`, `Parameters`, ...), another section as a whole, or the whole file where it cannot be
//! split. A block whose text did not change is not parsed again, wherever it moves, and a broken block costs nothing
//! but itself. All ranges in a block count from its start.

mod blocks;
mod explain;
mod flow;
mod json;
mod lines;
mod recover;
mod scalar;
mod split;
mod strict;
mod yaml;

use rustc_hash::FxHashSet;
use smol_str::SmolStr;
use std::fmt;
use std::sync::Arc;
use text::{TextRange, TextSize};
use tree_sitter::Parser;

/// The two ways to write data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// YAML, as AWS CloudFormation reads it: version 1.1 for the typing of plain scalars, which is left to the reader.
    Yaml,
    /// JSON (RFC 8259).
    Json,
}

/// One state of a file.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// The whole text.
    pub text: Arc<str>,
    /// The pieces of it, in order; together they are the whole text.
    pub blocks: Vec<Placed>,
    /// Problems that belong to no one block, such as a document that is not closed.
    pub problems: Vec<(TextRange, Problem)>,
    /// What stands behind the first document of a YAML stream: it is not read.
    pub ignored: Option<TextRange>,
}

/// A block and its place.
#[derive(Clone, Debug)]
pub struct Placed {
    /// Its first byte in the file.
    pub start: TextSize,
    /// What part it plays.
    pub role: Role,
    /// The block itself.
    pub block: Arc<Block>,
}

/// What part a block plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Nothing but white space, comments, directives, document markers, the braces around everything.
    Trivia,
    /// The whole root value, where it could not be split: its data are in [`Block::root`].
    Root,
    /// One root pair as a whole: [`Block::pairs`] has that pair (none, if it is too broken).
    Section,
    /// The key of a root pair whose entries are blocks of their own: [`Block::pairs`] has one pair, of which only the
    /// key is meant. The [`Role::Entry`] blocks up to the next header or section belong to it.
    Header,
    /// An entry of the last header: [`Block::pairs`] has that pair. Where recovery found more than one, all of them.
    Entry,
}

/// A piece of a file, parsed.
#[derive(Debug)]
pub struct Block {
    /// Different for any two blocks ever made in this process; kept for as long as the text stays the same.
    pub id: u64,
    /// Its text.
    pub text: Arc<str>,
    /// The pairs in it; see [`Role`].
    pub pairs: Vec<Pair>,
    /// The value in it, for [`Role::Root`] alone.
    pub root: Option<Node>,
    /// What is wrong with it, each at the smallest broken piece.
    pub problems: Vec<Problem>,
    /// Its comments (with the `#`), in order. JSON has none.
    pub comments: Vec<TextRange>,
    /// True when an alias occurs in it, so that its meaning depends on other blocks.
    pub has_aliases: bool,
}

/// A fault of syntax.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The smallest broken piece; never empty unless the text is.
    pub range: TextRange,
    /// What is wrong and what was expected, in words an author understands.
    pub message: String,
    /// What kind of fault it is.
    pub kind: ProblemKind,
}

/// The kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// The text does not parse.
    Syntax,
    /// A key stands twice in one mapping; the range is that of the second.
    DuplicateKey,
    /// An alias names no anchor before it.
    UnknownAlias,
    /// Nested too deeply, too long: it was not read.
    Limit,
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// The key, a scalar. Other keys (`? [a, b]`) have their source text as text.
    pub key: Word,
    /// The value; [`Kind::Nothing`] with an empty range behind the colon where none is written.
    pub value: Node,
    /// From the start of the key to the end of the value.
    pub range: TextRange,
    /// True when the colon is still missing: the key is being typed.
    pub incomplete: bool,
}

/// A word in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word, without quotes, after escapes.
    pub text: SmolStr,
    /// Its range, without quotes, tag or `&`.
    pub range: TextRange,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// Its tag with the `!`, such as `!Sub`.
    pub tag: Option<Word>,
    /// The name of its anchor.
    pub anchor: Option<SmolStr>,
    /// The whole value, with quotes, tag and anchor; without trailing white space and line breaks.
    pub range: TextRange,
    /// The value without tag and anchor.
    pub inner: TextRange,
}

/// The kinds of values.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Nothing is written.
    Nothing,
    /// A scalar: its text after escapes, folding and chomping.
    Scalar {
        /// The text.
        text: SmolStr,
        /// How it is written.
        style: Style,
    },
    /// A sequence, block or flow.
    Sequence {
        /// Its items.
        items: Vec<Node>,
        /// True for `[a, b]`.
        flow: bool,
    },
    /// A mapping, block or flow. Of duplicate keys all are here.
    Mapping {
        /// Its pairs.
        pairs: Vec<Pair>,
        /// True for `{a: b}`.
        flow: bool,
    },
    /// `*name`.
    Alias(SmolStr),
    /// Text that could not be understood.
    Broken,
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without quotes; in JSON: numbers, `true`, `false`, `null`.
    Plain,
    /// In single quotes.
    Single,
    /// In double quotes; all strings of JSON.
    Double,
    /// After `|`.
    Literal,
    /// After `>`.
    Folded,
}

/// A YAML or JSON file over time.
pub struct DataFile {
    format: Format,
    parser: Parser,
    /// The blocks of the last state.
    last: Vec<Placed>,
}

impl DataFile {
    /// A file in this format.
    pub fn new(format: Format) -> DataFile {
        let parser = match format {
            Format::Yaml => yaml::parser(),
            Format::Json => json::parser(),
        };
        DataFile { format, parser, last: Vec::new() }
    }

    /// A file whose last state is `document`, without parsing it again.
    pub fn at(format: Format, document: &Document) -> DataFile {
        DataFile { last: document.blocks.clone(), ..DataFile::new(format) }
    }

    /// Parses a state of the file, using again the blocks of the last state whose text is the same.
    pub fn parse(&mut self, text: &Arc<str>) -> Document {
        let mark = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 };
        if self.format == Format::Json {
            let last = std::mem::take(&mut self.last);
            return self.place(text, &json::split(text, mark), last);
        }
        let lines = lines::scan(text.as_bytes(), mark);
        let last = std::mem::take(&mut self.last);
        let pieces = split::split(text, &lines);
        let mut document = self.place(text, &pieces, last.clone());
        // Good text that looks odd may have been split where it must not.
        if document.has_syntax_problem()
            && let Some(lines) = flow::without_continued(text, &lines)
        {
            let joined = split::split(text, &lines);
            if joined != pieces {
                document = self.place_again(text, &joined, &last, document);
            }
        }
        if document.has_syntax_problem() {
            // One line that is being typed does not make three faults.
            let is_typing = document.syntax_problems() < 3;
            let is_sound = |it: &&Placed| is_typing && it.role != Role::Trivia && it.block.problems.is_empty();
            let sound = document.blocks.iter().filter(is_sound).map(|it| it.start.into());
            if let Some(exact) = split::split_by_values(text, &lines, sound) {
                document = self.place_again(text, &exact, &last, document);
            }
        }
        document
    }

    /// Places other pieces of the text of `document`, and keeps what has fewer problems.
    fn place_again(
        &mut self,
        text: &Arc<str>,
        pieces: &split::Pieces,
        last: &[Placed],
        document: Document,
    ) -> Document {
        let known: FxHashSet<u64> = last.iter().map(|it| it.block.id).collect();
        let new = document.blocks.iter().filter(|it| !known.contains(&it.block.id));
        let other = self.place(text, pieces, last.iter().chain(new).cloned().collect());
        if other.syntax_problems() < document.syntax_problems() {
            return other;
        }
        self.last.clone_from(&document.blocks);
        document
    }

    /// The blocks that `pieces` of `text` are; those of `last` where the text is the same.
    fn place(&mut self, text: &Arc<str>, pieces: &split::Pieces, last: Vec<Placed>) -> Document {
        let blocks = blocks::place(text, &pieces.pieces, last, |text, role| match self.format {
            Format::Yaml => blocks::parse_yaml(&mut self.parser, text, role),
            Format::Json => json::parse(&mut self.parser, text, role),
        });
        self.last.clone_from(&blocks);
        let mut document = Document { text: Arc::clone(text), blocks, problems: Vec::new(), ignored: pieces.ignored };
        document.problems = pieces.problems.iter().map(|it| (it.range, it.clone())).collect();
        document.problems.extend(blocks::problems_between(&document));
        if self.format == Format::Json {
            document.problems.extend(json::problems_between(&document));
        }
        let has_problem =
            || !document.problems.is_empty() || document.blocks.iter().any(|it| !it.block.problems.is_empty());
        if let Some(fallback) = pieces.fallback.as_ref().filter(|_| !has_problem()) {
            document.problems.push((fallback.range, fallback.clone()));
        }
        document
    }
}

impl fmt::Debug for DataFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataFile").field("format", &self.format).field("blocks", &self.last.len()).finish()
    }
}

impl Document {
    fn has_syntax_problem(&self) -> bool {
        self.syntax_problems() > 0
    }

    fn syntax_problems(&self) -> usize {
        let of_blocks = self.blocks.iter().flat_map(|it| &it.block.problems);
        let all = of_blocks.chain(self.problems.iter().map(|it| &it.1));
        all.filter(|it| it.kind == ProblemKind::Syntax).count()
    }

    /// The node that carries the anchor `name`, the last one before `offset`, with its block.
    pub fn anchor(&self, name: &str, offset: TextSize) -> Option<(&Placed, &Node)> {
        let before = self.blocks.partition_point(|it| it.start < offset);
        self.blocks[..before].iter().rev().find_map(|placed| {
            let mut found = None;
            placed.block.walk(&mut |node| {
                let is_before = placed.start + node.range.start() < offset;
                if is_before && node.anchor.as_deref() == Some(name) {
                    found = Some(node);
                }
            });
            found.map(|node| (placed, node))
        })
    }
}

impl Block {
    /// Visits every value in it, outer before inner, in the order of the text.
    pub fn walk<'b>(&'b self, visit: &mut impl FnMut(&'b Node)) {
        for pair in &self.pairs {
            pair.value.walk(visit);
        }
        if let Some(root) = &self.root {
            root.walk(visit);
        }
    }
}

impl Node {
    /// Visits this value and every value in it, outer before inner, in the order of the text.
    pub fn walk<'b>(&'b self, visit: &mut impl FnMut(&'b Node)) {
        visit(self);
        match &self.kind {
            Kind::Sequence { items, .. } => items.iter().for_each(|it| it.walk(visit)),
            Kind::Mapping { pairs, .. } => pairs.iter().for_each(|it| it.value.walk(visit)),
            Kind::Nothing | Kind::Scalar { .. } | Kind::Alias(_) | Kind::Broken => {}
        }
    }
}

const BYTE_ORDER_MARK: char = '\u{feff}';
