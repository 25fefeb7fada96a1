//! The flat form of the data: interned strings, nodes that occur once, records that are read in place.

use std::collections::HashMap;
use std::hash::Hash;

/// Appends `value` in groups of seven bits, the lowest first.
pub(super) fn number(out: &mut Vec<u8>, value: u32) {
    schema::packed::push_number(out, value as usize);
}

/// Things that are written once and known by their number from then on.
pub(super) struct Interned<T> {
    numbers: HashMap<T, u32>,
    pub all: Vec<T>,
}

impl<T: Clone + Eq + Hash> Interned<T> {
    pub(super) fn new() -> Interned<T> {
        Interned { numbers: HashMap::new(), all: Vec::new() }
    }

    pub(super) fn number(&mut self, thing: T) -> u32 {
        let next = self.all.len() as u32;
        *self.numbers.entry(thing).or_insert_with_key(|thing| {
            self.all.push(thing.clone());
            next
        })
    }
}

/// The bytes of all pieces, and where each begins, with the end at last.
pub(super) fn table<T: AsRef<[u8]>>(pieces: &[T]) -> (Vec<u8>, Vec<u8>) {
    let mut bytes = Vec::new();
    let mut offsets = Vec::new();
    for piece in pieces {
        offsets.extend((bytes.len() as u32).to_le_bytes());
        bytes.extend(piece.as_ref());
    }
    offsets.extend((bytes.len() as u32).to_le_bytes());
    (bytes, offsets)
}

/// A file: a magic word, the number of sections, the length of each, then the sections.
pub(super) fn file(magic: &[u8; 4], sections: &[Vec<u8>]) -> Vec<u8> {
    let mut out = magic.to_vec();
    out.extend((sections.len() as u32).to_le_bytes());
    sections.iter().for_each(|it| out.extend((it.len() as u32).to_le_bytes()));
    sections.iter().for_each(|it| out.extend(it));
    out
}

/// Calls `visit` with the number of each string of a node.
pub(super) fn strings_of(node: &[u8], mut visit: impl FnMut(u32)) {
    schema::resources::format::visit_strings(node, &mut visit);
}
