//! A program of several files: which they are, and how they name each other.

use crate::ast::{Element, Expression, Kind, Member, Pattern, Statement};
use crate::convert::{self, Kept, Tree};
use crate::imports::Imports;
use crate::links::Link;
use crate::whole::Programs;
use model::{BlockId, SmolStr};
use rustc_hash::FxHashMap;
use std::fmt::Debug;
use std::sync::Arc;
use syntax::typescript::{Dialect, Program as Syntax};

/// A program of more files than this is not read to the end.
const MAX_FILES: usize = 500;
/// Folders are searched upwards no further than this.
const MAX_FOLDERS: usize = 24;
/// No more files of a folder than this are asked whether they are apps.
const MAX_NAMES: usize = 100;
/// A file is part of no more apps than this.
const MAX_APPS: usize = 16;

/// Answers for the other files of a program. Paths are absolute, with `/` between folders.
pub trait Files: Debug + Send + Sync {
    /// Where the file itself is.
    fn path(&self) -> &str;
    /// The file at `path`; `None` when there is none.
    fn module(&self, path: &str) -> Option<Arc<Module>>;
    /// The names of the files in the folder at `path`, as far as they can be found out.
    fn names(&self, path: &str) -> Vec<String> {
        let _ = path;
        Vec::new()
    }
    /// A number that changes when a file of the program may say something else; `None` when nobody knows.
    fn revision(&self) -> Option<u64> {
        None
    }
    /// What is known of whole programs, where it is kept for several of their files.
    fn programs(&self) -> Option<&Programs> {
        None
    }
}

/// A file of a program that is not looked at by itself.
#[derive(Debug)]
pub struct Module {
    text: Arc<str>,
    pub(crate) syntax: Syntax,
    pub(crate) tree: Arc<Tree>,
    pub(crate) imports: Arc<Imports>,
    starts: FxHashMap<BlockId, usize>,
}

impl Module {
    /// Reads a file of this name: TypeScript or JSON. `None` for what is neither.
    pub fn parse(path: &str, text: &Arc<str>) -> Option<Module> {
        let (_, ending) = path.rsplit_once('.')?;
        let (dialect, text) = match ending {
            "ts" | "mts" | "cts" => (Dialect::TypeScript, Arc::clone(text)),
            "tsx" => (Dialect::Tsx, Arc::clone(text)),
            // With its comments and trailing commas it is a value of TypeScript.
            "json" => {
                (Dialect::TypeScript, Arc::from(format!("export default {}", text.trim_start_matches('\u{feff}'))))
            }
            _ => return None,
        };
        let syntax = Syntax::parse(dialect, &text);
        let tree = convert::convert(dialect, syntax.root(), &text, &mut Kept::default(), &[]);
        let imports = Imports::of(dialect, syntax.root(), &text);
        let starts = tree.chunks.iter().map(|it| (it.block, usize::from(it.range.start()))).collect();
        Some(Module { text, syntax, tree: Arc::new(tree), imports: Arc::new(imports), starts })
    }

    /// What the file reads.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// True when the file makes an app: a program begins here.
    fn makes_app(&self) -> bool {
        let made = &self.tree.effects.made;
        made.contains("App") && self.imports.all.iter().any(|it| matches!(&*it.path, "core" | "core.App"))
    }

    /// The text at a place of this file.
    pub(crate) fn source(&self, span: model::Span) -> Option<&str> {
        let start = self.starts.get(&span.block)?;
        Some(convert::slice(&self.text, span.range + ::text::size(*start)))
    }

    /// The value of a JSON file.
    fn json(&self) -> Option<&Expression> {
        self.tree.body.iter().find_map(|it| match &**it {
            Statement::Declare(declarators) => declarators.iter().find_map(|it| match &it.pattern {
                Pattern::Name(name) if name.text == "default" => it.value.as_ref(),
                _ => None,
            }),
            _ => None,
        })
    }
}

