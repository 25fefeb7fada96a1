//! Runs every section of every specification below `tests/rules` as a test of its own.
//!
//! `cargo test s3/wildcard-arn` runs one rule; `UPDATE=1 cargo test` writes annotations and fixed blocks as they come
//! out now, for a person to read the difference.

use libtest_mimic::{Arguments, Failed, Trial};
use rules::Rule;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tests::spec::{self, Section, Setting, Spec};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let folder = tests::root().join("tests/rules");
    let mut trials = Vec::new();
    for &rule in rules::ALL {
        let path = folder.join(spec_of(rule));
        let name = spec_of(rule).with_extension("").display().to_string().replace('\\', "/");
        if !path.is_file() {
            let message = format!("{} has no specification at {}", rule.name, path.display());
            trials.push(Trial::test(name, move || Err(Failed::from(message))));
            continue;
        }
        if std::env::var_os("UPDATE").is_some() && arguments.filter.as_ref().is_none_or(|it| name.contains(it)) {
            Spec::read(&path).update(rule);
        }
        let spec = Spec::read(&path);
        let title = spec.title.clone();
        trials.push(Trial::test(format!("{name}: title"), move || match title == rule.name {
            true => Ok(()),
            false => Err(format!("the specification of {} is headed {title:?}", rule.name).into()),
        }));
        for section in spec.sections {
            let path = path.clone();
            trials.push(Trial::test(format!("{name}: {}", section.heading), move || run(rule, &path, &section)));
        }
    }
    trials.extend(orphans(&folder));
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// `s3/wildcard-arn.md` for a rule in `s3/wildcard_arn.rs`.
fn spec_of(rule: &Rule) -> PathBuf {
    let stem = Path::new(rule.file).file_stem().and_then(|it| it.to_str()).unwrap_or_default();
    Path::new(rule.subject()).join(stem.replace('_', "-")).with_extension("md")
}

/// Specifications that no rule has.
fn orphans(folder: &Path) -> Option<Trial> {
    let known: Vec<PathBuf> = rules::ALL.iter().map(|it| folder.join(spec_of(it))).collect();
    let orphans: Vec<PathBuf> = tests::files(folder).into_iter().filter(|it| !known.contains(it)).collect();
    Some(Trial::test("every specification has a rule", move || match orphans.is_empty() {
        true => Ok(()),
        false => Err(format!("no rule has these specifications: {orphans:?}").into()),
    }))
}

fn run(rule: &'static Rule, path: &Path, section: &Section) -> Result<(), Failed> {
    let setting = Setting::of(rule, section);
    let mut failures = String::new();
    for (i, block) in section.blocks.iter().enumerate() {
        if !block.is_source() {
            continue;
        }
        let line = block.lines.start;
        let source = spec::strip(&block.body).0;
        let analysis = setting.analyse(&block.language, &source);
        for (rule, message) in &analysis.panics {
            let _ = writeln!(failures, "{}:{line}: {rule} panicked: {message}", path.display());
        }
        if analysis.kind.is_none() {
            let _ = writeln!(failures, "{}:{line}: neither a template nor CDK code", path.display());
        }
        let comment = if block.language == "yaml" { "#" } else { "//" };
        compare(&mut failures, path, line, "findings", &block.body, &spec::annotate(&source, &analysis, comment));
        for fixed in section.blocks[i + 1..].iter().take_while(|it| !it.is_source()) {
            if !fixed.role.starts_with("fixed") {
                continue;
            }
            match setting.fixed_text(fixed, &source) {
                Some(text) => compare(&mut failures, path, fixed.lines.start, "fixed text", &fixed.body, &text),
                None => {
                    let _ = writeln!(failures, "{}:{}: no such fix is offered", path.display(), fixed.lines.start);
                }
            }
        }
        let document = |selection: &_| setting.document(&block.language, selection);
        for law in tests::laws::check(document, &source, &setting.selection) {
            let _ = writeln!(failures, "{}:{line}: {law}", path.display());
        }
    }
    if failures.is_empty() {
        return Ok(());
    }
    let name = spec_of(rule).with_extension("").display().to_string();
    let _ = writeln!(failures, "\nrun it alone:  cargo test -p tests --test specs {name}");
    let _ = writeln!(failures, "accept it:     UPDATE=1 cargo test -p tests --test specs {name}");
    Err(failures.into())
}

fn compare(failures: &mut String, path: &Path, line: usize, what: &str, expected: &str, actual: &str) {
    if expected.trim_end() != actual.trim_end() {
        let _ = writeln!(failures, "{}:{line}: {what} differ", path.display());
        let _ = writeln!(failures, "---- expected\n{expected}---- actual\n{actual}----");
    }
}
