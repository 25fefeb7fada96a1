//! Groups of instances that are scaled together.

use super::target_groups::{arn, push};
use super::vpc_plan::items_of;
use super::{MethodCall, inner};
use crate::evaluate::{Given, Props};
use crate::lower::{Level, Lowering};
use crate::scope::{At, Place};
use crate::table::{self, Form};
use model::{List, Map, Node, SmolStr, Span, Value};

const GROUP: &str = "aws-autoscaling.AutoScalingGroup";

/// Methods of a group that make what changes its size, with the type of that; others are in the tables.
const METHODS: &[(&str, &str)] = &[
    ("scaleOnMetric", "AWS::AutoScaling::ScalingPolicy"),
    ("scaleOnOutgoingBytes", "AWS::AutoScaling::ScalingPolicy"),
    ("scaleOnRequestCount", "AWS::AutoScaling::ScalingPolicy"),
    ("scaleOnSchedule", "AWS::AutoScaling::ScheduledAction"),
    ("scaleToTrackMetric", "AWS::AutoScaling::ScalingPolicy"),
];

/// Classes that are given a group by a prop, and the property that names it then.
const USERS: &[(&str, &str, &str)] = &[
    ("aws-autoscaling.ScheduledAction", "autoScalingGroup", "AutoScalingGroupName"),
    ("aws-autoscaling.StepScalingPolicy", "autoScalingGroup", "AutoScalingGroupName"),
    ("aws-autoscaling.TargetTrackingScalingPolicy", "autoScalingGroup", "AutoScalingGroupName"),
    ("aws-codedeploy.ServerDeploymentGroup", "autoScalingGroups", "AutoScalingGroups"),
    ("aws-ecs.AsgCapacityProvider", "autoScalingGroup", "AutoScalingGroupProvider.AutoScalingGroupArn"),
];

/// The props that say how large a group may become, the first of those that are given (`AutoScalingGroup` of
/// aws-cdk-lib).
const LARGEST: [&str; 3] = ["maxCapacity", "desiredCapacity", "minCapacity"];

/// Says what the tables cannot: they know what each prop does alone.
pub(crate) fn complete<'a>(lowering: &mut Lowering<'a>, index: usize, drafts: &[usize], props: &Props<'a>) {
    if lowering.constructs[index].class == GROUP {
        say_size(lowering, index, drafts, props);
        describe_machines(lowering, index, drafts, props);
    }
}

/// Says which group, profile and key pair the machines have, of which the tables know nothing when there is an image.
fn describe_machines<'a>(lowering: &mut Lowering<'a>, index: usize, drafts: &[usize], props: &Props<'a>) {
    let id = lowering.constructs[index].id.span;
    let of_type = |lowering: &Lowering<'a>, ty: &str| {
        drafts.iter().copied().find(|it| lowering.drafts[*it].resource.ty.text == ty)
    };
    let Some(template) = of_type(lowering, "AWS::EC2::LaunchTemplate") else { return };
    let own = |lowering: &Lowering<'a>, ty: &str, attribute: &str| {
        of_type(lowering, ty).map(|it| inner::reference_to(lowering, it, attribute, id))
    };
    let named = |lowering: &Lowering<'a>, attribute, at| Some(table::value(lowering, Form::Reference(attribute), at));
    // With `associatePublicIpAddress` it is the network interface that has the groups.
    let group = match (props.get("securityGroup"), props.is_absent("associatePublicIpAddress")) {
        (Given::Value(at), true) => named(lowering, "GroupId", at),
        (Given::Absent, true) => own(lowering, "AWS::EC2::SecurityGroup", "GroupId"),
        _ => None,
    };
    let profile = match props.is_absent("instanceProfile") {
        true => own(lowering, "AWS::IAM::InstanceProfile", "Arn"),
        false => None,
    };
    let key = match (props.get("keyPair"), props.get("keyName")) {
        (Given::Value(at), _) => named(lowering, "Ref", at),
        (Given::Absent, Given::Value(at)) => Some(lowering.node(at)),
        _ => None,
    };
    // `addSecurityGroup` adds others.
    let groups = group.map(|it| {
        let span = it.span;
        Node { value: Value::List(List { items: vec![it], open: true }), span }
    });
    let properties = lowering.properties(template);
    if !properties.get("LaunchTemplateData").is_some_and(|it| matches!(it.value, Value::Unknown)) {
        return;
    }
    let said = [("SecurityGroupIds", groups), ("IamInstanceProfile.Arn", profile), ("KeyName", key)];
    for (name, node) in said {
        if let Some(node) = node {
            table::insert(properties, &format!("LaunchTemplateData.{name}"), node.span, node);
        }
    }
}

fn say_size<'a>(lowering: &mut Lowering<'a>, index: usize, drafts: &[usize], props: &Props<'a>) {
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

/// Says which groups something is for.
pub(crate) fn name_groups(lowering: &mut Lowering<'_>, index: usize, draft: usize) {
    let class = lowering.constructs[index].class.clone();
    let Some((_, prop, property)) = USERS.iter().find(|it| it.0 == class) else { return };
    let Some(at) = lowering.props_of(index).value(prop) else { return };
    let node = if *property == "AutoScalingGroups" {
        let mut groups = Vec::new();
        let is_complete = items_of(lowering, at, &mut groups, 0);
        let groups: Option<Vec<Node>> = groups.into_iter().map(|it| group_at(lowering, it)).collect();
        groups.map(|items| Node { value: Value::List(List { items, open: !is_complete }), span: at.span() })
    } else {
        group_at(lowering, at)
    };
    if let Some(node) = node {
        table::insert(lowering.properties(draft), property, node.span, node);
    }
}

/// `Ref` of the group that the expression at `at` stands for.
fn group_at<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Option<Node> {
    let (index, Level::Construct) = lowering.construct_of(at)? else { return None };
    Some(name_of(lowering, index, at.span())?.1)
}

fn name_of(lowering: &Lowering<'_>, index: usize, span: Span) -> Option<(usize, Node)> {
    let construct = &lowering.constructs[index];
    let draft = construct.resource.filter(|_| construct.class == GROUP)?;
    Some((draft, inner::reference_to(lowering, draft, "Ref", span)))
}

/// `group.scaleOnSchedule('Evening', { ... })` and its like.
pub(crate) fn apply<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>) {
    let Some((_, ty)) = METHODS.iter().find(|it| it.0 == call.method.text) else { return };
    let Some((group, Level::Construct)) = lowering.construct_of(call.object) else { return };
    let Some((_, name)) = name_of(lowering, group, call.span()) else { return };
    let id = call.argument(0).and_then(|it| lowering.node(it).as_str().map(SmolStr::new));
    let id = id.unwrap_or_else(|| call.method.text.clone());
    let properties = Map { open: true, ..inner::map(vec![("AutoScalingGroupName", name)], call.span()) };
    inner::resource(lowering, group, call.place, &format!("{id}/Resource"), ty, properties);
}
