//! A file over time: what did not change is not lowered to anything new.

use crate::convert::{self, Kept, Tree};
use crate::facts::Written;
use crate::imports::Imports;
use crate::library::Memory;
use crate::links::Link;
use crate::lower::{self, Doubts, StackDraft};
use crate::program::{self, Files, Program};
use crate::recover::{self, Readable};
use crate::whole::Whole;
use model::{BlockId, Comment, Declarations, Lowered, Parameter, Problem, Resource, SmolStr, SourceMap, Span, Stack};
use rustc_hash::FxHashMap;
use std::sync::{Arc, OnceLock};
use syntax::typescript::{Dialect, Program as Syntax};
use text::TextRange;

/// One state of a program, parsed: what [`raise`](crate::raise) writes into. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Source {
    parsed: Arc<Parsed>,
}

#[derive(Debug)]
struct Parsed {
    syntax: Syntax,
    /// The files around it.
    program: Around,
    /// The whole text as it is written, converted when somebody asks for it.
    converted: OnceLock<(Arc<Imports>, Arc<Tree>)>,
}

/// The files around a file.
#[derive(Debug)]
enum Around {
    Program(Arc<Program>),
    /// Those of a program that was lowered as a whole, as the file of this number sees it.
    Whole(Arc<Whole>, usize, OnceLock<Program>),
}

impl Source {
    /// Parses a state by itself. [`CdkFile::source`](crate::CdkFile::source) has that of the last state that was lowered.
    pub fn parse(text: &str, dialect: crate::Dialect) -> Source {
        let syntax = Syntax::parse(dialect.grammar(), &Arc::from(text));
        Source::new(syntax, Around::Program(Arc::default()), OnceLock::new())
    }

    fn new(syntax: Syntax, program: Around, converted: OnceLock<(Arc<Imports>, Arc<Tree>)>) -> Source {
        Source { parsed: Arc::new(Parsed { syntax, program, converted }) }
    }

    pub(crate) fn syntax(&self) -> &Syntax {
        &self.parsed.syntax
    }

    /// The files around it.
    pub(crate) fn program(&self) -> &Program {
        match &self.parsed.program {
            Around::Program(program) => program,
            Around::Whole(whole, number, seen) => seen.get_or_init(|| whole.seen_from(*number)),
        }
    }

    pub(crate) fn converted(&self) -> (&Imports, &Tree) {
        let (imports, tree) = self.parsed.converted.get_or_init(|| {
            let (syntax, text) = (&self.parsed.syntax, self.parsed.syntax.text());
            let imports = Imports::of(syntax.dialect(), syntax.root(), text);
            let tree = convert::convert(syntax.dialect(), syntax.root(), text, &mut Kept::default(), &[]);
            (Arc::new(imports), Arc::new(tree))
        });
        (imports, tree)
    }
}

/// What is kept from one state of the file to the next.
#[derive(Debug)]
pub(crate) struct State {
    syntax: Option<Syntax>,
    readable: Readable,
    /// The last state as it was read, and its tree.
    text: Arc<str>,
    tree: Arc<Tree>,
    source: Option<Source>,
    /// The resources of the last state.
    resources: FxHashMap<Known, Arc<Resource>>,
    parameters: FxHashMap<Span, Arc<Parameter>>,
    memory: Memory,
    program: Option<Loaded>,
}

/// The program around the last state.
#[derive(Debug)]
struct Loaded {
    revision: Option<u64>,
    links: Vec<Link>,
    program: Arc<Program>,
}

/// What a resource is known by from one state to the next: the stack, the origin and the key.
type Known = (SmolStr, Span, SmolStr);

impl State {
    pub(crate) fn new() -> State {
        State {
            syntax: None,
            readable: Readable::default(),
            text: "".into(),
            tree: Arc::default(),
            source: None,
            resources: FxHashMap::default(),
            parameters: FxHashMap::default(),
            memory: Memory::default(),
            program: None,
        }
    }

    /// The last state that was lowered, parsed.
    pub(crate) fn source(&self) -> Option<&Source> {
        self.source.as_ref()
    }

