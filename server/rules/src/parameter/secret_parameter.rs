use crate::facts::secrets;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A parameter brings a secret that a dynamic reference could name.
    ///
    /// Whoever deploys the stack has to know the secret, and hands it through scripts and consoles; `NoEcho` hides it only
    /// where CloudFormation shows it. A dynamic reference names a secret that AWS Secrets Manager or Systems Manager keeps,
    /// and that only the service reads. See "Use dynamic references to manage sensitive information" in the AWS
    /// CloudFormation User Guide.
    ///
    /// This rule is off unless it is asked for: a parameter with `NoEcho` is a documented way too.
    name: "secret-parameter",
    category: Security,
    severity: Info,
    default_on: false,
    fix: None,
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:W1011"],
    founding: [],
    check: Check::EveryResource(check),
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let declarations = resource.declarations();
    secrets::of_resource(resource.resource(), &mut |node| {
        let Some(name) = secrets::reference(node) else { return };
        if let Some(parameter) = declarations.parameter(&name.text) {
            let message = format!(
                "Whoever deploys this must know the secret that `{}` brings. A dynamic reference reads it where it is kept: \
                 `{{{{resolve:secretsmanager:Name:SecretString:Key}}}}`.",
                name.text
            );
            cx.report(node.span, message).related(parameter.name.span, "the parameter is declared here");
        }
    });
}
