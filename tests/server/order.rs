//! What happened first counts first.

use super::{MISTAKEN, mended, rules};
use serde_json::{Value, json};
use tests::client::Client;

/// The sentinel for every change of the transport: it starts handlers in order but lets them overtake each other.
#[test]
fn a_flood_of_edits_and_requests_is_taken_in_order() {
    let uri = "file:///flood.yaml";
    let mut client = Client::start(json!({ "textDocument": { "diagnostic": {} } }));
    client.open(uri, 0, MISTAKEN);
    let line = 8;
    let mut name = "Topik".to_owned();
    let mut asked = Vec::new();
    for version in 1..=1000 {
        // Letters come and go at the end of the name; every tenth state is asked about.
        let end = 15 + name.len() as u32;
        if version % 3 == 0 {
            client.edit(uri, version, (line, end - 1), (line, end), "");
            name.pop();
        } else {
            let letter = char::from(b'a' + (version % 26) as u8);
            client.edit(uri, version, (line, end), (line, end), &letter.to_string());
            name.push(letter);
        }
        if version % 10 == 0 {
            let id = client.post("textDocument/diagnostic", json!({ "textDocument": { "uri": uri } }));
            asked.push((id, name.clone()));
        }
        if version % 100 == 0 {
            client.post(
                "textDocument/hover",
                json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": 17 } }),
            );
        }
    }
    for (id, name) in asked {
        let answer = client.answer(id);
        let items = answer["result"]["items"].as_array().unwrap_or_else(|| panic!("no report: {answer}"));
        let wanted = format!("`{name}`");
        assert!(
            items.iter().any(|it| it["message"].as_str().is_some_and(|it| it.contains(&wanted))),
            "the request was about {wanted}: {items:?}"
        );
    }
    client.replace(uri, 1001, &mended());
    assert_eq!(client.pull(uri), [] as [Value; 0]);
    assert!(client.shut_down().success());
}

#[test]
fn only_the_newest_of_many_states_need_be_published_and_it_always_is() {
    let uri = "file:///burst.yaml";
    let mut client = Client::start(json!({}));
    client.open(uri, 0, MISTAKEN);
    assert_eq!(rules(&client.published_for(uri, 0)), ["undefined-reference"]);
    for version in 1..=499 {
        client.edit(uri, version, (0, 0), (0, 0), "# a comment above\n");
    }
    client.edit(uri, 500, (0, 0), (0, 0), "# the last one\n");
    let diagnostics = client.published_for(uri, 500);
    assert_eq!(diagnostics[0]["range"]["start"], json!({ "line": 508, "character": 15 }));
}

#[test]
fn a_cancelled_request_is_answered_as_such() {
    let uri = "file:///cancel.yaml";
    let mut client = Client::start(json!({ "textDocument": { "diagnostic": {} } }));
    client.open(uri, 0, MISTAKEN);
    let mut ids = Vec::new();
    for _ in 0..20 {
        let id = client.post("textDocument/diagnostic", json!({ "textDocument": { "uri": uri } }));
        client.notify("$/cancelRequest", json!({ "id": id }));
        ids.push(id);
    }
    for id in ids {
        // It may have been faster than its cancellation; but it is answered, once.
        let answer = client.answer(id);
        assert!(answer["error"]["code"] == -32800 || answer["result"]["kind"] == "full", "{answer}");
    }
    client.notify("$/cancelRequest", json!({ "id": 12345 }));
    assert_eq!(rules(&client.pull(uri)), ["undefined-reference"]);
}

#[test]
fn documents_do_not_wait_for_each_other_forever() {
    let mut client = Client::start(json!({}));
    for number in 0..50 {
        client.open(&format!("file:///many/{number}.yaml"), 1, MISTAKEN);
    }
    for number in (0..50).rev() {
        let diagnostics = client.published_for(&format!("file:///many/{number}.yaml"), 1);
        assert_eq!(rules(&diagnostics), ["undefined-reference"], "document {number}");
    }
}

#[test]
fn places_past_the_end_mean_the_end() {
    let uri = "file:///end.yaml";
    let mut client = Client::start(json!({}));
    client.open(uri, 1, "");
    client.edit(uri, 2, (7, 9), (100, 3), MISTAKEN);
    assert_eq!(rules(&client.published_for(uri, 2)), ["undefined-reference"]);
    // The end of a line, not the start of the next.
    client.edit(uri, 3, (8, 14), (8, 4_000_000_000), " Topic");
    assert_eq!(client.published_for(uri, 3), [] as [Value; 0]);
    // Backwards.
    client.edit(uri, 4, (8, 20), (8, 2), "x");
    assert_eq!(rules(&client.published_for(uri, 4)), ["undefined-reference"]);
    let hover = json!({ "textDocument": { "uri": uri }, "position": { "line": 4_000_000, "character": 4_000_000 } });
    assert_eq!(client.request("textDocument/hover", hover), Value::Null);
}

#[test]
fn a_change_of_a_document_that_is_not_open_changes_nothing() {
    let uri = "file:///closed.yaml";
    let mut client = Client::start(json!({}));
    client.replace(uri, 2, MISTAKEN);
    client.close(uri);
    for what in ["was changed but is not open", "was closed but is not open"] {
        client.wait(what, |it| it["params"]["message"].as_str().is_some_and(|it| it.contains(what)));
    }
    client.open(uri, 3, MISTAKEN);
    assert_eq!(rules(&client.published_for(uri, 3)), ["undefined-reference"]);
}

/// What is left of a text after many small edits is what an independent reading of the protocol says.
#[test]
fn random_edits_leave_the_text_that_they_should() {
    const PIECES: [&str; 12] =
        ["a", "\n", "  ", "🎉", "ä", ": ", "- ", "\r\n", "!Ref Topik", "# 𝒳\n", "\"", "{a: [b]}"];
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    // xorshift: the same edits in every run.
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let place = |chars: &[char]| {
        let (mut line, mut column) = (0u32, 0u32);
        for (i, c) in chars.iter().enumerate() {
            let breaks = *c == '\n' || (*c == '\r' && chars.get(i + 1) != Some(&'\n'));
            (line, column) = if breaks { (line + 1, 0) } else { (line, column + c.len_utf16() as u32) };
        }
        (line, column)
    };
    let mut client = Client::start(json!({ "textDocument": { "diagnostic": {} } }));
    for round in 0..10 {
        let uri = format!("file:///random/{round}.yaml");
        let mut text: Vec<char> = MISTAKEN.chars().collect();
        client.open(&uri, 0, MISTAKEN);
        for version in 1..=60 {
            let start = random(text.len() + 1);
            let end = (start + random(4)).min(text.len());
            // Within a line break of two characters there is no place.
            let splits = |at: usize| at > 0 && text.get(at - 1) == Some(&'\r') && text.get(at) == Some(&'\n');
            if splits(start) || splits(end) {
                continue;
            }
            let piece = PIECES[random(PIECES.len())];
            client.edit(&uri, version, place(&text[..start]), place(&text[..end]), piece);
            text.splice(start..end, piece.chars());
        }
        let whole: String = text.iter().collect();
        let fresh = format!("file:///fresh/{round}.yaml");
        client.open(&fresh, 1, &whole);
        assert_eq!(client.pull(&uri), client.pull(&fresh), "{whole:?}");
    }
    assert!(client.shut_down().success());
}
