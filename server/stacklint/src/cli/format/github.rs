//! Workflow commands, which GitHub shows as annotations of the changed lines.

use crate::cli::report::Report;
use ide::Severity;
use std::fmt::Write;

pub(super) fn render(report: &Report) -> String {
    let mut out = String::new();
    for (file, finding) in report.findings() {
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info | Severity::Hint => "notice",
        };
        let place = file.place(finding.range);
        let (line, end_line) = (place.start.line + 1, place.end.line + 1);
        let _ = write!(out, "::{command} file={},line={line},endLine={end_line}", property(&file.path));
        // Columns are understood within one line only.
        if line == end_line {
            let _ = write!(out, ",col={},endColumn={}", place.start.character + 1, place.end.character + 1);
        }
        let title = format!("stacklint {}", finding.rule.name);
        let _ = writeln!(out, ",title={}::{}", property(&title), data(&finding.message));
    }
    out
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
