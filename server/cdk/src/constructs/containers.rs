//! The containers of task definitions, where they log to, and what starting them needs.

use super::inner::{self, absent, converted_or, list, node, value_or};
use super::policies::{self, Holder};
use super::target_groups::constant;
use super::{MethodCall, iam};
use crate::ast::Element;
use crate::evaluate::{Given, Props, reference};
use crate::library::value::{self, seconds};
use crate::lower::{Level, Lowering, sub};
use crate::scope::{At, Place};
use crate::table::{self, Form};
use model::{List, Map, Name, Node, Part, Scalar, SmolStr, Span, Value};

pub(crate) const CONTAINER: &str = "aws-ecs.ContainerDefinition";

/// Props that a container has as they are.
const SAME: &[(&str, &str)] = &[
    ("command", "Command"),
    ("cpu", "Cpu"),
    ("disableNetworking", "DisableNetworking"),
    ("dnsSearchDomains", "DnsSearchDomains"),
    ("dnsServers", "DnsServers"),
    ("dockerLabels", "DockerLabels"),
    ("dockerSecurityOptions", "DockerSecurityOptions"),
    ("entryPoint", "EntryPoint"),
    ("hostname", "Hostname"),
    ("interactive", "Interactive"),
    ("memoryLimitMiB", "Memory"),
    ("memoryReservationMiB", "MemoryReservation"),
    ("privileged", "Privileged"),
    ("pseudoTerminal", "PseudoTerminal"),
    ("readonlyRootFilesystem", "ReadonlyRootFilesystem"),
    ("user", "User"),
    ("workingDirectory", "WorkingDirectory"),
];

/// True for a class of task definitions.
pub(crate) fn is_task(class: &str) -> bool {
    matches!(class, "aws-ecs.FargateTaskDefinition" | "aws-ecs.Ec2TaskDefinition" | "aws-ecs.TaskDefinition")
}

/// `task.addContainer('web', { ... })`
pub(crate) fn find_part<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>) {
    if call.method.text != "addContainer" {
        return;
    }
    let Some((task, Level::Construct)) = lowering.construct_of(call.object) else { return };
    let Some(id) = call.argument(0).filter(|_| is_task(&lowering.constructs[task].class)) else { return };
    if let Some(id) = lowering.node(id).as_str().map(SmolStr::new) {
        inner::add(lowering, task, (call.place, true), CONTAINER, &id, call.argument(1));
    }
}

/// Gives task definitions their containers.
pub(crate) fn complete(lowering: &mut Lowering<'_>) {
    for task in 0..lowering.constructs.len() {
        if !is_task(&lowering.constructs[task].class) {
            continue;
        }
        let containers = containers_of(lowering, task);
        let Some(draft) = lowering.constructs[task].resource.filter(|_| !containers.is_empty()) else { continue };
        let region = lowering.constructs[task].place.region;
        let mut items = Vec::new();
        for index in containers {
            let place = lowering.constructs[index].place;
            let item = container(lowering, task, index);
            if lowering.scopes.covers(place.region, region) {
                items.push(item);
            }
        }
        let span = lowering.constructs[task].id.span;
        let all = Node { value: Value::List(List { items, open: true }), span };
        table::insert(lowering.properties(draft), "ContainerDefinitions", span, all);
    }
}

/// The containers of a task definition, in the order in which they are added.
fn containers_of(lowering: &Lowering<'_>, task: usize) -> Vec<usize> {
    let is_its = |index: &usize| {
        let it = &lowering.constructs[*index];
        it.class == CONTAINER && it.outer == Some(task)
    };
    (0..lowering.constructs.len()).filter(is_its).collect()
}

/// The name and the port of the container that requests go to, where that is the first one; of the one that is called
/// `wanted`, where somebody says that.
pub(crate) fn target(lowering: &Lowering<'_>, task: usize, wanted: Option<&str>, span: Span) -> (Node, Node) {
    for index in containers_of(lowering, task) {
        let props = lowering.props_of(index);
        let name = name(lowering, index, &props);
        let is_it = match wanted {
            Some(wanted) => match name.as_str() {
                Some(name) => name == wanted,
                None => break,
            },
            None => match props.get("essential") {
                Given::Absent => true,
                Given::Value(at) => match lowering.node(at).as_bool() {
                    Some(it) => it,
                    None => break,
                },
                Given::Unknown => break,
            },
        };
        if is_it {
            let ports = port_mappings(lowering, task, index, &props);
            let port = ports.as_list().and_then(|it| it.items.first()).and_then(|it| it.get("ContainerPort"));
            return (name, port.cloned().unwrap_or_else(|| Node::unknown(span)));
        }
    }
    let name = wanted.map_or_else(|| Node::unknown(span), |it| Node::text(it, span));
    (name, Node::unknown(span))
}

