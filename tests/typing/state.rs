//! Templates, edits of them, and what is left of them after an edit.

use ide::{Document, Text};
use model::{Condition, Lowered, Map, Mapping, Output, Parameter, Resource};
use rules::Selection;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::ops::Range;
use std::sync::Arc;
use template::{Format, TemplateFile};
use tests::shape;

/// A template before anything is typed.
pub(super) struct Template {
    pub(super) name: String,
    pub(super) format: Format,
    pub(super) text: String,
    pub(super) lines: Vec<Line>,
    pub(super) entries: Vec<Entry>,
}

/// A line; its range is without the line break.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) range: Range<usize>,
    pub(super) indent: usize,
}

/// An entry of a section.
pub(super) struct Entry {
    pub(super) item: Item,
    /// Where its name starts.
    pub(super) name: usize,
    /// Its lines.
    pub(super) lines: Range<usize>,
    /// Of a resource: the line of its type, and of the key `Properties`.
    ty: Range<usize>,
    properties: Range<usize>,
    /// Of a resource: its properties and attributes by name, with their lines and what they say.
    values: Vec<(String, Range<usize>, String)>,
}

/// What an entry is.
#[derive(Clone)]
pub(super) enum Item {
    Resource(Arc<Resource>),
    Parameter(Arc<Parameter>),
    Mapping(Arc<Mapping>),
    Condition(Arc<Condition>),
    Output(Arc<Output>),
}

impl Item {
    fn all(lowered: &Lowered) -> impl Iterator<Item = Item> {
        lowered.stacks.iter().flat_map(|it| {
            let declarations = &it.declarations;
            let resources = it.resources.iter().cloned().map(Item::Resource);
            resources
                .chain(declarations.parameters.iter().cloned().map(Item::Parameter))
                .chain(declarations.mappings.iter().cloned().map(Item::Mapping))
                .chain(declarations.conditions.iter().cloned().map(Item::Condition))
                .chain(it.outputs.iter().cloned().map(Item::Output))
        })
    }

    fn name(&self) -> &model::Name {
        match self {
            Item::Resource(it) => &it.id,
            Item::Parameter(it) => &it.name,
            Item::Mapping(it) => &it.name,
            Item::Condition(it) => &it.name,
            Item::Output(it) => &it.name,
        }
    }

    fn end(&self) -> model::Span {
        match self {
            Item::Resource(it) => it.origin,
            Item::Parameter(it) => it.node.span,
            Item::Mapping(it) => it.node.span,
            Item::Condition(it) => it.node.span,
            Item::Output(it) => it.node.span,
        }
    }

    /// False for what a transform makes: its name stands nowhere.
    fn is_written(&self, text: &str, name: text::TextRange) -> bool {
        text[usize::from(name.start())..usize::from(name.end())] == self.name().text
    }

    fn shape(&self) -> String {
        match self {
            Item::Resource(it) => shape::resource(it),
            Item::Parameter(it) => shape::parameter(it),
            Item::Mapping(it) => shape::mapping(it),
            Item::Condition(it) => shape::condition(it),
            Item::Output(it) => shape::output(it),
        }
    }

    fn is(&self, other: &Item) -> bool {
        let is_kept = match (self, other) {
            (Item::Resource(a), Item::Resource(b)) => Arc::ptr_eq(a, b),
            (Item::Parameter(a), Item::Parameter(b)) => Arc::ptr_eq(a, b),
            (Item::Mapping(a), Item::Mapping(b)) => Arc::ptr_eq(a, b),
            (Item::Condition(a), Item::Condition(b)) => Arc::ptr_eq(a, b),
            (Item::Output(a), Item::Output(b)) => Arc::ptr_eq(a, b),
            _ => return false,
        };
        is_kept || self.shape() == other.shape()
    }
}

