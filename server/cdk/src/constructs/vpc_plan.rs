//! How the library divides a VPC: which subnets it has, where they lie and by which way they reach the internet.

use super::vpc_cidr;
use super::vpc_select::select;
use crate::ast::{Element, Kind as Syntax};
use crate::evaluate::{Given, Props};
use crate::library::value::constant;
use crate::lower::Lowering;
use crate::scope::At;
use model::{Call, Node, Scalar, SmolStr, Span, Value};
use smol_str::format_smolstr;
use std::ops::RangeInclusive;

/// The zones of a region that nothing is known of: no region gives more to an account.
const MOST_ZONES: usize = 6;

/// So many zones every region has, but the one below.
const USUAL_ZONES: usize = 3;

/// So many zones the library makes subnets in when it does not know the region.
pub(crate) const ZONES_OF_ANY_REGION: u32 = 2;

/// Most accounts have two zones here.
const SMALL_REGION: &str = "us-west-1";

/// A network of more subnets than this is not followed.
const MAX_SUBNETS: usize = 120;

/// A VPC, divided.
#[derive(Debug)]
pub(crate) struct Network {
    /// In the order in which they are made.
    pub(crate) subnets: Vec<Subnet>,
    /// There are no others.
    pub(crate) is_complete: bool,
    pub(crate) zones: Zones,
    /// The block of the network, as the library writes it.
    pub(crate) cidr: Option<SmolStr>,
    /// It has an internet gateway; `None`: that is not known.
    pub(crate) has_gateway: Option<bool>,
    pub(crate) nat: Nat,
    /// Where the program writes how many NAT gateways there are to be.
    pub(crate) nat_span: Option<Span>,
    /// It has addresses of both kinds; `None`: that is not known.
    pub(crate) is_dual: Option<bool>,
}

/// A subnet of it.
#[derive(Clone, Debug)]
pub(crate) struct Subnet {
    /// What it is called in the VPC: `PublicSubnet1`.
    pub(crate) id: SmolStr,
    pub(crate) group: SmolStr,
    pub(crate) kind: Kind,
    /// The number of its zone, among those of the network.
    pub(crate) zone: usize,
    pub(crate) cidr: Option<SmolStr>,
    /// Whether it gives instances a public address.
    pub(crate) public_addresses: Option<bool>,
    /// Where its group is written.
    pub(crate) span: Span,
    /// Where is written what it is for.
    pub(crate) kind_span: Span,
}

/// What a subnet is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Public,
    Egress,
    Isolated,
}

/// The zones that a network lies in.
#[derive(Debug)]
pub(crate) struct Zones {
    /// How many they may be.
    pub(crate) count: RangeInclusive<usize>,
    /// Places that are kept free for others.
    reserved: Option<usize>,
    pub(crate) names: ZoneNames,
    /// Where the program writes how many they are to be.
    written: Option<Span>,
}

#[derive(Debug)]
pub(crate) enum ZoneNames {
    /// The zones of the region where the stack is deployed, by number.
    Selected,
    Given(Vec<Node>),
    Unknown,
}

/// By which way subnets without public addresses reach the internet.
#[derive(Debug)]
pub(crate) enum Nat {
    /// By gateways in these subnets, or by none.
    Gateways { at: Vec<usize>, addresses: Addresses },
    /// By one of the whole region.
    Regional,
    /// By something else, in a way that is not followed.
    Unknown,
}

/// Which addresses NAT gateways have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Addresses {
    /// Their own, made with them.
    Made,
    /// Some that are there already.
    Given,
    Unknown,
}

/// A group of subnets, one for each zone.
#[derive(Debug)]
struct Group {
    name: Option<SmolStr>,
    kind: Option<Kind>,
    mask: Mask,
    reserved: Option<bool>,
    public_addresses: Option<bool>,
    span: Span,
    kind_span: Span,
}

/// The size of the subnets of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mask {
    /// What is left, in equal parts.
    Rest,
    Bits(u32),
    Unknown,
}

