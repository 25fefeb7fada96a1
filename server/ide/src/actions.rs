//! Quick fixes, and what is like them.

use crate::analysis::Source;
use crate::{Analysis, Document, Finding, Kind, suppression};
use model::{Change, Intent, Literal, SmolStr};
use rules::{Applicability, Fix, Selection};
use std::sync::Arc;
use text::{Edits, Text, TextRange};

/// Something that can be done about a finding.
#[derive(Clone, Debug)]
pub struct Action {
    /// What it does, as a command.
    pub title: String,
    /// What sort of action it is.
    pub kind: ActionKind,
    /// True when it is the obvious one, which an editor may apply without asking.
    pub preferred: bool,
    /// The finding, as an index into [`Analysis::findings`].
    pub finding: usize,
}

/// The sorts of actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionKind {
    /// Applies this fix of the finding, by index.
    Fix(usize),
    /// Allows the rule at this place, in a comment with room for the reason.
    AllowHere,
    /// Allows the rule for the whole resource.
    AllowResource,
}

impl Analysis {
    /// What can be done about the findings that touch `range`, and that can be written in this file. The edits come from
    /// [`Analysis::resolve`].
    pub fn actions(&self, range: TextRange) -> Vec<Action> {
        let touching = |it: &Finding| it.range.intersect(range).is_some();
        let touched = self.findings.iter().enumerate().filter(|(_, it)| touching(it));
        touched.flat_map(|(index, _)| self.actions_for(index)).collect()
    }

    /// What can be done about one finding.
    pub fn actions_for(&self, index: usize) -> Vec<Action> {
        let Some(finding) = self.findings.get(index) else { return Vec::new() };
        let mut out = Vec::new();
        for (i, fix) in finding.fixes().iter().enumerate() {
            if self.edits(fix).is_some() {
                let (title, kind) = (fix.title.clone(), ActionKind::Fix(i));
                out.push(Action { title, kind, preferred: fix.preferred, finding: index });
            }
        }
        let rule = finding.rule.name;
        if rule != "unused-suppression" && rule != "syntax-error" {
            let mut push = |title, kind| out.push(Action { title, kind, preferred: false, finding: index });
            if self.kind.is_some_and(|it| it.comment().is_some()) {
                push(format!("Allow {rule} here"), ActionKind::AllowHere);
            }
            if let Some(resource) = &finding.resource {
                push(format!("Allow {rule} for all of `{resource}`"), ActionKind::AllowResource);
            }
        }
        out
    }

    /// The edits of an action; `None` when it cannot be written here.
    pub fn resolve(&self, action: &Action) -> Option<Edits> {
        let finding = self.findings.get(action.finding)?;
        match action.kind {
            ActionKind::Fix(index) => self.edits(finding.fixes().get(index)?),
            ActionKind::AllowHere => {
                let kind = self.kind?;
                let edits = suppression::comment_above(kind, &self.text, finding.range.start(), finding.rule.name)?;
                // Within a string of several lines a comment would be text, not a comment.
                if self.is_allowed_by(&edits, finding) { Some(edits) } else { self.allow_resource(finding) }
            }
            ActionKind::AllowResource => self.allow_resource(finding),
        }
    }

    /// The edits of all fixes that may be applied unasked at `least` this applicability, as far as they do not touch each
    /// other; `None` when there are none. What is left can be had by asking again after they were applied.
    pub fn fix_all(&self, least: Applicability) -> Option<(Edits, Vec<&Finding>)> {
        let mut batch = Batch::default();
        let mut fixed = Vec::new();
        for finding in &self.findings {
            let Some((fix, edits)) = self.obvious(finding, least) else { continue };
            if batch.add(fix, &edits) {
                fixed.push(finding);
            }
        }
        (!batch.edits.is_empty()).then_some((batch.edits, fixed))
    }

    /// The fix of a finding that may be applied unasked at `least` this applicability, with its edits.
    fn obvious<'f>(&self, finding: &'f Finding, least: Applicability) -> Option<(&'f Fix, Edits)> {
        let fix = finding.fixes().iter().find(|it| it.preferred && it.applicability >= least)?;
        Some((fix, self.edits(fix)?))
    }

    fn allow_resource(&self, finding: &Finding) -> Option<Edits> {
        let kind = self.kind?;
        let resources = self.lowered.stacks.iter().flat_map(|it| &it.resources);
        let mut named = resources.filter(|it| Some(&it.id.text) == finding.resource.as_ref());
        let resource = named.find(|it| {
            let origin = self.lowered.map.resolve(it.origin);
            Some(&it.ty.text) == finding.resource_type.as_ref()
                || origin.is_some_and(|it| it.contains_range(finding.range))
        })?;
        // What a transform makes is allowed where the author wrote what it is made of.
        let origin = resource.made.as_ref().map_or(resource.origin, |it| it.origin);
        if kind == Kind::Template(template::Format::Json) {
            let path = format!("stacklint.allow.{}", finding.rule.name);
            let change =
                Change::SetAttribute { origin, attribute: "Metadata".into(), path, value: Literal::text("say why") };
            let Some(Source::Template(source)) = &self.source else { return None };
            return template::raise(source, &self.lowered, &[change]);
        }
        let origin = self.lowered.map.resolve(origin)?;
        let start = self.lowered.map.resolve(resource.id.span)?.cover(origin).start();
        let edits = suppression::comment_above(kind, &self.text, start, finding.rule.name)?;
        self.is_allowed_by(&edits, finding).then_some(edits)
    }

    /// True when these edits make `finding` go away and break nothing.
    fn is_allowed_by(&self, edits: &Edits, finding: &Finding) -> bool {
        let Some(rule) = rules::ALL.iter().copied().find(|it| it.name == finding.rule.name) else { return false };
        let selection = Arc::new(Selection::new(vec![(rule, rule.severity)], rules::Options::default()));
        let count =
            |analysis: &Analysis| analysis.findings.iter().filter(|it| it.rule.name == finding.rule.name).count();
        let path = match self.kind {
            Some(Kind::Cdk(cdk::Dialect::Tsx)) => "file.tsx",
            Some(Kind::Cdk(_)) => "file.ts",
            _ => "file.yaml",
        };
        let document = || Document::new(path, Arc::clone(&selection)).with_neighbours(self.neighbours.clone());
        let before = document().analyse(&self.text);
        let after = document().analyse(&Text::new(&edits.apply(&self.contiguous), 0));
        count(&after) < count(&before)
    }
}

