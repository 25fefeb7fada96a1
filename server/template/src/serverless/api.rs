//! `AWS::Serverless::Api` and `AWS::Serverless::HttpApi`: an API and its stage.
//!
//! Also the two that the transform makes for a template as a whole when events name no API of their own.

use super::maker::{Maker, Presence, Sam, literal};
use model::{Map, Name, Node, SmolStr, Value};
use smol_str::format_smolstr;

/// The properties for which the transform adds to a definition.
const COMPLETING: &[&str] =
    &["Auth", "BinaryMediaTypes", "Cors", "DisableExecuteApiEndpoint", "GatewayResponses", "Models"];

/// A REST API, its deployment and its stage.
pub(super) fn rest(sam: &mut Sam<'_>) {
    let mut api = sam.make("", "AWS::ApiGateway::RestApi");
    api.pass(
        &sam.properties,
        &[
            "ApiKeySourceType",
            "BinaryMediaTypes",
            "Description",
            "EndpointAccessMode",
            "FailOnWarnings",
            "MinimumCompressionSize",
            "Mode",
            "Name",
            "Policy",
            "SecurityPolicy",
        ],
    );
    // `application~1json` stands for `application/json`.
    if sam.get("BinaryMediaTypes").and_then(Node::as_list).is_some_and(|it| it.items.iter().any(has_escape)) {
        api.set("BinaryMediaTypes", sam.unknown());
    }
    endpoint(sam, &mut api);
    body(sam, &mut api);
    sam.add(api);

    let mut deployment = sam.make("Deployment", "AWS::ApiGateway::Deployment");
    deployment.set("RestApiId", sam.reference(""));
    deployment.open();
    sam.add(deployment);

    let name = sam.get("StageName").and_then(literal).map(SmolStr::from);
    let suffix = match name {
        Some(name) if is_word(&name) => format_smolstr!("{name}Stage"),
        _ => "Stage".into(),
    };
    let mut stage = sam.make(&suffix, "AWS::ApiGateway::Stage");
    stage.pass(
        &sam.properties,
        &[
            "AccessLogSetting",
            "CacheClusterEnabled",
            "CacheClusterSize",
            "CanarySetting",
            "MethodSettings",
            "StageName",
            "TracingEnabled",
            "Variables",
        ],
    );
    stage.set("RestApiId", sam.reference(""));
    stage.set("DeploymentId", sam.reference("Deployment"));
    if let Some(tags) = sam.tags(false) {
        stage.set("Tags", tags);
    }
    sam.add(stage);
    for suffix in ["Deployment", ".Deployment", ".Stage"] {
        sam.generates(suffix);
    }
    if suffix == "Stage" {
        sam.generates("Stage");
    }
    extras(sam, &["ServerlessApiKey", "ServerlessUsagePlan"]);
}

/// An HTTP API and its stage.
pub(super) fn http(sam: &mut Sam<'_>) {
    let mut api = sam.make("", "AWS::ApiGatewayV2::Api");
    api.pass(&sam.properties, &["FailOnWarnings"]);
    body(sam, &mut api);
    // What the definition says of names, tags and origins counts like a property.
    api.open();
    sam.add(api);

    let name = match sam.presence("StageName") {
        Presence::Absent => Some(SmolStr::new_static("$default")),
        Presence::Present(node) => literal(node).map(SmolStr::from),
        Presence::Uncertain => None,
    };
    let suffix = match &name {
        Some(name) if is_word(name) => format_smolstr!("{name}Stage"),
        Some(name) if name == "$default" => "ApiGatewayDefaultStage".into(),
        _ => "Stage".into(),
    };
    let mut stage = sam.make(&suffix, "AWS::ApiGatewayV2::Stage");
    stage.pass(&sam.properties, &["AccessLogSettings", "DefaultRouteSettings", "StageName", "StageVariables"]);
    // Events add to them.
    stage.set("RouteSettings", sam.unknown());
    if sam.is_absent("StageName") {
        stage.set("StageName", sam.text("$default"));
    }
    stage.set("ApiId", sam.reference(""));
    stage.set("AutoDeploy", Node { value: Value::Bool(true), span: sam.at });
    let mut tags = Map { entries: vec![(Name::new("httpapi:createdBy", sam.at), sam.text("SAM"))], open: false };
    match sam.get("Tags").map(|it| &it.value) {
        Some(Value::Map(map)) => {
            tags.entries.extend(map.entries.iter().cloned());
            tags.open = map.open;
        }
        Some(_) => tags.open = true,
        None => tags.open = sam.properties.map.open,
    }
    // They are taken from the definition, unless that is in a file.
    match (sam.get("DefinitionBody"), sam.is_absent("DefinitionUri")) {
        (None | Some(Node { value: Value::Map(_), .. }), true) => {
            stage.set("Tags", Node { value: Value::Map(tags), span: sam.at });
        }
        _ => stage.open(),
    }
    sam.add(stage);
    sam.generates(".Stage");
    if suffix == "Stage" {
        sam.generates("Stage");
    }
    extras(sam, &[]);
}

