//! Standard input.

use super::{Folder, MENDED, MISTAKEN};

#[test]
fn standard_input_is_checked() {
    let folder = Folder::new(&[]);
    let ran = folder.run_with("check --format concise --quiet -", MISTAKEN);
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.contains("<stdin>:10:16: error[undefined-reference]"), "{}", ran.out);
    let ran = folder.run_with("check --format concise --quiet --stdin-filename lib/a.yaml -", MISTAKEN);
    assert!(ran.out.contains("lib/a.yaml:10:16: error[undefined-reference]"), "{}", ran.out);
    let ran = folder.run_with("check -", "{\"Resources\": {\"A\": {\"Type\": \"AWS::SNS::Topic\"}}}");
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), "no findings in 1 file\n"));
}

#[test]
fn the_name_decides_what_it_is_and_which_configuration_it_has() {
    let folder = Folder::new(&[("lib/stacklint.yaml", "ignore: undefined-reference\n")]);
    let ran = folder.run_with("check --quiet --stdin-filename lib/a.yaml -", MISTAKEN);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let ran = folder.run_with("check --stdin-filename a.md -", MISTAKEN);
    assert_eq!(ran.code, Some(0));
    assert!(ran.err.contains("standard input is neither"), "{}", ran.err);
}

#[test]
fn the_fixed_text_is_printed_whole_and_alone() {
    let folder = Folder::new(&[]);
    let ran = folder.run_with("check --fix -", MISTAKEN);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), MENDED));
    let ran = folder.run_with("check --fix -", MENDED);
    assert_eq!(ran.out, MENDED, "also when there is nothing to fix");
    let ran = folder.run_with("check --fix -", "services: {}\n");
    assert_eq!(ran.out, "services: {}\n", "also when it is not ours");
    let ran = folder.run_with("check --fix --diff -", MISTAKEN);
    assert!(ran.out.starts_with("--- a/<stdin>\n+++ b/<stdin>\n@@ "), "{}", ran.out);
}

#[test]
fn input_that_is_no_text_is_an_error() {
    let folder = Folder::new(&[]);
    let ran = folder.run_with("check -", "a\0b");
    assert_eq!(ran.code, Some(2));
    assert_eq!(ran.err.lines().next(), Some("stacklint: <stdin>: this is not a text file"));
}
