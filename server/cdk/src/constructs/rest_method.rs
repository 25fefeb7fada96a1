//! Methods of REST APIs: what they ask for, what answers them, and who may invoke that.

use super::rest_api::{Integration, Part, generated, is_on, resource_id};
use super::{integrations, made};
use crate::ast::Element;
use crate::evaluate::{Given, Props, reference};
use crate::library;
use crate::lower::{Lowering, sub};
use crate::scope::{At, Place};
use model::{List, Map, Name, Node, Part as Piece, SmolStr, Span, Value};

const METHOD: &str = "aws-apigateway.Method";
pub(crate) const PERMISSION: &str = "AWS::Lambda::Permission";

/// A method of a resource.
#[derive(Clone, Debug)]
pub(crate) struct Method<'a> {
    /// The construct of the resource.
    pub(crate) resource: usize,
    /// The verb, in capitals.
    pub(crate) http: Node,
    kind: Kind<'a>,
}

#[derive(Clone, Debug)]
enum Kind<'a> {
    Written {
        integration: Option<At<'a>>,
        options: Option<At<'a>>,
    },
    /// It answers preflight requests.
    Cors(At<'a>),
}

/// Adds a method of a resource.
pub(crate) fn add<'a>(
    lowering: &mut Lowering<'a>,
    place: Place<'a>,
    resource: usize,
    http: &Node,
    integration: Option<At<'a>>,
    options: Option<At<'a>>,
) -> usize {
    add_as(lowering, place, resource, http, Kind::Written { integration, options })
}

/// Adds the method that answers preflight requests.
pub(crate) fn add_cors<'a>(lowering: &mut Lowering<'a>, place: Place<'a>, resource: usize, options: At<'a>) {
    let http = Node::text("OPTIONS", options.span());
    add_as(lowering, place, resource, &http, Kind::Cors(options));
}

fn add_as<'a>(lowering: &mut Lowering<'a>, place: Place<'a>, resource: usize, http: &Node, kind: Kind<'a>) -> usize {
    let above = &lowering.constructs[resource];
    let verb = http.as_str();
    let id = verb.unwrap_or("*");
    let path = above.path.as_ref().filter(|_| verb.is_some()).map(|it| SmolStr::from(format!("{it}/{id}")));
    let key = format!("{}/{id}", above.key);
    let index = lowering.add_part(place, METHOD, Name::new(id, http.span), http.span, None, (&key, path));
    let http = match verb {
        Some(verb) => Node::text(verb.to_uppercase(), http.span),
        None => Node::unknown(http.span),
    };
    lowering.rest.insert(index, Part::Method(Method { resource, http, kind }));
    index
}

/// Adds the resource of the method at `index`.
pub(crate) fn lower<'a>(lowering: &mut Lowering<'a>, index: usize, method: &Method<'a>) {
    let Some(Part::Resource(resource)) = lowering.rest.get(&method.resource) else { return };
    let resource = resource.clone();
    let api = resource.api;
    let span = lowering.constructs[index].place.at.span();
    let mut map = Map { entries: Vec::new(), open: true };
    map.insert("HttpMethod", method.http.span, method.http.clone());
    map.insert("ResourceId", span, resource_id(lowering, method.resource, span));
    map.insert("RestApiId", span, reference(&lowering.constructs[api].key, span));
    let mut function = None;
    match method.kind {
        Kind::Cors(options) => {
            if let Some(cors) = cors(lowering, options) {
                map.entries.extend(cors.entries);
            }
        }
        Kind::Written { integration, options } => {
            let options = Options { own: lowering.props(options), defaults: &resource.options };
            options.put(lowering, index, &mut map, span);
            let integration = integration.map_or(resource.integration, |at| Integration::Given(Given::Value(at)));
            let stack = lowering.constructs[index].place.stack;
            let (node, invoked) = integrations::render(lowering, integration, stack, span);
            map.insert("Integration", node.span, node);
            function = invoked;
            if let Some(authorizer) = options.authorizer(lowering) {
                attach(lowering, authorizer, api);
            }
        }
    }
    let draft = lowering.add(index, "AWS::ApiGateway::Method", map, "");
    generated(lowering, draft, api);
    if let Some(function) = function {
        allow(lowering, index, method, api, resource.path.as_deref(), &function);
    }
}

/// The options of a method, and those that the resources around it have for all methods.
struct Options<'p, 'a> {
    own: Props<'a>,
    defaults: &'p [Given<'a>],
}

