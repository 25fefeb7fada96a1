//! Sessions as files.

use super::{MISTAKEN, mended, rules};
use serde_json::{Value, json};
use std::process::{Command, Stdio};
use tests::client::{Client, binary};

#[test]
fn a_recorded_session_can_be_played_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let record = folder.path().join("session.jsonl");
    let log = folder.path().join("log");
    let path = |it: &std::path::Path| it.to_str().expect("a name").to_owned();
    let mut client =
        Client::spawn(&["--record", &path(&record), "--log", &path(&log), "--log-level", "debug", "--stdio"]);
    client.request("initialize", json!({ "capabilities": {} }));
    client.notify("initialized", json!({}));
    client.open("file:///r.yaml", 1, MISTAKEN);
    assert_eq!(rules(&client.published_for("file:///r.yaml", 1)), ["undefined-reference"]);
    client.replace("file:///r.yaml", 2, &mended());
    assert_eq!(client.published_for("file:///r.yaml", 2), [] as [Value; 0]);
    client.send_raw(b"Content-Length: 1\r\n\r\n{");
    assert!(client.shut_down().success());

    let recorded = std::fs::read_to_string(&record).expect("a record");
    let lines: Vec<Value> = recorded.lines().map(|it| serde_json::from_str(it).expect("JSON")).collect();
    let methods: Vec<_> = lines.iter().map(|it| it["message"]["method"].as_str().unwrap_or_default()).collect();
    let wanted = ["initialize", "initialized", "textDocument/didOpen", "textDocument/didChange", "shutdown", "exit"];
    assert_eq!(methods, wanted, "what is no message is not recorded");
    assert!(lines.windows(2).all(|it| it[0]["at"].as_f64() <= it[1]["at"].as_f64()), "times rise");
    let log = std::fs::read_to_string(&log).expect("a log");
    assert!(log.contains("file:///r.yaml version 2: 0 findings"), "{log}");

    let played = Command::new(binary())
        .args(["lsp", "--replay", &path(&record)])
        .stdin(Stdio::null())
        .output()
        .expect("the server runs");
    assert!(played.status.success());
    let output = String::from_utf8_lossy(&played.stdout);
    assert!(output.contains("\"version\":2,\"diagnostics\":[]"), "{output}");
}

#[test]
fn a_record_that_cannot_be_played_is_a_failure() {
    let run = |arguments: &[&str]| {
        let output = Command::new(binary()).arg("lsp").args(arguments).stdin(Stdio::null()).output();
        let output = output.expect("the server runs");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, message) = run(&["--replay", "/no/such/file"]);
    assert_eq!(code, Some(2));
    assert!(message.contains("/no/such/file"), "{message}");
    let (code, message) = run(&["--record", "/no/such/folder/file"]);
    assert_eq!(code, Some(2));
    assert!(message.contains("/no/such/folder/file"), "{message}");
}
