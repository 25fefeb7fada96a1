//! `cloudfront.Distribution`: its origins, and how requests are answered from them.

use super::cloudfront::{IDENTITY, TLS, VIEWER_POLICIES, domain, identity_of, is_website, open_map, unnamed_identity};
use super::{policies, principals};
use crate::evaluate::{Given, Made, Props, get_att, reference};
use crate::library::value::seconds;
use crate::lower::{Level, Lowering, sub};
use crate::scope::{At, Key};
use crate::table::{self, Form};
use crate::unique_id::{last, unique_id, unique_name};
use model::{List, Map, Name, Node, Part, SmolStr, Span, Value};

/// Ids of origins and names of access controls are no longer than this.
const MAX_ORIGIN_ID: usize = 128;
const MAX_CONTROL_NAME: usize = 64;

/// What a distribution makes beside itself: the access that it has to a bucket.
struct Control<'a> {
    /// What its resource is called.
    key: SmolStr,
    /// Its path below the distribution.
    path: String,
    bucket: At<'a>,
    /// It reads and does nothing else.
    reads: bool,
    span: Span,
}

/// An identity of the program by which a distribution has access to a bucket.
struct Identity<'a> {
    bucket: At<'a>,
    identity: At<'a>,
    span: Span,
}

#[derive(Default)]
struct Origins<'a> {
    list: List,
    /// The ids of those that were bound.
    bound: Vec<(Key, Node)>,
    /// It is not known how many were bound before.
    is_lost: bool,
    groups: List,
    controls: Vec<Control<'a>>,
    identities: Vec<Identity<'a>>,
}

/// The configuration of the distribution at `index`, as far as rows do not say it.
pub(super) fn lower<'a>(lowering: &mut Lowering<'a>, index: usize, props: &Props<'a>) -> Map {
    let mut origins = Origins::default();
    let config = configuration(lowering, index, props, &mut origins);
    for control in origins.controls {
        add_control(lowering, index, control);
    }
    for identity in origins.identities {
        add_identity(lowering, index, identity);
    }
    config
}

fn configuration<'a>(lowering: &Lowering<'a>, index: usize, props: &Props<'a>, origins: &mut Origins<'a>) -> Map {
    let id = lowering.constructs[index].id.span;
    let mut config = open_map();
    match props.get("defaultBehavior") {
        Given::Value(at) => {
            let node = behavior(lowering, index, at, None, origins);
            let name = props.iter().find(|(name, _)| name.text == "defaultBehavior").map(|(name, _)| name.span);
            config.insert("DefaultCacheBehavior", name.unwrap_or(node.span), node);
        }
        Given::Absent | Given::Unknown => origins.lose(),
    }
    let mut others = List::default();
    match props.get("additionalBehaviors") {
        Given::Absent => (),
        Given::Unknown => {
            others.open = true;
            origins.lose();
        }
        Given::Value(at) => {
            let behaviors = lowering.props(Some(lowering.scopes.follow(at)));
            for (name, value) in behaviors.iter() {
                let Some(value) = value else {
                    others.open = true;
                    origins.lose();
                    continue;
                };
                let mut node = behavior(lowering, index, value, None, origins);
                if let Value::Map(map) = &mut node.value {
                    map.insert("PathPattern", name.span, Node::text(name.text.clone(), name.span));
                }
                others.items.push(node);
            }
            if behaviors.open {
                others.open = true;
                origins.lose();
            }
        }
    }
    add_behaviors(lowering, index, &mut others, origins);
    let span = origins.list.items.first().map_or(id, |it| it.span);
    config.insert("Origins", span, Node { value: Value::List(std::mem::take(&mut origins.list)), span });
    if !others.items.is_empty() || others.open {
        config.insert("CacheBehaviors", id, Node { value: Value::List(others), span: id });
    }
    for (name, node) in [
        ("Logging", logging(lowering, props, id)),
        ("ViewerCertificate", certificate(lowering, props, id)),
        ("CustomErrorResponses", error_responses(lowering, props, id)),
    ] {
        config.insert(name, node.span, node);
    }
    config
}

