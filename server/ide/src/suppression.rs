//! What authors have said they allow: our own comments, and what they wrote for other tools.

use crate::analysis::Fixes;
use crate::{Finding, Kind};
use model::{Lowered, Map, Node, Resource, Value};
use rules::{Applicability, Fix, Rule, Selection, Severity};
use text::{Edits, Encoding, Text, TextEdit, TextRange, TextSize};

/// Something that an author allows somewhere.
#[derive(Debug)]
pub(crate) struct Suppression {
    allows: Allows,
    scope: Scope,
    /// The word and the comment that say so, for one of our own comments: it is reported when it has no use.
    own: Option<Own>,
}

#[derive(Debug)]
enum Allows {
    Rules(Vec<&'static Rule>),
    /// `allow all`.
    All,
}

#[derive(Debug)]
enum Scope {
    File,
    Lines(u32, u32),
    Range(TextRange),
}

#[derive(Debug)]
struct Own {
    word: String,
    word_range: TextRange,
    comment: TextRange,
    /// The only word of its comment.
    alone: bool,
}

/// Everything that the file allows.
pub(crate) fn collect(kind: Kind, text: &Text, lowered: &Lowered) -> Vec<Suppression> {
    let mut out = Vec::new();
    for stack in &lowered.stacks {
        for resource in &stack.resources {
            if let Some(metadata) = resource.attributes.get("Metadata").and_then(Node::as_map)
                && let Some(range) = extent(resource, lowered)
            {
                from_metadata(metadata, &Target::Range(range), &mut out);
            }
        }
        if let Some(metadata) = stack.metadata.as_ref().and_then(Node::as_map) {
            from_metadata(metadata, &Target::File, &mut out);
        }
    }
    if lowered.comments.is_empty() {
        return out;
    }
    let resources = lowered.stacks.iter().flat_map(|it| &it.resources);
    let mut comments = Comments {
        text,
        resources: resources
            .filter_map(|it| extent(it, lowered))
            .map(|range| (text.line_of(range.start()), range))
            .collect(),
        marker: kind.comment().unwrap_or("#"),
        out: &mut out,
    };
    for comment in &lowered.comments {
        if let Some(range) = lowered.map.resolve(comment.span) {
            comments.read(range, comment.own_line);
        }
    }
    out
}

/// Drops the findings that are allowed, and reports the comments that allow nothing.
pub(crate) fn apply(suppressions: &[Suppression], text: &Text, selection: &Selection, findings: &mut Vec<Finding>) {
    if suppressions.is_empty() {
        return;
    }
    let mut used = vec![false; suppressions.len()];
    findings.retain(|finding| {
        let mut keep = true;
        for (suppression, used) in suppressions.iter().zip(&mut used) {
            if suppression.covers(finding, text) {
                *used = true;
                keep = false;
            }
        }
        keep
    });
    let Some(severity) = selection.severity("unused-suppression") else { return };
    let Some(rule) = rules::find("unused-suppression") else { return };
    for (suppression, used) in suppressions.iter().zip(used) {
        if !used {
            findings.extend(suppression.unused(rule, severity, text, selection));
        }
    }
}

impl Suppression {
    fn covers(&self, finding: &Finding, text: &Text) -> bool {
        let named = match &self.allows {
            Allows::All => true,
            Allows::Rules(rules) => rules.iter().any(|it| it.name == finding.rule.name),
        };
        named
            && match self.scope {
                Scope::File => true,
                Scope::Range(range) => range.contains(finding.range.start()),
                Scope::Lines(first, last) => (first..=last).contains(&text.line_of(finding.range.start())),
            }
    }

