//! What invokes what: event sources and permissions of functions, subscriptions of topics, targets of rules.

use super::{MethodCall, grants, policies};
use crate::evaluate::{Given, Made, Props};
use crate::library;
use crate::lower::{Level, Lowering};
use crate::scope::At;
use model::{List, Map, Name, Node, Scalar, SmolStr, Span, Value};

pub(crate) fn apply<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>) {
    let method = &*call.method.text;
    if !matches!(
        method,
        "addEnvironment" | "addEventSource" | "addFunctionUrl" | "addPermission" | "addSubscription" | "addTarget"
    ) {
        return;
    }
    let Some((index, Level::Construct)) = lowering.construct_of(call.object) else { return };
    let is_function = grants::FUNCTIONS.contains(&&*lowering.constructs[index].class);
    match (method, &*lowering.constructs[index].class) {
        ("addEnvironment", _) if is_function => add_environment(lowering, call, index),
        ("addEventSource", _) if is_function => add_event_source(lowering, call, index),
        ("addFunctionUrl", _) if is_function => add_url(lowering, call, index),
        ("addPermission", _) if is_function => add_permission(lowering, call, index),
        ("addSubscription", "aws-sns.Topic") => add_subscription(lowering, call, index),
        ("addTarget", "aws-events.Rule") => add_target(lowering, call, index),
        _ => (),
    }
}

/// A resource that a method of the construct at `index` makes below it, with the construct id `id` where that is known.
fn add_below<'a>(
    lowering: &mut Lowering<'a>,
    call: MethodCall<'a>,
    index: usize,
    ty: &str,
    (id, path): (&str, Option<&str>),
    properties: Map,
) {
    let construct = &lowering.constructs[index];
    let (stack, class) = (construct.place.stack, construct.class.clone());
    let region = construct.place.region;
    let path = construct.path.as_ref().zip(path).map(|(it, below)| SmolStr::from(format!("{it}/{below}")));
    let wanted = format!("{}/{id}", construct.key);
    let is_certain = lowering.scopes.covers(call.place.region, region);
    let condition = lowering.condition(if is_certain { region } else { call.place.region });
    let key = lowering.key(stack, &wanted);
    let name = Name::new(id, call.method.span);
    policies::add_draft(lowering, call.place, stack, (key, name, ty), properties);
    if let Some(draft) = lowering.drafts.last_mut() {
        draft.props_index = usize::MAX;
        draft.words = SmolStr::default();
        draft.resource.construct = Some(format!("{class}.{}", call.method.text).into());
        draft.resource.path = path;
        draft.resource.condition = condition;
    }
}

/// What a prop says, or that it says nothing.
fn prop<'a>(lowering: &Lowering<'a>, props: &Props<'a>, name: &str, span: Span) -> Node {
    match props.get(name) {
        Given::Value(at) => lowering.node(at),
        Given::Absent => Node { value: Value::Absent, span },
        Given::Unknown => Node::unknown(span),
    }
}

/// The constant that a prop is.
fn constant<'a>(lowering: &Lowering<'a>, props: &Props<'a>, name: &str, span: Span) -> Node {
    let Given::Value(at) = props.get(name) else { return prop(lowering, props, name, span) };
    lowering.alternatives(at, &|at| {
        let made = lowering.made(at);
        let value = made.as_ref().and_then(|it| library::value::plain(&it.path));
        match value {
            Some(value) => Node { value, span: at.span() },
            None => match lowering.node(at) {
                node @ Node { value: Value::Scalar(_), .. } => node,
                _ => Node::unknown(at.span()),
            },
        }
    })
}

/// `fn.addEnvironment('TABLE', table.tableName)`
fn add_environment<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>, index: usize) {
    let (Some(key), Some(value)) = (call.argument(0), call.argument(1)) else { return };
    let (key, stack) = (lowering.node(key), lowering.constructs[index].place.stack);
    let node = lowering.in_stack(Some(stack), |it| it.node(value));
    match key.as_str().filter(|it| !it.contains('.')) {
        Some(name) => lowering.override_property(index, &format!("Environment.Variables.{name}"), call.place, node),
        None => lowering.override_property(index, "Environment", call.place, Node::unknown(call.span())),
    }
}

