use crate::facts::related;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// The greatest size of an Auto Scaling group is below its least, or leaves a policy nothing to scale.
    ///
    /// Amazon EC2 Auto Scaling refuses a group whose `MaxSize` is below its `MinSize`. Where both are equal, a policy that
    /// tracks a target can never add or remove a machine.
    name: "autoscaling-invalid-size",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3706", "cfn_lint:E3712"],
    founding: [],
    check: Check::Resources(&["AWS::AutoScaling::AutoScalingGroup", "AWS::AutoScaling::ScalingPolicy"], check),
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    if resource.ty.text == "AWS::AutoScaling::AutoScalingGroup" {
        let (least, greatest) = (resource.property("MinSize"), resource.property("MaxSize"));
        if let (Some(min), Some(max), Some(span)) = (least.as_int(), greatest.as_int(), greatest.span())
            && max < min
        {
            let message = format!("The greatest size of the group, {max}, is below its least, {min}.");
            let draft = cx.report(span, message);
            if let Some(span) = least.span() {
                draft.related(span, "the least size");
            }
        }
        return;
    }
    let is_tracking = resource.property("PolicyType").is("TargetTrackingScaling");
    if !is_tracking || resource.property("AutoScalingGroupName").target().is_none() {
        return;
    }
    let Some(policy) = related::itself(resource, cx) else { return };
    let name = policy.property("AutoScalingGroupName");
    let Some(group) = related::resource(&name, "AWS::AutoScaling::AutoScalingGroup", cx) else { return };
    let (least, greatest) = (group.property("MinSize"), group.property("MaxSize"));
    if let (Some(min), Some(max), Some(span)) = (least.as_int(), greatest.as_int(), name.span())
        && min == max
    {
        let message =
            format!("`{}` always has {min} machines: this policy can never add or remove one.", group.id.text);
        cx.report(span, message)
            .at_most(Warning)
            .related(greatest.span().unwrap_or(group.id.span), "the greatest size");
    }
}
