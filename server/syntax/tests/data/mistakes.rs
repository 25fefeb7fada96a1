//! Typical mistakes, each with the smallest broken pieces marked by `«` and `»`, and what is said of them.

use crate::parse;
use syntax::data::{Document, Format};

/// Among the properties of a resource in YAML.
const YAML_PROPERTIES: &[(&str, &[&str])] = &[
    ("«\t    »X: 1\n", &["a tab cannot indent YAML: use spaces"]),
    ("      X: «\"open»\n      Z: 1\n", &["this quote is not closed"]),
    ("      X: 'it«'»s'\n      Z: 1\n", &["this quote ends the text: write `''` for one within it"]),
    ("      X: \"say «\"»hi\" now\"\n      Z: 1\n", &["this quote ends the text: write `\\\"` for one within it"]),
    (
        "      X: \"C:«\\d»ir\\x\"\n      Z: 1\n",
        &["`\\d` means nothing in double quotes: write `\\\\d`, or use single quotes"],
    ),
    (
        "      X: \"«\\d»+\"\n      Z: 1\n",
        &["`\\d` means nothing in double quotes: write `\\\\d`, or use single quotes"],
    ),
    ("      X: \"«\\u12»\"\n      Z: 1\n", &["expected 4 hexadecimal digits behind `\\u`"]),
    ("      X: «[»a, b\n      Z: 1\n", &["`[` is not closed"]),
    ("      X: «{»a: b\n      Z: 1\n", &["`{` is not closed"]),
    ("      X: [a, b«}»\n      Z: 1\n", &["expected `]`, not `}`"]),
    ("      X: [a b: c d]«]»\n      Z: 1\n", &["this `]` closes nothing"]),
    ("      X: {«a: b c: d»}\n      Z: 1\n", &["expected `,` between two pairs"]),
    ("      X: 1\n       «Z»: 1\n", &["`Z` is indented more than its siblings"]),
    ("      X: 1\n     «Z»: 1\n      W: 1\n", &["`Z` is indented less than its siblings"]),
    (
        "      Tags:\n        - Key: a\n       «- Key: b»\n",
        &["this item does not line up with what is above it: check the indentation"],
    ),
    ("      Tags:\n        - Key: a\n         «Value»: b\n", &["`Value` is indented less than its siblings"]),
    (
        "      Tags:\n        - Key: a\n        «Value»: b\n",
        &["`Value` is no item: indent it to belong to the one above, or put `- ` in front"],
    ),
    (
        "      Tags:\n        Key:\n          a: b\n        «- c»\n        Value:\n        - d\n",
        &["an item `- ` cannot stand here: check its indentation"],
    ),
    (
        "      X: [«!ImportValue» Fn::Sub: a]\n",
        &["`!ImportValue` is put on the key `Fn::Sub` here: put braces around its value, `!ImportValue {Fn::Sub: …}`"],
    ),
    ("      Tags:\n     «- Key: a»\n", &["an item `- ` cannot stand here: check its indentation"]),
    ("      Tags: «- Key: a»\n", &["an item `- ` cannot stand here: check its indentation"]),
    ("      X: «@a»\n", &["a value cannot start with `@`: put it in quotes"]),
    ("      X: «`a`»\n", &["a value cannot start with a backtick: put it in quotes"]),
    ("      X: «%a»\n", &["a value cannot start with `%`: put it in quotes"]),
    ("      X: «*»\n      Z: 1\n", &["`*` begins an alias; put the value in quotes"]),
    ("      X: «*.example.com»\n      Z: 1\n", &["`*` begins an alias; put the value in quotes"]),
    ("      X: arn:*\n      Action:\n        - «*»\n", &["`*` begins an alias; put the value in quotes"]),
    ("      X: «& b»\n      Z: 1\n", &["`&` begins an anchor; put the value in quotes"]),
    ("      X: «!important,» yes\n      Z: 1\n", &["`!` begins a tag: put the value in quotes if it is text"]),
    (
        "      X: !Sub «!Ref» A\n      Z: 1\n",
        &["a value has one short form only: write the inner one in full, such as `Ref: Name`"],
    ),
    ("      X: !Select [0, !GetAZs ]\n      Y: !Join «[»\"\", [a, b]\n      Z: 1\n", &["`[` is not closed"]),
    ("      X: !If «[»A, !Ref B, !Ref C\n        Z: 1\n", &["`[` is not closed"]),
    ("      X: «key: value: more»\n", &["`key: value: more`: a value with `: ` in it needs quotes"]),
    ("      Description: «Note: this fails»\n", &["`Note: this fails`: a value with `: ` in it needs quotes"]),
    (
        "      X:\n        - a\n        «b»: c\n",
        &["`b` is no item: indent it to belong to the one above, or put `- ` in front"],
    ),
    (
        "      X:\n        b: c\n        «- a»\n",
        &["this item does not line up with what is above it: check the indentation"],
    ),
    ("      X: a\n        «b»: c\n", &["`b` is indented more than its siblings"]),
    ("      W: 1\n      X: a\n        «b»: c\n        d: e\n      Z: 1\n", &["`b` is indented more than its siblings"]),
    ("      «X»: a\n        b: c\n        d: e\n", &["`X` is indented less than its siblings"]),
    (
        "      X: «a»\n        - b: c\n        - d: e\n      Z: 1\n",
        &["nothing can stand here: the value of `X` begins on the next line"],
    ),
    ("      X: «|text»\n        b\n", &["nothing may follow `|` on its line: the text starts on the next"]),
    ("      X: |\n      «text here»\n      Z: 1\n", &["expected `:` after the key `text here`"]),
    ("      X: «>x»\n        text here\n", &["nothing may follow `>` on its line: the text starts on the next"]),
    (
        "      X: «{{ name }}»\n      Z: 1\n",
        &["this belongs to a template language, which CloudFormation does not know: it must be filled in first"],
    ),
    (
        "      «{% if x %}»\n      X: 1\n      «{% endif %}»\n      Z: 1\n",
        &[
            "this belongs to a template language, which CloudFormation does not know: it must be filled in first",
            "this belongs to a template language, which CloudFormation does not know: it must be filled in first",
        ],
    ),
    ("      «\u{feff}»X: 1\n      Z: 2\n", &["this is no space that YAML knows: put plain spaces here"]),
    ("      X: a«\u{1}»b\n", &["this character cannot stand in YAML: write `\\x01` in double quotes"]),
    ("      «:» 1\n      Z: 1\n", &["expected a key in front of `:`"]),
    ("      X «=» 1\n      Z: 1\n", &["expected `:` after the key `X`, not `=`"]),
    (
        "      X: 1,\n      \"Y\": 2,\n      Z: {a: 1}«,»\n",
        &["no comma may stand between lines: it belongs between brackets"],
    ),
    (
        "      X: 1\n      «foo bar\n      baz\n      qux»\n      Z: 2\n",
        &["these lines are no pairs of keys and values, nor do they go on with the one above"],
    ),
    (
        "      X: \"a\" «\"b\"»\n      Y: 'a' «+ 'b'»\n",
        &["nothing may follow the closing quote", "nothing may follow the closing quote"],
    ),
];