impl Template {
    pub(super) fn new(name: &str, text: &str) -> Template {
        let format = if text.trim_start().starts_with('{') { Format::Json } else { Format::Yaml };
        let mut lines = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let content = line.trim_end_matches(['\n', '\r']);
            let indent = content.len() - content.trim_start_matches(' ').len();
            lines.push(Line { range: start..start + content.len(), indent });
            start += line.len();
        }
        let mut template =
            Template { name: name.to_owned(), format, text: text.to_owned(), lines, entries: Vec::new() };
        let lowered = TemplateFile::new(format).lower(&text.into());
        let mut entries: Vec<Entry> = Item::all(&lowered).filter_map(|it| template.entry(&lowered, it)).collect();
        entries.sort_by_key(|it| it.name);
        template.entries = entries;
        template
    }

    fn entry(&self, lowered: &Lowered, item: Item) -> Option<Entry> {
        let name = lowered.map.resolve(item.name().span).filter(|it| item.is_written(&self.text, *it))?;
        let name = usize::from(name.start());
        let lines_of = |from: model::Span, to: model::Span| {
            let from = self.line_of(lowered.map.resolve(from)?.start().into());
            let to = self.line_of(usize::from(lowered.map.resolve(to)?.end()).saturating_sub(1));
            Some(from..to.max(from) + 1)
        };
        let lines = lines_of(item.name().span, item.end())?;
        let mut values = Vec::new();
        let (mut ty, mut properties) = (0..0, 0..0);
        if let Item::Resource(resource) = &item {
            ty = lines_of(resource.ty.span, resource.ty.span)?;
            // The key stands on the line of its value, or above it.
            let value = lines_of(resource.properties.span, resource.properties.span)?.start;
            let is_key = |it: &usize| self.line(*it).trim_start().trim_start_matches('"').starts_with("Properties");
            properties = (lines.start..value + 1).rev().find(is_key).map_or(0..0, |it| it..it + 1);
            for (prefix, map) in maps(resource) {
                for (name, node) in &map.entries {
                    values.push((
                        format!("{prefix}{}", name.text),
                        lines_of(name.span, node.span)?,
                        shape::value(node),
                    ));
                }
            }
        }
        Some(Entry { item, name, lines, ty, properties, values })
    }

    pub(super) fn line_of(&self, offset: usize) -> usize {
        self.lines.partition_point(|it| it.range.start <= offset).saturating_sub(1)
    }

    pub(super) fn line(&self, number: usize) -> &str {
        &self.text[self.lines[number].range.clone()]
    }

    /// The entry that a line belongs to: the one that it is in, or the last one before, as comments and blank lines do.
    pub(super) fn entry_at(&self, line: usize) -> Option<usize> {
        let before = self.entries.partition_point(|it| it.lines.start <= line).checked_sub(1)?;
        let entry = &self.entries[before];
        let is_outer = |it: &Line| it.indent < self.lines[entry.lines.start].indent && !it.range.is_empty();
        let is_comment = |it: &Line| self.text[it.range.clone()].trim_start().starts_with('#');
        let left = self.lines[entry.lines.end.min(line + 1)..=line].iter().any(|it| is_outer(it) && !is_comment(it));
        (!left).then_some(before)
    }

    /// True when a text is well-formed.
    pub(super) fn is_legal(&self, text: &str) -> bool {
        match self.format {
            Format::Yaml => serde_yaml::from_str::<serde_yaml::Value>(text).is_ok(),
            Format::Json => serde_json::from_str::<serde_json::Value>(text).is_ok(),
        }
    }
}

fn maps(resource: &Resource) -> impl Iterator<Item = (&'static str, &Map)> {
    resource.properties.as_map().map(|it| ("Properties.", it)).into_iter().chain([("", &resource.attributes)])
}

/// A change of a text.
#[derive(Clone, Debug)]
pub(super) struct Edit {
    /// What sort of change it is.
    pub(super) form: &'static str,
    pub(super) range: Range<usize>,
    pub(super) text: String,
    /// The lines that it changes; for a line that is put in, the line above.
    pub(super) lines: Range<usize>,
    /// For a line that is put in, its indentation.
    pub(super) indent: Option<usize>,
}

