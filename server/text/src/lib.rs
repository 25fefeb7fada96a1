//! Texts, places in them and changes to them.
//!
//! Inside stacklint every place is a byte offset. Lines and columns exist only at the edge, where editors and
//! people are, and this crate is where the two meet. It knows bytes and lines, nothing else.

mod edit;
mod position;

pub use edit::{EditConflict, Edits, TextEdit};
pub use position::{Encoding, Position};
pub use text_size::{TextRange, TextSize};

use ropey::Rope;
use std::fmt;

/// A document: its text, exactly as written, and the version the client gave it.
///
/// Cloning is cheap: the text is shared. Line breaks are LF, CRLF and CR, as in the
/// [Language Server Protocol, section "Text Documents"][lsp].
///
/// [lsp]: https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#textDocuments
#[derive(Clone, Default)]
pub struct Text {
    rope: Rope,
    /// The version that the client gave this state of the document; 0 where there is no client.
    pub version: i32,
}

impl Text {
    /// A document with this text.
    pub fn new(text: &str, version: i32) -> Text {
        Text { rope: Rope::from_str(text), version }
    }

    /// Length in bytes.
    pub fn len(&self) -> TextSize {
        size(self.rope.len_bytes())
    }

    /// True when there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.rope.len_bytes() == 0
    }

    /// Number of lines; a text that ends in a line break has an empty last line.
    pub fn line_count(&self) -> u32 {
        self.rope.len_lines() as u32
    }

    /// The text of `range`, clamped to the document and to whole characters.
    pub fn slice(&self, range: TextRange) -> String {
        let range = self.clamp(range);
        self.rope.byte_slice(usize::from(range.start())..usize::from(range.end())).to_string()
    }

    /// The text of the zero-based `line`, without its line break; empty past the end.
    pub fn line(&self, line: u32) -> String {
        let line = line as usize;
        if line >= self.rope.len_lines() {
            return String::new();
        }
        let mut text = self.rope.line(line).to_string();
        text.truncate(text.trim_end_matches(['\r', '\n']).len());
        text
    }

    /// The zero-based line that `offset` is on.
    pub fn line_of(&self, offset: TextSize) -> u32 {
        self.rope.byte_to_line(usize::from(offset).min(self.rope.len_bytes())) as u32
    }

    /// The first byte of the zero-based `line`; the end of the text for a line past the end.
    pub fn line_start(&self, line: u32) -> TextSize {
        if line as usize >= self.rope.len_lines() {
            return self.len();
        }
        size(self.rope.line_to_byte(line as usize))
    }

    /// Replaces `range`, clamped to the document and to whole characters, by `text`.
    pub fn edit(&mut self, range: TextRange, text: &str) {
        let range = self.clamp(range);
        let start = self.rope.byte_to_char(usize::from(range.start()));
        let end = self.rope.byte_to_char(usize::from(range.end()));
        self.rope.remove(start..end);
        self.rope.insert(start, text);
    }

    /// The line ending to write: that of the first line break, LF where there is none.
    pub fn newline(&self) -> &'static str {
        let mut before = None;
        for chunk in self.rope.chunks() {
            if let Some(at) = chunk.find(['\n', '\r']) {
                let rest = &chunk[at..];
                return if rest.starts_with("\r\n") {
                    "\r\n"
                } else if rest.starts_with('\n') {
                    if at == 0 && before == Some(b'\r') { "\r\n" } else { "\n" }
                } else if rest.len() == 1 {
                    // The break may continue in the next chunk.
                    before = Some(b'\r');
                    continue;
                } else {
                    "\r"
                };
            }
            if before.is_some() {
                return "\r";
            }
        }
        if before.is_some() { "\r" } else { "\n" }
    }

    fn clamp(&self, range: TextRange) -> TextRange {
        let start = self.char_boundary(range.start());
        let end = self.char_boundary(range.end());
        TextRange::new(start, end.max(start))
    }

    /// The start of the character that `offset` is in, or the end of the text.
    fn char_boundary(&self, offset: TextSize) -> TextSize {
        let offset = usize::from(offset).min(self.rope.len_bytes());
        size(self.rope.char_to_byte(self.rope.byte_to_char(offset)))
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rope.chunks().try_for_each(|chunk| f.write_str(chunk))
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Text").field("version", &self.version).field("bytes", &self.rope.len_bytes()).finish()
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Text) -> bool {
        self.rope == other.rope
    }
}

/// A byte count of ours as a [`TextSize`].
///
/// # Panics
///
/// Texts of 4 GiB and more are refused before they become a [`Text`].
pub fn size(bytes: usize) -> TextSize {
    TextSize::try_from(bytes).expect("a text is shorter than 4 GiB")
}

/// The range of bytes from `start` to `end`.
pub fn range(start: usize, end: usize) -> TextRange {
    TextRange::new(size(start), size(end.max(start)))
}
