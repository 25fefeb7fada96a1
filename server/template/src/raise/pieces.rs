//! A text under change: which of its bytes are still those of the original.

use text::{Edits, TextEdit, TextRange, TextSize, size};

/// A text put together from pieces of the original and new text. Changes are made one after the other, each on the
/// result of those before it; in the end they are one set of edits.
#[derive(Debug)]
pub(super) struct Pieces<'a> {
    original: &'a str,
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug)]
enum Piece {
    Old(TextRange),
    New(String),
}

impl Piece {
    fn len(&self) -> TextSize {
        match self {
            Piece::Old(range) => range.len(),
            Piece::New(text) => size(text.len()),
        }
    }
}

impl<'a> Pieces<'a> {
    pub(super) fn new(original: &'a str) -> Pieces<'a> {
        Pieces { original, pieces: vec![Piece::Old(text::range(0, original.len()))] }
    }

    /// The text as it is now.
    pub(super) fn text(&self) -> String {
        let piece = |it: &Piece| match it {
            Piece::Old(range) => self.original[*range].to_owned(),
            Piece::New(text) => text.clone(),
        };
        self.pieces.iter().map(piece).collect()
    }

    /// Where the byte at `offset` of the original is now; `None` when it is gone.
    pub(super) fn now(&self, offset: TextSize) -> Option<TextSize> {
        let mut at = TextSize::default();
        for piece in &self.pieces {
            match piece {
                Piece::Old(range) if range.contains(offset) => return Some(at + (offset - range.start())),
                _ => at += piece.len(),
            }
        }
        (offset == size(self.original.len())).then_some(at)
    }

    /// Where the bytes of `range` are now, when they still stand together.
    pub(super) fn range_now(&self, range: TextRange) -> Option<TextRange> {
        let start = self.now(range.start())?;
        if range.is_empty() {
            return Some(TextRange::empty(start));
        }
        let last = self.now(range.end() - TextSize::from(1))?;
        let now = TextRange::new(start, (last + TextSize::from(1)).max(start));
        (now.len() == range.len()).then_some(now)
    }

    /// Changes the text as it is now.
    pub(super) fn apply(&mut self, edits: &Edits) {
        let mut out = Vec::new();
        let mut at = TextSize::default();
        for edit in edits {
            self.copy(TextRange::new(at, edit.range.start().max(at)), &mut out);
            if !edit.text.is_empty() {
                out.push(Piece::New(edit.text.clone()));
            }
            at = edit.range.end();
        }
        let end = self.pieces.iter().map(Piece::len).sum();
        self.copy(TextRange::new(at, at.max(end)), &mut out);
        self.pieces = out;
    }

    /// The edits that lead from the original to here.
    pub(super) fn edits(&self) -> Option<Edits> {
        let mut edits = Vec::new();
        let mut at = TextSize::default();
        let mut new = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Old(range) => {
                    if range.start() > at || !new.is_empty() {
                        edits.push(TextEdit::replace(TextRange::new(at, range.start()), std::mem::take(&mut new)));
                    }
                    at = range.end();
                }
                Piece::New(text) => new.push_str(text),
            }
        }
        let end = size(self.original.len());
        if at < end || !new.is_empty() {
            edits.push(TextEdit::replace(TextRange::new(at, end), new));
        }
        Edits::new(edits).ok()
    }

    fn copy(&self, wanted: TextRange, out: &mut Vec<Piece>) {
        let mut at = TextSize::default();
        for piece in &self.pieces {
            let place = TextRange::at(at, piece.len());
            at = place.end();
            let Some(part) = place.intersect(wanted).filter(|it| !it.is_empty()) else { continue };
            let part = part - place.start();
            out.push(match piece {
                Piece::Old(range) => Piece::Old(part + range.start()),
                Piece::New(text) => Piece::New(text[part].to_owned()),
            });
        }
    }
}