impl Edit {
    pub(super) fn apply(&self, text: &str) -> String {
        format!("{}{}{}", &text[..self.range.start], self.text, &text[self.range.end..])
    }

    /// True where an editor that indents by itself puts the cursor, and for what is changed in a line: not for blocks that
    /// are pasted and lines that stand deeper or less deep than what is around them.
    pub(super) fn is_usual(&self, template: &Template) -> bool {
        let Some(indent) = self.indent else { return true };
        if self.form.contains("pasted") {
            return false;
        }
        let above = &template.lines[self.lines.start];
        let next = template.lines[self.lines.end..].iter().find(|it| !it.range.is_empty()).map(|it| it.indent);
        let opens = template.line(self.lines.start).trim_end().ends_with([':', '{', '[']);
        let closes = next.is_some_and(|it| it < above.indent);
        match opens {
            true => Some(indent) == next,
            // Behind the last of a block either may be meant.
            false => Some(indent) == next || (closes && indent == above.indent),
        }
    }

    /// The states on the way, one for each character, without the last. What is pasted has none.
    pub(super) fn steps(&self) -> impl Iterator<Item = Edit> {
        let (typed, end) = match self.text.strip_suffix('\n') {
            Some(line) => (line, "\n"),
            None => (self.text.as_str(), ""),
        };
        let typed = if typed.contains('\n') { "" } else { typed };
        let ends = typed.char_indices().map(|(it, _)| it);
        ends.map(move |it| Edit { text: format!("{}{end}", &typed[..it]), ..self.clone() })
    }

    /// The lines around, after the edit.
    pub(super) fn show(&self, text: &str) -> String {
        let after = self.apply(text);
        let first = text[..self.range.start].matches('\n').count();
        let last = first + self.text.matches('\n').count();
        let mut out = String::new();
        for (number, line) in after.lines().enumerate() {
            if number + 4 >= first && number <= last + 3 {
                let mark = if (first..=last).contains(&number) { '>' } else { ' ' };
                let _ = writeln!(out, "  {:>4} {mark} {line}", number + 1);
            }
        }
        out
    }

    /// The place before the edit that a place after it is; `None` within what was typed.
    fn before(&self, offset: usize) -> Option<usize> {
        if offset < self.range.start {
            Some(offset)
        } else {
            (offset >= self.range.start + self.text.len()).then(|| offset - self.text.len() + self.range.len())
        }
    }

    /// True for a change of nothing but white space in front of a line.
    fn is_indentation(&self) -> bool {
        self.form.starts_with("indentation")
    }

    /// True when the edit changes the words of a line.
    fn changes(&self, line: &Range<usize>) -> bool {
        !self.is_indentation() && self.indent.is_none() && line.start < self.lines.end && self.lines.start < line.end
    }

    /// True when the edit may change what stands in `lines`, the first of which is indented by `indent`.
    fn touches(&self, lines: &Range<usize>, indent: usize) -> bool {
        match self.indent {
            None => self.lines.start < lines.end && lines.start < self.lines.end,
            // Between two lines of it, or behind it and deeper.
            Some(typed) => {
                let above = self.lines.start;
                lines.contains(&above) && (above + 1 < lines.end || typed > indent)
            }
        }
    }
}

/// What is left after an edit.
#[derive(Default)]
pub(super) struct Seen {
    /// The entries that the edit does not touch, and the names of those that came out otherwise.
    pub(super) intact: usize,
    pub(super) changed: Vec<String>,
    /// Whether the edited resource has a name and a type that the edit did not touch, and still has them.
    pub(super) has_identity: bool,
    pub(super) identity: bool,
    /// The properties of the edited resource that the edit does not touch, and the names of those that are lost.
    pub(super) properties: usize,
    pub(super) lost: Vec<String>,
    /// Findings about intact entries that came or went.
    pub(super) flickers: Vec<String>,
}

