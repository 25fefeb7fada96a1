//! What AWS says of types, properties and attributes, in Markdown, shortened.
//!
//! A block for each service, compressed; a block is unpacked when something of its service is asked for.

use crate::packed::{self, Packed};
use rustc_hash::FxHashMap;
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

    fn read(bytes: Vec<u8>) -> Block {
        let mut at = 0;
        let texts = (0..packed::number(&bytes, &mut at)).map(|_| {
            let length = packed::number(&bytes, &mut at);
            at += length;
            (at - length, at)
        });
        let texts = texts.collect();
        let mut entries = FxHashMap::default();
        for _ in 0..packed::number(&bytes, &mut at) {
            let key = packed::text(&bytes, &mut at).unwrap_or_default().to_owned();
            entries.insert(key, packed::number(&bytes, &mut at));
        }
        Block { bytes, texts, entries }
    }
}

/// The block of a service: the one that is kept, or unpacked now.
fn block(service: &str) -> Option<Arc<Block>> {
    static UNPACKED: Mutex<Vec<(usize, Arc<Block>)>> = Mutex::new(Vec::new());
    let position = services().position(service)?;
    let mut unpacked = UNPACKED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(at) = unpacked.iter().position(|it| it.0 == position) {
        // The one that was used last is the last to go.
        let found = unpacked.remove(at);
        let block = Arc::clone(&found.1);
        unpacked.push(found);
        return Some(block);
    }
    let block = Arc::new(Block::read(services().unpack(position)?));
    if unpacked.len() == KEPT {
        unpacked.remove(0);
    }
    unpacked.push((position, Arc::clone(&block)));
    Some(block)
}

fn services() -> &'static Packed {
    static SERVICES: OnceLock<Packed> = OnceLock::new();
    SERVICES.get_or_init(|| Packed::open(DATA))
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
        assert!(services().names().count() > 250);
        for (position, service) in services().names().enumerate() {
            let block = Block::read(services().unpack(position).unwrap_or_else(|| panic!("{service}")));
            assert!(!block.entries.is_empty(), "{service}");
            assert!(block.entries.values().all(|it| *it < block.texts.len()), "{service}");
        }
    }
}
