//! Nested stacks: what an editor has in one document shows in another.

use super::rules;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use tests::client::Client;

const PARENT: &str = "\
Resources:
  Child:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./child.yaml
      Parameters:
        Name: a
Outputs:
  Arn:
    Value: !GetAtt Child.Outputs.Arn
";

const CHILD: &str = "\
Parameters:
  Name:
    Type: String
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      TopicName: !Ref Name
Outputs:
  Arn:
    Value: !Ref Topic
";

fn uri(path: &Path) -> String {
    let path = path.display().to_string().replace('\\', "/");
    format!("file://{}{path}", if path.starts_with('/') { "" } else { "/" })
}

/// The rules of what is published next for a document.
fn next(client: &mut Client, uri: &str) -> Vec<String> {
    let published = client.published(uri);
    rules(published["diagnostics"].as_array().expect("a list")).into_iter().map(str::to_owned).collect()
}

#[test]
fn an_edit_of_the_child_shows_in_the_parent_before_it_is_saved() {
    let folder = tempfile::tempdir().expect("a folder");
    let (parent, child) = (uri(&folder.path().join("parent.yaml")), uri(&folder.path().join("child.yaml")));
    fs::write(folder.path().join("child.yaml"), CHILD).expect("a file");
    let mut client = Client::start(json!({}));
    client.open(&parent, 1, PARENT);
    assert_eq!(next(&mut client, &parent), [""; 0]);

    client.open(&child, 1, &CHILD.replace("  Name:", "  Title:").replace("!Ref Name", "!Ref Title"));
    assert_eq!(next(&mut client, &parent), ["nested-stack-parameter-mismatch"; 2]);
    client.replace(&child, 2, &CHILD.replace("  Arn:", "  TopicArn:"));
    assert_eq!(next(&mut client, &parent), ["undefined-nested-output"]);
    // And the other way round.
    client.replace(&parent, 2, &PARENT.replace("Outputs.Arn", "Outputs.TopicArn"));
    assert_eq!(next(&mut client, &parent), [""; 0]);
    // What was not saved is forgotten: the file has the other name.
    client.close(&child);
    assert_eq!(next(&mut client, &parent), ["undefined-nested-output"]);
}

#[test]
fn a_file_that_appears_or_changes_on_the_disk_is_read_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("child.yaml");
    let parent = uri(&folder.path().join("parent.yaml"));
    let mut client = Client::start(json!({}));
    client.open(&parent, 1, PARENT);
    assert_eq!(next(&mut client, &parent), ["missing-nested-template"]);
    let tell = |client: &mut Client| {
        client.notify("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": uri(&path), "type": 2 }] }));
    };
    fs::write(&path, CHILD).expect("a file");
    tell(&mut client);
    assert_eq!(next(&mut client, &parent), [""; 0]);
    fs::write(&path, CHILD.replace("  Arn:", "  TopicArn:")).expect("a file");
    tell(&mut client);
    assert_eq!(next(&mut client, &parent), ["undefined-nested-output"]);
}

#[test]
fn templates_that_nest_each_other_and_themselves_come_to_rest() {
    let folder = tempfile::tempdir().expect("a folder");
    let (a, b) = (uri(&folder.path().join("a.yaml")), uri(&folder.path().join("b.yaml")));
    let text = |other: &str| {
        format!("{}\n", PARENT.replace("child.yaml", other).replace("        Name: a\n", "        Name: !Ref Name\n"))
            .replace("Resources:\n", "Parameters:\n  Name:\n    Type: String\nResources:\n")
    };
    let mut client = Client::start(json!({}));
    client.open(&a, 1, &text("b.yaml"));
    client.open(&b, 1, &text("b.yaml"));
    client.replace(&b, 2, &text("a.yaml"));
    client.replace(&b, 3, &text("a.yaml").replace("  Arn:", "  Other:"));
    loop {
        if next(&mut client, &a) == ["undefined-nested-output"] {
            break;
        }
    }
    let passed = client.settle();
    assert!(passed.len() < 20, "{passed:?}");
}

#[test]
fn a_client_that_asks_for_diagnostics_is_told_to_ask_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let (parent, child) = (uri(&folder.path().join("parent.yaml")), uri(&folder.path().join("child.yaml")));
    let capabilities = json!({
        "workspace": { "diagnostics": { "refreshSupport": true } },
        "textDocument": { "diagnostic": {} },
    });
    let mut client = Client::start(capabilities);
    client.open(&child, 1, CHILD);
    client.open(&parent, 1, PARENT);
    assert_eq!(client.pull(&parent), [] as [Value; 0]);
    client.replace(&child, 2, &CHILD.replace("  Arn:", "  TopicArn:"));
    let refresh = client.wait("a refresh", |it| it["method"] == "workspace/diagnostic/refresh");
    client.send(json!({ "id": refresh["id"], "result": null }));
    assert_eq!(rules(&client.pull(&parent)), ["undefined-nested-output"]);
}
