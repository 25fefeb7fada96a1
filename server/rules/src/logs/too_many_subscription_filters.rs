use crate::facts::identity::{self, Given, can_meet, given};
use crate::facts::when;
use crate::facts::written::is_own;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A log group has more than two subscription filters.
    ///
    /// "Subscription filters: 2 per log group. This quota can't be changed" ("CloudWatch Logs quotas", Amazon CloudWatch Logs
    /// User Guide). The third `AWS::Logs::SubscriptionFilter` fails with "Resource limit exceeded". Send the log to a stream
    /// or a function that hands it on.
    ///
    /// Filters whose conditions exclude each other do not count together, nor do log groups that are not certainly the same.
    name: "logs-too-many-subscription-filters",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E2529"],
    founding: [],
    check: Check::Stack(check),
}

fn check(stack: &Stack, cx: &mut Context<'_>) {
    let mut seen: Vec<Given<'_>> = Vec::new();
    for resource in stack.resources_of("AWS::Logs::SubscriptionFilter").filter(|it| is_own(stack, it)) {
        let groups = given(resource, "LogGroupName");
        for group in &groups {
            let same: Vec<_> = seen.iter().filter(|it| it.identity == group.identity).collect();
            let pairs = same.iter().enumerate().flat_map(|(i, a)| same[i + 1..].iter().map(move |b| (*a, *b)));
            let mut meeting = pairs.filter(|(a, b)| can_meet(&stack.declarations, &[a, b, group]));
            if let Some((first, second)) = meeting.next() {
                let message = "This log group has two subscription filters already, and CloudWatch Logs allows no more. Send \
                               the log to a stream or a function that hands it on.";
                let conditions = identity::when(&[first, second, group]);
                cx.report(group.span, when::said(&conditions, message.to_owned()))
                    .about(resource)
                    .related(first.span, "the first filter is here")
                    .related(second.span, "the second filter is here");
            }
        }
        seen.extend(groups);
    }
}