    fn unused(&self, rule: &'static Rule, severity: Severity, text: &Text, selection: &Selection) -> Option<Finding> {
        let own = self.own.as_ref()?;
        let message = match &self.allows {
            Allows::All => "Nothing is reported here that this could allow. Remove it.".to_owned(),
            Allows::Rules(rules) if rules.is_empty() => match rules::nearest(&own.word) {
                Some(near) => format!("No rule is called `{}`. Did you mean `{near}`?", own.word),
                None => format!("No rule is called `{}`.", own.word),
            },
            Allows::Rules(rules) => {
                // What does not run cannot find anything.
                rules.iter().find(|it| selection.severity(it.name).is_some())?;
                format!("`{}` reports nothing here. Remove this.", own.word)
            }
        };
        let edit = if own.alone { remove_comment(own.comment, text) } else { remove_word(own.word_range, text) };
        let fix = Fix {
            title: format!("Remove the suppression of `{}`", own.word),
            applicability: Applicability::Safe,
            changes: Vec::new(),
            intent: None,
            preferred: true,
            edits: Edits::new(vec![edit]).ok(),
        };
        Some(Finding {
            rule,
            severity,
            range: own.word_range,
            message,
            related: Vec::new(),
            fixes: Fixes::new(vec![fix]),
            resource: None,
            resource_type: None,
            tag: Some(rules::Tag::Unnecessary),
        })
    }
}

/// The whole comment, and its line when nothing else is on it.
fn remove_comment(comment: TextRange, text: &Text) -> TextEdit {
    let line = text.line_of(comment.start());
    let start = text.line_start(line);
    let before = text.slice(TextRange::new(start, comment.start()));
    if before.trim().is_empty() {
        return TextEdit::delete(TextRange::new(start, text.line_start(line + 1).max(comment.end())));
    }
    let kept = TextSize::of(before.trim_end());
    TextEdit::delete(TextRange::new(start + kept, comment.end()))
}

/// One word of several, with a comma beside it.
fn remove_word(word: TextRange, text: &Text) -> TextEdit {
    let after = text.slice(TextRange::new(word.end(), text.len()));
    let gap = after.len() - after.trim_start_matches([' ', '\t']).len();
    if after[gap..].starts_with(',') {
        let rest = &after[gap + 1..];
        let end = gap + 1 + (rest.len() - rest.trim_start_matches([' ', '\t']).len());
        return TextEdit::delete(TextRange::new(word.start(), word.end() + text::size(end)));
    }
    let before = text.slice(TextRange::new(text.line_start(text.line_of(word.start())), word.start()));
    let kept = before.trim_end().trim_end_matches(',').len();
    TextEdit::delete(TextRange::new(word.start() - text::size(before.len() - kept), word.end()))
}

/// Reads comments that speak to a tool.
struct Comments<'a> {
    text: &'a Text,
    /// Every resource, with its first line.
    resources: Vec<(u32, TextRange)>,
    /// How a comment begins.
    marker: &'static str,
    out: &'a mut Vec<Suppression>,
}

impl Comments<'_> {
    fn read(&mut self, range: TextRange, own_line: bool) {
        let comment = self.text.slice(range);
        if let Some(at) = comment.find("stacklint:") {
            self.ours(&comment, at + "stacklint:".len(), range, own_line);
        }
        if let Some(at) = comment.find("checkov:skip=") {
            let ids = comment[at + "checkov:skip=".len()..].split([':', ' ', '\t']).next().unwrap_or_default();
            // Innermost first: CDK declarations nest.
            let below = self.text.line_of(range.start()) + 1;
            let around = self.resources.iter().filter(|(line, it)| it.contains_range(range) || *line == below);
            let Some((_, scope)) = around.min_by_key(|(_, it)| it.len()).copied() else { return };
            for id in ids.split(',') {
                foreign("checkov", id.trim(), &Target::Range(scope), self.out);
            }
        }
    }

    /// `stacklint: allow RULE[, RULE] -- reason` and `stacklint: allow-file RULE`, from the byte `at` of the comment.
    fn ours(&mut self, comment: &str, at: usize, range: TextRange, own_line: bool) {
        let rest = comment[at..].trim_start();
        let (verb, words) = match rest.strip_prefix("allow-file") {
            Some(words) => ("allow-file", words),
            None => match rest.strip_prefix("allow") {
                Some(words) => ("allow", words),
                None => return,
            },
        };
        if !words.starts_with([' ', '\t']) {
            return;
        }
        let end = words.find("--").or_else(|| words.find("*/")).unwrap_or(words.len());
        let names = &words[..end];
        let count = names.split(',').filter(|it| !it.trim().is_empty()).count();
        let mut offset = comment.len() - words.len();
        for piece in names.split(',') {
            let word = piece.trim();
            let start = offset + piece.len() - piece.trim_start().len();
            offset += piece.len() + 1;
            if word.is_empty() {
                continue;
            }
            let scope = if verb == "allow-file" { Scope::File } else { self.place(range, own_line) };
            let word_range = TextRange::at(range.start() + text::size(start), TextSize::of(word));
            let own = Own { word: word.to_owned(), word_range, comment: range, alone: count == 1 };
            self.out.push(Suppression { allows: Allows::named(word), scope, own: Some(own) });
        }
    }

    /// The lines, or the whole resource, that a comment speaks about.
    fn place(&self, comment: TextRange, own_line: bool) -> Scope {
        let line = self.text.line_of(comment.start());
        let mut target = line;
        if own_line {
            // Comments may stand below one another; what they are about comes after the last.
            target += 1;
            while target + 1 < self.text.line_count() && self.is_comment(target) {
                target += 1;
            }
        }
        if let Some(range) = self.starts_on(target) {
            return Scope::Range(range);
        }
        // Directly below the name of a resource it speaks for all of it too.
        if own_line
            && let Some(above) = (0..line).rev().find(|it| !self.is_comment(*it))
            && let Some(range) = self.starts_on(above).filter(|it| it.contains_range(comment))
        {
            return Scope::Range(range);
        }
        Scope::Lines(line.min(target), target)
    }

    fn is_comment(&self, line: u32) -> bool {
        self.text.line(line).trim_start().starts_with(self.marker)
    }

    /// The largest resource whose first line this is.
    fn starts_on(&self, line: u32) -> Option<TextRange> {
        let found = self.resources.iter().filter(|it| it.0 == line);
        found.map(|it| it.1).max_by_key(|it| it.len())
    }
}

