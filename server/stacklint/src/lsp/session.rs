//! The documents that are open, as the client last described them.

use super::convert;
use super::log::Log;
use super::worker::{Job, Workers};
use ide::{Encoding, Text};
use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde_json::Value;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// One state of a document: what a request is about.
#[derive(Clone, Debug)]
pub(super) struct Snapshot {
    /// The address, as the client spells it.
    pub(super) uri: Arc<str>,
    /// The file, where it is one.
    pub(super) path: Option<Arc<PathBuf>>,
    /// The text, with the client's version.
    pub(super) text: Text,
    /// Tells this state from all others of the session.
    pub(super) generation: u64,
    /// The generation that the document has by now.
    latest: Arc<AtomicU64>,
}

impl Snapshot {
    /// True when the document has another text by now.
    pub(super) fn is_stale(&self) -> bool {
        self.latest.load(Ordering::Relaxed) != self.generation
    }

    /// True when the document is no longer open.
    pub(super) fn is_closed(&self) -> bool {
        self.latest.load(Ordering::Relaxed) == CLOSED
    }
}

/// The generation of documents that are no longer open.
const CLOSED: u64 = u64::MAX;

/// Owns the documents. It alone changes them, in the order in which the client's messages arrive.
#[derive(Debug)]
pub(super) struct Session {
    documents: FxHashMap<String, Snapshot>,
    generation: u64,
    workers: Workers,
    log: Log,
}

// The protocol's own types for these refuse addresses that are not quite valid, which would lose a document.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DidOpen {
    text_document: Opened,
}

#[derive(Deserialize)]
struct Opened {
    uri: String,
    version: i32,
    text: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DidChange {
    text_document: Identifier,
    content_changes: Vec<Change>,
}

#[derive(Deserialize)]
struct Identifier {
    uri: String,
    version: Option<i32>,
}

#[derive(Deserialize)]
struct Change {
    range: Option<Range>,
    text: String,
}

#[derive(Deserialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Deserialize)]
struct Position {
    line: u32,
    character: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DidClose {
    text_document: Identifier,
}

impl Session {
    /// A session without documents.
    pub(super) fn new(workers: Workers, log: Log) -> Session {
        Session { documents: FxHashMap::default(), generation: 0, workers, log }
    }

    /// `initialized`: the client is ready to hear from us.
    pub(super) fn greet(&self) {
        self.log.connect();
    }

    /// `textDocument/didOpen`.
    pub(super) fn open(&mut self, params: &Value) {
        let Some(DidOpen { text_document: it }) = self.read("textDocument/didOpen", params) else { return };
        let Ok(_) = u32::try_from(it.text.len()) else {
            return self.log.error(format!("{} has more than 4 GiB: it is not checked", it.uri));
        };
        self.generation += 1;
        if let Some(old) = self.documents.remove(&it.uri) {
            self.log.warn(format!("{} was opened twice", it.uri));
            old.latest.store(CLOSED, Ordering::Relaxed);
        }
        let snapshot = Snapshot {
            uri: it.uri.as_str().into(),
            path: convert::path(&it.uri).map(Arc::new),
            text: Text::new(&it.text, it.version),
            generation: self.generation,
            latest: Arc::new(AtomicU64::new(self.generation)),
        };
        self.documents.insert(it.uri, snapshot.clone());
        self.workers.know(&snapshot);
        self.workers.send(&snapshot.uri, Job::Analyse(snapshot.clone()));
    }

    /// `textDocument/didChange`.
    pub(super) fn change(&mut self, params: &Value, encoding: Encoding) {
        let Some(params) = self.read::<DidChange>("textDocument/didChange", params) else { return };
        let uri = &params.text_document.uri;
        let Some(document) = self.documents.get_mut(uri) else {
            return self.log.warn(format!("{uri} was changed but is not open"));
        };
        for change in &params.content_changes {
            match &change.range {
                None => document.text = Text::new(&change.text, document.text.version),
                Some(Range { start, end }) => {
                    let text = &mut document.text;
                    let offset =
                        |it: &Position| text.offset(ide::Position { line: it.line, column: it.character }, encoding);
                    let (start, end) = (offset(start), offset(end));
                    text.edit(ide::TextRange::new(start, end.max(start)), &change.text);
                }
            }
        }
        if let Some(version) = params.text_document.version {
            document.text.version = version;
        }
        self.generation += 1;
        document.generation = self.generation;
        document.latest.store(self.generation, Ordering::Relaxed);
        self.workers.know(document);
        self.workers.send(&document.uri, Job::Analyse(document.clone()));
    }

    /// `textDocument/didClose`.
    pub(super) fn close(&mut self, params: &Value) {
        let Some(DidClose { text_document: it }) = self.read("textDocument/didClose", params) else { return };
        let Some(document) = self.documents.remove(&it.uri) else {
            return self.log.warn(format!("{} was closed but is not open", it.uri));
        };
        document.latest.store(CLOSED, Ordering::Relaxed);
        if let Some(path) = &document.path {
            self.workers.files().close(path);
        }
        self.workers.send(&document.uri, Job::Close(Arc::clone(&document.uri)));
    }

    /// The document that a request is about, as it is now.
    pub(super) fn snapshot(&self, params: &Value) -> Option<Snapshot> {
        // A chosen action names its document in what we gave it.
        let uri = params.pointer("/textDocument/uri").or_else(|| params.pointer("/data/uri"))?;
        self.documents.get(uri.as_str()?).cloned()
    }

    fn read<T: for<'a> Deserialize<'a>>(&self, method: &str, params: &Value) -> Option<T> {
        match T::deserialize(params) {
            Ok(it) => Some(it),
            Err(error) => {
                self.log.error(format!("{method} cannot be understood: {error}"));
                None
            }
        }
    }
}
