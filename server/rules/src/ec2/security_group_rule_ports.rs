use crate::facts::extension::{self, Row, error, warning};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// The ports of a rule of a security group do not fit its protocol.
    ///
    /// A rule for TCP, UDP or ICMP says from which port to which (for ICMP: which type and code). `-1` means all, and then
    /// stands in both places. Of other protocols, and of `-1` for all of them, Amazon EC2 lets all traffic through, whatever
    /// ports are written.
    ///
    /// ## What is not reported
    ///
    /// Ports and protocols that are not known before deployment.
    ///
    /// ## Fix
    ///
    /// Takes out ports that count for nothing.
    name: "security-group-rule-ports",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3687", "cfn_lint:E3688", "cfn_lint:W3687"],
    founding: [],
    check: Check::Resources(
        &["AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupEgress", "AWS::EC2::SecurityGroupIngress"],
        check,
    ),
}

const ROWS: &[Row] = &[
    error(
        "ec2_securitygroup/protocols_and_port_ranges_include",
        "A rule for TCP, UDP or ICMP says which ports or types it is for; `-1` in both means all.",
    ),
    error("ec2_securitygroup/all_to_and_from_ports", "`-1` means all, and then both are `-1`."),
    warning(
        "ec2_securitygroup/protocols_and_port_ranges_exclude",
        "Only TCP, UDP and ICMP have ports: of this protocol all traffic is let through, whatever stands here.",
    ),
];

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    extension::check(resource, cx, ROWS);
}
