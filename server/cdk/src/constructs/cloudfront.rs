//! Distributions and their origins.

use crate::ast::{Element, Kind};
use crate::evaluate::{Given, Props, get_att, reference};
use crate::lower::{Lowering, sub};
use crate::scope::At;
use crate::table::{self, Class, Form, row};
use model::{List, Map, Name, Node, Part, Span, Value};

const DISTRIBUTION: &str = "aws-cloudfront.Distribution";
const WEB_DISTRIBUTION: &str = "aws-cloudfront.CloudFrontWebDistribution";
pub(crate) const IDENTITY: &str = "aws-cloudfront.OriginAccessIdentity";

pub(crate) const CLASSES: &[Class] = &[
    Class {
        name: DISTRIBUTION,
        ty: "AWS::CloudFront::Distribution",
        retention: "",
        rows: &[
            row("webAclId", "DistributionConfig.WebACLId", Form::Same),
            row("defaultRootObject", "DistributionConfig.DefaultRootObject", Form::Same),
            row("comment", "DistributionConfig.Comment", Form::Same),
            row("geoRestriction", "DistributionConfig.Restrictions", Form::Given),
            row("domainNames", "DistributionConfig.Aliases", Form::Same),
            row("logBucket", "DistributionConfig.Logging", Form::Given),
        ],
    },
    Class {
        name: WEB_DISTRIBUTION,
        ty: "AWS::CloudFront::Distribution",
        retention: "",
        rows: &[
            row("webACLId", "DistributionConfig.WebACLId", Form::Same),
            row("defaultRootObject", "DistributionConfig.DefaultRootObject", Form::Same),
            row("comment", "DistributionConfig.Comment", Form::Same),
            row("loggingConfig", "DistributionConfig.Logging", Form::Given),
        ],
    },
    Class {
        name: IDENTITY,
        ty: "AWS::CloudFront::CloudFrontOriginAccessIdentity",
        retention: "",
        rows: &[row("comment", "CloudFrontOriginAccessIdentityConfig.Comment", Form::Same)],
    },
];

const VIEWER_POLICIES: &[(&str, &str)] =
    &[("ALLOW_ALL", "allow-all"), ("REDIRECT_TO_HTTPS", "redirect-to-https"), ("HTTPS_ONLY", "https-only")];

const TLS: &[(&str, &str)] = &[
    ("SSL_V3", "SSLv3"),
    ("TLS_V1", "TLSv1"),
    ("TLS_V1_2016", "TLSv1_2016"),
    ("TLS_V1_1_2016", "TLSv1.1_2016"),
    ("TLS_V1_2_2018", "TLSv1.2_2018"),
    ("TLS_V1_2_2019", "TLSv1.2_2019"),
    ("TLS_V1_2_2021", "TLSv1.2_2021"),
    ("TLS_V1_2_2025", "TLSv1.2_2025"),
    ("TLS_V1_3_2025", "TLSv1.3_2025"),
];

/// What goes beyond rows: origins and behaviours.
pub(crate) fn complete<'a>(lowering: &mut Lowering<'a>, index: usize, draft: usize, props: &Props<'a>) {
    let id = lowering.constructs[index].id.span;
    let config = match &*lowering.constructs[index].class {
        DISTRIBUTION => distribution(lowering, index, props, id),
        WEB_DISTRIBUTION => web_distribution(lowering, props, id),
        _ => return,
    };
    let Value::Map(config) = config.value else { return };
    let properties = lowering.properties(draft);
    // What the rows said is kept; absence in a map that is there has to be said key by key.
    let before = properties.get("DistributionConfig").cloned();
    let mut all = match before.as_ref().map(|it| &it.value) {
        Some(Value::Map(map)) => map.clone(),
        _ => Map::default(),
    };
    let unknown = matches!(before.map(|it| it.value), Some(Value::Unknown));
    all.open = true;
    for (name, node) in config.entries {
        all.entries.retain(|(it, _)| it.text != name.text);
        all.entries.push((name, node));
    }
    if !unknown {
        for key in ["WebACLId", "DefaultRootObject", "Comment", "Logging", "Aliases"] {
            if all.get(key).is_none() {
                all.entries.push((Name::new(key, id), Node { value: Value::Absent, span: id }));
            }
        }
    }
    table::insert(properties, "DistributionConfig", id, Node { value: Value::Map(all), span: id });
}

