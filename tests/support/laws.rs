//! What must hold for every fix of every rule, wherever it is offered.

use ide::{Analysis, Applicability, Document, Edits, Finding, Text};
use rules::{Selection, Tag};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Checks every fix that is offered in `source`: the finding goes away, nothing new appears, the text still parses,
/// comments survive, and fixing twice changes nothing. Returns what is broken.
pub fn check(document: impl Fn(&Arc<Selection>) -> Document, source: &str, selection: &Arc<Selection>) -> Vec<String> {
    let mut broken = Vec::new();
    let everything = Arc::new(Selection::default());
    let analyse = |text: &str, selection: &Arc<Selection>| document(selection).analyse(&Text::new(text, 0));
    let before = analyse(source, selection);
    let all_before = counts(&analyse(source, &everything));
    for finding in &before.findings {
        for fix in finding.fixes() {
            let Some(edits) = before.edits(fix) else { continue };
            let mut complain = |what: String| {
                broken.push(format!("`{}` for \"{}\": {what}\n{}", fix.title, finding.message, edits.apply(source)));
            };
            let text = edits.apply(source);
            let after = analyse(&text, selection);
            if after.kind != before.kind {
                complain("the file is no longer what it was".into());
            }
            if count(&after, finding.rule.name) >= count(&before, finding.rule.name) {
                complain("the finding is still there".into());
            }
            for (rule, number) in counts(&analyse(&text, &everything)) {
                if number > all_before.get(rule).copied().unwrap_or(0) {
                    complain(format!("`{rule}` reports more than before"));
                }
            }
            for comment in lost_comments(source, &edits) {
                complain(format!("the comment {comment:?} is lost"));
            }
        }
    }
    let fix = |text: &str| document(selection).fix(&Text::new(text, 0), Applicability::Unsafe).text;
    let once = fix(source);
    let twice = fix(&once);
    if once != twice {
        broken.push(format!("fixing a second time changes the text again:\n{once}\n----\n{twice}"));
    }
    broken
}

fn count(analysis: &Analysis, rule: &str) -> usize {
    analysis.findings.iter().filter(|it| it.rule.name == rule).count()
}

/// How often each rule reports something. What a fix leaves without a use is no fault of the fix.
fn counts(analysis: &Analysis) -> BTreeMap<&'static str, usize> {
    let mut out = BTreeMap::new();
    let findings = analysis.findings.iter().filter(|it| it.tag != Some(Tag::Unnecessary));
    findings.for_each(|it: &Finding| *out.entry(it.rule.name).or_default() += 1);
    out
}

/// The comments that edits take out, unless they take out the whole of what the comment is about.
fn lost_comments(source: &str, edits: &Edits) -> Vec<String> {
    let mut lost = Vec::new();
    for edit in edits {
        let old = &source[usize::from(edit.range.start())..usize::from(edit.range.end())];
        if edit.text.trim().is_empty() {
            continue;
        }
        for line in old.lines() {
            let trimmed = line.trim_start();
            if (trimmed.starts_with("# ") || trimmed.starts_with("// ")) && !edit.text.contains(trimmed) {
                lost.push(trimmed.to_owned());
            }
        }
    }
    lost
}