/// `distribution.addBehavior('/images/*', origin, { ... })`
fn add_behaviors<'a>(lowering: &Lowering<'a>, index: usize, others: &mut List, origins: &mut Origins<'a>) {
    let calls = lowering.scopes.calls.iter().filter_map(|it| super::MethodCall::of(*it));
    for call in calls.filter(|it| it.method.text == "addBehavior") {
        if lowering.construct_of(call.object).is_none_or(|it| it.0 != index) {
            continue;
        }
        let is_certain = lowering.scopes.covers(call.place.region, lowering.constructs[index].place.region);
        match (call.argument(0), call.argument(1)) {
            (Some(pattern), Some(origin)) if is_certain => {
                let options = call.argument(2).unwrap_or(call.place.at);
                let mut node = match call.argument(2) {
                    Some(_) => behavior(lowering, index, options, Some(origin), origins),
                    None => plain_behavior(lowering, index, origin, call.span(), origins),
                };
                if let Value::Map(map) = &mut node.value {
                    let pattern = lowering.node(pattern);
                    map.insert("PathPattern", pattern.span, pattern);
                }
                others.items.push(node);
            }
            (_, Some(origin)) => {
                origins.add(lowering, index, origin);
                others.open = true;
                origins.lose();
            }
            (_, None) => {
                others.open = true;
                origins.lose();
            }
        }
    }
}

fn logging<'a>(lowering: &Lowering<'a>, props: &Props<'a>, id: Span) -> Node {
    let absent = Node { value: Value::Absent, span: id };
    let bucket = match (props.get("enableLogging"), props.get("logBucket")) {
        (Given::Absent, Given::Absent) => return absent,
        (Given::Value(at), Given::Absent) if lowering.node(at).as_bool() == Some(false) => return absent,
        (Given::Value(at), _) if lowering.node(at).as_bool().is_none() => return Node::unknown(id),
        (_, Given::Value(bucket)) => domain(lowering, Some(bucket), bucket.span()),
        // It makes one.
        (Given::Value(at), Given::Absent) => Node::unknown(at.span()),
        _ => return Node::unknown(id),
    };
    let mut map = open_map();
    map.insert("Bucket", bucket.span, bucket);
    copy(lowering, props, &mut map, &[("logFilePrefix", "Prefix"), ("logIncludesCookies", "IncludeCookies")], id);
    Node { value: Value::Map(map), span: id }
}

fn certificate<'a>(lowering: &Lowering<'a>, props: &Props<'a>, id: Span) -> Node {
    let at = match props.get("certificate") {
        Given::Absent => return Node { value: Value::Absent, span: id },
        Given::Unknown => return Node::unknown(id),
        Given::Value(at) => at,
    };
    let span = at.span();
    let mut map = open_map();
    let arn = match lowering.construct_of(at) {
        Some((index, Level::Construct)) if lowering.constructs[index].class == "aws-certificatemanager.Certificate" => {
            policies::attribute(lowering, index, "Ref", lowering.stack_of(at), span)
        }
        _ => Node::unknown(span),
    };
    map.insert("AcmCertificateArn", span, arn);
    let version = match props.get("minimumProtocolVersion") {
        Given::Value(version) => table::value(lowering, Form::Choice(TLS), version),
        // The default depends on the version and a feature flag; it is never below TLS 1.2.
        Given::Absent | Given::Unknown => Node::unknown(id),
    };
    map.insert("MinimumProtocolVersion", version.span, version);
    let method = match props.get("sslSupportMethod") {
        Given::Absent => Node::text("sni-only", span),
        Given::Unknown => Node::unknown(span),
        Given::Value(at) => lowering.node(at),
    };
    map.insert("SslSupportMethod", method.span, method);
    Node { value: Value::Map(map), span }
}