fn name<'a>(lowering: &Lowering<'a>, index: usize, props: &Props<'a>) -> Node {
    let id = &lowering.constructs[index].id;
    value_or(lowering, props.get("containerName"), Node::text(id.text.clone(), id.span))
}

/// The definition of a container, with what it makes beside itself.
fn container(lowering: &mut Lowering<'_>, task: usize, index: usize) -> Node {
    let construct = &lowering.constructs[index];
    let (place, span) = (construct.place, construct.id.span);
    let (stack, props) = (construct.place.stack, lowering.props_of(index));
    let mut map = Map { entries: Vec::new(), open: true };
    let mut statements = Vec::new();
    let lowered = lowering.in_stack(Some(stack), |lowering| {
        let image = image(lowering, &props, span, &mut statements);
        let essential = Node { value: Value::Bool(true), span };
        let mut all = vec![
            ("Name", name(lowering, index, &props)),
            ("Image", image),
            ("Essential", value_or(lowering, props.get("essential"), essential)),
            ("PortMappings", port_mappings(lowering, task, index, &props)),
            ("Environment", environment(lowering, index, &props, span)),
            ("HealthCheck", converted_or(lowering, props.get("healthCheck"), absent(span), |it| health(lowering, it))),
        ];
        for (prop, name) in SAME {
            all.push((*name, value_or(lowering, props.get(prop), absent(span))));
        }
        for (prop, name) in [("startTimeout", "StartTimeout"), ("stopTimeout", "StopTimeout")] {
            all.push((name, converted_or(lowering, props.get(prop), absent(span), |it| in_seconds(lowering, it))));
        }
        all
    });
    for (name, node) in lowered {
        if !matches!(node.value, Value::Absent) {
            map.insert(name, node.span, node);
        }
    }
    let logging = logging(lowering, index, &props, &mut statements);
    if !matches!(logging.value, Value::Absent) {
        map.insert("LogConfiguration", logging.span, logging);
    }
    let secrets = lowering.in_stack(Some(stack), |it| secrets(it, index, &props, span, &mut statements));
    if !matches!(secrets.value, Value::Absent) {
        map.insert("Secrets", secrets.span, secrets);
    }
    if !statements.is_empty()
        && let Some(role) = execution_role(lowering, task, place)
    {
        for statement in statements {
            policies::add_statement(lowering, place, &role, span, statement);
        }
    }
    node(map, span)
}

/// The calls of a method of the container at `index`.
fn calls<'a>(lowering: &Lowering<'a>, index: usize, method: &str) -> Vec<MethodCall<'a>> {
    let called = lowering.methods.get(&index);
    if !called.is_some_and(|it| it.iter().any(|it| it.text == method)) {
        return Vec::new();
    }
    let calls = lowering.scopes.calls.iter().filter_map(|it| MethodCall::of(*it));
    calls
        .filter(|it| it.method.text == method && lowering.construct_of(it.object).is_some_and(|it| it.0 == index))
        .collect()
}

fn is_certain(lowering: &Lowering<'_>, index: usize, call: &MethodCall<'_>) -> bool {
    lowering.scopes.covers(call.place.region, lowering.constructs[index].place.region)
}

