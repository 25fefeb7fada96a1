//! Security groups, and what opens them.

use super::{MethodCall, security_group};
use crate::ast::{Element, Kind};
use crate::evaluate::{Given, Props, get_att};
use crate::lower::{Draft, Level, Lowering};
use crate::scope::At;
use crate::table::{Class, Form, row};
use model::{List, Map, Name, Node, Resource, SmolStr, Span, Value};

pub(crate) const CLASSES: &[Class] = &[Class {
    name: "aws-ec2.SecurityGroup",
    ty: "AWS::EC2::SecurityGroup",
    retention: "",
    rows: &[
        row("securityGroupName", "GroupName", Form::Same),
        row("description", "GroupDescription", Form::Same),
        row("vpc", "VpcId", Form::Reference("Ref")),
    ],
}];

/// Whom a method lets in.
enum Peer {
    Argument(usize),
    Any4,
    Any6,
    /// The group itself.
    Itself,
}

pub(crate) fn apply<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>) {
    if security_group::apply(lowering, call) {
        return;
    }
    match &*call.method.text {
        "allowSshAccessFrom" => return ssh_access(lowering, call),
        "addEgressRule" => return egress(lowering, call),
        _ => (),
    }
    let (peer, port) = match &*call.method.text {
        "addIngressRule" => (Peer::Argument(0), Some(1)),
        "allowInternally" => (Peer::Itself, Some(0)),
        "allowFrom" => (Peer::Argument(0), Some(1)),
        "allowFromAnyIpv4" => (Peer::Any4, Some(0)),
        "allowFromAnyIpv6" => (Peer::Any6, Some(0)),
        "allowDefaultPortFrom" => (Peer::Argument(0), None),
        "allowDefaultPortFromAnyIpv4" => (Peer::Any4, None),
        _ => return,
    };
    // `x.connections.allow...` and `group.addIngressRule`, which is also a method of nothing else.
    let owner = match &call.object.expression.kind {
        Kind::Member { object, property, .. } if property.text == "connections" => {
            At { expression: object, frame: call.object.frame }
        }
        _ => call.object,
    };
    let of_connections =
        matches!(&call.object.expression.kind, Kind::Member { property, .. } if property.text == "connections");
    let connections = lowering.made(call.object).filter(|it| it.path == "aws-ec2.Connections");
    if call.method.text != "addIngressRule" && !of_connections && connections.is_none() {
        return;
    }
    let connections = connections.map(|it| lowering.props(it.argument(0)));
    let owner = match &connections {
        Some(props) => only_group(lowering, props).unwrap_or(owner),
        None => owner,
    };
    let receiver = lowering.construct_of(owner).filter(|it| it.1 == Level::Construct).map(|it| it.0);
    let span = call.span();
    let mut map = Map { entries: Vec::new(), open: true };
    let peer_span = match peer {
        Peer::Argument(index) => {
            let Some(at) = call.argument(index) else { return };
            if !add_peer(lowering, at, &mut map) {
                return;
            }
            at.span()
        }
        Peer::Itself => {
            let own = receiver.map_or_else(|| Node::unknown(span), |it| group_of(lowering, it, call));
            map.insert("SourceSecurityGroupId", span, own);
            call.method.span
        }
        Peer::Any4 => {
            map.insert("CidrIp", call.method.span, Node::text("0.0.0.0/0", call.method.span));
            call.method.span
        }
        Peer::Any6 => {
            map.insert("CidrIpv6", call.method.span, Node::text("::/0", call.method.span));
            call.method.span
        }
    };
    if let Some(at) = port.and_then(|it| call.argument(it)) {
        add_port(lowering, at, &mut map);
    } else {
        // The port is the construct's own.
        for name in ["IpProtocol", "FromPort", "ToPort"] {
            map.insert(name, span, Node::unknown(span));
        }
        if let Some(props) = &connections {
            if let Some(at) = props.value("defaultPort") {
                add_port(lowering, at, &mut map);
            }
        } else if let Some(index) = receiver
            && let Some(port) = default_port(lowering, index)
        {
            map.insert("IpProtocol", port.span, Node::text("tcp", port.span));
            map.insert("FromPort", port.span, port.clone());
            map.insert("ToPort", port.span, port);
        }
    }
    let addresses = ["CidrIp", "CidrIpv6"].iter().find_map(|it| map.get(it));
    let has_addresses = addresses.is_some();
    if let Some(addresses) = addresses.filter(|_| receiver.is_some()) {
        let at = match &*call.method.text {
            "addIngressRule" | "allowFrom" => Some(2),
            "allowFromAnyIpv4" | "allowFromAnyIpv6" => Some(1),
            _ => None,
        };
        let text = port.and_then(|it| security_group::words(lowering, call.argument(it)?));
        let node = at.and_then(|at| match call.argument(at) {
            Some(at) => Some(lowering.node(at)),
            None => security_group::description("from", addresses, &text?),
        });
        map.insert("Description", span, node.unwrap_or_else(|| Node::unknown(span)));
    }
    let group = receiver.filter(|_| has_addresses).and_then(|index| match is_group(lowering, index, call) {
        true => Some((index, lowering.constructs[index].resource?)),
        // The group of what has connections: the one that it is given, or that it makes for itself.
        false if of_connections => security_group::only_group(lowering, owner, call),
        false => None,
    });
    if !group.is_some_and(|group| add_inline(lowering, call, group, "SecurityGroupIngress", &map)) {
        add_ingress(lowering, call, receiver, peer_span, map);
    }
}

