//! Rules of event buses, and what they set going.

use super::rest_api::is_on;
use super::{MethodCall, events, made, policies};
use crate::evaluate::{Given, Made, reference};
use crate::library;
use crate::lower::{Level, Lowering, sub};
use crate::scope::{At, Place};
use model::{List, Map, Name, Node, Part, SmolStr, Span, Value};
use rustc_hash::FxHashMap;

pub(crate) const RULE: &str = "aws-events.Rule";
const SERVICE: &str = "events.amazonaws.com";

/// Props of rules that are followed here.
pub(crate) const PROPS: &[&str] =
    &["description", "enabled", "eventBus", "eventPattern", "ruleName", "schedule", "targets"];

/// A kind of target.
struct Target {
    class: &'static str,
    /// The member of what it is for that names it.
    arn: &'static str,
    /// The prop that is what is sent.
    input: &'static str,
    /// What a role lets the rule do, where it has one.
    actions: &'static [&'static str],
}

const TARGETS: &[Target] = &[
    target("LambdaFunction", "functionArn", "event", &[]),
    target("SqsQueue", "queueArn", "message", &[]),
    target("SnsTopic", "topicArn", "message", &[]),
    target("SfnStateMachine", "stateMachineArn", "input", &["states:StartExecution"]),
    target("CodeBuildProject", "projectArn", "event", &["codebuild:StartBuild"]),
    target("CodePipeline", "", "", &["codepipeline:StartPipelineExecution"]),
    target("KinesisStream", "streamArn", "message", &["kinesis:ListShards", "kinesis:PutRecord", "kinesis:PutRecords"]),
    target("EventBus", "eventBusArn", "", &["events:PutEvents"]),
];

const fn target(
    class: &'static str,
    arn: &'static str,
    input: &'static str,
    actions: &'static [&'static str],
) -> Target {
    Target { class, arn, input, actions }
}

/// Adds what a rule says beside its targets.
pub(crate) fn complete(lowering: &mut Lowering<'_>, index: usize, draft: usize) {
    if lowering.constructs[index].class != RULE {
        return;
    }
    let props = lowering.props_of(index);
    let span = lowering.constructs[index].id.span;
    let stack = lowering.constructs[index].place.stack;
    let absent = || Node { value: Value::Absent, span };
    let node = |given: Given<'_>, of: &dyn Fn() -> Node| match given {
        Given::Absent => absent(),
        Given::Unknown => Node::unknown(span),
        Given::Value(_) => of(),
    };
    let text = |name: &str| node(props.get(name), &|| props.value(name).map_or_else(absent, |it| lowering.node(it)));
    let state = match is_on(lowering, props.get("enabled"), true) {
        Some(true) => Node::text("ENABLED", span),
        Some(false) => Node::text("DISABLED", span),
        None => Node::unknown(span),
    };
    let bus = node(props.get("eventBus"), &|| match props.value("eventBus").and_then(|it| lowering.construct_of(it)) {
        Some((it, Level::Construct)) => made::member(lowering, it, "eventBusName", stack, span),
        _ => Node::unknown(span),
    });
    let has_more = lowering.methods.get(&index).is_some_and(|it| it.iter().any(|it| it.text == "addEventPattern"));
    let rename = |key: &SmolStr, path: &[SmolStr]| match (&**key, path) {
        ("detailType", []) => "detail-type".into(),
        _ => key.clone(),
    };
    let pattern = match props.value("eventPattern") {
        _ if has_more => Node::unknown(span),
        Some(at) => lowering.in_stack(Some(stack), |it| it.node_renamed(at, &rename)),
        None => node(props.get("eventPattern"), &absent),
    };
    let schedule = match props.value("schedule") {
        Some(at) => lowering.alternatives(at, &|at| schedule(lowering, at)),
        None => node(props.get("schedule"), &absent),
    };
    let all = [
        ("Description", text("description")),
        ("Name", text("ruleName")),
        ("State", state),
        ("EventBusName", bus),
        ("EventPattern", pattern),
        ("ScheduleExpression", schedule),
    ];
    for (name, node) in all {
        lowering.properties(draft).insert(name, node.span, node);
    }
}

