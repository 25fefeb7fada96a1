//! Services of clusters: what sends requests to them, and how many of their tasks run.

use super::inner::{self, absent, converted_or, node, value_or};
use super::target_groups::{arn, push};
use super::{MethodCall, containers};
use crate::evaluate::{get_att, reference};
use crate::library::value;
use crate::lower::{Level, Lowering, sub};
use crate::scope::{At, Place};
use crate::table;
use model::{Map, Name, Node, Part, SmolStr, Span};

pub(crate) const TASK_COUNT: &str = "aws-ecs.ScalableTaskCount";

const TARGET: &str = "AWS::ApplicationAutoScaling::ScalableTarget";
const POLICY: &str = "AWS::ApplicationAutoScaling::ScalingPolicy";

pub(crate) fn is_service(class: &str) -> bool {
    matches!(class, "aws-ecs.FargateService" | "aws-ecs.Ec2Service")
}

/// Has the target group send requests to the service. Gives the type of the target that it is.
pub(crate) fn attach<'a>(
    lowering: &mut Lowering<'a>,
    service: usize,
    group: usize,
    options: Option<At<'a>>,
    place: Place<'a>,
) -> Option<&'static str> {
    let span = place.at.span();
    let construct = &lowering.constructs[service];
    let (stack, draft) = (construct.place.stack, construct.resource?);
    let is_certain = lowering.scopes.covers(place.region, construct.place.region);
    let is_fargate = construct.class == "aws-ecs.FargateService";
    let props = lowering.props_of(service);
    let task = props.value("taskDefinition").and_then(|it| lowering.construct_of(it)).map(|it| it.0);
    let options = lowering.props(options);
    let name = options.value("containerName").map(|it| lowering.node(it));
    let (mut name, mut port) = match (task, &name) {
        (Some(task), Some(name)) => containers::target(lowering, task, name.as_str(), span),
        (Some(task), None) => containers::target(lowering, task, None, span),
        (None, Some(name)) => (name.clone(), Node::unknown(span)),
        (None, None) => (Node::unknown(span), Node::unknown(span)),
    };
    if !options.is_absent("containerPort") {
        port = value_or(lowering, options.get("containerPort"), Node::unknown(span));
    }
    if options.open {
        name = Node::unknown(span);
    }
    let entries =
        vec![("ContainerName", name), ("ContainerPort", port), ("TargetGroupArn", arn(lowering, group, stack, span))];
    let mut item = inner::map(entries, span);
    item.open = true;
    if is_certain {
        push(lowering, draft, "LoadBalancers", node(item, span));
    }
    if props.is_absent("healthCheckGracePeriod") {
        let grace = if is_certain { number(60.0, span) } else { Node::unknown(span) };
        table::insert(lowering.properties(draft), "HealthCheckGracePeriodSeconds", span, grace);
    }
    if is_fargate {
        return Some("ip");
    }
    let mode = lowering.drafts[lowering.constructs[task?].resource?].resource.properties.get("NetworkMode")?;
    mode.as_str().map(|it| if it == "awsvpc" { "ip" } else { "instance" })
}

fn number(value: f64, span: Span) -> Node {
    Node { value: value::number(value), span }
}

/// `service.autoScaleTaskCount({ maxCapacity: 4 })`
pub(crate) fn find_part<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>) {
    if call.method.text != "autoScaleTaskCount" {
        return;
    }
    let Some((service, Level::Construct)) = lowering.construct_of(call.object) else { return };
    if is_service(&lowering.constructs[service].class) {
        inner::add(lowering, service, (call.place, true), TASK_COUNT, "TaskCount", call.argument(0));
    }
}