fn port_mappings<'a>(lowering: &Lowering<'a>, task: usize, index: usize, props: &Props<'a>) -> Node {
    let span = lowering.constructs[index].id.span;
    let mut out = List::default();
    let mode =
        lowering.constructs[task].resource.and_then(|it| lowering.drafts[it].resource.properties.get("NetworkMode"));
    let is_bridge = mode.map(|it| it.as_str() == Some("bridge"));
    let mut mappings = Vec::new();
    match props.get("portMappings") {
        Given::Absent => (),
        Given::Unknown => out.open = true,
        Given::Value(at) => match lowering.scopes.items(at) {
            Some(items) => mappings.extend(items),
            None => out.open = true,
        },
    }
    for call in calls(lowering, index, "addPortMappings") {
        for element in &call.call.arguments {
            match element {
                Element::Item(expression) if is_certain(lowering, index, &call) => {
                    mappings.push(At { expression, frame: call.place.at.frame });
                }
                _ => out.open = true,
            }
        }
    }
    for at in mappings {
        let (props, span) = (lowering.props(Some(at)), at.span());
        let host = match is_bridge {
            Some(false) => absent(span),
            Some(true) => Node { value: Value::Scalar(Scalar { text: "0".into(), plain: true }), span },
            None => Node::unknown(span),
        };
        let mut map = inner::map(
            vec![
                ("ContainerPort", value_or(lowering, props.get("containerPort"), absent(span))),
                ("HostPort", value_or(lowering, props.get("hostPort"), host)),
                ("Name", value_or(lowering, props.get("name"), absent(span))),
                (
                    "Protocol",
                    converted_or(lowering, props.get("protocol"), Node::text("tcp", span), |it| constant(lowering, it)),
                ),
            ],
            span,
        );
        map.open = true;
        out.items.push(node(map, span));
    }
    if out.items.is_empty() && !out.open {
        return absent(span);
    }
    Node { value: Value::List(out), span }
}

fn environment<'a>(lowering: &Lowering<'a>, index: usize, props: &Props<'a>, span: Span) -> Node {
    let variable = |name: Node, value: Node, span| node(inner::map(vec![("Name", name), ("Value", value)], span), span);
    let mut out = List::default();
    match props.get("environment") {
        Given::Absent => (),
        Given::Unknown => out.open = true,
        Given::Value(at) => {
            let all = lowering.props(Some(at));
            out.open |= all.open;
            for (name, value) in all.iter() {
                let value = value.map_or_else(|| Node::unknown(name.span), |it| lowering.node(it));
                out.items.push(variable(Node::text(name.text.clone(), name.span), value, name.span));
            }
        }
    }
    for call in calls(lowering, index, "addEnvironment") {
        match (call.argument(0), call.argument(1)) {
            (Some(name), Some(value)) if is_certain(lowering, index, &call) => {
                out.items.push(variable(lowering.node(name), lowering.node(value), call.span()));
            }
            _ => out.open = true,
        }
    }
    if out.items.is_empty() && !out.open {
        return absent(span);
    }
    Node { value: Value::List(out), span }
}

fn in_seconds<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Node {
    match seconds(lowering, at) {
        Some(it) => Node { value: value::number(it), span: at.span() },
        None => Node::unknown(at.span()),
    }
}

fn health<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Node {
    let span = at.span();
    let props = lowering.props(Some(at));
    let number = |text: &str| Node { value: Value::Scalar(Scalar { text: text.into(), plain: true }), span };
    let duration = |prop, otherwise| converted_or(lowering, props.get(prop), otherwise, |it| in_seconds(lowering, it));
    let command = converted_or(lowering, props.get("command"), Node::unknown(span), |it| command(lowering.node(it)));
    let entries = vec![
        ("Command", command),
        ("Interval", duration("interval", number("30"))),
        ("Retries", value_or(lowering, props.get("retries"), number("3"))),
        ("StartPeriod", duration("startPeriod", absent(span))),
        ("Timeout", duration("timeout", number("5"))),
    ];
    node(inner::map(entries, span), span)
}

/// A command that does not say how it is to be run is given to a shell where it is one text, else run as it is.
fn command(mut command: Node) -> Node {
    let span = command.span;
    let Value::List(list) = &mut command.value else { return Node::unknown(span) };
    let first = list.items.first().map(|it| (it.as_str().map(SmolStr::new), it.span));
    match (first, list.items.len()) {
        _ if list.open => return Node::unknown(span),
        (Some((Some(first), _)), length) if length > 1 && matches!(&*first, "CMD" | "CMD-SHELL") => (),
        (Some((_, span)), 1) => list.items.insert(0, Node::text("CMD-SHELL", span)),
        (Some((Some(_), span)), _) => list.items.insert(0, Node::text("CMD", span)),
        _ => return Node::unknown(span),
    }
    command
}

fn statement(actions: &[&str], resource: Node) -> Node {
    let span = resource.span;
    let actions = list(actions.iter().map(|it| Node::text(*it, span)).collect(), span);
    let entries = vec![("Action", actions), ("Effect", Node::text("Allow", span)), ("Resource", resource)];
    node(inner::map(entries, span), span)
}