/// The files of a program around the one that is looked at.
#[derive(Debug, Default)]
pub(crate) struct Program {
    /// All others, by number: that of the file itself is 0, these follow.
    pub(crate) files: Vec<File>,
    /// For each link of the file itself, the number of the file that it names.
    pub(crate) targets: Vec<Option<usize>>,
    /// Where the program begins: one file for each app that the file itself may be part of.
    pub(crate) entries: Vec<usize>,
    /// `cdk.json`.
    pub(crate) settings: Option<Arc<Module>>,
    /// All files are looked at.
    pub(crate) whole: bool,
    /// Where all are, the one that the program begins with.
    pub(crate) first: Option<Arc<Module>>,
}

/// A file of a program.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) module: Arc<Module>,
    pub(crate) targets: Vec<Option<usize>>,
    /// True when what happens in it may run code of the file that is looked at.
    pub(crate) reaches: bool,
}

impl Program {
    /// True when `other` has the same files.
    pub(crate) fn is(&self, other: &Program) -> bool {
        let same = |(a, b): (&File, &File)| {
            Arc::ptr_eq(&a.module, &b.module) && a.targets == b.targets && a.reaches == b.reaches
        };
        self.files.len() == other.files.len()
            && self.files.iter().zip(&other.files).all(same)
            && self.targets == other.targets
            && self.entries == other.entries
            && match (&self.settings, &other.settings) {
                (Some(a), Some(b)) => Arc::ptr_eq(a, b),
                (a, b) => a.is_none() && b.is_none(),
            }
    }

    /// The file where the program begins that the one at `own` is part of, as `cdk.json` has it.
    pub(crate) fn entry_of(own: &str, files: &dyn Files) -> Option<(SmolStr, Arc<Module>)> {
        let (folder, settings) = upwards(own, "cdk.json", files)?;
        let app = settings.json().and_then(|it| text(member(it, "app")?))?;
        let numbers = FxHashMap::default();
        let mut loader = Loader { files, numbers, paths: Vec::new(), out: Vec::new(), aliases: None };
        loader.entry(&folder, app)?;
        Some((loader.paths.pop()?, loader.out.pop()?.module))
    }

    /// All files of the program that begins with the file `files` are around, and their paths.
    pub(crate) fn load_whole(first: &Arc<Module>, files: &dyn Files) -> (Program, Vec<SmolStr>) {
        let (mut program, paths) = Program::load_with_paths(&first.tree.links, files);
        program.first = Some(Arc::clone(first));
        program.files.iter_mut().for_each(|it| it.reaches = true);
        program.whole = true;
        (program, paths)
    }

    /// A program that is looked at as a whole, as the file `number` of it sees it; `first` is the one it begins with.
    pub(crate) fn seen_from(&self, number: usize, first: &Arc<Module>) -> Program {
        let swapped = |it: usize| match it {
            0 => number,
            it if it == number => 0,
            it => it,
        };
        let swap = |targets: &[Option<usize>]| targets.iter().map(|it| it.map(swapped)).collect::<Vec<_>>();
        let mut program = Program { settings: self.settings.clone(), ..Program::default() };
        for (index, file) in self.files.iter().enumerate() {
            let (module, targets) = match index + 1 == number {
                true => (first, &self.targets),
                false => (&file.module, &file.targets),
            };
            program.files.push(File { module: Arc::clone(module), targets: swap(targets), reaches: false });
        }
        let own = number.checked_sub(1).map_or(&self.targets, |it| &self.files[it].targets);
        program.targets = swap(own);
        program.find_reaching();
        program.entries.extend((number > 0).then_some(number).filter(|it| program.files[it - 1].reaches));
        program
    }

    /// Finds the files of the program that the file with these links belongs to.
    pub(crate) fn load(links: &[Link], files: &dyn Files) -> Program {
        Program::load_with_paths(links, files).0
    }

