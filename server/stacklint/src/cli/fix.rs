//! Applying fixes.

use super::files;
use super::report::Checked;
use ide::{Applicability, Document, Text};
use similar::TextDiff;
use std::path::Path;

/// What to do with fixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mode {
    /// The least that a fix must be good for.
    pub(super) least: Applicability,
    /// The files stay as they are; the differences are shown.
    pub(super) diff: bool,
}

/// Fixes what was found in a file, as far as `mode` allows, and writes it to `path`, where there is one. Gives the fixed
/// text.
pub(super) fn apply(
    document: &mut Document,
    text: &str,
    checked: &mut Checked,
    mode: Mode,
    path: Option<&Path>,
) -> Result<String, String> {
    let fixed = document.fix(&Text::new(text, 0), mode.least);
    if fixed.text == text {
        return Ok(fixed.text);
    }
    if mode.diff {
        checked.diff = Some(diff(&checked.path, text, &fixed.text));
        return Ok(fixed.text);
    }
    if let Some(path) = path {
        files::replace(path, text, &fixed.text).map_err(|it| format!("{}: cannot be fixed: {it}", checked.path))?;
    }
    checked.analysis = document.analyse(&Text::new(&fixed.text, 0));
    checked.fixed = fixed.rules;
    Ok(fixed.text)
}

fn diff(path: &str, old: &str, new: &str) -> String {
    // As other tools write it, and as they can apply it.
    let path = path.trim_start_matches('/');
    let (before, after) = (format!("a/{path}"), format!("b/{path}"));
    TextDiff::from_lines(old, new).unified_diff().header(&before, &after).to_string()
}
