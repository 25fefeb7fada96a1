use crate::facts::names::free_name;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// What cannot be processed goes round in a queue until it expires, and is lost then.
    ///
    /// A queue has no `RedrivePolicy` and is no dead-letter queue itself.
    ///
    /// ## Why
    ///
    /// A message that its consumer fails on becomes visible again and is tried again, until its retention period ends and it is
    /// deleted: nobody sees it, and until then it takes up the consumer's time and money (in a FIFO queue it holds back
    /// all others of its group). A dead-letter queue takes such messages out after a number of attempts, to be looked at and
    /// sent again. See "Using dead-letter queues in Amazon SQS" in the Amazon SQS Developer Guide.
    ///
    /// ## What is not reported
    ///
    /// - A queue that is a dead-letter queue: one that a redrive policy, a dead-letter configuration or an on-failure
    ///   destination of the stack names, one with a `RedriveAllowPolicy`, and one whose name says so (`OrdersDLQ`,
    ///   `orders-dead-letter`), which may serve other stacks.
    /// - A queue that is handed to a nested stack or to something that is not known, which may use it as one.
    /// - A policy that only some deployments have, or that is not known before deployment.
    ///
    /// ## Fix
    ///
    /// Adds a queue that keeps what failed for 14 days, of the same kind and encrypted in the same way, and moves messages there
    /// after 5 attempts. Whoever sends messages back must look at the new queue, so this is applied only on request.
    name: "sqs-queue-without-dlq",
    category: Reliability,
    severity: Info,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    aliases: [
        "cdk_nag:SQSQueueDLQ",
        "cdk_nag:AwsSolutions-SQS3",
        "cdk_nag:SQSRedrivePolicy",
        "cdk_nag:Serverless-SQSRedrivePolicy",
    ],
    founding: ["F37"],
    check: Check::Resources(&[QUEUE], check),
}

const QUEUE: &str = "AWS::SQS::Queue";
/// How often something is tried, which is what the examples of AWS have most often.
const ATTEMPTS: i64 = 5;
/// The longest that a queue keeps anything: 14 days.
const RETENTION: i64 = 1_209_600;
/// What a dead-letter queue has in common with the queue that it is for.
const SHARED: [&str; 4] = ["FifoQueue", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled"];

fn check(queue: &ResourceView<'_>, cx: &mut Context<'_>) {
    let policy = queue.property("RedrivePolicy");
    let is_own = queue.made.is_none() || cx.source() == Source::Cdk;
    if !policy.is_absent() || queue.property("RedriveAllowPolicy").may_be_set() || !is_own || is_called_so(queue) {
        return;
    }
    if cx.is_open() || cx.dependents(&queue.key).any(|it| may_send_failures(it, &queue.key)) {
        return;
    }
    let message = format!(
        "What cannot be processed stays in `{}` until it expires and is lost then, unseen. Give the queue a dead-letter queue.",
        queue.id.text
    );
    let fix = cx.wants_fixes().then(|| fix(queue, cx.stack()));
    let draft = cx.report(queue.id.span, message);
    if let Some((changes, intent)) = fix {
        draft.fix_as(Unsafe, "Add a dead-letter queue", changes, Some(intent));
    }
}

/// True for a queue whose name says that it is for what failed.
fn is_called_so(queue: &ResourceView<'_>) -> bool {
    let says_so = |name: &str| {
        let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        ["dlq", "deadletter", "redrive", "failed", "failure"].iter().any(|it| name.contains(it))
    };
    let names = queue.property("QueueName").texts();
    says_so(&queue.id.text) || names.iter().any(|it| says_so(&it.render(|_| String::new())))
}

/// True when a resource may send to the queue what failed elsewhere.
fn may_send_failures(resource: &Resource, queue: &str) -> bool {
    resource.key != queue
        && (resource.ty.text == "AWS::CloudFormation::Stack" || names_below(&resource.properties, queue, false, 0))
}

/// True when the queue is named below a property that is about failures: `RedrivePolicy`, `DeadLetterConfig`, `OnFailure`.
fn names_below(node: &Node, queue: &str, is_about_failures: bool, depth: u32) -> bool {
    const MAX_DEPTH: u32 = 64;
    if depth > MAX_DEPTH {
        return false;
    }
    let below = |it: &Node, about: bool| names_below(it, queue, is_about_failures || about, depth + 1);
    match &node.value {
        Value::Map(map) => map.entries.iter().any(|(name, it)| {
            let name = name.text.to_ascii_lowercase();
            below(it, ["deadletter", "redrive", "onfailure", "dlq"].iter().any(|it| name.contains(it)))
        }),
        Value::List(list) => list.items.iter().any(|it| below(it, false)),
        Value::Either(branches) => branches.iter().any(|it| below(&it.node, false)),
        Value::Call(call) => {
            let is_it = matches!(&**call, Call::Ref(name) | Call::GetAtt { resource: name, .. } if name.text == queue);
            let mut found = is_it && is_about_failures;
            call.arguments(&mut |it| found |= below(it, false));
            found
        }
        _ => false,
    }
}

fn fix(queue: &ResourceView<'_>, stack: &Stack) -> (Vec<Change>, Intent) {
    let id = free_name(stack, &format!("{}DeadLetterQueue", queue.id.text));
    let written = queue.resource().properties.as_map();
    let mut properties = vec![("MessageRetentionPeriod".to_owned(), Literal::Number(RETENTION))];
    for key in SHARED {
        let value = written.and_then(|it| it.get(key)).filter(|it| !matches!(it.value, Value::Absent));
        properties.extend(value.map(|it| (key.to_owned(), Literal::Existing(it.span))));
    }
    let policy = Literal::map([
        ("deadLetterTargetArn", Literal::GetAtt(id.clone(), "Arn".into())),
        ("maxReceiveCount", Literal::Number(ATTEMPTS)),
    ]);
    let changes = vec![
        Change::AddResource {
            id: id.clone(),
            ty: QUEUE.into(),
            properties: Literal::Map(properties),
            condition: queue.condition.as_ref().map(|it| it.text.clone()),
            after: queue.origin,
        },
        queue.property("RedrivePolicy").set(policy),
    ];
    (changes, Intent::DeadLetterQueue { queue: queue.origin, id, attempts: ATTEMPTS })
}
