//! Templates that CloudFormation does not read as they are written.

use crate::facts::{functions, spelling};
use model::{Node, Resource, Section, Stack, Value};
use schema::template::CLOSED_TRANSFORMS;
use std::sync::Arc;

/// True when a macro or `AWS::Include` may rewrite the template as a whole before CloudFormation reads it: what is
/// missing may then be put in, what is wrong may be taken out.
pub(crate) fn may_be_rewritten(stack: &Stack) -> bool {
    let is_closed = |name: &str| CLOSED_TRANSFORMS.iter().any(|it| name.starts_with(it));
    stack.declarations.transforms.iter().any(|it| !is_closed(&it.text))
        || stack.sections.iter().any(|it| it.name.text == "Fn::Transform")
}

/// True when text that is not in this file may name what is declared here: `AWS::Include` anywhere, or a macro.
///
/// What is being typed does not count: where a name occurs in a part that could not be understood is for the caller to ask,
/// so that findings about other names stay as they are from one keystroke to the next.
pub(crate) fn may_name_anything(stack: &Stack) -> bool {
    if stack.open || may_be_rewritten(stack) {
        return true;
    }
    // What is being typed leaves maps open too.
    let is_open = if stack.broken.is_empty() { OPEN } else { 0 };
    holds(stack, TRANSFORM | is_open)
}

/// True when what uses things is still to be written: there are no resources yet, and nothing says that there shall be none.
pub(crate) fn is_begun(stack: &Stack) -> bool {
    let is_empty_on_purpose = || {
        let is_map = |it: &&Arc<Section>| it.name.text == "Resources" && it.node.is_none();
        stack.broken.is_empty() && stack.sections.iter().any(|it| is_map(&it))
    };
    stack.resources.is_empty() && !is_empty_on_purpose()
}

/// True when this name is not finished being used: a part of the text that could not be understood, or a resource that is
/// not finished, holds it, or a reference to nothing is almost it.
pub(crate) fn is_being_typed(stack: &Stack, name: &str) -> bool {
    stack.broken.iter().any(|it| it.contains(name))
        || stack.all_references().any(|it| is_misspelt(stack, &it.1.target.text, name))
}

fn is_misspelt(stack: &Stack, written: &str, name: &str) -> bool {
    let declarations = &stack.declarations;
    written != name
        && spelling::distance(written, name).is_some()
        && stack.item(written).is_none()
        && declarations.condition(written).is_none()
        && declarations.mapping(written).is_none()
}

/// True when a tool has to make a template of this before CloudFormation sees it: when it holds functions that are not
/// CloudFormation's, such as `!Rain::S3`. The tool may then declare or replace anything.
pub(crate) fn is_for_a_tool(stack: &Stack) -> bool {
    holds(stack, TOOL)
}

/// A function of a tool.
const TOOL: u8 = 1;
/// `Fn::Transform`.
const TRANSFORM: u8 = 2;
/// A map that may hold more than the text shows.
const OPEN: u8 = 4;

/// True when any value of the template is one of `kinds`. Resources are gone through once for as long as they stay the same.
fn holds(stack: &Stack, kinds: u8) -> bool {
    let kind = |node: &Node| {
        let tool = if functions::is_for_a_tool(node) { TOOL } else { 0 };
        tool | match &node.value {
            Value::Call(call) if call.name() == "Fn::Transform" => TRANSFORM,
            Value::Map(map) if map.open => OPEN,
            _ => 0,
        }
    };
    let of_resource = |resource: &Resource| {
        let mut found = 0;
        for_each_node_of(resource, &mut |node| found |= kind(node));
        found
    };
    let written = || stack.resources.iter().filter(|it| it.made.is_none());
    if written().any(|it| it.facts(of_resource) & kinds != 0) {
        return true;
    }
    let mut found = 0;
    for_each_node_around(stack, &mut |node| found |= kind(node));
    found & kinds != 0
}

/// Calls `visit` on every value of the template, whatever section it stands in.
pub(crate) fn for_each_node<'a>(stack: &'a Stack, visit: &mut dyn FnMut(&'a Node)) {
    stack.resources.iter().filter(|it| it.made.is_none()).for_each(|it| for_each_node_of(it, visit));
    for_each_node_around(stack, visit);
}

fn for_each_node_of<'a>(resource: &'a Resource, visit: &mut dyn FnMut(&'a Node)) {
    resource.properties.walk(visit);
    resource.attributes.entries.iter().for_each(|(_, it)| it.walk(visit));
    resource.misfits.iter().for_each(|(_, it)| it.walk(visit));
}

/// All sections but `Resources`.
fn for_each_node_around<'a>(stack: &'a Stack, visit: &mut dyn FnMut(&'a Node)) {
    stack.outputs.iter().for_each(|it| it.node.walk(visit));
    for entry in stack.rules.iter().chain(&stack.hooks).chain(&stack.globals).chain(&stack.loops) {
        entry.node.walk(visit);
    }
    stack.declarations.conditions.iter().for_each(|it| it.node.walk(visit));
    stack.declarations.mappings.iter().for_each(|it| it.node.walk(visit));
    stack.sections.iter().filter_map(|it| it.node.as_ref()).for_each(|it| it.walk(visit));
}
