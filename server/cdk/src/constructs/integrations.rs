//! What answers methods of REST APIs.

use super::made;
use super::rest_api::{Integration, is_on};
use crate::evaluate::{Given, Props, reference};
use crate::library;
use crate::lower::{Level, Lowering, sub};
use crate::scope::At;
use model::{Map, Name, Node, Part, SmolStr, Span, Value};

/// A function that answers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Function<'a> {
    pub(crate) handler: At<'a>,
    /// Each method is allowed by itself to invoke it.
    pub(crate) is_scoped: Option<bool>,
    /// The console may invoke it too.
    pub(crate) is_testable: Option<bool>,
}

/// The `Integration` of a method in `stack`, and the function that answers, where one of the program does.
pub(crate) fn render<'a>(
    lowering: &Lowering<'a>,
    integration: Integration<'a>,
    stack: usize,
    span: Span,
) -> (Node, Option<Function<'a>>) {
    let at = match integration {
        Integration::Function { handler: Given::Value(handler), options } => {
            let at = match options {
                Given::Value(at) => Some(at),
                Given::Absent | Given::Unknown => None,
            };
            let mut props = lowering.props(at);
            props.open |= matches!(options, Given::Unknown);
            return of_function(lowering, handler, &props, stack, span);
        }
        Integration::Function { .. } | Integration::Given(Given::Unknown) => return (Node::unknown(span), None),
        Integration::Given(Given::Absent) => return (node(vec![("Type", Node::text("MOCK", span))], span), None),
        Integration::Given(Given::Value(at)) => at,
    };
    let Some(made) = lowering.made(at) else { return (Node::unknown(at.span()), None) };
    let span = at.span();
    let text = |it: &str| Node::text(it, span);
    let given = |props: &Props<'a>, name: &str, default: &str| match props.get(name) {
        Given::Absent => Node::text(default, span),
        Given::Value(at) => lowering.in_stack(Some(stack), |it| it.node(at)),
        Given::Unknown => Node::unknown(span),
    };
    let mut entries = Vec::new();
    let options = match made.path.strip_prefix("aws-apigateway.") {
        Some("LambdaIntegration") => {
            let Some(handler) = made.argument(0) else { return (Node::unknown(span), None) };
            let props = lowering.props(made.argument(1));
            return of_function(lowering, handler, &props, stack, span);
        }
        Some("MockIntegration") => {
            entries.push(("Type", text("MOCK")));
            made.argument(0)
        }
        Some("HttpIntegration") => {
            let props = lowering.props(made.argument(1));
            let ty = match is_on(lowering, props.get("proxy"), true) {
                Some(true) => text("HTTP_PROXY"),
                Some(false) => text("HTTP"),
                None => Node::unknown(span),
            };
            entries.push(("Type", ty));
            entries.push(("IntegrationHttpMethod", given(&props, "httpMethod", "GET")));
            let uri = made.argument(0).map(|at| lowering.in_stack(Some(stack), |it| it.node(at)));
            entries.push(("Uri", uri.unwrap_or_else(|| Node::unknown(span))));
            props.value("options")
        }
        Some("AwsIntegration") => {
            let props = lowering.props(made.argument(0));
            let ty = match is_on(lowering, props.get("proxy"), false) {
                Some(true) => text("AWS_PROXY"),
                Some(false) => text("AWS"),
                None => Node::unknown(span),
            };
            entries.push(("Type", ty));
            entries.push(("IntegrationHttpMethod", given(&props, "integrationHttpMethod", "POST")));
            entries.push(("Uri", service_uri(lowering, &props, stack, span)));
            props.value("options")
        }
        Some("Integration") => {
            let props = lowering.props(made.argument(0));
            for (name, property) in
                [("type", "Type"), ("integrationHttpMethod", "IntegrationHttpMethod"), ("uri", "Uri")]
            {
                if let Some(at) = props.value(name) {
                    entries.push((property, lowering.in_stack(Some(stack), |it| it.node(at))));
                }
            }
            props.value("options")
        }
        _ => return (Node::unknown(span), None),
    };
    let mut integration = node(entries, span);
    put_options(lowering, &mut integration, &lowering.props(options), stack);
    (integration, None)
}

fn node(entries: Vec<(&str, Node)>, span: Span) -> Node {
    let entries = entries.into_iter().map(|(name, node)| (Name::new(name, node.span), node)).collect();
    Node { value: Value::Map(Map { entries, open: true }), span }
}

fn of_function<'a>(
    lowering: &Lowering<'a>,
    handler: At<'a>,
    props: &Props<'a>,
    stack: usize,
    span: Span,
) -> (Node, Option<Function<'a>>) {
    let ty = match is_on(lowering, props.get("proxy"), true) {
        Some(true) => Node::text("AWS_PROXY", span),
        Some(false) => Node::text("AWS", span),
        None => Node::unknown(span),
    };
    let arn = function_arn(lowering, handler, stack, span);
    let is_streamed = !props.is_absent("responseTransferMode");
    let uri = match arn.value {
        Value::Call(_) if !is_streamed => {
            let text = |it: &str| Part::Text(Name::new(it, span));
            sub(
                vec![
                    text("arn:"),
                    Part::Value(reference("AWS::Partition", span)),
                    text(":apigateway:"),
                    Part::Value(reference("AWS::Region", span)),
                    text(":lambda:path/2015-03-31/functions/"),
                    Part::Value(arn),
                    text("/invocations"),
                ],
                span,
            )
        }
        _ => Node::unknown(span),
    };
    let entries = vec![("Type", ty), ("IntegrationHttpMethod", Node::text("POST", span)), ("Uri", uri)];
    let mut integration = node(entries, span);
    put_options(lowering, &mut integration, props, stack);
    let is_known = lowering.construct_of(handler).is_some_and(|(index, level)| {
        let class = &*lowering.constructs[index].class;
        level == Level::Construct && (super::grants::FUNCTIONS.contains(&class) || class == "aws-lambda.Alias")
    });
    let function = Function {
        handler,
        is_scoped: is_on(lowering, props.get("scopePermissionToMethod"), true),
        is_testable: is_on(lowering, props.get("allowTestInvoke"), true),
    };
    (integration, is_known.then_some(function))
}

