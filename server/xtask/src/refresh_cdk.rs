//! Finds again by experiment what the constructs of aws-cdk-lib make of their props: see `server/cdk/data/README.md`.
//!
//! The experiment is a program for Node.js, because the library is one. It runs here only, never where stacklint runs.

use std::path::Path;
use std::process::Command;

const PROGRAM: &str = "server/xtask/cdk";
const DATA: &str = "server/cdk/data";
/// What a run that is broken off leaves for the next one.
const PROGRESS: &str = "target/refresh-cdk";

/// Installs the pinned library and runs the experiment, for all classes or some.
pub(crate) fn run(classes: &[String]) -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let program = root.join(PROGRAM);
    let (data, progress) = (root.join(DATA), root.join(PROGRESS));
    call(Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(&program))?;
    call(Command::new("node").arg("src/main.js").arg(&data).arg(&progress).args(classes).current_dir(&program))?;
    say(&format!("wrote {DATA}: read the differences before you commit them, and compare with real synthesis"));
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the task speaks to a person")]
fn say(line: &str) {
    println!("{line}");
}

fn call(command: &mut Command) -> Result<(), String> {
    let name = command.get_program().to_string_lossy().into_owned();
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{name} failed: {status}")),
        Err(error) => Err(format!("cannot run {name}, which this needs: {error}")),
    }
}
