//! What constructs change of others that they are given.

use super::MethodCall;
use crate::evaluate::Given;
use crate::lower::{Level, Lowering};
use crate::scope::At;
use crate::table;
use model::{Node, Span, Value};

/// Classes that let a role do what they are for, by managed policies, with the prop that the role is.
const TAKE_ROLES: &[(&str, &str)] = &[
    ("aws-backup.BackupSelection", "role"),
    ("aws-ec2.Instance", "role"),
    ("aws-eks.Cluster", "mastersRole"),
    ("aws-eks.Nodegroup", "nodeRole"),
];

/// Says of what the construct at `index` is given how that is changed, once all resources are there.
pub(crate) fn complete(lowering: &mut Lowering<'_>, index: usize) {
    let props = lowering.props_of(index);
    let class = lowering.constructs[index].class.clone();
    let span = lowering.constructs[index].id.span;
    if class == "aws-ecs.AsgCapacityProvider" {
        let protects = match props.get("enableManagedTerminationProtection") {
            Given::Absent => Node { value: Value::Bool(true), span },
            Given::Value(at) => lowering.node(at),
            Given::Unknown => Node::unknown(span),
        };
        let group = props.value("autoScalingGroup");
        if protects.as_bool() != Some(false)
            && let Some(group) = group.and_then(|it| resource_of(lowering, it))
        {
            table::insert(lowering.properties(group), "NewInstancesProtectedFromScaleIn", span, protects);
        }
    }
    if class == "aws-codepipeline.Pipeline"
        && !props.is_absent("artifactBucket")
        && let Some(draft) = lowering.constructs[index].resource
    {
        // The key of the bucket, if that has one.
        table::insert(lowering.properties(draft), "ArtifactStore.EncryptionKey", span, Node::unknown(span));
    }
    for (_, prop) in TAKE_ROLES.iter().filter(|it| it.0 == class) {
        if let Some(role) = props.value(prop) {
            open_policies(lowering, role, span);
        }
    }
}

/// `plan.addSelection('Tables', { role })` lets the role back up.
pub(crate) fn apply<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>) {
    if call.method.text != "addSelection" {
        return;
    }
    let role = lowering.props(call.argument(1)).value("role");
    if let Some(role) = role {
        open_policies(lowering, role, call.method.span);
    }
}

fn resource_of<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Option<usize> {
    let (index, level) = lowering.construct_of(at)?;
    lowering.constructs[index].resource.filter(|_| level == Level::Construct)
}

/// Lets a role have other managed policies than those that it shows.
fn open_policies<'a>(lowering: &mut Lowering<'a>, role: At<'a>, span: Span) {
    let Some(role) = resource_of(lowering, role) else { return };
    let map = lowering.properties(role);
    match map.entries.iter_mut().find(|(name, _)| name.text == "ManagedPolicyArns") {
        Some((_, node)) => match &mut node.value {
            Value::List(list) => list.open = true,
            value => *value = Value::Unknown,
        },
        None => table::insert(map, "ManagedPolicyArns", span, Node::unknown(span)),
    }
}