/// What is made for authorisers and domain names.
fn extras(sam: &mut Sam<'_>, keys: &[&str]) {
    if !sam.is_absent("Auth") {
        sam.generates("");
        sam.expansion.generated.extend(keys.iter().map(SmolStr::new));
    }
    if !sam.is_absent("Domain") {
        sam.generates("");
        sam.expansion.generated.extend(["ApiGatewayDomainName", "RecordSetGroup"].map(SmolStr::new_static));
    }
}

/// What the API consists of: written there, in a file, or put together from events.
fn body(sam: &Sam<'_>, api: &mut Maker) {
    if !sam.is_absent("DefinitionUri") {
        let span = sam.get("DefinitionUri").map_or(sam.at, |it| it.span);
        api.set("BodyS3Location", Node { value: Value::Map(Map { entries: Vec::new(), open: true }), span });
        return;
    }
    let written = sam.properties.map.entry("DefinitionBody");
    let node = match written {
        // What events say of a route may go before what is written.
        Some((_, node)) if !sam.is_absent("MergeDefinitions") => Node::unknown(node.span),
        Some((_, Node { value: Value::Map(map), span })) => {
            let mut node = Node { value: Value::Map(map.clone()), span: *span };
            if sam.kind() != "Api" || COMPLETING.iter().any(|it| !sam.is_absent(it)) {
                open_all(&mut node);
            }
            node
        }
        Some((_, node)) => Node::unknown(node.span),
        None => sam.unknown(),
    };
    api.set("Body", node);
}

/// Lets everything in a definition have more than is written.
fn open_all(node: &mut Node) {
    match &mut node.value {
        Value::Map(map) => {
            map.open = true;
            map.entries.iter_mut().for_each(|(_, it)| open_all(it));
        }
        Value::List(list) => {
            list.open = true;
            list.items.iter_mut().for_each(open_all);
        }
        _ => (),
    }
}

/// `EDGE` for `{ Types: [EDGE] }`, `Type` and `VPCEndpointIds` under the names that API Gateway knows them by.
fn endpoint(sam: &Sam<'_>, api: &mut Maker) {
    let Some((_, node)) = sam.properties.map.entry("EndpointConfiguration") else { return };
    let types = |ty: &Node| sam.list(vec![ty.clone()]);
    let node = match &node.value {
        Value::Scalar(_) => Node { span: node.span, ..sam.map([("Types", types(node))]) },
        Value::Map(map) => {
            let mut out = Map { entries: Vec::new(), open: map.open };
            // The transform drops all other keys.
            for (name, value) in &map.entries {
                let (name, value) = match name.text.as_str() {
                    "Type" => (Name::new("Types", name.span), types(value)),
                    "VPCEndpointIds" | "VpcEndpointIds" => (Name::new("VpcEndpointIds", name.span), value.clone()),
                    "IpAddressType" => (name.clone(), value.clone()),
                    _ => continue,
                };
                out.entries.push((name, value));
            }
            Node { value: Value::Map(out), span: node.span }
        }
        _ => Node::unknown(node.span),
    };
    api.set("EndpointConfiguration", node);
    api.set("Parameters", sam.unknown());
}

fn has_escape(node: &Node) -> bool {
    literal(node).is_some_and(|it| it.contains("~1"))
}

fn is_word(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|it| it.is_ascii_alphanumeric())
}
