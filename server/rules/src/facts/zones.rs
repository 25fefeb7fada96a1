//! In which zones subnets lie, and by which gateways they reach the internet.

use crate::engine::Context;
use model::{Call, Name, Node, Resource, ResourceView, Value};

/// A gateway that translates addresses.
pub(crate) const NAT_GATEWAY: &str = "AWS::EC2::NatGateway";
/// A way that a table of routes has.
pub(crate) const ROUTE: &str = "AWS::EC2::Route";
/// Which subnet uses which table.
pub(crate) const ASSOCIATION: &str = "AWS::EC2::SubnetRouteTableAssociation";

/// A subnet that a gateway leads to the internet.
#[derive(Clone, Debug)]
pub(crate) struct Way<'a> {
    /// The subnet.
    pub(crate) subnet: ResourceView<'a>,
    /// What must hold or fail for it.
    pub(crate) conditions: Vec<(&'a Name, bool)>,
}

impl Way<'_> {
    /// What tells the zone of the subnet from others, where that is certain.
    pub(crate) fn zone(&self) -> Option<String> {
        let subnet = self.subnet.resource();
        if let Some(zone) = subnet.properties.get("AvailabilityZone").and_then(|it| zone(subnet, it)) {
            return Some(zone);
        }
        // A VPC of as many zones as it finds numbers its subnets by them.
        let network = subnet.made.as_ref()?;
        let number = subnet.id.text.trim_start_matches(|it: char| !it.is_ascii_digit());
        (!number.is_empty()).then(|| format!("{number} of {}", network.of))
    }
}

/// The subnets that the gateway called `gateway` leads to the internet.
pub(crate) fn ways_through<'a>(gateway: &str, cx: &Context<'a>) -> Vec<Way<'a>> {
    let mut out = Vec::new();
    for (route, inner) in cx.resources_of(ROUTE).filter_map(|it| leads_to(cx.view(it), gateway)) {
        let Some(table) = route.property("RouteTableId").target() else { continue };
        for association in subnets_of(&table.text, cx) {
            let subnet = association.property("SubnetId").target().and_then(|it| cx.target(&it.text));
            let Some(subnet) = subnet.filter(|it| it.ty.text == "AWS::EC2::Subnet") else { continue };
            let subnet = cx.view(subnet);
            let of_resources = [&route, &association, &subnet];
            let of_resources = of_resources.iter().filter_map(|it| it.resource().condition.as_ref());
            let conditions = inner.iter().copied().chain(of_resources.map(|it| (it, true))).collect();
            out.push(Way { subnet, conditions });
        }
    }
    out
}

/// The associations of subnets with the table called `table`.
fn subnets_of<'a>(table: &str, cx: &Context<'a>) -> Vec<ResourceView<'a>> {
    let is_of_table = |it: &ResourceView<'_>| it.property("RouteTableId").target().is_some_and(|it| it.text == table);
    cx.resources_of(ASSOCIATION).map(|it| cx.view(it)).filter(is_of_table).collect()
}

/// True for a route to everywhere.
fn is_default_route(route: &ResourceView<'_>) -> bool {
    route.property("DestinationCidrBlock").is("0.0.0.0/0")
}

/// The route with the branches in which it leads to the gateway.
fn leads_to<'a>(route: ResourceView<'a>, gateway: &str) -> Option<(ResourceView<'a>, Vec<(&'a Name, bool)>)> {
    if !is_default_route(&route) {
        return None;
    }
    let property = route.property("NatGatewayId");
    let way = property.alternatives().find(|it| it.target().is_some_and(|it| it.text == gateway))?;
    let case = &way.cases()[0];
    let conditions = case.conditions().collect();
    (!case.is_choice()).then_some((route, conditions))
}

/// What tells the zone of a subnet from others, where it is certain.
pub(crate) fn zone(subnet: &Resource, node: &Node) -> Option<String> {
    match &node.value {
        Value::Scalar(it) => Some(it.text.to_string()),
        Value::Call(call) => match &**call {
            Call::Ref(name) => Some(format!("${{{}}}", name.text)),
            Call::Select { index, list } => {
                let of = match &list.value {
                    Value::Call(call) => match &**call {
                        Call::GetAzs(region) => region.as_str().unwrap_or("AWS::Region").to_owned(),
                        Call::Ref(name) => name.text.to_string(),
                        _ => return None,
                    },
                    // Zones that are looked up for a VPC are so for all of it.
                    Value::Unknown => subnet.made.as_ref()?.of.to_string(),
                    _ => return None,
                };
                Some(format!("{} of {of}", index.as_str()?))
            }
            _ => None,
        },
        _ => None,
    }
}
