//! Files that follow from declarations: each is computed, written when it differs, and the test then fails once with
//! "updated, run again".

use rules::{ALL, Applicability, FrontEnds, Rule};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use tests::spec::Spec;

#[test]
fn pages_of_rules_are_up_to_date() {
    let folder = tests::root().join("docs/rules");
    let mut updated = Vec::new();
    for rule in ALL {
        ensure(&folder.join(rule.name).with_extension("md"), &page(rule), &mut updated);
    }
    ensure(&folder.join("README.md"), &table(), &mut updated);
    for path in tests::files(&folder) {
        let name = path.file_stem().and_then(|it| it.to_str()).unwrap_or_default();
        if name != "README" && !ALL.iter().any(|it| it.name == name) {
            fs::remove_file(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            updated.push(path);
        }
    }
    assert!(updated.is_empty(), "updated {updated:?}: read the difference and run again");
}

#[test]
fn the_founding_rules_are_listed() {
    let mut updated = Vec::new();
    ensure(&tests::root().join("docs/founding-rules.md"), &crate::founding::page(), &mut updated);
    assert!(updated.is_empty(), "updated {updated:?}: read the difference and run again");
}

#[test]
fn the_schema_of_the_configuration_is_up_to_date() {
    let mut updated = Vec::new();
    ensure(&tests::root().join("editors/vscode/stacklint.schema.json"), &crate::configuration::schema(), &mut updated);
    assert!(updated.is_empty(), "updated {updated:?}: read the difference and run again");
}

#[test]
fn every_rule_is_declared_in_its_own_words() {
    for (i, rule) in ALL.iter().enumerate() {
        assert!(!rule.summary.trim().is_empty() && rule.docs.len() > 100, "{} has no page to speak of", rule.name);
        assert!(rule.summary.trim().ends_with('.'), "the summary of {} is a sentence", rule.name);
        assert!(ALL[..i].iter().all(|it| it.name != rule.name), "two rules are called {}", rule.name);
        for alias in rule.aliases {
            let tools = ["checkov", "cfn_nag", "cdk_nag", "guard", "cfn_lint", "security_hub", "eslint_cdk"];
            let (tool, id) = alias.split_once(':').unwrap_or_default();
            assert!(tools.contains(&tool) && !id.is_empty(), "{}: `{alias}` is no alias", rule.name);
        }
    }
}

#[test]
fn every_rule_file_is_in_the_list() {
    let folder = tests::root().join("server/rules/src");
    for path in tests::files(&folder) {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        if text.contains("\nrule! {") {
            let listed = ALL
                .iter()
                .any(|it| path.ends_with(Path::new(it.file).strip_prefix("server").unwrap_or(Path::new(it.file))));
            assert!(listed, "{} is not in the list of server/rules/src/lib.rs", path.display());
        }
    }
}

#[test]
fn configurations_in_the_manual_are_good() {
    let text = fs::read_to_string(tests::root().join("docs/configuration.md")).expect("the manual is there");
    let blocks: Vec<&str> = text.split("```yaml\n").skip(1).filter_map(|it| it.split("```").next()).collect();
    assert!(blocks.len() >= 3);
    for block in blocks {
        let layer = ide::Layer::parse(block).unwrap_or_else(|error| panic!("{error}:\n{block}"));
        ide::Config::new(layer).expect("good globs");
    }
}

fn ensure(path: &PathBuf, wanted: &str, updated: &mut Vec<PathBuf>) {
    let normal = |it: String| it.replace("\r\n", "\n");
    if fs::read_to_string(path).map(normal).ok().as_deref() == Some(wanted) {
        return;
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    }
    fs::write(path, wanted).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    updated.push(path.clone());
}

/// The page that `explain` prints, with the examples of the specification.
fn page(rule: &'static Rule) -> String {
    let mut out =
        format!("<!-- Written by `cargo test` from {} and its specification. -->\n\n{}", source(rule), ide::page(rule));
    let path = tests::root().join("tests/rules").join(specification(rule));
    if path.is_file() {
        let spec = Spec::read(&path);
        if let Some(examples) = spec.sections.iter().find(|it| it.heading == "Examples") {
            out += "\n## Examples\n";
            for block in examples.blocks.iter().filter(|it| it.role != "config") {
                let title = match block.role.as_str() {
                    "" => "",
                    "fixed" => "\nAfter the fix:\n",
                    role if role.starts_with("file ") => {
                        &format!("\nBeside it, `{}`:\n", role.trim_start_matches("file "))
                    }
                    role => &format!("\nAfter \"{}\":\n", role.trim_start_matches("fixed by ")),
                };
                let _ = write!(out, "{title}\n```{}\n{}```\n", block.language, block.body);
            }
        }
        let _ = write!(
            out,
            "\nMore cases, loud and quiet: [tests/rules/{0}](../../tests/rules/{0})\n",
            specification(rule)
        );
    }
    out
}

fn table() -> String {
    let mut out = String::from(
        "<!-- Written by `cargo test`. -->\n\n# Rules\n\n| rule | finds | category | level | fix | languages |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    for rule in ALL {
        let fix = rule.fix.map_or("", Applicability::name);
        let languages = languages(rule);
        let off = if rule.default_on { "" } else { ", off" };
        let _ = writeln!(
            out,
            "| [{0}]({0}.md) | {1} | {2} | {3}{off} | {fix} | {languages} |",
            rule.name,
            rule.summary.trim(),
            rule.category.name(),
            rule.severity.name()
        );
    }
    out
}

/// The languages that a rule reads, in words.
pub(crate) fn languages(rule: &Rule) -> &'static str {
    match rule.front_ends {
        FrontEnds::Both => "templates, CDK",
        FrontEnds::Template => "templates",
        FrontEnds::Cdk => "CDK",
    }
}

fn source(rule: &Rule) -> String {
    rule.file.replace('\\', "/")
}

fn specification(rule: &Rule) -> String {
    let stem = Path::new(rule.file).file_stem().and_then(|it| it.to_str()).unwrap_or_default();
    format!("{}/{}.md", rule.subject(), stem.replace('_', "-"))
}
