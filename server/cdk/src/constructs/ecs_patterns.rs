//! Services behind a load balancer, made by one construct.

use super::elbv2::MadeListener;
use crate::evaluate::{Given, Props};
use crate::lower::Lowering;
use crate::table::{Class, Form, Row, row_or};
use model::{List, Map, Node, Span, Value};

const SCHEME: Form = Form::Switch { on: "internet-facing", off: "internal" };
const BALANCER: &str = "AWS::ElasticLoadBalancingV2::LoadBalancer";
const LISTENER: &str = "AWS::ElasticLoadBalancingV2::Listener";

pub(crate) const CLASSES: &[Class] = &[
    pattern("aws-ecs-patterns.ApplicationLoadBalancedFargateService"),
    pattern("aws-ecs-patterns.ApplicationLoadBalancedEc2Service"),
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
    let port = match props.get("listenerPort") {
        Given::Value(at) => lowering.node(at),
        Given::Unknown => Node::unknown(id),
        Given::Absent => match protocol.as_str() {
            Some("HTTPS") => Node::text("443", id),
            Some("HTTP") => Node::text("80", id),
            _ => Node::unknown(id),
        },
    };
    let listener = MadeListener { balancer: balancer.clone(), protocol, port, certificates, redirects: false };
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

/// Certificates of which only is known that they are there.
fn some(span: Span) -> Node {
    let mut map = Map { entries: Vec::new(), open: true };
    map.insert("CertificateArn", span, Node::unknown(span));
    Node { value: Value::List(List { items: vec![Node { value: Value::Map(map), span }], open: false }), span }
}
