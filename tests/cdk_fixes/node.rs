//! What the compiler and the library say, by Node.

use crate::cases::Case;
use ide::{Document, Text};
use rules::Selection;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

/// What a program synthesises to.
#[derive(Debug, Default)]
pub(crate) struct Templates {
    /// The resources by their paths in the tree of constructs.
    pub(crate) resources: BTreeMap<String, Resource>,
    /// What is said of stacks beside their templates.
    pub(crate) stacks: BTreeMap<String, Json>,
    /// How often each rule finds something in them.
    pub(crate) findings: BTreeMap<&'static str, usize>,
}

/// A resource of a template, and its id there.
#[derive(Debug, PartialEq)]
pub(crate) struct Resource {
    id: String,
    json: Json,
}

impl Resource {
    /// What the template says of it.
    pub(crate) fn json(&self) -> &Json {
        &self.json
    }
}

impl Templates {
    /// True when the resource at the path `from` names the one at `to`.
    pub(crate) fn refers(&self, from: &str, to: &str) -> bool {
        let (Some(from), Some(to)) = (self.resources.get(from), self.resources.get(to)) else { return false };
        names(&from.json, &to.id)
    }
}

fn names(json: &Json, id: &str) -> bool {
    match json {
        Json::String(it) => it == id,
        Json::Array(items) => items.iter().any(|it| names(it, id)),
        Json::Object(entries) => entries.values().any(|it| names(it, id)),
        _ => false,
    }
}

/// What the compiler says of each of these files.
pub(crate) fn types(folder: &Path, files: &[(String, &str)]) -> Vec<Vec<String>> {
    let files: Vec<Json> = files.iter().map(|(path, text)| json!({ "path": path, "text": text })).collect();
    let output = run(folder, "types.cjs", &Json::from(files));
    serde_json::from_str(&output).unwrap_or_else(|error| panic!("types.cjs: {error}: {output}"))
}

/// What programs make with another text in one of their files, or why they make nothing.
pub(crate) fn synthesise(folder: &Path, jobs: &[(&Case, &str)]) -> Vec<Result<Templates, String>> {
    let outs: Vec<PathBuf> = (0..jobs.len()).map(|it| folder.join("out").join(it.to_string())).collect();
    let described = jobs.iter().zip(&outs).map(|((case, text), out)| {
        json!({ "program": case.program, "texts": { case.path.to_string_lossy(): text }, "out": out })
    });
    let described: Vec<Json> = described.collect();
    let tool = folder.parent().expect("it is in that of the library");
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let results = std::thread::scope(|scope| {
        let chunks = described.chunks(described.len().div_ceil(workers).max(1));
        let running: Vec<_> =
            chunks.map(|it| scope.spawn(move || run(tool, "many.cjs", &Json::from(it.to_vec())))).collect();
        running.into_iter().map(|it| it.join().expect("no worker panics")).collect::<String>()
    });
    let results: Vec<Option<String>> =
        results.lines().map(|it| serde_json::from_str(it).expect("a line is text or nothing")).collect();
    assert_eq!(results.len(), jobs.len(), "one line for each program");
    results.into_iter().zip(&outs).map(|(error, out)| error.map_or_else(|| Ok(read(out)), Err)).collect()
}

fn run(folder: &Path, script: &str, input: &Json) -> String {
    let mut command = Command::new("node");
    command.arg(folder.join(script)).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("Node is there");
    child.stdin.take().expect("it is piped").write_all(input.to_string().as_bytes()).expect("the script reads");
    let output = child.wait_with_output().expect("the script ends");
    assert!(output.status.success(), "{script} failed");
    String::from_utf8(output.stdout).expect("JSON is UTF-8")
}

fn read(folder: &Path) -> Templates {
    let mut out = Templates::default();
    let selection = Arc::new(Selection::default());
    for file in tests::files(folder).into_iter().filter(|it| it.ends_with("manifest.json")) {
        let manifest: Json = serde_json::from_str(&fs::read_to_string(&file).unwrap_or_default()).unwrap_or_default();
        for (name, artifact) in manifest.get("artifacts").and_then(Json::as_object).into_iter().flatten() {
            let said =
                ["terminationProtection", "tags"].map(|it| artifact.pointer(&format!("/properties/{it}")).cloned());
            out.stacks.insert(name.clone(), said.into_iter().flatten().collect());
        }
    }
    let templates = tests::files(folder).into_iter().filter(|it| it.to_string_lossy().ends_with("template.json"));
    for file in templates {
        let text = fs::read_to_string(&file).unwrap_or_default();
        let analysis = Document::new("template.json", Arc::clone(&selection)).analyse(&Text::new(&text, 0));
        for finding in analysis.findings {
            *out.findings.entry(finding.rule.name).or_default() += 1;
        }
        let Ok(Json::Object(mut template)) = serde_json::from_str(&without_hashes(&text)) else { continue };
        let Some(Json::Object(resources)) = template.remove("Resources") else { continue };
        for (id, json) in resources {
            let path = json.pointer("/Metadata/aws:cdk:path").and_then(Json::as_str).unwrap_or(&id).to_owned();
            out.resources.insert(path, Resource { id, json });
        }
    }
    out
}

/// A text with the hashes of assets left out: a template may be an asset of another.
fn without_hashes(text: &str) -> String {
    let mut out = String::new();
    for piece in text.split_inclusive(|it: char| !it.is_ascii_hexdigit()) {
        let digits = piece.trim_end_matches(|it: char| !it.is_ascii_hexdigit());
        out.push_str(if digits.len() == 64 { &piece[64..] } else { piece });
    }
    out
}
