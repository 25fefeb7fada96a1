//! What a configuration comes to, and what its faults look like.

use ide::{Config, Layer, Severity};

fn config(text: &str) -> Config {
    Config::new(Layer::parse(text).unwrap_or_else(|error| panic!("{error}"))).expect("good globs")
}

fn fault(text: &str) -> String {
    Layer::parse(text).expect_err("a fault").to_string()
}

#[test]
fn an_empty_file_changes_nothing() {
    for text in ["", "# nothing yet\n", "\n\n"] {
        let config = config(text);
        assert_eq!(config.selection("a.yaml").severity("syntax-error"), Some(Severity::Error));
    }
}

#[test]
fn rules_change_their_level_or_go() {
    let config = config("rules:\n  syntax-error: warning\n  unused-suppression: off\n");
    let selection = config.selection("a.yaml");
    assert_eq!(selection.severity("syntax-error"), Some(Severity::Warning));
    assert_eq!(selection.severity("unused-suppression"), None);
}

#[test]
fn a_rule_named_by_itself_is_stronger_than_its_group() {
    let config = config("ignore: [all]\nrules:\n  syntax-error: { severity: error }\n");
    let names: Vec<_> = config.selection("a.yaml").rules().iter().map(|it| it.0.name).collect();
    assert_eq!(names, ["syntax-error"]);
}

#[test]
fn groups_and_aliases_name_rules() {
    let selection = config("ignore: [correctness]").selection("a.yaml");
    assert_eq!(selection.severity("syntax-error"), None);
    let selection = config("ignore: cfn_lint:E0000").selection("a.yaml");
    assert_eq!(selection.severity("syntax-error"), None);
}

#[test]
fn overrides_are_for_some_files() {
    let config =
        config("exclude: ['vendor/**']\noverrides:\n  - files: ['test/**']\n    rules:\n      syntax-error: hint\n");
    assert_eq!(config.selection("test/a.yaml").severity("syntax-error"), Some(Severity::Hint));
    assert_eq!(config.selection("a.yaml").severity("syntax-error"), Some(Severity::Error));
    assert!(config.excludes("vendor/x/a.yaml") && !config.excludes("a.yaml"));
}

#[test]
fn a_later_layer_wins() {
    let mut base = Layer::parse("ignore: [syntax-error]\nmax-file-size: 10\n").expect("good");
    base.extend_with(Layer::parse("select: [syntax-error]\nmax-file-size: 20\n").expect("good"));
    let config = Config::new(base).expect("good");
    assert_eq!(config.max_file_size, 20);
    assert!(config.selection("a.yaml").severity("syntax-error").is_some());
}

#[test]
fn faults_have_a_place_and_a_suggestion() {
    assert_eq!(fault("ignor: [all]\n"), "1:1: there is no key `ignor`: did you mean `ignore`?");
    assert_eq!(
        fault("# a\nignore: [sintax-error]\n"),
        "2:10: no rule or group is called `sintax-error`: did you mean `syntax-error`?"
    );
    assert_eq!(
        fault("rules:\n  syntax-error: fatal\n"),
        "2:17: `fatal` is no severity: use error, warning, info, hint or off"
    );
    assert_eq!(
        fault("rules:\n  syntax-error: { severty: error }\n"),
        "2:19: `syntax-error` has no option `severty`: did you mean `severity`?"
    );
    assert!(fault("exclude: ['a[']\n").contains("is not a glob"));
    assert!(fault("select: {a: b}\n").ends_with("expected a word or a list of words"), "{}", fault("select: {a: b}\n"));
    assert!(fault("ignore: [all\n").contains("did not find expected"), "{}", fault("ignore: [all\n"));
    assert!(fault("colour: red\n").contains("unknown field `colour`, expected one of"), "{}", fault("colour: red\n"));
    assert!(Layer::parse("- a\n- b\n").is_err());
}
