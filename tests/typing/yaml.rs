//! What YAML looks like while it is being typed.

use crate::typing::state::{Edit, Template};

/// Lines as they are half-way.
const LINES: &[(&str, &[&str])] = &[
    (
        "line: key without a colon",
        &["Foo", "Fo", "F", "Properties", "Type", "Fn::", "Fn::Sub", "aws:Secure", "Foo:a", "\u{e9}"],
    ),
    ("line: key without a value", &["Foo:", "Foo: ", "\"Foo\":", "Fn::Sub:", "Foo :", "<<:", "Foo: # what"]),
    (
        "line: half a tag",
        &[
            "Foo: !",
            "Foo: !R",
            "Foo: !Ref",
            "Foo: !Ref ",
            "Foo: !Sub",
            "Foo: !GetAtt",
            "Foo: !If",
            "!",
            "!Re",
            "!Ref X",
        ],
    ),
    ("line: half an attribute", &["Foo: !GetAtt X.", "Foo: !GetAtt X", "Foo: !GetAtt X.Arn."]),
    (
        "line: half a substitution",
        &["Foo: !Sub \"${", "Foo: !Sub \"", "Foo: !Sub '${Aa.", "Foo: !Sub ${", "Foo: !Sub '${A}", "${"],
    ),
    (
        "line: open quote",
        &["Foo: \"", "Foo: '", "Foo: \"abc", "Foo: 'it''s", "\"", "'", "\"Foo", "- \"", "Foo: \"a\" b"],
    ),
    (
        "line: open bracket",
        &[
            "Foo: [",
            "Foo: [a,",
            "Foo: [a, b",
            "Foo: !If [A, ",
            "Foo: {",
            "Foo: {a: ",
            "Foo: {a: b",
            "[",
            "{",
            "Foo: [{",
        ],
    ),
    ("line: closing bracket", &["]", "}", "Foo: ]", "],", "})"]),
    ("line: dash", &["- ", "-", "- Foo", "- Foo:", "- !", "- -", "-Foo", "Foo: -", "Foo: - a", "--"]),
    (
        "line: character that begins nothing",
        &["Foo: *", "Foo: &", "Foo: @", "Foo: %", "Foo: `a`", "*", "&", "@", ",", "? ", ": ", "%"],
    ),
    ("line: colon in a value", &["Foo: a: b", "Foo: bar:", "Foo: AWS::", "Foo: http://x: y"]),
    ("line: block scalar header", &["Foo: |", "Foo: >-", "Foo: !Sub |"]),
    ("line: tab", &["\t", "\tFoo: a", "Foo:\ta", "  \tFoo:"]),
    ("line: whole", &["Foo: bar", "- foo", "# note", ""]),
];

/// Values as they are half-way.
const VALUES: &[(&str, &[&str])] = &[
    ("value: none", &["", " "]),
    ("value: half a tag", &["!", "!Re", "!Ref", "!Ref ", "!GetAtt", "!Sub"]),
    ("value: half an attribute", &["!GetAtt X.", "!GetAtt .Arn"]),
    ("value: half a substitution", &["!Sub \"${", "!Sub '", "!Sub ${A", "\"${"]),
    ("value: open quote", &["\"", "'", "\"abc", "'abc"]),
    ("value: open bracket", &["[", "{", "[a, ", "{a: ", "!If [A", "[\"a\", \""]),
    ("value: character that begins nothing", &["*", "&", "@", "%", "`", "|", ">", "- "]),
    ("value: half a type", &["AWS::", "AWS::S3", "AWS:", "AWS::S3::"]),
];

/// Every edit of a template that this module knows.
pub(super) fn edits(template: &Template) -> Vec<Edit> {
    let mut edits = Vec::new();
    for line in 0..template.lines.len() {
        put_in(template, line, &mut edits);
        if template.entry_at(line).is_some_and(|it| template.entries[it].lines.contains(&line)) {
            change(template, line, &mut edits);
        }
    }
    paste(template, &mut edits);
    edits
}

/// Lines put in below `above`.
fn put_in(template: &Template, above: usize, edits: &mut Vec<Edit>) {
    let Some(below) = template.lines.get(above + 1) else { return };
    // Before the first section nothing can be spoilt that is counted here.
    if template.entries.first().is_none_or(|it| above + 1 < it.lines.start) {
        return;
    }
    let next = template.lines[above + 1..].iter().find(|it| !it.range.is_empty()).map_or(0, |it| it.indent);
    let own = template.lines[above].indent;
    let mut indents = vec![next, own, own + 2, next + 1, next.saturating_sub(1), next.saturating_sub(2), 0];
    indents.sort_unstable();
    indents.dedup();
    for (form, lines) in LINES {
        for line in *lines {
            for &indent in &indents {
                edits.push(Edit {
                    form,
                    range: below.range.start..below.range.start,
                    text: format!("{}{line}\n", " ".repeat(indent)),
                    lines: above..above + 1,
                    indent: Some(indent),
                });
            }
        }
    }
}

