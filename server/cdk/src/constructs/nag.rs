//! What authors have told cdk-nag that they accept, in the form in which it leaves it in templates.

use super::MethodCall;
use crate::ast::{Element, Kind};
use crate::lower::{Draft, Lowering};
use crate::scope::At;
use model::{Call, List, Map, Node, Span, Value};

/// Applies `NagSuppressions.addResourceSuppressions(...)` and its like.
pub(crate) fn apply<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>) {
    let (is_stack, by_path) = match &*call.method.text {
        "addResourceSuppressions" => (false, false),
        "addResourceSuppressionsByPath" => (false, true),
        "addStackSuppressions" => (true, false),
        "acknowledge" => return acknowledge(lowering, call),
        _ => return,
    };
    let of_nag = match &call.object.expression.kind {
        Kind::Identifier(name) => name == "NagSuppressions",
        Kind::Member { property, .. } => property.text == "NagSuppressions",
        _ => false,
    };
    let first = usize::from(by_path);
    let (Some(target), Some(rules)) = (call.argument(first), call.argument(first + 1)) else { return };
    if !of_nag {
        return;
    }
    let span = call.span();
    let rules = accepted(lowering, rules);
    if rules.is_empty() {
        return;
    }
    if is_stack {
        if is_own_stack(lowering, target) {
            lowering.add_metadata(call.place.stack, rules, span);
        }
        return;
    }
    let children = call.argument(first + 2).is_some_and(|it| lowering.node(it).as_bool() == Some(true));
    let target = lowering.scopes.follow(target);
    let several = match &target.expression.kind {
        Kind::Array(items) => items
            .iter()
            .filter_map(|it| match it {
                Element::Item(expression) => Some(At { expression, frame: target.frame }),
                Element::Spread(_) => None,
            })
            .collect(),
        _ => vec![target],
    };
    for target in several {
        let of = if by_path {
            let node = lowering.node(target);
            let Some(path) = node.as_str().map(|it| it.trim_matches('/')) else { continue };
            // The path of a resource stands for the construct that it is for, too.
            let path = path.strip_suffix("/Resource").filter(|_| children).unwrap_or(path);
            in_path(lowering, path, children)
        } else {
            let Some((index, _)) = lowering.construct_of(target) else { continue };
            of_construct(lowering, index, children)
        };
        accept(lowering, of, &rules, span);
    }
}

/// Adds rules that are not to apply to resources.
fn accept(lowering: &mut Lowering<'_>, drafts: Vec<usize>, rules: &[Node], span: Span) {
    for draft in drafts {
        let attributes = &mut lowering.drafts[draft].resource.attributes;
        let before = attributes.get("Metadata").cloned();
        attributes.insert("Metadata", span, metadata(before, rules.to_vec(), span));
    }
}

/// `Validations.of(bucket).acknowledge({ id: 'AwsSolutions-S1', reason: '...' })`: for the construct and all in it.
fn acknowledge<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>) {
    let of = lowering.made(call.object).filter(|it| it.path == "core.Validations.of");
    let Some(target) = of.and_then(|it| it.argument(0)) else { return };
    let span = call.span();
    let mut rules = Vec::new();
    for index in 0..call.call.arguments.len() {
        let Some(mut rule) = call.argument(index).map(|it| lowering.node(it)) else { continue };
        // What is narrowed is accepted for some findings of a rule only.
        let Some(id) = rule.get("id").filter(|_| rule.get("where").is_none()).cloned() else { continue };
        // The tool that reports it may stand before the rule: `cdk-nag::AwsSolutions-S1`.
        let Some(name) = id.as_str().map(|it| it.rsplit("::").next().unwrap_or(it).to_owned()) else { continue };
        if let Value::Map(map) = &mut rule.value {
            map.insert("id", id.span, Node::text(&name, id.span));
        }
        rules.push(rule);
    }
    if rules.is_empty() {
        return;
    }
    match lowering.construct_of(target) {
        Some((index, _)) => {
            let drafts = of_construct(lowering, index, true);
            accept(lowering, drafts, &rules, span);
        }
        None if is_own_stack(lowering, target) => lowering.add_metadata(call.place.stack, rules, span),
        None => (),
    }
}

/// The resources of the construct at a path; with its children's, where these are asked for.
fn in_path(lowering: &Lowering<'_>, path: &str, children: bool) -> Vec<usize> {
    let is_in = |it: &str| match it.strip_prefix(path) {
        Some("" | "/Resource" | "/Default") => true,
        Some(rest) => children && rest.starts_with('/'),
        None => false,
    };
    let drafts = lowering.drafts.iter().enumerate();
    drafts.filter(|(_, it)| it.resource.path.as_deref().is_some_and(is_in)).map(|(index, _)| index).collect()
}

/// The resources of the construct at `index`; with its children's, where these are asked for.
fn of_construct(lowering: &Lowering<'_>, index: usize, children: bool) -> Vec<usize> {
    let construct = &lowering.constructs[index];
    let below = format!("{}/", construct.key);
    // The policies of a role are its children.
    let names = |node: &Node| match &node.value {
        Value::Call(it) => matches!(&**it, Call::Ref(name) if name.text == construct.key),
        _ => false,
    };
    let is_child = |draft: &Draft| {
        let resource = &draft.resource;
        draft.stack == construct.place.stack
            && (resource.key.starts_with(&below)
                || (resource.ty.text == "AWS::IAM::Policy"
                    && resource
                        .properties
                        .get("Roles")
                        .and_then(Node::as_list)
                        .is_some_and(|it| it.items.iter().any(names))))
    };
    let drafts = lowering.drafts.iter().enumerate();
    let is_of = |(number, it): &(usize, &Draft)| construct.resource == Some(*number) || (children && is_child(it));
    drafts.filter(is_of).map(|(number, _)| number).collect()
}

/// The rules in `[{ id: 'AwsSolutions-S1', reason: '...' }]`. What applies to some findings of a rule only is left out:
/// which these are is said in words of the template.
fn accepted<'a>(lowering: &Lowering<'a>, at: At<'a>) -> Vec<Node> {
    let list = lowering.node(at);
    let Some(list) = list.as_list() else { return Vec::new() };
    let whole = |it: &&Node| it.get("id").and_then(Node::as_str).is_some() && it.get("appliesTo").is_none();
    list.items.iter().filter(whole).cloned().collect()
}

/// True for the stack that the code is in: `this`, `Stack.of(this)`, or a stack of no class of its own.
fn is_own_stack<'a>(lowering: &Lowering<'a>, at: At<'a>) -> bool {
    let at = lowering.scopes.follow(at);
    matches!(at.expression.kind, Kind::This)
        || lowering.made(at).is_some_and(|it| matches!(&*it.path, "core.Stack" | "core.Stack.of"))
}

/// `Metadata` that says it for cdk-nag, with what it said before.
pub(crate) fn metadata(before: Option<Node>, rules: Vec<Node>, span: Span) -> Node {
    let mut all = before
        .as_ref()
        .and_then(|it| it.get("cdk_nag.rules_to_suppress"))
        .and_then(Node::as_list)
        .map(|it| it.items.clone())
        .unwrap_or_default();
    all.extend(rules);
    let mut inner = Map::default();
    inner.insert("rules_to_suppress", span, Node { value: Value::List(List { items: all, open: true }), span });
    let mut map = match before.map(|it| it.value) {
        Some(Value::Map(map)) => map,
        _ => Map { entries: Vec::new(), open: true },
    };
    map.insert("cdk_nag", span, Node { value: Value::Map(inner), span });
    Node { value: Value::Map(map), span }
}
