//! Alarms: what they watch, and what they do.

use super::{MethodCall, grants, made};
use crate::ast::Kind;
use crate::evaluate::{Given, Props, reference};
use crate::library;
use crate::lower::{Level, Lowering};
use crate::scope::{At, Place};
use model::{List, Map, Name, Node, Scalar, Span, Value};

const ALARM: &str = "aws-cloudwatch.Alarm";
/// Metrics are changed by `with` no more often than this.
const MAX_CHANGES: usize = 8;

/// A metric that a construct has ready.
struct Ready {
    classes: &'static [&'static str],
    method: &'static str,
    name: &'static str,
    statistic: &'static str,
}

/// The namespace and the dimension of what constructs have ready, with the member that is its value.
const KINDS: &[(&[&str], &str, &str, &str)] = &[
    (grants::FUNCTIONS, "AWS/Lambda", "FunctionName", "functionName"),
    (QUEUES, "AWS/SQS", "QueueName", "queueName"),
    (TOPICS, "AWS/SNS", "TopicName", "topicName"),
    (MACHINES, "AWS/States", "StateMachineArn", "stateMachineArn"),
];

const QUEUES: &[&str] = &["aws-sqs.Queue"];
const TOPICS: &[&str] = &["aws-sns.Topic"];
const MACHINES: &[&str] = &["aws-stepfunctions.StateMachine"];

const READY: &[Ready] = &[
    ready(grants::FUNCTIONS, "metricDuration", "Duration", "Average"),
    ready(grants::FUNCTIONS, "metricErrors", "Errors", "Sum"),
    ready(grants::FUNCTIONS, "metricInvocations", "Invocations", "Sum"),
    ready(grants::FUNCTIONS, "metricThrottles", "Throttles", "Sum"),
    ready(QUEUES, "metricApproximateAgeOfOldestMessage", "ApproximateAgeOfOldestMessage", "Maximum"),
    ready(QUEUES, "metricApproximateNumberOfMessagesDelayed", "ApproximateNumberOfMessagesDelayed", "Maximum"),
    ready(QUEUES, "metricApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesNotVisible", "Maximum"),
    ready(QUEUES, "metricApproximateNumberOfMessagesVisible", "ApproximateNumberOfMessagesVisible", "Maximum"),
    ready(QUEUES, "metricNumberOfEmptyReceives", "NumberOfEmptyReceives", "Sum"),
    ready(QUEUES, "metricNumberOfMessagesDeleted", "NumberOfMessagesDeleted", "Sum"),
    ready(QUEUES, "metricNumberOfMessagesReceived", "NumberOfMessagesReceived", "Sum"),
    ready(QUEUES, "metricNumberOfMessagesSent", "NumberOfMessagesSent", "Sum"),
    ready(QUEUES, "metricSentMessageSize", "SentMessageSize", "Average"),
    ready(TOPICS, "metricNumberOfMessagesPublished", "NumberOfMessagesPublished", "Sum"),
    ready(TOPICS, "metricNumberOfNotificationsDelivered", "NumberOfNotificationsDelivered", "Sum"),
    ready(TOPICS, "metricNumberOfNotificationsFailed", "NumberOfNotificationsFailed", "Sum"),
    ready(MACHINES, "metricAborted", "ExecutionsAborted", "Sum"),
    ready(MACHINES, "metricFailed", "ExecutionsFailed", "Sum"),
    ready(MACHINES, "metricStarted", "ExecutionsStarted", "Sum"),
    ready(MACHINES, "metricSucceeded", "ExecutionsSucceeded", "Sum"),
    ready(MACHINES, "metricThrottled", "ExecutionThrottled", "Sum"),
    ready(MACHINES, "metricTime", "ExecutionTime", "Average"),
    ready(MACHINES, "metricTimedOut", "ExecutionsTimedOut", "Sum"),
];

const fn ready(
    classes: &'static [&'static str],
    method: &'static str,
    name: &'static str,
    statistic: &'static str,
) -> Ready {
    Ready { classes, method, name, statistic }
}

/// The methods that give an alarm something to do, and the property that says so.
const ACTIONS: &[(&str, &str)] = &[
    ("addAlarmAction", "AlarmActions"),
    ("addInsufficientDataAction", "InsufficientDataActions"),
    ("addOkAction", "OKActions"),
];

/// Finds the alarms that metrics make: `queue.metricErrors().createAlarm(this, 'Errors', { ... })`.
pub(crate) fn find_parts<'a>(lowering: &mut Lowering<'a>, calls: &[Place<'a>]) {
    for call in calls.iter().filter_map(|it| MethodCall::of(*it)) {
        if call.method.text != "createAlarm" || lowering.construct_of(call.object).is_some() {
            continue;
        }
        let (Some(scope), Some(id)) = (call.argument(0), call.argument(1)) else { continue };
        let node = lowering.scopes.scope_node(scope);
        let stack = node.map_or(call.place.stack, |it| lowering.scopes.nodes[it].stack);
        let is_known = lowering.node(id).as_str().is_some();
        let id = lowering.id(id);
        let path = node.filter(|_| is_known).and_then(|it| lowering.path(it));
        let path = path.map(|it| format!("{it}/{}", id.text).into());
        let (key, props) = (id.text.clone(), call.argument(2));
        let place = Place { stack, ..call.place };
        let index = lowering.add_part(place, ALARM, id, call.method.span, props, (&key, path));
        lowering.stands_for(place.at, index);
    }
}

