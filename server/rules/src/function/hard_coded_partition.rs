use crate::facts::functions::{self, Site};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// An ARN that `Fn::Sub` puts together names a partition.
    ///
    /// In the regions of China and in those for governments ARNs begin with `arn:aws-cn:` and `arn:aws-us-gov:`; a template
    /// that writes `arn:aws:` cannot be deployed there. `${AWS::Partition}` is right everywhere, and costs nothing where
    /// `Fn::Sub` stands anyway. See "Pseudo parameters reference" in the AWS CloudFormation User Guide.
    ///
    /// This rule is off unless it is asked for: most stacks never leave the partition `aws`.
    ///
    /// ## Fix
    ///
    /// Writes `${AWS::Partition}`. It is safe: in the partition that is named it is the same.
    name: "hard-coded-partition",
    category: Deployment,
    severity: Info,
    default_on: false,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:I3042"],
    founding: [],
    check: functions::at_sites!(check),
}

const START: &str = "arn:aws:";

fn check(site: &Site<'_, '_>, cx: &mut Context<'_>) {
    if !site.is_value() || cx.declarations().has_transform("AWS::Serverless-2016-10-31") {
        return;
    }
    let Some(parts) = functions::sub_parts(site.node) else { return };
    for part in parts {
        let Part::Text(text) = part else { continue };
        // Of a text that is written in another way than it reads the place is not known.
        let is_verbatim = usize::from(text.span.range.len()) == text.text.len();
        for (at, _) in text.text.match_indices(START) {
            let span = match is_verbatim {
                true => text.span.inner(text::range(at + "arn:".len(), at + START.len() - 1)),
                false => text.span,
            };
            let message = "This ARN is of the partition `aws` only. `${AWS::Partition}` is right in every region.";
            let draft = cx.report(span, message);
            if is_verbatim {
                let change = Change::Rename { span, to: "${AWS::Partition}".into() };
                draft.fix("Write `${AWS::Partition}`", vec![change]);
            }
        }
    }
}
