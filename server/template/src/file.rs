//! One template over time.

use crate::lower::{Lower, LoweredBlock, Place, Section};
use crate::serverless::Expander;
use model::{BlockId, Declarations, Lowered, Name, Problem, SourceMap, Span, Stack};
use rustc_hash::FxHashMap;
use schema::template::CLOSED_TRANSFORMS;
use std::sync::Arc;
use syntax::data::{DataFile, Document, Format, ProblemKind, Role};

/// One state of a template, parsed: what [`raise`](crate::raise) writes into.
#[derive(Clone, Debug)]
pub struct Source {
    pub(crate) format: Format,
    pub(crate) document: Arc<Document>,
}

impl Source {
    /// Parses a state by itself. [`TemplateFile::source`] has that of the last state that was lowered.
    pub fn parse(text: &str, format: Format) -> Source {
        Source { format, document: Arc::new(DataFile::new(format).parse(&Arc::from(text))) }
    }
}

/// One template over time: keeps what it lowered, so that an edit costs only the block that it changed.
#[derive(Debug)]
pub struct TemplateFile {
    syntax: DataFile,
    source: Source,
    /// What was made of the blocks of the last state, by their ids in the syntax.
    blocks: FxHashMap<u64, Arc<LoweredBlock>>,
    declarations: Arc<Declarations>,
    serverless: Expander,
    /// Where problems are that belong to no block: it starts where the file does.
    whole: BlockId,
}

impl TemplateFile {
    /// A template in this format.
    pub fn new(format: Format) -> TemplateFile {
        TemplateFile {
            syntax: DataFile::new(format),
            source: Source { format, document: Arc::default() },
            blocks: FxHashMap::default(),
            declarations: Arc::default(),
            serverless: Expander::default(),
            whole: BlockId::fresh(),
        }
    }

    /// The last state that was lowered, parsed.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Lowers a state of the file. Never fails, never guesses.
    pub fn lower(&mut self, text: &Arc<str>) -> Lowered {
        let document = Arc::new(self.syntax.parse(text));
        self.source.document = Arc::clone(&document);
        let mut last = std::mem::take(&mut self.blocks);
        self.blocks.reserve(document.blocks.len());

        let mut merged = Merged::default();
        if self.source.format == Format::Yaml {
            merged.lines = Some(text.trim_end().bytes().filter(|it| *it == b'\n').count() + 1);
        }
        merged.map.insert(self.whole, 0.into());
        let mut section = None;
        for placed in &document.blocks {
            let place = match placed.role {
                Role::Trivia => Place::Trivia,
                Role::Root => Place::Root,
                Role::Section => Place::Section,
                Role::Header => {
                    section = placed.block.pairs.first().map(|it| Section::of(&it.key.text));
                    Place::Header
                }
                Role::Entry => Place::Entry(section.unwrap_or(Section::Other)),
            };
            // An alias stands for what another block says, which may have changed.
            let kept = last.remove(&placed.block.id).filter(|it| it.place == place && !placed.block.has_aliases);
            let kept = kept.filter(|it| it.asked.iter().all(|it| it.holds(&document)));
            let block = kept.unwrap_or_else(|| Arc::new(Lower::block(&document, placed, place)));
            merged.map.insert(block.id, placed.start);
            self.blocks.insert(placed.block.id, Arc::clone(&block));
            merged.blocks.push(block);
        }
        merged.finish(&document, self.whole, &mut self.declarations, &mut self.serverless)
    }
}

/// The blocks of one state, on their way to one stack.
#[derive(Default)]
struct Merged {
    blocks: Vec<Arc<LoweredBlock>>,
    map: SourceMap,
    lines: Option<usize>,
}

impl Merged {
    fn finish(
        mut self,
        document: &Document,
        whole: BlockId,
        kept: &mut Arc<Declarations>,
        serverless: &mut Expander,
    ) -> Lowered {
        let mut stack = Stack::default();
        stack.lines = self.lines;
        stack.size = document.text.len();
        let mut declarations = Declarations::default();
        let mut lowered = Lowered { map: std::mem::take(&mut self.map), ..Lowered::default() };
        for block in &self.blocks {
            stack.resources.extend(block.resources.iter().cloned());
            stack.outputs.extend(block.outputs.iter().cloned());
            stack.rules.extend(block.rules.iter().cloned());
            stack.hooks.extend(block.hooks.iter().cloned());
            stack.globals.extend(block.globals.iter().cloned());
            stack.sections.extend(block.sections.iter().cloned());
            stack.loops.extend(block.loops.iter().cloned());
            stack.references.extend(block.references.iter().cloned());
            stack.aliases.extend(block.aliases.iter().copied());
            stack.broken.extend(block.broken.iter().cloned());
            stack.generated.extend(block.generated.iter().cloned());
            stack.open |= block.open;
            if block.metadata.is_some() {
                stack.metadata.clone_from(&block.metadata);
            }
            if block.declares() {
                declarations.blocks.push(block.id);
                declarations.parameters.extend(block.parameters.iter().cloned());
                declarations.mappings.extend(block.mappings.iter().cloned());
                declarations.conditions.extend(block.conditions.iter().cloned());
                declarations.transforms.extend(block.transforms.iter().cloned());
            }
            lowered.problems.extend(block.problems.iter().cloned());
            lowered.comments.extend(block.comments.iter().cloned());
        }
        for (range, problem) in &document.problems {
            if problem.kind != ProblemKind::DuplicateKey {
                let span = Span::new(whole, *range);
                let message = problem.message.clone();
                lowered.problems.push(Arc::new(Problem { rule: "syntax-error", span, message, related: Vec::new() }));
            }
        }
        self.duplicates(&mut lowered);

        for transform in &declarations.transforms {
            let is_closed = CLOSED_TRANSFORMS.iter().any(|it| transform.text.starts_with(it));
            stack.open |= !is_closed;
        }
        if **kept == declarations {
            declarations.follow(kept);
        }
        *kept = Arc::new(declarations);
        stack.declarations = Arc::clone(kept);
        serverless.expand(&mut stack);
        lowered.stacks.push(Arc::new(stack));
        lowered
    }

    /// Finds names that two blocks declare; within a block the syntax has found them.
    fn duplicates(&self, lowered: &mut Lowered) {
        let mut seen: FxHashMap<(Option<Section>, &str), &Name> = FxHashMap::default();
        for block in &self.blocks {
            for (section, name) in &block.declared {
                match seen.entry((*section, name.text.as_str())) {
                    std::collections::hash_map::Entry::Vacant(entry) => {
                        entry.insert(name);
                    }
                    std::collections::hash_map::Entry::Occupied(first) if first.get().span.block != name.span.block => {
                        let made = if section.is_none() { duplicate_section } else { duplicate };
                        lowered.problems.push(Arc::new(made(name, first.get().span)));
                    }
                    std::collections::hash_map::Entry::Occupied(_) => (),
                }
            }
        }
    }
}

/// The problem of a key that stands twice.
pub(crate) fn duplicate(name: &Name, first: Span) -> Problem {
    let message =
        format!("`{}` stands twice in this mapping: CloudFormation takes this one and drops the one above", name.text);
    Problem {
        rule: "duplicate-key",
        span: name.span,
        message,
        related: vec![(first, "This one is dropped.".to_owned())],
    }
}

/// The problem of a section that stands twice.
fn duplicate_section(name: &Name, first: Span) -> Problem {
    let message =
        format!("`{}` stands twice in the template: what CloudFormation makes of that is not defined", name.text);
    Problem { rule: "duplicate-key", span: name.span, message, related: vec![(first, "The first is here.".to_owned())] }
}
