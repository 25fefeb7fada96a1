//! `AWS::Serverless::Function`.

use super::maker::{Maker, Presence, Sam, literal};
use super::role::{self, Basis};
use model::{Map, Node, Value};

/// The properties that go on as they are.
const PASSED: &[&str] = &[
    "Architectures",
    "CodeSigningConfigArn",
    "Description",
    "DurableConfig",
    "Environment",
    "EphemeralStorage",
    "FileSystemConfigs",
    "FunctionName",
    "FunctionScalingConfig",
    "Handler",
    "ImageConfig",
    "KmsKeyArn",
    "Layers",
    "LoggingConfig",
    "MemorySize",
    "PackageType",
    "PublishToLatestPublished",
    "RecursiveLoop",
    "ReservedConcurrentExecutions",
    "Role",
    "Runtime",
    "RuntimeManagementConfig",
    "SnapStart",
    "TenancyConfig",
    "Timeout",
    "VpcConfig",
];

/// A function, its role, its version and alias, its URL, and what calls it.
pub(super) fn expand(sam: &mut Sam<'_>) {
    let mut function = sam.make("", "AWS::Lambda::Function");
    function.pass(sam, PASSED);
    function.pass_as(sam, "DeadLetterQueue.TargetArn", "DeadLetterConfig.TargetArn");
    if let Presence::Uncertain | Presence::Present(_) = sam.presence("DeadLetterQueue")
        && sam.get("DeadLetterQueue.TargetArn").is_none()
    {
        function.set("DeadLetterConfig", sam.unknown());
    }
    tracing(sam, &mut function);
    code(sam, &mut function);
    if let Some(tags) = sam.tags(true) {
        function.set("Tags", tags);
    }
    if let Presence::Uncertain = sam.presence("Role") {
        function.set("Role", sam.unknown());
    } else if sam.is_absent("Role") {
        function.set("Role", sam.attribute("Role", "Arn"));
    }
    sam.add(function);

    let basis = basis(sam);
    role::expand(sam, basis);
    let mut queues = Vec::new();
    sam.resource
        .properties
        .walk(&mut |it| queues.extend(it.get("QueueLogicalId").and_then(Node::as_str).map(Into::into)));
    sam.expansion.generated.append(&mut queues);
    for suffix in ["Alias", "DeploymentGroup", "EventInvokeConfig", "Url", "Version", "."] {
        sam.generates(suffix);
    }
    sam.generates("");
}

/// `Tracing: Active` for `TracingConfig: { Mode: Active }`; `Disabled` is the same as nothing.
fn tracing(sam: &Sam<'_>, function: &mut Maker) {
    match sam.get("Tracing").and_then(Node::as_str) {
        Some("Disabled") => function.writes("TracingConfig.Mode", "Tracing"),
        _ => function.pass_as(sam, "Tracing", "TracingConfig.Mode"),
    }
}

/// Where the code is: inline, in a bucket, in a registry, or on the author's disk until it is packaged.
fn code(sam: &Sam<'_>, function: &mut Maker) {
    function.writes("Code.ZipFile", "InlineCode");
    function.writes("Code.ImageUri", "ImageUri");
    function.writes("Code.SourceKMSKeyArn", "SourceKMSKeyArn");
    let open = |node: Option<&Node>| Node {
        value: Value::Map(Map { entries: Vec::new(), open: true }),
        span: node.map_or(sam.at, |it| it.span),
    };
    let node = match (sam.get("InlineCode"), sam.get("CodeUri")) {
        (Some(_), None) => {
            function.pass_as(sam, "InlineCode", "Code.ZipFile");
            return;
        }
        (None, Some(uri)) => match &uri.value {
            Value::Map(map) => location(sam, map).map(|it| Node { span: uri.span, ..it }),
            Value::Scalar(scalar) if scalar.text.starts_with("s3://") => {
                let rest = &scalar.text["s3://".len()..];
                let parts = rest.split_once('/').filter(|(_, key)| !key.contains('?'));
                parts.map(|(bucket, key)| Node {
                    span: uri.span,
                    ..sam.map([("S3Bucket", Node::text(bucket, uri.span)), ("S3Key", Node::text(key, uri.span))])
                })
            }
            _ => None,
        }
        .unwrap_or_else(|| open(Some(uri))),
        (None, None) if sam.get("ImageUri").is_some_and(|it| literal(it).is_none_or(|it| it.contains(".dkr.ecr."))) => {
            function.pass_as(sam, "ImageUri", "Code.ImageUri");
            return;
        }
        _ => open(None),
    };
    function.set("Code", node);
}

/// `Bucket`, `Key` and `Version` under the names that Lambda knows them by.
pub(super) fn location(sam: &Sam<'_>, map: &Map) -> Option<Node> {
    let mut out = Map { entries: Vec::new(), open: map.open };
    for (from, to) in [("Bucket", "S3Bucket"), ("Key", "S3Key"), ("Version", "S3ObjectVersion")] {
        if let Some((name, node)) = map.entry(from) {
            out.entries.push((model::Name::new(to, name.span), node.clone()));
        }
    }
    (out.get("S3Bucket").is_some() && out.get("S3Key").is_some())
        .then_some(Node { value: Value::Map(out), span: sam.at })
}

/// What the role of the function starts with.
fn basis(sam: &Sam<'_>) -> Basis {
    let managed = |name: &str| sam.managed_policy(name, sam.at);
    let mut basis = Basis { service: "lambda.amazonaws.com", managed: Vec::new(), inline: Vec::new(), open: false };
    match sam.presence("DurableConfig") {
        Presence::Absent => basis.managed.push(managed("service-role/AWSLambdaBasicExecutionRole")),
        Presence::Present(_) => basis.managed.push(managed("service-role/AWSLambdaBasicDurableExecutionRolePolicy")),
        Presence::Uncertain => basis.open = true,
    }
    match sam.presence("Tracing") {
        Presence::Absent => (),
        Presence::Present(node) => match node.as_str() {
            Some("Disabled") => (),
            Some(_) => basis.managed.push(managed("AWSXRayDaemonWriteAccess")),
            None => basis.open = true,
        },
        Presence::Uncertain => basis.open = true,
    }
    match sam.presence("VpcConfig") {
        Presence::Absent => (),
        // A configuration that turns out as nothing counts as one.
        Presence::Present(_) => basis.managed.push(managed("service-role/AWSLambdaVPCAccessExecutionRole")),
        Presence::Uncertain => basis.open = true,
    }
    match sam.presence("DeadLetterQueue") {
        Presence::Absent => (),
        Presence::Present(node) => {
            let action = match node.get("Type").and_then(Node::as_str) {
                Some("SQS") => sam.text("sqs:SendMessage"),
                Some("SNS") => sam.text("sns:Publish"),
                _ => sam.unknown(),
            };
            let target = node.get("TargetArn").cloned().unwrap_or_else(|| sam.unknown());
            basis.inline.push(role::inline(sam, "DeadLetterQueuePolicy", action, target));
        }
        Presence::Uncertain => basis.inline.push(sam.unknown()),
    }
    basis
}
