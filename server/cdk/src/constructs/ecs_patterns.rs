//! Services behind a load balancer, made by one construct.

use super::elbv2::{self, MadeListener};
use super::inner::{self, Assembly};
use super::{containers, target_groups};
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

/// Props of services that the patterns hand on as they are.
const OF_SERVICES: &[&str] = &[
    "capacityProviderStrategies",
    "circuitBreaker",
    "cloudMapOptions",
    "deploymentController",
    "enableECSManagedTags",
    "enableExecuteCommand",
    "healthCheckGracePeriod",
    "maxHealthyPercent",
    "minHealthyPercent",
    "platformVersion",
    "propagateTags",
    "securityGroups",
    "serviceName",
];

/// Props of the image that the container has as they are.
const OF_CONTAINERS: &[&str] = &["command", "dockerLabels", "entryPoint", "environment", "image", "secrets"];

/// True for what has one balancer with one group of targets.
fn is_simple(class: &str) -> bool {
    let name = class.strip_prefix("aws-ecs-patterns.").unwrap_or_default();
    name.starts_with("ApplicationLoadBalanced") || name.starts_with("NetworkLoadBalanced")
}

/// Adds the constructs that the patterns are made of.
pub(crate) fn find_parts(lowering: &mut Lowering<'_>) {
    for index in 0..lowering.constructs.len() {
        let class = &lowering.constructs[index].class;
        if is_simple(class) {
            find_parts_of(lowering, index);
        } else if class.starts_with("aws-ecs-patterns.") {
            lowering.constructs[index].parts.push(("loadBalancer", index));
        }
    }
}

fn find_parts_of(lowering: &mut Lowering<'_>, index: usize) {
    let construct = &lowering.constructs[index];
    let (place, class) = (construct.place, construct.class.clone());
    let (at, id) = (place.at, construct.id.text.clone());
    let is_application = class.starts_with("aws-ecs-patterns.Application");
    let is_fargate = class.ends_with("FargateService");
    let own = construct.props;
    let props = lowering.props_of(index);
    let cluster = cluster(lowering, index, &props);
    let vpc = match cluster {
        Some(cluster) => lowering.props_of(cluster).get("vpc"),
        None => Given::Unknown,
    };
    let cluster = match cluster {
        Some(cluster) => Given::Value(inner::expression(lowering, cluster)),
        None => props.get("cluster"),
    };
    let mut parts = Vec::new();

    let (balancer_class, listener_class, group_class) = match is_application {
        true => (elbv2::APPLICATION_BALANCER, elbv2::APPLICATION_LISTENER, target_groups::APPLICATION_GROUP),
        false => (elbv2::NETWORK_BALANCER, elbv2::NETWORK_LISTENER, target_groups::NETWORK_GROUP),
    };
    let balancer = match props.get("loadBalancer") {
        Given::Absent => {
            let mut balancer = Assembly::new(lowering, at)
                .given("vpc", vpc)
                .otherwise("internetFacing", props.get("publicLoadBalancer"), Kind::Bool(true))
                .given("ipAddressType", props.get("ipAddressType"));
            if is_application {
                balancer = balancer
                    .given("loadBalancerName", props.get("loadBalancerName"))
                    .given("idleTimeout", props.get("idleTimeout"));
            }
            let balancer = balancer.finish();
            let balancer = inner::add(lowering, index, (place, false), balancer_class, "LB", Some(balancer));
            // It is what the pattern is known by.
            lowering.constructs[balancer].key = lowering.constructs[index].key.clone();
            Some(balancer)
        }
        Given::Value(at) => lowering.construct_of(at).map(|it| it.0),
        Given::Unknown => None,
    };

    // What runs.
    let task = match (props.get("taskDefinition"), props.get("taskImageOptions")) {
        (Given::Value(at), _) => Given::Value(at),
        (Given::Absent, Given::Value(options)) => {
            Given::Value(task(lowering, index, (&props, options), &id, is_fargate))
        }
        _ => Given::Unknown,
    };
    let mut service = Assembly::new(lowering, at)
        .given("cluster", cluster)
        .given("taskDefinition", task)
        .take(own, |it| OF_SERVICES.contains(&it));
    service = match (props.get("desiredCount"), lowering.flag(DESIRED_COUNT, true)) {
        (Given::Absent, Some(true)) => service,
        (Given::Absent, Some(false)) => service.constant("desiredCount", Kind::Number("1".into())),
        (Given::Absent, None) => service.given("desiredCount", Given::Unknown),
        (given, _) => service.given("desiredCount", given),
    };
    service = match is_fargate {
        true => {
            service.given("assignPublicIp", props.get("assignPublicIp")).given("vpcSubnets", props.get("taskSubnets"))
        }
        false => service.take(own, |it| matches!(it, "placementConstraints" | "placementStrategies")),
    };
    let service = service.finish();
    let service_class = if is_fargate { "aws-ecs.FargateService" } else { "aws-ecs.Ec2Service" };
    let service = inner::add(lowering, index, (place, false), service_class, "Service", Some(service));
    parts.push(("service", service));
    if let Given::Value(at) = task
        && let Some((task, _)) = lowering.construct_of(at)
    {
        parts.push(("taskDefinition", task));
    }

    // What sends requests to it.
    if let Some(balancer) = balancer {
        parts.push(("loadBalancer", balancer));
        let listener = inner::add(lowering, balancer, (place, false), listener_class, "PublicListener", None);
        let expression = inner::expression(lowering, service);
        let targets = inner::array(lowering, expression, &[expression]);
        let mut group = Assembly::new(lowering, at).given("vpc", vpc).value("targets", targets);
        group = match is_application {
            true => group
                .otherwise("protocol", props.get("targetProtocol"), Kind::Undefined)
                .given("protocolVersion", props.get("protocolVersion")),
            false => {
                let options = props.value("taskImageOptions").map(|it| lowering.props(Some(it)));
                let port = options.map_or(Given::Absent, |it| it.get("containerPort"));
                let otherwise = if props.is_absent("listenerCertificate") { "80" } else { "443" };
                group.otherwise("port", port, Kind::Number(otherwise.into()))
            }
        };
        if is_application && props.is_absent("targetProtocol") {
            group = group.constant("port", Kind::Number("80".into()));
        }
        let group = group.finish();
        let group = inner::add(lowering, listener, (place, false), group_class, "ECSGroup", Some(group));
        parts.push(("listener", listener));
        parts.push(("targetGroup", group));
    }
    if let Given::Value(at) = cluster
        && let Some((cluster, _)) = lowering.construct_of(at)
    {
        parts.push(("cluster", cluster));
    }
    lowering.constructs[index].parts = parts;
}

