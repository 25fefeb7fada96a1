//! Configuration files and their faults.

use super::{Folder, MENDED, MISTAKEN};
use expect_test::expect;

#[test]
fn the_nearest_file_counts() {
    let folder = Folder::new(&[
        ("stacklint.yaml", "ignore: undefined-reference\nexclude: ['skip/**']\n"),
        ("a.yaml", MISTAKEN),
        ("skip/a.yaml", MISTAKEN),
        ("inner/.stacklint.yaml", "extends: ../stacklint.yaml\nrules: {undefined-reference: hint}\n"),
        ("inner/deep/a.yaml", MISTAKEN),
    ]);
    let ran = folder.run("check --format concise --quiet --ignore unused-suppression");
    expect![[r#"
        inner/deep/a.yaml:10:16: hint[undefined-reference] The template declares no resource or parameter `Topik`, so it cannot be deployed. Did you mean `Topic`?
    "#]]
    .assert_eq(&ran.out);
    assert_eq!(ran.code, Some(0));
    // Excluded files that are named are read.
    assert_eq!(
        folder.run("check skip/a.yaml --verbose").err,
        "1 finding (1 info) in 1 file; 1 can be fixed with --fix\n"
    );
}

#[test]
fn faults_are_said_with_their_place_once() {
    let folder = Folder::new(&[("stacklint.yaml", "# ours\nignor: x\n"), ("a.yaml", MENDED), ("b.yaml", MENDED)]);
    let ran = folder.run("check --quiet");
    assert_eq!(ran.code, Some(2));
    let first = ran.err.lines().next().unwrap_or_default();
    assert!(first.contains("stacklint.yaml:2:1: there is no key `ignor`: did you mean `ignore`?"), "{}", ran.err);
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    assert_eq!(folder.run("check --quiet --format json").code, Some(2));
}

#[test]
fn chains_of_extends_end() {
    let folder = Folder::new(&[
        ("stacklint.yaml", "extends: b.yaml\n"),
        ("b.yaml", "extends: [stacklint.yaml]\n"),
        ("a.yaml", MENDED),
    ]);
    let ran = folder.run("check --quiet a.yaml");
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("stacklint.yaml: it extends itself"), "{}", ran.err);
    folder.write("b.yaml", "extends: none.yaml\n");
    let ran = folder.run("check --quiet a.yaml");
    assert!(ran.err.contains("none.yaml`, which is not there"), "{}", ran.err);
}

#[test]
fn a_file_can_be_named() {
    let folder =
        Folder::new(&[("other/my.yaml", "ignore: all\n"), ("stacklint.yaml", "nonsense"), ("a.yaml", MISTAKEN)]);
    assert_eq!(folder.run("check --config other/my.yaml a.yaml").code, Some(0));
    assert_eq!(folder.run("check a.yaml").code, Some(2));
    let ran = folder.run("check --config none.yaml a.yaml");
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("none.yaml: cannot be read: "), "{}", ran.err);
}
