use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// An output hands on what the stack imports from another one.
    ///
    /// Whoever needs the value can import it from the stack that exports it. A chain of stacks has to be updated link by link,
    /// and none of them can be deleted before the next. See "Fn::ImportValue" in the AWS CloudFormation User Guide.
    name: "import-value-in-output",
    category: Maintainability,
    severity: Info,
    fix: None,
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:W6001"],
    founding: [],
    check: Check::Stack(check),
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    for output in &stack.outputs {
        let Some(value) = output.node.get("Value") else { continue };
        let Value::Call(call) = &value.value else { continue };
        if matches!(**call, Call::ImportValue(_)) {
            let message = format!(
                "`{}` only hands on a value of another stack, which whoever needs it can import from there.",
                output.name.text
            );
            cx.report(value.span, message);
        }
    }
}