    pub(crate) fn lower(&mut self, dialect: Dialect, text: &Arc<str>, files: Option<&dyn Files>) -> Lowered {
        if let Some(lowered) = files.filter(|_| self.syntax.is_none()).and_then(|it| self.take_part(text, it)) {
            return lowered;
        }
        let syntax = match self.syntax.take() {
            // An updated tree is not to be trusted more than a fresh one when something is wrong with it.
            Some(mut it) => {
                it.update(text);
                if it.root().has_error() { Syntax::parse(dialect, text) } else { it }
            }
            None => Syntax::parse(dialect, text),
        };
        let reading = self.readable.read(&syntax);
        let text = reading.program.text();
        let root = reading.program.root();
        let imports = Imports::of(dialect, root, text);

        let holes = reading.holes.iter().filter(|_| reading.hidden);
        let hidden: String = holes.map(|it| format!("{}\n", &syntax.text()[*it])).collect();
        let doubts = Doubts { hidden: &hidden, all: reading.uncertain };
        let mut kept = Kept::new(&self.tree, &self.text);
        let tree = convert::convert(dialect, root, text, &mut kept, &reading.holes);
        let program = self.load(&tree, files);
        self.memory.begin(&imports, &tree.links, &program);
        let written = Written::of(root, text);
        let mut drafts = lower::lower(text, &tree, &imports, &program, doubts, &self.memory, &written);
        // What a test makes is never deployed.
        drafts.program.whole &= files.is_none_or(|it| program::may_be_app(it.path()));

        let mut lowered = Lowered::default();
        for chunk in &tree.chunks {
            lowered.map.insert(chunk.block, chunk.range.start());
        }
        let file = self.file_block(&mut lowered.map);
        lowered.problems = problems(&syntax, &reading.holes, file);
        lowered.comments = comments(root, text, &tree, file);
        lowered.program = Some(Arc::new(drafts.program));
        self.publish(drafts.stacks, &mut lowered);
        self.tree = Arc::new(tree);
        // With lines hidden, what was read is not what is written.
        let converted = match reading.holes.is_empty() {
            true => OnceLock::from((Arc::new(imports), Arc::clone(&self.tree))),
            false => OnceLock::new(),
        };
        let program = Around::Program(program);
        self.source = Some(Source::new(syntax.clone(), program, converted));
        self.text = Arc::clone(text);
        self.syntax = Some(syntax);
        lowered
    }

    /// Takes the first state of the file from the program that it is part of, where that is lowered as a whole.
    fn take_part(&mut self, text: &Arc<str>, files: &dyn Files) -> Option<Lowered> {
        let (whole, number) = files.programs()?.program_of(files)?;
        let module = whole.module(number);
        let (syntax, tree) = (&module.syntax, &module.tree);
        // While a text does not parse more is known of it than a program has.
        if module.text() != text || syntax.root().has_error() {
            return None;
        }
        self.readable.read(syntax);
        let mut lowered = Lowered::default();
        for chunk in &tree.chunks {
            lowered.map.insert(chunk.block, chunk.range.start());
        }
        let file = self.file_block(&mut lowered.map);
        lowered.comments = comments(syntax.root(), text, tree, file);
        for part in whole.stacks_of(number) {
            let key = |it: &Resource| part.head.known(it);
            let (own, others): (Vec<_>, Vec<_>) = part.resources.iter().partition(|it| it.0 == number);
            let mut stack = model_stack(&part.head);
            stack.resources = own.into_iter().chain(others).map(|it| Arc::clone(&it.1)).collect();
            self.resources.extend(stack.resources.iter().map(|it| (key(it), Arc::clone(it))));
            self.parameters.extend(part.parameters.iter().map(|it| (it.name.span, Arc::clone(it))));
            stack.declarations = Arc::new(declarations(part.parameters.clone()));
            lowered.stacks.push(Arc::new(stack));
        }
        lowered.program = Some(Arc::clone(whole.facts_of(number)));
        self.tree = Arc::clone(tree);
        self.text = Arc::clone(text);
        self.syntax = Some(syntax.clone());
        let converted = OnceLock::from((Arc::clone(&module.imports), Arc::clone(tree)));
        let around = Around::Whole(Arc::clone(&whole), number, OnceLock::new());
        self.source = Some(Source::new(syntax.clone(), around, converted));
        Some(lowered)
    }

