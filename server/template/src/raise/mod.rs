//! Changes of the model → edits of the text, in its own style.
//!
//! Each change is made on the text that the ones before it left, so that any of them compose; what comes out are the
//! edits that lead there from the original.

mod edit;
mod embedded;
mod extract;
mod literal;
mod loops;
mod made;
mod pieces;
mod style;
mod tree;

pub use extract::refactors;

use crate::file::Source;
use edit::{Editor, nested};
use literal::Writer;
use loops::Loops;
use model::{Change, Literal, Lowered, SmolStr, Span};
use pieces::Pieces;
use rustc_hash::FxHashMap;
use schema::template::PREAMBLE;
use std::sync::Arc;
use style::{Style, has_blank_lines};
use syntax::data::{DataFile, Document, Kind};
use text::{Edits, TextEdit, TextRange, TextSize};
use tree::{At, Frame, Tree};

/// Writes `changes`, all or none, into the text that `source` and `lowered` were made from, in its own style. `None`: they
/// cannot be said here.
pub fn raise(source: &Source, lowered: &Lowered, changes: &[Change]) -> Option<Edits> {
    let changes = made::written(lowered, changes)?;
    let original_document = &*source.document;
    let mut file = DataFile::at(source.format, original_document);
    let original = Tree::new(original_document);
    let style = Style::of(&original, source.format);
    let mut raising = Raising {
        lowered,
        original: &original,
        writer: Writer { style: &style, original: &original, map: &lowered.map },
        pieces: Pieces::new(&original_document.text),
        added_after: FxHashMap::default(),
    };

    let (names, others): (Vec<_>, Vec<_>) = changes.iter().partition(|it| matches!(it, Change::Rename { .. }));
    let mut document = original_document.clone();
    for change in others {
        let edits = raising.change(&Tree::new(&document), change)?;
        if !edits.is_empty() {
            raising.pieces.apply(&Edits::new(edits).ok()?);
            document = file.parse(&Arc::from(raising.pieces.text()));
        }
    }
    // Names last, and all at once: they move nothing that another change could mean.
    let mut edits = Vec::new();
    for change in names {
        if let Change::Rename { span, to } = change {
            edits.extend(raising.rename(*span, to)?);
        }
    }
    if !edits.is_empty() {
        raising.pieces.apply(&Edits::new(edits).ok()?);
        document = file.parse(&Arc::from(raising.pieces.text()));
    }
    // Whatever happened, a fix never breaks a text.
    if problems(&document) > problems(original_document) {
        return None;
    }
    let edits = raising.pieces.edits()?;
    Loops::of(&original).allow(original.text, &edits, &changes, lowered).then_some(edits)
}

fn problems(document: &Document) -> usize {
    document.problems.len() + document.blocks.iter().map(|it| it.block.problems.len()).sum::<usize>()
}

struct Raising<'a> {
    lowered: &'a Lowered,
    original: &'a Tree<'a>,
    writer: Writer<'a>,
    pieces: Pieces<'a>,
    /// The last resource that was added after each, so that several stand in their order.
    added_after: FxHashMap<Span, SmolStr>,
}

