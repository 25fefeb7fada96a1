use crate::facts::related;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A queue and the function that reads it do not fit together.
    ///
    /// While a function works on messages they are hidden from others for the queue's `VisibilityTimeout`, 30 seconds unless
    /// the queue says otherwise. A function that may run longer (`Timeout`) would get the same messages again while it works:
    /// AWS Lambda refuses the mapping. Of a FIFO queue at most 10 messages are read at once. See "Using Lambda with Amazon
    /// SQS" in the AWS Lambda Developer Guide.
    ///
    /// ## What is not reported
    ///
    /// Functions and queues of other stacks, and numbers that are not known before deployment.
    ///
    /// ## Fix
    ///
    /// Gives the queue six times the time of the function, as AWS recommends, or the mapping the largest batch.
    name: "lambda-mismatched-queue",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3505", "cfn_lint:E3705"],
    founding: [],
    check: Check::Resources(&["AWS::Lambda::EventSourceMapping"], check),
}

/// The seconds that a function may run, and that a queue hides a message, unless they say otherwise.
const DEFAULT_TIMEOUT: i64 = 3;
const DEFAULT_VISIBILITY: i64 = 30;
/// A message can be hidden for 12 hours at most.
const MAX_VISIBILITY: i64 = 43_200;
const MAX_BATCH: i64 = 10;

fn check(mapping: &ResourceView<'_>, cx: &mut Context<'_>) {
    let source = mapping.property("EventSourceArn");
    if source.target().is_none() {
        return;
    }
    let Some(mapping) = related::itself(mapping, cx) else { return };
    let Some(queue) = related::resource(&mapping.property("EventSourceArn"), "AWS::SQS::Queue", cx) else { return };
    let batch = mapping.property("BatchSize");
    if queue.property("FifoQueue").is("true")
        && let Some((size, span)) = batch.as_int().zip(batch.span()).filter(|it| it.0 > MAX_BATCH)
    {
        let message = format!(
            "`{}` is a FIFO queue: at most {MAX_BATCH} messages are read of it at once, not {size}.",
            queue.id.text
        );
        cx.report(span, message)
            .related(queue.id.span, "the queue")
            .fix(format!("Read {MAX_BATCH}"), vec![batch.set(Literal::Number(MAX_BATCH))]);
    }
    let Some(function) = related::resource(&mapping.property("FunctionName"), "AWS::Lambda::Function", cx) else {
        return;
    };
    let timeout = function.property("Timeout");
    let hidden = queue.property("VisibilityTimeout");
    let number = |it: &Property<'_>, default: i64| if it.is_absent() { Some(default) } else { it.as_int() };
    let (Some(runs), Some(hides)) = (number(&timeout, DEFAULT_TIMEOUT), number(&hidden, DEFAULT_VISIBILITY)) else {
        return;
    };
    if hides >= runs {
        return;
    }
    let message = format!(
        "`{}` hides a message for {hides} seconds, and `{}` may work on it for {runs}: AWS Lambda refuses that. Hide messages \
         for longer, six times as long at best.",
        queue.id.text, function.id.text
    );
    let wanted = (runs * 6).clamp(runs, MAX_VISIBILITY);
    cx.report(hidden.span().unwrap_or(queue.id.span), message)
        .about(queue.resource())
        .related(timeout.span().unwrap_or(function.id.span), "the function")
        .fix(format!("Hide messages for {wanted} seconds"), vec![hidden.set(Literal::Number(wanted))]);
}
