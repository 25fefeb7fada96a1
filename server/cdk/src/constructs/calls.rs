//! Methods of which the tables say what they make.

use super::{MethodCall, databases, notifications, policies};
use crate::home;
use crate::library;
use crate::lower::{Draft, Level, Lowering};
use model::{Map, Name, Node, SmolStr, Span, Value};

/// Methods that are followed by hand, by how their names begin.
const BY_HAND: &[&str] = &[
    "addAction",
    "addAlarmAction",
    "addCertificates",
    "addEgressRule",
    "addEnvironment",
    "addEventSource",
    "addFlowLog",
    "addFunctionUrl",
    "addGatewayEndpoint",
    "addIngressRule",
    "addInsufficientDataAction",
    "addInterfaceEndpoint",
    "addListener",
    "addManagedPolicy",
    "addOkAction",
    "addPermission",
    "addRedirect",
    "addSubscription",
    "addTarget",
    "attachToApplicationTargetGroup",
    "attachToNetworkTargetGroup",
    "autoScaleTaskCount",
    "addTo",
    "attachInlinePolicy",
    "grant",
];

/// Adds what `call` makes: to the construct's own resource, and below it.
pub(crate) fn apply<'a>(lowering: &mut Lowering<'a>, call: MethodCall<'a>) {
    let method = &*call.method.text;
    if BY_HAND.iter().any(|it| method.starts_with(it)) || notifications::is_method(method) {
        return;
    }
    // What makes a construct is lowered as that.
    if lowering.construct_at(call.place.at).is_some() {
        return;
    }
    let Some((index, Level::Construct)) = lowering.construct_of(call.object) else { return };
    let construct = &lowering.constructs[index];
    let (stack, region) = (construct.place.stack, construct.place.region);
    let (key, class, path) = (construct.key.clone(), construct.class.clone(), construct.path.clone());
    let Some(draft) = construct.resource.filter(|it| lowering.drafts[*it].table.is_some()) else { return };
    let called = lowering
        .in_stack(Some(stack), |it| library::called(it, index, method, call.call, call.place.at.frame, call.span()));
    let Some(called) = called else { return };
    let is_certain = lowering.scopes.covers(call.place.region, region);
    if is_certain {
        library::merge(lowering.properties(draft), called.own);
    }
    for made in called.below {
        if made.path.as_deref().is_some_and(|it| !databases::is_below(lowering, index, it)) {
            continue;
        }
        let last = made.ty.rsplit("::").next().unwrap_or(made.ty);
        let id = made.path.as_deref().map_or(last, |it| it.strip_suffix("/Resource").unwrap_or(it));
        let own_path = path.as_ref().zip(made.path.as_ref()).map(|(it, below)| SmolStr::from(format!("{it}/{below}")));
        // What another call has made already is added to.
        let is_same = |it: &Draft| it.stack == stack && own_path.is_some() && it.resource.path == own_path;
        if let Some(known) = lowering.drafts.iter().position(is_same).filter(|_| is_certain) {
            let mut properties = made.properties;
            forget_statements(&lowering.drafts[known].resource.properties, &mut properties, call.span());
            library::merge(lowering.properties(known), properties);
            continue;
        }
        let name = Name::new(id, call.method.span);
        let key = lowering.key(stack, &format!("{key}/{id}"));
        let condition = lowering.condition(if is_certain { region } else { call.place.region });
        policies::add_draft(lowering, call.place, stack, (key, name, made.ty), made.properties);
        if let Some(draft) = lowering.drafts.last_mut() {
            draft.props_index = usize::MAX;
            draft.words = SmolStr::default();
            draft.resource.construct = Some(format!("{class}.{method}").into());
            draft.resource.path = own_path;
            draft.resource.condition = condition;
            // What becomes of it when it is taken away is not in the tables.
            draft.resource.attributes.open = true;
        }
    }
}

/// Takes the statements out of a policy that are in it already: the library says each of them once.
fn forget_statements(known: &Node, new: &mut Map, span: Span) {
    let Some(known) = known.get("PolicyDocument.Statement").and_then(Node::as_list) else { return };
    let plain = |it: &Node| {
        let mut node = it.clone();
        home::shown_at(&mut node, span);
        node
    };
    let known: Vec<Node> = known.items.iter().map(plain).collect();
    let document = new.entries.iter_mut().find(|(name, _)| name.text == "PolicyDocument");
    if let Some((_, Node { value: Value::Map(document), .. })) = document
        && let Some((_, statements)) = document.entries.iter_mut().find(|(name, _)| name.text == "Statement")
        && let Value::List(list) = &mut statements.value
    {
        list.items.retain(|it| !known.contains(&plain(it)));
    }
}
