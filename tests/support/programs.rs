//! Programs of the CDK on the disk, and Node with the library to run them.

use ide::{Files, Module, Neighbour, Neighbours};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

/// Every folder below this one that is a program in TypeScript.
pub fn programs(folder: &Path) -> Vec<PathBuf> {
    let is_program = |it: &&PathBuf| fs::read_to_string(it).is_ok_and(|it| it.contains(".ts"));
    let settings = sources(folder, &["json"]).into_iter().filter(|it| it.ends_with("cdk.json"));
    let settings: Vec<PathBuf> = settings.collect();
    settings.iter().filter(is_program).filter_map(|it| Some(it.parent()?.to_owned())).collect()
}

/// The files below a folder that people wrote.
pub fn sources(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|it| it.path()) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if path.is_dir() {
                if !matches!(&*name, "node_modules" | "cdk.out" | ".git" | "test") {
                    folders.push(path);
                }
            } else if !name.ends_with(".d.ts") && endings.iter().any(|it| path.extension().is_some_and(|e| e == *it)) {
                out.push(path);
            }
        }
    }
    out.sort();
    out
}

/// The modules of a program, each read once.
pub type Modules = Arc<Mutex<HashMap<String, Option<Arc<Module>>>>>;

/// The files around one of a program, on the disk.
#[derive(Debug)]
pub struct Disk {
    path: String,
    modules: Modules,
}

impl Disk {
    /// Those around the file at `path`.
    pub fn around(path: &Path, modules: &Modules) -> Disk {
        Disk { path: path.to_string_lossy().replace('\\', "/"), modules: Arc::clone(modules) }
    }
}

impl Files for Disk {
    fn path(&self) -> &str {
        &self.path
    }

    fn module(&self, path: &str) -> Option<Arc<Module>> {
        let read = || Module::parse(path, &fs::read_to_string(path).ok()?.into()).map(Arc::new);
        let mut modules = self.modules.lock().expect("no reader panics");
        modules.entry(path.to_owned()).or_insert_with(read).clone()
    }

    fn names(&self, path: &str) -> Vec<String> {
        let names = fs::read_dir(path).into_iter().flatten().flatten();
        names.filter_map(|it| it.file_name().into_string().ok()).collect()
    }
}

impl Neighbours for Disk {
    fn look(&self, _: &str) -> Neighbour {
        Neighbour::Other
    }

    fn program(&self) -> Option<&dyn Files> {
        Some(self)
    }
}

/// Installs the library for Node below the target folder, when it is not there yet, and says where.
pub fn install_library() -> Result<PathBuf, String> {
    let source = crate::root().join("tests/cdk/synth");
    let folder = crate::root().join("target/cdk-synth");
    fs::create_dir_all(&folder).map_err(|it| it.to_string())?;
    let lock = |folder: &Path| fs::read(folder.join("package-lock.json")).unwrap_or_default();
    let is_there = folder.join("node_modules/.package-lock.json").is_file() && lock(&folder) == lock(&source);
    for entry in fs::read_dir(&source).map_err(|it| it.to_string())?.flatten().filter(|it| it.path().is_file()) {
        fs::copy(entry.path(), folder.join(entry.file_name())).map_err(|it| it.to_string())?;
    }
    if !is_there {
        let arguments = ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
        let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
        let status = Command::new(npm).args(arguments).current_dir(&folder).status();
        if !status.map_err(|it| format!("npm: {it}"))?.success() {
            fs::remove_file(folder.join("package-lock.json")).ok();
            return Err("npm ci failed".to_owned());
        }
    }
    Ok(folder)
}