impl Raising<'_> {
    /// The edits that make one change on the text as it is now.
    fn change<'t>(&mut self, tree: &'t Tree<'t>, change: &Change) -> Option<Vec<TextEdit>> {
        let editor = Editor { tree, writer: &self.writer };
        match change {
            Change::Set { origin, path, value } => {
                let frames = self.resource(tree, *origin)?;
                set_property(&editor, &frames, &keys(path), value)
            }
            Change::SetAttribute { origin, attribute, path, value } => {
                let frames = self.resource(tree, *origin)?;
                set_attribute(&editor, &frames, attribute, &keys(path), value)
            }
            Change::AppendAttribute { origin, attribute, value } => {
                let frames = self.resource(tree, *origin)?;
                let body = frames.last()?.value;
                match body.pairs()?.iter().position(|it| it.key() == attribute) {
                    Some(index) => editor.append(&tree.child(body, index)?, &[], value, &|it| self.is_single(it)),
                    None => set_attribute(&editor, &frames, attribute, &[], value),
                }
            }
            Change::Remove { origin, path } => {
                let mut frames = self.resource(tree, *origin)?;
                let path = keys(path);
                for key in std::iter::once("Properties").chain(path) {
                    let value = frames.last()?.value;
                    if value.is_function() {
                        return None;
                    }
                    let Some(pairs) = value.pairs() else { return Some(Vec::new()) };
                    // What is not there need not be taken out.
                    let Some(index) = pairs.iter().position(|it| it.key() == key) else { return Some(Vec::new()) };
                    frames.push(tree.child(value, index)?);
                }
                editor.remove(&frames)
            }
            Change::Append { origin, path, value } => {
                let frames = self.resource(tree, *origin)?;
                let body = frames.last()?.value;
                let properties = body.pairs()?.iter().position(|it| it.key() == "Properties");
                let is_single = |it: At<'_>| self.is_single(it);
                match properties {
                    Some(index) => editor.append(&tree.child(body, index)?, &keys(path), value, &is_single),
                    None => set_property(&editor, &frames, &keys(path), &Literal::List(vec![value.clone()])),
                }
            }
            Change::SetIn { map, path, value } => {
                let start = self.now(*map)?.start();
                if let Some(frames) = tree.resource(start) {
                    // The name of a resource stands for properties that are not written.
                    return set_property(&editor, &frames, &keys(path), value);
                }
                editor.set(tree.find(start)?.last()?, &keys(path), value)
            }
            Change::Replace { span, value } => {
                let now = self.now(*span)?;
                let frames = tree.find(now.start())?;
                let frame = frames.last()?;
                if matches!(frame.value.node.kind, Kind::Alias(_)) {
                    // The place stands for anything behind the alias.
                    return None;
                }
                // The only text of a template string stands where the string itself does.
                let is_part = frame.value.node.tag.is_none() && editor.is_sub(&frames);
                match frame.value.range() == now && !is_part {
                    true => editor.replace(frame, value),
                    false => editor.replace_within(&frames, now, value).map(|it| vec![it]),
                }
            }
            Change::Delete { span } => {
                let range = self.lowered.map.resolve(*span)?;
                match self.pieces.now(range.start()) {
                    Some(start) => {
                        let frames = tree.find(start)?;
                        let value = frames.last()?.value;
                        let is_own = value.range().start() == start && !matches!(value.node.kind, Kind::Alias(_));
                        is_own.then(|| editor.remove(&frames)).flatten()
                    }
                    // It went with something around it.
                    None => Some(Vec::new()),
                }
            }
            Change::AddResource { id, ty, properties, condition, after } => {
                let section = tree.section("Resources")?;
                let entries = tree.entries(section);
                let index = match self.added_after.get(after) {
                    Some(last) => entries.iter().position(|it| it.key() == last)?,
                    // A resource that goes with one of a loop would have to be as many.
                    None => match self.resource(tree, *after)?.as_slice() {
                        [_, entry] => entry.index,
                        _ => return None,
                    },
                };
                let frame = tree.entry_frame(section, index)?;
                let blank = has_blank_lines(tree, &frame.siblings.ranges).unwrap_or(false);
                let mut body = vec![("Type".to_owned(), Literal::text(ty.as_str()))];
                body.extend(condition.iter().map(|it| ("Condition".to_owned(), Literal::text(it.as_str()))));
                if !matches!(properties, Literal::Map(entries) if entries.is_empty()) {
                    body.push(("Properties".to_owned(), properties.clone()));
                }
                let edits = editor.insert_entry(&frame.siblings, index, id, &Literal::Map(body), blank);
                self.added_after.insert(*after, id.clone());
                edits
            }
            Change::RemoveResource { origin } => {
                let frames = self.resource(tree, *origin)?;
                // A loop that makes nothing is none.
                if frames.last()?.siblings.ranges.len() == 1 && frames.len() > 2 {
                    None
                } else {
                    editor.remove(&frames)
                }
            }
            Change::AddParameter { name, ty, description, default, .. } => {
                let mut body = vec![("Type".to_owned(), Literal::text(ty.as_str()))];
                if let Some(default) = default {
                    body.push(("Default".to_owned(), Literal::text(default.as_str())));
                }
                if !description.is_empty() {
                    body.push(("Description".to_owned(), Literal::text(description.as_str())));
                }
                add_entry(&editor, "Parameters", name, &Literal::Map(body))
            }
            Change::AddCondition { name, expression } => add_entry(&editor, "Conditions", name, expression),
            Change::AddTransform { name, last } => add_transform(&editor, name, *last),
            Change::EditText { span, text } => {
                let place = self.now(*span).filter(|it| it.len() == span.range.len())?;
                editor.edit_text(&tree.find(place.start())?, place, text)
            }
            Change::SetArgument { .. } => None,
            Change::Rename { .. } => Some(Vec::new()),
        }
    }

    fn rename(&self, span: Span, to: &str) -> Option<Option<TextEdit>> {
        let range = self.lowered.map.resolve(span)?;
        let old = self.original.text.get(usize::from(range.start())..usize::from(range.end()))?;
        // Just a name: a place that stands for more cannot be given another.
        let is_name = |it: char| it.is_ascii_alphanumeric() || matches!(it, ':' | '.' | '_' | '-');
        if old.is_empty() || !old.chars().all(is_name) {
            return None;
        }
        Some(self.pieces.range_now(range).map(|it| TextEdit::replace(it, to)))
    }

    /// Where a span of the original is now.
    fn now(&self, span: Span) -> Option<TextRange> {
        let range = self.lowered.map.resolve(span)?;
        match self.pieces.range_now(range) {
            Some(range) => Some(range),
            // Something in it has changed.
            None => self.pieces.now(range.start()).map(TextRange::empty),
        }
    }

    /// The steps to the resource with this origin.
    fn resource<'t>(&self, tree: &'t Tree<'t>, origin: Span) -> Option<Vec<Frame<'t>>> {
        let start: TextSize = self.pieces.now(self.lowered.map.resolve(origin)?.start())?;
        tree.resource(start)
    }

    /// True for a value that is certainly not a list already.
    fn is_single(&self, value: At<'_>) -> bool {
        let by_name = |function: &str, argument: &syntax::data::Node| match function {
            "Ref" => match &argument.kind {
                Kind::Scalar { text, .. } => !self
                    .lowered
                    .stacks
                    .iter()
                    .any(|it| it.declarations.parameter(text).is_some_and(|it| it.ty.contains("List"))),
                _ => false,
            },
            "Fn::Sub" | "Fn::Join" | "Fn::Base64" | "Fn::ToJsonString" => true,
            _ => false,
        };
        let node = value.node;
        match (&node.tag, &node.kind) {
            (_, Kind::Alias(_) | Kind::Broken | Kind::Nothing) => false,
            (Some(tag), _) => {
                let short = tag.text.trim_start_matches('!');
                schema::template::function_of_tag(short).is_some_and(|it| by_name(it, node))
            }
            (None, Kind::Mapping { pairs, .. }) => match pairs.as_slice() {
                [pair] if schema::template::is_function_key(&pair.key.text) => by_name(&pair.key.text, &pair.value),
                _ => true,
            },
            (None, _) => true,
        }
    }
}

