//! What may be written at a place of a template, and how.
//!
//! The text at the cursor is half-typed, so the place is found in its lines ([`context`]), not in a tree; what there is to
//! refer to comes from the stack, which keeps all that could be understood. Each offer replaces the word around the cursor,
//! whatever an editor takes for a word around `::`, `!` or `${`.

mod context;
mod flow;
mod functions;
mod list;
mod policies;
mod properties;
mod references;
mod sections;
mod topic;
mod types;
mod yaml;

pub use topic::Topic;

use crate::{Analysis, Kind};
use context::Context;
use list::List;
use model::{Lowered, Stack};
use std::sync::Arc;
use template::{Format, TemplateFile};
use text::{TextRange, TextSize};

/// What may be written at a place, the best first.
#[derive(Clone, Debug, Default)]
pub struct Completions {
    /// The offers.
    pub items: Vec<Completion>,
    /// There are more: they fit less well what has been typed so far.
    pub is_incomplete: bool,
}

/// Something that may be written.
#[derive(Clone, Debug)]
pub struct Completion {
    /// What is shown.
    pub label: String,
    /// What kind of thing it is.
    pub kind: CompletionKind,
    /// A word about it: its type.
    pub detail: Option<String>,
    /// What editors compare with what has been typed from the start of [`Completion::insert`] on.
    pub filter: String,
    /// What is replaced, up to the cursor.
    pub insert: TextRange,
    /// What is replaced, with what stands behind the cursor.
    pub replace: TextRange,
    /// What is written: lines after the first are indented further by the indentation of the line.
    pub text: String,
    /// The text has tab stops.
    pub is_snippet: bool,
    /// Where a comma is written too, behind the entry before that has none.
    pub comma: Option<TextSize>,
    /// What to ask its documentation by.
    pub topic: Option<Topic>,
    /// AWS advises against it.
    pub is_deprecated: bool,
}

/// What kind of thing is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompletionKind {
    /// A section, a word of templates.
    Keyword,
    /// A type of resource or parameter.
    Type,
    /// A property.
    Property,
    /// One of the values that are accepted.
    Value,
    /// A resource.
    Resource,
    /// A parameter, a condition, a mapping.
    Name,
    /// A pseudo parameter.
    Constant,
    /// What `Fn::GetAtt` returns.
    Attribute,
    /// An intrinsic function.
    Function,
    /// An action of a service.
    Action,
}

/// What the client can do with completions.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// It understands tab stops.
    pub snippets: bool,
}

impl Analysis {
    /// What may be written at `offset`.
    pub fn completions(&self, offset: TextSize, options: Options) -> Completions {
        let offset = usize::from(offset);
        match self.kind {
            Some(Kind::Template(format)) => complete(&self.contiguous, format, offset, &self.lowered, options),
            Some(Kind::Cdk(_)) => Completions::default(),
            None => {
                let text: Arc<str> = self.text.to_string().into();
                let Some(format) = begun(&text) else { return Completions::default() };
                complete(&text, format, offset, &TemplateFile::new(format).lower(&text), options)
            }
        }
    }
}

fn complete(text: &str, format: Format, offset: usize, lowered: &Lowered, options: Options) -> Completions {
    let Some(stack) = lowered.stacks.first() else { return Completions::default() };
    let known = if format == Format::Json { entry_before(text, offset, lowered, stack) } else { None };
    let Some(mut context) = Context::find(text, format, offset, known) else { return Completions::default() };
    sections::enter_list(&mut context, stack);
    let mut list = List::new(&context, options);
    sections::offer(&mut list, &Names { stack });
    list.finish()
}

/// The start of the last entry of a section before `offset`, with the name of the section.
fn entry_before(text: &str, offset: usize, lowered: &Lowered, stack: &Stack) -> Option<(usize, &'static str)> {
    let declarations = &stack.declarations;
    let resources = stack.resources.iter().filter(|it| it.made.is_none()).map(|it| (it.origin, "Resources"));
    let parameters = declarations.parameters.iter().map(|it| (it.name.span, "Parameters"));
    let mappings = declarations.mappings.iter().map(|it| (it.name.span, "Mappings"));
    let conditions = declarations.conditions.iter().map(|it| (it.name.span, "Conditions"));
    let outputs = stack.outputs.iter().map(|it| (it.name.span, "Outputs"));
    let entries = resources.chain(parameters).chain(mappings).chain(conditions).chain(outputs);
    let starts = entries.filter_map(|(span, section)| Some((usize::from(lowered.map.start(span.block)?), section)));
    let (start, section) = starts.filter(|it| it.0 < offset).max()?;
    // A file that could not be split is one block, which begins with no key.
    let rest = text.get(start..offset)?;
    let key = rest.trim_start_matches([' ', '\t', '\r', '\n', ',']);
    key.starts_with('"').then(|| (start + rest.len() - key.len(), section))
}

/// The format of a text that is no template yet, but has begun to be one: its root keys are sections of templates.
fn begun(text: &str) -> Option<Format> {
    let text = text.trim_start_matches('\u{feff}');
    let is_json = text.trim_start().starts_with('{');
    let mut keys = Vec::new();
    if is_json {
        keys.extend(schema::template::SECTIONS.iter().filter(|it| text.contains(&format!("\"{it}\""))).copied());
    } else {
        for line in text.lines().filter(|it| !it.starts_with([' ', '\t', '#', '-', '%', '}']) && !it.trim().is_empty())
        {
            keys.push(line.split(':').next().unwrap_or_default().trim());
        }
    }
    let is_section = |key: &&str| schema::template::SECTIONS.contains(key);
    let is_start = |key: &str| !key.is_empty() && schema::template::SECTIONS.iter().any(|it| it.starts_with(key));
    let is_begun = match keys.as_slice() {
        [] => false,
        // The first word of a file.
        [only] => is_start(only),
        [..] => keys.iter().any(is_section) && keys.iter().all(|it| is_start(it)),
    };
    // Many kinds of files have a description or metadata.
    let is_ours = keys.len() == 1 || keys.iter().any(|it| !matches!(*it, "Description" | "Metadata"));
    (is_begun && is_ours).then_some(if is_json { Format::Json } else { Format::Yaml })
}

/// What there is to refer to.
#[derive(Clone, Copy)]
struct Names<'s> {
    stack: &'s Stack,
}
