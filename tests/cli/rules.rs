//! `rules` and `explain`.

use super::Folder;
use serde_json::Value;

#[test]
fn every_rule_is_listed_with_what_programs_want_to_know() {
    let folder = Folder::new(&[]);
    let ran = folder.run("rules --format json");
    assert_eq!(ran.code, Some(0));
    let rules: Vec<Value> = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(rules.len(), rules::ALL.len());
    let rule = rules.iter().find(|it| it["name"] == "undefined-reference").expect("it is there");
    assert_eq!(rule["category"], "correctness");
    assert_eq!(rule["severity"], "error");
    assert_eq!(rule["default"], true);
    assert_eq!(rule["fix"], "safe");
    assert_eq!(rule["frontEnds"], serde_json::json!(["template"]));
    assert!(rule["aliases"].as_array().is_some_and(|it| it.iter().any(|it| it == "cfn_lint:E1012")));
    assert!(rule["url"].as_str().is_some_and(|it| it.starts_with("https://")));
    let text = folder.run("rules").out;
    assert_eq!(text.lines().count(), rules::ALL.len());
}

#[test]
fn a_rule_is_explained_by_any_of_its_names() {
    let folder = Folder::new(&[]);
    let page = folder.run("explain undefined-reference");
    assert_eq!(page.code, Some(0));
    assert!(page.out.starts_with("# undefined-reference\n"), "{}", page.out);
    for name in ["cfn_lint:E1012", "cfn_lint:e1012", "E1012", "Undefined-Reference"] {
        assert_eq!(folder.run(&format!("explain {name}")).out, page.out, "{name}");
    }
    let ran = folder.run("explain undefined-referense");
    assert_eq!(ran.code, Some(2));
    assert_eq!(ran.err, "stacklint: no rule is called `undefined-referense`: did you mean `undefined-reference`?\n");
    assert_eq!(folder.run("explain zzz").err, "stacklint: no rule is called `zzz`\n");
}
