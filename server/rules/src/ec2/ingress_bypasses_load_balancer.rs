use crate::facts::ingress::{self, Ingress, ingress, is_the_whole_internet};
use crate::facts::listeners::{BALANCER, LISTENER, LISTENER_RULE};
use crate::facts::reach::{Reached, Through};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// Machines behind a load balancer can be reached past it, from any address.
    ///
    /// A load balancer ends TLS, writes access logs and carries the web ACL; whoever finds the address of an instance goes around
    /// all of that when the security group of the instances lets in everyone on the port of the target group. Only the balancer
    /// has to reach them: "Target security groups" in the User Guide for Application Load Balancers asks for the balancer's
    /// security group as the source.
    ///
    /// Reported is a rule that lets in `0.0.0.0/0` or `::/0`, in a group of instances, or of an Auto Scaling group's launch template
    /// or configuration, which are targets of an application load balancer or a Classic Load Balancer, on the port of the targets.
    ///
    /// ## What is not reported
    ///
    /// Targets of a network load balancer, which see the addresses of the clients; a group that the balancer has itself; groups,
    /// targets and ports that are not known; in CDK, instances that a target group is given by `InstanceTarget`.
    ///
    /// ## Fix
    ///
    /// Lets in the security group of the balancer instead. Where constructs of the CDK make the machines and their group, takes
    /// the rule out, since `addTargets` lets in the balancer.
    /// Whoever connects directly, to test for instance, is shut out, so it is applied only on request.
    name: "ec2-ingress-bypasses-load-balancer",
    category: Security,
    severity: Warning,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    founding: ["F18"],
    check: Check::Resources(ingress::TYPES, check),
}

const GROUP: &str = "AWS::EC2::SecurityGroup";
const TARGETS: &str = "AWS::ElasticLoadBalancingV2::TargetGroup";
const CLASSIC: &str = "AWS::ElasticLoadBalancing::LoadBalancer";

/// Where machines, or what they are made by, name their security groups.
const MEMBERS: &[(&str, &[&str])] = &[
    ("AWS::AutoScaling::LaunchConfiguration", &["SecurityGroups"]),
    ("AWS::EC2::Instance", &["SecurityGroupIds", "SecurityGroups"]),
    ("AWS::EC2::LaunchTemplate", &["LaunchTemplateData.SecurityGroupIds", "LaunchTemplateData.SecurityGroups"]),
];

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let is_open = |it: &Reached<'_>| it.node.as_str().is_some_and(is_the_whole_internet);
    let open: Vec<(Ingress<'_>, Vec<Reached<'_>>)> = ingress(resource)
        .into_iter()
        .map(|it| {
            let sources = it.sources().into_iter().filter(is_open).collect::<Vec<_>>();
            (it, sources)
        })
        .filter(|it| !it.1.is_empty())
        .collect();
    if open.is_empty() {
        return;
    }
    let group = match resource.ty.text.as_str() {
        GROUP => Some(resource.key.clone()),
        _ => resource.property("GroupId").target().map(|it| it.text.clone()),
    };
    let Some(group) = group.filter(|it| cx.target(it).is_some_and(|it| it.ty.text == GROUP)) else { return };
    let routes = routes(&group, cx);
    // A group that a balancer has is open because that is.
    if routes.iter().any(|it| it.groups.contains(&group)) {
        return;
    }
    for (rule, sources) in &open {
        for source in sources {
            let passed = routes
                .iter()
                .find(|it| u16::try_from(it.port).is_ok_and(|port| rule.admits(port, false, &source.case).is_some()));
            if let Some(route) = passed {
                report(resource, rule, source, route, cx);
                break;
            }
        }
    }
}

/// A way from a balancer to a port of the members of a group.
struct Route<'a> {
    balancer: &'a Resource,
    /// The security groups of the balancer.
    groups: Vec<SmolStr>,
    /// What is reached.
    member: &'a Resource,
    port: i64,
}

/// The ways from balancers to the members of a group.
fn routes<'a>(group: &str, cx: &Context<'a>) -> Vec<Route<'a>> {
    let mut out = Vec::new();
    for member in cx.dependents(group) {
        let Some((_, paths)) = MEMBERS.iter().find(|it| it.0 == member.ty.text) else { continue };
        let view = cx.view(member);
        if !paths.iter().any(|it| names(&view.property(it), group)) {
            continue;
        }
        if member.ty.text == "AWS::EC2::Instance" {
            behind(member, member, cx, &mut out);
            continue;
        }
        for scaled in cx.dependents(&member.key).filter(|it| it.ty.text == "AWS::AutoScaling::AutoScalingGroup") {
            let view = cx.view(scaled);
            for name in view.property("TargetGroupARNs").items().iter().filter_map(|it| it.target()) {
                let targets = cx.target(&name.text).filter(|it| it.ty.text == TARGETS);
                if let Some(targets) = targets {
                    through(targets, None, scaled, cx, &mut out);
                }
            }
            for name in view.property("LoadBalancerNames").items().iter().filter_map(|it| it.target()) {
                let balancer = cx.target(&name.text).filter(|it| it.ty.text == CLASSIC);
                if let Some(balancer) = balancer {
                    classic(balancer, scaled, cx, &mut out);
                }
            }
        }
    }
    out
}

