use crate::facts::cidr::{Range, prefix_length};
use crate::facts::ingress::{self, Ingress, Logins, ingress};
use crate::facts::reach::{Reached, Through};
use crate::prelude::*;
use crate::rule::{RuleOption, rule};

rule! {
    /// A security group lets a very wide range of addresses reach SSH (port 22) or Remote Desktop (port 3389).
    ///
    /// `10.0.0.0/8` is not "the office": it is every VPC, every peered network and every VPN of a company at once, sixteen million
    /// addresses from any of which someone may try to log in. A range of public addresses as wide as that belongs to a whole
    /// provider. AWS asks to "authorize only specific IP address ranges" for these ports ("Security group rules for different
    /// use cases", Amazon EC2 User Guide).
    ///
    /// Wide is a range with fewer than 16 bits in common, of IPv6 with fewer than 32: `prefix-length` and `prefix-length-ipv6` say
    /// otherwise. Ports, protocols and places are read as `security-group-ssh-open-to-world` reads them, the default of a
    /// parameter included.
    ///
    /// ## What is not reported
    ///
    /// The whole internet, which that rule reports; ranges that are not known; prefix lists and security groups; port
    /// 22 of servers of AWS Transfer Family.
    ///
    /// ## Fix
    ///
    /// Lets in the range of the VPC of the group, where the stack makes it and it lies in the wide one; a default is taken out, so
    /// that each deployment has to say who may log in. Whoever connects from elsewhere is shut out, so it is applied only on
    /// request.
    name: "security-group-broad-ssh-range",
    category: Security,
    severity: Warning,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    founding: ["F04"],
    options: &[
        RuleOption { name: "prefix-length", docs: "Ranges of IPv4 with fewer bits in common than this are wide.", default: "16" },
        RuleOption {
            name: "prefix-length-ipv6",
            docs: "Ranges of IPv6 with fewer bits in common than this are wide.",
            default: "32",
        },
    ],
    check: Check::Resources(ingress::TYPES, check),
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let least = |name: &str, cx: &Context<'_>| cx.option(name).first().and_then(|it| it.parse().ok()).unwrap_or(0);
    let (least_v4, least_v6): (u32, u32) = (least("prefix-length", cx), least("prefix-length-ipv6", cx));
    for rule in ingress(resource) {
        let mut reported: Vec<Span> = Vec::new();
        for source in rule.sources() {
            let Some(range) = source.node.as_str() else { continue };
            let is_broad = prefix_length(range)
                .is_some_and(|(length, is_v6)| length > 0 && length < if is_v6 { least_v6 } else { least_v4 });
            if !is_broad || reported.contains(&source.case.span) {
                continue;
            }
            if let Some(logins) = Logins::by(&rule, &source)
                && !(logins.is_ssh_alone() && ingress::is_of_file_transfers(resource, cx))
            {
                reported.push(source.case.span);
                report(resource, &rule, &source, range, &logins, cx);
            }
        }
    }
}

fn report(
    resource: &ResourceView<'_>,
    rule: &Ingress<'_>,
    source: &Reached<'_>,
    range: &str,
    logins: &Logins<'_>,
    cx: &mut Context<'_>,
) {
    let circumstances = match source.parameter() {
        Some(parameter) => format!("By the default of `{}`, ", parameter.name.text),
        None => source.circumstances(resource),
    };
    let message = format!(
        "{circumstances}`{}` opens {} to all of {range}{}. Let in only the addresses that need it.",
        resource.id.text,
        logins.words(),
        size(range)
    );
    let fix = if cx.wants_fixes() { fix(resource, rule, source, range, cx) } else { None };
    let place = if rule.holds(source.case.span) { source.case.span } else { rule.span };
    let mut draft = cx.report(place, message);
    if place != source.case.span {
        draft = draft.related(source.case.span, format!("`{range}` comes from here."));
    }
    if logins.admitted.by.case.span != source.case.span {
        let word = if logins.admitted.every_port { "This opens every port." } else { "This opens the port." };
        draft = draft.related(logins.admitted.by.case.span, word);
    }
    if let Some(place) = source.source() {
        draft = draft.related(place, format!("`{range}` comes from here."));
    }
    if let Some((title, change)) = fix {
        draft.fix(title, vec![change]);
    }
}

/// How many addresses a range has, in words that go behind it.
fn size(range: &str) -> String {
    match prefix_length(range) {
        Some((length, false)) => match 1_u64 << (32 - length) {
            many if many >= 1 << 20 => format!(", {} million addresses", many >> 20),
            some => format!(", {some} addresses"),
        },
        _ => String::new(),
    }
}

fn fix(
    resource: &ResourceView<'_>,
    rule: &Ingress<'_>,
    source: &Reached<'_>,
    range: &str,
    cx: &Context<'_>,
) -> Option<(String, Change)> {
    match source.through {
        Through::Parameter(parameter) => {
            let default = parameter.default.as_ref()?;
            let title = format!("Take out the default of `{}`, so that each deployment gives one", parameter.name.text);
            Some((title, Change::Delete { span: default.span }))
        }
        Through::Mapping => None,
        Through::Written => {
            let stack = cx.stack();
            let vpc = vpc_of(resource, stack).filter(|_| rule.holds(source.case.span))?;
            let own = cx.view(vpc).property("CidrBlock");
            // A range of which nothing is known may lie in the wide one; the wide one is of the same version.
            let wide = Range::parse(range)?;
            if own.nodes().filter_map(Node::as_str).filter_map(Range::parse).any(|it| !wide.contains(it)) {
                return None;
            }
            let value = Literal::GetAtt(vpc.key.clone(), "CidrBlock".into());
            Some((
                format!("Let in the addresses of `{}` only", vpc.id.text),
                Change::Replace { span: source.case.span, value },
            ))
        }
    }
}

/// The VPC of a group, or of the group that a rule is for.
fn vpc_of<'a>(resource: &ResourceView<'_>, stack: &'a Stack) -> Option<&'a Resource> {
    let of = |ty: &str, key: &str| stack.resource(key).filter(|it| it.ty.text == ty).map(|it| &**it);
    let group = match resource.ty.text.as_str() {
        "AWS::EC2::SecurityGroup" => of("AWS::EC2::SecurityGroup", &resource.key)?,
        _ => of("AWS::EC2::SecurityGroup", &resource.property("GroupId").target()?.text)?,
    };
    let group = ResourceView::new(group, &stack.declarations);
    of("AWS::EC2::VPC", &group.property("VpcId").target()?.text)
}
