//! What calls a function or starts a state machine: event source mappings, rules, schedules, subscriptions, and the
//! permissions and roles that these need.

use super::maker::{Maker, Presence, Sam, Written, literal};
use super::role;
use model::{Call, List, Map, Name, Node, Part, SmolStr, Value};

/// The properties of an event source mapping that go on as they are.
const POLLED: &[&str] = &[
    "BatchSize",
    "BisectBatchOnFunctionError",
    "DestinationConfig",
    "Enabled",
    "FilterCriteria",
    "FunctionResponseTypes",
    "KmsKeyArn",
    "LoggingConfig",
    "MaximumBatchingWindowInSeconds",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "MetricsConfig",
    "ParallelizationFactor",
    "ProvisionedPollerConfig",
    "Queues",
    "ScalingConfig",
    "SourceAccessConfigurations",
    "StartingPosition",
    "StartingPositionTimestamp",
    "Topics",
    "TumblingWindowInSeconds",
];

/// Sources that a function polls: the type, the property that names the source, and the managed policy for it.
const SOURCES: &[(&str, Option<&str>, Option<&str>)] = &[
    ("DocumentDB", Some("Cluster"), None),
    ("DynamoDB", Some("Stream"), Some("service-role/AWSLambdaDynamoDBExecutionRole")),
    ("Kinesis", Some("Stream"), Some("service-role/AWSLambdaKinesisExecutionRole")),
    ("MQ", Some("Broker"), None),
    ("MSK", Some("Stream"), Some("service-role/AWSLambdaMSKExecutionRole")),
    ("SQS", Some("Queue"), Some(QUEUE_POLICY)),
    ("SelfManagedKafka", None, None),
];

/// The managed policy that lets a function read from a queue.
const QUEUE_POLICY: &str = "service-role/AWSLambdaSQSQueueExecutionRole";

/// The APIs that the transform makes for a template as a whole.
pub(super) const HTTP_API: &str = "ServerlessHttpApi";
pub(super) const REST_API: &str = "ServerlessRestApi";

/// What is called: a function, its alias, or a state machine.
pub(super) struct Target {
    /// How a permission names it.
    pub(super) name: Node,
    pub(super) arn: Node,
    pub(super) is_function: bool,
}

/// What events add to the role of a function.
#[derive(Default)]
pub(super) struct Grants {
    /// Managed policies, by the part of their ARN after `policy/`.
    pub(super) managed: Vec<&'static str>,
    /// More may be granted.
    pub(super) managed_open: bool,
    /// More inline policies are added.
    pub(super) inline_open: bool,
}

impl Grants {
    fn attach(&mut self, policy: &'static str) {
        if !self.managed.contains(&policy) {
            self.managed.push(policy);
        }
    }
}

/// An event of a resource.
struct Event {
    /// Its name, which follows the logical id of its resource.
    name: SmolStr,
    properties: Written,
}

/// Makes what the events of `sam` come to.
pub(super) fn expand(sam: &mut Sam<'_>, target: &Target) -> Grants {
    let mut grants = Grants::default();
    let events = match sam.presence("Events") {
        Presence::Absent => return grants,
        Presence::Present(Node { value: Value::Map(map), .. }) => map.clone(),
        _ => Map { entries: Vec::new(), open: true },
    };
    if events.open {
        sam.generates("");
        sam.expansion.generated.extend([HTTP_API, REST_API].map(SmolStr::new_static));
        grants.managed_open = true;
        grants.inline_open = true;
    }
    let all_paths = has_default_route(&events);
    let place = sam.at;
    for (name, node) in &events.entries {
        sam.at = name.span;
        let ty = node.get("Type").and_then(literal);
        let base = format!("Events.{}.Properties", name.text);
        let event = Event { name: name.text.clone(), properties: Written::at(node.get("Properties"), &base) };
        match ty {
            Some(ty) if target.is_function => called(sam, &event, ty, target, &mut grants, all_paths),
            Some(ty) => started(sam, &event, ty, target),
            None => {
                sam.generates(&event.name);
                sam.expansion.generated.extend([HTTP_API, REST_API].map(SmolStr::new_static));
                grants.managed_open = true;
                grants.inline_open = true;
            }
        }
    }
    sam.at = place;
    grants
}

