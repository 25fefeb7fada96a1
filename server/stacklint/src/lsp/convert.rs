//! Between the protocol's types and ours. This is the only file that knows both.

use super::capabilities::{FIX_ALL, Profile};
use super::log::LogLevel;
use ide::{
    Action, ActionKind, Analysis, Completion, CompletionKind, ConfigError, Edits, Encoding, Finding, Refactor,
    RefactorKind, Severity, Tag, Text, TextRange,
};
use rustc_hash::FxHasher;
use serde::{Deserialize, Serialize};
use std::hash::{Hash, Hasher};
use std::path::PathBuf;
use tower_lsp::ls_types::*;

/// How columns are counted: in bytes when the client can, else in what it likes best.
pub(super) fn encoding(offered: &[PositionEncodingKind]) -> Encoding {
    let known = offered.iter().filter_map(|it| match it.as_str() {
        "utf-8" => Some(Encoding::Utf8),
        "utf-16" => Some(Encoding::Utf16),
        "utf-32" => Some(Encoding::Utf32),
        _ => None,
    });
    let known: Vec<Encoding> = known.collect();
    if known.contains(&Encoding::Utf8) { Encoding::Utf8 } else { known.first().copied().unwrap_or_default() }
}

pub(super) fn encoding_kind(encoding: Encoding) -> PositionEncodingKind {
    match encoding {
        Encoding::Utf8 => PositionEncodingKind::UTF8,
        Encoding::Utf16 => PositionEncodingKind::UTF16,
        Encoding::Utf32 => PositionEncodingKind::UTF32,
    }
}

/// The bytes of a range. Places past the end mean the end; a range that runs backwards is empty.
pub(super) fn text_range(text: &Text, range: Range, encoding: Encoding) -> TextRange {
    let start = text.offset(text_position(range.start), encoding);
    let end = text.offset(text_position(range.end), encoding);
    TextRange::new(start, end.max(start))
}

pub(super) fn text_position(position: Position) -> ide::Position {
    ide::Position { line: position.line, column: position.character }
}

pub(super) fn range(text: &Text, range: TextRange, encoding: Encoding) -> Range {
    let position = |offset| {
        let ide::Position { line, column } = text.position(offset, encoding);
        Position { line, character: column }
    };
    Range { start: position(range.start()), end: position(range.end()) }
}

/// The file of a `file:` address.
pub(super) fn path(uri: &str) -> Option<PathBuf> {
    let rest = uri.strip_prefix("file://")?;
    // What stands before the path is the host: none, or this machine.
    let path = &rest[rest.find('/')?..];
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        let hex = |byte: Option<u8>| byte.and_then(|it| char::from(it).to_digit(16));
        let escaped = (byte == b'%').then(|| {
            let mut ahead = rest.clone();
            let value = hex(ahead.next())? * 16 + hex(ahead.next())?;
            rest = ahead;
            Some(value as u8)
        });
        bytes.push(escaped.flatten().unwrap_or(byte));
    }
    let path = String::from_utf8_lossy(&bytes);
    // `/c:/folder` on Windows.
    let drive = cfg!(windows) && path.as_bytes().get(2) == Some(&b':');
    Some(PathBuf::from(if drive { &path[1..] } else { &path }))
}

/// The address of a file.
pub(super) fn uri(path: &std::path::Path) -> Option<String> {
    Uri::from_file_path(path).map(|it| it.as_str().to_owned())
}

/// The parameters of `window/showMessage` and `window/logMessage`.
pub(super) fn message(level: LogLevel, message: &str) -> ShowMessageParams {
    let typ = match level {
        LogLevel::Error => MessageType::ERROR,
        LogLevel::Warn => MessageType::WARNING,
        LogLevel::Info => MessageType::INFO,
        LogLevel::Debug | LogLevel::Off => MessageType::LOG,
    };
    ShowMessageParams { typ, message: message.to_owned() }
}

/// The parameters of `textDocument/publishDiagnostics`, borrowed: they are written once and dropped.
#[derive(Serialize)]
pub(super) struct Publish<'a> {
    pub(super) uri: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) version: Option<i32>,
    pub(super) diagnostics: &'a [Diagnostic],
}

/// What a diagnostic carries for the code actions that are asked for it.
#[derive(Serialize, Deserialize)]
struct DiagnosticData {
    key: String,
}

/// Tells a finding from all others of its document, also after edits elsewhere.
pub(super) fn key(finding: &Finding) -> String {
    let mut hasher = FxHasher::default();
    (finding.rule.name, &finding.message, finding.resource.as_deref()).hash(&mut hasher);
    format!("{}:{:016x}", finding.rule.name, hasher.finish())
}

