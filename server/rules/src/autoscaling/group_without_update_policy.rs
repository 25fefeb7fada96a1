use crate::facts::scaling_groups::{self, GROUP};
use crate::facts::written;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A change of an Auto Scaling group does not reach the machines that run.
    ///
    /// A new image or a new launch template counts for machines that are started from then on; the others go on with the old
    /// one until somebody ends them. "To specify how CloudFormation handles updates for an Auto Scaling group, use an
    /// `UpdatePolicy` attribute" (UpdatePolicy attribute, AWS CloudFormation User Guide): without `AutoScalingRollingUpdate`,
    /// `AutoScalingReplacingUpdate` or `AutoScalingInstanceRefresh` it changes the group's settings and leaves the machines alone.
    /// The deployment says that all is well, and half of the machines run something else.
    ///
    /// ## What is not reported
    ///
    /// - A group that CodeDeploy deploys to, or a capacity provider of Amazon ECS uses.
    /// - A policy that is not known, and a group of a stack of which not all is seen. What `addCapacity` of a cluster of Amazon ECS
    ///   makes has a policy by default, which replaces the group.
    ///
    /// ## Fix
    ///
    /// Adds a rolling update: one machine after the other, while scaling processes that would get in the way rest, and no fewer
    /// than the least size in service where the greatest leaves room for that. A group that waits for signals when it is made
    /// (`CreationPolicy`) waits for them here too. The next change then replaces machines, so it is applied only on request. In
    /// the CDK it is `updatePolicy: autoscaling.UpdatePolicy.rollingUpdate()`.
    name: "autoscaling-group-without-update-policy",
    category: Deployment,
    severity: Info,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    founding: ["F40"],
    check: Check::Resources(&[GROUP], check),
}

/// Ways to bring a change to the machines that run.
const WAYS: [&str; 3] = ["AutoScalingInstanceRefresh", "AutoScalingReplacingUpdate", "AutoScalingRollingUpdate"];

/// What would start or end machines in the middle of an update, as AWS recommends to suspend it.
const PROCESSES: [&str; 6] =
    ["HealthCheck", "ReplaceUnhealthy", "AZRebalance", "AlarmNotification", "ScheduledActions", "InstanceRefresh"];

fn check(group: &ResourceView<'_>, cx: &mut Context<'_>) {
    let policy = group.attribute("UpdatePolicy");
    let replaces = |name: &str| {
        let is_set = policy.get(name).may_be_set();
        is_set && !(name == "AutoScalingReplacingUpdate" && policy.get(name).get("WillReplace").is("false"))
    };
    if cx.is_open()
        || group.attributes.open
        || WAYS.iter().any(|it| replaces(it))
        || scaling_groups::has(group, "AWS::CodeDeploy::DeploymentGroup", "AutoScalingGroups", cx)
        || scaling_groups::is_of_containers(group, cx)
    {
        return;
    }
    let message = format!(
        "A new image or launch template does not reach the machines of `{}` that run already, since the group has no update \
         policy. Add one that replaces them.",
        group.id.text
    );
    let change = Change::SetAttribute {
        origin: group.origin,
        attribute: "UpdatePolicy".into(),
        path: "AutoScalingRollingUpdate".into(),
        value: rolling_update(group),
    };
    let intent = Intent::RollingUpdate { group: written::maker(group) };
    cx.report(group.id.span, message).fix_as(Unsafe, "Add a rolling update", vec![change], Some(intent));
}

fn rolling_update(group: &ResourceView<'_>) -> Literal {
    let mut entries = Vec::new();
    let mut add = |name: &str, value| entries.push((name.to_owned(), value));
    let (least, greatest) = (group.property("MinSize"), group.property("MaxSize"));
    if let (Some(min), Some(max)) = (least.as_int(), greatest.as_int())
        && min > 0
        && min < max
    {
        add("MinInstancesInService", Literal::Number(min));
    }
    add("MaxBatchSize", Literal::Number(1));
    let signal = group.attribute("CreationPolicy").get("ResourceSignal");
    if signal.written().is_some() {
        add("WaitOnResourceSignals", Literal::Bool(true));
    }
    let timeout = signal.get("Timeout");
    add("PauseTime", timeout.as_str().map_or_else(|| Literal::text("PT5M"), Literal::text));
    add("SuspendProcesses", Literal::List(PROCESSES.iter().map(|it| Literal::text(*it)).collect()));
    Literal::Map(entries)
}
