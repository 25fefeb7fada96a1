//! What JSON looks like while it is being typed.

use crate::typing::state::{Edit, Template};

/// Lines as they are half-way.
const LINES: &[(&str, &[&str])] = &[
    ("json line: open string", &["\"", "\"Fo", "\"Foo\": \"", "\"Foo\": \"a", "\"Foo\": { \"Ref", "'", "\"Foo\": [\""]),
    ("json line: key without a value", &["\"Foo\"", "\"Foo\":", "\"Foo\": ", "\"Foo\": tru", "\"Foo\": -"]),
    ("json line: missing comma", &["\"Foo\": \"a\"", "\"Foo\": {}", "\"Foo\": [1]", "\"Foo\": { \"Ref\": \"A\" }"]),
    ("json line: whole", &["\"Foo\": \"a\",", "", "\"Foo\": { \"Ref\": \"A\" },"]),
    (
        "json line: open bracket",
        &["{", "[", "\"Foo\": {", "\"Foo\": [", "\"Foo\": { \"Ref\": ", "\"Foo\": [{", "\"Foo\": { \"Fn::Sub\": \"${"],
    ),
    ("json line: closing bracket", &["}", "]", "},", "],", "}}", "]}"]),
    ("json line: not JSON", &["Foo", "Foo:", "Foo: bar", ",", ",,", "// note", "# note", "- a", ":", "!Ref A", "\\"]),
];

/// Values as they are half-way.
const VALUES: &[(&str, &[&str])] = &[
    ("json value: none", &["", ","]),
    ("json value: open string", &["\"", "\"a", "\"AWS::", "\"${", "'"]),
    (
        "json value: open bracket",
        &["{", "[", "{ \"Ref\"", "{ \"Ref\": ", "{ \"Ref\": \"", "[\"a\", ", "{ \"Fn::GetAtt\": [\"A\", "],
    ),
    ("json value: half a word", &["t", "fals", "-", "1.", "AWS::S3"]),
];

/// Every edit of a template that this module knows.
pub(super) fn edits(template: &Template) -> Vec<Edit> {
    let mut edits = Vec::new();
    let Some(first) = template.entries.first().map(|it| it.lines.start) else { return edits };
    for number in 0..template.lines.len() {
        if let Some(below) = template.lines.get(number + 1).filter(|_| number + 1 >= first) {
            for (form, lines) in LINES {
                for line in *lines {
                    let indent = below.indent;
                    let text = format!("{}{line}\n", " ".repeat(indent));
                    let at = below.range.start;
                    // Brackets, not indentation, say what a line belongs to.
                    let lines = number..number + 1;
                    edits.push(Edit { form, range: at..at, text, lines, indent: Some(indent) });
                }
            }
        }
        if template.entry_at(number).is_some_and(|it| template.entries[it].lines.contains(&number)) {
            change(template, number, &mut edits);
        }
    }
    paste(template, &mut edits);
    edits
}

fn change(template: &Template, number: usize, edits: &mut Vec<Edit>) {
    let line = &template.lines[number];
    let text = template.line(number);
    let mut push = |form, range: std::ops::Range<usize>, text: &str| {
        edits.push(Edit { form, range, text: text.to_owned(), lines: number..number + 1, indent: None });
    };
    let end = line.range.end;
    for (at, found) in text.char_indices() {
        let at = line.range.start + at;
        match found {
            '"' => push("json: a quote taken out", at..at + 1, ""),
            '{' | '}' | '[' | ']' => push("json: a bracket taken out", at..at + 1, ""),
            ',' => {
                push("json: a comma taken out", at..at + 1, "");
                push("json: a comma twice", at..at, ",");
            }
            _ => (),
        }
    }
    if !text.ends_with(',') {
        push("json: a comma too many", end..end, ",");
    }
    push("json: appended", end..end, "\"");
    push("json: appended", end..end, "{");
    push("json: appended", end..end, "}");
    push("json: appended", end..end, "x");
    if let Some(colon) = text.find("\": ").map(|it| line.range.start + it + 1) {
        let value = colon + 2;
        push("json: colon taken out", colon..colon + 1, "");
        for cut in [value + 1, (value + end) / 2, end - 1] {
            if cut > value && cut < end && template.text.is_char_boundary(cut) {
                push("json: half a value", cut..end, "");
            }
        }
        // What goes on over the lines below would be left without its start.
        if !text.trim_end().ends_with(['{', '[']) {
            for (form, values) in VALUES {
                for it in *values {
                    push(form, value..end, it);
                }
            }
        }
        push("json: before a value", value..value, "\"");
        push("json: before a value", value..value, "[");
        push("json: before a value", value..value, "{");
        push("json: line broken", value..value, "\n");
    }
    if let Some(next) = template.lines.get(number + 1) {
        edits.push(Edit {
            form: "json: lines joined",
            range: end..next.range.start + next.indent,
            text: " ".to_owned(),
            lines: number..number + 2,
            indent: None,
        });
    }
}

/// Entries of other places, at this place's end.
fn paste(template: &Template, edits: &mut Vec<Edit>) {
    for entry in &template.entries {
        let mut lines: Vec<String> = entry.lines.clone().map(|it| template.line(it).to_owned()).collect();
        let indent = template.lines[entry.lines.start].indent;
        lines[0].insert_str(indent + 1, "Copied");
        let part = lines.get(1..lines.len() - 1).unwrap_or_default().to_vec();
        for (form, block) in [("json pasted: an entry", lines), ("json pasted: part of an entry", part)] {
            if block.is_empty() {
                continue;
            }
            for above in (0..template.lines.len() - 1).step_by(7) {
                if template.entries.first().is_none_or(|it| above + 1 < it.lines.start) {
                    continue;
                }
                let at = template.lines[above + 1].range.start;
                let text = block.iter().map(|it| format!("{it}\n")).collect();
                edits.push(Edit { form, range: at..at, text, lines: above..above + 1, indent: Some(indent) });
            }
        }
    }
}