/// In YAML, anywhere else.
const YAML: &[(&str, &[&str])] = &[
    (
        "Resources:\n  A:\n    «Type:»AWS::S3::Bucket\n    Properties:\n      X: 1\n",
        &["expected a space behind the `:` of the key `Type`"],
    ),
    (
        "Resources:\n  A:\n    Type: X::Y\n«\t»B:\n    Type: X::Z\n    Properties:\n      X: 1\n",
        &["a tab cannot indent YAML: use spaces"],
    ),
    (
        "Parameters:\n  P:\n  «Type»: String\n  Default: x\n  Q:\n    Type: String\nResources:\n  A:\n  «Type»: X::Y\n  Properties:\n    X: 1\n",
        &[
            "`Type` must be indented more than `P`, which it belongs to",
            "`Type` must be indented more than `A`, which it belongs to",
        ],
    ),
    (
        "Resources:\n  A:\n    Type: X::Y\nOutputs:\n    «O»:\n      Value: x\n      Description: y\n  P:\n    Value: y\n  Q:\n    Value: y\n",
        &["`O` is indented more than its siblings"],
    ),
    (
        "Resources:\n  A: «x»\n    Type: X::Y\n    Properties: «X::Y»\n      X: 1\n      Z: 1\n",
        &[
            "nothing can stand here: the value of `A` begins on the next line",
            "nothing can stand here: the value of `Properties` begins on the next line",
        ],
    ),
    ("Resources:\n  «A»\n    Type: AWS::S3::Bucket\n", &["expected `:` after the key `A`"]),
    ("«Resources»\n  A:\n    Type: AWS::S3::Bucket\n", &["expected `:` after the key `Resources`"]),
    ("Resources:\n  A:\n«\t\t»Type: AWS::S3::Bucket\n", &["a tab cannot indent YAML: use spaces"]),
    (
        "Resources:\n  A:\n    Type: X::Y\n   «Properties»:\n      X: 1\n",
        &["`Properties` is indented less than its siblings"],
    ),
    (
        "Resources:\n  A:\n    Type: X::Y\n  B:\n    Type: X::Y\n   «C»:\n    Type: X::Y\n",
        &["`C` is indented more than its siblings"],
    ),
    (
        "Description: «My template: the best»\nResources:\n  A:\n    Type: X::Y\n",
        &["`My template: the best`: a value with `: ` in it needs quotes"],
    ),
    (
        "Resources:\n  A:\n    Type: X::Y\n«<<<<<<< HEAD»\n    Properties: {a: 1}\n«=======»\n    «Properties»: {a: 2}\n«>>>>>>> branch»\n  B:\n    Type: X::Y\n",
        &[
            "a merge conflict starts here: keep one of its sides",
            "the two sides of a merge conflict meet here: keep one of them",
            "the key `Properties` stands here twice",
            "a merge conflict ends here: keep one of its sides",
        ],
    ),
    (
        "«{% set x = 1 %}»\nResources:\n  A:\n    Type: X::Y\n",
        &["this belongs to a template language, which CloudFormation does not know: it must be filled in first"],
    ),
    (
        "Resources:\n  «{{ name }}»:\n    Type: X::Y\n",
        &["this belongs to a template language, which CloudFormation does not know: it must be filled in first"],
    ),
    (
        "Resources:\n  A:\n«\u{a0}\u{a0}\u{a0}\u{a0}»Type: X::Y\n",
        &["this is no space that YAML knows: put plain spaces here"],
    ),
    ("R«\0»e\0s\0o\0u\0r\0c\0e\0s\0:\0\n\0", &["this is no text in UTF-8: save the file as UTF-8"]),
    ("Resources:\n  A: {\n    Type: X::Y,\n    Properties: «{»\n      X: 1\n  }\n", &["`{` is not closed"]),
    ("Resources:\n  A:\n    Type: X::Y\n«}»\n", &["this `}` closes nothing"]),
    (
        "«```yaml»\nResources:\n  A:\n    Type: X::Y\n«```»\n",
        &[
            "this is the fence of a code block in Markdown, no part of a template",
            "this is the fence of a code block in Markdown, no part of a template",
        ],
    ),
    ("Resources:\n  A:\n    Type: X::Y\n«// a comment»\n    Properties:\n      X: 1\n", &["a comment starts with `#`"]),
];

