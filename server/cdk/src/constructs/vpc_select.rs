//! Which subnets of a VPC others are given: `vpc.privateSubnets`, `vpc.selectSubnets(...)`, `vpcSubnets: { subnetType }`.

use super::vpc_plan::{Kind, Network, ZoneNames, items_of};
use crate::ast::{Expression, Kind as Syntax, Pattern, Statement};
use crate::evaluate::{Given, Props, reference};
use crate::library;
use crate::lower::{Level, Lowering};
use crate::scope::At;
use model::{Call, List, Map, Node, SmolStr, Span, Value};
use smol_str::format_smolstr;
use std::rc::Rc;

/// The class of VPCs that a program makes.
pub(super) const VPC: &str = "aws-ec2.Vpc";

/// Subnets of one VPC.
#[derive(Debug)]
pub(super) struct Selection {
    /// The construct of the VPC.
    pub(super) vpc: usize,
    pub(super) network: Rc<Network>,
    /// Some of its subnets, in order.
    pub(super) subnets: Vec<usize>,
    /// There are no others.
    pub(super) is_complete: bool,
}

/// What is asked of a subnet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Id,
    RouteTable,
    Zone,
    Block,
}

impl<'a> Lowering<'a> {
    /// The network that the VPC at `index` is.
    pub(crate) fn network(&self, index: usize) -> Option<Rc<Network>> {
        if let Some(known) = self.networks.borrow().get(&index) {
            return known.clone();
        }
        // What asks for itself knows nothing yet.
        self.networks.borrow_mut().insert(index, None);
        let network = Network::of(self, index).map(Rc::new);
        self.networks.borrow_mut().insert(index, network.clone());
        network
    }

    /// The VPC of this program that the value at `at` is.
    pub(super) fn vpc_at(&self, at: At<'a>) -> Option<(usize, Rc<Network>)> {
        let (index, level) = self.construct_of(at)?;
        let is_vpc = level == Level::Construct && self.constructs[index].class == VPC;
        Some((index, self.network(index).filter(|_| is_vpc)?))
    }

    /// What is asked of a subnet, or of the VPC at large, by the expression at `at`: `vpc.privateSubnets[0].subnetId`.
    pub(crate) fn value_of_network(&self, at: At<'a>) -> Option<Node> {
        let (span, stack) = (at.span(), self.stack_of(at));
        match &at.expression.kind {
            Syntax::Member { object, property, .. } => {
                let object = At { expression: object, frame: at.frame };
                let part = match &*property.text {
                    "subnetId" => Part::Id,
                    "routeTableId" => Part::RouteTable,
                    "availabilityZone" => Part::Zone,
                    "ipv4CidrBlock" => Part::Block,
                    "subnetIds" => return Some(self.list_of(stack, &self.selected_by_call(object)?, Part::Id, span)),
                    "availabilityZones" => {
                        if let Some(selection) = self.selected_by_call(object) {
                            return Some(self.list_of(stack, &selection, Part::Zone, span));
                        }
                        let (_, network) = self.vpc_at(object)?;
                        let items = (0..*network.zones.count.start()).map(|it| network.zones.name(it, span)).collect();
                        let open = network.zones.count.start() != network.zones.count.end();
                        return Some(Node { value: Value::List(List { items, open }), span });
                    }
                    _ => return None,
                };
                let subnet = match (part, &object.expression.kind) {
                    (Part::RouteTable, Syntax::Member { object, property, .. }) if property.text == "routeTable" => {
                        At { expression: object, frame: at.frame }
                    }
                    (Part::RouteTable, _) => return None,
                    _ => object,
                };
                let (vpc, network, subnet) = self.subnet_at(subnet)?;
                Some(self.part_of(stack, vpc, &network, subnet, part, span))
            }
            // `vpc.privateSubnets.map((subnet) => subnet.subnetId)`
            Syntax::Call(call) => {
                let Syntax::Member { object, property, .. } = &call.callee.kind else { return None };
                let argument = Expression::argument(&call.arguments, 0).filter(|_| property.text == "map")?;
                let selection = self.subnets_at(At { expression: object, frame: at.frame })?;
                Some(self.list_of(stack, &selection, part_asked(argument)?, span))
            }
            _ => None,
        }
    }

