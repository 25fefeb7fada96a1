//! Groups of instances that are scaled together.

use super::target_groups::{arn, push};
use crate::lower::Lowering;
use crate::scope::Place;

/// Registers the instances of the group with the target group. Gives the type of the target that they are.
pub(crate) fn attach<'a>(
    lowering: &mut Lowering<'a>,
    instances: usize,
    group: usize,
    place: Place<'a>,
) -> Option<&'static str> {
    let construct = &lowering.constructs[instances];
    let (stack, region) = (construct.place.stack, construct.place.region);
    if let Some(draft) = construct.resource
        && lowering.scopes.covers(place.region, region)
    {
        let arn = arn(lowering, group, stack, place.at.span());
        push(lowering, draft, "TargetGroupARNs", arn);
    }
    Some("instance")
}
