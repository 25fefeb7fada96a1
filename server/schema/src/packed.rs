//! Blocks of bytes with names, compressed one by one, so that only what is asked for is unpacked.
//!
//! A file is the number of blocks; then of each, sorted by name, the length of its name, the name, its length when packed
//! and its length when unpacked; then the blocks. Numbers are in groups of seven bits, the lowest first. Blocks are
//! compressed by Brotli (RFC 7932).

use std::io::Read;

/// A file of blocks.
#[derive(Debug)]
pub struct Packed {
    blocks: Vec<Block>,
}

#[derive(Debug)]
struct Block {
    name: &'static str,
    packed: &'static [u8],
    length: usize,
}

impl Packed {
    /// Reads where the blocks are. What is cut off is not there.
    pub fn open(bytes: &'static [u8]) -> Packed {
        let mut at = 0;
        let mut blocks: Vec<Block> = Vec::new();
        let mut lengths = Vec::new();
        for _ in 0..number(bytes, &mut at) {
            let name = text(bytes, &mut at).unwrap_or_default();
            lengths.push(number(bytes, &mut at));
            blocks.push(Block { name, packed: &[], length: number(bytes, &mut at) });
        }
        for (block, length) in blocks.iter_mut().zip(lengths) {
            block.packed = bytes.get(at..at + length).unwrap_or_default();
            at += length;
        }
        Packed { blocks }
    }

    /// The names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.blocks.iter().map(|it| it.name)
    }

    /// The place of the block called `name` among all.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.blocks.binary_search_by(|it| it.name.cmp(name)).ok()
    }

    /// What is in the block at a place.
    pub fn unpack(&self, position: usize) -> Option<Vec<u8>> {
        let block = self.blocks.get(position)?;
        let mut bytes = Vec::with_capacity(block.length);
        brotli_decompressor::Decompressor::new(block.packed, 4096).read_to_end(&mut bytes).ok()?;
        Some(bytes).filter(|it| it.len() == block.length)
    }
}

/// Writes a file of blocks, which are sorted by name; `pack` compresses one.
///
/// # Errors
///
/// What `pack` says.
pub fn write<E>(blocks: &[(&str, &[u8])], pack: impl Fn(&[u8]) -> Result<Vec<u8>, E>) -> Result<Vec<u8>, E> {
    let mut out = Vec::new();
    let mut packed = Vec::new();
    push_number(&mut out, blocks.len());
    for (name, bytes) in blocks {
        let block = pack(bytes)?;
        push_text(&mut out, name);
        push_number(&mut out, block.len());
        push_number(&mut out, bytes.len());
        packed.extend(block);
    }
    out.extend(packed);
    Ok(out)
}

/// Appends a number.
pub fn push_number(out: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Appends the length of a text, and the text.
pub fn push_text(out: &mut Vec<u8>, text: &str) {
    push_number(out, text.len());
    out.extend(text.as_bytes());
}

/// Reads a number at `at`, and passes over it. What is cut off reads as zeros.
pub fn number(bytes: &[u8], at: &mut usize) -> usize {
    let mut value = 0;
    for shift in (0..32).step_by(7) {
        let byte = bytes.get(*at).copied().unwrap_or_default();
        *at += 1;
        value |= usize::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            break;
        }
    }
    value
}

/// Reads a text at `at`, and passes over it.
pub fn text<'a>(bytes: &'a [u8], at: &mut usize) -> Option<&'a str> {
    let length = number(bytes, at);
    let start = *at;
    *at += length;
    std::str::from_utf8(bytes.get(start..*at)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_texts_are_read_as_they_were_written() {
        let mut out = Vec::new();
        for value in [0, 1, 127, 128, 300, 1 << 20] {
            push_number(&mut out, value);
        }
        push_text(&mut out, "Straße");
        let mut at = 0;
        let read: Vec<usize> = (0..6).map(|_| number(&out, &mut at)).collect();
        assert_eq!(read, [0, 1, 127, 128, 300, 1 << 20]);
        assert_eq!(text(&out, &mut at), Some("Straße"));
        assert_eq!(at, out.len());
        assert_eq!(text(&out, &mut at), None);
    }

    #[test]
    fn what_is_no_file_has_no_blocks() {
        assert_eq!(Packed::open(&[]).names().count(), 0);
        // One block that is longer than the file.
        let packed = Packed::open(&[1, 1, b'a', 9, 9, 0]);
        assert_eq!(packed.unpack(0), None);
        assert_eq!(packed.position("b"), None);
    }
}