impl Seen {
    /// What is not as it should be.
    pub(super) fn what(&self) -> String {
        let mut out = String::new();
        if !self.changed.is_empty() {
            let _ = writeln!(out, "changed: {}", self.changed.join(", "));
        }
        if self.has_identity && !self.identity {
            out.push_str("the edited resource is lost\n");
        } else if !self.lost.is_empty() {
            let _ = writeln!(out, "lost: {}", self.lost.join(", "));
        }
        self.flickers.iter().for_each(|it| out.extend([it, "\n"]));
        out
    }
}

/// A finding: its place before the edit, its rule, its message.
type Found = (usize, &'static str, String);

/// A template in an editor.
pub(super) struct State {
    document: Document,
    file: TemplateFile,
    text: Arc<str>,
    original: Arc<str>,
    /// The findings of the template itself, by entry.
    before: BTreeMap<usize, BTreeSet<Found>>,
    analysis: ide::Analysis,
    lowered: Lowered,
}

impl State {
    pub(super) fn new(template: &Template) -> State {
        let mut document = Document::new(template.name.as_str(), Arc::new(Selection::default()));
        let mut file = TemplateFile::new(template.format);
        let original: Arc<str> = template.text.as_str().into();
        let lowered = file.lower(&original);
        let analysis = document.analyse(&Text::new(&original, 0));
        let text = Arc::clone(&original);
        let mut state = State { document, file, text, original, before: BTreeMap::new(), analysis, lowered };
        state.before = state.findings(template, Some);
        state
    }

    /// Goes back to the template itself.
    pub(super) fn start(&mut self) {
        self.set(Arc::clone(&self.original));
    }

    fn set(&mut self, text: Arc<str>) {
        self.lowered = self.file.lower(&text);
        self.analysis = self.document.analyse(&Text::new(&text, 0));
        self.text = text;
    }

    /// What the present state says, for comparison.
    pub(super) fn describe(&self) -> String {
        let mut out: String = self.lowered.stacks.iter().map(|it| shape::stack(it)).collect();
        for it in &self.analysis.findings {
            let _ = writeln!(out, "{:?} {} {}", it.range, it.rule.name, it.message);
        }
        out
    }

    /// What a state that knows nothing of the template before says after an edit.
    pub(super) fn fresh(mut self, template: &Template, edit: &Edit) -> String {
        self.file = TemplateFile::new(template.format);
        let document = Document::new(template.name.as_str(), Arc::new(Selection::default()));
        // What was a template stays one: that much is kept on purpose.
        let kept = std::mem::replace(&mut self.document, document);
        let text: Arc<str> = edit.apply(&template.text).into();
        self.set(Arc::clone(&text));
        if self.analysis.kind.is_none() {
            self.document = kept;
            self.set(text);
        }
        self.describe()
    }

    /// The findings by the entry that they stand in.
    fn findings(
        &self,
        template: &Template,
        place: impl Fn(usize) -> Option<usize>,
    ) -> BTreeMap<usize, BTreeSet<Found>> {
        let mut out: BTreeMap<usize, BTreeSet<Found>> = BTreeMap::new();
        for finding in &self.analysis.findings {
            let Some(start) = place(finding.range.start().into()) else { continue };
            let line = template.line_of(start);
            let Some(entry) = template.entry_at(line).filter(|it| template.entries[*it].lines.contains(&line)) else {
                continue;
            };
            out.entry(entry).or_default().insert((start, finding.rule.name, finding.message.clone()));
        }
        out
    }

    /// Makes an edit of the original text and looks at what is left.
    pub(super) fn look(&mut self, template: &Template, edit: &Edit) -> Seen {
        self.set(edit.apply(&template.text).into());
        // What a transform makes of a resource may have the same name.
        let mut items: BTreeMap<usize, Vec<Item>> = BTreeMap::new();
        for item in Item::all(&self.lowered) {
            let place = self.lowered.map.resolve(item.name().span).filter(|it| item.is_written(&self.text, *it));
            if let Some(place) = place.and_then(|it| edit.before(it.start().into())) {
                items.entry(place).or_default().push(item);
            }
        }
        let mut seen = Seen::default();
        let edited: Vec<usize> = edit.lines.clone().filter_map(|it| template.entry_at(it)).collect();
        let is_edited = |it: &Entry| edited.iter().any(|entry| template.entries[*entry].name == it.name);
        let edited: BTreeSet<usize> =
            (0..template.entries.len()).filter(|it| is_edited(&template.entries[*it])).collect();
        for (number, entry) in template.entries.iter().enumerate() {
            let now = items.get(&entry.name).map(Vec::as_slice).unwrap_or_default();
            if !edited.contains(&number) {
                seen.intact += 1;
                if !now.iter().any(|it| it.is(&entry.item)) {
                    seen.changed.push(entry.item.name().text.to_string());
                }
                continue;
            }
            let Item::Resource(before) = &entry.item else { continue };
            let resources = now.iter().filter_map(|it| match it {
                Item::Resource(it) => Some(it),
                _ => None,
            });
            let now = resources.clone().find(|it| it.ty.text == before.ty.text).or(resources.clone().next());
            let id_line = entry.lines.start..entry.lines.start + 1;
            if edit.changes(&id_line) {
                continue;
            }
            if !edit.touches(&id_line, usize::MAX) || edit.is_indentation() {
                seen.has_identity = true;
                let is_type_typed = edit.changes(&entry.ty);
                seen.identity = now.is_some_and(|it| it.id.text == before.id.text)
                    && (is_type_typed || now.is_some_and(|it| it.ty.text == before.ty.text));
            }
            for (name, lines, shape) in &entry.values {
                let owner = if name.starts_with("Properties.") { &entry.properties } else { &id_line };
                if edit.touches(lines, template.lines[lines.start].indent) || edit.changes(owner) {
                    continue;
                }
                seen.properties += 1;
                let after = now.and_then(|it| maps(it).find_map(|(prefix, map)| map.get(name.strip_prefix(prefix)?)));
                if after.map(shape::value).as_deref() != Some(shape) {
                    seen.lost.push(name.clone());
                }
            }
        }
        let after = self.findings(template, |it| edit.before(it));
        let none = BTreeSet::new();
        let named = edited.iter().map(|it| &template.entries[*it]);
        let named = named.filter(|it| edit.changes(&(it.lines.start..it.lines.start + 1)));
        let removed: Vec<&str> = named.map(|it| it.item.name().text.as_str()).collect();
        for (number, entry) in template.entries.iter().enumerate().filter(|(number, _)| !edited.contains(number)) {
            let was = self.before.get(&number).unwrap_or(&none);
            let is = after.get(&number).unwrap_or(&none);
            let name = &entry.item.name().text;
            // Of a name that the edit really took away, it is right to say that it is missing.
            // So it is of a name whose only use it took away, that it is not used any more.
            // That a comma is missing is told at the word that it is missing in front of.
            let is_right = |it: &&Found| {
                let is_comma = it.1 == "syntax-error" && it.2.starts_with("expected `,`");
                let is_unused = it.1.starts_with("unused-") && takes_away(template, edit, name);
                is_unused
                    || removed.iter().any(|name| it.2.contains(&format!("`{name}`")))
                    || is_comma && follows(template, edit, it.0)
            };
            seen.flickers.extend(
                is.difference(was).filter(|it| !is_right(it)).map(|it| format!("new in {name}: {} {}", it.1, it.2)),
            );
            seen.flickers.extend(
                was.difference(is).filter(|it| !is_right(it)).map(|it| format!("gone from {name}: {} {}", it.1, it.2)),
            );
        }
        seen
    }
}

/// True when an edit takes away text that names something.
fn takes_away(template: &Template, edit: &Edit, name: &str) -> bool {
    let mut words = template.text[edit.range.clone()].split(|it: char| !it.is_alphanumeric());
    words.any(|it| it == name)
}

/// True for the first word behind an edit.
fn follows(template: &Template, edit: &Edit, place: usize) -> bool {
    let between = template.text.get(edit.range.end..place).unwrap_or("x");
    between.chars().all(|it| it.is_whitespace() || matches!(it, ',' | '"'))
}
