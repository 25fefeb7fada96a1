//! What the tests share: specifications in Markdown, and how they are run.

pub mod choices;
pub mod client;
pub mod extraction;
pub mod fuzz;
pub mod generate;
pub mod laws;
pub mod page;
pub mod programs;
pub mod shape;
pub mod spec;
pub mod written;

use std::path::{Path, PathBuf};

/// The root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests are a folder of the workspace").to_owned()
}

/// The folder of real templates, when this machine has one: `STACKLINT_CORPUS`, or `../shared/corpus` beside the
/// workspace.
pub fn corpus() -> Option<PathBuf> {
    let folder = match std::env::var_os("STACKLINT_CORPUS") {
        Some(folder) => PathBuf::from(folder),
        None => root().join("../shared/corpus"),
    };
    folder.is_dir().then_some(folder)
}

/// Every file below `folder`, sorted.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for path in entries.flatten().map(|it| it.path()) {
            if path.is_dir() { folders.push(path) } else { out.push(path) }
        }
    }
    out.sort();
    out
}