/// What fixing a whole text came to.
#[derive(Clone, Debug)]
pub struct Fixed {
    /// The text after all fixes.
    pub text: String,
    /// The rules whose findings were fixed, one entry for each finding.
    pub rules: Vec<&'static str>,
}

impl Document {
    /// Applies fixes to a text, round after round, until none is left that may be applied at `least` this applicability.
    ///
    /// A fix after which the text parses worse, or that does not make its finding go away, is left out.
    pub fn fix(&mut self, text: &Text, least: Applicability) -> Fixed {
        /// More rounds than any real text needs; a fix that calls for itself forever ends here.
        const MAX_ROUNDS: usize = 20;
        let mut fixed = Fixed { text: text.to_string(), rules: Vec::new() };
        let mut analysis = self.analyse(text);
        let mut refused: Vec<(&'static str, String)> = Vec::new();
        for _ in 0..MAX_ROUNDS {
            let is_refused = |finding: &Finding, refused: &[(&str, String)]| {
                refused.iter().any(|(rule, message)| *rule == finding.rule.name && *message == finding.message)
            };
            let mut batch = Batch::default();
            let mut members = Vec::new();
            for finding in &analysis.findings {
                let Some((fix, edits)) = analysis.obvious(finding, least) else { continue };
                if !is_refused(finding, &refused) && batch.add(fix, &edits) {
                    members.push((finding.clone(), edits));
                }
            }
            if members.is_empty() {
                break;
            }
            let next = self.analyse(&Text::new(&batch.edits.apply(&fixed.text), text.version));
            if improves(&analysis, &next, members.iter().map(|(it, _)| it)) {
                fixed.text = next.text.to_string();
                fixed.rules.extend(members.iter().map(|(it, _)| it.rule.name));
                analysis = next;
                continue;
            }
            // Together they do harm: one at a time shows which.
            let mut progressed = false;
            for (finding, edits) in members {
                let next = self.analyse(&Text::new(&edits.apply(&fixed.text), text.version));
                if improves(&analysis, &next, std::iter::once(&finding)) {
                    fixed.text = next.text.to_string();
                    fixed.rules.push(finding.rule.name);
                    analysis = next;
                    progressed = true;
                    // The other edits were for the text before this one.
                    break;
                }
                refused.push((finding.rule.name, finding.message.clone()));
            }
            if !progressed {
                break;
            }
        }
        fixed
    }
}

/// Fixes to apply together: their edits do not touch each other, and no two declare something under the same name. Each
/// has chosen a name that was free before any of them.
#[derive(Default)]
struct Batch {
    edits: Edits,
    declared: Vec<SmolStr>,
}

impl Batch {
    /// Adds a fix; false when it has to wait.
    fn add(&mut self, fix: &Fix, edits: &Edits) -> bool {
        let names = fix.changes.iter().filter_map(|it| match it {
            Change::AddParameter { name, .. }
            | Change::AddCondition { name, .. }
            | Change::AddResource { id: name, .. } => Some(name.clone()),
            _ => None,
        });
        let by_intent = fix.intent.iter().filter_map(|it| match it {
            Intent::HttpsListener { certificate_parameter, .. } => Some(certificate_parameter.clone()),
            _ => None,
        });
        let names: Vec<SmolStr> = names.chain(by_intent).collect();
        if names.iter().any(|it| self.declared.contains(it)) || self.edits.merge(edits).is_err() {
            return false;
        }
        self.declared.extend(names);
        true
    }
}

/// True when the fixed findings are gone and the text parses no worse.
fn improves<'a>(before: &Analysis, after: &Analysis, fixed: impl Iterator<Item = &'a Finding>) -> bool {
    let count = |analysis: &Analysis, rule: &str| analysis.findings.iter().filter(|it| it.rule.name == rule).count();
    after.syntax_errors() <= before.syntax_errors()
        && after.kind == before.kind
        && fixed.into_iter().all(|it| count(after, it.rule.name) < count(before, it.rule.name))
}
