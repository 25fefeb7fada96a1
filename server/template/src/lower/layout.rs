//! How the text of a scalar lies in the file: past escapes, folded lines and indentation.

use model::Layout;
use syntax::data::Style;
use text::TextSize;

/// Aligns `text`, the value of a scalar in this style, with the `source` that it was read from, which starts `start` behind
/// the start of its span. `None` where the two do not fit.
pub(super) fn align(text: &str, source: &str, style: Style, start: TextSize) -> Option<Layout> {
    let mut layout = Layout::new();
    let mut at = 0;
    let mut place = match style {
        // The header of a block scalar.
        Style::Literal | Style::Folded if source.starts_with(['|', '>']) => source.find('\n')? + 1,
        _ => 0,
    };
    let mut in_step = false;
    while at < text.len() && place < source.len() {
        let (letter, written) = (text[at..].chars().next()?, source[place..].chars().next()?);
        let is_escape = match style {
            Style::Double => written == '\\',
            Style::Single => written == '\'' && letter == '\'',
            _ => false,
        };
        if letter == written && !is_escape {
            if !in_step {
                layout.push((u32::try_from(at).ok()?, u32::try_from(place).ok()? + u32::from(start)));
                in_step = true;
            }
            at += letter.len_utf8();
            place += written.len_utf8();
            continue;
        }
        if is_escape {
            let length = escape(&source[place..], style);
            if !(style == Style::Double && source[place + 1..].starts_with(['\n', '\r'])) {
                layout.push((u32::try_from(at).ok()?, u32::try_from(place).ok()? + u32::from(start)));
                at += letter.len_utf8();
            }
            place += length;
        } else if written.is_whitespace() || letter.is_whitespace() {
            // A folded line, or the indentation of the next one.
            at += blank(&text[at..]);
            place += blank(&source[place..]);
        } else if written == '!' && text[..at].ends_with("${") {
            place += 1;
        } else {
            return None;
        }
        in_step = false;
    }
    if !in_step {
        layout.push((u32::try_from(at).ok()?, u32::try_from(place).ok()? + u32::from(start)));
    }
    text[at..].trim().is_empty().then_some(layout).filter(|it| !it.is_empty())
}

/// The number of bytes of the escape that `source` starts with.
fn escape(source: &str, style: Style) -> usize {
    if style == Style::Single {
        return 2.min(source.len());
    }
    let length = match source[1..].chars().next() {
        Some('x') => 4,
        Some('u') => {
            let is_high = source.get(2..6).and_then(|it| u32::from_str_radix(it, 16).ok());
            let is_high = is_high.is_some_and(|it| (0xd800..0xdc00).contains(&it));
            if is_high { 12 } else { 6 }
        }
        Some('U') => 10,
        // A line that goes on: with its break and the indentation of the next.
        Some('\n' | '\r') => 1 + blank(&source[1..]),
        Some(letter) => 1 + letter.len_utf8(),
        None => 1,
    };
    let mut length = length.min(source.len());
    while !source.is_char_boundary(length) {
        length += 1;
    }
    length
}

fn blank(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::align;
    use syntax::data::Style;

    /// Where each of these words of the text is said to be, in the source.
    fn places<'a>(text: &str, source: &'a str, style: Style, words: &[&str]) -> Vec<&'a str> {
        let layout = align(text, source, style, 0.into()).expect("a layout");
        let place = |offset: usize| {
            let index = layout.partition_point(|it| it.0 as usize <= offset) - 1;
            layout[index].1 as usize + offset - layout[index].0 as usize
        };
        words
            .iter()
            .map(|word| {
                let at = text.find(word).expect("a word of the text");
                &source[place(at)..place(at + word.len() - 1) + 1]
            })
            .collect()
    }

    #[test]
    fn block_scalars_lose_their_indentation() {
        let source = "|-\n    first\n      second\n\n    third\n";
        let words = ["first", "second", "third"];
        assert_eq!(places("first\n  second\n\nthird", source, Style::Literal, &words), words);
    }

    #[test]
    fn folded_lines_become_spaces() {
        let words = ["one", "two", "three"];
        assert_eq!(places("one two\nthree\n", ">\r\n  one\r\n  two\r\n\r\n  three\r\n", Style::Folded, &words), words);
        assert_eq!(places("one two three", "one\n   two three", Style::Plain, &words), words);
    }

    #[test]
    fn escapes_are_longer_than_what_they_stand_for() {
        let words = ["a", "b", "c"];
        assert_eq!(
            places("{\"a\": \"\u{1f600}\", \\b\nc}", r#"{\"a\": \"\ud83d\ude00\", \\b\nc}"#, Style::Double, &words),
            words
        );
        assert_eq!(places("it's b and c, a", "it''s b and c, a", Style::Single, &words), ["a", "b", "c"]);
        assert_eq!(places("a b c", "a \\\n    b c", Style::Double, &words), words);
    }

    #[test]
    fn text_in_braces_loses_its_mark() {
        assert_eq!(
            places("echo ${HOME} then", "echo ${!HOME} then", Style::Plain, &["HOME", "then"]),
            ["HOME", "then"]
        );
    }
}
