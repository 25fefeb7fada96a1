//! Faults are told at the smallest broken piece, once, in words an author understands.

use crate::{parse, problems};
use syntax::data::Format;

fn check(format: Format, cases: &[(&str, &str, &str)]) {
    for (text, place, message) in cases {
        let text = match format {
            Format::Yaml => format!(
                "Resources:\n  A:\n    Type: X::Y\n    Properties:\n{text}\n      Last: 1\n  B:\n    Type: X::Y\n"
            ),
            Format::Json => {
                format!(
                    "{{\n  \"Resources\": {{\n    \"A\": {{\n{text}\n      \"Last\": 1\n    }},\n    \"B\": {{}}\n  }}\n}}\n"
                )
            }
        };
        let expected = [((*place).to_owned(), (*message).to_owned())];
        assert_eq!(problems(&parse(format, &text)), expected, "{text}");
    }
}

#[test]
fn faults_of_yaml() {
    check(
        Format::Yaml,
        &[
            ("      Foo", "Foo", "expected `:` after the key `Foo`"),
            ("      Foo: \"bar", "\"bar", "this quote is not closed"),
            ("      Foo: @bar", "@bar", "a value cannot start with `@`: put it in quotes"),
            ("\t  Foo: bar", "\t  ", "a tab cannot indent YAML: use spaces"),
            ("      Foo: bar: baz", "bar: baz", "`bar: baz`: a value with `: ` in it needs quotes"),
            ("      Foo: bar:", "bar:", "`bar:`: a value with `: ` in it needs quotes"),
            ("      First: 1\n     Foo: bar", "Foo", "`Foo` is indented less than its siblings"),
            ("      Foo: [a, b", "[", "`[` is not closed"),
            ("      Foo: {a: [b, c}", "}", "expected `]`, not `}`"),
            ("      Foo: * bar", "* bar", "`*` begins an alias; put the value in quotes"),
            ("      Foo: \"a\" b", "b", "nothing may follow the closing quote"),
            ("      Foo: [a] b", "b", "nothing may follow the closing `]`"),
            ("      Foo: - a", "- a", "an item `- ` cannot stand here: check its indentation"),
            ("      Foo: !Sub @x", "@x", "a value cannot start with `@`: put it in quotes"),
            ("      }", "}", "this `}` closes nothing"),
            ("      Foo: 1\n      Foo: 2", "Foo", "the key `Foo` stands here twice"),
            ("      Foo: *nowhere", "*nowhere", "no anchor `&nowhere` stands before this alias"),
            ("      Foo: a\n       Bar: b", "Bar", "`Bar` is indented more than its siblings"),
        ],
    );
}

#[test]
fn faults_of_json() {
    check(
        Format::Json,
        &[
            ("\"Foo\"", "\"Foo\"", "expected `:` after the key `Foo`"),
            ("\"Foo\": \"bar", "\"bar", "this quote is not closed"),
            ("\"Foo\":", "\"Foo\"", "expected a value after the key `Foo`"),
            ("\"Foo\": 1", "\"Last\"", "expected `,` in front of this"),
            ("\"Foo\": [1, 2,],", ",", "no comma may stand in front of `]`"),
            ("\"Foo\": [1 2],", "2", "expected `,` in front of this"),
            ("\"Foo\": 'x',", "'x'", "text stands in double quotes, not in single ones"),
            ("Foo: 1,", "Foo", "a key stands in double quotes"),
            ("// Foo", "// Foo", "JSON has no comments"),
            ("\"Foo\": /* x */ 1,", "/* x */", "JSON has no comments"),
            ("\"Foo\": yes,", "yes", "text stands in double quotes"),
            ("\"Foo\": 1, \"Foo\": 2,", "Foo", "the key `Foo` stands here twice"),
            ("      \"Foo\": {", "{", "`{` is not closed"),
        ],
    );
}

#[test]
fn faults_between_blocks() {
    let yaml = "Resources:\n  A: {}\n  A: {}\nResources: {}\n";
    let messages: Vec<_> = problems(&parse(Format::Yaml, yaml)).into_iter().map(|it| it.1).collect();
    assert_eq!(messages, ["the key `A` stands here twice", "the key `Resources` stands here twice"]);
    let json = "{\n  \"Resources\": {\n    \"A\": {}\n    \"B\": {},\n  },\n  \"Outputs\": {\"C\": {}},\n}";
    let expected =
        ["expected `,` in front of this", "no comma may stand in front of `}`", "no comma may stand in front of `}`"];
    let messages: Vec<_> = problems(&parse(Format::Json, json)).into_iter().map(|it| it.1).collect();
    assert_eq!(messages, expected);
    let cut = "{\n  \"Resources\": {\n    \"A\": {}\n";
    assert_eq!(problems(&parse(Format::Json, cut)), [("{".to_owned(), "`{` is not closed".to_owned())]);
}

#[test]
fn a_part_of_more_lines_than_the_grammar_counts_is_read_in_pieces() {
    let text = format!("Resources:\n  A:\n    Metadata:\n{}    Type: AWS::S3::Bucket\n", "      - a\n".repeat(40_000));
    let document = syntax::data::DataFile::new(syntax::data::Format::Yaml).parse(&text.as_str().into());
    let problems = document.problems.len() + document.blocks.iter().map(|it| it.block.problems.len()).sum::<usize>();
    assert_eq!(problems, 0);
    let entry = document.blocks.iter().flat_map(|it| &it.block.pairs).find(|it| it.key.text == "A").unwrap();
    let syntax::data::Kind::Mapping { pairs, .. } = &entry.value.kind else { panic!("{:?}", entry.value.kind) };
    assert_eq!(pairs.iter().map(|it| it.key.text.as_str()).collect::<Vec<_>>(), ["Metadata", "Type"]);
}
