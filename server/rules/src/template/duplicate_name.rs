use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A parameter and a resource have the same name.
    ///
    /// `Ref` and `Fn::Sub` name parameters and resources alike, so that a name can be only one of them: CloudFormation refuses
    /// the template ("Template format error: Duplicate logical names").
    name: "duplicate-name",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:E3007"],
    founding: [],
    check: Check::Stack(check),
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    for parameter in &stack.declarations.parameters {
        let Some(resource) = stack.resource(&parameter.name.text).filter(|it| it.made.is_none()) else { continue };
        let name = &parameter.name;
        let message =
            format!("`{}` is the name of a parameter too, so that `Ref` could mean either: rename one.", name.text);
        cx.report(resource.id.span, message).about(resource).related(name.span, "The parameter is declared here.");
    }
}
