//! REST APIs: the tree of their paths, which methods of the API and of its resources make, and their stage.

use super::MethodCall;
use super::rest_method::{self, Method};
use crate::ast::Kind;
use crate::evaluate::{Given, get_att, reference};
use crate::library;
use crate::lower::{Draft, Level, Lowering};
use crate::scope::{At, Place};
use model::{Map, Name, Node, SmolStr, Span, Value};
use rustc_hash::FxHashMap;
use text::TextRange;

pub(crate) const APIS: &[&str] =
    &["aws-apigateway.LambdaRestApi", "aws-apigateway.RestApi", "aws-apigateway.SpecRestApi"];
const RESOURCE: &str = "aws-apigateway.Resource";
const DEPLOYMENT: &str = "AWS::ApiGateway::Deployment";

/// The methods of resources that make something.
const METHODS: &[&str] = &["addCorsPreflight", "addMethod", "addProxy", "addResource", "resourceForPath"];

/// The paths of a program have no more resources than this.
const MAX_PARTS: usize = 2_000;

/// What is below a REST API.
#[derive(Debug)]
pub(crate) enum Part<'a> {
    Resource(Resource<'a>),
    Method(Method<'a>),
    Stage { api: usize },
}

/// A part of a path.
#[derive(Clone, Debug)]
pub(crate) struct Resource<'a> {
    /// The construct that is the API.
    pub(crate) api: usize,
    /// None for the root.
    parent: Option<usize>,
    segment: Node,
    /// From the root on, as `/orders/{id}`.
    pub(crate) path: Option<SmolStr>,
    pub(crate) integration: Integration<'a>,
    /// The options that all methods have, the nearest last.
    pub(crate) options: Vec<Given<'a>>,
    cors: Given<'a>,
    /// It stands for everything below.
    is_proxy: bool,
}

/// What answers a method.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Integration<'a> {
    Given(Given<'a>),
    /// A `LambdaIntegration` that is written nowhere.
    Function {
        handler: Given<'a>,
        options: Given<'a>,
    },
}

/// Finds what is below the REST APIs.
pub(crate) fn find_parts<'a>(lowering: &mut Lowering<'a>, calls: &[Place<'a>]) {
    let is_api = |it: &usize| APIS.contains(&&*lowering.constructs[*it].class);
    let apis: Vec<usize> = (0..lowering.constructs.len()).filter(is_api).collect();
    if apis.is_empty() {
        return;
    }
    let mut tree = Tree::default();
    for api in apis {
        find_root(lowering, &mut tree, api);
    }
    let calls = calls.iter().filter_map(|it| MethodCall::of(*it));
    let mut left: Vec<MethodCall<'a>> = calls.filter(|it| METHODS.contains(&&*it.method.text)).collect();
    // What a call is made on may be what another call makes.
    loop {
        let before = left.len();
        left.retain(|call| !find_part(lowering, &mut tree, *call));
        if left.is_empty() || left.len() == before || lowering.rest.len() > MAX_PARTS {
            break;
        }
    }
}

/// The resources that there are, by the one that they are in and their part of the path.
#[derive(Debug, Default)]
struct Tree {
    children: FxHashMap<(usize, SmolStr), usize>,
}