impl<'a> Options<'_, 'a> {
    /// What is said of `name`, by the method itself or else by the nearest resource.
    fn get(&self, lowering: &Lowering<'a>, name: &str) -> Given<'a> {
        let own = settled(lowering, self.own.get(name));
        if !matches!(own, Given::Absent) {
            return own;
        }
        for defaults in self.defaults.iter().rev() {
            let given = match defaults {
                Given::Value(at) => settled(lowering, lowering.props(Some(*at)).get(name)),
                Given::Absent => Given::Absent,
                Given::Unknown => Given::Unknown,
            };
            if !matches!(given, Given::Absent) {
                return given;
            }
        }
        Given::Absent
    }

    /// The construct that authorizes.
    fn authorizer(&self, lowering: &Lowering<'a>) -> Option<usize> {
        match self.get(lowering, "authorizer") {
            Given::Value(at) => lowering.construct_of(at).map(|it| it.0),
            Given::Absent | Given::Unknown => None,
        }
    }

    fn put(&self, lowering: &Lowering<'a>, index: usize, map: &mut Map, span: Span) {
        let stack = lowering.constructs[index].place.stack;
        let node = |given: Given<'a>| match given {
            Given::Value(at) => lowering.in_stack(Some(stack), |it| it.node(at)),
            Given::Absent => Node { value: Value::Absent, span },
            Given::Unknown => Node::unknown(span),
        };
        let mut put = |name: &str, node: Node| map.insert(name, node.span, node);
        for (name, property) in [
            ("operationName", "OperationName"),
            ("apiKeyRequired", "ApiKeyRequired"),
            ("requestParameters", "RequestParameters"),
        ] {
            put(property, node(self.get(lowering, name)));
        }
        let ty = self.get(lowering, "authorizationType");
        let own_type = settled(lowering, self.own.get("authorizationType"));
        let is_none = matches!(own_type, Given::Value(at) if lowering.node(at).as_str() == Some("NONE"))
            && matches!(settled(lowering, self.own.get("authorizer")), Given::Absent);
        let (of_authorizer, id) = match self.get(lowering, "authorizer") {
            _ if is_none => (Node { value: Value::Absent, span }, Node { value: Value::Absent, span }),
            Given::Absent => (Node { value: Value::Absent, span }, Node { value: Value::Absent, span }),
            Given::Value(at) => authorizer(lowering, at, stack),
            Given::Unknown => (Node::unknown(span), Node::unknown(span)),
        };
        let ty = match (of_authorizer.value, ty) {
            (Value::Absent, Given::Absent) => Node::text("NONE", span),
            (Value::Absent, ty) => node(ty),
            (value, _) => Node { value, span },
        };
        let scopes = match ty.as_str() {
            Some("COGNITO_USER_POOLS") => node(self.get(lowering, "authorizationScopes")),
            Some(_) => Node { value: Value::Absent, span },
            None => Node::unknown(span),
        };
        put("AuthorizationScopes", scopes);
        put("AuthorizationType", ty);
        put("AuthorizerId", id);
        let validator = match settled(lowering, self.own.get("requestValidator")) {
            Given::Absent => match settled(lowering, self.own.get("requestValidatorOptions")) {
                Given::Absent => Node { value: Value::Absent, span },
                _ => Node::unknown(span),
            },
            Given::Value(at) => match lowering.construct_of(at) {
                Some((it, _)) => made::member(lowering, it, "requestValidatorId", stack, at.span()),
                None => Node::unknown(span),
            },
            Given::Unknown => Node::unknown(span),
        };
        put("RequestValidatorId", validator);
        put(
            "RequestModels",
            match settled(lowering, self.own.get("requestModels")) {
                Given::Value(at) => models(lowering, at, stack),
                given => node(given),
            },
        );
        let adds_responses =
            lowering.methods.get(&index).is_some_and(|it| it.iter().any(|it| it.text == "addMethodResponse"));
        put(
            "MethodResponses",
            match self.get(lowering, "methodResponses") {
                // Some integrations have responses of their own.
                _ if adds_responses => Node::unknown(span),
                Given::Absent => Node::unknown(span),
                Given::Value(at) => responses(lowering, at, stack),
                given @ Given::Unknown => node(given),
            },
        );
    }
}

/// What is given, nothing for what is `undefined`.
fn settled<'a>(lowering: &Lowering<'a>, given: Given<'a>) -> Given<'a> {
    match given {
        Given::Value(at) if matches!(lowering.node(at).value, Value::Absent) => Given::Absent,
        given => given,
    }
}

