use crate::facts::cidr::Range;
use crate::facts::identity::{self, Given, can_meet, given};
use crate::facts::when;
use crate::facts::written::is_own;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// Two subnets of a VPC share addresses.
    ///
    /// "If you create more than one subnet in a VPC, the CIDR blocks of the subnets cannot overlap" ("Subnet CIDR blocks", Amazon VPC
    /// User Guide). The second one fails with "The CIDR conflicts with another subnet".
    ///
    /// Reported where both ranges are certain, the VPC is certainly the same, and the conditions can hold together.
    name: "ec2-overlapping-subnets",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3060"],
    founding: [],
    check: Check::Stack(check),
}

/// A subnet whose addresses are known.
struct Subnet<'a> {
    resource: &'a Resource,
    vpc: Given<'a>,
    block: Given<'a>,
    range: Range,
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    let mut seen: Vec<Subnet<'_>> = Vec::new();
    for resource in stack.resources_of("AWS::EC2::Subnet").filter(|it| is_own(stack, it)) {
        let (mut networks, blocks) = (given(resource, "VpcId"), given(resource, "CidrBlock"));
        let (Some(vpc), true) = (networks.pop(), networks.is_empty()) else { continue };
        for block in blocks {
            let Some(range) = Range::parse(&block.identity) else { continue };
            let clash = seen.iter().find(|it| {
                it.vpc.identity == vpc.identity
                    && it.range.overlaps(range)
                    && it.resource.key != resource.key
                    && can_meet(&stack.declarations, &[&it.vpc, &it.block, &vpc, &block])
            });
            if let Some(other) = clash {
                let message = format!(
                    "{range} overlaps {} of `{}` in the same VPC, so one of the two subnets cannot be created.",
                    other.range, other.resource.id.text
                );
                let conditions = identity::when(&[&other.vpc, &other.block, &vpc, &block]);
                cx.report(block.span, when::said(&conditions, message))
                    .about(resource)
                    .related(other.block.span, "the other range");
            }
            seen.push(Subnet { resource, vpc: vpc.clone(), block, range });
        }
    }
}
