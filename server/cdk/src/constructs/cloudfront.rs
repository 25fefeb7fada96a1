//! Distributions and their origins.

use super::MethodCall;
use crate::ast::{Element, Kind};
use crate::evaluate::{Given, Props, get_att, reference};
use crate::lower::{Lowering, sub};
use crate::scope::At;
use crate::table::{self, Class, Form, row, row_or};
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
            // First what is always there, so that what is not known is so by itself.
            row_or("enabled", "DistributionConfig.Enabled", Form::Same, "true"),
            row("webAclId", WEB_ACL, Form::Same),
            row("defaultRootObject", "DistributionConfig.DefaultRootObject", Form::Same),
            row("comment", "DistributionConfig.Comment", Form::Same),
            row("geoRestriction", "DistributionConfig.Restrictions", Form::Given),
            row("domainNames", "DistributionConfig.Aliases", Form::Same),
            row_or("enableIpv6", "DistributionConfig.IPV6Enabled", Form::Same, "true"),
            row_or("httpVersion", "DistributionConfig.HttpVersion", Form::Same, "http2"),
            row("priceClass", "DistributionConfig.PriceClass", Form::Same),
            row("logBucket", "DistributionConfig.Logging", Form::Given),
            row("minimumProtocolVersion", VIEWER_VERSION, Form::Choice(TLS)),
        ],
    },
    Class {
        name: WEB_DISTRIBUTION,
        ty: "AWS::CloudFront::Distribution",
        retention: "",
        rows: &[
            row("webACLId", WEB_ACL, Form::Same),
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

const WEB_ACL: &str = "DistributionConfig.WebACLId";

/// Which version of TLS viewers speak at least: it counts with a certificate only.
pub(super) const VIEWER_VERSION: &str = "DistributionConfig.ViewerCertificate.MinimumProtocolVersion";

pub(super) const VIEWER_POLICIES: &[(&str, &str)] =
    &[("ALLOW_ALL", "allow-all"), ("REDIRECT_TO_HTTPS", "redirect-to-https"), ("HTTPS_ONLY", "https-only")];

pub(super) const TLS: &[(&str, &str)] = &[
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
        DISTRIBUTION => super::distribution::lower(lowering, index, props),
        WEB_DISTRIBUTION => web_distribution(lowering, props, id),
        _ => return,
    };
    let properties = lowering.properties(draft);
    // What the rows said is kept; absence in a map that is there has to be said key by key.
    let before = properties.get("DistributionConfig").cloned();
    let mut all = match before.as_ref().map(|it| &it.value) {
        Some(Value::Map(map)) => map.clone(),
        _ => Map::default(),
    };
    let unknown = match before.map(|it| it.value) {
        Some(Value::Unknown) => true,
        Some(Value::Map(map)) => map.open,
        _ => false,
    };
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
    if let Some(filter) = attached_filter(lowering, index) {
        table::insert(lowering.properties(draft), WEB_ACL, filter.span, filter);
    }
}

/// The web ACL that `distribution.attachWebAclId(arn)` gives it.
fn attached_filter(lowering: &Lowering<'_>, index: usize) -> Option<Node> {
    let calls = lowering.scopes.calls.iter().filter_map(|it| MethodCall::of(*it));
    let mut calls = calls.filter(|it| it.method.text == "attachWebAclId");
    let call = calls.find(|it| lowering.construct_of(it.object).is_some_and(|it| it.0 == index))?;
    let is_certain = lowering.scopes.covers(call.place.region, lowering.constructs[index].place.region);
    let filter = call.argument(0).filter(|_| is_certain);
    Some(filter.map_or_else(|| Node::unknown(call.span()), |it| lowering.node(it)))
}

pub(super) fn open_map() -> Map {
    Map { entries: Vec::new(), open: true }
}

/// The domain of a bucket that is used as an origin.
pub(super) fn domain<'a>(lowering: &Lowering<'a>, bucket: Option<At<'a>>, span: Span) -> Node {
    let Some(at) = bucket else { return Node::unknown(span) };
    match lowering.construct_of(at) {
        Some((index, _)) if lowering.constructs[index].place.stack == lowering.stack_of(at) => {
            get_att(&lowering.constructs[index].key, "RegionalDomainName", at.span())
        }
        _ => Node::unknown(at.span()),
    }
}

pub(super) fn is_website<'a>(lowering: &Lowering<'a>, bucket: At<'a>) -> bool {
    let Some((index, _)) = lowering.construct_of(bucket) else { return false };
    let props = lowering.props_of(index);
    !props.is_absent("websiteIndexDocument") || !props.is_absent("websiteRedirect")
}

/// The identity that the library makes by itself.
pub(super) fn unnamed_identity(span: Span) -> Node {
    sub(vec![Part::Text(Name::new("origin-access-identity/cloudfront/", span)), Part::Value(Node::unknown(span))], span)
}

pub(super) fn identity_of<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Node {
    let span = at.span();
    let value = match lowering.construct_of(at) {
        Some((index, _)) if lowering.constructs[index].class == IDENTITY => {
            reference(&lowering.constructs[index].key, span)
        }
        _ => Node::unknown(span),
    };
    sub(vec![Part::Text(Name::new("origin-access-identity/cloudfront/", span)), Part::Value(value)], span)
}

fn web_distribution<'a>(lowering: &Lowering<'a>, props: &Props<'a>, id: Span) -> Map {
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
    config
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
