use crate::facts::scaling_groups::{self, GROUP, SCHEDULE};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// No schedule changes the size of an Auto Scaling group.
    ///
    /// Machines of an environment that people use by day run, and cost, for the two thirds of the week in which nobody uses them.
    /// Scheduled actions can end them in the evening and start them in the morning: "Scheduled scaling helps you to set up your own
    /// scaling schedule according to predictable load changes" (Scheduled scaling, Amazon EC2 Auto Scaling User Guide).
    ///
    /// It is an opinion, so it is off unless the configuration turns it on.
    ///
    /// ## What is not reported
    ///
    /// A group that a capacity provider of Amazon ECS or an autoscaler of Kubernetes scales, or that something is given which is
    /// not seen; an action for a group that cannot be known counts as one for this group.
    ///
    /// ## Fix
    ///
    /// None: when the machines are needed is not in the text.
    name: "autoscaling-group-without-schedule",
    category: Cost,
    severity: Hint,
    default_on: false,
    fix: None,
    front_ends: FrontEnds::Both,
    founding: ["F51"],
    check: Check::Resources(&[GROUP], check),
}

fn check(group: &ResourceView<'_>, cx: &mut Context<'_>) {
    let is_scheduled = scaling_groups::has(group, SCHEDULE, "AutoScalingGroupName", cx)
        || scaling_groups::is_of_containers(group, cx)
        || scaling_groups::may_be_scaled_elsewhere(group, cx);
    if !is_scheduled {
        let message = format!(
            "The machines of `{}` run by night and at weekends too. Where nobody needs them then, add scheduled actions.",
            group.id.text
        );
        cx.report(group.id.span, message);
    }
}
