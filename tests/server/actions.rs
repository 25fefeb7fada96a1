//! Quick fixes, from the light bulb to the mended text.

use serde_json::{Value, json};
use tests::client::{Client, apply};

const URI: &str = "file:///actions.yaml";

/// `unused-suppression` reports line 3 (zero-based) and has a safe fix.
const TEXT: &str = "\
Resources:
  Topic:
    Type: AWS::SNS::Topic
    # stacklint: allow undefined-reference -- not true
    Properties:
      DisplayName: 'ä🎉' # stacklint: allow undefined-reference -- nor here
";

const MENDED: &str = "\
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      DisplayName: 'ä🎉'
";

fn lazy() -> Value {
    json!({
        "textDocument": { "codeAction": { "dataSupport": true, "resolveSupport": { "properties": ["edit"] } } },
        "workspace": { "workspaceEdit": { "documentChanges": true } },
    })
}

fn fix_all(client: &mut Client, only: &str) -> Vec<Value> {
    let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } });
    let context = json!({ "diagnostics": [], "only": [only] });
    let params = json!({ "textDocument": { "uri": URI }, "range": range, "context": context });
    serde_json::from_value(client.request("textDocument/codeAction", params)).expect("a list")
}

#[test]
fn a_quick_fix_mends_what_it_is_offered_for() {
    let mut client = Client::start(json!({}));
    client.open(URI, 1, TEXT);
    let diagnostics = client.published_for(URI, 1);
    assert_eq!(diagnostics.len(), 2, "{diagnostics:?}");
    let actions = client.actions(URI, &diagnostics[1]);
    assert_eq!(actions[0]["kind"], "quickfix");
    assert_eq!(actions[0]["isPreferred"], true);
    assert_eq!(actions[0]["diagnostics"][0], diagnostics[1]);
    let text = apply(TEXT, &actions[0]["edit"], URI);
    client.replace(URI, 2, &text);
    assert_eq!(client.published_for(URI, 2).len(), 1);
}

#[test]
fn edits_are_written_when_an_action_is_chosen_if_the_client_can_wait() {
    let mut client = Client::start(lazy());
    client.open(URI, 1, TEXT);
    let diagnostics = client.published_for(URI, 1);
    let action = client.actions(URI, &diagnostics[0]).remove(0);
    assert_eq!(action.get("edit"), None);
    let resolved = client.request("codeAction/resolve", action.clone());
    assert_eq!(resolved["edit"]["documentChanges"][0]["textDocument"], json!({ "uri": URI, "version": 1 }));
    let text = apply(TEXT, &resolved["edit"], URI);
    assert!(!text.contains("not true"), "{text}");
    assert_eq!(resolved["title"], action["title"]);

    // The text has moved on: the edit would hit another place.
    client.edit(URI, 2, (0, 0), (0, 0), "# new\n");
    let id = client.post("codeAction/resolve", action.clone());
    assert_eq!(client.answer(id)["error"]["code"], -32801);
    client.close(URI);
    let id = client.post("codeAction/resolve", action);
    assert_eq!(client.answer(id)["error"]["code"], -32801);
}

#[test]
fn all_safe_fixes_can_be_applied_at_once() {
    for capabilities in [json!({}), lazy()] {
        let mut client = Client::start(capabilities);
        client.open(URI, 1, TEXT);
        for only in ["source.fixAll.stacklint", "source.fixAll", "source"] {
            let mut actions = fix_all(&mut client, only);
            assert_eq!(actions.len(), 1, "{only}: {actions:?}");
            let mut action = actions.remove(0);
            assert_eq!(action["kind"], "source.fixAll.stacklint");
            if action.get("edit").is_none() {
                action = client.request("codeAction/resolve", action);
            }
            assert_eq!(apply(TEXT, &action["edit"], URI), MENDED);
        }
        assert_eq!(fix_all(&mut client, "source.organizeImports"), [] as [Value; 0]);
        assert_eq!(fix_all(&mut client, "source.fixAll.other"), [] as [Value; 0]);
        client.replace(URI, 2, MENDED);
        assert_eq!(fix_all(&mut client, "source.fixAll"), [] as [Value; 0], "there is nothing to fix");
    }
}

