//! Documentation: one compressed block for each service.

use super::sources::Sources;
use schema::packed;
use serde_json::Value;
use std::collections::BTreeMap;

/// About as many bytes of a text are kept: what is shown beside a line of code is read in one look.
const LONGEST: usize = 320;

/// Compiles the documentation of all types. `server/schema/src/documentation.rs` reads it.
///
/// There is a block for each service (see [`schema::packed`]): the number of texts and the texts, then the number of
/// entries, each a key and the number of its text, sorted by key. Keys are `Bucket` for a type, `Bucket.Name` for a property of it,
/// `Bucket@Arn` for an attribute, `Bucket/Rule.Id` for a property of a definition.
pub(super) fn compile(sources: &Sources) -> Result<Vec<u8>, String> {
    let mut services: BTreeMap<&str, BTreeMap<String, String>> = BTreeMap::new();
    for (name, schema) in &sources.schemas {
        let Some((service, short)) = name.strip_prefix("AWS::").and_then(|it| it.split_once("::")) else { continue };
        let entries = services.entry(service).or_default();
        let schema = Value::Object(schema.clone());
        describe(short, '.', &schema, "description", entries);
        for (definition, schema) in schema["definitions"].as_object().into_iter().flatten() {
            describe(&format!("{short}/{definition}"), '.', schema, "description", entries);
        }
        // What the specification says is said better, and comes last.
        let Some(specification) = sources.specification.get(name) else { continue };
        describe(short, '.', specification, "documentation", entries);
        for (attribute, value) in specification["attributes"].as_object().into_iter().flatten() {
            put(format!("{short}@{attribute}"), &value["documentation"], entries);
        }
        let used = specification["$id"].as_str().and_then(|it| sources.definitions.get(it));
        for definition in used.into_iter().flatten() {
            let name = definition["name"].as_str().unwrap_or_default();
            describe(&format!("{short}/{name}"), '.', definition, "documentation", entries);
        }
    }
    let blocks: Vec<(&str, Vec<u8>)> = services.iter().map(|(name, entries)| (*name, block(entries))).collect();
    let blocks: Vec<(&str, &[u8])> = blocks.iter().map(|(name, block)| (*name, block.as_slice())).collect();
    packed::write(&blocks, pack)
}

fn describe(key: &str, separator: char, value: &Value, field: &str, out: &mut BTreeMap<String, String>) {
    put(key.to_owned(), &value[field], out);
    for (name, property) in value["properties"].as_object().into_iter().flatten() {
        put(format!("{key}{separator}{name}"), &property[field], out);
    }
}

fn put(key: String, text: &Value, out: &mut BTreeMap<String, String>) {
    let text = text.as_str().map(shortened).unwrap_or_default();
    if !text.is_empty() {
        out.insert(key, text);
    }
}

/// The beginning of a text, up to the end of a paragraph, an item or a sentence.
fn shortened(text: &str) -> String {
    // The source has a blank before a mark that follows a code or a link; one before `.zip` belongs there.
    let mut text = text.trim().replace(" . ", ". ").replace(" , ", ", ").replace(" .\n", ".\n");
    if text.ends_with(" .") {
        text.truncate(text.len() - 2);
        text.push('.');
    }
    if text.len() <= LONGEST {
        return text;
    }
    let mut end = LONGEST;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let start = &text[..end];
    let cut =
        ["\n\n", "\n", ". "].iter().find_map(|it| start.rfind(it).filter(|at| *at > LONGEST / 3).map(|at| at + 1));
    start[..cut.unwrap_or(end)].trim_end().to_owned()
}

fn block(entries: &BTreeMap<String, String>) -> Vec<u8> {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let mut texts: Vec<&str> = Vec::new();
    for text in entries.values() {
        numbers.entry(text).or_insert_with(|| {
            texts.push(text);
            texts.len() - 1
        });
    }
    let mut out = Vec::new();
    packed::push_number(&mut out, texts.len());
    texts.iter().for_each(|it| packed::push_text(&mut out, it));
    packed::push_number(&mut out, entries.len());
    for (key, text) in entries {
        packed::push_text(&mut out, key);
        packed::push_number(&mut out, numbers[text.as_str()]);
    }
    out
}

/// Compresses a block.
pub(super) fn pack(block: &[u8]) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut &block[..], &mut out, &parameters).map_err(|error| error.to_string())?;
    Ok(out)
}
