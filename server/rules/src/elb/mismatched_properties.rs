use crate::facts::extension::{self, Row, error};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// The properties of a load balancer or a target group do not go together.
    ///
    /// What they can say depends on the protocol and on what its targets are:
    ///
    /// - HTTPS and SSL of a Classic Load Balancer need a certificate; of the other ones, see
    ///   `load-balancer-listener-without-certificate`.
    /// - An Application Load Balancer needs subnets in two zones at least.
    /// - Targets that are functions have no port, no protocol and no VPC; all others need them.
    /// - The protocol GENEVE has port 6081.
    /// - `Matcher` and `ProtocolVersion` are of HTTP and HTTPS.
    ///
    /// Elastic Load Balancing refuses the rest when the resource is made.
    ///
    /// ## Fix
    ///
    /// Takes out a property that does not belong there.
    name: "elb-mismatched-properties",
    category: Correctness,
    severity: Error,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    aliases: [
        "cfn_lint:E3679",
        "cfn_lint:E3680",
        "cfn_lint:E3681",
        "cfn_lint:E3683",
        "cfn_lint:E3684",
    ],
    founding: [],
    check: Check::Resources(
        &[
            "AWS::ElasticLoadBalancing::LoadBalancer",
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
            "AWS::ElasticLoadBalancingV2::TargetGroup",
        ],
        check,
    ),
}

const ROWS: &[Row] = &[
    error("elasticloadbalancing_loadbalancer/certificate", "A listener for HTTPS or SSL needs a certificate."),
    error(
        "elasticloadbalancingv2_loadbalancer/application_subnets",
        "An Application Load Balancer stands in two Availability Zones at least.",
    ),
    error(
        "elasticloadbalancingv2_targetgroup/targettype_restrictions",
        "Targets that are functions have no port, no protocol and no VPC; all others need them.",
    ),
    error("elasticloadbalancingv2_targetgroup/protocol_restrictions", "The protocol GENEVE has this port."),
    error(
        "elasticloadbalancingv2_targetgroup/healthcheckprotocol_restrictions",
        "It belongs to health checks by HTTP or HTTPS.",
    ),
];

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    extension::check(resource, cx, ROWS);
}
