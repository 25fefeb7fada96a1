//! The threads that analyse.
//!
//! Each document belongs to one thread, which alone has what is known of it. Texts that have been overtaken by newer
//! ones are passed over, so a thread that falls behind catches up by itself, without timers.

use super::convert;
use super::layer::SharedProfile;
use super::log::{Log, LogLevel};
use super::output::Output;
use super::session::Snapshot;
use crate::neighbours::{Beside, Files};
use crate::settings::{self, Fault, Resolver, Scope};
use ide::{Analysis, Document, Kind, Layer, Text};
use rules::Selection;
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, oneshot};
use tower_lsp::ls_types::Diagnostic;

/// More threads than this do not help: people type in one document.
const MAX_THREADS: usize = 4;
/// Rules and parsers recurse to bounded depths, for which this is ample.
const STACK: usize = 16 << 20;
/// While the client has this much to read it gets no more diagnostics.
const MAX_WAITING: usize = 32 << 20;

/// Something for a worker to do.
pub(super) enum Job {
    /// A document has a new text.
    Analyse(Snapshot),
    /// A file that a document names says something else.
    Refresh(Arc<str>),
    /// A document is no longer open.
    Close(Arc<str>),
    /// A request wants to know something about a state of a document.
    Ask(Snapshot, Box<dyn Question>),
    /// The configuration may be another: all documents are to be seen anew.
    Configure(Arc<Resolver>),
    /// Tells when everything before it is done.
    Finish(Sender<()>),
}

/// What a request wants to know.
pub(super) trait Question: Send {
    /// True when nobody waits for the answer any more.
    fn is_abandoned(&self) -> bool;
    /// True when an answer about a text that has changed since is of no use.
    fn must_be_current(&self) -> bool;
    /// Answers it; without an analysis, that the document has moved on.
    fn answer(self: Box<Self>, state: Option<&State<'_>>);
}

/// One state of a document and what was found in it.
pub(super) struct State<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) analysis: &'a Analysis,
    /// The findings as the client has them.
    pub(super) diagnostics: &'a [Diagnostic],
}

/// The document has another text by now.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stale;

struct Asked<T, F> {
    reply: oneshot::Sender<Result<T, Stale>>,
    current: bool,
    how: F,
}

impl<T: Send, F: FnOnce(&State<'_>) -> T + Send> Question for Asked<T, F> {
    fn is_abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    fn must_be_current(&self) -> bool {
        self.current
    }

    fn answer(self: Box<Self>, state: Option<&State<'_>>) {
        let Asked { reply, how, .. } = *self;
        let _ = reply.send(state.map(how).ok_or(Stale));
    }
}

/// How a text is analysed. A parameter, so that tests can make it fail.
type Analyse = Arc<dyn Fn(&mut Document, &Text) -> Analysis + Send + Sync>;

/// The way to the threads.
#[derive(Clone, Debug)]
pub(super) struct Workers {
    threads: Arc<[Sender<Job>]>,
    files: Arc<Files>,
    refresh: Arc<Notify>,
}

/// What all threads know.
#[derive(Debug)]
struct Shared {
    output: Output,
    log: Log,
    profile: SharedProfile,
    notices: Mutex<Notices>,
    files: Arc<Files>,
    /// Told when the client must ask for diagnostics again.
    refresh: Arc<Notify>,
}

/// Faults of configuration files that were shown, and the last good configurations.
#[derive(Debug, Default)]
struct Notices {
    shown: FxHashMap<PathBuf, String>,
    good: FxHashMap<PathBuf, Arc<Scope>>,
}

impl Workers {
    /// Starts the threads.
    pub(super) fn start(output: Output, log: Log, profile: SharedProfile) -> Workers {
        let count = std::thread::available_parallelism().map_or(1, |it| it.get()).min(MAX_THREADS);
        Workers::start_with(count, Arc::new(|document, text| document.analyse(text)), output, log, profile)
    }