/// The resource of an API that stands for `/`, and its stage.
fn find_root<'a>(lowering: &mut Lowering<'a>, tree: &mut Tree, api: usize) {
    let props = lowering.props_of(api);
    let construct = &lowering.constructs[api];
    let (place, id, class_span) = (construct.place, construct.id.clone(), construct.class_span);
    let (key, path, class) = (construct.key.clone(), construct.path.clone(), construct.class.clone());
    let below = |it: &str| path.as_ref().map(|path| SmolStr::from(format!("{path}/{it}")));
    let is_lambda = class == "aws-apigateway.LambdaRestApi";
    let integration = match (is_lambda, props.get("defaultIntegration")) {
        (true, Given::Absent) => {
            Integration::Function { handler: props.get("handler"), options: props.get("integrationOptions") }
        }
        (_, given) => Integration::Given(given),
    };
    let key_of = |it: &str| format!("{key}/{it}");
    let root = lowering.add_part(place, RESOURCE, id.clone(), class_span, None, (&key_of("Default"), below("Default")));
    lowering.constructs[api].parts.push(("root", root));
    let cors = props.get("defaultCorsPreflightOptions");
    let resource = Resource {
        api,
        parent: None,
        segment: Node::text("", id.span),
        path: Some("/".into()),
        integration,
        options: vec![props.get("defaultMethodOptions")],
        cors,
        is_proxy: false,
    };
    lowering.rest.insert(root, Part::Resource(resource));
    if let Given::Value(options) = cors {
        rest_method::add_cors(lowering, place, root, options);
    }
    if is_lambda && is_on(lowering, props.get("proxy"), true) == Some(true) {
        add_proxy(lowering, &mut *tree, place, root, None);
    }
    if is_on(lowering, props.get("deploy"), true) != Some(true) {
        return;
    }
    let options = props.get("deployOptions");
    let stage = match options {
        Given::Value(at) => match lowering.props(Some(at)).get("stageName") {
            Given::Absent => Some("prod".to_owned()),
            Given::Value(at) => lowering.node(at).as_str().map(str::to_owned),
            Given::Unknown => None,
        },
        Given::Absent => Some("prod".to_owned()),
        Given::Unknown => None,
    };
    let stage_id = format!("DeploymentStage.{}", stage.as_deref().unwrap_or("*"));
    let stage_path = stage.and_then(|_| below(&stage_id));
    let at = match options {
        Given::Value(at) => Some(at),
        Given::Absent | Given::Unknown => None,
    };
    let index = lowering.add_part(place, "aws-apigateway.Stage", id, class_span, at, (&key_of(&stage_id), stage_path));
    lowering.constructs[index].doubtful = matches!(options, Given::Unknown) || lowering.constructs[api].doubtful;
    lowering.constructs[api].parts.push(("deploymentStage", index));
    lowering.rest.insert(index, Part::Stage { api });
}

/// Makes what `call` makes, if it is made on a resource that is known by now.
fn find_part<'a>(lowering: &mut Lowering<'a>, tree: &mut Tree, call: MethodCall<'a>) -> bool {
    let Some((index, Level::Construct)) = lowering.construct_of(call.object) else { return false };
    let Some(Part::Resource(resource)) = lowering.rest.get(&index) else { return false };
    let place = Place { stack: lowering.constructs[resource.api].place.stack, ..call.place };
    let span = call.method.span;
    match (&*call.method.text, call.argument(0)) {
        ("addResource", Some(segment)) => {
            let segment = lowering.node(segment);
            let made = add_resource(lowering, tree, place, index, segment, call.argument(1));
            lowering.stands_for(place.at, made);
        }
        ("addProxy", options) => {
            let made = add_proxy(lowering, tree, place, index, options);
            lowering.stands_for(place.at, made);
        }
        ("resourceForPath", Some(path)) => {
            let node = lowering.node(path);
            let Some(path) = node.as_str() else { return true };
            let mut at = index;
            for segment in path.split('/').filter(|it| !it.is_empty()) {
                at = match tree.children.get(&(at, segment.into())) {
                    Some(known) => *known,
                    None => add_resource(lowering, tree, place, at, Node::text(segment, node.span), None),
                };
            }
            lowering.stands_for(place.at, at);
        }
        ("addMethod", Some(http)) => {
            let http = lowering.node(http);
            let integration = match call.argument(1) {
                Some(at) if matches!(lowering.scopes.follow(at).expression.kind, Kind::Undefined) => None,
                other => other,
            };
            let made = add_method(lowering, place, index, &http, integration, call.argument(2));
            lowering.constructs[made].class_span = span;
            lowering.stands_for(place.at, made);
        }
        ("addCorsPreflight", Some(options)) => rest_method::add_cors(lowering, place, index, options),
        _ => (),
    }
    true
}

