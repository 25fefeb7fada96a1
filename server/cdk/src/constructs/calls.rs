//! Methods of which the tables say what they make.

use super::{MethodCall, policies};
use crate::library;
use crate::lower::{Level, Lowering};
use model::{Name, SmolStr};

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
    if BY_HAND.iter().any(|it| method.starts_with(it)) {
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
        let last = made.ty.rsplit("::").next().unwrap_or(made.ty);
        let id = made.path.as_deref().map_or(last, |it| it.strip_suffix("/Resource").unwrap_or(it));
        let name = Name::new(id, call.method.span);
        let key = lowering.key(stack, &format!("{key}/{id}"));
        let condition = lowering.condition(if is_certain { region } else { call.place.region });
        policies::add_draft(lowering, call.place, stack, (key, name, made.ty), made.properties);
        if let Some(draft) = lowering.drafts.last_mut() {
            draft.props_index = usize::MAX;
            draft.words = SmolStr::default();
            draft.resource.construct = Some(format!("{class}.{method}").into());
            draft.resource.path = path.as_ref().zip(made.path).map(|(it, below)| format!("{it}/{below}").into());
            draft.resource.condition = condition;
            // What becomes of it when it is taken away is not in the tables.
            draft.resource.attributes.open = true;
        }
    }
}