/// The type and the id of the authorizer at `at`.
fn authorizer<'a>(lowering: &Lowering<'a>, at: At<'a>, stack: usize) -> (Node, Node) {
    let span = at.span();
    let Some((index, _)) = lowering.construct_of(at) else {
        let at = lowering.scopes.follow(at);
        if !matches!(at.expression.kind, crate::ast::Kind::Object(_)) {
            return (Node::unknown(span), Node::unknown(span));
        }
        let props = lowering.props(Some(at));
        let [ty, id] = ["authorizationType", "authorizerId"].map(|name| match props.get(name) {
            Given::Value(at) => lowering.in_stack(Some(stack), |it| it.node(at)),
            Given::Absent => Node { value: Value::Absent, span },
            Given::Unknown => Node::unknown(span),
        });
        return (ty, id);
    };
    let ty = match &*lowering.constructs[index].class {
        "aws-apigateway.CognitoUserPoolsAuthorizer" => "COGNITO_USER_POOLS",
        "aws-apigateway.RequestAuthorizer" | "aws-apigateway.TokenAuthorizer" => "CUSTOM",
        _ => return (Node::unknown(span), Node::unknown(span)),
    };
    (Node::text(ty, span), made::member(lowering, index, "authorizerId", stack, span))
}

/// An authorizer is the API's for which a method asks for it first.
fn attach(lowering: &mut Lowering<'_>, authorizer: usize, api: usize) {
    let Some(draft) = lowering.constructs[authorizer].resource else { return };
    let is_own = lowering.constructs[authorizer].class.starts_with("aws-apigateway.")
        && lowering.constructs[authorizer].place.stack == lowering.constructs[api].place.stack;
    let span = lowering.constructs[authorizer].id.span;
    let id = reference(&lowering.constructs[api].key, span);
    let properties = lowering.properties(draft);
    if is_own && properties.get("RestApiId").is_none_or(|it| matches!(it.value, Value::Unknown | Value::Absent)) {
        properties.insert("RestApiId", span, id);
    }
}

/// The ids of the models at `at`, by content type.
fn models<'a>(lowering: &Lowering<'a>, at: At<'a>, stack: usize) -> Node {
    let props = lowering.props(Some(at));
    let mut map = Map { entries: Vec::new(), open: props.open };
    for (name, value) in props.iter() {
        let id = value.map_or_else(|| Node::unknown(name.span), |it| model(lowering, it, stack));
        map.entries.push((name.clone(), id));
    }
    Node { value: Value::Map(map), span: at.span() }
}

fn model<'a>(lowering: &Lowering<'a>, at: At<'a>, stack: usize) -> Node {
    if let Some((index, _)) = lowering.construct_of(at) {
        return made::member(lowering, index, "modelId", stack, at.span());
    }
    match lowering.made(at).as_ref().map(|it| &*it.path) {
        Some("aws-apigateway.Model.EMPTY_MODEL") => Node::text("Empty", at.span()),
        Some("aws-apigateway.Model.ERROR_MODEL") => Node::text("Error", at.span()),
        _ => Node::unknown(at.span()),
    }
}

fn responses<'a>(lowering: &Lowering<'a>, at: At<'a>, stack: usize) -> Node {
    let span = at.span();
    let Some(items) = lowering.scopes.items(at) else { return Node::unknown(span) };
    let response = |at: At<'a>| {
        let props = lowering.props(Some(at));
        let mut map = Map { entries: Vec::new(), open: props.open };
        for (name, property) in [("statusCode", "StatusCode"), ("responseParameters", "ResponseParameters")] {
            if let Some(at) = props.value(name) {
                map.entries.push((Name::new(property, at.span()), lowering.node(at)));
            }
        }
        if let Some(at) = props.value("responseModels") {
            map.entries.push((Name::new("ResponseModels", at.span()), models(lowering, at, stack)));
        }
        Node { value: Value::Map(map), span: at.span() }
    };
    let items = items.into_iter().map(response).collect();
    Node { value: Value::List(List { items, open: false }), span }
}

