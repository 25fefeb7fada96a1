use crate::facts::interface::{interface, parameters};
use crate::facts::rewriting::{is_for_a_tool, may_be_rewritten};
use crate::facts::spelling::nearest;
use crate::facts::wording::{kind_of, rename, report_unknown_keys};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// What the template says about how its parameters are shown does not fit its parameters.
    ///
    /// `AWS::CloudFormation::Interface` in the `Metadata` of a template groups parameters and gives them labels in the console
    /// ("AWS::CloudFormation::Interface", AWS CloudFormation User Guide). Nobody checks it when the stack is deployed: a name
    /// that is no parameter's is passed over, and the parameter that was meant shows up in a group of its own at the end.
    ///
    /// ## Fix
    ///
    /// Writes the name that is meant, or takes out one that is no parameter's or is listed twice. What is deployed stays the same.
    name: "invalid-parameter-interface",
    category: Maintainability,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:E4001", "cfn_lint:W4001"],
    founding: [],
    check: Check::Stack(check),
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    let Some(interface) = interface(stack) else { return };
    if may_be_rewritten(stack) || is_for_a_tool(stack) {
        return;
    }
    shape(interface, cx);
    // Another parameter may be declared in what does not parse, or is being typed.
    let is_typed = stack.sections.iter().any(|it| it.name.text == "Parameters" && it.node.is_some());
    if stack.broken.is_empty() && !is_typed {
        names(stack, cx);
    }
}

fn names(stack: &Stack, cx: &mut Context<'_>) {
    let mentions: Vec<_> = parameters(stack).collect();
    let declared = |name: &str| stack.declarations.parameter(name).is_some();
    for (i, mention) in mentions.iter().enumerate() {
        let name = &mention.name;
        let is_same =
            |it: &&crate::facts::interface::Mention| it.name.text == name.text && it.is_label == mention.is_label;
        if !declared(&name.text) {
            let taken =
                |it: &str| mentions.iter().any(|other| other.name.text == it && other.is_label == mention.is_label);
            let all = stack.declarations.parameters.iter().map(|it| it.name.text.as_str());
            let remove = vec![Change::Delete { span: mention.whole }];
            match nearest(&name.text, all.filter(|it| !taken(it))) {
                Some(word) => {
                    let message = format!("There is no parameter `{}`. Did you mean `{word}`?", name.text);
                    cx.report(name.span, message).fix(format!("Write `{word}`"), vec![rename(name, word)]);
                }
                None => {
                    let message = format!("There is no parameter `{}`, so this has no effect.", name.text);
                    cx.report(name.span, message).fix(format!("Take out `{}`", name.text), remove);
                }
            }
        } else if let Some(first) = mentions[..i].iter().find(is_same) {
            let message = format!("The parameter `{}` is listed twice; it is shown once.", name.text);
            let draft =
                cx.report(name.span, message).at_most(Info).related(first.name.span, "It is listed here first.");
            draft.fix("Take out the second", vec![Change::Delete { span: mention.whole }]);
        }
    }
}

/// The keys and the kinds of values.
fn shape(interface: &Node, cx: &mut Context<'_>) {
    let Some(map) = expect_map(interface, "`AWS::CloudFormation::Interface`", cx) else { return };
    known_keys(map, &["ParameterGroups", "ParameterLabels"], "the interface", cx);
    if let Some(groups) = map.get("ParameterGroups")
        && let Some(list) = expect_list(groups, "`ParameterGroups`", cx)
    {
        for group in &list.items {
            let Some(map) = expect_map(group, "A group of parameters", cx) else { continue };
            known_keys(map, &["Label", "Parameters"], "a group of parameters", cx);
            map.get("Label").into_iter().for_each(|it| label(it, cx));
            if let Some(list) = map.get("Parameters").and_then(|it| expect_list(it, "`Parameters`", cx)) {
                for item in list.items.iter().filter(|it| is_written(it) && it.as_str().is_none()) {
                    cx.report(
                        item.span,
                        format!("This is {}, where the name of a parameter must stand.", kind_of(item)),
                    );
                }
            }
        }
    }
    if let Some(map) = map.get("ParameterLabels").and_then(|it| expect_map(it, "`ParameterLabels`", cx)) {
        map.entries.iter().for_each(|(_, it)| label(it, cx));
    }
}

fn label(node: &Node, cx: &mut Context<'_>) {
    let Some(map) = expect_map(node, "A label", cx) else { return };
    known_keys(map, &["default"], "a label", cx);
    if let Some(text) = map.get("default")
        && is_written(text)
        && text.as_str().is_none()
    {
        cx.report(text.span, format!("The text of a label is {}, where text must stand.", kind_of(text)));
    }
}

fn known_keys(map: &Map, known: &[&str], holder: &str, cx: &mut Context<'_>) {
    report_unknown_keys(cx, map, known, holder);
}

fn expect_map<'a>(node: &'a Node, what: &str, cx: &mut Context<'_>) -> Option<&'a Map> {
    let map = node.as_map();
    if map.is_none() && is_written(node) {
        cx.report(node.span, format!("{what} is {}, where a map must stand.", kind_of(node)));
    }
    map
}

fn expect_list<'a>(node: &'a Node, what: &str, cx: &mut Context<'_>) -> Option<&'a List> {
    let list = node.as_list();
    if list.is_none() && is_written(node) {
        cx.report(node.span, format!("{what} is {}, where a list must stand.", kind_of(node)));
    }
    list
}

/// False for what is null, which is reported as such wherever it stands, and for what is not known.
fn is_written(node: &Node) -> bool {
    !matches!(node.value, Value::Null | Value::Missing | Value::Unknown)
}