fn error_responses<'a>(lowering: &Lowering<'a>, props: &Props<'a>, id: Span) -> Node {
    let at = match props.get("errorResponses") {
        Given::Absent => return Node { value: Value::Absent, span: id },
        Given::Unknown => return Node::unknown(id),
        Given::Value(at) => at,
    };
    let Some(items) = lowering.scopes.items(at) else { return Node::unknown(at.span()) };
    let items = items.into_iter().map(|at| {
        let span = at.span();
        let props = lowering.props(Some(at));
        let mut map = open_map();
        copy(
            lowering,
            &props,
            &mut map,
            &[("httpStatus", "ErrorCode"), ("responsePagePath", "ResponsePagePath")],
            span,
        );
        let code = match (props.get("responseHttpStatus"), props.get("responsePagePath")) {
            (Given::Absent, Given::Value(_)) => "httpStatus",
            _ => "responseHttpStatus",
        };
        copy(lowering, &props, &mut map, &[(code, "ResponseCode")], span);
        durations(lowering, &props, &mut map, &[("ttl", "ErrorCachingMinTTL")], span);
        Node { value: Value::Map(map), span }
    });
    Node { value: Value::List(List { items: items.collect(), open: false }), span: at.span() }
}

/// Takes over props that are properties by another name.
fn copy<'a>(lowering: &Lowering<'a>, props: &Props<'a>, map: &mut Map, names: &[(&str, &str)], span: Span) {
    for (prop, name) in names {
        let node = match props.get(prop) {
            Given::Value(at) => lowering.node(at),
            Given::Absent => Node { value: Value::Absent, span },
            Given::Unknown => Node::unknown(span),
        };
        map.insert(name, node.span, node);
    }
}

/// Takes over durations, which are seconds.
fn durations<'a>(lowering: &Lowering<'a>, props: &Props<'a>, map: &mut Map, names: &[(&str, &str)], span: Span) {
    for (prop, name) in names {
        let node = match props.get(prop) {
            Given::Value(at) => match seconds(lowering, at) {
                Some(number) => Node::text(number.to_string(), at.span()),
                None => Node::unknown(at.span()),
            },
            Given::Absent => Node { value: Value::Absent, span },
            Given::Unknown => Node::unknown(span),
        };
        map.insert(name, node.span, node);
    }
}

/// What `at` says of requests, which `origin` answers or the origin that it names itself.
fn behavior<'a>(
    lowering: &Lowering<'a>,
    index: usize,
    at: At<'a>,
    origin: Option<At<'a>>,
    origins: &mut Origins<'a>,
) -> Node {
    let at = lowering.scopes.follow(at);
    let props = lowering.props(Some(at));
    let target = match origin.map_or_else(|| props.get("origin"), Given::Value) {
        Given::Value(origin) => origins.add(lowering, index, origin),
        Given::Absent | Given::Unknown => {
            origins.lose();
            Node::unknown(at.span())
        }
    };
    behavior_of(lowering, &props, target, at.span())
}

/// How requests are answered where nothing is said but the origin.
fn plain_behavior<'a>(
    lowering: &Lowering<'a>,
    index: usize,
    origin: At<'a>,
    span: Span,
    origins: &mut Origins<'a>,
) -> Node {
    let target = origins.add(lowering, index, origin);
    behavior_of(lowering, &Props::default(), target, span)
}

fn behavior_of<'a>(lowering: &Lowering<'a>, props: &Props<'a>, target: Node, span: Span) -> Node {
    let mut map = open_map();
    map.insert("TargetOriginId", target.span, target);
    let policy = match props.get("viewerProtocolPolicy") {
        Given::Value(at) => table::value(lowering, Form::Choice(VIEWER_POLICIES), at),
        // A feature flag of new projects changes the default.
        Given::Absent | Given::Unknown => Node::unknown(span),
    };
    map.insert("ViewerProtocolPolicy", policy.span, policy);
    for (prop, name, default) in [
        ("cachePolicy", "CachePolicyId", Some(OPTIMIZED)),
        ("originRequestPolicy", "OriginRequestPolicyId", None),
        ("responseHeadersPolicy", "ResponseHeadersPolicyId", None),
    ] {
        let node = match props.get(prop) {
            Given::Value(at) => lowering.alternatives(at, &|at| managed(lowering, at)),
            Given::Absent => default.map_or(Node { value: Value::Absent, span }, |it| Node::text(it, span)),
            Given::Unknown => Node::unknown(span),
        };
        map.insert(name, node.span, node);
    }
    let compress = match props.get("compress") {
        Given::Value(at) => lowering.node(at),
        Given::Absent => Node { value: Value::Bool(true), span },
        Given::Unknown => Node::unknown(span),
    };
    map.insert("Compress", compress.span, compress);
    for (prop, name) in [("allowedMethods", "AllowedMethods"), ("cachedMethods", "CachedMethods")] {
        let node = match props.get(prop) {
            Given::Value(at) => lowering.alternatives(at, &|at| methods(lowering, at)),
            Given::Absent => Node { value: Value::Absent, span },
            Given::Unknown => Node::unknown(span),
        };
        map.insert(name, node.span, node);
    }
    copy(lowering, props, &mut map, &[("smoothStreaming", "SmoothStreaming")], span);
    for (prop, name) in
        [("functionAssociations", "FunctionAssociations"), ("edgeLambdas", "LambdaFunctionAssociations")]
    {
        let node = match props.get(prop) {
            Given::Value(at) => functions(lowering, at),
            Given::Absent => Node { value: Value::Absent, span },
            Given::Unknown => Node::unknown(span),
        };
        map.insert(name, node.span, node);
    }
    let log = if props.is_absent("realtimeLogConfig") { Value::Absent } else { Value::Unknown };
    map.insert("RealtimeLogConfigArn", span, Node { value: log, span });
    Node { value: Value::Map(map), span }
}

