//! The findings of one state of a file.

use crate::{Kind, Neighbours, suppression};
use model::{Lowered, SmolStr, Stack};
use rules::{Cache, Diagnostic, Fix, Rule, Selection, Severity, Tag};
use rustc_hash::FxHashMap;
use std::sync::{Arc, OnceLock};
use text::{Edits, Text, TextRange};

/// One state of a file and everything that was found in it. Immutable: what is asked of it later is answered for
/// exactly this state.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// The text that was analysed, with the client's version.
    pub text: Text,
    /// What the file is; `None` when it is nothing that we speak about: then there are no findings.
    pub kind: Option<Kind>,
    /// The findings, by place, then by rule.
    pub findings: Vec<Finding>,
    /// Rules that panicked, with their messages. All others ran.
    pub panics: Vec<(&'static str, String)>,
    pub(crate) contiguous: Arc<str>,
    pub(crate) lowered: Arc<Lowered>,
    /// The parsed file, for fixes to be written into.
    pub(crate) source: Option<Source>,
    /// Who answers for other files.
    pub(crate) neighbours: Option<Arc<dyn Neighbours>>,
}

/// A parsed file, in the words of its front end.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    Template(template::Source),
    Cdk(cdk::Source),
}

/// A finding, at its place in the file. All ranges are in bytes.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// How grave it is here.
    pub severity: Severity,
    /// The place that causes it.
    pub range: TextRange,
    /// What is wrong, why it matters and what to do.
    pub message: String,
    /// Other places that belong to it, each with a word about it.
    pub related: Vec<(TextRange, String)>,
    pub(crate) fixes: Fixes,
    /// The id of the resource that it is about: a logical id, a construct id.
    pub resource: Option<SmolStr>,
    /// The CloudFormation type of that resource.
    pub resource_type: Option<SmolStr>,
    /// How an editor may show it.
    pub tag: Option<Tag>,
}

/// The fixes of a finding, looked for when somebody wants them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fixes {
    found: OnceLock<Vec<Fix>>,
    later: Option<Arc<Later>>,
}

/// What fixes are looked for with.
#[derive(Debug)]
struct Later {
    diagnostic: Diagnostic,
    stack: Arc<Stack>,
    selection: Arc<Selection>,
}

impl Fixes {
    pub(crate) fn new(fixes: Vec<Fix>) -> Fixes {
        Fixes { found: OnceLock::from(fixes), later: None }
    }
}

impl Finding {
    /// The ways to mend it; the first is the obvious one. Not every one can be written in every file: see
    /// [`Analysis::edits`].
    pub fn fixes(&self) -> &[Fix] {
        self.fixes.found.get_or_init(|| match self.fixes.later.as_deref() {
            Some(later) => rules::fixes(&later.diagnostic, &later.stack, &later.selection),
            None => Vec::new(),
        })
    }
}

impl Analysis {
    /// The state of a file that we have nothing to say about.
    pub(crate) fn foreign(text: Text) -> Analysis {
        Analysis {
            text,
            kind: None,
            findings: Vec::new(),
            panics: Vec::new(),
            contiguous: "".into(),
            lowered: Arc::default(),
            source: None,
            neighbours: None,
        }
    }

    /// The edits that a fix makes in the text; `None` when it cannot be written in this file's language.
    pub fn edits(&self, fix: &Fix) -> Option<Edits> {
        if let Some(edits) = &fix.edits {
            return Some(edits.clone());
        }
        let raise = || match self.source.as_ref()? {
            Source::Template(source) => template::raise(source, &self.lowered, &fix.changes),
            Source::Cdk(source) => cdk::raise(source, &self.lowered, &fix.changes, fix.intent.as_ref()),
        };
        // A fix that cannot be written is no fix; it must not end the request that asked for it.
        let edits = std::panic::catch_unwind(std::panic::AssertUnwindSafe(raise)).ok()??;
        (!edits.is_empty()).then_some(edits)
    }

    /// The number of findings of `syntax-error`.
    pub fn syntax_errors(&self) -> usize {
        self.findings.iter().filter(|it| it.rule.name == "syntax-error").count()
    }
}

