//! What invokes what: permissions and URLs of functions, subscriptions of topics.

use super::{MethodCall, grants, made, policies};
use crate::evaluate::{Given, Props};
use crate::library;
use crate::lower::{Level, Lowering};
use crate::scope::{At, Place};
use crate::unique_id::unique_id;
use model::{List, Map, Name, Node, SmolStr, Span, Value};

pub(crate) fn apply<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>) {
    let method = &*call.method.text;
    if !matches!(method, "addEnvironment" | "addFunctionUrl" | "addPermission" | "addSubscription") {
        return;
    }
    let Some((index, Level::Construct)) = lowering.construct_of(call.object) else { return };
    let is_function = grants::FUNCTIONS.contains(&&*lowering.constructs[index].class);
    match (method, &*lowering.constructs[index].class) {
        ("addEnvironment", _) if is_function => add_environment(lowering, call, index),
        ("addFunctionUrl", _) if is_function => add_url(lowering, call, index),
        ("addPermission", _) if is_function => add_permission(lowering, call, index),
        ("addSubscription", "aws-sns.Topic") => add_subscription(lowering, call, index),
        _ => (),
    }
}

/// A resource that a method of the construct at `index` makes below it, with the construct id `id` where that is known.
fn add_below<'a>(
    lowering: &mut Lowering<'a>,
    call: MethodCall<'a>,
    index: usize,
    ty: &str,
    named: (&str, Option<&str>),
    properties: Map,
) {
    let class = &lowering.constructs[index].class;
    let by = SmolStr::from(format!("{class}.{}", call.method.text));
    add_below_at(lowering, call.place, call.method.span, index, ty, named, properties);
    if let Some(draft) = lowering.drafts.last_mut() {
        draft.resource.construct = Some(by);
    }
}

/// A resource that code at `place` makes below the construct at `index`.
pub(crate) fn add_below_at<'a>(
    lowering: &mut Lowering<'a>,
    place: Place<'a>,
    name: Span,
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
    let is_certain = lowering.scopes.covers(place.region, region);
    let condition = lowering.condition(if is_certain { region } else { place.region });
    let key = lowering.key(stack, &wanted);
    let name = Name::new(id, name);
    policies::add_draft(lowering, place, stack, (key, name, ty), properties);
    if let Some(draft) = lowering.drafts.last_mut() {
        draft.props_index = usize::MAX;
        draft.words = SmolStr::default();
        draft.resource.construct = Some(class);
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

/// `topic.addSubscription(new EmailSubscription('me@example.com'))`
fn add_subscription<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>, index: usize) {
    let Some(made) = call.argument(0).and_then(|it| lowering.made(it)) else { return };
    let Some(kind) = made.path.strip_prefix("aws-sns-subscriptions.") else { return };
    let span = call.span();
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
        "SqsSubscription" => ("sqs", target_arn(lowering, target, span)),
        "LambdaSubscription" => ("lambda", target_arn(lowering, target, span)),
        _ => return,
    };
    let mut map = Map { entries: Vec::new(), open: true };
    let path = match (protocol, endpoint.as_str()) {
        ("email" | "sms" | "http" | "https", Some(id)) => Some(format!("{}/Resource", id.replace('/', "--"))),
        // Subscriptions of what only the deployment knows are numbered.
        ("email" | "sms" | "http" | "https" | "", None) if matches!(endpoint.value, Value::Call(_)) => {
            Some(format!("TokenSubscription:{}/Resource", tokens_below(lowering, index) + 1))
        }
        ("sqs", _) => id_of(lowering, index).map(|it| format!("{it}/Resource")),
        ("lambda", _) => {
            let topic = lowering.constructs[index].path.as_deref().and_then(|it| it.rsplit('/').next());
            topic.map(|it| format!("{it}/Resource"))
        }
        _ => None,
    };
    // What is told is what has the subscription.
    let of = target.unwrap_or(index);
    let stack = lowering.constructs[of].place.stack;
    map.insert("Endpoint", endpoint.span, endpoint);
    let protocol = if protocol.is_empty() { Node::unknown(span) } else { Node::text(protocol, span) };
    map.insert("Protocol", span, protocol);
    map.insert("TopicArn", span, policies::attribute(lowering, index, "Ref", stack, span));
    add_below(lowering, call, of, "AWS::SNS::Subscription", ("Subscription", path.as_deref()), map);
    let from = policies::attribute(lowering, index, "Ref", stack, span);
    let Some(target) = target else { return };
    match kind {
        "SqsSubscription" => {
            let condition = Some(("ArnEquals", "aws:SourceArn", from));
            allow_queue(lowering, call.place, target, "sns.amazonaws.com", (&["sqs:SendMessage"], condition));
        }
        "LambdaSubscription" => {
            let id = id_of(lowering, index).map(|it| format!("AllowInvoke:{it}"));
            allow_function(lowering, call.place, target, target, ("sns.amazonaws.com", id, from));
        }
        _ => (),
    }
}

