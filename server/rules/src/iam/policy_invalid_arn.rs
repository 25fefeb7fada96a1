use crate::facts::policy::{self, Kind, Need};
use crate::facts::when;
use crate::prelude::*;
use crate::rule::rule;
use crate::{Applicability, Severity};

rule! {
    /// A policy names a resource that is neither an ARN nor `*`.
    ///
    /// `Resource` and `NotResource` of a policy of an identity, and of the policy of a bucket, a topic, a queue, a key or an
    /// OpenSearch domain, hold ARNs: `arn:partition:service:region:account:resource`. In the policy of a bucket `*` alone
    /// does not do either. `Ref` gives the name of most resources, the id of a key, the address of a queue: no ARNs.
    ///
    /// ## Why
    ///
    /// AWS refuses the policy when the stack is deployed: "Resource must be in ARN format or \"*\"", "Policy has invalid
    /// resource". An account that is no account is a warning: the statement speaks of nothing.
    ///
    /// ## What is not reported
    ///
    /// Parts that are known at deployment only, policy variables, and policies of other resources, some of which take other
    /// names.
    ///
    /// ## Fix
    ///
    /// Puts in the colon that is missing in `arn:aws:s3::bucket`, and takes the ARN of a resource of the stack where a reference
    /// gives its name.
    name: "iam-policy-invalid-arn",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: [
        "cfn_lint:E3510",
        "cfn_lint:E3512",
        "cfn_lint:E3514",
        "cfn_lint:W1030",
        "cfn_lint:W1031",
        "cfn_lint:W1032",
        "cfn_lint:W1033",
        "cfn_lint:W1034",
    ],
    founding: [],
    check: Check::Resources(policy::TYPES, check),
}

/// Stands for what is not known.
const HOLE: char = '\u{fffc}';

/// What is wrong with an ARN.
struct Fault {
    message: String,
    severity: Severity,
    fix: Option<(Applicability, String)>,
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    for document in policy::all_documents(resource) {
        if document.resources() != Need::Required {
            continue;
        }
        let takes_all = document.kind == Kind::Identity || document.ty != "AWS::S3::BucketPolicy";
        for statement in policy::statements(&document.property, resource.declarations()) {
            for text in ["Resource", "NotResource"].iter().flat_map(|it| statement.certain_texts(it)) {
                if let Some((ty, arn)) = text.begins_with_name(cx) {
                    let message = format!(
                        "`{}` begins with what `Ref` gives of `{ty}`, which is no ARN, so AWS refuses the policy. Its ARN is \
                         the attribute `Arn`.",
                        text.shown()
                    );
                    let around = when::around(resource.resource(), text.span());
                    let change = Change::Replace { span: text.span(), value: arn };
                    cx.report(text.span(), when::said(&around, message)).fix("Give the ARN", vec![change]);
                    continue;
                }
                let Some(fault) = fault(&text, takes_all) else { continue };
                let around = when::around(resource.resource(), text.span());
                let draft = cx.report(text.span(), when::said(&around, fault.message)).at_most(fault.severity);
                if let Some((applicability, to)) = fault.fix {
                    let change = Change::Replace { span: text.span(), value: Literal::text(to.as_str()) };
                    draft.fix_as(applicability, format!("Write `{to}`"), vec![change], None);
                }
            }
        }
    }
}

fn fault(text: &policy::Text<'_>, takes_all: bool) -> Option<Fault> {
    let arn = text.filled(HOLE);
    let shown = text.shown();
    let refused = |message: String| Some(Fault { message, severity: Error, fix: None });
    if arn == "*" {
        let message = "The policy of a bucket names the bucket or its objects. S3 refuses `*` in it: \"Policy has invalid \
                       resource\".";
        return if takes_all { None } else { refused(message.to_owned()) };
    }
    // What is not known may begin with anything, and be any number of parts.
    let known = arn.split(HOLE).next().unwrap_or_default();
    if known.len() < arn.len() && "arn:".starts_with(known) || arn.contains("{{resolve:") {
        return None;
    }
    if !arn.starts_with("arn:") {
        // Wildcards may stand for the beginning.
        if arn.starts_with(['*', '?']) || arn.starts_with("arn") && arn.contains(['*', '?']) {
            return None;
        }
        let what = if arn.is_empty() { "An empty text".to_owned() } else { format!("`{shown}`") };
        return refused(format!("{what} is no ARN, so AWS refuses the policy."));
    }
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let is_known = |part: &str| !part.contains([HOLE, '*', '?']);
    let partition = parts[1];
    if is_known(partition) && !is_partition(partition) {
        return refused(format!(
            "`{partition}` is no partition, so AWS refuses `{shown}`. Most are in the partition `aws`."
        ));
    }
    if parts.len() < 4 && !parts.last().is_some_and(|it| it.contains(HOLE))
        || parts.get(2).is_some_and(|it| it.is_empty())
    {
        return refused(format!(
            "`{shown}` is no ARN, so AWS refuses the policy: an ARN is `arn:partition:service:region:account:resource`."
        ));
    }
    let account = parts.get(4).copied().filter(|it| !it.contains(HOLE))?;
    // What goes before a wildcard may be the beginning of an account.
    let before = account.split(['*', '?']).next().unwrap_or_default();
    let is_account = if is_known(account) { is_account(account) } else { before.bytes().all(|it| it.is_ascii_digit()) };
    if parts.len() == 5 && !is_account {
        let plain = text.value.literal().filter(|_| parts[2] == "s3" && parts[3].is_empty());
        let fix = plain.map(|it| (Safe, it.replacen("s3::", "s3:::", 1)));
        let message = format!(
            "`{shown}` has five parts and an ARN has six, `arn:partition:service:region:account:resource`. AWS refuses the \
             policy."
        );
        return Some(Fault { message, severity: Error, fix });
    }
    if parts.len() == 6 && !is_account {
        let message = format!("What stands for the account in `{shown}` is none, so this statement speaks of nothing.");
        return Some(Fault { message, severity: Warning, fix: None });
    }
    None
}

fn is_partition(text: &str) -> bool {
    let rest = text.strip_prefix("aws");
    rest.is_some_and(|it| it.bytes().all(|it| it.is_ascii_alphabetic() || it == b'-'))
}

/// True for what stands in the place of an account.
fn is_account(text: &str) -> bool {
    text.is_empty() || text == "aws" || text.len() == 12 && text.bytes().all(|it| it.is_ascii_digit())
}