fn keys(path: &str) -> Vec<&str> {
    path.split('.').filter(|it| !it.is_empty()).collect()
}

/// Sets what `path` leads to from the properties of a resource.
fn set_property<'t>(
    editor: &Editor<'t>,
    frames: &[Frame<'t>],
    path: &[&str],
    value: &Literal,
) -> Option<Vec<TextEdit>> {
    let body = frames.last()?.value;
    let pairs = if body.is_function() { None } else { body.pairs() }?;
    if let Some(index) = pairs.iter().position(|it| it.key() == "Properties") {
        return editor.set(&editor.tree.child(body, index)?, path, value);
    }
    let index = pairs.iter().position(|it| it.key() == "Type").or(pairs.len().checked_sub(1))?;
    let frame = editor.tree.child(body, index)?;
    editor.insert_entry(&frame.siblings, index, "Properties", &nested(path, value), false)
}

/// Sets what `path` leads to within an attribute of a resource, beside its type.
fn set_attribute<'t>(
    editor: &Editor<'t>,
    frames: &[Frame<'t>],
    attribute: &str,
    path: &[&str],
    value: &Literal,
) -> Option<Vec<TextEdit>> {
    let body = frames.last()?.value;
    let pairs = if body.is_function() { None } else { body.pairs() }?;
    if let Some(index) = pairs.iter().position(|it| it.key() == attribute) {
        return editor.set(&editor.tree.child(body, index)?, path, value);
    }
    let index = pairs.iter().position(|it| it.key() == "Type").or(pairs.len().checked_sub(1))?;
    let frame = editor.tree.child(body, index)?;
    editor.insert_entry(&frame.siblings, index, attribute, &nested(path, value), false)
}