    fn start_with(count: usize, analyse: Analyse, output: Output, log: Log, profile: SharedProfile) -> Workers {
        let (files, refresh): (Arc<Files>, Arc<Notify>) = Default::default();
        let shared = Arc::new(Shared {
            output,
            log,
            profile,
            notices: Mutex::default(),
            files: Arc::clone(&files),
            refresh: Arc::clone(&refresh),
        });
        let start = |number| {
            let (sender, jobs) = channel();
            let mut worker = Worker {
                analyse: Arc::clone(&analyse),
                shared: Arc::clone(&shared),
                resolver: Arc::new(Resolver::new(None, Layer::default())),
                documents: FxHashMap::default(),
            };
            let builder = std::thread::Builder::new().name(format!("worker {number}")).stack_size(STACK);
            if let Err(error) = builder.spawn(move || worker.run(&jobs)) {
                shared.log.error(format!("a thread cannot be started: {error}"));
            }
            sender
        };
        let threads: Arc<[Sender<Job>]> = (0..count).map(start).collect();
        // The files must not keep the threads alive that know them.
        let weak = Arc::downgrade(&threads);
        files.on_change(move |uri| {
            if let Some(threads) = weak.upgrade() {
                give(&threads, uri, Job::Refresh(Arc::clone(uri)));
            }
        });
        Workers { threads, files, refresh }
    }

    /// What is known of files.
    pub(super) fn files(&self) -> &Files {
        &self.files
    }

    /// Lets documents that name this one see its newest text.
    pub(super) fn know(&self, snapshot: &Snapshot) {
        if let Some(path) = &snapshot.path {
            self.files.open(path, snapshot.text.clone(), snapshot.generation);
        }
    }

    /// Waits until findings have changed that the client has to ask for.
    pub(super) async fn refreshed(&self) {
        self.refresh.notified().await;
    }

    /// Gives `job` to the thread that has the document at `uri`.
    pub(super) fn send(&self, uri: &str, job: Job) {
        give(&self.threads, uri, job);
    }

    /// Asks about a state of a document. With `current`, only an answer about the newest text is of use.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        snapshot: Snapshot,
        current: bool,
        how: impl FnOnce(&State<'_>) -> T + Send + 'static,
    ) -> oneshot::Receiver<Result<T, Stale>> {
        let (reply, answer) = oneshot::channel();
        let uri = Arc::clone(&snapshot.uri);
        self.send(&uri, Job::Ask(snapshot, Box::new(Asked { reply, current, how })));
        answer
    }

    /// Sees all documents anew, with configurations as `resolver` finds them.
    pub(super) fn configure(&self, resolver: Arc<Resolver>) {
        for thread in self.threads.iter() {
            let _ = thread.send(Job::Configure(Arc::clone(&resolver)));
        }
    }

    /// Waits until everything that was sent so far is done.
    pub(super) fn finish(&self) {
        let (done, wait) = channel();
        for thread in self.threads.iter() {
            let _ = thread.send(Job::Finish(done.clone()));
        }
        drop(done);
        wait.iter().for_each(drop);
    }
}

/// Gives `job` to the thread that has the document at `uri`.
fn give(threads: &[Sender<Job>], uri: &str, job: Job) {
    let mut hasher = FxHasher::default();
    uri.hash(&mut hasher);
    // The high bits are the well mixed ones.
    let index = (hasher.finish() >> 32) as usize % threads.len();
    let _ = threads[index].send(job);
}

struct Worker {
    analyse: Analyse,
    shared: Arc<Shared>,
    resolver: Arc<Resolver>,
    documents: FxHashMap<Arc<str>, Tracked>,
}

/// What a thread knows of one of its documents.
struct Tracked {
    document: Document,
    scope: Arc<Scope>,
    snapshot: Snapshot,
    /// The newest state that was analysed.
    seen: Option<Seen>,
    /// What the client was last told, if anything.
    published: Option<Vec<Diagnostic>>,
    /// It was said that the text is too long.
    said_too_long: bool,
}

struct Seen {
    snapshot: Snapshot,
    analysis: Analysis,
    diagnostics: Vec<Diagnostic>,
    /// The file is one that we speak about.
    ours: bool,
}

impl Worker {
    fn run(&mut self, jobs: &Receiver<Job>) {
        while let Ok(first) = jobs.recv() {
            // What waits is taken together: what a later job overtakes need not be computed.
            let mut batch = vec![first];
            batch.extend(jobs.try_iter());
            let mut jobs = batch.into_iter().peekable();
            while let Some(job) = jobs.next() {
                // One file that changes may have several reasons to tell.
                let again = |next: &Job| matches!((&job, next), (Job::Refresh(a), Job::Refresh(b)) if a == b);
                if !jobs.peek().is_some_and(again) {
                    self.handle(job);
                }
            }
        }
    }

