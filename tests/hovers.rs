//! Runs every section of `tests/features/hover*.md` as a test of its own.
//!
//! A text has a `$0` at each place where the pointer rests; the blocks below it are what is shown there, each with the
//! hovered word behind `markdown`, in the order of the places. `UPDATE=1 cargo test -p tests --test hovers` writes them as
//! they come out now, for a person to read the difference.

use ide::{Document, Text};
use libtest_mimic::{Arguments, Trial};
use rules::{Options, Selection};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

const CURSOR: &str = "$0";

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let is_hover = |it: &PathBuf| {
        it.file_name().and_then(|it| it.to_str()).is_some_and(|it| it.starts_with("hover") && it.ends_with(".md"))
    };
    let files = tests::files(&tests::root().join("tests/features"));
    let mut trials = Vec::new();
    for path in files.into_iter().filter(is_hover) {
        let mut page = Page::read(&path);
        if std::env::var_os("UPDATE").is_some() {
            page.update(&path);
            page = Page::read(&path);
        }
        let stem = path.file_stem().and_then(|it| it.to_str()).unwrap_or_default().to_owned();
        for section in page.sections {
            let name = format!("{stem}: {}", section.heading);
            trials.push(Trial::test(name, move || match section.expected == section.actual() {
                true => Ok(()),
                false => Err(format!("expected:\n{}\nfound:\n{}", section.expected, section.actual()).into()),
            }));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// A file of specifications.
struct Page {
    lines: Vec<String>,
    sections: Vec<Section>,
}

/// A text, and what is shown at its places.
struct Section {
    heading: String,
    language: String,
    body: String,
    /// The lines behind the text that say what is expected.
    lines: Range<usize>,
    expected: String,
}

impl Page {
    fn read(path: &Path) -> Page {
        let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut sections: Vec<Section> = Vec::new();
        let mut heading = String::new();
        let mut at = 0;
        while at < lines.len() {
            let line = &lines[at];
            if let Some(text) = line.strip_prefix("## ") {
                heading = text.trim().to_owned();
            }
            let fence = &line[..line.len() - line.trim_start_matches('`').len()];
            if fence.len() < 3 {
                at += 1;
                continue;
            }
            let end = (at + 1..lines.len()).find(|it| lines[*it] == fence);
            let end = end.unwrap_or_else(|| panic!("{}:{}: a block is not closed", path.display(), at + 1));
            let info = line[fence.len()..].to_owned();
            if info.starts_with("markdown") {
                let section = sections.last_mut().unwrap_or_else(|| panic!("{}: nothing is asked", path.display()));
                section.lines.end = end + 1;
            } else {
                let body = lines[at + 1..end].join("\n") + "\n";
                let expected = String::new();
                let heading = heading.clone();
                sections.push(Section { heading, language: info, body, lines: end + 1..end + 1, expected });
            }
            at = end + 1;
        }
        for section in &mut sections {
            section.expected = lines[section.lines.clone()].join("\n").trim().to_owned();
        }
        Page { lines, sections }
    }

    /// Writes what is shown now.
    fn update(&self, path: &Path) {
        let mut lines = self.lines.clone();
        for section in self.sections.iter().rev() {
            let shown = format!("\n{}", section.actual());
            lines.splice(section.lines.clone(), shown.lines().map(str::to_owned));
        }
        let text = lines.join("\n").trim_end().to_owned() + "\n";
        std::fs::write(path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}

impl Section {
    /// What is shown at each place of the text, as blocks.
    fn actual(&self) -> String {
        let mut source = String::new();
        let mut places = Vec::new();
        for (i, piece) in self.body.split(CURSOR).enumerate() {
            if i > 0 {
                places.push(source.len());
            }
            source += piece;
        }
        let selection = Arc::new(Selection::new(Vec::new(), Options::default()));
        let analysis = Document::new(format!("spec.{}", self.language), selection).analyse(&Text::new(&source, 0));
        let shown = places.into_iter().map(|at| match analysis.hover(text::size(at)) {
            Some(hover) => {
                let range = usize::from(hover.range.start())..usize::from(hover.range.end());
                assert!(range.contains(&at) || range.end == at, "{}: the range is elsewhere", self.heading);
                format!("````markdown {}\n{}````", source[range].replace('\n', "⏎"), hover.markdown)
            }
            None => "````markdown\n````".to_owned(),
        });
        shown.collect::<Vec<_>>().join("\n\n")
    }
}
