//! What a VPC makes: subnets, their routes and the gateways at their ends; endpoints and flow logs.

use super::MethodCall;
use super::vpc_plan::{Addresses, Kind, Nat, Network, short_name};
use super::vpc_select::{self, Part, VPC, key_below};
use crate::ast::{Element, Kind as Syntax};
use crate::evaluate::{Given, get_att, joined, reference};
use crate::library;
use crate::lower::{Level, Lowering};
use crate::scope::{At, Place};
use model::{List, Map, Name, Node, SmolStr, Span, Value};
use smol_str::format_smolstr;
use std::rc::Rc;

const INTERFACE: &str = "aws-ec2.InterfaceVpcEndpoint";
const GATEWAY: &str = "aws-ec2.GatewayVpcEndpoint";
const FLOW_LOG: &str = "aws-ec2.FlowLog";

/// Methods and props of a VPC that make other constructs in it, by their classes.
const METHODS: &[(&str, &str)] =
    &[("addFlowLog", FLOW_LOG), ("addGatewayEndpoint", GATEWAY), ("addInterfaceEndpoint", INTERFACE)];
const PROPS: &[(&str, &str)] = &[("flowLogs", FLOW_LOG), ("gatewayEndpoints", GATEWAY)];

/// Methods of subnets that make routes.
const ROUTES: &[&str] =
    &["addDefaultInternetRoute", "addDefaultNatRoute", "addIpv6DefaultEgressOnlyInternetRoute", "addRoute"];

/// Services with a gateway endpoint.
const GATEWAY_SERVICES: &[(&str, &str)] = &[("DYNAMODB", "dynamodb"), ("S3", "s3"), ("S3_EXPRESS", "s3express")];

/// Regions in which services have other names.
const OTHER_NAMES: &[&str] = &["cn-", "eu-isoe", "eusc-", "us-iso"];

/// Resources of a VPC that its table says all of; the others follow from its network as a whole.
const OF_TABLE: &[&str] = &["EIGW6", "Resource", "RoutePropagation", "VPCVPNGW", "VpnGateway/Default", "ipv6cidr"];

/// Constructs that name themselves and what is in them, in a tag, by their path; and the prop that gives another name.
const NAMED: &[(&str, &str)] = &[
    ("aws-autoscaling.AutoScalingGroup", ""),
    ("aws-ec2.Instance", "instanceName"),
    ("aws-ec2.LaunchTemplate", ""),
    ("aws-efs.FileSystem", "fileSystemName"),
    (FLOW_LOG, "flowLogName"),
    (VPC, "vpcName"),
];

/// Constructs whose security groups are described by their paths.
const DESCRIBED: &[&str] = &["aws-autoscaling.AutoScalingGroup", "aws-ec2.", "aws-ecs.", "aws-efs.FileSystem"];

/// True for a resource of VPCs that the table says all of.
pub(crate) fn is_of_table(path: &str) -> bool {
    OF_TABLE.contains(&path) || path.contains("RestrictDefaultS")
}

/// Finds what VPCs make by calls and props.
pub(crate) fn find_parts<'a>(lowering: &mut Lowering<'a>, calls: &[Place<'a>]) {
    for call in calls.iter().filter_map(|it| MethodCall::of(*it)) {
        // Of a subnet of some VPC, which is no construct that is seen.
        if ROUTES.contains(&&*call.method.text) && lowering.construct_of(call.object).is_none() {
            lowering.open_networks(call.place.stack);
        }
        let Some((_, class)) = METHODS.iter().find(|it| it.0 == call.method.text) else { continue };
        let Some((vpc, Level::Construct)) = lowering.construct_of(call.object) else { continue };
        let Some(id) = call.argument(0).filter(|_| lowering.constructs[vpc].class == VPC) else { continue };
        let id = lowering.id(id);
        add_part(lowering, vpc, call.place, class, id, call.argument(1));
    }
    for vpc in 0..lowering.constructs.len() {
        if lowering.constructs[vpc].class != VPC {
            continue;
        }
        let props = lowering.props_of(vpc);
        for (prop, class) in PROPS {
            let Some(parts) = props.value(prop) else { continue };
            let parts = lowering.props(Some(parts));
            for (name, at) in parts.iter() {
                let Some(at) = at else { continue };
                let place = Place { at, ..lowering.constructs[vpc].place };
                add_part(lowering, vpc, place, class, name.clone(), Some(at));
            }
        }
    }
}

