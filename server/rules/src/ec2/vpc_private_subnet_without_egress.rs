use crate::prelude::*;
use crate::rule::rule;
use std::collections::HashSet;

rule! {
    /// Subnets that are meant to reach the internet have no way there.
    ///
    /// `PRIVATE_WITH_EGRESS` says that what runs in a subnet can call out. With `natGateways: 0` the VPC makes these subnets
    /// without any route: functions and tasks in them time out when they call an AWS service that has no endpoint, pull an image
    /// or fetch a package. The library does not complain, since a way out may still be added by hand. "PRIVATE_WITH_EGRESS:
    /// [...] By default, a NAT gateway is created in every public subnet for maximum availability. Be sure that [...] you
    /// provide your own egress" (`SubnetType` of `aws-cdk-lib/aws-ec2`).
    ///
    /// ## What is not reported
    ///
    /// A program that makes a route, a NAT gateway or an attachment to a transit gateway of its own, or hands the VPC to code
    /// that is not seen; a VPC of which it is not certain how many NAT gateways it has.
    ///
    /// ## Fix
    ///
    /// Says `PRIVATE_ISOLATED`, which is what the subnets are. Whatever selects them by the other type has to follow.
    name: "vpc-private-subnet-without-egress",
    category: Reliability,
    severity: Warning,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Cdk,
    founding: ["F30"],
    check: Check::Stack(check),
}

/// What may lead out of a subnet.
const WAYS_OUT: [&str; 6] = [
    "AWS::EC2::NatGateway",
    "AWS::EC2::Route",
    "AWS::EC2::TransitGatewayAttachment",
    "AWS::EC2::TransitGatewayVpcAttachment",
    "AWS::EC2::VPNGatewayRoutePropagation",
    "AWS::NetworkFirewall::Firewall",
];

fn check(stack: &Stack, cx: &mut Context<'_>) {
    if stack.open || stack.open_networks || stack.resources_of("AWS::EC2::Subnet").next().is_none() {
        return;
    }
    // One that nobody wrote belongs to a VPC and is known as a whole.
    let written = WAYS_OUT.iter().flat_map(|it| stack.resources_of(it)).any(|it| it.made.is_none());
    if written {
        return;
    }
    let target = |resource: &Resource, property: &str| {
        ResourceView::new(resource, &stack.declarations).property(property).target().map(|it| it.text.to_string())
    };
    let routed: HashSet<String> =
        stack.resources_of("AWS::EC2::Route").filter_map(|it| target(it, "RouteTableId")).collect();
    let mut reported = HashSet::new();
    for subnet in stack.resources_of("AWS::EC2::Subnet").filter(|it| it.made.is_some()) {
        let (Some(kind), Some(name)) = (tag(subnet, "aws-cdk:subnet-type"), tag(subnet, "aws-cdk:subnet-name")) else {
            continue;
        };
        if kind.as_str() != Some("Private") {
            continue;
        }
        let associations = stack.resources_of("AWS::EC2::SubnetRouteTableAssociation");
        let tables = associations.filter(|it| target(it, "SubnetId").is_some_and(|it| it == subnet.key.as_str()));
        let tables: Vec<String> = tables.filter_map(|it| target(it, "RouteTableId")).collect();
        if tables.is_empty() || tables.iter().any(|it| routed.contains(it)) || !reported.insert(kind.span.range) {
            continue;
        }
        let message = format!(
            "The subnets `{}` are meant to reach the internet, but the VPC has no NAT gateway and no route leads there. Make \
             them `PRIVATE_ISOLATED`, or give them a way out.",
            name.as_str().unwrap_or(&subnet.id.text)
        );
        let fix = vec![Change::Rename { span: kind.span, to: "PRIVATE_ISOLATED".into() }];
        cx.report(kind.span, message).about(subnet).fix("Make the subnets `PRIVATE_ISOLATED`", fix);
    }
}

/// The value of a tag that the library gives to subnets.
fn tag<'a>(subnet: &'a Resource, key: &str) -> Option<&'a Node> {
    let tags = subnet.properties.get("Tags")?.as_list()?;
    let tag = tags.items.iter().find(|it| it.get("Key").and_then(Node::as_str) == Some(key))?;
    tag.get("Value")
}
