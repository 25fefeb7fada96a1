use crate::facts::environments::{self, ENVIRONMENTS, PRODUCTION};
use crate::facts::written;
use crate::facts::zones::{self, NAT_GATEWAY, Way};
use crate::prelude::*;
use crate::rule::{RuleOption, rule};
use std::collections::BTreeMap;

rule! {
    /// Subnets in several zones reach the internet through one NAT gateway.
    ///
    /// "If you have resources in multiple Availability Zones and they share one NAT gateway, and if the NAT gateway's Availability
    /// Zone is down, resources in the other Availability Zones lose internet access. To improve resiliency, create a NAT
    /// gateway in each Availability Zone" (NAT gateway basics, Amazon VPC User Guide). What the zones were for is lost
    /// then; and traffic from one zone to a gateway in another is paid for.
    ///
    /// Followed are the default routes of the tables that subnets are associated with; in the CDK, `natGateways` of a `Vpc` decides
    /// it, when it is above 0 and below the number of zones. Every way in which the program or template can be deployed counts
    /// by itself: a route that depends on a condition, each instance of a stack class with its own props.
    ///
    /// ## What is not reported
    ///
    /// - A deployment that is known to be for something else than production: its ways depend on a condition that does not
    ///   speak of production, so that whoever wrote it has weighed the cost, or the path of its stack in a CDK program has a word such
    ///   as `dev`.
    /// - A regional NAT gateway, which is in all zones; zones, routes and numbers that are not known.
    ///
    /// ## Fix
    ///
    /// In the CDK, takes out `natGateways`: the library then makes a gateway in each zone, each of which costs by the hour. In a
    /// template there is none: each zone needs a public subnet, an address, a gateway, and a table of routes that no other zone
    /// shares, in an order that keeps the way to the internet open. That is a change of the network to be planned, not an edit.
    name: "vpc-single-nat-gateway",
    category: Reliability,
    severity: Warning,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    founding: ["F29"],
    options: &[
        RuleOption { name: "environments", docs: "What environments are called.", default: ENVIRONMENTS },
        RuleOption { name: "production", docs: "What production is called.", default: PRODUCTION },
    ],
    check: Check::Resources(&[NAT_GATEWAY], check),
}

fn check(gateway: &ResourceView<'_>, cx: &mut Context<'_>) {
    let mode = gateway.property("AvailabilityMode");
    if gateway.made.is_none() && !mode.is_absent() && !mode.is("zonal") {
        return;
    }
    let production = cx.option("production");
    let counts = |way: &Way<'_>| {
        let given: Vec<_> = gateway.resource().condition.iter().map(|it| Assumption::Condition(it, true)).collect();
        way.conditions.iter().all(|(name, holds)| {
            let is_for_production = *holds && environments::is_one_of([&name.text], &production);
            is_for_production || cx.declarations().implies(&given, name, *holds)
        })
    };
    let mut by_zone: BTreeMap<String, Vec<Way<'_>>> = BTreeMap::new();
    for way in zones::ways_through(&gateway.key, cx) {
        if let Some(zone) = way.zone().filter(|_| counts(&way)) {
            by_zone.entry(zone).or_default().push(way);
        }
    }
    if by_zone.len() < 2 || is_for_other_environment(gateway, &production, cx) {
        return;
    }
    let count = match by_zone.len() {
        _ if cx.has_open_networks() => "several".to_owned(),
        count => count.to_string(),
    };
    let zones_lost = "when its zone fails, the others lose the internet too. Give each zone a NAT gateway of its own.";
    let network = gateway.made.as_ref().and_then(|it| cx.target(&it.of));
    let (span, message) = match network {
        Some(network) => (
            gateway.property("SubnetId").span().unwrap_or(gateway.id.span),
            format!("Subnets of `{}` in {count} zones share one NAT gateway: {zones_lost}", network.id.text),
        ),
        None => (
            gateway.id.span,
            format!("`{}` is the one NAT gateway of subnets in {count} zones: {zones_lost}", gateway.id.text),
        ),
    };
    let mut draft = cx.report(span, message);
    if network.is_none() {
        for way in by_zone.values().filter_map(|it| it.first()) {
            draft = draft.related(way.subnet.id.span, format!("`{}` is in one of them.", way.subnet.id.text));
        }
    }
    if network.is_some() {
        let intent = Intent::GatewayInEachZone { network: written::maker(gateway) };
        draft.fix_as(Unsafe, "Make a NAT gateway in each zone", Vec::new(), Some(intent));
    }
}

/// True when the path of the gateway names an environment that is not production.
fn is_for_other_environment(gateway: &ResourceView<'_>, production: &[String], cx: &Context<'_>) -> bool {
    let Some(path) = &gateway.path else { return false };
    environments::is_one_of([path], &cx.option("environments")) && !environments::is_one_of([path], production)
}