    fn handle(&mut self, job: Job) {
        match job {
            Job::Analyse(snapshot) if snapshot.is_stale() => {}
            Job::Analyse(snapshot) => {
                let uri = Arc::clone(&snapshot.uri);
                self.see(&snapshot);
                self.publish(&uri);
            }
            Job::Refresh(uri) => self.refresh(&uri),
            Job::Close(uri) => {
                self.shared.files.forget(&uri);
                let Some(tracked) = self.documents.remove(&uri) else { return };
                if tracked.published.is_some_and(|it| !it.is_empty()) {
                    self.shared.publish(&uri, None, &[]);
                }
            }
            Job::Ask(_, question) if question.is_abandoned() => {}
            // Looking at it now would keep it for ever.
            Job::Ask(snapshot, question) if snapshot.is_closed() => question.answer(None),
            Job::Ask(snapshot, question) => self.ask(&snapshot, question),
            Job::Configure(resolver) => self.configure(resolver),
            Job::Finish(done) => drop(done.send(())),
        }
    }

    /// Sees a document anew that names a file which says something else now.
    fn refresh(&mut self, uri: &Arc<str>) {
        let Some(tracked) = self.documents.get(uri) else { return };
        let known = tracked.seen.as_ref().map(|it| it.diagnostics.clone());
        let snapshot = tracked.snapshot.clone();
        // When it is stale a newer text is on its way.
        if snapshot.is_stale() {
            return;
        }
        self.see(&snapshot);
        self.publish(uri);
        let now = self.documents.get(uri).and_then(|it| it.seen.as_ref()).map(|it| &it.diagnostics);
        if now != known.as_ref() && self.shared.profile.get().is_some_and(|it| it.pull && it.refresh) {
            self.shared.refresh.notify_one();
        }
    }

    fn ask(&mut self, snapshot: &Snapshot, question: Box<dyn Question>) {
        let seen = self.documents.get(&snapshot.uri).and_then(|it| it.seen.as_ref());
        let known = seen.is_some_and(|it| it.snapshot.generation == snapshot.generation);
        if !known {
            if snapshot.is_stale() && question.must_be_current() {
                return question.answer(None);
            }
            self.see(snapshot);
        }
        let Some(seen) = self.documents.get(&snapshot.uri).and_then(|it| it.seen.as_ref()) else {
            return question.answer(None);
        };
        let state = State { snapshot: &seen.snapshot, analysis: &seen.analysis, diagnostics: &seen.diagnostics };
        let answer = catch_unwind(AssertUnwindSafe(|| question.answer(Some(&state))));
        if let Err(panic) = answer {
            self.shared.log.error(format!("{}: a request failed: {}", snapshot.uri, what(&*panic)));
        }
    }

    fn configure(&mut self, resolver: Arc<Resolver>) {
        self.resolver = resolver;
        let mut snapshots = Vec::new();
        for tracked in self.documents.values_mut() {
            let path = tracked.snapshot.path.as_deref().map(PathBuf::as_path);
            tracked.scope = self.shared.scope(&self.resolver, path);
            tracked.document.set_selection(tracked.scope.selection(path));
            tracked.seen = None;
            tracked.said_too_long = false;
            snapshots.push(tracked.snapshot.clone());
        }
        // A newer text of a document is on its way when the known one is stale.
        for snapshot in snapshots.into_iter().filter(|it| !it.is_stale()) {
            self.see(&snapshot);
            self.publish(&snapshot.uri);
        }
    }