/// An event of a function.
fn called(sam: &mut Sam<'_>, event: &Event, ty: &str, target: &Target, grants: &mut Grants, all_paths: bool) {
    if let Some((_, source, policy)) = SOURCES.iter().find(|it| it.0 == ty) {
        polled(sam, event, ty, *source, target);
        if let Some(policy) = policy {
            grants.attach(policy);
        }
        let is_simple = policy.is_some() && ty != "MSK" && event.properties.get("DestinationConfig").is_none();
        grants.inline_open |= !is_simple || event.properties.map.open;
        return;
    }
    match ty {
        "Schedule" | "CloudWatchEvent" | "EventBridgeRule" => {
            let arn = rule(sam, event, ty, target, None);
            permission(sam, event, "", "events.amazonaws.com", target, |it, _| it.set("SourceArn", arn));
        }
        "ScheduleV2" => schedule(sam, event, target),
        "S3" => {
            let account = sam.ref_to("AWS::AccountId");
            permission(sam, event, "", "s3.amazonaws.com", target, |it, _| it.set("SourceAccount", account));
        }
        "SNS" => topic(sam, event, target, grants),
        "Api" => rest_route(sam, event, target),
        "HttpApi" if all_paths => {
            // One permission serves all routes of an API.
            sam.generates(&event.name);
            if event.properties.get("ApiId").is_none_or(|it| named(it).is_some_and(|it| it == HTTP_API)) {
                sam.uses_implicit_api(true);
            }
        }
        "HttpApi" => http_route(sam, event, target),
        "CloudWatchLogs" => logs(sam, event, target),
        "IoTRule" => iot(sam, event, target),
        "AlexaSkill" => {
            permission(sam, event, "", "alexa-appkit.amazon.com", target, |it, _| {
                it.pass_as(&event.properties, "SkillId", "EventSourceToken");
            });
        }
        "Cognito" => {
            let source = event.properties.get("UserPool").and_then(reference);
            let arn = source.map_or_else(|| sam.unknown(), |it| sam.attribute_of(&it, "Arn"));
            let mut made = sam.make("CognitoPermission", "AWS::Lambda::Permission");
            fill_permission(sam, &mut made, "cognito-idp.amazonaws.com", target);
            made.set("SourceArn", arn);
            // Several pools share one permission under this name; the last counts.
            sam.replace(made);
        }
        _ => sam.generates(&event.name),
    }
}

/// An event of a state machine.
fn started(sam: &mut Sam<'_>, event: &Event, ty: &str, target: &Target) {
    match ty {
        "Schedule" | "CloudWatchEvent" | "EventBridgeRule" => {
            let role = match event.properties.get("RoleArn").filter(|_| ty == "Schedule") {
                Some(role) => role.clone(),
                None => {
                    starter(sam, event, "events.amazonaws.com", target);
                    sam.attribute(&format!("{}Role", event.name), "Arn")
                }
            };
            rule(sam, event, ty, target, Some(role));
        }
        "ScheduleV2" => schedule(sam, event, target),
        "Api" => {
            starter(sam, event, "apigateway.amazonaws.com", target);
            note_rest_route(sam, event);
        }
        _ => sam.generates(&event.name),
    }
}

/// The role that lets a service start a state machine.
fn starter(sam: &mut Sam<'_>, event: &Event, service: &str, target: &Target) {
    let suffix = format!("{}Role", event.name);
    let mut made = sam.make(&suffix, "AWS::IAM::Role");
    made.set("AssumeRolePolicyDocument", role::trust(sam, service));
    let name = format!("{}StartExecutionPolicy", sam.named(&suffix));
    let policy = role::inline(sam, &name, sam.text("states:StartExecution"), target.arn.clone());
    made.set("Policies", sam.list(vec![policy]));
    if let Some(boundary) = sam.get("PermissionsBoundary") {
        made.set("PermissionsBoundary", boundary.clone());
    }
    sam.add(made);
}

