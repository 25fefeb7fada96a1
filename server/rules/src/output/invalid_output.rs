use crate::facts::rewriting::{is_for_a_tool, may_be_rewritten};
use crate::facts::wording::{is_function, is_nothing, kind_of, rename, report_unknown_keys};
use crate::prelude::*;
use crate::rule::rule;
use schema::parameter::is_list;
use schema::template::OUTPUT_KEYS;

rule! {
    /// An output is declared in a way that CloudFormation refuses.
    ///
    /// An output has a name of letters and digits and a `Value` that comes to text; beside it may stand `Description`,
    /// `Condition` and `Export`, which holds the `Name` under which other stacks import it ("Outputs", AWS CloudFormation User
    /// Guide). CloudFormation refuses the template otherwise: "The Value field of every Outputs member must evaluate to a
    /// String". The name of an export is found out before any resource exists, so it cannot depend on one, and no two outputs can
    /// be exported under one name.
    ///
    /// ## What is not reported
    ///
    /// Templates that a macro or `AWS::Include` completes. Values of which it is not known whether they are text. Two exports of
    /// one name whose outputs are never made together.
    ///
    /// ## Fix
    ///
    /// Writes the key that is meant, takes the characters out of a name that it must not have, and puts the `Name` of an export
    /// where it belongs.
    name: "invalid-output",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    aliases: [
        "cfn_lint:E6001",
        "cfn_lint:E6002",
        "cfn_lint:E6003",
        "cfn_lint:E6004",
        "cfn_lint:E6101",
        "cfn_lint:E6102",
    ],
    founding: [],
    check: Check::Stack(check),
}

/// The keys of an export.
const EXPORT_KEYS: &[&str] = &["Name"];

fn check(stack: &Stack, cx: &mut Context<'_>) {
    if stack.outputs.is_empty() || may_be_rewritten(stack) || is_for_a_tool(stack) {
        return;
    }
    for output in &stack.outputs {
        name(stack, output, cx);
        match &output.node.value {
            Value::Map(map) => body(stack, output, map, cx),
            Value::Null | Value::Missing => {
                let message = format!("The output `{}` is empty. It must have a `Value`.", output.name.text);
                cx.report(output.name.span, message);
            }
            Value::Unknown => (),
            Value::Call(call) if call.name() == "Fn::Transform" => (),
            _ => {
                let kind = kind_of(&output.node);
                let message =
                    format!("The output `{}` is {kind}, where a map with its `Value` must stand.", output.name.text);
                cx.report(output.node.span, message);
            }
        }
    }
    same_exports(stack, cx);
}

fn name(stack: &Stack, output: &Output, cx: &mut Context<'_>) {
    let name = &output.name;
    // A loop over something that is only known when the stack is deployed leaves its variable in the name.
    let is_looped = !stack.loops.is_empty() && name.text.contains(['$', '&']);
    if is_looped || name.text.chars().all(char::is_alphanumeric) {
        return;
    }
    let message = format!("The name `{}` is refused: the name of an output has only letters and digits.", name.text);
    let to: String = name.text.chars().filter(|it| it.is_alphanumeric()).collect();
    let is_free = !to.is_empty() && stack.outputs.iter().all(|it| it.name.text != to);
    let draft = cx.report(name.span, message);
    if is_free {
        draft.fix(format!("Call it `{to}`"), vec![rename(name, &to)]);
    }
}

fn body(stack: &Stack, output: &Output, map: &Map, cx: &mut Context<'_>) {
    let meant = report_unknown_keys(cx, map, OUTPUT_KEYS, "an output");
    for (key, node) in map.entries.iter().filter(|(key, _)| OUTPUT_KEYS.contains(&key.text.as_str())) {
        if is_nothing(node) {
            let message = format!("`{}` has no value. Give it one, or take it out: null is refused.", key.text);
            cx.report(key.span, message);
            continue;
        }
        match key.text.as_str() {
            "Value" => value(stack, node, cx),
            "Export" => export(stack, node, cx),
            key => text(key, node, cx),
        }
    }
    if map.get("Value").is_none() && !map.open && !meant.contains(&"Value") {
        let name = &output.name;
        cx.report(
            name.span,
            format!("The output `{}` has no `Value`, so CloudFormation refuses the template.", name.text),
        );
    }
}

/// `Description` and `Condition`, which are written out.
fn text(key: &str, node: &Node, cx: &mut Context<'_>) {
    if !matches!(node.value, Value::Scalar(_) | Value::Bool(_) | Value::Unknown) && !is_function(node) {
        let wanted = if key == "Condition" { "the name of a condition" } else { "text" };
        cx.report(node.span, format!("`{key}` is {}, where {wanted} must stand, written out.", kind_of(node)));
    }
}

/// The value, or one of those that it may have.
fn value(stack: &Stack, node: &Node, cx: &mut Context<'_>) {
    if let Value::Either(branches) = &node.value {
        branches.iter().for_each(|it| value(stack, &it.node, cx));
        return;
    }
    if let Some(what) = not_text(stack, node) {
        let how = match &node.value {
            Value::Map(_) => "",
            _ => " `Fn::Join` makes text of a list, `Fn::Select` takes one item.",
        };
        cx.report(node.span, format!("The value of an output must come to text, and this is {what}.{how}"));
    }
}