/// The findings as the client wants them.
pub(super) fn diagnostics(analysis: &Analysis, uri: &str, profile: &Profile) -> Vec<Diagnostic> {
    let uri = uri.parse::<Uri>().ok();
    analysis.findings.iter().map(|it| diagnostic(it, &analysis.text, uri.as_ref(), profile)).collect()
}

fn diagnostic(finding: &Finding, text: &Text, uri: Option<&Uri>, profile: &Profile) -> Diagnostic {
    let related = uri.filter(|_| profile.related_information && !finding.related.is_empty()).map(|uri| {
        let related = finding.related.iter();
        let related = related.map(|(place, message)| DiagnosticRelatedInformation {
            location: Location { uri: uri.clone(), range: range(text, *place, profile.encoding) },
            message: message.clone(),
        });
        related.collect()
    });
    let tags = finding.tag.filter(|_| profile.tags).map(|tag| match tag {
        Tag::Deprecated => vec![DiagnosticTag::DEPRECATED],
        Tag::Unnecessary => vec![DiagnosticTag::UNNECESSARY],
    });
    Diagnostic {
        range: range(text, finding.range, profile.encoding),
        severity: Some(severity(finding.severity)),
        code: Some(NumberOrString::String(finding.rule.name.to_owned())),
        code_description: finding.rule.url().parse().ok().map(|href| CodeDescription { href }),
        source: Some("stacklint".to_owned()),
        message: finding.message.clone(),
        related_information: related,
        tags,
        data: serde_json::to_value(DiagnosticData { key: key(finding) }).ok(),
    }
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Info => DiagnosticSeverity::INFORMATION,
        Severity::Hint => DiagnosticSeverity::HINT,
    }
}

/// A fault of a configuration file, from its column to the end of its line.
pub(super) fn config_diagnostic(error: &ConfigError, text: &Text, profile: &Profile) -> Diagnostic {
    let zero_based = |it: Option<usize>| it.map_or(0, |it| it.saturating_sub(1) as u32);
    let (line, column) = (zero_based(error.line), zero_based(error.column));
    let offset = |column| text.offset(ide::Position { line, column }, Encoding::Utf32);
    let place = TextRange::new(offset(column), offset(u32::MAX));
    Diagnostic {
        range: range(text, place, profile.encoding),
        severity: Some(DiagnosticSeverity::ERROR),
        code: Some(NumberOrString::String("configuration".to_owned())),
        source: Some("stacklint".to_owned()),
        message: error.message.clone(),
        ..Diagnostic::default()
    }
}

/// A full report of these diagnostics, or word that they are as they were in the report called `previous`.
pub(super) fn report(items: Vec<Diagnostic>, previous: Option<&str>) -> DocumentDiagnosticReportResult {
    let mut hasher = FxHasher::default();
    serde_json::to_string(&items).unwrap_or_default().hash(&mut hasher);
    let id = format!("{:016x}", hasher.finish());
    let report = if previous == Some(&id) {
        DocumentDiagnosticReport::Unchanged(RelatedUnchangedDocumentDiagnosticReport {
            related_documents: None,
            unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id: id },
        })
    } else {
        DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
            related_documents: None,
            full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id: Some(id), items },
        })
    };
    DocumentDiagnosticReportResult::Report(report)
}

/// What an action carries until it is chosen.
#[derive(Serialize, Deserialize)]
pub(super) struct ActionData {
    /// The document.
    pub(super) uri: String,
    /// The state of the document that it was offered for.
    pub(super) generation: u64,
    what: What,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum What {
    Fix { finding: usize, fix: usize },
    AllowHere { finding: usize },
    AllowResource { finding: usize },
    Refactor { start: u32, end: u32, title: String },
    FixAll,
}

/// A document in one state, for answers that speak about it.
pub(super) struct Place<'a> {
    pub(super) uri: &'a Uri,
    pub(super) generation: u64,
}

