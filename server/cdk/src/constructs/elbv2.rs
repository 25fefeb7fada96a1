//! Load balancers and listeners.

use super::{MethodCall, inner, target_groups};
use crate::ast::Kind;
use crate::evaluate::{Given, Props, reference};
use crate::lower::{Level, Lowering};
use crate::scope::{At, Place};
use crate::table::{self, Class, Form, row, row_or};
use model::{List, Map, Name, Node, SmolStr, Span, Value};

pub(crate) const APPLICATION_BALANCER: &str = "aws-elasticloadbalancingv2.ApplicationLoadBalancer";
pub(crate) const NETWORK_BALANCER: &str = "aws-elasticloadbalancingv2.NetworkLoadBalancer";
pub(crate) const APPLICATION_LISTENER: &str = "aws-elasticloadbalancingv2.ApplicationListener";
pub(crate) const NETWORK_LISTENER: &str = "aws-elasticloadbalancingv2.NetworkListener";

/// What `balancer.addRedirect()` makes, which is a class of the library only by its method.
pub(crate) const REDIRECT: &str = "aws-elasticloadbalancingv2.ApplicationLoadBalancer.addRedirect";

const SCHEME: Form = Form::Switch { on: "internet-facing", off: "internal" };

pub(crate) const CLASSES: &[Class] = &[
    Class {
        name: APPLICATION_BALANCER,
        ty: "AWS::ElasticLoadBalancingV2::LoadBalancer",
        retention: "",
        rows: &[row_or("internetFacing", "Scheme", SCHEME, "internal"), row("loadBalancerName", "Name", Form::Same)],
    },
    Class {
        name: NETWORK_BALANCER,
        ty: "AWS::ElasticLoadBalancingV2::LoadBalancer",
        retention: "",
        rows: &[row_or("internetFacing", "Scheme", SCHEME, "internal"), row("loadBalancerName", "Name", Form::Same)],
    },
    Class {
        name: APPLICATION_LISTENER,
        ty: "AWS::ElasticLoadBalancingV2::Listener",
        retention: "",
        rows: &[
            row("port", "Port", Form::Same),
            row("protocol", "Protocol", Form::Choice(PROTOCOLS)),
            row("sslPolicy", "SslPolicy", Form::Choice(POLICIES)),
            row("loadBalancer", "LoadBalancerArn", Form::Reference("Ref")),
        ],
    },
    Class {
        name: NETWORK_LISTENER,
        ty: "AWS::ElasticLoadBalancingV2::Listener",
        retention: "",
        rows: &[
            row("port", "Port", Form::Same),
            row("protocol", "Protocol", Form::Choice(PROTOCOLS)),
            row("sslPolicy", "SslPolicy", Form::Choice(POLICIES)),
            row("loadBalancer", "LoadBalancerArn", Form::Reference("Ref")),
        ],
    },
];

pub(crate) const PROTOCOLS: &[(&str, &str)] =
    &[("HTTP", "HTTP"), ("HTTPS", "HTTPS"), ("TCP", "TCP"), ("TLS", "TLS"), ("UDP", "UDP"), ("TCP_UDP", "TCP_UDP")];

