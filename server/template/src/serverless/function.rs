//! `AWS::Serverless::Function`.

use super::maker::{Maker, Presence, Sam, literal};
use super::role::{self, Basis};
use super::{events, publish};
use model::{Map, Name, Node, SmolStr, Value};

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
    function.pass(&sam.properties, PASSED);
    function.pass_as(&sam.properties, "DeadLetterQueue.TargetArn", "DeadLetterConfig.TargetArn");
    if let Presence::Uncertain | Presence::Present(_) = sam.presence("DeadLetterQueue")
        && sam.get("DeadLetterQueue.TargetArn").is_none()
    {
        function.set("DeadLetterConfig", sam.unknown());
    }
    if !sam.is_absent("CapacityProviderConfig") {
        function.set("CapacityProviderConfig", sam.unknown());
    }
    tracing(sam, &mut function);
    code(sam, &mut function);
    if let Some(tags) = sam.tags(true) {
        function.set("Tags", tags);
    }
    if !sam.is_absent("AutoPublishAlias") && !sam.is_absent("AutoPublishCodeSha256") {
        // The hash follows what is written.
        function.set("Description", Node::unknown(sam.get("Description").map_or(sam.at, |it| it.span)));
    }
    if let Presence::Uncertain = sam.presence("Role") {
        function.set("Role", sam.unknown());
    } else if sam.is_absent("Role") {
        function.set("Role", sam.attribute("Role", "Arn"));
    }
    sam.add(function);

    let target = publish::function(sam);
    publish::url(sam, &target);
    let has_destinations = publish::event_invoke(sam);
    let grants = events::expand(sam, &target);
    let mut basis = basis(sam);
    basis.managed.extend(grants.managed.iter().map(|it| sam.managed_policy(it, sam.at)));
    basis.managed_open |= grants.managed_open;
    basis.inline_open |= grants.inline_open || has_destinations;
    role::expand(sam, basis);
    if !sam.is_absent("DeploymentPreference") {
        sam.generates("DeploymentGroup");
        let shared = ["CodeDeployServiceRole", "ServerlessDeploymentApplication"];
        sam.expansion.generated.extend(shared.map(SmolStr::new_static));
    }
}

/// `Tracing: Active` for `TracingConfig: { Mode: Active }`; `Disabled` is the same as nothing.
fn tracing(sam: &Sam<'_>, function: &mut Maker) {
    match sam.get("Tracing").map(|it| (literal(it), it)) {
        None | Some((Some("Disabled"), _)) => function.writes("TracingConfig.Mode", "Tracing"),
        Some((Some(_), _)) => function.pass_as(&sam.properties, "Tracing", "TracingConfig.Mode"),
        Some((None, node)) => {
            function.writes("TracingConfig.Mode", "Tracing");
            function.set("TracingConfig", Node::unknown(node.span));
        }
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
    let mut node = match (sam.get("InlineCode"), sam.get("CodeUri")) {
        (Some(_), None) => {
            function.pass_as(&sam.properties, "InlineCode", "Code.ZipFile");
            return;
        }
        (None, Some(uri)) => location(sam, uri).unwrap_or_else(|| open(Some(uri))),
        (None, None) if sam.get("ImageUri").is_some_and(|it| literal(it).is_none_or(|it| it.contains(".dkr.ecr."))) => {
            function.pass_as(&sam.properties, "ImageUri", "Code.ImageUri");
            return;
        }
        _ => open(None),
    };
    if let (Value::Map(map), Some((name, key))) = (&mut node.value, sam.properties.map.entry("SourceKMSKeyArn")) {
        map.entries.push((name.clone(), key.clone()));
    }
    function.set("Code", node);
}

/// Where a file in a bucket is, in the words of Lambda: from an S3 URI, or from `Bucket`, `Key` and `Version`. `None` for
/// what is on the author's disk until it is packaged.
pub(super) fn location(sam: &Sam<'_>, uri: &Node) -> Option<Node> {
    let mut out = Map::default();
    match &uri.value {
        Value::Map(map) => {
            out.open = map.open;
            for (from, to) in [("Bucket", "S3Bucket"), ("Key", "S3Key"), ("Version", "S3ObjectVersion")] {
                if let Some((name, node)) = map.entry(from) {
                    out.entries.push((Name::new(to, name.span), node.clone()));
                }
            }
        }
        Value::Scalar(scalar) => {
            let (bucket, key) = scalar.text.strip_prefix("s3://")?.split_once('/').filter(|it| !it.1.contains('?'))?;
            for (name, text) in [("S3Bucket", bucket), ("S3Key", key)] {
                out.entries.push((Name::new(name, sam.at), Node::text(text, uri.span)));
            }
        }
        _ => return None,
    }
    (out.get("S3Bucket").is_some() && out.get("S3Key").is_some())
        .then_some(Node { value: Value::Map(out), span: uri.span })
}

/// What the role of the function starts with.
fn basis(sam: &Sam<'_>) -> Basis {
    let managed = |name: &str| sam.managed_policy(name, sam.at);
    let mut basis = Basis { service: "lambda.amazonaws.com", ..Basis::default() };
    match sam.presence("DurableConfig") {
        Presence::Absent => basis.managed.push(managed("service-role/AWSLambdaBasicExecutionRole")),
        Presence::Present(_) => basis.managed.push(managed("service-role/AWSLambdaBasicDurableExecutionRolePolicy")),
        Presence::Uncertain => basis.managed_open = true,
    }
    match sam.presence("Tracing") {
        Presence::Absent => (),
        Presence::Present(node) => match node.as_str() {
            Some("Disabled") => (),
            // Which policy depends on the partition.
            _ => basis.managed_open = true,
        },
        Presence::Uncertain => basis.managed_open = true,
    }
    match sam.presence("VpcConfig") {
        Presence::Absent => (),
        // A configuration that turns out as nothing counts as one.
        Presence::Present(_) => basis.managed.push(managed("service-role/AWSLambdaVPCAccessExecutionRole")),
        Presence::Uncertain => basis.managed_open = true,
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
            let statement = sam.map([("Action", action), ("Resource", target), ("Effect", sam.text("Allow"))]);
            let document = sam.map([("Version", sam.text("2012-10-17")), ("Statement", sam.list(vec![statement]))]);
            let name = sam.text("DeadLetterQueuePolicy");
            basis.inline.push(sam.map([("PolicyName", name), ("PolicyDocument", document)]));
        }
        Presence::Uncertain => basis.inline.push(sam.unknown()),
    }
    basis
}
