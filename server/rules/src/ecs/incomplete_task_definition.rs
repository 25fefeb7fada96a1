use crate::facts::extension::{self, Row, error};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A task definition has no essential container, or sends logs nowhere.
    ///
    /// A task lives as long as its essential containers do: at least one has to be essential, which each is unless it says
    /// `Essential: false`. The log driver `awslogs` needs to know the log group and its region.
    name: "ecs-incomplete-task-definition",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3042", "cfn_lint:E3046"],
    founding: [],
    check: Check::Resources(&["AWS::ECS::TaskDefinition"], check),
}

const ROWS: &[Row] = &[
    error("ecs_taskdefinition/containerdefinitions_essential", "At least one container of a task must be essential."),
    error("ecs_taskdefinition/logging_configuration", "The driver `awslogs` must know the log group and its region."),
];

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    extension::check(resource, cx, ROWS);
}
