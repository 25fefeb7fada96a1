//! What the policies beside the properties of a resource hold: `CreationPolicy` and `UpdatePolicy`.

/// The keys of a policy, each with the keys of the map that it holds; none for a scalar.
pub type Keys = &'static [(&'static str, &'static [&'static str])];

/// The types with an `UpdatePolicy`, and its keys.
///
/// See "UpdatePolicy attribute" in the AWS CloudFormation User Guide.
const UPDATE_POLICIES: &[(&str, Keys)] = &[
    ("AWS::AppStream::Fleet", &[("StartAfterUpdate", &["Type"]), ("StopBeforeUpdate", &["Type"])]),
    (
        "AWS::AutoScaling::AutoScalingGroup",
        &[
            ("AutoScalingReplacingUpdate", &["WillReplace"]),
            (
                "AutoScalingRollingUpdate",
                &[
                    "MaxBatchSize",
                    "MinActiveInstancesPercent",
                    "MinInstancesInService",
                    "MinSuccessfulInstancesPercent",
                    "PauseTime",
                    "SuspendProcesses",
                    "WaitOnResourceSignals",
                ],
            ),
            ("AutoScalingScheduledAction", &["IgnoreUnmodifiedGroupSizeProperties"]),
        ],
    ),
    ("AWS::ElastiCache::ReplicationGroup", &[("UseOnlineResharding", &[])]),
    ("AWS::Elasticsearch::Domain", &[("EnableVersionUpgrade", &[])]),
    (
        "AWS::Lambda::Alias",
        &[(
            "CodeDeployLambdaAliasUpdate",
            &["AfterAllowTrafficHook", "ApplicationName", "BeforeAllowTrafficHook", "DeploymentGroupName"],
        )],
    ),
    ("AWS::OpenSearchService::Domain", &[("EnableVersionUpgrade", &[])]),
];

/// The types with a `CreationPolicy`, in the same way.
///
/// See "CreationPolicy attribute" in the AWS CloudFormation User Guide.
const CREATION_POLICIES: &[(&str, Keys)] = &[
    ("AWS::AppStream::Fleet", &[("StartFleet", &[])]),
    (
        "AWS::AutoScaling::AutoScalingGroup",
        &[("AutoScalingCreationPolicy", &["MinSuccessfulInstancesPercent"]), ("ResourceSignal", &["Count", "Timeout"])],
    ),
    ("AWS::CloudFormation::WaitCondition", &[("ResourceSignal", &["Count", "Timeout"])]),
    ("AWS::EC2::Instance", &[("ResourceSignal", &["Count", "Timeout"])]),
];

/// The keys of the policy called `policy` of a resource of type `ty`; `None` where it has none.
pub fn keys(policy: &str, ty: &str) -> Option<Keys> {
    let policies = match policy {
        "UpdatePolicy" => UPDATE_POLICIES,
        "CreationPolicy" => CREATION_POLICIES,
        _ => return None,
    };
    policies.iter().find(|it| it.0 == ty).map(|it| it.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_belong_to_types() {
        assert!(keys("CreationPolicy", "AWS::EC2::Instance").is_some_and(|it| it[0].0 == "ResourceSignal"));
        assert!(keys("UpdatePolicy", "AWS::Lambda::Alias").is_some());
        assert!(keys("UpdatePolicy", "AWS::EC2::Instance").is_none());
        assert!(keys("DeletionPolicy", "AWS::EC2::Instance").is_none());
    }
}
