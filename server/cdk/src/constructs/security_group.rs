//! Rules between security groups: `service.connections.allowFrom(other, port)`.
//!
//! The library says them beside the groups, each in a resource of its own below the group that it is about: what is let in
//! where it comes in, and what is let out where not everything is.

use super::MethodCall;
use super::ec2;
use crate::ast::{Element, Kind};
use crate::evaluate::{Given, get_att, joined};
use crate::lower::{Draft, Level, Lowering};
use crate::scope::At;
use crate::unique_id::unique_id;
use model::{Map, Name, Node, Part, Resource, SmolStr, Span, Value};

const GROUP: &str = "aws-ec2.SecurityGroup";
const GROUP_TYPE: &str = "AWS::EC2::SecurityGroup";
const DATABASES: &[&str] = &["aws-rds.Database", "aws-rds.Serverless", "aws-docdb.DatabaseCluster"];

/// A security group, whoever makes it.
#[derive(Clone, Debug)]
struct Group {
    /// Its resource.
    draft: usize,
    /// The construct that makes it.
    construct: usize,
    key: SmolStr,
    /// The path of its construct.
    path: Option<SmolStr>,
    stack: usize,
}

/// What goes through.
struct Port {
    /// What the library calls it.
    text: Option<String>,
    rule: Map,
}

/// Which way a rule lets traffic go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    In,
    Out,
}

/// Which rules a call makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rules {
    /// Those of the group that is called.
    Own(Way),
    /// Those of both sides.
    Both(Way),
    /// Those of the group with itself.
    Internal,
}

/// Adds the rules that `call` makes between groups; false where it makes none of that kind, or not only those.
pub(super) fn apply<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>) -> bool {
    // The peer, the port and the description, by their places among the arguments.
    let (rules, peer, port, description) = match &*call.method.text {
        "addIngressRule" => (Rules::Own(Way::In), Some(0), Some(1), 2),
        "addEgressRule" => (Rules::Own(Way::Out), Some(0), Some(1), 2),
        "allowFrom" => (Rules::Both(Way::In), Some(0), Some(1), 2),
        "allowTo" => (Rules::Both(Way::Out), Some(0), Some(1), 2),
        "allowDefaultPortFrom" => (Rules::Both(Way::In), Some(0), None, 1),
        "allowDefaultPortTo" | "allowToDefaultPort" => (Rules::Both(Way::Out), Some(0), None, 1),
        "allowInternally" => (Rules::Internal, None, Some(0), 1),
        "allowDefaultPortInternally" => (Rules::Internal, None, None, 0),
        _ => return false,
    };
    let owner = match &call.object.expression.kind {
        Kind::Member { object, property, .. } if property.text == "connections" => {
            At { expression: object, frame: call.object.frame }
        }
        _ if matches!(rules, Rules::Own(_)) => call.object,
        _ => return false,
    };
    let Some(own) = groups_at(lowering, owner) else { return false };
    let other = match peer {
        Some(peer) => call.argument(peer).and_then(|it| Some((it, groups_at(lowering, it)?))),
        None => Some((owner, own.clone())),
    };
    let Some((other_at, others)) = other else { return false };
    let port = match port {
        Some(index) => match call.argument(index) {
            Some(at) => Port::of(lowering, at),
            None => return false,
        },
        None => {
            let of = if call.method.text == "allowToDefaultPort" { other_at } else { owner };
            match Port::of_construct(lowering, of, call.span()) {
                Some(port) => port,
                None => return false,
            }
        }
    };
    let description = call.argument(description).map(|it| lowering.node(it));
    let writer = Writer { call, port, description, peer: other_at.span() };
    let sides: &[(&[Group], &[Group], Way, bool)] = match rules {
        Rules::Own(way) => &[(&own, &others, way, false)],
        Rules::Internal => &[(&own, &own, Way::In, false), (&own, &own, Way::Out, false)],
        Rules::Both(Way::In) => &[(&own, &others, Way::In, false), (&others, &own, Way::Out, true)],
        Rules::Both(Way::Out) => &[(&own, &others, Way::Out, false), (&others, &own, Way::In, true)],
    };
    for (groups, peers, way, is_remote) in sides {
        for group in *groups {
            for peer in *peers {
                writer.rule(lowering, group, peer, *way, *is_remote);
            }
        }
    }
    true
}