/// The functions that work on requests or responses, each with what it works on.
fn functions<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Node {
    let span = at.span();
    let Some(items) = lowering.scopes.items(at) else { return Node::unknown(span) };
    let items = items.into_iter().map(|at| {
        let event = match lowering.props(Some(at)).get("eventType") {
            Given::Value(at) => lowering.alternatives(at, &|at| event(lowering, at)),
            Given::Absent | Given::Unknown => Node::unknown(at.span()),
        };
        let mut map = open_map();
        map.insert("EventType", event.span, event);
        Node { value: Value::Map(map), span: at.span() }
    });
    Node { value: Value::List(List { items: items.collect(), open: false }), span }
}

fn event<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Node {
    let span = at.span();
    let path = lowering.made(at).map(|it| it.path);
    let word = path.as_deref().and_then(|it| it.rsplit_once("EventType.")).map(|it| it.1);
    match word {
        Some("VIEWER_REQUEST") => Node::text("viewer-request", span),
        Some("VIEWER_RESPONSE") => Node::text("viewer-response", span),
        Some("ORIGIN_REQUEST") => Node::text("origin-request", span),
        Some("ORIGIN_RESPONSE") => Node::text("origin-response", span),
        _ => Node::unknown(span),
    }
}

/// The id of a policy: of one that there is anyway, or of one of the program.
fn managed<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Node {
    let span = at.span();
    if let Some((index, Level::Construct)) = lowering.construct_of(at) {
        return policies::attribute(lowering, index, "Ref", lowering.stack_of(at), span);
    }
    let path = lowering.made(at).map(|it| it.path);
    let path = path.as_deref().and_then(|it| it.strip_prefix("aws-cloudfront."));
    let found = MANAGED.iter().find(|(name, _)| path == Some(name));
    found.map_or_else(|| Node::unknown(span), |(_, id)| Node::text(*id, span))
}

fn methods<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Node {
    let span = at.span();
    let path = lowering.made(at).map(|it| it.path);
    let list: &[&str] = match path.as_deref() {
        Some("aws-cloudfront.AllowedMethods.ALLOW_GET_HEAD" | "aws-cloudfront.CachedMethods.CACHE_GET_HEAD") => {
            &["GET", "HEAD"]
        }
        Some(
            "aws-cloudfront.AllowedMethods.ALLOW_GET_HEAD_OPTIONS"
            | "aws-cloudfront.CachedMethods.CACHE_GET_HEAD_OPTIONS",
        ) => &["GET", "HEAD", "OPTIONS"],
        Some("aws-cloudfront.AllowedMethods.ALLOW_ALL") => {
            &["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"]
        }
        _ => return Node::unknown(span),
    };
    let items = list.iter().map(|it| Node::text(*it, span)).collect();
    Node { value: Value::List(List { items, open: false }), span }
}

impl<'a> Origins<'a> {
    /// Others may be bound that are not seen.
    fn lose(&mut self) {
        self.list.open = true;
        self.is_lost = true;
    }

