//! What functions read from: `fn.addEventSource(new SqsEventSource(queue, { batchSize: 5 }))`.

use super::{MethodCall, events, grants, made, policies};
use crate::evaluate::{Given, Made};
use crate::lower::{Level, Lowering};
use crate::scope::Place;
use model::{Name, Node, Scalar, SmolStr, Value};

const MAPPING: &str = "aws-lambda.EventSourceMapping";

/// A kind of source.
struct Source {
    class: &'static str,
    /// What the id of the mapping begins with.
    id: &'static str,
    /// The member of what it reads that names it.
    arn: &'static str,
    /// What lets the function read.
    grant: &'static str,
    /// How much is read at once when nothing is said of it.
    batch: Option<&'static str>,
}

const SOURCES: &[Source] = &[
    Source {
        class: "aws-lambda-event-sources.SqsEventSource",
        id: "SqsEventSource",
        arn: "queueArn",
        grant: "grantConsumeMessages",
        batch: None,
    },
    Source {
        class: "aws-lambda-event-sources.DynamoEventSource",
        id: "DynamoDBEventSource",
        arn: "tableStreamArn",
        grant: "grantStreamRead",
        batch: Some("100"),
    },
    Source {
        class: "aws-lambda-event-sources.KinesisEventSource",
        id: "KinesisEventSource",
        arn: "streamArn",
        grant: "grantRead",
        batch: Some("100"),
    },
];

/// The source that a call adds.
fn source_of<'a>(lowering: &Lowering<'a>, call: MethodCall<'a>) -> Option<(Made<'a>, &'static Source)> {
    if call.method.text != "addEventSource" {
        return None;
    }
    let made = lowering.made(call.argument(0)?)?;
    let source = SOURCES.iter().find(|it| it.class == made.path)?;
    Some((made, source))
}

/// Finds the mappings that calls make.
pub(crate) fn find_parts<'a>(lowering: &mut Lowering<'a>, calls: &[Place<'a>]) {
    for call in calls.iter().filter_map(|it| MethodCall::of(*it)) {
        let Some((made, source)) = source_of(lowering, call) else { continue };
        let Some((function, Level::Construct)) = lowering.construct_of(call.object) else { continue };
        let construct = &lowering.constructs[function];
        if !grants::FUNCTIONS.contains(&&*construct.class) {
            continue;
        }
        let from = made.argument(0).and_then(|it| lowering.construct_of(it));
        let id = from.and_then(|(it, _)| events::id_of(lowering, it));
        let path = construct.path.as_ref().zip(id);
        let path = path.map(|(path, id)| SmolStr::from(format!("{path}/{}:{id}", source.id)));
        let key = format!("{}/{}", construct.key, source.id);
        let place = Place { stack: construct.place.stack, ..call.place };
        let name = Name::new(source.id, call.method.span);
        let props = made.argument(1);
        let index = lowering.add_part(place, MAPPING, name, call.method.span, props, (&key, path));
        lowering.owners.insert(index, function);
    }
}

/// Adds what the source says beside its props, and lets the function read.
pub(crate) fn complete(lowering: &mut Lowering<'_>, index: usize, draft: usize) {
    let Some(function) = lowering.owners.get(&index).copied() else { return };
    let Some(call) = MethodCall::of(lowering.constructs[index].place) else { return };
    let Some((made, source)) = source_of(lowering, call) else { return };
    let span = call.span();
    let stack = lowering.constructs[index].place.stack;
    let from = made.argument(0).and_then(|it| lowering.construct_of(it)).map(|it| it.0);
    let arn = from.map_or_else(|| Node::unknown(span), |it| made::member(lowering, it, source.arn, stack, span));
    let name = made::member(lowering, function, "functionName", stack, span);
    let props = lowering.props_of(index);
    let failures = match props.get("onFailure") {
        Given::Absent => None,
        Given::Value(at) => {
            let made = lowering.made(at);
            let to = made.as_ref().and_then(|it| it.argument(0)).and_then(|it| lowering.construct_of(it));
            let member = match made.as_ref().and_then(|it| it.path.strip_prefix("aws-lambda-event-sources.")) {
                Some("SqsDlq") => "queueArn",
                Some("SnsDlq") => "topicArn",
                Some("S3OnFailureDestination") => "bucketArn",
                _ => "",
            };
            let to = to.filter(|_| !member.is_empty());
            Some(to.map_or_else(|| Node::unknown(span), |it| made::member(lowering, it.0, member, stack, span)))
        }
        Given::Unknown => Some(Node::unknown(span)),
    };
    let is_unsaid = props.is_absent("batchSize");
    let properties = lowering.properties(draft);
    properties.insert("FunctionName", span, name);
    properties.insert("EventSourceArn", span, arn);
    if let Some(batch) = source.batch.filter(|_| is_unsaid) {
        let value = Value::Scalar(Scalar { text: batch.into(), plain: true });
        properties.insert("BatchSize", span, Node { value, span });
    }
    if let Some(to) = failures {
        properties.insert("DestinationConfig.OnFailure.Destination", span, to);
    }
    // Its props are in another call than its own.
    lowering.drafts[draft].props_index = usize::MAX;
    lowering.drafts[draft].words = SmolStr::default();
}

/// Lets a function read from the source that `call` adds.
pub(crate) fn apply<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>) {
    let Some((made, source)) = source_of(lowering, call) else { return };
    let Some((function, Level::Construct)) = lowering.construct_of(call.object) else { return };
    let from = made.argument(0).and_then(|it| lowering.construct_of(it));
    if let (Some((from, Level::Construct)), Some(holder)) = (from, policies::holder(lowering, function, None)) {
        grants::give(lowering, call, from, source.grant, &holder);
    }
}