    /// The program, and the path of each file by its number.
    fn load_with_paths(links: &[Link], files: &dyn Files) -> (Program, Vec<SmolStr>) {
        let own = files.path();
        let mut loader =
            Loader { files, numbers: FxHashMap::default(), paths: vec![own.into()], out: Vec::new(), aliases: None };
        loader.numbers.insert(own.into(), Some(0));
        let mut program = Program::default();
        if let Some((folder, settings)) = upwards(own, "cdk.json", files) {
            let app = settings.json().and_then(|it| text(member(it, "app")?));
            program.entries.extend(app.and_then(|it| loader.entry(&folder, it)));
            program.settings = Some(settings);
        }
        program.targets = loader.targets(own, links);
        loader.complete();
        let (mut program, loader) = program.with_files_of(loader);
        let is_entry = program.entries.contains(&0);
        program.entries.retain(|it| it.checked_sub(1).is_some_and(|it| program.files[it].reaches));
        if !program.entries.is_empty() || is_entry {
            return (program, loader.paths);
        }
        program.find_apps(own, loader)
    }

    /// Takes over the files that were found.
    fn with_files_of<'f>(mut self, mut loader: Loader<'f>) -> (Program, Loader<'f>) {
        loader.complete();
        self.files = std::mem::take(&mut loader.out);
        self.find_reaching();
        (self, loader)
    }

    /// Finds the apps that the file itself is part of where `cdk.json` does not name them.
    fn find_apps(mut self, own: &str, mut loader: Loader<'_>) -> (Program, Vec<SmolStr>) {
        let files = loader.files;
        loader.out = std::mem::take(&mut self.files);
        let known = loader.out.len();
        let mut apps: Vec<usize> =
            (0..known).filter(|it| loader.out[*it].module.makes_app()).map(|it| it + 1).collect();
        for folder in folders_of_apps(own, files) {
            let mut names = files.names(&folder);
            names.sort_unstable();
            for name in names.iter().filter(|it| may_be_app(it)).take(MAX_NAMES) {
                let path = format!("{folder}/{name}");
                let is_app = || files.module(&path).is_some_and(|it| it.makes_app());
                if apps.len() < MAX_APPS && path != own && is_app() {
                    apps.extend(loader.number(&path).filter(|it| *it > known));
                }
            }
        }
        let (mut program, loader) = self.with_files_of(loader);
        apps.retain(|it| program.files[*it - 1].reaches);
        program.entries = apps;
        (program, loader.paths)
    }

    /// Takes note of the files that name the file itself, or one that does.
    fn find_reaching(&mut self) {
        self.files.iter_mut().for_each(|it| it.reaches = false);
        let mut users: Vec<Vec<usize>> = vec![Vec::new(); self.files.len() + 1];
        for (i, file) in self.files.iter().enumerate() {
            file.targets.iter().flatten().for_each(|it| users[*it].push(i + 1));
        }
        let mut todo = vec![0];
        while let Some(file) = todo.pop() {
            for user in users[file].iter().filter_map(|it| it.checked_sub(1)) {
                if !std::mem::replace(&mut self.files[user].reaches, true) {
                    todo.push(user + 1);
                }
            }
        }
    }

    /// True when the program has a feature flag of the library, which is `unset` where nobody speaks of it; `None` where no
    /// `cdk.json` is known, and so somebody may.
    pub(crate) fn flag(&self, name: &str, unset: bool) -> Option<bool> {
        self.settings.as_ref()?;
        match self.context(name).map(|it| &it.kind) {
            None | Some(Kind::Undefined) => Some(unset),
            Some(Kind::Bool(it)) => Some(*it),
            Some(_) => None,
        }
    }

    /// The value of a key of `cdk.json`.
    pub(crate) fn setting(&self, key: &str) -> Option<&Expression> {
        member(self.settings.as_ref()?.json()?, key)
    }

    /// The text at a place of another file.
    pub(crate) fn source(&self, span: model::Span) -> Option<&str> {
        let first = self.first.iter();
        first.chain(self.files.iter().map(|it| &it.module)).find_map(|it| it.source(span))
    }

    /// The value that `cdk.json` gives to a key of the context.
    pub(crate) fn context(&self, key: &str) -> Option<&Expression> {
        member(member(self.settings.as_ref()?.json()?, "context")?, key)
    }
}

