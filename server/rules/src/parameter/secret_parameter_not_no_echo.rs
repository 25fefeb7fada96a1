use crate::facts::secrets;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A parameter brings a secret, and has no `NoEcho`.
    ///
    /// Without `NoEcho: true` the value that somebody gives a parameter is shown by the console, and by every call that
    /// describes the stack. See "Parameters" in the AWS CloudFormation User Guide. It is better to have no such parameter: a
    /// dynamic reference names a secret that AWS Secrets Manager keeps.
    ///
    /// ## What is not reported
    ///
    /// Parameters whose value is the name of a parameter in Systems Manager, and those that reach a secret only as a part of
    /// another text.
    ///
    /// ## Fix
    ///
    /// Adds `NoEcho: true`. It is safe: nothing that is deployed changes.
    name: "secret-parameter-not-no-echo",
    category: Security,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:W2501"],
    founding: ["F12"],
    check: Check::EveryResource(check),
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let declarations = resource.declarations();
    secrets::of_resource(resource.resource(), &mut |node| {
        let Some(name) = secrets::reference(node) else { return };
        let Some(parameter) = declarations.parameter(&name.text).filter(|it| !it.ty.starts_with("AWS::SSM::")) else {
            return;
        };
        let Some(map) = parameter.node.as_map().filter(|it| !it.open) else { return };
        if map.get("NoEcho").is_some_and(|it| it.as_bool() != Some(false)) {
            return;
        }
        let message = format!(
            "`{}` brings a secret, which is shown to everyone who may describe the stack. `NoEcho` hides it.",
            parameter.name.text
        );
        let value = Literal::Bool(true);
        let change = Change::SetIn { map: parameter.node.span, path: "NoEcho".to_owned(), value };
        cx.report(parameter.name.span, message)
            .related(name.span, "it is used as a secret here")
            .fix("Add `NoEcho: true`", vec![change]);
    });
}
