use crate::facts::branches::{self, Alternative};
use crate::facts::names::free_name;
use crate::facts::scaling_groups::{self, GROUP, POLICY, SCHEDULE};
use crate::facts::written;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// An Auto Scaling group may grow, and nothing ever makes it grow.
    ///
    /// `MaxSize` is above `MinSize`, but no scaling policy and no scheduled action changes how many machines the group has. It
    /// keeps the number that it starts with, however busy these are; the greatest size is a promise that nobody keeps.
    /// "With target tracking, you select a metric and a target value to represent the ideal average utilization" (Target
    /// tracking scaling policies, Amazon EC2 Auto Scaling User Guide).
    ///
    /// The default of a parameter counts: it is what a deployment gets that does not say otherwise.
    ///
    /// ## What is not reported
    ///
    /// - Sizes that are equal or not known.
    /// - A group whose greatest size only leaves room for a rolling update that keeps `MinInstancesInService` machines.
    /// - A group that a capacity provider of Amazon ECS scales, or an autoscaler of Kubernetes by its tags; one that a nested
    ///   stack, a function or a custom resource is given, or that an output hands on; a stack of which not all is seen.
    /// - A policy or an action for a group that cannot be known counts as one for this group.
    ///
    /// ## Fix
    ///
    /// Adds a policy that keeps the processors at 60 percent on average. That adds machines when they are busy and removes them
    /// when they are not, so it is applied only on request: what runs on them must bear both.
    name: "autoscaling-group-without-scaling-policy",
    category: Reliability,
    severity: Info,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    founding: ["F39"],
    check: Check::Resources(&[GROUP], check),
}

/// How many percent of the processors the fix keeps busy.
const PERCENT: i64 = 60;

fn check(group: &ResourceView<'_>, cx: &mut Context<'_>) {
    let Some((least, greatest)) = range(group) else { return };
    let is_scaled = scaling_groups::has(group, POLICY, "AutoScalingGroupName", cx)
        || scaling_groups::has(group, SCHEDULE, "AutoScalingGroupName", cx)
        || scaling_groups::is_of_containers(group, cx)
        || scaling_groups::may_be_scaled_elsewhere(group, cx);
    if is_scaled {
        return;
    }
    let message = format!(
        "`{}` may have from {} to {} machines, but no scaling policy and no schedule changes how many it has: under load it stays \
         as small as it is. Add a scaling policy.",
        group.id.text, least.0, greatest.0
    );
    let changes = if cx.wants_fixes() { vec![policy(group, cx.stack())] } else { Vec::new() };
    let draft = cx.report(greatest.1, message);
    if !changes.is_empty() {
        let intent = Intent::ScaleOnCpu { group: written::maker(group), percent: PERCENT };
        let title = format!("Scale the group so that its processors are {PERCENT}% busy");
        draft.fix_as(Unsafe, title, changes, Some(intent));
    }
}

/// A size, and where it is said.
type Size = (i64, Span);

/// The sizes of a deployment in which the group has room to grow, beyond what its updates need.
fn range(group: &ResourceView<'_>) -> Option<(Size, Size)> {
    let (least, greatest) = (branches::of(group, "MinSize"), branches::of(group, "MaxSize"));
    let rolling = group.attribute("UpdatePolicy").get("AutoScalingRollingUpdate");
    let room = |path: &str, otherwise: i64| -> Option<i64> {
        let sizes = branches::all(&rolling.get(path));
        let sizes = sizes.iter().map(|it| match it.state {
            State::Absent => Some(otherwise),
            _ => number(it),
        });
        sizes.collect::<Option<Vec<_>>>()?.into_iter().max()
    };
    for most in &greatest {
        for least in least.iter().filter(|it| !it.property().cases()[0].excludes(&most.property().cases()[0])) {
            let (Some(min), Some(max)) = (number(least), number(most)) else { continue };
            if max <= min {
                continue;
            }
            // What stays in service, and what is replaced at one time.
            let kept = room("MinInstancesInService", 0)?;
            if kept >= min && max <= kept + room("MaxBatchSize", 1)? {
                continue;
            }
            return Some(((min, least.span), (max, most.span)));
        }
    }
    None
}

fn number(alternative: &Alternative<'_>) -> Option<i64> {
    match alternative.state {
        State::Known(node) | State::Default(node) => node.as_int(),
        State::Absent | State::Unknown => None,
    }
}

fn policy(group: &ResourceView<'_>, stack: &Stack) -> Change {
    let metric = Literal::map([("PredefinedMetricType", Literal::text("ASGAverageCPUUtilization"))]);
    let tracking = Literal::map([("PredefinedMetricSpecification", metric), ("TargetValue", Literal::Number(PERCENT))]);
    Change::AddResource {
        id: free_name(stack, &format!("{}CpuPolicy", group.key)),
        ty: POLICY.into(),
        properties: Literal::map([
            ("AutoScalingGroupName", Literal::Ref(group.key.clone())),
            ("PolicyType", Literal::text("TargetTrackingScaling")),
            ("TargetTrackingConfiguration", tracking),
        ]),
        condition: group.condition.as_ref().map(|it| it.text.clone()),
        after: group.origin,
    }
}