const POLICIES: &[(&str, &str)] = &[
    ("RECOMMENDED_TLS", "ELBSecurityPolicy-TLS13-1-2-2021-06"),
    ("RECOMMENDED", "ELBSecurityPolicy-2016-08"),
    ("TLS13_RES", "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"),
    ("TLS13_EXT1", "ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06"),
    ("TLS13_EXT2", "ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06"),
    ("TLS13_10", "ELBSecurityPolicy-TLS13-1-0-2021-06"),
    ("TLS13_11", "ELBSecurityPolicy-TLS13-1-1-2021-06"),
    ("TLS13_12", "ELBSecurityPolicy-TLS13-1-2-2021-06"),
    ("TLS13_13", "ELBSecurityPolicy-TLS13-1-3-2021-06"),
    ("TLS13_12_PQ", "ELBSecurityPolicy-TLS13-1-2-PQ-2025-09"),
    ("TLS13_13_PQ", "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09"),
    ("TLS13_12_RES_PQ", "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"),
    ("TLS13_12_EXT1_PQ", "ELBSecurityPolicy-TLS13-1-2-Ext1-PQ-2025-09"),
    ("TLS13_12_EXT2_PQ", "ELBSecurityPolicy-TLS13-1-2-Ext2-PQ-2025-09"),
    ("TLS13_10_PQ", "ELBSecurityPolicy-TLS13-1-0-PQ-2025-09"),
    ("FIPS_TLS13_13", "ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04"),
    ("FIPS_TLS13_12_RES", "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04"),
    ("FIPS_TLS13_12", "ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04"),
    ("FIPS_TLS13_12_EXT0", "ELBSecurityPolicy-TLS13-1-2-Ext0-FIPS-2023-04"),
    ("FIPS_TLS13_12_EXT1", "ELBSecurityPolicy-TLS13-1-2-Ext1-FIPS-2023-04"),
    ("FIPS_TLS13_12_EXT2", "ELBSecurityPolicy-TLS13-1-2-Ext2-FIPS-2023-04"),
    ("FIPS_TLS13_11", "ELBSecurityPolicy-TLS13-1-1-FIPS-2023-04"),
    ("FIPS_TLS13_10", "ELBSecurityPolicy-TLS13-1-0-FIPS-2023-04"),
    ("FIPS_TLS13_13_PQ", "ELBSecurityPolicy-TLS13-1-3-FIPS-PQ-2025-09"),
    ("FIPS_TLS13_12_PQ", "ELBSecurityPolicy-TLS13-1-2-FIPS-PQ-2025-09"),
    ("FIPS_TLS13_12_RES_PQ", "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-PQ-2025-09"),
    ("FIPS_TLS13_12_EXT0_PQ", "ELBSecurityPolicy-TLS13-1-2-Ext0-FIPS-PQ-2025-09"),
    ("FIPS_TLS13_12_EXT1_PQ", "ELBSecurityPolicy-TLS13-1-2-Ext1-FIPS-PQ-2025-09"),
    ("FIPS_TLS13_12_EXT2_PQ", "ELBSecurityPolicy-TLS13-1-2-Ext2-FIPS-PQ-2025-09"),
    ("FIPS_TLS13_10_PQ", "ELBSecurityPolicy-TLS13-1-0-FIPS-PQ-2025-09"),
    ("FORWARD_SECRECY_TLS12_RES_GCM", "ELBSecurityPolicy-FS-1-2-Res-2020-10"),
    ("FORWARD_SECRECY_TLS12_RES", "ELBSecurityPolicy-FS-1-2-Res-2019-08"),
    ("FORWARD_SECRECY_TLS12", "ELBSecurityPolicy-FS-1-2-2019-08"),
    ("FORWARD_SECRECY_TLS11", "ELBSecurityPolicy-FS-1-1-2019-08"),
    ("FORWARD_SECRECY", "ELBSecurityPolicy-FS-2018-06"),
    ("TLS12", "ELBSecurityPolicy-TLS-1-2-2017-01"),
    ("TLS12_EXT", "ELBSecurityPolicy-TLS-1-2-Ext-2018-06"),
    ("TLS11", "ELBSecurityPolicy-TLS-1-1-2017-01"),
    ("LEGACY", "ELBSecurityPolicy-TLS-1-0-2015-04"),
];

/// Listeners that a balancer's own methods make: `balancer.addListener('Http', { ... })`, `balancer.addRedirect()`.
pub(crate) fn find_parts<'a>(lowering: &mut Lowering<'a>, calls: &[Place<'a>]) {
    for place in calls {
        let Some(call) = MethodCall::of(*place) else { continue };
        let is_redirect = call.method.text == "addRedirect";
        if call.method.text != "addListener" && !is_redirect {
            continue;
        }
        let Some((balancer, Level::Construct)) = lowering.construct_of(call.object) else { continue };
        let class = match &*lowering.constructs[balancer].class {
            APPLICATION_BALANCER => APPLICATION_LISTENER,
            it if it.starts_with("aws-ecs-patterns.Application") => APPLICATION_LISTENER,
            it if it.starts_with("aws-ecs-patterns.Network") => NETWORK_LISTENER,
            NETWORK_BALANCER => NETWORK_LISTENER,
            _ => continue,
        };
        if is_redirect {
            let id = Name::new("Redirect", call.method.span);
            lowering.add_construct(*place, REDIRECT.into(), id, call.method.span, call.argument(0));
        } else if let Some(argument) = call.argument(0) {
            let id = lowering.id(argument);
            let path = lowering.constructs[balancer].path.clone();
            let below = lowering.node(argument).as_str().map(SmolStr::new);
            let index = lowering.add_construct(*place, class.into(), id, call.method.span, call.argument(1));
            let listener = &mut lowering.constructs[index];
            listener.path = path.zip(below).map(|(path, below)| format!("{path}/{below}").into());
            listener.outer = Some(balancer);
        }
    }
}

