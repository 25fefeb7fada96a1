//! What is shown under the pointer, as a client asks for it.

use serde_json::{Value, json};
use tests::client::Client;

const URI: &str = "file:///hover.yaml";

const TEXT: &str = "\
Parameters:
  Stage: {Type: String, Default: dev, AllowedValues: [dev, prod]}
  Spare: {Type: String}
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties: {Tags: [{Key: '🎉ä', Value: !Sub 'ü-${Stage}-𝒳'}]} # 🎉
";

/// An encoding, and how many units a text has in it.
type Way = (&'static str, fn(&str) -> usize);

fn ask(client: &mut Client, uri: &str, line: u32, character: usize) -> Value {
    let place = json!({ "line": line, "character": character });
    client.request("textDocument/hover", json!({ "textDocument": { "uri": uri }, "position": place }))
}

fn markdown(hover: &Value) -> &str {
    hover["contents"]["value"].as_str().expect("a text")
}

#[test]
fn the_word_is_marked_however_columns_are_counted() {
    let ways: [Way; 3] =
        [("utf-8", str::len), ("utf-16", |it| it.encode_utf16().count()), ("utf-32", |it| it.chars().count())];
    for (encoding, count) in ways {
        let general = json!({ "positionEncodings": [encoding] });
        let (mut client, answer) = Client::start_with(json!({ "capabilities": { "general": general } }));
        assert_eq!(answer["capabilities"]["positionEncoding"], encoding);
        client.open(URI, 1, TEXT);
        let line = TEXT.lines().nth(6).expect("seven lines");
        let start = count(&line[..line.find("Stage").expect("it is there")]);
        let hover = ask(&mut client, URI, 6, start + 2);
        let range = json!({ "start": { "line": 6, "character": start }, "end": { "line": 6, "character": start + 5 } });
        assert_eq!(hover["range"], range, "{encoding}");
        assert!(markdown(&hover).starts_with("parameter **Stage**"), "{hover}");
    }
}

#[test]
fn a_finding_goes_before_what_the_thing_is() {
    let mut client = Client::start(json!({}));
    client.open(URI, 1, TEXT);
    let hover = ask(&mut client, URI, 2, 4);
    let (finding, thing) = markdown(&hover).split_once("\n---\n\n").expect("both");
    assert!(finding.starts_with("# unused-parameter"), "{finding}");
    assert!(thing.starts_with("parameter **Spare**"), "{thing}");
    let range = json!({ "start": { "line": 2, "character": 2 }, "end": { "line": 2, "character": 7 } });
    assert_eq!(hover["range"], range);
}

#[test]
fn what_is_shown_is_of_the_text_as_it_is_now() {
    let mut client = Client::start(json!({}));
    client.open(URI, 1, TEXT);
    client.edit(URI, 2, (1, 33), (1, 36), "prod");
    // Half of a property, below.
    client.edit(URI, 3, (7, 0), (7, 0), "  Other:\n    Type: AWS::SNS::Topic\n    Properties:\n      Disp");
    let hover = ask(&mut client, URI, 1, 4);
    assert!(markdown(&hover).contains("- default: `prod`\n"), "{hover}");
    let hover = ask(&mut client, URI, 6, 18);
    assert!(markdown(&hover).starts_with("property **Tags** of `AWS::SNS::Topic`"), "{hover}");
    client.close(URI);
}

#[test]
fn constructs_show_what_they_make() {
    let mut client = Client::start(json!({}));
    let uri = "file:///hover.ts";
    let text = "\
import { Stack } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';

export class Shop extends Stack {
  constructor(scope: any) {
    super(scope, 'Shop');
    new sqs.Queue(this, '🎉Orders', { queueName: 'orders' });
  }
}
";
    client.open(uri, 1, text);
    let hover = ask(&mut client, uri, 6, 10);
    assert!(markdown(&hover).starts_with("construct `sqs.Queue`: `AWS::SQS::Queue`"), "{hover}");
    assert!(markdown(&hover).contains("    QueueName: orders\n"), "{hover}");
    let range = json!({ "start": { "line": 6, "character": 8 }, "end": { "line": 6, "character": 17 } });
    assert_eq!(hover["range"], range);
}

#[test]
fn a_client_without_markdown_gets_plain_text() {
    let hover = json!({ "textDocument": { "hover": { "contentFormat": ["plaintext"] } } });
    let mut client = Client::start(hover);
    client.open(URI, 1, TEXT);
    let hover = ask(&mut client, URI, 1, 4);
    assert_eq!(hover["contents"]["kind"], "plaintext");
    assert!(markdown(&hover).starts_with("parameter Stage: String\n\n- default: dev\n"), "{hover}");
}
