//! The mistakes that stacklint was made for are found, each by the rules that say so.

use rules::{ALL, Applicability, FrontEnds, Rule};
use std::fmt::Write;

/// A line of `founding.txt`.
struct Row {
    id: &'static str,
    language: &'static str,
    level: &'static str,
    fix: &'static str,
    rules: Vec<&'static str>,
}

fn rows() -> Vec<Row> {
    let lines = include_str!("founding.txt").lines().filter(|it| !it.starts_with('#'));
    let read = |line: &'static str| {
        let mut words = line.split(' ');
        let mut next = || words.next().unwrap_or_else(|| panic!("`{line}` is cut off"));
        let (id, language, level, fix) = (next(), next(), next(), next());
        Row { id, language, level, fix, rules: words.collect() }
    };
    lines.map(read).collect()
}

fn language(rule: &Rule) -> &'static str {
    match rule.front_ends {
        FrontEnds::Both => "both",
        FrontEnds::Template => "template",
        FrontEnds::Cdk => "cdk",
    }
}

fn level(rule: &Rule) -> String {
    format!("{}{}", rule.severity.name(), if rule.default_on { "" } else { "-" })
}

/// The list of the manual.
pub(crate) fn page() -> String {
    let mut out = String::from(
        "<!-- Written by `cargo test` from tests/founding.txt and the rules. -->\n\n# Founding rules\n\n\
         Five post-mortems of real infrastructure code named these mistakes: a CloudFormation template, two CDK programs, a \
         platform on EKS and a banking portal. Each of them was deployed or was about to be. They are what stacklint was \
         founded for. The ids are stable, and the pages of the rules cite them.\n\n\
         | id | rule | finds | level | fix | languages |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    for row in rows() {
        // Those of the list first, then others that serve the same purpose.
        let mut rules: Vec<&Rule> = ALL.iter().copied().filter(|it| it.founding.contains(&row.id)).collect();
        rules.sort_by_key(|it| row.rules.iter().position(|name| *name == it.name).unwrap_or(usize::MAX));
        for rule in rules {
            let fix = rule.fix.map_or(if row.fix == "refactor" { "refactor" } else { "" }, Applicability::name);
            let languages = crate::generated::languages(rule);
            let off = if rule.default_on { "" } else { ", off" };
            let _ = writeln!(
                out,
                "| {0} | [{1}](rules/{1}.md) | {2} | {3}{off} | {fix} | {languages} |",
                row.id,
                rule.name,
                rule.summary.trim(),
                rule.severity.name()
            );
        }
    }
    out
}

#[test]
fn every_founding_mistake_has_its_rules() {
    let rows = rows();
    assert_eq!(rows.len(), 90);
    let mut wrong = String::new();
    for row in &rows {
        for name in &row.rules {
            let Some(rule) = ALL.iter().find(|it| it.name == *name) else {
                let _ = writeln!(wrong, "{}: there is no rule `{name}`", row.id);
                continue;
            };
            if !rule.founding.contains(&row.id) {
                let _ = writeln!(wrong, "{}: `{name}` does not cite it", row.id);
            }
            if language(rule) != row.language {
                let _ = writeln!(wrong, "{}: `{name}` reads {}, not {}", row.id, language(rule), row.language);
            }
            if level(rule) != row.level {
                let _ = writeln!(wrong, "{}: `{name}` is {}, not {}", row.id, level(rule), row.level);
            }
        }
        let found = ALL.iter().filter(|it| row.rules.contains(&it.name));
        let best = found.filter_map(|it| it.fix).max().map_or("none", Applicability::name);
        if row.fix != "refactor" && best != row.fix {
            let _ = writeln!(wrong, "{}: the best fix is {best}, not {}", row.id, row.fix);
        }
    }
    for rule in ALL {
        for id in rule.founding {
            if !rows.iter().any(|it| it.id == *id) {
                let _ = writeln!(wrong, "`{}` cites {id}, which there is not", rule.name);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
