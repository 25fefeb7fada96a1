//! `AWS::Serverless::StateMachine`, `LayerVersion` and `Application`.

use super::maker::{Presence, Sam, literal};
use super::role::{self, Basis};
use super::{events, function, publish};
use model::{Map, Node, Value};

/// A state machine, its role, and what starts it.
pub(super) fn state_machine(sam: &mut Sam<'_>) {
    let mut machine = sam.make("", "AWS::StepFunctions::StateMachine");
    machine.pass(&sam.properties, &["DefinitionSubstitutions"]);
    for (from, to) in [
        ("Logging", "LoggingConfiguration"),
        ("Name", "StateMachineName"),
        ("Role", "RoleArn"),
        ("Tracing", "TracingConfiguration"),
        ("Type", "StateMachineType"),
    ] {
        machine.pass_as(&sam.properties, from, to);
    }
    match (sam.properties.map.entry("Definition"), sam.get("DefinitionUri")) {
        // It is deployed as a text of the same meaning.
        (Some(_), None) => {
            machine.pass_as(&sam.properties, "Definition", "Definition");
            // A function in it becomes a substitution.
            if sam.get("Definition").is_some_and(has_functions) {
                machine.set("DefinitionSubstitutions", sam.unknown());
            }
        }
        (None, Some(uri)) => {
            let node = Node { value: Value::Map(Map { entries: Vec::new(), open: true }), span: uri.span };
            machine.set("DefinitionS3Location", node);
        }
        _ => machine.open(),
    }
    if sam.is_absent("Role") {
        machine.set("RoleArn", sam.attribute("Role", "Arn"));
    }
    if let Some(tags) = sam.tags(true) {
        machine.set("Tags", tags);
    }
    sam.add(machine);

    // Which policy is attached for it depends on the partition.
    let is_traced = sam.get("Tracing.Enabled").is_some_and(|it| it.as_bool() != Some(false));
    role::expand(sam, Basis { service: "states.amazonaws.com", managed_open: is_traced, ..Basis::default() });
    let target = publish::state_machine(sam);
    events::expand(sam, &target);
}

/// A layer. Its logical id ends in a hash; references to it are those to this name.
pub(super) fn layer(sam: &mut Sam<'_>) {
    let mut layer = sam.make("", "AWS::Lambda::LayerVersion");
    layer.pass(
        &sam.properties,
        &["CompatibleArchitectures", "CompatibleRuntimes", "Description", "LayerName", "LicenseInfo"],
    );
    if sam.is_absent("LayerName") {
        layer.set("LayerName", sam.text(sam.resource.key.clone()));
    }
    let content = sam.get("ContentUri").and_then(|it| function::location(sam, it));
    let span = sam.get("ContentUri").map_or(sam.at, |it| it.span);
    let open = Node { value: Value::Map(Map { entries: Vec::new(), open: true }), span };
    layer.set("Content", content.unwrap_or(open));
    match sam.get("RetentionPolicy") {
        None => layer.set_default("DeletionPolicy", sam.text("Retain")),
        Some(node) => layer.set_attribute(
            "DeletionPolicy",
            match literal(node) {
                Some(word) if word.eq_ignore_ascii_case("delete") => Node::text("Delete", node.span),
                Some(_) => Node::text("Retain", node.span),
                None => Node::unknown(node.span),
            },
        ),
    }
    sam.add(layer);
}

/// An application, as a nested stack.
pub(super) fn application(sam: &mut Sam<'_>) {
    let mut stack = sam.make("", "AWS::CloudFormation::Stack");
    stack.pass(&sam.properties, &["NotificationARNs", "Parameters", "TimeoutInMinutes"]);
    let span = sam.get("Location").map_or(sam.at, |it| it.span);
    stack.set("TemplateURL", Node::unknown(span));
    if let Some(mut tags) = sam.tags(true) {
        // Those of a published application name it.
        if let (Value::List(list), Presence::Uncertain | Presence::Present(Node { value: Value::Map(_), .. })) =
            (&mut tags.value, sam.presence("Location"))
        {
            list.open = true;
        }
        stack.set("Tags", tags);
    }
    sam.add(stack);
}

fn has_functions(node: &Node) -> bool {
    let mut found = false;
    node.walk(&mut |it| found |= matches!(it.value, Value::Call(_) | Value::Either(_) | Value::Unknown));
    found
}
