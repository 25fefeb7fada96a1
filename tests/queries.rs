//! The files of `queries/`: each compiles, each of its patterns is found by an annotated source, and finds there what
//! the source says.
//!
//! The notation is tree-sitter's: a comment behind a line of code says what the characters above its carets are
//! captured as; `<-` means the column where its comment starts, `!` that they are not captured so.

use std::collections::BTreeSet;
use std::sync::Arc;
use syntax::query::Query;
use syntax::typescript::{Dialect, Program};

/// One comment with carets.
#[derive(Debug)]
struct Assertion {
    /// In bytes of the file.
    start: usize,
    end: usize,
    capture: String,
    negative: bool,
    line: usize,
}

/// What a query finds in `text`: ranges with the names of their captures, and the patterns that fitted.
fn found(query: &Query, dialect: Dialect, text: &str) -> (BTreeSet<(usize, usize, String)>, BTreeSet<usize>) {
    let text: Arc<str> = text.into();
    let program = Program::parse(dialect, &text);
    assert_eq!(program.problems(), [], "annotated sources parse");
    let (mut captures, mut patterns) = (BTreeSet::new(), BTreeSet::new());
    query.matches(program.root(), &text, &mut |it| {
        patterns.insert(it.pattern());
        for (name, node) in query.named(it) {
            captures.insert((node.start_byte(), node.end_byte(), name.to_owned()));
        }
    });
    (captures, patterns)
}

fn assertions(text: &str) -> Vec<Assertion> {
    let mut out = Vec::new();
    let (mut start, mut code) = (0, 0);
    for (number, line) in text.split_inclusive('\n').enumerate() {
        match annotation(line) {
            Some((columns, words)) => {
                let negative = words.starts_with('!');
                let capture = words.trim_start_matches('!').to_owned();
                let (start, end) = (code + columns.start, code + columns.end);
                out.push(Assertion { start, end, capture, negative, line: number + 1 });
            }
            None => code = start,
        }
        start += line.len();
    }
    out
}

/// The columns that a comment points at, and what it says of them.
fn annotation(line: &str) -> Option<(std::ops::Range<usize>, &str)> {
    let comment = line.trim_start().strip_prefix("//")?.trim_start();
    let column = line.len() - comment.len();
    if let Some(words) = comment.strip_prefix("<-") {
        let start = line.len() - line.trim_start().len();
        return Some((start..start + 1, words.trim()));
    }
    let carets = comment.len() - comment.trim_start_matches('^').len();
    (carets > 0).then(|| (column..column + carets, comment[carets..].trim()))
}

/// One caret stands for where something starts, several for all of it.
fn fits(assertion: &Assertion, captures: &BTreeSet<(usize, usize, String)>) -> bool {
    let is_start = assertion.end - assertion.start == 1;
    captures.iter().any(|(start, end, name)| {
        *name == assertion.capture && *start == assertion.start && (is_start || *end == assertion.end)
    })
}

#[test]
fn queries_find_what_their_sources_say() {
    let queries = tests::files(&tests::root().join("queries/typescript"));
    assert!(!queries.is_empty());
    for path in queries.into_iter().filter(|it| it.extension().is_some_and(|it| it == "scm")) {
        let name = path.file_stem().and_then(|it| it.to_str()).expect("a name").to_owned();
        let query = std::fs::read_to_string(&path).expect("a readable query");
        let source = tests::root().join("tests/queries/typescript").join(format!("{name}.ts"));
        let source = std::fs::read_to_string(&source).unwrap_or_else(|_| panic!("{} is missing", source.display()));
        let assertions = assertions(&source);
        assert!(!assertions.is_empty(), "{name}.ts says nothing");
        for dialect in [Dialect::TypeScript, Dialect::Tsx] {
            let query = Query::new(dialect, &query);
            let (captures, patterns) = found(&query, dialect, &source);
            for it in &assertions {
                let line = it.line;
                assert_eq!(fits(it, &captures), !it.negative, "{name}.ts:{line}, {dialect:?}: {}", it.capture);
            }
            let all: BTreeSet<usize> = (0..query.patterns()).collect();
            assert_eq!(patterns, all, "every pattern of {name}.scm is found in {name}.ts");
        }
    }
}

#[test]
fn queries_begin_with_what_they_find() {
    for path in tests::files(&tests::root().join("queries")) {
        let text = std::fs::read_to_string(&path).expect("a readable query");
        assert!(text.starts_with("; Finds "), "{} begins with what it finds", path.display());
        assert!(text.contains("; Captures: "), "{} names its captures", path.display());
    }
}
