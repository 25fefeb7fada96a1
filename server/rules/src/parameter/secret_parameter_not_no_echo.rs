use crate::facts::secrets::{self, Named};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A parameter brings a secret, and has no `NoEcho`, or a default.
    ///
    /// Without `NoEcho: true` the value that somebody gives a parameter is shown by the console, and by every call that
    /// describes the stack. A default is no secret at all: it stands in the template, for everyone who may read that, and is
    /// what a stack gets when nobody thinks of it. See "Parameters" in the AWS CloudFormation User Guide. It is better to have
    /// no such parameter: a dynamic reference names a secret that AWS Secrets Manager keeps.
    ///
    /// A parameter brings a secret where a property that holds one refers to it, or where its name ends in `Password`,
    /// `Passphrase`, `ApiKey`, `SecretKey`, `ClientSecret`, `Token` and the like.
    ///
    /// ## What is not reported
    ///
    /// Parameters whose value is the name of a parameter in Systems Manager, those that can only have one of several values,
    /// defaults that are empty or say that something is to be filled in, names of secrets (`SecretArn`, `TokenName`), and
    /// parameters that reach a secret only as a part of another text.
    ///
    /// ## Fix
    ///
    /// Adds `NoEcho: true`, which is safe: nothing that is deployed changes. A default is taken out on request: whoever deploys
    /// has to give the value then.
    name: "secret-parameter-not-no-echo",
    category: Security,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:W2501"],
    founding: ["F12"],
    check: Check::Everywhere(check, check_names),
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let declarations = resource.declarations();
    secrets::of_resource(resource.resource(), &mut |node| {
        let Some(name) = secrets::reference(node) else { return };
        if let Some(parameter) = declarations.parameter(&name.text).filter(|it| !is_named_so(it)) {
            report(parameter, Some(name.span), cx);
        }
    });
}

/// Those that say by their names what they bring, once each.
fn check_names(stack: &Stack, cx: &mut Context<'_>) {
    for parameter in stack.declarations.parameters.iter().filter(|it| is_named_so(it)) {
        report(parameter, None, cx);
    }
}

/// True where the name alone says that the parameter is a secret itself.
fn is_named_so(parameter: &Parameter) -> bool {
    parameter.ty == "String"
        && parameter.allowed_values.is_none()
        && matches!(secrets::named(&parameter.name.text), Some(Named::Password | Named::Key | Named::Token))
}

fn report(parameter: &Parameter, used: Option<Span>, cx: &mut Context<'_>) {
    if parameter.ty.starts_with("AWS::SSM::") {
        return;
    }
    let Some(map) = parameter.node.as_map().filter(|it| !it.open) else { return };
    let name = &parameter.name.text;
    if map.get("NoEcho").is_none_or(|it| it.as_bool() == Some(false)) {
        let message = format!(
            "`{name}` brings a secret, which is shown to everyone who may describe the stack. `NoEcho` hides it."
        );
        let value = Literal::Bool(true);
        let change = Change::SetIn { map: parameter.node.span, path: "NoEcho".to_owned(), value };
        let mut draft = cx.report(parameter.name.span, message);
        if let Some(span) = used {
            draft = draft.related(span, "it is used as a secret here");
        }
        draft.fix("Add `NoEcho: true`", vec![change]);
    }
    let default = parameter.default.as_ref().filter(|it| it.as_str().is_some_and(secrets::can_be_secret));
    if let Some(default) = default {
        let message = format!(
            "The default of `{name}` is a secret that everyone reads who may see the template. Without a default each deployment \
             has to give one."
        );
        let change = Change::Delete { span: default.span };
        cx.report(default.span, message).fix_as(Unsafe, "Take out the default", vec![change], None);
    }
}
