use crate::facts::rewriting::{is_for_a_tool, may_be_rewritten};
use crate::facts::wording::{is_function, is_nothing, kind_of};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A mapping has not the shape that CloudFormation asks for.
    ///
    /// A mapping has two levels of keys, and below them text or a list of texts, all written out ("Mappings", AWS CloudFormation
    /// User Guide). CloudFormation refuses anything else before it does anything: "Every Mappings attribute must be a String or a
    /// List", "Mappings attribute name must contain only alphanumeric characters". Nothing may be null.
    ///
    /// A mapping, or a key of one, without anything in it is a warning: nothing can be found there.
    ///
    /// ## What is not reported
    ///
    /// Templates that a macro completes, and what `AWS::Include` puts in.
    name: "invalid-mapping",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:E7001"],
    founding: [],
    check: Check::Stack(check),
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    if stack.declarations.mappings.is_empty() || may_be_rewritten(stack) || is_for_a_tool(stack) {
        return;
    }
    for mapping in &stack.declarations.mappings {
        let name = &mapping.name;
        if !name.text.chars().all(char::is_alphanumeric) {
            let message =
                format!("The name `{}` is refused: the name of a mapping has only letters and digits.", name.text);
            cx.report(name.span, message);
        }
        let Some(map) = level(name, &mapping.node, "The mapping", "two levels of keys", cx) else { continue };
        for (key, node) in &map.entries {
            if !key.text.chars().all(|it| it.is_alphanumeric() || matches!(it, '-' | '.' | '_')) {
                let message =
                    format!("The key `{}` is refused: it may have letters, digits, `-` and `.` only.", key.text);
                cx.report(key.span, message);
            }
            let Some(map) = level(key, node, "The key", "a map of names to values", cx) else { continue };
            map.entries.iter().for_each(|(key, node)| leaf(stack, key, node, cx));
        }
    }
}

/// The map that stands under `name`, or a finding.
fn level<'a>(name: &Name, node: &'a Node, what: &str, wanted: &str, cx: &mut Context<'_>) -> Option<&'a Map> {
    let text = &name.text;
    match &node.value {
        Value::Map(map) => {
            if map.entries.is_empty() && !map.open {
                cx.report(name.span, format!("{what} `{text}` is empty, so nothing can be found in it."))
                    .at_most(Warning);
            }
            return Some(map);
        }
        Value::Unknown => (),
        _ if is_function(node) => (),
        _ if is_nothing(node) => {
            cx.report(name.span, format!("{what} `{text}` is empty, which CloudFormation refuses. It holds {wanted}."));
        }
        _ => {
            cx.report(node.span, format!("{what} `{text}` holds {}, where {wanted} must stand.", kind_of(node)));
        }
    }
    None
}

/// A value.
fn leaf(stack: &Stack, key: &Name, node: &Node, cx: &mut Context<'_>) {
    let name = &key.text;
    // The language extensions look keys up themselves, those that `Fn::ToJsonString` makes for instance.
    let is_extended = stack.declarations.has_transform("AWS::LanguageExtensions");
    if !is_extended && !name.chars().all(char::is_alphanumeric) {
        let message = format!("The key `{name}` is refused: a key of the second level has only letters and digits.");
        cx.report(key.span, message);
    }
    match &node.value {
        Value::Map(map) if !map.open => {
            let message =
                format!("`{name}` is a third level of keys: a mapping has two, and below them text or a list.");
            cx.report(key.span, message);
        }
        _ if is_nothing(node) => {
            cx.report(key.span, format!("`{name}` has no value, which CloudFormation refuses."));
        }
        _ => (),
    }
}