/// Checks what was lowered from a state of a file.
pub(crate) fn analyse(
    kind: Kind,
    text: &Text,
    contiguous: Arc<str>,
    lowered: Lowered,
    selection: &Arc<Selection>,
    caches: &mut FxHashMap<String, Cache>,
) -> Analysis {
    let mut panics = Vec::new();
    let mut findings = Vec::new();
    let mut used = FxHashMap::default();
    for (i, stack) in lowered.stacks.iter().enumerate() {
        // Two stacks of one name keep each other's findings from being kept, nothing worse.
        let name = match (&stack.path, &stack.name) {
            (Some(path), _) => path.to_string(),
            (None, Some(name)) => name.text.to_string(),
            (None, None) => format!("#{i}"),
        };
        let mut cache = caches.remove(&name).unwrap_or_default();
        let outcome = rules::check(stack, selection, &mut cache);
        used.insert(name, cache);
        panics.extend(outcome.panics);
        let found = outcome.diagnostics.iter().flat_map(|it| it.iter());
        findings.extend(found.filter_map(|it| resolve(it, &lowered, stack, selection)));
    }
    *caches = used;
    if let Some(program) = &lowered.program {
        let outcome = rules::check_program(program, selection);
        panics.extend(outcome.panics);
        let found = outcome.diagnostics.iter().flat_map(|it| it.iter());
        findings.extend(found.filter_map(|it| finding(it, &lowered, Fixes::new(it.fixes.clone()))));
    }
    findings.extend(problems(&lowered, selection));

    let lowered = Arc::new(lowered);
    let suppressions = suppression::collect(kind, text, &lowered);
    suppression::apply(&suppressions, text, selection, &mut findings);
    findings.sort_by(|a, b| {
        let key = |it: &Finding| (it.range.start(), it.range.end(), it.rule.name);
        key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message))
    });
    findings.dedup_by(|a, b| a.range == b.range && a.rule.name == b.rule.name && a.message == b.message);
    leave_out_conditional(&mut findings);
    Analysis {
        text: text.clone(),
        kind: Some(kind),
        findings,
        panics,
        contiguous,
        lowered,
        source: None,
        neighbours: None,
    }
}

/// Leaves out what is said to hold under a condition where it is said to hold at all, of another instance of the same code.
fn leave_out_conditional(findings: &mut Vec<Finding>) {
    let said_at_all = |it: &Finding| {
        let Some((_, rest)) = it.message.split_once(" holds, ") else { return false };
        let first = findings.partition_point(|other| other.range.start() < it.range.start());
        let mut here = findings[first..].iter().take_while(|other| other.range.start() == it.range.start());
        here.any(|other| other.range == it.range && other.rule.name == it.rule.name && other.message == rest)
    };
    let left_out: Vec<bool> = findings.iter().map(|it| it.message.starts_with("When ") && said_at_all(it)).collect();
    let mut left_out = left_out.into_iter();
    findings.retain(|_| !left_out.next().unwrap_or_default());
}

fn resolve(it: &Diagnostic, lowered: &Lowered, stack: &Arc<Stack>, selection: &Arc<Selection>) -> Option<Finding> {
    let fixes = match it.has_fixes_later() {
        true => Fixes {
            found: OnceLock::new(),
            later: Some(Arc::new(Later {
                diagnostic: it.clone(),
                stack: Arc::clone(stack),
                selection: Arc::clone(selection),
            })),
        },
        false => Fixes::new(it.fixes.clone()),
    };
    finding(it, lowered, fixes)
}

/// A finding at its place in the file; `None` when it is about another file.
fn finding(it: &Diagnostic, lowered: &Lowered, fixes: Fixes) -> Option<Finding> {
    let related = it.related.iter();
    let related = related.filter_map(|(span, message)| Some((lowered.map.resolve(*span)?, message.clone())));
    Some(Finding {
        rule: it.rule,
        severity: it.severity,
        range: lowered.map.resolve(it.span)?,
        message: it.message.clone(),
        related: related.collect(),
        fixes,
        resource: it.resource.as_ref().map(|it| it.0.clone()),
        resource_type: it.resource.as_ref().map(|it| it.1.clone()),
        tag: it.tag,
    })
}

/// What the front end reported, under the rules that document it.
fn problems<'a>(lowered: &'a Lowered, selection: &'a Selection) -> impl Iterator<Item = Finding> + 'a {
    lowered.problems.iter().filter_map(|it| {
        let rule = rules::find(it.rule)?;
        let severity = selection.severity(rule.name)?;
        let related = it.related.iter();
        let related = related.filter_map(|(span, message)| Some((lowered.map.resolve(*span)?, message.clone())));
        Some(Finding {
            rule,
            severity,
            range: lowered.map.resolve(it.span)?,
            message: it.message.clone(),
            related: related.collect(),
            fixes: Fixes::default(),
            resource: None,
            resource_type: None,
            tag: None,
        })
    })
}
