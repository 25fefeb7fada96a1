//! Compares what is made of serverless resources with what AWS's own translator makes of them.
//!
//! `STACKLINT_SAM` names the folder of the translator's tests, which holds `input` and `output`; without it nothing is
//! compared.

mod support;

use model::{Call, Node, Resource, Stack, Value};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use support::lower;
use template::Format;

#[derive(Default)]
struct Figures {
    templates: usize,
    expected: usize,
    found: usize,
    unexpected: Vec<String>,
    missing: BTreeMap<String, usize>,
    compared: usize,
    equal: usize,
    different: Vec<String>,
}

#[test]
fn agrees_with_the_translator() {
    let Some(folder) = std::env::var_os("STACKLINT_SAM").map(PathBuf::from) else {
        eprintln!("skipped: STACKLINT_SAM names no folder of the translator's tests");
        return;
    };
    let mut figures = Figures::default();
    let mut inputs: Vec<PathBuf> =
        std::fs::read_dir(folder.join("input")).unwrap().flatten().map(|it| it.path()).collect();
    inputs.sort();
    for input in inputs.iter().filter(|it| it.extension().is_some_and(|it| it == "yaml")) {
        let name = input.file_stem().unwrap().to_string_lossy();
        let Ok(output) = std::fs::read_to_string(folder.join(format!("output/{name}.json"))) else { continue };
        let (Ok(text), Ok(output)) = (std::fs::read_to_string(input), serde_json::from_str::<Json>(&output)) else {
            continue;
        };
        if let Some(resources) = output.get("Resources").and_then(Json::as_object) {
            figures.compare(input, &lower(&text, Format::Yaml).stacks[0], resources);
        }
    }
    figures.report();
    assert!(figures.unexpected.len() * 50 < figures.found, "too many resources that are not made");
    assert!(figures.different.is_empty(), "what is claimed to be known is wrong");
}

impl Figures {
    fn compare(&mut self, input: &Path, stack: &Stack, expected: &serde_json::Map<String, Json>) {
        let input = input.file_stem().unwrap().to_string_lossy();
        self.templates += 1;
        let written = |key: &str| stack.resources.iter().any(|it| it.made.is_none() && it.key == key);
        let made = || stack.resources.iter().filter(|it| it.made.is_some());
        for (id, resource) in expected {
            let ty = resource["Type"].as_str().unwrap_or_default();
            // What the template declares itself.
            if written(id) && made().all(|it| it.key != *id) && made().all(|it| it.made.as_ref().unwrap().of != *id) {
                continue;
            }
            self.expected += 1;
            let Some(found) = made().find(|it| it.ty.text == ty && is_id(id, &it.key)) else {
                *self.missing.entry(ty.to_owned()).or_default() += 1;
                if std::env::var_os("STACKLINT_SAM_MISSING").is_some() {
                    eprintln!("missing {input}: {id} {ty}");
                }
                continue;
            };
            self.found += 1;
            let properties = found.properties.as_map().unwrap();
            // The definition of a state machine is deployed as a text of the same meaning.
            let wanted =
                resource["Properties"].as_object().into_iter().flatten().filter(|it| it.0 != "DefinitionString");
            for (name, wanted) in wanted.filter(|it| !properties.open && properties.get(it.0).is_none()) {
                self.compared += 1;
                self.different.push(format!("{input}: {id}.{name}: nothing is {wanted}"));
            }
            self.attributes(&input, id, found, resource);
            for (name, node) in &properties.entries {
                if name.text == "Definition" {
                    continue;
                }
                let wanted =
                    resource.get("Properties").and_then(|it| it.get(name.text.as_str())).unwrap_or(&Json::Null);
                let mut known = true;
                let same = is_same(node, wanted, stack, &mut known);
                if known {
                    self.compared += 1;
                    if same {
                        self.equal += 1;
                    } else {
                        let got = support::value(node);
                        self.different.push(format!("{input}: {id}.{}: {got} is {wanted}", name.text));
                    }
                }
            }
        }
        for it in made() {
            if !expected.iter().any(|(id, resource)| resource["Type"] == it.ty.text.as_str() && is_id(id, &it.key)) {
                self.unexpected.push(format!("{input}: {} {}", it.key, it.ty.text));
            }
        }
    }

