use crate::facts::identity::{self, can_meet, given};
use crate::facts::when;
use crate::facts::written::is_own;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A subnet is associated with two route tables.
    ///
    /// "A subnet can only be associated with one route table at a time" ("Subnet route tables", Amazon VPC User Guide). The second
    /// `AWS::EC2::SubnetRouteTableAssociation` fails: "the specified association for route table conflicts with an existing
    /// association". Usually a number in the name of a subnet was not changed when a resource was copied.
    ///
    /// Associations whose conditions exclude each other are not reported, nor are subnets that are not certainly the same.
    name: "ec2-duplicate-route-table-association",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3022"],
    founding: [],
    check: Check::Stack(check),
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    let mut seen = Vec::new();
    for resource in stack.resources_of("AWS::EC2::SubnetRouteTableAssociation").filter(|it| is_own(stack, it)) {
        let subnets = given(resource, "SubnetId");
        for subnet in &subnets {
            let is_same = |it: &&(_, crate::facts::identity::Given<'_>)| it.1.identity == subnet.identity;
            let meets = |it: &&(&Resource, _)| can_meet(&stack.declarations, &[&it.1, subnet]);
            if let Some((first, other)) = seen.iter().filter(is_same).find(meets) {
                let message = format!(
                    "This subnet is associated with a route table by `{}` already, and it can have only one.",
                    first.id.text
                );
                let conditions = identity::when(&[other, subnet]);
                cx.report(subnet.span, when::said(&conditions, message))
                    .about(resource)
                    .related(other.span, "the first association is here");
            }
        }
        seen.extend(subnets.into_iter().map(|it| (&**resource, it)));
    }
}
