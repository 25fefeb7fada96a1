//! What must hold of YAML and JSON, whatever is in the file.

mod generator;
mod laws;
mod mistakes;
mod problems;
mod recovery;
mod samples;
mod values;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use syntax::data::{DataFile, Document, Format, Kind, Node, Pair};

/// Parses a text from nothing.
fn parse(format: Format, text: &str) -> Document {
    DataFile::new(format).parse(&Arc::from(text))
}

/// Everything that a document says, but for the identity of its blocks.
fn dump(document: &Document) -> String {
    let mut out = String::new();
    for placed in &document.blocks {
        let block = &placed.block;
        let _ = writeln!(out, "{:?} {:?} {:?} {:?}", placed.start, placed.role, block.text, block.root);
        let _ = writeln!(out, "{:?} {:?} {:?} {}", block.pairs, block.problems, block.comments, block.has_aliases);
    }
    let _ = write!(out, "{:?} {:?}", document.problems, document.ignored);
    out
}

/// A value without its place.
fn show(node: &Node) -> String {
    let mut out = node.tag.as_ref().map_or(String::new(), |it| format!("{} ", it.text));
    match &node.kind {
        Kind::Nothing => out.push('~'),
        Kind::Scalar { text, .. } => {
            let _ = write!(out, "{text:?}");
        }
        Kind::Sequence { items, .. } => {
            let _ = write!(out, "[{}]", items.iter().map(show).collect::<Vec<_>>().join(", "));
        }
        Kind::Mapping { pairs, .. } => {
            let _ = write!(out, "{{{}}}", pairs.iter().map(show_pair).collect::<Vec<_>>().join(", "));
        }
        Kind::Alias(name) => {
            let _ = write!(out, "*{name}");
        }
        Kind::Broken => out.push_str("<broken>"),
    }
    out
}

fn show_pair(pair: &Pair) -> String {
    let mark = if pair.incomplete { "?" } else { "" };
    format!("{}{mark}: {}", pair.key.text, show(&pair.value))
}

/// All problems, with the text that they point at.
fn problems(document: &Document) -> Vec<(String, String)> {
    let blocks = document.blocks.iter().flat_map(|it| it.block.problems.iter().map(move |problem| (it.start, problem)));
    let blocks = blocks.map(|(start, problem)| (problem.range + start, &problem.message));
    let all = blocks.chain(document.problems.iter().map(|(range, problem)| (*range, &problem.message)));
    let mut all: Vec<_> = all.collect();
    all.sort_by_key(|it| it.0.start());
    all.into_iter().map(|(range, message)| (document.text[range].to_owned(), message.clone())).collect()
}

/// Real templates, when there are any at hand: in `STACKLINT_CORPUS`, or beside the workspace.
fn corpus() -> Vec<(PathBuf, String)> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let root = std::env::var_os("STACKLINT_CORPUS").map_or(beside, PathBuf::from);
    let mut files = Vec::new();
    collect(&root, &mut files);
    if files.is_empty() {
        eprintln!("STACKLINT_CORPUS names no folder of templates: real templates are not tested");
    }
    files.sort();
    files
}

fn collect(folder: &Path, files: &mut Vec<(PathBuf, String)>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|it| it.path()) {
        if path.is_dir() {
            collect(&path, files);
        } else if format_of(&path).is_some()
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            files.push((path, text));
        }
    }
}

fn format_of(path: &Path) -> Option<Format> {
    match path.extension()?.to_str()? {
        "yaml" | "yml" => Some(Format::Yaml),
        "json" => Some(Format::Json),
        _ => None,
    }
}
