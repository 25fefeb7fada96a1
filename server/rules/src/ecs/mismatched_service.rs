use crate::facts::related;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A service and the task that it runs do not fit together.
    ///
    /// - A task with the network mode `awsvpc` has an address of its own: the service must say in which subnets.
    /// - A service on AWS Fargate needs a task that is made for it (`RequiresCompatibilities`), which also asks for `awsvpc`,
    ///   and a log driver that Fargate has.
    /// - A container of such a task is reached at its own port: a `HostPort` beside it is the same or none.
    name: "ecs-mismatched-service",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3052", "cfn_lint:E3053", "cfn_lint:E3054", "cfn_lint:E3713"],
    founding: [],
    check: Check::Resources(&["AWS::ECS::Service", "AWS::ECS::TaskDefinition"], check),
}

const DRIVERS: &[&str] = &["awsfirelens", "awslogs", "splunk"];

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    if resource.ty.text == "AWS::ECS::TaskDefinition" {
        ports(resource, cx);
        return;
    }
    if resource.property("TaskDefinition").target().is_none() {
        return;
    }
    let Some(service) = related::itself(resource, cx) else { return };
    let of_task = service.property("TaskDefinition");
    let Some(task) = related::resource(&of_task, "AWS::ECS::TaskDefinition", cx) else { return };
    let mode = task.property("NetworkMode");
    let is_open = service.properties.as_map().is_none_or(|it| it.open);
    if mode.is("awsvpc") && service.property("NetworkConfiguration").is_absent() && !is_open {
        let message = format!(
            "`{}` needs a `NetworkConfiguration`: its tasks (`{}`) have addresses of their own, in subnets that it must name.",
            service.id.text, task.id.text
        );
        let draft = cx.report(service.id.span, message);
        if let Some(span) = mode.span() {
            draft.related(span, "the network mode of the tasks");
        }
    }
    if !service.property("LaunchType").is("FARGATE") {
        return;
    }
    let span = service.property("LaunchType").span().unwrap_or(service.id.span);
    let compatibilities = task.property("RequiresCompatibilities");
    let may_be_fargate = compatibilities.items().iter().any(|it| it.may_be("FARGATE"));
    if compatibilities.is_complete() && !may_be_fargate && !mode.may_be("awsvpc") {
        let message = format!(
            "`{}` cannot run on AWS Fargate: its task `{}` is not made for it. Add `FARGATE` to its `RequiresCompatibilities`.",
            service.id.text, task.id.text
        );
        cx.report(span, message).related(compatibilities.span().unwrap_or(task.id.span), "the task");
    }
    // Of a task that is made for Fargate, another rule says so.
    if may_be_fargate {
        return;
    }
    for container in task.property("ContainerDefinitions").items() {
        let driver = container.get("LogConfiguration.LogDriver");
        if let Some(name) = driver.as_str().filter(|it| !DRIVERS.contains(it)) {
            let message =
                format!("AWS Fargate has no log driver `{name}`, and `{}` runs this task on it.", service.id.text);
            cx.report(driver.span().unwrap_or(task.id.span), message)
                .about(task.resource())
                .related(span, "the service");
        }
    }
}

fn ports(task: &ResourceView<'_>, cx: &mut Context<'_>) {
    if !task.property("NetworkMode").is("awsvpc") {
        return;
    }
    for mapping in task.property("ContainerDefinitions").items().iter().flat_map(|it| it.get("PortMappings").items()) {
        let (host, container) = (mapping.get("HostPort"), mapping.get("ContainerPort"));
        let (Some(outside), Some(inside)) = (host.as_int(), container.as_int()) else { continue };
        if let Some(span) = host.span().filter(|_| outside != inside) {
            let message = format!(
                "The container is reached at its own port {inside}, since the task has an address of its own: drop `HostPort`, \
                 or make it {inside}, not {outside}."
            );
            cx.report(span, message);
        }
    }
}
