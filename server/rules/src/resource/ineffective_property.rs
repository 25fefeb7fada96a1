use crate::facts::below;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A property has no effect because of what stands beside it.
    ///
    /// The service takes it and does nothing with it, so the resource is not what the template says:
    ///
    /// - `VirtualName` beside `Ebs`: a volume is no disk of the machine.
    /// - `Iops` of a volume whose type has no number of its own (`gp2`, `st1`, `sc1`, `standard`).
    /// - `ForwardedValues` beside `CachePolicyId`: the policy says what is forwarded.
    /// - `ReplicaMode` of an engine other than Oracle and Db2.
    ///
    /// ## What is not reported
    ///
    /// Properties beside something that is not known before deployment.
    ///
    /// ## Fix
    ///
    /// Takes the property out.
    name: "ineffective-property",
    category: Correctness,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:W3671", "cfn_lint:W3698", "cfn_lint:W3699", "cfn_lint:W3704"],
    founding: [],
    check: Check::Resources(
        &[
            "AWS::AutoScaling::LaunchConfiguration",
            "AWS::CloudFront::Distribution",
            "AWS::EC2::Instance",
            "AWS::EC2::LaunchTemplate",
            "AWS::EC2::SpotFleet",
            "AWS::OpsWorks::Instance",
            "AWS::RDS::DBInstance",
        ],
        check,
    ),
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    if resource.made.is_some() || resource.construct.is_some() {
        return;
    }
    let all = resource.all();
    let devices = match resource.ty.text.as_str() {
        "AWS::CloudFront::Distribution" => {
            for path in ["DistributionConfig/DefaultCacheBehavior", "DistributionConfig/CacheBehaviors/*"] {
                for behavior in below::at(&all, path) {
                    if !behavior.get("CachePolicyId").may_be_absent() {
                        tell(&behavior, "ForwardedValues", "the cache policy says what is forwarded", cx);
                    }
                }
            }
            return;
        }
        "AWS::RDS::DBInstance" => {
            let engine = resource.property("Engine").as_str().map(str::to_ascii_lowercase);
            let has_modes = |it: &str| ["oracle", "custom-oracle", "db2"].iter().any(|known| it.starts_with(known));
            if engine.is_some_and(|it| !has_modes(&it)) {
                tell(&all, "ReplicaMode", "only replicas of Oracle and Db2 have modes", cx);
            }
            return;
        }
        "AWS::EC2::LaunchTemplate" => "LaunchTemplateData/BlockDeviceMappings/*",
        "AWS::EC2::SpotFleet" => "SpotFleetRequestConfigData/LaunchSpecifications/*/BlockDeviceMappings/*",
        _ => "BlockDeviceMappings/*",
    };
    for device in below::at(&all, devices) {
        let volume = device.get("Ebs");
        if !volume.may_be_absent() {
            tell(&device, "VirtualName", "an EBS volume is no disk of the machine", cx);
        }
        let ty = volume.get("VolumeType");
        if ty.as_str().is_some_and(|it| matches!(it, "gp2" | "sc1" | "st1" | "standard")) {
            tell(&volume, "Iops", "volumes of this type have no number of their own", cx);
        }
    }
}

fn tell(map: &Property<'_>, name: &str, reason: &str, cx: &mut Context<'_>) {
    let property = map.get(name);
    let [case] = property.cases() else { return };
    let Some((key, node)) = map.written().and_then(Node::as_map).and_then(|it| it.entry(name)) else { return };
    if matches!(case.state, State::Absent) {
        return;
    }
    cx.report(key.span, format!("`{name}` has no effect here: {reason}."))
        .fix(format!("Delete `{name}`"), vec![Change::Delete { span: node.span }]);
}
