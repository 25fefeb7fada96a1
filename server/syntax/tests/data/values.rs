//! Values are what other readers of YAML and JSON say they are.

use crate::{corpus, format_of, generator, parse, problems, samples, show};
use proptest::prelude::*;
use serde_yaml::Value;
use syntax::data::{Document, Format, Kind, Node, Pair, Role, Style};
use text::TextSize;

/// Pairs and the starts of their blocks.
type Entries<'d> = Vec<(&'d Pair, TextSize)>;

/// Compares a document with what `serde_yaml` read of the same text.
fn same_document(document: &Document, expected: &Value) -> Result<(), String> {
    if let Some(placed) = document.blocks.iter().find(|it| it.role == Role::Root) {
        let root = placed.block.root.as_ref().ok_or("the root is missing")?;
        return same(document, placed.start, root, expected);
    }
    let Value::Mapping(expected) = expected else {
        let is_empty = document.blocks.iter().all(|it| it.role == Role::Trivia) && expected.is_null();
        return if is_empty { Ok(()) } else { Err(format!("expected {expected:?}")) };
    };
    let mut sections: Vec<(&Pair, TextSize, Entries<'_>, bool)> = Vec::new();
    for placed in &document.blocks {
        for pair in &placed.block.pairs {
            match placed.role {
                Role::Header => sections.push((pair, placed.start, Vec::new(), true)),
                Role::Section => sections.push((pair, placed.start, Vec::new(), false)),
                Role::Entry => sections.last_mut().ok_or("an entry without header")?.2.push((pair, placed.start)),
                Role::Trivia | Role::Root => {}
            }
        }
    }
    if sections.len() != expected.len() {
        return Err(format!("{} sections, expected {}", sections.len(), expected.len()));
    }
    for ((section, start, entries, is_split), (key, value)) in sections.into_iter().zip(expected) {
        same_key(&section.key.text, key)?;
        if is_split {
            let Value::Mapping(value) = value else { return Err(format!("expected {value:?}")) };
            same_pairs(document, entries.into_iter(), value)?;
        } else {
            same(document, start, &section.value, value)?;
        }
    }
    Ok(())
}

fn same_pairs<'p>(
    document: &Document,
    pairs: impl ExactSizeIterator<Item = (&'p Pair, TextSize)>,
    expected: &serde_yaml::Mapping,
) -> Result<(), String> {
    if pairs.len() != expected.len() {
        return Err(format!("{} pairs, expected {expected:?}", pairs.len()));
    }
    for ((pair, start), (key, value)) in pairs.zip(expected) {
        same_key(&pair.key.text, key)?;
        same(document, start, &pair.value, value)?;
    }
    Ok(())
}

fn same_key(key: &str, expected: &Value) -> Result<(), String> {
    let read = || serde_yaml::from_str::<Value>(key).ok();
    if expected.as_str() == Some(key) || read().as_ref() == Some(expected) {
        return Ok(());
    }
    Err(format!("key {key:?}, expected {expected:?}"))
}

fn same(document: &Document, start: TextSize, node: &Node, expected: &Value) -> Result<(), String> {
    if let Kind::Alias(name) = &node.kind {
        let (placed, node) = document.anchor(name, start + node.range.start()).ok_or("no such anchor")?;
        return same(document, placed.start, node, expected);
    }
    let expected = match expected {
        Value::Tagged(tagged) => {
            let tag = node.tag.as_ref().map(|it| it.text.trim_start_matches('!'));
            if tag != Some(tagged.tag.to_string().trim_start_matches('!')) {
                return Err(format!("tag {tag:?}, expected {}", tagged.tag));
            }
            &tagged.value
        }
        expected => expected,
    };
    let is_same = match (&node.kind, expected) {
        (Kind::Nothing, expected) => expected.is_null() || expected.as_str() == Some(""),
        (Kind::Scalar { text, .. }, Value::String(expected)) => text.as_str() == expected,
        (Kind::Scalar { text, style: Style::Plain }, expected) => {
            // The last digit of a long number is a matter of rounding.
            let rounds_to = |it: f64| text.parse().is_ok_and(|own: f64| (own - it).abs() <= it.abs() * 1e-15);
            serde_yaml::from_str::<Value>(text).ok().as_ref() == Some(expected)
                || expected.as_f64().is_some_and(rounds_to)
        }
        (Kind::Sequence { items, .. }, Value::Sequence(expected)) => {
            if items.len() != expected.len() {
                return Err(format!("{} items, expected {}", items.len(), expected.len()));
            }
            return items.iter().zip(expected).try_for_each(|(item, expected)| same(document, start, item, expected));
        }
        (Kind::Mapping { pairs, .. }, Value::Mapping(expected)) => {
            return same_pairs(document, pairs.iter().map(|it| (it, start)), expected);
        }
        _ => false,
    };
    if is_same { Ok(()) } else { Err(format!("{}, expected {expected:?}", show(node))) }
}

#[test]
fn samples_mean_what_serde_yaml_says() {
    for (format, text) in samples::all() {
        let first = serde_yaml::Deserializer::from_str(text).next();
        let read = first.map(<Value as serde::Deserialize>::deserialize);
        // JSON has surrogate pairs, which serde_yaml does not join.
        let Some(expected) = serde_json::from_str(text).ok().or(read.and_then(Result::ok)) else { continue };
        let document = parse(format, text);
        assert_eq!(problems(&document), [], "{text}");
        assert_eq!(same_document(&document, &expected), Ok(()), "{text}");
    }
}

/// What the format's own reader says of a file, or why it refuses it.
fn oracle(format: Format, text: &str) -> Result<Value, String> {
    match format {
        Format::Json => {
            let text = text.strip_prefix('\u{feff}').unwrap_or(text);
            serde_json::from_str(text).map_err(|error| error.to_string())
        }
        Format::Yaml => first_document(text),
    }
}

/// True when all of a text is documents of YAML.
fn is_stream(text: &str) -> bool {
    serde_yaml::Deserializer::from_str(text).all(|it| <Value as serde::Deserialize>::deserialize(it).is_ok())
}

/// Good text has no problems and means the same; broken text has a problem. Of the faults that libyaml finds, a key that
/// stands twice is not always one of ours: null and `<<` may.
#[test]
fn real_templates_mean_what_serde_says() {
    let mut differences = Vec::new();
    for (path, text) in corpus() {
        let Some(format) = format_of(&path) else { continue };
        let document = parse(format, &text);
        let found = problems(&document);
        let difference = match oracle(format, &text) {
            // It takes the last of two in JSON.
            Ok(_) if found.iter().any(|it| it.1.contains("stands here twice")) => continue,
            // It reads the first of several values, whatever comes behind.
            Ok(_) if format == Format::Yaml && !is_stream(&text) => continue,
            Ok(_) if !found.is_empty() => format!("{found:?}"),
            Ok(expected) => match same_document(&document, &expected) {
                Ok(()) => continue,
                Err(error) => error,
            },
            Err(error) if found.is_empty() && !error.contains("duplicate entry") && !text.trim().is_empty() => {
                format!("serde: {error}")
            }
            Err(_) => continue,
        };
        differences.push(format!("{}: {difference:.300}", path.display()));
    }
    assert!(differences.is_empty(), "{} files: {differences:#?}", differences.len());
}

#[test]
fn ranges_point_at_the_text() {
    let text = "Resources:\n  \"A\":\n    Type: !Sub 'x'\n    K: &n !T {a: b}\n    L:\n      - |\n        body\n\n";
    let document = parse(Format::Yaml, text);
    let entry = &document.blocks[1];
    let source = |range| &entry.block.text[range];
    let pair = &entry.block.pairs[0];
    assert_eq!(source(pair.key.range), "A");
    assert!(source(pair.range).starts_with("\"A\":") && source(pair.range).ends_with("body"));
    let Kind::Mapping { pairs, .. } = &pair.value.kind else { panic!("no mapping") };
    assert_eq!(source(pairs[0].value.range), "!Sub 'x'");
    assert_eq!(source(pairs[0].value.inner), "'x'");
    assert_eq!(pairs[0].value.tag.as_ref().map(|it| source(it.range)), Some("!Sub"));
    assert_eq!(source(pairs[1].value.range), "&n !T {a: b}");
    assert_eq!(source(pairs[1].value.inner), "{a: b}");
    assert_eq!(source(pairs[2].value.range), "- |\n        body");
}

/// The specification asks for more indentation; libyaml, PyYAML and so CloudFormation take these as they are.
#[test]
fn flow_values_over_several_lines_need_no_indentation() {
    let values = [
        "!Sub '{\n        \"a\": \"${B}\",\n\n      it''s\n    }'",
        "'one\n   two\n    '",
        "\"one \\\"x\\\"\n    two: three\n    # no comment\n   four\"",
        "{\n    a: [1, 2], # a comment, with } and \"\n    'b': !Ref C,\n    \"c, d\": {e: f}\n    }",
        "[\n   a,\n    {b: c}\n   ]",
        "[\n    \"x]\",\n    it's\n    ] # behind",
    ];
    for value in values {
        for broken in ["", "    Lines @: here\n  [\n"] {
            let text = format!(
                "Resources:\n  A:\n    Type: X::Y\n    Value: {value}\n    Items:\n    - Key: {value}\n    - plain\n    Last: |\n      '\n      {{\n{broken}  B:\n    Type: X::Z\n"
            );
            let document = parse(Format::Yaml, &text);
            if broken.is_empty() {
                assert_eq!(problems(&document), [], "{text}");
                let expected: Value = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
                assert_eq!(same_document(&document, &expected), Ok(()), "{text}");
            } else {
                // What is broken elsewhere in the resource does not change what these values are.
                let entry =
                    document.blocks.iter().flat_map(|it| &it.block.pairs).find(|it| it.key.text == "A").unwrap();
                let Kind::Mapping { pairs, .. } = &entry.value.kind else { panic!("{text}") };
                let value = &pairs.iter().find(|it| it.key.text == "Value").unwrap().value;
                assert!(!matches!(value.kind, Kind::Broken | Kind::Nothing), "{text}");
            }
        }
    }
}

#[test]
fn an_entry_is_one_however_its_type_is_written() {
    // Neither the flow map, which names a type as well, nor the lines of the scalar begin an entry.
    let text = "Resources:\n  A:\n    Type: |-\n      AWS::SQS::Queue\n    Metadata: {a: {Type: \"x::y\"}}\nOutputs:\n  O:\n    Value: a\n";
    let document = parse(Format::Yaml, text);
    assert_eq!(problems(&document), []);
    let entries = document.blocks.iter().filter(|it| it.role == Role::Entry).count();
    assert_eq!(entries, 2);
}

#[test]
fn a_quote_that_is_not_closed_takes_nothing_with_it() {
    let text = "Resources:\n  A:\n    Type: X::Y\n    Open: \"pages\n    Next: \"x\"\n    Other: {a: b\n    More: [c]\n  B:\n    Type: X::Z\n";
    let document = parse(Format::Yaml, text);
    let entry = document.blocks.iter().flat_map(|it| &it.block.pairs).find(|it| it.key.text == "A").unwrap();
    let Kind::Mapping { pairs, .. } = &entry.value.kind else { panic!("no mapping") };
    let keys: Vec<_> = pairs.iter().map(|it| it.key.text.as_str()).collect();
    assert_eq!(keys, ["Type", "Open", "Next", "Other", "More"]);
}

/// What `serde_yaml` reads of the first document of `text`.
fn first_document(text: &str) -> Result<Value, String> {
    // libyaml counts the byte order mark as a column, so that the first key stands right of its siblings.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let first = serde_yaml::Deserializer::from_str(text).next();
    let read = first.map(<Value as serde::Deserialize>::deserialize);
    read.unwrap_or(Ok(Value::Null)).map_err(|error| error.to_string())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 768, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn yaml_of_every_form_means_what_serde_yaml_says(choices in proptest::collection::vec(any::<u8>(), 0..300)) {
        let text = generator::yaml(&choices);
        let expected = match first_document(&text) {
            Ok(expected) => expected,
            Err(error) => return Err(TestCaseError::fail(format!("libyaml: {error}\n{text}"))),
        };
        let document = parse(Format::Yaml, &text);
        let mut found = problems(&document);
        // YAML takes any key, CloudFormation only words.
        found.retain(|it| it.1 != "a key must be a word, not a list or a mapping");
        prop_assert_eq!(found, Vec::new(), "{}", text);
        prop_assert_eq!(same_document(&document, &expected), Ok(()), "{}", text);
    }
}
