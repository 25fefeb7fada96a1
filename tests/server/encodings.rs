//! The same session in every way to count columns.

use serde_json::{Value, json};
use tests::client::Client;

const TEXT: &str = "\
# 🎉 ümlaut
Resources:
  Topic:
    Type: AWS::SNS::Topic
  Policy:
    Type: Custom::TopicPolicy
    Properties: {PolicyDocument: {\"ä🎉\": \"𝒳\"}, Topics: [!Ref Topik]} # 🎉🎉
";

/// The client's preferences, what is agreed, and how many units `text` has then.
type Way = (&'static [&'static str], &'static str, fn(&str) -> usize);

const WAYS: [Way; 5] = [
    (&[], "utf-16", utf16),
    (&["utf-16"], "utf-16", utf16),
    (&["utf-8", "utf-16"], "utf-8", str::len),
    (&["utf-32", "utf-16"], "utf-32", |text| text.chars().count()),
    (&["utf-32", "utf-8", "utf-16"], "utf-8", str::len),
];

fn utf16(text: &str) -> usize {
    text.encode_utf16().count()
}

#[test]
fn findings_are_at_the_same_place_however_columns_are_counted() {
    for (offered, agreed, count) in WAYS {
        let general = if offered.is_empty() { json!({}) } else { json!({ "positionEncodings": offered }) };
        let (mut client, answer) = Client::start_with(json!({ "capabilities": { "general": general } }));
        assert_eq!(answer["capabilities"]["positionEncoding"], agreed);
        let uri = "file:///encoding.yaml";
        client.open(uri, 1, TEXT);
        let line = TEXT.lines().nth(6).expect("seven lines");
        let before = count(&line[..line.find("Topik").expect("it is there")]);
        let range = |line: u32, start: usize, end: usize| json!({ "start": { "line": line, "character": start }, "end": { "line": line, "character": end } });
        let diagnostics = client.published_for(uri, 1);
        assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
        assert_eq!(diagnostics[0]["range"], range(6, before, before + 5), "{agreed}");

        // An insertion behind wide characters, by their columns.
        let at = count("# 🎉 ") as u32;
        client.edit(uri, 2, (0, at), (0, at), "𝒳\n# ");
        let diagnostics = client.published_for(uri, 2);
        assert_eq!(diagnostics[0]["range"], range(7, before, before + 5), "{agreed}");

        // Mending the name by its columns leaves nothing.
        let (start, end) = (before as u32 + 3, before as u32 + 5);
        client.edit(uri, 3, (7, start), (7, end), "ic");
        assert_eq!(client.published_for(uri, 3), [] as [Value; 0], "{agreed}");

        // A column within a character means its start.
        let inside = u32::from(agreed != "utf-32");
        let emoji = count("    Properties: {PolicyDocument: {\"ä") as u32;
        client.edit(uri, 4, (7, emoji + inside), (7, emoji + inside), "\": 1, \"Topik");
        client.edit(uri, 5, (7, start + 12), (7, end + 12), "ik");
        let diagnostics = client.published_for(uri, 5);
        assert_eq!(diagnostics[0]["range"], range(7, before + 12, before + 17), "{agreed}");
    }
}

#[test]
fn all_line_breaks_of_the_protocol_count_and_no_others() {
    let uri = "file:///breaks.yaml";
    let mut client = Client::start(json!({}));
    let text = TEXT.replace("# 🎉 ümlaut", "# one\u{2028}still one\u{85}\u{b}\u{c}").replace('\n', "\r\n");
    client.open(uri, 1, &text);
    let diagnostics = client.published_for(uri, 1);
    assert_eq!(diagnostics[0]["range"]["start"]["line"], 6);
}
