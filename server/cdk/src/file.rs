//! A file over time: what did not change is not lowered to anything new.

use crate::convert::{self, Kept, Tree};
use crate::imports::Imports;
use crate::lower::{self, Doubts, StackDraft};
use crate::recover::Readable;
use model::{BlockId, Comment, Declarations, Lowered, Parameter, Problem, Resource, SmolStr, SourceMap, Span, Stack};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::{Arc, OnceLock};
use syntax::typescript::{Dialect, Program};
use text::TextRange;

/// Blocks are given new ids no more often than this for one state of the file.
const MAX_ROUNDS: usize = 6;

/// One state of a program, parsed: what [`raise`](crate::raise) writes into. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Source {
    parsed: Arc<Parsed>,
}

#[derive(Debug)]
struct Parsed {
    program: Program,
    /// The whole text as it is written, converted when somebody asks for it.
    converted: OnceLock<(Arc<Imports>, Arc<Tree>)>,
}

impl Source {
    /// Parses a state by itself. [`CdkFile::source`](crate::CdkFile::source) has that of the last state that was lowered.
    pub fn parse(text: &str, dialect: crate::Dialect) -> Source {
        Source::new(Program::parse(dialect.grammar(), &Arc::from(text)), OnceLock::new())
    }

    fn new(program: Program, converted: OnceLock<(Arc<Imports>, Arc<Tree>)>) -> Source {
        Source { parsed: Arc::new(Parsed { program, converted }) }
    }

    pub(crate) fn program(&self) -> &Program {
        &self.parsed.program
    }

    pub(crate) fn converted(&self) -> (&Imports, &Tree) {
        let (imports, tree) = self.parsed.converted.get_or_init(|| {
            let (program, text) = (&self.parsed.program, self.parsed.program.text());
            let imports = Imports::of(program.dialect(), program.root(), text);
            let tree = convert::convert(program.dialect(), program.root(), text, &mut Kept::default(), &[]);
            (Arc::new(imports), Arc::new(tree))
        });
        (imports, tree)
    }
}

/// What is kept from one state of the file to the next.
#[derive(Debug)]
pub(crate) struct State {
    program: Option<Program>,
    readable: Readable,
    /// The last state as it was read, and its tree.
    text: Arc<str>,
    tree: Arc<Tree>,
    source: Option<Source>,
    /// The resources of the last state, by origin and key.
    resources: FxHashMap<(Span, SmolStr), Arc<Resource>>,
    parameters: FxHashMap<Span, Arc<Parameter>>,
}

impl State {
    pub(crate) fn new() -> State {
        State {
            program: None,
            readable: Readable::default(),
            text: "".into(),
            tree: Arc::default(),
            source: None,
            resources: FxHashMap::default(),
            parameters: FxHashMap::default(),
        }
    }

    /// The last state that was lowered, parsed.
    pub(crate) fn source(&self) -> Option<&Source> {
        self.source.as_ref()
    }

    pub(crate) fn lower(&mut self, dialect: Dialect, text: &Arc<str>) -> Lowered {
        let program = match self.program.take() {
            // An updated tree is not to be trusted more than a fresh one when something is wrong with it.
            Some(mut it) => {
                it.update(text);
                if it.root().has_error() { Program::parse(dialect, text) } else { it }
            }
            None => Program::parse(dialect, text),
        };
        let reading = self.readable.read(&program);
        let text = reading.program.text();
        let root = reading.program.root();
        let imports = Imports::of(dialect, root, text);

        // A block whose text is the same can still mean something else, because of a constant elsewhere. It then gets
        // a new id, since findings are kept by block.
        let hidden: String = reading.holes.iter().map(|it| format!("{}\n", &program.text()[*it])).collect();
        let doubts = Doubts { hidden: &hidden, all: reading.uncertain };
        let mut stale = FxHashSet::default();
        let mut round = 0;
        let (tree, stacks) = loop {
            let mut kept = Kept::new(&self.tree, &self.text, &stale);
            let tree = convert::convert(dialect, root, text, &mut kept, &reading.holes);
            let stacks = lower::lower(text, &tree, &imports, doubts).stacks;
            let found = self.stale(&stacks);
            round += 1;
            if found.is_empty() || round == MAX_ROUNDS {
                break (tree, stacks);
            }
            stale.extend(found);
        };

        let mut lowered = Lowered::default();
        for chunk in &tree.chunks {
            lowered.map.insert(chunk.block, chunk.range.start());
        }
        let file = self.file_block(&mut lowered.map);
        lowered.problems = problems(&program, file);
        lowered.comments = comments(root, text, &tree, file);
        self.publish(stacks, &mut lowered);
        self.tree = Arc::new(tree);
        // With lines hidden, what was read is not what is written.
        let converted = match reading.holes.is_empty() {
            true => OnceLock::from((Arc::new(imports), Arc::clone(&self.tree))),
            false => OnceLock::new(),
        };
        self.source = Some(Source::new(program.clone(), converted));
        self.text = Arc::clone(text);
        self.program = Some(program);
        lowered
    }

