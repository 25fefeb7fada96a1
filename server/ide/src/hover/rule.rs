//! The pages of rules.

use super::Hover;
use crate::Analysis;
use rules::{Applicability, FrontEnds, Rule};
use std::fmt::Write;
use text::{TextRange, TextSize};

/// The pages of the rules whose findings, or whose names in a suppression, are at `offset`.
pub(super) fn hover(analysis: &Analysis, offset: TextSize) -> Option<Hover> {
    let here: Vec<_> = analysis.findings.iter().filter(|it| it.range.contains_inclusive(offset)).collect();
    if let Some(first) = here.first() {
        let range = here.iter().fold(first.range, |range, it| range.intersect(it.range).unwrap_or(range));
        let mut pages: Vec<&'static Rule> = here.iter().map(|it| it.rule).collect();
        pages.dedup_by_key(|it| it.name);
        let pages: Vec<String> = pages.into_iter().map(page).collect();
        return Some(Hover { range, markdown: pages.join("\n\n---\n\n") });
    }
    let comments = analysis.lowered.comments.iter().filter_map(|it| analysis.lowered.map.resolve(it.span));
    let comment = comments.into_iter().find(|it| it.contains_inclusive(offset))?;
    let text = analysis.text.slice(comment);
    let at = usize::from(offset - comment.start()).min(text.len());
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let start = text.get(..at)?.rfind(|c| !is_word(c)).map_or(0, |it| it + 1);
    let end = text.get(at..)?.find(|c| !is_word(c)).map_or(text.len(), |it| at + it);
    let rule = rules::find(text.get(start..end)?)?;
    let range = TextRange::new(comment.start() + text::size(start), comment.start() + text::size(end));
    Some(Hover { range, markdown: page(rule) })
}

/// The page of a rule, in Markdown.
pub(crate) fn page(rule: &Rule) -> String {
    let mut out = format!("# {}\n\n{}\n\n", rule.name, rule.summary.trim());
    let fix = match rule.fix {
        None => "no fix",
        Some(Applicability::Safe) => "has a fix, safe to apply unasked",
        Some(Applicability::Unsafe) => "has a fix, to apply on request: it changes what is deployed",
        Some(Applicability::Manual) => "has a fix to look at",
    };
    let languages = match rule.front_ends {
        FrontEnds::Both => "templates and CDK",
        FrontEnds::Template => "templates",
        FrontEnds::Cdk => "CDK",
    };
    let default = if rule.default_on { "on" } else { "off" };
    let _ = writeln!(
        out,
        "*{} · {} · {languages} · {fix} · {default} by default*\n",
        rule.category.name(),
        rule.severity.name()
    );
    for line in rule.docs.trim().lines() {
        // A doc comment's lines begin with the space after its slashes.
        let _ = writeln!(out, "{}", line.strip_prefix(' ').unwrap_or(line));
    }
    if !rule.options.is_empty() {
        let _ = writeln!(out, "\n## Options\n");
        for option in rule.options {
            let _ = writeln!(out, "- `{}` (default `{}`): {}", option.name, option.default, option.docs);
        }
    }
    if !rule.founding.is_empty() {
        let _ = writeln!(out, "\nOne of the rules that stacklint was founded for: {}.", rule.founding.join(", "));
    }
    if !rule.aliases.is_empty() {
        let aliases: Vec<String> = rule.aliases.iter().map(|it| format!("`{it}`")).collect();
        let _ = writeln!(out, "\nOther tools call it {}.", aliases.join(", "));
    }
    out.trim_end().to_owned() + "\n"
}
