//! What authors have told cdk-nag that they accept, in the form in which it leaves it in templates.

use super::MethodCall;
use crate::ast::{Element, Kind};
use crate::lower::Lowering;
use crate::scope::At;
use model::{Call, List, Map, Node, Span, Value};

/// Applies `NagSuppressions.addResourceSuppressions(...)` and its like.
pub(crate) fn apply<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>) {
    let is_stack = match &*call.method.text {
        "addResourceSuppressions" => false,
        "addStackSuppressions" => true,
        _ => return,
    };
    let of_nag = match &call.object.expression.kind {
        Kind::Identifier(name) => name == "NagSuppressions",
        Kind::Member { property, .. } => property.text == "NagSuppressions",
        _ => false,
    };
    let (Some(target), Some(rules)) = (call.argument(0), call.argument(1)) else { return };
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
    let children = call.argument(2).is_some_and(|it| lowering.node(it).as_bool() == Some(true));
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
        let Some((index, _)) = lowering.construct_of(target) else { continue };
        let (key, stack) = (lowering.constructs[index].key.clone(), lowering.constructs[index].place.stack);
        let main = lowering.constructs[index].resource;
        for draft in 0..lowering.drafts.len() {
            let it = &lowering.drafts[draft];
            // The policies of a role are its children.
            let is_child = || {
                children
                    && it.stack == stack
                    && it.resource.ty.text == "AWS::IAM::Policy"
                    && it.resource.properties.get("Roles").and_then(Node::as_list).is_some_and(|roles| {
                        roles.items.iter().any(|role| matches!(&role.value, Value::Call(it) if matches!(&**it, Call::Ref(name) if name.text == key)))
                    })
            };
            if main == Some(draft) || is_child() {
                let attributes = &mut lowering.drafts[draft].resource.attributes;
                let before = attributes.get("Metadata").cloned();
                attributes.insert("Metadata", span, metadata(before, rules.clone(), span));
            }
        }
    }
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
