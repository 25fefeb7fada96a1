//! How much of everything a template may hold.
//!
//! See "Understand CloudFormation quotas" in the AWS CloudFormation User Guide.

use crate::facts::rewriting::may_be_rewritten;
use model::{Name, Node, Span, Stack};

/// Something that is counted, and how much of it there may be.
pub(crate) struct Measure {
    /// What is counted, for a sentence: `outputs of the template`.
    pub(crate) what: String,
    /// How much there is.
    pub(crate) count: usize,
    /// How much there may be.
    pub(crate) limit: usize,
    /// Where to say so.
    pub(crate) place: Span,
    /// What makes it less.
    pub(crate) advice: &'static str,
}

const BODY: usize = 1_000_000;
const DESCRIPTION: usize = 1024;
const DESCRIPTION_OF_PARAMETER: usize = 4000;
const VALUE_OF_PARAMETER: usize = 4096;
const ENTRIES: usize = 200;
const RESOURCES: usize = 500;
const NAME: usize = 255;

const SPLIT: &str = "Move a part of the template to a stack of its own.";
const SHORTEN: &str = "Make it shorter.";

/// Calls `visit` on everything that has a limit.
pub(crate) fn measure(stack: &Stack, visit: &mut dyn FnMut(Measure)) {
    let Some(first) = stack.sections.first() else { return };
    let mut count = |what: String, count: usize, limit: usize, place: Span, advice| {
        visit(Measure { what, count, limit, place, advice });
    };
    count("bytes in the template".to_owned(), stack.size, BODY, first.name.span, SPLIT);
    let declarations = &stack.declarations;
    if !may_be_rewritten(stack) {
        let written = stack.resources.iter().filter(|it| it.made.is_none()).count();
        for (section, what, number, limit) in [
            ("Parameters", "parameters", declarations.parameters.len(), ENTRIES),
            ("Mappings", "mappings", declarations.mappings.len(), ENTRIES),
            ("Resources", "resources", written, RESOURCES),
            ("Outputs", "outputs", stack.outputs.len(), ENTRIES),
        ] {
            let section = stack.sections.iter().find(|it| it.name.text == section);
            if let Some(section) = section {
                count(format!("{what} in the template"), number, limit, section.name.span, SPLIT);
            }
        }
    }
    for section in stack.sections.iter().filter(|it| it.name.text == "Description") {
        if let Some((text, span)) = section.node.as_ref().and_then(text) {
            count("bytes in the description".to_owned(), text.len(), DESCRIPTION, span, SHORTEN);
        }
    }
    for parameter in &declarations.parameters {
        for (key, limit) in [("Description", DESCRIPTION_OF_PARAMETER), ("Default", VALUE_OF_PARAMETER)] {
            if let Some((text, span)) = parameter.node.get(key).and_then(text) {
                let what = format!("bytes in the {} of the parameter", key.to_ascii_lowercase());
                count(what, text.len(), limit, span, SHORTEN);
            }
        }
    }
    for mapping in &declarations.mappings {
        let Some(map) = mapping.node.as_map() else { continue };
        let keys = "Move a part of the mapping to another one.";
        count("keys in the mapping".to_owned(), map.entries.len(), ENTRIES, mapping.name.span, keys);
        for (name, node) in &map.entries {
            let values = node.as_map().map_or(0, |it| it.entries.len());
            count("values in the key of the mapping".to_owned(), values, ENTRIES, name.span, keys);
        }
    }
    for output in &stack.outputs {
        if let Some((text, span)) = output.node.get("Description").and_then(text) {
            count("bytes in the description of the output".to_owned(), text.len(), DESCRIPTION, span, SHORTEN);
        }
    }
    let mut name = |what: &str, name: &Name| {
        let count = name.text.chars().count();
        let what = format!("characters in the name of the {what}");
        visit(Measure { what, count, limit: NAME, place: name.span, advice: SHORTEN });
    };
    declarations.parameters.iter().for_each(|it| name("parameter", &it.name));
    declarations.mappings.iter().for_each(|it| name("mapping", &it.name));
    stack.resources.iter().filter(|it| it.made.is_none()).for_each(|it| name("resource", &it.id));
    stack.outputs.iter().for_each(|it| name("output", &it.name));
}

fn text(node: &Node) -> Option<(&str, Span)> {
    Some((node.as_str()?, node.span))
}