    /// A block for what belongs to no other: the file as a whole.
    fn file_block(&self, map: &mut SourceMap) -> BlockId {
        let block = BlockId::fresh();
        map.insert(block, text::size(0));
        block
    }

    /// The blocks of resources that are not what they were although their text is.
    fn stale(&self, stacks: &[StackDraft]) -> FxHashSet<BlockId> {
        let mut stale = FxHashSet::default();
        let known: FxHashSet<BlockId> = self.resources.keys().map(|(span, _)| span.block).collect();
        let resources = || stacks.iter().flat_map(|it| &it.resources).map(|it| &it.resource);
        for resource in resources() {
            let before = self.resources.get(&(resource.origin, resource.key.clone()));
            let known = known.contains(&resource.origin.block);
            if before.is_some_and(|it| **it != *resource) || (before.is_none() && known) {
                stale.insert(resource.origin.block);
            }
        }
        for parameter in stacks.iter().flat_map(|it| &it.parameters) {
            let before = self.parameters.get(&parameter.name.span);
            if before.is_some_and(|it| **it != *parameter) {
                stale.insert(parameter.name.span.block);
            }
        }
        stale
    }

    fn publish(&mut self, stacks: Vec<StackDraft>, lowered: &mut Lowered) {
        let mut resources = FxHashMap::default();
        let mut parameters = FxHashMap::default();
        for draft in stacks {
            let mut stack = Stack::default();
            stack.source = model::Source::Cdk;
            stack.name = draft.name;
            stack.path = draft.path;
            stack.region = draft.region;
            stack.account = draft.account;
            stack.open = draft.open;
            stack.metadata = draft.metadata;
            let mut declarations = Declarations::default();
            for parameter in draft.parameters {
                let span = parameter.name.span;
                let shared = match self.parameters.remove(&span) {
                    Some(before) if *before == parameter => before,
                    _ => Arc::new(parameter),
                };
                parameters.insert(span, Arc::clone(&shared));
                declarations.blocks.push(span.block);
                declarations.parameters.push(shared);
            }
            stack.declarations = Arc::new(declarations);
            for it in draft.resources {
                let key = (it.resource.origin, it.resource.key.clone());
                let shared = match self.resources.remove(&key) {
                    Some(before) if *before == it.resource => before,
                    _ => Arc::new(it.resource),
                };
                resources.insert(key, Arc::clone(&shared));
                stack.resources.push(shared);
            }
            lowered.stacks.push(Arc::new(stack));
        }
        self.resources = resources;
        self.parameters = parameters;
    }
}

fn problems(program: &Program, file: BlockId) -> Vec<Arc<Problem>> {
    let problem = |it: syntax::typescript::Problem| {
        Arc::new(Problem {
            rule: "syntax-error",
            span: Span::new(file, it.range),
            message: it.message,
            related: Vec::new(),
        })
    };
    program.problems().into_iter().map(problem).collect()
}

/// The comments that speak to a tool.
fn comments(root: syntax::typescript::Node<'_>, text: &str, tree: &Tree, file: BlockId) -> Vec<Comment> {
    let words = ["stacklint:", "checkov:skip", "cfn_nag", "cfn-lint", "nosec"];
    let mut out = Vec::new();
    let mut from = 0;
    while let Some(at) = words.iter().filter_map(|word| text[from..].find(word).map(|it| it + from)).min() {
        let line_end = text[at..].find(['\n', '\r']).map_or(text.len(), |it| at + it);
        let node = root.descendant_for_byte_range(at, at + 1).filter(|it| it.kind() == "comment");
        if let Some(node) = node {
            let range = syntax::typescript::range(node);
            let raw = convert::slice(text, range);
            let inner = raw.trim_start_matches("//").trim_start_matches("/*").trim_end_matches("*/");
            let line = text[..usize::from(range.start())].rfind('\n').map_or(0, |it| it + 1);
            let own_line = text[line..usize::from(range.start())].trim().is_empty();
            let (block, start) = chunk_at(tree, range).unwrap_or((file, text::size(0)));
            let span = Span::new(block, TextRange::new(range.start() - start, range.end() - start));
            let inner = inner.trim_matches(|it: char| it.is_whitespace() || it == '*');
            out.push(Comment { span, text: inner.to_owned(), own_line });
            from = usize::from(range.end()).max(line_end.min(usize::from(range.end())));
        } else {
            from = line_end;
        }
        from = from.max(at + 1);
        while !text.is_char_boundary(from) {
            from += 1;
        }
    }
    out
}

fn chunk_at(tree: &Tree, range: TextRange) -> Option<(BlockId, text::TextSize)> {
    let chunk = tree.chunks.iter().find(|it| it.range.contains_range(range))?;
    Some((chunk.block, chunk.range.start()))
}