fn distribution<'a>(lowering: &Lowering<'a>, index: usize, props: &Props<'a>, id: Span) -> Node {
    let mut config = Map { entries: Vec::new(), open: true };
    let mut origins = Origins::default();
    match props.get("defaultBehavior") {
        Given::Value(at) => {
            let node = behavior(lowering, at, &mut origins);
            config.insert("DefaultCacheBehavior", node.span, node);
        }
        Given::Absent | Given::Unknown => origins.list.open = true,
    }
    let mut others = List::default();
    match props.get("additionalBehaviors") {
        Given::Absent => (),
        Given::Unknown => (origins.list.open, others.open) = (true, true),
        Given::Value(at) => {
            let at = lowering.scopes.follow(at);
            let behaviors = lowering.props(Some(at));
            (origins.list.open, others.open) = (origins.list.open | behaviors.open, behaviors.open);
            for (name, value) in behaviors.iter() {
                let Some(value) = value else {
                    (origins.list.open, others.open) = (true, true);
                    continue;
                };
                let mut node = behavior(lowering, value, &mut origins);
                if let Value::Map(map) = &mut node.value {
                    map.insert("PathPattern", name.span, Node::text(name.text.clone(), name.span));
                }
                others.items.push(node);
            }
        }
    }
    // `distribution.addBehavior('/images/*', origin, { ... })`
    let calls: Vec<_> = lowering.scopes.calls.iter().filter_map(|it| super::MethodCall::of(*it)).collect();
    for call in calls.into_iter().filter(|it| it.method.text == "addBehavior") {
        if lowering.construct_of(call.object).is_none_or(|it| it.0 != index) {
            continue;
        }
        match call.argument(1) {
            Some(at) => origins.add(lowering, at, 0),
            None => origins.list.open = true,
        }
        others.open = true;
    }
    let span = origins.list.items.first().map_or(id, |it| it.span);
    config.insert("Origins", span, Node { value: Value::List(origins.list), span });
    if !others.items.is_empty() || others.open {
        config.insert("CacheBehaviors", id, Node { value: Value::List(others), span: id });
    }
    if !props.is_absent("enableLogging") && props.is_absent("logBucket") {
        let node = match props.get("enableLogging") {
            Given::Value(at) if lowering.node(at).as_bool() == Some(false) => Node { value: Value::Absent, span: id },
            _ => Node::unknown(id),
        };
        config.insert("Logging", id, node);
    }
    let certificate = match props.get("certificate") {
        Given::Absent => Node { value: Value::Absent, span: id },
        Given::Unknown => Node::unknown(id),
        Given::Value(at) => {
            let mut map = Map { entries: Vec::new(), open: true };
            map.insert("AcmCertificateArn", at.span(), Node::unknown(at.span()));
            match props.get("minimumProtocolVersion") {
                Given::Value(version) => {
                    let node = table::value(lowering, Form::Choice(TLS), version);
                    map.insert("MinimumProtocolVersion", node.span, node);
                }
                // The default depends on the version and a feature flag; it is never below TLS 1.2.
                Given::Absent | Given::Unknown => map.insert("MinimumProtocolVersion", id, Node::unknown(id)),
            }
            Node { value: Value::Map(map), span: at.span() }
        }
    };
    config.insert("ViewerCertificate", certificate.span, certificate);
    Node { value: Value::Map(config), span: id }
}

