use crate::facts::extension::{self, Row, error};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A machine or a network interface is given its primary private address in two places.
    ///
    /// `PrivateIpAddress` is the primary one. Network interfaces, and items of `PrivateIpAddresses` with `Primary: true`, say it
    /// as well, and Amazon EC2 refuses two.
    name: "ec2-private-address-given-twice",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3674"],
    founding: [],
    check: Check::Resources(&["AWS::EC2::Instance", "AWS::EC2::NetworkInterface"], check),
}

const ROWS: &[Row] = &[error(
    "ec2_instance/privateipaddress",
    "`PrivateIpAddress` is the primary address already, and there is only one.",
)];

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    extension::check(resource, cx, ROWS);
}