/// The groups that the connections of the construct at `at` are made through.
fn groups_at<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Option<Vec<Group>> {
    if let Some(made) = lowering.made(at).filter(|it| it.path == "aws-ec2.Connections") {
        return given(lowering, lowering.props(made.argument(0)).value("securityGroups")?, 0);
    }
    groups_within(lowering, at, 0)
}

/// The only group of the connections of the construct at `at`, to which `call` certainly adds what it says: the construct that
/// makes it and its resource.
pub(super) fn only_group<'a>(lowering: &Lowering<'a>, at: At<'a>, call: MethodCall<'a>) -> Option<(usize, usize)> {
    let groups = groups_at(lowering, at)?;
    let [group] = &groups[..] else { return None };
    let region = lowering.constructs[group.construct].place.region;
    let is_certain = group.stack == call.place.stack && lowering.scopes.covers(call.place.region, region);
    is_certain.then_some((group.construct, group.draft))
}

fn groups_within<'a>(lowering: &Lowering<'a>, at: At<'a>, depth: u32) -> Option<Vec<Group>> {
    let (index, level) = lowering.construct_of(at)?;
    if level != Level::Construct || depth > 8 {
        return None;
    }
    let construct = &lowering.constructs[index];
    if construct.class == GROUP {
        return Some(vec![Group::of(lowering, construct.resource?)?]);
    }
    let props = lowering.props_of(index);
    for prop in ["securityGroups", "securityGroup"] {
        match props.get(prop) {
            Given::Absent => (),
            Given::Value(at) => return given(lowering, at, depth),
            Given::Unknown => return None,
        }
    }
    let mut made = (0..lowering.drafts.len()).filter(|it| {
        let draft = &lowering.drafts[*it];
        draft.resource.ty.text == GROUP_TYPE && draft.table.is_some_and(|it| it.0 == index)
    });
    let (first, second) = (made.next()?, made.next());
    let is_certain =
        second.is_none() && lowering.drafts[first].resource.condition == lowering.condition(construct.place.region);
    is_certain.then(|| Some(vec![Group::of(lowering, first)?]))?
}

/// The groups that a prop names: one or a list.
fn given<'a>(lowering: &Lowering<'a>, at: At<'a>, depth: u32) -> Option<Vec<Group>> {
    let at = lowering.scopes.follow(at);
    let Kind::Array(items) = &at.expression.kind else { return groups_within(lowering, at, depth + 1) };
    let mut all = Vec::new();
    for item in items {
        let Element::Item(expression) = item else { return None };
        all.extend(groups_within(lowering, At { expression, frame: at.frame }, depth + 1)?);
    }
    Some(all)
}

impl Group {
    fn of(lowering: &Lowering<'_>, draft: usize) -> Option<Group> {
        let it = &lowering.drafts[draft];
        let path = it.resource.path.as_ref().and_then(|it| it.strip_suffix("/Resource")).map(SmolStr::new);
        Some(Group { draft, construct: it.construct?, key: it.resource.key.clone(), path, stack: it.stack })
    }

    /// Whether everything is let out of it anyway.
    fn lets_all_out(&self, lowering: &Lowering<'_>) -> Option<bool> {
        let construct = &lowering.constructs[self.construct];
        if construct.class == GROUP {
            return match lowering.props_of(self.construct).get("allowAllOutbound") {
                Given::Absent => Some(true),
                Given::Value(at) => lowering.node(at).as_bool(),
                Given::Unknown => None,
            };
        }
        let rules = lowering.drafts[self.draft].resource.properties.get("SecurityGroupEgress")?.as_list()?;
        let is_all = |it: &Node| {
            let is = |name: &str, text: &str| it.get(name).and_then(Node::as_str) == Some(text);
            is("CidrIp", "0.0.0.0/0") && is("IpProtocol", "-1")
        };
        Some(rules.items.iter().any(is_all))
    }

