//! Target groups of load balancers, the rules that lead to them, and what is registered with them.

use super::inner::{self, Assembly, absent, expression, list, node};
use super::{MethodCall, elbv2, scaling_groups, services};
use crate::ast::{Element, Kind};
use crate::evaluate::{Given, Props, reference};
use crate::library::value;
use crate::lower::{Level, Lowering};
use crate::scope::{At, Place};
use crate::table::{self, Form};
use model::{Map, Node, SmolStr, Span, Value};

pub(crate) const APPLICATION_GROUP: &str = "aws-elasticloadbalancingv2.ApplicationTargetGroup";
pub(crate) const NETWORK_GROUP: &str = "aws-elasticloadbalancingv2.NetworkTargetGroup";
const RULE: &str = "aws-elasticloadbalancingv2.ApplicationListenerRule";

/// What targets are added with that is said of the rule which leads to them.
const OF_RULES: &[&str] = &["conditions", "hostHeader", "pathPattern", "pathPatterns", "priority"];

/// Finds what `listener.addTargets('Orders', { ... })` and its like make.
pub(crate) fn find_part<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>) {
    let method = &*call.method.text;
    if !matches!(method, "addTargets" | "addTargetGroups" | "addAction") {
        return;
    }
    let Some((listener, Level::Construct)) = lowering.construct_of(call.object) else { return };
    let group_class = match &*lowering.constructs[listener].class {
        elbv2::APPLICATION_LISTENER => APPLICATION_GROUP,
        elbv2::NETWORK_LISTENER => NETWORK_GROUP,
        _ => return,
    };
    let id = call.argument(0).map(|it| lowering.node(it));
    let Some(id) = id.as_ref().and_then(Node::as_str).map(SmolStr::new) else { return };
    let options = call.argument(1);
    let mut group = None;
    if method == "addTargets" {
        let vpc = elbv2::balancer_of(lowering, listener).map(|it| lowering.props_of(it));
        let props = Assembly::new(lowering, call.place.at)
            .given("vpc", vpc.map_or(Given::Unknown, |it| it.get("vpc")))
            .take(options, |it| !OF_RULES.contains(&it))
            .finish();
        let below = format!("{id}Group");
        group = Some(inner::add(lowering, listener, (call.place, true), group_class, &below, Some(props)));
    }
    if group_class == APPLICATION_GROUP && matches!(lowering.props(options).get("priority"), Given::Value(_)) {
        let mut props = Assembly::new(lowering, call.place.at)
            .value("listener", expression(lowering, listener))
            .take(options, |it| matches!(it, "action" | "conditions" | "priority" | "targetGroups"));
        if let Some(group) = group {
            let group = expression(lowering, group);
            props = props.value("targetGroups", inner::array(lowering, group, &[group]));
        }
        let props = props.finish();
        inner::add(lowering, listener, (call.place, false), RULE, &format!("{id}Rule"), Some(props));
    }
}

/// What goes beyond tables.
pub(crate) fn complete<'a>(lowering: &mut Lowering<'a>, index: usize, draft: usize, props: &Props<'a>) {
    let class = lowering.constructs[index].class.clone();
    let id = lowering.constructs[index].id.span;
    match &*class {
        APPLICATION_GROUP | NETWORK_GROUP => {
            let (protocol, port) = protocol_and_port(lowering, &class, props, id);
            put(lowering, draft, "Protocol", protocol);
            put(lowering, draft, "Port", port);
            if class == NETWORK_GROUP {
                let vpc = match props.get("vpc") {
                    Given::Value(at) => table::value(lowering, Form::Reference("Ref"), at),
                    Given::Absent | Given::Unknown => Node::unknown(id),
                };
                put(lowering, draft, "VpcId", vpc);
            }
            if props.is_absent("targetType") {
                // What is registered decides it.
                put(lowering, draft, "TargetType", Node::unknown(id));
            }
        }
        RULE => {
            let action = match (props.get("targetGroups"), props.get("action")) {
                (Given::Value(at), _) => forward(lowering, at),
                (Given::Absent, Given::Value(at)) => lowering.alternatives(at, &|at| elbv2::action(lowering, at)),
                _ => Node::unknown(id),
            };
            // An action may lead to others.
            let is_one = action.get("Type").and_then(Node::as_str).is_some_and(|it| !it.starts_with("authenticate"));
            let actions = if is_one { list(vec![action], id) } else { Node::unknown(id) };
            put(lowering, draft, "Actions", actions);
        }
        _ => (),
    }
}

fn put(lowering: &mut Lowering<'_>, draft: usize, name: &str, node: Node) {
    let span = node.span;
    table::insert(lowering.properties(draft), name, span, node);
}