impl Kind {
    /// What the tag of a subnet says that it is.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Kind::Public => "Public",
            Kind::Egress => "Private",
            Kind::Isolated => "Isolated",
        }
    }

    /// The kind that the value at `at` is.
    pub(crate) fn of<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Option<Kind> {
        let made = lowering.made(at)?;
        Some(match made.path.strip_prefix("aws-ec2.SubnetType.")? {
            "PUBLIC" => Kind::Public,
            "PRIVATE_WITH_EGRESS" | "PRIVATE_WITH_NAT" | "PRIVATE" => Kind::Egress,
            "PRIVATE_ISOLATED" | "ISOLATED" => Kind::Isolated,
            _ => return None,
        })
    }
}

impl Network {
    /// The network that the VPC at `index` is, as far as its props decide it; `None` where that is next to nothing.
    pub(crate) fn of(lowering: &Lowering<'_>, index: usize) -> Option<Network> {
        let props = lowering.props_of(index);
        let (groups, has_all_groups) = groups(lowering, index, &props);
        let zones = Zones::of(lowering, index, &props)?;
        let is_dual = match props.get("ipProtocol") {
            Given::Absent => Some(false),
            Given::Value(at) => match lowering.made(at)?.path.strip_prefix("aws-ec2.IpProtocol.") {
                Some("IPV4_ONLY") => Some(false),
                Some("DUAL_STACK") => Some(true),
                _ => None,
            },
            Given::Unknown => None,
        };
        let block = block(lowering, &props);
        let count = *zones.count.start();
        if groups.len() * count > MAX_SUBNETS {
            return None;
        }
        let mut is_complete = has_all_groups && zones.count.start() == zones.count.end();
        let blocks = blocks(block.as_deref(), &groups, &zones, has_all_groups);
        let mut subnets = Vec::new();
        for (number, group) in groups.iter().enumerate() {
            let (Some(name), Some(kind), Some(false)) = (&group.name, group.kind, group.reserved) else {
                is_complete &= group.reserved == Some(true);
                continue;
            };
            for zone in 0..count {
                let public_addresses = match (kind, group.public_addresses) {
                    (Kind::Public, None) => is_dual.map(|it| !it),
                    (Kind::Public, given) => given,
                    _ => Some(false),
                };
                subnets.push(Subnet {
                    id: format_smolstr!("{name}Subnet{}", zone + 1),
                    group: name.clone(),
                    kind,
                    zone,
                    cidr: blocks.as_ref().and_then(|it| it[number][zone].clone()),
                    public_addresses,
                    span: group.span,
                    kind_span: group.kind_span,
                });
            }
        }
        let has_gateway = has_gateway(lowering, &props, &groups, has_all_groups);
        let mut network = Network {
            subnets,
            is_complete,
            zones,
            cidr: block.as_deref().and_then(vpc_cidr::normal),
            has_gateway,
            nat: Nat::Unknown,
            nat_span: props.value("natGateways").map(|it| it.span()),
            is_dual,
        };
        network.nat = network.nat(lowering, &props);
        Some(network)
    }