/// An event source mapping.
fn polled(sam: &mut Sam<'_>, event: &Event, ty: &str, source: Option<&str>, target: &Target) {
    let mut mapping = sam.make(&event.name, "AWS::Lambda::EventSourceMapping");
    mapping.pass(&event.properties, POLLED);
    if let Some(source) = source {
        mapping.pass_as(&event.properties, source, "EventSourceArn");
    }
    // The word for what kind of destination it is goes to the role.
    if event.properties.get("DestinationConfig.OnFailure.Type").is_some() {
        mapping.remove("DestinationConfig.OnFailure.Type");
    }
    mapping.pass_as(
        &event.properties,
        "KafkaBootstrapServers",
        "SelfManagedEventSource.Endpoints.KafkaBootstrapServers",
    );
    let kafka = match ty {
        "MSK" => Some("AmazonManagedKafkaEventSourceConfig"),
        "SelfManagedKafka" => Some("SelfManagedKafkaEventSourceConfig"),
        _ => None,
    };
    if let Some(config) = kafka {
        mapping.pass_as(&event.properties, "ConsumerGroupId", &format!("{config}.ConsumerGroupId"));
        mapping.pass_as(&event.properties, "SchemaRegistryConfig", &format!("{config}.SchemaRegistryConfig"));
    }
    if ty == "DocumentDB" {
        for name in ["CollectionName", "DatabaseName", "FullDocument"] {
            mapping.pass_as(&event.properties, name, &format!("DocumentDBEventSourceConfig.{name}"));
        }
    }
    mapping.set("FunctionName", target.name.clone());
    sam.add(mapping);
}

/// A rule of EventBridge; gives its ARN.
fn rule(sam: &mut Sam<'_>, event: &Event, ty: &str, target: &Target, role: Option<Node>) -> Node {
    let arn = sam.attribute(&event.name, "Arn");
    let mut made = sam.make(&event.name, "AWS::Events::Rule");
    match ty {
        "Schedule" => {
            made.pass(&event.properties, &["Description", "Name", "State"]);
            made.pass_as(&event.properties, "Schedule", "ScheduleExpression");
        }
        _ => {
            made.pass(&event.properties, &["EventBusName", "State"]);
            made.pass_as(&event.properties, "Pattern", "EventPattern");
            made.pass_as(&event.properties, "RuleName", "Name");
        }
    }
    if let Some(enabled) = event.properties.get("Enabled") {
        let state = match enabled.as_bool() {
            Some(true) => Node::text("ENABLED", enabled.span),
            Some(false) => Node::text("DISABLED", enabled.span),
            None => Node::unknown(enabled.span),
        };
        made.set("State", state);
    }
    let id = match event.properties.get("Target") {
        Some(node) => node.get("Id").cloned().unwrap_or_else(|| sam.unknown()),
        None => {
            let suffix = if target.is_function { "LambdaTarget" } else { "StepFunctionsTarget" };
            let id = format!("{}{suffix}", sam.named(&event.name));
            // Longer ones are cut, with a hash.
            if id.len() > 64 { sam.unknown() } else { sam.text(id) }
        }
    };
    let mut entries = vec![("Arn", target.arn.clone()), ("Id", id)];
    entries.extend(role.map(|it| ("RoleArn", it)));
    let names = if ty == "Schedule" {
        &["Input", "RetryPolicy"][..]
    } else {
        &["Input", "InputPath", "InputTransformer", "RetryPolicy"]
    };
    let dead_letters = dead_letters(sam, event, Some(&arn));
    let target = called_by_rule(sam, event, entries, names, dead_letters);
    made.set("Targets", sam.list(vec![target]));
    sam.add(made);
    arn
}

