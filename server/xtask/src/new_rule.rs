//! `cargo xtask new-rule s3/unversioned-bucket`.

use std::fs;
use std::path::Path;

/// Writes the three things that a new rule starts from.
pub(crate) fn run(path: &str, resource_type: &str) -> Result<(), String> {
    let (subject, fault) = path.split_once('/').ok_or("give subject and fault: s3/unversioned-bucket")?;
    let is_word =
        |it: &str| !it.is_empty() && it.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !is_word(subject) || !is_word(fault) {
        return Err(format!("`{path}`: use small letters, digits and hyphens"));
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).ok_or("the workspace is not where it was")?;
    let stem = fault.replace('-', "_");
    let folder = subject.replace('-', "_");
    let name = format!("{subject}-{fault}");

    let source = root.join(format!("server/rules/src/{folder}/{stem}.rs"));
    let specification = root.join(format!("tests/rules/{folder}/{fault}.md"));
    for file in [&source, &specification] {
        if file.exists() {
            return Err(format!("{} exists already", file.display()));
        }
    }
    register(&root.join("server/rules/src/lib.rs"), &folder, &stem)?;
    write(&source, &rule(&name, resource_type))?;
    write(&specification, &example(&name, resource_type))?;
    println_all(&[
        format!("wrote {}", source.display()),
        format!("wrote {}", specification.display()),
        format!(
            "next: describe the fault in the specification, then `cargo test -p tests --test specs {folder}/{fault}`"
        ),
    ]);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the task speaks to a person")]
pub(crate) fn println_all(lines: &[String]) {
    lines.iter().for_each(|it| println!("{it}"));
}

/// Puts the rule's word into the `rules!` list, sorted.
fn register(list: &Path, subject: &str, stem: &str) -> Result<(), String> {
    let text = fs::read_to_string(list).map_err(|error| format!("{}: {error}", list.display()))?;
    let start = text.find("\nrules! {\n").ok_or("no `rules!` list in server/rules/src/lib.rs")? + "\nrules! {\n".len();
    let end = start + text[start..].find("\n}").ok_or("the `rules!` list has no end")?;
    let mut subjects: Vec<(String, Vec<String>)> = Vec::new();
    for entry in text[start..end].split(']').filter(|it| it.contains('[')) {
        let (subject, words) = entry.split_once('[').ok_or("an entry without `[`")?;
        let subject = subject.trim_matches([' ', '\n', ',', ':']).to_owned();
        let words = words.split(',').map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect();
        subjects.push((subject, words));
    }
    match subjects.iter_mut().find(|it| it.0 == subject) {
        Some((_, words)) => words.push(stem.to_owned()),
        None => subjects.push((subject.to_owned(), vec![stem.to_owned()])),
    }
    subjects.sort();
    let lines: Vec<String> = subjects
        .into_iter()
        .map(|(subject, mut words)| {
            words.sort();
            // Each on its own line, so that rules which are added side by side can be merged.
            format!("    {subject}: [\n        {},\n    ],", words.join(",\n        "))
        })
        .collect();
    write(list, &format!("{}{}{}", &text[..start], lines.join("\n"), &text[end..]))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

fn rule(name: &str, resource_type: &str) -> String {
    format!(
        r#"use crate::prelude::*;
use crate::rule::rule;

rule! {{
    /// What is wrong, in one line.
    ///
    /// What a finding means, why it matters and where AWS says so; what is not reported; what the fix does.
    name: "{name}",
    category: Security,
    severity: Warning,
    fix: None,
    front_ends: FrontEnds::Both,
    founding: [],
    check: Check::Resources(&["{resource_type}"], check),
}}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {{
    let property = resource.property("Property");
    if property.may_be("good") {{
        return;
    }}
    let span = property.span().unwrap_or(resource.id.span);
    cx.report(span, format!("`{{}}` is not good: say why, and what to do", resource.id.text));
}}
"#
    )
}

fn example(name: &str, resource_type: &str) -> String {
    // `AWS::S3::Bucket` is `CfnBucket` of `aws-cdk-lib/aws-s3`.
    let mut words = resource_type.split("::").skip(1);
    let service = words.next().unwrap_or_default().to_ascii_lowercase();
    let class = words.next().unwrap_or_default();
    format!(
        "# {name}\n\n## Examples\n\nSay what is wrong here.\n\n```yaml\nResources:\n  Example:\n    Type: {resource_type}\n```\n\n\
         The same in CDK.\n\n```ts\nimport * as {service} from 'aws-cdk-lib/aws-{service}';\n\n\
         new {service}.Cfn{class}(this, 'Example', {{}});\n```\n\n\
         ## What is not known is not reported\n\n```yaml\nParameters:\n  Value:\n    Type: String\nResources:\n  Example:\n    \
         Type: {resource_type}\n    Properties:\n      Property: !Ref Value\n```\n"
    )
}