/// What a value certainly is instead of text.
fn not_text(stack: &Stack, node: &Node) -> Option<String> {
    match &node.value {
        Value::List(_) => Some("a list".to_owned()),
        Value::Map(map) if !map.open => Some("a map".to_owned()),
        Value::Call(call) => match &**call {
            Call::Split { .. } | Call::GetAzs(_) => Some(format!("the list that `{}` makes", call.name())),
            Call::Other { function, .. } if function.text == "Fn::Cidr" => {
                Some("the list that `Fn::Cidr` makes".to_owned())
            }
            Call::Ref(name) if name.text == "AWS::NotificationARNs" => Some(format!("the list `{}`", name.text)),
            Call::Ref(name) => {
                let parameter =
                    stack.declarations.parameter(&name.text).filter(|_| stack.resource(&name.text).is_none())?;
                is_list(&parameter.ty).then(|| format!("the parameter `{}`, a list", name.text))
            }
            _ => None,
        },
        _ => None,
    }
}

fn export(stack: &Stack, node: &Node, cx: &mut Context<'_>) {
    let map = match &node.value {
        Value::Map(map) => map,
        Value::Scalar(_) | Value::Bool(_) => {
            let value = Literal::map([("Name", Literal::Existing(node.span))]);
            let message = "`Export` is text, where a map with the `Name` of the export must stand.";
            let change = Change::Replace { span: node.span, value };
            cx.report(node.span, message).fix("Write it as the `Name`", vec![change]);
            return;
        }
        Value::Unknown => return,
        Value::Call(call) if call.name() == "Fn::Transform" => return,
        _ => {
            let message =
                format!("`Export` is {}, where a map with the `Name` of the export must stand.", kind_of(node));
            cx.report(node.span, message);
            return;
        }
    };
    let meant = report_unknown_keys(cx, map, EXPORT_KEYS, "an export");
    match map.entry("Name") {
        None if map.open || meant.contains(&"Name") => (),
        None => {
            cx.report(node.span, "An export must have a `Name`, under which other stacks import it.");
        }
        Some((key, name)) if is_nothing(name) => {
            cx.report(key.span, "`Name` has no value. Give it one, or take the export out: null is refused.");
        }
        Some((_, name)) => export_name(stack, name, cx),
    }
}

fn export_name(stack: &Stack, node: &Node, cx: &mut Context<'_>) {
    if let Value::Either(branches) = &node.value {
        branches.iter().for_each(|it| export_name(stack, &it.node, cx));
        return;
    }
    if let Some(what) = not_text(stack, node) {
        cx.report(node.span, format!("The name of an export must come to text, and this is {what}."));
        return;
    }
    node.walk(&mut |node| {
        let Value::Call(call) = &node.value else { return };
        let name = match &**call {
            Call::Ref(name) | Call::GetAtt { resource: name, .. } if stack.resource(&name.text).is_some() => name,
            _ => return,
        };
        let message = format!("The name of an export cannot depend on a resource, and `{}` is one.", name.text);
        cx.report(name.span, message);
    });
}

/// Two outputs that are exported under one name.
fn same_exports(stack: &Stack, cx: &mut Context<'_>) {
    let named: Vec<(&Output, &Node, String)> = stack
        .outputs
        .iter()
        .filter_map(|it| {
            let node = it.node.get("Export.Name")?;
            Some((&**it, node, written(node)?))
        })
        .collect();
    for (i, (output, node, name)) in named.iter().enumerate() {
        let first = named[..i].iter().find(|(other, _, it)| it == name && together(stack, output, other));
        if let Some((other, place, _)) = first {
            let message = format!(
                "The output `{}` is exported under this name too, and a name can be exported once.",
                other.name.text
            );
            cx.report(node.span, message).related(place.span, "The first is here.");
        }
    }
}

/// True when both outputs are made whenever the second is.
fn together(stack: &Stack, output: &Output, other: &Output) -> bool {
    match (&output.condition, &other.condition) {
        (_, None) => true,
        (Some(a), Some(b)) => {
            a.text == b.text || stack.declarations.implies(&[Assumption::Condition(a, true)], b, true)
        }
        (None, Some(_)) => false,
    }
}

/// What is written, as far as that says what it comes to.
fn written(node: &Node) -> Option<String> {
    if let Some(text) = node.as_str() {
        return Some(text.to_owned());
    }
    let Value::Call(call) = &node.value else { return None };
    match &**call {
        Call::Ref(name) => Some(format!("${{{}}}", name.text)),
        Call::Sub(parts) => parts
            .iter()
            .map(|it| match it {
                Part::Text(text) => Some(text.text.to_string()),
                Part::Value(node) => written(node),
                Part::Unused(..) => Some(String::new()),
            })
            .collect(),
        Call::Join { delimiter, items } => {
            let items: Option<Vec<String>> = items.as_list().filter(|it| !it.open)?.items.iter().map(written).collect();
            Some(items?.join(delimiter.as_str()?))
        }
        _ => None,
    }
}
