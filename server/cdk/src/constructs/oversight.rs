//! Trails, logs, backups and custom resources that call services: what depends on several props together.

use super::{MethodCall, iam, policies};
use crate::ast::Element;
use crate::evaluate::{Given, Made, Props};
use crate::library;
use crate::lower::{Level, Lowering};
use crate::scope::At;
use model::{Node, SmolStr, Span, Value};

const TRAIL: &str = "aws-cloudtrail.Trail";
const PIPELINE: &str = "aws-codepipeline.Pipeline";
const CALL: &str = "custom-resources.AwsCustomResource";

/// False for a resource of its table that the construct does not have: a group for the logs of a trail that is given one,
/// a key for the artifacts of a pipeline that is given a bucket for them.
pub(crate) fn has(lowering: &Lowering<'_>, index: usize, class: &library::Class, made: &library::Made) -> bool {
    let path = &*class.resources[made.resource].path;
    match class.name {
        TRAIL if path == "LogGroup/Resource" => lowering.props_of(index).is_absent("cloudWatchLogGroup"),
        PIPELINE if path.starts_with("ArtifactsBucketEncryptionKey") => {
            lowering.props_of(index).is_absent("artifactBucket")
        }
        _ => true,
    }
}

/// What goes beyond the tables.
pub(crate) fn complete<'a>(lowering: &mut Lowering<'a>, index: usize, drafts: &[usize], props: &Props<'a>) {
    match &*lowering.constructs[index].class {
        TRAIL => trail(lowering, index, drafts, props),
        CALL => call(lowering, index, drafts, props),
        PIPELINE if !props.is_absent("artifactBucket") => without_key(lowering, index, drafts),
        "aws-backup.BackupSelection" => back_up(lowering, lowering.constructs[index].id.span, props),
        "aws-logs.MetricFilter" | "aws-logs.SubscriptionFilter" => filter(lowering, index, drafts, props),
        _ => (),
    }
}

/// The group that the logs of a trail are given goes where its own would be.
fn trail<'a>(lowering: &mut Lowering<'a>, index: usize, drafts: &[usize], props: &Props<'a>) {
    let id = lowering.constructs[index].id.span;
    let stack = lowering.constructs[index].place.stack;
    let group = match props.get("cloudWatchLogGroup") {
        Given::Absent => return,
        Given::Unknown => Node::unknown(id),
        Given::Value(at) => match lowering.construct_of(at) {
            Some((of, Level::Construct)) => policies::attribute(lowering, of, "Arn", stack, at.span()),
            _ => Node::unknown(at.span()),
        },
    };
    let own = SmolStr::from(format!("{}/LogGroup", lowering.constructs[index].key));
    for draft in drafts {
        replace(&mut lowering.drafts[*draft].resource.properties, &own, &group, 0);
    }
}

/// Puts `with` in the place of each reference to the resource called `key`.
fn replace(node: &mut Node, key: &str, with: &Node, depth: u32) {
    const MAX_DEPTH: u32 = 16;
    if depth > MAX_DEPTH {
        return;
    }
    if is_of(node, key) {
        *node = with.clone();
        return;
    }
    match &mut node.value {
        Value::List(list) => list.items.iter_mut().for_each(|it| replace(it, key, with, depth + 1)),
        Value::Map(map) => map.entries.iter_mut().for_each(|it| replace(&mut it.1, key, with, depth + 1)),
        _ => (),
    }
}

/// What the table says of the key of its artifacts is said of another one, if there is any.
fn without_key(lowering: &mut Lowering<'_>, index: usize, drafts: &[usize]) {
    let id = lowering.constructs[index].id.span;
    let own = SmolStr::from(format!("{}/ArtifactsBucketEncryptionKey", lowering.constructs[index].key));
    for draft in drafts {
        let properties = lowering.properties(*draft);
        if properties.get("ArtifactStore").is_some() {
            properties.insert("ArtifactStore.EncryptionKey", id, Node::unknown(id));
        }
        let document = properties.entries.iter_mut().find(|it| it.0.text == "PolicyDocument").map(|it| &mut it.1.value);
        let Some(Value::Map(document)) = document else { continue };
        let statements = document.entries.iter_mut().find(|it| it.0.text == "Statement").map(|it| &mut it.1.value);
        if let Some(Value::List(list)) = statements {
            list.items.retain(|it| it.get("Resource").is_none_or(|it| !is_of(it, &own)));
            list.open = true;
        }
    }
}