    /// The subnets of a kind, in order.
    pub(crate) fn of_kind(&self, kind: Kind) -> impl Iterator<Item = usize> + '_ {
        (0..self.subnets.len()).filter(move |it| self.subnets[*it].kind == kind)
    }

    /// The subnet with the NAT gateway that each subnet of the kind [`Kind::Egress`] is led to.
    pub(crate) fn ways(&self) -> Vec<(usize, usize)> {
        let Nat::Gateways { at, .. } = &self.nat else { return Vec::new() };
        let mut next = 0;
        let mut way = |subnet: usize| {
            let zone = self.subnets[subnet].zone;
            let near = at.iter().rev().copied().find(|it| self.subnets[*it].zone == zone);
            near.or_else(|| {
                let picked = at.get(next % at.len().max(1)).copied();
                next += 1;
                picked
            })
        };
        self.of_kind(Kind::Egress).filter_map(|it| Some((it, way(it)?))).collect()
    }

    fn nat<'a>(&self, lowering: &Lowering<'a>, props: &Props<'a>) -> Nat {
        let none = || Nat::Gateways { at: Vec::new(), addresses: Addresses::Made };
        match self.has_gateway {
            Some(true) => (),
            Some(false) => return none(),
            None => return Nat::Unknown,
        }
        let addresses = match props.get("natGatewayProvider") {
            Given::Absent => Addresses::Made,
            Given::Unknown => return Nat::Unknown,
            Given::Value(at) => match lowering.made(at) {
                Some(made) if matches!(&*made.path, "aws-ec2.NatProvider.gateway" | "aws-ec2.NatGatewayProvider") => {
                    match lowering.props(made.argument(0)).get("eipAllocationIds") {
                        Given::Absent => Addresses::Made,
                        Given::Value(_) => Addresses::Given,
                        Given::Unknown => Addresses::Unknown,
                    }
                }
                Some(made)
                    if matches!(
                        &*made.path,
                        "aws-ec2.NatProvider.regionalGateway" | "aws-ec2.RegionalNatGatewayProvider"
                    ) =>
                {
                    return Nat::Regional;
                }
                _ => return Nat::Unknown,
            },
        };
        let has_egress = self.of_kind(Kind::Egress).next().is_some();
        // How many there are depends on how many zones there are.
        let all = (self.zones.count.start() == self.zones.count.end())
            .then(|| Some(self.zones.count.start() + self.zones.reserved?))
            .flatten();
        let count = match (number(lowering, props.get("natGateways")), all) {
            (Number::Absent, Some(all)) if self.is_complete || has_egress => Some(if has_egress { all } else { 0 }),
            (Number::Is(0), _) => Some(0),
            (Number::Is(wanted), Some(all)) => Some(wanted.min(all)),
            // One for as few zones as there may be.
            (Number::Is(wanted), None) if wanted <= *self.zones.count.start() => Some(wanted),
            _ => None,
        };
        let Some(count) = count else { return Nat::Unknown };
        if count == 0 {
            return none();
        }
        let mut at: Vec<usize> = match props.get("natGatewaySubnets") {
            Given::Absent => self.of_kind(Kind::Public).collect(),
            Given::Value(at) => match select(lowering, self, &lowering.props(Some(at)), None) {
                Some((subnets, _)) => subnets,
                None => return Nat::Unknown,
            },
            Given::Unknown => return Nat::Unknown,
        };
        if at.len() < count && !self.is_complete {
            return Nat::Unknown;
        }
        at.truncate(count);
        Nat::Gateways { at, addresses }
    }
}

/// What `subnetConfiguration` says, and whether that is all of it.
fn groups<'a>(lowering: &Lowering<'a>, index: usize, props: &Props<'a>) -> (Vec<Group>, bool) {
    let id = lowering.constructs[index].id.span;
    let group = |kind: Option<Kind>| Group {
        name: kind.map(|it| it.word().into()),
        kind,
        mask: Mask::Rest,
        reserved: Some(false),
        public_addresses: None,
        span: id,
        kind_span: id,
    };
    match props.get("subnetConfiguration") {
        Given::Absent => {
            let second = match number(lowering, props.get("natGateways")) {
                Number::Is(0) => Some(Kind::Isolated),
                Number::Is(_) | Number::Absent => Some(Kind::Egress),
                Number::NotZero => Some(Kind::Egress),
                Number::Unknown => None,
            };
            (vec![group(Some(Kind::Public)), group(second)], true)
        }
        Given::Value(at) => {
            let mut items = Vec::new();
            let is_complete = items_of(lowering, at, &mut items, 0);
            (items.into_iter().map(|it| configured(lowering, it)).collect(), is_complete)
        }
        Given::Unknown => (Vec::new(), false),
    }
}

fn configured<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Group {
    let props = lowering.props(Some(at));
    let name = props.value("name");
    let flag = |name: &str| match props.get(name) {
        Given::Absent => Some(None),
        Given::Value(at) => lowering.node(at).as_bool().map(Some),
        Given::Unknown => None,
    };
    let is_public_unknown = flag("mapPublicIpOnLaunch").is_none();
    let kind_at = props.value("subnetType").map(|it| lowering.scopes.follow(it));
    let kind = kind_at.and_then(|it| Kind::of(lowering, it));
    // The last word of `ec2.SubnetType.PUBLIC` says it.
    let kind_span = kind_at.map(|it| match &it.expression.kind {
        Syntax::Member { property, .. } => property.span,
        _ => it.span(),
    });
    Group {
        name: name.and_then(|it| lowering.node(it).as_str().map(SmolStr::new)),
        // Of one about which nothing is certain nothing is said.
        kind: kind.filter(|_| !(is_public_unknown && kind == Some(Kind::Public))),
        mask: match number(lowering, props.get("cidrMask")) {
            Number::Absent => Mask::Rest,
            Number::Is(bits) => u32::try_from(bits).map_or(Mask::Unknown, Mask::Bits),
            Number::NotZero | Number::Unknown => Mask::Unknown,
        },
        reserved: flag("reserved").map(|it| it.unwrap_or(false)),
        public_addresses: flag("mapPublicIpOnLaunch").flatten(),
        span: name.unwrap_or(at).span(),
        kind_span: kind_span.unwrap_or(at.span()),
    }
}

