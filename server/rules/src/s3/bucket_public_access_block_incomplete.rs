use crate::facts::{branches, policy};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A bucket does not block all public access.
    ///
    /// One of the four settings of `PublicAccessBlockConfiguration` is `false`, or is missing beside others: in a block
    /// that is written, what is missing is off. A bucket without any block is reported as advice only.
    ///
    /// ## Why
    ///
    /// The four settings are a safety net under every policy and ACL, also those that someone adds later. `BlockPublicAcls`
    /// and `BlockPublicPolicy` refuse new public grants; `IgnorePublicAcls` and `RestrictPublicBuckets` disarm those that
    /// exist. One without the others leaves a hole. Since April 2023 S3 blocks all four on a new bucket that says
    /// nothing, so a bucket without a block is private today; writing the block keeps it so, through every change made by
    /// hand, and on buckets that are older. See "Blocking public access to your Amazon S3 storage" in the Amazon S3 User
    /// Guide, and control S3.8 of AWS Security Hub.
    ///
    /// ## What is not reported
    ///
    /// Settings that are not known before deployment.
    ///
    /// ## Fix
    ///
    /// Turns on what is missing. Turning a written `false` into `true`, or blocking a bucket that the stack itself makes
    /// public, by its ACL, a bucket policy or as a website, may shut people out, so that is not applied unasked.
    name: "s3-bucket-public-access-block-incomplete",
    category: Security,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: [
        "checkov:CKV_AWS_53",
        "checkov:CKV_AWS_54",
        "checkov:CKV_AWS_55",
        "checkov:CKV_AWS_56",
        "cdk_nag:S3BucketLevelPublicAccessProhibited",
        "cdk_nag:AwsSolutions-S2",
        "cdk_nag:HIPAA.Security-S3BucketLevelPublicAccessProhibited",
        "cdk_nag:NIST.800.53.R5-S3BucketLevelPublicAccessProhibited",
        "cdk_nag:PCI.DSS.321-S3BucketLevelPublicAccessProhibited",
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
        "guard:S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED",
        "guard:S3_BUCKET_PUBLIC_READ_PROHIBITED",
        "guard:S3_BUCKET_PUBLIC_WRITE_PROHIBITED",
        "security_hub:S3.2",
        "security_hub:S3.3",
        "security_hub:S3.8",
    ],
    founding: ["F14"],
    check: Check::Resources(&["AWS::S3::Bucket"], check),
}

const BLOCK: &str = "PublicAccessBlockConfiguration";
const SETTINGS: [&str; 4] = ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];
const TITLE: &str = "Block all public access";

fn check(bucket: &ResourceView<'_>, context: &mut Context<'_>) {
    let block = bucket.property(BLOCK);
    if block.is_absent() {
        let message = format!(
            "`{}` relies on S3's default for blocking public access. Write the block, so that it holds on older buckets \
             and against changes by hand.",
            bucket.id.text
        );
        let applicability = if is_served_publicly(bucket, context) { Unsafe } else { Safe };
        let all = Literal::map(SETTINGS.map(|it| (it, Literal::Bool(true))));
        let draft = context.report(bucket.id.span, message).at_most(Info);
        draft.fix_as(applicability, TITLE, vec![block.set(all)], None);
        return;
    }
    let mut off = Vec::new();
    for setting in SETTINGS {
        let property = block.get(setting);
        let found = branches::of(bucket, &format!("{BLOCK}.{setting}")).into_iter().find(|it| it.is_off());
        if let Some(alternative) = found {
            off.push((setting, property, alternative));
        }
    }
    let is_written = |property: &Property<'_>| property.nodes().next().is_some();
    let Some((_, _, first)) =
        off.iter().find(|(_, property, _)| is_written(property)).or(off.first()).filter(|_| !block.is_uncertain())
    else {
        return;
    };
    let span = match off.iter().any(|(_, property, _)| is_written(property)) {
        true => first.span,
        false => bucket.properties.as_map().and_then(|it| it.entry(BLOCK)).map_or(first.span, |(name, _)| name.span),
    };
    let names: Vec<String> = off.iter().map(|(setting, ..)| format!("`{setting}`")).collect();
    let (names, are) = match &names[..] {
        [one] => (one.clone(), "is"),
        [all @ .., last] => (format!("{} and {last}", all.join(", ")), "are"),
        [] => return,
    };
    let is_off = |settings: [&str; 2]| off.iter().any(|(setting, ..)| settings.contains(setting));
    let means = match (is_off(["BlockPublicAcls", "IgnorePublicAcls"]), is_off(["BlockPublicPolicy", "RestrictPublicBuckets"])) {
        (true, true) => "a policy or an ACL",
        (true, false) => "an ACL",
        _ => "a policy",
    };
    let message = format!(
        "{names} {are} off{}, so {means} can make `{}` public. Turn on all four settings.",
        first.when(),
        bucket.id.text
    );
    let any_written = off.iter().any(|(_, property, _)| is_written(property));
    let applicability = if any_written || is_served_publicly(bucket, context) { Unsafe } else { Safe };
    let changes = off.iter().map(|(_, property, _)| property.set(Literal::Bool(true))).collect();
    let mut draft = context.report(span, message).fix_as(applicability, TITLE, changes, None);
    for (setting, property, alternative) in &off {
        if is_written(property) && alternative.span != span {
            draft = draft.related(alternative.span, format!("`{setting}` is off here"));
        }
    }
}

/// True when the stack itself gives the public access to the bucket.
fn is_served_publicly(bucket: &ResourceView<'_>, context: &Context<'_>) -> bool {
    let acl = bucket.property("AccessControl");
    let public_acl = ["PublicRead", "PublicReadWrite", "AuthenticatedRead"].iter().any(|it| acl.can_be_seen_as(it));
    if public_acl || bucket.property("WebsiteConfiguration").may_be_set() {
        return true;
    }
    let policies = context.stack().resources_of("AWS::S3::BucketPolicy").map(|it| context.view(it));
    policies.filter(|it| it.property("Bucket").targets().iter().any(|name| name.text == bucket.key)).any(|it| {
        let document = it.property("PolicyDocument");
        policy::statements(&document, context.declarations()).iter().any(|it| policy::everyone(it).is_some())
    })
}