/// Within a resource in JSON.
const JSON_RESOURCE: &[(&str, &[&str])] = &[
    ("      \"Type\": \"X::Y\"\n      «\"Properties\"»: {}", &["expected `,` in front of this"]),
    ("      \"Type\": \"X::Y\"«,»", &["no comma may stand in front of `}`"]),
    ("      «\"Type\"» \"X::Y\"", &["expected `:` after the key `Type`"]),
    ("      \"Type\" «=» \"X::Y\"", &["expected `:` after the key `Type`, not `=`"]),
    ("      «// about»\n      \"Type\": \"X::Y\"", &["JSON has no comments"]),
    ("      «# about»\n      \"Type\": \"X::Y\"", &["JSON has no comments"]),
    ("      \"Type\": \"X::Y\",\n      \"P\": «[»1, 2", &["`[` is not closed"]),
    (
        "      \"Type\": \"X::Y\",\n      \"P\": «NaN»,\n      \"Q\": «Infinity»,\n      \"R\": «undefined»,\n      \"S\": «True»,\n      \"T\": «None»",
        &[
            "`NaN` is no number of JSON",
            "`Infinity` is no number of JSON",
            "`undefined` is no value of JSON",
            "expected `true`, in small letters",
            "`None` is no value of JSON",
        ],
    ),
    (
        "      \"Type\": \"X::Y\",\n      \"P\": «012»,\n      \"Q\": «.5»,\n      \"R\": «5.»,\n      \"S\": «+1»,\n      \"T\": «0x1F»,\n      \"U\": «1e»",
        &[
            "a number has no zero in front: put text in double quotes",
            "expected a digit in front of the point",
            "expected a digit behind the point",
            "a number has no `+` in front",
            "JSON knows decimal numbers only",
            "expected a digit in the exponent",
        ],
    ),
    (
        "      \"Type\": \"X::Y\",\n      \"P\": \"a«\t»b\",\n      \"Q\": \"«\\x»41\",\n      \"R\": \"«\\ud800»\",\n      \"S\": \"«\\u»12\",\n      \"T\": \"C:«\\d»ir\"",
        &[
            "a tab cannot stand in text: write `\\t`",
            "`\\x` means nothing in JSON: write `\\\\x` for a backslash",
            "this is half of a character: its other half is missing",
            "expected 4 hexadecimal digits behind `\\u`",
            "`\\d` means nothing in JSON: write `\\\\d` for a backslash",
        ],
    ),
    (
        "      \"Type\": «'X::Y'»,\n      «Properties»: {}",
        &["text stands in double quotes, not in single ones", "a key stands in double quotes"],
    ),
    (
        "      \"Type\": \"X::Y\",\n      \"P\": «\"line»\n      two\"",
        &["text cannot go on over a line break: write `\\n` for it"],
    ),
    (
        "      \"Type\": \"X::Y\",\n      \"P\": \"say «\"»hi\" now\",\n      \"Q\": 1",
        &["this quote ends the text: write `\\\"` for one within it"],
    ),
    (
        "      \"Type\": \"X::Y\",\n      \"P\": «!Ref A»,\n      \"Q\": 1",
        &["short forms are for YAML: write `{\"Ref\": ...}` or `{\"Fn::...\": ...}`"],
    ),
    ("      \"Type\": \"X::Y\",«,»\n      \"Q\": 1", &["expected a key in front of this comma"]),
    ("      \"Type\": «“X::Y”»,\n      \"Q\": 1", &["these are no quotes: text stands in `\"`"]),
    (
        "      \"Type\": \"X::Y\",\n«<<<<<<< HEAD»\n      \"Q\": 1\n«=======»\n      \"«Q»\": 2\n«>>>>>>> branch»",
        &[
            "a merge conflict starts here: keep one of its sides",
            "the two sides of a merge conflict meet here: keep one of them",
            "the key `Q` stands here twice",
            "a merge conflict ends here: keep one of its sides",
        ],
    ),
    (
        "      \"Type\": \"X::Y\",\n      \"Q\": «{{ name }}»,\n      \"R\": «{{ \"x\" }}»",
        &[
            "this belongs to a template language, which CloudFormation does not know: it must be filled in first",
            "this belongs to a template language, which CloudFormation does not know: it must be filled in first",
        ],
    ),
    (
        "      \"Type\": \"X::Y\",\n      \"Q\": 1 «2»,\n      \"R\": \"a\" «\"b\"»,\n      \"S\": {}«\u{a0}»",
        &["this is not understood here", "expected `:` after the key `b`", "this is not understood here"],
    ),
    (
        "      \"Type\": \"X::Y\",\n      \"Q\"«:» ,\n      «\"R\"»",
        &["expected a value behind this", "expected `:` after the key `R`"],
    ),
    (
        "      \"Type\": \"X::Y\",\n      «1»: 2,\n      «null»: 3",
        &["a key stands in double quotes", "a key stands in double quotes"],
    ),
    ("      «\"X::Y\"», «\"b\"»", &["expected `:` after the key `X::Y`", "expected `:` after the key `b`"]),
    ("      \"Type\": \"X::Y\"«;»\n      \"B\": 1", &["expected `,`, not `;`"]),
];

