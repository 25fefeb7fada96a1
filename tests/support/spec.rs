//! Specifications: Markdown whose code blocks carry the findings that they must produce, as annotation lines under the
//! text, and may be followed by the text after the fix.
//!
//! An annotation is a comment line with carets under the text that it is about, then severity and message. It is taken
//! out before the text is read. `<---` stands for carets that begin at column zero; `...` behind the carets says that
//! the range goes on below; a `note` is a related location.

use ide::{Analysis, Document, Encoding, Files as Modules, Module, Neighbour, Neighbours, Text, TextRange};
use rules::{Options, Rule, Selection};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A specification file.
pub struct Spec {
    /// Where it is.
    pub path: PathBuf,
    /// The first heading.
    pub title: String,
    /// Its sections, each a test.
    pub sections: Vec<Section>,
    lines: Vec<String>,
}

/// A section: a heading and the blocks below it.
pub struct Section {
    /// The heading.
    pub heading: String,
    /// The blocks.
    pub blocks: Vec<Block>,
}

/// A code block.
#[derive(Clone)]
pub struct Block {
    /// `yaml`, `json`, `ts`, `tsx`.
    pub language: String,
    /// What is behind the language: `fixed`, `fixed by TITLE`, `config`, `file NAME`, nothing.
    pub role: String,
    /// The lines between the fences.
    pub lines: Range<usize>,
    /// Their text.
    pub body: String,
}

impl Spec {
    /// Reads a file.
    pub fn read(path: &Path) -> Spec {
        let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut spec = Spec { path: path.to_owned(), title: String::new(), sections: Vec::new(), lines };
        let mut open: Option<(String, usize)> = None;
        for (i, line) in spec.lines.iter().enumerate() {
            match (&open, line.strip_prefix("```")) {
                (None, Some(info)) => open = Some((info.trim().to_owned(), i + 1)),
                (Some((info, start)), Some(_)) => {
                    let (language, role) = info.split_once(' ').unwrap_or((info, ""));
                    let body: String = spec.lines[*start..i].iter().flat_map(|it| [it, "\n"]).collect();
                    let (language, role) = (language.to_owned(), role.trim().to_owned());
                    let block = Block { language, role, lines: *start..i, body };
                    let section = spec.sections.last_mut();
                    section
                        .unwrap_or_else(|| panic!("{}:{i}: a block before any heading", path.display()))
                        .blocks
                        .push(block);
                    open = None;
                }
                (None, None) => {
                    if let Some(title) = line.strip_prefix("# ") {
                        spec.title = title.trim().to_owned();
                    } else if let Some(heading) = line.strip_prefix("## ").or_else(|| line.strip_prefix("### ")) {
                        spec.sections.push(Section { heading: heading.trim().to_owned(), blocks: Vec::new() });
                    }
                }
                (Some(_), None) => (),
            }
        }
        assert!(open.is_none(), "{}: a block is not closed", path.display());
        spec
    }

    /// Writes annotations and fixed blocks as they come out now.
    pub fn update(&self, rule: &'static Rule) {
        let mut lines = self.lines.clone();
        let mut replacements: Vec<(Range<usize>, String)> = Vec::new();
        for section in &self.sections {
            let setting = Setting::of(rule, section);
            for (i, block) in section.blocks.iter().enumerate() {
                if !block.is_source() {
                    continue;
                }
                let source = strip(&block.body).0;
                let analysis = setting.analyse(&block.language, &source);
                replacements.push((block.lines.clone(), annotate(&source, &analysis, block.comment())));
                for fixed in section.blocks[i + 1..].iter().take_while(|it| !it.is_source()) {
                    if let Some(text) = setting.fixed_text(fixed, &source) {
                        replacements.push((fixed.lines.clone(), text));
                    }
                }
            }
        }
        for (range, text) in replacements.into_iter().rev() {
            lines.splice(range, text.lines().map(str::to_owned));
        }
        let text = lines.join("\n") + "\n";
        if text != self.lines.join("\n") + "\n" {
            std::fs::write(&self.path, text).unwrap_or_else(|error| panic!("{}: {error}", self.path.display()));
        }
    }
}

impl Block {
    /// True for a text to check, false for what belongs to the one before.
    pub fn is_source(&self) -> bool {
        self.role.is_empty()
    }

    fn comment(&self) -> &'static str {
        match self.language.as_str() {
            "yaml" => "#",
            _ => "//",
        }
    }
}

/// What the texts of a section are checked with.
pub struct Setting {
    /// The rule alone, as the section's configuration has it.
    pub selection: Arc<Selection>,
    files: Arc<Files>,
}

/// The files of a section that stand beside its texts.
#[derive(Debug, Default)]
struct Files(BTreeMap<String, String>);

impl Neighbours for Files {
    fn look(&self, path: &str) -> Neighbour {
        let name = path.trim_start_matches("./");
        self.0.get(name).map_or(Neighbour::Missing, |it| Neighbour::of(name, it))
    }