impl Allows {
    fn named(word: &str) -> Allows {
        if word == "all" { Allows::All } else { Allows::Rules(rules::find(word).into_iter().collect()) }
    }
}

enum Target {
    File,
    Range(TextRange),
}

impl Target {
    fn scope(&self) -> Scope {
        match self {
            Target::File => Scope::File,
            Target::Range(range) => Scope::Range(*range),
        }
    }
}

/// What the `Metadata` of a template or of a resource allows, in our words and in those of other tools.
fn from_metadata(metadata: &Map, target: &Target, out: &mut Vec<Suppression>) {
    let node = |path: &str| {
        let (first, rest) = path.split_once('.')?;
        metadata.get(first)?.get(rest)
    };
    for (tool, path) in [
        ("checkov", "checkov.skip"),
        ("cfn_nag", "cfn_nag.rules_to_suppress"),
        ("cdk_nag", "cdk_nag.rules_to_suppress"),
        ("guard", "guard.SuppressedRules"),
    ] {
        if let Some(list) = node(path).and_then(Node::as_list) {
            for item in &list.items {
                if let Some(id) = item.as_str().or_else(|| item.get("id").and_then(Node::as_str)) {
                    foreign(tool, id, target, out);
                }
            }
        }
    }
    if let Some(list) = node("cfn-lint.config.ignore_checks").and_then(Node::as_list) {
        for id in list.items.iter().filter_map(Node::as_str) {
            cfn_lint(id, target, out);
        }
    }
    // JSON has no comments, so our own word for it stands in the metadata too.
    let words: Vec<&str> = match node("stacklint.allow").map(|it| &it.value) {
        Some(Value::Map(map)) => map.entries.iter().map(|(name, _)| name.text.as_str()).collect(),
        Some(Value::List(list)) => list.items.iter().filter_map(Node::as_str).collect(),
        _ => Vec::new(),
    };
    for word in words {
        out.push(Suppression { allows: Allows::named(word), scope: target.scope(), own: None });
    }
}

fn foreign(tool: &str, id: &str, target: &Target, out: &mut Vec<Suppression>) {
    let rules: Vec<_> = rules::by_alias(tool, id).collect();
    if !rules.is_empty() {
        out.push(Suppression { allows: Allows::Rules(rules), scope: target.scope(), own: None });
    }
}

/// cfn-lint takes prefixes: `W`, `E30`.
fn cfn_lint(prefix: &str, target: &Target, out: &mut Vec<Suppression>) {
    if prefix.is_empty() {
        return;
    }
    let wanted = format!("cfn_lint:{prefix}");
    let named = |it: &&&'static Rule| it.aliases.iter().any(|alias| alias.starts_with(&wanted));
    let rules: Vec<_> = rules::ALL.iter().filter(named).copied().collect();
    if !rules.is_empty() {
        out.push(Suppression { allows: Allows::Rules(rules), scope: target.scope(), own: None });
    }
}

/// From the first byte of the resource's name to the last of its declaration.
fn extent(resource: &Resource, lowered: &Lowered) -> Option<TextRange> {
    let origin = lowered.map.resolve(resource.origin)?;
    let id = lowered.map.resolve(resource.id.span)?;
    Some(origin.cover(id))
}

/// The comment that allows `rule` where `finding` is, as an edit: on a line of its own above it.
pub(crate) fn comment_above(kind: Kind, text: &Text, at: TextSize, rule: &str) -> Option<Edits> {
    let marker = kind.comment()?;
    let line = text.line_of(at);
    let content = text.line(line);
    let indent = &content[..content.len() - content.trim_start().len()];
    let comment = format!("{indent}{marker} stacklint: allow {rule} -- say why{}", text.newline());
    debug_assert!(text.position(at, Encoding::Utf8).line == line);
    Edits::new(vec![TextEdit::insert(text.line_start(line), comment)]).ok()
}
