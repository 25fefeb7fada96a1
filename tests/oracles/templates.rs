//! The templates that are looked at, and what we say of them.

use crate::oracle::Said;
use ide::{Document, Encoding, Kind, Neighbour, Neighbours, Position, Severity, Text, TextRange};
use model::{Node, Parameter};
use rules::{Options, Rule, Selection};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use syntax::data::{DataFile, Format, Role};
use template::TemplateFile;
use tests::spec::{self, Spec};

/// A template and what we say of it.
#[derive(Debug)]
pub(crate) struct Template {
    /// Where it is for people.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    pub(crate) findings: Vec<Found>,
    /// The first lines of the entries of its sections.
    entries: Vec<u32>,
    pub(crate) text: Text,
    /// A macro that is not AWS's own reads it first.
    pub(crate) has_macro: bool,
    /// The types of the resources.
    types: HashMap<String, String>,
    /// The parameters whose default is an empty text.
    empty: Vec<String>,
}

/// A finding of ours.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) rule: &'static Rule,
    pub(crate) severity: Severity,
    pub(crate) message: String,
    /// Line and column from 0, in characters; the end is exclusive.
    pub(crate) start: (u32, u32),
    pub(crate) end: (u32, u32),
    /// Where other places begin that it shows.
    related: Vec<(u32, u32)>,
}

/// The templates below a folder, by the name for people and the path.
pub(crate) fn below(folder: &Path) -> Vec<(String, PathBuf)> {
    let is_template = |path: &PathBuf| {
        let name = path.to_string_lossy();
        let text = || fs::read_to_string(path).unwrap_or_default();
        Kind::may_be(&name) && matches!(Kind::of(&name, &text()), Some(Kind::Template(_)))
    };
    let files = tests::files(folder).into_iter().filter(is_template);
    let root = folder.parent().unwrap_or(folder);
    files.map(|it| (it.strip_prefix(root).unwrap_or(&it).display().to_string(), it)).collect()
}

