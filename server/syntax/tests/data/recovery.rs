//! While something is being typed, everything that is intact keeps its value.

use crate::{corpus, format_of, parse, samples, show};
use std::collections::BTreeMap;
use syntax::data::{DataFile, Document, Format, Role};

/// What stands on a line before it is complete.
const YAML_LINES: &[&str] = &[
    "Foo",
    "Foo:",
    "Foo: ",
    "Foo: !",
    "Foo: !Su",
    "Foo: !Sub \"",
    "Foo: \"",
    "Foo: '",
    "Foo: \"a\" b",
    "Foo: [",
    "Foo: [a,",
    "Foo: {",
    "Foo: {a: ",
    "Foo: *",
    "Foo: *a b",
    "Foo: &",
    "Foo: @x",
    "Foo: %x",
    "Foo: `x`",
    "Foo: a: b",
    "Foo: bar:",
    "Foo: |",
    "Foo: >-",
    "Foo: - a",
    "\"",
    "\"Fo",
    "'",
    "[",
    "]",
    "{",
    "}",
    "-",
    "- ",
    "- a",
    "- Foo:",
    "*",
    "&x",
    "!",
    "!Ref",
    "@",
    "`",
    "%",
    ":",
    "?",
    ",",
    "|",
    "#",
    "Foo: }",
    "Foo: é",
    "🎉",
    "Typ",
    "Type:",
    "\tFoo: 1",
    "\t",
    "<<: *x",
];

const JSON_LINES: &[&str] = &[
    "\"Foo\"",
    "\"Foo\":",
    "\"Foo\": \"",
    "\"Foo\": {",
    "\"Foo\": [",
    "\"Foo\": {\"Ref\": ",
    "\"Foo\": {\"Ref\": \"",
    "\"",
    "\"Fo",
    "Foo",
    "{",
    "}",
    "[",
    "]",
    ",",
    "\"Foo\": 1",
    "\"Foo\": tru",
    "\"Foo\": {},",
    "'Foo': 'x'",
    "// Foo",
    "é",
];

/// The complete entries of all sections, by section and key, with their places.
fn entries(document: &Document) -> BTreeMap<(String, String), (String, usize, usize)> {
    let mut section = String::new();
    let mut entries = BTreeMap::new();
    for placed in &document.blocks {
        let start = usize::from(placed.start);
        for pair in &placed.block.pairs {
            match placed.role {
                Role::Header => section = pair.key.text.to_string(),
                Role::Entry if !pair.incomplete => {
                    let key = (section.clone(), pair.key.text.to_string());
                    let end = start + placed.block.text.len();
                    entries.entry(key).or_insert((show(&pair.value), start, end));
                }
                _ => {}
            }
        }
    }
    entries
}

/// True for text without a line that means something.
fn is_between(text: &str) -> bool {
    text.lines().all(|it| it.trim().is_empty() || it.trim().starts_with('#'))
}

/// Puts each of `lines` behind every `step`th line of `text`, at several indentations, and says what was lost.
fn lost(format: Format, text: &str, lines: &[&str], step: usize) -> (usize, Vec<String>) {
    let before = entries(&parse(format, text));
    let mut file = DataFile::new(format);
    let mut count = 0;
    let mut lost = Vec::new();
    let starts: Vec<usize> = std::iter::once(0).chain(text.match_indices('\n').map(|it| it.0 + 1)).collect();
    for at in starts.iter().copied().step_by(step) {
        for line in lines {
            for indent in [0, 2, 3, 4, 6, 8] {
                let state = format!("{}{}{line}\n{}", &text[..at], " ".repeat(indent), &text[at..]);
                let after = entries(&file.parse(&state.as_str().into()));
                count += 1;
                for (key, (value, start, end)) in &before {
                    // What stands on either side of the line is being edited.
                    let is_edited = if at < *start {
                        is_between(&text[at..*start])
                    } else {
                        at <= *end || is_between(&text[*end..at])
                    };
                    if !is_edited && after.get(key).map(|it| &it.0) != Some(value) {
                        let before: String = text[..at].lines().rev().take(1).collect();
                        lost.push(format!("{}.{} by {line:?} at {indent} behind {before:?}", key.0, key.1));
                    }
                }
            }
        }
    }
    (count, lost)
}

#[test]
fn a_line_typed_into_yaml_spoils_nothing_else() {
    let (count, lost) = lost(Format::Yaml, samples::YAML, YAML_LINES, 1);
    assert!(count > 10_000);
    assert_eq!(lost, Vec::<String>::new());
}

#[test]
fn a_line_typed_into_json_spoils_nothing_else() {
    let (_, lost) = lost(Format::Json, samples::JSON, JSON_LINES, 1);
    assert_eq!(lost, Vec::<String>::new());
}