/// The items of the list at `at`; false where there may be others.
pub(super) fn items_of<'a>(lowering: &Lowering<'a>, at: At<'a>, items: &mut Vec<At<'a>>, depth: u32) -> bool {
    let at = lowering.scopes.follow(at);
    let Syntax::Array(elements) = &at.expression.kind else { return false };
    let mut is_complete = !at.expression.broken && depth < 8;
    for element in elements.iter().take_while(|_| depth < 8) {
        match element {
            Element::Item(expression) => items.push(At { expression, frame: at.frame }),
            Element::Spread(expression) => {
                is_complete &= items_of(lowering, At { expression, frame: at.frame }, items, depth + 1);
            }
        }
    }
    is_complete
}

/// What is known of a number.
enum Number {
    Absent,
    Is(usize),
    /// One of several, none of which is zero.
    NotZero,
    Unknown,
}

fn number<'a>(lowering: &Lowering<'a>, given: Given<'a>) -> Number {
    let at = match given {
        Given::Absent => return Number::Absent,
        Given::Unknown => return Number::Unknown,
        Given::Value(at) => at,
    };
    match lowering.node(at) {
        Node { value: Value::Absent, .. } => Number::Absent,
        node if node.as_int().is_some() => {
            node.as_int().and_then(|it| usize::try_from(it).ok()).map_or(Number::Unknown, Number::Is)
        }
        Node { value: Value::Either(branches), .. } => {
            match branches.iter().all(|it| it.node.as_int().is_some_and(|it| it > 0)) {
                true => Number::NotZero,
                false => Number::Unknown,
            }
        }
        _ => Number::Unknown,
    }
}

/// The block that the props ask for.
fn block<'a>(lowering: &Lowering<'a>, props: &Props<'a>) -> Option<SmolStr> {
    let text = |at: At<'a>| lowering.node(at).as_str().map(SmolStr::new);
    match (props.get("ipAddresses"), props.get("cidr")) {
        (Given::Value(at), _) => {
            let made = lowering.made(at).filter(|it| it.path == "aws-ec2.IpAddresses.cidr")?;
            text(made.argument(0)?)
        }
        (Given::Absent, Given::Value(at)) => text(at),
        (Given::Absent, Given::Absent) => Some("10.0.0.0/16".into()),
        _ => None,
    }
}

/// The block of each subnet of each group, where it is the same whatever is not known.
fn blocks(block: Option<&str>, groups: &[Group], zones: &Zones, has_all: bool) -> Option<Vec<Vec<Option<SmolStr>>>> {
    let mut masks: Vec<Mask> = groups.iter().map(|it| it.mask).collect();
    // What comes behind the groups that are seen takes its part too.
    masks.extend((!has_all).then_some(Mask::Unknown));
    let reserved = zones.reserved?;
    let mut common: Option<Vec<Vec<Option<SmolStr>>>> = None;
    for count in zones.count.clone() {
        let blocks = vpc_cidr::allocate(block?, &masks, count + reserved);
        match (&mut common, blocks) {
            // So many the network has no room for.
            (_, None) => (),
            (None, Some(blocks)) => common = Some(blocks),
            (Some(common), Some(blocks)) => {
                for (group, others) in common.iter_mut().zip(blocks) {
                    for (block, other) in group.iter_mut().zip(others) {
                        if *block != other {
                            *block = None;
                        }
                    }
                }
            }
        }
    }
    common.filter(|it| it.iter().all(|it| it.len() >= *zones.count.start()))
}