/// `cron(30 2 * * ? *)`
fn schedule<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Node {
    let span = at.span();
    let known = || {
        let made = lowering.made(at)?;
        match made.path.strip_prefix("aws-events.Schedule.")? {
            "expression" => Some(lowering.node(made.argument(0)?)),
            "rate" => {
                let seconds = library::value::seconds(lowering, made.argument(0)?)?;
                let units = [(86_400.0, "day"), (3600.0, "hour"), (60.0, "minute")];
                let (amount, unit) = units
                    .iter()
                    .map(|(it, unit)| (seconds / it, unit))
                    .find(|it| it.0 >= 1.0 && it.0.fract() == 0.0)?;
                let plural = if amount == 1.0 { "" } else { "s" };
                Some(Node::text(format!("rate({amount} {unit}{plural})"), span))
            }
            "cron" => {
                let props = lowering.props(made.argument(0));
                let field = |name: &str, default: &str| match props.get(name) {
                    Given::Absent => Some(default.to_owned()),
                    Given::Value(at) => lowering.node(at).as_str().map(str::to_owned),
                    Given::Unknown => None,
                };
                let day = if props.is_absent("weekDay") { "*" } else { "?" };
                let fields =
                    [("minute", "*"), ("hour", "*"), ("day", day), ("month", "*"), ("weekDay", "?"), ("year", "*")];
                let fields: Option<Vec<String>> = fields.iter().map(|(name, default)| field(name, default)).collect();
                Some(Node::text(format!("cron({})", fields?.join(" ")), span))
            }
            _ => None,
        }
    };
    known().unwrap_or_else(|| Node::unknown(span))
}

/// Gives all rules their targets, and lets them set these going.
pub(crate) fn apply<'a>(lowering: &mut Lowering<'a>, calls: &[Place<'a>]) {
    let rules: Vec<usize> =
        (0..lowering.constructs.len()).filter(|it| lowering.constructs[*it].class == RULE).collect();
    if rules.is_empty() {
        return;
    }
    let mut added: FxHashMap<usize, Vec<MethodCall<'a>>> = FxHashMap::default();
    for call in calls.iter().filter_map(|it| MethodCall::of(*it)).filter(|it| it.method.text == "addTarget") {
        if let Some((index, Level::Construct)) = lowering.construct_of(call.object) {
            added.entry(index).or_default().push(call);
        }
    }
    let mut roles = FxHashMap::default();
    for index in rules {
        let Some(draft) = lowering.constructs[index].resource else { continue };
        let place = lowering.constructs[index].place;
        let mut list = List::default();
        match lowering.props_of(index).get("targets") {
            Given::Absent => (),
            Given::Value(at) => match lowering.scopes.items(at) {
                Some(items) => {
                    for at in items {
                        let node = bind(lowering, &mut roles, index, Place { at, ..place }, Some(list.items.len()));
                        list.items.push(node);
                    }
                }
                None => list.open = true,
            },
            Given::Unknown => list.open = true,
        }
        for call in added.remove(&index).unwrap_or_default() {
            let is_certain = lowering.scopes.covers(call.place.region, place.region);
            list.open |= !is_certain;
            let Some(at) = call.argument(0) else { continue };
            let number = Some(list.items.len()).filter(|_| !list.open);
            let node = bind(lowering, &mut roles, index, Place { at, ..call.place }, number);
            if is_certain {
                list.items.push(node);
            }
        }
        let span = lowering.constructs[index].id.span;
        let value = if list.items.is_empty() && !list.open { Value::Absent } else { Value::List(list) };
        lowering.properties(draft).insert("Targets", span, Node { value, span });
    }
}

/// The target at `place` of the rule at `index`, with what lets the rule set it going.
fn bind<'a>(
    lowering: &mut Lowering<'a>,
    roles: &mut FxHashMap<usize, usize>,
    index: usize,
    place: Place<'a>,
    number: Option<usize>,
) -> Node {
    let span = place.at.span();
    let mut item = Map { entries: Vec::new(), open: true };
    let made = lowering.made(place.at);
    let kind = made.as_ref().and_then(|it| it.path.strip_prefix("aws-events-targets."));
    let kind = kind.and_then(|it| TARGETS.iter().find(|kind| kind.class == it));
    let id = number.filter(|_| kind.is_some()).map(|it| Node::text(format!("Target{it}"), span));
    item.insert("Id", span, id.unwrap_or_else(|| Node::unknown(span)));
    if let (Some(made), Some(kind)) = (made, kind) {
        known(lowering, roles, index, (place, &made, kind), &mut item);
    } else {
        item.insert("Arn", span, Node::unknown(span));
    }
    Node { value: Value::Map(item), span }
}