    /// What others call it in the names of their rules.
    fn unique_id(&self) -> Option<String> {
        unique_id(self.path.as_deref()?)
    }

    /// Its id, as `stack` says it.
    fn id(&self, lowering: &Lowering<'_>, stack: usize, span: Span) -> Node {
        match self.stack == stack {
            true => get_att(&self.key, "GroupId", span),
            false => lowering.imported(stack, self.construct, span),
        }
    }
}

impl Port {
    fn of<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Port {
        let mut rule = Map { entries: Vec::new(), open: true };
        ec2::add_port(lowering, at, &mut rule);
        Port { text: words(lowering, at), rule }
    }

    /// The port that the construct at `at` is reached at.
    fn of_construct<'a>(lowering: &Lowering<'a>, at: At<'a>, span: Span) -> Option<Port> {
        let (index, _) = lowering.construct_of(at)?;
        let class = &*lowering.constructs[index].class;
        let port = match class {
            "aws-efs.FileSystem" => Node::text("2049", span),
            "aws-ec2.InterfaceVpcEndpoint" => Node::text("443", span),
            _ if DATABASES.iter().any(|it| class.starts_with(it)) => {
                let construct = &lowering.constructs[index];
                // Only in its own stack it is known how that is said.
                match construct.resource.filter(|_| construct.place.stack == lowering.stack_of(at)) {
                    Some(_) => get_att(&construct.key, "Endpoint.Port", span),
                    None => Node::unknown(span),
                }
            }
            _ => return None,
        };
        let text = match &port.value {
            Value::Scalar(it) => it.text.to_string(),
            _ => INDIRECT_PORT.to_owned(),
        };
        let mut rule = Map { entries: Vec::new(), open: true };
        for (name, node) in [("IpProtocol", Node::text("tcp", span)), ("FromPort", port.clone()), ("ToPort", port)] {
            rule.insert(name, span, node);
        }
        Some(Port { text: Some(text), rule })
    }
}

/// What the library calls a port that is known when the stack is deployed.
const INDIRECT_PORT: &str = "{IndirectPort}";

/// What the library calls the port at `at` in the names of rules.
pub(super) fn words<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Option<String> {
    let made = lowering.made(at)?;
    let number = |index: usize| {
        let node = lowering.node(made.argument(index)?);
        match &node.value {
            Value::Scalar(it) => Some(it.text.to_string()),
            Value::Call(_) => Some(INDIRECT_PORT.to_owned()),
            _ => None,
        }
    };
    Some(match made.path.strip_prefix("aws-ec2.Port")? {
        ".tcp" => number(0)?,
        ".udp" => format!("UDP {}", number(0)?),
        ".tcpRange" => format!("{}-{}", number(0)?, number(1)?),
        ".udpRange" => format!("UDP {}-{}", number(0)?, number(1)?),
        ".allTcp" => "ALL PORTS".to_owned(),
        ".allUdp" => "UDP ALL PORTS".to_owned(),
        ".allTraffic" => "ALL TRAFFIC".to_owned(),
        ".allIcmp" => "ALL ICMP".to_owned(),
        ".allIcmpV6" => "ALL ICMPv6".to_owned(),
        ".icmpPing" => "ICMP Type 8".to_owned(),
        ".icmpType" => format!("ICMP Type {}", number(0)?),
        ".icmpTypeAndCode" => format!("ICMP Type {} Code {}", number(0)?, number(1)?),
        ".esp" => "ESP 50".to_owned(),
        ".ah" => "AH 51".to_owned(),
        "" => {
            let text = lowering.props(made.argument(0)).value("stringRepresentation")?;
            lowering.node(text).as_str()?.to_owned()
        }
        ".DNS_UDP" => "UDP 53".to_owned(),
        constant => ec2::known_port(constant)?.to_owned(),
    })
}

