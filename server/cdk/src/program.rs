//! A program of several files: which they are, and how they name each other.

use crate::ast::{Element, Expression, Kind, Member, Pattern, Statement};
use crate::convert::{self, Kept, Tree};
use crate::imports::Imports;
use crate::links::Link;
use model::{BlockId, SmolStr};
use rustc_hash::FxHashMap;
use std::fmt::Debug;
use std::sync::Arc;
use syntax::typescript::{Dialect, Program as Syntax};

/// A program of more files than this is not read to the end.
const MAX_FILES: usize = 500;
/// Folders are searched upwards no further than this.
const MAX_FOLDERS: usize = 24;

/// Answers for the other files of a program. Paths are absolute, with `/` between folders.
pub trait Files: Debug + Send + Sync {
    /// Where the file itself is.
    fn path(&self) -> &str;
    /// The file at `path`; `None` when there is none.
    fn module(&self, path: &str) -> Option<Arc<Module>>;
}

/// A file of a program that is not looked at by itself.
#[derive(Debug)]
pub struct Module {
    text: Arc<str>,
    pub(crate) tree: Tree,
    pub(crate) imports: Imports,
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
        Some(Module { text, tree, imports, starts })
    }

    /// What the file reads.
    pub fn text(&self) -> &Arc<str> {
        &self.text
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
    /// Where the program begins.
    pub(crate) entry: Option<usize>,
    /// `cdk.json`.
    pub(crate) settings: Option<Arc<Module>>,
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
            && self.entry == other.entry
            && match (&self.settings, &other.settings) {
                (Some(a), Some(b)) => Arc::ptr_eq(a, b),
                (a, b) => a.is_none() && b.is_none(),
            }
    }

    /// Finds the files of the program that the file with these links belongs to.
    pub(crate) fn load(links: &[Link], files: &dyn Files) -> Program {
        let own = files.path();
        let mut loader =
            Loader { files, numbers: FxHashMap::default(), paths: vec![own.into()], out: Vec::new(), aliases: None };
        loader.numbers.insert(own.into(), Some(0));
        let mut program = Program::default();
        if let Some((folder, settings)) = upwards(own, "cdk.json", files) {
            let app = settings.json().and_then(|it| text(member(it, "app")?));
            program.entry = app.and_then(|it| loader.entry(&folder, it));
            program.settings = Some(settings);
        }
        program.targets = loader.targets(own, links);
        let mut next = 0;
        while next < loader.out.len() {
            let (path, module) = (loader.paths[next + 1].clone(), Arc::clone(&loader.out[next].module));
            loader.out[next].targets = loader.targets(&path, &module.tree.links);
            next += 1;
        }
        program.files = loader.out;
        program.find_reaching();
        program
    }

    /// Takes note of the files that name the file itself, or one that does.
    fn find_reaching(&mut self) {
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
    fn entry(&mut self, folder: &str, app: &str) -> Option<usize> {
        app.split(|it: char| it.is_whitespace() || matches!(it, '"' | '\'' | ';' | '&')).rev().find_map(|word| {
            let (stem, ending) = word.rsplit_once('.')?;
            if !matches!(ending, "ts" | "mts" | "cts" | "js" | "mjs" | "cjs" | "tsx") {
                return None;
            }
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
