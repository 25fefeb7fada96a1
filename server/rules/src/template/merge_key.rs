use crate::facts::packaging;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A merge key (`<<`) stands in a template that is not packaged.
    ///
    /// CloudFormation does not support hash merges ("Template format", AWS CloudFormation User Guide): it takes `<<` for a
    /// property of that name, or refuses the alias behind it with "YAML aliases are not allowed in CloudFormation
    /// templates". `aws cloudformation package` and the SAM CLI write the entries out, so that a template with merge keys
    /// deploys through them alone. `aws cloudformation deploy`, the console and all other ways send it as it stands.
    ///
    /// ## What is not reported
    ///
    /// Templates that have to be packaged anyway: those with the transform `AWS::Serverless`, and those that name local
    /// files, as in `TemplateURL: ./network.yaml`.
    name: "merge-key",
    category: Deployment,
    severity: Warning,
    fix: None,
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:W1100"],
    founding: [],
    check: Check::Stack(check),
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    let mut merges = stack.aliases.iter().filter(|it| it.merge).peekable();
    if merges.peek().is_none() || packaging::is_packaged(stack) {
        return;
    }
    for merge in merges {
        cx.report(
            merge.span,
            "CloudFormation refuses merge keys: only `aws cloudformation package` and the SAM CLI write them out. Deploy \
             what they make of this template, or write the entries here.",
        );
    }
}
