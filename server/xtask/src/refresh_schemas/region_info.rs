//! Accounts and hosted zones of AWS itself, as aws-cdk-lib knows them.

use super::regions::today;
use crate::new_rule::println_all;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// What the facts with an account are called in the data.
const ACCOUNTS: [(&str, &str); 3] = [
    ("ELBV2_ACCOUNT", "load-balancer-logs"),
    ("DLC_REPOSITORY_ACCOUNT", "deep-learning-containers"),
    ("APPMESH_ECR_ACCOUNT", "app-mesh-images"),
];

/// What the facts with a hosted zone are called in the data.
const ZONES: [(&str, &str); 2] = [
    ("EBS_ENV_ENDPOINT_HOSTED_ZONE_ID", "elastic-beanstalk"),
    ("S3_STATIC_WEBSITE_ZONE_53_HOSTED_ZONE_ID", "s3-website"),
];

/// The files of the targets of alias records that have one zone for all regions.
const TARGETS: [(&str, &str); 2] =
    [("cloudfront-target.js", "cloudfront"), ("global-accelerator-target.js", "global-accelerator")];

/// Something with one value for each region, by region and value.
type Facts = BTreeMap<&'static str, BTreeSet<(String, String)>>;

/// Writes `accounts.txt` and `zones.txt` in `server/schema/data` and says what changed. `package` is the unpacked aws-cdk-lib.
pub(super) fn run(package: &Path) -> Result<(), String> {
    let version = version(package)?;
    let source = package.join("region-info/lib/built-ins.generated.js");
    let text = read(&source)?;
    let (mut accounts, mut zones) = (Facts::new(), Facts::new());
    for fact in text.split("Fact.register({").skip(1) {
        let Some(region) = field(fact, "region:") else { continue };
        let Some(value) = field(fact, ",value:").filter(|it| !it.is_empty()) else { continue };
        let name = fact.split_once("FactName.").map_or("", |it| it.1);
        let name = name.split([',', '(']).next().unwrap_or_default();
        let named = |table: &[(&str, &'static str)]| table.iter().find(|it| it.0 == name).map(|it| it.1);
        if let Some(purpose) = named(&ACCOUNTS) {
            accounts.entry(purpose).or_default().insert((region.to_owned(), value.to_owned()));
        } else if let Some(purpose) = named(&ZONES) {
            zones.entry(purpose).or_default().insert((region.to_owned(), value.to_owned()));
        } else if let Some(account) = value.strip_prefix("arn:").and_then(|it| it.split(':').nth(3)) {
            accounts.entry("lambda-layers").or_default().insert((region.to_owned(), account.to_owned()));
        }
    }
    for (file, purpose) in TARGETS {
        let text = read(&package.join("aws-route53-targets/lib").join(file))?;
        let quoted = text.split('"').filter(|it| is_zone(it));
        zones.entry(purpose).or_default().extend(quoted.map(|it| ("-".to_owned(), it.to_owned())));
    }
    if accounts.len() != ACCOUNTS.len() + 1 || zones.len() != ZONES.len() + TARGETS.len() {
        return Err(format!("{} has other facts: the package has changed", package.display()));
    }
    write("accounts.txt", "Accounts of AWS itself, by what they are for.", &version, &accounts)?;
    write("zones.txt", "Hosted zones of AWS itself, that alias records name, by what they are for.", &version, &zones)
}

fn write(file: &str, what: &str, version: &str, facts: &Facts) -> Result<(), String> {
    let mut out = format!(
        "# {what}\n\
         #\n\
         # Written by `cargo xtask refresh-schemas`; changes by hand are lost.\n\
         # Source: region-info and aws-route53-targets in aws-cdk-lib {version} of npm, Apache-2.0,\n\
         # Copyright Amazon.com, Inc. or its affiliates.\n\
         #\n\
         # First the day on which it was read. Then each purpose, and under it the regions and what they have; `-` for what\n\
         # is the same in all of them.\n\
         {}\n",
        today()
    );
    for (purpose, values) in facts {
        let _ = writeln!(out, "{purpose}");
        for (region, value) in values {
            let _ = writeln!(out, " {region} {value}");
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).ok_or("the workspace is not where it was")?;
    let path = root.join("server/schema/data").join(file);
    let before = fs::read_to_string(&path).unwrap_or_default();
    fs::write(&path, &out).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut lines = vec![format!("wrote {}: {} bytes", path.display(), out.len())];
    lines.extend(out.lines().filter(|it| !before.lines().any(|other| other == *it)).map(|it| format!("+ {it}")));
    println_all(&lines);
    Ok(())
}

fn version(package: &Path) -> Result<String, String> {
    let manifest: serde_json::Value =
        serde_json::from_str(&read(&package.join("package.json"))?).map_err(|error| error.to_string())?;
    manifest["version"].as_str().map(str::to_owned).ok_or("aws-cdk-lib has no version".to_owned())
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// The string behind `name`.
fn field<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(name)?;
    rest.strip_prefix('"')?.split('"').next()
}

fn is_zone(text: &str) -> bool {
    (10..40).contains(&text.len())
        && text.starts_with('Z')
        && text.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit())
}