const DESIRED_COUNT: &str = "@aws-cdk/aws-ecs-patterns:removeDefaultDesiredCount";

/// The cluster of a pattern: the one that it is given, or one that all patterns of the stack share.
fn cluster<'a>(lowering: &mut Lowering<'a>, index: usize, props: &Props<'a>) -> Option<usize> {
    match props.get("cluster") {
        Given::Value(at) => return lowering.construct_of(at).map(|it| it.0),
        Given::Unknown => return None,
        Given::Absent => (),
    }
    let vpc = match props.get("vpc") {
        Given::Absent => String::new(),
        Given::Value(at) => lowering.constructs[lowering.construct_of(at)?.0].id.text.to_string(),
        Given::Unknown => return None,
    };
    let construct = &lowering.constructs[index];
    let (place, stack) = (construct.place, construct.place.stack);
    let id = format!("EcsDefaultClusterMnL3mNNYN{vpc}");
    let known = lowering.constructs.iter().position(|it| it.place.stack == stack && it.key == id);
    if known.is_some() {
        return known;
    }
    let options = Assembly::new(lowering, place.at).given("vpc", props.get("vpc")).finish();
    let cluster = inner::add(lowering, index, (place, false), "aws-ecs.Cluster", &id, Some(options));
    let path = lowering.scopes.stacks[stack].node.and_then(|it| lowering.path(it));
    let construct = &mut lowering.constructs[cluster];
    construct.path = path.map(|it| format!("{it}/{id}").into());
    construct.key = id.into();
    Some(cluster)
}

/// The task definition that a pattern makes of an image.
fn task<'a>(
    lowering: &mut Lowering<'a>,
    index: usize,
    (props, options): (&Props<'a>, At<'a>),
    id: &SmolStr,
    is_fargate: bool,
) -> At<'a> {
    let place = lowering.constructs[index].place;
    let (at, own) = (place.at, lowering.constructs[index].props);
    let image = lowering.props(Some(options));
    let mut task =
        Assembly::new(lowering, at).take(Some(options), |it| matches!(it, "executionRole" | "family" | "taskRole"));
    if is_fargate {
        task = task.take(own, |it| matches!(it, "cpu" | "ephemeralStorageGiB" | "memoryLimitMiB" | "runtimePlatform"));
    }
    let task = task.finish();
    let class = if is_fargate { "aws-ecs.FargateTaskDefinition" } else { "aws-ecs.Ec2TaskDefinition" };
    let task = inner::add(lowering, index, (place, false), class, "TaskDef", Some(task));

    let name = image.value("containerName").map(|it| lowering.node(it));
    let name = name.as_ref().and_then(Node::as_str).map_or_else(|| "web".into(), SmolStr::new);
    let mapping = Assembly::new(lowering, at)
        .otherwise("containerPort", image.get("containerPort"), Kind::Number("80".into()))
        .finish();
    let mappings = inner::array(lowering, mapping, &[mapping]);
    let mut container = Assembly::new(lowering, at)
        .take(Some(options), |it| OF_CONTAINERS.contains(&it))
        .given("healthCheck", props.get("healthCheck"))
        .value("portMappings", mappings);
    container = match is_fargate {
        true => container
            .given("cpu", props.get("containerCpu"))
            .given("memoryLimitMiB", props.get("containerMemoryLimitMiB")),
        false => container.take(own, |it| matches!(it, "cpu" | "memoryLimitMiB" | "memoryReservationMiB")),
    };
    let logs = match image.get("enableLogging") {
        Given::Absent => Some(true),
        Given::Value(at) => lowering.node(at).as_bool(),
        Given::Unknown => None,
    };
    container = match (image.get("logDriver"), logs) {
        (Given::Absent, Some(true)) => container.constant("streamPrefix", Kind::Text(id.clone())),
        (Given::Absent, Some(false)) => container,
        (Given::Absent, None) => container.given("logging", Given::Unknown),
        (given, _) => container.given("logging", given),
    };
    let container = container.finish();
    inner::add(lowering, task, (place, false), containers::CONTAINER, &name, Some(container));
    inner::expression(lowering, task)
}

