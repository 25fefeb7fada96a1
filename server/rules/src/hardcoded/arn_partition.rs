use crate::facts::hardcoded::{self, arns};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// An ARN writes out its partition.
    ///
    /// `arn:aws:sqs:...` is an ARN of the Regions outside China and AWS GovCloud (US) alone: the others are partitions of their
    /// own, `aws-cn` and `aws-us-gov`. The pseudo parameter `AWS::Partition` is that of the stack; in the CDK it is
    /// `this.partition`, or `Aws.PARTITION` outside of a stack. See "Amazon Resource Names (ARNs)" in the IAM User Guide.
    ///
    /// This rule is off unless it is asked for: most code never leaves its partition.
    ///
    /// ## What is not reported
    ///
    /// ARNs in a branch of `Fn::If`, which may well choose by partition; what constructs of the CDK put together themselves.
    ///
    /// ## Fix
    ///
    /// Writes the pseudo parameter, which has the same value in the Regions that the text was written for.
    name: "hardcoded-arn-partition",
    category: Deployment,
    severity: Info,
    default_on: false,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:I3042"],
    founding: ["F88"],
    check: Check::EveryResource(check),
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let own = match cx.source() {
        Source::Template => "`AWS::Partition`",
        Source::Cdk => "`this.partition`",
    };
    hardcoded::texts(resource.resource(), &["arn:"], &mut |text| {
        for arn in arns(text.text()) {
            let partition = &text.text()[arn.partition.clone()];
            let Some((span, is_exact)) = text.place(arn.partition.clone()) else { continue };
            // What a construct puts together is not the author's.
            if !partition.starts_with("aws") || !is_exact && cx.source() == Source::Cdk {
                continue;
            }
            let message = format!(
                "This ARN is one of the partition `{partition}` alone. {own} is that of the stack, in China and AWS GovCloud \
                 (US) as well."
            );
            let change = text.put(arn.partition.clone(), Literal::Ref("AWS::Partition".into()));
            let draft = cx.report(span, message);
            if let Some(change) = change {
                draft.fix(format!("Use {own}"), vec![change]).weighs_replacement();
            }
        }
    });
}
