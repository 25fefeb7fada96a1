//! Pushed or pulled, with everything that belongs to a finding.

use super::{MISTAKEN, mended, rules};
use serde_json::{Value, json};
use tests::client::Client;

const URI: &str = "file:///folder/my%20template.yaml";

#[test]
fn a_diagnostic_says_everything() {
    let mut client = Client::start(json!({}));
    client.open(URI, 7, MISTAKEN);
    let params = client.published(URI);
    assert_eq!(params["version"], 7);
    let it = &params["diagnostics"][0];
    assert_eq!(it["range"], json!({ "start": { "line": 8, "character": 15 }, "end": { "line": 8, "character": 20 } }));
    assert_eq!(it["severity"], 1);
    assert_eq!(it["code"], "undefined-reference");
    assert_eq!(it["source"], "stacklint");
    assert!(it["codeDescription"]["href"].as_str().is_some_and(|it| it.ends_with("/undefined-reference.md")));
    assert!(it["message"].as_str().is_some_and(|it| it.contains("`Topik`")));
    assert!(it["data"]["key"].is_string());
}

#[test]
fn a_client_that_pulls_is_not_pushed_to() {
    let (mut client, answer) = Client::start_with(json!({ "capabilities": { "textDocument": { "diagnostic": {} } } }));
    assert_eq!(
        answer["capabilities"]["diagnosticProvider"],
        json!({ "identifier": "stacklint", "interFileDependencies": true, "workspaceDiagnostics": false })
    );
    client.open(URI, 1, MISTAKEN);
    assert_eq!(rules(&client.pull(URI)), ["undefined-reference"]);
    client.replace(URI, 2, &mended());
    assert_eq!(client.pull(URI), [] as [Value; 0]);
    client.close(URI);
    assert_eq!(client.pull(URI), [] as [Value; 0], "a document that is not open has no findings");
    let passed = client.settle();
    assert!(passed.iter().all(|it| it["method"] != "textDocument/publishDiagnostics"), "{passed:?}");
}

#[test]
fn what_did_not_change_is_not_pulled_twice() {
    let mut client = Client::start(json!({ "textDocument": { "diagnostic": {} } }));
    client.open(URI, 1, MISTAKEN);
    let document = json!({ "uri": URI });
    let first = client.request("textDocument/diagnostic", json!({ "textDocument": document }));
    let params = json!({ "textDocument": document, "previousResultId": first["resultId"] });
    let second = client.request("textDocument/diagnostic", params.clone());
    assert_eq!(second, json!({ "kind": "unchanged", "resultId": first["resultId"] }));
    client.replace(URI, 2, &format!("\n{MISTAKEN}"));
    assert_eq!(client.request("textDocument/diagnostic", params)["kind"], "full", "it moved by a line");
}

#[test]
fn what_did_not_change_is_not_published_twice() {
    let mut client = Client::start(json!({}));
    client.open(URI, 1, MISTAKEN);
    client.published_for(URI, 1);
    client.replace(URI, 2, &format!("{MISTAKEN}# nothing new\n"));
    client.replace(URI, 3, &mended());
    assert_eq!(client.published(URI)["version"], 3);
}

#[test]
fn closing_clears() {
    let mut client = Client::start(json!({}));
    client.open(URI, 1, MISTAKEN);
    client.published_for(URI, 1);
    client.close(URI);
    assert_eq!(client.published(URI)["diagnostics"], json!([]));
    // A new life begins anew.
    client.open(URI, 1, MISTAKEN);
    assert_eq!(rules(&client.published_for(URI, 1)), ["undefined-reference"]);
}

#[test]
fn foreign_files_are_none_of_our_business() {
    let mut client = Client::start(json!({}));
    client.open("file:///settings.json", 1, "{\"editor.fontSize\": 12,}");
    client.open("file:///compose.yaml", 1, "services:\n  a: {image: [}\n");
    client.open("file:///main.ts", 1, "const a: number = 'b';\n");
    client.open("file:///read.md", 1, MISTAKEN);
    client.open(URI, 1, MISTAKEN);
    client.published_for(URI, 1);
    let hover = json!({ "textDocument": { "uri": "file:///compose.yaml" }, "position": { "line": 1, "character": 4 } });
    assert_eq!(client.request("textDocument/hover", hover), Value::Null);
    let passed = client.settle();
    assert!(passed.iter().all(|it| it["method"] != "textDocument/publishDiagnostics"), "{passed:?}");
}

#[test]
fn a_file_that_stops_being_a_template_keeps_no_findings() {
    let mut client = Client::start(json!({}));
    client.open(URI, 1, MISTAKEN);
    assert_eq!(rules(&client.published_for(URI, 1)), ["undefined-reference"]);
    client.replace(URI, 2, "services: {}\n");
    assert_eq!(client.published_for(URI, 2), [] as [Value; 0]);
    client.replace(URI, 3, MISTAKEN);
    assert_eq!(rules(&client.published_for(URI, 3)), ["undefined-reference"]);
}

#[test]
fn documents_without_a_file_are_checked_too() {
    let mut client = Client::start(json!({}));
    client.open("untitled:Untitled-1", 1, MISTAKEN);
    assert_eq!(rules(&client.published_for("untitled:Untitled-1", 1)), ["undefined-reference"]);
    // An address that is not quite one.
    client.open("file:///with space & [brackets].yaml", 1, MISTAKEN);
    assert_eq!(rules(&client.published_for("file:///with space & [brackets].yaml", 1)), ["undefined-reference"]);
}

#[test]
fn hovers_show_the_page_of_the_rule() {
    let mut client = Client::start(json!({}));
    client.open(URI, 1, MISTAKEN);
    let hover = client.request(
        "textDocument/hover",
        json!({ "textDocument": { "uri": URI }, "position": { "line": 8, "character": 17 } }),
    );
    assert_eq!(hover["contents"]["kind"], "markdown");
    assert!(hover["contents"]["value"].as_str().is_some_and(|it| it.starts_with("# undefined-reference")));
    assert_eq!(hover["range"]["start"]["line"], 8);
}