fn known<'a>(
    lowering: &mut Lowering<'a>,
    roles: &mut FxHashMap<usize, usize>,
    index: usize,
    (place, made, kind): (Place<'a>, &Made<'a>, &Target),
    item: &mut Map,
) {
    let span = place.at.span();
    let stack = lowering.constructs[index].place.stack;
    let props = lowering.props(made.argument(1));
    let absent = || Node { value: Value::Absent, span };
    let target = match made.argument(0).and_then(|it| lowering.construct_of(it)) {
        Some((it, Level::Construct)) => Some(it),
        _ => None,
    };
    let arn = match target {
        Some(it) if kind.class == "CodePipeline" && lowering.constructs[it].place.stack == stack => {
            arn_of("codepipeline", reference(&lowering.constructs[it].key, span), span)
        }
        Some(it) => made::member(lowering, it, kind.arn, stack, span),
        None => Node::unknown(span),
    };
    item.insert("Arn", span, arn.clone());
    let unsaid = |name: &str| if props.is_absent(name) { absent() } else { Node::unknown(span) };
    for property in ["Input", "InputPath", "InputTransformer"] {
        item.insert(property, span, if kind.input.is_empty() { absent() } else { unsaid(kind.input) });
    }
    let letters = match props.value("deadLetterQueue").and_then(|it| lowering.construct_of(it)) {
        Some((queue, Level::Construct)) => {
            let from = policies::attribute(lowering, index, "Arn", stack, span);
            let condition = Some(("ArnEquals", "aws:SourceArn", from));
            events::allow_queue(lowering, place, queue, SERVICE, (&["sqs:SendMessage"], condition));
            Some(made::member(lowering, queue, "queueArn", stack, span))
        }
        _ => None,
    };
    match letters {
        Some(arn) => item.insert("DeadLetterConfig.Arn", span, arn),
        None => item.insert("DeadLetterConfig", span, unsaid("deadLetterQueue")),
    }
    if props.is_absent("retryAttempts") && props.is_absent("maxEventAge") {
        item.insert("RetryPolicy", span, absent());
    } else {
        let attempts = match props.get("retryAttempts") {
            Given::Value(at) => lowering.node(at),
            Given::Absent => absent(),
            Given::Unknown => Node::unknown(span),
        };
        let age = match props.get("maxEventAge") {
            Given::Value(at) => library::value::seconds(lowering, at).map(|it| Node::text(it.to_string(), at.span())),
            Given::Absent => Some(absent()),
            Given::Unknown => None,
        };
        item.insert("RetryPolicy.MaximumRetryAttempts", span, attempts);
        item.insert("RetryPolicy.MaximumEventAgeInSeconds", span, age.unwrap_or_else(|| Node::unknown(span)));
    }
    let from = policies::attribute(lowering, index, "Arn", stack, span);
    match (kind.class, target) {
        ("LambdaFunction", Some(target)) => {
            let id = events::id_of(lowering, target).map(|it| format!("AllowEventRule{it}"));
            events::allow_function(lowering, place, index, target, (SERVICE, id, from));
        }
        ("SqsQueue", Some(target)) => {
            let is_plain = lowering.props_of(target).is_absent("encryptionMasterKey")
                && encryption(lowering, target).is_some_and(|it| !it.ends_with(".KMS"));
            let actions: &[&str] = &["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"];
            // Of a queue with a key the condition depends on more.
            let condition = is_plain.then_some(("ArnEquals", "aws:SourceArn", from));
            events::allow_queue(lowering, place, target, SERVICE, (actions, condition));
            match props.get("messageGroupId") {
                Given::Value(at) => item.insert("SqsParameters.MessageGroupId", at.span(), lowering.node(at)),
                Given::Absent => (),
                Given::Unknown => item.insert("SqsParameters", span, Node::unknown(span)),
            }
        }
        ("SnsTopic", Some(target)) if props.is_absent("role") && props.is_absent("authorizeUsingRole") => {
            let resource = policies::attribute(lowering, target, "Ref", lowering.constructs[target].place.stack, span);
            let mut statement = statement(&["sns:Publish"], resource, span);
            statement.insert("Principal.Service", span, Node::text(SERVICE, span));
            policies::add_to_resource(lowering, place, target, Node { value: Value::Map(statement), span });
        }
        (_, Some(target)) if !kind.actions.is_empty() => {
            let given = ["role", "eventRole"].into_iter().find(|it| !props.is_absent(it));
            let role = match given {
                None => {
                    let of = if kind.class == "EventBus" { index } else { target };
                    (lowering.constructs[of].place.stack == stack).then(|| role(lowering, roles, place, of))
                }
                Some(name) => match props.value(name).and_then(|it| lowering.construct_of(it)) {
                    Some((it, Level::Construct)) => Some(it),
                    _ => None,
                },
            };
            let node =
                role.map_or_else(|| Node::unknown(span), |it| made::member(lowering, it, "roleArn", stack, span));
            item.insert("RoleArn", span, node);
            if let Some(holder) = role.and_then(|it| policies::holder(lowering, it, None)) {
                let statement = Node { value: Value::Map(statement(kind.actions, arn, span)), span };
                policies::add_statement(lowering, place, &holder, span, statement);
            }
        }
        (_, Some(_)) => item.insert("RoleArn", span, Node::unknown(span)),
        (_, None) => (),
    }
}