fn add_part<'a>(
    lowering: &mut Lowering<'a>,
    vpc: usize,
    place: Place<'a>,
    class: &str,
    id: Name,
    props: Option<At<'a>>,
) {
    let span = id.span;
    let path = lowering.constructs[vpc].path.as_ref().map(|it| format_smolstr!("{it}/{}", id.text));
    let stack = lowering.constructs[vpc].place.stack;
    let part = lowering.add_construct(Place { stack, ..place }, class.into(), id, span, props);
    lowering.constructs[part].path = path;
    lowering.vpcs.insert(part, vpc);
}

/// What goes beyond the table of the class of the construct at `index`, which has made `drafts`.
pub(crate) fn complete(lowering: &mut Lowering<'_>, index: usize, table: &library::Class, drafts: &[usize]) {
    for draft in drafts {
        vpc_select::place(lowering, index, table, *draft);
        describe(lowering, index, table, *draft);
    }
    match table.name {
        VPC => network(lowering, index, table, drafts),
        INTERFACE => interface(lowering, index, table, drafts),
        GATEWAY => gateway(lowering, index, drafts[0]),
        FLOW_LOG => flow_log(lowering, index, drafts),
        _ => (),
    }
    // What a VPC makes of itself goes by its name.
    if let Some(vpc) = lowering.vpcs.get(&index).copied().filter(|_| table.name != FLOW_LOG) {
        let name = name_of(lowering, vpc);
        for draft in drafts {
            let span = lowering.drafts[*draft].resource.id.span;
            let tags = tags([("Name", Node { span, ..name.clone() })], span);
            lowering.properties(*draft).insert("Tags", span, tags);
        }
    }
    let prop = NAMED.iter().find(|it| it.0 == table.name).map(|it| it.1);
    if let Some(prop) = prop
        && lowering.props_of(index).is_absent(prop)
        && let Some(path) = lowering.constructs[index].path.clone()
    {
        for draft in drafts {
            let resource = &mut lowering.drafts[*draft].resource;
            let own = resource.path.clone().filter(|_| resource.ty.text == "AWS::EC2::LaunchTemplate");
            // A template that another construct makes names itself all the same.
            let name = own.as_deref().map_or(path.as_str(), |it| it.strip_suffix("/Resource").unwrap_or(it));
            name_tags(&mut resource.properties, name);
        }
    }
}

/// Gives the tag `Name` its value, where it has none yet.
fn name_tags(node: &mut Node, name: &str) {
    match &mut node.value {
        Value::List(list) => list.items.iter_mut().for_each(|it| name_tags(it, name)),
        Value::Map(map) => {
            let is_name = map.get("Key").and_then(Node::as_str) == Some("Name");
            for (key, value) in &mut map.entries {
                if is_name && key.text == "Value" && matches!(value.value, Value::Unknown) {
                    *value = Node::text(name, value.span);
                } else {
                    name_tags(value, name);
                }
            }
        }
        _ => (),
    }
}

