//! Records of Route 53, and certificates.

use super::policies;
use crate::evaluate::{Given, Props};
use crate::lower::{Level, Lowering};
use crate::scope::At;
use crate::table;
use model::{List, Map, Name, Node, Span, Value};

/// What goes beyond the tables: the names of records, what they are aliases of, and how domains are proved.
pub(crate) fn complete<'a>(lowering: &mut Lowering<'a>, index: usize, draft: usize, props: &Props<'a>) {
    match &*lowering.drafts[draft].resource.ty.text {
        "AWS::Route53::RecordSet" if lowering.constructs[index].class.starts_with("aws-route53.") => {
            record(lowering, index, draft, props);
        }
        "AWS::CertificateManager::Certificate"
            if lowering.constructs[index].class == "aws-certificatemanager.Certificate" =>
        {
            certificate(lowering, index, draft, props);
        }
        _ => (),
    }
}

fn record<'a>(lowering: &mut Lowering<'a>, index: usize, draft: usize, props: &Props<'a>) {
    let id = lowering.constructs[index].id.span;
    let is_generic = matches!(&*lowering.constructs[index].class, "aws-route53.ARecord" | "aws-route53.AaaaRecord");
    if let Some(name) = record_name(lowering, props, id) {
        table::insert(lowering.properties(draft), "Name", name.span, name);
    }
    if let Some(zone) = props.value("zone").and_then(|it| zone_id(lowering, it)) {
        table::insert(lowering.properties(draft), "HostedZoneId", zone.span, zone);
    }
    if !is_generic {
        return;
    }
    let alias = match props.get("target") {
        Given::Value(at) => lowering.made(at),
        Given::Absent | Given::Unknown => None,
    };
    let properties = match alias.as_ref().map(|it| &*it.path) {
        Some("aws-route53.RecordTarget.fromAlias") => {
            let target = alias.as_ref().and_then(|it| it.argument(0)).and_then(|it| lowering.made(it));
            let address = target.as_ref().and_then(|it| match &*it.path {
                "aws-route53-targets.CloudFrontTarget" => {
                    let at = it.argument(0)?;
                    let (of, level) = lowering.construct_of(at)?;
                    let class = &lowering.constructs[of].class;
                    let is_it = class.starts_with("aws-cloudfront.") && level == Level::Construct;
                    let stack = lowering.constructs[index].place.stack;
                    is_it.then(|| policies::attribute(lowering, of, "DomainName", stack, at.span()))
                }
                _ => None,
            });
            let properties = lowering.properties(draft);
            if let Some(address) = address {
                let mut map = Map { entries: Vec::new(), open: true };
                let span = address.span;
                map.insert("DNSName", span, address);
                table::insert(properties, "AliasTarget", span, Node { value: Value::Map(map), span });
            }
            properties
        }
        Some("aws-route53.RecordTarget.fromIpAddresses" | "aws-route53.RecordTarget.fromValues") => return,
        _ if !props.is_absent("ttl") => return,
        // An alias has no time to live of its own.
        _ => {
            let properties = lowering.properties(draft);
            table::insert(properties, "TTL", id, Node::unknown(id));
            return;
        }
    };
    table::insert(properties, "TTL", id, Node { value: Value::Absent, span: id });
}

/// The whole name of a record: what is given, within its zone.
fn record_name<'a>(lowering: &Lowering<'a>, props: &Props<'a>, id: Span) -> Option<Node> {
    let zone = zone_name(lowering, props.value("zone")?)?;
    let zone = zone.trim_end_matches('.');
    let (given, span) = match props.get("recordName") {
        Given::Absent => (zone.to_owned(), id),
        Given::Unknown => return None,
        Given::Value(at) => match lowering.node(at).as_str() {
            Some("") => (zone.to_owned(), id),
            Some(name) => (name.to_owned(), at.span()),
            None => return None,
        },
    };
    let is_within = given == zone || given.strip_suffix(zone).is_some_and(|it| it.ends_with('.'));
    let name = match (given.ends_with('.'), is_within) {
        (true, _) => given,
        (false, true) => format!("{given}."),
        (false, false) => format!("{given}.{zone}."),
    };
    Some(Node::text(name, span))
}