/// How many subscriptions the topic at `index` numbers already.
fn tokens_below(lowering: &Lowering<'_>, index: usize) -> usize {
    let Some(path) = &lowering.constructs[index].path else { return 0 };
    let start = format!("{path}/TokenSubscription:");
    let paths = lowering.drafts.iter().filter_map(|it| it.resource.path.as_ref());
    paths.filter(|it| it.starts_with(&start)).count()
}

fn target_arn(lowering: &Lowering<'_>, target: Option<usize>, span: Span) -> Node {
    let arn = |it: usize| policies::attribute(lowering, it, "Arn", lowering.constructs[it].place.stack, span);
    target.map_or_else(|| Node::unknown(span), arn)
}

/// Lets a service send to a queue, from one source.
pub(crate) fn allow_queue<'a>(
    lowering: &mut Lowering<'a>,
    place: Place<'a>,
    queue: usize,
    service: &str,
    (actions, condition): (&[&str], Option<(&str, &str, Node)>),
) {
    let span = place.at.span();
    if lowering.constructs[queue].class != "aws-sqs.Queue" {
        return;
    }
    let stack = lowering.constructs[queue].place.stack;
    let mut statement = Map { entries: Vec::new(), open: true };
    let mut actions: Vec<Node> = actions.iter().map(|it| Node::text(*it, span)).collect();
    let action = match (actions.pop(), actions.is_empty()) {
        // The library writes a list of one as its item.
        (Some(only), true) => only,
        (last, _) => {
            actions.extend(last);
            Node { value: Value::List(List { items: actions, open: false }), span }
        }
    };
    statement.insert("Action", span, action);
    statement.insert("Effect", span, Node::text("Allow", span));
    statement.insert("Principal.Service", span, Node::text(service, span));
    statement.insert("Resource", span, policies::attribute(lowering, queue, "Arn", stack, span));
    if let Some((operator, key, value)) = condition {
        let mut source = Map::default();
        source.entries.push((Name::new(key, span), value));
        statement.insert(&format!("Condition.{operator}"), span, Node { value: Value::Map(source), span });
    }
    policies::add_to_resource(lowering, place, queue, Node { value: Value::Map(statement), span });
}

/// Lets a service invoke the function at `function`, from one source: a permission below the construct at `index`.
pub(crate) fn allow_function<'a>(
    lowering: &mut Lowering<'a>,
    place: Place<'a>,
    index: usize,
    function: usize,
    (service, id, from): (&str, Option<String>, Node),
) {
    if !grants::FUNCTIONS.contains(&&*lowering.constructs[function].class)
        && lowering.constructs[function].class != "aws-lambda.Alias"
    {
        return;
    }
    let span = place.at.span();
    let stack = lowering.constructs[index].place.stack;
    let mut map = Map { entries: Vec::new(), open: true };
    map.insert("Action", span, Node::text("lambda:InvokeFunction", span));
    map.insert("FunctionName", span, made::member(lowering, function, "functionArn", stack, span));
    map.insert("Principal", span, Node::text(service, span));
    map.insert("SourceArn", span, from);
    let wanted = ("AllowInvoke", id.as_deref());
    add_below_at(lowering, place, span, index, "AWS::Lambda::Permission", wanted, map);
}

/// The id that the library makes of the path of a construct.
pub(crate) fn id_of(lowering: &Lowering<'_>, index: usize) -> Option<String> {
    unique_id(lowering.constructs[index].path.as_deref()?)
}
