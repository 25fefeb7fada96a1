//! Groups of instances that are scaled together.

use super::target_groups::{arn, push};
use crate::evaluate::{Given, Props};
use crate::lower::Lowering;
use crate::scope::Place;
use crate::table;
use model::Node;

/// The props that say how large a group may become, the first of those that are given (`AutoScalingGroup` of
/// aws-cdk-lib).
const LARGEST: [&str; 3] = ["maxCapacity", "desiredCapacity", "minCapacity"];

/// Says how large a group may become: the tables know what each prop does alone.
pub(crate) fn complete<'a>(lowering: &mut Lowering<'a>, index: usize, drafts: &[usize], props: &Props<'a>) {
    if lowering.constructs[index].class != "aws-autoscaling.AutoScalingGroup" {
        return;
    }
    let is_group = |it: &&usize| lowering.drafts[**it].resource.ty.text == "AWS::AutoScaling::AutoScalingGroup";
    let Some(draft) = drafts.iter().find(is_group).copied() else { return };
    let id = lowering.constructs[index].id.span;
    let node = match LARGEST.iter().map(|it| props.get(it)).find(|it| !matches!(it, Given::Absent)) {
        Some(Given::Value(at)) => lowering.node(at),
        Some(_) => Node::unknown(id),
        None => return,
    };
    // A group of none may still become one instance large.
    let is_none = node.as_str() == Some("0") && !props.is_absent("minCapacity");
    if is_none && props.is_absent("maxCapacity") && props.is_absent("desiredCapacity") {
        return;
    }
    table::insert(lowering.properties(draft), "MaxSize", node.span, node);
}

/// Registers the instances of the group with the target group. Gives the type of the target that they are.
pub(crate) fn attach<'a>(
    lowering: &mut Lowering<'a>,
    instances: usize,
    group: usize,
    place: Place<'a>,
) -> Option<&'static str> {
    let construct = &lowering.constructs[instances];
    let (stack, region) = (construct.place.stack, construct.place.region);
    if let Some(draft) = construct.resource
        && lowering.scopes.covers(place.region, region)
    {
        let arn = arn(lowering, group, stack, place.at.span());
        push(lowering, draft, "TargetGroupARNs", arn);
    }
    Some("instance")
}
