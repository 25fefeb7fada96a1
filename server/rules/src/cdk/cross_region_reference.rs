use crate::prelude::*;
use crate::rule::rule;
use model::program::{Certainty, Deployment};

rule! {
    /// A stack uses a construct of a stack in another region, which the CDK refuses.
    ///
    /// Exports of CloudFormation end at the border of a region. Unless the stacks have `crossRegionReferences: true`, where the
    /// CDK hands the value over through parameters of Systems Manager, synthesis fails: "Cannot use resource in a
    /// cross-environment fashion, the resource's physical name must be explicit set", or "Cross stack references are only
    /// supported for stacks deployed to the same environment".
    ///
    /// Reported where the regions of both stacks are known and differ, and a construct, a grant or a value of a resource of
    /// the library reads what the other stack makes. The stack that uses it decides: that one must allow it, and the library's
    /// documentation asks for it on both. Buckets, topics, queues, tables, streams, functions, roles and secrets are refused by
    /// every version; for all other resources the newest ones make an exception, so that the finding is a warning. A resource
    /// with a name of its own (`bucketName`) can be named from anywhere and is not reported, nor are stacks in different
    /// accounts, which the setting does not help.
    name: "cdk-cross-region-reference",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Cdk,
    founding: ["F70"],
    check: Check::Program(check),
}

fn check(program: &Program, cx: &mut Context<'_>) {
    for user in &program.deployments {
        for it in &user.uses {
            let used = &program.deployments[it.stack];
            let (Some(here), Some(there)) = (&user.region, &used.region) else { continue };
            let is_missing = user.cross_region_references == Certainty::No;
            let account = |it: &Deployment| it.account.as_ref().map(|it| it.text.clone());
            if here == there || !is_missing || account(user) != account(used) {
                continue;
            }
            let who = if it.always_refused { "synthesis refuses" } else { "most versions of the CDK refuse" };
            let message = format!(
                "`{}` is in {there} and this stack is in {here}: {who} to hand a value from one region to another. Set \
                 `crossRegionReferences: true` on both stacks.",
                it.construct
            );
            let gravest = if it.always_refused { Error } else { Warning };
            let finding = cx.report(it.span, message).at_most(gravest);
            let missing = [user, used].into_iter().filter(|it| it.cross_region_references == Certainty::No);
            let changes: Option<Vec<Change>> = missing
                .map(|it| {
                    let (call, index) = it.props?;
                    let (member, value) = ("crossRegionReferences".into(), Literal::Bool(true));
                    Some(Change::SetArgument { call, index, member, value })
                })
                .collect();
            if let Some(mut changes) = changes {
                changes.dedup();
                finding.fix("Allow references across regions", changes);
            }
        }
    }
}
