//! The role that a function or a state machine works under when it is given none.

use super::maker::{Presence, Sam, literal};
use model::{Call, List, Name, Node, Part, SmolStr, Value};
use smol_str::format_smolstr;

/// What a role starts with.
#[derive(Default)]
pub(super) struct Basis {
    /// The service that takes it on.
    pub(super) service: &'static str,
    /// The managed policies that the transform attaches.
    pub(super) managed: Vec<Node>,
    /// The policies that the transform writes into it.
    pub(super) inline: Vec<Node>,
    /// More managed policies may be attached.
    pub(super) managed_open: bool,
    /// More policies may be written into it.
    pub(super) inline_open: bool,
}

/// Makes the role of `sam`, unless it certainly has one.
pub(super) fn expand(sam: &mut Sam<'_>, basis: Basis) {
    let mut role = sam.make("Role", "AWS::IAM::Role");
    match sam.presence("Role") {
        Presence::Absent => (),
        Presence::Present(_) => return,
        Presence::Uncertain => match needed_under(sam).cloned() {
            Some(condition) => role.condition(condition),
            // The transform makes a condition for it.
            None => return sam.generates("Role"),
        },
    }
    role.pass(&sam.properties, &["AssumeRolePolicyDocument", "PermissionsBoundary"]);
    role.pass_as(&sam.properties, "RolePath", "Path");
    if sam.is_absent("AssumeRolePolicyDocument") {
        role.set("AssumeRolePolicyDocument", trust(sam, basis.service));
    }
    let mut managed = List { items: basis.managed, open: basis.managed_open };
    let mut inline = List { items: basis.inline, open: basis.inline_open };
    match sam.get("Policies").map(|it| (&it.value, it)) {
        None => {
            managed.open |= sam.properties.map.open;
            inline.open |= sam.properties.map.open;
        }
        Some((Value::List(list), _)) => {
            managed.open |= list.open;
            inline.open |= list.open;
            for (index, item) in list.items.iter().enumerate() {
                policy(sam, item, index, &mut managed, &mut inline);
            }
        }
        Some((_, node)) => policy(sam, node, 0, &mut managed, &mut inline),
    }
    role.set("ManagedPolicyArns", Node { value: Value::List(managed), span: sam.at });
    if !inline.items.is_empty() {
        role.set("Policies", Node { value: Value::List(inline), span: sam.at });
    } else if inline.open {
        role.set("Policies", sam.unknown());
    }
    if let Some(tags) = sam.tags(true) {
        role.set("Tags", tags);
    }
    sam.add(role);
}

/// The condition under which nothing stands in `Role`, where it is one of the template's and nothing else counts.
fn needed_under<'a>(sam: &'a Sam<'_>) -> Option<&'a Name> {
    let Value::Either(branches) = &sam.get("Role")?.value else { return None };
    let mut without = branches.iter().filter(|it| matches!(it.node.value, Value::Absent));
    match (without.next()?.condition.as_ref()?, without.next(), &sam.resource.condition) {
        ((name, true), None, None) => Some(name),
        _ => None,
    }
}

/// A document that lets `service` take a role on.
pub(super) fn trust(sam: &Sam<'_>, service: &str) -> Node {
    let statement = sam.map([
        ("Action", sam.list(vec![sam.text("sts:AssumeRole")])),
        ("Effect", sam.text("Allow")),
        ("Principal", sam.map([("Service", sam.list(vec![sam.text(service)]))])),
    ]);
    sam.map([("Version", sam.text("2012-10-17")), ("Statement", sam.list(vec![statement]))])
}

/// A policy that the transform writes: one statement.
pub(super) fn inline(sam: &Sam<'_>, name: &str, action: Node, resource: Node) -> Node {
    let statement = sam.map([("Action", action), ("Effect", sam.text("Allow")), ("Resource", resource)]);
    let document = sam.map([("Statement", sam.list(vec![statement]))]);
    sam.map([("PolicyName", sam.text(name)), ("PolicyDocument", document)])
}

/// Adds one of `Policies`: the name or the ARN of a managed policy, a document, or a policy template.
fn policy(sam: &Sam<'_>, node: &Node, index: usize, managed: &mut List, inline: &mut List) {
    match &node.value {
        Value::Absent | Value::Null => (),
        Value::Scalar(_) => {
            let Some(name) = literal(node) else { return };
            let node = match name.starts_with("arn:") {
                true => node.clone(),
                false => {
                    let path = schema::serverless::managed_policy_path(name);
                    sam.managed_policy(&format!("{path}{name}"), node.span)
                }
            };
            attach(managed, node);
        }
        // An intrinsic function is taken for the ARN of a managed policy.
        Value::Call(_) => attach(managed, node.clone()),
        Value::Map(map) if map.get("Statement").is_some() => {
            let name = sam.text(format!("{}RolePolicy{index}", sam.resource.key));
            let mut item = sam.map([("PolicyName", name), ("PolicyDocument", node.clone())]);
            item.span = node.span;
            inline.items.push(item);
        }
        // A policy template, or something that turns out as one thing or the other.
        Value::Map(_) => inline.open = true,
        _ => {
            managed.open = true;
            inline.open = true;
        }
    }
}

/// Adds a managed policy, unless it is there.
fn attach(managed: &mut List, node: Node) {
    let arn = written_arn(&node);
    if arn.is_none() || managed.items.iter().all(|it| written_arn(it) != arn) {
        managed.items.push(node);
    }
}

/// The text of an ARN, for comparison with others.
fn written_arn(node: &Node) -> Option<SmolStr> {
    let call = match &node.value {
        Value::Scalar(scalar) => return Some(scalar.text.clone()),
        Value::Call(call) => call,
        _ => return None,
    };
    match &**call {
        Call::Ref(name) => Some(format_smolstr!("${{{}}}", name.text)),
        Call::Sub(parts) => {
            let part = |it: &Part| match it {
                Part::Text(text) => Some(text.text.clone()),
                Part::Value(node) => written_arn(node),
                Part::Unused(..) => Some(SmolStr::default()),
            };
            parts.iter().map(part).collect::<Option<Vec<_>>>().map(|it| it.concat().into())
        }
        _ => None,
    }
}