/// The ways to an instance that target groups and Classic Load Balancers name.
fn behind<'a>(instance: &'a Resource, member: &'a Resource, cx: &Context<'a>, out: &mut Vec<Route<'a>>) {
    for other in cx.dependents(&instance.key) {
        let view = cx.view(other);
        match other.ty.text.as_str() {
            TARGETS => {
                for target in view.property("Targets").items() {
                    if target.get("Id").target().is_some_and(|it| it.text == instance.key) {
                        through(other, target.get("Port").as_int(), member, cx, out);
                    }
                }
            }
            CLASSIC if names(&view.property("Instances"), &instance.key) => classic(other, member, cx, out),
            _ => (),
        }
    }
}

/// The ways through a target group, from the balancers whose listeners forward to it.
fn through<'a>(
    targets: &'a Resource,
    port: Option<i64>,
    member: &'a Resource,
    cx: &Context<'a>,
    out: &mut Vec<Route<'a>>,
) {
    let view = cx.view(targets);
    let protocol = view.property("Protocol");
    let Some(port) = port.or_else(|| view.property("Port").as_int()) else { return };
    if !protocol.is("HTTP") && !protocol.is("HTTPS") {
        return;
    }
    for forwarding in cx.dependents(&targets.key) {
        let listener = match forwarding.ty.text.as_str() {
            LISTENER => Some(forwarding),
            LISTENER_RULE => {
                let name = cx.view(forwarding).property("ListenerArn").target();
                name.and_then(|it| cx.target(&it.text)).filter(|it| it.ty.text == LISTENER)
            }
            _ => None,
        };
        let Some(listener) = listener else { continue };
        let name = cx.view(listener).property("LoadBalancerArn").target();
        let Some(balancer) = name.and_then(|it| cx.target(&it.text)).filter(|it| it.ty.text == BALANCER) else {
            continue;
        };
        let groups = cx.view(balancer).property("SecurityGroups");
        let groups = groups.items().iter().filter_map(|it| it.target()).map(|it| it.text.clone()).collect();
        out.push(Route { balancer, groups, member, port });
    }
}

/// The ways from a Classic Load Balancer, one for each port of the instances.
fn classic<'a>(balancer: &'a Resource, member: &'a Resource, cx: &Context<'a>, out: &mut Vec<Route<'a>>) {
    let view = cx.view(balancer);
    let groups: Vec<SmolStr> =
        view.property("SecurityGroups").items().iter().filter_map(|it| it.target()).map(|it| it.text.clone()).collect();
    for listener in view.property("Listeners").items() {
        let protocol = listener.get("Protocol").as_str().map(str::to_ascii_uppercase);
        let port = listener.get("InstancePort").as_int().filter(|_| protocol.is_some_and(|it| it.starts_with("HTTP")));
        out.extend(port.map(|port| Route { balancer, groups: groups.clone(), member, port }));
    }
}

fn names(list: &Property<'_>, key: &str) -> bool {
    list.items().iter().any(|it| it.target().is_some_and(|it| it.text == key))
}

fn report(
    resource: &ResourceView<'_>,
    rule: &Ingress<'_>,
    source: &Reached<'_>,
    route: &Route<'_>,
    cx: &mut Context<'_>,
) {
    let (balancer, member) = (&route.balancer.id, &route.member.id);
    let port = match resource.id.text == member.text {
        // The group that the machines make for themselves.
        true => format!("The security group of `{0}` lets everyone reach port {1} of `{0}`", member.text, route.port),
        false => format!("`{}` lets everyone reach port {} of `{}`", resource.id.text, route.port, member.text),
    };
    let message = format!(
        "{}{port} past the load balancer `{}`, its TLS, its logs and its web ACL. Let in only the balancer.",
        source.circumstances(resource),
        balancer.text
    );
    // Constructs of machines let in the balancer themselves.
    let by_constructs = resource.construct.is_some() && route.member.construct.is_some();
    let fix = fix(rule, source, route, by_constructs, cx.source());
    let place = if rule.holds(source.case.span) { source.case.span } else { rule.span };
    let draft = cx.report(place, message);
    let mut draft = draft.related(balancer.span, "This balancer sends requests to it.");
    if let Some(place) = source.source() {
        draft = draft.related(place, "Everyone comes from here.");
    }
    if let Some((title, changes)) = fix {
        draft.fix(title, changes);
    }
}

fn fix(
    rule: &Ingress<'_>,
    source: &Reached<'_>,
    route: &Route<'_>,
    by_constructs: bool,
    language: Source,
) -> Option<(String, Vec<Change>)> {
    if by_constructs {
        let item = rule.item.filter(|it| it.always)?;
        return Some((
            "Take out the rule, beside which the balancer is let in".to_owned(),
            vec![Change::Delete { span: item.span }],
        ));
    }
    let (Through::Written, [group]) = (source.through, &route.groups[..]) else { return None };
    // The source stands in the rule, and nothing else says where it is from.
    let (key, written) = ["CidrIp", "CidrIpv6"].iter().find_map(|it| {
        let (key, node) = rule.entry(it)?;
        (node.span == source.case.span).then_some((key, node))
    })?;
    let name = match language {
        Source::Template => "SourceSecurityGroupId",
        Source::Cdk => "sourceSecurityGroupId",
    };
    let changes = vec![
        Change::Replace { span: written.span, value: Literal::GetAtt(group.clone(), "GroupId".into()) },
        Change::Rename { span: key.span, to: name.into() },
    ];
    Some((format!("Let in the security group `{group}` of the balancer instead"), changes))
}