/// `fn.addPermission('Id', { principal, sourceArn })`
fn add_permission<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>, index: usize) {
    let span = call.span();
    let Some(id) = call.argument(0).map(|it| lowering.node(it)) else { return };
    let Some(props) = call.argument(1).map(|it| lowering.props(Some(it))) else { return };
    let stack = lowering.constructs[index].place.stack;
    let mut map = Map { entries: Vec::new(), open: props.open };
    let action = match props.get("action") {
        Given::Absent => Node::text("lambda:InvokeFunction", span),
        _ => prop(lowering, &props, "action", span),
    };
    map.insert("Action", action.span, action);
    map.insert("FunctionName", span, policies::attribute(lowering, index, "Arn", stack, span));
    let principal = match props.get("principal") {
        Given::Value(at) => permitted(lowering, at),
        _ => Node::unknown(span),
    };
    map.insert("Principal", principal.span, principal);
    for (name, property) in [
        ("sourceArn", "SourceArn"),
        ("sourceAccount", "SourceAccount"),
        ("eventSourceToken", "EventSourceToken"),
        ("organizationId", "PrincipalOrgID"),
    ] {
        let node = lowering.in_stack(Some(stack), |it| prop(it, &props, name, span));
        map.insert(property, node.span, node);
    }
    let auth = constant(lowering, &props, "functionUrlAuthType", span);
    map.insert("FunctionUrlAuthType", auth.span, auth);
    // The conditions of a principal may be its source.
    if map.get("Principal").is_some_and(|it| matches!(it.value, Value::Unknown)) {
        for name in ["SourceArn", "SourceAccount", "PrincipalOrgID"] {
            if map.get(name).is_some_and(|it| matches!(it.value, Value::Absent)) {
                map.insert(name, span, Node::unknown(span));
            }
        }
    }
    let id = id.as_str().map(SmolStr::new);
    let path = id.as_deref();
    add_below(lowering, call, index, "AWS::Lambda::Permission", (path.unwrap_or("Permission"), path), map);
}

/// A principal as a permission names it.
fn permitted<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Node {
    lowering.alternatives(at, &|at| {
        let Some(made) = lowering.made(at) else { return Node::unknown(at.span()) };
        match (&*made.path, made.argument(0), made.argument(1)) {
            ("aws-iam.AnyPrincipal" | "aws-iam.StarPrincipal" | "aws-iam.Anyone", ..) => Node::text("*", at.span()),
            (
                "aws-iam.ServicePrincipal" | "aws-iam.ArnPrincipal" | "aws-iam.AccountPrincipal",
                Some(argument),
                None,
            ) => lowering.node(argument),
            _ => Node::unknown(at.span()),
        }
    })
}

/// `fn.addFunctionUrl({ authType, cors })`
fn add_url<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>, index: usize) {
    let span = call.span();
    let props = lowering.props(call.argument(0));
    let stack = lowering.constructs[index].place.stack;
    let own = policies::attribute(lowering, index, "Arn", stack, span);
    let auth = match props.get("authType") {
        Given::Absent => Node::text("AWS_IAM", span),
        _ => constant(lowering, &props, "authType", span),
    };
    let mut map = Map { entries: Vec::new(), open: props.open };
    map.insert("TargetFunctionArn", span, own.clone());
    map.insert("AuthType", auth.span, auth.clone());
    let mode = constant(lowering, &props, "invokeMode", span);
    map.insert("InvokeMode", mode.span, mode);
    let cors = match props.get("cors") {
        Given::Value(at) => lowering.alternatives(at, &|at| cors(lowering, at)),
        _ => prop(lowering, &props, "cors", span),
    };
    map.insert("Cors", cors.span, cors);
    add_below(lowering, call, index, "AWS::Lambda::Url", ("FunctionUrl", Some("FunctionUrl/Resource")), map);
    if auth.as_str() == Some("NONE") {
        let mut map = Map { entries: Vec::new(), open: true };
        map.insert("Action", span, Node::text("lambda:InvokeFunctionUrl", span));
        map.insert("FunctionName", span, own);
        map.insert("FunctionUrlAuthType", auth.span, auth.clone());
        map.insert("Principal", span, Node::text("*", span));
        let id = "invoke-function-url";
        add_below(lowering, call, index, "AWS::Lambda::Permission", (id, Some(id)), map);
    }
}

