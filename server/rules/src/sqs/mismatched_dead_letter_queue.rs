use crate::facts::related;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// The dead-letter queue of a FIFO queue is none itself, or the other way round.
    ///
    /// Amazon SQS refuses it: what fails in a FIFO queue goes to a FIFO queue, what fails in a standard queue to a standard
    /// queue. See "Dead-letter queues" in the Amazon SQS Developer Guide.
    name: "sqs-mismatched-dead-letter-queue",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3502"],
    founding: [],
    check: Check::Resources(&["AWS::SQS::Queue"], check),
}

fn check(queue: &ResourceView<'_>, cx: &mut Context<'_>) {
    let policy = queue.property("RedrivePolicy.deadLetterTargetArn");
    if policy.target().is_none() {
        return;
    }
    let Some(queue) = related::itself(queue, cx) else { return };
    let policy = queue.property("RedrivePolicy.deadLetterTargetArn");
    let Some(other) = related::resource(&policy, "AWS::SQS::Queue", cx) else { return };
    let (Some(is_fifo), Some(other_is_fifo)) = (is_fifo(&queue), is_fifo(&other)) else { return };
    let Some(span) = policy.span().filter(|_| is_fifo != other_is_fifo) else { return };
    let kind = |it: bool| if it { "a FIFO queue" } else { "a standard queue" };
    let message = format!(
        "`{}` is {}, and its dead-letter queue `{}` is {}: Amazon SQS wants both of one kind.",
        queue.id.text,
        kind(is_fifo),
        other.id.text,
        kind(other_is_fifo)
    );
    cx.report(span, message).related(other.id.span, "the dead-letter queue");
}

fn is_fifo(queue: &ResourceView<'_>) -> Option<bool> {
    let property = queue.property("FifoQueue");
    match () {
        () if property.is("true") => Some(true),
        () if property.is_absent() || property.is("false") => Some(false),
        () => None,
    }
}
