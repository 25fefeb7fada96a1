//! `stacklint rules` and `stacklint explain`.

use super::{FAILED, complain, finish};
use clap::{Args, ValueEnum};
use ide::{Applicability, FrontEnds, Rule};
use serde::Serialize;
use std::fmt::Write;
use std::process::ExitCode;

/// List all rules.
#[derive(Args, Debug)]
pub(super) struct Rules {
    /// How to show them.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// Show the page of a rule.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  stacklint explain syntax-error
  stacklint explain checkov:CKV_AWS_28")]
pub(super) struct Explain {
    /// Its name, or what another tool calls it.
    #[arg(value_name = "RULE")]
    rule: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    name: &'static str,
    summary: &'static str,
    category: &'static str,
    severity: &'static str,
    default: bool,
    fix: Option<&'static str>,
    front_ends: &'static [&'static str],
    aliases: &'static [&'static str],
    url: String,
}

impl Entry {
    fn of(rule: &Rule) -> Entry {
        Entry {
            name: rule.name,
            summary: rule.summary.trim(),
            category: rule.category.name(),
            severity: rule.severity.name(),
            default: rule.default_on,
            fix: rule.fix.map(Applicability::name),
            front_ends: match rule.front_ends {
                FrontEnds::Both => &["template", "cdk"],
                FrontEnds::Template => &["template"],
                FrontEnds::Cdk => &["cdk"],
            },
            aliases: rule.aliases,
            url: rule.url(),
        }
    }
}

impl Rules {
    pub(super) fn run(&self) -> ExitCode {
        let mut rules: Vec<&Rule> = rules::ALL.to_vec();
        rules.sort_by_key(|it| it.name);
        let entries: Vec<Entry> = rules.into_iter().map(Entry::of).collect();
        let out = match self.format {
            Format::Json => serde_json::to_string_pretty(&entries).unwrap_or_default() + "\n",
            Format::Text => table(&entries),
        };
        finish(&out, 0)
    }
}

fn table(entries: &[Entry]) -> String {
    let width = entries.iter().map(|it| it.name.len()).max().unwrap_or_default();
    let mut out = String::new();
    for it in entries {
        let fix = it.fix.map_or("no fix".to_owned(), |it| format!("{it} fix"));
        let default = if it.default { "" } else { " (off by default)" };
        let _ = writeln!(
            out,
            "{:width$}  {:15}  {:7}  {fix:10}  {}{default}",
            it.name, it.category, it.severity, it.summary
        );
    }
    out
}

impl Explain {
    pub(super) fn run(&self) -> ExitCode {
        let wanted = self.rule.trim();
        let found = rules::find(wanted).or_else(|| {
            // Other tools' ids without their tool, and names in another case.
            let is_meant = |alias: &str| {
                alias.eq_ignore_ascii_case(wanted)
                    || alias.split_once(':').is_some_and(|(_, id)| id.eq_ignore_ascii_case(wanted))
            };
            let mut all = rules::ALL.iter().copied();
            all.find(|it| it.name.eq_ignore_ascii_case(wanted) || it.aliases.iter().any(|alias| is_meant(alias)))
        });
        match found {
            Some(rule) => finish(&ide::page(rule), 0),
            None => {
                let suggestion = rules::nearest(wanted).map(|it| format!(": did you mean `{it}`?"));
                complain(format_args!("no rule is called `{wanted}`{}", suggestion.unwrap_or_default()));
                ExitCode::from(FAILED)
            }
        }
    }
}
