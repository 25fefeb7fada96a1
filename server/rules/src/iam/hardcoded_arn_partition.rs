use crate::facts::functions::{self, Site, sub_parts};
use crate::prelude::*;
use crate::rule::rule;
use std::ops::Range;

rule! {
    /// An ARN that is put together names its partition.
    ///
    /// `!Sub arn:aws:sqs:${AWS::Region}:...` is an ARN of the Regions outside China and AWS GovCloud (US) alone: the others
    /// are partitions of their own, `aws-cn` and `aws-us-gov`. The pseudo parameter `AWS::Partition` is that of the stack.
    ///
    /// ## What is not reported
    ///
    /// ARNs that are texts without `Fn::Sub`, and those in a branch of `Fn::If`, which may well choose by partition.
    ///
    /// ## Fix
    ///
    /// Writes `${AWS::Partition}`, which has the same value in the Regions that the template was written for.
    name: "iam-hardcoded-arn-partition",
    category: Deployment,
    severity: Info,
    default_on: false,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:I3042"],
    founding: [],
    check: Check::EveryResource(|resource, cx| {
        functions::of_resource(resource.resource(), &mut |site| check(resource, site, cx));
    }),
}

const START: &str = "arn:";

fn check(resource: &ResourceView<'_>, site: &Site<'_, '_>, cx: &mut Context<'_>) {
    if !site.is_value() || site.in_branch || sub_parts(site.node).is_none() {
        return;
    }
    let Some(text) = Embedded::of(site.node, resource.resource()) else { return };
    for (range, partition) in partitions(&text.text) {
        let Some(span) = text.span(range) else { continue };
        let message = format!(
            "This ARN is one of the partition `{partition}` alone. `${{AWS::Partition}}` is that of the stack, in China and AWS \
             GovCloud (US) as well."
        );
        let draft = cx.report(span, message);
        // A place that is known as a whole only holds more.
        if usize::from(span.range.len()) == partition.len() {
            let change = Change::Rename { span, to: "${AWS::Partition}".into() };
            draft.fix("Write `${AWS::Partition}`", vec![change]);
        }
    }
}

/// The partitions that ARNs in a text name.
fn partitions(text: &str) -> Vec<(Range<usize>, &str)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(START) {
        let start = at + START.len();
        let is_start = !text[..at].ends_with(|it: char| it.is_ascii_alphanumeric());
        let Some((partition, rest)) = text[start..].split_once(':') else { continue };
        let is_partition = partition == "aws"
            || partition
                .strip_prefix("aws-")
                .is_some_and(|it| it.bytes().all(|it| it.is_ascii_lowercase() || it == b'-'));
        if is_start && is_partition && rest.starts_with(|it: char| it.is_ascii_alphanumeric()) {
            found.push((start..start + partition.len(), partition));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::partitions;

    #[test]
    fn partitions_stand_behind_the_first_colon() {
        let names = |text| partitions(text).into_iter().map(|it| it.1).collect::<Vec<_>>();
        assert_eq!(names("arn:aws:s3:::a,arn:aws-cn:s3:::b"), ["aws", "aws-cn"]);
        for text in ["arn:*:s3:::a", "arn:", "arn:aws", "barn:aws:s3", "arn:awsome:s3:::", "arn:aws: is"] {
            assert_eq!(names(text), Vec::<&str>::new(), "{text}");
        }
    }
}