    fn program(&self) -> Option<&dyn Modules> {
        Some(self)
    }
}

impl Modules for Files {
    fn path(&self) -> &str {
        "/spec.ts"
    }

    fn module(&self, path: &str) -> Option<Arc<Module>> {
        let path = path.strip_prefix('/')?;
        Module::parse(path, &Arc::from(self.0.get(path)?.as_str())).map(Arc::new)
    }
}

impl Setting {
    /// The setting of a section.
    pub fn of(rule: &'static Rule, section: &Section) -> Setting {
        let selection = match section.blocks.iter().find(|it| it.role == "config") {
            None => Arc::new(Selection::new(vec![(rule, rule.severity)], Options::default())),
            Some(block) => {
                let text = format!("{}\nignore: all\n", block.body);
                let layer = ide::Layer::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", section.heading));
                ide::Config::new(layer).expect("a good configuration").selection("spec")
            }
        };
        let file = |it: &Block| Some((it.role.strip_prefix("file ")?.to_owned(), it.body.clone()));
        Setting { selection, files: Arc::new(Files(section.blocks.iter().filter_map(file).collect())) }
    }

    /// A document in one of the languages, with the rules of `selection`.
    pub fn document(&self, language: &str, selection: &Arc<Selection>) -> Document {
        let files: Arc<dyn Neighbours> = Arc::clone(&self.files) as _;
        Document::new(format!("spec.{language}"), Arc::clone(selection)).with_neighbours(Some(files))
    }

    /// The state of a text in one of the languages.
    pub fn analyse(&self, language: &str, source: &str) -> Analysis {
        self.document(language, &self.selection).analyse(&Text::new(source, 0))
    }

    /// The text that a `fixed` block must hold; `None` when the fix that it names is not offered.
    pub fn fixed_text(&self, block: &Block, source: &str) -> Option<String> {
        if block.role == "fixed" {
            let mut document = self.document(&block.language, &self.selection);
            return Some(document.fix(&Text::new(source, 0), ide::Applicability::Unsafe).text);
        }
        let title = block.role.strip_prefix("fixed by ")?;
        let analysis = self.analyse(&block.language, source);
        let mut fixes = analysis.findings.iter().flat_map(|it| it.fixes()).filter(|it| it.title.contains(title));
        Some(analysis.edits(fixes.next()?)?.apply(source))
    }
}

/// Splits a block into the text to read and its annotations.
pub fn strip(body: &str) -> (String, Vec<String>) {
    let (mut source, mut annotations) = (String::new(), Vec::new());
    for line in body.lines() {
        if is_annotation(line) {
            annotations.push(line.to_owned());
        } else {
            source += line;
            source.push('\n');
        }
    }
    (source, annotations)
}

fn is_annotation(line: &str) -> bool {
    let trimmed = line.trim_start();
    let Some(rest) = trimmed.strip_prefix("//").or_else(|| trimmed.strip_prefix('#')) else { return false };
    let rest = rest.trim_start();
    let marks = rest.trim_start_matches(['^', '<', '-', '.']);
    if marks.len() == rest.len() || !(rest.starts_with('^') || rest.starts_with("<-")) {
        return false;
    }
    let words = marks.trim_start();
    ["error: ", "warning: ", "info: ", "hint: ", "note: "].iter().any(|it| words.starts_with(it))
}

/// The text with an annotation line for every finding.
pub fn annotate(source: &str, analysis: &Analysis, comment: &str) -> String {
    let text = &analysis.text;
    let mut by_line: Vec<Vec<String>> = vec![Vec::new(); source.lines().count() + 1];
    let mut notes: Vec<(TextRange, &'static str, &str)> = Vec::new();
    for finding in &analysis.findings {
        notes.push((finding.range, finding.severity.name(), &finding.message));
        notes.extend(finding.related.iter().map(|(range, message)| (*range, "note", message.as_str())));
    }
    notes.sort_by_key(|it| (it.0.start(), it.0.end()));
    notes.dedup();
    for (range, severity, message) in notes {
        let start = text.position(range.start(), Encoding::Utf32);
        let end = text.position(range.end(), Encoding::Utf32);
        let line_length = text.line(start.line).chars().count();
        let (last, more) = if end.line > start.line { (line_length, "...") } else { (end.column as usize, "") };
        let first = start.column as usize;
        let width = last.saturating_sub(first).max(1);
        let mut out = String::new();
        if first >= comment.len() {
            let _ = write!(out, "{comment:first$}{}", "^".repeat(width));
        } else {
            // The comment sign stands where the carets would: they begin at column zero, give or take its width.
            let _ = write!(out, "{comment} <{}", "-".repeat(first + width.max(2) - 1));
        }
        let _ = write!(out, "{more} {severity}: {message}");
        by_line[(start.line as usize).min(source.lines().count())].push(out);
    }
    let mut out = String::new();
    for (i, line) in source.lines().enumerate() {
        out += line;
        out.push('\n');
        for annotation in &by_line[i] {
            out += annotation;
            out.push('\n');
        }
    }
    out
}