/// Changes of one line.
fn change(template: &Template, number: usize, edits: &mut Vec<Edit>) {
    let line = &template.lines[number];
    let text = template.line(number);
    let content = line.range.start + line.indent;
    let mut push = |form, range: std::ops::Range<usize>, text: &str| {
        edits.push(Edit { form, range, text: text.to_owned(), lines: number..number + 1, indent: None });
    };
    if text.trim().is_empty() {
        return;
    }
    push("indentation: one more", content..content, " ");
    push("indentation: two more", content..content, "  ");
    push("indentation: a tab", content..content, "\t");
    if line.indent > 0 {
        push("indentation: one less", content - 1..content, "");
        push("indentation: none", line.range.start..content, "");
    }
    if line.indent > 1 {
        push("indentation: two less", content - 2..content, "");
    }
    let end = line.range.end;
    push("appended", end..end, ":");
    push("appended", end..end, ": ");
    push("appended", end..end, "\"");
    push("appended", end..end, " x: y");
    push("appended", end..end, ",");
    for (at, quote) in text.char_indices().filter(|(_, it)| matches!(it, '"' | '\'' | '[' | ']' | '{' | '}')) {
        let at = line.range.start + at;
        let form = if matches!(quote, '"' | '\'') { "a quote taken out" } else { "a bracket taken out" };
        push(form, at..at + 1, "");
    }
    let dash = text[line.indent..].starts_with("- ");
    if dash {
        push("dash taken out", content..content + 1, "");
        push("dash without a space", content + 1..content + 2, "");
        push("item taken out", content + 2..end, "");
    }
    let inner = content + if dash { 2 } else { 0 };
    if let Some(colon) = template.text[inner..end].find(": ").map(|it| inner + it) {
        let value = colon + 2;
        push("colon taken out", colon..colon + 1, "");
        push("space after the colon taken out", colon + 1..colon + 2, "");
        for cut in [value + 1, (value + end) / 2, end - 1] {
            if cut > value && cut < end && template.text.is_char_boundary(cut) {
                push("half a value", cut..end, "");
            }
        }
        for (form, values) in VALUES {
            for it in *values {
                push(form, value..end, it);
            }
        }
        push("before a value", value..value, "\"");
        push("before a value", value..value, "[");
        push("before a value", value..value, "{");
        push("before a value", value..value, "!");
        push("line broken", value..value, "\n");
    } else if template.text[..end].ends_with(':') {
        push("colon taken out", end - 1..end, "");
        push("colon taken out", end - 2..end, "");
    }
    if let Some(next) = template.lines.get(number + 1) {
        edits.push(Edit {
            form: "lines joined",
            range: end..next.range.start + next.indent,
            text: " ".to_owned(),
            lines: number..number + 2,
            indent: None,
        });
    }
}

/// Blocks of other places at several indentations.
fn paste(template: &Template, edits: &mut Vec<Edit>) {
    for entry in &template.entries {
        let source: Vec<&str> = entry.lines.clone().map(|it| template.line(it)).collect();
        let first = template.lines[entry.lines.start].indent;
        // The whole with a name of its own, and what stands below the third line.
        let whole: Vec<String> = source.iter().map(|it| it.to_string()).collect();
        let mut renamed = whole.clone();
        renamed[0].insert_str(first, "Copied");
        let part = whole.get(3..).unwrap_or_default().to_vec();
        for (form, block) in [("pasted: an entry", renamed), ("pasted: part of an entry", part)] {
            let Some(own) = block.first().map(|it| it.len() - it.trim_start().len()) else { continue };
            for above in (0..template.lines.len()).step_by(7) {
                let Some(below) = template.lines.get(above + 1) else { continue };
                if template.entries.first().is_none_or(|it| above + 1 < it.lines.start) {
                    continue;
                }
                for indent in [0, own.saturating_sub(2), own, own + 2] {
                    let text: String = block
                        .iter()
                        .map(|it| match it.trim_start() {
                            "" => "\n".to_owned(),
                            _ => {
                                format!("{}{}\n", " ".repeat(indent), &it[own.min(it.len() - it.trim_start().len())..])
                            }
                        })
                        .collect();
                    let at = below.range.start;
                    edits.push(Edit { form, range: at..at, text, lines: above..above + 1, indent: Some(indent) });
                }
            }
        }
    }
}