/// True for an attribute of the resource called `key`.
fn is_of(node: &Node, key: &str) -> bool {
    let Value::Call(call) = &node.value else { return false };
    matches!(&**call, model::Call::GetAtt { resource, .. } if resource.text == key)
}

/// `plan.addSelection('Tables', { role, resources })`
pub(crate) fn apply<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>) {
    if call.method.text == "addSelection" {
        let props = lowering.props(call.argument(1));
        back_up(lowering, call.span(), &props);
    }
}

/// The role that backs up is given what it needs for that.
fn back_up<'a>(lowering: &mut Lowering<'a>, id: Span, props: &Props<'a>) {
    let Some((role, Level::Construct)) = props.value("role").and_then(|it| lowering.construct_of(it)) else { return };
    let Some(role) = lowering.constructs[role].resource else { return };
    let properties = lowering.properties(role);
    let managed = properties.entries.iter_mut().find(|it| it.0.text == "ManagedPolicyArns").map(|it| &mut it.1.value);
    match managed {
        Some(Value::List(list)) => list.open = true,
        _ => properties.insert("ManagedPolicyArns", id, Node::unknown(id)),
    }
}

/// The pattern of a filter, in the words of the service.
fn filter<'a>(lowering: &mut Lowering<'a>, index: usize, drafts: &[usize], props: &Props<'a>) {
    let Some(at) = props.value("filterPattern") else { return };
    let node = lowering.alternatives(at, &|at| {
        let text = lowering.made(at).and_then(|it| pattern(lowering, &it));
        text.map_or_else(|| Node::unknown(at.span()), |it| Node::text(it, at.span()))
    });
    let main = lowering.constructs[index].resource;
    if let Some(draft) = drafts.iter().find(|it| Some(**it) == main) {
        lowering.properties(*draft).insert("FilterPattern", node.span, node);
    }
}

fn pattern<'a>(lowering: &Lowering<'a>, made: &Made<'a>) -> Option<String> {
    let texts = || {
        let arguments = made.arguments.iter().map(|it| match it {
            Element::Item(expression) => {
                lowering.node(At { expression, frame: made.at.frame }).as_str().map(str::to_owned)
            }
            Element::Spread(_) => None,
        });
        arguments.collect::<Option<Vec<String>>>()
    };
    let quoted = |it: &String| format!("\"{}\"", it.replace('\\', "\\\\").replace('"', "\\\""));
    Some(match made.path.strip_prefix("aws-logs.FilterPattern.")? {
        "allEvents" => String::new(),
        "literal" => texts()?.into_iter().next()?,
        "allTerms" => texts()?.iter().map(quoted).collect::<Vec<_>>().join(" "),
        "anyTerm" => match &texts()?[..] {
            [] => return None,
            [only] => quoted(only),
            several => several.iter().map(|it| format!("?{}", quoted(it))).collect::<Vec<_>>().join(" "),
        },
        "stringValue" => match &texts()?[..] {
            [field, comparison, value] => format!("{{ {field} {comparison} {} }}", quoted(value)),
            _ => return None,
        },
        _ => return None,
    })
}

/// What it calls is a text made of all that its props say; what it may do is what it calls, or what its policy says.
fn call<'a>(lowering: &mut Lowering<'a>, index: usize, drafts: &[usize], props: &Props<'a>) {
    let id = lowering.constructs[index].id.span;
    let policy = props.value("policy").and_then(|it| lowering.made(it));
    let is_given = |it: &Made<'_>| it.path == "custom-resources.AwsCustomResourcePolicy.fromStatements";
    let statements = match policy.filter(is_given).and_then(|it| it.argument(0)) {
        Some(at) => iam::document_node(lowering, at),
        None => Node::unknown(id),
    };
    for draft in drafts {
        let ty = lowering.drafts[*draft].resource.ty.text.clone();
        let properties = lowering.properties(*draft);
        match &*ty {
            "Custom::AWS" => {
                for name in ["Create", "Update", "Delete"] {
                    properties.insert(name, id, Node::unknown(id));
                }
                // A feature flag decides it.
                if props.is_absent("installLatestAwsSdk") {
                    properties.insert("InstallLatestAwsSdk", id, Node::unknown(id));
                }
            }
            "AWS::IAM::Policy" => properties.insert("PolicyDocument", statements.span, statements.clone()),
            _ => (),
        }
    }
}
