//! The files that documents name, read once for as long as they stay the same.
//!
//! A file that is open in an editor is what the editor has; all others are what the disk has. Whoever asks for a file is
//! remembered, so that it can be told when the file says something else.

use ide::{Module, Neighbour, Neighbours, Programs, Text};
use rustc_hash::{FxHashMap, FxHashSet};
use std::fmt;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// CloudFormation takes no template that is longer (1 MB), so no longer file is read; nor is one of a program.
const MAX_SIZE: u64 = 1 << 20;

/// What the disk has is looked at again after so long, also when nobody says that it changed.
const PATIENCE: Duration = Duration::from_secs(3);

/// What is known of files.
#[derive(Default)]
pub(crate) struct Files {
    known: Mutex<Known>,
    /// Programs as a whole, for those who look at all of their files and at no change of one.
    programs: Programs,
    /// Called with the address of a document when a file that it names says something else.
    notify: OnceLock<Notify>,
}

/// Is told the address of a document.
type Notify = Box<dyn Fn(&Arc<str>) + Send + Sync>;

#[derive(Default)]
struct Known {
    open: FxHashMap<PathBuf, Open>,
    disk: FxHashMap<PathBuf, (Stamp, Neighbour)>,
    /// The documents that asked for a file, and what they were told last.
    asked: FxHashMap<PathBuf, Asked>,
    /// Files of programs, as they were read last.
    modules: FxHashMap<PathBuf, (State, Option<Arc<Module>>)>,
    /// The documents whose programs a file is part of, or would be if it were there.
    programs: FxHashMap<PathBuf, FxHashSet<Arc<str>>>,
    /// For each document, what its program is like: another number after each change.
    revisions: FxHashMap<Arc<str>, Revision>,
}

/// How often a program has changed.
struct Revision {
    number: u64,
    /// When its files were last looked at.
    seen: Instant,
}

/// What a file was when it was read.
#[derive(Clone, Copy, PartialEq)]
enum State {
    Open(u64),
    Disk(Stamp),
    Missing,
}

/// A file that is open in an editor.
struct Open {
    text: Text,
    generation: u64,
    /// What it is, once somebody found out.
    neighbour: Option<Neighbour>,
}

#[derive(Default)]
struct Asked {
    documents: FxHashSet<Arc<str>>,
    told: Option<Neighbour>,
}

/// What tells two states of a file on the disk apart.
#[derive(Clone, Copy, PartialEq)]
struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
}

impl Stamp {
    fn of(metadata: &Metadata) -> Stamp {
        Stamp { modified: metadata.modified().ok(), length: metadata.len() }
    }
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Files").finish_non_exhaustive()
    }
}

impl Files {
    /// Has `notify` called with the address of each document that a change concerns.
    pub(crate) fn on_change(&self, notify: impl Fn(&Arc<str>) + Send + Sync + 'static) {
        let _ = self.notify.set(Box::new(notify));
    }

    /// Reads the file at `path`, which is part of a program that is about to be looked at.
    pub(crate) fn read_ahead(&self, path: &Path) {
        self.module(path, None);
    }

    /// What stands at a path.
    pub(crate) fn look(&self, path: &Path) -> Neighbour {
        let open = self.lock().open.get(path).map(|it| (it.text.clone(), it.generation, it.neighbour.clone()));
        let neighbour = match open {
            Some((_, _, Some(neighbour))) => neighbour,
            Some((text, generation, None)) => {
                let neighbour = Neighbour::of(&path.to_string_lossy(), &text.to_string());
                self.settle(path, generation, &neighbour);
                return neighbour;
            }
            None => self.read(path),
        };
        self.tell(path, &neighbour);
        neighbour
    }

    /// A file was opened, or changed in the editor.
    pub(crate) fn open(&self, path: &Path, text: Text, generation: u64) {
        self.lock().open.insert(path.to_owned(), Open { text, generation, neighbour: None });
    }

    /// A file is no longer open: it is what the disk has.
    pub(crate) fn close(&self, path: &Path) {
        self.lock().open.remove(path);
        self.touch(path);
    }

    /// The file at `path` as part of a program. With `uri`, the document there is told when it changes; without, it is
    /// taken not to.
    fn module(&self, path: &Path, uri: Option<&Arc<str>>) -> Option<Arc<Module>> {
        if let Some(uri) = uri {
            let mut known = self.lock();
            match known.programs.get_mut(path) {
                Some(documents) => drop(documents.insert(Arc::clone(uri))),
                None => drop(known.programs.insert(path.to_owned(), [Arc::clone(uri)].into_iter().collect())),
            }
        } else if let Some((_, module)) = self.lock().modules.get(path) {
            return module.clone();
        }
        let state = self.state(path);
        if let Some((_, module)) = self.lock().modules.get(path).filter(|it| it.0 == state) {
            return module.clone();
        }
        let open = self.lock().open.get(path).map(|it| it.text.clone());
        let text: Option<Arc<str>> = match (state, open) {
            (State::Missing, _) => None,
            (State::Open(_), Some(text)) => Some(text.to_string().into()),
            _ => fs::read_to_string(path).ok().map(Arc::from),
        };
        let module = text.and_then(|it| Module::parse(&path.to_string_lossy(), &it)).map(Arc::new);
        self.lock().modules.insert(path.to_owned(), (state, module.clone()));
        module
    }