/// The balancer of a listener.
pub(crate) fn balancer_of(lowering: &Lowering<'_>, index: usize) -> Option<usize> {
    if let Some(outer) = lowering.constructs[index].outer {
        return Some(outer);
    }
    if let Some(call) = MethodCall::of(lowering.constructs[index].place) {
        return Some(lowering.construct_of(call.object)?.0);
    }
    Some(lowering.construct_of(lowering.props_of(index).value("loadBalancer")?)?.0)
}

/// What goes beyond rows.
pub(crate) fn complete<'a>(lowering: &mut Lowering<'a>, index: usize, draft: usize, props: &Props<'a>) {
    let class = lowering.constructs[index].class.clone();
    let id = lowering.constructs[index].id.span;
    match &*class {
        APPLICATION_BALANCER | NETWORK_BALANCER => {
            let ty = if class == APPLICATION_BALANCER { "application" } else { "network" };
            put(lowering, draft, "Type", Node::text(ty, id));
        }
        APPLICATION_LISTENER | NETWORK_LISTENER => {
            if props.is_absent("loadBalancer")
                && let Some(balancer) = balancer_of(lowering, index)
            {
                let key = lowering.constructs[balancer].key.clone();
                lowering.drafts[draft].props_index = 1;
                let span = lowering.constructs[index].class_span;
                put(lowering, draft, "LoadBalancerArn", reference(&key, span));
            }
            let certificates = certificates(lowering, index, props, id);
            let has_certificates = !matches!(certificates.value, Value::Absent);
            put(lowering, draft, "Certificates", certificates);
            if props.is_absent("protocol") {
                let protocol = inferred_protocol(lowering, &class, props, has_certificates, id);
                put(lowering, draft, "Protocol", protocol);
            }
            if props.is_absent("port") {
                let protocol = lowering.drafts[draft].resource.properties.get("Protocol").cloned();
                let node = match protocol.as_ref().and_then(|it| it.as_str()) {
                    Some("HTTP") => Node::text("80", id),
                    Some("HTTPS") => Node::text("443", id),
                    _ => Node::unknown(id),
                };
                put(lowering, draft, "Port", node);
            }
            let actions = actions(lowering, index, props);
            put(lowering, draft, "DefaultActions", actions);
        }
        _ => (),
    }
}

fn put(lowering: &mut Lowering<'_>, draft: usize, name: &str, node: Node) {
    let span = node.span;
    table::insert(lowering.properties(draft), name, span, node);
}

fn inferred_protocol<'a>(
    lowering: &Lowering<'a>,
    class: &str,
    props: &Props<'a>,
    has_certificates: bool,
    id: Span,
) -> Node {
    if class == NETWORK_LISTENER {
        return Node::text(if has_certificates { "TLS" } else { "TCP" }, id);
    }
    match props.get("port") {
        Given::Value(at) => {
            let node = lowering.node(at);
            match node.as_str() {
                Some("80" | "8080" | "8000" | "8008") => Node::text("HTTP", node.span),
                Some("443" | "8443") => Node::text("HTTPS", node.span),
                _ => Node::unknown(node.span),
            }
        }
        Given::Absent | Given::Unknown => Node::unknown(id),
    }
}

fn certificates<'a>(lowering: &Lowering<'a>, index: usize, props: &Props<'a>, id: Span) -> Node {
    let added = lowering.scopes.calls.iter().filter_map(|it| MethodCall::of(*it)).find(|call| {
        matches!(&*call.method.text, "addCertificates" | "addCertificateArns")
            && lowering.construct_of(call.object).is_some_and(|it| it.0 == index)
    });
    if let Some(call) = added {
        return Node { value: Value::List(List { items: Vec::new(), open: true }), span: call.span() };
    }
    for prop in ["certificates", "certificateArns"] {
        match props.get(prop) {
            Given::Absent => (),
            Given::Unknown => return Node::unknown(id),
            Given::Value(at) => {
                let at = lowering.scopes.follow(at);
                let Kind::Array(items) = &at.expression.kind else { return Node::unknown(at.span()) };
                let certificate = |span| {
                    let mut map = Map { entries: Vec::new(), open: true };
                    map.insert("CertificateArn", span, Node::unknown(span));
                    Node { value: Value::Map(map), span }
                };
                let mut list = List { items: Vec::new(), open: at.expression.broken };
                for item in items {
                    match item {
                        crate::ast::Element::Item(it) => list.items.push(certificate(it.span)),
                        crate::ast::Element::Spread(_) => list.open = true,
                    }
                }
                if list.items.is_empty() && !list.open {
                    return Node { value: Value::Absent, span: at.span() };
                }
                return Node { value: Value::List(list), span: at.span() };
            }
        }
    }
    Node { value: Value::Absent, span: id }
}

