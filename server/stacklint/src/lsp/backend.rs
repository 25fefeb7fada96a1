//! The handlers. They compute nothing: they ask a worker and wait.

use super::capabilities::Profile;
use super::convert;
use super::layer::{self, SharedProfile};
use super::log::Log;
use super::settings::Settings;
use super::worker::{Stale, State, Workers};
use crate::settings::Resolver;
use std::sync::Arc;
use std::time::Duration;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types::*;
use tower_lsp::{Client, LanguageServer};

/// How long a client may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Answers the client.
#[derive(Debug)]
pub(super) struct Backend {
    client: Client,
    workers: Workers,
    profile: SharedProfile,
    log: Log,
    settings: Arc<Settings>,
}

impl Backend {
    pub(super) fn new(client: Client, workers: Workers, profile: SharedProfile, log: Log) -> Backend {
        Backend { client, workers, profile, log, settings: Arc::default() }
    }

    fn profile(&self) -> Result<Profile> {
        self.profile.get().cloned().ok_or_else(Error::invalid_request)
    }

    /// Asks the worker that has the document of the running request. `None` when there is no such document.
    async fn ask<T: Send + 'static>(
        &self,
        current: bool,
        how: impl FnOnce(&State<'_>) -> T + Send + 'static,
    ) -> Result<Option<T>> {
        let Some(snapshot) = layer::snapshot() else { return Ok(None) };
        match self.workers.ask(snapshot, current, how).await {
            Ok(Ok(answer)) => Ok(Some(answer)),
            Ok(Err(Stale)) => Err(Error::new(ErrorCode::ContentModified)),
            Err(_) => Err(Error::internal_error()),
        }
    }

    /// Reads the configuration anew, and has the client ask for diagnostics again where it is it who asks.
    fn configure(&self) {
        configure(&self.workers, &self.settings);
        if self.profile.get().is_some_and(|it| it.pull && it.refresh) {
            let client = self.client.clone();
            tokio::spawn(async move { tokio::time::timeout(PATIENCE, client.workspace_diagnostic_refresh()).await });
        }
    }

    /// Asks the client for its settings, without keeping anything waiting.
    fn fetch_settings(&self) {
        let (client, workers, settings) = (self.client.clone(), self.workers.clone(), Arc::clone(&self.settings));
        let (log, profile) = (self.log.clone(), Arc::clone(&self.profile));
        tokio::spawn(async move {
            let item = ConfigurationItem { scope_uri: None, section: Some("stacklint".to_owned()) };
            match tokio::time::timeout(PATIENCE, client.configuration(vec![item])).await {
                Ok(Ok(values)) => {
                    let value = values.into_iter().next().unwrap_or_default();
                    if settings.take(&value, &log) {
                        configure(&workers, &settings);
                        if profile.get().is_some_and(|it| it.pull && it.refresh) {
                            let _ = tokio::time::timeout(PATIENCE, client.workspace_diagnostic_refresh()).await;
                        }
                    }
                }
                Ok(Err(error)) => log.warn(format!("the client does not tell its settings: {error}")),
                Err(_) => log.warn("the client does not tell its settings"),
            }
        });
    }

    fn watch(&self) {
        let watcher = |name: &str| FileSystemWatcher { glob_pattern: format!("**/{name}").into(), kind: None };
        // Templates that are not open may be named by some that are.
        let names = crate::settings::NAMES.iter().copied().chain(["*.{yaml,yml,json,template}"]);
        let watchers = names.map(watcher).collect();
        let options = DidChangeWatchedFilesRegistrationOptions { watchers };
        let options = serde_json::to_value(options).unwrap_or_default();
        self.register("workspace/didChangeWatchedFiles", options);
    }

    /// Asks the client to tell us of something, without keeping anything waiting.
    fn register(&self, method: &'static str, options: serde_json::Value) {
        let id = format!("stacklint:{method}");
        let registration = Registration { id, method: method.to_owned(), register_options: Some(options) };
        let (client, log) = (self.client.clone(), self.log.clone());
        tokio::spawn(async move {
            match tokio::time::timeout(PATIENCE, client.register_capability(vec![registration])).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => log.warn(format!("the client refuses {method}: {error}")),
                Err(_) => log.warn(format!("the client does not answer whether it sends {method}")),
            }
        });
    }
}

fn is_config(uri: &str) -> bool {
    crate::settings::NAMES.iter().any(|it| uri.ends_with(&format!("/{it}")))
}