/// Adds the resources of a pattern: its balancer and its listeners. The others are those of the constructs in it.
pub(crate) fn lower(lowering: &mut Lowering<'_>, index: usize) -> bool {
    let class = lowering.constructs[index].class.clone();
    if !is_simple(&class) {
        return false;
    }
    let part = |name| lowering.constructs[index].parts.iter().find(|it| it.0 == name).map(|it| it.1);
    let (Some(balancer), Some(listener), Some(group)) = (part("loadBalancer"), part("listener"), part("targetGroup"))
    else {
        return true;
    };
    if lowering.constructs[balancer].outer == Some(index) {
        super::lower(lowering, balancer);
        if let Some(draft) = lowering.constructs[balancer].resource {
            // The pattern's props are what people write.
            let construct = &lowering.constructs[index];
            let (origin, id) = (construct.place.at.span(), construct.id.clone());
            let draft_of = &mut lowering.drafts[draft];
            (draft_of.words, draft_of.props_index) = (class.clone(), 2);
            (draft_of.table, draft_of.construct) = (None, Some(index));
            let resource = &mut draft_of.resource;
            (resource.origin, resource.id, resource.made) = (origin, id, None);
            resource.construct = Some(class.clone());
            lowering.constructs[index].resource = Some(draft);
        }
    }
    let props = lowering.props_of(index);
    let id = lowering.constructs[index].id.span;
    let key = lowering.constructs[balancer].key.clone();
    let absent = || Node { value: Value::Absent, span: id };
    let stack = lowering.constructs[index].place.stack;
    let target = Some(target_groups::arn(lowering, group, stack, id));
    if !class.starts_with("aws-ecs-patterns.Application") {
        let has_certificate = !props.is_absent("listenerCertificate");
        let otherwise = Node::text(if has_certificate { "443" } else { "80" }, id);
        let port = inner::value_or(lowering, props.get("listenerPort"), otherwise);
        let protocol = if has_certificate { Node::unknown(id) } else { Node::text("TCP", id) };
        let certificates = if has_certificate { Node::unknown(id) } else { absent() };
        let made = MadeListener { balancer: key, protocol, port, certificates, redirects: false, target };
        add_listener(lowering, index, listener, made.properties(id));
        return true;
    }
    let made = MadeListener { target, ..application_listener(lowering, &props, "listenerPort", key.clone(), id) };
    add_listener(lowering, index, listener, made.properties(id));
    if let Given::Value(at) = props.get("redirectHTTP") {
        let node = lowering.node(at);
        if node.as_bool() == Some(true) {
            let made = MadeListener {
                balancer: key,
                protocol: Node::text("HTTP", node.span),
                port: Node::text("80", node.span),
                certificates: absent(),
                redirects: true,
                target: None,
            };
            let span = node.span;
            let draft = lowering.add(index, LISTENER, made.properties(span), &class);
            let path = lowering.constructs[balancer].path.as_ref();
            let path = path.map(|it| format!("{it}/PublicRedirectListener/Resource").into());
            lowering.drafts[draft].resource.path = path;
        }
    }
    true
}

/// Adds the listener of a pattern, which is the construct at `listener`.
fn add_listener(lowering: &mut Lowering<'_>, index: usize, listener: usize, properties: Map) {
    let class = lowering.constructs[index].class.clone();
    let draft = lowering.add(index, LISTENER, properties, &class);
    let path = lowering.constructs[listener].path.as_ref().map(|it| format!("{it}/Resource").into());
    lowering.drafts[draft].resource.path = path;
    lowering.constructs[listener].resource = Some(draft);
    lowering.constructs[listener].key = lowering.drafts[draft].resource.key.clone();
}

/// What goes beyond rows: the listeners of several balancers.
pub(crate) fn complete<'a>(lowering: &mut Lowering<'a>, index: usize, draft: usize, props: &Props<'a>) {
    let class = &lowering.constructs[index].class;
    if class.starts_with("aws-ecs-patterns.ApplicationMultiple") {
        let id = lowering.constructs[index].id.span;
        lowering.properties(draft).insert("Type", id, Node::text("application", id));
        several_balancers(lowering, index, draft, props);
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
    MadeListener { balancer, protocol, port, certificates, redirects: false, target: None }
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