/// What a listener does with requests that no rule of it takes.
fn actions<'a>(lowering: &Lowering<'a>, index: usize, props: &Props<'a>) -> Node {
    let id = lowering.constructs[index].id.span;
    match props.get("defaultAction") {
        Given::Value(at) => return lowering.alternatives(at, &|at| single(action(lowering, at), at.span())),
        Given::Unknown => return Node::unknown(id),
        Given::Absent => (),
    }
    match props.get("defaultTargetGroups") {
        Given::Value(at) => return single(target_groups::forward(lowering, at), at.span()),
        Given::Unknown => return Node::unknown(id),
        Given::Absent => (),
    }
    let calls = lowering.scopes.calls.iter().filter_map(|it| MethodCall::of(*it));
    for call in calls.filter(|it| it.method.text.starts_with("add")) {
        if lowering.construct_of(call.object).is_none_or(|it| it.0 != index) {
            continue;
        }
        // With a priority it is a rule beside the default action.
        let options = lowering.props(call.argument(1));
        if !options.is_absent("priority") {
            continue;
        }
        return match &*call.method.text {
            "addTargets" => {
                let span = call.span();
                let mut action = forward(span);
                if let (Some(group), Value::Map(map)) = (lowering.construct_at(call.place.at), &mut action.value) {
                    let stack = lowering.constructs[index].place.stack;
                    map.insert("TargetGroupArn", span, target_groups::arn(lowering, group, stack, span));
                }
                single(action, span)
            }
            "addTargetGroups" => match options.value("targetGroups") {
                Some(at) => single(target_groups::forward(lowering, at), call.span()),
                None => single(forward(call.span()), call.span()),
            },
            "addFixedResponse" => {
                single(fixed(lowering, options.value("statusCode"), &options, call.span()), call.span())
            }
            "addRedirectResponse" => single(redirect(lowering, &options, call.span()), call.span()),
            "addAction" => match options.get("action") {
                Given::Value(at) => lowering.alternatives(at, &|at| single(action(lowering, at), at.span())),
                Given::Absent | Given::Unknown => Node::unknown(call.span()),
            },
            _ => continue,
        };
    }
    Node::unknown(id)
}

fn single(action: Node, span: Span) -> Node {
    Node { value: Value::List(List { items: vec![action], open: false }), span }
}

fn typed(ty: &str, span: Span) -> Node {
    let mut map = Map { entries: Vec::new(), open: true };
    map.insert("Type", span, Node::text(ty, span));
    Node { value: Value::Map(map), span }
}

fn forward(span: Span) -> Node {
    typed("forward", span)
}

/// `ListenerAction.redirect({ ... })` and its like.
pub(crate) fn action<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Node {
    let span = at.span();
    let Some(made) = lowering.made(at) else { return Node::unknown(span) };
    let method = made
        .path
        .rsplit_once('.')
        .map(|(class, method)| (class.trim_start_matches("aws-elasticloadbalancingv2."), method));
    match method {
        Some(("ListenerAction", "redirect")) => redirect(lowering, &lowering.props(made.argument(0)), span),
        Some(("ListenerAction", "fixedResponse")) => {
            fixed(lowering, made.argument(0), &lowering.props(made.argument(1)), span)
        }
        Some(("ListenerAction" | "NetworkListenerAction", "forward")) if made.arguments.len() == 1 => {
            made.argument(0).map_or_else(|| forward(span), |it| target_groups::forward(lowering, it))
        }
        Some(("ListenerAction" | "NetworkListenerAction", "forward" | "weightedForward")) => forward(span),
        Some(("ListenerAction", "authenticateOidc")) => typed("authenticate-oidc", span),
        _ => Node::unknown(span),
    }
}

/// An answer that is always the same.
fn fixed<'a>(lowering: &Lowering<'a>, status: Option<At<'a>>, props: &Props<'a>, span: Span) -> Node {
    let status = status.map_or_else(|| Node::unknown(span), |it| lowering.node(it));
    let text = |name| inner::value_or(lowering, props.get(name), inner::absent(span));
    let config =
        vec![("ContentType", text("contentType")), ("MessageBody", text("messageBody")), ("StatusCode", status)];
    let mut map = inner::map(vec![("Type", Node::text("fixed-response", span))], span);
    map.insert("FixedResponseConfig", span, inner::node(inner::map(config, span), span));
    map.open = true;
    inner::node(map, span)
}