/// What is scaled of a service.
pub(crate) fn lower_task_count(lowering: &mut Lowering<'_>, index: usize) {
    let construct = &lowering.constructs[index];
    let (place, span) = (construct.place, construct.id.span);
    let props = lowering.props_of(index);
    let Some(service) = construct.outer else { return };
    let service_key = lowering.constructs[service].key.clone();
    let cluster = lowering.props_of(service).value("cluster").and_then(|it| lowering.construct_of(it));
    let cluster = cluster.map(|(it, _)| &lowering.constructs[it]).filter(|it| it.place.stack == place.stack);
    let resource = match cluster {
        Some(cluster) => {
            let parts = vec![
                Part::Text(Name::new("service/", span)),
                Part::Value(reference(&cluster.key, span)),
                Part::Text(Name::new("/", span)),
                Part::Value(get_att(&service_key, "Name", span)),
            ];
            sub(parts, span)
        }
        None => Node::unknown(span),
    };
    let role = vec![
        Part::Text(Name::new("arn:", span)),
        Part::Value(reference("AWS::Partition", span)),
        Part::Text(Name::new(":iam::", span)),
        Part::Value(reference("AWS::AccountId", span)),
        Part::Text(Name::new(
            ":role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService",
            span,
        )),
    ];
    let entries = vec![
        ("MaxCapacity", value_or(lowering, props.get("maxCapacity"), Node::unknown(span))),
        ("MinCapacity", value_or(lowering, props.get("minCapacity"), number(1.0, span))),
        ("ResourceId", resource),
        ("RoleARN", sub(role, span)),
        ("ScalableDimension", Node::text("ecs:service:DesiredCount", span)),
        ("ServiceNamespace", Node::text("ecs", span)),
    ];
    let properties = Map { open: true, ..inner::map(entries, span) };
    let draft = inner::resource(lowering, index, place, "Target/Resource", TARGET, properties);
    lowering.constructs[index].resource = Some(draft);
}

/// `count.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: 60 })` and its like.
pub(crate) fn apply<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>) {
    let (target, metric) = match &*call.method.text {
        "scaleOnCpuUtilization" => ("targetUtilizationPercent", "ECSServiceAverageCPUUtilization"),
        "scaleOnMemoryUtilization" => ("targetUtilizationPercent", "ECSServiceAverageMemoryUtilization"),
        "scaleOnRequestCount" => ("requestsPerTarget", "ALBRequestCountPerTarget"),
        "scaleToTrackCustomMetric" => ("targetValue", ""),
        "scaleOnSchedule" => return schedule(lowering, call),
        _ => return,
    };
    let Some((count, Level::Construct)) = lowering.construct_of(call.object) else { return };
    if lowering.constructs[count].class != TASK_COUNT {
        return;
    }
    let Some(id) = call.argument(0).and_then(|it| lowering.node(it).as_str().map(SmolStr::new)) else { return };
    let (props, span) = (lowering.props(call.argument(1)), call.span());
    let Some(draft) = lowering.constructs[count].resource else { return };
    let duration = |lowering: &Lowering<'a>, prop| {
        converted_or(lowering, props.get(prop), absent(span), |at| match value::seconds(lowering, at) {
            Some(it) => number(it, at.span()),
            None => Node::unknown(at.span()),
        })
    };
    let mut tracking = inner::map(
        vec![
            ("DisableScaleIn", value_or(lowering, props.get("disableScaleIn"), absent(span))),
            ("ScaleInCooldown", duration(lowering, "scaleInCooldown")),
            ("ScaleOutCooldown", duration(lowering, "scaleOutCooldown")),
            ("TargetValue", value_or(lowering, props.get(target), Node::unknown(span))),
        ],
        span,
    );
    if !metric.is_empty() {
        let mut predefined = inner::map(vec![("PredefinedMetricType", Node::text(metric, span))], span);
        // Which target group it is of says the balancer too.
        predefined.open = metric.starts_with("ALB");
        tracking.insert("PredefinedMetricSpecification", span, node(predefined, span));
    }
    tracking.open = metric.is_empty();
    let policy_name = lowering.constructs[count].path.as_ref();
    let policy_name = policy_name.and_then(|it| crate::unique_id::unique_id(&format!("{it}/Target/{id}")));
    let entries = vec![
        ("PolicyName", policy_name.map_or_else(|| Node::unknown(span), |it| Node::text(it, span))),
        ("PolicyType", Node::text("TargetTrackingScaling", span)),
        ("ScalingTargetId", inner::reference_to(lowering, draft, "Ref", span)),
        ("TargetTrackingScalingPolicyConfiguration", node(tracking, span)),
    ];
    let properties = Map { open: true, ..inner::map(entries, span) };
    inner::resource(lowering, count, call.place, &format!("Target/{id}/Resource"), POLICY, properties);
}

/// `count.scaleOnSchedule('Night', { ... })`
fn schedule<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>) {
    let Some((count, Level::Construct)) = lowering.construct_of(call.object) else { return };
    let Some(draft) = lowering.constructs[count].resource else { return };
    if lowering.constructs[count].class == TASK_COUNT {
        push(lowering, draft, "ScheduledActions", Node::unknown(call.span()));
    }
}
