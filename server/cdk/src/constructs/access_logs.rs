//! Where stages of REST APIs log who calls them, and in which words.

use super::made;
use crate::evaluate::{Given, Props};
use crate::lower::{Level, Lowering};
use crate::scope::At;
use model::{Node, Value};

const COMMON: &str = "$context.identity.sourceIp $context.identity.caller $context.identity.user \
                      [$context.requestTime] \"$context.httpMethod $context.resourcePath $context.protocol\" \
                      $context.status $context.responseLength $context.requestId";
/// The fields of `jsonWithStandardFields`, each with what it stands for.
const FIELDS: &[(&str, &str)] = &[
    ("ip", "$context.identity.sourceIp"),
    ("user", "$context.identity.user"),
    ("caller", "$context.identity.caller"),
    ("requestTime", "$context.requestTime"),
    ("httpMethod", "$context.httpMethod"),
    ("resourcePath", "$context.resourcePath"),
    ("status", "$context.status"),
    ("protocol", "$context.protocol"),
    ("responseLength", "$context.responseLength"),
];

/// Adds what a stage with these props says of its logs.
pub(crate) fn complete<'a>(lowering: &mut Lowering<'a>, index: usize, draft: usize, props: &Props<'a>) {
    if lowering.constructs[index].class != "aws-apigateway.Stage" {
        return;
    }
    // Each row of the table makes the settings of all methods anew.
    let traces = match props.get("dataTraceEnabled") {
        Given::Absent => None,
        Given::Value(at) => Some(lowering.node(at)),
        Given::Unknown => Some(Node::unknown(lowering.constructs[index].id.span)),
    };
    if let Some(traces) = traces
        && let Some((_, settings)) =
            lowering.properties(draft).entries.iter_mut().find(|(name, _)| name.text == "MethodSettings")
        && let Value::List(list) = &mut settings.value
        && let Some(Node { value: Value::Map(all), .. }) = list.items.first_mut()
    {
        all.insert("DataTraceEnabled", traces.span, traces);
    }
    let Given::Value(at) = props.get("accessLogDestination") else { return };
    let span = at.span();
    let stack = lowering.constructs[index].place.stack;
    let destination = lowering.alternatives(at, &|at| destination(lowering, at, stack));
    if matches!(destination.value, Value::Absent) {
        return;
    }
    let format = match props.get("accessLogFormat") {
        Given::Absent => Node::text(COMMON, span),
        Given::Value(at) => lowering.alternatives(at, &|at| format(lowering, at)),
        Given::Unknown => Node::unknown(span),
    };
    let properties = lowering.properties(draft);
    properties.entries.retain(|(name, _)| name.text != "AccessLogSetting");
    properties.insert("AccessLogSetting.DestinationArn", span, destination);
    properties.insert("AccessLogSetting.Format", format.span, format);
}

fn destination<'a>(lowering: &Lowering<'a>, at: At<'a>, stack: usize) -> Node {
    let Some(made) = lowering.made(at) else { return Node::unknown(at.span()) };
    let name = match &*made.path {
        "aws-apigateway.LogGroupLogDestination" => "logGroupArn",
        "aws-apigateway.FirehoseLogDestination" => "attrArn",
        _ => return Node::unknown(at.span()),
    };
    match made.argument(0).and_then(|it| lowering.construct_of(it)) {
        Some((index, Level::Construct)) => made::member(lowering, index, name, stack, at.span()),
        Some((index, Level::Resource)) if name == "attrArn" => {
            super::policies::attribute(lowering, index, "Arn", stack, at.span())
        }
        _ => Node::unknown(at.span()),
    }
}

fn format<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Node {
    let span = at.span();
    let Some(made) = lowering.made(at) else { return Node::unknown(span) };
    match (made.path.strip_prefix("aws-apigateway.AccessLogFormat."), made.argument(0)) {
        (Some("clf"), _) => Node::text(COMMON, span),
        (Some("custom"), Some(text)) => lowering.node(text),
        (Some("jsonWithStandardFields"), fields) => {
            let props = lowering.props(fields);
            let mut text = "{\"requestId\":\"$context.requestId\"".to_owned();
            for (name, value) in FIELDS {
                // Without an argument all of them are meant.
                let is_on = match fields {
                    None => Some(true),
                    Some(_) => props.value(name).and_then(|it| lowering.node(it).as_bool()),
                };
                match is_on {
                    Some(true) => text.push_str(&format!(",\"{name}\":\"{value}\"")),
                    Some(false) => (),
                    None => return Node::unknown(span),
                }
            }
            Node::text(text + "}", span)
        }
        _ => Node::unknown(span),
    }
}