fn cors<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Node {
    let span = at.span();
    let props = lowering.props(Some(at));
    let mut map = Map { entries: Vec::new(), open: props.open };
    for (name, property) in [
        ("allowedOrigins", "AllowOrigins"),
        ("allowedHeaders", "AllowHeaders"),
        ("exposedHeaders", "ExposeHeaders"),
        ("allowCredentials", "AllowCredentials"),
    ] {
        let node = prop(lowering, &props, name, span);
        map.insert(property, node.span, node);
    }
    for (name, property) in [("allowedMethods", "AllowMethods"), ("maxAge", "MaxAge")] {
        let node = match props.get(name) {
            Given::Absent => Node { value: Value::Absent, span },
            _ => Node::unknown(span),
        };
        map.insert(property, span, node);
    }
    Node { value: Value::Map(map), span }
}

/// `fn.addEventSource(new SqsEventSource(queue, { batchSize: 5 }))`
fn add_event_source<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>, index: usize) {
    let Some(made) = call.argument(0).and_then(|it| lowering.made(it)) else { return };
    let Some(kind) = made.path.strip_prefix("aws-lambda-event-sources.") else { return };
    // What reads it, the attribute that names it, and how much is read at once when nothing is said of it.
    let (method, attribute, batch) = match kind {
        "SqsEventSource" => ("grantConsumeMessages", "Arn", None),
        "DynamoEventSource" => ("grantStreamRead", "StreamArn", Some("100")),
        "KinesisEventSource" => ("grantRead", "Arn", Some("100")),
        _ => return,
    };
    let span = call.span();
    let source = made.argument(0).and_then(|it| lowering.construct_of(it)).map(|it| it.0);
    let props = lowering.props(made.argument(1));
    let stack = lowering.constructs[index].place.stack;
    let mut map = Map { entries: Vec::new(), open: true };
    let name = policies::attribute(lowering, index, "Ref", stack, span);
    map.insert("FunctionName", span, name);
    let arn = match source {
        Some(source) => policies::attribute(lowering, source, attribute, stack, span),
        None => Node::unknown(span),
    };
    map.insert("EventSourceArn", span, arn);
    for (name, property) in [
        ("batchSize", "BatchSize"),
        ("bisectBatchOnError", "BisectBatchOnFunctionError"),
        ("enabled", "Enabled"),
        ("parallelizationFactor", "ParallelizationFactor"),
        ("retryAttempts", "MaximumRetryAttempts"),
    ] {
        let node = match (prop(lowering, &props, name, span), batch) {
            (Node { value: Value::Absent, .. }, Some(batch)) if name == "batchSize" => {
                Node { value: Value::Scalar(Scalar { text: batch.into(), plain: true }), span }
            }
            (node, _) => node,
        };
        map.insert(property, node.span, node);
    }
    let position = constant(lowering, &props, "startingPosition", span);
    map.insert("StartingPosition", position.span, position);
    for (name, property) in [
        ("filters", "FilterCriteria"),
        ("maxBatchingWindow", "MaximumBatchingWindowInSeconds"),
        ("maxConcurrency", "ScalingConfig"),
        ("maxRecordAge", "MaximumRecordAgeInSeconds"),
        ("onFailure", "DestinationConfig"),
        ("reportBatchItemFailures", "FunctionResponseTypes"),
        ("tumblingWindow", "TumblingWindowInSeconds"),
    ] {
        let node = match props.get(name) {
            Given::Absent => Node { value: Value::Absent, span },
            _ => Node::unknown(span),
        };
        map.insert(property, span, node);
    }
    let id = kind.replace("Dynamo", "DynamoDB");
    add_below(lowering, call, index, "AWS::Lambda::EventSourceMapping", (&id, None), map);
    if let (Some(source), Some(holder)) = (source, policies::holder(lowering, index, None)) {
        grants::give(lowering, call, source, method, &holder);
    }
}

