//! `path:line:column: severity[rule] message`, for people and editors alike.

use crate::cli::report::Report;
use std::fmt::Write;

pub(super) fn render(report: &Report) -> String {
    let mut out = String::new();
    for (file, finding) in report.findings() {
        let (line, column) = file.line_and_column(finding.range);
        let (severity, rule) = (finding.severity.name(), finding.rule.name);
        let message = finding.message.replace(['\r', '\n'], " ");
        let _ = writeln!(out, "{}:{line}:{column}: {severity}[{rule}] {message}", file.path);
    }
    out
}
