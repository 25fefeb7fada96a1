use crate::facts::packaging::is_packaged;
use crate::facts::rewriting::{is_for_a_tool, may_be_rewritten};
use crate::facts::spelling::nearest;
use crate::facts::wording::{is_nothing, kind_of, rename};
use crate::prelude::*;
use crate::rule::rule;
use schema::template::{FORMAT_VERSION, SECTIONS, TOOL_SECTIONS};

rule! {
    /// A section of the template is unknown, missing, or not of the kind that must stand there.
    ///
    /// The root of a template has a fixed set of keys, of which `Resources` must be there and declare at least one resource
    /// ("Template sections", AWS CloudFormation User Guide). `AWSTemplateFormatVersion` can only be `2010-09-09`,
    /// `Description` only text, `Transform` the name of a macro, or a map with its `Name`, or a list of these; all others are
    /// maps. Nothing may be null: a key with nothing behind it is refused too ("'null' values are not allowed in templates").
    ///
    /// ## What is not reported
    ///
    /// What a macro, `AWS::Include` or a tool such as Rain completes. Root keys of files that do not say
    /// `AWSTemplateFormatVersion`, unless they are almost the name of a section: they may be another tool's.
    ///
    /// ## Fix
    ///
    /// Writes the key that is meant, or `2010-09-09`, and takes out a section that is empty. All of it is safe: what
    /// CloudFormation refuses cannot get worse.
    name: "invalid-section",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    aliases: [
        "cfn_lint:E1001",
        "cfn_lint:E1004",
        "cfn_lint:E1005",
        "cfn_lint:E2001",
        "cfn_lint:E3001",
        "cfn_lint:E4002",
        "cfn_lint:E6001",
        "cfn_lint:E7001",
        "cfn_lint:E8001",
    ],
    founding: [],
    check: Check::Stack(check),
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    for section in stack.sections.iter().filter(|it| it.name.text == "Transform") {
        section.node.iter().filter(|it| !is_nothing(it)).for_each(|it| transforms(it, cx));
    }
    let is_of_tool = stack.sections.iter().any(|it| TOOL_SECTIONS.contains(&it.name.text.as_str()));
    if may_be_rewritten(stack) || is_of_tool {
        return;
    }
    let mut has_resources = false;
    for section in &stack.sections {
        let name = &section.name;
        if SECTIONS.contains(&name.text.as_str()) {
            has_resources |= name.text == "Resources";
            known(stack, section, cx);
        } else {
            has_resources |= unknown(stack, name, cx) == Some("Resources");
        }
    }
    if let Some(first) = stack.sections.first()
        && !has_resources
        && stack.broken.is_empty()
        && stack.sections.iter().all(|it| SECTIONS.contains(&it.name.text.as_str()))
    {
        let message = "The template has no `Resources`: CloudFormation takes only templates that declare at least one.";
        cx.report(first.name.span, message);
    }
}