struct Loader<'f> {
    files: &'f dyn Files,
    /// The number of each path that was asked for.
    numbers: FxHashMap<SmolStr, Option<usize>>,
    paths: Vec<SmolStr>,
    out: Vec<File>,
    /// What `tsconfig.json` says of paths, once somebody asked.
    aliases: Option<Aliases>,
}

/// `baseUrl` and `paths` of a `tsconfig.json`.
#[derive(Default)]
struct Aliases {
    base: Option<String>,
    /// Patterns with at most one `*`, and what they stand for.
    paths: Vec<(String, Vec<String>)>,
}

impl Loader<'_> {
    /// Reads what the files name that were found so far, and what those name.
    fn complete(&mut self) {
        let mut next = 0;
        while next < self.out.len() {
            if self.out[next].targets.is_empty() {
                let (path, module) = (self.paths[next + 1].clone(), Arc::clone(&self.out[next].module));
                self.out[next].targets = self.targets(&path, &module.tree.links);
            }
            next += 1;
        }
    }

    fn entry(&mut self, folder: &str, app: &str) -> Option<usize> {
        app.split(|it: char| it.is_whitespace() || matches!(it, '"' | '\'' | ';' | '&')).rev().find_map(|word| {
            let stem = match word.trim_start_matches("./").rsplit_once('.') {
                Some((stem, "ts" | "mts" | "cts" | "js" | "mjs" | "cjs" | "tsx")) => stem,
                Some(_) => return None,
                // `node index`, but not a program or an option.
                None if word.starts_with('-') || matches!(word, "" | "node" | "npx" | "ts-node" | "tsx") => {
                    return None;
                }
                None => word,
            };
            self.probe(&joined(folder, stem)).or_else(|| {
                // What is compiled somewhere else.
                let (_, stem) = stem.trim_start_matches("./").split_once('/')?;
                self.probe(&joined(folder, stem))
            })
        })
    }

    fn targets(&mut self, from: &str, links: &[Link]) -> Vec<Option<usize>> {
        let mut last: Option<(SmolStr, Option<usize>)> = None;
        let mut targets = Vec::with_capacity(links.len());
        for link in links {
            let target = link.module.as_ref().and_then(|module| match &last {
                // Several names of one import.
                Some((known, target)) if known == module => *target,
                _ => {
                    let target = self.resolve(from, module);
                    last = Some((module.clone(), target));
                    target
                }
            });
            targets.push(target);
        }
        targets
    }

    fn resolve(&mut self, from: &str, module: &str) -> Option<usize> {
        if module.starts_with('.') {
            return self.probe(&joined(folder_of(from), module));
        }
        if self.aliases.is_none() {
            self.aliases = Some(aliases(from, self.files));
        }
        let aliases = self.aliases.as_ref()?;
        let mut candidates = Vec::new();
        for (pattern, targets) in &aliases.paths {
            let rest = match pattern.split_once('*') {
                Some((before, after)) => module.strip_prefix(before).and_then(|it| it.strip_suffix(after)),
                None => (module == pattern).then_some(""),
            };
            candidates
                .extend(rest.into_iter().flat_map(|rest| targets.iter().map(move |it| it.replacen('*', rest, 1))));
        }
        candidates.extend(aliases.base.as_ref().map(|base| joined(base, module)));
        candidates.into_iter().find_map(|it| self.probe(&it))
    }

    /// The file that an import of `path` means.
    fn probe(&mut self, path: &str) -> Option<usize> {
        let stem = [".js", ".mjs", ".cjs", ".jsx"].into_iter().find_map(|it| path.strip_suffix(it)).unwrap_or(path);
        if [".ts", ".tsx", ".mts", ".cts", ".json"].iter().any(|it| path.ends_with(it))
            && let Some(number) = self.number(path)
        {
            return Some(number);
        }
        [".ts", "/index.ts", ".tsx", ".mts"].into_iter().find_map(|ending| self.number(&format!("{stem}{ending}")))
    }

    fn number(&mut self, path: &str) -> Option<usize> {
        if let Some(number) = self.numbers.get(path) {
            return *number;
        }
        let number = match self.files.module(path) {
            Some(module) if self.out.len() < MAX_FILES => {
                self.out.push(File { module, targets: Vec::new(), reaches: false });
                self.paths.push(path.into());
                Some(self.out.len())
            }
            _ => None,
        };
        self.numbers.insert(path.into(), number);
        number
    }
}

