use crate::facts::cidr::Range;
use crate::facts::written::is_own;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// The addresses of a subnet are not addresses of its VPC.
    ///
    /// "The CIDR block of a subnet can be the same as the CIDR block for the VPC, or a subset" ("Subnet CIDR blocks", Amazon VPC
    /// User Guide). Anything else fails with "The CIDR is invalid". Additional ranges of the VPC, `AWS::EC2::VPCCidrBlock`,
    /// count.
    ///
    /// Reported where all ranges are certain; a range that a parameter gives is not, even by default.
    name: "ec2-subnet-outside-vpc",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3059"],
    founding: [],
    check: Check::Resources(&["AWS::EC2::Subnet"], check),
}

fn check(subnet: &ResourceView<'_>, cx: &mut Context<'_>) {
    let block = subnet.property("CidrBlock");
    let (Some(range), Some(vpc)) = (block.as_str().and_then(Range::parse), subnet.property("VpcId").target()) else {
        return;
    };
    let stack = cx.stack();
    let Some(vpc) = stack.resource(&vpc.text).filter(|it| it.ty.text == "AWS::EC2::VPC") else { return };
    let of_vpc = cx.view(vpc).property("CidrBlock");
    let Some(own) = of_vpc.as_str().and_then(Range::parse) else { return };
    let mut ranges = vec![own];
    for additional in stack.resources_of("AWS::EC2::VPCCidrBlock") {
        let additional = cx.view(additional);
        let is_other = additional.property("VpcId").target().is_some_and(|it| it.text != vpc.key);
        let is_version_6 = !additional.property("CidrBlock").may_be_set();
        match additional.property("CidrBlock").as_str().and_then(Range::parse) {
            _ if is_other || is_version_6 => (),
            Some(range) => ranges.push(range),
            None => return,
        }
    }
    if stack.open
        || stack.open_networks
        || ranges.iter().any(|it| it.contains(range))
        || !is_own(stack, subnet.resource())
    {
        return;
    }
    let message =
        format!("{range} is not within {own}, the addresses of `{}`, so the subnet cannot be created.", vpc.id.text);
    let mut draft = cx.report(block.span().unwrap_or(subnet.id.span), message);
    if let Some(span) = of_vpc.span() {
        draft = draft.related(span, "the addresses of the VPC");
    }
    let _ = draft;
}