/// Each follows from the other one where only that is given.
fn protocol_and_port<'a>(lowering: &Lowering<'a>, class: &str, props: &Props<'a>, id: Span) -> (Node, Node) {
    let protocol = |at| lowering.alternatives(at, &|at| constant(lowering, at));
    let port = match props.get("port") {
        Given::Value(at) => lowering.node(at),
        Given::Absent => absent(id),
        Given::Unknown => Node::unknown(id),
    };
    let protocol = match props.get("protocol") {
        Given::Value(at) => protocol(at),
        Given::Unknown => Node::unknown(id),
        Given::Absent if class == NETWORK_GROUP => Node::text("TCP", id),
        Given::Absent => match (&port.value, port.as_str()) {
            (Value::Absent, _) => absent(id),
            (_, Some("80" | "8000" | "8008" | "8080")) => Node::text("HTTP", id),
            (_, Some("443" | "8443")) => Node::text("HTTPS", id),
            _ => Node::unknown(id),
        },
    };
    let port = match (&port.value, protocol.as_str()) {
        (Value::Absent, Some("HTTP")) if class == APPLICATION_GROUP => Node::text("80", id),
        (Value::Absent, Some("HTTPS")) if class == APPLICATION_GROUP => Node::text("443", id),
        (Value::Absent, None) if !matches!(protocol.value, Value::Absent) => Node::unknown(id),
        _ => port,
    };
    (protocol, port)
}

/// The text that a constant of the library stands for.
pub(crate) fn constant<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Node {
    let made = lowering.made(at);
    match made.as_ref().and_then(|it| value::plain(&it.path)) {
        Some(value) => Node { value, span: at.span() },
        None => Node::unknown(at.span()),
    }
}

/// The action that leads to the target groups in the list at `at`.
pub(crate) fn forward<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Node {
    let span = at.span();
    let Some(items) = lowering.scopes.items(at) else { return Node::unknown(span) };
    let group = |at: &At<'a>| table::value(lowering, Form::Reference("Ref"), *at);
    let mut map = inner::map(vec![("Type", Node::text("forward", span))], span);
    match &items[..] {
        [only] => map.insert("TargetGroupArn", span, group(only)),
        _ => {
            let groups = items.iter().map(|it| node(inner::map(vec![("TargetGroupArn", group(it))], span), span));
            let groups = list(groups.collect(), span);
            map.insert("ForwardConfig", span, node(inner::map(vec![("TargetGroups", groups)], span), span));
        }
    }
    map.open = true;
    node(map, span)
}

/// Registers what target groups are given when they are made.
pub(crate) fn register_targets(lowering: &mut Lowering<'_>) {
    for index in 0..lowering.constructs.len() {
        let construct = &lowering.constructs[index];
        if !matches!(&*construct.class, APPLICATION_GROUP | NETWORK_GROUP) {
            continue;
        }
        let place = construct.place;
        let Some(targets) = lowering.props_of(index).value("targets") else { continue };
        for target in lowering.scopes.items(targets).unwrap_or_default() {
            register(lowering, index, target, place);
        }
    }
}

/// `group.addTarget(service)`, `service.attachToApplicationTargetGroup(group)`
pub(crate) fn apply<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>) {
    match &*call.method.text {
        "configureHealthCheck" => check_health(lowering, call),
        "addTarget" => {
            let Some((group, Level::Construct)) = lowering.construct_of(call.object) else { return };
            if !matches!(&*lowering.constructs[group].class, APPLICATION_GROUP | NETWORK_GROUP) {
                return;
            }
            for element in &call.call.arguments {
                if let Element::Item(expression) = element {
                    register(lowering, group, At { expression, frame: call.place.at.frame }, call.place);
                }
            }
        }
        "attachToApplicationTargetGroup" | "attachToNetworkTargetGroup" => {
            let group = call.argument(0).and_then(|it| lowering.construct_of(it));
            if let Some((group, Level::Construct)) = group {
                register(lowering, group, call.object, call.place);
            }
        }
        _ => (),
    }
}

/// What a check of health says, by property: as it is, a constant of the library, or a duration.
const HEALTH: &[(&str, &str, Check)] = &[
    ("enabled", "HealthCheckEnabled", Check::Same),
    ("healthyGrpcCodes", "Matcher.GrpcCode", Check::Same),
    ("healthyHttpCodes", "Matcher.HttpCode", Check::Same),
    ("healthyThresholdCount", "HealthyThresholdCount", Check::Same),
    ("interval", "HealthCheckIntervalSeconds", Check::Seconds),
    ("path", "HealthCheckPath", Check::Same),
    ("port", "HealthCheckPort", Check::Same),
    ("protocol", "HealthCheckProtocol", Check::Constant),
    ("timeout", "HealthCheckTimeoutSeconds", Check::Seconds),
    ("unhealthyThresholdCount", "UnhealthyThresholdCount", Check::Same),
];

