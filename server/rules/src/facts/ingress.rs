//! What security groups let in, whether the rule stands in the group or is a resource of its own.

use super::reach::{Reached, reached};
use crate::engine::Context;
use model::{Case, Declarations, Name, Node, Property, ResourceView, Span, State};
use std::net::IpAddr;

/// The types that [`ingress`] reads.
pub(crate) const TYPES: &[&str] = &["AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupIngress"];

/// An ingress rule, in one of the ways in which it may be deployed.
#[derive(Debug)]
pub(crate) struct Ingress<'a> {
    declarations: &'a Declarations,
    rule: Property<'a>,
    /// The whole rule as written: an item, the call of a method, a resource.
    pub(crate) span: Span,
    /// Where the rule stands in the list of its group; `None` for a resource of its own.
    pub(crate) item: Option<Item>,
}

/// A rule's place in the list of its group.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item {
    /// The rule as written: the item, or the branch of the item.
    pub(crate) span: Span,
    /// True when the item is there in every deployment, so that it can be taken out as a whole.
    pub(crate) always: bool,
    /// True when the list holds nothing else.
    pub(crate) only: bool,
}

/// A port that a rule lets in.
#[derive(Debug)]
pub(crate) struct Admitted<'a> {
    /// The number that opens it: the first port of the range, or the protocol where that says it all.
    pub(crate) by: Reached<'a>,
    /// True when every port is open.
    pub(crate) every_port: bool,
}

/// The ways to log in that a rule opens to a source.
#[derive(Debug)]
pub(crate) struct Logins<'a> {
    /// Port 22 is open.
    pub(crate) ssh: bool,
    /// Port 3389 is open.
    pub(crate) rdp: bool,
    /// What opens them.
    pub(crate) admitted: Admitted<'a>,
}

impl<'a> Logins<'a> {
    /// What `rule` opens to `source`; `None` for neither.
    pub(crate) fn by(rule: &Ingress<'a>, source: &Reached<'a>) -> Option<Logins<'a>> {
        let ssh = rule.admits(22, false, &source.case);
        let rdp = rule.admits(3389, true, &source.case);
        Some(Logins { ssh: ssh.is_some(), rdp: rdp.is_some(), admitted: ssh.or(rdp)? })
    }

    /// What is open, for a message.
    pub(crate) fn words(&self) -> &'static str {
        match (self.ssh, self.rdp) {
            _ if self.admitted.every_port => "every port, SSH and Remote Desktop among them,",
            (true, true) => "SSH (port 22) and Remote Desktop (port 3389)",
            (true, false) => "SSH (port 22)",
            _ => "Remote Desktop (port 3389)",
        }
    }

    /// True for SSH alone.
    pub(crate) fn is_ssh_alone(&self) -> bool {
        self.ssh && !self.rdp && !self.admitted.every_port
    }

    /// What is open, without the ports.
    pub(crate) fn service(&self) -> &'static str {
        match (self.ssh, self.rdp) {
            (true, true) => "SSH and Remote Desktop",
            (true, false) => "SSH",
            _ => "Remote Desktop",
        }
    }
}

/// True when the group of `resource`, which is of one of [`TYPES`], guards servers of AWS Transfer Family and nothing else. Port
/// 22 is where these take files, and nobody gets a shell there.
pub(crate) fn is_of_file_transfers(resource: &ResourceView<'_>, cx: &Context<'_>) -> bool {
    let group = match resource.ty.text.as_str() {
        "AWS::EC2::SecurityGroupIngress" => match resource.property("GroupId").target() {
            Some(target) => target.text.clone(),
            None => return false,
        },
        _ => resource.key.clone(),
    };
    let mut users = cx.dependents(&group).filter(|it| !it.ty.text.starts_with("AWS::EC2::SecurityGroup")).peekable();
    users.peek().is_some() && users.all(|it| it.ty.text == "AWS::Transfer::Server")
}