fn configure(workers: &Workers, settings: &Settings) {
    workers.configure(Arc::new(Resolver::new(None, settings.layer())));
}

impl LanguageServer for Backend {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        let profile = self.profile.get_or_init(|| Profile::of(&params)).clone();
        if params.initialization_options.is_some_and(|it| self.settings.begin(&it, &self.log)) {
            configure(&self.workers, &self.settings);
        }
        let client = params.client_info.map_or_else(
            || "an unnamed client".to_owned(),
            |it| format!("{} {}", it.name, it.version.unwrap_or_default()),
        );
        self.log.debug(format_args!("{client} can do: {profile:?}"));
        Ok(profile.answer())
    }

    async fn initialized(&self, _: InitializedParams) {
        let Ok(profile) = self.profile() else { return };
        let diagnostics = if profile.pull { "asked for" } else { "published" };
        let version = env!("CARGO_PKG_VERSION");
        self.log
            .info(format!("stacklint {version}: diagnostics are {diagnostics}, columns are {:?}", profile.encoding));
        if profile.watch {
            self.watch();
        }
        if profile.watch_settings {
            self.register("workspace/didChangeConfiguration", serde_json::json!({ "section": "stacklint" }));
        }
        if profile.configuration {
            self.fetch_settings();
        }
        if profile.pull && profile.refresh {
            let (client, workers) = (self.client.clone(), self.workers.clone());
            tokio::spawn(async move {
                loop {
                    workers.refreshed().await;
                    let _ = tokio::time::timeout(PATIENCE, client.workspace_diagnostic_refresh()).await;
                }
            });
        }
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }

    async fn did_save(&self, params: DidSaveTextDocumentParams) {
        // For clients that do not watch files. What is open is known, saved or not.
        if is_config(params.text_document.uri.as_str()) {
            self.configure();
        }
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        if self.profile.get().is_some_and(|it| it.configuration) {
            self.fetch_settings();
        } else if self.settings.take(&params.settings, &self.log) {
            self.configure();
        }
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        // Configuration files of one folder may extend those of another.
        if params.changes.iter().any(|it| is_config(it.uri.as_str())) {
            self.configure();
        }
        for path in params.changes.iter().filter_map(|it| convert::path(it.uri.as_str())) {
            self.workers.files().touch(&path);
        }
    }

    async fn did_change_workspace_folders(&self, _: DidChangeWorkspaceFoldersParams) {}

    async fn diagnostic(&self, params: DocumentDiagnosticParams) -> Result<DocumentDiagnosticReportResult> {
        let previous = params.previous_result_id;
        let known = previous.clone();
        let report = self.ask(false, move |it| convert::report(it.diagnostics.to_vec(), known.as_deref())).await?;
        Ok(report.unwrap_or_else(|| convert::report(Vec::new(), previous.as_deref())))
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        let profile = self.profile()?;
        self.ask(true, move |state| {
            let place = convert::Place { uri: &params.text_document.uri, generation: state.snapshot.generation };
            convert::actions(state.analysis, &params, &place, &profile)
        })
        .await
    }

    async fn code_action_resolve(&self, mut action: CodeAction) -> Result<CodeAction> {
        let profile = self.profile()?;
        let Some(data) = convert::action_data(&action) else { return Ok(action) };
        let Some(snapshot) = layer::snapshot().filter(|it| it.generation == data.generation) else {
            return Err(Error::new(ErrorCode::ContentModified));
        };
        drop(snapshot);
        let edit = self.ask(true, move |state| convert::resolve(state.analysis, &data, &profile)).await?;
        match edit.flatten() {
            Some(edit) => action.edit = Some(edit),
            None => return Err(Error::invalid_params("this cannot be written here")),
        }
        Ok(action)
    }

    async fn completion(&self, params: CompletionParams) -> Result<Option<CompletionResponse>> {
        let profile = self.profile()?;
        self.ask(true, move |state| convert::completions(state.analysis, &params, &profile)).await
    }

    async fn completion_resolve(&self, item: CompletionItem) -> Result<CompletionItem> {
        let profile = self.profile()?;
        // What is said of a thing has to be unpacked first.
        let resolved = tokio::task::spawn_blocking(move || convert::documented(item, &profile)).await;
        resolved.map_err(|_| Error::internal_error())
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        let profile = self.profile()?;
        let position = params.text_document_position_params.position;
        let hover = self.ask(true, move |state| convert::hover(state.analysis, position, &profile)).await?;
        Ok(hover.flatten())
    }
}
