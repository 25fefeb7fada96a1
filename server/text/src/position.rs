//! Lines and columns, in the units that a client counts in.

use crate::{Text, size};
use text_size::TextSize;

/// How a client counts columns. Agreed once, at `initialize`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// Columns are bytes.
    Utf8,
    /// Columns are UTF-16 code units, as in LSP unless something else was agreed.
    #[default]
    Utf16,
    /// Columns are Unicode scalar values.
    Utf32,
}

/// Zero-based line and column, in units of an [`Encoding`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Zero-based line.
    pub line: u32,
    /// Zero-based column.
    pub column: u32,
}

impl Text {
    /// The byte at `position`.
    ///
    /// A column past the end of its line means that end, before the line break; a line past the end of the text means
    /// the end of the text; a column within a character means its start.
    pub fn offset(&self, position: Position, encoding: Encoding) -> TextSize {
        let rope = &self.rope;
        let line = position.line as usize;
        if line >= rope.len_lines() {
            return self.len();
        }
        let start = rope.line_to_byte(line);
        let content = rope.line(line);
        let mut bytes = 0usize;
        let mut units = 0usize;
        for c in content.chars() {
            if c == '\n' || c == '\r' {
                break;
            }
            let width = encoding.width(c);
            if units + width > position.column as usize {
                break;
            }
            units += width;
            bytes += c.len_utf8();
        }
        size(start + bytes)
    }

    /// The position of the byte at `offset`, clamped to the text and to the start of its character.
    pub fn position(&self, offset: TextSize, encoding: Encoding) -> Position {
        let offset = self.char_boundary(offset);
        let line = self.line_of(offset);
        let start = self.line_start(line);
        let prefix = self.rope.byte_slice(usize::from(start)..usize::from(offset));
        let column = match encoding {
            Encoding::Utf8 => prefix.len_bytes(),
            Encoding::Utf16 => prefix.len_utf16_cu(),
            Encoding::Utf32 => prefix.len_chars(),
        };
        Position { line, column: column as u32 }
    }
}

impl Encoding {
    fn width(self, c: char) -> usize {
        match self {
            Encoding::Utf8 => c.len_utf8(),
            Encoding::Utf16 => c.len_utf16(),
            Encoding::Utf32 => 1,
        }
    }
}
