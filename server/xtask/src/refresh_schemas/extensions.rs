//! What single services accept beyond their schemas: the extensions of cfn-lint, and where each belongs.

use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What was read of the extensions.
pub(super) struct Extensions {
    /// The schemas, each under the type of the resources, the path of the property and the name of the extension, with a
    /// space between.
    pub schemas: BTreeMap<String, Map<String, Value>>,
    /// The tables that are no schemas to judge by, by the name of the extension.
    pub tables: BTreeMap<String, Map<String, Value>>,
    /// Where each extension is applied: `AWS::EC2::Instance/InstanceType`.
    pub places: BTreeMap<String, Vec<String>>,
}

/// Those that list versions or classes of engines, which are compiled another way, and one that lists every class for every
/// version of other engines.
const TABLES: &[&str] = &["engine_version", "engine_version_deprecated", "db_instance_class"];

/// Reads the extensions of the unpacked package in `package`, and the Python sources that say where each belongs.
pub(super) fn read(package: &Path) -> Result<Extensions, String> {
    let mut out = Extensions { schemas: BTreeMap::new(), tables: BTreeMap::new(), places: BTreeMap::new() };
    let data = package.join("cfnlint/data/schemas/extensions");
    for file in sources(&package.join("cfnlint/rules/resources"))? {
        let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let Some((folder, stem)) = extension(&text) else { continue };
        let name = format!("{}/{stem}", folder.trim_start_matches("aws_"));
        let schema = data.join(&folder).join(format!("{stem}.json"));
        let Value::Object(schema) = super::sources::json(&schema)? else {
            return Err(format!("{} is not an object", schema.display()));
        };
        for (ty, path) in places(&text) {
            let place = format!("{ty}/{path}");
            out.places.entry(name.clone()).or_default().push(place.trim_end_matches('/').to_owned());
            // What concerns several resources is no schema of one of them.
            if !TABLES.contains(&stem.as_str())
                && !schema.contains_key("us-east-1")
                && !schema.contains_key("cfnGather")
            {
                out.schemas.insert(format!("{ty} {path} {name}"), schema.clone());
            }
        }
        out.tables.insert(name, schema);
    }
    if out.schemas.len() < 60 {
        return Err(format!("only {} extensions: the package has changed", out.schemas.len()));
    }
    Ok(out)
}

fn sources(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut out = Vec::new();
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            out.extend(sources(&path)?);
        } else if path.extension().is_some_and(|it| it == "py") {
            out.push(path);
        }
    }
    out.sort();
    Ok(out)
}

/// The folder and the stem of the extension that a rule applies.
fn extension(text: &str) -> Option<(String, String)> {
    let details = &text[text.find("SchemaDetails(\n")?..];
    let start = details.find("cfnlint.data.schemas.extensions.")? + "cfnlint.data.schemas.extensions.".len();
    let folder: String = details[start..].chars().take_while(|it| it.is_alphanumeric() || *it == '_').collect();
    let stem = details[start..].split('"').nth(1)?.strip_suffix(".json")?;
    Some((folder, stem.to_owned()))
}

/// The types and paths to which a rule applies its extension.
fn places(text: &str) -> Vec<(String, String)> {
    let Some(start) = text.find("keywords=[") else { return Vec::new() };
    let list = text[start..].split(']').next().unwrap_or_default();
    let quoted = list.split('"').skip(1).step_by(2);
    quoted
        .filter_map(|it| {
            let (ty, path) = it.strip_prefix("Resources/")?.split_once("/Properties")?;
            Some((ty.to_owned(), path.trim_start_matches('/').to_owned()))
        })
        .collect()
}
