//! Which files are read, what is said of them, and the exit status.

use super::{Folder, MENDED, MISTAKEN};
use expect_test::expect;
use std::time::{Duration, Instant};

#[test]
fn the_exit_status_tells_what_was_found() {
    let folder = Folder::new(&[
        ("bad.yaml", MISTAKEN),
        ("good.yaml", MENDED),
        ("hint.yaml", &MENDED.replace("Topics", "# stacklint: allow syntax-error\n      Topics")),
    ]);
    let code = |arguments: &str| folder.run(arguments).code;
    assert_eq!(code("check good.yaml"), Some(0));
    assert_eq!(code("check bad.yaml"), Some(1));
    assert_eq!(code("check"), Some(1));
    assert_eq!(code("check missing.yaml"), Some(2));
    assert_eq!(code("check bad.yaml missing.yaml"), Some(2), "what could not be done outweighs what was found");
    // `unused-suppression` is an info.
    assert_eq!(code("check hint.yaml"), Some(0));
    assert_eq!(code("check --fail-on info hint.yaml"), Some(1));
    assert_eq!(code("check --fail-on hint hint.yaml"), Some(1));
    assert_eq!(code("check --fail-on error bad.yaml"), Some(1));
    assert_eq!(code("check --fail-on never bad.yaml"), Some(0));
    assert_eq!(code("check --fail-on sometimes bad.yaml"), Some(2));
    assert_eq!(code("frobnicate"), Some(2));
}

#[test]
fn folders_are_searched_for_what_we_speak_about() {
    let cdk = "import { Stack } from 'aws-cdk-lib';\n";
    let folder = Folder::new(&[
        ("a/template.yaml", MISTAKEN),
        ("a/template.json", "{\"Resources\": {\"A\": {\"Type\": \"AWS::SNS::Topic\"}}}"),
        ("a/app.ts", cdk),
        ("a/app.d.ts", cdk),
        ("a/compose.yaml", "services: {}\n"),
        ("a/package.json", "{}"),
        ("a/README.md", MISTAKEN),
        ("node_modules/x/t.yaml", MISTAKEN),
        ("cdk.out/t.json", MISTAKEN),
        (".git/t.yaml", MISTAKEN),
        ("ignored/t.yaml", MISTAKEN),
        (".gitignore", "ignored/\n"),
    ]);
    let paths = |arguments: &str| -> Vec<String> {
        let ran = folder.run(arguments);
        let report: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
        let files = report["files"].as_array().expect("a list").iter();
        files.map(|it| it["path"].as_str().expect("a path").to_owned()).collect()
    };
    assert_eq!(paths("check --format json"), ["a/app.ts", "a/template.json", "a/template.yaml"]);
    assert_eq!(
        paths("check --format json ./a/"),
        ["./a/app.ts", "./a/template.json", "./a/template.yaml"].map(|it| it.trim_start_matches("./"))
    );
    // Named, they are read.
    let named = "check --format json ignored/t.yaml node_modules/x/t.yaml cdk.out";
    assert_eq!(paths(named), ["cdk.out/t.json", "ignored/t.yaml", "node_modules/x/t.yaml"]);
    assert_eq!(paths("check --format json a a/template.yaml a"), ["a/app.ts", "a/template.json", "a/template.yaml"]);
}

