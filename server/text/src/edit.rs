//! Changes to a text.

use std::fmt;
use text_size::{TextRange, TextSize};

/// Replaces the bytes of `range` by `text`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextEdit {
    /// The bytes to take out; empty for an insertion.
    pub range: TextRange,
    /// What to put there.
    pub text: String,
}

impl TextEdit {
    /// Puts `text` at `offset`.
    pub fn insert(offset: TextSize, text: impl Into<String>) -> TextEdit {
        TextEdit { range: TextRange::empty(offset), text: text.into() }
    }

    /// Puts `text` in the place of `range`.
    pub fn replace(range: TextRange, text: impl Into<String>) -> TextEdit {
        TextEdit { range, text: text.into() }
    }

    /// Takes `range` out.
    pub fn delete(range: TextRange) -> TextEdit {
        TextEdit { range, text: String::new() }
    }
}

/// Edits of one file: sorted by place and disjoint. Insertions at one place stay in the order in which they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edits {
    edits: Vec<TextEdit>,
}

/// Two edits want to change the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EditConflict;

impl fmt::Display for EditConflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("two edits overlap")
    }
}

impl std::error::Error for EditConflict {}

impl Edits {
    /// Sorts `edits`; identical ones count once.
    ///
    /// # Errors
    ///
    /// When two of them overlap.
    pub fn new(mut edits: Vec<TextEdit>) -> Result<Edits, EditConflict> {
        edits.retain(|it| !it.range.is_empty() || !it.text.is_empty());
        edits.sort_by_key(|it| (it.range.start(), it.range.end()));
        edits.dedup();
        if edits.windows(2).any(|pair| pair[0].range.end() > pair[1].range.start()) {
            return Err(EditConflict);
        }
        Ok(Edits { edits })
    }

    /// Joins `other` in, unless the two touch the same bytes or insert at the same place.
    ///
    /// # Errors
    ///
    /// When they do; `self` is as it was.
    pub fn merge(&mut self, other: &Edits) -> Result<(), EditConflict> {
        let touches = |a: &TextEdit, b: &TextEdit| {
            a.range.intersect(b.range).is_some_and(|it| !it.is_empty() || a.range.start() == b.range.start())
                || (a.range.is_empty() && b.range.contains(a.range.start()))
                || (b.range.is_empty() && a.range.contains(b.range.start()))
        };
        if other.edits.iter().any(|a| self.edits.iter().any(|b| a != b && touches(a, b))) {
            return Err(EditConflict);
        }
        let all = self.edits.iter().chain(&other.edits).cloned().collect();
        *self = Edits::new(all)?;
        Ok(())
    }

    /// True when nothing changes.
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }

    /// The edits, by place.
    pub fn iter(&self) -> std::slice::Iter<'_, TextEdit> {
        self.edits.iter()
    }

    /// The text after all edits. Ranges past the end of `text` mean its end.
    pub fn apply(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len() + self.edits.iter().map(|it| it.text.len()).sum::<usize>());
        let mut at = 0;
        for edit in &self.edits {
            let start = usize::from(edit.range.start()).min(text.len());
            let end = usize::from(edit.range.end()).min(text.len());
            out.push_str(&text[at..start]);
            out.push_str(&edit.text);
            at = end;
        }
        out.push_str(&text[at..]);
        out
    }
}

impl<'a> IntoIterator for &'a Edits {
    type Item = &'a TextEdit;
    type IntoIter = std::slice::Iter<'a, TextEdit>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