    /// What is asked of each of the subnets.
    pub(super) fn list_of(&self, stack: usize, selection: &Selection, part: Part, span: Span) -> Node {
        let item = |it: &usize| self.part_of(stack, selection.vpc, &selection.network, *it, part, span);
        let items = selection.subnets.iter().map(item).collect();
        Node { value: Value::List(List { items, open: !selection.is_complete }), span }
    }

    fn part_of(&self, stack: usize, vpc: usize, network: &Network, subnet: usize, part: Part, span: Span) -> Node {
        let data = &network.subnets[subnet];
        match part {
            Part::Id => self.own_or_imported(stack, vpc, &format!("{}/Subnet", data.id), span),
            Part::RouteTable => self.own_or_imported(stack, vpc, &format!("{}/RouteTable", data.id), span),
            Part::Zone => network.zones.name(data.zone, span),
            Part::Block => match &data.cidr {
                Some(block) => Node::text(block.clone(), span),
                None => Node::unknown(span),
            },
        }
    }

    /// `Ref` of what is made at `path` below the construct at `index`, as `stack` says it.
    fn own_or_imported(&self, stack: usize, index: usize, path: &str, span: Span) -> Node {
        match self.constructs[index].place.stack == stack {
            true => reference(&key_below(self, index, path), span),
            false => self.imported(stack, index, span),
        }
    }

    /// A value of the construct at `index`, which is in another stack than `stack`.
    pub(super) fn imported(&self, stack: usize, index: usize, span: Span) -> Node {
        match self.imports(self.constructs[index].place.stack, stack) {
            true => Node { value: Value::Call(Box::new(Call::ImportValue(Node::unknown(span)))), span },
            false => Node::unknown(span),
        }
    }

    /// The subnets that `vpc.selectSubnets(...)` at `at` selects.
    fn selected_by_call(&self, at: At<'a>) -> Option<Selection> {
        let at = self.scopes.follow(at);
        let Syntax::Call(call) = &at.expression.kind else { return None };
        let Syntax::Member { object, property, .. } = &call.callee.kind else { return None };
        if property.text != "selectSubnets" {
            return None;
        }
        let (vpc, network) = self.vpc_at(At { expression: object, frame: at.frame })?;
        let selection = Expression::argument(&call.arguments, 0).map(|expression| At { expression, frame: at.frame });
        self.select(vpc, network, self.props(selection), None)
    }

    /// The subnets that the list at `at` has.
    pub(super) fn subnets_at(&self, at: At<'a>) -> Option<Selection> {
        let at = self.scopes.follow(at);
        match &at.expression.kind {
            Syntax::Member { object, property, .. } => {
                let object = At { expression: object, frame: at.frame };
                let kind = match &*property.text {
                    "publicSubnets" => Kind::Public,
                    "privateSubnets" => Kind::Egress,
                    "isolatedSubnets" => Kind::Isolated,
                    "subnets" => return self.selected_by_call(object),
                    _ => return None,
                };
                let (vpc, network) = self.vpc_at(object)?;
                let subnets = network.of_kind(kind).collect();
                let is_complete = network.is_complete;
                Some(Selection { vpc, network, subnets, is_complete })
            }
            Syntax::Array(_) => {
                let mut items = Vec::new();
                let is_complete = items_of(self, at, &mut items, 0);
                let all: Vec<_> = items.into_iter().map(|it| self.subnet_at(it)).collect::<Option<_>>()?;
                let (vpc, network, _) = all.first()?;
                let (vpc, network) = (*vpc, Rc::clone(network));
                let subnets = all.iter().map(|it| it.2).collect();
                all.iter().all(|it| it.0 == vpc).then_some(Selection { vpc, network, subnets, is_complete })
            }
            _ => None,
        }
    }

    /// The subnet that the value at `at` is.
    fn subnet_at(&self, at: At<'a>) -> Option<(usize, Rc<Network>, usize)> {
        let at = self.scopes.follow(at);
        let Syntax::Index { object, index } = &at.expression.kind else { return None };
        let selection = self.subnets_at(At { expression: object, frame: at.frame })?;
        let index = self.node(At { expression: index, frame: at.frame }).as_int()?;
        let subnet = *selection.subnets.get(usize::try_from(index).ok()?)?;
        Some((selection.vpc, selection.network, subnet))
    }

