//! Laws that hold for every real template.

mod support;

use support::{corpus, files, is_really_template, lower, parse};
use template::is_template;

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
        assert_eq!(stack.resources.len(), count("Resources"), "{path}");
        assert_eq!(stack.declarations.parameters.len(), count("Parameters"), "{path}");
        assert_eq!(stack.declarations.mappings.len(), count("Mappings"), "{path}");
        assert_eq!(stack.declarations.conditions.len(), count("Conditions"), "{path}");
        assert_eq!(stack.outputs.len(), count("Outputs"), "{path}");
        for resource in &stack.resources {
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
