use crate::facts::branches::{self, Alternative};
use crate::facts::bucket_use::{self, BUCKET};
use crate::facts::when;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A bucket replicates its objects and does not keep versions of them, which S3 refuses.
    ///
    /// A bucket has a `ReplicationConfiguration`, and its `VersioningConfiguration` is missing or is not `Enabled`. S3
    /// replicates versions: "Both source and destination buckets must have versioning enabled" ("Requirements and
    /// considerations for replication", Amazon S3 User Guide). The deployment fails with "Versioning must be 'Enabled' on the
    /// bucket to apply a replication configuration". Versioning is off unless it is asked for.
    ///
    /// ## What is not reported
    ///
    /// - A configuration or a status that is not known before deployment. Of a parameter its default counts.
    /// - Branches that no deployment can have together: replication and versioning under one condition.
    ///
    /// ## Fix
    ///
    /// Turns versioning on. Without it there is no replication either.
    name: "s3-replication-without-versioning",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    founding: ["F44"],
    check: Check::Resources(&[BUCKET], check),
}

fn check(bucket: &ResourceView<'_>, cx: &mut Context<'_>) {
    if !bucket.property("ReplicationConfiguration").may_be_set() {
        return;
    }
    let configured = branches::of(bucket, "ReplicationConfiguration");
    let versioning = branches::of(bucket, "VersioningConfiguration.Status");
    let certain = configured.iter().filter(|it| matches!(it.state, State::Known(_)));
    let mut pairs = certain.flat_map(|it| versioning.iter().map(move |status| (it, status)));
    let Some((replication, status)) = pairs.find(|(it, status)| is_off(status) && !excludes(it, status)) else {
        return;
    };
    let conditions = when::of_both(&case(replication), &case(status));
    let id = &bucket.id.text;
    let message = format!(
        "`{id}` replicates its objects without versioning, and S3 replicates only buckets that have versioning enabled: the \
         deployment fails. Turn versioning on."
    );
    let span = bucket_use::name_of(bucket, "ReplicationConfiguration");
    let property = bucket.property("VersioningConfiguration");
    let change = match property.may_be_absent() {
        true => property.set(Literal::map([("Status", Literal::text("Enabled"))])),
        false => property.get("Status").set(Literal::text("Enabled")),
    };
    let draft = cx.report(span, when::said(&conditions, message)).fix("Turn on versioning", vec![change]);
    if !matches!(status.state, State::Absent) {
        draft.related(status.span, "the versioning of the bucket");
    }
}

fn case<'a>(alternative: &Alternative<'a>) -> Case<'a> {
    alternative.property().cases()[0].clone()
}

fn excludes(one: &Alternative<'_>, other: &Alternative<'_>) -> bool {
    case(one).excludes(&case(other))
}

fn is_off(status: &Alternative<'_>) -> bool {
    match status.state {
        State::Absent => true,
        State::Unknown => false,
        State::Known(node) | State::Default(node) => node.as_str().is_some_and(|it| it != "Enabled"),
    }
}
