use crate::facts::environments::{self, PRODUCTION};
use crate::prelude::*;
use crate::rule::{RuleOption, rule};
use model::program::Certainty;

rule! {
    /// A pipeline deploys to production without a step before or after.
    ///
    /// What gets through the build reaches production at once: nobody approves it (`pre`), and nothing looks afterwards
    /// whether it works (`post`). Either is one step: `new ManualApprovalStep('PromoteToProd')`, or a `ShellStep` that runs
    /// tests against what was deployed.
    ///
    /// Reported for a stage whose id or props say that it is for production. Steps of the wave that it is part of, steps of
    /// single stacks, and those that are added later (`addPre`, `addPost`) count.
    name: "cdk-pipeline-without-validation",
    category: Reliability,
    severity: Info,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Cdk,
    founding: ["F66"],
    options: &[RuleOption {
        name: "production",
        docs: "The words by which the program calls production.",
        default: PRODUCTION,
    }],
    check: Check::Program(check),
}

fn check(program: &Program, cx: &mut Context<'_>) {
    let production = cx.option("production");
    for stage in &program.stages {
        if stage.has_steps != Certainty::No || !environments::is_one_of(&stage.labels, &production) {
            continue;
        }
        let what = stage.id.as_ref().map_or_else(|| "a stage".to_owned(), |it| format!("`{it}`"));
        let message = format!(
            "The pipeline deploys {what} to production with no approval before and no test after. Add a step: `pre: [new \
             ManualApprovalStep(...)]`, or tests in `post`."
        );
        let name = stage.id.as_ref().map_or_else(|| "Approve".into(), |it| format!("Approve{it}").into());
        let intent = Intent::ApproveStage { call: stage.call, name };
        cx.report(stage.at, message).fix_as(Unsafe, "Let a person approve it first", Vec::new(), Some(intent));
    }
}