    /// Adds the origin at `at`, unless it is there; gives what it is called.
    fn add(&mut self, lowering: &Lowering<'a>, index: usize, at: At<'a>) -> Node {
        self.add_within(lowering, index, at, 0)
    }

    fn add_within(&mut self, lowering: &Lowering<'a>, index: usize, at: At<'a>, depth: u32) -> Node {
        let at = lowering.scopes.follow(at);
        let span = at.span();
        if let Some((_, id)) = self.bound.iter().find(|(key, _)| *key == at.key()) {
            return id.clone();
        }
        let made = lowering.made(at);
        let made = made.as_ref().and_then(|it| Some((it, it.path.strip_prefix("aws-cloudfront-origins.")?)));
        let Some((made, name)) = made else {
            self.lose();
            return Node::unknown(span);
        };
        if name == "OriginGroup" && depth < 4 {
            let props = lowering.props(made.argument(0));
            for prop in ["primaryOrigin", "fallbackOrigin"] {
                match props.get(prop) {
                    Given::Value(at) => {
                        self.add_within(lowering, index, at, depth + 1);
                    }
                    Given::Absent | Given::Unknown => self.lose(),
                }
            }
            self.groups.items.push(Node::unknown(span));
            let path = format!("OriginGroup{}", self.groups.items.len());
            let id = self.id(lowering, index, &path, span);
            self.bound.push((at.key(), id.clone()));
            return id;
        }
        let number = self.list.items.len() + 1;
        let options = lowering.props(made.argument(1));
        let id = match options.get("originId") {
            Given::Value(at) => lowering.node(at),
            Given::Absent => self.id(lowering, index, &format!("Origin{number}"), span),
            Given::Unknown => Node::unknown(span),
        };
        let mut origin = open_map();
        origin.insert("Id", id.span, id.clone());
        if !self.bind(lowering, index, made, name, &options, number, &mut origin) {
            self.lose();
            return Node::unknown(span);
        }
        common(lowering, &options, &mut origin, span);
        self.bound.push((at.key(), id.clone()));
        self.list.items.push(Node { value: Value::Map(origin), span });
        id
    }

    /// The id that the library makes of the path below the distribution.
    fn id(&self, lowering: &Lowering<'a>, index: usize, path: &str, span: Span) -> Node {
        let whole = lowering.constructs[index].path.as_ref().filter(|_| !self.is_lost);
        let id = whole.and_then(|it| unique_id(&format!("{it}/{path}")));
        id.map_or_else(|| Node::unknown(span), |it| Node::text(last(&it, MAX_ORIGIN_ID), span))
    }

