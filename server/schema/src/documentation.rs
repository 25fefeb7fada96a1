//! What AWS says of types, properties and attributes, in Markdown, shortened.
//!
//! A block for each service, compressed; a block is unpacked when something of its service is asked for.

use rustc_hash::FxHashMap;
use std::io::Read;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Written by `cargo xtask refresh-schemas`, which describes the form.
static DATA: &[u8] = include_bytes!("../data/documentation.bin");

/// As many services are kept unpacked: a stack uses a handful.
const KEPT: usize = 8;

/// What the type `ty` is: `AWS::S3::Bucket`.
pub fn of_type(ty: &str) -> Option<String> {
    let (service, name) = split(ty)?;
    block(service)?.text(name)
}

/// What a property of the type `ty` is. For one of a definition, a schema that has a name of its own, that name is given.
pub fn of_property(ty: &str, definition: Option<&str>, property: &str) -> Option<String> {
    let (service, name) = split(ty)?;
    let key = match definition {
        None => format!("{name}.{property}"),
        Some(definition) => format!("{name}/{definition}.{property}"),
    };
    block(service)?.text(&key)
}

/// What a definition of the type `ty` is.
pub fn of_definition(ty: &str, definition: &str) -> Option<String> {
    let (service, name) = split(ty)?;
    block(service)?.text(&format!("{name}/{definition}"))
}

/// What `Fn::GetAtt` returns for an attribute of the type `ty`.
pub fn of_attribute(ty: &str, attribute: &str) -> Option<String> {
    let (service, name) = split(ty)?;
    let block = block(service)?;
    // Some are described as properties alone.
    block.text(&format!("{name}@{attribute}")).or_else(|| block.text(&format!("{name}.{attribute}")))
}

fn split(ty: &str) -> Option<(&str, &str)> {
    ty.strip_prefix("AWS::")?.split_once("::")
}

/// Where the block of a service is, and how long it is when it is unpacked.
#[derive(Clone, Copy, Debug)]
struct Place {
    packed: &'static [u8],
    length: usize,
}

/// The documentation of one service, unpacked.
#[derive(Debug)]
struct Block {
    bytes: Vec<u8>,
    /// Where each text is.
    texts: Vec<(usize, usize)>,
    /// The number of the text of each key.
    entries: FxHashMap<String, usize>,
}

impl Block {
    fn text(&self, key: &str) -> Option<String> {
        let (start, end) = *self.texts.get(*self.entries.get(key)?)?;
        Some(std::str::from_utf8(self.bytes.get(start..end)?).ok()?.to_owned())
    }

    fn unpack(place: Place) -> Option<Block> {
        let mut bytes = Vec::with_capacity(place.length);
        brotli_decompressor::Decompressor::new(place.packed, 4096).read_to_end(&mut bytes).ok()?;
        let mut at = 0;
        let count = number(&bytes, &mut at);
        let texts = (0..count).map(|_| string(&bytes, &mut at)).collect();
        let count = number(&bytes, &mut at);
        let mut entries = FxHashMap::default();
        for _ in 0..count {
            let (start, end) = string(&bytes, &mut at);
            let key = std::str::from_utf8(bytes.get(start..end)?).ok()?.to_owned();
            entries.insert(key, number(&bytes, &mut at));
        }
        Some(Block { bytes, texts, entries })
    }
}

/// The block of a service: the one that is kept, or unpacked now.
fn block(service: &str) -> Option<Arc<Block>> {
    static UNPACKED: Mutex<Vec<(String, Arc<Block>)>> = Mutex::new(Vec::new());
    let mut unpacked = UNPACKED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(at) = unpacked.iter().position(|it| it.0 == service) {
        // The one that was used last is the last to go.
        let found = unpacked.remove(at);
        let block = Arc::clone(&found.1);
        unpacked.push(found);
        return Some(block);
    }
    let block = Arc::new(Block::unpack(*index().get(service)?)?);
    if unpacked.len() == KEPT {
        unpacked.remove(0);
    }
    unpacked.push((service.to_owned(), Arc::clone(&block)));
    Some(block)
}

fn index() -> &'static FxHashMap<&'static str, Place> {
    static INDEX: OnceLock<FxHashMap<&'static str, Place>> = OnceLock::new();
    INDEX.get_or_init(|| {
        let mut at = 0;
        let services: Vec<(&str, usize, usize)> = (0..number(DATA, &mut at))
            .map(|_| {
                let (start, end) = string(DATA, &mut at);
                let name = DATA.get(start..end).and_then(|it| std::str::from_utf8(it).ok()).unwrap_or_default();
                let packed = number(DATA, &mut at);
                (name, packed, number(DATA, &mut at))
            })
            .collect();
        let mut places = FxHashMap::default();
        for (name, packed, length) in services {
            let packed = DATA.get(at..at + packed).unwrap_or_default();
            at += packed.len();
            places.insert(name, Place { packed, length });
        }
        places
    })
}

/// Reads a number in groups of seven bits, the lowest first.
fn number(bytes: &[u8], at: &mut usize) -> usize {
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

/// Reads a length, and passes over as many bytes: where they are.
fn string(bytes: &[u8], at: &mut usize) -> (usize, usize) {
    let length = number(bytes, at);
    let start = *at;
    *at += length;
    (start, *at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_properties_and_attributes_are_described() {
        assert!(of_type("AWS::SQS::Queue").is_some_and(|it| it.contains("queue")));
        assert!(of_property("AWS::SQS::Queue", None, "FifoQueue").is_some_and(|it| it.contains("FIFO")));
        assert!(of_attribute("AWS::SQS::Queue", "Arn").is_some_and(|it| it.contains("ARN")));
        assert!(of_property("AWS::S3::Bucket", Some("Rule"), "Prefix").is_some());
        assert_eq!(of_type("AWS::No::Such"), None);
        assert_eq!(of_type("nothing"), None);
    }

    #[test]
    fn every_block_can_be_unpacked() {
        assert!(index().len() > 250);
        for (service, place) in index() {
            let block = Block::unpack(*place).unwrap_or_else(|| panic!("{service}"));
            assert_eq!(block.bytes.len(), place.length, "{service}");
            assert!(block.entries.values().all(|it| *it < block.texts.len()), "{service}");
        }
    }
}
