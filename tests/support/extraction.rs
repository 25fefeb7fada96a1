//! What must hold after a part of a template has become a template of its own.

use ide::{Analysis, Category, Document, Finding, Neighbour, Neighbours, NewFile, Refactor, Severity, Text};
use rules::Selection;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The new files, for who looks for them beside the old one.
#[derive(Debug)]
struct Beside(Vec<NewFile>);

impl Neighbours for Beside {
    fn look(&self, path: &str) -> Neighbour {
        let name = path.trim_start_matches("./");
        self.0.iter().find(|it| it.path == name).map_or(Neighbour::Other, |it| Neighbour::of(name, &it.text))
    }
}

/// The ways in which what `refactor` makes of the template `source` is worse than it was: texts that do not parse, and
/// findings of rules on what cannot deploy or cannot work, in the old file and the new ones together.
pub fn faults(path: &str, source: &str, refactor: &Refactor) -> Vec<String> {
    let mut faults = Vec::new();
    let before = count(&analyse(path, source, None));
    let beside: Arc<dyn Neighbours> = Arc::new(Beside(refactor.files.clone()));
    let mut analyses = vec![(path, analyse(path, &refactor.edits.apply(source), Some(beside)))];
    analyses.extend(refactor.files.iter().map(|it| (it.path.as_str(), analyse(&it.path, &it.text, None))));
    let mut after: BTreeMap<&str, usize> = BTreeMap::new();
    for (path, analysis) in &analyses {
        if analysis.syntax_errors() > 0 {
            faults.push(format!("{path} does not parse"));
        }
        for (rule, number) in count(analysis) {
            *after.entry(rule).or_default() += number;
        }
    }
    for (rule, number) in after {
        if number > before.get(rule).copied().unwrap_or(0) {
            let all = analyses.iter().flat_map(|it| &it.1.findings).filter(|it| it.rule.name == rule);
            let messages: Vec<&str> = all.map(|it| it.message.as_str()).collect();
            faults.push(format!("`{rule}` finds more than before: {messages:?}"));
        }
    }
    faults
}

fn analyse(path: &str, text: &str, neighbours: Option<Arc<dyn Neighbours>>) -> Analysis {
    let document = Document::new(path, Arc::new(Selection::default()));
    document.with_neighbours(neighbours).analyse(&Text::new(text, 0))
}

fn count(analysis: &Analysis) -> BTreeMap<&'static str, usize> {
    let mut out = BTreeMap::new();
    // What is odd and works is copied with the declarations that it stands in.
    let is_grave = |it: &&Finding| it.rule.category == Category::Correctness && it.severity == Severity::Error;
    for finding in analysis.findings.iter().filter(is_grave) {
        *out.entry(finding.rule.name).or_default() += 1;
    }
    out
}