#[test]
fn a_line_typed_into_real_templates_spoils_nothing_else() {
    let mut states = 0;
    let mut all = Vec::new();
    for (path, text) in corpus().into_iter().step_by(6) {
        let Some(format) = format_of(&path).filter(|_| text.len() < 40_000) else { continue };
        let lines = if format == Format::Yaml { YAML_LINES } else { JSON_LINES };
        let (count, lost) = lost(format, &text, lines, text.lines().count() / 4 + 1);
        states += count;
        all.extend(lost.into_iter().map(|it| format!("{}: {it}", path.display())));
    }
    assert!(all.is_empty(), "{} of {states} states: {:#?}", all.len(), &all[..all.len().min(30)]);
}

/// Changes one line in place, or cuts the text behind it, and says what else was lost.
fn lost_in_place(format: Format, text: &str, step: usize) -> Vec<String> {
    let before = entries(&parse(format, text));
    let mut file = DataFile::new(format);
    let mut lost = Vec::new();
    let mut start = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let end = start + line.len();
        let content = line.trim();
        if number % step == 0 && !content.is_empty() && !content.starts_with('#') {
            let indented = format!(" {line}");
            let appended = format!("{}: \n", line.trim_end());
            let unquoted = line.replacen(['"', '\''], "", 1);
            let changed = [
                line.replacen(':', "", 1),
                indented,
                appended,
                unquoted,
                line.replacen(": ", ": \"", 1),
                String::new(),
            ];
            let whole = changed.iter().map(|it| (format!("{}{it}{}", &text[..start], &text[end..]), text.len()));
            let cut = (format!("{}{}", &text[..start], line.trim_end()), start);
            for (state, until) in whole.chain([cut]) {
                let after = entries(&file.parse(&state.as_str().into()));
                for (key, (value, from, to)) in before.iter().filter(|it| it.1.2 <= until) {
                    // A key that is no entry any more belongs to the one before it.
                    let is_edited = *from <= end && start <= *to || *to <= start && is_between(&text[*to..start]);
                    if !is_edited && after.get(key).map(|it| &it.0) != Some(value) {
                        lost.push(format!("{}.{} by {content:?}", key.0, key.1));
                    }
                }
            }
        }
        start = end;
    }
    lost
}

#[test]
fn a_line_changed_in_place_spoils_nothing_else() {
    // The keys of sections own what is below them.
    let is_section = |it: &String| {
        ["Parameters", "Conditions", "Resources", "Outputs"].iter().any(|key| {
            it.ends_with(&format!("by \"{key}:\"")) || it.ends_with(&format!("by {:?}", format!("\"{key}\": {{")))
        })
    };
    for (format, text) in [(Format::Yaml, samples::YAML), (Format::Json, samples::JSON)] {
        let mut lost = lost_in_place(format, text, 1);
        lost.retain(|it| !is_section(it));
        assert_eq!(lost, Vec::<String>::new());
    }
}

/// Twice the text takes about twice the work, whatever is in it.
#[test]
fn hostile_text_takes_time_in_proportion() {
    let deep = |line: &str| (0..95).map(|it| format!("{}{line}\n", " ".repeat(it))).collect::<String>();
    let texts: [&dyn Fn(usize) -> String; 10] = [
        &|count| format!("Resources:\n  A:\n{}", "    @\n".repeat(count)),
        &|count| format!("Resources:\n{}", "  A: \"\n".repeat(count)),
        &|count| format!("Resources:\n{}", " A:\n".repeat(count)),
        &|count| format!("{}{}", deep("a:"), format!("{}@\n", " ".repeat(95)).repeat(count / 10)),
        &|count| format!("Resources:\n  A:\n    B: [{}\n", "[a, ".repeat(count)),
        &|count| format!("{{\"Resources\": {{{}", "\"A\": {\"B\": [1,]} ".repeat(count)),
        &|count| format!("{{\n  \"Resources\": {{\n{}", "    \"A\": {\n".repeat(count)),
        &|count| "Foo\nResources:\n".repeat(count / 2),
        &|count| "\"".repeat(count * 5),
        &|count| "a: *a\n".repeat(count),
    ];
    for text in texts {
        for format in [Format::Yaml, Format::Json] {
            let took = |text: &str| {
                let start = std::time::Instant::now();
                parse(format, text);
                start.elapsed().as_secs_f64()
            };
            let (small, large) = (text(5_000), text(20_000));
            // Quadratic work would take sixteen times as long. A busy machine spoils one measurement, but not all.
            let measure = || took(&large) / took(&small).max(0.001);
            let growth = (0..8).map(|_| measure()).find(|it| *it < 9.0);
            assert!(growth.is_some(), "more than nine times the work for four times {:?}", &large[..60]);
        }
    }
}