    /// A block for what belongs to no other: the file as a whole.
    fn file_block(&self, map: &mut SourceMap) -> BlockId {
        let block = BlockId::fresh();
        map.insert(block, text::size(0));
        block
    }

    /// The other files of the program, read again when they may have changed or are others.
    fn load(&mut self, tree: &Tree, files: Option<&dyn Files>) -> Arc<Program> {
        let revision = files.and_then(Files::revision);
        let last = self.program.take().filter(|it| revision.is_some() && it.revision == revision);
        let loaded = last.filter(|it| it.links == tree.links).unwrap_or_else(|| Loaded {
            revision,
            links: tree.links.clone(),
            program: Arc::new(files.map(|it| Program::load(&tree.links, it)).unwrap_or_default()),
        });
        Arc::clone(&self.program.insert(loaded).program)
    }

    fn publish(&mut self, stacks: Vec<StackDraft>, lowered: &mut Lowered) {
        let mut resources = FxHashMap::default();
        let mut parameters = FxHashMap::default();
        for draft in stacks {
            let keys: Vec<Known> = draft.resources.iter().map(|it| draft.known(&it.resource)).collect();
            let mut stack = model_stack(&draft);
            let mut shared = Vec::with_capacity(draft.parameters.len());
            for parameter in draft.parameters {
                let span = parameter.name.span;
                let parameter = match self.parameters.remove(&span) {
                    Some(before) if *before == parameter => before,
                    _ => Arc::new(parameter),
                };
                parameters.insert(span, Arc::clone(&parameter));
                shared.push(parameter);
            }
            stack.declarations = Arc::new(declarations(shared));
            for (it, key) in draft.resources.into_iter().zip(keys) {
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

impl StackDraft {
    fn known(&self, resource: &Resource) -> Known {
        let name = self.path.as_ref().or(self.name.as_ref().map(|it| &it.text));
        (name.cloned().unwrap_or_default(), resource.origin, resource.key.clone())
    }
}

/// A stack without its resources and parameters.
fn model_stack(draft: &StackDraft) -> Stack {
    let mut stack = Stack::default();
    stack.source = model::Source::Cdk;
    stack.region = draft.region.clone();
    stack.account = draft.account.clone();
    stack.open = draft.open;
    stack.open_networks = draft.open_networks;
    stack.metadata = draft.metadata.clone();
    stack.name = draft.name.clone();
    stack.path = draft.path.clone();
    stack
}

fn declarations(parameters: Vec<Arc<Parameter>>) -> Declarations {
    let mut declarations = Declarations::default();
    declarations.blocks.extend(parameters.iter().map(|it| it.name.span.block));
    declarations.parameters = parameters;
    declarations
}

/// What is wrong with the text. Where only some lines could not be read, what the parser says of others is no more than
/// what follows from these.
fn problems(syntax: &Syntax, holes: &[TextRange], file: BlockId) -> Vec<Arc<Problem>> {
    let mut found = syntax.problems();
    if !holes.is_empty() {
        let is_at = |hole: &TextRange, it: &syntax::typescript::Problem| hole.intersect(it.range).is_some();
        found.retain(|it| holes.iter().any(|hole| is_at(hole, it)));
        let unexplained = |hole: &&TextRange| !found.iter().any(|it| is_at(hole, it));
        let text = syntax.text();
        let others: Vec<_> = holes.iter().filter(unexplained).map(|it| recover::problem(text, *it)).collect();
        found.extend(others);
    }
    let problem = |it: syntax::typescript::Problem| {
        Arc::new(Problem {
            rule: "syntax-error",
            span: Span::new(file, it.range),
            message: it.message,
            related: Vec::new(),
        })
    };
    found.into_iter().map(problem).collect()
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
