//! Places in files, given so that they stay true while text above them changes.

use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::sync::atomic::{AtomicU32, Ordering};
use text::{TextRange, TextSize};

/// A piece of a file that was lowered once: in YAML one entry of a section, in TypeScript a whole file.
///
/// As long as its text stays the same, a block keeps its id wherever it moves, and so do all spans in it: that is
/// what lets findings be kept from one keystroke to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlockId(u32);

impl BlockId {
    /// An id that no other block has.
    pub fn fresh() -> BlockId {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        BlockId(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// Where something was written: bytes, counted from the start of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// The block that the bytes are counted in.
    pub block: BlockId,
    /// The bytes, relative to the block's start.
    pub range: TextRange,
}

impl Span {
    /// The bytes `range` of `block`.
    pub fn new(block: BlockId, range: TextRange) -> Span {
        Span { block, range }
    }

    /// The empty span at the start of this one.
    pub fn start(self) -> Span {
        Span { block: self.block, range: TextRange::empty(self.range.start()) }
    }

    /// The empty span at the end of this one.
    pub fn end(self) -> Span {
        Span { block: self.block, range: TextRange::empty(self.range.end()) }
    }

    /// `range`, counted from the start of this span.
    pub fn inner(self, range: TextRange) -> Span {
        Span { block: self.block, range: range + self.range.start() }
    }

    /// True when `other` lies within this span.
    pub fn contains(self, other: Span) -> bool {
        self.block == other.block && self.range.contains_range(other.range)
    }
}

/// A word of the author's and where it stands (without quotes).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The word.
    pub text: SmolStr,
    /// Its place.
    pub span: Span,
}

impl Name {
    /// `text`, written at `span`.
    pub fn new(text: impl Into<SmolStr>, span: Span) -> Name {
        Name { text: text.into(), span }
    }
}

/// Where the blocks of one state of a file start.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    starts: FxHashMap<BlockId, TextSize>,
}

impl SourceMap {
    /// Says that `block` starts at `start`.
    pub fn insert(&mut self, block: BlockId, start: TextSize) {
        self.starts.insert(block, start);
    }

    /// The bytes of the file that `span` stands for; `None` for a block that is not of this file.
    pub fn resolve(&self, span: Span) -> Option<TextRange> {
        Some(span.range + *self.starts.get(&span.block)?)
    }

    /// The first byte of `block` in the file.
    pub fn start(&self, block: BlockId) -> Option<TextSize> {
        self.starts.get(&block).copied()
    }
}
