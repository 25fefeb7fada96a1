//! Constructs that methods of others make: `api.addUsagePlan('Partners', { ... })` is a `UsagePlan` below the API, with
//! the same props that the class takes.

use super::{MethodCall, attribute};
use crate::evaluate::{get_att, reference};
use crate::library;
use crate::lower::{Level, Lowering};
use crate::scope::Place;
use model::{Name, Node, SmolStr, Span, Value};

/// A method that makes a construct.
struct Maker {
    /// The classes that have it.
    owners: &'static [&'static str],
    method: &'static str,
    class: &'static str,
    id: Id,
    /// The argument that is the props.
    props: usize,
    /// The properties that the props of the class would say, and which the method says instead.
    sets: &'static [(&'static str, From)],
}

/// The id of the construct.
#[derive(Clone, Copy)]
enum Id {
    /// The first argument, with this before it.
    Argument(&'static str),
    Fixed(&'static str),
}

/// Where a method takes the value of a property from.
#[derive(Clone, Copy)]
enum From {
    /// A member of what it is called on.
    Owner(&'static str),
    /// Its first argument.
    Argument,
    Unknown,
}

const APIS: &[&str] = &["aws-apigateway.LambdaRestApi", "aws-apigateway.RestApi", "aws-apigateway.SpecRestApi"];
const POOLS: &[&str] = &["aws-cognito.UserPool"];
const POOL: &[(&str, From)] = &[("UserPoolId", From::Owner("userPoolId"))];
const LOGS: &[&str] = &["aws-logs.LogGroup"];
const LOG: &[(&str, From)] = &[("LogGroupName", From::Owner("logGroupName"))];

const MAKERS: &[Maker] = &[
    maker(APIS, "addUsagePlan", "aws-apigateway.UsagePlan", &[]),
    maker(APIS, "addApiKey", "aws-apigateway.ApiKey", &[]),
    maker(APIS, "addModel", "aws-apigateway.Model", &[("RestApiId", From::Owner("restApiId"))]),
    maker(APIS, "addRequestValidator", "aws-apigateway.RequestValidator", &[("RestApiId", From::Owner("restApiId"))]),
    maker(
        &["aws-efs.FileSystem"],
        "addAccessPoint",
        "aws-efs.AccessPoint",
        &[("FileSystemId", From::Owner("fileSystemId"))],
    ),
    maker(POOLS, "addClient", "aws-cognito.UserPoolClient", POOL),
    maker(POOLS, "addDomain", "aws-cognito.UserPoolDomain", POOL),
    maker(LOGS, "addMetricFilter", "aws-logs.MetricFilter", LOG),
    maker(LOGS, "addStream", "aws-logs.LogStream", LOG),
    maker(LOGS, "addSubscriptionFilter", "aws-logs.SubscriptionFilter", LOG),
    maker(&["aws-events.EventBus"], "archive", "aws-events.Archive", &[("SourceArn", From::Owner("eventBusArn"))]),
    maker(&["aws-apigatewayv2.HttpApi"], "addStage", "aws-apigatewayv2.HttpStage", &[("ApiId", From::Owner("apiId"))]),
    maker(
        super::grants::FUNCTIONS,
        "addEventSourceMapping",
        "aws-lambda.EventSourceMapping",
        &[("FunctionName", From::Owner("functionName"))],
    ),
    Maker {
        id: Id::Argument("Alias"),
        ..maker(
            super::grants::FUNCTIONS,
            "addAlias",
            "aws-lambda.Alias",
            &[
                ("Name", From::Argument),
                ("FunctionName", From::Owner("functionName")),
                ("FunctionVersion", From::Unknown),
            ],
        )
    },
    Maker {
        id: Id::Fixed("EventInvokeConfig"),
        props: 0,
        ..maker(
            super::grants::FUNCTIONS,
            "configureAsyncInvoke",
            "aws-lambda.EventInvokeConfig",
            &[("FunctionName", From::Owner("functionName")), ("Qualifier", From::Unknown)],
        )
    },
];

const fn maker(
    owners: &'static [&'static str],
    method: &'static str,
    class: &'static str,
    sets: &'static [(&'static str, From)],
) -> Maker {
    Maker { owners, method, class, id: Id::Argument(""), props: 1, sets }
}

impl Maker {
    fn of(class: &str, method: &str) -> Option<&'static Maker> {
        MAKERS.iter().find(|it| it.method == method && it.owners.contains(&class))
    }
}

/// Finds the constructs that calls make.
pub(crate) fn find_parts<'a>(lowering: &mut Lowering<'a>, calls: &[Place<'a>]) {
    for place in calls {
        let Some(call) = MethodCall::of(*place) else { continue };
        if !MAKERS.iter().any(|it| it.method == call.method.text) {
            continue;
        }
        let Some((owner, Level::Construct)) = lowering.construct_of(call.object) else { continue };
        let Some(maker) = Maker::of(&lowering.constructs[owner].class, &call.method.text) else { continue };
        let id = match maker.id {
            Id::Fixed(id) => Name::new(id, call.method.span),
            Id::Argument(before) => {
                let Some(argument) = call.argument(0) else { continue };
                let id = lowering.id(argument);
                Name::new(format!("{before}{}", id.text), id.span)
            }
        };
        let is_known = match maker.id {
            Id::Fixed(_) => true,
            Id::Argument(_) => call.argument(0).is_some_and(|it| lowering.node(it).as_str().is_some()),
        };
        let construct = &lowering.constructs[owner];
        let place = Place { stack: construct.place.stack, ..*place };
        let key = format!("{}/{}", construct.key, id.text);
        let path = construct.path.as_ref().filter(|_| is_known).map(|it| SmolStr::from(format!("{it}/{}", id.text)));
        let props = call.argument(maker.props);
        let index = lowering.add_part(place, maker.class, id, call.method.span, props, (&key, path));
        lowering.stands_for(place.at, index);
        lowering.owners.insert(index, owner);
    }
}

/// Gives the resource of a construct that a method made what the method says of it.
pub(crate) fn complete(lowering: &mut Lowering<'_>, index: usize, draft: usize) {
    let Some(owner) = lowering.owners.get(&index).copied() else { return };
    let Some(call) = MethodCall::of(lowering.constructs[index].place) else { return };
    let Some(maker) = Maker::of(&lowering.constructs[owner].class, &call.method.text) else { return };
    lowering.drafts[draft].props_index = maker.props;
    let stack = lowering.constructs[index].place.stack;
    for (property, from) in maker.sets {
        let node = match from {
            From::Owner(name) => member(lowering, owner, name, stack, call.span()),
            From::Argument => call.argument(0).map_or_else(|| Node::unknown(call.span()), |it| lowering.node(it)),
            From::Unknown => Node::unknown(call.span()),
        };
        lowering.properties(draft).insert(property, node.span, node);
    }
}

/// What the member `name` of the construct at `index` is for code in `stack`.
pub(crate) fn member(lowering: &Lowering<'_>, index: usize, name: &str, stack: usize, span: Span) -> Node {
    let construct = &lowering.constructs[index];
    if construct.place.stack != stack {
        return Node::unknown(span);
    }
    if let Some(node) = library::member(lowering, index, name, span) {
        return node;
    }
    match attribute::of_construct(&construct.class, name) {
        Some(attribute::Attribute::Ref) => reference(&construct.key, span),
        Some(attribute::Attribute::Of(attribute)) => get_att(&construct.key, &attribute, span),
        None => Node { value: Value::Unknown, span },
    }
}
