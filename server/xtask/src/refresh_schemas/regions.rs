//! Which types of resources are not offered in which regions.

use crate::new_rule::println_all;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// The region that the package takes for those of which it knows nothing.
const STAND_IN: &str = "us-east-1";

/// Compiles the region lists of the package into `server/schema/data/regions.txt`.
pub(super) fn run(package: &Path) -> Result<(), String> {
    let about = provenance(package, "cfn_lint")?;
    let (version, licence) = (about.field("Version")?, about.field("License-Expression")?);
    let mut regions = read_regions(&package.join("cfnlint/data/schemas/providers"))?;
    let stand_in = regions.get(STAND_IN).ok_or("the package has no list for us-east-1")?.clone();
    regions.retain(|name, types| name == STAND_IN || *types != stand_in);
    if regions.len() > 64 {
        return Err("more than 64 regions do not fit into the bits of a mask".to_owned());
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).ok_or("the workspace is not where it was")?;
    let file = root.join("server/schema/data/regions.txt");
    let text = header(&version, &licence) + &table(&regions);
    fs::create_dir_all(file.with_file_name("")).map_err(|error| error.to_string())?;
    fs::write(&file, &text).map_err(|error| format!("{}: {error}", file.display()))?;
    println_all(&[format!("wrote {}: {} regions, {} bytes", file.display(), regions.len(), text.len())]);
    Ok(())
}

/// What a package of PyPI says of itself.
pub(super) struct Provenance {
    file: PathBuf,
    text: String,
}

impl Provenance {
    /// The value of a field, such as `Version`.
    pub(super) fn field(&self, name: &str) -> Result<String, String> {
        let line = self.text.lines().find_map(|it| it.strip_prefix(name)?.strip_prefix(": "));
        line.map(str::to_owned).ok_or(format!("{} has no `{name}`", self.file.display()))
    }
}

/// The metadata of the package `name` that was unpacked into `folder`.
pub(super) fn provenance(folder: &Path, name: &str) -> Result<Provenance, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let is_about = |it: &str| it.starts_with(&format!("{name}-")) && it.ends_with(".dist-info");
    let about = entries.flatten().find(|it| is_about(&it.file_name().to_string_lossy()));
    let file = about.ok_or(format!("there is no {name}-VERSION.dist-info in the folder"))?.path().join("METADATA");
    let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(Provenance { file, text })
}

/// The types of each region, by its name.
fn read_regions(folder: &Path) -> Result<BTreeMap<String, BTreeSet<String>>, String> {
    let mut out = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?.flatten() {
        let path = entry.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        // The types of AWS SAM are listed beside the regions.
        if path.extension().is_none_or(|it| it != "json") || name == "sam" {
            continue;
        }
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let listed: BTreeMap<String, String> =
            serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        let types: BTreeSet<String> = listed.into_keys().filter(|it| it.split("::").count() == 3).collect();
        if types.is_empty() {
            return Err(format!("{} lists no types: the package has changed", path.display()));
        }
        out.insert(name, types);
    }
    Ok(out)
}

fn header(version: &str, licence: &str) -> String {
    format!(
        "# The types of resources that CloudFormation does not offer in every region.\n\
         #\n\
         # Written by `cargo xtask refresh-schemas`; changes by hand are lost.\n\
         # Source: the lists of cfnlint/data/schemas/providers in cfn-lint {version} of PyPI,\n\
         # Copyright Amazon.com, Inc. or its affiliates, {licence}; read on {}.\n\
         # Regions for which the package repeats the list of {STAND_IN} are left out: it knows nothing of them.\n\
         #\n\
         # First the regions; then each service, and under it the types with a mask in base 16 of the regions that have\n\
         # them, of which the lowest bit is the first region.\n",
        today()
    )
}

fn table(regions: &BTreeMap<String, BTreeSet<String>>) -> String {
    let mut masks: BTreeMap<&str, u64> = BTreeMap::new();
    for (bit, types) in regions.values().enumerate() {
        types.iter().for_each(|it| *masks.entry(it).or_default() |= 1 << bit);
    }
    let everywhere = u64::MAX >> (64 - regions.len());
    let mut services: BTreeMap<&str, BTreeMap<u64, Vec<&str>>> = BTreeMap::new();
    for (ty, mask) in masks.into_iter().filter(|it| it.1 != everywhere) {
        if let Some((service, name)) = ty.rsplit_once("::") {
            services.entry(service).or_default().entry(mask).or_default().push(name);
        }
    }
    let names: Vec<&str> = regions.keys().map(String::as_str).collect();
    let mut out = format!("{}\n", names.join(" "));
    for (service, groups) in services {
        let _ = writeln!(out, "{service}");
        for (mask, types) in groups {
            let _ = writeln!(out, " {mask:x} {}", types.join(" "));
        }
    }
    out
}

/// The date, as `2026-01-31`.
///
/// The arithmetic is that of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
pub(super) fn today() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| it.as_secs());
    let days = seconds / 86_400 + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + u64::from(month <= 2);
    format!("{year}-{month:02}-{day:02}")
}
