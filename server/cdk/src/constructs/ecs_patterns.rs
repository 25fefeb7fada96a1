//! Services behind a load balancer, made by one construct.

use super::elbv2::MadeListener;
use crate::ast::{Element, Kind};
use crate::evaluate::{Given, Props};
use crate::lower::Lowering;
use crate::scope::At;
use crate::table::{self, Class, Form, Row, row_or};
use model::{List, Map, Node, SmolStr, Span, Value};

const SCHEME: Form = Form::Switch { on: "internet-facing", off: "internal" };
const BALANCER: &str = "AWS::ElasticLoadBalancingV2::LoadBalancer";
const LISTENER: &str = "AWS::ElasticLoadBalancingV2::Listener";

pub(crate) const CLASSES: &[Class] = &[
    pattern("aws-ecs-patterns.ApplicationLoadBalancedFargateService"),
    pattern("aws-ecs-patterns.ApplicationLoadBalancedEc2Service"),
    pattern("aws-ecs-patterns.ApplicationMultipleTargetGroupsFargateService"),
    pattern("aws-ecs-patterns.ApplicationMultipleTargetGroupsEc2Service"),
    pattern("aws-ecs-patterns.NetworkLoadBalancedFargateService"),
    pattern("aws-ecs-patterns.NetworkLoadBalancedEc2Service"),
];

const ROWS: &[Row] = &[row_or("publicLoadBalancer", "Scheme", SCHEME, "internet-facing")];

const fn pattern(name: &'static str) -> Class {
    Class { name, ty: BALANCER, retention: "", rows: ROWS }
}

/// What goes beyond rows: the listeners.
pub(crate) fn complete<'a>(lowering: &mut Lowering<'a>, index: usize, draft: usize, props: &Props<'a>) {
    let class = lowering.constructs[index].class.clone();
    let id = lowering.constructs[index].id.span;
    let is_application = class.starts_with("aws-ecs-patterns.Application");
    if !is_application && !class.starts_with("aws-ecs-patterns.Network") {
        return;
    }
    let ty = if is_application { "application" } else { "network" };
    lowering.properties(draft).insert("Type", id, Node::text(ty, id));
    if class.contains("MultipleTargetGroups") {
        return several_balancers(lowering, index, draft, props);
    }
    // Somebody else's balancer, with listeners that are not seen.
    if !props.is_absent("loadBalancer") {
        lowering.drafts[draft].resource.properties = Node::unknown(id);
        return;
    }
    let balancer = lowering.constructs[index].key.clone();
    let absent = || Node { value: Value::Absent, span: id };
    if !is_application {
        let port = match props.get("listenerPort") {
            Given::Value(at) => lowering.node(at),
            Given::Absent => Node::text("80", id),
            Given::Unknown => Node::unknown(id),
        };
        let certain = props.is_absent("listenerCertificate");
        let protocol = if certain { Node::text("TCP", id) } else { Node::unknown(id) };
        let certificates = if certain { absent() } else { Node::unknown(id) };
        let listener = MadeListener { balancer, protocol, port, certificates, redirects: false };
        lowering.add(index, LISTENER, listener.properties(id), &class);
        return;
    }
    let listener = application_listener(lowering, props, "listenerPort", balancer.clone(), id);
    lowering.add(index, LISTENER, listener.properties(id), &class);
    if let Given::Value(at) = props.get("redirectHTTP") {
        let node = lowering.node(at);
        if node.as_bool() == Some(true) {
            let listener = MadeListener {
                balancer,
                protocol: Node::text("HTTP", node.span),
                port: Node::text("80", node.span),
                certificates: absent(),
                redirects: true,
            };
            let span = node.span;
            lowering.add(index, LISTENER, listener.properties(span), &class);
        }
    }
}