fn behavior<'a>(lowering: &Lowering<'a>, at: At<'a>, origins: &mut Origins) -> Node {
    let at = lowering.scopes.follow(at);
    let span = at.span();
    let props = lowering.props(Some(at));
    match props.get("origin") {
        Given::Value(origin) => origins.add(lowering, origin, 0),
        Given::Absent | Given::Unknown => origins.list.open = true,
    }
    let mut map = Map { entries: Vec::new(), open: true };
    let policy = match props.get("viewerProtocolPolicy") {
        Given::Value(at) => table::value(lowering, Form::Choice(VIEWER_POLICIES), at),
        // A feature flag of new projects changes the default.
        Given::Absent | Given::Unknown => Node::unknown(span),
    };
    map.insert("ViewerProtocolPolicy", policy.span, policy);
    let headers = match props.get("responseHeadersPolicy") {
        Given::Value(at) => Node::unknown(at.span()),
        Given::Absent => Node { value: Value::Absent, span },
        Given::Unknown => Node::unknown(span),
    };
    map.insert("ResponseHeadersPolicyId", headers.span, headers);
    Node { value: Value::Map(map), span }
}

#[derive(Default)]
struct Origins {
    list: List,
}

impl Origins {
    fn add<'a>(&mut self, lowering: &Lowering<'a>, at: At<'a>, depth: u32) {
        let at = lowering.scopes.follow(at);
        let span = at.span();
        let Some(made) = lowering.made(at) else {
            self.list.open = true;
            return;
        };
        let Some(name) = made.path.strip_prefix("aws-cloudfront-origins.") else {
            self.list.open = true;
            return;
        };
        let bucket = made.argument(0);
        let options = || lowering.props(made.argument(1));
        let mut origin = Map { entries: Vec::new(), open: true };
        origin.insert("Id", span, Node::text(format!("Origin{}", self.list.items.len() + 1), span));
        let identity = |node: Node| {
            let mut map = Map::default();
            map.insert("OriginAccessIdentity", node.span, node);
            Node { value: Value::Map(map), span }
        };
        let absent = || Node { value: Value::Absent, span };
        match name {
            "S3Origin" if bucket.is_some_and(|it| is_website(lowering, it)) => {
                origin.insert("CustomOriginConfig", span, Node { value: Value::Map(open_map()), span });
            }
            "S3Origin" | "S3BucketOrigin.withOriginAccessIdentity" => {
                let node = match options().get("originAccessIdentity") {
                    Given::Value(at) => identity_of(lowering, at),
                    Given::Absent | Given::Unknown => unnamed_identity(span),
                };
                origin.insert("S3OriginConfig", span, identity(node));
                origin.insert("OriginAccessControlId", span, absent());
                origin.insert("DomainName", span, domain(lowering, bucket, span));
            }
            "S3BucketOrigin.withOriginAccessControl" => {
                origin.insert("S3OriginConfig", span, identity(Node::text("", span)));
                origin.insert("OriginAccessControlId", span, Node::unknown(span));
                origin.insert("DomainName", span, domain(lowering, bucket, span));
            }
            "S3BucketOrigin.withBucketDefaults" => {
                origin.insert("S3OriginConfig", span, identity(Node::text("", span)));
                origin.insert("OriginAccessControlId", span, absent());
                origin.insert("DomainName", span, domain(lowering, bucket, span));
            }
            "OriginGroup" if depth < 4 => {
                let props = lowering.props(bucket);
                for prop in ["primaryOrigin", "fallbackOrigin"] {
                    match props.get(prop) {
                        Given::Value(at) => self.add(lowering, at, depth + 1),
                        Given::Absent | Given::Unknown => self.list.open = true,
                    }
                }
                return;
            }
            "S3StaticWebsiteOrigin" | "HttpOrigin" | "LoadBalancerV2Origin" | "RestApiOrigin" => {
                origin.insert("CustomOriginConfig", span, Node { value: Value::Map(open_map()), span });
            }
            _ => {
                self.list.open = true;
                return;
            }
        }
        self.list.items.push(Node { value: Value::Map(origin), span });
    }
}

