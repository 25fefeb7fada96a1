//! What a bucket is for, as far as other resources say so.

use crate::engine::Context;
use model::{Resource, ResourceView, Span};

/// The type of a bucket.
pub(crate) const BUCKET: &str = "AWS::S3::Bucket";

/// True when some other bucket of the stack replicates into this one.
pub(crate) fn is_replica(bucket: &ResourceView<'_>, cx: &Context<'_>) -> bool {
    let replicates = |other: &Resource| {
        let rules = cx.view(other).property("ReplicationConfiguration.Rules").items();
        rules.iter().any(|it| it.get("Destination.Bucket").targets().iter().any(|name| name.text == bucket.key))
    };
    cx.dependents(&bucket.key).any(|it| it.ty.text == BUCKET && it.key != bucket.key && replicates(it))
}

/// Where to point at for a property of a bucket: its name; where a construct says it in other words, the id of the bucket.
pub(crate) fn name_of(bucket: &ResourceView<'_>, property: &str) -> Span {
    let entry = bucket.properties.as_map().and_then(|it| it.entry(property));
    entry.filter(|(name, node)| !name.span.contains(node.span)).map_or(bucket.id.span, |(name, _)| name.span)
}
