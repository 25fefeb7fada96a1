//! `stacklint check`.

use super::files::{self, Candidate};
use super::fix::{self, Mode};
use super::format::{self, Format};
use super::report::{Checked, Report};
use super::{FAILED, complain, finish};
use crate::neighbours::{Beside, Files};
use crate::settings::{self, Resolver};
use clap::{Args, ValueEnum, ValueHint};
use ide::{Applicability, Document, Layer, Severity, Text};
use rayon::prelude::*;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Check templates and CDK programs.
///
/// Folders are searched for CloudFormation templates (YAML and JSON, known by their content) and TypeScript files that
/// import `aws-cdk-lib`; what .gitignore names, node_modules, cdk.out and *.d.ts are passed over. Files that are named
/// are always read.
#[derive(Args, Debug)]
#[command(after_help = "\
Exit status:
  0  nothing at or above --fail-on was found
  1  something was
  2  the work could not be done: an unreadable path, a faulty configuration

Examples:
  stacklint check                                     everything below this folder
  stacklint check lib/ template.yaml                  these
  stacklint check --fix                               apply all safe fixes
  stacklint check --fix --diff                        show what would be fixed
  stacklint check --format github --fail-on error     in a workflow
  stacklint check - --stdin-filename app.ts < app.ts  what an editor has not saved")]
pub(super) struct Check {
    /// Files and folders; `-` for standard input.
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    paths: Vec<PathBuf>,
    /// How to show what was found.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Apply safe fixes.
    #[arg(long)]
    fix: bool,
    /// Apply fixes too that change what is deployed, by a replacement for instance; implies --fix.
    #[arg(long)]
    unsafe_fixes: bool,
    /// Show what fixes would change, and change nothing; implies --fix.
    #[arg(long)]
    diff: bool,
    /// The least severity that makes the exit status 1.
    #[arg(long, value_name = "SEVERITY", default_value = "warning")]
    fail_on: FailOn,
    /// Run these rules too: names, categories, subjects, aliases.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Do not run these rules.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Use this configuration file for everything, instead of the stacklint.yaml nearest to each file.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    config: Option<PathBuf>,
    /// The name of what comes from standard input: its ending and its folder count.
    #[arg(long, value_name = "NAME")]
    stdin_filename: Option<PathBuf>,
    /// Count the findings of each rule instead of showing them.
    #[arg(long)]
    statistics: bool,
    /// Say nothing but what was found.
    #[arg(long, short, conflicts_with = "verbose")]
    quiet: bool,
    /// Say also which files were passed over.
    #[arg(long, short)]
    verbose: bool,
    /// When to use colours.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Color,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Error,
    Warning,
    Info,
    Hint,
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

/// Rules and parsers recurse to bounded depths, for which this is ample.
const STACK: usize = 16 << 20;

/// No longer file is read before its turn.
const MAX_AHEAD: u64 = 1 << 20;

/// What became of a file.
enum Outcome {
    Checked(Box<Checked>),
    /// Nothing that we speak about.
    Foreign,
    /// Passed over, for this reason.
    Skipped(String),
    Failed(String),
}

impl Check {
    pub(super) fn run(&self) -> ExitCode {
        ide::prepare();
        match self.color {
            Color::Auto => {}
            Color::Always => anstream::ColorChoice::Always.write_global(),
            Color::Never => anstream::ColorChoice::Never.write_global(),
        }
        let resolver = match self.resolver() {
            Ok(resolver) => resolver,
            Err(message) => {
                complain(message);
                return ExitCode::from(FAILED);
            }
        };
        let (standard_input, paths): (Vec<_>, Vec<_>) = self.paths.iter().cloned().partition(|it| it == Path::new("-"));
        let mut report = Report::default();
        let mut notes = Vec::new();
        let mut fixed_input = None;
        if !standard_input.is_empty() {
            match self.check_input(&resolver, &mut fixed_input) {
                Ok(Some(checked)) => report.files.push(checked),
                Ok(None) => notes.push("standard input is neither a template nor a CDK program".to_owned()),
                Err(message) => report.failures.push(message),
            }
        }
        let (candidates, failures) = files::find(&paths);
        // Without it the pool is as it is by default, which does for all but the deepest texts.
        let _ = rayon::ThreadPoolBuilder::new().stack_size(STACK).build_global();
        report.failures.extend(failures);
        for (candidate, outcome) in candidates.iter().zip(self.check_all(&candidates, &resolver)) {
            match outcome {
                Outcome::Checked(checked) => report.files.push(*checked),
                Outcome::Foreign if candidate.named => {
                    notes.push(format!("{} is neither a template nor a CDK program", candidate.path.display()));
                }
                Outcome::Foreign => {}
                Outcome::Skipped(reason) if self.verbose => notes.push(reason),
                Outcome::Skipped(_) => {}
                Outcome::Failed(message) => report.failures.push(message),
            }
        }
        // One faulty configuration concerns many files.
        report.failures.sort();
        report.failures.dedup();
        if !self.quiet {
            notes.iter().for_each(|it| complain(format_args!("note: {it}")));
        }
        report.failures.iter().for_each(complain);
        self.conclude(&report, fixed_input)
    }

