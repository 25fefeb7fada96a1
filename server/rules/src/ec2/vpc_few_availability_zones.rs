use crate::facts::zones::zone;
use crate::prelude::*;
use crate::rule::{RuleOption, rule};
use model::Call;
use std::collections::BTreeSet;

rule! {
    /// All subnets of a VPC lie in fewer availability zones than they should.
    ///
    /// "Availability Zones are distinct locations that are engineered to be isolated from failures in other Availability Zones"
    /// (Amazon EC2 User Guide). What runs in one zone goes down with it, and much cannot be made at all: an application load
    /// balancer needs subnets in two zones, and so does the subnet group of a database.
    ///
    /// The zone of a subnet is its `AvailabilityZone`; in the CDK `maxAzs` and `availabilityZones` of a `Vpc` decide it.
    ///
    /// ## What is not reported
    ///
    /// A VPC without subnets in the same template; one of which a subnet has no zone, or one that is not certain.
    ///
    /// ## Fix
    ///
    /// Where `maxAzs` is a number, raises it, unless the stack does not say its account and region: the library then makes
    /// subnets in two zones, whatever `maxAzs` says. The library then divides the addresses of the VPC anew: subnets without
    /// `cidrMask`, and those behind others, get other addresses and are replaced. More zones also mean more NAT gateways, unless
    /// `natGateways` says how many there are.
    name: "vpc-few-availability-zones",
    category: Reliability,
    severity: Info,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    founding: ["F31"],
    options: &[RuleOption { name: "zones", docs: "In fewer zones than this are few.", default: "2" }],
    check: Check::Stack(check),
}

/// The library makes subnets in no more zones than these where the stack does not say its account and region.
const ZONES_OF_ANY_REGION: usize = 2;

/// Where the subnets of a VPC are.
struct Network<'a> {
    vpc: &'a str,
    subnets: Vec<(&'a Resource, &'a Node)>,
    /// One for each zone; `None`: not all are certain.
    zones: Option<BTreeSet<String>>,
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    let mut networks: Vec<Network<'_>> = Vec::new();
    for subnet in stack.resources_of("AWS::EC2::Subnet") {
        let view = ResourceView::new(subnet, &stack.declarations);
        let Some(vpc) = view.property("VpcId").target() else { continue };
        let is_here = stack.resource(&vpc.text).is_some_and(|it| it.ty.text == "AWS::EC2::VPC");
        if !is_here {
            continue;
        }
        let index = networks.iter().position(|it| it.vpc == vpc.text).unwrap_or_else(|| {
            networks.push(Network { vpc: &vpc.text, subnets: Vec::new(), zones: Some(BTreeSet::new()) });
            networks.len() - 1
        });
        let network = &mut networks[index];
        let node = subnet.properties.get("AvailabilityZone");
        network.subnets.extend(node.map(|it| (&**subnet, it)));
        match (node.and_then(|it| zone(subnet, it)), &mut network.zones) {
            (Some(zone), Some(zones)) => drop(zones.insert(zone)),
            (None, zones) => *zones = None,
            (_, None) => (),
        }
    }
    let wanted = cx.option("zones").first().and_then(|it| it.parse().ok()).unwrap_or(0);
    for network in networks {
        let Some(zones) = &network.zones else { continue };
        let (Some((subnet, zone)), Some(vpc)) = (network.subnets.first(), stack.resource(network.vpc)) else {
            continue;
        };
        if zones.len() >= wanted {
            continue;
        }
        let zones = if zones.len() == 1 { "one zone".to_owned() } else { format!("{} zones", zones.len()) };
        let is_made = subnet.made.is_some();
        let needs_region = is_made && wanted > ZONES_OF_ANY_REGION && is_of_any_region(zone);
        let message = format!(
            "All subnets of `{}` are in {zones}, and what runs in them goes down with {}. Use at least {wanted} zones{}.",
            vpc.id.text,
            if zones == "one zone" { "it" } else { "these" },
            if needs_region { ", which the stack gets only when `env` says its account and region" } else { "" }
        );
        // The library makes as many as the program writes there.
        let is_count = is_made && written_count(zone).is_some();
        let mut finding = cx.report(zone.span, message).about(vpc);
        if is_count && !needs_region {
            let count = Literal::Number(i64::try_from(wanted).unwrap_or(i64::MAX));
            finding.fix(format!("Use {wanted} zones"), vec![Change::Replace { span: zone.span, value: count }]);
        } else {
            for (_, other) in network.subnets.iter().skip(1).filter(|it| it.1.span != zone.span).take(3) {
                finding = finding.related(other.span, "another subnet of it");
            }
        }
    }
}

/// True for a zone of whatever region the stack is deployed to.
fn is_of_any_region(zone: &Node) -> bool {
    let Value::Call(call) = &zone.value else { return false };
    matches!(&**call, Call::Select { list, .. } if matches!(&list.value, Value::Call(it) if matches!(**it, Call::GetAzs(_))))
}

/// The number of a zone among those that the library makes subnets in, where the program writes how many there are to be.
fn written_count(zone: &Node) -> Option<&str> {
    let Value::Call(call) = &zone.value else { return None };
    let Call::Select { index, .. } = &**call else { return None };
    (index.span != zone.span).then(|| index.as_str())?
}
