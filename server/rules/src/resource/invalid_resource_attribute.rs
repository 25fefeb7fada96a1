use crate::facts::spelling::nearest;
use crate::prelude::*;
use crate::rule::rule;
use schema::policies;
use schema::template::{CLOSED_TRANSFORMS, RESOURCE_ATTRIBUTES, SERVERLESS_ATTRIBUTES};

rule! {
    /// A key beside `Type` and `Properties` is none that CloudFormation knows, or has the wrong shape.
    ///
    /// Beside these two a resource may have `Condition`, `CreationPolicy`, `DeletionPolicy`, `DependsOn`, `Metadata`,
    /// `UpdatePolicy` and `UpdateReplacePolicy` ("Resource attribute reference", AWS CloudFormation User Guide), a custom
    /// resource also `Version`. CloudFormation refuses a template with any other: "Invalid template resource property". Mostly
    /// the key is a property that lost its place under `Properties`, or has a letter wrong.
    ///
    /// `DependsOn` is a name or a list of names, `Condition` a name, the policies are maps with certain keys. An `UpdatePolicy`
    /// or a `CreationPolicy` on a type that has none is reported as a warning: it has no effect.
    ///
    /// ## What is not reported
    ///
    /// Keys in a template that a macro completes, those of a resource of `AWS::Serverless`, which reads some (`Connectors`,
    /// `IgnoreGlobals`) and drops all others, and `Description`, which CloudFormation takes without saying so.
    ///
    /// ## Fix
    ///
    /// Writes the one key that differs by a letter or two, or by case: a template that does not deploy cannot get worse.
    name: "invalid-resource-attribute",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:E1019", "cfn_lint:E1020", "cfn_lint:E3001", "cfn_lint:E3016", "cfn_lint:E3055"],
    founding: [],
    check: Check::EveryResource(check),
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    // What a module or another tool makes of it is not known.
    if resource.made.is_some() || resource.attributes.open || resource.ty.text.is_empty() {
        return;
    }
    let is_known = |transform: &Name| CLOSED_TRANSFORMS.iter().any(|it| transform.text.starts_with(it));
    let all_known = resource.declarations().transforms.iter().all(is_known);
    for (key, node) in &resource.attributes.entries {
        match key.text.as_str() {
            "DependsOn" => depends_on(node, cx),
            "Condition" if !matches!(node.value, Value::Scalar(_) | Value::Bool(_) | Value::Missing | Value::Null) => {
                cx.report(node.span, "`Condition` must be the name of a condition, written as it is.");
            }
            "UpdatePolicy" | "CreationPolicy" => policy(resource, key, node, cx),
            it if RESOURCE_ATTRIBUTES.contains(&it) || SERVERLESS_ATTRIBUTES.contains(&it) => (),
            // Not in the reference, but read and ignored.
            "Description" => (),
            "Version" if is_custom(&resource.ty.text) => (),
            _ if resource.ty.text.starts_with("AWS::Serverless::") => (),
            _ if all_known => unknown(resource, key, cx),
            _ => (),
        }
    }
}

fn is_custom(ty: &str) -> bool {
    ty == "AWS::CloudFormation::CustomResource" || ty.starts_with("Custom::")
}

/// A key that is no attribute.
fn unknown(resource: &ResourceView<'_>, key: &Name, cx: &mut Context<'_>) {
    let name = &key.text;
    let candidates = RESOURCE_ATTRIBUTES.iter().copied().chain(["Type", "Properties"]);
    let is_free = |it: &str| match it {
        "Type" => resource.ty.text.is_empty(),
        "Properties" => resource.properties.span == resource.id.span,
        it => resource.attributes.get(it).is_none(),
    };
    let message = format!("CloudFormation knows no attribute `{name}` of a resource, so it refuses the template.");
    if let Some(nearest) = nearest(name, candidates.filter(|it| is_free(it))) {
        let change = Change::Rename { span: key.span, to: nearest.into() };
        cx.report(key.span, format!("{message} Did you mean `{nearest}`?"))
            .fix(format!("Write `{nearest}`"), vec![change]);
        return;
    }
    cx.report(key.span, format!("{message} A property belongs under `Properties`."));
}

fn depends_on(node: &Node, cx: &mut Context<'_>) {
    let is_name = |it: &Node| matches!(it.value, Value::Scalar(_) | Value::Bool(_) | Value::Missing | Value::Null);
    let wrong = match &node.value {
        Value::List(list) => list.items.iter().find(|it| !is_name(it)),
        // A function is spoken of by what knows where functions may stand.
        Value::Call(_) | Value::Either(_) | Value::Unknown | Value::Absent => None,
        _ => (!is_name(node)).then_some(node),
    };
    if let Some(wrong) = wrong.filter(|it| !matches!(it.value, Value::Call(_) | Value::Either(_) | Value::Unknown)) {
        cx.report(wrong.span, "`DependsOn` must be the id of a resource or a list of ids.");
    }
}

/// An `UpdatePolicy` or a `CreationPolicy`.
fn policy(resource: &ResourceView<'_>, key: &Name, node: &Node, cx: &mut Context<'_>) {
    let ty = &resource.ty.text;
    let Some(keys) = policies::keys(&key.text, ty) else {
        if ty.starts_with("AWS::") && !ty.starts_with("AWS::Serverless::") && !ty.ends_with("::MODULE") {
            let message = format!("`{}` has no effect on `{ty}`: this type has none.", key.text);
            cx.report(key.span, message).at_most(Warning);
        }
        return;
    };
    match &node.value {
        Value::Map(map) => {
            for (name, node) in &map.entries {
                match keys.iter().find(|(it, _)| *it == name.text) {
                    None => unknown_setting(name, &key.text, keys.iter().map(|it| it.0), map, cx),
                    Some((_, inner)) => {
                        let Some(map) = node.as_map() else { continue };
                        for (setting, _) in map.entries.iter().filter(|(it, _)| !inner.contains(&it.text.as_str())) {
                            unknown_setting(setting, &name.text, inner.iter().copied(), map, cx);
                        }
                    }
                }
            }
        }
        Value::List(_) | Value::Scalar(_) | Value::Bool(_) => {
            cx.report(node.span, format!("`{}` must be a map.", key.text));
        }
        Value::Call(call)
            if matches!(&**call, Call::Ref(_) | Call::GetAtt { .. } | Call::Sub(_) | Call::Join { .. }) =>
        {
            let message = format!("`{}` must be a map, and `{}` cannot give one.", key.text, call.name());
            cx.report(node.span, message);
        }
        _ => (),
    }
}

fn unknown_setting<'a>(name: &Name, of: &str, known: impl Iterator<Item = &'a str>, map: &Map, cx: &mut Context<'_>) {
    let all: Vec<&str> = known.collect();
    let free = all.iter().copied().filter(|it| map.get(it).is_none());
    let written = &name.text;
    match nearest(written, free) {
        Some(nearest) => {
            let change = Change::Rename { span: name.span, to: nearest.into() };
            cx.report(name.span, format!("`{of}` has no `{written}`. Did you mean `{nearest}`?"))
                .fix(format!("Write `{nearest}`"), vec![change]);
        }
        None => {
            let known = all.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ");
            let known = if known.is_empty() { "nothing: it is a single value".to_owned() } else { known };
            cx.report(name.span, format!("`{of}` has no `{written}`; it may hold {known}."));
        }
    }
}
