//! Compares what is made of serverless resources with what AWS's own translator makes of them.
//!
//! `STACKLINT_SAM` names the folder of the translator's tests, which holds `input` and `output`; without it nothing is
//! compared.

mod support;

use model::{Call, Node, Stack, Value};
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
    assert!(figures.equal * 100 > figures.compared * 98, "too many properties that differ");
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
            for (name, node) in &found.properties.as_map().unwrap().entries {
                // The definition of a state machine is deployed as a text of the same meaning.
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
            *known &= !list.open;
            let Some(wanted) = wanted.as_array() else { return false };
            let items = list.items.iter().filter(|it| !matches!(it.value, Value::Absent));
            let each: Vec<bool> = items.zip(wanted).map(|(it, wanted)| is_same(it, wanted, stack, known)).collect();
            each.len() == wanted.len() && list.items.len() == wanted.len() && each.into_iter().all(|it| it)
        }
        Value::Map(map) => {
            *known &= !map.open;
            let Some(wanted) = wanted.as_object() else { return false };
            let same: Vec<bool> = map
                .entries
                .iter()
                .map(|(name, it)| {
                    wanted.get(name.text.as_str()).is_some_and(|wanted| is_same(it, wanted, stack, known))
                })
                .collect();
            same.into_iter().all(|it| it) && map.entries.len() == wanted.len()
        }
        Value::Call(call) => match &**call {
            Call::Ref(name) if stack.declarations.parameter(&name.text).is_none() && !name.text.contains('.') => {
                wanted.get("Ref").and_then(Json::as_str).is_some_and(|it| is_id(it, &name.text))
            }
            Call::GetAtt { .. } if wanted.get("Fn::GetAtt").is_some_and(Json::is_string) => {
                *known = false;
                true
            }
            Call::GetAtt { resource, attribute: Some(attribute) } if !attribute.text.contains('.') => {
                let parts = wanted.get("Fn::GetAtt").and_then(Json::as_array);
                parts.is_some_and(|it| {
                    it.first().and_then(Json::as_str).is_some_and(|it| is_id(it, &resource.text))
                        && it.get(1).and_then(Json::as_str) == Some(&attribute.text)
                })
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
