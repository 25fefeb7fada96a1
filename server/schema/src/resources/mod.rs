//! What CloudFormation accepts: the types of resources, their properties, and what a value must fulfil.
//!
//! The data is compiled from the schemas of the resource providers (see `data/SOURCES.md`). It is unpacked when the first
//! type is asked for, and read in place from then on: a type is looked up in less than a microsecond. Everything that is
//! handed out is a small handle.

pub mod format;
mod keywords;
mod types;

pub use keywords::{Keyword, Properties, Schema, Schemas, Strings, Types};
pub use types::{Lifecycle, Replacement, ResourceType};

use crate::packed::Packed;
use format::{MAGIC, Reader};
use std::sync::OnceLock;

/// Written by `cargo xtask refresh-schemas`: one block.
static PACKED: &[u8] = include_bytes!("../../data/resources.bin");

/// A file of compiled schemas.
#[derive(Debug)]
pub struct Data {
    bytes: &'static [u8],
}

/// The parts of the file, in their order.
#[derive(Clone, Copy)]
enum Part {
    Strings,
    StringOffsets,
    Nodes,
    NodeOffsets,
    Records,
    RecordOffsets,
    Names,
}

const PARTS: usize = 7;

/// The data that is built in. The first call takes some milliseconds to unpack it, so that who will need it soon may call it
/// on a thread of its own.
pub fn embedded() -> &'static Data {
    static UNPACKED: OnceLock<Data> = OnceLock::new();
    UNPACKED.get_or_init(|| Data { bytes: Packed::open(PACKED).unpack(0).unwrap_or_default().leak() })
}

/// The type called `name`, such as `AWS::S3::Bucket`; those of AWS SAM included.
pub fn resource_type(name: &str) -> Option<ResourceType> {
    embedded().resource_type(name)
}

/// All types that people can use, sorted by name.
pub fn resource_types() -> impl DoubleEndedIterator<Item = ResourceType> {
    embedded().resource_types().filter(|it| !it.is_internal())
}

impl Data {
    /// What is built in, which a test looks through.
    pub(crate) const fn embed(bytes: &'static [u8]) -> Data {
        Data { bytes }
    }

    /// Reads a file; `None` where it is none.
    pub fn open(bytes: &'static [u8]) -> Option<Data> {
        let data = Data { bytes };
        let whole = 8 + 4 * PARTS + (0..PARTS).map(|it| data.length(it)).sum::<usize>();
        (bytes.starts_with(MAGIC) && data.word(4) == PARTS && whole == bytes.len()).then_some(data)
    }

    /// The type called `name`.
    pub fn resource_type(&'static self, name: &str) -> Option<ResourceType> {
        let index = self.lower_bound(name);
        (index < self.count() && self.name(index) == name).then(|| ResourceType::new(self, index as u32))
    }

    /// All types, sorted by name.
    pub fn resource_types(&'static self) -> impl DoubleEndedIterator<Item = ResourceType> {
        (0..self.count()).map(move |it| ResourceType::new(self, it as u32))
    }

    /// The types whose names are not below `name`.
    pub(crate) fn resource_types_from(&'static self, name: &str) -> impl Iterator<Item = ResourceType> {
        (self.lower_bound(name)..self.count()).map(move |it| ResourceType::new(self, it as u32))
    }

    /// The place of the first type whose name is not below `name`.
    fn lower_bound(&self, name: &str) -> usize {
        let (mut low, mut high) = (0, self.count());
        while low < high {
            let middle = (low + high) / 2;
            if self.name(middle) < name { low = middle + 1 } else { high = middle }
        }
        low
    }

    fn count(&self) -> usize {
        self.part(Part::Names).len() / 4
    }

    fn name(&self, index: usize) -> &'static str {
        self.string(word(self.part(Part::Names), index) as u32)
    }

    fn string(&self, number: u32) -> &'static str {
        std::str::from_utf8(self.piece(Part::Strings, Part::StringOffsets, number)).unwrap_or_default()
    }

    fn node(&self, number: u32) -> Reader<'static> {
        Reader::new(self.piece(Part::Nodes, Part::NodeOffsets, number))
    }

    fn record(&self, index: u32) -> Reader<'static> {
        Reader::new(self.piece(Part::Records, Part::RecordOffsets, index))
    }

    fn piece(&self, bytes: Part, offsets: Part, number: u32) -> &'static [u8] {
        let offsets = self.part(offsets);
        let number = number as usize;
        self.part(bytes).get(word(offsets, number)..word(offsets, number + 1)).unwrap_or_default()
    }

    fn part(&self, part: Part) -> &'static [u8] {
        let part = part as usize;
        let start = 8 + 4 * PARTS + (0..part).map(|it| self.length(it)).sum::<usize>();
        self.bytes.get(start..start + self.length(part)).unwrap_or_default()
    }

    fn length(&self, part: usize) -> usize {
        self.word(8 + 4 * part)
    }

    fn word(&self, at: usize) -> usize {
        self.bytes.get(at..at + 4).map_or(0, |it| word(it, 0))
    }
}

/// The `index`th number of a table; 0 past its end.
fn word(table: &[u8], index: usize) -> usize {
    let bytes = table.get(4 * index..4 * index + 4).and_then(|it| it.try_into().ok());
    bytes.map_or(0, u32::from_le_bytes) as usize
}

#[cfg(test)]
mod tests;
