use crate::facts::packaging;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A YAML alias (`*name`) stands in a template that is not packaged.
    ///
    /// CloudFormation does not support aliases ("Template format", AWS CloudFormation User Guide) and refuses the whole
    /// template: "YAML aliases are not allowed in CloudFormation templates". An anchor (`&name`) alone does no harm.
    /// `aws cloudformation package` and the SAM CLI put the value in the place of the alias, so that a template with
    /// aliases deploys through them alone. `aws cloudformation deploy`, the console and all other ways send it as it stands.
    ///
    /// ## What is not reported
    ///
    /// Templates that have to be packaged anyway: those with the transform `AWS::Serverless`, and those that name local
    /// files, as in `TemplateURL: ./network.yaml`. An alias behind a merge key is left to `merge-key`.
    name: "yaml-alias",
    category: Deployment,
    severity: Warning,
    fix: None,
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:W1101"],
    founding: [],
    check: Check::Stack(check),
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    let mut aliases = stack.aliases.iter().filter(|it| !it.merge).peekable();
    if aliases.peek().is_none() || packaging::is_packaged(stack) {
        return;
    }
    for alias in aliases {
        cx.report(
            alias.span,
            "CloudFormation refuses YAML aliases: only `aws cloudformation package` and the SAM CLI put in what they stand \
             for. Deploy what they make of this template, or write the value here.",
        );
    }
}
