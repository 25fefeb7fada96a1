//! JUnit XML: a suite for each file, a failed case for each finding.

use crate::cli::report::Report;
use std::fmt::Write;

pub(super) fn render(report: &Report) -> String {
    let all = report.findings().count();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let cases = |findings: usize| findings.max(1);
    let tests: usize = report.files.iter().map(|it| cases(it.analysis.findings.len())).sum();
    let errors = report.failures.len();
    let tests = tests + errors;
    let _ = writeln!(out, "<testsuites name=\"stacklint\" tests=\"{tests}\" failures=\"{all}\" errors=\"{errors}\">");
    for file in &report.files {
        let findings = &file.analysis.findings;
        let (path, tests, failures) = (escape(&file.path), cases(findings.len()), findings.len());
        let _ = writeln!(out, "  <testsuite name=\"{path}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">");
        if findings.is_empty() {
            // A suite without cases would look as if the file had not been read.
            let _ = writeln!(out, "    <testcase name=\"stacklint\" classname=\"{path}\"/>");
        }
        for finding in findings {
            let (line, column) = file.line_and_column(finding.range);
            let (rule, severity) = (finding.rule.name, finding.severity.name());
            let message = escape(&finding.message);
            let name = finding.resource.as_ref().map_or(rule.to_owned(), |it| format!("{rule} {}", escape(it)));
            let _ = writeln!(out, "    <testcase name=\"{name}\" classname=\"{path}\" line=\"{line}\">");
            let _ = writeln!(out, "      <failure type=\"{severity}\" message=\"{message}\">");
            let _ = writeln!(out, "{path}:{line}:{column}: {severity}[{rule}] {message}");
            out += "      </failure>\n    </testcase>\n";
        }
        out += "  </testsuite>\n";
    }
    if errors > 0 {
        let _ = writeln!(out, "  <testsuite name=\"stacklint\" tests=\"{errors}\" failures=\"0\" errors=\"{errors}\">");
        for failure in &report.failures {
            let message = escape(failure);
            let _ = writeln!(out, "    <testcase name=\"{message}\"><error message=\"{message}\"/></testcase>");
        }
        out += "  </testsuite>\n";
    }
    out + "</testsuites>\n"
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\n' => out += "&#10;",
            '\r' => out += "&#13;",
            // XML has no way to write these.
            c if c.is_control() && c != '\t' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