    /// What stands beside the properties: the condition, and what is kept.
    fn attributes(&mut self, input: &str, id: &str, found: &Resource, wanted: &Json) {
        let condition = found.condition.as_ref().map(|it| it.text.as_str());
        let kept = |name: &str| found.attributes.get(name).and_then(Node::as_str);
        let names = ["DeletionPolicy", "UpdateReplacePolicy"];
        let others = names.iter().filter(|it| found.attributes.get(it).is_none_or(|it| it.as_str().is_some()));
        for (name, value) in others.map(|it| (*it, kept(it))).chain([("Condition", condition)]) {
            self.compared += 1;
            let wanted = wanted.get(name).and_then(Json::as_str);
            if value == wanted {
                self.equal += 1;
            } else {
                self.different.push(format!("{input}: {id} {name}: {value:?} is {wanted:?}"));
            }
        }
    }

    fn report(&self) {
        for it in self.unexpected.iter().take(60) {
            eprintln!("not made: {it}");
        }
        for it in self.different.iter().take(80) {
            eprintln!("different: {it}");
        }
        eprintln!("missing: {:?}", self.missing);
        eprintln!(
            "{} templates: {} of {} resources found, {} too many; {} of {} properties equal",
            self.templates,
            self.found,
            self.expected,
            self.unexpected.len(),
            self.equal,
            self.compared
        );
    }
}

/// True for `key`, followed by a hash or not.
fn is_id(id: &str, key: &str) -> bool {
    id.strip_prefix(key)
        .is_some_and(|rest| rest.is_empty() || (rest.len() == 10 && rest.chars().all(|it| it.is_ascii_hexdigit())))
}

/// Whether a value is what the translator wrote; `known` becomes false where it says nothing certain, or says it in
/// another way.
fn is_same(node: &Node, wanted: &Json, stack: &Stack, known: &mut bool) -> bool {
    match &node.value {
        Value::Scalar(_) | Value::Bool(_) => {
            let text = node.as_str().unwrap_or_default();
            match wanted {
                Json::String(it) => it == text || node.as_bool().is_some(),
                Json::Number(it) => {
                    it.to_string() == text || text.parse::<f64>().ok() == it.as_f64() || text.contains(['_', 'x', ':'])
                }
                Json::Bool(it) => node.as_bool() == Some(*it),
                _ => false,
            }
        }
        Value::List(list) => {
            let Some(wanted) = wanted.as_array() else { return false };
            let items: Vec<_> = list.items.iter().filter(|it| !matches!(it.value, Value::Absent)).collect();
            let has_all = if list.open { items.len() <= wanted.len() } else { items.len() == wanted.len() };
            // The translator's tests sort lists of tags and the like, so the order of items says nothing.
            has_all
                && items.iter().all(|it| {
                    let mut certain = true;
                    let found = wanted.iter().any(|wanted| {
                        let mut known = true;
                        let same = is_same(it, wanted, stack, &mut known);
                        certain &= known;
                        same
                    });
                    *known &= found || certain;
                    found
                })
        }
        Value::Map(map) => {
            let Some(wanted) = wanted.as_object() else { return false };
            let is_there = |name: &str, it: &Node, known: &mut bool| match wanted.get(name) {
                Some(wanted) => is_same(it, wanted, stack, known),
                None => matches!(it.value, Value::Unknown | Value::Either(_) | Value::Absent),
            };
            let same: Vec<bool> = map.entries.iter().map(|(name, it)| is_there(&name.text, it, known)).collect();
            let has_all = map.open || wanted.keys().all(|it| map.get(it).is_some());
            same.into_iter().all(|it| it) && has_all
        }
        Value::Call(call) => match &**call {
            // The translator is told the region, and writes others as it likes.
            Call::Ref(name) if name.text.starts_with("AWS::") => {
                *known = false;
                true
            }
            Call::Ref(name) if stack.declarations.parameter(&name.text).is_none() && !name.text.contains('.') => {
                wanted.get("Ref").and_then(Json::as_str).is_some_and(|it| is_id(it, &name.text))
            }
            Call::GetAtt { .. } if wanted.get("Fn::GetAtt").is_some_and(Json::is_string) => {
                *known = false;
                true
            }
            Call::GetAtt { resource, attribute: Some(attribute) } if !attribute.text.contains('.') => {
                let parts = wanted.get("Fn::GetAtt").and_then(Json::as_array);
                let parts: Vec<_> = parts.into_iter().flatten().filter_map(Json::as_str).collect();
                parts.iter().any(|it| is_id(it, &resource.text)) && parts.contains(&attribute.text.as_str())
            }
            _ => {
                *known = false;
                true
            }
        },
        _ => {
            *known = false;
            true
        }
    }
}