    /// The subnets of the VPC that `selection` selects; of the kind `preferred` where it says nothing.
    pub(super) fn select(
        &self,
        vpc: usize,
        network: Rc<Network>,
        selection: Props<'a>,
        preferred: Option<Kind>,
    ) -> Option<Selection> {
        if let Some(at) = selection.value("subnets") {
            return self.subnets_at(at);
        }
        let (subnets, is_complete) = select(self, &network, &selection, preferred)?;
        Some(Selection { vpc, network, subnets, is_complete })
    }
}

/// What a function like `(subnet) => subnet.subnetId` asks of a subnet.
fn part_asked(function: &Expression) -> Option<Part> {
    let Syntax::Function(function) = &function.kind else { return None };
    let Some(Pattern::Name(subnet)) = function.parameters.first().map(|it| &it.pattern) else { return None };
    let [statement] = &function.body[..] else { return None };
    let Statement::Return(Some(body)) = &**statement else { return None };
    let Syntax::Member { object, property, .. } = &body.kind else { return None };
    let is_subnet = |it: &Expression| matches!(&it.kind, Syntax::Identifier(name) if *name == subnet.text);
    match &object.kind {
        _ if is_subnet(object) => Some(match &*property.text {
            "subnetId" => Part::Id,
            "availabilityZone" => Part::Zone,
            "ipv4CidrBlock" => Part::Block,
            _ => return None,
        }),
        Syntax::Member { object, property: table, .. } => {
            let is_table = is_subnet(object) && table.text == "routeTable" && property.text == "routeTableId";
            is_table.then_some(Part::RouteTable)
        }
        _ => None,
    }
}

/// The subnets of a network that `selection` selects without naming them, and whether they are all.
pub(super) fn select<'a>(
    lowering: &Lowering<'a>,
    network: &Network,
    selection: &Props<'a>,
    preferred: Option<Kind>,
) -> Option<(Vec<usize>, bool)> {
    let given = |name: &str| match selection.get(name) {
        Given::Absent => Some(None),
        Given::Value(at) => Some(Some(at)),
        Given::Unknown => None,
    };
    if given("subnets")?.is_some() || given("availabilityZones")?.is_some() {
        return None;
    }
    let group = match given("subnetGroupName")? {
        Some(at) => Some(at),
        None => given("subnetName")?,
    };
    let mut is_one_per_zone = given("onePerAz")?.map(|at| lowering.node(at).as_bool()).unwrap_or(Some(false))?;
    if let Some(at) = given("subnetFilters")? {
        let mut items = Vec::new();
        if !items_of(lowering, at, &mut items, 0) {
            return None;
        }
        for item in items {
            is_one_per_zone |= lowering.made(item)?.path == "aws-ec2.SubnetFilter.onePerAz";
            if !is_one_per_zone {
                return None;
            }
        }
    }
    let kind = given("subnetType")?;
    let mut subnets: Vec<usize> = match (group, kind) {
        (Some(group), None) => {
            let group = lowering.node(group);
            let group = group.as_str()?;
            (0..network.subnets.len()).filter(|it| network.subnets[*it].group == group).collect()
        }
        (None, kind) => {
            let kind = match kind {
                Some(at) => Kind::of(lowering, at)?,
                None => preferred.or_else(|| usual(network))?,
            };
            network.of_kind(kind).collect()
        }
        // The library takes one or the other.
        (Some(_), Some(_)) => return None,
    };
    if is_one_per_zone {
        let mut seen = Vec::new();
        subnets.retain(|it| {
            let zone = network.subnets[*it].zone;
            !seen.contains(&zone) && {
                seen.push(zone);
                true
            }
        });
        if let ZoneNames::Given(names) = &network.zones.names
            && names.iter().enumerate().any(|(at, it)| names[..at].iter().any(|other| other.value == it.value))
        {
            return None;
        }
    }
    (!subnets.is_empty()).then_some((subnets, network.is_complete))
}