/// `topic.addSubscription(new EmailSubscription('me@example.com'))`
fn add_subscription<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>, index: usize) {
    let Some(made) = call.argument(0).and_then(|it| lowering.made(it)) else { return };
    let Some(kind) = made.path.strip_prefix("aws-sns-subscriptions.") else { return };
    let span = call.span();
    let stack = lowering.constructs[index].place.stack;
    let target = made.argument(0).and_then(|it| lowering.construct_of(it)).map(|it| it.0);
    let text = || made.argument(0).map_or_else(|| Node::unknown(span), |it| lowering.node(it));
    let (protocol, endpoint) = match kind {
        "EmailSubscription" => ("email", text()),
        "SmsSubscription" => ("sms", text()),
        "UrlSubscription" => {
            let node = text();
            let protocol = if node.as_str().is_some_and(|it| it.starts_with("http:")) { "http" } else { "https" };
            let is_known = node.as_str().is_some() && made.argument(1).is_none();
            (if is_known { protocol } else { "" }, node)
        }
        "SqsSubscription" => ("sqs", target_arn(lowering, target, stack, span)),
        "LambdaSubscription" => ("lambda", target_arn(lowering, target, stack, span)),
        _ => return,
    };
    let mut map = Map { entries: Vec::new(), open: true };
    let path = match (protocol, endpoint.as_str()) {
        ("email" | "sms", Some(id)) => Some(format!("{}/Resource", id.replace('/', "--"))),
        _ => None,
    };
    map.insert("Endpoint", endpoint.span, endpoint);
    let protocol = if protocol.is_empty() { Node::unknown(span) } else { Node::text(protocol, span) };
    map.insert("Protocol", span, protocol);
    map.insert("TopicArn", span, policies::attribute(lowering, index, "Ref", stack, span));
    add_below(lowering, call, index, "AWS::SNS::Subscription", ("Subscription", path.as_deref()), map);
    let from = policies::attribute(lowering, index, "Ref", stack, span);
    let Some(target) = target else { return };
    match kind {
        "SqsSubscription" => {
            allow_queue(lowering, call, target, "sns.amazonaws.com", (&["sqs:SendMessage"], "ArnEquals", from));
        }
        "LambdaSubscription" => allow_function(lowering, call, target, "sns.amazonaws.com", from),
        _ => (),
    }
}

fn target_arn(lowering: &Lowering<'_>, target: Option<usize>, stack: usize, span: Span) -> Node {
    target.map_or_else(|| Node::unknown(span), |it| policies::attribute(lowering, it, "Arn", stack, span))
}

