use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A bucket has an access control list, which a policy says better.
    ///
    /// Access control lists are from before bucket policies and IAM. New buckets have them off, and nearly everything that they
    /// can say a policy says more clearly. See "Controlling ownership of objects" in the Amazon S3 User Guide, and control S3.12
    /// of AWS Security Hub.
    name: "s3-bucket-acl-used",
    category: Security,
    severity: Info,
    default_on: false,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:W3045", "security_hub:S3.12"],
    founding: [],
    check: Check::Resources(&["AWS::S3::Bucket"], check),
}

fn check(bucket: &ResourceView<'_>, cx: &mut Context<'_>) {
    if bucket.made.is_some() {
        return;
    }
    let list = bucket.property("AccessControl");
    if let Some(span) = list.span() {
        cx.report(span, "An access control list says who may use the bucket. Say it in a bucket policy.");
    }
}
