//! Positions against a naive oracle, edits against `String`.

use proptest::prelude::*;
use text::{Edits, Encoding, Position, Text, TextEdit, range, size};

/// Lines as the Language Server Protocol counts them: LF, CRLF and CR end one.
fn naive_position(text: &str, offset: usize, encoding: Encoding) -> Position {
    let (mut line, mut start, mut at) = (0, 0, 0);
    let bytes = text.as_bytes();
    while at < offset {
        let width = match bytes[at] {
            b'\r' if bytes.get(at + 1) == Some(&b'\n') => 2,
            b'\r' | b'\n' => 1,
            _ => {
                at += 1;
                continue;
            }
        };
        // Between CR and LF the line has not ended yet.
        if at + width > offset {
            break;
        }
        at += width;
        line += 1;
        start = at;
    }
    let prefix = &text[start..offset];
    let column = match encoding {
        Encoding::Utf8 => prefix.len(),
        Encoding::Utf16 => prefix.encode_utf16().count(),
        Encoding::Utf32 => prefix.chars().count(),
    };
    Position { line, column: column as u32 }
}

fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\n"),
        Just("\r\n"),
        Just("\r"),
        Just("\t"),
        Just("\u{feff}"),
        Just("\u{2028}"),
        Just("\u{85}"),
        Just("é"),
        Just("漢字"),
        Just("😀"),
        Just("e\u{301}"),
        Just("Type: "),
        Just("  "),
        Just("a"),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|it| it.concat())
}

const ENCODINGS: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];

proptest! {
    #[test]
    fn positions_are_those_of_the_protocol(text in texts()) {
        let ours = Text::new(&text, 0);
        for offset in (0..=text.len()).filter(|it| text.is_char_boundary(*it)) {
            for encoding in ENCODINGS {
                let position = ours.position(size(offset), encoding);
                let between = offset > 0 && text.as_bytes()[offset - 1] == b'\r' && text.as_bytes().get(offset) == Some(&b'\n');
                if !between {
                    prop_assert_eq!(position, naive_position(&text, offset, encoding), "at {}", offset);
                    prop_assert_eq!(ours.offset(position, encoding), size(offset));
                }
            }
        }
    }

    #[test]
    fn positions_past_the_end_are_clamped(text in texts(), line in 0..200u32, column in 0..200u32) {
        let ours = Text::new(&text, 0);
        for encoding in ENCODINGS {
            let offset = usize::from(ours.offset(Position { line, column }, encoding));
            prop_assert!(offset <= text.len() && text.is_char_boundary(offset));
            let back = ours.position(size(offset), encoding);
            prop_assert!(back.line <= line && (back.line < line || back.column <= column));
        }
    }

    #[test]
    fn edits_are_those_of_a_string(text in texts(), new in texts(), a in 0..100usize, b in 0..100usize) {
        let (start, end) = (a.min(b).min(text.len()), a.max(b).min(text.len()));
        let mut ours = Text::new(&text, 0);
        ours.edit(range(start, end), &new);
        let floor = |mut it: usize| { while !text.is_char_boundary(it) { it -= 1 } it };
        let mut expected = text.clone();
        expected.replace_range(floor(start)..floor(end), &new);
        prop_assert_eq!(ours.to_string(), expected);
    }

    #[test]
    fn a_list_of_edits_is_applied_as_one(text in "[a-z]{0,40}", cuts in prop::collection::vec((0..40usize, 0..6usize, "[A-Z]{0,3}"), 0..6)) {
        let edits: Vec<TextEdit> = cuts
            .iter()
            .map(|(start, length, new)| {
                let start = (*start).min(text.len());
                TextEdit::replace(range(start, (start + length).min(text.len())), new.clone())
            })
            .collect();
        if let Ok(edits) = Edits::new(edits) {
            let mut expected = text.clone();
            for edit in edits.iter().collect::<Vec<_>>().into_iter().rev() {
                expected.replace_range(usize::from(edit.range.start())..usize::from(edit.range.end()), &edit.text);
            }
            prop_assert_eq!(edits.apply(&text), expected);
        }
    }
}

#[test]
fn the_line_ending_is_that_of_the_first_break() {
    for (text, expected) in [("", "\n"), ("a\r\nb\n", "\r\n"), ("a\nb\r\n", "\n"), ("a\rb", "\r"), ("a\r", "\r")] {
        assert_eq!(Text::new(text, 0).newline(), expected, "{text:?}");
    }
    let long = "x".repeat(5_000) + "\r\n";
    assert_eq!(Text::new(&long, 0).newline(), "\r\n");
}

#[test]
fn edits_that_touch_the_same_bytes_are_refused() {
    let one = |start, end, text: &str| Edits::new(vec![TextEdit::replace(range(start, end), text)]).unwrap();
    let mut all = one(2, 5, "x");
    assert!(all.clone().merge(&one(4, 6, "y")).is_err());
    assert!(all.clone().merge(&one(3, 3, "y")).is_err());
    assert!(all.clone().merge(&one(2, 2, "y")).is_err(), "at the same place the order would be a guess");
    assert!(all.merge(&one(5, 6, "y")).is_ok());
    assert_eq!(all.apply("0123456789"), "01xy6789");
}