/// `rule.addTarget(new targets.LambdaFunction(fn))`
fn add_target<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>, index: usize) {
    let span = call.span();
    let stack = lowering.constructs[index].place.stack;
    let made = call.argument(0).and_then(|it| lowering.made(it));
    let kind = made.as_ref().and_then(|it| it.path.strip_prefix("aws-events-targets.")).unwrap_or_default();
    let target = |it: &Made<'a>| it.argument(0).and_then(|it| lowering.construct_of(it)).map(|it| it.0);
    let target = made.as_ref().and_then(target);
    let attribute = if matches!(kind, "SnsTopic" | "SfnStateMachine") { "Ref" } else { "Arn" };
    let is_plain = matches!(kind, "LambdaFunction" | "SqsQueue" | "SnsTopic" | "SfnStateMachine" | "KinesisStream");
    let mut item = Map { entries: Vec::new(), open: true };
    let arn = match target.filter(|_| is_plain) {
        Some(target) => policies::attribute(lowering, target, attribute, stack, span),
        None => Node::unknown(span),
    };
    item.insert("Arn", span, arn);
    if let Some(made) = made.as_ref().filter(|_| is_plain) {
        let props = lowering.props(made.argument(1));
        for (name, path) in [("deadLetterQueue", "DeadLetterConfig"), ("retryAttempts", "RetryPolicy")] {
            let is_absent = props.is_absent(name) && (name != "retryAttempts" || props.is_absent("maxEventAge"));
            let node = if is_absent { Node { value: Value::Absent, span } } else { Node::unknown(span) };
            item.insert(path, span, node);
        }
    }
    let item = Node { value: Value::Map(item), span };
    let is_certain = lowering.scopes.covers(call.place.region, lowering.constructs[index].place.region);
    if let Some(draft) = lowering.constructs[index].resource {
        let properties = lowering.properties(draft);
        let mut list = match properties.get("Targets").map(|it| it.value.clone()) {
            Some(Value::List(list)) => list,
            Some(Value::Absent) => List::default(),
            _ => List { items: Vec::new(), open: true },
        };
        if is_certain {
            list.items.push(item);
        }
        list.open = true;
        properties.insert("Targets", span, Node { value: Value::List(list), span });
    }
    let from = policies::attribute(lowering, index, "Arn", stack, span);
    match (kind, target) {
        ("LambdaFunction", Some(target)) => allow_function(lowering, call, target, "events.amazonaws.com", from),
        ("SqsQueue", Some(target)) => {
            let actions: &[&str] = &["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"];
            allow_queue(lowering, call, target, "events.amazonaws.com", (actions, "ArnEquals", from));
        }
        _ => (),
    }
}

/// Lets a service send to a queue, from one source.
fn allow_queue<'a>(
    lowering: &mut Lowering<'a>,
    call: MethodCall<'a>,
    queue: usize,
    service: &str,
    (actions, condition, from): (&[&str], &str, Node),
) {
    let span = call.span();
    if lowering.constructs[queue].class != "aws-sqs.Queue" {
        return;
    }
    let stack = lowering.constructs[queue].place.stack;
    let mut statement = Map { entries: Vec::new(), open: true };
    let actions: Vec<Node> = actions.iter().map(|it| Node::text(*it, span)).collect();
    statement.insert("Action", span, Node { value: Value::List(List { items: actions, open: false }), span });
    statement.insert("Effect", span, Node::text("Allow", span));
    statement.insert("Principal.Service", span, Node::text(service, span));
    statement.insert("Resource", span, policies::attribute(lowering, queue, "Arn", stack, span));
    let mut source = Map::default();
    source.entries.push((Name::new("aws:SourceArn", span), from));
    statement.insert(&format!("Condition.{condition}"), span, Node { value: Value::Map(source), span });
    policies::add_to_resource(lowering, call, queue, Node { value: Value::Map(statement), span });
}

/// Lets a service invoke a function, from one source.
fn allow_function<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>, function: usize, service: &str, from: Node) {
    if !grants::FUNCTIONS.contains(&&*lowering.constructs[function].class) {
        return;
    }
    let span = call.span();
    let stack = lowering.constructs[function].place.stack;
    let mut map = Map { entries: Vec::new(), open: true };
    map.insert("Action", span, Node::text("lambda:InvokeFunction", span));
    map.insert("FunctionName", span, policies::attribute(lowering, function, "Arn", stack, span));
    map.insert("Principal", span, Node::text(service, span));
    map.insert("SourceArn", span, from);
    add_below(lowering, call, function, "AWS::Lambda::Permission", ("AllowInvoke", None), map);
}