#[test]
fn a_named_file_that_is_not_ours_is_mentioned() {
    let folder = Folder::new(&[("compose.yaml", "services: {}\n"), ("empty.yaml", "")]);
    let ran = folder.run("check compose.yaml empty.yaml");
    assert_eq!(ran.code, Some(0));
    expect![[r#"
        stacklint: note: compose.yaml is neither a template nor a CDK program
        stacklint: note: empty.yaml is neither a template nor a CDK program
        no findings in 0 files
    "#]]
    .assert_eq(&ran.err);
    assert_eq!(folder.run("check").err, "no findings in 0 files\n");
    assert_eq!(folder.run("check --quiet compose.yaml").err, "");
}

#[test]
fn what_cannot_be_read_is_said_with_its_place() {
    let folder = Folder::new(&[("good.yaml", MENDED)]);
    folder.write("binary.yaml", b"\x7fELF\0\0\0");
    folder.write("latin.yaml", b"Resources:\n  # f\xfcr\n  A: {Type: AWS::SNS::Topic}\n");
    folder.write("stacklint.yaml", "max-file-size: 1000\n");
    folder.write("long.yaml", format!("{MENDED}# {}\n", "x".repeat(1000)));
    let ran = folder.run("check binary.yaml latin.yaml long.yaml none.yaml good.yaml");
    assert_eq!(ran.code, Some(2));
    expect![[r#"
        stacklint: binary.yaml: this is not a text file
        stacklint: latin.yaml:2:6: this is not UTF-8
        stacklint: long.yaml: 1267 bytes are more than the limit of 1000, which `max-file-size` in stacklint.yaml sets
        stacklint: none.yaml: No such file or directory (os error 2)
        no findings in 1 file
    "#]]
    .assert_eq(&ran.err);
    // What was only found is passed over.
    let ran = folder.run("check");
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(ran.err, "no findings in 1 file\n");
    let ran = folder.run("check --verbose");
    assert_eq!(ran.err.matches("note: ").count(), 3, "{}", ran.err);
}

#[test]
fn a_file_of_fifty_megabytes_is_refused_at_once() {
    let folder = Folder::new(&[]);
    let file = std::fs::File::create(folder.path().join("huge.yaml")).expect("a file");
    file.set_len(50_000_000).expect("a sparse file");
    let ran = folder.run("check huge.yaml");
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("huge.yaml: 50000000 bytes are more than the limit of 10000000"), "{}", ran.err);
}

#[test]
fn hostile_texts_are_read_in_bounded_time() {
    let deep = "[".repeat(10_000);
    let deep_yaml = format!("Resources:\n  A:\n    Type: AWS::SNS::Topic\n    Properties:\n      X: {deep}\n");
    let indented: String = (0..10_000).map(|it| format!("{}- \n", " ".repeat(it % 300))).collect();
    let dashes =
        format!("Resources:\n  A:\n    Type: AWS::SNS::Topic\n    Properties:\n      {}x\n", "- ".repeat(10_000));
    let deep_json = format!(
        "{{\"Resources\": {{\"A\": {{\"Type\": \"AWS::SNS::Topic\", \"Properties\": {}",
        "{\"a\":".repeat(10_000)
    );
    let mut bomb = String::from("Resources:\n  A:\n    Type: AWS::SNS::Topic\n    Properties:\n      a0: &a0 [x, x]\n");
    for level in 1..40 {
        bomb += &format!("      a{level}: &a{level} [*a{0}, *a{0}, *a{0}]\n", level - 1);
    }
    let cycle = "Resources:\n  A: &a\n    Type: AWS::SNS::Topic\n    Properties: {Self: *a, <<: *a}\n";
    let folder = Folder::new(&[
        ("deep.yaml", &deep_yaml),
        ("indented.yaml", &format!("Resources:\n  A:\n    Type: AWS::SNS::Topic\n{indented}")),
        ("dashes.yaml", &dashes),
        ("deep.json", &deep_json),
        ("bomb.yaml", &bomb),
        ("cycle.yaml", cycle),
        ("nothing.yaml", ""),
        ("deep.ts", &format!("import 'aws-cdk-lib';\nconst a = {}", "({a:[".repeat(5_000))),
    ]);
    let start = Instant::now();
    let ran = folder.run("check --format concise");
    assert!(matches!(ran.code, Some(0 | 1)), "{ran:?}");
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
    assert!(ran.err.contains("7 files") || ran.err.contains("6 files"), "{}", ran.err);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    use std::process::{Command, Stdio};
    let folder = Folder::new(&[]);
    for number in 0..300 {
        folder.write(&format!("{number}.yaml"), MISTAKEN);
    }
    let mut child = Command::new(tests::client::binary())
        .args(["check", "--format", "json"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("stacklint runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn statistics_count() {
    let folder = Folder::new(&[("a.yaml", MISTAKEN), ("b.yaml", MISTAKEN)]);
    let ran = folder.run("check --statistics --quiet");
    assert_eq!(ran.out, "    2  undefined-reference (2 fixable)\n    2  unused-suppression (2 fixable)\n");
    let json = folder.run("check --statistics --format json").out;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json[0], serde_json::json!({ "rule": "undefined-reference", "count": 2, "fixable": 2 }));
}

#[test]
fn rules_can_be_chosen() {
    let folder = Folder::new(&[("a.yaml", MISTAKEN)]);
    let concise = |arguments: &str| folder.run(&format!("check --format concise --quiet {arguments}"));
    let ran = concise("--ignore undefined-reference,unused-suppression");
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""));
    let ran = concise("--ignore cfn_lint:E1012");
    assert!(!ran.out.contains("undefined-reference") && ran.out.contains("unused-suppression"), "{}", ran.out);
    let ran = concise("--ignore no-such-rule");
    assert_eq!(ran.code, Some(2));
    assert_eq!(ran.err, "stacklint: no rule or group is called `no-such-rule`\n");
    let ran = concise("--select undefined-referenc");
    assert!(ran.err.contains("did you mean `undefined-reference`?"), "{}", ran.err);
}

#[test]
fn help_shows_examples() {
    let folder = Folder::new(&[]);
    for (arguments, wanted) in
        [("--help", "Examples:"), ("check --help", "stacklint check --fix"), ("explain --help", "stacklint explain")]
    {
        let ran = folder.run(arguments);
        assert_eq!(ran.code, Some(0));
        assert!(ran.out.contains(wanted), "{}", ran.out);
    }
    assert_eq!(folder.run("--version").out, format!("stacklint {}\n", env!("CARGO_PKG_VERSION")));
}
