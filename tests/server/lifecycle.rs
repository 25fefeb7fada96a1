//! The beginning and the end of sessions.

use super::{MISTAKEN, rules};
use serde_json::{Value, json};
use tests::client::Client;

#[test]
fn a_session_that_is_shut_down_ends_well() {
    let client = Client::start(json!({}));
    assert_eq!(client.shut_down().code(), Some(0));
}

#[test]
fn exit_without_shutdown_is_a_failure() {
    let mut client = Client::start(json!({}));
    client.notify("exit", Value::Null);
    assert_eq!(client.ended().code(), Some(1));
    let mut client = Client::spawn(&[]);
    client.notify("exit", Value::Null);
    assert_eq!(client.ended().code(), Some(1));
}

#[test]
fn the_end_of_the_input_ends_the_server() {
    let mut client = Client::start(json!({}));
    client.hang_up();
    assert_eq!(client.ended().code(), Some(1));
    let mut client = Client::start(json!({}));
    client.request("shutdown", Value::Null);
    client.hang_up();
    assert_eq!(client.ended().code(), Some(0));
}

#[test]
fn everything_at_once_is_still_in_order() {
    let mut client = Client::start(json!({ "textDocument": { "diagnostic": {} } }));
    client.open("file:///a.yaml", 1, MISTAKEN);
    let asked = client.post("textDocument/diagnostic", json!({ "textDocument": { "uri": "file:///a.yaml" } }));
    let down = client.post("shutdown", Value::Null);
    client.notify("exit", Value::Null);
    assert_eq!(client.answer(asked)["result"]["kind"], "full");
    assert_eq!(client.answer(down).get("error"), None);
    assert_eq!(client.ended().code(), Some(0));
}

#[test]
fn before_initialize_nothing_is_answered_and_after_shutdown_neither() {
    let mut client = Client::spawn(&[]);
    client.open("file:///a.yaml", 1, MISTAKEN);
    let id = client.post("textDocument/hover", json!({}));
    assert_eq!(client.answer(id)["error"]["code"], -32002);
    client.request("initialize", json!({ "capabilities": {} }));
    let id = client.post("initialize", json!({ "capabilities": {} }));
    assert_eq!(client.answer(id)["error"]["code"], -32600);
    client.notify("initialized", json!({}));
    // What was opened before `initialize` was not.
    client.open("file:///a.yaml", 2, MISTAKEN);
    assert_eq!(rules(&client.published_for("file:///a.yaml", 2)), ["undefined-reference"]);
    client.request("shutdown", Value::Null);
    let id = client.post("textDocument/hover", json!({}));
    assert_eq!(client.answer(id)["error"]["code"], -32600);
    client.notify("exit", Value::Null);
    assert_eq!(client.ended().code(), Some(0));
}

#[test]
fn the_server_says_who_it_is_and_what_it_can_do() {
    let (_client, answer) = Client::start_with(json!({ "capabilities": {} }));
    assert_eq!(answer["serverInfo"], json!({ "name": "stacklint", "version": env!("CARGO_PKG_VERSION") }));
    let capabilities = &answer["capabilities"];
    assert_eq!(capabilities["textDocumentSync"]["change"], 2);
    assert_eq!(capabilities["textDocumentSync"]["openClose"], true);
    assert_eq!(capabilities["positionEncoding"], "utf-16");
    assert_eq!(capabilities["hoverProvider"], true);
    assert_eq!(capabilities["completionProvider"]["resolveProvider"], true);
    assert_eq!(
        capabilities["codeActionProvider"],
        json!({ "codeActionKinds": ["quickfix", "refactor", "refactor.extract", "source.fixAll.stacklint"], "resolveProvider": true })
    );
    assert_eq!(capabilities.get("diagnosticProvider"), None, "a client that does not pull is pushed to");
}

#[test]
fn requests_about_a_document_that_was_closed_meanwhile_are_answered() {
    let uri = "file:///closing.yaml";
    let mut client = Client::start(json!({ "textDocument": { "diagnostic": {} } }));
    for version in 0..50 {
        client.open(uri, version, MISTAKEN);
        let id = client.post("textDocument/diagnostic", json!({ "textDocument": { "uri": uri } }));
        client.close(uri);
        let answer = client.answer(id);
        assert!(answer["result"]["kind"] == "full" || answer["error"]["code"] == -32801, "{answer}");
    }
    client.open(uri, 1, MISTAKEN);
    assert_eq!(rules(&client.pull(uri)), ["undefined-reference"]);
}