/// Puts a transform before all others: they are made in the order in which they stand.
fn add_transform(editor: &Editor<'_>, name: &str, last: bool) -> Option<Vec<TextEdit>> {
    let tree = editor.tree;
    let Some(section) = tree.section("Transform") else {
        let index =
            tree.sections.iter().position(|it| !matches!(it.pair.key(), "AWSTemplateFormatVersion" | "Description"))?;
        let ranges: Vec<TextRange> = tree.sections.iter().map(|it| it.range).collect();
        let blank = has_blank_lines(tree, &ranges).unwrap_or(false);
        return editor.insert_section(index, "Transform", &Literal::text(name), blank).map(|it| vec![it]);
    };
    let frame = tree.section_frame(section);
    if last && !frame.value.is_empty() {
        let is_name = |it: At<'_>| matches!(it.node.kind, Kind::Scalar { .. }) && it.node.tag.is_none();
        return editor.append(&frame, &[], &Literal::text(name), &is_name);
    }
    if frame.value.items().is_some_and(|it| !it.is_empty()) {
        return editor.insert_before(&tree.child(frame.value, 0)?.siblings, &Literal::text(name)).map(|it| vec![it]);
    }
    match &frame.value.node.kind {
        _ if frame.value.is_empty() => editor.replace(&frame, &Literal::text(name)),
        Kind::Scalar { text, .. } if frame.value.node.tag.is_none() => {
            editor.replace(&frame, &Literal::List(vec![Literal::text(name), Literal::text(text.as_str())]))
        }
        _ => None,
    }
}

fn add_entry(editor: &Editor<'_>, section: &str, name: &str, body: &Literal) -> Option<Vec<TextEdit>> {
    let tree = editor.tree;
    if let Some(found) = tree.section(section) {
        let entries = tree.entries(found);
        if entries.iter().any(|it| it.key() == name) {
            return None;
        }
        return match entries.len().checked_sub(1) {
            Some(last) => {
                let frame = tree.entry_frame(found, last)?;
                let blank = has_blank_lines(tree, &frame.siblings.ranges).unwrap_or(false);
                editor.insert_entry(&frame.siblings, last, name, body, blank)
            }
            None => editor.set(&tree.section_frame(found), &[name], body),
        };
    }
    // Parameters stand first; what is compared stands before what is made.
    let is_before = |it: &tree::Section<'_>| match section {
        "Parameters" => PREAMBLE.contains(&it.pair.key()),
        _ => it.pair.key() != "Resources",
    };
    let index = tree.sections.iter().position(|it| !is_before(it))?;
    let ranges: Vec<TextRange> = tree.sections.iter().map(|it| it.range).collect();
    let blank = has_blank_lines(tree, &ranges).unwrap_or(false);
    editor.insert_section(index, section, &nested(&[name], body), blank).map(|it| vec![it])
}
