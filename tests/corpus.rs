//! Real templates, where this machine has them: nothing panics, nothing is lost while they are typed, every fix that is
//! offered obeys the laws.
//!
//! `SLOW=1` looks at every byte instead of a sample.

use ide::{Document, Text};
use rules::Selection;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use template::{Format, TemplateFile};

/// The corpus as path and text, or `None` with a message.
fn corpus() -> Option<Vec<(PathBuf, String)>> {
    let Some(folder) = tests::corpus() else {
        eprintln!("skipped: no corpus here, set STACKLINT_CORPUS to a folder of templates");
        return None;
    };
    let files = tests::files(&folder).into_iter().filter(|it| ide::Kind::may_be(&it.to_string_lossy()));
    let texts = files.filter_map(|it| Some((it.clone(), std::fs::read_to_string(it).ok()?)));
    Some(texts.filter(|(path, text)| ide::Kind::of(&path.to_string_lossy(), text).is_some()).collect())
}

fn is_slow() -> bool {
    std::env::var_os("SLOW").is_some()
}

#[test]
fn real_templates_parse_and_no_rule_panics() {
    let Some(files) = corpus() else { return };
    assert!(files.len() > 100, "only {} templates", files.len());
    for (path, text) in files {
        let selection = Arc::new(Selection::default());
        let analysis = Document::new(path.to_string_lossy(), selection).analyse(&Text::new(&text, 0));
        assert!(analysis.panics.is_empty(), "{}: {:?}", path.display(), analysis.panics);
        assert_eq!(analysis.syntax_errors(), 0, "{}: {:?}", path.display(), analysis.findings);
    }
}

#[test]
fn every_fix_in_real_templates_obeys_the_laws() {
    let Some(files) = corpus() else { return };
    let mut broken = Vec::new();
    for (path, text) in files {
        let name = path.to_string_lossy();
        let document = |it: &Arc<Selection>| Document::new(name.clone(), Arc::clone(it));
        broken.extend(
            tests::laws::check(document, &text, &Arc::new(Selection::default()))
                .into_iter()
                .map(|it| format!("{name}: {it}")),
        );
    }
    // What is broken, then the texts of the first few.
    let lines: Vec<&str> = broken.iter().map(|it| it.lines().next().unwrap_or_default()).collect();
    let texts = broken[..broken.len().min(3)].join("\n");
    assert!(broken.is_empty(), "{} laws broken:\n{}\n\n{texts}", broken.len(), lines.join("\n"));
}

/// What was one template means the same as two.
#[test]
fn every_extraction_in_real_templates_leaves_two_that_deploy() {
    let Some(files) = corpus() else { return };
    let (mut made, mut broken) = (0, Vec::new());
    for (path, text) in files {
        let name = path.to_string_lossy();
        let format = if text.trim_start().starts_with('{') { Format::Json } else { Format::Yaml };
        let lowered = TemplateFile::new(format).lower(&text.as_str().into());
        let resources = lowered.stacks.iter().flat_map(|it| &it.resources).filter(|it| it.made.is_none());
        let places: Vec<_> = resources.filter_map(|it| lowered.map.resolve(it.origin)).collect();
        let analysis = Document::new(name.clone(), Arc::new(Selection::default())).analyse(&Text::new(&text, 0));
        let third = (places.len() / 3).max(1);
        for selected in places
            .chunks(third)
            .chain(places.chunks(places.len().div_ceil(2).max(1)))
            .chain(places.chunks(1).step_by(5))
        {
            let (Some(first), Some(last)) = (selected.first(), selected.last()) else { continue };
            for refactor in analysis.refactors(first.cover(*last)) {
                made += 1;
                let faults = tests::extraction::faults(&name, &text, &refactor);
                broken.extend(
                    faults
                        .into_iter()
                        .map(|it| format!("{name} at {}: {it}", text[..usize::from(first.start())].lines().count())),
                );
            }
        }
    }
    assert!(made > 100, "only {made} extractions");
    assert!(broken.is_empty(), "{} of {made} broken:\n{}", broken.len(), broken[..broken.len().min(12)].join("\n"));
}

/// Every prefix of a text is a state that somebody types through. What stands whole before the cut is understood.
#[test]
fn no_resource_is_lost_while_the_text_is_cut_off() {
    let Some(files) = corpus() else { return };
    for (path, text) in files {
        let format = if text.trim_start().starts_with('{') { Format::Json } else { Format::Yaml };
        let whole = TemplateFile::new(format).lower(&text.as_str().into());
        let ends: Vec<(String, String, usize)> = whole.stacks[0]
            .resources
            .iter()
            .filter_map(|it| {
                let end = usize::from(whole.map.resolve(it.origin)?.end());
                Some((it.key.to_string(), it.ty.text.to_string(), end))
            })
            .collect();
        let step = if is_slow() { 1 } else { (text.len() / 40).max(1) };
        let mut growing = TemplateFile::new(format);
        for cut in (0..text.len()).step_by(step).filter(|it| text.is_char_boundary(*it)) {
            let lowered = growing.lower(&text[..cut].into());
            let kept: BTreeMap<&str, &str> = lowered
                .stacks
                .iter()
                .flat_map(|it| &it.resources)
                .filter(|it| it.made.is_none())
                .map(|it| (it.key.as_str(), it.ty.text.as_str()))
                .collect();
            for (key, ty, end) in &ends {
                if *end < cut {
                    assert_eq!(
                        kept.get(key.as_str()),
                        Some(&ty.as_str()),
                        "{}: `{key}` when cut at {cut}",
                        path.display()
                    );
                }
            }
        }
    }
}

/// Typing in the middle: an analysis that keeps what it knows says the same as one that starts anew.
#[test]
fn what_is_kept_from_the_last_state_changes_nothing() {
    let Some(files) = corpus() else { return };
    let files: Vec<_> = if is_slow() { files } else { files.into_iter().step_by(5).collect() };
    for (path, text) in files {
        let name = path.to_string_lossy();
        let selection = Arc::new(Selection::default());
        let mut document = Document::new(name.clone(), Arc::clone(&selection));
        let mut state = Text::new(&text, 0);
        document.analyse(&state);
        for (n, typed) in ["x", "\n", ": ", "  Foo:\n", "\"", "{", "- a\n"].iter().enumerate() {
            let mut at = text.len() * (n + 1) / 9;
            while !text.is_char_boundary(at) {
                at += 1;
            }
            state.edit(ide::TextRange::empty(text::size(at)), typed);
            let describe = |it: &ide::Analysis| -> Vec<String> {
                it.findings.iter().map(|it| format!("{:?} {} {}", it.range, it.rule.name, it.message)).collect()
            };
            let kept = document.analyse(&state);
            let fresh = Document::new(name.clone(), Arc::clone(&selection)).analyse(&state);
            // What was a template stays one while its only resource is being typed, and what was read of a program hides
            // the lines that are being typed: there the last state is meant to count.
            let is_program = matches!(fresh.kind, Some(ide::Kind::Cdk(_)));
            if fresh.kind.is_none() || (is_program && fresh.syntax_errors() > 0) {
                break;
            }
            let (kept, fresh) = (describe(&kept), describe(&fresh));
            assert_eq!(kept, fresh, "{name}: after typing {typed:?} at {at}");
        }
    }
}