fn open_map() -> Map {
    Map { entries: Vec::new(), open: true }
}

/// The domain of a bucket that is used as an origin.
fn domain<'a>(lowering: &Lowering<'a>, bucket: Option<At<'a>>, span: Span) -> Node {
    let Some(at) = bucket else { return Node::unknown(span) };
    match lowering.construct_of(at) {
        Some((index, _)) if lowering.constructs[index].place.stack == lowering.stack_of(at) => {
            get_att(&lowering.constructs[index].key, "RegionalDomainName", at.span())
        }
        _ => Node::unknown(at.span()),
    }
}

fn is_website<'a>(lowering: &Lowering<'a>, bucket: At<'a>) -> bool {
    let Some((index, _)) = lowering.construct_of(bucket) else { return false };
    let props = lowering.props_of(index);
    !props.is_absent("websiteIndexDocument") || !props.is_absent("websiteRedirect")
}

/// The identity that the library makes by itself.
fn unnamed_identity(span: Span) -> Node {
    sub(vec![Part::Text(Name::new("origin-access-identity/cloudfront/", span)), Part::Value(Node::unknown(span))], span)
}

fn identity_of<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Node {
    let span = at.span();
    let value = match lowering.construct_of(at) {
        Some((index, _)) if lowering.constructs[index].class == IDENTITY => {
            reference(&lowering.constructs[index].key, span)
        }
        _ => Node::unknown(span),
    };
    sub(vec![Part::Text(Name::new("origin-access-identity/cloudfront/", span)), Part::Value(value)], span)
}

fn web_distribution<'a>(lowering: &Lowering<'a>, props: &Props<'a>, id: Span) -> Node {
    let mut config = open_map();
    let mut list = List::default();
    match props.get("originConfigs") {
        Given::Absent | Given::Unknown => list.open = true,
        Given::Value(at) => {
            let at = lowering.scopes.follow(at);
            match &at.expression.kind {
                Kind::Array(items) => items.iter().for_each(|it| match it {
                    Element::Item(expression) => {
                        let item = At { expression, frame: at.frame };
                        match source_configuration(lowering, item) {
                            Some(node) => list.items.push(node),
                            None => list.open = true,
                        }
                    }
                    Element::Spread(_) => list.open = true,
                }),
                _ => list.open = true,
            }
        }
    }
    config.insert("Origins", id, Node { value: Value::List(list), span: id });
    Node { value: Value::Map(config), span: id }
}

fn source_configuration<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Option<Node> {
    let span = at.span();
    let props = lowering.props(Some(at));
    let mut origin = open_map();
    match (props.get("s3OriginSource"), props.get("customOriginSource")) {
        (Given::Value(source), _) => {
            let source = lowering.props(Some(source));
            let bucket = source.value("s3BucketSource");
            let mut map = Map { entries: Vec::new(), open: source.open };
            let node = match source.get("originAccessIdentity") {
                Given::Value(at) => Some(identity_of(lowering, at)),
                Given::Absent => None,
                Given::Unknown => Some(Node::unknown(span)),
            };
            if let Some(node) = node {
                map.insert("OriginAccessIdentity", node.span, node);
            }
            origin.insert("S3OriginConfig", span, Node { value: Value::Map(map), span });
            origin.insert("OriginAccessControlId", span, Node { value: Value::Absent, span });
            origin.insert("DomainName", span, domain(lowering, bucket, span));
        }
        (Given::Absent, Given::Value(source)) => {
            let node = Node { value: Value::Map(open_map()), span: source.span() };
            origin.insert("CustomOriginConfig", source.span(), node);
        }
        _ => return None,
    }
    Some(Node { value: Value::Map(origin), span })
}