/// The ARN by which the function at `at` is invoked.
pub(crate) fn function_arn<'a>(lowering: &Lowering<'a>, at: At<'a>, stack: usize, span: Span) -> Node {
    match lowering.construct_of(at) {
        Some((index, Level::Construct)) => made::member(lowering, index, "functionArn", stack, span),
        _ => Node::unknown(span),
    }
}

/// `arn:aws:apigateway:eu-central-1:sqs:path/123456789012/orders`
fn service_uri<'a>(lowering: &Lowering<'a>, props: &Props<'a>, stack: usize, span: Span) -> Node {
    let text = |it: &str| Part::Text(Name::new(it, span));
    let value = |at: At<'a>| match lowering.in_stack(Some(stack), |it| it.node(at)) {
        Node { value: Value::Scalar(it), span } => Some(vec![Part::Text(Name::new(it.text, span))]),
        Node { value: Value::Call(call), span } => Some(match *call {
            model::Call::Sub(parts) => parts,
            call => vec![Part::Value(Node { value: Value::Call(Box::new(call)), span })],
        }),
        _ => None,
    };
    let parts = || {
        let mut parts = vec![text("arn:"), Part::Value(reference("AWS::Partition", span)), text(":apigateway:")];
        match props.get("region") {
            Given::Absent => parts.push(Part::Value(reference("AWS::Region", span))),
            Given::Value(at) => parts.extend(value(at)?),
            Given::Unknown => return None,
        }
        parts.push(text(":"));
        match props.get("subdomain") {
            Given::Absent => (),
            Given::Value(at) => {
                parts.extend(value(at)?);
                parts.push(text("."));
            }
            Given::Unknown => return None,
        }
        parts.extend(value(props.value("service")?)?);
        match (props.get("path"), props.get("action")) {
            (Given::Value(at), Given::Absent) => {
                parts.push(text(":path/"));
                parts.extend(value(at)?);
            }
            (Given::Absent, Given::Value(at)) if props.is_absent("actionParameters") => {
                parts.push(text(":action/"));
                parts.extend(value(at)?);
            }
            _ => return None,
        }
        Some(parts)
    };
    parts().map_or_else(|| Node::unknown(span), |it| sub(it, span))
}

/// The options that all integrations have.
const OPTIONS: &[(&str, &str)] = &[
    ("cacheKeyParameters", "CacheKeyParameters"),
    ("cacheNamespace", "CacheNamespace"),
    ("connectionType", "ConnectionType"),
    ("contentHandling", "ContentHandling"),
    ("passthroughBehavior", "PassthroughBehavior"),
    ("requestParameters", "RequestParameters"),
    ("requestTemplates", "RequestTemplates"),
];

/// The members of a response, as props and as properties.
const RESPONSE: &[(&str, &str)] = &[
    ("contentHandling", "ContentHandling"),
    ("responseParameters", "ResponseParameters"),
    ("responseTemplates", "ResponseTemplates"),
    ("selectionPattern", "SelectionPattern"),
    ("statusCode", "StatusCode"),
];

fn put_options<'a>(lowering: &Lowering<'a>, integration: &mut Node, props: &Props<'a>, stack: usize) {
    let Value::Map(map) = &mut integration.value else { return };
    let span = integration.span;
    let absent = || Node { value: Value::Absent, span };
    let node = |given: Given<'a>| match given {
        Given::Value(at) => lowering.in_stack(Some(stack), |it| it.node(at)),
        Given::Absent => absent(),
        Given::Unknown => Node::unknown(span),
    };
    for (name, property) in OPTIONS {
        let node = node(props.get(name));
        map.insert(property, node.span, node);
    }
    let rename = |key: &SmolStr, path: &[SmolStr]| match RESPONSE.iter().find(|it| it.0 == key) {
        Some((_, property)) if path.is_empty() => SmolStr::new(property),
        _ => key.clone(),
    };
    let responses = match props.get("integrationResponses") {
        Given::Value(at) => lowering.in_stack(Some(stack), |it| it.node_renamed(at, &rename)),
        given => node(given),
    };
    map.insert("IntegrationResponses", responses.span, responses);
    let timeout = match props.get("timeout") {
        Given::Value(at) => match library::value::seconds(lowering, at) {
            Some(seconds) => Node::text((seconds * 1000.0).to_string(), at.span()),
            None => Node::unknown(at.span()),
        },
        given => node(given),
    };
    map.insert("TimeoutInMillis", timeout.span, timeout);
    let credentials = match (props.get("credentialsRole"), props.get("credentialsPassthrough")) {
        (Given::Absent, Given::Absent) => absent(),
        (Given::Value(at), _) => match lowering.construct_of(at) {
            Some((index, Level::Construct)) => made::member(lowering, index, "roleArn", stack, at.span()),
            _ => Node::unknown(at.span()),
        },
        _ => Node::unknown(span),
    };
    map.insert("Credentials", credentials.span, credentials);
    let connection = match props.get("vpcLink") {
        Given::Value(at) => match lowering.construct_of(at) {
            Some((index, Level::Construct)) => made::member(lowering, index, "vpcLinkId", stack, at.span()),
            _ => Node::unknown(at.span()),
        },
        given => node(given),
    };
    map.insert("ConnectionId", connection.span, connection);
}