/// Adds a method; of what is a proxy for everything below the root, to the root too.
fn add_method<'a>(
    lowering: &mut Lowering<'a>,
    place: Place<'a>,
    index: usize,
    http: &Node,
    integration: Option<At<'a>>,
    options: Option<At<'a>>,
) -> usize {
    let made = rest_method::add(lowering, place, index, http, integration, options);
    let root = match lowering.rest.get(&index) {
        Some(Part::Resource(Resource { is_proxy: true, parent, .. })) => parent.filter(|it| is_root(lowering, *it)),
        _ => None,
    };
    if let (Some(root), Some(name)) = (root, http.as_str())
        && !has_method(lowering, root, name)
    {
        rest_method::add(lowering, place, root, http, integration, options);
    }
    made
}

fn is_root(lowering: &Lowering<'_>, index: usize) -> bool {
    matches!(lowering.rest.get(&index), Some(Part::Resource(Resource { parent: None, .. })))
}

fn has_method(lowering: &Lowering<'_>, resource: usize, http: &str) -> bool {
    let is =
        |it: &Part<'_>| matches!(it, Part::Method(it) if it.resource == resource && it.http.as_str() == Some(http));
    lowering.rest.values().any(is)
}

/// Adds the resource for everything below another one.
fn add_proxy<'a>(
    lowering: &mut Lowering<'a>,
    tree: &mut Tree,
    place: Place<'a>,
    parent: usize,
    options: Option<At<'a>>,
) -> usize {
    let span = place.at.span();
    let made = add_resource(lowering, tree, place, parent, Node::text("{proxy+}", span), options);
    if let Some(Part::Resource(it)) = lowering.rest.get_mut(&made) {
        it.is_proxy = true;
    }
    if is_on(lowering, lowering.props(options).get("anyMethod"), true) == Some(true) {
        add_method(lowering, place, made, &Node::text("ANY", span), None, None);
    }
    made
}

/// Adds a resource, and what answers preflight requests for it.
fn add_resource<'a>(
    lowering: &mut Lowering<'a>,
    tree: &mut Tree,
    place: Place<'a>,
    parent: usize,
    segment: Node,
    options: Option<At<'a>>,
) -> usize {
    let Some(Part::Resource(above)) = lowering.rest.get(&parent) else { return parent };
    let above = above.clone();
    let text = segment.as_str().map(SmolStr::new);
    let below = |it: &SmolStr| text.as_ref().map(|text| SmolStr::from(format!("{it}/{text}")));
    let construct = &lowering.constructs[parent];
    let path = construct.path.as_ref().and_then(below);
    let key = format!("{}/{}", construct.key, text.as_deref().unwrap_or("*"));
    let id = Name::new(text.as_deref().unwrap_or("*"), segment.span);
    let index = lowering.add_part(place, RESOURCE, id, segment.span, None, (&key, path));
    let props = lowering.props(options);
    let own = |name: &str, above: Given<'a>| match props.get(name) {
        Given::Absent => above,
        given => given,
    };
    let integration = match props.get("defaultIntegration") {
        Given::Absent => above.integration,
        given => Integration::Given(given),
    };
    let cors = own("defaultCorsPreflightOptions", above.cors);
    let mut defaults = above.options;
    defaults.push(props.get("defaultMethodOptions"));
    let path = above.path.and_then(|it| below(&it.trim_end_matches('/').into()));
    if let Some(text) = &text {
        tree.children.insert((parent, text.clone()), index);
    }
    let parent = Some(parent);
    let resource =
        Resource { api: above.api, parent, segment, path, integration, options: defaults, cors, is_proxy: false };
    lowering.rest.insert(index, Part::Resource(resource));
    if let Given::Value(options) = cors {
        rest_method::add_cors(lowering, place, index, options);
    }
    index
}