/// How a queue is encrypted, where that is said by a constant or not at all.
fn encryption(lowering: &Lowering<'_>, queue: usize) -> Option<SmolStr> {
    match lowering.props_of(queue).get("encryption") {
        Given::Absent => Some(SmolStr::default()),
        Given::Value(at) => lowering.made(at).map(|it| it.path),
        Given::Unknown => None,
    }
}

fn statement(actions: &[&str], resource: Node, span: Span) -> Map {
    let mut statement = Map { entries: Vec::new(), open: true };
    let action = match actions {
        [only] => Node::text(*only, span),
        several => {
            let items = several.iter().map(|it| Node::text(*it, span)).collect();
            Node { value: Value::List(List { items, open: false }), span }
        }
    };
    statement.insert("Action", span, action);
    statement.insert("Effect", span, Node::text("Allow", span));
    statement.insert("Resource", span, resource);
    statement
}

/// `arn:aws:codepipeline:eu-central-1:123456789012:Name`
fn arn_of(service: &str, name: Node, span: Span) -> Node {
    let text = |it: &str| Part::Text(Name::new(it, span));
    let value = |it: &str| Part::Value(reference(it, span));
    let parts = vec![
        text("arn:"),
        value("AWS::Partition"),
        text(&format!(":{service}:")),
        value("AWS::Region"),
        text(":"),
        value("AWS::AccountId"),
        text(":"),
        Part::Value(name),
    ];
    sub(parts, span)
}

/// The role by which all rules set the construct at `of` going.
fn role<'a>(lowering: &mut Lowering<'a>, roles: &mut FxHashMap<usize, usize>, place: Place<'a>, of: usize) -> usize {
    if let Some(role) = roles.get(&of) {
        return *role;
    }
    let span = place.at.span();
    let construct = &lowering.constructs[of];
    let path = construct.path.as_ref().map(|it| SmolStr::from(format!("{it}/EventsRole")));
    let key = format!("{}/EventsRole", construct.key);
    let place = Place { stack: construct.place.stack, ..place };
    let name = Name::new("EventsRole", span);
    let role = lowering.add_part(place, "aws-iam.Role", name, span, None, (&key, path));
    let mut trust = Map::default();
    trust.insert("Action", span, Node::text("sts:AssumeRole", span));
    trust.insert("Effect", span, Node::text("Allow", span));
    trust.insert("Principal.Service", span, Node::text(SERVICE, span));
    let trust = vec![Node { value: Value::Map(trust), span }];
    let mut properties = Map { entries: Vec::new(), open: true };
    properties.insert("AssumeRolePolicyDocument", span, super::iam::document_of(trust, span));
    let draft = lowering.add(role, "AWS::IAM::Role", properties, "");
    super::rest_api::generated(lowering, draft, of);
    roles.insert(of, role);
    role
}
