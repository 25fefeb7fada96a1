//! SARIF 2.1.0, for code scanning.

use super::{Fingerprints, to_json};
use crate::cli::report::{Checked, Report};
use ide::{Applicability, Category, Finding, Rule, Severity, TextRange};
use serde_sarif::sarif::{
    ArtifactChange, ArtifactContent, ArtifactLocation, Fix, Invocation, Location, LogicalLocation, Message,
    MultiformatMessageString, Notification, PhysicalLocation, PropertyBag, Region, Replacement, ReportingConfiguration,
    ReportingDescriptor, Result, ResultLevel, Run, Sarif, ToolComponent,
};
use std::collections::BTreeMap;
use std::fmt::Write;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

pub(super) fn render(report: &Report) -> String {
    // Only the rules that found something: the report stays small, and every index is used.
    let mut rules: Vec<&'static Rule> = report.findings().map(|(_, it)| it.rule).collect();
    rules.sort_by_key(|it| it.name);
    rules.dedup_by_key(|it| it.name);
    let index: BTreeMap<&str, i64> = rules.iter().zip(0..).map(|(it, index)| (it.name, index)).collect();
    let mut fingerprints = Fingerprints::new();
    let results = report.findings().map(|(file, finding)| {
        let fingerprint = fingerprints.of(&file.path, finding);
        result(file, finding, index.get(finding.rule.name).copied().unwrap_or(-1), fingerprint)
    });
    let driver = ToolComponent::builder()
        .name("stacklint")
        .version(env!("CARGO_PKG_VERSION"))
        .semantic_version(env!("CARGO_PKG_VERSION"))
        .information_uri("https://github.com/stacklint/stacklint")
        .rules(rules.into_iter().map(descriptor).collect::<Vec<_>>())
        .build();
    let notifications = report
        .failures
        .iter()
        .map(|it| Notification::builder().message(Message::from(it)).level(serde_json::json!("error")).build());
    let invocation = Invocation::builder()
        .execution_successful(report.failures.is_empty())
        .tool_execution_notifications(notifications.collect::<Vec<_>>())
        .build();
    let run = Run::builder()
        .tool(driver)
        .invocations(vec![invocation])
        .results(results.collect::<Vec<_>>())
        .column_kind(serde_json::json!("utf16CodeUnits"))
        .build();
    to_json(&Sarif::builder().schema(SCHEMA).version(serde_json::json!("2.1.0")).runs(vec![run]).build())
}

fn descriptor(rule: &'static Rule) -> ReportingDescriptor {
    let words = |text: String| MultiformatMessageString::builder().text(text).build();
    let page = ide::page(rule);
    let mut properties = BTreeMap::new();
    properties.insert("aliases".to_owned(), serde_json::json!(rule.aliases));
    if rule.category == Category::Security {
        // What code scanning sorts security findings by.
        let severity = match rule.severity {
            Severity::Error => "8.0",
            Severity::Warning => "6.0",
            Severity::Info | Severity::Hint => "3.0",
        };
        properties.insert("security-severity".to_owned(), serde_json::json!(severity));
    }
    let configuration = ReportingConfiguration::builder()
        .enabled(rule.default_on)
        .level(serde_json::json!(level(rule.severity)))
        .build();
    ReportingDescriptor::builder()
        .id(rule.name)
        .short_description(words(rule.summary.trim().to_owned()))
        .help(MultiformatMessageString::builder().text(page.clone()).markdown(page).build())
        .help_uri(rule.url())
        .default_configuration(configuration)
        .properties(
            PropertyBag::builder()
                .tags(vec![rule.category.name().to_owned()])
                .additional_properties(properties)
                .build(),
        )
        .build()
}

fn result(file: &Checked, finding: &Finding, rule: i64, fingerprint: String) -> Result {
    let mut place = location(file, finding.range);
    if let Some(resource) = &finding.resource {
        let kind = finding.resource_type.as_deref().unwrap_or("resource");
        let logical = LogicalLocation::builder().name(resource.as_str()).kind(kind).build();
        place.logical_locations = Some(vec![logical]);
    }
    let related = finding.related.iter().map(|(range, message)| {
        let mut place = location(file, *range);
        place.message = Some(Message::from(message));
        place
    });
    let fixes = finding.fixes().iter().filter(|it| it.applicability >= Applicability::Unsafe);
    let fixes: Vec<Fix> = fixes.filter_map(|it| fix(file, it)).collect();
    let mut result = Result::builder()
        .rule_id(finding.rule.name)
        .rule_index(rule)
        .level(level(finding.severity))
        .message(Message::from(&finding.message))
        .locations(vec![place])
        .partial_fingerprints(BTreeMap::from([("stacklint/v1".to_owned(), fingerprint)]))
        .build();
    let related: Vec<Location> = related.collect();
    result.related_locations = (!related.is_empty()).then_some(related);
    result.fixes = (!fixes.is_empty()).then_some(fixes);
    result
}

fn fix(file: &Checked, fix: &ide::Fix) -> Option<Fix> {
    let edits = file.analysis.edits(fix)?;
    let replacements = edits.iter().map(|it| {
        let content = ArtifactContent::builder().text(it.text.as_str()).build();
        Replacement::builder().deleted_region(region(file, it.range)).inserted_content(content).build()
    });
    let change = ArtifactChange::builder()
        .artifact_location(artifact(file))
        .replacements(replacements.collect::<Vec<_>>())
        .build();
    Some(Fix::builder().description(Message::from(&fix.title)).artifact_changes(vec![change]).build())
}

fn location(file: &Checked, range: TextRange) -> Location {
    let physical = PhysicalLocation::builder().artifact_location(artifact(file)).region(region(file, range)).build();
    Location::builder().physical_location(physical).build()
}

fn artifact(file: &Checked) -> ArtifactLocation {
    ArtifactLocation::builder().uri(uri(&file.path)).build()
}

fn region(file: &Checked, range: TextRange) -> Region {
    let place = file.place(range);
    let one_based = |it: u32| i64::from(it) + 1;
    Region::builder()
        .start_line(one_based(place.start.line))
        .start_column(one_based(place.start.character))
        .end_line(one_based(place.end.line))
        .end_column(one_based(place.end.character))
        .build()
}

fn level(severity: Severity) -> ResultLevel {
    match severity {
        Severity::Error => ResultLevel::Error,
        Severity::Warning => ResultLevel::Warning,
        Severity::Info | Severity::Hint => ResultLevel::Note,
    }
}

/// The path as an address: relative ones stay relative.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    if path.starts_with('/') {
        out += "file://";
    }
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