/// True for a group to which `call` certainly adds what it says.
fn is_group<'a>(lowering: &Lowering<'a>, index: usize, call: MethodCall<'a>) -> bool {
    let construct = &lowering.constructs[index];
    construct.class == "aws-ec2.SecurityGroup"
        && construct.place.stack == call.place.stack
        && lowering.scopes.covers(call.place.region, construct.place.region)
}

/// The group that the construct at `index` is.
fn group_of<'a>(lowering: &Lowering<'a>, index: usize, call: MethodCall<'a>) -> Node {
    let construct = &lowering.constructs[index];
    let is_group = construct.class == "aws-ec2.SecurityGroup" && construct.place.stack == call.place.stack;
    if is_group { get_att(&construct.key, "GroupId", call.span()) } else { Node::unknown(call.span()) }
}

/// Adds a rule to those that the group itself has, where the library keeps them: of addresses, unless the group says
/// otherwise. False where it does not.
fn add_inline<'a>(
    lowering: &mut Lowering<'a>,
    call: MethodCall<'a>,
    (group, draft): (usize, usize),
    name: &str,
    rule: &Map,
) -> bool {
    let span = call.span();
    if !lowering.props_of(group).is_absent("disableInlineRules") {
        return false;
    }
    let properties = lowering.properties(draft);
    let mut list = match properties.get(name).map(|it| it.value.clone()) {
        Some(Value::List(list)) => list,
        _ => List::default(),
    };
    list.items.push(Node { value: Value::Map(rule.clone()), span });
    // Others may add to it.
    list.open = true;
    properties.insert(name, span, Node { value: Value::List(list), span });
    true
}

/// `group.addEgressRule(peer, port)`, which counts where not everything is let out.
fn egress<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>) {
    let Some((index, Level::Construct)) = lowering.construct_of(call.object) else { return };
    let Given::Value(all) = lowering.props_of(index).get("allowAllOutbound") else { return };
    if lowering.node(all).as_bool() != Some(false) || !is_group(lowering, index, call) {
        return;
    }
    let (Some(peer), Some(port)) = (call.argument(0), call.argument(1)) else { return };
    let mut rule = Map { entries: Vec::new(), open: true };
    if add_peer(lowering, peer, &mut rule) && ["CidrIp", "CidrIpv6"].iter().any(|it| rule.get(it).is_some()) {
        add_port(lowering, port, &mut rule);
        let addresses = ["CidrIp", "CidrIpv6"].iter().find_map(|it| rule.get(it));
        let description = match call.argument(2) {
            Some(at) => Some(lowering.node(at)),
            // That is what the library says of both ways.
            None => security_group::words(lowering, port)
                .and_then(|port| security_group::description("from", addresses?, &port)),
        };
        rule.insert("Description", call.span(), description.unwrap_or_else(|| Node::unknown(call.span())));
        let properties = lowering.constructs[index].resource.map(|it| lowering.properties(it));
        if let Some(properties) = properties
            && let Some(Node { value: Value::List(list), .. }) =
                properties.entries.iter_mut().find(|(it, _)| it.text == "SecurityGroupEgress").map(|it| &mut it.1)
        {
            // Without a rule the library has one that lets nothing out.
            list.items.retain(|it| it.get("CidrIp").and_then(Node::as_str) != Some("255.255.255.255/32"));
        }
        if let Some(draft) = lowering.constructs[index].resource {
            add_inline(lowering, call, (index, draft), "SecurityGroupEgress", &rule);
        }
    }
}

