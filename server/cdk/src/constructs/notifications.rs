//! Notifications of buckets: `bucket.addEventNotification(type, destination, filter)`.
//!
//! The library has a custom resource put them into the bucket, once for each bucket, and lets the bucket reach what it
//! notifies.

use super::inner::{self, list, map, node};
use super::{MethodCall, policies};
use crate::evaluate::get_att;
use crate::library;
use crate::lower::{Level, Lowering};
use crate::scope::At;
use crate::unique_id::unique_id;
use model::{Map, Name, Node, SmolStr, Span, Value};

const BUCKET: &str = "aws-s3.Bucket";

/// The methods, each with the argument that is the destination, and the event where that is none of the arguments.
const METHODS: &[(&str, usize, &str)] = &[
    ("addEventNotification", 1, ""),
    ("addObjectCreatedNotification", 0, "s3:ObjectCreated:*"),
    ("addObjectRemovedNotification", 0, "s3:ObjectRemoved:*"),
];

/// True for a method that is followed here.
pub(crate) fn is_method(name: &str) -> bool {
    METHODS.iter().any(|it| it.0 == name)
}

/// What is notified.
struct Destination {
    /// The property that lists those of its kind, and the one that names it.
    list: &'static str,
    name: &'static str,
    attribute: &'static str,
    index: usize,
}

pub(crate) fn apply<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>) {
    let Some((_, position, event)) = METHODS.iter().find(|it| it.0 == call.method.text) else { return };
    let Some((bucket, Level::Construct)) = lowering.construct_of(call.object) else { return };
    if lowering.constructs[bucket].class != BUCKET {
        return;
    }
    let span = call.span();
    let destination = call.argument(*position).and_then(|it| destination(lowering, it));
    let stack = lowering.constructs[bucket].place.stack;
    let region = lowering.constructs[bucket].place.region;
    let draft = handler(lowering, call, bucket);
    if !lowering.scopes.covers(call.place.region, region) {
        let properties = lowering.properties(draft);
        properties.insert("NotificationConfiguration", span, Node::unknown(span));
    } else if let Some(destination) = &destination {
        let event = match event.is_empty() {
            true => call.argument(0).map_or_else(|| Node::unknown(span), |it| constant(lowering, it)),
            false => Node::text(*event, call.method.span),
        };
        let target = policies::attribute(lowering, destination.index, destination.attribute, stack, span);
        let filter = filter(lowering, call, position + 1);
        let entries = vec![("Events", list(vec![event], span)), ("Filter", filter), (destination.name, target)];
        add_item(lowering.properties(draft), destination.list, node(map(entries, span), span));
    } else {
        // It may be of any kind.
        open(lowering.properties(draft), span);
    }
    if let Some(destination) = destination {
        allow(lowering, call, bucket, &destination);
    }
}

/// The custom resource of the bucket, made when it is needed first.
fn handler<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>, bucket: usize) -> usize {
    let construct = &lowering.constructs[bucket];
    let (stack, wanted) = (construct.place.stack, SmolStr::from(format!("{}/Notifications", construct.key)));
    if let Some(known) = lowering.drafts.iter().position(|it| it.stack == stack && it.resource.key == wanted) {
        // By another call under a condition, or by this one.
        return known;
    }
    let span = call.span();
    let own = |attribute| policies::attribute(lowering, bucket, attribute, stack, span);
    let (name, arn) = (own("Ref"), own("Arn"));
    let shared = |below: &str| super::shared::key_of(&format!("/{}/{below}", super::shared::NOTIFICATIONS));
    let has_own_role = !lowering.props_of(bucket).is_absent("notificationsHandlerRole");
    let (role, function) = (shared("Role/Resource"), shared("Resource"));
    if let Some(role) = role.filter(|_| !has_own_role) {
        let statement = map(
            vec![
                ("Action", Node::text("s3:PutBucketNotification", span)),
                ("Effect", Node::text("Allow", span)),
                ("Resource", arn),
            ],
            span,
        );
        let properties = map(
            vec![
                ("PolicyDocument", super::iam::document_of(vec![node(statement, span)], span)),
                ("Roles", list(vec![crate::evaluate::reference(&role, span)], span)),
            ],
            span,
        );
        let properties = Map { open: true, ..properties };
        let below = "Notifications/HandlerPolicy/Resource";
        inner::resource(lowering, bucket, call.place, below, "AWS::IAM::Policy", properties);
    }
    let token = function.filter(|_| !has_own_role).map_or_else(|| Node::unknown(span), |it| get_att(&it, "Arn", span));
    let properties = map(
        vec![
            ("ServiceToken", token),
            ("BucketName", name),
            ("NotificationConfiguration", node(Map::default(), span)),
            ("Managed", Node { value: Value::Bool(true), span }),
        ],
        span,
    );
    let properties = Map { open: true, ..properties };
    let ty = "Custom::S3BucketNotifications";
    inner::resource(lowering, bucket, call.place, "Notifications/Resource", ty, properties)
}

