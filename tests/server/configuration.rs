//! `stacklint.yaml` and the editor's settings.

use super::{MISTAKEN, rules};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use tests::client::Client;

fn uri(path: &Path) -> String {
    let path = path.display().to_string().replace('\\', "/");
    format!("file://{}{path}", if path.starts_with('/') { "" } else { "/" })
}

fn changed(client: &mut Client, path: &Path) {
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": uri(path), "type": 2 }] }));
}

#[test]
fn the_nearest_file_upwards_counts_and_its_changes_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let inner = folder.path().join("a/b");
    fs::create_dir_all(&inner).expect("folders");
    let config = folder.path().join("stacklint.yaml");
    fs::write(&config, "ignore: [undefined-reference]\n").expect("a file");
    let uri = uri(&inner.join("t.yaml"));
    let mut client = Client::start(json!({}));
    client.open(&uri, 1, MISTAKEN);
    assert_eq!(client.published_for(&uri, 1), [] as [Value; 0]);

    fs::write(&config, "rules: {undefined-reference: hint}\n").expect("a file");
    changed(&mut client, &config);
    let diagnostics = client.published_for(&uri, 1);
    assert_eq!(diagnostics[0]["severity"], 4);

    // Nearer, and extending the other.
    let near = folder.path().join("a/.stacklint.yaml");
    fs::write(&near, "extends: ../stacklint.yaml\nexclude: ['b/**']\n").expect("a file");
    changed(&mut client, &near);
    assert_eq!(client.published_for(&uri, 1), [] as [Value; 0]);

    fs::remove_file(&near).expect("it is there");
    changed(&mut client, &near);
    assert_eq!(client.published_for(&uri, 1)[0]["severity"], 4);
}

#[test]
fn a_faulty_file_is_shown_and_the_last_good_one_stays_in_force() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("stacklint.yaml");
    fs::write(&config, "rules: {undefined-reference: hint}\n").expect("a file");
    let template = uri(&folder.path().join("t.yaml"));
    let mut client = Client::start(json!({}));
    client.open(&template, 1, MISTAKEN);
    assert_eq!(client.published_for(&template, 1)[0]["severity"], 4);

    fs::write(&config, "# ours\nignor: [undefined-reference]\n").expect("a file");
    changed(&mut client, &config);
    let shown = client.next("window/showMessage");
    assert_eq!(shown["type"], 1);
    assert!(shown["message"].as_str().is_some_and(|it| it.contains("`ignor`") && it.contains("`ignore`")), "{shown}");
    let fault = client.published(&uri(&config));
    assert_eq!(fault["diagnostics"][0]["range"]["start"]["line"], 1, "{fault}");
    // Said once, however many documents there are and however often it is read.
    changed(&mut client, &config);
    client.open(&uri(&folder.path().join("u.yaml")), 1, MISTAKEN);
    assert_eq!(client.published_for(&uri(&folder.path().join("u.yaml")), 1)[0]["severity"], 4);
    let passed = client.settle();
    assert!(passed.iter().all(|it| it["method"] != "window/showMessage"), "{passed:?}");

    fs::write(&config, "ignore: undefined-reference\n").expect("a file");
    changed(&mut client, &config);
    client.wait("the cleared fault", |it| {
        it["params"]["uri"] == uri(&config) && it["params"]["diagnostics"] == json!([])
    });
    client
        .wait("the cleared template", |it| it["params"]["uri"] == template && it["params"]["diagnostics"] == json!([]));
}

#[test]
fn a_configuration_file_is_checked_while_it_is_edited() {
    let mut client = Client::start(json!({}));
    let uri = "file:///nowhere/stacklint.yaml";
    client.open(uri, 1, "select: all\nignore: [no-such-rule]\n");
    let diagnostics = client.published_for(uri, 1);
    assert_eq!(diagnostics[0]["range"]["start"], json!({ "line": 1, "character": 9 }));
    client.replace(uri, 2, "select: all\n");
    assert_eq!(client.published_for(uri, 2), [] as [Value; 0]);
}