/// The actions that a client asks for.
pub(super) fn actions(
    analysis: &Analysis,
    params: &CodeActionParams,
    place: &Place<'_>,
    profile: &Profile,
) -> Vec<CodeActionOrCommand> {
    let wants = |kind: &CodeActionKind| match &params.context.only {
        None => true,
        Some(only) => only.iter().any(|it| includes(it, kind)),
    };
    let mut out = Vec::new();
    if wants(&CodeActionKind::QUICKFIX) {
        for index in asked_for(analysis, params, profile) {
            let finding = &analysis.findings[index];
            let diagnostic = diagnostic(finding, &analysis.text, Some(place.uri), profile);
            let actions = analysis.actions_for(index);
            out.extend(actions.iter().filter_map(|it| quick_fix(analysis, it, &diagnostic, place, profile)));
        }
    }
    if [CodeActionKind::REFACTOR, CodeActionKind::REFACTOR_EXTRACT].iter().any(wants) {
        let range = text_range(&analysis.text, params.range, profile.encoding);
        let refactors = analysis.refactors(range).into_iter().filter(|it| wants(&refactor_kind(it.kind)));
        out.extend(refactors.filter_map(|it| refactor(analysis, it, range, place, profile)));
    }
    // Without being asked for by kind it is offered only on demand: the light bulb follows every move of the cursor.
    let on_demand =
        params.context.only.is_some() || params.context.trigger_kind != Some(CodeActionTriggerKind::AUTOMATIC);
    if wants(&FIX_ALL) && on_demand {
        out.extend(fix_all(analysis, place, profile));
    }
    out.into_iter().map(CodeActionOrCommand::CodeAction).collect()
}

/// True when a client that asks for `wide` gets `kind`: kinds are hierarchies, divided by dots.
fn includes(wide: &CodeActionKind, kind: &CodeActionKind) -> bool {
    let (wide, kind) = (wide.as_str(), kind.as_str());
    wide.is_empty() || kind.strip_prefix(wide).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The findings that touch the range, and those that the client names: some clients send a range that is off.
fn asked_for(analysis: &Analysis, params: &CodeActionParams, profile: &Profile) -> Vec<usize> {
    let text = &analysis.text;
    let wanted = text_range(text, params.range, profile.encoding);
    let named = |finding: &Finding| {
        params.context.diagnostics.iter().any(|it| {
            let same_rule = it.code == Some(NumberOrString::String(finding.rule.name.to_owned()));
            let data = it.data.as_ref().and_then(|it| DiagnosticData::deserialize(it).ok());
            let touches = text_range(text, it.range, profile.encoding).intersect(finding.range).is_some();
            same_rule && touches && data.is_none_or(|it| it.key == key(finding))
        })
    };
    let findings = analysis.findings.iter().enumerate();
    let findings = findings.filter(|(_, it)| it.range.intersect(wanted).is_some() || named(it));
    findings.map(|(index, _)| index).collect()
}

fn quick_fix(
    analysis: &Analysis,
    action: &Action,
    diagnostic: &Diagnostic,
    place: &Place<'_>,
    profile: &Profile,
) -> Option<CodeAction> {
    let finding = action.finding;
    let what = match action.kind {
        ActionKind::Fix(fix) => What::Fix { finding, fix },
        ActionKind::AllowHere => What::AllowHere { finding },
        ActionKind::AllowResource => What::AllowResource { finding },
    };
    let edit =
        if profile.resolve { None } else { Some(workspace_edit(analysis, &analysis.resolve(action)?, place, profile)) };
    Some(CodeAction {
        title: action.title.clone(),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![diagnostic.clone()]),
        edit,
        is_preferred: Some(action.preferred),
        data: data(what, place, profile),
        ..CodeAction::default()
    })
}

fn refactor_kind(kind: RefactorKind) -> CodeActionKind {
    match kind {
        RefactorKind::Extract => CodeActionKind::REFACTOR_EXTRACT,
        RefactorKind::Other => CodeActionKind::REFACTOR,
    }
}

fn refactor(
    analysis: &Analysis,
    refactor: Refactor,
    range: TextRange,
    place: &Place<'_>,
    profile: &Profile,
) -> Option<CodeAction> {
    let edit = refactor_edit(analysis, &refactor, place, profile)?;
    let (start, end, title) = (range.start().into(), range.end().into(), refactor.title.clone());
    Some(CodeAction {
        title: refactor.title,
        kind: Some(refactor_kind(refactor.kind)),
        edit: (!profile.resolve).then_some(edit),
        data: data(What::Refactor { start, end, title }, place, profile),
        ..CodeAction::default()
    })
}