/// A listener as its props say, the port among them under the name `port`.
fn application_listener<'a>(
    lowering: &Lowering<'a>,
    props: &Props<'a>,
    port: &str,
    balancer: SmolStr,
    id: Span,
) -> MadeListener {
    let absent = || Node { value: Value::Absent, span: id };
    // A certificate means HTTPS; so does the protocol, which then has one made for the domain.
    let certificate = match props.get("certificate") {
        Given::Value(at) => some(at.span()),
        Given::Unknown => Node::unknown(id),
        Given::Absent => absent(),
    };
    let protocol = match props.get("protocol") {
        Given::Value(at) => lowering.alternatives(at, &|at| {
            let made = lowering.made(at);
            match made.as_ref().and_then(|it| it.path.rsplit_once("ApplicationProtocol.")).map(|it| it.1) {
                Some(word @ ("HTTP" | "HTTPS")) => Node::text(word, at.span()),
                _ => Node::unknown(at.span()),
            }
        }),
        Given::Unknown => Node::unknown(id),
        Given::Absent => match &certificate.value {
            Value::Absent => Node::text("HTTP", id),
            Value::Unknown => Node::unknown(id),
            _ => Node::text("HTTPS", certificate.span),
        },
    };
    let certificates = match (&certificate.value, protocol.as_str()) {
        (Value::Absent, Some("HTTPS")) => some(protocol.span),
        _ => certificate,
    };
    let port = match props.get(port) {
        Given::Value(at) => lowering.node(at),
        Given::Unknown => Node::unknown(id),
        Given::Absent => match protocol.as_str() {
            Some("HTTPS") => Node::text("443", id),
            Some("HTTP") => Node::text("80", id),
            _ => Node::unknown(id),
        },
    };
    MadeListener { balancer, protocol, port, certificates, redirects: false }
}

/// `loadBalancers: [{ name, publicLoadBalancer, listeners: [{ name, port, certificate }] }]`; without them a public one
/// that takes HTTP.
fn several_balancers<'a>(lowering: &mut Lowering<'a>, index: usize, draft: usize, props: &Props<'a>) {
    let class = lowering.constructs[index].class.clone();
    let (key, id) = (lowering.constructs[index].key.clone(), lowering.constructs[index].id.span);
    let items = match props.get("loadBalancers") {
        Given::Absent => {
            let listener = application_listener(lowering, &Props::default(), "port", key, id);
            lowering.add(index, LISTENER, listener.properties(id), &class);
            return;
        }
        Given::Value(at) => items(lowering, at),
        Given::Unknown => None,
    };
    let Some(items) = items else {
        lowering.drafts[draft].resource.properties = Node::unknown(id);
        return;
    };
    for (number, at) in items.into_iter().enumerate() {
        let balancer = lowering.props(Some(at));
        let name = balancer.value("name").map(|it| lowering.id(it));
        let mut properties = table::lower(lowering, ROWS, &balancer, at.span());
        properties.insert("Type", id, Node::text("application", id));
        let made = if number == 0 {
            *lowering.properties(draft) = properties;
            draft
        } else {
            lowering.add(index, BALANCER, properties, &class)
        };
        if let Some(name) = name {
            lowering.drafts[made].resource.id = name;
        }
        let key = lowering.drafts[made].resource.key.clone();
        let listeners = match balancer.get("listeners") {
            Given::Value(at) => self::items(lowering, at),
            Given::Absent | Given::Unknown => None,
        };
        let Some(listeners) = listeners else {
            lowering.drafts[made].resource.properties = Node::unknown(id);
            continue;
        };
        for at in listeners {
            let span = at.span();
            let props = lowering.props(Some(at));
            let listener = application_listener(lowering, &props, "port", key.clone(), span);
            let draft = lowering.add(index, LISTENER, listener.properties(span), &class);
            if let Some(name) = props.value("name") {
                lowering.drafts[draft].resource.id = lowering.id(name);
            }
        }
    }
}

/// The items of an array that shows all of them.
fn items<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Option<Vec<At<'a>>> {
    let at = lowering.scopes.follow(at);
    let Kind::Array(items) = &at.expression.kind else { return None };
    let item = |it: &'a Element| match it {
        Element::Item(expression) => Some(At { expression, frame: at.frame }),
        Element::Spread(_) => None,
    };
    items.iter().map(item).collect()
}

/// Certificates of which only is known that they are there.
fn some(span: Span) -> Node {
    let mut map = Map { entries: Vec::new(), open: true };
    map.insert("CertificateArn", span, Node::unknown(span));
    Node { value: Value::List(List { items: vec![Node { value: Value::Map(map), span }], open: false }), span }
}