fn has_gateway<'a>(lowering: &Lowering<'a>, props: &Props<'a>, groups: &[Group], has_all: bool) -> Option<bool> {
    let wanted = match props.get("createInternetGateway") {
        Given::Absent => Some(true),
        Given::Value(at) => lowering.node(at).as_bool(),
        Given::Unknown => None,
    };
    let has = |it: &Group| it.reserved == Some(false) && matches!(it.kind, Some(Kind::Public | Kind::Egress));
    match (wanted, groups.iter().any(has)) {
        (Some(false), _) => Some(false),
        (Some(true), true) => Some(true),
        (_, false) if has_all && groups.iter().all(|it| it.kind.is_some() || it.reserved == Some(true)) => Some(false),
        _ => None,
    }
}

impl Zones {
    fn of<'a>(lowering: &Lowering<'a>, index: usize, props: &Props<'a>) -> Option<Zones> {
        let reserved = match number(lowering, props.get("reservedAzs")) {
            Number::Absent => Some(0),
            Number::Is(it) if it < 16 => Some(it),
            _ => None,
        };
        match props.get("availabilityZones") {
            Given::Value(at) => {
                let mut items = Vec::new();
                if !items_of(lowering, at, &mut items, 0) || items.len() > 16 {
                    return None;
                }
                let names: Vec<Node> = items.into_iter().map(|it| lowering.node(it)).collect();
                let count = names.len();
                return Some(Zones { count: count..=count, reserved, names: ZoneNames::Given(names), written: None });
            }
            Given::Unknown => return None,
            Given::Absent => (),
        }
        let most = match number(lowering, props.get("maxAzs")) {
            Number::Absent => USUAL_ZONES,
            Number::Is(it) => it.min(16),
            Number::NotZero | Number::Unknown => {
                return Some(Zones { count: 1..=MOST_ZONES, reserved, names: ZoneNames::Unknown, written: None });
            }
        };
        let (there, names) = zones_of_stack(lowering, index);
        let count = (*there.start()).min(most)..=(*there.end()).min(most);
        let written = props.value("maxAzs").map(|it| lowering.node(it).span);
        Some(Zones { count, reserved, names, written })
    }

    /// The zone with this number: one of a list, which may not be known. It stands where is written how many there are, its
    /// number at `span`.
    pub(crate) fn name(&self, zone: usize, span: Span) -> Node {
        let at = self.written.unwrap_or(span);
        let list = match &self.names {
            ZoneNames::Given(names) => return names.get(zone).cloned().unwrap_or_else(|| Node::unknown(span)),
            ZoneNames::Selected => Value::Call(Box::new(Call::GetAzs(Node::text("", at)))),
            ZoneNames::Unknown if self.count.start() == self.count.end() => Value::Unknown,
            ZoneNames::Unknown => return Node::unknown(at),
        };
        let index = Node { value: Value::Scalar(Scalar { text: format_smolstr!("{zone}"), plain: true }), span };
        let list = Node { value: list, span: at };
        Node { value: Value::Call(Box::new(Call::Select { index, list })), span: at }
    }
}

/// How many zones the stack of the construct at `index` has, and what they are called.
fn zones_of_stack(lowering: &Lowering<'_>, index: usize) -> (RangeInclusive<usize>, ZoneNames) {
    if is_for_any_region(lowering, index) {
        let count = ZONES_OF_ANY_REGION as usize;
        return (count..=count, ZoneNames::Selected);
    }
    let stack = lowering.constructs[index].place.stack;
    let node = lowering.scopes.stacks[stack].node;
    let [region, account] = ["region", "account"].map(|it| lowering.environment(node?, it));
    let count = match (&region, &account) {
        (Some(region), Some(_)) if region != SMALL_REGION => USUAL_ZONES..=MOST_ZONES,
        // It may still turn out to be for any region.
        _ => 2..=MOST_ZONES,
    };
    (count, ZoneNames::Unknown)
}

/// True when the stack of the construct at `index` says no account or no region, so that its template is for any.
pub(crate) fn is_for_any_region(lowering: &Lowering<'_>, index: usize) -> bool {
    let node = lowering.scopes.stacks[lowering.constructs[index].place.stack].node;
    let said = |key: &str| node.map_or(Given::Unknown, |it| lowering.environment_given(it, key));
    ["region", "account"].iter().any(|it| matches!(said(it), Given::Absent))
}

/// True for a constant of the library that this is.
pub(super) fn short_name(path: &str) -> Option<&'static str> {
    constant(path)?.get("shortName")?.as_str()
}
