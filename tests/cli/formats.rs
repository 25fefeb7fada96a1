//! Every format, as it is printed.

use super::{Folder, MENDED, MISTAKEN};
use expect_test::{Expect, expect};

fn check(format: &str, expected: &Expect) -> String {
    let folder = Folder::new(&[("lib/a.yaml", MISTAKEN), ("lib/b.yaml", MENDED)]);
    let ran = folder.run(&format!("check --quiet --format {format}"));
    assert_eq!(ran.code, Some(1));
    assert_eq!(ran.err, "");
    let version = env!("CARGO_PKG_VERSION");
    expected.assert_eq(&ran.out.replace(&format!("\"{version}\""), "\"VERSION\""));
    ran.out
}

#[test]
fn text() {
    check(
        "text",
        &expect![[r#"
            info[unused-suppression]: `syntax-error` reports nothing here. Remove this.
             --> lib/a.yaml:8:26
              |
            8 |       # stacklint: allow syntax-error -- there is none
              |                          ^^^^^^^^^^^^
              |
              = help: Remove the suppression of `syntax-error` (--fix)

            error[undefined-reference]: The template declares no resource or parameter `Topik`, so it cannot be deployed. Did you mean `Topic`?
              --> lib/a.yaml:10:16
               |
             2 |   Topic:
               |   ----- `Topic` is declared here.
            ...
            10 |         - !Ref Topik
               |                ^^^^^
               |
               = help: Write `Topic` (--fix)

        "#]],
    );
}

#[test]
fn concise() {
    check(
        "concise",
        &expect![[r#"
        lib/a.yaml:8:26: info[unused-suppression] `syntax-error` reports nothing here. Remove this.
        lib/a.yaml:10:16: error[undefined-reference] The template declares no resource or parameter `Topik`, so it cannot be deployed. Did you mean `Topic`?
    "#]],
    );
}

#[test]
fn json() {
    let out = check(
        "json",
        &expect![[r#"
            {
              "version": "VERSION",
              "files": [
                {
                  "path": "lib/a.yaml",
                  "language": "yaml",
                  "diagnostics": [
                    {
                      "rule": "unused-suppression",
                      "severity": "info",
                      "category": "maintainability",
                      "message": "`syntax-error` reports nothing here. Remove this.",
                      "range": {
                        "start": {
                          "line": 7,
                          "character": 25
                        },
                        "end": {
                          "line": 7,
                          "character": 37
                        }
                      },
                      "resource": null,
                      "resourceType": null,
                      "aliases": [],
                      "url": "https://github.com/stacklint/stacklint/blob/main/docs/rules/unused-suppression.md",
                      "fixes": [
                        {
                          "title": "Remove the suppression of `syntax-error`",
                          "applicability": "safe",
                          "preferred": true,
                          "edits": [
                            {
                              "range": {
                                "start": {
                                  "line": 7,
                                  "character": 0
                                },
                                "end": {
                                  "line": 8,
                                  "character": 0
                                }
                              },
                              "text": ""
                            }
                          ]
                        }
                      ],
                      "related": []
                    },
                    {
                      "rule": "undefined-reference",
                      "severity": "error",
                      "category": "correctness",
                      "message": "The template declares no resource or parameter `Topik`, so it cannot be deployed. Did you mean `Topic`?",
                      "range": {
                        "start": {
                          "line": 9,
                          "character": 15
                        },
                        "end": {
                          "line": 9,
                          "character": 20
                        }
                      },
                      "resource": "Policy",
                      "resourceType": "AWS::SNS::TopicPolicy",
                      "aliases": [
                        "cfn_lint:E1010",
                        "cfn_lint:E1011",
                        "cfn_lint:E1012",
                        "cfn_lint:E1016",
                        "cfn_lint:E1017",
                        "cfn_lint:E1019",
                        "cfn_lint:E1020",
                        "cfn_lint:E1021",
                        "cfn_lint:E1022",
                        "cfn_lint:E1028",
                        "cfn_lint:E1030",
                        "cfn_lint:E1031",
                        "cfn_lint:E3005",
                        "cfn_lint:E3015",
                        "cfn_lint:E6005",
                        "cfn_lint:E6101",
                        "cfn_lint:E8002",
                        "cfn_lint:E8003",
                        "cfn_lint:E8004",
                        "cfn_lint:E8005",
                        "cfn_lint:E8006",
                        "cfn_lint:E8007"
                      ],
                      "url": "https://github.com/stacklint/stacklint/blob/main/docs/rules/undefined-reference.md",
                      "fixes": [
                        {
                          "title": "Write `Topic`",
                          "applicability": "safe",
                          "preferred": true,
                          "edits": [
                            {
                              "range": {
                                "start": {
                                  "line": 9,
                                  "character": 15
                                },
                                "end": {
                                  "line": 9,
                                  "character": 20
                                }
                              },
                              "text": "Topic"
                            }
                          ]
                        }
                      ],
                      "related": [
                        {
                          "range": {
                            "start": {
                              "line": 1,
                              "character": 2
                            },
                            "end": {
                              "line": 1,
                              "character": 7
                            }
                          },
                          "message": "`Topic` is declared here."
                        }
                      ]
                    }
                  ]
                },
                {
                  "path": "lib/b.yaml",
                  "language": "yaml",
                  "diagnostics": []
                }
              ],
              "summary": {
                "files": 2,
                "filesWithFindings": 1,
                "findings": 2,
                "errors": 1,
                "warnings": 0,
                "infos": 1,
                "hints": 0,
                "fixable": 2,
                "unsafelyFixable": 0,
                "fixed": 0
              }
            }
        "#]],
    );
    serde_json::from_str::<serde_json::Value>(&out).expect("JSON");
}

#[test]
fn github() {
    check(
        "github",
        &expect![[r#"
        ::notice file=lib/a.yaml,line=8,endLine=8,col=26,endColumn=38,title=stacklint unused-suppression::`syntax-error` reports nothing here. Remove this.
        ::error file=lib/a.yaml,line=10,endLine=10,col=16,endColumn=21,title=stacklint undefined-reference::The template declares no resource or parameter `Topik`, so it cannot be deployed. Did you mean `Topic`?
    "#]],
    );
}

#[test]
fn junit() {
    check(
        "junit",
        &expect![[r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="stacklint" tests="3" failures="2" errors="0">
          <testsuite name="lib/a.yaml" tests="2" failures="2" errors="0">
            <testcase name="unused-suppression" classname="lib/a.yaml" line="8">
              <failure type="info" message="`syntax-error` reports nothing here. Remove this.">
        lib/a.yaml:8:26: info[unused-suppression] `syntax-error` reports nothing here. Remove this.
              </failure>
            </testcase>
            <testcase name="undefined-reference Policy" classname="lib/a.yaml" line="10">
              <failure type="error" message="The template declares no resource or parameter `Topik`, so it cannot be deployed. Did you mean `Topic`?">
        lib/a.yaml:10:16: error[undefined-reference] The template declares no resource or parameter `Topik`, so it cannot be deployed. Did you mean `Topic`?
              </failure>
            </testcase>
          </testsuite>
          <testsuite name="lib/b.yaml" tests="1" failures="0" errors="0">
            <testcase name="stacklint" classname="lib/b.yaml"/>
          </testsuite>
        </testsuites>
    "#]],
    );
}

#[test]
fn gitlab() {
    check(
        "gitlab",
        &expect![[r#"
        [
          {
            "description": "`syntax-error` reports nothing here. Remove this.",
            "check_name": "unused-suppression",
            "fingerprint": "b868a409b3cc787f",
            "severity": "minor",
            "location": {
              "path": "lib/a.yaml",
              "lines": {
                "begin": 8,
                "end": 8
              }
            }
          },
          {
            "description": "The template declares no resource or parameter `Topik`, so it cannot be deployed. Did you mean `Topic`?",
            "check_name": "undefined-reference",
            "fingerprint": "bbfa8f6b488697e1",
            "severity": "critical",
            "location": {
              "path": "lib/a.yaml",
              "lines": {
                "begin": 10,
                "end": 10
              }
            }
          }
        ]
    "#]],
    );
}

#[test]
fn sarif() {
    let folder = Folder::new(&[("lib/ä b.yaml", MISTAKEN)]);
    let ran = folder.run("check --quiet --format sarif");
    let mut report: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    // The pages of the rules have tests of their own.
    for rule in report["runs"][0]["tool"]["driver"]["rules"].as_array_mut().expect("rules") {
        assert!(rule["help"]["markdown"].as_str().is_some_and(|it| it.starts_with("# ")));
        rule.as_object_mut().expect("an object").remove("help");
        rule["properties"].as_object_mut().expect("an object").remove("aliases");
    }
    report["runs"][0]["tool"]["driver"]["version"] = "VERSION".into();
    report["runs"][0]["tool"]["driver"]["semanticVersion"] = "VERSION".into();
    expect![[r#"
        {
          "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
          "runs": [
            {
              "columnKind": "utf16CodeUnits",
              "invocations": [
                {
                  "executionSuccessful": true,
                  "toolExecutionNotifications": []
                }
              ],
              "results": [
                {
                  "fixes": [
                    {
                      "artifactChanges": [
                        {
                          "artifactLocation": {
                            "uri": "lib/%C3%A4%20b.yaml"
                          },
                          "replacements": [
                            {
                              "deletedRegion": {
                                "endColumn": 1,
                                "endLine": 9,
                                "startColumn": 1,
                                "startLine": 8
                              },
                              "insertedContent": {
                                "text": ""
                              }
                            }
                          ]
                        }
                      ],
                      "description": {
                        "text": "Remove the suppression of `syntax-error`"
                      }
                    }
                  ],
                  "level": "note",
                  "locations": [
                    {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "lib/%C3%A4%20b.yaml"
                        },
                        "region": {
                          "endColumn": 38,
                          "endLine": 8,
                          "startColumn": 26,
                          "startLine": 8
                        }
                      }
                    }
                  ],
                  "message": {
                    "text": "`syntax-error` reports nothing here. Remove this."
                  },
                  "partialFingerprints": {
                    "stacklint/v1": "55cce2cabd5e045f"
                  },
                  "ruleId": "unused-suppression",
                  "ruleIndex": 1
                },
                {
                  "fixes": [
                    {
                      "artifactChanges": [
                        {
                          "artifactLocation": {
                            "uri": "lib/%C3%A4%20b.yaml"
                          },
                          "replacements": [
                            {
                              "deletedRegion": {
                                "endColumn": 21,
                                "endLine": 10,
                                "startColumn": 16,
                                "startLine": 10
                              },
                              "insertedContent": {
                                "text": "Topic"
                              }
                            }
                          ]
                        }
                      ],
                      "description": {
                        "text": "Write `Topic`"
                      }
                    }
                  ],
                  "level": "error",
                  "locations": [
                    {
                      "logicalLocations": [
                        {
                          "kind": "AWS::SNS::TopicPolicy",
                          "name": "Policy"
                        }
                      ],
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "lib/%C3%A4%20b.yaml"
                        },
                        "region": {
                          "endColumn": 21,
                          "endLine": 10,
                          "startColumn": 16,
                          "startLine": 10
                        }
                      }
                    }
                  ],
                  "message": {
                    "text": "The template declares no resource or parameter `Topik`, so it cannot be deployed. Did you mean `Topic`?"
                  },
                  "partialFingerprints": {
                    "stacklint/v1": "304a0a9a32e6eec1"
                  },
                  "relatedLocations": [
                    {
                      "message": {
                        "text": "`Topic` is declared here."
                      },
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "lib/%C3%A4%20b.yaml"
                        },
                        "region": {
                          "endColumn": 8,
                          "endLine": 2,
                          "startColumn": 3,
                          "startLine": 2
                        }
                      }
                    }
                  ],
                  "ruleId": "undefined-reference",
                  "ruleIndex": 0
                }
              ],
              "tool": {
                "driver": {
                  "informationUri": "https://github.com/stacklint/stacklint",
                  "name": "stacklint",
                  "rules": [
                    {
                      "defaultConfiguration": {
                        "enabled": true,
                        "level": "error"
                      },
                      "shortDescription": {
                        "text": "A reference names something that the template does not declare."
                      },
                      "helpUri": "https://github.com/stacklint/stacklint/blob/main/docs/rules/undefined-reference.md",
                      "id": "undefined-reference",
                      "properties": {
                        "tags": [
                          "correctness"
                        ]
                      }
                    },
                    {
                      "defaultConfiguration": {
                        "enabled": true,
                        "level": "note"
                      },
                      "shortDescription": {
                        "text": "A suppression that suppresses nothing."
                      },
                      "helpUri": "https://github.com/stacklint/stacklint/blob/main/docs/rules/unused-suppression.md",
                      "id": "unused-suppression",
                      "properties": {
                        "tags": [
                          "maintainability"
                        ]
                      }
                    }
                  ],
                  "semanticVersion": "VERSION",
                  "version": "VERSION"
                }
              }
            }
          ],
          "version": "2.1.0"
        }"#]].assert_eq(&serde_json::to_string_pretty(&report).expect("JSON"));
}

#[test]
fn the_same_finding_has_the_same_fingerprint_wherever_its_line_is() {
    let fingerprints = |text: &str| -> Vec<String> {
        let folder = Folder::new(&[("a.yaml", text)]);
        let ran = folder.run("check --format gitlab");
        let issues: Vec<serde_json::Value> = serde_json::from_str(&ran.out).expect("JSON");
        issues.iter().map(|it| it["fingerprint"].as_str().expect("a word").to_owned()).collect()
    };
    let before = fingerprints(MISTAKEN);
    assert_eq!(before, fingerprints(&format!("# moved\n\n{MISTAKEN}")));
    let twice = fingerprints(&format!("{MISTAKEN}        - !Ref Topik\n"));
    assert_eq!(twice.len(), 3);
    assert_eq!(twice[1], before[1], "the first of two keeps it");
    assert_ne!(twice[1], twice[2]);
}

#[test]
fn what_needs_escaping_is_escaped() {
    let text = MISTAKEN.replace("Topik", "\"To<p>&%,:k\"");
    let folder = Folder::new(&[("a,b.yaml", &text)]);
    let github = folder.run("check --format github --quiet").out;
    assert!(github.contains("file=a%2Cb.yaml,") && github.contains("To<p>&%25,:k"), "{github}");
    let junit = folder.run("check --format junit --quiet").out;
    assert!(junit.contains("To&lt;p&gt;&amp;%,:k"), "{junit}");
}

#[test]
fn colours_are_used_when_asked_for() {
    let folder = Folder::new(&[("a.yaml", MISTAKEN)]);
    assert!(!folder.run("check").out.contains('\u{1b}'));
    assert!(folder.run("check --color always").out.contains('\u{1b}'));
    assert!(!folder.run("check --color always --format json").out.contains('\u{1b}'));
}

#[test]
fn places_are_right_behind_wide_characters_and_in_long_lines() {
    let wide = MISTAKEN.replace("!Ref Topik", "'𝒳ä🎉' # x\n        - Fn::Join: ['𝒳ä🎉', [!Ref Topik]]");
    let folder = Folder::new(&[("wide.yaml", &wide)]);
    expect![[r#"
        error[undefined-reference]: The template declares no resource or parameter `Topik`, so it cannot be deployed. Did you mean `Topic`?
          --> wide.yaml:11:35
           |
         2 |   Topic:
           |   ----- `Topic` is declared here.
        ...
        11 |         - Fn::Join: ['𝒳ä🎉', [!Ref Topik]]
           |                                    ^^^^^
           |
           = help: Write `Topic` (--fix)

    "#]].assert_eq(&folder.run("check --quiet --ignore unused-suppression wide.yaml").out);
    let long = format!(
        "{{\"Resources\":{{\"A\":{{\"Type\":\"AWS::SNS::Topic\",\"Metadata\":\"{}\",\"Properties\":{{\"DisplayName\":{{\"Ref\":\"Missing\"}},\"TopicName\":\"{}\"}}}}}}}}",
        "x".repeat(2000),
        "y".repeat(2000)
    );
    let folder = Folder::new(&[("long.json", &long)]);
    let ran = folder.run("check --quiet long.json");
    assert!(ran.out.lines().all(|it| it.chars().count() < 600), "{}", ran.out);
    let column = long.find("\"Missing\"").expect("it is there");
    assert!(
        ran.out.contains(&format!("long.json:1:{}", column + 1))
            || ran.out.contains(&format!("long.json:1:{}", column + 2)),
        "{}",
        ran.out
    );
}