    fn resolver(&self) -> Result<Resolver, String> {
        let words = serde_json::json!({ "select": self.select, "ignore": self.ignore });
        let over = Layer::parse(&words.to_string()).map_err(|it| it.message)?;
        let config = self.config.as_ref().map(|it| absolute(it));
        let named = config.is_some();
        let resolver = Resolver::new(config, over);
        if named {
            // Said even if there is nothing to check.
            resolver.scope(None).map_err(|it| it.to_string())?;
        }
        Ok(resolver)
    }

    fn mode(&self) -> Option<Mode> {
        let least = if self.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe };
        (self.fix || self.unsafe_fixes || self.diff).then_some(Mode { least, diff: self.diff })
    }

    fn check_all(&self, candidates: &[Candidate], resolver: &Resolver) -> Vec<Outcome> {
        let done = AtomicUsize::new(0);
        let neighbours = Arc::default();
        if candidates.len() > 1 {
            read_programs(candidates, &neighbours);
        }
        let check = |candidate: &Candidate| {
            let outcome = self.check_file(candidate, resolver, &neighbours);
            done.fetch_add(1, Ordering::Relaxed);
            outcome
        };
        if !io::stderr().is_terminal() || self.quiet || candidates.is_empty() {
            return candidates.par_iter().map(check).collect();
        }
        std::thread::scope(|scope| {
            let (end, ended) = std::sync::mpsc::channel::<()>();
            let done = &done;
            scope.spawn(move || show_progress(done, candidates.len(), &ended));
            let outcomes = candidates.par_iter().map(check).collect();
            drop(end);
            outcomes
        })
    }

    fn check_file(&self, candidate: &Candidate, resolver: &Resolver, neighbours: &Arc<Files>) -> Outcome {
        let shown = candidate.path.to_string_lossy().replace('\\', "/");
        let full = absolute(&candidate.path);
        let scope = match resolver.scope(Some(&full)) {
            Ok(scope) => scope,
            Err(fault) => return Outcome::Failed(fault.to_string()),
        };
        if !candidate.named && scope.excludes(Some(&full)) {
            return Outcome::Skipped(format!("{shown}: excluded by the configuration"));
        }
        let text = match files::read(&candidate.path, scope.max_file_size()) {
            Ok(text) => text,
            Err(reason) if candidate.named => return Outcome::Failed(format!("{shown}{reason}")),
            Err(reason) => return Outcome::Skipped(format!("{shown}{reason}")),
        };
        let neighbours = Beside::of(neighbours, &full, None);
        let mut document = Document::new(shown.clone(), scope.selection(Some(&full))).with_neighbours(neighbours);
        match self.check_text(&mut document, &text, shown, Some(&candidate.path)) {
            Ok(Some((checked, _))) => Outcome::Checked(Box::new(checked)),
            Ok(None) => Outcome::Foreign,
            Err(message) => Outcome::Failed(message),
        }
    }

    fn check_input(&self, resolver: &Resolver, fixed: &mut Option<String>) -> Result<Option<Checked>, String> {
        let name = self.stdin_filename.clone();
        let shown = name.as_ref().map_or("<stdin>".to_owned(), |it| it.to_string_lossy().replace('\\', "/"));
        let full = absolute(name.as_deref().unwrap_or(Path::new("stdin")));
        let scope = resolver.scope(Some(&full)).map_err(|it| it.to_string())?;
        let text = files::text(io::stdin().lock(), scope.max_file_size()).map_err(|it| format!("{shown}{it}"))?;
        // Without a name the content decides.
        let path = name.map_or("stdin".to_owned(), |it| it.to_string_lossy().into_owned());
        let neighbours = Beside::of(&Arc::default(), &full, None);
        let mut document = Document::new(path, scope.selection(Some(&full))).with_neighbours(neighbours);
        let checked = self.check_text(&mut document, &text, shown, None)?;
        if self.mode().is_some_and(|it| !it.diff) {
            *fixed = Some(checked.as_ref().map_or(text, |(_, fixed)| fixed.clone()));
        }
        Ok(checked.map(|(checked, _)| checked))
    }