#[derive(Clone, Copy)]
enum Check {
    Same,
    Constant,
    Seconds,
}

/// `group.configureHealthCheck({ path: '/health' })`, which takes the place of what was said before.
fn check_health<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>) {
    let Some((group, Level::Construct)) = lowering.construct_of(call.object) else { return };
    let construct = &lowering.constructs[group];
    if !matches!(&*construct.class, APPLICATION_GROUP | NETWORK_GROUP) {
        return;
    }
    let is_certain = lowering.scopes.covers(call.place.region, construct.place.region);
    let (props, span) = (lowering.props(call.argument(0)), call.span());
    let Some(draft) = construct.resource else { return };
    put(lowering, draft, "Matcher", if is_certain { absent(span) } else { Node::unknown(span) });
    for (prop, path, check) in HEALTH {
        let given = if is_certain { props.get(prop) } else { Given::Unknown };
        let node = inner::converted_or(lowering, given, absent(span), |at| match check {
            Check::Same => lowering.node(at),
            Check::Constant => constant(lowering, at),
            Check::Seconds => match value::seconds(lowering, at) {
                Some(it) => Node { value: value::number(it), span: at.span() },
                None => Node::unknown(at.span()),
            },
        });
        put(lowering, draft, path, node);
    }
}

/// Registers the target at `at` with the group, as code at `place` does.
fn register<'a>(lowering: &mut Lowering<'a>, group: usize, at: At<'a>, place: Place<'a>) {
    let kind = match lowering.construct_of(at) {
        Some((target, Level::Construct)) => match &*lowering.constructs[target].class {
            "aws-ecs.FargateService" | "aws-ecs.Ec2Service" => services::attach(lowering, target, group, None, place),
            "aws-autoscaling.AutoScalingGroup" => scaling_groups::attach(lowering, target, group, place),
            _ => return,
        },
        Some(_) => return,
        None => match of_service(lowering, at) {
            Some((service, options)) => services::attach(lowering, service, group, options, place),
            None => by_class(lowering, at),
        },
    };
    let construct = &lowering.constructs[group];
    let is_certain = lowering.scopes.covers(place.region, construct.place.region);
    let Some(draft) = construct.resource else { return };
    let span = place.at.span();
    let before = lowering.properties(draft).get("TargetType").map(|it| &it.value);
    if matches!(before, None | Some(Value::Unknown))
        && let Some(kind) = kind.filter(|_| is_certain)
    {
        put(lowering, draft, "TargetType", Node::text(kind, span));
    }
}

/// `service.loadBalancerTarget({ containerName: 'web' })`
fn of_service<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Option<(usize, Option<At<'a>>)> {
    let at = lowering.scopes.follow(at);
    let Kind::Call(call) = &at.expression.kind else { return None };
    let Kind::Member { object, property, .. } = &call.callee.kind else { return None };
    let (index, _) = lowering.construct_of(At { expression: object, frame: at.frame })?;
    let options = crate::ast::Expression::argument(&call.arguments, 0)?;
    (property.text == "loadBalancerTarget").then_some((index, Some(At { expression: options, frame: at.frame })))
}

/// What targets of this class are.
fn by_class<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Option<&'static str> {
    let made = lowering.made(at)?;
    Some(match made.path.strip_prefix("aws-elasticloadbalancingv2-targets.")? {
        "IpTarget" => "ip",
        "InstanceTarget" | "InstanceIdTarget" => "instance",
        "LambdaTarget" => "lambda",
        "AlbTarget" | "AlbArnTarget" | "AlbListenerTarget" => "alb",
        _ => return None,
    })
}

/// `Ref` of the target group, for a resource in `stack`.
pub(crate) fn arn(lowering: &Lowering<'_>, group: usize, stack: usize, span: Span) -> Node {
    let construct = &lowering.constructs[group];
    match construct.place.stack == stack {
        true => reference(&construct.key, span),
        false => Node::unknown(span),
    }
}

/// Appends an item to a list of the resource.
pub(crate) fn push(lowering: &mut Lowering<'_>, draft: usize, name: &str, item: Node) {
    let span = item.span;
    let properties: &mut Map = lowering.properties(draft);
    match properties.entries.iter_mut().find(|(it, _)| it.text == name).map(|(_, it)| &mut it.value) {
        Some(Value::List(list)) => list.items.push(item),
        Some(value @ Value::Absent) => *value = list(vec![item], span).value,
        Some(value) => *value = Value::List(model::List { items: vec![item], open: true }),
        None => properties.insert(name, span, list(vec![item], span)),
    }
}