    /// Says where an origin is and how it is asked; false for one that is not known.
    #[expect(clippy::too_many_arguments, reason = "each is another part of one origin")]
    fn bind(
        &mut self,
        lowering: &Lowering<'a>,
        index: usize,
        made: &Made<'a>,
        name: &str,
        options: &Props<'a>,
        number: usize,
        origin: &mut Map,
    ) -> bool {
        let span = made.at.span();
        let bucket = made.argument(0);
        let absent = || Node { value: Value::Absent, span };
        let identity = |node: Node| {
            let mut map = Map::default();
            map.insert("OriginAccessIdentity", node.span, node);
            Node { value: Value::Map(map), span }
        };
        match name {
            "S3Origin" if bucket.is_some_and(|it| is_website(lowering, it)) => {
                origin.insert("CustomOriginConfig", span, Node { value: Value::Map(open_map()), span });
            }
            "S3Origin" | "S3BucketOrigin.withOriginAccessIdentity" => {
                let node = match options.get("originAccessIdentity") {
                    Given::Value(at) => {
                        self.identities.extend(bucket.map(|bucket| Identity { bucket, identity: at, span }));
                        identity_of(lowering, at)
                    }
                    Given::Absent | Given::Unknown => unnamed_identity(span),
                };
                origin.insert("S3OriginConfig", span, identity(node));
                origin.insert("OriginAccessControlId", span, absent());
                origin.insert("DomainName", span, domain(lowering, bucket, span));
            }
            "S3BucketOrigin.withOriginAccessControl" => {
                let control = match (options.get("originAccessControl"), bucket) {
                    (Given::Absent, Some(bucket)) if !self.is_lost => {
                        let key = format!("{}/Origin{number}/S3OriginAccessControl", lowering.constructs[index].key);
                        let node = get_att(&key, "Id", span);
                        self.controls.push(Control {
                            key: key.into(),
                            path: format!("Origin{number}/S3OriginAccessControl"),
                            bucket,
                            reads: options.is_absent("originAccessLevels"),
                            span,
                        });
                        node
                    }
                    (Given::Value(at), _) => match lowering.construct_of(at) {
                        Some((index, Level::Construct)) => {
                            policies::attribute(lowering, index, "Id", lowering.stack_of(at), at.span())
                        }
                        _ => Node::unknown(at.span()),
                    },
                    _ => Node::unknown(span),
                };
                origin.insert("S3OriginConfig", span, identity(Node::text("", span)));
                origin.insert("OriginAccessControlId", span, control);
                origin.insert("DomainName", span, domain(lowering, bucket, span));
            }
            "S3BucketOrigin.withBucketDefaults" => {
                origin.insert("S3OriginConfig", span, identity(Node::text("", span)));
                origin.insert("OriginAccessControlId", span, absent());
                origin.insert("DomainName", span, domain(lowering, bucket, span));
            }
            "HttpOrigin" | "LoadBalancerV2Origin" => {
                let address = match (name, bucket) {
                    ("HttpOrigin", Some(at)) => lowering.node(at),
                    (_, Some(at)) => address(lowering, at),
                    (_, None) => Node::unknown(span),
                };
                origin.insert("DomainName", address.span, address);
                let node = asked(lowering, options, "https-only", span);
                origin.insert("CustomOriginConfig", span, node);
                origin.insert("S3OriginConfig", span, absent());
                copy(lowering, options, origin, &[("originAccessControlId", "OriginAccessControlId")], span);
            }
            "S3StaticWebsiteOrigin" => {
                let node = asked(lowering, options, "http-only", span);
                origin.insert("CustomOriginConfig", span, node);
            }
            "RestApiOrigin" | "FunctionUrlOrigin" => {
                let node = asked(lowering, options, "https-only", span);
                origin.insert("CustomOriginConfig", span, node);
            }
            _ => return false,
        }
        true
    }
}

/// What every origin can be told.
fn common<'a>(lowering: &Lowering<'a>, options: &Props<'a>, origin: &mut Map, span: Span) {
    copy(lowering, options, origin, &[("connectionAttempts", "ConnectionAttempts")], span);
    if !options.is_absent("originPath") {
        copy(lowering, options, origin, &[("originPath", "OriginPath")], span);
    }
    durations(lowering, options, origin, &[("connectionTimeout", "ConnectionTimeout")], span);
    let headers = match options.get("customHeaders") {
        Given::Absent => Node { value: Value::Absent, span },
        Given::Unknown => Node::unknown(span),
        Given::Value(at) => {
            let headers = lowering.props(Some(at));
            let items = headers.iter().map(|(name, value)| {
                let node = value.map_or_else(|| Node::unknown(name.span), |it| lowering.node(it));
                let mut map = Map::default();
                map.insert("HeaderName", name.span, Node::text(name.text.clone(), name.span));
                map.insert("HeaderValue", node.span, node);
                Node { value: Value::Map(map), span: name.span }
            });
            let list = List { items: items.collect(), open: headers.open };
            Node { value: Value::List(list), span: at.span() }
        }
    };
    origin.insert("OriginCustomHeaders", headers.span, headers);
}

/// How an origin that is no bucket is asked.
fn asked<'a>(lowering: &Lowering<'a>, options: &Props<'a>, default: &str, span: Span) -> Node {
    let mut map = open_map();
    let policy = match options.get("protocolPolicy") {
        Given::Value(at) => lowering.node(at),
        Given::Absent => Node::text(default, span),
        Given::Unknown => Node::unknown(span),
    };
    map.insert("OriginProtocolPolicy", policy.span, policy);
    let protocols = match options.get("originSslProtocols") {
        Given::Value(at) => lowering.node(at),
        Given::Absent => {
            let items = vec![Node::text("TLSv1.2", span)];
            Node { value: Value::List(List { items, open: false }), span }
        }
        Given::Unknown => Node::unknown(span),
    };
    map.insert("OriginSSLProtocols", protocols.span, protocols);
    copy(lowering, options, &mut map, &[("httpPort", "HTTPPort"), ("httpsPort", "HTTPSPort")], span);
    let times = [("readTimeout", "OriginReadTimeout"), ("keepaliveTimeout", "OriginKeepaliveTimeout")];
    durations(lowering, options, &mut map, &times, span);
    Node { value: Value::Map(map), span }
}

