//! Lines put into scripts and taken out.

use super::Placed;
use model::Change;
use std::ops::Range;

impl Placed<'_> {
    /// Puts a line in behind the one that `offset` is in, indented like `line` is.
    pub(crate) fn insert_line_after(&self, offset: usize, line: &str) -> Option<Change> {
        let text = &self.script.text;
        let end = text.get(offset..)?.find('\n').map_or(text.len(), |it| offset + it);
        if let Some(change) = self.insert(end, format!("\n{line}")) {
            return Some(change);
        }
        // Where that line is written somewhere else, the next one may be at hand.
        let next = text.get(end + 1..)?;
        let first = end + 1 + (next.len() - next.trim_start().len());
        let is_own = first < self.script.range.end && first < text.len();
        is_own.then(|| self.insert(first, format!("{line}\n"))).flatten()
    }

    /// The white space that the line of `offset` starts with.
    pub(crate) fn indent(&self, offset: usize) -> &str {
        let start = self.script.text[..offset].rfind('\n').map_or(0, |it| it + 1);
        let line = &self.script.text[start..];
        &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
    }

    /// True when nothing else stands on the lines of `range`.
    pub(crate) fn has_own_lines(&self, range: Range<usize>) -> bool {
        let text = &self.script.text;
        let start = text[..range.start].rfind('\n').map_or(0, |it| it + 1);
        let end = text[range.end..].find('\n').map_or(text.len(), |it| range.end + it);
        text[start..range.start].trim().is_empty() && text[range.end..end].trim().is_empty()
    }
}