/// A root key that CloudFormation does not know. Gives the one that is meant.
fn unknown(stack: &Stack, name: &Name, cx: &mut Context<'_>) -> Option<&'static str> {
    let has = |it: &str| stack.sections.iter().any(|section| section.name.text == it);
    if is_for_a_tool(stack) {
        return None;
    }
    let meant = nearest(&name.text, SECTIONS.iter().copied().filter(|it| !has(it)));
    let mut message = format!("`{}` is no section of a template, so CloudFormation refuses it.", name.text);
    match meant {
        Some(word) => {
            message += &format!(" Did you mean `{word}`?");
            cx.report(name.span, message).fix(format!("Write `{word}`"), vec![rename(name, word)]);
        }
        None if has("AWSTemplateFormatVersion") => {
            cx.report(name.span, message);
        }
        None => (),
    }
    meant
}

fn known(stack: &Stack, section: &Section, cx: &mut Context<'_>) {
    let name = &section.name;
    match (name.text.as_str(), &section.node) {
        (_, Some(node)) if is_nothing(node) => empty(stack, name, node, cx),
        ("AWSTemplateFormatVersion", Some(node)) => version(node, cx),
        ("Description", Some(node)) => {
            if !matches!(node.value, Value::Scalar(_) | Value::Bool(_) | Value::Unknown) {
                let message = format!("`Description` is {}, where text must stand.", kind_of(node));
                cx.report(node.span, message);
            }
        }
        ("Transform", _) => (),
        ("Metadata", Some(node)) => match &node.value {
            Value::Map(_) => nulls(name, node, cx),
            _ => not_a_map(name, node, cx),
        },
        (_, Some(node)) => not_a_map(name, node, cx),
        ("Resources", None) => {
            let declares = !stack.resources.is_empty() || stack.open || !stack.broken.is_empty();
            if !declares && stack.generated.is_empty() {
                let message = "`Resources` declares nothing, and CloudFormation takes only templates that declare at least \
                               one resource.";
                cx.report(name.span, message);
            }
        }
        (_, None) => (),
    }
}

/// A section with nothing in it. What the SAM CLI makes of that is not known, so it is a warning there.
fn empty(stack: &Stack, name: &Name, node: &Node, cx: &mut Context<'_>) {
    let message =
        format!("`{}` is empty, which CloudFormation refuses. Write what belongs in it, or take it out.", name.text);
    let gravest = if is_packaged(stack) && name.text != "Resources" { Warning } else { Error };
    let draft = cx.report(name.span, message).at_most(gravest);
    if name.text != "Resources" {
        draft.fix(format!("Take out `{}`", name.text), vec![Change::Delete { span: node.span }]);
    }
}

fn not_a_map(name: &Name, node: &Node, cx: &mut Context<'_>) {
    let is_included = matches!(&node.value, Value::Call(call)
        if matches!(&**call, Call::Other { function, .. } if function.text == "Fn::Transform"));
    if is_included || matches!(node.value, Value::Unknown) {
        return;
    }
    let is_word = |it: &str| it.chars().all(char::is_alphanumeric);
    match &node.value {
        // The first entry of a section, which is being typed.
        Value::Scalar(Scalar { text, plain: true }) if is_word(text) => {
            let message =
                format!("The entry `{text}` is not finished: a colon goes behind its name, and below what it says.");
            cx.report(node.span, message);
        }
        _ => {
            cx.report(node.span, format!("`{}` is {}, where a map must stand.", name.text, kind_of(node)));
        }
    }
}

fn version(node: &Node, cx: &mut Context<'_>) {
    if node.as_str() != Some(FORMAT_VERSION) && !matches!(node.value, Value::Unknown) {
        let message =
            format!("The only version of the format is `{FORMAT_VERSION}`. It is no version of this template.");
        let change = Change::Replace { span: node.span, value: Literal::text(FORMAT_VERSION) };
        cx.report(node.span, message).fix(format!("Write `{FORMAT_VERSION}`"), vec![change]);
    }
}

fn transforms(node: &Node, cx: &mut Context<'_>) {
    match &node.value {
        Value::List(list) => list.items.iter().filter(|it| !is_nothing(it)).for_each(|it| transform(it, cx)),
        _ => transform(node, cx),
    }
}

fn transform(node: &Node, cx: &mut Context<'_>) {
    match &node.value {
        Value::Scalar(_) | Value::Unknown => (),
        Value::Map(map) => {
            if map.get("Name").is_none() && !map.open {
                cx.report(node.span, "A transform with parameters needs its `Name` beside them.");
            }
        }
        _ => {
            let kind = kind_of(node);
            cx.report(
                node.span,
                format!("A transform is {kind}, where its name, or a map with its `Name`, must stand."),
            );
        }
    }
}

/// Reports what is null below `node`, which stands under `key`.
fn nulls(key: &Name, node: &Node, cx: &mut Context<'_>) {
    match &node.value {
        Value::Null | Value::Missing => {
            let message = format!("There is no value in `{}`, and CloudFormation refuses null everywhere.", key.text);
            cx.report(if node.span.range.is_empty() { key.span } else { node.span }, message);
        }
        Value::Map(map) => map.entries.iter().for_each(|(key, node)| nulls(key, node, cx)),
        Value::List(list) => list.items.iter().for_each(|it| nulls(key, it, cx)),
        _ => (),
    }
}
