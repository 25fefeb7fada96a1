use crate::facts::{functions, secrets};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A password or a token is written out.
    ///
    /// Everyone who may read the template, its repository or the stack reads it too, and it stays in their history when it
    /// is changed. A dynamic reference to AWS Secrets Manager (`{{resolve:secretsmanager:Name:SecretString:Key}}`), or to a
    /// secure string of Systems Manager, names the secret without holding it; Amazon RDS and Amazon Redshift can make and keep
    /// the password themselves (`ManageMasterUserPassword`). A plain parameter of Systems Manager (`{{resolve:ssm:Name}}`)
    /// is no place for secrets: it is stored, and shown, as text. See "Security best practices for CloudFormation" in the
    /// AWS CloudFormation User Guide.
    ///
    /// ## What is not reported
    ///
    /// What a parameter brings: see `secret-parameter-not-no-echo`. Text that is empty.
    name: "secret-property-plaintext",
    category: Security,
    severity: Warning,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:W2501"],
    founding: ["F11"],
    check: Check::EveryResource(check),
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    secrets::of_resource(resource.resource(), &mut |node| {
        if let Some((text, span)) = functions::literal(node) {
            if !text.trim().is_empty() {
                let message = "This secret is written out for everyone who may read the template. Keep it in AWS Secrets \
                               Manager, and name it by a dynamic reference: `{{resolve:secretsmanager:Name:SecretString:Key}}`.";
                cx.report(span, message);
            }
        } else if is_plain_reference(node) {
            let message = "A plain parameter of Systems Manager is stored and shown as text. Keep the secret in a secure string \
                           (`ssm-secure`) or in AWS Secrets Manager (`secretsmanager`).";
            cx.report(node.span, message);
        }
    });
}

/// True for `{{resolve:ssm:Name}}`.
fn is_plain_reference(node: &Node) -> bool {
    let Value::Call(call) = &node.value else { return false };
    let Call::Dynamic(parts) = &**call else { return false };
    matches!(parts.first(), Some(Part::Text(it)) if it.text.starts_with("{{resolve:ssm:"))
}
