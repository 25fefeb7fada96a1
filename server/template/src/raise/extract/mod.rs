//! Selected resources → a nested stack: a template of their own beside this one, and an `AWS::CloudFormation::Stack` in their
//! place.
//!
//! What the resources name outside becomes parameters of the new template, what is named of them outside becomes its outputs;
//! the conditions and mappings that they use go along. See "Embed stacks within other stacks using nested stacks" in the AWS
//! CloudFormation User Guide.

mod names;
mod wiring;
mod write;

use super::raise;
use super::style::Style;
use super::tree::Tree;
use crate::file::Source;
use model::{Lowered, NewFile, Refactor, RefactorKind, Reference, ReferenceKind, Resource, SmolStr, Stack};
use std::sync::Arc;
use syntax::data::Format;
use text::{Edits, TextEdit, TextRange};
use wiring::Wiring;
use write::Pages;

/// What can be done with the resources that `range` touches.
pub fn refactors(source: &Source, lowered: &Lowered, range: TextRange) -> Vec<Refactor> {
    extract(source, lowered, range).into_iter().collect()
}

/// `None` where it cannot be done without any doubt that the two templates mean what the one did.
fn extract(source: &Source, lowered: &Lowered, range: TextRange) -> Option<Refactor> {
    let [stack] = lowered.stacks.as_slice() else { return None };
    let document = &*source.document;
    if range.is_empty() || !is_plain(stack) || super::problems(document) > 0 {
        return None;
    }
    let tree = Tree::new(document);
    let style = Style::of(&tree, source.format);
    let selected = selected(&tree, stack, range)?;
    let pages = Pages::new(&tree, &style, &lowered.map)?;
    let names = names::of(stack, &selected);
    let extension = if source.format == Format::Json { "json" } else { "yaml" };
    let path = format!("{}.{extension}", names.file);
    let wiring = Wiring::of(stack, &selected, &names.stack)?;

    let inner = match wiring.inner.as_slice() {
        [] => Edits::default(),
        changes => raise(source, lowered, changes)?,
    };
    let text = pages.template(stack, &selected, &wiring, &inner)?;
    let mut edits = match wiring.outer.as_slice() {
        [] => Edits::default(),
        changes => raise(source, lowered, changes)?,
    };
    let nested = pages.nested_stack(&names.stack, &path, &wiring)?;
    let moved: Vec<TextEdit> = pages.moved(&selected, &wiring, &nested)?;
    edits.merge(&Edits::new(moved).ok()?).ok()?;
    Some(Refactor {
        title: "Extract the selected resources into a nested stack".to_owned(),
        kind: RefactorKind::Extract,
        edits,
        files: vec![NewFile { path, text }],
    })
}

/// True for a template of which all is known: nothing that a transform, a loop or an alias puts in, nothing that is named and
/// not there, and no rules on how parameters go together, which two templates would have to share.
fn is_plain(stack: &Stack) -> bool {
    let is_there = |it: &Reference| match it.kind {
        ReferenceKind::Ref | ReferenceKind::Sub => {
            it.target.text.contains("::") || stack.item(&it.target.text).is_some()
        }
        ReferenceKind::GetAtt | ReferenceKind::SubGetAtt | ReferenceKind::DependsOn => {
            stack.resource(&it.target.text).is_some()
        }
        ReferenceKind::Condition => stack.declarations.condition(&it.target.text).is_some(),
        ReferenceKind::FindInMap => stack.declarations.mapping(&it.target.text).is_some(),
    };
    stack.rules.is_empty()
        && stack.all_references().all(|(_, it)| is_there(it))
        && !stack.open
        && stack.declarations.transforms.is_empty()
        && stack.loops.is_empty()
        && stack.aliases.is_empty()
        && stack.broken.is_empty()
        && stack.generated.is_empty()
        && stack.resources.iter().all(|it| it.made.is_none() && it.misfits.is_empty() && !it.attributes.open)
}

/// The resources that `range` touches, in the order of the text; `None` for none or all of them.
fn selected<'s>(tree: &Tree<'_>, stack: &'s Stack, range: TextRange) -> Option<Vec<&'s Arc<Resource>>> {
    let section = tree.section("Resources")?;
    let touched = |it: TextRange| it.intersect(range).is_some_and(|it| !it.is_empty());
    let entries = tree.entries(section);
    let keys: Vec<SmolStr> = entries.iter().filter(|it| touched(it.range())).map(|it| it.key().into()).collect();
    let selected: Vec<&Arc<Resource>> = keys.iter().filter_map(|it| stack.resource(it)).collect();
    let is_whole = selected.len() == keys.len() && entries.len() == stack.resources.len();
    (is_whole && !selected.is_empty() && selected.len() < entries.len()).then_some(selected)
}
