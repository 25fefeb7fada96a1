//! Completions, as different editors get them.

use serde_json::{Value, json};
use tests::client::Client;

const URI: &str = "file:///completion.yaml";

const TEXT: &str = "\
Resources:
  Topic:
    Type: AWS::SNS::Topic
  Subscription:
    Type: AWS::SNS::Subs
    DeletionPolicy: ä🎉 !Ref
";

/// What VS Code says of itself.
fn able() -> Value {
    json!({ "textDocument": { "completion": { "completionItem": {
        "snippetSupport": true,
        "insertReplaceSupport": true,
        "documentationFormat": ["markdown", "plaintext"],
        "insertTextModeSupport": { "valueSet": [1, 2] },
        "tagSupport": { "valueSet": [1] },
    } } } })
}

/// The list at a place.
fn complete(client: &mut Client, line: u32, character: u32, trigger: Option<&str>) -> Value {
    let context = match trigger {
        Some(letter) => json!({ "triggerKind": 2, "triggerCharacter": letter }),
        None => json!({ "triggerKind": 1 }),
    };
    let position = json!({ "line": line, "character": character });
    let params = json!({ "textDocument": { "uri": URI }, "position": position, "context": context });
    client.request("textDocument/completion", params)
}

fn labelled(list: &Value, label: &str) -> Value {
    let items = list["items"].as_array().expect("a list of items");
    items.iter().find(|it| it["label"] == label).unwrap_or_else(|| panic!("no {label} in {list}")).clone()
}

fn range(line: u32, start: u32, end: u32) -> Value {
    json!({ "start": { "line": line, "character": start }, "end": { "line": line, "character": end } })
}

#[test]
fn an_able_client_gets_both_places_and_tab_stops() {
    let mut client = Client::start(able());
    client.open(URI, 1, TEXT);
    let list = complete(&mut client, 4, 20, None);
    assert_eq!(list["isIncomplete"], true);
    let item = labelled(&list, "AWS::SNS::Subscription");
    assert_eq!(item["insertTextFormat"], 2);
    assert_eq!(item["insertTextMode"], 2);
    assert_eq!(item.get("filterText"), None, "it is the label");
    assert_eq!(
        item["textEdit"],
        json!({
            "newText": "AWS::SNS::Subscription\nProperties:\n  Protocol: $1\n  TopicArn: $2",
            "insert": range(4, 10, 20),
            "replace": range(4, 10, 24),
        })
    );
}

#[test]
fn a_plain_client_gets_plain_text_in_the_place_of_the_whole_word() {
    let mut client = Client::start(json!({}));
    client.open(URI, 1, TEXT);
    let item = labelled(&complete(&mut client, 4, 20, None), "AWS::SNS::Subscription");
    assert_eq!(item.get("insertTextFormat"), None);
    assert_eq!(item["textEdit"], json!({ "newText": "AWS::SNS::Subscription", "range": range(4, 10, 24) }));
}

#[test]
fn documentation_comes_when_an_item_is_looked_at() {
    let mut client = Client::start(able());
    client.open(URI, 1, TEXT);
    let item = labelled(&complete(&mut client, 4, 20, None), "AWS::SNS::Subscription");
    assert_eq!(item.get("documentation"), None);
    let resolved = client.request("completionItem/resolve", item.clone());
    assert_eq!(resolved["documentation"]["kind"], "markdown");
    let text = resolved["documentation"]["value"].as_str().expect("a text");
    assert!(text.contains("aws-resource-sns-subscription.html"), "{text}");
    assert_eq!(resolved["textEdit"], item["textEdit"]);
    // What has nothing to say about it is given back as it is.
    let bare = json!({ "label": "a" });
    assert_eq!(client.request("completionItem/resolve", bare.clone()), bare);
}

#[test]
fn a_space_asks_for_values_only() {
    let mut client = Client::start(able());
    let text = "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n    \n    DeletionPolicy: \n";
    client.open(URI, 1, text);
    assert_eq!(complete(&mut client, 3, 4, Some(" "))["items"], json!([]));
    assert!(!complete(&mut client, 3, 4, None)["items"].as_array().expect("a list").is_empty());
    labelled(&complete(&mut client, 4, 20, Some(" ")), "Retain");
}

#[test]
fn columns_are_those_of_the_client() {
    let mut client = Client::start(able());
    let text =
        "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\nOutputs:\n  A: {Description: 'ä🎉', Value: !Ref Top}\n";
    client.open(URI, 1, text);
    // Two of the letters have more bytes than columns.
    let item = labelled(&complete(&mut client, 4, 41, None), "Topic");
    assert_eq!(item["textEdit"]["replace"], range(4, 38, 41));
    client.close(URI);
    let mut encodings = able();
    encodings["general"] = json!({ "positionEncodings": ["utf-8"] });
    let mut client = Client::start(encodings);
    client.open(URI, 1, text);
    let item = labelled(&complete(&mut client, 4, 44, None), "Topic");
    assert_eq!(item["textEdit"]["replace"], range(4, 41, 44));
}

#[test]
fn a_missing_comma_is_written_too() {
    let mut client = Client::start(able());
    let text = "{\"Resources\": {\"A\": {\"Type\": \"AWS::SNS::Topic\" \"Con\"}}}\n";
    client.open(URI, 1, text);
    let item = labelled(&complete(&mut client, 0, 51, None), "Condition");
    assert_eq!(item["additionalTextEdits"], json!([{ "range": range(0, 46, 46), "newText": "," }]));
    assert_eq!(item["filterText"], "\"Condition\"");
}

#[test]
fn line_breaks_of_windows_are_no_part_of_a_line() {
    let mut client = Client::start(able());
    let text = "Resources:\r\n  A:\r\n    Type: AWS::SNS::Topic\r\n    Dele\r\n    Properties: {}\r\n";
    client.open(URI, 1, text);
    let list = complete(&mut client, 3, 8, None);
    assert_eq!(labelled(&list, "DeletionPolicy")["textEdit"]["replace"], range(3, 4, 8));
    let labels: Vec<&str> =
        list["items"].as_array().expect("a list").iter().filter_map(|it| it["label"].as_str()).collect();
    assert!(!labels.contains(&"Type") && !labels.contains(&"Properties"), "{labels:?}");
}

#[test]
fn places_outside_of_the_text_are_no_harm() {
    let mut client = Client::start(able());
    for text in
        ["", "\n", "Resources:\r\n  A:\r\n\tType: ", "{", "{\"Resources\": {\"A\": [", "AWSTemplateFormatVersion"]
    {
        client.open(URI, 1, text);
        for (line, character) in [(0, 0), (0, 999), (1, 3), (2, 1), (2, 99), (77, 7)] {
            complete(&mut client, line, character, None);
        }
        client.close(URI);
    }
}
