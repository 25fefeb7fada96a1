//! Laws that hold for every real template.

mod support;

use model::{Change, Literal};
use std::sync::Arc;
use support::{corpus, files, is_really_template, lower, parse, render};
use template::{Format, Source, TemplateFile, is_template, raise};

#[test]
fn templates_are_told_from_other_files() {
    for (path, format, text) in files() {
        assert_eq!(is_template(&text, format), is_really_template(&text, format), "{path}");
    }
}

#[test]
fn every_resource_is_found_and_nothing_is_wrong() {
    for (path, format, text) in corpus() {
        let lowered = lower(&text, format);
        assert!(lowered.problems.is_empty(), "{path}: {:#?}", lowered.problems);
        let stack = &lowered.stacks[0];
        let wanted = parse(&text, format).unwrap();
        let is_name = |key: &&serde_yaml::Value| !key.as_str().is_some_and(|it| it.starts_with("Fn::"));
        let count = |key: &str| {
            wanted.get(key).and_then(|it| it.as_mapping()).map_or(0, |it| it.keys().filter(is_name).count())
        };
        // What loops and transforms make stands in no text.
        let is_written = |key: &str| wanted.get("Resources").is_some_and(|it| it.get(key).is_some());
        let written = stack.resources.iter().filter(|it| it.made.is_none() && is_written(&it.key));
        assert_eq!(written.clone().count(), count("Resources"), "{path}");
        assert_eq!(stack.declarations.parameters.len(), count("Parameters"), "{path}");
        assert_eq!(stack.declarations.mappings.len(), count("Mappings"), "{path}");
        assert_eq!(stack.declarations.conditions.len(), count("Conditions"), "{path}");
        assert_eq!(stack.outputs.len(), count("Outputs"), "{path}");
        for resource in written {
            let ty = &wanted["Resources"][resource.key.as_str()]["Type"];
            // What is behind a tag of a packaging tool is no type.
            let ty = if matches!(ty, serde_yaml::Value::Tagged(_)) { None } else { ty.as_str() };
            assert_eq!(ty.unwrap_or_default(), resource.ty.text, "{path}: {}", resource.key);
        }
        assert!(stack.broken.is_empty(), "{path}: {:?}", stack.broken);
    }
}

#[test]
fn every_name_stands_where_it_says() {
    let mut count = 0;
    for (path, format, text) in corpus() {
        let lowered = lower(&text, format);
        for (_, reference) in lowered.stacks[0].all_references() {
            for name in std::iter::once(&reference.target).chain(&reference.attribute) {
                let range = lowered.map.resolve(name.span).unwrap();
                assert_eq!(&text[usize::from(range.start())..usize::from(range.end())], name.text, "{path}");
                count += 1;
            }
        }
    }
    eprintln!("{count} names");
}

#[test]
fn yaml_and_json_of_a_template_lower_alike() {
    for (path, format, text) in corpus().into_iter().filter(|it| it.1 == Format::Json) {
        let Some(yaml) = parse(&text, format).and_then(|it| serde_yaml::to_string(&it).ok()) else { continue };
        let (json, yaml) = (lower(&text, format), lower(&yaml, Format::Yaml));
        assert_eq!(render(&json.stacks[0]), render(&yaml.stacks[0]), "{path}");
    }
}

#[test]
fn a_file_keeps_what_did_not_change() {
    for (path, format, text) in corpus() {
        let mut file = TemplateFile::new(format);
        let first = file.lower(&Arc::from(text.as_str()));
        let stack = &first.stacks[0];
        let Some(resource) = stack.resources.first() else { continue };
        // Another letter in the first type.
        let at = usize::from(first.map.resolve(resource.ty.span).unwrap().start());
        let changed = format!("{}X{}", &text[..at], &text[at..]);
        let second = file.lower(&Arc::from(changed.as_str()));
        let again = file.lower(&Arc::from(changed.as_str()));
        // What a loop or a transform makes of the first resource changes with it.
        let first_block = resource.origin.block;
        for it in stack.resources.iter().filter(|it| it.made.is_none() && it.origin.block != first_block) {
            let kept = second.stacks[0].resources.iter().find(|kept| kept.key == it.key && kept.made.is_none());
            assert_eq!(Some(it), kept, "{path}: {}", it.key);
            let now = second.map.resolve(it.id.span).unwrap();
            assert_eq!(&changed[usize::from(now.start())..usize::from(now.end())], it.id.text, "{path}");
        }
        assert!(second.stacks[0].declarations == again.stacks[0].declarations, "{path}");
        // From scratch it is the same.
        assert_eq!(render(&again.stacks[0]), render(&lower(&changed, format).stacks[0]), "{path}");
    }
}

#[test]
fn half_of_a_template_is_read_and_changed_without_a_panic() {
    for (_, format, text) in corpus() {
        for i in [2, 5] {
            let mut cut = text.len() * i / 6 + i;
            while !text.is_char_boundary(cut.min(text.len())) {
                cut += 1;
            }
            let text = &text[..cut.min(text.len())];
            let lowered = lower(text, format);
            for (_, reference) in lowered.stacks[0].all_references() {
                let range = lowered.map.resolve(reference.target.span).unwrap();
                assert!(usize::from(range.end()) <= text.len());
            }
            let Some(last) = lowered.stacks[0].resources.last() else { continue };
            let change = Change::Set { origin: last.origin, path: "A.B".to_owned(), value: Literal::Bool(true) };
            if let Some(edits) = raise(&Source::parse(text, format), &lowered, &[change]) {
                let after = lower(&edits.apply(text), format);
                assert!(after.problems.len() <= lowered.problems.len());
            }
            let _ = raise(&Source::parse(text, format), &lowered, &[Change::RemoveResource { origin: last.origin }]);
        }
    }
}
