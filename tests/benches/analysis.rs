//! What an analysis costs inside the process: the first one of a text, and the one after a keystroke at its start, middle
//! and end, for programs of several files too; what a hover costs.

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use ide::{CompletionOptions, Document, Files, Module, Neighbour, Neighbours, Text, TextRange};
use rules::Selection;
use std::collections::HashMap;
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

/// What is shown under the pointer, at places all over a text.
fn hover(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("hover");
    for (name, path, source) in inputs() {
        let analysis = Document::new(path, Arc::new(Selection::default())).analyse(&Text::new(&source, 0));
        let places: Vec<usize> = (0..source.len()).step_by(source.len() / 997).collect();
        let mut next = places.iter().cycle();
        group.bench_function(name, |bencher| {
            bencher.iter(|| black_box(analysis.hover(text::size(*next.next().unwrap_or(&0)))));
        });
    }
}

/// What an editor waits for behind a letter: the half-typed text is analysed already.
fn completion(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("completion");
    let fault = |typed: &str| format!("  Typed:\n    Type: AWS::Lambda::Function\n    Properties:\n{typed}\n");
    for (lines, source) in [("1,000", generate::yaml(1_000)), ("10,000", generate::yaml(10_000))] {
        let middle = next_entry(&source, source[..source.len() / 2].rfind('\n').map_or(0, |it| it + 1));
        for (name, typed) in [
            ("a type", "      Role: a\n  Other:\n    Type: Buck$0"),
            ("a property", "      Mem$0"),
            ("a value", "      Role: $0"),
            ("an attribute", "      Role: !GetAtt $0"),
            ("a name in a text", "      Role: !Sub \"${$0\""),
        ] {
            let text = format!("{}{}{}", &source[..middle], fault(typed), &source[middle..]);
            let cursor = text.find("$0").expect("a cursor");
            let text = text.replacen("$0", "", 1);
            let mut document = Document::new("template.yaml", Arc::new(Selection::default()));
            let analysis = document.analyse(&Text::new(&text, 0));
            let options = CompletionOptions { snippets: true };
            let count = analysis.completions(text::size(cursor), options).items.len();
            assert!(count > 0, "{name}: nothing is offered");
            group.bench_function(format!("{name}, {lines} lines"), |bencher| {
                bencher.iter(|| black_box(analysis.completions(text::size(cursor), options)));
            });
        }
    }
}

/// The same in JSON, in the last of its resources.
fn completion_in_json(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("completion");
    for (lines, source) in [("1,000", generate::json(1_000)), ("10,000", generate::json(10_000))] {
        let at = source.rfind("\"Type\": \"AWS::").expect("a resource") + "\"Type\": \"AWS::".len();
        let analysis = Document::new("template.json", Arc::new(Selection::default())).analyse(&Text::new(&source, 0));
        let options = CompletionOptions { snippets: true };
        assert!(!analysis.completions(text::size(at), options).items.is_empty(), "nothing is offered");
        group.bench_function(format!("a type, JSON, {lines} lines"), |bencher| {
            bencher.iter(|| black_box(analysis.completions(text::size(at), options)));
        });
    }
}

/// The start of the next entry of `Resources` behind `at`.
fn next_entry(source: &str, at: usize) -> usize {
    let mut offset = at;
    for line in source[at..].split_inclusive('\n') {
        if offset > at && line.starts_with("  ") && line.as_bytes().get(2).is_some_and(u8::is_ascii_uppercase) {
            return offset;
        }
        offset += line.len();
    }
    source.len()
}

/// The files of a program around one of them.
#[derive(Debug)]
struct Program {
    path: String,
    modules: Arc<HashMap<String, Arc<Module>>>,
}

impl Program {
    /// The files with these texts, parsed.
    fn parse(files: &[(String, String)]) -> Arc<HashMap<String, Arc<Module>>> {
        let module = |(path, text): &(String, String)| {
            let path = format!("/app/{path}");
            let module = Module::parse(&path, &text.as_str().into())?;
            Some((path, Arc::new(module)))
        };
        Arc::new(files.iter().filter_map(module).collect())
    }

    /// The document at `path` among them.
    fn document(modules: &Arc<HashMap<String, Arc<Module>>>, path: &str) -> Document {
        let path = format!("/app/{path}");
        let neighbours = Program { path: path.clone(), modules: Arc::clone(modules) };
        Document::new(path, Arc::new(Selection::default())).with_neighbours(Some(Arc::new(neighbours)))
    }
}

impl Neighbours for Program {
    fn look(&self, _: &str) -> Neighbour {
        Neighbour::Missing
    }

    fn program(&self) -> Option<&dyn Files> {
        Some(self)
    }
}

impl Files for Program {
    fn path(&self) -> &str {
        &self.path
    }

    fn module(&self, path: &str) -> Option<Arc<Module>> {
        self.modules.get(path).cloned()
    }
}

fn program(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("program");
    let files = generate::program(50, 1_000);
    let modules = Program::parse(&files);
    let (path, source) = files.iter().find(|it| it.0.ends_with("large-stack.ts")).expect("it is there");
    for (place, share) in [("start", 0.05), ("middle", 0.5), ("end", 0.95)] {
        let mut text = Text::new(source, 0);
        let mut document = Program::document(&modules, path);
        document.analyse(&text);
        let at = (source.len() as f64 * share) as usize;
        let at = at + source[at..].find("id").or_else(|| source[at..].find("er")).unwrap_or(0) + 1;
        let (start, end) = (text::size(at), text::size(at + 1));
        let mut typed = false;
        group.bench_function(format!("keystroke, 1,000 lines among 50 files, {place}"), |bencher| {
            bencher.iter(|| {
                let range = if typed { TextRange::new(start, end) } else { TextRange::empty(start) };
                text.edit(range, if typed { "" } else { "x" });
                typed = !typed;
                black_box(document.analyse(&text))
            });
        });
    }
    let files = generate::program(200, 400);
    group.bench_function("parse 200 files", |bencher| bencher.iter(|| black_box(Program::parse(&files))));
    group.bench_function("check 200 files, one after the other", |bencher| {
        bencher.iter(|| {
            let modules = Program::parse(&files);
            for (path, text) in files.iter().filter(|it| it.0.ends_with(".ts")) {
                black_box(Program::document(&modules, path).analyse(&Text::new(text, 0)));
            }
        });
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(30).measurement_time(std::time::Duration::from_secs(2));
    targets = first, keystroke, hover, completion, completion_in_json, program
}
criterion_main!(benches);
