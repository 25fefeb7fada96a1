//! The order of things.
//!
//! The transport starts handlers in the order of the messages but lets them overtake each other at every await. This
//! layer around it sees each message before its handler runs: it changes the documents then and there, and gives each
//! request the state of its document at that moment.

use super::capabilities::Profile;
use super::session::{Session, Snapshot};
use ide::Encoding;
use serde::Deserialize;
use serde_json::Value;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use tower_lsp::jsonrpc::{Request, Response};
use tower_lsp::ls_types::InitializeParams;
use tower_service::Service;

tokio::task_local! {
    /// The document that the running request is about.
    static SNAPSHOT: Option<Snapshot>;
}

/// The document that the running request is about, as it was when the request arrived.
pub(super) fn snapshot() -> Option<Snapshot> {
    SNAPSHOT.try_with(Clone::clone).ok().flatten()
}

/// What the client said of itself, once it has.
pub(super) type SharedProfile = Arc<OnceLock<Profile>>;

/// The layer.
#[derive(Debug)]
pub(super) struct Ordered<S> {
    inner: S,
    session: Session,
    profile: SharedProfile,
    /// The client has asked to shut down.
    down: Arc<AtomicBool>,
    /// Called when the client says `exit`.
    exit: fn(),
}

impl<S> Ordered<S> {
    pub(super) fn new(
        inner: S,
        session: Session,
        profile: SharedProfile,
        down: Arc<AtomicBool>,
        exit: fn(),
    ) -> Ordered<S> {
        Ordered { inner, session, profile, down, exit }
    }

    /// Applies what `request` says of the documents and of the session. True when that was all that it says.
    fn apply(&mut self, request: &Request) -> bool {
        let params = request.params().unwrap_or(&Value::Null);
        if request.id().is_some() {
            match request.method() {
                "initialize" => {
                    if let Ok(params) = InitializeParams::deserialize(params) {
                        self.profile.get_or_init(|| Profile::of(&params));
                    }
                }
                "shutdown" if self.profile.get().is_some() => self.down.store(true, Ordering::Relaxed),
                _ => {}
            }
            return false;
        }
        let is_document =
            matches!(request.method(), "textDocument/didOpen" | "textDocument/didChange" | "textDocument/didClose");
        match request.method() {
            "exit" => {
                (self.exit)();
                // The service would cancel what is under way; it may end while the transport winds down.
                return true;
            }
            "initialized" => self.session.greet(),
            _ => {}
        }
        // Before `initialize` and after `shutdown` notifications are dropped.
        if !is_document || self.profile.get().is_none() || self.down.load(Ordering::Relaxed) {
            return is_document;
        }
        match request.method() {
            "textDocument/didOpen" => self.session.open(params),
            "textDocument/didChange" => self.session.change(params, self.encoding()),
            _ => self.session.close(params),
        }
        true
    }

    fn encoding(&self) -> Encoding {
        self.profile.get().map(|it| it.encoding).unwrap_or_default()
    }
}

impl<S> Service<Request> for Ordered<S>
where
    S: Service<Request, Response = Option<Response>>,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Option<Response>, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        if self.apply(&request) {
            return Box::pin(async { Ok(None) });
        }
        let snapshot = match (request.id(), request.params()) {
            (Some(_), Some(params)) => self.session.snapshot(params),
            _ => None,
        };
        Box::pin(SNAPSHOT.scope(snapshot, self.inner.call(request)))
    }
}