/// The kind of subnets that a network gives when it is not asked for any.
fn usual(network: &Network) -> Option<Kind> {
    let has = |kind: Kind| network.of_kind(kind).next().is_some();
    match () {
        () if has(Kind::Egress) => Some(Kind::Egress),
        () if !network.is_complete => None,
        () if has(Kind::Isolated) => Some(Kind::Isolated),
        () => Some(Kind::Public),
    }
}

/// What is called `path` below the construct at `index`.
pub(super) fn key_below(lowering: &Lowering<'_>, index: usize, path: &str) -> SmolStr {
    format_smolstr!("{}/{path}", lowering.constructs[index].key)
}

/// Where constructs put the subnets that they are given.
struct Use {
    class: &'static str,
    /// The path of the resource, in the table of the class.
    resource: &'static str,
    property: &'static str,
    vpc: &'static str,
    selection: &'static str,
    /// The prop that asks for public subnets where nothing else is said.
    public: &'static str,
}

const fn uses(class: &'static str, resource: &'static str, property: &'static str, selection: &'static str) -> Use {
    Use { class, resource, property, vpc: "vpc", selection, public: "" }
}

const USES: &[Use] = &[
    uses("aws-apigatewayv2.VpcLink", "Resource", "SubnetIds", "subnets"),
    uses("aws-autoscaling.AutoScalingGroup", "ASG", "VPCZoneIdentifier", "vpcSubnets"),
    uses("aws-codebuild.Project", "Resource", "VpcConfig.Subnets", "subnetSelection"),
    uses("aws-codebuild.PipelineProject", "Resource", "VpcConfig.Subnets", "subnetSelection"),
    uses("aws-docdb.DatabaseCluster", "Subnets", "SubnetIds", "vpcSubnets"),
    uses("aws-ec2.BastionHostLinux", "Resource/Resource", "SubnetId", "subnetSelection"),
    uses("aws-ec2.Instance", "Resource", "SubnetId", "vpcSubnets"),
    uses("aws-ec2.InterfaceVpcEndpoint", "Resource", "SubnetIds", "subnets"),
    Use {
        vpc: "cluster.vpc",
        public: "assignPublicIp",
        ..uses("aws-ecs.FargateService", "Service", "NetworkConfiguration.AwsvpcConfiguration.Subnets", "vpcSubnets")
    },
    Use {
        public: "internetFacing",
        ..uses("aws-elasticloadbalancing.LoadBalancer", "Resource", "Subnets", "subnetSelection")
    },
    Use {
        public: "internetFacing",
        ..uses("aws-elasticloadbalancingv2.ApplicationLoadBalancer", "Resource", "Subnets", "vpcSubnets")
    },
    Use {
        public: "internetFacing",
        ..uses("aws-elasticloadbalancingv2.NetworkLoadBalancer", "Resource", "Subnets", "vpcSubnets")
    },
    uses("aws-lambda.Function", "Resource", "VpcConfig.SubnetIds", "vpcSubnets"),
    uses("aws-lambda.DockerImageFunction", "Resource", "VpcConfig.SubnetIds", "vpcSubnets"),
    uses("aws-lambda-nodejs.NodejsFunction", "Resource", "VpcConfig.SubnetIds", "vpcSubnets"),
    uses("aws-lambda-python-alpha.PythonFunction", "Resource", "VpcConfig.SubnetIds", "vpcSubnets"),
    uses("aws-rds.DatabaseCluster", "Subnets/Default", "SubnetIds", "vpcSubnets"),
    uses("aws-rds.DatabaseInstance", "SubnetGroup/Default", "SubnetIds", "vpcSubnets"),
    uses("aws-rds.DatabaseInstanceFromSnapshot", "SubnetGroup/Default", "SubnetIds", "vpcSubnets"),
    uses("aws-rds.DatabaseInstanceReadReplica", "SubnetGroup/Default", "SubnetIds", "vpcSubnets"),
    uses("aws-rds.DatabaseProxy", "Resource", "VpcSubnetIds", "vpcSubnets"),
    uses("aws-rds.ServerlessCluster", "Subnets/Default", "SubnetIds", "vpcSubnets"),
    uses("aws-rds.ServerlessClusterFromSnapshot", "Subnets/Default", "SubnetIds", "vpcSubnets"),
    uses("aws-rds.SubnetGroup", "Default", "SubnetIds", "vpcSubnets"),
];

