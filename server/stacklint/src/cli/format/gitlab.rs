//! GitLab's code quality report.

use super::{Fingerprints, to_json};
use crate::cli::report::Report;
use ide::Severity;
use serde::Serialize;

#[derive(Serialize)]
struct Issue<'a> {
    description: &'a str,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

pub(super) fn render(report: &Report) -> String {
    let mut fingerprints = Fingerprints::new();
    let issues = report.findings().map(|(file, finding)| {
        let place = file.place(finding.range);
        Issue {
            description: &finding.message,
            check_name: finding.rule.name,
            fingerprint: fingerprints.of(&file.path, finding),
            severity: match finding.severity {
                Severity::Error => "critical",
                Severity::Warning => "major",
                Severity::Info => "minor",
                Severity::Hint => "info",
            },
            location: Location {
                path: &file.path,
                lines: Lines { begin: place.start.line + 1, end: place.end.line + 1 },
            },
        }
    });
    to_json(&issues.collect::<Vec<_>>())
}