#[test]
fn settings_count_too_in_their_own_spelling() {
    let options = json!({ "ignore": ["undefined-reference"], "trace": { "server": "off" }, "select": null });
    let (mut client, _) = Client::start_with(json!({ "capabilities": {}, "initializationOptions": options }));
    let uri = "file:///settings/t.yaml";
    client.open(uri, 1, MISTAKEN);
    assert_eq!(client.published_for(uri, 1), [] as [Value; 0]);
    let settings = json!({ "stacklint": { "rules": { "undefined-reference": "info" }, "maxFileSize": 100_000 } });
    client.notify("workspace/didChangeConfiguration", json!({ "settings": settings }));
    assert_eq!(client.published_for(uri, 1)[0]["severity"], 3);
    // What cannot be understood is shown and changes nothing.
    let settings = json!({ "stacklint": { "ignore": ["no-such-rule"] } });
    client.notify("workspace/didChangeConfiguration", json!({ "settings": settings }));
    assert!(client.next("window/showMessage")["message"].as_str().is_some_and(|it| it.contains("no-such-rule")));
    client.replace(uri, 2, &format!("\n{MISTAKEN}"));
    assert_eq!(client.published_for(uri, 2)[0]["severity"], 3);
}

#[test]
fn an_editor_without_settings_changes_nothing_until_it_had_some() {
    let options = json!({ "severity": { "undefined-reference": "hint" }, "log": "error" });
    let (mut client, _) = Client::start_with(json!({ "capabilities": {}, "initializationOptions": options }));
    let uri = "file:///settings/t.yaml";
    client.open(uri, 1, MISTAKEN);
    assert_eq!(client.published_for(uri, 1)[0]["severity"], 4);
    let mut tell = |settings: Value, version: i32, severity: u32| {
        client.notify("workspace/didChangeConfiguration", json!({ "settings": settings }));
        // Settings overtake no edits, but edits may overtake settings.
        client.settle();
        client.replace(uri, version, &format!("{}{MISTAKEN}", "\n".repeat(version as usize)));
        assert_eq!(client.published_for(uri, version)[0]["severity"], severity, "{settings}");
    };
    tell(json!({}), 2, 4);
    tell(Value::Null, 3, 4);
    tell(json!({ "yaml": { "validate": true } }), 4, 4);
    tell(json!({ "stacklint": { "severity": { "undefined-reference": "info" } } }), 5, 3);
    tell(json!({ "stacklint": {} }), 6, 1);
}

#[test]
fn settings_are_asked_for_where_the_client_can_be_asked() {
    let capabilities = json!({
        "workspace": {
            "configuration": true,
            "didChangeWatchedFiles": { "dynamicRegistration": true },
            "diagnostics": { "refreshSupport": true },
        },
        "textDocument": { "diagnostic": {} },
    });
    let mut client = Client::start(capabilities);
    let uri = "file:///asked/t.yaml";
    client.open(uri, 1, MISTAKEN);
    let registered = client.wait("a registration", |it| it["method"] == "client/registerCapability");
    assert_eq!(registered["params"]["registrations"][0]["method"], "workspace/didChangeWatchedFiles");
    client.send(json!({ "id": registered["id"], "result": null }));
    let asked = client.wait("a question", |it| it["method"] == "workspace/configuration");
    assert_eq!(asked["params"]["items"], json!([{ "section": "stacklint" }]));
    // Nothing waits for the answer.
    assert_eq!(rules(&client.pull(uri)), ["undefined-reference"]);
    client.send(json!({ "id": asked["id"], "result": [{ "ignore": ["undefined-reference"] }] }));
    let refresh = client.wait("a refresh", |it| it["method"] == "workspace/diagnostic/refresh");
    client.send(json!({ "id": refresh["id"], "result": null }));
    assert_eq!(client.pull(uri), [] as [Value; 0]);
}

#[test]
fn a_document_that_is_too_long_is_not_checked_and_that_is_said_once() {
    let options = json!({ "max-file-size": 400 });
    let (mut client, _) = Client::start_with(json!({ "capabilities": {}, "initializationOptions": options }));
    let uri = "file:///long/t.yaml";
    client.open(uri, 1, MISTAKEN);
    assert_eq!(client.published_for(uri, 1).len(), 1);
    let long = format!("{MISTAKEN}# {}\n", "x".repeat(400));
    client.replace(uri, 2, &long);
    assert_eq!(client.published_for(uri, 2), [] as [Value; 0]);
    client.replace(uri, 3, &format!("{long}# more\n"));
    client.replace(uri, 4, MISTAKEN);
    assert_eq!(client.published_for(uri, 4).len(), 1);
    let passed = client.settle();
    let said =
        passed.iter().filter(|it| it["params"]["message"].as_str().is_some_and(|it| it.contains("max-file-size")));
    assert_eq!(said.count(), 1, "{passed:?}");
}