    /// Analyses a text and keeps what was found.
    fn see(&mut self, snapshot: &Snapshot) {
        let shared = Arc::clone(&self.shared);
        let Some(profile) = shared.profile.get() else { return };
        let path = snapshot.path.as_deref().map(PathBuf::as_path);
        let tracked = self.documents.entry(Arc::clone(&snapshot.uri)).or_insert_with(|| {
            let scope = shared.scope(&self.resolver, path);
            Tracked {
                document: shared.document(snapshot, scope.selection(path)),
                scope,
                snapshot: snapshot.clone(),
                seen: None,
                published: None,
                said_too_long: false,
            }
        });
        tracked.snapshot = snapshot.clone();
        let (analysis, diagnostics, ours) = if path.is_some_and(is_config) {
            let diagnostics = Layer::parse(&snapshot.text.to_string());
            let diagnostics = diagnostics.err().map(|it| convert::config_diagnostic(&it, &snapshot.text, profile));
            (nothing(&snapshot.text), diagnostics.into_iter().collect(), true)
        } else if tracked.scope.excludes(path) || tracked.is_too_long(&shared.log) {
            (nothing(&snapshot.text), Vec::new(), false)
        } else {
            let analysis = tracked.analyse(&self.analyse, &shared);
            let diagnostics = convert::diagnostics(&analysis, &snapshot.uri, profile);
            let ours = analysis.kind.is_some();
            (analysis, diagnostics, ours)
        };
        shared.log.debug(format_args!(
            "{} version {}: {} findings",
            snapshot.uri,
            snapshot.text.version,
            diagnostics.len()
        ));
        if let Some(path) = path {
            match analysis.kind {
                Some(_) => shared.files.settle(path, snapshot.generation, &analysis.as_neighbour()),
                // It may be a template for others, even if it is none of our business.
                None => shared.files.touch(path),
            }
        }
        tracked.seen = Some(Seen { snapshot: snapshot.clone(), analysis, diagnostics, ours });
    }

    /// Tells the client what was found, unless it asks for that itself or knows it already.
    fn publish(&mut self, uri: &Arc<str>) {
        let pull = self.shared.profile.get().is_none_or(|it| it.pull);
        let Some(tracked) = self.documents.get_mut(uri).filter(|_| !pull) else { return };
        let Some(seen) = &tracked.seen else { return };
        let known = match &tracked.published {
            Some(published) => *published == seen.diagnostics,
            // A foreign file is none of our business.
            None => !seen.ours,
        };
        if known || seen.snapshot.is_stale() {
            return;
        }
        while self.shared.output.waiting() > MAX_WAITING && !seen.snapshot.is_stale() {
            std::thread::sleep(Duration::from_millis(5));
        }
        self.shared.publish(uri, Some(seen.snapshot.text.version), &seen.diagnostics);
        tracked.published = Some(seen.diagnostics.clone());
    }
}

impl Tracked {
    fn analyse(&mut self, analyse: &Analyse, shared: &Shared) -> Analysis {
        let log = &shared.log;
        let text = self.snapshot.text.clone();
        for attempt in 0..2 {
            let analysis = catch_unwind(AssertUnwindSafe(|| analyse(&mut self.document, &text)));
            let panic = match analysis {
                Ok(analysis) => {
                    for (rule, message) in &analysis.panics {
                        log.error(format!("{}: the rule {rule} failed: {message}", self.snapshot.uri));
                    }
                    return analysis;
                }
                Err(panic) => panic,
            };
            log.error(format!("{}: the analysis failed: {}", self.snapshot.uri, what(&*panic)));
            // What is kept from state to state may be broken now: begin anew, and try once more with that.
            let path = self.snapshot.path.as_deref().map(PathBuf::as_path);
            self.document = shared.document(&self.snapshot, self.scope.selection(path));
            if attempt == 1 {
                break;
            }
        }
        nothing(&text)
    }

    fn is_too_long(&mut self, log: &Log) -> bool {
        let length = u64::from(u32::from(self.snapshot.text.len()));
        let too_long = length > self.scope.max_file_size();
        if too_long && !self.said_too_long {
            let limit = self.scope.max_file_size();
            log.warn(format!(
                "{} has {length} bytes, more than max-file-size ({limit}): it is not checked",
                self.snapshot.uri
            ));
        }
        self.said_too_long = too_long;
        too_long
    }
}

impl Shared {
    /// A document that knows the files around it.
    fn document(&self, snapshot: &Snapshot, selection: Arc<Selection>) -> Document {
        let beside = snapshot.path.as_ref().and_then(|it| Beside::of(&self.files, it, Some(&snapshot.uri)));
        Document::new(name(snapshot), selection).with_neighbours(beside)
    }

