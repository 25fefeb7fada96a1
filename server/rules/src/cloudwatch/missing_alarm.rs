use crate::facts::alarms;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// Nobody is told when a database, a load balancer, an Auto Scaling group or a function is in trouble.
    ///
    /// No alarm of the stack watches any metric of the resource. AWS recommends an alarm for each of these services
    /// (Recommended alarms, Amazon CloudWatch User Guide): `FreeStorageSpace` and `CPUUtilization` of a database,
    /// `HTTPCode_ELB_5XX_Count` of a balancer, `GroupInServiceInstances` of a group, `Errors` and `Throttles` of a function.
    ///
    /// An opinion, since alarms are often made elsewhere, so it is off unless the configuration turns it on.
    ///
    /// Alarms are matched by the dimensions of their metric, or of any metric of their expressions: a dimension that names the
    /// resource, by reference or by the name that the resource is given. An alarm of a service's namespace without dimensions
    /// watches all of its resources. A group with a policy that tracks a target has the alarms of that policy.
    ///
    /// ## What is not reported
    ///
    /// A resource, while dimensions or expressions of some alarm are not known (it may be the one that is watched), or not all
    /// of the stack is seen; functions that the CDK makes for itself.
    ///
    /// ## Fix
    ///
    /// None: which value is too much, and whom to tell, is not in the text.
    name: "cloudwatch-missing-alarm",
    category: Reliability,
    severity: Hint,
    default_on: false,
    fix: None,
    front_ends: FrontEnds::Both,
    founding: ["F59"],
    check: Check::Resources(WATCHED, check),
}

const WATCHED: &[&str] = &[
    "AWS::AutoScaling::AutoScalingGroup",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::Lambda::Function",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
];

/// What each type is called, its namespace of metrics, the property that gives it a name, and what to watch first.
fn about(ty: &str) -> (&'static str, &'static str, &'static str, &'static str) {
    match ty {
        "AWS::AutoScaling::AutoScalingGroup" => {
            ("group", "AWS/AutoScaling", "AutoScalingGroupName", "`GroupInServiceInstances`")
        }
        "AWS::ElasticLoadBalancingV2::LoadBalancer" => {
            ("load balancer", "AWS/ApplicationELB", "Name", "`HTTPCode_ELB_5XX_Count` and `UnHealthyHostCount`")
        }
        "AWS::Lambda::Function" => ("function", "AWS/Lambda", "FunctionName", "`Errors` and `Throttles`"),
        "AWS::RDS::DBCluster" => ("database", "AWS/RDS", "DBClusterIdentifier", "`CPUUtilization`"),
        _ => ("database", "AWS/RDS", "DBInstanceIdentifier", "`FreeStorageSpace` and `CPUUtilization`"),
    }
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let (what, namespace, name, metrics) = about(&resource.ty.text);
    let is_application = resource.property("Type").is_absent() || resource.property("Type").is("application");
    let is_helper = resource.is_of_stack() || resource.construct.as_deref() == Some("core.CustomResourceProvider");
    if cx.is_open() || is_helper || resource.ty.text.ends_with("::LoadBalancer") && !is_application {
        return;
    }
    let name = resource.property(name);
    if alarms::may_watch(resource, namespace, &name, cx) {
        return;
    }
    let message = format!(
        "No alarm watches the {what} `{}`, so nobody is told when it is in trouble. Add one on {metrics} at least.",
        resource.id.text
    );
    cx.report(resource.id.span, message);
}