struct Writer<'a> {
    call: MethodCall<'a>,
    port: Port,
    description: Option<Node>,
    /// Where the peer is written.
    peer: Span,
}

/// How the library describes a rule that nobody describes: `from 10.0.0.0/8:443`.
pub(super) fn description(way: &str, peer: &Node, port: &str) -> Option<Node> {
    let span = peer.span;
    let text = |text: String| Part::Text(Name::new(text, span));
    let peer = match &peer.value {
        Value::Scalar(it) => Part::Text(Name::new(it.text.clone(), span)),
        Value::Call(_) => Part::Value(peer.clone()),
        _ => return None,
    };
    let parts = vec![text(format!("{way} ")), peer, text(format!(":{port}"))];
    Some(Node { value: joined(parts), span })
}

impl<'a> Writer<'a> {
    /// Adds the rule of `group` about `peer`. One that is wanted by the other side stands there, when that is another stack.
    fn rule(&self, lowering: &mut Lowering<'a>, group: &Group, peer: &Group, way: Way, is_remote: bool) {
        if way == Way::Out && group.lets_all_out(lowering) != Some(false) {
            return;
        }
        let (from, back) = if way == Way::In { ("from", "to") } else { ("to", "from") };
        let is_elsewhere = is_remote && group.stack != peer.stack;
        let (scope, named) = if is_elsewhere { (peer, group) } else { (group, peer) };
        let name = named.unique_id().zip(self.port.text.as_ref()).map(|(id, port)| match is_elsewhere {
            true => format!("{id}:{port} {back}"),
            false => format!("{from} {id}:{port}").replacen('/', "_", 1),
        });
        let stack = scope.stack;
        let wanted = format!("{}/{}", scope.key, name.as_deref().unwrap_or("Rule"));
        if name.is_some() && lowering.drafts.iter().any(|it| it.stack == stack && it.resource.key == *wanted) {
            return;
        }
        let span = self.call.span();
        let mut rule = self.port.rule.clone();
        rule.insert("GroupId", span, group.id(lowering, stack, span));
        let (property, ty) = match way {
            Way::In => ("SourceSecurityGroupId", "AWS::EC2::SecurityGroupIngress"),
            Way::Out => ("DestinationSecurityGroupId", "AWS::EC2::SecurityGroupEgress"),
        };
        rule.insert(property, self.peer, peer.id(lowering, stack, self.peer));
        let description = match (&self.description, peer.unique_id(), &self.port.text) {
            (Some(Node { value: Value::Absent, .. }) | None, Some(id), Some(port)) => {
                let text = format!("{from} {id}:{port}");
                let parts = vec![Part::Text(Name::new(text, span))];
                Node { value: joined(parts), span }
            }
            (Some(node), ..) => node.clone(),
            _ => Node::unknown(span),
        };
        rule.insert("Description", span, description);
        let region = lowering.constructs[scope.construct].place.region;
        let is_certain = lowering.scopes.covers(self.call.place.region, region);
        let condition = lowering.condition(if is_certain { region } else { self.call.place.region });
        let key = lowering.key(stack, &wanted);
        let id = lowering.constructs[group.construct].id.text.clone();
        let path = scope.path.as_ref().zip(name).map(|(path, name)| format!("{path}/{name}").into());
        let resource = Resource {
            key,
            id: Name::new(id, self.peer),
            ty: Name::new(ty, self.call.method.span),
            properties: Node { value: Value::Map(rule), span },
            condition,
            attributes: Map { entries: Vec::new(), open: true },
            origin: span,
            construct: Some(format!("{GROUP}.{}", self.call.method.text).into()),
            path,
            ..ec2::blank(span)
        };
        lowering.drafts.push(Draft {
            resource,
            stack,
            props_index: usize::MAX,
            words: SmolStr::default(),
            table: None,
            construct: Some(scope.construct),
        });
    }
}
