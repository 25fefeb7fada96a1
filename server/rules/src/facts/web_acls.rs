//! Which web ACLs filter the requests to what.
//!
//! See "Associating or disassociating protection with an AWS resource" in the AWS WAF Developer Guide.

use super::listeners;
use crate::engine::Context;
use model::{Interpolated, Output, Piece, Property, Resource, ResourceView};

const ASSOCIATIONS: [&str; 2] = ["AWS::WAFv2::WebACLAssociation", "AWS::WAFRegional::WebACLAssociation"];

/// True when something may put a web ACL in front of `resource`: an association names it or is not known, or it is handed to
/// what cannot be seen.
pub(crate) fn may_filter(resource: &Resource, cx: &Context<'_>) -> bool {
    let filters = |it: &Resource| is_association(it) || takes(it, &resource.key);
    let is_unknown = |it: &ResourceView<'_>| listeners::is_out_of_sight(&it.properties, "ResourceArn");
    cx.is_open()
        || cx.dependents(&resource.key).any(|it| filters(it))
        || associations(cx).any(|it| is_unknown(&it))
        || is_exported(&resource.key, cx)
}

/// The same of a stage of a REST API: an association names it by itself, or by its API and its name.
pub(crate) fn may_filter_stage(stage: &ResourceView<'_>, cx: &Context<'_>) -> bool {
    if may_filter(stage.resource(), cx) {
        return true;
    }
    let Some(api) = stage.property("RestApiId").target().map(|it| it.text.clone()) else { return true };
    let name = stage.property("StageName");
    let names_it = |it: &ResourceView<'_>| {
        let arn = arn(it);
        let texts = arn.texts();
        arn.targets().iter().any(|it| it.text == api)
            && (texts.is_empty() || texts.iter().any(|it| stage_of(it).is_none_or(|it| name.may_be(&it))))
    };
    associations(cx).any(|it| names_it(&it)) || cx.dependents(&api).any(|it| takes(it, &api)) || is_exported(&api, cx)
}

/// The name of the stage at the end of an ARN, where that is written out.
fn stage_of(arn: &Interpolated) -> Option<String> {
    match arn.pieces.last()? {
        Piece::Literal(text) => Some(text.rsplit_once("/stages/")?.1.to_owned()),
        _ => None,
    }
}

fn associations<'a>(cx: &Context<'a>) -> impl Iterator<Item = ResourceView<'a>> {
    let found: Vec<_> = ASSOCIATIONS.iter().flat_map(|ty| cx.resources_of(ty)).map(|it| cx.view(it)).collect();
    found.into_iter()
}

/// True when the stack exports the id or ARN of what is called `key`, for another stack to do something with it.
fn is_exported(key: &str, cx: &Context<'_>) -> bool {
    let exports = |it: &Output| it.node.get("Export").is_some();
    let names = |it: &Output| it.references.iter().any(|it| it.target.text == key && it.attribute.is_none());
    cx.stack().outputs.iter().any(|it| exports(it) && names(it))
}

/// True for what acts out of sight and is given what is called `key`.
fn takes(taker: &Resource, key: &str) -> bool {
    listeners::takes(&taker.ty.text) && listeners::is_given(taker, key)
}

fn is_association(resource: &Resource) -> bool {
    ASSOCIATIONS.contains(&resource.ty.text.as_str())
}

fn arn<'a>(association: &ResourceView<'a>) -> Property<'a> {
    association.property("ResourceArn")
}
