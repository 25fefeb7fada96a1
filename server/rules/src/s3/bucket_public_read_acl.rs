use crate::facts::branches;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A bucket's ACL lets everyone in.
    ///
    /// `AccessControl` is `PublicRead`, `PublicReadWrite` or `AuthenticatedRead`. The last sounds harmless and is not:
    /// it means every AWS account, not those of one's own organization.
    ///
    /// ## Why
    ///
    /// Anyone can list the bucket's contents and, with `PublicReadWrite`, overwrite them and fill the bucket at its
    /// owner's cost. Such ACLs are a legacy: since April 2023 a new bucket blocks public access and has its ACLs
    /// disabled, so the deployment of a new bucket fails on the ACL unless the template lifts both. AWS says how in
    /// "Blocking public access to your Amazon S3 storage" and "Controlling ownership of objects and disabling ACLs for
    /// your bucket"; what a website needs is a bucket policy, or CloudFront with origin access control.
    ///
    /// With `BlockPublicAcls: true` on the same bucket, S3 refuses the ACL ("PUT Bucket calls fail if the request
    /// includes a public ACL"): the two contradict each other, and the message says so.
    ///
    /// ## What is not reported
    ///
    /// - `LogDeliveryWrite` and the other canned ACLs, which name certain grantees.
    /// - A bucket with `IgnorePublicAcls: true` and no `BlockPublicAcls: true`: S3 accepts the ACL, and it has no effect.
    ///
    /// ## Fix
    ///
    /// Takes the ACL out, which makes the bucket private. That is safe where S3 refuses it anyway; elsewhere someone may
    /// count on the access, so the fix is not applied unasked.
    name: "s3-bucket-public-read-acl",
    category: Security,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: [
        "checkov:CKV_AWS_20",
        "checkov:CKV_AWS_57",
        "cfn_nag:W31",
        "cfn_nag:F14",
        "cdk_nag:S3BucketPublicReadProhibited",
        "cdk_nag:HIPAA.Security-S3BucketPublicReadProhibited",
        "cdk_nag:NIST.800.53.R4-S3BucketPublicReadProhibited",
        "cdk_nag:NIST.800.53.R5-S3BucketPublicReadProhibited",
        "cdk_nag:PCI.DSS.321-S3BucketPublicReadProhibited",
        "cdk_nag:S3BucketPublicWriteProhibited",
        "cdk_nag:HIPAA.Security-S3BucketPublicWriteProhibited",
        "cdk_nag:NIST.800.53.R4-S3BucketPublicWriteProhibited",
        "cdk_nag:NIST.800.53.R5-S3BucketPublicWriteProhibited",
        "cdk_nag:PCI.DSS.321-S3BucketPublicWriteProhibited",
        "guard:S3_BUCKET_PUBLIC_READ_ACL",
        "guard:S3_BUCKET_NO_PUBLIC_RW_ACL",
        "security_hub:S3.2",
        "security_hub:S3.3",
    ],
    founding: ["F14"],
    check: Check::Resources(&["AWS::S3::Bucket"], check),
}

fn check(bucket: &ResourceView<'_>, context: &mut Context<'_>) {
    let alternatives = branches::of(bucket, "AccessControl");
    let public = alternatives.iter().find_map(|it| {
        let (State::Known(node) | State::Default(node)) = it.state else { return None };
        Some((it, node.as_str()?, effect(node.as_str()?)?))
    });
    let Some((alternative, acl, effect)) = public else { return };
    let blocks = bucket.property("PublicAccessBlockConfiguration");
    let block = blocks.get("BlockPublicAcls");
    let refused = block.is("true");
    if !refused && (block.may_be("true") || blocks.get("IgnorePublicAcls").may_be("true")) {
        return;
    }
    let when = alternative.when();
    let remove = vec![bucket.property("AccessControl").remove()];
    if refused {
        let message = format!(
            "S3 refuses the ACL `{acl}`{when}, since the bucket blocks public ACLs: a new deployment fails. Take the ACL \
             out."
        );
        let mut draft = context.report(alternative.span, message);
        if let Some(span) = block.span() {
            draft = draft.related(span, "public ACLs are blocked here");
        }
        draft.fix("Remove the ACL", remove);
    } else {
        let message = format!(
            "`{acl}` lets {effect}{when}. Take it out; to publish objects, use a bucket policy or CloudFront with origin \
             access control."
        );
        context.report(alternative.span, message).fix_as(Unsafe, "Remove the ACL", remove, None);
    }
}

/// What a public ACL lets whom do.
fn effect(acl: &str) -> Option<&'static str> {
    match acl {
        "PublicRead" => Some("anyone on the internet list the bucket"),
        "PublicReadWrite" => Some("anyone on the internet list, overwrite and delete what is in the bucket"),
        "AuthenticatedRead" => Some("every AWS account, not only yours, list the bucket"),
        _ => None,
    }
}
