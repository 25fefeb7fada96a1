use crate::facts::branches::{self, Alternative};
use crate::facts::policy::{self, Kind};
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
    // Where a branch leaves the block out, S3's default counts; a block that is there must be complete.
    let blocks = branches::of(bucket, BLOCK);
    let maps = blocks.iter().filter_map(|it| match it.state {
        State::Known(node) | State::Default(node) => node.as_map().map(|_| (it, node)),
        State::Absent | State::Unknown => None,
    });
    for (alternative, map) in maps {
        let block = alternative.property();
        let off: Vec<Off<'_>> = (SETTINGS.iter())
            .filter_map(|setting| {
                let values = branches::all(&block.get(setting));
                let value = values.into_iter().find(Alternative::is_off)?;
                Some(Off { setting, is_written: !matches!(value.state, State::Absent), value })
            })
            .collect();
        if !off.is_empty() {
            report(bucket, alternative, map, &off, blocks.len() == 1, context);
            return;
        }
    }
}

/// A setting that is off.
struct Off<'a> {
    setting: &'static str,
    /// Someone wrote `false`.
    is_written: bool,
    value: Alternative<'a>,
}

fn report(
    bucket: &ResourceView<'_>,
    block: &Alternative<'_>,
    map: &Node,
    off: &[Off<'_>],
    is_only: bool,
    context: &mut Context<'_>,
) {
    let id = &bucket.id.text;
    let is_off = |setting| off.iter().any(|it| it.setting == setting);
    let (new_acl, old_acl) = (is_off("BlockPublicAcls"), is_off("IgnorePublicAcls"));
    let (new_policy, old_policy) = (is_off("BlockPublicPolicy"), is_off("RestrictPublicBuckets"));
    let effect = match (new_policy && old_policy, new_acl && old_acl) {
        (true, true) => format!("a policy or an ACL can make `{id}` public"),
        (true, false) => format!("a policy can make `{id}` public"),
        (false, true) => format!("an ACL can make `{id}` public"),
        (false, false) => {
            let against = match (new_policy || old_policy, new_acl || old_acl) {
                (true, true) => "policies and ACLs",
                (true, false) => "policies",
                _ => "ACLs",
            };
            format!("`{id}` has only half of its protection against public {against}")
        }
    };
    let names: Vec<String> = off.iter().map(|it| format!("`{}`", it.setting)).collect();
    let (names, are) = match &names[..] {
        [one] => (one.clone(), "is"),
        [all @ .., last] => (format!("{} and {last}", all.join(", ")), "are"),
        [] => return,
    };
    let written = off.iter().find(|it| it.is_written);
    let when = match block.when() {
        outer if outer.is_empty() => written.or(off.first()).map(|it| it.value.when()).unwrap_or_default(),
        outer => outer,
    };
    // What is missing is missing from the block as a whole.
    let key = || bucket.properties.as_map().and_then(|it| it.entry(BLOCK)).map(|(name, _)| name.span);
    let span = written.map(|it| it.value.span).or_else(key).unwrap_or(bucket.id.span);
    let changes = (off.iter())
        .map(|it| match is_only {
            true => bucket.property(BLOCK).get(it.setting).set(Literal::Bool(true)),
            false => Change::SetIn { map: map.span, path: it.setting.to_owned(), value: Literal::Bool(true) },
        })
        .collect();
    let applicability = if written.is_some() || is_served_publicly(bucket, context) { Unsafe } else { Safe };
    let message = format!("{names} {are} off{when}, so {effect}. Turn on all four settings.");
    let mut draft = context.report(span, message).fix_as(applicability, TITLE, changes, None);
    for it in off.iter().filter(|it| it.is_written && it.value.span != span) {
        draft = draft.related(it.value.span, format!("`{}` is off here", it.setting));
    }
}

/// True when the stack itself gives the public access to the bucket.
fn is_served_publicly(bucket: &ResourceView<'_>, context: &Context<'_>) -> bool {
    let acl = bucket.property("AccessControl");
    let public_acl = ["PublicRead", "PublicReadWrite", "AuthenticatedRead"].iter().any(|it| acl.can_be_seen_as(it));
    if public_acl || bucket.property("WebsiteConfiguration").may_be_set() {
        return true;
    }
    let policies = context.dependents(&bucket.key).filter(|it| it.ty.text == "AWS::S3::BucketPolicy");
    let policies = policies.map(|it| context.view(it));
    policies.filter(|it| it.property("Bucket").targets().iter().any(|name| name.text == bucket.key)).any(|it| {
        let documents = policy::documents(&it, Kind::Resource);
        let mut statements = documents.iter().flat_map(|it| policy::statements(it, context.declarations()));
        statements.any(|it| policy::everyone(&it).is_some())
    })
}