fn redirect<'a>(lowering: &Lowering<'a>, props: &Props<'a>, span: Span) -> Node {
    let mut config = Map { entries: Vec::new(), open: props.open };
    for (prop, name) in
        [("protocol", "Protocol"), ("port", "Port"), ("host", "Host"), ("path", "Path"), ("query", "Query")]
    {
        match props.get(prop) {
            Given::Value(at) => config.insert(name, at.span(), lowering.node(at)),
            Given::Unknown => config.insert(name, span, Node::unknown(span)),
            Given::Absent => (),
        }
    }
    let code = |node: &Node| match node.as_bool() {
        Some(true) => Node::text("HTTP_301", node.span),
        Some(false) => Node::text("HTTP_302", node.span),
        None => Node::unknown(node.span),
    };
    let status = match (props.get("permanent"), props.get("statusCode")) {
        (Given::Value(at), _) => code(&lowering.node(at)),
        (_, Given::Value(at)) => lowering.node(at),
        (Given::Absent, Given::Absent) => Node::text("HTTP_302", span),
        _ => Node::unknown(span),
    };
    config.insert("StatusCode", status.span, status);
    let mut map = Map { entries: Vec::new(), open: true };
    map.insert("Type", span, Node::text("redirect", span));
    map.insert("RedirectConfig", span, Node { value: Value::Map(config), span });
    Node { value: Value::Map(map), span }
}

/// `balancer.addRedirect()`: from HTTP on 80 to HTTPS on 443 unless it says otherwise.
pub(crate) fn lower_redirect(lowering: &mut Lowering<'_>, index: usize) {
    let Some(balancer) = balancer_of(lowering, index) else { return };
    let key = lowering.constructs[balancer].key.clone();
    let span = lowering.constructs[index].place.at.span();
    let props = lowering.props_of(index);
    let value = |prop: &str, default: &str| match props.get(prop) {
        Given::Value(at) if prop.ends_with("Protocol") => {
            let made = lowering.made(at);
            let word = made.as_ref().and_then(|it| it.path.rsplit('.').next());
            word.map_or_else(|| Node::unknown(at.span()), |it| Node::text(it, at.span()))
        }
        Given::Value(at) => lowering.node(at),
        Given::Absent => Node::text(default, span),
        Given::Unknown => Node::unknown(span),
    };
    let mut config = Map::default();
    config.insert("Protocol", span, value("targetProtocol", "HTTPS"));
    config.insert("Port", span, value("targetPort", "443"));
    config.insert("StatusCode", span, Node::text("HTTP_301", span));
    let mut action = Map { entries: Vec::new(), open: true };
    action.insert("Type", span, Node::text("redirect", span));
    action.insert("RedirectConfig", span, Node { value: Value::Map(config), span });
    let mut map = Map { entries: Vec::new(), open: true };
    map.insert("LoadBalancerArn", span, reference(&key, span));
    map.insert("Protocol", span, value("sourceProtocol", "HTTP"));
    map.insert("Port", span, value("sourcePort", "80"));
    map.insert("DefaultActions", span, single(Node { value: Value::Map(action), span }, span));
    lowering.add(index, "AWS::ElasticLoadBalancingV2::Listener", map, "");
}

/// A listener that another construct makes.
pub(crate) struct MadeListener {
    pub(crate) balancer: SmolStr,
    pub(crate) protocol: Node,
    pub(crate) port: Node,
    pub(crate) certificates: Node,
    /// It redirects to HTTPS; otherwise it forwards.
    pub(crate) redirects: bool,
    /// What it forwards to.
    pub(crate) target: Option<Node>,
}

impl MadeListener {
    pub(crate) fn properties(self, span: Span) -> Map {
        let mut map = Map { entries: Vec::new(), open: true };
        map.insert("LoadBalancerArn", span, reference(&self.balancer, span));
        map.insert("Protocol", self.protocol.span, self.protocol);
        map.insert("Port", self.port.span, self.port);
        map.insert("Certificates", self.certificates.span, self.certificates);
        let action = if self.redirects {
            let mut config = Map { entries: Vec::new(), open: true };
            config.insert("Protocol", span, Node::text("HTTPS", span));
            config.insert("Port", span, Node::text("443", span));
            config.insert("StatusCode", span, Node::text("HTTP_301", span));
            let mut map = Map { entries: Vec::new(), open: true };
            map.insert("Type", span, Node::text("redirect", span));
            map.insert("RedirectConfig", span, Node { value: Value::Map(config), span });
            Node { value: Value::Map(map), span }
        } else {
            let mut action = forward(span);
            if let (Value::Map(map), Some(target)) = (&mut action.value, self.target) {
                map.insert("TargetGroupArn", span, target);
            }
            action
        };
        map.insert("DefaultActions", span, single(action, span));
        map
    }
}
