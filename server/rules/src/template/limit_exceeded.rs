use crate::facts::limits::measure;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// The template holds more than CloudFormation takes.
    ///
    /// A template may have 1 MB, 500 resources and 200 each of parameters, mappings and outputs; a mapping may have 200 keys with
    /// 200 values each. Names have at most 255 characters, descriptions of the template and of outputs 1,024 bytes, those of
    /// parameters 4,000, and the value of a parameter 4,096: see "Understand CloudFormation quotas" in the AWS CloudFormation User
    /// Guide. None of these can be raised on request.
    ///
    /// A template of more than 51,200 bytes has to be read from a bucket, which most tools see to; that is not reported.
    ///
    /// ## What is not reported
    ///
    /// The number of entries of a template that a macro completes: it may take some out.
    name: "limit-exceeded",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Template,
    aliases: [
        "cfn_lint:E1002",
        "cfn_lint:E1003",
        "cfn_lint:E2010",
        "cfn_lint:E2011",
        "cfn_lint:E3010",
        "cfn_lint:E6010",
        "cfn_lint:E6011",
        "cfn_lint:E7002",
        "cfn_lint:E7010",
    ],
    founding: [],
    check: Check::Stack(check),
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    measure(stack, &mut |it| {
        if it.count > it.limit {
            let message = format!(
                "{} {} are more than the {} that CloudFormation takes. {}",
                it.count, it.what, it.limit, it.advice
            );
            cx.report(it.place, message);
        }
    });
}
