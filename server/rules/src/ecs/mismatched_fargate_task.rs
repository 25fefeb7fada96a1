use crate::facts::extension::{self, Row, error};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A task or a service cannot run on AWS Fargate as it is written.
    ///
    /// Fargate gives each task a machine of its own, of one of a few sizes: memory goes with processors. Its tasks have the
    /// network mode `awsvpc`, say how much of each they need, are placed by AWS alone and send their logs by `awslogs`, `splunk`
    /// or `awsfirelens`. A service on Fargate keeps a number of tasks running (`REPLICA`): there are no machines of which each
    /// could run one. See "Amazon ECS task definition differences for Fargate" in the Amazon ECS Developer Guide.
    name: "ecs-mismatched-fargate-task",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3044", "cfn_lint:E3047", "cfn_lint:E3048"],
    founding: [],
    check: Check::Resources(&["AWS::ECS::Service", "AWS::ECS::TaskDefinition"], check),
}

const ROWS: &[Row] = &[
    error("ecs_service/fargate", "Without machines of your own there is nothing for a daemon to run on."),
    error("ecs_taskdefinition/fargate_properties", "AWS Fargate runs a task only so."),
];

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    extension::check(resource, cx, ROWS);
    // Every size that there is does not fit for a reason of its own: one finding will do.
    let violations = extension::violations_of(resource, "ecs_taskdefinition/fargate_cpu_memory", cx);
    let Some(violation) = violations.first() else { return };
    let (cpu, memory) = (resource.property("Cpu"), resource.property("Memory"));
    let value = |it: &Property<'_>| it.written().and_then(Node::as_str).unwrap_or("?").to_owned();
    let message = format!(
        "AWS Fargate has no machine with `Cpu: {}` and `Memory: {}`. See which memory goes with which processors in \"Task \
         CPU and memory\" of the Amazon ECS Developer Guide.",
        value(&cpu),
        value(&memory)
    );
    let severity = if violation.is_asked_for() { Warning } else { Error };
    let draft = cx.report(memory.span().unwrap_or(violation.span), message).at_most(severity);
    if let Some(span) = cpu.span() {
        draft.related(span, "the processors");
    }
}
