//! Laws that hold for any text and any edit.

use crate::{corpus, dump, format_of, parse, samples};
use proptest::prelude::*;
use std::sync::Arc;
use syntax::data::{DataFile, Document, Format, Node, Pair};

/// Blocks are the whole text, in order, and every range lies in its block.
fn check(document: &Document) {
    let mut at = 0;
    for placed in &document.blocks {
        assert_eq!(usize::from(placed.start), at);
        at += placed.block.text.len();
        let text = &placed.block.text;
        placed.block.pairs.iter().for_each(|it| check_pair(it, text));
        placed.block.root.iter().for_each(|it| check_node(it, text));
        placed.block.comments.iter().for_each(|it| assert!(text[*it].starts_with('#'), "{:?}", &text[*it]));
        for problem in &placed.block.problems {
            assert!(!text[problem.range].is_empty(), "{problem:?} in {text:?}");
        }
    }
    let joined: String = document.blocks.iter().map(|it| &*it.block.text).collect();
    assert_eq!(joined, *document.text);
    for (range, problem) in &document.problems {
        assert!(!document.text[*range].is_empty(), "{problem:?}");
    }
    let mut ids: Vec<u64> = document.blocks.iter().map(|it| it.block.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), document.blocks.len());
}

fn check_pair(pair: &Pair, text: &str) {
    let _ = (&text[pair.key.range], &text[pair.range]);
    assert!(pair.range.contains_range(pair.key.range), "{pair:?} in {text:?}");
    assert!(pair.range.contains_range(pair.value.range), "{pair:?} in {text:?}");
    check_node(&pair.value, text);
}

fn check_node(node: &Node, text: &str) {
    assert!(node.range.contains_range(node.inner), "{node:?} in {text:?}");
    let _ = (&text[node.range], node.tag.as_ref().map(|it| &text[it.range]));
    if let syntax::data::Kind::Mapping { pairs, .. } = &node.kind {
        pairs.iter().for_each(|it| check_pair(it, text));
    }
    if let syntax::data::Kind::Sequence { items, .. } = &node.kind {
        items.iter().for_each(|it| check_node(it, text));
    }
}

fn prefixes(format: Format, text: &str, step: usize) {
    let mut file = DataFile::new(format);
    for (end, _) in text.char_indices().step_by(step) {
        check(&file.parse(&Arc::from(&text[..end])));
    }
    check(&file.parse(&Arc::from(text)));
}

#[test]
fn every_prefix_of_the_samples_is_read() {
    for (format, text) in samples::all() {
        prefixes(format, text, 1);
    }
}

#[test]
fn prefixes_of_real_templates_are_read() {
    for (path, text) in corpus().into_iter().step_by(7) {
        let Some(format) = format_of(&path) else { continue };
        prefixes(format, &text, text.len() / 40 + 1);
    }
}

#[test]
fn nesting_and_length_have_limits_not_crashes() {
    let nested = |open: &str, count: usize| open.repeat(count);
    for text in [
        nested("[", 100_000),
        nested("{\"a\":", 20_000),
        format!("{}{}", nested("[", 5_000), nested("]", 5_000)),
        format!("a:\n  {}x\n", nested("- ", 300)),
        format!("a: {}x\n", nested("- ", 300)),
        format!("Resources:\n  a:\n    {}x\n", nested("? ", 300)),
        format!("a: \"x\" {}x\n", nested("- : ", 300)),
        (0..400).map(|it| format!("{}a:\n", " ".repeat(it))).collect(),
        (0..90).map(|it| format!("{}a:\n{}- @\n", " ".repeat(it), " ".repeat(it))).collect(),
        format!("Resources:\n  A:\n{}", "    x: 1\n".repeat(40_000)),
    ] {
        for format in [Format::Yaml, Format::Json] {
            check(&parse(format, &text));
        }
    }
}

/// Pieces that make trouble.
fn trouble() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => proptest::sample::select(vec![
            "\n", " ", "  ", "\t", "\r\n", "\r", ":", ": ", "- ", "? ", "\"", "'", "[", "]", "{", "}", ",", "#", " # x", "&a ",
            "*a", "!Sub ", "|", ">", "|+\n", "---\n", "...\n", "%YAML 1.1\n", "\u{feff}", "é", "🎉", "@", "`", "\\", "\\u12",
            "//", "/*", "null", "Resources:\n", "\"Resources\": {", "  A:\n", "    Type: X::Y\n", "Foo", "0", "\u{85}", "\u{2028}", "\0",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ]
}

fn junk() -> impl Strategy<Value = String> {
    proptest::collection::vec(trouble(), 0..60).prop_map(|it| it.concat())
}

/// A sample, and edits of it: where, how much is taken out, what is put in.
fn edited() -> impl Strategy<Value = (Format, &'static str, Vec<(f64, usize, String)>)> {
    let edit = (0.0..1.0, 0usize..12, proptest::collection::vec(trouble(), 0..4).prop_map(|it| it.concat()));
    let sample = proptest::sample::select(samples::all());
    (sample, proptest::collection::vec(edit, 1..8)).prop_map(|((format, text), edits)| (format, text, edits))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(text in junk()) {
        for format in [Format::Yaml, Format::Json] {
            check(&parse(format, &text));
        }
    }

    #[test]
    fn incremental_is_fresh((format, text, edits) in edited()) {
        let mut file = DataFile::new(format);
        let mut text = text.to_owned();
        file.parse(&Arc::from(text.as_str()));
        for (place, length, insert) in edits {
            let boundary = |mut at: usize| {
                while !text.is_char_boundary(at) {
                    at -= 1;
                }
                at
            };
            let start = boundary((place * text.len() as f64) as usize);
            let end = boundary((start + length).min(text.len())).max(start);
            text.replace_range(start..end, &insert);
            let document = file.parse(&Arc::from(text.as_str()));
            check(&document);
            prop_assert_eq!(dump(&document), dump(&parse(format, &text)));
        }
    }
}

#[test]
fn blocks_keep_their_identity() {
    for (format, text) in [(Format::Yaml, samples::YAML), (Format::Json, samples::JSON)] {
        let mut file = DataFile::new(format);
        let before = file.parse(&Arc::from(text));
        // Something is written into one resource, and something above all of them.
        let after =
            file.parse(&Arc::from(text.replace("AWS::SNS::Topic", "AWS::SNS::Topi").replace("dev", "development")));
        let changed = before.blocks.iter().zip(&after.blocks).filter(|(a, b)| a.block.id != b.block.id).count();
        assert_eq!((before.blocks.len(), changed), (after.blocks.len(), 2));
    }
}
