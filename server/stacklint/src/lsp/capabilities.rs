//! What the client can do, and what we say we can.

use super::convert;
use ide::Encoding;
use tower_lsp::ls_types::*;

/// The kind of the action that applies all safe fixes.
pub(super) const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.stacklint");

/// What the client told of itself at `initialize`, as far as it changes what we send.
#[derive(Clone, Debug)]
pub(super) struct Profile {
    /// How columns are counted.
    pub(super) encoding: Encoding,
    /// The client asks for diagnostics, so they are not published.
    pub(super) pull: bool,
    /// It can be asked to ask again.
    pub(super) refresh: bool,
    /// Findings may point to other places.
    pub(super) related_information: bool,
    /// Findings may carry tags.
    pub(super) tags: bool,
    /// Edits are computed when an action is chosen, not when it is offered.
    pub(super) resolve: bool,
    /// Edits may name the version that they are for.
    pub(super) document_changes: bool,
    /// Edits may make files.
    pub(super) create_files: bool,
    /// It answers `workspace/configuration`.
    pub(super) configuration: bool,
    /// It watches files for us.
    pub(super) watch: bool,
    /// It tells when its settings change, once it is asked to.
    pub(super) watch_settings: bool,
    /// Hovers may be Markdown.
    pub(super) markdown: bool,
    /// What it can do with completions.
    pub(super) completion: CompletionProfile,
}

/// What the client can do with completions.
#[derive(Clone, Copy, Debug)]
pub(super) struct CompletionProfile {
    /// It understands tab stops.
    pub(super) snippets: bool,
    /// It lets people choose whether what is behind the cursor is replaced too.
    pub(super) insert_replace: bool,
    /// It indents further lines when it is told to.
    pub(super) adjust_indentation: bool,
    /// Completions may be marked as deprecated.
    pub(super) tags: bool,
    /// Their documentation may be Markdown.
    pub(super) markdown: bool,
}

impl CompletionProfile {
    fn of(capabilities: Option<&CompletionClientCapabilities>) -> CompletionProfile {
        let item = capabilities.and_then(|it| it.completion_item.as_ref());
        let modes = item.and_then(|it| it.insert_text_mode_support.as_ref()).map(|it| it.value_set.as_slice());
        let formats = item.and_then(|it| it.documentation_format.as_ref());
        CompletionProfile {
            snippets: item.and_then(|it| it.snippet_support).unwrap_or_default(),
            insert_replace: item.and_then(|it| it.insert_replace_support).unwrap_or_default(),
            adjust_indentation: modes.unwrap_or_default().contains(&InsertTextMode::ADJUST_INDENTATION),
            tags: item.is_some_and(|it| it.tag_support.is_some()),
            markdown: formats.is_none_or(|it| it.contains(&MarkupKind::Markdown)),
        }
    }
}

impl Profile {
    /// Reads what the client can do.
    pub(super) fn of(params: &InitializeParams) -> Profile {
        let capabilities = &params.capabilities;
        let document = capabilities.text_document.as_ref();
        let workspace = capabilities.workspace.as_ref();
        let offered = capabilities.general.as_ref().and_then(|it| it.position_encodings.as_deref());
        let publish = document.and_then(|it| it.publish_diagnostics.as_ref());
        let pull = document.and_then(|it| it.diagnostic.as_ref());
        let action = document.and_then(|it| it.code_action.as_ref());
        let resolved = action.and_then(|it| it.resolve_support.as_ref());
        let edit = workspace.and_then(|it| it.workspace_edit.as_ref());
        let operations = edit.and_then(|it| it.resource_operations.as_deref()).unwrap_or_default();
        let document_changes = edit.and_then(|it| it.document_changes).unwrap_or_default();
        let hover = document.and_then(|it| it.hover.as_ref()).and_then(|it| it.content_format.as_ref());
        Profile {
            encoding: convert::encoding(offered.unwrap_or_default()),
            pull: pull.is_some(),
            refresh: workspace
                .and_then(|it| it.diagnostics.as_ref())
                .and_then(|it| it.refresh_support)
                .unwrap_or_default(),
            related_information: match pull.and_then(|it| it.related_information) {
                Some(it) => it,
                None => publish.and_then(|it| it.related_information).unwrap_or_default(),
            },
            tags: publish.is_some_and(|it| it.tag_support.is_some()) || pull.is_some_and(|it| it.tag_support.is_some()),
            resolve: resolved.is_some_and(|it| it.properties.iter().any(|it| it == "edit"))
                && action.and_then(|it| it.data_support).unwrap_or_default(),
            document_changes,
            create_files: document_changes && operations.contains(&ResourceOperationKind::Create),
            configuration: workspace.and_then(|it| it.configuration).unwrap_or_default(),
            watch: workspace
                .and_then(|it| it.did_change_watched_files.as_ref())
                .and_then(|it| it.dynamic_registration)
                .unwrap_or_default(),
            watch_settings: workspace
                .and_then(|it| it.did_change_configuration.as_ref())
                .and_then(|it| it.dynamic_registration)
                .unwrap_or_default(),
            markdown: hover.is_none_or(|it| it.contains(&MarkupKind::Markdown)),
            completion: CompletionProfile::of(document.and_then(|it| it.completion.as_ref())),
        }
    }

    /// What we can do for such a client.
    pub(super) fn answer(&self) -> InitializeResult {
        let sync = TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
            ..TextDocumentSyncOptions::default()
        };
        let actions = CodeActionOptions {
            code_action_kinds: Some(vec![
                CodeActionKind::QUICKFIX,
                CodeActionKind::REFACTOR,
                CodeActionKind::REFACTOR_EXTRACT,
                FIX_ALL,
            ]),
            resolve_provider: Some(true),
            ..CodeActionOptions::default()
        };
        // Letters ask for completions by themselves.
        let triggers = [":", ".", "!", "$", "{", "[", "\"", "'", " "];
        let completion = CompletionOptions {
            resolve_provider: Some(true),
            trigger_characters: Some(triggers.map(str::to_owned).to_vec()),
            ..CompletionOptions::default()
        };
        let pull = DiagnosticOptions {
            identifier: Some("stacklint".to_owned()),
            inter_file_dependencies: true,
            workspace_diagnostics: false,
            work_done_progress_options: WorkDoneProgressOptions::default(),
        };
        InitializeResult {
            capabilities: ServerCapabilities {
                position_encoding: Some(convert::encoding_kind(self.encoding)),
                text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
                code_action_provider: Some(CodeActionProviderCapability::Options(actions)),
                hover_provider: Some(HoverProviderCapability::Simple(true)),
                completion_provider: Some(completion),
                diagnostic_provider: self.pull.then_some(DiagnosticServerCapabilities::Options(pull)),
                ..ServerCapabilities::default()
            },
            server_info: Some(ServerInfo {
                name: "stacklint".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
            offset_encoding: None,
        }
    }
}