/// `bastion.allowSshAccessFrom(...peers)`, to the security group that the host makes for itself.
fn ssh_access<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>) {
    let receiver = lowering.construct_of(call.object).map(|it| it.0);
    let Some(index) = receiver.filter(|it| lowering.constructs[*it].class == "aws-ec2.BastionHostLinux") else {
        return;
    };
    let span = call.method.span;
    for peer in (0..call.call.arguments.len()).filter_map(|it| call.argument(it)) {
        let mut map = Map { entries: Vec::new(), open: true };
        if add_peer(lowering, peer, &mut map) {
            for (name, value) in [("IpProtocol", "tcp"), ("FromPort", "22"), ("ToPort", "22")] {
                map.insert(name, span, Node::text(value, span));
            }
            add_ingress(lowering, call, Some(index), peer.span(), map);
        }
    }
}

/// The group of connections that have one only.
fn only_group<'a>(lowering: &Lowering<'a>, props: &Props<'a>) -> Option<At<'a>> {
    let groups = lowering.scopes.follow(props.value("securityGroups")?);
    let Kind::Array(items) = &groups.expression.kind else { return None };
    match &items[..] {
        [Element::Item(expression)] => Some(At { expression, frame: groups.frame }),
        _ => None,
    }
}

/// Adds a rule that lets in what `map` says, to the group that `receiver` is.
fn add_ingress<'a>(
    lowering: &mut Lowering<'a>,
    call: MethodCall<'a>,
    receiver: Option<usize>,
    peer_span: Span,
    mut map: Map,
) {
    let span = call.span();
    let mut name = SmolStr::new("SecurityGroup");
    if let Some(index) = receiver {
        let construct = &lowering.constructs[index];
        name = construct.id.text.clone();
        if construct.class == "aws-ec2.SecurityGroup" && construct.place.stack == call.place.stack {
            map.insert("GroupId", span, get_att(&construct.key, "GroupId", span));
        }
    }
    let is_certain =
        receiver.is_none_or(|it| lowering.scopes.covers(call.place.region, lowering.constructs[it].place.region));
    let condition = if is_certain { None } else { lowering.condition(call.place.region) };
    let key = lowering.key(call.place.stack, &format!("{name}/Ingress"));
    lowering.drafts.push(Draft {
        resource: Resource {
            key,
            id: Name::new(name, peer_span),
            ty: Name::new("AWS::EC2::SecurityGroupIngress", call.method.span),
            properties: Node { value: Value::Map(map), span },
            condition,
            attributes: Map::default(),
            construct: Some(format!("aws-ec2.SecurityGroup.{}", call.method.text).into()),
            ..blank(span)
        },
        stack: call.place.stack,
        props_index: usize::MAX,
        words: "aws-ec2.Peer".into(),
        table: None,
        construct: None,
    });
}

/// The port that a listener or a database is reached at.
fn default_port(lowering: &Lowering<'_>, index: usize) -> Option<Node> {
    let construct = &lowering.constructs[index];
    if !construct.class.contains("Listener") {
        return None;
    }
    match lowering.props_of(index).get("port") {
        Given::Value(at) => Some(lowering.node(at)),
        Given::Absent | Given::Unknown => None,
    }
}

/// Puts in whom a peer is; false for what is none that can be told.
fn add_peer<'a>(lowering: &Lowering<'a>, at: At<'a>, map: &mut Map) -> bool {
    let used = at.span();
    let at = lowering.scopes.follow(at);
    let span = at.span();
    let Some(made) = lowering.made(at) else {
        map.insert("SourceSecurityGroupId", span, Node::unknown(span));
        return true;
    };
    let argument = || made.argument(0).map_or_else(|| Node::unknown(span), |it| lowering.node(it));
    let (name, node) = match &*made.path {
        "aws-ec2.Peer.anyIpv4" | "aws-ec2.AnyIPv4" => ("CidrIp", Node::text("0.0.0.0/0", span)),
        "aws-ec2.Peer.anyIpv6" | "aws-ec2.AnyIPv6" => ("CidrIpv6", Node::text("::/0", span)),
        "aws-ec2.Peer.ipv4" | "aws-ec2.CidrIPv4" => ("CidrIp", argument()),
        "aws-ec2.Peer.ipv6" | "aws-ec2.CidrIPv6" => ("CidrIpv6", argument()),
        "aws-ec2.Peer.prefixList" => ("SourcePrefixListId", argument()),
        "aws-ec2.Peer.securityGroupId" => ("SourceSecurityGroupId", argument()),
        "aws-ec2.SecurityGroup" => {
            let node = match lowering.construct_of(at) {
                Some((index, _)) => get_att(&lowering.constructs[index].key, "GroupId", used),
                None => Node::unknown(used),
            };
            ("SourceSecurityGroupId", node)
        }
        _ => ("SourceSecurityGroupId", Node::unknown(used)),
    };
    map.insert(name, node.span, node);
    true
}

