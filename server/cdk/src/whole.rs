//! Programs as a whole: walked and lowered once for all of their files.
//!
//! A file that is being edited is lowered by itself, with those parts of the program that concern it. Where all files of a
//! program are looked at, most of that would be done again for each of them.

use crate::lower::{self, StackDraft};
use crate::program::{Files, Module, Program};
use model::{BlockId, Parameter, Resource, SmolStr};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// What is known of programs, for all of their files to share. The files must not change meanwhile.
#[derive(Debug, Default)]
pub struct Programs {
    by_entry: Mutex<FxHashMap<SmolStr, Arc<Slot>>>,
}

/// A program, once somebody has asked for it; `None` where it cannot be lowered as a whole.
type Slot = OnceLock<Option<Arc<Whole>>>;

/// A program that was lowered for all of its files.
#[derive(Debug)]
pub(crate) struct Whole {
    program: Program,
    first: Arc<Module>,
    numbers: FxHashMap<SmolStr, usize>,
    stacks: Vec<WholeStack>,
    /// What each file shows of it.
    facts: Vec<Arc<model::Program>>,
}

/// A stack of a program, with what all files make in it.
#[derive(Debug)]
pub(crate) struct WholeStack {
    /// Everything but its resources and parameters.
    pub(crate) head: StackDraft,
    pub(crate) parameters: Vec<Arc<Parameter>>,
    /// Its resources, each with the number of the file that makes it.
    pub(crate) resources: Vec<(usize, Arc<Resource>)>,
    /// The files that declare it or make something in it.
    files: FxHashSet<usize>,
}

impl Programs {
    /// The program that the file with these neighbours is part of, and the number of the file in it.
    pub(crate) fn program_of(&self, files: &dyn Files) -> Option<(Arc<Whole>, usize)> {
        let (path, first) = Program::entry_of(files.path(), files)?;
        let slot =
            Arc::clone(self.by_entry.lock().unwrap_or_else(PoisonError::into_inner).entry(path.clone()).or_default());
        // Whoever comes while it is lowered waits.
        let whole = slot.get_or_init(|| Whole::lower(&path, first, files).map(Arc::new)).clone()?;
        let number = *whole.numbers.get(files.path())?;
        Some((whole, number))
    }
}

impl Whole {
    fn lower(path: &str, first: Arc<Module>, files: &dyn Files) -> Option<Whole> {
        let (program, paths) = Program::load_whole(&first, &At { files, path });
        let numbers = paths.into_iter().enumerate().map(|(number, path)| (path, number)).collect();
        let mut homes: FxHashMap<BlockId, usize> = FxHashMap::default();
        let modules = std::iter::once(&first).chain(program.files.iter().map(|it| &it.module));
        for (number, module) in modules.enumerate() {
            homes.extend(module.tree.chunks.iter().map(|it| (it.block, number)));
        }
        let module_of = |block: BlockId| homes.get(&block).copied().unwrap_or(usize::MAX);
        let drafts = lower::lower_whole(&first, &program, &module_of)?;
        let stacks =
            drafts.stacks.into_iter().map(|(draft, declares)| WholeStack::of(draft, declares, &module_of)).collect();
        Some(Whole { program, first, numbers, stacks, facts: drafts.facts })
    }

    /// The file of this number.
    pub(crate) fn module(&self, number: usize) -> &Arc<Module> {
        number.checked_sub(1).map_or(&self.first, |it| &self.program.files[it].module)
    }

    /// The stacks that the file of this number declares or makes something in.
    pub(crate) fn stacks_of(&self, number: usize) -> impl Iterator<Item = &WholeStack> {
        self.stacks.iter().filter(move |it| it.files.contains(&number))
    }

    /// What the file of this number shows of the program.
    pub(crate) fn facts_of(&self, number: usize) -> &Arc<model::Program> {
        &self.facts[number]
    }

    /// The program as the file of this number sees it.
    pub(crate) fn seen_from(&self, number: usize) -> Program {
        self.program.seen_from(number, &self.first)
    }
}

impl WholeStack {
    fn of(mut draft: StackDraft, declares: Option<usize>, module_of: &dyn Fn(BlockId) -> usize) -> WholeStack {
        let parameters: Vec<_> = std::mem::take(&mut draft.parameters).into_iter().map(Arc::new).collect();
        let mut resources: Vec<_> = std::mem::take(&mut draft.resources)
            .into_iter()
            .map(|it| (module_of(it.resource.origin.block), Arc::new(it.resource)))
            .collect();
        // In the order of each file.
        resources.sort_by_key(|(file, it)| (*file, it.origin.block, it.origin.range.start()));
        let makers = resources.iter().map(|it| it.0).chain(parameters.iter().map(|it| module_of(it.name.span.block)));
        let files = makers.chain(declares).collect();
        WholeStack { head: draft, parameters, resources, files }
    }
}

/// The files around another one of the same program.
#[derive(Debug)]
struct At<'f> {
    files: &'f dyn Files,
    path: &'f str,
}

impl Files for At<'_> {
    fn path(&self) -> &str {
        self.path
    }

    fn module(&self, path: &str) -> Option<Arc<Module>> {
        self.files.module(path)
    }

    fn names(&self, path: &str) -> Vec<String> {
        self.files.names(path)
    }
}