/// What answers preflight requests, by the options at `at`.
fn cors<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Option<Map> {
    let span = at.span();
    let props = lowering.props(Some(at));
    let origins = props.value("allowOrigins").and_then(|it| texts(lowering, it));
    let quoted = |texts: Option<Vec<SmolStr>>| match texts {
        Some(texts) => Node::text(format!("'{}'", texts.join(",")), span),
        None => Node::unknown(span),
    };
    let list = |name: &str, default: &str| match props.get(name) {
        Given::Absent => Some(constant(default)?.to_vec()),
        Given::Value(at) => texts(lowering, at),
        Given::Unknown => None,
    };
    let methods = list("allowMethods", "ALL_METHODS");
    let methods = match methods {
        Some(it) if it.iter().any(|it| it == "ANY") => constant("ALL_METHODS"),
        other => other,
    };
    let mut headers: Vec<(&str, Node)> = vec![
        ("Access-Control-Allow-Headers", quoted(list("allowHeaders", "DEFAULT_HEADERS"))),
        ("Access-Control-Allow-Methods", quoted(methods)),
        ("Access-Control-Allow-Origin", quoted(origins.as_ref().map(|it| it.iter().take(1).cloned().collect()))),
    ];
    let first = origins.as_ref().and_then(|it| it.first());
    let mut open = props.open || first.is_none();
    if first.is_some_and(|it| it != "*") {
        headers.push(("Vary", Node::text("'Origin'", span)));
    }
    match is_on(lowering, props.get("allowCredentials"), false) {
        Some(true) => headers.push(("Access-Control-Allow-Credentials", Node::text("'true'", span))),
        Some(false) => (),
        None => open = true,
    }
    match (is_on(lowering, props.get("disableCache"), false), props.get("maxAge")) {
        (Some(true), _) => headers.push(("Access-Control-Max-Age", Node::text("'-1'", span))),
        (Some(false), Given::Absent) => (),
        (_, Given::Value(at)) => match library::value::seconds(lowering, at) {
            Some(seconds) => headers.push(("Access-Control-Max-Age", Node::text(format!("'{seconds}'"), span))),
            None => open = true,
        },
        _ => open = true,
    }
    match props.get("exposeHeaders") {
        Given::Absent => (),
        Given::Value(at) => headers.push(("Access-Control-Expose-Headers", quoted(texts(lowering, at)))),
        Given::Unknown => open = true,
    }
    let status = match props.get("statusCode") {
        Given::Absent => Node::text("204", span),
        Given::Value(at) => lowering.node(at),
        Given::Unknown => Node::unknown(span),
    };
    let parameters = |value: &dyn Fn(Node) -> Node| {
        let name = |it: &str| Name::new(format!("method.response.header.{it}"), span);
        let entries = headers.iter().map(|(header, node)| (name(header), value(node.clone()))).collect();
        Node { value: Value::Map(Map { entries, open }), span }
    };
    let text = |it: &str| Node::text(it, span);
    let mut response = object(vec![("StatusCode", status.clone()), ("ResponseParameters", parameters(&|it| it))], span);
    if let Value::Map(map) = &mut response.value {
        let template = match &origins {
            Some(origins) if origins.len() < 2 => Node { value: Value::Absent, span },
            Some(origins) => object(vec![("application/json", Node::text(template(&origins[1..]), span))], span),
            None => Node::unknown(span),
        };
        map.entries.push((Name::new("ResponseTemplates", span), template));
    }
    let integration = object(
        vec![
            ("IntegrationResponses", only(response)),
            ("RequestTemplates", object(vec![("application/json", text("{ statusCode: 200 }"))], span)),
            ("Type", text("MOCK")),
        ],
        span,
    );
    let yes = parameters(&|node| Node { value: Value::Bool(true), span: node.span });
    let answer = object(vec![("StatusCode", status), ("ResponseParameters", yes)], span);
    let method = object(
        vec![
            ("ApiKeyRequired", Node { value: Value::Bool(false), span }),
            ("AuthorizationType", text("NONE")),
            ("Integration", integration),
            ("MethodResponses", only(answer)),
        ],
        span,
    );
    match method.value {
        Value::Map(map) => Some(map),
        _ => None,
    }
}

fn object(entries: Vec<(&str, Node)>, span: Span) -> Node {
    let entries = entries.into_iter().map(|(name, node)| (Name::new(name, node.span), node)).collect();
    Node { value: Value::Map(Map { entries, open: false }), span }
}

fn only(node: Node) -> Node {
    let span = node.span;
    Node { value: Value::List(List { items: vec![node], open: false }), span }
}

/// The template that answers with the one of several origins which asks.
fn template(origins: &[SmolStr]) -> String {
    let conditions: Vec<String> = origins.iter().map(|it| format!("$origin == \"{it}\"")).collect();
    [
        "#set($origin = $input.params().header.get(\"Origin\"))",
        "#if($origin == \"\")",
        "  #set($origin = $input.params().header.get(\"origin\"))",
        "#end",
        &format!("#if({})", conditions.join(" || ")),
        "  #set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)",
        "#end",
    ]
    .join("\n")
}