/// The id that the program itself gives the hosted zone at `at`.
pub(crate) fn zone_id<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Option<Node> {
    let made = lowering.made(at)?;
    let id = match made.path.strip_prefix("aws-route53.")?.split_once('.')?.1 {
        "fromHostedZoneId" | "fromPublicHostedZoneId" => made.argument(2)?,
        "fromHostedZoneAttributes" | "fromPublicHostedZoneAttributes" => {
            lowering.props(made.argument(2)).value("hostedZoneId")?
        }
        _ => return None,
    };
    Some(lowering.node(id)).filter(|it| !matches!(it.value, Value::Unknown))
}

/// The domain of the hosted zone at `at`.
fn zone_name<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Option<String> {
    if let Some((index, Level::Construct)) = lowering.construct_of(at) {
        let name = lowering.props_of(index).value("zoneName")?;
        return lowering.node(name).as_str().map(str::to_owned);
    }
    let made = lowering.made(at)?;
    let name = match made.path.strip_prefix("aws-route53.")?.split_once('.')? {
        (_, "fromLookup") => "domainName",
        (_, "fromHostedZoneAttributes" | "fromPublicHostedZoneAttributes") => "zoneName",
        _ => return None,
    };
    let props = lowering.props(made.argument(2));
    lowering.node(props.value(name)?).as_str().map(str::to_owned)
}

fn certificate<'a>(lowering: &mut Lowering<'a>, index: usize, draft: usize, props: &Props<'a>) {
    let construct = &lowering.constructs[index];
    let (id, path, stack) = (construct.id.span, construct.path.clone(), construct.place.stack);
    if let (true, Some(path)) = (props.is_absent("certificateName"), path) {
        let properties = lowering.properties(draft);
        let tags = properties.entries.iter_mut().find(|(it, _)| it.text == "Tags").map(|it| &mut it.1.value);
        if let Some(Value::List(List { items, .. })) = tags
            && let [Node { value: Value::Map(tag), .. }] = &mut items[..]
        {
            // The library gives it the name of where it is.
            tag.entries.retain(|(it, _)| it.text != "Value");
            tag.insert("Value", id, Node::text(path, id));
        }
    }
    let Some(made) = props.value("validation").and_then(|it| lowering.made(it)) else { return };
    if made.path != "aws-certificatemanager.CertificateValidation.fromDns" {
        return;
    }
    let Some(zone) = made.argument(0) else { return };
    let (span, zone) = match lowering.construct_of(zone) {
        Some((of, Level::Construct)) => (zone.span(), policies::attribute(lowering, of, "Ref", stack, zone.span())),
        _ => (zone.span(), Node::unknown(zone.span())),
    };
    let Some(names) = domain_names(lowering, props) else {
        table::insert(lowering.properties(draft), "DomainValidationOptions", span, Node::unknown(span));
        return;
    };
    let items = names.into_iter().map(|name| {
        let mut map = Map::default();
        map.entries.push((Name::new("DomainName", name.span), name));
        map.entries.push((Name::new("HostedZoneId", span), zone.clone()));
        Node { value: Value::Map(map), span }
    });
    let list = Node { value: Value::List(List { items: items.collect(), open: false }), span };
    table::insert(lowering.properties(draft), "DomainValidationOptions", span, list);
}

/// The domains that are to be proved, one for a domain and its wildcard.
fn domain_names<'a>(lowering: &Lowering<'a>, props: &Props<'a>) -> Option<Vec<Node>> {
    let mut names = vec![lowering.node(props.value("domainName")?)];
    match props.get("subjectAlternativeNames") {
        Given::Absent => (),
        Given::Unknown => return None,
        Given::Value(at) => match lowering.node(at).value {
            Value::List(List { items, open: false }) => names.extend(items),
            _ => return None,
        },
    }
    let texts: Option<Vec<String>> = names.iter().map(|it| it.as_str().map(str::to_owned)).collect();
    let texts = texts?;
    let is_needed = |name: &String| name.strip_prefix("*.").is_none_or(|it| !texts.iter().any(|other| other == it));
    let needed: Vec<bool> = texts.iter().map(is_needed).collect();
    Some(names.into_iter().zip(needed).filter(|it| it.1).map(|it| it.0).collect())
}
