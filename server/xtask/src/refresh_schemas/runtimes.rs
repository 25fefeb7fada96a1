//! For how long AWS takes care of which runtimes of AWS Lambda.

use super::regions::{provenance, today};
use crate::new_rule::println_all;
use serde_json::Value as Json;
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// Compiles the dates of the runtimes of AWS Lambda into `server/schema/data/runtimes.txt`, and says what changed.
pub(super) fn run(package: &Path) -> Result<(), String> {
    let about = provenance(package, "cfn_lint")?;
    let (version, licence) = (about.field("Version")?, about.field("License-Expression")?);
    let source = package.join("cfnlint/data/AdditionalSpecs/LmbdRuntimeLifecycle.json");
    let text = fs::read_to_string(&source).map_err(|error| format!("{}: {error}", source.display()))?;
    let json: Json = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", source.display()))?;
    let runtimes = json.as_object().ok_or("the package does not list runtimes by name")?;
    let date = today();
    let mut out = format!(
        "# The runtimes of AWS Lambda: from when on each is not patched, not given to new functions, not given to any.\n\
         #\n\
         # Written by `cargo xtask refresh-schemas`; changes by hand are lost.\n\
         # Source: {} in cfn-lint {version} of PyPI,\n\
         # Copyright Amazon.com, Inc. or its affiliates, {licence}.\n\
         #\n\
         # First the day on which it was read: AWS puts dates off, so that one which was still to come then may not hold.\n\
         # Then the name, the three dates and the runtime that takes its place; `-` for what is not known.\n\
         {date}\n",
        "cfnlint/data/AdditionalSpecs/LmbdRuntimeLifecycle.json",
    );
    for (name, runtime) in runtimes {
        let field = |key: &str| runtime[key].as_str().unwrap_or("-");
        let dates = [field("deprecated"), field("create-block"), field("update-block")];
        if dates.iter().any(|it| *it != "-" && it.len() != date.len()) {
            return Err(format!("`{name}` has another kind of date: the package has changed"));
        }
        let _ = writeln!(out, "{name} {} {}", dates.join(" "), field("successor"));
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).ok_or("the workspace is not where it was")?;
    let file = root.join("server/schema/data/runtimes.txt");
    let before = fs::read_to_string(&file).unwrap_or_default();
    fs::write(&file, &out).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut lines = vec![format!("wrote {}: {} runtimes", file.display(), runtimes.len())];
    lines.extend(out.lines().filter(|it| !before.lines().any(|other| other == *it)).map(|it| format!("+ {it}")));
    println_all(&lines);
    Ok(())
}