fn destination<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Option<Destination> {
    let made = lowering.made(at)?;
    let (list, name, attribute) = match made.path.strip_prefix("aws-s3-notifications.")? {
        "LambdaDestination" => ("LambdaFunctionConfigurations", "LambdaFunctionArn", "Arn"),
        "SnsDestination" => ("TopicConfigurations", "TopicArn", "Ref"),
        "SqsDestination" => ("QueueConfigurations", "QueueArn", "Arn"),
        _ => return None,
    };
    let (index, level) = lowering.construct_of(made.argument(0)?)?;
    (level == Level::Construct).then_some(Destination { list, name, attribute, index })
}

fn constant<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Node {
    lowering.alternatives(at, &|at| {
        let value = lowering.made(at).and_then(|it| library::value::plain(&it.path));
        Node { value: value.unwrap_or(Value::Unknown), span: at.span() }
    })
}

/// The filters, which are the arguments from `first` on.
fn filter<'a>(lowering: &Lowering<'a>, call: MethodCall<'a>, first: usize) -> Node {
    let span = call.span();
    let mut rules = Vec::new();
    for index in first..call.call.arguments.len() {
        let Some(argument) = call.argument(index) else { return Node::unknown(span) };
        let props = lowering.props(Some(argument));
        if props.open {
            return Node::unknown(span);
        }
        for (prop, value) in ["suffix", "prefix"].map(|it| (it, props.value(it))) {
            if let Some(value) = value {
                let value = lowering.node(value);
                let entries = vec![("Name", Node::text(prop, value.span)), ("Value", value)];
                rules.push(node(map(entries, span), span));
            }
        }
    }
    if rules.is_empty() {
        return inner::absent(span);
    }
    let rules = node(map(vec![("FilterRules", list(rules, span))], span), span);
    node(map(vec![("Key", rules)], span), span)
}

/// Adds a notification to those of its kind.
fn add_item(properties: &mut Map, name: &str, item: Node) {
    let entry = properties.entries.iter_mut().find(|(it, _)| it.text == "NotificationConfiguration");
    let Some((_, Node { value: Value::Map(all), .. })) = entry else { return };
    match all.entries.iter_mut().find(|(it, _)| it.text == name) {
        Some((_, Node { value: Value::List(list), .. })) => list.items.push(item),
        Some(_) => (),
        None => {
            let span = item.span;
            all.entries.push((Name::new(name, span), list(vec![item], span)));
        }
    }
}

/// Says that there may be other notifications.
fn open(properties: &mut Map, span: Span) {
    properties.insert("NotificationConfiguration", span, Node::unknown(span));
}

/// Lets the bucket reach what it notifies.
fn allow<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>, bucket: usize, destination: &Destination) {
    let span = call.span();
    let stack = lowering.constructs[destination.index].place.stack;
    if destination.list == "LambdaFunctionConfigurations" {
        return allow_function(lowering, call, bucket, destination.index);
    }
    let source = policies::attribute(lowering, bucket, "Arn", stack, span);
    let own = policies::attribute(lowering, destination.index, destination.attribute, stack, span);
    let actions: &[&str] = match destination.list {
        "QueueConfigurations" => &["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"],
        _ => &["sns:Publish"],
    };
    let actions = actions.iter().map(|it| Node::text(*it, call.method.span)).collect();
    let mut statement = Map { entries: Vec::new(), open: true };
    statement.insert("Action", span, list(actions, span));
    let condition = Map { entries: vec![(Name::new("aws:SourceArn", span), source)], open: false };
    statement.insert("Condition.ArnLike", span, node(condition, span));
    statement.insert("Effect", span, Node::text("Allow", span));
    statement.insert("Principal.Service", span, Node::text("s3.amazonaws.com", span));
    statement.insert("Resource", span, own);
    policies::add_to_resource(lowering, call.place, destination.index, node(statement, span));
}

/// A permission of the function, which is below the bucket.
fn allow_function<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>, bucket: usize, function: usize) {
    let span = call.span();
    let stack = lowering.constructs[bucket].place.stack;
    let Some(id) = lowering.constructs[function].path.as_deref().and_then(unique_id) else { return };
    let below = format!("AllowBucketNotificationsTo{id}");
    let wanted = format!("{}/{below}", lowering.constructs[bucket].key);
    if lowering.drafts.iter().any(|it| it.stack == stack && it.resource.key == wanted) {
        return;
    }
    let properties = map(
        vec![
            ("Action", Node::text("lambda:InvokeFunction", span)),
            ("FunctionName", policies::attribute(lowering, function, "Arn", stack, span)),
            ("Principal", Node::text("s3.amazonaws.com", span)),
            ("SourceAccount", crate::evaluate::reference("AWS::AccountId", span)),
            ("SourceArn", policies::attribute(lowering, bucket, "Arn", stack, span)),
        ],
        span,
    );
    inner::resource(lowering, bucket, call.place, &below, "AWS::Lambda::Permission", properties);
}
