//! The laws that hold for any input, on inputs that once broke them and on some made up by chance. `tests/fuzz` looks for
//! more.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::panic::{AssertUnwindSafe, catch_unwind};
use tests::fuzz::{LAWS, Law};

fn law(name: &str) -> Law {
    LAWS.iter().find(|it| it.0 == name).expect("a law of this name").1
}

/// Inputs that a law was once broken by; the folder of each is named after it.
#[test]
fn what_once_broke_a_law_no_longer_does() {
    let folder = tests::root().join("tests/fuzz/kept");
    for path in tests::files(&folder) {
        let name =
            path.parent().and_then(|it| it.file_name()).expect("the folder of a law").to_string_lossy().into_owned();
        let bytes = std::fs::read(&path).expect("a kept input");
        let outcome = catch_unwind(AssertUnwindSafe(|| law(&name)(&bytes)));
        assert!(outcome.is_ok(), "{} breaks `{name}`", path.display());
    }
}

fn by_chance(name: &str, cases: u32, strategy: impl Strategy<Value = Vec<u8>>) {
    let cases = if std::env::var_os("SLOW").is_some() { cases * 50 } else { cases };
    let law = law(name);
    // What is found is kept with the inputs of the fuzzer, not in a file of its own.
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 2_000, ..Config::default() };
    TestRunner::new(config)
        .run(&strategy, |bytes| {
            law(&bytes);
            Ok(())
        })
        .unwrap_or_else(|it| panic!("{it}"));
}

fn bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..most)
}

/// Words of templates and programs, and what breaks them.
fn words() -> impl Strategy<Value = Vec<u8>> {
    let word = prop::sample::select(vec![
        "Resources:",
        "\n",
        "  ",
        "A:",
        " ",
        "Type: AWS::S3::Bucket",
        "Properties:",
        "- ",
        "\"",
        "'",
        "[",
        "]",
        "{",
        "}",
        ",",
        ": ",
        "!Ref A",
        "!Sub ",
        "|",
        ">-\n",
        "&a ",
        "*a",
        "<<: *a",
        "#",
        "\t",
        "\r\n",
        "---\n",
        "\u{feff}",
        "é",
        "${",
        "Fn::If",
        "new s3.Bucket(this, 'A', ",
        "import * as s3 from 'aws-cdk-lib/aws-s3';",
        "class A extends Stack {",
        ")",
        ";",
        "=>",
        "`",
        "const a = ",
    ]);
    prop::collection::vec(word, 0..60).prop_map(|it| it.concat().into_bytes())
}

#[test]
fn any_text_is_read() {
    by_chance("lower", 150, words());
}

#[test]
fn any_text_is_completed() {
    by_chance("completions", 40, words());
}

#[test]
fn yaml_and_json_mean_the_same() {
    by_chance("same_in_json", 200, bytes(120));
}

#[test]
fn a_change_shows_and_nothing_else() {
    by_chance("raise", 300, bytes(120));
}

#[test]
fn what_is_kept_is_what_would_be_found_anew() {
    by_chance("incremental_edits", 60, bytes(200));
}