/// In JSON, anywhere else.
const JSON: &[(&str, &[&str])] = &[
    (
        "{\n  \"Resources\": {\n    \"A\": {\n      \"Type\": \"X::Y\",\n      \"Properties\": {\n        \"X\": [\n          \"a\",\n«lorem»\n          «\"b,»\n          \"c\"\n        ]\n      }\n    }\n  }\n}\n",
        &["text stands in double quotes", "this quote is not closed"],
    ),
    ("«{»\n  \"Resources\": {\n    \"A\": {\n      \"Type\": \"X::Y\"\n    }\n  }\n", &["`{` is not closed"]),
    (
        "{\n  \"Resources\": {\n    \"A\": {\n      \"Type\": \"X::Y\",\n      \"Properties\": {\n        \"a\": «\"b»",
        &["this quote is not closed"],
    ),
    (
        "{\n  \"Resources\": {\n    \"A\": {\n      \"Type\": \"X::Y\"\n    }\n  }\n}\n«}»\n",
        &["this `}` closes nothing"],
    ),
    (
        "{\n  \"Resources\": {\n    \"A\": [\n      \"Type\"«:» «\"X::Y\"»\n    ]\n  }\n}\n",
        &["a list has no keys: `{` is missing", "expected `,` in front of this"],
    ),
];

