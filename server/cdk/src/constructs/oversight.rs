//! Trails and custom resources that call services: what depends on several props together.

use super::{iam, policies};
use crate::evaluate::{Given, Props};
use crate::library;
use crate::lower::{Level, Lowering};
use model::{Node, SmolStr, Value};

const TRAIL: &str = "aws-cloudtrail.Trail";
const CALL: &str = "custom-resources.AwsCustomResource";

/// False for a resource of its table that the construct does not have: a group for the logs of a trail that is given one.
pub(crate) fn has(lowering: &Lowering<'_>, index: usize, class: &library::Class, made: &library::Made) -> bool {
    let is_group = class.name == TRAIL && &*class.resources[made.resource].path == "LogGroup/Resource";
    !is_group || lowering.props_of(index).is_absent("cloudWatchLogGroup")
}

/// What goes beyond the tables.
pub(crate) fn complete<'a>(lowering: &mut Lowering<'a>, index: usize, drafts: &[usize], props: &Props<'a>) {
    match &*lowering.constructs[index].class {
        TRAIL => trail(lowering, index, drafts, props),
        CALL => call(lowering, index, drafts, props),
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
    match &mut node.value {
        Value::Call(call) => {
            if matches!(&**call, model::Call::GetAtt { resource, .. } if resource.text == key) {
                *node = with.clone();
            }
        }
        Value::List(list) => list.items.iter_mut().for_each(|it| replace(it, key, with, depth + 1)),
        Value::Map(map) => map.entries.iter_mut().for_each(|it| replace(&mut it.1, key, with, depth + 1)),
        _ => (),
    }
}

/// What it calls is a text made of all that its props say; what it may do is what it calls, or what its policy says.
fn call<'a>(lowering: &mut Lowering<'a>, index: usize, drafts: &[usize], props: &Props<'a>) {
    let id = lowering.constructs[index].id.span;
    let policy = props.value("policy").and_then(|it| lowering.made(it));
    let is_given =
        |it: &crate::evaluate::Made<'_>| it.path == "custom-resources.AwsCustomResourcePolicy.fromStatements";
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