/// The name by which a load balancer is reached.
fn address<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Node {
    const BALANCERS: &[&str] =
        &["aws-elasticloadbalancingv2.ApplicationLoadBalancer", "aws-elasticloadbalancingv2.NetworkLoadBalancer"];
    match lowering.construct_of(at) {
        Some((index, Level::Construct)) if BALANCERS.contains(&&*lowering.constructs[index].class) => {
            policies::attribute(lowering, index, "DNSName", lowering.stack_of(at), at.span())
        }
        _ => Node::unknown(at.span()),
    }
}

/// Adds the resource by which the distribution at `index` has access to a bucket, and what the bucket says of that.
fn add_control<'a>(lowering: &mut Lowering<'a>, index: usize, control: Control<'a>) {
    let span = control.span;
    let text = |it: &str| Node::text(it, span);
    let own = lowering.constructs[index].path.clone();
    let name = own.as_ref().and_then(|it| unique_name(&format!("{it}/{}", control.path), MAX_CONTROL_NAME));
    let mut config = Map::default();
    config.insert("Name", span, name.map_or_else(|| Node::unknown(span), |it| text(&it)));
    config.insert("OriginAccessControlOriginType", span, text("s3"));
    config.insert("SigningBehavior", span, text("always"));
    config.insert("SigningProtocol", span, text("sigv4"));
    let mut properties = open_map();
    properties.insert("OriginAccessControlConfig", span, Node { value: Value::Map(config), span });
    let draft = lowering.add(index, "AWS::CloudFront::OriginAccessControl", properties, "");
    let resource = &mut lowering.drafts[draft].resource;
    resource.origin = span;
    resource.key = control.key;
    resource.path = own.map(|it| SmolStr::from(format!("{it}/{}/Resource", control.path)));

    let Some((bucket, Level::Construct)) = lowering.construct_of(control.bucket) else { return };
    let (from, to) = (&lowering.constructs[index], &lowering.constructs[bucket]);
    if to.class != "aws-s3.Bucket" || from.place.stack != to.place.stack {
        return;
    }
    let distribution = sub(
        vec![
            Part::Text(Name::new("arn:", span)),
            Part::Value(reference("AWS::Partition", span)),
            Part::Text(Name::new(":cloudfront::", span)),
            Part::Value(reference("AWS::AccountId", span)),
            Part::Text(Name::new(":distribution/", span)),
            Part::Value(reference(&from.key, span)),
        ],
        span,
    );
    let objects = objects(&to.key, span);
    let equals = Map { entries: vec![(Name::new("AWS:SourceArn", span), distribution)], open: false };
    let mut statement = Map { entries: Vec::new(), open: !control.reads };
    let action = if control.reads { text("s3:GetObject") } else { Node::unknown(span) };
    statement.insert("Action", span, action);
    statement.insert("Condition.StringEquals", span, Node { value: Value::Map(equals), span });
    statement.insert("Effect", span, text("Allow"));
    statement.insert("Principal.Service", span, text("cloudfront.amazonaws.com"));
    statement.insert("Resource", span, objects);
    lowering.bucket_statements.push((bucket, Node { value: Value::Map(statement), span }));
}