    fn publish(&self, uri: &str, version: Option<i32>, diagnostics: &[Diagnostic]) {
        self.output.notify("textDocument/publishDiagnostics", convert::Publish { uri, version, diagnostics });
    }

    /// The configuration of a file. When that is faulty, the fault is shown once and the last good one stays in force.
    fn scope(&self, resolver: &Resolver, path: Option<&Path>) -> Arc<Scope> {
        let file = path.and_then(Path::parent).and_then(|it| resolver.find(it));
        let result = resolver.scope(path);
        let mut notices = self.notices.lock().unwrap_or_else(PoisonError::into_inner);
        let file = file.unwrap_or_default();
        match result {
            Ok(scope) => {
                if let Some(culprit) = notices.shown.remove(&file) {
                    self.publish_fault(Path::new(&culprit), None);
                }
                notices.good.insert(file, Arc::clone(&scope));
                scope
            }
            Err(fault) => {
                let culprit = fault.path.to_string_lossy().into_owned();
                if notices.shown.insert(file.clone(), culprit.clone()).as_ref() != Some(&culprit) {
                    self.log.show(LogLevel::Error, &format!("stacklint: {fault}"));
                }
                self.publish_fault(&fault.path, Some(&fault));
                notices.good.get(&file).cloned().unwrap_or_else(|| {
                    let plain = Resolver::new(None, Layer::default());
                    plain.scope(None).unwrap_or_else(|_| unreachable!("nothing at all is a valid configuration"))
                })
            }
        }
    }

    fn publish_fault(&self, path: &Path, fault: Option<&Fault>) {
        let Some(profile) = self.profile.get().filter(|it| !it.pull) else { return };
        let Some(uri) = convert::uri(path) else { return };
        let text = Text::new(&std::fs::read_to_string(path).unwrap_or_default(), 0);
        let diagnostics: Vec<Diagnostic> =
            fault.map(|it| convert::config_diagnostic(&it.error, &text, profile)).into_iter().collect();
        self.publish(&uri, None, &diagnostics);
    }
}

/// What the file is called, of which the ending matters.
fn name(snapshot: &Snapshot) -> String {
    match &snapshot.path {
        Some(path) => path.to_string_lossy().into_owned(),
        None => snapshot.uri.to_string(),
    }
}

fn is_config(path: &Path) -> bool {
    path.file_name().is_some_and(|name| settings::NAMES.iter().any(|it| name == *it))
}

/// The analysis of a text that we say nothing about.
fn nothing(text: &Text) -> Analysis {
    // No ending of a name that we know.
    debug_assert!(Kind::of("file.other", "").is_none());
    Document::new("file.other", Arc::default()).analyse(text)
}