/// Says in the resource of `draft`, which the construct at `index` makes, which subnets it is given.
pub(super) fn place(lowering: &mut Lowering<'_>, index: usize, class: &library::Class, draft: usize) {
    let Some((_, resource)) = lowering.drafts[draft].table else { return };
    let path = &*class.resources[resource].path;
    let Some(it) = USES.iter().find(|it| it.class == class.name && it.resource == path) else { return };
    let stack = lowering.constructs[index].place.stack;
    let selected = selected(lowering, index, it);
    if it.property == "SubnetId" && lowering.props_of(index).is_absent("availabilityZone") {
        // An instance is in the zone of its subnet.
        let id = lowering.constructs[index].id.span;
        let zone = selected.as_ref().and_then(|(name, selection)| {
            let first = selection.network.subnets.get(*selection.subnets.first()?)?;
            Some(selection.network.zones.name(first.zone, *name))
        });
        let zone = zone.unwrap_or_else(|| Node::unknown(id));
        lowering.properties(draft).insert("AvailabilityZone", id, zone);
    }
    let Some((name, selection)) = selected else { return };
    let node = match it.property {
        "SubnetId" => match selection.subnets.first() {
            Some(first) => lowering.part_of(stack, selection.vpc, &selection.network, *first, Part::Id, name),
            None => return,
        },
        _ => lowering.list_of(stack, &selection, Part::Id, name),
    };
    insert(lowering.properties(draft), it.property, name, node);
}

fn selected(lowering: &Lowering<'_>, index: usize, it: &Use) -> Option<(Span, Selection)> {
    let props = lowering.props_of(index);
    let id = lowering.constructs[index].id.span;
    let (vpc, network) = lowering.vpc_of(index, &props, it.vpc)?;
    let mut name = id;
    let selection = match props.get(it.selection) {
        Given::Value(at) => {
            name = at.span();
            let at = lowering.scopes.follow(at);
            matches!(at.expression.kind, Syntax::Object(_)).then(|| lowering.props(Some(at)))?
        }
        Given::Absent => Props::default(),
        Given::Unknown => return None,
    };
    let preferred = match props.get(it.public) {
        Given::Absent => None,
        Given::Value(at) => lowering.node(at).as_bool()?.then_some(Kind::Public),
        Given::Unknown => return None,
    };
    // The selection is asked in place of the preference, not beside it.
    let preferred = preferred.filter(|_| matches!(props.get(it.selection), Given::Absent));
    // Of an instance the zone is said beside.
    if it.property == "SubnetId" && !props.is_absent("availabilityZone") {
        return None;
    }
    Some((name, lowering.select(vpc, network, selection, preferred)?))
}

impl<'a> Lowering<'a> {
    /// The VPC that the construct at `index` is in: the one that made it, or that its props name at `path`.
    pub(super) fn vpc_of(&self, index: usize, props: &Props<'a>, path: &str) -> Option<(usize, Rc<Network>)> {
        if let Some(vpc) = self.vpcs.get(&index) {
            return Some((*vpc, self.network(*vpc)?));
        }
        match path.split_once('.') {
            None => self.vpc_at(props.value(path)?),
            // Of a cluster.
            Some((first, rest)) => {
                let (index, _) = self.construct_of(props.value(first)?)?;
                let props = self.props_of(index);
                self.vpc_of(index, &props, rest)
            }
        }
    }
}

/// Puts `node` at a dotted path; where the maps on the way are not there, nothing is known of what else is in them.
fn insert(map: &mut Map, path: &str, name: Span, node: Node) {
    let Some((first, rest)) = path.split_once('.') else { return map.insert(path, name, node) };
    if !matches!(map.get(first).map(|it| &it.value), Some(Value::Map(_))) {
        let inner = Map { entries: Vec::new(), open: true };
        map.insert(first, name, Node { value: Value::Map(inner), span: node.span });
    }
    if let Some((_, Node { value: Value::Map(inner), .. })) = map.entries.iter_mut().find(|(it, _)| it.text == first) {
        insert(inner, rest, name, node);
    }
}
