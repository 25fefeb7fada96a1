use crate::facts::policy::{self, Kind};
use crate::facts::when;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A key policy lets everyone in.
    ///
    /// An `Allow` statement of the policy of a KMS key has the principal `*`, bare or under `AWS`, or everyone but some
    /// (`NotPrincipal`), and no condition that holds it to certain callers.
    ///
    /// ## Why
    ///
    /// `{"AWS": "*"}` means the same as `*`: every AWS account. Whoever learns the ARN of the key can then use it, and what it
    /// encrypts is protected by nothing but the policies of the data itself. "Key policies in AWS KMS" in the AWS KMS Developer
    /// Guide advises against it unless a condition limits the callers; control KMS.5 of AWS Security Hub finds such keys.
    ///
    /// ## What is not reported
    ///
    /// - A statement with a condition on the caller or where the call comes from: `kms:CallerAccount`, `kms:ViaService`,
    ///   `aws:PrincipalOrgID`, `aws:PrincipalAccount`, `aws:PrincipalArn`, `aws:SourceAccount`, `aws:SourceArn`,
    ///   `aws:SourceVpce` and their like. That is how the keys which AWS manages are shared within an account.
    /// - The account itself (`arn:aws:iam::111122223333:root`), which is the default; certain roles and users, services.
    /// - `Deny` statements.
    ///
    /// There is no fix, since who is to use the key stands in no template.
    name: "kms-key-policy-wildcard-principal",
    category: Security,
    severity: Warning,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: ["checkov:CKV_AWS_33", "cfn_nag:F76", "guard:KMS_NO_WILDCARD_PRINCIPAL", "security_hub:KMS.5"],
    founding: ["F21"],
    check: Check::Resources(&["AWS::KMS::Key", "AWS::KMS::ReplicaKey"], check),
}

fn check(key: &ResourceView<'_>, cx: &mut Context<'_>) {
    for document in policy::documents(key, Kind::Resource) {
        for statement in policy::statements(&document, key.declarations()) {
            let Some((span, who)) = policy::everyone(&statement) else { continue };
            let actions = statement.texts("Action");
            let allowed = match &actions[..] {
                [] => "do what the statement allows".to_owned(),
                [first] => format!("call `{}`", first.shown()),
                [first, rest @ ..] => format!("call `{}` and {} more", first.shown(), rest.len()),
            };
            let message = format!(
                "This lets {who}, in any AWS account, {allowed} with the key `{}`. Name who needs it, or add a condition on \
                 the caller such as `kms:CallerAccount`.",
                key.id.text
            );
            cx.report(span, when::said(&when::around(key.resource(), span), message));
        }
    }
}