/// Adds what an alarm watches.
pub(crate) fn complete(lowering: &mut Lowering<'_>, index: usize, draft: usize) {
    if lowering.constructs[index].class != ALARM {
        return;
    }
    let props = lowering.props_of(index);
    let span = lowering.constructs[index].id.span;
    let stack = lowering.constructs[index].place.stack;
    let of_call = MethodCall::of(lowering.constructs[index].place).filter(|it| it.method.text == "createAlarm");
    if of_call.is_some() {
        lowering.drafts[draft].props_index = 2;
    }
    let metric = match of_call {
        // What changes the metric is deprecated here.
        Some(call) if props.is_absent("period") && props.is_absent("statistic") => Some(call.object),
        Some(_) => None,
        None => props.value("metric"),
    };
    let found = metric.and_then(|it| metric_at(lowering, it, stack, span));
    let properties = lowering.properties(draft);
    match found {
        Some(found) => {
            for (name, node) in found.entries {
                properties.entries.retain(|(it, _)| it.text != name.text);
                properties.entries.push((name, node));
            }
        }
        None if of_call.is_some() => {
            for name in ["Namespace", "MetricName", "Dimensions", "Period", "Statistic", "ExtendedStatistic", "Metrics"]
            {
                properties.insert(name, span, Node::unknown(span));
            }
            properties.insert("Unit", span, Node::unknown(span));
        }
        None => (),
    }
}

/// Whether it is the metric itself, or one with changes.
fn metric_at<'a>(lowering: &Lowering<'a>, at: At<'a>, stack: usize, span: Span) -> Option<Map> {
    let mut changes: Vec<Props<'a>> = Vec::new();
    let mut at = lowering.scopes.follow(at);
    while changes.len() < MAX_CHANGES {
        if let Some(made) = lowering.made(at) {
            if made.path != "aws-cloudwatch.Metric" {
                return None;
            }
            let props = lowering.props(made.argument(0));
            let dimensions = match props.get("dimensionsMap") {
                Given::Absent if props.is_absent("dimensions") => Node { value: Value::Absent, span },
                Given::Value(at) => dimensions(lowering, at, stack),
                _ => Node::unknown(span),
            };
            let [namespace, name] = ["namespace", "metricName"]
                .map(|it| props.value(it).map_or_else(|| Node::unknown(span), |at| lowering.node(at)));
            changes.push(props);
            return render(lowering, &changes, (namespace, name, dimensions, "Average"), span);
        }
        let Kind::Call(call) = &at.expression.kind else { return None };
        let Kind::Member { object, property, .. } = &call.callee.kind else { return None };
        let object = At { expression: object, frame: at.frame };
        let options = crate::ast::Expression::argument(&call.arguments, 0);
        let options = lowering.props(options.map(|expression| At { expression, frame: at.frame }));
        changes.push(options);
        if property.text == "with" {
            at = lowering.scopes.follow(object);
            continue;
        }
        let (index, Level::Construct) = lowering.construct_of(object)? else { return None };
        let class = &*lowering.constructs[index].class;
        let ready = READY.iter().find(|it| it.method == property.text && it.classes.contains(&class))?;
        let kind = KINDS.iter().find(|it| it.0.contains(&class))?;
        let value = made::member(lowering, index, kind.3, stack, span);
        let dimension = dimension(Name::new(kind.2, span), value);
        let dimensions = Node { value: Value::List(List { items: vec![dimension], open: false }), span };
        let known = (Node::text(kind.1, span), Node::text(ready.name, span), dimensions, ready.statistic);
        return render(lowering, &changes, known, span);
    }
    None
}

