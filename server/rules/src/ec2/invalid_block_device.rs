use crate::facts::extension::{self, Row, error};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A disk of a machine has a number of operations that its type does not have, or a name that is none.
    ///
    /// Volumes with provisioned operations (`io1`, `io2`) need `Iops`, and each type has its own bounds. A mapping without
    /// `Ebs` is one of the machine's own disks, which are called `ephemeral0` to `ephemeral23`. See "Amazon EBS volume types" in
    /// the Amazon EBS User Guide.
    name: "ec2-invalid-block-device",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3671", "cfn_lint:E3715"],
    founding: [],
    check: Check::Resources(
        &[
            "AWS::AutoScaling::LaunchConfiguration",
            "AWS::EC2::Instance",
            "AWS::EC2::LaunchTemplate",
            "AWS::EC2::SpotFleet",
            "AWS::OpsWorks::Instance",
        ],
        check,
    ),
}

const ROWS: &[Row] = &[
    error(
        "ec2_instance/blockdevicemappings",
        "Types of volumes differ in how many operations a second they can be given, and `io1` and `io2` must be given some.",
    ),
    error(
        "ec2_instance/virtualname_ephemeral",
        "Without `Ebs` it is one of the machine's own disks, `ephemeral0` to `ephemeral23`.",
    ),
];

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    extension::check(resource, cx, ROWS);
}
