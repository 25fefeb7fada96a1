//! What a function or a state machine is published as: versions, aliases, URLs, and where asynchronous calls end.

use super::events::Target;
use super::maker::{Presence, Sam, Written, literal};
use model::{Map, Node, SmolStr, Value};
use smol_str::format_smolstr;

/// The version and the alias of a function, and what callers are to call.
pub(super) fn function(sam: &mut Sam<'_>) -> Target {
    let function = |sam: &Sam<'_>| Target { name: sam.reference(""), arn: sam.attribute("", "Arn"), is_function: true };
    let unknown = |sam: &Sam<'_>| Target { name: sam.unknown(), arn: sam.unknown(), is_function: true };
    let alias = match sam.presence("AutoPublishAlias") {
        Presence::Absent => return function(sam),
        Presence::Uncertain => {
            for suffix in ["Alias", "Version", ".Alias", ".Version"] {
                sam.generates(suffix);
            }
            return unknown(sam);
        }
        Presence::Present(node) => node.clone(),
    };
    for suffix in ["Version", ".Alias", ".Version"] {
        sam.generates(suffix);
    }
    let mut version = sam.make("Version", "AWS::Lambda::Version");
    version.set("FunctionName", sam.reference(""));
    version.pass_as(&sam.properties, "VersionDescription", "Description");
    let policy = match (sam.get("VersionDeletionPolicy"), sam.presence("CapacityProviderConfig")) {
        (Some(policy), _) => policy.clone(),
        (None, Presence::Absent) => sam.text("Retain"),
        (None, Presence::Present(_)) => sam.text("Delete"),
        (None, Presence::Uncertain) => sam.unknown(),
    };
    version.set_default("DeletionPolicy", policy);
    if !sam.is_absent("CapacityProviderConfig") {
        version.pass(&sam.properties, &["FunctionScalingConfig"]);
    }
    sam.add(version);
    let name = literal(&alias)
        .filter(|it| !it.is_empty() && it.chars().all(|it| it.is_ascii_alphanumeric() || "-_".contains(it)));
    let Some(name) = name else {
        // A parameter gives the name.
        sam.generates("Alias");
        return unknown(sam);
    };
    let suffix = alias_suffix(name);
    let mut made = sam.make(&suffix, "AWS::Lambda::Alias");
    made.pass_as(&sam.properties, "AutoPublishAlias", "Name");
    made.pass(&sam.properties, &["ProvisionedConcurrencyConfig"]);
    made.set("FunctionName", sam.reference(""));
    made.set("FunctionVersion", sam.attribute("Version", "Version"));
    sam.add(made);
    let arn = sam.reference(&suffix);
    Target { name: arn.clone(), arn, is_function: true }
}

/// The version and the alias of a state machine.
pub(super) fn state_machine(sam: &mut Sam<'_>) -> Target {
    let machine = Target { name: sam.reference(""), arn: sam.reference(""), is_function: false };
    let unknown = |sam: &Sam<'_>| Target { name: sam.unknown(), arn: sam.unknown(), is_function: false };
    let uses_alias = sam.get("UseAliasAsEventTarget").map(Node::as_bool);
    let alias = match sam.presence("AutoPublishAlias") {
        Presence::Absent => return machine,
        Presence::Present(node) => literal(node).map(SmolStr::from),
        Presence::Uncertain => None,
    };
    let Some(alias) = alias else {
        ["Alias", "Version"].iter().for_each(|it| sam.generates(it));
        return unknown(sam);
    };
    let mut version = sam.make("Version", "AWS::StepFunctions::StateMachineVersion");
    version.set("StateMachineArn", sam.reference(""));
    version.set("StateMachineRevisionId", sam.attribute("", "StateMachineRevisionId"));
    for name in ["DeletionPolicy", "UpdateReplacePolicy"] {
        version.set_default(name, sam.text("Retain"));
    }
    sam.add(version);
    let suffix = format_smolstr!("Alias{alias}");
    let mut made = sam.make(&suffix, "AWS::StepFunctions::StateMachineAlias");
    made.pass_as(&sam.properties, "AutoPublishAlias", "Name");
    made.open();
    sam.add(made);
    match uses_alias {
        None | Some(Some(false)) => machine,
        Some(Some(true)) => Target { arn: sam.reference(&suffix), ..machine },
        Some(None) => unknown(sam),
    }
}

