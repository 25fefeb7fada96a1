//! What real templates say is offered where they say it, where this machine has them: each word is cut off behind its first
//! letters and asked for again.
//!
//! `SLOW=1` asks for every word instead of a sample.

use ide::{Analysis, CompletionOptions, Completions, Document, Text};
use model::{Lowered, Name, Node, ReferenceKind, Value};
use rules::{Options, Selection};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use template::{Format, TemplateFile};

/// A word of a template, and what stands for it among the offers.
struct Word {
    kind: &'static str,
    /// What is taken out: the letters that are still to be typed, and what they bring with them.
    cut: Range<usize>,
    label: String,
}

#[derive(Default)]
struct Count {
    asked: usize,
    found: usize,
    missing: Vec<String>,
}

#[test]
fn what_real_templates_say_is_offered() {
    let Some(folder) = tests::corpus() else {
        eprintln!("skipped: no corpus here, set STACKLINT_CORPUS to a folder of templates");
        return;
    };
    let mut counts: BTreeMap<&'static str, Count> = BTreeMap::new();
    for path in tests::files(&folder) {
        let name = path.to_string_lossy().into_owned();
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let Some(ide::Kind::Template(format)) = ide::Kind::of(&name, &text) else { continue };
        let lowered = TemplateFile::new(format).lower(&text.as_str().into());
        let mut document = Document::new(&*name, Arc::new(Selection::new(Vec::new(), Options::default())));
        let words = words(&text, format, &lowered);
        let step = if std::env::var_os("SLOW").is_some() { 1 } else { (words.len() / 8).max(1) };
        for word in words.iter().step_by(step) {
            let half = format!("{}{}", &text[..word.cut.start], &text[word.cut.end..]);
            let analysis = document.analyse(&Text::new(&half, 0));
            let offers = offers(&analysis, word.cut.start);
            let count = counts.entry(word.kind).or_default();
            count.asked += 1;
            if offers.items.iter().any(|it| it.label == word.label) {
                count.found += 1;
            } else {
                let line = text[..word.cut.start].matches('\n').count() + 1;
                count.missing.push(format!("{name}:{line}: {} ({} offers)", word.label, offers.items.len()));
            }
        }
    }
    for (kind, count) in &counts {
        eprintln!("{kind}: {} of {}", count.found, count.asked);
        for it in count.missing.iter().take(if std::env::var_os("SHOW").is_some() { 60 } else { 3 }) {
            eprintln!("  {it}");
        }
        assert!(count.found * 100 >= count.asked * 97, "{kind}: {} of {} are offered", count.found, count.asked);
    }
}

fn offers(analysis: &Analysis, at: usize) -> Completions {
    analysis.completions(text::size(at), CompletionOptions { snippets: true })
}

/// The words of a template that are typed by name.
fn words(text: &str, format: Format, lowered: &Lowered) -> Vec<Word> {
    let mut words = Vec::new();
    let Some(stack) = lowered.stacks.first() else { return words };
    let place = |name: &Name| {
        let range = lowered.map.resolve(name.span)?;
        let place = usize::from(range.start())..usize::from(range.end());
        // A name that an escape or a loop makes is not one that is typed.
        (text.get(place.clone()) == Some(&*name.text)).then_some(place)
    };
    let line_end = |at: usize| text[at..].find(['\r', '\n']).map_or(text.len(), |it| at + it);
    for resource in stack.resources.iter().filter(|it| it.made.is_none()) {
        if let Some(range) = place(&resource.ty)
            && schema::resources::resource_type(&resource.ty.text).is_some()
        {
            words.push(Word {
                kind: "types",
                cut: range.start + range.len() * 2 / 3..range.end,
                label: resource.ty.text.to_string(),
            });
        } else {
            continue;
        }
        let known = schema::resources::resource_type(&resource.ty.text).map(|it| it.schema());
        let Some(known) = known else { continue };
        let mut keys = Vec::new();
        properties(&resource.properties, "", &mut keys);
        for (name, _) in keys.into_iter().filter(|it| known.at(&it.1).is_some()) {
            let Some(range) = place(name) else { continue };
            let cut = range.start + range.len().min(2)..line_end(range.end);
            // Several on one line would be cut off with it.
            let rest = &text[cut.clone()];
            let is_alone =
                rest.matches(':').count() <= 1 + usize::from(format == Format::Yaml) && !rest.contains(['{', '[']);
            let is_end = !text[..range.start].ends_with(['{', ' ', ',']) || text[..range.start].ends_with("  ");
            if is_alone && is_end {
                words.push(Word { kind: "properties", cut, label: name.text.to_string() });
            }
        }
    }
    for (owner, reference) in stack.all_references() {
        let Some(range) = place(&reference.target) else { continue };
        let own = owner.is_some_and(|it| it.key == reference.target.text);
        let is_declared = stack.item(&reference.target.text).is_some() || reference.target.text.starts_with("AWS::");
        let is_shown = stack.resource(&reference.target.text).is_none_or(|it| it.made.is_none());
        let kind = match reference.kind {
            ReferenceKind::Ref => "Ref",
            ReferenceKind::Sub => "Sub",
            ReferenceKind::DependsOn => "DependsOn",
            _ => continue,
        };
        if is_declared && is_shown && !own {
            let cut = range.start + range.len().div_ceil(2)..range.end;
            words.push(Word { kind, cut, label: reference.target.text.to_string() });
        }
    }
    words
}

/// The keys of properties with a scalar for their value, and the paths to them.
fn properties<'a>(node: &'a Node, path: &str, out: &mut Vec<(&'a Name, String)>) {
    match &node.value {
        Value::Map(map) => {
            for (name, node) in &map.entries {
                let path = format!("{path}/{}", name.text);
                if matches!(node.value, Value::Scalar(_) | Value::Bool(_)) {
                    out.push((name, path.clone()));
                }
                properties(node, &path, out);
            }
        }
        Value::List(list) => list.items.iter().for_each(|it| properties(it, &format!("{path}/*"), out)),
        _ => (),
    }
}