/// The edit of a refactor; `None` where the client cannot make the files that belong to it.
fn refactor_edit(analysis: &Analysis, it: &Refactor, place: &Place<'_>, profile: &Profile) -> Option<WorkspaceEdit> {
    let edit = workspace_edit(analysis, &it.edits, place, profile);
    if it.files.is_empty() {
        return Some(edit);
    }
    if !profile.create_files {
        return None;
    }
    let folder = place.uri.as_str().rsplit_once('/')?.0;
    let mut operations = Vec::new();
    for file in &it.files {
        let uri: Uri = format!("{folder}/{}", file.path).parse().ok()?;
        let options = CreateFileOptions { overwrite: Some(false), ignore_if_exists: Some(false) };
        operations.push(DocumentChangeOperation::Op(ResourceOp::Create(CreateFile {
            uri: uri.clone(),
            options: Some(options),
            annotation_id: None,
        })));
        let text = TextEdit { range: Range::default(), new_text: file.text.clone() };
        operations.push(DocumentChangeOperation::Edit(TextDocumentEdit {
            text_document: OptionalVersionedTextDocumentIdentifier { uri, version: None },
            edits: vec![OneOf::Left(text)],
        }));
    }
    if let Some(DocumentChanges::Edits(edits)) = edit.document_changes {
        operations.extend(edits.into_iter().filter(|it| !it.edits.is_empty()).map(DocumentChangeOperation::Edit));
    }
    Some(WorkspaceEdit { document_changes: Some(DocumentChanges::Operations(operations)), ..WorkspaceEdit::default() })
}

fn fix_all(analysis: &Analysis, place: &Place<'_>, profile: &Profile) -> Option<CodeAction> {
    let safe = |it: &ide::Fix| it.preferred && it.applicability >= ide::Applicability::Safe;
    analysis.findings.iter().find(|it| it.fixes().iter().any(safe))?;
    let edit = if profile.resolve {
        None
    } else {
        Some(workspace_edit(analysis, &analysis.fix_all(ide::Applicability::Safe)?.0, place, profile))
    };
    Some(CodeAction {
        title: "Apply all safe fixes of stacklint".to_owned(),
        kind: Some(FIX_ALL),
        edit,
        data: data(What::FixAll, place, profile),
        ..CodeAction::default()
    })
}

fn data(what: What, place: &Place<'_>, profile: &Profile) -> Option<serde_json::Value> {
    let data = ActionData { uri: place.uri.as_str().to_owned(), generation: place.generation, what };
    profile.resolve.then(|| serde_json::to_value(data).ok()).flatten()
}

/// What an action says of itself.
pub(super) fn action_data(action: &CodeAction) -> Option<ActionData> {
    ActionData::deserialize(action.data.as_ref()?).ok()
}

/// The edit of a chosen action; `None` when it cannot be written.
pub(super) fn resolve(analysis: &Analysis, data: &ActionData, profile: &Profile) -> Option<WorkspaceEdit> {
    let uri = data.uri.parse::<Uri>().ok()?;
    let place = Place { uri: &uri, generation: data.generation };
    let action = |finding, kind| Action { title: String::new(), kind, preferred: false, finding };
    let edits = match &data.what {
        What::Refactor { start, end, title } => {
            let range = TextRange::new((*start).into(), (*end).max(*start).into());
            let refactor = analysis.refactors(range).into_iter().find(|it| it.title == *title)?;
            return refactor_edit(analysis, &refactor, &place, profile);
        }
        What::Fix { finding, fix } => analysis.resolve(&action(*finding, ActionKind::Fix(*fix)))?,
        What::AllowHere { finding } => analysis.resolve(&action(*finding, ActionKind::AllowHere))?,
        What::AllowResource { finding } => analysis.resolve(&action(*finding, ActionKind::AllowResource))?,
        What::FixAll => analysis.fix_all(ide::Applicability::Safe)?.0,
    };
    Some(workspace_edit(analysis, &edits, &place, profile))
}

fn workspace_edit(analysis: &Analysis, edits: &Edits, place: &Place<'_>, profile: &Profile) -> WorkspaceEdit {
    let text = &analysis.text;
    let edits = edits.iter();
    let edits = edits.map(|it| TextEdit { range: range(text, it.range, profile.encoding), new_text: it.text.clone() });
    if profile.document_changes {
        let document = OptionalVersionedTextDocumentIdentifier { uri: place.uri.clone(), version: Some(text.version) };
        let edit = TextDocumentEdit { text_document: document, edits: edits.map(OneOf::Left).collect() };
        return WorkspaceEdit {
            document_changes: Some(DocumentChanges::Edits(vec![edit])),
            ..WorkspaceEdit::default()
        };
    }
    let changes = std::iter::once((place.uri.clone(), edits.collect())).collect();
    WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }
}

/// The hover at a position.
pub(super) fn hover(analysis: &Analysis, position: Position, profile: &Profile) -> Option<Hover> {
    let offset = analysis.text.offset(text_position(position), profile.encoding);
    let hover = analysis.hover(offset)?;
    let range = range(&analysis.text, hover.range, profile.encoding);
    let content = match profile.markdown {
        true => MarkupContent { kind: MarkupKind::Markdown, value: hover.markdown },
        false => MarkupContent { kind: MarkupKind::PlainText, value: hover.plain() },
    };
    Some(Hover { contents: HoverContents::Markup(content), range: Some(range) })
}

