use crate::facts::identity::{self, Given, can_meet, given};
use crate::facts::when;
use crate::facts::written::is_own;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// Two interface endpoints of a VPC answer to the private name of one service.
    ///
    /// With `PrivateDnsEnabled` an interface endpoint gives the public name of its service an address in the VPC. Only one
    /// endpoint can: the second fails with "private-dns-enabled cannot be set because there is already a conflicting DNS
    /// domain in the VPC". Give one endpoint several subnets, or turn the private name off for the other. See "Access an AWS
    /// service using an interface VPC endpoint" (AWS PrivateLink Guide).
    ///
    /// Reported where service and VPC are certainly the same, and the conditions can hold together.
    name: "ec2-duplicate-interface-endpoint",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3064"],
    founding: [],
    check: Check::Stack(check),
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    let mut seen: Vec<(&Resource, Given<'_>, Given<'_>)> = Vec::new();
    for resource in stack.resources_of("AWS::EC2::VPCEndpoint").filter(|it| is_own(stack, it)) {
        let view = cx.view(resource);
        if !view.property("VpcEndpointType").is("Interface") || !view.property("PrivateDnsEnabled").is("true") {
            continue;
        }
        let (services, networks) = (given(resource, "ServiceName"), given(resource, "VpcId"));
        let ([service], [network]) = (&services[..], &networks[..]) else { continue };
        let first = seen.iter().find(|(_, other, vpc)| {
            other.identity == service.identity
                && vpc.identity == network.identity
                && can_meet(&stack.declarations, &[service, network, other, vpc])
        });
        if let Some((first, other, vpc)) = first {
            let message = format!(
                "`{}` has the private name of this service in the same VPC already, and only one endpoint can have it. Put the \
                 subnets into one endpoint, or set `PrivateDnsEnabled` to false.",
                first.id.text
            );
            let conditions = identity::when(&[other, vpc, service, network]);
            cx.report(service.span, when::said(&conditions, message))
                .about(resource)
                .related(other.span, "the first endpoint is here");
        }
        seen.push((resource, service.clone(), network.clone()));
    }
}