/// Good text that looks like a mistake. What it means is for rules to judge.
const GOOD: &[&str] = &[
    "X: \"a\" # b\n      Y: [a] # b",
    "X: |\n        {{ name }}\n        <<<<<<< HEAD",
    "X: https://a.b/c?d=e#f\n      Y: a:b",
    "X: 'it''s'\n      Y: \"C:\\\\dir\"",
    "-X: 1\n      \"null\": 2",
    "X: a\n        = b\n        // c",
];

#[test]
fn mistakes_are_told_at_the_smallest_broken_piece() {
    let property = |it: &str| format!("Resources:\n  A:\n    Type: X::Y\n    Properties:\n{it}");
    let resource = |it: &str| format!("{{\n  \"Resources\": {{\n    \"A\": {{\n{it}\n    }}\n  }}\n}}\n");
    let as_is = |it: &str| it.to_owned();
    check(Format::Yaml, YAML_PROPERTIES, property);
    check(Format::Yaml, YAML, as_is);
    check(Format::Json, JSON_RESOURCE, resource);
    check(Format::Json, JSON, as_is);
    for good in GOOD {
        let text = property(&format!("      {good}\n"));
        assert_eq!(marked(&parse(Format::Yaml, &text)), (text, vec![]));
    }
}

fn check(format: Format, cases: &[(&str, &[&str])], whole: impl Fn(&str) -> String) {
    for (case, messages) in cases {
        let expected = whole(case);
        let found = marked(&parse(format, &expected.replace(['«', '»'], "")));
        assert_eq!(found, (expected, messages.iter().map(|it| (*it).to_owned()).collect()));
    }
}

/// The text with all problems marked, and their messages.
fn marked(document: &Document) -> (String, Vec<String>) {
    let in_blocks = document
        .blocks
        .iter()
        .flat_map(|placed| placed.block.problems.iter().map(move |it| (it.range + placed.start, it.message.clone())));
    let mut all: Vec<_> = in_blocks.chain(document.problems.iter().map(|it| (it.0, it.1.message.clone()))).collect();
    all.sort_by_key(|it| (it.0.start(), it.0.end()));
    let mut text = document.text.to_string();
    for (range, _) in all.iter().rev() {
        text.insert(range.end().into(), '»');
        text.insert(range.start().into(), '«');
    }
    (text, all.into_iter().map(|it| it.1).collect())
}