/// The image of a container, and what has to be allowed for it to be pulled.
fn image<'a>(lowering: &Lowering<'a>, props: &Props<'a>, span: Span, statements: &mut Vec<Node>) -> Node {
    let Given::Value(at) = props.get("image") else { return Node::unknown(span) };
    let span = at.span();
    let Some(made) = lowering.made(at) else { return Node::unknown(span) };
    let Some(class) = made.path.strip_prefix("aws-ecs.") else { return Node::unknown(span) };
    let repository = match class {
        "ContainerImage.fromRegistry" | "RepositoryImage" => {
            return made.argument(0).map_or_else(|| Node::unknown(span), |it| lowering.node(it));
        }
        "ContainerImage.fromEcrRepository" | "EcrImage" => match made.argument(0) {
            Some(repository) => table::value(lowering, Form::Reference("Arn"), repository),
            None => return Node::unknown(span),
        },
        "ContainerImage.fromAsset" | "ContainerImage.fromDockerImageAsset" | "AssetImage" => Node::unknown(span),
        _ => return Node::unknown(span),
    };
    let pull = ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"];
    statements.push(statement(&pull, repository));
    statements.push(statement(&["ecr:GetAuthorizationToken"], Node::text("*", span)));
    Node::unknown(span)
}

/// Where a container logs to; a group of its own where it is given none.
fn logging<'a>(lowering: &mut Lowering<'a>, index: usize, props: &Props<'a>, statements: &mut Vec<Node>) -> Node {
    let construct = &lowering.constructs[index];
    let (place, span) = (construct.place, construct.id.span);
    let stack = Some(construct.place.stack);
    let options = match props.get("logging") {
        Given::Absent => match props.get("streamPrefix") {
            Given::Value(_) => props.clone(),
            Given::Absent => return absent(span),
            Given::Unknown => return Node::unknown(span),
        },
        Given::Unknown => return Node::unknown(span),
        Given::Value(at) => match lowering.made(at) {
            Some(made) => match &*made.path {
                "aws-ecs.LogDrivers.awsLogs" | "aws-ecs.LogDriver.awsLogs" | "aws-ecs.AwsLogDriver" => {
                    lowering.props(made.argument(0))
                }
                _ => return Node::unknown(span),
            },
            None => return Node::unknown(span),
        },
    };
    let (group, arn) = match options.get("logGroup") {
        Given::Value(at) => {
            lowering.in_stack(stack, |it| ["Ref", "Arn"].map(|name| table::value(it, Form::Reference(name), at)))
        }
        Given::Unknown => [Node::unknown(span), Node::unknown(span)],
        Given::Absent => {
            let days = converted_or(lowering, options.get("logRetention"), absent(span), |it| {
                let node = constant(lowering, it);
                // As long as possible is said by saying nothing.
                if node.as_str() == Some("9999") { absent(node.span) } else { node }
            });
            let properties = Map { open: true, ..inner::map(vec![("RetentionInDays", days)], span) };
            let draft = inner::resource(lowering, index, place, "LogGroup/Resource", "AWS::Logs::LogGroup", properties);
            for name in ["DeletionPolicy", "UpdateReplacePolicy"] {
                lowering.drafts[draft].resource.attributes.insert(name, span, Node::text("Retain", span));
            }
            ["Ref", "Arn"].map(|name| inner::reference_to(lowering, draft, name, span))
        }
    }
    .into();
    statements.push(statement(&["logs:CreateLogStream", "logs:PutLogEvents"], arn));
    let entries = vec![
        ("awslogs-group", group),
        ("awslogs-stream-prefix", value_or(lowering, options.get("streamPrefix"), absent(span))),
        ("awslogs-region", reference("AWS::Region", span)),
        ("awslogs-datetime-format", value_or(lowering, options.get("datetimeFormat"), absent(span))),
        ("awslogs-multiline-pattern", value_or(lowering, options.get("multilinePattern"), absent(span))),
        ("mode", converted_or(lowering, options.get("mode"), absent(span), |it| constant(lowering, it))),
    ];
    let mut config = inner::map(entries, span);
    config.open = true;
    let entries = vec![("LogDriver", Node::text("awslogs", span)), ("Options", node(config, span))];
    node(inner::map(entries, span), span)
}

