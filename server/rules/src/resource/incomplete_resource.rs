use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A resource is cut off in mid-definition.
    ///
    /// It has no body or no `Type`, or a key without a value. CloudFormation refuses such a template as a whole: every
    /// resource must have a `Type` ("Resources syntax", AWS CloudFormation User Guide), and a key without a value is a null
    /// to YAML and JSON, for which it answers "'null' values are not allowed in templates". A function without an argument
    /// is a `wrong-function-argument`.
    ///
    /// Text is cut off when it was pasted in part, when a generator ran out of room, or when a person was called away.
    ///
    /// ## What is not reported
    ///
    /// A resource that a macro or a loop completes, nulls within a resource of a transform (`AWS::Serverless::Function`),
    /// which reads them first, and text that does not parse: that is a `syntax-error`.
    ///
    /// ## Fix
    ///
    /// Takes out the key that has no value. What was to stand there is not known, so a person has to decide.
    name: "incomplete-resource",
    category: Correctness,
    severity: Error,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:E0000", "cfn_lint:E3001"],
    founding: ["F73"],
    check: Check::EveryResource(check),
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    if resource.made.is_some() {
        return;
    }
    let id = &resource.id;
    for (key, node) in &resource.misfits {
        misfit(resource, key, node, cx);
    }
    let has = |key: &str| resource.misfits.iter().any(|(it, _)| it.text == key);
    if resource.ty.text.is_empty() && !resource.attributes.open && !has("Type") && !has(&id.text) {
        cx.report(id.span, format!("`{}` has no `Type`, so CloudFormation cannot tell what to create.", id.text));
    }
    if !resource.ty.text.starts_with("AWS::Serverless::") {
        holes_below(&resource.properties, cx);
        resource.attributes.entries.iter().for_each(|(key, node)| hole(Some(key), node, cx));
    }
}

/// What has the wrong shape at the level of the resource itself.
fn misfit(resource: &ResourceView<'_>, key: &Name, node: &Node, cx: &mut Context<'_>) {
    let id = &resource.id.text;
    let is_empty = is_hole(node);
    match key.text.as_str() {
        "Type" if is_empty => {
            cx.report(key.span, format!("`{id}` names no `Type`, so CloudFormation cannot tell what to create."));
        }
        "Type" if !matches!(node.value, Value::Call(_) | Value::Missing) && !is_for_a_tool(node) => {
            cx.report(node.span, format!("The `Type` of `{id}` must be the name of a type, such as `AWS::S3::Bucket`."));
        }
        "Properties" if is_empty => {
            let message = format!(
                "`{id}` has `Properties` without any, and CloudFormation refuses null values: write them or take the key out."
            );
            let change = Change::Delete { span: node.span };
            cx.report(key.span, message).fix("Remove `Properties`", vec![change]);
        }
        "Properties" if matches!(node.value, Value::List(_) | Value::Scalar(_) | Value::Bool(_)) => {
            cx.report(node.span, format!("The `Properties` of `{id}` must be a map of names to values."));
        }
        text if text == id && is_empty => {
            cx.report(key.span, format!("`{id}` is not written yet: a resource needs a `Type`, and mostly `Properties`."));
        }
        text if text == id && !matches!(node.value, Value::Call(_) | Value::Missing) => {
            cx.report(node.span, format!("`{id}` must be a map with a `Type`."));
        }
        _ => (),
    }
}

/// Reports `node`, which stands under `key`, when it is a hole; else the holes in it.
fn hole(key: Option<&Name>, node: &Node, cx: &mut Context<'_>) {
    if !is_hole(node) {
        return holes_below(node, cx);
    }
    let change = Change::Delete { span: node.span };
    match key {
        Some(key) => {
            let name = &key.text;
            let message = format!(
                "`{name}` has no value, and CloudFormation refuses null values: complete it or take the key out."
            );
            cx.report(key.span, message).fix(format!("Remove `{name}`"), vec![change]);
        }
        None => {
            let message = "This item has no value, and CloudFormation refuses null values: complete it or take it out.";
            cx.report(node.span, message).fix("Remove the empty item", vec![change]);
        }
    }
}

fn holes_below(node: &Node, cx: &mut Context<'_>) {
    match &node.value {
        Value::Map(map) => map.entries.iter().for_each(|(key, it)| hole(Some(key), it, cx)),
        Value::List(list) => list.items.iter().for_each(|it| hole(None, it, cx)),
        Value::Either(branches) => branches.iter().for_each(|it| holes_below(&it.node, cx)),
        // A function without an argument is given what it does not take: `wrong-function-argument`.
        Value::Call(call) => call.arguments(&mut |it| holes_below(it, cx)),
        _ => (),
    }
}

/// True where nothing is written. What does not parse is no hole: it is reported as such.
fn is_hole(node: &Node) -> bool {
    match node.value {
        Value::Null => true,
        Value::Missing => node.span.range.is_empty(),
        _ => false,
    }
}

/// True for `Rain::Module: …` and its like: a function that some tool replaces before it deploys.
fn is_for_a_tool(node: &Node) -> bool {
    matches!(node.as_map().map(|it| &it.entries[..]), Some([(key, _)]) if key.text.contains("::"))
}
