//! Underlines infrastructure mistakes in CloudFormation templates and CDK programs, and mends them.

mod cli;
mod lsp;
mod neighbours;
mod settings;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