fn what(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lsp::capabilities::Profile;
    use crate::lsp::session::Session;
    use serde_json::json;
    use std::io::Write;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tower_lsp::ls_types::InitializeParams;

    const URI: &str = "file:///worker.yaml";
    const TEMPLATE: &str = "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n    DependsOn: Nothing\n";

    /// What is written to it can be read at the other end.
    struct Pipe(Sender<Vec<u8>>);

    impl Write for Pipe {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            let _ = self.0.send(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// A session whose analysis is `analyse`, its threads, and what it sends.
    fn session(
        analyse: impl Fn(&mut Document, &Text) -> Analysis + Send + Sync + 'static,
    ) -> (Session, Workers, Receiver<Vec<u8>>) {
        let (sender, sent) = channel();
        let output = Output::write(Pipe(sender));
        let log = Log::new(output.clone(), LogLevel::Info, None).expect("no file is opened");
        log.connect();
        let profile = SharedProfile::default();
        profile.get_or_init(|| Profile::of(&InitializeParams::default()));
        let workers = Workers::start_with(2, Arc::new(analyse), output, log.clone(), profile);
        (Session::new(workers.clone(), log), workers, sent)
    }

    fn open(session: &mut Session, uri: &str, text: &str) {
        session.open(&json!({ "textDocument": { "uri": uri, "languageId": "yaml", "version": 1, "text": text } }));
    }

    fn replace(session: &mut Session, version: i32, text: &str) {
        let document = json!({ "uri": URI, "version": version });
        let params = json!({ "textDocument": document, "contentChanges": [{ "text": text }] });
        session.change(&params, ide::Encoding::Utf16);
    }

    /// Everything that was sent until `word` was.
    fn until(sent: &Receiver<Vec<u8>>, word: &str) -> String {
        let mut all = String::new();
        while !all.contains(word) {
            match sent.recv_timeout(Duration::from_secs(30)) {
                Ok(bytes) => all += &String::from_utf8_lossy(&bytes),
                Err(_) => panic!("no sign of {word} in {all}"),
            }
        }
        all
    }

    #[test]
    fn an_analysis_that_panics_does_not_end_the_session() {
        let (mut session, workers, sent) = session(|document, text| {
            assert!(!text.to_string().contains("Nasty"), "a nasty text");
            document.analyse(text)
        });
        open(&mut session, URI, TEMPLATE);
        until(&sent, "undefined-reference");
        replace(&mut session, 2, &TEMPLATE.replace("Topic:", "Nasty:"));
        let told = until(&sent, "\"version\":2,\"diagnostics\":[]");
        assert_eq!(told.matches("the analysis failed: a nasty text").count(), 2, "{told}");
        let snapshot = session.snapshot(&json!({ "textDocument": { "uri": URI } })).expect("it is open");
        let count = workers.ask(snapshot, true, |state| state.diagnostics.len()).blocking_recv();
        assert!(matches!(count, Ok(Ok(0))), "{count:?}");
        replace(&mut session, 3, &format!("{TEMPLATE}\n"));
        assert!(until(&sent, "\"version\":3").contains("undefined-reference"));
    }

    #[test]
    fn what_breaks_what_is_kept_is_tried_anew_without_it() {
        let calls = AtomicUsize::new(0);
        let (mut session, _workers, sent) = session(move |document, text| {
            assert!(calls.fetch_add(1, Ordering::Relaxed) != 1, "the second call");
            document.analyse(text)
        });
        open(&mut session, URI, TEMPLATE);
        until(&sent, "undefined-reference");
        replace(&mut session, 2, &format!("\n{TEMPLATE}"));
        let told = until(&sent, "\"version\":2");
        assert!(told.contains("the second call") && told.contains("undefined-reference"), "{told}");
    }

    #[test]
    fn a_question_that_panics_is_answered_with_nothing() {
        let (mut session, workers, sent) = session(|document, text| document.analyse(text));
        open(&mut session, URI, TEMPLATE);
        until(&sent, "undefined-reference");
        let snapshot = session.snapshot(&json!({ "textDocument": { "uri": URI } })).expect("it is open");
        let answer = workers.ask(snapshot.clone(), true, |_| -> u32 { panic!("a bad question") }).blocking_recv();
        assert!(answer.is_err());
        assert!(until(&sent, "bad question").contains("a request failed"));
        assert!(matches!(workers.ask(snapshot, true, |_| 7).blocking_recv(), Ok(Ok(7))));
    }

    #[test]
    fn what_is_overtaken_is_not_analysed() {
        let (hold, held) = channel::<()>();
        let held = Mutex::new(held);
        let seen = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&seen);
        let (mut session, workers, sent) = session(move |document, text| {
            if counter.fetch_add(1, Ordering::Relaxed) == 0 {
                // The first analysis lasts until all edits have been made.
                let _ = held.lock().map(|it| it.recv_timeout(Duration::from_secs(30)));
            }
            document.analyse(text)
        });
        open(&mut session, URI, TEMPLATE);
        while seen.load(Ordering::Relaxed) == 0 {
            std::thread::yield_now();
        }
        let old = session.snapshot(&json!({ "textDocument": { "uri": URI } })).expect("it is open");
        for version in 2..=100 {
            replace(&mut session, version, &format!("{}{TEMPLATE}", "\n".repeat(version as usize)));
        }
        let stale = workers.ask(old, true, |_| ());
        hold.send(()).expect("the analysis waits");
        let told = until(&sent, "\"version\":100");
        assert_eq!(told.matches("publishDiagnostics").count(), 1, "the first was overtaken while it lasted: {told}");
        assert_eq!(seen.load(Ordering::Relaxed), 2);
        // What the first state was asked is of no use any more.
        assert!(matches!(stale.blocking_recv(), Ok(Err(Stale))));
    }
}