fn secrets<'a>(
    lowering: &Lowering<'a>,
    index: usize,
    props: &Props<'a>,
    span: Span,
    statements: &mut Vec<Node>,
) -> Node {
    let mut out = List::default();
    let mut all: Vec<(Node, At<'a>)> = Vec::new();
    match props.get("secrets") {
        Given::Absent => (),
        Given::Unknown => out.open = true,
        Given::Value(at) => {
            let given = lowering.props(Some(at));
            out.open |= given.open;
            for (name, value) in given.iter() {
                match value {
                    Some(at) => all.push((Node::text(name.text.clone(), name.span), at)),
                    None => out.open = true,
                }
            }
        }
    }
    for call in calls(lowering, index, "addSecret") {
        match (call.argument(0), call.argument(1)) {
            (Some(name), Some(value)) if is_certain(lowering, index, &call) => all.push((lowering.node(name), value)),
            _ => out.open = true,
        }
    }
    for (name, at) in all {
        let span = name.span;
        let value = secret(lowering, at, statements);
        out.items.push(node(inner::map(vec![("Name", name), ("ValueFrom", value)], span), span));
    }
    if out.items.is_empty() && !out.open {
        return absent(span);
    }
    Node { value: Value::List(out), span }
}

/// What a secret of a container is called where it is kept, and what has to be allowed for it to be read.
fn secret<'a>(lowering: &Lowering<'a>, at: At<'a>, statements: &mut Vec<Node>) -> Node {
    let span = at.span();
    let Some(made) = lowering.made(at) else { return Node::unknown(span) };
    let Some(kept) = made.argument(0) else { return Node::unknown(span) };
    match &*made.path {
        "aws-ecs.Secret.fromSecretsManager" => {
            let arn = table::value(lowering, Form::Reference("Ref"), kept);
            let read = ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"];
            statements.push(statement(&read, arn.clone()));
            match made.argument(1).map(|it| lowering.node(it)) {
                None => arn,
                _ if matches!(arn.value, Value::Unknown) => arn,
                Some(field) => {
                    let field = match field.as_str() {
                        Some(field) => Part::Text(Name::new(format!(":{field}::"), span)),
                        None => return Node::unknown(span),
                    };
                    sub(vec![Part::Value(arn), field], span)
                }
            }
        }
        "aws-ecs.Secret.fromSsmParameter" => {
            let read = ["ssm:DescribeParameters", "ssm:GetParameters", "ssm:GetParameter", "ssm:GetParameterHistory"];
            statements.push(statement(&read, Node::unknown(span)));
            Node::unknown(span)
        }
        _ => Node::unknown(span),
    }
}

/// The role that starts the containers of a task: the one that it is given, or one of its own.
fn execution_role<'a>(lowering: &mut Lowering<'a>, task: usize, place: Place<'a>) -> Option<Holder> {
    match lowering.props_of(task).get("executionRole") {
        Given::Value(at) => return policies::holder_at(lowering, at),
        Given::Unknown => return None,
        Given::Absent => (),
    }
    if let Some(role) = policies::holder(lowering, task, Some("executionRole")) {
        return Some(role);
    }
    let span = lowering.constructs[task].id.span;
    let mut principal = Map::default();
    principal.insert("Service", span, Node::text("ecs-tasks.amazonaws.com", span));
    let entries = vec![
        ("Action", Node::text("sts:AssumeRole", span)),
        ("Effect", Node::text("Allow", span)),
        ("Principal", node(principal, span)),
    ];
    let statements = List { items: vec![node(inner::map(entries, span), span)], open: true };
    let mut properties = Map { entries: Vec::new(), open: true };
    properties.insert("AssumeRolePolicyDocument", span, iam::whole(statements, span));
    let role = inner::resource(lowering, task, place, "ExecutionRole/Resource", "AWS::IAM::Role", properties);
    let is_certain =
        lowering.drafts[role].resource.condition == lowering.condition(lowering.constructs[task].place.region);
    let arn = if is_certain { inner::reference_to(lowering, role, "Arn", span) } else { Node::unknown(span) };
    if let Some(draft) = lowering.constructs[task].resource {
        table::insert(lowering.properties(draft), "ExecutionRoleArn", span, arn);
    }
    policies::holder(lowering, task, Some("executionRole"))
}

/// Methods that need the role which starts the containers.
pub(crate) fn find_roles(lowering: &mut Lowering<'_>) {
    for task in 0..lowering.constructs.len() {
        if !is_task(&lowering.constructs[task].class) {
            continue;
        }
        let called = lowering.methods.get(&task).into_iter().flatten();
        let needs =
            called.into_iter().any(|it| matches!(&*it.text, "addToExecutionRolePolicy" | "obtainExecutionRole"));
        let place = lowering.constructs[task].place;
        if needs {
            execution_role(lowering, task, place);
        }
    }
}