/// A target with the properties of the event that belong to it.
fn called_by_rule(
    sam: &Sam<'_>,
    event: &Event,
    entries: Vec<(&str, Node)>,
    names: &[&str],
    dead_letters: Option<Node>,
) -> Node {
    let written = names.iter().filter_map(|it| event.properties.map.entry(it).cloned());
    let mut map = Map { entries: Vec::new(), open: event.properties.map.open };
    map.entries.extend(entries.into_iter().map(|(name, node)| (Name::new(name, sam.at), node)));
    map.entries.extend(written);
    map.entries.extend(dead_letters.map(|it| (Name::new("DeadLetterConfig", sam.at), sam.map([("Arn", it)]))));
    Node { value: Value::Map(map), span: sam.at }
}

/// Makes the queue for what could not be delivered, where one is asked for; gives the ARN of the one that is used. `rule`
/// is the ARN of a rule that needs a policy to write to it.
fn dead_letters(sam: &mut Sam<'_>, event: &Event, rule: Option<&Node>) -> Option<Node> {
    let config = match presence(event, "DeadLetterConfig") {
        Presence::Absent => return None,
        Presence::Present(node) if node.as_map().is_some_and(|it| !it.open) => node,
        _ => {
            sam.generates(&format!("{}Queue", event.name));
            return Some(sam.unknown());
        }
    };
    if let Some(arn) = config.get("Arn") {
        return Some(arn.clone());
    }
    let key = match config.get("QueueLogicalId") {
        Some(node) => match literal(node) {
            Some(name) => SmolStr::from(name),
            None => return Some(sam.unknown()),
        },
        None => sam.named(&format!("{}Queue", event.name)),
    };
    let queue = sam.make_called(key.clone(), "AWS::SQS::Queue");
    sam.add(queue);
    let arn = sam.attribute_of(&key, "Arn");
    if let Some(rule) = rule {
        let statement = sam.map([
            ("Effect", sam.text("Allow")),
            ("Principal", sam.map([("Service", sam.text("events.amazonaws.com"))])),
            ("Action", sam.text("sqs:SendMessage")),
            ("Resource", arn.clone()),
            ("Condition", sam.map([("ArnEquals", sam.map([("aws:SourceArn", rule.clone())]))])),
        ]);
        queue_policy(sam, event, None, sam.ref_to(&key), statement);
    }
    Some(arn)
}

/// A policy that lets a service write to a queue.
fn queue_policy(sam: &mut Sam<'_>, event: &Event, key: Option<SmolStr>, queue: Node, statement: Node) {
    let key = key.unwrap_or_else(|| sam.named(&format!("{}QueuePolicy", event.name)));
    let mut policy = sam.make_called(key, "AWS::SQS::QueuePolicy");
    let document = sam.map([("Version", sam.text("2012-10-17")), ("Statement", sam.list(vec![statement]))]);
    policy.set("PolicyDocument", document);
    policy.set("Queues", sam.list(vec![queue]));
    sam.add(policy);
}