/// The properties of an alarm for a metric with these changes, the last of them first made.
fn render<'a>(
    lowering: &Lowering<'a>,
    changes: &[Props<'a>],
    (namespace, name, dimensions, statistic): (Node, Node, Node, &str),
    span: Span,
) -> Option<Map> {
    let get = |name: &str| {
        let given = changes.iter().map(|it| it.get(name)).find(|it| !matches!(it, Given::Absent));
        given.unwrap_or(Given::Absent)
    };
    // These make a list of metrics of it.
    let is_other = |name: &&str| !matches!(get(name), Given::Absent);
    if ["account", "id", "label", "region", "stackAccount", "stackRegion"].iter().any(is_other) {
        return None;
    }
    let mut map = Map::default();
    let is_changed = changes.len() > 1 && (is_other(&"dimensionsMap") || is_other(&"dimensions"));
    let is_own = changes.len() == 1 && !matches!(dimensions.value, Value::Absent);
    let dimensions = if is_changed && !is_own { Node::unknown(span) } else { dimensions };
    map.insert("Namespace", namespace.span, namespace);
    map.insert("MetricName", name.span, name);
    map.insert("Dimensions", span, dimensions);
    let period = match get("period") {
        Given::Absent => number("300", span),
        Given::Value(at) => match library::value::seconds(lowering, at) {
            Some(seconds) => number(&seconds.to_string(), at.span()),
            None => Node::unknown(at.span()),
        },
        Given::Unknown => Node::unknown(span),
    };
    map.insert("Period", period.span, period);
    let statistic = match get("statistic") {
        Given::Absent => Node::text(statistic, span),
        Given::Value(at) => lowering.node(at),
        Given::Unknown => Node::unknown(span),
    };
    let (plain, extended) = statistics(statistic);
    map.insert("Statistic", plain.span, plain);
    map.insert("ExtendedStatistic", extended.span, extended);
    let unit = match get("unit") {
        Given::Absent => Node { value: Value::Absent, span },
        Given::Value(at) => lowering.node(at),
        Given::Unknown => Node::unknown(span),
    };
    map.insert("Unit", unit.span, unit);
    Some(map)
}

fn number(text: &str, span: Span) -> Node {
    Node { value: Value::Scalar(Scalar { text: text.into(), plain: true }), span }
}

/// A statistic as `Statistic` and `ExtendedStatistic`.
fn statistics(node: Node) -> (Node, Node) {
    let span = node.span;
    let Some(text) = node.as_str() else { return (Node::unknown(span), Node::unknown(span)) };
    let lower = text.to_lowercase();
    let plain = match &*lower {
        "average" | "avg" => "Average",
        "maximum" | "max" => "Maximum",
        "minimum" | "min" => "Minimum",
        "n" | "samplecount" => "SampleCount",
        "sum" => "Sum",
        _ => "",
    };
    let absent = Node { value: Value::Absent, span };
    if !plain.is_empty() {
        return (Node::text(plain, span), absent);
    }
    let is_percentile = lower.strip_prefix('p').is_some_and(|it| it.parse::<f64>().is_ok());
    if is_percentile { (absent, Node::text(lower, span)) } else { (Node::unknown(span), Node::unknown(span)) }
}

/// The dimensions at `at`, in the order of their names.
fn dimensions<'a>(lowering: &Lowering<'a>, at: At<'a>, stack: usize) -> Node {
    let props = lowering.props(Some(at));
    let mut items: Vec<(&Name, Node)> = Vec::new();
    for (name, value) in props.iter() {
        let node =
            value.map_or_else(|| Node::unknown(name.span), |at| lowering.in_stack(Some(stack), |it| it.node(at)));
        items.push((name, node));
    }
    items.sort_by(|a, b| a.0.text.cmp(&b.0.text));
    let items = items.into_iter().map(|(name, node)| dimension(name.clone(), node)).collect();
    Node { value: Value::List(List { items, open: props.open }), span: at.span() }
}

fn dimension(name: Name, value: Node) -> Node {
    let span = name.span;
    let mut map = Map::default();
    map.insert("Name", span, Node::text(name.text, span));
    map.insert("Value", value.span, value);
    Node { value: Value::Map(map), span }
}

/// Adds what a call has an alarm do.
pub(crate) fn apply<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>) {
    let Some((_, property)) = ACTIONS.iter().find(|it| it.0 == call.method.text) else { return };
    let Some((index, Level::Construct)) = lowering.construct_of(call.object) else { return };
    let construct = &lowering.constructs[index];
    if construct.class != ALARM {
        return;
    }
    let (stack, region) = (construct.place.stack, construct.place.region);
    let Some(draft) = construct.resource else { return };
    let is_certain = lowering.scopes.covers(call.place.region, region);
    let mut list = match lowering.properties(draft).get(property).map(|it| it.value.clone()) {
        Some(Value::List(list)) => list,
        _ => List { items: Vec::new(), open: true },
    };
    for position in 0..call.call.arguments.len() {
        let Some(argument) = call.argument(position) else { continue };
        let made = lowering.made(argument);
        let topic = made.as_ref().filter(|it| it.path == "aws-cloudwatch-actions.SnsAction");
        let topic = topic.and_then(|it| it.argument(0)).and_then(|it| lowering.construct_of(it));
        let node = match topic {
            Some((topic, Level::Construct)) => made::member(lowering, topic, "topicArn", stack, argument.span()),
            Some((topic, Level::Resource)) => reference(&lowering.constructs[topic].key, argument.span()),
            None => Node::unknown(argument.span()),
        };
        if is_certain {
            list.items.push(node);
        }
    }
    list.open = true;
    let span = call.span();
    lowering.properties(draft).insert(property, span, Node { value: Value::List(list), span });
}
