//! One object with everything, for programs.

use super::to_json;
use crate::cli::report::{Checked, Place, Report, Summary};
use ide::Finding;
use serde::Serialize;

#[derive(Serialize)]
struct Root<'a> {
    version: &'static str,
    files: Vec<File<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct File<'a> {
    path: &'a str,
    language: &'static str,
    diagnostics: Vec<Diagnostic<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Diagnostic<'a> {
    rule: &'static str,
    severity: &'static str,
    category: &'static str,
    message: &'a str,
    range: Place,
    resource: Option<&'a str>,
    resource_type: Option<&'a str>,
    aliases: &'static [&'static str],
    url: String,
    fixes: Vec<Fix<'a>>,
    related: Vec<Related<'a>>,
}

#[derive(Serialize)]
struct Fix<'a> {
    title: &'a str,
    applicability: &'static str,
    preferred: bool,
    edits: Vec<Edit>,
}

#[derive(Serialize)]
struct Edit {
    range: Place,
    text: String,
}

#[derive(Serialize)]
struct Related<'a> {
    range: Place,
    message: &'a str,
}

pub(super) fn render(report: &Report) -> String {
    let files = report.files.iter();
    let files = files.map(|file| File {
        path: &file.path,
        language: file.analysis.kind.map_or("", |it| it.language()),
        diagnostics: file.analysis.findings.iter().map(|it| diagnostic(file, it)).collect(),
    });
    to_json(&Root { version: env!("CARGO_PKG_VERSION"), files: files.collect(), summary: report.summary() })
}

fn diagnostic<'a>(file: &Checked, it: &'a Finding) -> Diagnostic<'a> {
    let fixes = it.fixes().iter().filter_map(|fix| {
        let edits = file.analysis.edits(fix)?;
        let edits = edits.iter().map(|it| Edit { range: file.place(it.range), text: it.text.clone() });
        Some(Fix {
            title: &fix.title,
            applicability: fix.applicability.name(),
            preferred: fix.preferred,
            edits: edits.collect(),
        })
    });
    let related = it.related.iter();
    Diagnostic {
        rule: it.rule.name,
        severity: it.severity.name(),
        category: it.rule.category.name(),
        message: &it.message,
        range: file.place(it.range),
        resource: it.resource.as_deref(),
        resource_type: it.resource_type.as_deref(),
        aliases: it.rule.aliases,
        url: it.rule.url(),
        fixes: fixes.collect(),
        related: related.map(|(range, message)| Related { range: file.place(*range), message }).collect(),
    }
}
