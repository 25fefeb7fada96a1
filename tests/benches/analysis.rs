//! What an analysis costs inside the process: the first one of a text, and the one after a keystroke at its start, middle
//! and end.

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use ide::{Document, Text, TextRange};
use rules::Selection;
use std::hint::black_box;
use std::sync::Arc;
use tests::generate;

fn inputs() -> Vec<(&'static str, &'static str, String)> {
    vec![
        ("yaml 1,000 lines", "template.yaml", generate::yaml(1_000)),
        ("yaml 10,000 lines", "template.yaml", generate::yaml(10_000)),
        ("json 1,000 lines", "template.json", generate::json(1_000)),
        ("cdk 1,000 lines", "stack.ts", generate::cdk(1_000)),
    ]
}

fn first(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("first");
    for (name, path, text) in inputs() {
        let text = Text::new(&text, 0);
        group.bench_function(name, |bencher| {
            bencher.iter_batched(
                || Document::new(path, Arc::new(Selection::default())),
                |mut document| black_box(document.analyse(&text)),
                BatchSize::LargeInput,
            );
        });
    }
}

fn keystroke(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("keystroke");
    for (name, path, source) in inputs() {
        for (place, share) in [("start", 0.05), ("middle", 0.5), ("end", 0.95)] {
            let mut text = Text::new(&source, 0);
            let mut document = Document::new(path, Arc::new(Selection::default()));
            document.analyse(&text);
            // Behind a letter of a word, so that the text stays what it is.
            let at = (source.len() as f64 * share) as usize;
            let at = at + source[at..].find("id").or_else(|| source[at..].find("er")).unwrap_or(0) + 1;
            let (start, end) = (text::size(at), text::size(at + 1));
            let mut typed = false;
            group.bench_function(format!("{name}, {place}"), |bencher| {
                bencher.iter(|| {
                    let range = if typed { TextRange::new(start, end) } else { TextRange::empty(start) };
                    text.edit(range, if typed { "" } else { "x" });
                    typed = !typed;
                    black_box(document.analyse(&text))
                });
            });
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(30).measurement_time(std::time::Duration::from_secs(2));
    targets = first, keystroke
}
criterion_main!(benches);
