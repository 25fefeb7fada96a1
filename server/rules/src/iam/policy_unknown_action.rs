use crate::Applicability;
use crate::facts::policy;
use crate::facts::spelling::nearest;
use crate::facts::when;
use crate::prelude::*;
use crate::rule::rule;
use schema::iam;

rule! {
    /// A policy speaks of an action that is not known.
    ///
    /// An action, or a pattern such as `s3:Fetch*`, names none of the actions that AWS lists in its Service Authorization
    /// Reference. Case does not matter.
    ///
    /// ## Why
    ///
    /// AWS takes the policy, and the statement says nothing: what it should allow stays forbidden, and what it should forbid
    /// stays allowed. Most such names are misspelt, or those of operations of the API that need an action of another name:
    /// `ListObjectsV2` needs `s3:ListBucket`.
    ///
    /// ## What is not reported
    ///
    /// Actions that are known at deployment only. The list is as old as this release of stacklint, so an action may exist by
    /// now that it does not know; hence a warning.
    ///
    /// ## Fix
    ///
    /// Writes the action that was meant. It changes what is allowed, so it is never done unasked.
    name: "iam-policy-unknown-action",
    category: Correctness,
    severity: Warning,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:W3037"],
    founding: [],
    check: Check::Resources(policy::TYPES, check),
}

/// Operations of APIs that need an action of another name: the service, the operation and the action, in small letters as
/// people may write them in any. See the columns of "Actions, resources, and condition keys" in the Service Authorization
/// Reference, and "Required permissions for Amazon S3 API operations" in the Amazon S3 User Guide.
const OPERATIONS: &[(&str, &str, &str)] = &[
    ("apigateway", "execute", "execute-api:Invoke"),
    ("lambda", "invoke", "lambda:InvokeFunction"),
    ("s3", "completemultipartupload", "s3:PutObject"),
    ("s3", "copyobject", "s3:PutObject"),
    ("s3", "createmultipartupload", "s3:PutObject"),
    ("s3", "deletebucketencryption", "s3:PutEncryptionConfiguration"),
    ("s3", "deletebucketlifecycle", "s3:PutLifecycleConfiguration"),
    ("s3", "deleteobjects", "s3:DeleteObject"),
    ("s3", "getbucketencryption", "s3:GetEncryptionConfiguration"),
    ("s3", "getbucketlifecycleconfiguration", "s3:GetLifecycleConfiguration"),
    ("s3", "headbucket", "s3:ListBucket"),
    ("s3", "headobject", "s3:GetObject"),
    ("s3", "listbuckets", "s3:ListAllMyBuckets"),
    ("s3", "listmultipartuploads", "s3:ListBucketMultipartUploads"),
    ("s3", "listobjects", "s3:ListBucket"),
    ("s3", "listobjectsv2", "s3:ListBucket"),
    ("s3", "listobjectversions", "s3:ListBucketVersions"),
    ("s3", "listparts", "s3:ListMultipartUploadParts"),
    ("s3", "putbucketencryption", "s3:PutEncryptionConfiguration"),
    ("s3", "putbucketlifecycleconfiguration", "s3:PutLifecycleConfiguration"),
    ("s3", "selectobjectcontent", "s3:GetObject"),
    ("s3", "uploadpart", "s3:PutObject"),
    ("sqs", "changemessagevisibilitybatch", "sqs:ChangeMessageVisibility"),
    ("sqs", "deletemessagebatch", "sqs:DeleteMessage"),
    ("sqs", "sendmessagebatch", "sqs:SendMessage"),
];

