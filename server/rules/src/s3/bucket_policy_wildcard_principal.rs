use crate::facts::policy::{self, Kind, Statement};
use crate::facts::when;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A bucket policy lets everyone in.
    ///
    /// An `Allow` statement has the principal `*`, bare or under `AWS`, or everyone but some (`NotPrincipal`), and no
    /// condition that holds it to certain callers.
    ///
    /// ## Why
    ///
    /// `{"AWS": "*"}` means the same as `*`: every AWS account and every anonymous caller. New buckets block such policies
    /// by default (`BlockPublicPolicy`), so a new deployment fails unless the block is lifted as well; where it is lifted,
    /// the bucket is public. "Blocking public access to your Amazon S3 storage" says in "The meaning of public" which
    /// conditions S3 itself takes for a restriction.
    ///
    /// A public website is a public bucket too. CloudFront with origin access control serves the same files from a
    /// private one; where the bucket is to be public, say so: `# stacklint: allow s3-bucket-policy-wildcard-principal --
    /// public downloads`.
    ///
    /// ## What is not reported
    ///
    /// - A statement with a condition on the caller or where the call comes from: `aws:PrincipalOrgID`,
    ///   `aws:PrincipalAccount`, `aws:PrincipalArn`, `aws:SourceAccount`, `aws:SourceArn`, `aws:SourceVpc`,
    ///   `aws:SourceVpce`, `aws:SourceIp` (of less than all addresses), `aws:userid`, `s3:DataAccessPointAccount` and
    ///   their like. `aws:SecureTransport`, `aws:Referer` and `aws:UserAgent` are none: any caller can satisfy them.
    /// - `Deny` statements, certain accounts, roles and canonical users, services.
    ///
    /// There is no fix, since who is to have access stands in no template.
    name: "s3-bucket-policy-wildcard-principal",
    category: Security,
    severity: Warning,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: [
        "cfn_nag:F16",
        "guard:S3_BUCKET_POLICY_NO_WILDCARD_PRINCIPAL",
        "security_hub:S3.2",
        "security_hub:S3.3",
    ],
    founding: ["F14"],
    check: Check::Resources(&["AWS::S3::BucketPolicy"], check),
}

fn check(policy: &ResourceView<'_>, context: &mut Context<'_>) {
    for document in policy::documents(policy, Kind::Resource) {
        for statement in policy::statements(&document, policy.declarations()) {
            let Some((span, who)) = policy::everyone(&statement) else { continue };
            report(policy, &statement, span, who, context);
        }
    }
}

fn report(policy: &ResourceView<'_>, statement: &Statement<'_>, span: Span, who: &str, context: &mut Context<'_>) {
    let actions = statement.texts("Action");
    let allowed = match &actions[..] {
        [] => "what the statement allows".to_owned(),
        [first] => format!("`{}`", first.shown()),
        [first, rest @ ..] => format!("`{}` and {} more", first.shown(), rest.len()),
    };
    let around = when::around(policy.resource(), span);
    let bucket = policy.property("Bucket").target().and_then(|it| context.target(&it.text));
    let block = bucket.map(|it| context.view(it).property("PublicAccessBlockConfiguration.BlockPublicPolicy"));
    match block.filter(|it| it.is("true")) {
        Some(block) => {
            let message = format!(
                "S3 refuses this policy, which lets {who} call {allowed}, since the bucket blocks public policies. Name \
                 who needs it, or add a condition on the caller."
            );
            let draft = context.report(span, when::said(&around, message));
            if let Some(blocked) = block.span() {
                draft.related(blocked, "public policies are blocked here");
            }
        }
        None => {
            let message = format!(
                "This lets {who} call {allowed} on the bucket. Name who needs it, or add a condition on the caller such \
                 as `aws:PrincipalOrgID`."
            );
            context.report(span, when::said(&around, message));
        }
    }
}