/// The templates in the specifications of rules, each written to a file below `folder`.
pub(crate) fn in_specifications(folder: &Path) -> Vec<(String, PathBuf)> {
    let rules = tests::root().join("tests/rules");
    let mut out = Vec::new();
    for file in tests::files(&rules) {
        let specification = Spec::read(&file);
        let stem = file.strip_prefix(&rules).expect("it is below").with_extension("");
        let stem = stem.display().to_string().replace(['/', '\\'], "-");
        for block in specification.sections.iter().flat_map(|it| &it.blocks) {
            if !block.is_source() || !matches!(block.language.as_str(), "yaml" | "json") {
                continue;
            }
            let text = spec::strip(&block.body).0;
            let path = folder.join(format!("{stem}-{}.{}", block.lines.start, block.language));
            if !matches!(Kind::of(&path.to_string_lossy(), &text), Some(Kind::Template(_))) {
                continue;
            }
            if fs::read_to_string(&path).ok().as_deref() != Some(&text) {
                fs::write(&path, &text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            }
            out.push((path.file_name().unwrap_or_default().to_string_lossy().into_owned(), path));
        }
    }
    out
}

impl Template {
    /// Checks a template with every rule, those too that are off by default.
    pub(crate) fn check(name: String, path: PathBuf) -> Option<Template> {
        let text = fs::read_to_string(&path).ok()?;
        let all = rules::ALL.iter().map(|it| (*it, it.severity)).collect();
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        let files: Arc<dyn Neighbours> = Arc::new(Folder(folder));
        let mut document = Document::new(path.to_string_lossy(), Arc::new(Selection::new(all, Options::default())))
            .with_neighbours(Some(files));
        let analysis = document.analyse(&Text::new(&text, 0));
        assert!(analysis.panics.is_empty(), "{}: {:?}", path.display(), analysis.panics);
        let place = |offset| {
            let position = analysis.text.position(offset, Encoding::Utf32);
            (position.line, position.column)
        };
        let findings = analysis.findings.iter().map(|it| Found {
            rule: it.rule,
            severity: it.severity,
            message: it.message.clone(),
            start: place(it.range.start()),
            end: place(it.range.end()),
            related: it.related.iter().map(|(range, _)| place(range.start())).collect(),
        });
        let findings = findings.collect();
        let format = if text.trim_start().starts_with('{') { Format::Json } else { Format::Yaml };
        let blocks = DataFile::new(format).parse(&Arc::from(text.as_str())).blocks;
        let starts = blocks.iter().filter(|it| it.role != Role::Trivia);
        let entries = starts.map(|it| place(it.start).0).collect();
        let lowered = TemplateFile::new(format).lower(&Arc::from(text.as_str()));
        let transforms = lowered.stacks.iter().flat_map(|it| &it.declarations.transforms);
        let has_macro = transforms.into_iter().any(|it| !it.text.starts_with("AWS::"));
        let resources = lowered.stacks.iter().flat_map(|it| &it.resources);
        let types = resources.map(|it| (it.id.text.to_string(), it.ty.text.to_string())).collect();
        let parameters = lowered.stacks.iter().flat_map(|it| &it.declarations.parameters);
        let is_empty = |it: &&Arc<Parameter>| it.default.as_ref().and_then(Node::as_str) == Some("");
        let empty = parameters.filter(is_empty).map(|it| it.name.text.to_string()).collect();
        Some(Template { name, path, findings, entries, text: analysis.text, has_macro, types, empty })
    }

    /// True when both are on one line, ours shows that line as related, one is where the other is, one is a key and the other its value, or ours is within
    /// the arguments of the function that theirs is about.
    pub(crate) fn is_at(&self, found: &Found, said: &Said) -> bool {
        found.start.0 == said.start.0
            || found.related.iter().any(|it| it.0 == said.start.0 || self.is_next(said.end, *it))
            || (found.start < said.end && said.start < found.end)
            || self.is_next(said.end, found.start)
            || self.is_next(found.end, said.start)
            || self.is_in_arguments(said, found.start)
            || (is_of_resource(said) && self.is_head(found.start) && self.is_same_entry(said.start, found.start))
    }

    /// True when a place is below the line of a function that a finding is about, and further to the right.
    fn is_in_arguments(&self, said: &Said, place: (u32, u32)) -> bool {
        let is_function = |it: &str| it.starts_with("Fn::") || it.starts_with("Ref");
        let opens = || is_function(self.text.line(said.start.0 + 1).trim_start_matches([' ', '-', '"', '{']));
        self.is_below(said, place) && (said.path.last().is_some_and(|it| is_function(it)) || opens())
    }

    /// True when a place is below the line of what a finding is about, and further to the right.
    pub(crate) fn is_below(&self, said: &Said, place: (u32, u32)) -> bool {
        let indent = |it: &str| (it.len() - it.trim_start().len()) as u32;
        let base = indent(&self.text.line(said.start.0));
        let mut below = (said.start.0 + 1..=place.0).map(|it| self.text.line(it));
        place.0 > said.start.0
            && below.all(|it| {
                let here = indent(&it);
                it.trim().is_empty() || here > base || (here == base && it.trim_start().starts_with("- "))
            })
    }

    /// True on the first line of an entry, and on that of its type.
    fn is_head(&self, place: (u32, u32)) -> bool {
        let is_type = || self.text.line(place.0).trim_start_matches([' ', '"', '{']).starts_with("Type");
        self.entries.contains(&place.0) || is_type()
    }

    /// True when nothing but signs stands between two places.
    fn is_next(&self, end: (u32, u32), start: (u32, u32)) -> bool {
        if start < end || start.0 - end.0 > 3 {
            return false;
        }
        let offset = |(line, column)| self.text.offset(Position { line, column }, Encoding::Utf32);
        let between = self.text.slice(TextRange::new(offset(end), offset(start).max(offset(end))));
        between.chars().all(|it| it.is_whitespace() || ":-[{\"'".contains(it))
    }

    /// True for what is said of a value that parameters with an empty default bring.
    pub(crate) fn is_of_empty_default(&self, message: &str) -> bool {
        let named = |start: &str, end: char| {
            let names = message.split(start).skip(1).filter_map(|it| it.split(end).next());
            names.into_iter().any(|name| self.empty.iter().any(|it| it == name))
        };
        named("{'Ref': '", '\'') || named("${", '}')
    }

    /// The type of the resource that theirs is about.
    pub(crate) fn type_of(&self, said: &Said) -> Option<&str> {
        match &said.path[..] {
            [section, id, ..] if section == "Resources" => self.types.get(id).map(String::as_str),
            _ => None,
        }
    }

    /// True when both places are in one entry of a section.
    pub(crate) fn is_same_entry(&self, one: (u32, u32), other: (u32, u32)) -> bool {
        let entry = |place: (u32, u32)| self.entries.partition_point(|it| *it <= place.0);
        entry(one) == entry(other)
    }
}

/// True for what is said of a resource as a whole, at its id or at the key of its properties.
fn is_of_resource(said: &Said) -> bool {
    let path: Vec<&str> = said.path.iter().map(String::as_str).collect();
    matches!(&path[..], ["Resources", _] | ["Resources", _, "Properties"])
}

impl Found {
    /// Its place and its message, on a line.
    pub(crate) fn line(&self, template: &Template) -> String {
        let (line, column) = self.start;
        format!("{}:{}:{}: {}\n", template.name, line + 1, column + 1, self.message)
    }
}

/// The files around a template.
#[derive(Debug)]
struct Folder(PathBuf);

impl Neighbours for Folder {
    fn look(&self, path: &str) -> Neighbour {
        let file = self.0.join(path);
        match fs::read_to_string(&file) {
            Ok(text) => Neighbour::of(path, &text),
            Err(_) if file.exists() => Neighbour::Other,
            Err(_) => Neighbour::Missing,
        }
    }
}