/// Actions that AWS asks for in its guides and does not list, in small letters: of the flows that AWS Elemental MediaLive makes
/// itself ("Requirements for AWS Elemental MediaConnect" in the MediaLive User Guide), and of the policy that a topic has from
/// the start.
const UNLISTED: &[(&str, &str)] = &[
    ("mediaconnect", "managedaddoutput"),
    ("mediaconnect", "manageddescribeflow"),
    ("mediaconnect", "managedremoveoutput"),
    ("sns", "receive"),
];

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    for document in policy::all_documents(resource) {
        for statement in policy::statements(&document.property, resource.declarations()) {
            for text in ["Action", "NotAction"].iter().flat_map(|it| statement.certain_texts(it)) {
                let Some((message, meant)) = text.value.literal().and_then(unknown) else { continue };
                let around = when::around(resource.resource(), text.span());
                let draft = cx.report(text.span(), when::said(&around, message));
                // What would reach every bucket is for the author to say.
                if let Some(meant) = meant.filter(|it| !it.starts_with("s3:") || !reaches_all(&statement)) {
                    let change = Change::Replace { span: text.span(), value: Literal::text(meant.as_str()) };
                    draft.fix_as(Applicability::Unsafe, format!("Write `{meant}`"), vec![change], None);
                }
            }
        }
    }
}

/// True when a statement may be about buckets that it does not name.
fn reaches_all(statement: &policy::Statement<'_>) -> bool {
    let names_bucket = |arn: &str| {
        let bucket = arn.rsplit(':').next().and_then(|it| it.split('/').next()).unwrap_or_default();
        !bucket.is_empty() && !bucket.contains('*')
    };
    let resources = statement.texts("Resource");
    resources.is_empty() || !resources.iter().all(|it| names_bucket(&it.with_holes("name")))
}

/// What to say of an action that is not known, and the one that was meant.
fn unknown(action: &str) -> Option<(String, Option<String>)> {
    let (prefix, name) = action.split_once(':')?;
    let is_plain = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric() || b"-*?".contains(&it));
    let has_wildcard = |it: &str| it.contains(['*', '?']);
    if has_wildcard(prefix) || !is_plain(prefix) || !is_plain(name) {
        return None;
    }
    let did_you_mean =
        |meant: &Option<String>| meant.as_ref().map_or(String::new(), |it| format!(" Did you mean `{it}`?"));
    let Some(service) = iam::service(prefix) else {
        let message = format!("No service is known whose actions begin with `{prefix}:`.");
        let has_action = |it: &&str| iam::is_action(it, name);
        // Clients of one service may have several names, `bedrock-runtime` for `bedrock`.
        let service = prefix.split_once('-').map(|it| it.0).filter(has_action);
        let service = nearest(prefix, iam::services().filter(has_action)).or(service);
        let meant = service.map(|it| format!("{it}:{name}"));
        return Some((message + &did_you_mean(&meant), meant));
    };
    let lower = name.to_ascii_lowercase();
    if has_wildcard(name) {
        let is_known = service.matching(name).next().is_some();
        return (!is_known).then(|| (format!("`{action}` matches none of the actions of `{}`.", service.name()), None));
    }
    if service.action(name).is_some() || UNLISTED.contains(&(service.name(), &lower)) {
        return None;
    }
    if let Some((.., needed)) = OPERATIONS.iter().find(|it| it.0 == service.name() && it.1 == lower) {
        let message = format!("`{name}` is an operation and no action: what it needs is `{needed}`.");
        return Some((message, Some((*needed).to_owned())));
    }
    let names = service.actions().iter().map(iam::Action::name);
    let meant = nearest(name, names).map(|it| format!("{prefix}:{it}"));
    let message = format!("`{action}` is not known to be an action of `{}`.", service.name());
    Some((message + &did_you_mean(&meant), meant))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_operations_need_exists_and_they_do_not() {
        assert!(OPERATIONS.is_sorted());
        assert!(UNLISTED.iter().all(|it| !iam::is_action(it.0, it.1)), "AWS lists it by now");
        for (service, operation, needed) in OPERATIONS {
            assert!(!iam::is_action(service, operation), "{service}:{operation} exists");
            assert!(needed.split_once(':').is_some_and(|(service, name)| iam::is_action(service, name)), "{needed}");
        }
    }
}