/// Adds the resource of a part; false for a construct that is none.
pub(crate) fn lower(lowering: &mut Lowering<'_>, index: usize) -> bool {
    match lowering.rest.get(&index) {
        Some(Part::Method(method)) => {
            let method = method.clone();
            rest_method::lower(lowering, index, &method);
        }
        Some(Part::Resource(Resource { api, parent: Some(parent), segment, .. })) => {
            let (api, parent, segment) = (*api, *parent, segment.clone());
            let span = segment.span;
            let mut properties = Map { entries: Vec::new(), open: true };
            properties.insert("ParentId", span, resource_id(lowering, parent, span));
            properties.insert("PathPart", span, segment);
            properties.insert("RestApiId", span, reference(&lowering.constructs[api].key, span));
            let draft = lowering.add(index, "AWS::ApiGateway::Resource", properties, "");
            generated(lowering, draft, api);
        }
        Some(Part::Resource(_)) => (),
        Some(Part::Stage { .. }) | None => return false,
    }
    true
}

/// The id of the resource at `index`.
pub(crate) fn resource_id(lowering: &Lowering<'_>, index: usize, span: Span) -> Node {
    match lowering.rest.get(&index) {
        Some(Part::Resource(Resource { parent: None, api, .. })) => {
            get_att(&lowering.constructs[*api].key, "RootResourceId", span)
        }
        _ => reference(&lowering.constructs[index].key, span),
    }
}

/// What goes beyond the table of stages: the deployment of the API.
pub(crate) fn complete(lowering: &mut Lowering<'_>, index: usize, draft: usize) {
    let Some(Part::Stage { api }) = lowering.rest.get(&index) else { return };
    let api = *api;
    let span = lowering.constructs[index].id.span;
    let id = reference(&lowering.constructs[api].key, span);
    let is_deployment = |it: &&Draft| it.table.is_some_and(|it| it.0 == api) && it.resource.ty.text == DEPLOYMENT;
    let deployment = lowering.drafts.iter().find(is_deployment).map(|it| reference(&it.resource.key, span));
    let properties = lowering.properties(draft);
    properties.insert("RestApiId", span, id);
    properties.insert("DeploymentId", span, deployment.unwrap_or_else(|| Node::unknown(span)));
    generated(lowering, draft, api);
}

/// True for a resource of the table of an API that is made here instead.
pub(crate) fn replaces(class: &str, made: &library::Made) -> bool {
    let is_here = matches!(made.ty, "AWS::ApiGateway::Method" | "AWS::ApiGateway::Resource" | "AWS::ApiGateway::Stage");
    APIS.contains(&class) && (is_here || made.ty == rest_method::PERMISSION)
}

/// Tells a draft that something else makes from what makes it: changes of it have no place in the program.
pub(crate) fn generated(lowering: &mut Lowering<'_>, draft: usize, of: usize) {
    let origin = lowering.drafts[draft].resource.origin;
    let number = lowering.drafts[..draft].iter().rev().take_while(|it| it.resource.origin.block == origin.block);
    let number = number.filter(|it| it.resource.origin.range.start() == origin.range.start()).count();
    let of = &lowering.constructs[of];
    let made = model::Made { of: of.key.clone(), origin: of.place.at.span(), paths: Vec::new() };
    let it = &mut lowering.drafts[draft];
    let length = usize::from(origin.range.len());
    let end = origin.range.end() - text::size(number.min(length.saturating_sub(1)));
    it.resource.origin = Span::new(origin.block, TextRange::new(origin.range.start(), end));
    it.resource.made = Some(made);
    it.props_index = usize::MAX;
    it.words = SmolStr::default();
}

/// What a switch is, where that is known.
pub(crate) fn is_on<'a>(lowering: &Lowering<'a>, given: Given<'a>, default: bool) -> Option<bool> {
    match given {
        Given::Absent => Some(default),
        Given::Value(at) => match lowering.node(at).value {
            Value::Bool(it) => Some(it),
            Value::Absent => Some(default),
            _ => None,
        },
        Given::Unknown => None,
    }
}
