//! Finds the configuration of a file: `stacklint.yaml` in its folder or above, with what it extends.

use ide::{Config, ConfigError, Layer};
use rules::Selection;
use rustc_hash::FxHashMap;
use std::fmt;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The names of a configuration file; the first that exists counts.
pub(crate) const NAMES: [&str; 2] = ["stacklint.yaml", ".stacklint.yaml"];

/// More files than this in a chain of `extends` are a mistake.
const MAX_EXTENDS: usize = 20;

/// A configuration and where it holds.
#[derive(Debug)]
pub(crate) struct Scope {
    /// The folder that its paths are relative to; `None` when there is no configuration file.
    root: Option<PathBuf>,
    config: Config,
}

/// A configuration file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The file.
    pub(crate) path: PathBuf,
    /// What is wrong with it, and where.
    pub(crate) error: ConfigError,
}

/// What became of a configuration file.
type Loaded = Result<Arc<Scope>, Fault>;

/// Answers which configuration a file has, reading each configuration file once.
#[derive(Debug, Default)]
pub(crate) struct Resolver {
    /// The one file to use for everything, instead of looking for one.
    explicit: Option<PathBuf>,
    /// What a command line or an editor says, joined in last.
    over: Layer,
    folders: Mutex<FxHashMap<PathBuf, Option<PathBuf>>>,
    files: Mutex<FxHashMap<Option<PathBuf>, Loaded>>,
}

impl Resolver {
    /// Looks for configuration files unless `explicit` names one; `over` has the last word.
    pub(crate) fn new(explicit: Option<PathBuf>, over: Layer) -> Resolver {
        Resolver { explicit, over, ..Resolver::default() }
    }

    /// The configuration of a file at this absolute path, or of one without a place.
    pub(crate) fn scope(&self, path: Option<&Path>) -> Loaded {
        let file = match (&self.explicit, path.and_then(Path::parent)) {
            (Some(explicit), _) => Some(explicit.clone()),
            (None, Some(folder)) => self.find(folder),
            (None, None) => None,
        };
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.entry(file).or_insert_with_key(|file| self.load(file.as_deref())).clone()
    }

    /// The configuration file for what is in `folder`.
    pub(crate) fn find(&self, folder: &Path) -> Option<PathBuf> {
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        let mut passed = Vec::new();
        let mut found = None;
        for ancestor in folder.ancestors() {
            if let Some(known) = folders.get(ancestor) {
                found = known.clone();
                break;
            }
            passed.push(ancestor.to_owned());
            found = NAMES.iter().map(|name| ancestor.join(name)).find(|it| it.is_file());
            if found.is_some() {
                break;
            }
        }
        folders.extend(passed.into_iter().map(|it| (it, found.clone())));
        found
    }

    fn load(&self, file: Option<&Path>) -> Loaded {
        let mut layer = match file {
            Some(file) => read(file, &mut Vec::new())?,
            None => Layer::default(),
        };
        layer.extend_with(self.over.clone());
        let fault = |error| Fault { path: file.map(Path::to_owned).unwrap_or_default(), error };
        let config = Config::new(layer).map_err(fault)?;
        Ok(Arc::new(Scope { root: file.and_then(Path::parent).map(Path::to_owned), config }))
    }
}

impl Scope {
    /// The rules for the file at `path`.
    pub(crate) fn selection(&self, path: Option<&Path>) -> Arc<Selection> {
        self.config.selection(&self.relative(path))
    }

    /// True for a file that is not to be checked.
    pub(crate) fn excludes(&self, path: Option<&Path>) -> bool {
        self.config.excludes(&self.relative(path))
    }

    /// Files of more bytes than this are not read.
    pub(crate) fn max_file_size(&self) -> u64 {
        self.config.max_file_size
    }

    fn relative(&self, path: Option<&Path>) -> String {
        let Some(path) = path else { return String::new() };
        let path = self.root.as_ref().and_then(|root| path.strip_prefix(root).ok()).unwrap_or(path);
        path.to_string_lossy().replace('\\', "/")
    }
}

/// Reads a configuration file and, first, those that it extends.
fn read(path: &Path, chain: &mut Vec<PathBuf>) -> Result<Layer, Fault> {
    let fault =
        |message: String| Fault { path: path.to_owned(), error: ConfigError { message, line: None, column: None } };
    let canonical = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if chain.contains(&canonical) {
        return Err(fault("it extends itself".to_owned()));
    }
    if chain.len() == MAX_EXTENDS {
        return Err(fault(format!("more than {MAX_EXTENDS} files extend each other")));
    }
    chain.push(canonical);
    let text = std::fs::read_to_string(path).map_err(|it| fault(format!("cannot be read: {it}")))?;
    let layer = Layer::parse(&text).map_err(|error| Fault { path: path.to_owned(), error })?;
    let mut whole = Layer::default();
    for base in layer.extends() {
        let base = normalise(&path.parent().unwrap_or(Path::new("")).join(base));
        if !base.is_file() {
            return Err(fault(format!("it extends `{}`, which is not there", base.display())));
        }
        whole.extend_with(read(&base, chain)?);
    }
    whole.extend_with(layer);
    chain.pop();
    Ok(whole)
}

/// The path without `.` and `..`, as far as its own text tells.
pub(crate) fn normalise(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if out.file_name().is_some() => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.as_os_str().is_empty() {
            return write!(f, "{}", self.error.message);
        }
        let separator = if self.error.line.is_some() { ":" } else { ": " };
        write!(f, "{}{separator}{}", self.path.display(), self.error)
    }
}