/// A schedule of EventBridge Scheduler, and the role that it works under.
fn schedule(sam: &mut Sam<'_>, event: &Event, target: &Target) {
    let mut made = sam.make(&event.name, "AWS::Scheduler::Schedule");
    made.pass(
        &event.properties,
        &[
            "Description",
            "EndDate",
            "FlexibleTimeWindow",
            "GroupName",
            "KmsKeyArn",
            "ScheduleExpression",
            "ScheduleExpressionTimezone",
            "StartDate",
            "State",
        ],
    );
    if let Presence::Absent = presence(event, "FlexibleTimeWindow") {
        made.set("FlexibleTimeWindow", sam.map([("Mode", sam.text("OFF"))]));
        made.writes("FlexibleTimeWindow", "FlexibleTimeWindow");
    }
    let is_named = event.properties.get("OmitName").is_none_or(|it| it.as_bool() == Some(false));
    match event.properties.get("Name") {
        Some(_) => made.pass(&event.properties, &["Name"]),
        None if is_named && !event.properties.map.open => made.set("Name", sam.text(sam.named(&event.name))),
        None => (),
    }
    let dead_letters = dead_letters(sam, event, None);
    let role = match presence(event, "RoleArn") {
        Presence::Present(role) => role.clone(),
        Presence::Uncertain => {
            sam.generates(&format!("{}Role", event.name));
            sam.unknown()
        }
        Presence::Absent => {
            // Its logical id ends in a hash of nothing, which is nothing.
            let suffix = format!("{}Role", event.name);
            let (action, name) = match target.is_function {
                true => ("lambda:InvokeFunction", "LambdaPolicy"),
                false => ("states:StartExecution", "StartExecutionPolicy"),
            };
            let mut made = sam.make(&suffix, "AWS::IAM::Role");
            made.set("AssumeRolePolicyDocument", role::trust(sam, "scheduler.amazonaws.com"));
            made.pass(&event.properties, &["PermissionsBoundary"]);
            let prefix = sam.named(&event.name);
            let policy = role::inline(sam, &format!("{prefix}{name}"), sam.text(action), target.arn.clone());
            let mut policies = vec![policy];
            if let Some(queue) = &dead_letters {
                let name = format!("{prefix}SQSPolicy");
                policies.push(role::inline(sam, &name, sam.text("sqs:SendMessage"), queue.clone()));
            }
            made.set("Policies", sam.list(policies));
            sam.add(made);
            sam.attribute(&suffix, "Arn")
        }
    };
    let entries = vec![("Arn", target.arn.clone()), ("RoleArn", role)];
    let node = called_by_rule(sam, event, entries, &["Input", "RetryPolicy"], dead_letters);
    made.set("Target", node);
    sam.add(made);
}

/// A subscription to a topic, by way of a queue where one is asked for.
fn topic(sam: &mut Sam<'_>, event: &Event, target: &Target, grants: &mut Grants) {
    let mut subscription = sam.make(&event.name, "AWS::SNS::Subscription");
    subscription.pass(&event.properties, &["FilterPolicy", "FilterPolicyScope", "RedrivePolicy", "Region"]);
    subscription.pass_as(&event.properties, "Topic", "TopicArn");
    let topic = event.properties.get("Topic").cloned().unwrap_or_else(|| sam.unknown());
    let by_queue = match presence(event, "SqsSubscription") {
        Presence::Absent => None,
        Presence::Present(node) if node.as_bool() == Some(false) => None,
        Presence::Present(node) if node.as_bool() == Some(true) || node.as_map().is_some_and(|it| !it.open) => {
            Some(node)
        }
        _ => {
            grants.managed_open = true;
            return sam.generates(&event.name);
        }
    };
    let Some(given) = by_queue else {
        subscription.set("Protocol", sam.text("lambda"));
        subscription.set("Endpoint", target.arn.clone());
        sam.add(subscription);
        permission(sam, event, "", "sns.amazonaws.com", target, |it, _| {
            it.pass_as(&event.properties, "Topic", "SourceArn");
        });
        return;
    };
    grants.attach(QUEUE_POLICY);
    let (arn, url, policy) = match given.as_map() {
        Some(map) => {
            let part = |name: &str| map.get(name).cloned().unwrap_or_else(|| sam.unknown());
            let policy = map.get("QueuePolicyLogicalId").and_then(literal).map(SmolStr::from);
            (part("QueueArn"), part("QueueUrl"), policy)
        }
        None => {
            let suffix = format!("{}Queue", event.name);
            let mut queue = sam.make(&suffix, "AWS::SQS::Queue");
            // It is one for first in, first out where the topic is.
            queue.open();
            sam.add(queue);
            (sam.attribute(&suffix, "Arn"), sam.reference(&suffix), None)
        }
    };
    let statement = sam.map([
        ("Effect", sam.text("Allow")),
        ("Principal", sam.text("*")),
        ("Action", sam.text("sqs:SendMessage")),
        ("Resource", arn.clone()),
        ("Condition", sam.map([("ArnEquals", sam.map([("aws:SourceArn", topic)]))])),
    ]);
    queue_policy(sam, event, policy, url, statement);
    subscription.set("Protocol", sam.text("sqs"));
    subscription.set("Endpoint", arn.clone());
    sam.add(subscription);
    let mut mapping = sam.make(&format!("{}EventSourceMapping", event.name), "AWS::Lambda::EventSourceMapping");
    mapping.set("FunctionName", target.name.clone());
    mapping.set("EventSourceArn", arn);
    mapping.set("Enabled", Node { value: Value::Bool(true), span: sam.at });
    mapping.set("BatchSize", given.get("BatchSize").cloned().unwrap_or_else(|| sam.text("10")));
    sam.add(mapping);
}

