//! Auto Scaling groups, and what changes how many machines they have.

use crate::engine::Context;
use model::{Node, Resource, ResourceView, Value};

/// A group.
pub(crate) const GROUP: &str = "AWS::AutoScaling::AutoScalingGroup";

/// A policy that adds and removes machines.
pub(crate) const POLICY: &str = "AWS::AutoScaling::ScalingPolicy";

/// A time at which a group gets another size.
pub(crate) const SCHEDULE: &str = "AWS::AutoScaling::ScheduledAction";

/// What runs containers on a group, and scales it with them.
const CAPACITY_PROVIDER: &str = "AWS::ECS::CapacityProvider";

/// Types that are handed a group to change its size, by an API that is not seen.
const ACTORS: [&str; 5] = [
    "AWS::CloudFormation::CustomResource",
    "AWS::CloudFormation::Stack",
    "AWS::Lambda::Function",
    "AWS::SSM::Document",
    "AWS::Scheduler::Schedule",
];

/// True when a resource of type `ty` is meant for the group: it names it, or what it names cannot be known.
pub(crate) fn has(group: &ResourceView<'_>, ty: &str, property: &str, cx: &Context<'_>) -> bool {
    cx.resources_of(ty).any(|it| {
        let of = cx.view(it).property(property);
        let mut targets = of.targets().into_iter().peekable();
        // A name that is put together may be that of any group.
        let is_unknown = of.may_be_set() && targets.peek().is_none();
        is_unknown || targets.any(|it| it.text == group.key)
    })
}

/// True when something that is not seen may change how many machines the group has: a nested stack, a function or custom code
/// is given it, an output hands it to other stacks, a tool of Kubernetes finds it by its tags; or not all of the stack is seen.
pub(crate) fn may_be_scaled_elsewhere(group: &ResourceView<'_>, cx: &Context<'_>) -> bool {
    let is_actor = |it: &Resource| ACTORS.contains(&it.ty.text.as_str()) || it.ty.text.starts_with("Custom::");
    cx.is_open()
        || group.property("AutoScalingGroupName").is_uncertain()
        || is_of_kubernetes(group)
        || cx.resources_of("AWS::AutoScalingPlans::ScalingPlan").next().is_some()
        || cx.dependents(&group.key).any(|it| is_actor(it))
        // Asked last: it is asked again at every change.
        || cx.stack().outputs.iter().flat_map(|it| &it.references).any(|it| it.target.text == group.key)
}

/// True for the machines of a cluster of Kubernetes, which an autoscaler of its own adds and removes.
fn is_of_kubernetes(group: &ResourceView<'_>) -> bool {
    let mut found = false;
    if let Some(tags) = group.properties.get("Tags") {
        let is_word = |it: &str| it.contains("kubernetes.io") || it.contains("k8s.io") || it.contains("karpenter.sh");
        tags.walk(&mut |it: &Node| match &it.value {
            Value::Scalar(text) => found |= is_word(&text.text),
            Value::Call(call) => {
                if let model::Call::Sub(parts) = &**call {
                    found |= parts.iter().any(|it| matches!(it, model::Part::Text(text) if is_word(&text.text)));
                }
            }
            _ => (),
        });
    }
    found
}

/// True for a group that a capacity provider of Amazon ECS uses.
pub(crate) fn is_of_containers(group: &ResourceView<'_>, cx: &Context<'_>) -> bool {
    has(group, CAPACITY_PROVIDER, "AutoScalingGroupProvider.AutoScalingGroupArn", cx)
}