/// Says how a security group is described that nobody describes.
fn describe(lowering: &mut Lowering<'_>, index: usize, table: &library::Class, draft: usize) {
    let resource = &lowering.drafts[draft].resource;
    let path = resource.path.as_ref().and_then(|it| it.strip_suffix("/Resource")).map(SmolStr::new);
    if resource.ty.text != "AWS::EC2::SecurityGroup" || !lowering.props_of(index).is_absent("description") {
        return;
    }
    let id = lowering.constructs[index].id.clone();
    let text = match table.name {
        "aws-rds.DatabaseInstance" => Some(format_smolstr!("Security group for {} database", id.text)),
        class if DESCRIBED.iter().any(|it| class.starts_with(it)) => path,
        _ => None,
    };
    let is_unknown = |it: Option<&Node>| it.is_none_or(|it| matches!(it.value, Value::Unknown));
    let properties = lowering.properties(draft);
    if let Some(text) = text.filter(|_| is_unknown(properties.get("GroupDescription"))) {
        properties.insert("GroupDescription", id.span, Node::text(text, id.span));
    }
}

fn map(entries: impl IntoIterator<Item = (&'static str, Node)>, span: Span) -> Map {
    let entries = entries.into_iter().map(|(name, node)| (Name::new(name, span), node)).collect();
    Map { entries, open: true }
}

fn boolean(value: bool, span: Span) -> Node {
    Node { value: Value::Bool(value), span }
}

/// Tags with these names and values, beside those of whatever is around.
fn tags(tags: impl IntoIterator<Item = (&'static str, Node)>, span: Span) -> Node {
    let tag = |(key, value)| {
        let map = Map { open: false, ..map([("Key", Node::text(key, span)), ("Value", value)], span) };
        Node { value: Value::Map(map), span }
    };
    Node { value: Value::List(List { items: tags.into_iter().map(tag).collect(), open: true }), span }
}

/// The name that a VPC gives itself and what is in it.
fn name_of(lowering: &Lowering<'_>, vpc: usize) -> Node {
    let construct = &lowering.constructs[vpc];
    let span = construct.id.span;
    match (lowering.props_of(vpc).get("vpcName"), &construct.path) {
        (Given::Absent, Some(path)) => Node::text(path.clone(), span),
        (Given::Value(at), _) => lowering.node(at),
        _ => Node::unknown(span),
    }
}

struct Writer<'l, 'a> {
    lowering: &'l mut Lowering<'a>,
    vpc: usize,
    network: Rc<Network>,
}

impl Writer<'_, '_> {
    fn id(&self) -> Span {
        self.lowering.constructs[self.vpc].id.span
    }

    fn vpc_id(&self, span: Span) -> Node {
        reference(&self.lowering.constructs[self.vpc].key, span)
    }

    fn of(&self, path: &str, span: Span) -> Node {
        reference(&key_below(self.lowering, self.vpc, path), span)
    }

    fn add(&mut self, path: &str, ty: &str, id: Name, properties: Map, waits_for: &[&str]) {
        let keys = waits_for.iter().map(|it| Node::text(key_below(self.lowering, self.vpc, it), id.span)).collect();
        let span = id.span;
        let draft = self.lowering.add_below(self.vpc, path, ty, id, properties);
        if !waits_for.is_empty() {
            let list = Node { value: Value::List(List { items: keys, open: true }), span };
            self.lowering.drafts[draft].resource.attributes.insert("DependsOn", span, list);
        }
    }

    fn subnet(&mut self, number: usize) {
        let network = Rc::clone(&self.network);
        let subnet = &network.subnets[number];
        let (id, span) = (&subnet.id, subnet.span);
        let name = Name::new(id.clone(), span);
        let path = self.lowering.constructs[self.vpc].path.as_ref().map(|it| format_smolstr!("{it}/{id}"));
        let own_name = path.map_or_else(|| Node::unknown(span), |it| Node::text(it, span));
        let unknown = || Node::unknown(span);
        let mut properties = map(
            [
                ("AvailabilityZone", network.zones.name(subnet.zone, span)),
                ("CidrBlock", subnet.cidr.clone().map_or_else(unknown, |it| Node::text(it, span))),
                ("MapPublicIpOnLaunch", subnet.public_addresses.map_or_else(unknown, |it| boolean(it, span))),
                (
                    "Tags",
                    tags(
                        [
                            ("aws-cdk:subnet-name", Node::text(subnet.group.clone(), span)),
                            ("aws-cdk:subnet-type", Node::text(subnet.kind.word(), subnet.kind_span)),
                            ("Name", own_name.clone()),
                        ],
                        span,
                    ),
                ),
                ("VpcId", self.vpc_id(span)),
            ],
            span,
        );
        if network.is_dual == Some(false) {
            for name in ["AssignIpv6AddressOnCreation", "Ipv6CidrBlock"] {
                properties.insert(name, span, Node { value: Value::Absent, span });
            }
        }
        self.add(&format!("{id}/Subnet"), "AWS::EC2::Subnet", name.clone(), properties, &[]);
        let table = map([("Tags", tags([("Name", own_name.clone())], span)), ("VpcId", self.vpc_id(span))], span);
        self.add(&format!("{id}/RouteTable"), "AWS::EC2::RouteTable", name.clone(), table, &[]);
        let table = self.of(&format!("{id}/RouteTable"), span);
        let association =
            map([("RouteTableId", table.clone()), ("SubnetId", self.of(&format!("{id}/Subnet"), span))], span);
        let path = format!("{id}/RouteTableAssociation");
        self.add(&path, "AWS::EC2::SubnetRouteTableAssociation", name.clone(), association, &[]);
        if subnet.kind != Kind::Public || network.has_gateway != Some(true) {
            return;
        }
        let route = |destination: (&'static str, &'static str), gateway: Node| {
            map(
                [
                    (destination.0, Node::text(destination.1, span)),
                    ("GatewayId", gateway),
                    ("RouteTableId", table.clone()),
                ],
                span,
            )
        };
        let gateway = self.of("IGW", span);
        let properties = route(("DestinationCidrBlock", "0.0.0.0/0"), gateway.clone());
        self.add(&format!("{id}/DefaultRoute"), "AWS::EC2::Route", name.clone(), properties, &["VPCGW"]);
        if network.is_dual == Some(true) {
            let properties = route(("DestinationIpv6CidrBlock", "::/0"), gateway);
            self.add(&format!("{id}/DefaultRoute6"), "AWS::EC2::Route", name.clone(), properties, &["VPCGW"]);
        }
        let Nat::Gateways { at, addresses } = &network.nat else { return };
        if !at.contains(&number) {
            return;
        }
        let mut nat = map(
            [
                ("SubnetId", self.of(&format!("{id}/Subnet"), network.nat_span.unwrap_or(span))),
                ("Tags", tags([("Name", own_name.clone())], span)),
            ],
            span,
        );
        let address = match addresses {
            Addresses::Made => {
                let domain = Node::text("vpc", span);
                let address = map([("Domain", domain), ("Tags", tags([("Name", own_name)], span))], span);
                self.add(&format!("{id}/EIP"), "AWS::EC2::EIP", name.clone(), address, &[]);
                let key = key_below(self.lowering, self.vpc, &format!("{id}/EIP"));
                get_att(&key, "AllocationId", span)
            }
            Addresses::Given | Addresses::Unknown => unknown(),
        };
        nat.insert("AllocationId", span, address);
        let waits_for = [format!("{id}/DefaultRoute"), format!("{id}/RouteTableAssociation")];
        let waits_for = [&*waits_for[0], &*waits_for[1]];
        self.add(&format!("{id}/NATGateway"), "AWS::EC2::NatGateway", name, nat, &waits_for);
    }

    /// Leads subnets without public addresses to the internet.
    fn ways(&mut self) {
        let network = Rc::clone(&self.network);
        let regional = matches!(network.nat, Nat::Regional);
        if regional {
            let span = self.id();
            let text = |it: &str| Node::text(it, span);
            let properties = map(
                [
                    ("AvailabilityMode", text("regional")),
                    ("ConnectivityType", text("public")),
                    ("Tags", tags([("Name", name_of(self.lowering, self.vpc))], span)),
                    ("VpcId", self.vpc_id(span)),
                ],
                span,
            );
            let id = Name::new("RegionalNatGateway", span);
            self.add("RegionalNatGateway", "AWS::EC2::NatGateway", id, properties, &[]);
        }
        let ways = match regional {
            true => network.of_kind(Kind::Egress).map(|it| (it, None)).collect(),
            false => network.ways().into_iter().map(|(from, to)| (from, Some(to))).collect::<Vec<_>>(),
        };
        for (from, to) in ways {
            let subnet = &network.subnets[from];
            let span = subnet.span;
            let gateway = match to {
                Some(to) => self.of(&format!("{}/NATGateway", network.subnets[to].id), span),
                None => get_att(&key_below(self.lowering, self.vpc, "RegionalNatGateway"), "NatGatewayId", span),
            };
            let properties = map(
                [
                    ("DestinationCidrBlock", Node::text("0.0.0.0/0", span)),
                    ("NatGatewayId", gateway),
                    ("RouteTableId", self.of(&format!("{}/RouteTable", subnet.id), span)),
                ],
                span,
            );
            let name = Name::new(subnet.id.clone(), span);
            self.add(&format!("{}/DefaultRoute", subnet.id), "AWS::EC2::Route", name, properties, &[]);
        }
    }

    fn gateway(&mut self) {
        let span = self.id();
        let name = name_of(self.lowering, self.vpc);
        let properties = map([("Tags", tags([("Name", name)], span))], span);
        self.add("IGW", "AWS::EC2::InternetGateway", Name::new("IGW", span), properties, &[]);
        let properties = map([("InternetGatewayId", self.of("IGW", span)), ("VpcId", self.vpc_id(span))], span);
        self.add("VPCGW", "AWS::EC2::VPCGatewayAttachment", Name::new("VPCGW", span), properties, &[]);
    }
}

/// Adds what the VPC at `vpc` is divided into.
fn network(lowering: &mut Lowering<'_>, vpc: usize, table: &library::Class, drafts: &[usize]) {
    let id = lowering.constructs[vpc].id.span;
    let stack = lowering.constructs[vpc].place.stack;
    let Some(network) = lowering.network(vpc) else {
        lowering.open_networks(stack);
        return;
    };
    if !network.is_complete || matches!(network.nat, Nat::Unknown) || network.has_gateway.is_none() {
        // There are more, of which nothing is certain.
        lowering.open_networks(stack);
    }
    if let Some(cidr) = &network.cidr {
        let properties = lowering.properties(drafts[0]);
        if properties.get("CidrBlock").and_then(Node::as_str).is_some_and(|it| it != cidr.as_str()) {
            properties.insert("CidrBlock", id, Node::text(cidr.clone(), id));
        }
    }
    let propagation = drafts.iter().copied().find(|it| {
        let resource = lowering.drafts[*it].table.map(|it| &*table.resources[it.1].path);
        resource == Some("RoutePropagation")
    });
    if let Some(draft) = propagation {
        let node = match lowering.props_of(vpc).is_absent("vpnRoutePropagation") {
            true => lowering.select(vpc, Rc::clone(&network), Default::default(), None),
            false => None,
        };
        let node = node.map_or_else(|| Node::unknown(id), |it| lowering.list_of(stack, &it, Part::RouteTable, id));
        lowering.properties(draft).insert("RouteTableIds", id, node);
    }
    let mut writer = Writer { lowering, vpc, network: Rc::clone(&network) };
    for number in 0..network.subnets.len() {
        writer.subnet(number);
    }
    if network.has_gateway == Some(true) {
        writer.gateway();
    }
    writer.ways();
}

/// `Ref` of the VPC that the construct at `index` is in, or an attribute of it, as the construct's stack says it.
fn of_vpc(lowering: &Lowering<'_>, index: usize, attribute: &str, span: Span) -> Option<Node> {
    let stack = lowering.constructs[index].place.stack;
    let (vpc, _) = lowering.vpc_of(index, &lowering.props_of(index), "vpc")?;
    let construct = &lowering.constructs[vpc];
    Some(match (construct.place.stack == stack, attribute) {
        (true, "Ref") => reference(&construct.key, span),
        (true, _) => get_att(&construct.key, attribute, span),
        (false, _) => lowering.imported(stack, vpc, span),
    })
}

/// The name of a service with an interface endpoint in the region of the stack, from the name that it has anywhere.
fn service(lowering: &Lowering<'_>, index: usize, name: &str, span: Span) -> Node {
    let stack = lowering.constructs[index].place.stack;
    let node = lowering.scopes.stacks[stack].node;
    match node.map_or(Given::Unknown, |it| lowering.environment_given(it, "region")) {
        Given::Absent => service_in(model::Part::Value(reference("AWS::Region", span)), name, span),
        Given::Value(at) => match lowering.node(at).as_str() {
            Some(region) if !OTHER_NAMES.iter().any(|it| region.starts_with(it)) => {
                service_in(model::Part::Text(Name::new(region, span)), name, span)
            }
            _ => Node::unknown(span),
        },
        Given::Unknown => Node::unknown(span),
    }
}

fn service_in(region: model::Part, name: &str, span: Span) -> Node {
    let text = |text: SmolStr| model::Part::Text(Name::new(text, span));
    let parts = vec![text("com.amazonaws.".into()), region, text(format_smolstr!(".{name}"))];
    Node { value: joined(parts), span }
}

fn interface(lowering: &mut Lowering<'_>, index: usize, table: &library::Class, drafts: &[usize]) {
    let props = lowering.props_of(index);
    let id = lowering.constructs[index].id.span;
    let is_made = lowering.vpcs.contains_key(&index);
    let constant = props.value("service").and_then(|at| Some((at.span(), lowering.made(at)?.path)));
    let constant = constant.and_then(|(span, path)| Some((span, short_name(&path)?)));
    let vpc_id = of_vpc(lowering, index, "Ref", id);
    if let Some((span, name)) = constant {
        let node = service(lowering, index, name, span);
        let properties = lowering.properties(drafts[0]);
        properties.insert("ServiceName", span, node);
        if props.is_absent("privateDnsEnabled") {
            properties.insert("PrivateDnsEnabled", id, boolean(true, id));
        }
    }
    if is_made {
        lowering.drafts[drafts[0]].props_index = props_index(lowering, index);
        if let Some(node) = vpc_id.clone() {
            lowering.properties(drafts[0]).insert("VpcId", id, node);
        }
    }
    let Some(one_per_zone) = lowering.drafts[drafts[0]].resource.properties.get("SubnetIds").cloned() else { return };
    // One for each zone: where there may be two in one, they may be fewer.
    if let Some((_, network)) = lowering.vpc_of(index, &props, "vpc")
        && let Some(list) = one_per_zone.as_list()
        && list.items.len() > *network.zones.count.start()
    {
        let mut list = list.clone();
        list.items.truncate(*network.zones.count.start());
        let node = Node { value: Value::List(list), span: one_per_zone.span };
        lowering.properties(drafts[0]).insert("SubnetIds", id, node);
    }
    let group = drafts.iter().copied().find(|it| {
        lowering.drafts[*it].table.is_some_and(|it| &*table.resources[it.1].path == "SecurityGroup/Resource")
    });
    let Some(group) = group else { return };
    let block = of_vpc(lowering, index, "CidrBlock", id);
    let properties = lowering.properties(group);
    if let Some(node) = vpc_id {
        properties.insert("VpcId", id, node);
    }
    let rule = properties.entries.iter_mut().find(|(it, _)| it.text == "SecurityGroupIngress");
    if let (Some((_, rules)), Some(block)) = (rule, block)
        && let Value::List(list) = &mut rules.value
        && let Some(Node { value: Value::Map(rule), .. }) = list.items.first_mut()
        && rule.get("FromPort").and_then(Node::as_str) == Some("443")
    {
        let text = |text: &str| model::Part::Text(Name::new(text, id));
        let parts = vec![text("from "), model::Part::Value(block.clone()), text(":443")];
        rule.insert("CidrIp", id, block);
        rule.insert("Description", id, Node { value: joined(parts), span: id });
    }
}

/// Which argument of the call that makes the construct at `index` configures it.
fn props_index(lowering: &Lowering<'_>, index: usize) -> usize {
    match lowering.constructs[index].place.at.expression.kind {
        Syntax::Call(_) => 1,
        _ => usize::MAX,
    }
}

fn gateway(lowering: &mut Lowering<'_>, index: usize, draft: usize) {
    let props = lowering.props_of(index);
    let id = lowering.constructs[index].id.span;
    let stack = lowering.constructs[index].place.stack;
    let made = props.value("service").and_then(|at| Some((at.span(), lowering.made(at)?.path)));
    let name = made.and_then(|(span, path)| {
        let name = path.strip_prefix("aws-ec2.GatewayVpcEndpointAwsService.")?;
        Some((span, GATEWAY_SERVICES.iter().find(|it| it.0 == name)?.1))
    });
    if let Some((span, name)) = name {
        let node = service_in(model::Part::Value(reference("AWS::Region", span)), name, span);
        lowering.properties(draft).insert("ServiceName", span, node);
    }
    if lowering.vpcs.contains_key(&index) {
        lowering.drafts[draft].props_index = props_index(lowering, index);
        if let Some(node) = of_vpc(lowering, index, "Ref", id) {
            lowering.properties(draft).insert("VpcId", id, node);
        }
    }
    if let Some(tables) = route_tables(lowering, index, stack, id) {
        lowering.properties(draft).insert("RouteTableIds", id, tables);
    }
}

/// The route tables of the subnets that a gateway endpoint is for: of all, where nothing is said.
fn route_tables(lowering: &Lowering<'_>, index: usize, stack: usize, span: Span) -> Option<Node> {
    let props = lowering.props_of(index);
    let (vpc, network) = lowering.vpc_of(index, &props, "vpc")?;
    let mut all = vpc_select::Selection {
        vpc,
        is_complete: network.is_complete,
        subnets: Vec::new(),
        network: Rc::clone(&network),
    };
    match props.get("subnets") {
        Given::Absent => {
            all.subnets =
                [Kind::Egress, Kind::Public, Kind::Isolated].iter().flat_map(|it| network.of_kind(*it)).collect();
        }
        Given::Value(at) => {
            let at = lowering.scopes.follow(at);
            let Syntax::Array(elements) = &at.expression.kind else { return None };
            for element in elements {
                let Element::Item(expression) = element else { return None };
                let selection = lowering.props(Some(At { expression, frame: at.frame }));
                let found = lowering.select(vpc, Rc::clone(&network), selection, None)?;
                all.is_complete &= found.is_complete;
                all.subnets.extend(found.subnets);
            }
            let mut seen = Vec::new();
            all.subnets.retain(|it| {
                !seen.contains(it) && {
                    seen.push(*it);
                    true
                }
            });
        }
        Given::Unknown => return None,
    }
    Some(lowering.list_of(stack, &all, Part::RouteTable, span))
}

fn flow_log(lowering: &mut Lowering<'_>, index: usize, drafts: &[usize]) {
    let is_log = |it: &usize| lowering.drafts[*it].resource.ty.text == "AWS::EC2::FlowLog";
    let Some(draft) = drafts.iter().copied().find(is_log) else { return };
    let Some(vpc) = lowering.vpcs.get(&index).copied() else { return };
    let props = lowering.props_of(index);
    let id = lowering.constructs[index].id.span;
    lowering.drafts[draft].props_index = props_index(lowering, index);
    let vpc_id = reference(&lowering.constructs[vpc].key, id);
    let properties = lowering.properties(draft);
    properties.insert("ResourceId", id, vpc_id);
    properties.insert("ResourceType", id, Node::text("VPC", id));
    if props.is_absent("trafficType") {
        properties.insert("TrafficType", id, Node::text("ALL", id));
    }
}
