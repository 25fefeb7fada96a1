//! What the library makes of programs.

use serde_json::Value as Json;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

/// A program as it was synthesised.
#[derive(Debug, Default)]
pub(crate) struct Synthesised {
    /// The resources by their paths in the tree of constructs.
    pub(crate) resources: BTreeMap<String, Resource>,
    /// For each template, the paths by logical id.
    pub(crate) templates: Vec<HashMap<String, String>>,
}

#[derive(Debug)]
pub(crate) struct Resource {
    pub(crate) ty: String,
    /// The resource as the template has it.
    pub(crate) json: Json,
    /// An index into the templates.
    pub(crate) template: usize,
}

/// Node with the library, ready to run.
#[derive(Debug)]
pub(crate) struct Tool {
    folder: PathBuf,
}

impl Tool {
    /// Installs the library below the target folder, when it is not there yet.
    pub(crate) fn install() -> Result<Tool, String> {
        Ok(Tool { folder: tests::programs::install_library()? })
    }

    /// Synthesises programs, or says of each why not. What was synthesised before and did not change is taken as it is.
    pub(crate) fn synthesise(&self, programs: &[PathBuf]) -> Vec<Result<Synthesised, String>> {
        let next = Mutex::new(0..programs.len());
        let results = Mutex::new(BTreeMap::new());
        let workers = std::thread::available_parallelism().map_or(1, usize::from);
        std::thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| {
                    let take = || next.lock().ok().and_then(|mut it| it.next());
                    while let Some(index) = take() {
                        let result = self.one(&programs[index]);
                        results.lock().expect("no worker panics").insert(index, result);
                    }
                });
            }
        });
        results.into_inner().expect("no worker panics").into_values().collect()
    }

    fn one(&self, program: &Path) -> Result<Synthesised, String> {
        let out = self.folder.join("out").join(format!("{:016x}", self.state_of(program)));
        if !out.join("done").is_file() {
            let run = Command::new("node").arg(self.folder.join("synth.cjs")).args([&out, program]).output();
            let run = run.map_err(|it| format!("node: {it}"))?;
            if !run.status.success() {
                return Err(String::from_utf8_lossy(&run.stderr).into_owned());
            }
            fs::write(out.join("done"), program.to_string_lossy().as_bytes()).map_err(|it| it.to_string())?;
        }
        match fs::read_to_string(out.join("error.txt")) {
            Ok(error) => Err(error),
            Err(_) => {
                Some(read(&out)).filter(|it| !it.resources.is_empty()).ok_or_else(|| "it makes nothing".to_owned())
            }
        }
    }

    /// A number for the state of a program and of what synthesises it.
    fn state_of(&self, program: &Path) -> u64 {
        let mut hasher = DefaultHasher::new();
        program.hash(&mut hasher);
        let sources = tests::programs::sources(program, &["ts", "json"]);
        for file in sources
            .into_iter()
            .chain(["synth.cjs", "program.cjs", "loader.cjs", "package.json"].map(|it| self.folder.join(it)))
        {
            fs::read(file).unwrap_or_default().hash(&mut hasher);
        }
        hasher.finish()
    }
}

fn read(folder: &Path) -> Synthesised {
    let mut out = Synthesised::default();
    let templates = tests::files(folder).into_iter().filter(|it| it.to_string_lossy().ends_with("template.json"));
    for file in templates {
        let text = fs::read_to_string(file).unwrap_or_default();
        let Ok(mut json) = serde_json::from_str::<Json>(&text) else { continue };
        let Some(Json::Object(resources)) = json.get_mut("Resources").map(Json::take) else { continue };
        let template = out.templates.len();
        let mut paths = HashMap::new();
        for (id, json) in resources {
            let Some(path) = json.pointer("/Metadata/aws:cdk:path").and_then(Json::as_str) else { continue };
            let ty = json.get("Type").and_then(Json::as_str).unwrap_or_default().to_owned();
            paths.insert(id, path.to_owned());
            out.resources.insert(path.to_owned(), Resource { ty, json, template });
        }
        out.templates.push(paths);
    }
    out
}
