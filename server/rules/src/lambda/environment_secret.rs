use crate::facts::names::free_name;
use crate::facts::secrets;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// An environment variable of a function holds a secret as text.
    ///
    /// Everyone who may read the template, the stack or the configuration of the function reads the secret too, and it stays in
    /// their history when it is changed. AWS Secrets Manager and secure strings of Systems Manager keep it where only the
    /// function reads it, when it runs: hand over the name of the secret instead. See "Securing environment variables" in the
    /// AWS Lambda Developer Guide.
    ///
    /// A variable is reported when its name ends in a word such as `PASSWORD`, `TOKEN`, `API_KEY` or `SECRET`, or when its value
    /// has the form of a credential of a known service (an access key of AWS, a token of GitHub, GitLab or Slack, a private
    /// key), and the value is text. That reading lies between other tools', which report every variable or only AWS's own keys.
    ///
    /// ## What is not reported
    ///
    /// Dynamic references, parameters, functions; names of secrets and where they are kept (`DB_SECRET_ARN`, `/app/password`);
    /// numbers, empty text and words that say that something is to be filled in.
    ///
    /// ## Fix
    ///
    /// Declares a secret that Secrets Manager makes, and a dynamic reference to it in place of the text. It is another secret
    /// then, so the fix is not applied unasked. What was written out should be changed in any case.
    name: "lambda-environment-secret",
    category: Security,
    severity: Warning,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    aliases: ["checkov:CKV_AWS_45"],
    founding: ["F11"],
    check: Check::Resources(&["AWS::Lambda::Function", "AWS::Serverless::Function"], check),
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    if resource.made.is_some() {
        return;
    }
    for (name, value) in resource.property("Environment.Variables").entries() {
        for case in value.cases() {
            let State::Known(node) = case.state else { continue };
            let Value::Scalar(Scalar { text, .. }) = &node.value else { continue };
            // What a function or a parameter brings is not written here.
            if case.is_evaluated() || case.span != node.span || !secrets::is_written_out(&name.text, text) {
                continue;
            }
            let message = format!(
                "`{}` is a secret that everyone reads who may see the template or the function. Keep it in AWS Secrets Manager, \
                 and let the function read it from there.",
                name.text
            );
            let changes = if cx.wants_fixes() { mend(resource, node, &name.text, cx) } else { Vec::new() };
            let draft = cx.report(node.span, message);
            if !changes.is_empty() {
                draft.fix("Let Secrets Manager make and keep it", changes);
            }
        }
    }
}

fn mend(resource: &ResourceView<'_>, node: &Node, name: &str, cx: &Context<'_>) -> Vec<Change> {
    let id = free_name(cx.stack(), &secrets::id_of(&resource.id.text, name));
    let reference =
        vec![Literal::text("{{resolve:secretsmanager:"), Literal::Ref(id.clone()), Literal::text(":SecretString}}")];
    vec![
        secrets::declared(id, resource.condition.as_ref(), resource.origin),
        Change::Replace { span: node.span, value: Literal::Sub(reference) },
    ]
}