/// The ingress rules of a resource of one of [`TYPES`].
pub(crate) fn ingress<'a>(resource: &ResourceView<'a>) -> Vec<Ingress<'a>> {
    let declarations = resource.declarations();
    if resource.resource().ty.text == "AWS::EC2::SecurityGroupIngress" {
        return vec![Ingress { declarations, rule: resource.all(), span: resource.resource().origin, item: None }];
    }
    let list = resource.property("SecurityGroupIngress");
    let items = list.items();
    let only = items.len() == 1 && list.cases().len() == 1;
    let mut out = Vec::new();
    for item in items {
        let always = item.cases().len() == 1;
        for rule in item.alternatives() {
            let span = rule.cases()[0].span;
            out.push(Ingress { declarations, rule, span, item: Some(Item { span, always, only }) });
        }
    }
    out
}

impl<'a> Ingress<'a> {
    /// True when a value was written in the rule itself, not in a constant that it uses.
    pub(crate) fn holds(&self, span: Span) -> bool {
        self.span.contains(span)
    }

    /// The ranges of addresses that a deployment may let in.
    pub(crate) fn sources(&self) -> Vec<Reached<'a>> {
        let of = |key| reached(&self.rule.get(key), self.declarations);
        [of("CidrIp"), of("CidrIpv6")].concat()
    }

    /// True when it lets in exactly `port`, over TCP.
    pub(crate) fn is_for(&self, port: i64) -> bool {
        let is = |key: &str| self.rule.get(key).as_int() == Some(port);
        is("FromPort") && is("ToPort") && (self.rule.get("IpProtocol").is("tcp") || self.rule.get("IpProtocol").is("6"))
    }

    /// True when some deployment may let in `port`, over TCP.
    pub(crate) fn may_admit(&self, port: i64) -> bool {
        let (from, to) = (self.rule.get("FromPort").as_int(), self.rule.get("ToPort").as_int());
        self.rule.get("IpProtocol").may_be("-1")
            || from.is_none_or(|from| from <= port) && to.is_none_or(|to| port <= to)
    }

    /// An element of the rule, with its name as it was written.
    pub(crate) fn entry(&self, key: &str) -> Option<&'a (Name, Node)> {
        self.rule.cases().iter().find_map(|it| it.node()?.as_map()?.entry(key))
    }

    /// What an element of the rule says, as it was written.
    pub(crate) fn written(&self, key: &str) -> Option<&'a Node> {
        self.rule.cases().iter().find_map(|it| match it.state {
            State::Known(node) | State::Default(node) => node.as_map()?.get(key),
            State::Absent | State::Unknown => None,
        })
    }

    /// Whether `port` is open to what `source` says, over TCP, or over UDP where that is asked for.
    pub(crate) fn admits(&self, port: u16, udp: bool, source: &Case<'_>) -> Option<Admitted<'a>> {
        let numbers = |key| -> Vec<(i64, Reached<'a>)> {
            let values = reached(&self.rule.get(key), self.declarations).into_iter();
            values
                .filter(|it| !it.case.excludes(source))
                .filter_map(|it| Some((it.node.as_int()?, it)))
                .take(8)
                .collect()
        };
        for protocol in reached(&self.rule.get("IpProtocol"), self.declarations) {
            if protocol.case.excludes(source) {
                continue;
            }
            match protocol.node.as_str().unwrap_or_default().to_ascii_lowercase().as_str() {
                "-1" => return Some(Admitted { by: protocol, every_port: true }),
                "tcp" | "6" => (),
                "udp" | "17" if udp => (),
                _ => continue,
            }
            for (from, by) in numbers("FromPort") {
                for (to, until) in numbers("ToPort") {
                    let possible = !by.case.excludes(&until.case)
                        && !by.case.excludes(&protocol.case)
                        && !until.case.excludes(&protocol.case);
                    if possible && (from..=to).contains(&i64::from(port)) {
                        return Some(Admitted { by, every_port: from <= 1 && to >= 65535 });
                    }
                }
            }
        }
        None
    }
}

/// True for a range that holds every address there is.
pub(crate) fn is_the_whole_internet(cidr: &str) -> bool {
    cidr.trim().split_once('/').is_some_and(|(address, length)| length == "0" && address.parse::<IpAddr>().is_ok())
}
