use crate::facts::java_pattern::fault;
use crate::facts::rewriting::may_be_rewritten;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// The `AllowedPattern` of a parameter is no regular expression.
    ///
    /// CloudFormation compares values with `AllowedPattern` as Java reads it ("Parameters", AWS CloudFormation User Guide). A
    /// pattern with a bracket that is not closed, a range from the end to the start, or nothing to repeat matches no value, so
    /// that no stack can be created.
    ///
    /// ## What is not reported
    ///
    /// What dialects of regular expressions do not agree upon: looking ahead and behind, possessive repetitions, classes in
    /// classes.
    name: "invalid-allowed-pattern",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:I2003"],
    founding: [],
    check: Check::Stack(check),
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    if may_be_rewritten(stack) {
        return;
    }
    for parameter in &stack.declarations.parameters {
        let Some(node) = parameter.node.get("AllowedPattern") else { continue };
        if let Some(fault) = node.as_str().and_then(fault) {
            cx.report(node.span, format!("This is no regular expression: {fault}. No value can match it."));
        }
    }
}