#[test]
fn crlf_stays_crlf() {
    let mut client = Client::start(json!({}));
    let text = TEXT.replace('\n', "\r\n");
    client.open(URI, 1, &text);
    let actions = fix_all(&mut client, "source.fixAll");
    assert_eq!(apply(&text, &actions[0]["edit"], URI), MENDED.replace('\n', "\r\n"));
}

#[test]
fn a_finding_can_be_allowed() {
    let mut client = Client::start(json!({}));
    let text = super::MISTAKEN;
    client.open(URI, 1, text);
    let diagnostics = client.published_for(URI, 1);
    let actions = client.actions(URI, &diagnostics[0]);
    let allow = actions.iter().filter(|it| it["title"].as_str().is_some_and(|it| it.starts_with("Allow ")));
    let allow: Vec<&Value> = allow.collect();
    assert_eq!(allow.len(), 2, "{actions:?}");
    for (round, action) in (1..).zip(allow) {
        assert_eq!(action["isPreferred"], false);
        assert_eq!(action["kind"], "quickfix");
        client.replace(URI, 2 * round, &apply(text, &action["edit"], URI));
        assert_eq!(client.published_for(URI, 2 * round), [] as [Value; 0], "{action}");
        client.replace(URI, 2 * round + 1, text);
        assert_eq!(client.published_for(URI, 2 * round + 1).len(), 1);
    }
}

#[test]
fn the_diagnostics_of_the_request_count_even_when_its_range_is_off() {
    let mut client = Client::start(json!({}));
    client.open(URI, 1, super::MISTAKEN);
    let diagnostics = client.published_for(URI, 1);
    // The end of the line, as some clients send it for lines with wide characters.
    let range = json!({ "start": { "line": 0, "character": 3 }, "end": { "line": 0, "character": 3 } });
    let context = json!({ "diagnostics": diagnostics });
    let params = json!({ "textDocument": { "uri": URI }, "range": range, "context": context });
    let actions = client.request("textDocument/codeAction", params);
    assert!(!actions.as_array().expect("a list").is_empty());
    // Nothing is offered where there is nothing.
    let params = json!({ "textDocument": { "uri": URI }, "range": range, "context": { "diagnostics": [], "only": ["quickfix"] } });
    assert_eq!(client.request("textDocument/codeAction", params), json!([]));
}

const PROGRAM: &str = "\
import { Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

class Shop extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new s3.Bucket(this, 'Uploads');
  }
}
";

#[test]
fn what_is_under_the_cursor_can_be_refactored() {
    let uri = "file:///refactor.ts";
    for capabilities in [json!({}), lazy()] {
        let mut client = Client::start(capabilities);
        client.open(uri, 1, PROGRAM);
        let at = |line: u32| {
            let place = json!({ "line": line, "character": 8 });
            json!({ "start": place, "end": place })
        };
        let ask = |client: &mut Client, line, only: &str| {
            let context = json!({ "diagnostics": [], "only": [only] });
            let params = json!({ "textDocument": { "uri": uri }, "range": at(line), "context": context });
            client.request("textDocument/codeAction", params)
        };
        assert_eq!(ask(&mut client, 7, "refactor.inline"), json!([]));
        assert_eq!(ask(&mut client, 1, "refactor"), json!([]));
        for only in ["refactor", "refactor.extract"] {
            let mut action = ask(&mut client, 7, only)[0].clone();
            assert_eq!(action["kind"], "refactor.extract");
            assert_eq!(action["title"], "Extract to construct class `Uploads`");
            if action.get("edit").is_none() {
                action = client.request("codeAction/resolve", action);
            }
            let text = apply(PROGRAM, &action["edit"], uri);
            assert!(
                text.contains("    new Uploads(this, 'Uploads');\n")
                    && text.contains("class Uploads extends Construct {"),
                "{text}"
            );
        }
    }
}
