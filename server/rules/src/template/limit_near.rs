use crate::facts::limits::measure;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// The template holds almost as much as CloudFormation takes.
    ///
    /// At nine tenths of a limit there is still time to move a part of the template to a stack of its own; the limits are those
    /// of `limit-exceeded`, and cannot be raised. Moving resources that hold data between stacks takes a resource import ("Move
    /// resources between stacks", AWS CloudFormation User Guide), so it is better begun before the last one has to go in.
    name: "limit-near",
    category: Maintainability,
    severity: Info,
    fix: None,
    front_ends: FrontEnds::Template,
    aliases: [
        "cfn_lint:I1002",
        "cfn_lint:I1003",
        "cfn_lint:I2010",
        "cfn_lint:I2011",
        "cfn_lint:I3010",
        "cfn_lint:I3012",
        "cfn_lint:I6010",
        "cfn_lint:I6011",
        "cfn_lint:I7002",
        "cfn_lint:I7010",
    ],
    founding: [],
    check: Check::Stack(check),
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    measure(stack, &mut |it| {
        if it.count * 10 > it.limit * 9 && it.count <= it.limit {
            cx.report(
                it.place,
                format!("{} {} are almost the {} that CloudFormation takes.", it.count, it.what, it.limit),
            );
        }
    });
}
