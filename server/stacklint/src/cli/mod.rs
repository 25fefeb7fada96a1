//! The command line.

mod check;
mod files;
mod fix;
mod format;
mod report;
mod rules;

use crate::lsp;
use clap::{Parser, Subcommand};
use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

/// Finds infrastructure mistakes in CloudFormation templates and AWS CDK programs, and mends them.
#[derive(Parser, Debug)]
#[command(
    name = "stacklint",
    version,
    max_term_width = 100,
    after_help = "\
Examples:
  stacklint check                       check everything below this folder
  stacklint check --fix template.yaml   apply all safe fixes
  stacklint explain syntax-error        show the page of a rule
  stacklint lsp                         what an editor starts

Documentation: https://github.com/stacklint/stacklint"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    Check(check::Check),
    Rules(rules::Rules),
    Explain(rules::Explain),
    Lsp(lsp::Lsp),
}

/// The tool could not do its work.
const FAILED: u8 = 2;

/// Does what the command line says.
pub(crate) fn run() -> ExitCode {
    match Arguments::parse().command {
        Command::Check(args) => args.run(),
        Command::Rules(args) => args.run(),
        Command::Explain(args) => args.run(),
        Command::Lsp(args) => match lsp::run(&args) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                complain(error);
                ExitCode::from(FAILED)
            }
        },
    }
}

/// Says on standard error what went wrong.
fn complain(what: impl Display) {
    // Nobody may be listening, and then nobody is missing it.
    let _ = writeln!(anstream::stderr(), "stacklint: {what}");
}

/// Writes to standard output. A reader that has seen enough, as `head` has, is no error.
fn print(text: &str) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    let result = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Writes to standard output, and ends with `code`.
fn finish(text: &str, code: u8) -> ExitCode {
    match print(text) {
        Ok(()) => ExitCode::from(code),
        Err(error) => {
            complain(format_args!("standard output: {error}"));
            ExitCode::from(FAILED)
        }
    }
}