pub(super) fn add_port<'a>(lowering: &Lowering<'a>, at: At<'a>, map: &mut Map) {
    let at = lowering.scopes.follow(at);
    let span = at.span();
    let mut put = |protocol: Node, from: Node, to: Node| {
        for (name, node) in [("IpProtocol", protocol), ("FromPort", from), ("ToPort", to)] {
            map.insert(name, node.span, node);
        }
    };
    let unknown = || Node::unknown(span);
    let word = |text: &str| Node::text(text, span);
    let absent = || Node { value: Value::Absent, span };
    let Some(made) = lowering.made(at) else { return put(unknown(), unknown(), unknown()) };
    let argument = |index| made.argument(index).map_or_else(unknown, |it| lowering.node(it));
    let Some(method) = made.path.strip_prefix("aws-ec2.Port") else { return put(unknown(), unknown(), unknown()) };
    match method {
        ".tcp" => put(word("tcp"), argument(0), argument(0)),
        ".udp" => put(word("udp"), argument(0), argument(0)),
        ".tcpRange" => put(word("tcp"), argument(0), argument(1)),
        ".udpRange" => put(word("udp"), argument(0), argument(1)),
        ".allTcp" => put(word("tcp"), word("0"), word("65535")),
        ".allUdp" => put(word("udp"), word("0"), word("65535")),
        ".allTraffic" => put(word("-1"), absent(), absent()),
        ".allIcmp" => put(word("icmp"), word("-1"), word("-1")),
        ".allIcmpV6" => put(word("icmpv6"), word("-1"), word("-1")),
        ".DNS_UDP" => put(word("udp"), word("53"), word("53")),
        ".icmpPing" => put(word("icmp"), word("8"), word("-1")),
        ".icmpType" => put(word("icmp"), argument(0), word("-1")),
        ".icmpTypeAndCode" => put(word("icmp"), argument(0), argument(1)),
        ".esp" => put(word("50"), word("50"), word("50")),
        ".ah" => put(word("51"), word("51"), word("51")),
        "" => {
            let props = lowering.props(made.argument(0));
            let value = |name: &str| match props.get(name) {
                Given::Value(at) => lowering.node(at),
                Given::Absent => absent(),
                Given::Unknown => unknown(),
            };
            let protocol = props.value("protocol").and_then(|at| {
                let made = lowering.made(at)?;
                let text = match made.path.strip_prefix("aws-ec2.Protocol.")? {
                    "ALL" => "-1",
                    "TCP" => "tcp",
                    "UDP" => "udp",
                    "ICMP" => "icmp",
                    "ICMPV6" => "icmpv6",
                    _ => return None,
                };
                Some(Node::text(text, at.span()))
            });
            put(protocol.unwrap_or_else(unknown), value("fromPort"), value("toPort"));
        }
        constant => {
            let Some(number) = known_port(constant) else { return put(unknown(), unknown(), unknown()) };
            put(word("tcp"), word(number), word(number));
        }
    }
}

/// The port that a constant of the library stands for.
pub(super) fn known_port(constant: &str) -> Option<&'static str> {
    Some(match constant {
        ".SSH" => "22",
        ".HTTP" => "80",
        ".HTTPS" => "443",
        ".RDP" => "3389",
        ".SMTP" => "25",
        ".DNS_TCP" => "53",
        ".MYSQL_AURORA" => "3306",
        ".POSTGRES" => "5432",
        ".NFS" => "2049",
        ".MSSQL" => "1433",
        ".SMB" => "445",
        ".IMAP" => "143",
        ".IMAPS" => "993",
        ".POP3" => "110",
        ".POP3S" => "995",
        ".LDAP" => "389",
        _ => return None,
    })
}

/// A resource of which nothing is said, for what stands at `span`.
pub(super) fn blank(span: Span) -> Resource {
    Resource {
        key: SmolStr::default(),
        id: Name::new("", span),
        ty: Name::new("", span),
        properties: Node::unknown(span),
        condition: None,
        attributes: Map::default(),
        references: Vec::new(),
        origin: span,
        construct: None,
        path: None,
        logical_id: None,
        overridden: Vec::new(),
        misfits: Vec::new(),
        texts: model::Texts::default(),
        made: None,
    }
}