/// The permission for a route of a REST API.
fn rest_route(sam: &mut Sam<'_>, event: &Event, target: &Target) {
    note_rest_route(sam, event);
    let (api, stage) = match presence(event, "RestApiId") {
        Presence::Absent => (sam.ref_to(REST_API), Some(SmolStr::new_static("Prod"))),
        Presence::Uncertain => {
            sam.expansion.generated.push(REST_API.into());
            return sam.generates(&event.name);
        }
        Presence::Present(node) => (node.clone(), stage_of(sam, node)),
    };
    let is_word = |it: &SmolStr| !it.is_empty() && it.chars().all(|it| it.is_ascii_alphanumeric());
    match stage {
        Some(stage) if is_word(&stage) => {
            let arn = route_arn(sam, event, api);
            permission(sam, event, &stage, "apigateway.amazonaws.com", target, |it, _| it.set("SourceArn", arn));
        }
        // The name ends in a hash.
        _ => sam.generates(&format!("{}Permission", event.name)),
    }
}

/// The word for the stage of an API in the names of permissions; `None` where it is not known.
fn stage_of(sam: &Sam<'_>, api: &Node) -> Option<SmolStr> {
    let Some(key) = named(api) else { return Some("AllStages".into()) };
    if key == REST_API {
        return Some("Prod".into());
    }
    let api = sam.other(&key).filter(|it| it.ty.text == "AWS::Serverless::Api")?;
    let stage = api.properties.get("StageName")?;
    match &stage.value {
        Value::Call(_) | Value::Either(_) => Some("Stage".into()),
        _ => literal(stage).map(SmolStr::from),
    }
}

/// Says that the API of the template as a whole has a route.
fn note_rest_route(sam: &mut Sam<'_>, event: &Event) {
    let is_implicit = match presence(event, "RestApiId") {
        Presence::Absent => true,
        Presence::Present(node) => named(node).is_some_and(|it| it == REST_API),
        Presence::Uncertain => false,
    };
    if is_implicit {
        sam.uses_implicit_api(false);
    }
}

/// The permission for a route of an HTTP API.
fn http_route(sam: &mut Sam<'_>, event: &Event, target: &Target) {
    let api = match presence(event, "ApiId") {
        Presence::Absent => {
            sam.uses_implicit_api(true);
            sam.ref_to(HTTP_API)
        }
        Presence::Uncertain => {
            sam.expansion.generated.push(HTTP_API.into());
            return sam.generates(&event.name);
        }
        Presence::Present(node) => {
            if named(node).is_some_and(|it| it == HTTP_API) {
                sam.uses_implicit_api(true);
            }
            node.clone()
        }
    };
    let arn = route_arn(sam, event, api);
    permission(sam, event, "", "apigateway.amazonaws.com", target, |it, _| it.set("SourceArn", arn));
}

/// The ARN of a route on all stages of an API.
fn route_arn(sam: &Sam<'_>, event: &Event, api: Node) -> Node {
    let method = event.properties.get("Method").and_then(literal);
    let path = event.properties.get("Path").and_then(literal);
    let (Some(method), Some(path)) = (method, path) else { return sam.unknown() };
    let method = match method.to_ascii_lowercase().as_str() {
        "any" | "x-amazon-apigateway-any-method" => "*".to_owned(),
        method => method.to_ascii_uppercase(),
    };
    if path.contains('{') || path.starts_with('$') {
        return sam.unknown();
    }
    let path = if path.len() > 1 { path.trim_end_matches('/') } else { path };
    let tail = Part::Text(Name::new(format!("/*/{method}{path}"), sam.at));
    sam.arn("execute-api", vec![Part::Value(api), tail])
}

