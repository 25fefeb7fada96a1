use crate::prelude::*;
use crate::rule::rule;
use schema::template::takes_snapshots;

rule! {
    /// A resource is kept when it is deleted, but not when it is replaced, or the other way round.
    ///
    /// `DeletionPolicy` says what becomes of a resource that is taken out of the stack, `UpdateReplacePolicy` what becomes of
    /// the old one when an update puts another in its place. Either has `Delete` as its default. Whoever sets one of them to
    /// keep the data, and leaves the other out, loses the data by the way that was not thought of: a changed name is enough
    /// for a replacement. See "UpdateReplacePolicy attribute" in the AWS CloudFormation User Guide.
    ///
    /// ## What is not reported
    ///
    /// Versions of functions and layers, which an update always replaces; databases of Amazon RDS without `DeletionPolicy`,
    /// which is a snapshot by default; and values that are not known.
    ///
    /// ## Fix
    ///
    /// Sets the other policy to the same. It is unsafe only in that the old resource then stays, and costs.
    name: "half-retained",
    category: Reliability,
    severity: Warning,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:I3011", "cfn_lint:W3011"],
    founding: [],
    check: Check::EveryResource(check),
}

const ALWAYS_REPLACED: &[&str] = &["AWS::Lambda::LayerVersion", "AWS::Lambda::Version"];

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    if resource.made.is_some() || resource.attributes.open || ALWAYS_REPLACED.contains(&resource.ty.text.as_str()) {
        return;
    }
    let (deletion, replacement) = (resource.attribute("DeletionPolicy"), resource.attribute("UpdateReplacePolicy"));
    let (set, missing, message) = match (deletion.is_absent(), replacement.is_absent()) {
        (false, true) => {
            (deletion, "UpdateReplacePolicy", "kept when it is deleted, but not when an update replaces it")
        }
        (true, false) => (replacement, "DeletionPolicy", "kept when an update replaces it, but not when it is deleted"),
        _ => return,
    };
    let is_kept_anyway = matches!(resource.ty.text.as_str(), "AWS::RDS::DBCluster" | "AWS::RDS::DBInstance");
    if missing == "DeletionPolicy" && is_kept_anyway {
        return;
    }
    let Some(policy) = set.as_str().filter(|it| matches!(*it, "Retain" | "RetainExceptOnCreate" | "Snapshot")) else {
        return;
    };
    let policy = if missing == "UpdateReplacePolicy" { policy.trim_end_matches("ExceptOnCreate") } else { policy };
    let id = &resource.id;
    let message = format!("`{}` is {message}: `{missing}` is missing, and its default is `Delete`.", id.text);
    let change = Change::SetAttribute {
        origin: resource.origin,
        attribute: missing.into(),
        path: String::new(),
        value: Literal::text(policy),
    };
    let draft = cx.report(id.span, message);
    // What CloudFormation refuses in the one, it refuses in the other.
    if policy != "Snapshot" || takes_snapshots(&resource.ty.text) {
        draft.fix(format!("Set `{missing}` to `{policy}`"), vec![change]);
    }
}