    /// Checks, and fixes if that is wanted. `None` for what we do not speak about.
    fn check_text(
        &self,
        document: &mut Document,
        text: &str,
        shown: String,
        path: Option<&Path>,
    ) -> Result<Option<(Checked, String)>, String> {
        let failed = format!("{shown}: internal error: the analysis failed; please report this");
        let check = || {
            let analysis = document.analyse(&Text::new(text, 0));
            if analysis.kind.is_none() {
                return Ok(None);
            }
            for (rule, message) in &analysis.panics {
                complain(format_args!("{shown}: internal error: the rule {rule} failed: {message}"));
            }
            let mut checked = Checked { path: shown, analysis, fixed: Vec::new(), diff: None };
            let fixed = match self.mode() {
                Some(mode) => fix::apply(document, text, &mut checked, mode, path)?,
                None => String::new(),
            };
            Ok(Some((checked, fixed)))
        };
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(check)).unwrap_or(Err(failed))
    }

    fn conclude(&self, report: &Report, fixed_input: Option<String>) -> ExitCode {
        let least = match self.fail_on {
            FailOn::Error => Some(Severity::Error),
            FailOn::Warning => Some(Severity::Warning),
            FailOn::Info => Some(Severity::Info),
            FailOn::Hint => Some(Severity::Hint),
            FailOn::Never => None,
        };
        let code = match least {
            _ if !report.failures.is_empty() => FAILED,
            Some(least) if report.reaches(least) => 1,
            _ => 0,
        };
        let mut out = String::new();
        if self.diff {
            report.files.iter().filter_map(|it| it.diff.as_deref()).for_each(|it| out += it);
        } else if self.statistics {
            out = format::statistics(report, self.format);
        } else {
            out = format::render(report, self.format);
        }
        if let Some(text) = fixed_input {
            // Standard output is for the text then; what is left to say goes beside it.
            let _ = write!(anstream::stderr(), "{out}");
            out = text;
        }
        let is_for_people = matches!(self.format, Format::Text | Format::Concise);
        if is_for_people && !self.quiet {
            let sentence = report.summary().sentence();
            let _ = super::print(&out);
            // Behind the findings on a screen, and out of the way in a pipe.
            if io::stdout().is_terminal() || !self.diff {
                let _ = writeln!(anstream::stderr(), "{sentence}");
            }
            return ExitCode::from(code);
        }
        finish(&out, code)
    }
}

/// Reads the files of CDK programs, all at once: each is asked for by the others.
fn read_programs(candidates: &[Candidate], neighbours: &Files) {
    candidates.par_iter().for_each(|it| {
        let is_code = it.path.extension().is_some_and(|it| it == "ts" || it == "tsx" || it == "mts");
        let is_cdk = |text: &str| matches!(ide::Kind::of(&it.path.to_string_lossy(), text), Some(ide::Kind::Cdk(_)));
        if is_code && files::read(&it.path, MAX_AHEAD).is_ok_and(|it| is_cdk(&it)) {
            neighbours.read_ahead(&absolute(&it.path));
        }
    });
}

fn absolute(path: &Path) -> PathBuf {
    settings::normalise(&std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
}

/// Counts on the terminal while work is long.
fn show_progress(done: &AtomicUsize, all: usize, ended: &std::sync::mpsc::Receiver<()>) {
    const PATIENCE: Duration = Duration::from_secs(1);
    const STEP: Duration = Duration::from_millis(100);
    let start = Instant::now();
    let mut shown = false;
    while ended.recv_timeout(STEP) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
        if start.elapsed() > PATIENCE {
            let _ = write!(io::stderr(), "\rchecking {} of {all} files", done.load(Ordering::Relaxed));
            shown = true;
        }
    }
    if shown {
        // Clears the line.
        let _ = write!(io::stderr(), "\r\x1b[K");
    }
}