/// True when a function answers every route of an API, so that one permission is enough.
fn has_default_route(events: &Map) -> bool {
    events.entries.iter().any(|(_, event)| {
        let is_default = |it: &Node| literal(it).is_none_or(|it| it == "$default");
        event.get("Type").and_then(literal) == Some("HttpApi") && event.get("Properties.Path").is_none_or(is_default)
    })
}

/// A subscription filter of a log group.
fn logs(sam: &mut Sam<'_>, event: &Event, target: &Target) {
    let group = event.properties.get("LogGroupName").cloned().unwrap_or_else(|| sam.unknown());
    let text = |it: &str| Part::Text(Name::new(it, sam.at));
    let arn = sam.arn("logs", vec![text("log-group:"), Part::Value(group), text(":*")]);
    permission(sam, event, "", "logs.amazonaws.com", target, |it, _| it.set("SourceArn", arn));
    let mut filter = sam.make(&event.name, "AWS::Logs::SubscriptionFilter");
    filter.pass(&event.properties, &["FilterPattern", "LogGroupName"]);
    filter.set("DestinationArn", target.arn.clone());
    filter.depend_on(sam.named(&format!("{}Permission", event.name)));
    sam.add(filter);
}

/// A rule of AWS IoT.
fn iot(sam: &mut Sam<'_>, event: &Event, target: &Target) {
    let rule = Part::Value(sam.reference(&event.name));
    let arn = sam.arn("iot", vec![Part::Text(Name::new("rule/", sam.at)), rule]);
    let account = sam.ref_to("AWS::AccountId");
    permission(sam, event, "", "iot.amazonaws.com", target, |it, _| {
        it.set("SourceArn", arn);
        it.set("SourceAccount", account);
    });
    let mut made = sam.make(&event.name, "AWS::IoT::TopicRule");
    made.pass_as(&event.properties, "Sql", "TopicRulePayload.Sql");
    made.pass_as(&event.properties, "AwsIotSqlVersion", "TopicRulePayload.AwsIotSqlVersion");
    made.set("TopicRulePayload.RuleDisabled", Node { value: Value::Bool(false), span: sam.at });
    let action = sam.map([("Lambda", sam.map([("FunctionArn", target.arn.clone())]))]);
    made.set(
        "TopicRulePayload.Actions",
        Node { value: Value::List(List { items: vec![action], open: false }), span: sam.at },
    );
    sam.add(made);
}

/// The permission of a service to call the function; `suffix` ends its logical id.
fn permission(
    sam: &mut Sam<'_>,
    event: &Event,
    suffix: &str,
    principal: &str,
    target: &Target,
    fill: impl FnOnce(&mut Maker, &Sam<'_>),
) {
    let mut made = sam.make(&format!("{}Permission{suffix}", event.name), "AWS::Lambda::Permission");
    fill_permission(sam, &mut made, principal, target);
    fill(&mut made, sam);
    sam.add(made);
}

/// What every permission says.
pub(super) fn fill_permission(sam: &Sam<'_>, made: &mut Maker, principal: &str, target: &Target) {
    made.set("Action", sam.text("lambda:InvokeFunction"));
    made.set("FunctionName", target.name.clone());
    made.set("Principal", sam.text(principal));
}

fn presence<'e>(event: &'e Event, name: &str) -> Presence<'e> {
    super::maker::presence(&event.properties.map, name)
}

/// What a `Ref` names, or a text.
fn named(node: &Node) -> Option<SmolStr> {
    reference(node).or_else(|| literal(node).map(SmolStr::from))
}

/// What a `Ref` names.
fn reference(node: &Node) -> Option<SmolStr> {
    match &node.value {
        Value::Call(call) => match &**call {
            Call::Ref(name) => Some(name.text.clone()),
            _ => None,
        },
        _ => None,
    }
}
