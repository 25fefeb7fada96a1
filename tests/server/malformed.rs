//! Clients make mistakes too.

use super::{MISTAKEN, rules};
use serde_json::{Value, json};
use tests::client::Client;

/// Sends something broken, expects an error of this code, and that the session goes on.
#[track_caller]
fn survives(client: &mut Client, bytes: &[u8], code: i64) {
    client.send_raw(bytes);
    let error = client.wait("an error", |it| it.get("error").is_some());
    assert_eq!(error["error"]["code"], code, "{error}");
    assert_eq!(error["id"], Value::Null);
    let id = client.post(
        "textDocument/hover",
        json!({ "textDocument": { "uri": "file:///none" }, "position": { "line": 0, "character": 0 } }),
    );
    assert_eq!(client.answer(id)["result"], Value::Null, "the session goes on");
}

fn framed(body: &str) -> Vec<u8> {
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

#[test]
fn what_is_no_message_is_answered_with_an_error() {
    let mut client = Client::start(json!({}));
    survives(&mut client, &framed("{"), -32700);
    survives(&mut client, &framed("not json"), -32700);
    survives(&mut client, &framed("[]"), -32600);
    survives(&mut client, &framed("17"), -32600);
    survives(&mut client, &framed(r#"{"jsonrpc":"2.0"}"#), -32600);
    survives(&mut client, &framed(r#"{"jsonrpc":"2.0","id":{},"method":"a"}"#), -32600);
    survives(&mut client, &framed(&"[".repeat(100_000)), -32700);
    survives(&mut client, b"Content-Length: 2\r\n\r\n\xff\xfe", -32700);
    survives(&mut client, b"Content-Length: many\r\n\r\n", -32700);
    survives(&mut client, b"Hello: there\r\n\r\n", -32700);
    survives(&mut client, b"Content-Length: -1\r\n\r\n", -32700);
    assert!(client.shut_down().success());
}

#[test]
fn unknown_methods_are_refused_and_unknown_notifications_passed_over() {
    let mut client = Client::start(json!({}));
    let id = client.post("textDocument/makeCoffee", json!({}));
    assert_eq!(client.answer(id)["error"]["code"], -32601);
    client.notify("textDocument/coffeeIsReady", json!({}));
    client.notify("$/setTrace", json!({ "value": "verbose" }));
    client.open("file:///a.yaml", 1, MISTAKEN);
    assert_eq!(rules(&client.published_for("file:///a.yaml", 1)), ["undefined-reference"]);
}

#[test]
fn wrong_parameters_are_refused() {
    let mut client = Client::start(json!({}));
    for params in [json!({}), json!([]), json!(null), json!({ "textDocument": { "uri": 1 } })] {
        let id = client.post("textDocument/hover", params);
        assert_eq!(client.answer(id)["error"]["code"], -32602);
        for method in ["textDocument/didOpen", "textDocument/didChange", "textDocument/didClose"] {
            client.notify(method, json!({ "textDocument": 3 }));
        }
    }
    client.open("file:///a.yaml", 1, MISTAKEN);
    assert_eq!(rules(&client.published_for("file:///a.yaml", 1)), ["undefined-reference"]);
}

#[test]
fn answers_to_questions_that_nobody_asked_are_passed_over() {
    let mut client = Client::start(json!({}));
    client.send(json!({ "id": 99, "result": null }));
    client.send(json!({ "id": "x", "error": { "code": 1, "message": "no" } }));
    client.open("file:///a.yaml", 1, MISTAKEN);
    assert_eq!(rules(&client.published_for("file:///a.yaml", 1)), ["undefined-reference"]);
}

#[test]
fn headers_may_be_written_in_other_ways() {
    let mut client = Client::start(json!({}));
    let body = r#"{"jsonrpc":"2.0","id":"seven","method":"textDocument/makeCoffee"}"#;
    let headers = "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\ncontent-length";
    client.send_raw(format!("{headers}: {}\r\n\r\n{body}", body.len()).as_bytes());
    client.wait("an answer", |it| it["id"] == "seven");
}