    /// The names of the files in the folder at `path`.
    fn names(&self, path: &Path, uri: Option<&Arc<str>>) -> Vec<String> {
        if let Some(uri) = uri {
            self.lock().programs.entry(path.to_owned()).or_default().insert(Arc::clone(uri));
        }
        let names = fs::read_dir(path).into_iter().flatten().flatten();
        names.filter_map(|it| it.file_name().into_string().ok()).collect()
    }

    /// The number of the state that the program of the document at `uri` is in.
    fn revision(&self, uri: &Arc<str>) -> u64 {
        let mut known = self.lock();
        let new = || Revision { number: 0, seen: Instant::now() };
        let revision = known.revisions.entry(Arc::clone(uri)).or_insert_with(new);
        if revision.seen.elapsed() > PATIENCE {
            *revision = Revision { number: revision.number + 1, seen: Instant::now() };
        }
        revision.number
    }

    fn state(&self, path: &Path) -> State {
        if let Some(open) = self.lock().open.get(path) {
            return State::Open(open.generation);
        }
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_file() && metadata.len() <= MAX_SIZE => State::Disk(Stamp::of(&metadata)),
            _ => State::Missing,
        }
    }

    /// Tells the documents whose programs a file is part of when it says something else than they know.
    fn tell_programs(&self, path: &Path) {
        let state = self.state(path);
        let documents: Vec<Arc<str>> = {
            let mut known = self.lock();
            let known = &mut *known;
            // A file that nobody asked for may be one that is looked for in its folder.
            let asked = match known.modules.get(path) {
                Some((before, _)) if *before == state => return,
                Some(_) => known.programs.get(path),
                None => path.parent().and_then(|it| known.programs.get(it)),
            };
            let documents: Vec<Arc<str>> = asked.into_iter().flatten().cloned().collect();
            for uri in &documents {
                if let Some(revision) = known.revisions.get_mut(uri) {
                    revision.number += 1;
                }
            }
            documents
        };
        if let Some(notify) = self.notify.get() {
            documents.iter().for_each(notify);
        }
    }

    /// A file may have changed on the disk.
    pub(crate) fn touch(&self, path: &Path) {
        self.tell_programs(path);
        let is_asked_for = self.lock().asked.get(path).is_some_and(|it| !it.documents.is_empty());
        if is_asked_for {
            self.look(path);
        }
    }

    /// The state `generation` of an open file was found to be `neighbour`.
    pub(crate) fn settle(&self, path: &Path, generation: u64, neighbour: &Neighbour) {
        match self.lock().open.get_mut(path) {
            Some(open) if open.generation == generation => open.neighbour = Some(neighbour.clone()),
            _ => return,
        }
        self.tell_programs(path);
        self.tell(path, neighbour);
    }

    /// The document at `uri` asks for nothing any more.
    pub(crate) fn forget(&self, uri: &str) {
        let mut known = self.lock();
        known.revisions.remove(uri);
        known.programs.retain(|_, it| {
            it.remove(uri);
            !it.is_empty()
        });
        known.asked.retain(|_, it| {
            it.documents.remove(uri);
            !it.documents.is_empty()
        });
    }

    fn ask(&self, path: &Path, uri: &Arc<str>) {
        let mut known = self.lock();
        match known.asked.get_mut(path) {
            Some(asked) => drop(asked.documents.insert(Arc::clone(uri))),
            None => {
                let documents = [Arc::clone(uri)].into_iter().collect();
                known.asked.insert(path.to_owned(), Asked { documents, told: None });
            }
        }
    }

    /// Tells the documents that asked for a file when it is something else than they know.
    fn tell(&self, path: &Path, neighbour: &Neighbour) {
        let documents: Vec<Arc<str>> = {
            let mut known = self.lock();
            let Some(asked) = known.asked.get_mut(path) else { return };
            let last = asked.told.replace(neighbour.clone());
            if last.is_none_or(|it| it == *neighbour) {
                return;
            }
            asked.documents.iter().cloned().collect()
        };
        if let Some(notify) = self.notify.get() {
            documents.iter().for_each(notify);
        }
    }

    fn read(&self, path: &Path) -> Neighbour {
        let metadata = match fs::metadata(path) {
            Ok(metadata) if metadata.is_file() && metadata.len() <= MAX_SIZE => metadata,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Neighbour::Missing,
            _ => return Neighbour::Other,
        };
        let stamp = Stamp::of(&metadata);
        if let Some((_, neighbour)) = self.lock().disk.get(path).filter(|it| it.0 == stamp) {
            return neighbour.clone();
        }
        let text = fs::read_to_string(path);
        let neighbour = text.map_or(Neighbour::Other, |it| Neighbour::of(&path.to_string_lossy(), &it));
        self.lock().disk.insert(path.to_owned(), (stamp, neighbour.clone()));
        neighbour
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The files around a document.
#[derive(Debug)]
pub(crate) struct Beside {
    files: Arc<Files>,
    folder: PathBuf,
    /// Where the document is, with `/` between folders.
    path: String,
    /// The address of the document, where it is to be told of changes.
    uri: Option<Arc<str>>,
}

impl Beside {
    /// The files around the document at `path`, which is absolute.
    pub(crate) fn of(files: &Arc<Files>, path: &Path, uri: Option<&Arc<str>>) -> Option<Arc<dyn Neighbours>> {
        let folder = path.parent()?.to_owned();
        let path = path.to_string_lossy().replace('\\', "/");
        Some(Arc::new(Beside { files: Arc::clone(files), folder, path, uri: uri.cloned() }))
    }
}

impl Neighbours for Beside {
    fn look(&self, path: &str) -> Neighbour {
        let path = crate::settings::normalise(&self.folder.join(path));
        if let Some(uri) = &self.uri {
            self.files.ask(&path, uri);
        }
        self.files.look(&path)
    }

    fn program(&self) -> Option<&dyn ide::Files> {
        Some(self)
    }
}

impl ide::Files for Beside {
    fn path(&self) -> &str {
        &self.path
    }

    fn module(&self, path: &str) -> Option<Arc<Module>> {
        self.files.module(Path::new(path), self.uri.as_ref())
    }

    fn names(&self, path: &str) -> Vec<String> {
        self.files.names(Path::new(path), self.uri.as_ref())
    }

    fn revision(&self) -> Option<u64> {
        self.uri.as_ref().map(|it| self.files.revision(it))
    }

    fn programs(&self) -> Option<&Programs> {
        self.uri.is_none().then_some(&self.files.programs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = "Parameters:\n  A: {Type: String}\nResources:\n  T: {Type: AWS::SNS::Topic}\n";

    #[test]
    fn what_the_editor_has_goes_before_what_the_disk_has() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("child.yaml");
        let (files, told) = (Arc::new(Files::default()), Arc::new(Mutex::new(Vec::new())));
        let sink = Arc::clone(&told);
        files.on_change(move |uri| sink.lock().expect("a lock").push(uri.to_string()));
        let parameters = |it: Neighbour| match it {
            Neighbour::Template(it) => Some(it.parameters.len()),
            _ => None,
        };
        let told = || std::mem::take(&mut *told.lock().expect("a lock")).len();

        let uri: Arc<str> = "file:///parent.yaml".into();
        let beside = Beside::of(&files, &folder.path().join("parent.yaml"), Some(&uri)).expect("a folder");
        assert_eq!(beside.look("./child.yaml"), Neighbour::Missing);
        fs::write(&path, TEMPLATE).expect("a file");
        files.touch(&path);
        assert_eq!(told(), 1, "the file is there now");
        assert_eq!(parameters(beside.look("child.yaml")), Some(1));

        files.open(&path, Text::new(&TEMPLATE.replace("A:", "B: {Type: String}\n  A:"), 1), 1);
        assert_eq!(parameters(beside.look("x/../child.yaml")), Some(2));
        assert_eq!(told(), 1);
        files.settle(&path, 0, &Neighbour::Other);
        assert_eq!((parameters(beside.look("child.yaml")), told()), (Some(2), 0), "an old state counts no more");
        files.close(&path);
        assert_eq!((parameters(beside.look("child.yaml")), told()), (Some(1), 1));

        files.forget(&uri);
        fs::remove_file(&path).expect("no file");
        files.touch(&path);
        assert_eq!(told(), 0, "nobody asks any more");
    }

    #[test]
    fn whoever_is_part_of_a_program_is_told_of_its_other_files() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("names.ts");
        let (files, told) = (Arc::new(Files::default()), Arc::new(Mutex::new(0)));
        let count = Arc::clone(&told);
        files.on_change(move |_| *count.lock().expect("a lock") += 1);
        let told = || std::mem::take(&mut *told.lock().expect("a lock"));
        let uri: Arc<str> = "file:///app.ts".into();
        let beside = Beside::of(&files, &folder.path().join("app.ts"), Some(&uri)).expect("a folder");
        let program = beside.program().expect("a program");
        let text = || program.module(&path.to_string_lossy().replace('\\', "/")).map(|it| it.text().to_string());

        assert_eq!(text(), None);
        fs::write(&path, "export const a = 1;").expect("a file");
        files.touch(&path);
        assert_eq!(told(), 1, "the file is there now");
        assert_eq!(text().as_deref(), Some("export const a = 1;"));
        files.touch(&path);
        assert_eq!(told(), 0, "it is what it was");

        files.open(&path, Text::new("export const a = 2;", 1), 1);
        files.settle(&path, 1, &Neighbour::Other);
        assert_eq!((told(), text().as_deref()), (1, Some("export const a = 2;")));
        files.close(&path);
        assert_eq!((told(), text().as_deref()), (1, Some("export const a = 1;")));

        files.forget(&uri);
        files.open(&path, Text::new("export const a = 3;", 2), 2);
        files.settle(&path, 2, &Neighbour::Other);
        assert_eq!(told(), 0, "nobody asks any more");
    }
}