/// The texts of the list at `at`, when all are known.
fn texts<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Option<Vec<SmolStr>> {
    let at = lowering.scopes.follow(at);
    if let Some(name) = lowering.made(at).and_then(|it| it.path.strip_prefix("aws-apigateway.Cors.").map(str::to_owned))
    {
        return constant(&name);
    }
    let crate::ast::Kind::Array(elements) = &at.expression.kind else { return None };
    let mut out = Vec::new();
    for element in elements {
        match element {
            Element::Item(expression) => {
                out.push(lowering.node(At { expression, frame: at.frame }).as_str()?.into());
            }
            Element::Spread(expression) => out.extend(texts(lowering, At { expression, frame: at.frame })?),
        }
    }
    Some(out)
}

/// The lists that the library has ready.
fn constant(name: &str) -> Option<Vec<SmolStr>> {
    let list: &[&str] = match name {
        "ALL_METHODS" => &["OPTIONS", "GET", "PUT", "POST", "DELETE", "PATCH", "HEAD"],
        "ALL_ORIGINS" => &["*"],
        "DEFAULT_HEADERS" => {
            &["Content-Type", "X-Amz-Date", "Authorization", "X-Api-Key", "X-Amz-Security-Token", "X-Amz-User-Agent"]
        }
        _ => return None,
    };
    Some(list.iter().map(|it| SmolStr::new(*it)).collect())
}

/// Lets the API invoke the function that answers the method at `index`.
fn allow<'a>(
    lowering: &mut Lowering<'a>,
    index: usize,
    method: &Method<'a>,
    api: usize,
    path: Option<&str>,
    function: &integrations::Function<'a>,
) {
    if function.is_scoped != Some(true) {
        return;
    }
    let span = lowering.constructs[index].place.at.span();
    let stack = lowering.constructs[index].place.stack;
    let verb = method.http.as_str();
    let stage = lowering.constructs[api].parts.iter().find(|it| it.0 == "deploymentStage").map(|it| it.1);
    let stage = stage.map_or_else(|| Node::unknown(span), |it| reference(&lowering.constructs[it].key, span));
    let description = lowering.constructs[api].path.as_deref().and_then(crate::unique_id::unique_id);
    let description =
        description.zip(verb.zip(path)).map(|(api, (verb, path))| format!("{api}.{verb}.{}", path.replace('/', ".")));
    let tests = (function.is_testable != Some(false)).then_some((".Test", Node::text("test-invoke-stage", span)));
    let is_known = function.is_testable.is_some();
    for (mark, stage) in [("", stage)].into_iter().chain(tests.filter(|_| is_known)) {
        let mut parts = Vec::new();
        let text = |it: &str| Piece::Text(Name::new(it, span));
        parts.extend([text("arn:"), Piece::Value(reference("AWS::Partition", span)), text(":execute-api:")]);
        parts.extend([Piece::Value(reference("AWS::Region", span)), text(":")]);
        parts.extend([Piece::Value(reference("AWS::AccountId", span)), text(":")]);
        parts.extend([Piece::Value(reference(&lowering.constructs[api].key, span)), text("/")]);
        parts.push(match stage.as_str() {
            Some(stage) => text(stage),
            None => Piece::Value(stage),
        });
        let source = verb.zip(path).map(|(verb, path)| {
            parts.push(text(&format!("/{}{}", if verb == "ANY" { "*" } else { verb }, without_names(path))));
            sub(parts, span)
        });
        let mut map = Map { entries: Vec::new(), open: true };
        map.insert("Action", span, Node::text("lambda:InvokeFunction", span));
        map.insert("FunctionName", span, integrations::function_arn(lowering, function.handler, stack, span));
        map.insert("Principal", span, Node::text("apigateway.amazonaws.com", span));
        map.insert("SourceArn", span, source.unwrap_or_else(|| Node::unknown(span)));
        let draft = lowering.add(index, PERMISSION, map, "");
        let construct = &lowering.constructs[index];
        let path = construct.path.as_ref().zip(description.as_ref());
        let path = path.map(|(it, description)| format!("{it}/ApiPermission{mark}.{description}").into());
        lowering.drafts[draft].resource.path = path;
        generated(lowering, draft, api);
    }
}

/// A path with its parameters being anything.
fn without_names(path: &str) -> String {
    let mut out = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((_, after)) = after.split_once('}') else { break };
        out.push('*');
        rest = after;
    }
    out + rest
}