/// Adds what the policy of a bucket says of an identity that the distribution at `index` reads it by.
fn add_identity<'a>(lowering: &mut Lowering<'a>, index: usize, access: Identity<'a>) {
    let span = access.span;
    let Some((bucket, Level::Construct)) = lowering.construct_of(access.bucket) else { return };
    let Some((identity, Level::Construct)) = lowering.construct_of(access.identity) else { return };
    let (from, to) = (&lowering.constructs[index], &lowering.constructs[bucket]);
    let is_here = from.place.stack == to.place.stack;
    if !is_here || to.class != "aws-s3.Bucket" || lowering.constructs[identity].class != IDENTITY {
        return;
    }
    let objects = objects(&to.key, span);
    let mut statement = Map::default();
    statement.insert("Action", span, Node::text("s3:GetObject", span));
    statement.insert("Effect", span, Node::text("Allow", span));
    let principal = principals::principal(lowering, access.identity);
    statement.insert("Principal", span, principal);
    statement.insert("Resource", span, objects);
    lowering.bucket_statements.push((bucket, Node { value: Value::Map(statement), span }));
}

/// All objects of a bucket.
fn objects(bucket: &str, span: Span) -> Node {
    sub(vec![Part::Value(get_att(bucket, "Arn", span)), Part::Text(Name::new("/*", span))], span)
}

/// The policy for what is to be kept as long as possible, which behaviours have without any.
const OPTIMIZED: &str = "658327ea-f89d-4fab-a63d-7e88639e58f6";

/// The policies that there are in every account.
const MANAGED: &[(&str, &str)] = &[
    ("CachePolicy.AMPLIFY", "2e54312d-136d-493c-8eb9-b001f22f67d2"),
    ("CachePolicy.CACHING_DISABLED", "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"),
    ("CachePolicy.CACHING_OPTIMIZED", OPTIMIZED),
    ("CachePolicy.CACHING_OPTIMIZED_FOR_UNCOMPRESSED_OBJECTS", "b2884449-e4de-46a7-ac36-70bc7f1ddd6d"),
    ("CachePolicy.ELEMENTAL_MEDIA_PACKAGE", "08627262-05a9-4f76-9ded-b50ca2e3a84f"),
    ("CachePolicy.USE_ORIGIN_CACHE_CONTROL_HEADERS", "83da9c7e-98b4-4e11-a168-04f0df8e2c65"),
    ("CachePolicy.USE_ORIGIN_CACHE_CONTROL_HEADERS_QUERY_STRINGS", "4cc15a8a-d715-48a4-82b8-cc0b614638fe"),
    ("OriginRequestPolicy.ALL_VIEWER", "216adef6-5c7f-47e4-b989-5492eafa07d3"),
    ("OriginRequestPolicy.ALL_VIEWER_AND_CLOUDFRONT_2022", "33f36d7e-f396-46d9-90e0-52428a34d9dc"),
    ("OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER", "b689b0a8-53d0-40ab-baf2-68738e2966ac"),
    ("OriginRequestPolicy.CORS_CUSTOM_ORIGIN", "59781a5b-3903-41f3-afcb-af62929ccde1"),
    ("OriginRequestPolicy.CORS_S3_ORIGIN", "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf"),
    ("OriginRequestPolicy.ELEMENTAL_MEDIA_TAILOR", "775133bc-15f2-49f9-abea-afb2e0bf67d2"),
    ("OriginRequestPolicy.HOST_HEADER_ONLY", "bf0718e1-ba1e-49d1-88b1-f726733018ae"),
    ("OriginRequestPolicy.USER_AGENT_REFERER_HEADERS", "acba4595-bd28-49b8-b9fe-13317c0390fa"),
    ("ResponseHeadersPolicy.CORS_ALLOW_ALL_ORIGINS", "60669652-455b-4ae9-85a4-c4c02393f86c"),
    ("ResponseHeadersPolicy.CORS_ALLOW_ALL_ORIGINS_AND_SECURITY_HEADERS", "e61eb60c-9c35-4d20-a928-2b84e02af89c"),
    ("ResponseHeadersPolicy.CORS_ALLOW_ALL_ORIGINS_WITH_PREFLIGHT", "5cc3b908-e619-4b99-88e5-2cf7f45965bd"),
    (
        "ResponseHeadersPolicy.CORS_ALLOW_ALL_ORIGINS_WITH_PREFLIGHT_AND_SECURITY_HEADERS",
        "eaab4381-ed33-4a86-88ca-d9558dc6cd63",
    ),
    ("ResponseHeadersPolicy.SECURITY_HEADERS", "67f7725c-6f97-4210-82d7-5512b31e9d03"),
];
