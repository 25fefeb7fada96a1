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
    parts: [&'static [u8]; PARTS],
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
    UNPACKED.get_or_init(|| Data::embed(Packed::open(PACKED).unpack(0).unwrap_or_default().leak()))
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
    /// What is built in, which a test looks through; without types where it is no file.
    pub(crate) fn embed(bytes: &'static [u8]) -> Data {
        Data::open(bytes).unwrap_or(Data { parts: [&[]; PARTS] })
    }

    /// Reads a file; `None` where it is none.
    pub fn open(bytes: &'static [u8]) -> Option<Data> {
        let (head, mut rest) = bytes.strip_prefix(MAGIC)?.split_at_checked(4 + 4 * PARTS)?;
        let mut parts: [&'static [u8]; PARTS] = [&[]; PARTS];
        for (index, part) in parts.iter_mut().enumerate() {
            (*part, rest) = rest.split_at_checked(word(head, index + 1))?;
        }
        (word(head, 0) == PARTS && rest.is_empty()).then_some(Data { parts })
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
        self.parts[part as usize]
    }
}

/// The `index`th number of a table; 0 past its end.
fn word(table: &[u8], index: usize) -> usize {
    let bytes = table.get(4 * index..4 * index + 4).and_then(|it| it.try_into().ok());
    bytes.map_or(0, u32::from_le_bytes) as usize
}

#[cfg(test)]
mod tests;
