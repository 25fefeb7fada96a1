//! How findings are shown.

mod concise;
mod github;
mod gitlab;
mod json;
mod junit;
mod sarif;
mod text;

use super::report::Report;
use clap::ValueEnum;
use std::collections::BTreeMap;
use std::fmt::Write;

/// How findings are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people: the source line with carets.
    Text,
    /// One line for each finding.
    Concise,
    /// One object with everything.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations in GitHub workflows.
    Github,
    /// JUnit XML, for test reports.
    Junit,
    /// GitLab code quality.
    Gitlab,
}

/// What was found, in this format.
pub(super) fn render(report: &Report, format: Format) -> String {
    match format {
        Format::Text => text::render(report),
        Format::Concise => concise::render(report),
        Format::Json => json::render(report),
        Format::Sarif => sarif::render(report),
        Format::Github => github::render(report),
        Format::Junit => junit::render(report),
        Format::Gitlab => gitlab::render(report),
    }
}

/// How often each rule found something, the most frequent first.
pub(super) fn statistics(report: &Report, format: Format) -> String {
    let mut counts = BTreeMap::<&str, (usize, usize)>::new();
    for (file, finding) in report.findings() {
        let count = counts.entry(finding.rule.name).or_default();
        count.0 += 1;
        count.1 += usize::from(file.fix(finding).is_some());
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(name, (count, _))| (std::cmp::Reverse(*count), *name));
    if format == Format::Json {
        let entries = counts
            .iter()
            .map(|(rule, (count, fixable))| serde_json::json!({ "rule": rule, "count": count, "fixable": fixable }));
        return to_json(&entries.collect::<Vec<_>>());
    }
    let mut out = String::new();
    for (name, (count, fixable)) in counts {
        let fixable = if fixable > 0 { format!(" ({fixable} fixable)") } else { String::new() };
        let _ = writeln!(out, "{count:5}  {name}{fixable}");
    }
    out
}

fn to_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}

/// Tells a finding from all others of a run, and is the same in the next run although lines have moved.
struct Fingerprints {
    seen: BTreeMap<String, usize>,
}

impl Fingerprints {
    fn new() -> Fingerprints {
        Fingerprints { seen: BTreeMap::new() }
    }

    fn of(&mut self, path: &str, finding: &ide::Finding) -> String {
        let resource = finding.resource.as_deref().unwrap_or_default();
        let words = format!("{path}\n{}\n{resource}\n{}", finding.rule.name, finding.message);
        // The same words again are another finding.
        let count = self.seen.entry(words.clone()).and_modify(|it| *it += 1).or_insert(0);
        // FNV-1a, which is written down and will be the same for ever.
        let hash = words
            .bytes()
            .chain(count.to_le_bytes())
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        format!("{hash:016x}")
    }
}