/// The folders in which programs begin that the file at `own` may be part of.
fn folders_of_apps(own: &str, files: &dyn Files) -> Vec<String> {
    let root = ["cdk.json", "package.json", "tsconfig.json"].iter().find_map(|name| Some(upwards(own, name, files)?.0));
    let Some(root) = root else { return vec![folder_of(own).to_owned()] };
    let mut folders: Vec<String> =
        ["", "/bin", "/src", "/lib", "/app", "/src/bin"].iter().map(|it| format!("{root}{it}")).collect();
    // Between the file and the root of its project.
    let mut folder = folder_of(own);
    while folder.len() > root.len() && folders.len() < MAX_FOLDERS {
        folders.extend([folder.to_owned(), format!("{folder}/bin")]);
        folder = folder_of(folder);
    }
    let mut seen = rustc_hash::FxHashSet::default();
    folders.retain(|it| seen.insert(it.clone()));
    folders
}

/// False for tests and declarations.
pub(crate) fn may_be_app(name: &str) -> bool {
    let stem = [".ts", ".tsx", ".mts"].iter().find_map(|it| name.strip_suffix(it));
    stem.is_some_and(|it| ![".d", ".test", ".spec"].iter().any(|other| it.ends_with(other)))
}

fn aliases(from: &str, files: &dyn Files) -> Aliases {
    let Some((folder, module)) = upwards(from, "tsconfig.json", files) else { return Aliases::default() };
    let Some(options) = module.json().and_then(|it| member(it, "compilerOptions")) else { return Aliases::default() };
    let base = member(options, "baseUrl").and_then(text).map(|it| joined(&folder, it));
    let around = base.clone().unwrap_or(folder);
    let mut paths = Vec::new();
    if let Some(Expression { kind: Kind::Object(members), .. }) = member(options, "paths") {
        for member in members {
            let Member::Pair { key, value: Expression { kind: Kind::Array(targets), .. } } = member else { continue };
            let targets = targets.iter().filter_map(|it| match it {
                Element::Item(it) => text(it).map(|it| joined(&around, it)),
                Element::Spread(_) => None,
            });
            paths.push((key.text.to_string(), targets.collect()));
        }
    }
    Aliases { base, paths }
}

/// The file called `name` that is nearest to the one at `from`, in its folder or one around it; and its folder.
fn upwards(from: &str, name: &str, files: &dyn Files) -> Option<(String, Arc<Module>)> {
    let mut folder = folder_of(from);
    for _ in 0..MAX_FOLDERS {
        if let Some(module) = files.module(&format!("{folder}/{name}")) {
            return Some((folder.to_owned(), module));
        }
        if folder.is_empty() {
            break;
        }
        folder = folder_of(folder);
    }
    None
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |it| it.0)
}

/// `path`, counted from `folder`, without `.` and `..`.
fn joined(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = if path.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for part in path.split('/') {
        match part {
            "." => (),
            "" if !parts.is_empty() => (),
            ".." if parts.len() > 1 => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

fn member<'e>(object: &'e Expression, key: &str) -> Option<&'e Expression> {
    let Kind::Object(members) = &object.kind else { return None };
    members.iter().rev().find_map(|it| match it {
        Member::Pair { key: name, value } if name.text == key => Some(value),
        _ => None,
    })
}

fn text(expression: &Expression) -> Option<&str> {
    match &expression.kind {
        Kind::Text(text) => Some(text),
        _ => None,
    }
}