/// What may be written at a position.
pub(super) fn completions(analysis: &Analysis, params: &CompletionParams, profile: &Profile) -> CompletionResponse {
    let text = &analysis.text;
    let position = params.text_document_position.position;
    let offset = text.offset(text_position(position), profile.encoding);
    let typed = params.context.as_ref().and_then(|it| it.trigger_character.as_deref());
    if typed == Some(" ") && !begins_value(text, offset) {
        return CompletionResponse::List(CompletionList::default());
    }
    let options = ide::CompletionOptions { snippets: profile.completion.snippets };
    let found = analysis.completions(offset, options);
    let items = found.items.into_iter().enumerate();
    CompletionResponse::List(CompletionList {
        is_incomplete: found.is_incomplete,
        items: items.map(|(index, it)| completion(it, index, text, profile)).collect(),
    })
}

/// True when the space in front of `offset` is the one behind a colon, a dash, a comma or a tag: others only indent, or
/// stand in a text.
fn begins_value(text: &Text, offset: ide::TextSize) -> bool {
    let before = text.slice(TextRange::new(text.line_start(text.line_of(offset)), offset));
    let before = before.trim_end();
    let last = before.rsplit([' ', '\t']).next().unwrap_or_default();
    before.ends_with([':', ',', '[']) || last == "-" || last.starts_with('!')
}

fn completion(it: Completion, index: usize, text: &Text, profile: &Profile) -> CompletionItem {
    let profile_of_items = profile.completion;
    let place = |it| range(text, it, profile.encoding);
    let (insert, replace) = (place(it.insert), place(it.replace));
    let is_long = it.text.contains('\n');
    // Neovim before 0.11 takes the place of an item to heart only where there is no other text to filter by.
    let filter = (it.filter != it.label).then_some(it.filter);
    let edit = if profile_of_items.insert_replace {
        InsertReplaceEdit { new_text: it.text, insert, replace }.into()
    } else {
        TextEdit { range: replace, new_text: it.text }.into()
    };
    CompletionItem {
        label: it.label,
        kind: Some(completion_kind(it.kind)),
        detail: it.detail,
        sort_text: Some(format!("{index:04}")),
        filter_text: filter,
        insert_text_format: it.is_snippet.then_some(InsertTextFormat::SNIPPET),
        insert_text_mode: (is_long && profile_of_items.adjust_indentation)
            .then_some(InsertTextMode::ADJUST_INDENTATION),
        text_edit: Some(edit),
        additional_text_edits: it
            .comma
            .map(|at| vec![TextEdit { range: place(TextRange::empty(at)), new_text: ",".to_owned() }]),
        tags: (it.is_deprecated && profile_of_items.tags).then(|| vec![CompletionItemTag::DEPRECATED]),
        data: it.topic.and_then(|it| serde_json::to_value(it).ok()),
        ..CompletionItem::default()
    }
}

fn completion_kind(kind: CompletionKind) -> CompletionItemKind {
    match kind {
        CompletionKind::Keyword => CompletionItemKind::KEYWORD,
        CompletionKind::Type => CompletionItemKind::CLASS,
        CompletionKind::Property => CompletionItemKind::PROPERTY,
        CompletionKind::Value => CompletionItemKind::ENUM_MEMBER,
        CompletionKind::Resource => CompletionItemKind::STRUCT,
        CompletionKind::Name => CompletionItemKind::VARIABLE,
        CompletionKind::Constant => CompletionItemKind::CONSTANT,
        CompletionKind::Attribute => CompletionItemKind::FIELD,
        CompletionKind::Function => CompletionItemKind::FUNCTION,
        CompletionKind::Action => CompletionItemKind::METHOD,
    }
}

/// A completion with what is said about it.
pub(super) fn documented(item: CompletionItem, profile: &Profile) -> CompletionItem {
    let topic = item.data.as_ref().and_then(|it| ide::Topic::deserialize(it).ok());
    let (kind, value) = match profile.completion.markdown {
        true => (MarkupKind::Markdown, topic.and_then(|it| it.documentation())),
        false => (MarkupKind::PlainText, topic.and_then(|it| it.plain_documentation())),
    };
    let Some(value) = value else { return item };
    CompletionItem { documentation: Some(Documentation::MarkupContent(MarkupContent { kind, value })), ..item }
}