/// The URL of a function, and who may call it without signing.
pub(super) fn url(sam: &mut Sam<'_>, target: &Target) {
    let config = match sam.presence("FunctionUrlConfig") {
        Presence::Absent => return,
        Presence::Present(Node { value: Value::Map(map), .. }) if !map.open => map.clone(),
        _ => {
            ["Url", "URLInvokeAllowPublicAccess"].iter().for_each(|it| sam.generates(it));
            return;
        }
    };
    let node = Node { value: Value::Map(config), span: sam.at };
    let written = Written::at(Some(&node), "FunctionUrlConfig");
    let mut url = sam.make("Url", "AWS::Lambda::Url");
    url.pass(&written, &["AuthType", "Cors", "InvokeMode"]);
    // With an alias it names that one.
    url.set("TargetFunctionArn", target.name.clone());
    sam.add(url);
    match written.get("AuthType").map(|it| (literal(it), it)) {
        Some((Some("NONE"), auth)) => {
            let auth = auth.clone();
            let mut open = sam.make("UrlPublicPermissions", "AWS::Lambda::Permission");
            open.set("Action", sam.text("lambda:InvokeFunctionUrl"));
            open.set("FunctionName", target.name.clone());
            open.set("Principal", sam.text("*"));
            open.set("FunctionUrlAuthType", auth);
            sam.add(open);
            let mut invoke = sam.make("URLInvokeAllowPublicAccess", "AWS::Lambda::Permission");
            invoke.set("Action", sam.text("lambda:InvokeFunction"));
            invoke.set("FunctionName", target.name.clone());
            invoke.set("Principal", sam.text("*"));
            invoke.set("InvokedViaFunctionUrl", Node { value: Value::Bool(true), span: sam.at });
            sam.add(invoke);
        }
        Some((Some(_), _)) | None => (),
        Some((None, _)) => {
            ["UrlPublicPermissions", "URLInvokeAllowPublicAccess"].iter().for_each(|it| sam.generates(it));
        }
    }
}

/// Where asynchronous calls of a function end. True when the role is given more for it.
pub(super) fn event_invoke(sam: &mut Sam<'_>) -> bool {
    let config = match sam.presence("EventInvokeConfig") {
        Presence::Absent => return false,
        Presence::Present(Node { value: Value::Map(map), .. }) if !map.open => map.clone(),
        _ => {
            ["EventInvokeConfig", ".Destination"].iter().for_each(|it| sam.generates(it));
            return true;
        }
    };
    let node = Node { value: Value::Map(config), span: sam.at };
    let written = Written::at(Some(&node), "EventInvokeConfig");
    let mut made = sam.make("EventInvokeConfig", "AWS::Lambda::EventInvokeConfig");
    made.pass(&written, &["MaximumEventAgeInSeconds", "MaximumRetryAttempts"]);
    made.set("FunctionName", sam.reference(""));
    let qualifier = match sam.presence("AutoPublishAlias") {
        Presence::Absent => sam.text("$LATEST"),
        Presence::Present(node) => node.clone(),
        Presence::Uncertain => sam.unknown(),
    };
    made.set("Qualifier", qualifier);
    let mut destinations = Map { entries: Vec::new(), open: false };
    let config = written.get("DestinationConfig").cloned();
    let grants = config.is_some();
    match config.as_ref().map(|it| &it.value) {
        None => (),
        Some(Value::Map(map)) => {
            for (name, entry) in &map.entries {
                let destination = match (entry.get("Destination"), entry.get("Type").and_then(literal)) {
                    (Some(Node { value: Value::Either(_) | Value::Absent, .. }), _) => {
                        sam.generates(&format!("EventInvokeConfig{}", name.text));
                        sam.generates(".Destination");
                        sam.unknown()
                    }
                    (Some(node), _) => node.clone(),
                    (None, Some("SQS")) => injected(sam, &name.text, "Queue", "AWS::SQS::Queue", "Arn"),
                    (None, Some("SNS")) => injected(sam, &name.text, "Topic", "AWS::SNS::Topic", ""),
                    (None, _) => sam.unknown(),
                };
                let node = Node { span: entry.span, ..sam.map([("Destination", destination)]) };
                destinations.entries.push((name.clone(), node));
            }
        }
        Some(_) => destinations.open = true,
    }
    if grants {
        made.set("DestinationConfig", Node { value: Value::Map(destinations), span: sam.at });
    }
    sam.add(made);
    grants
}

/// A queue or a topic that is made because none is given; gives its ARN.
fn injected(sam: &mut Sam<'_>, event: &str, word: &str, ty: &str, attribute: &str) -> Node {
    let suffix = format!("EventInvokeConfig{event}{word}");
    let made = sam.make(&suffix, ty);
    sam.add(made);
    sam.generates(&format!(".Destination{word}"));
    if attribute.is_empty() { sam.reference(&suffix) } else { sam.attribute(&suffix, attribute) }
}

/// What follows the logical id of a function in that of its alias.
fn alias_suffix(name: &str) -> SmolStr {
    format_smolstr!("Alias{}", name.replace('-', "D").replace('_', "U"))
}
