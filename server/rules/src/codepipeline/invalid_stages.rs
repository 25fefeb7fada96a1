use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// The first stage of a pipeline has something else than sources, or a later one has sources.
    ///
    /// A pipeline begins with what it takes from somewhere: AWS CodePipeline accepts actions of the category `Source` in the
    /// first stage and nowhere else, and no others there.
    ///
    /// ## What is not reported
    ///
    /// Stages that only some deployments have, since the place of those behind is not known.
    name: "codepipeline-invalid-stages",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3700"],
    founding: [],
    check: Check::Resources(&["AWS::CodePipeline::Pipeline"], check),
}

fn check(pipeline: &ResourceView<'_>, cx: &mut Context<'_>) {
    let stages = pipeline.property("Stages");
    let [case] = stages.cases() else { return };
    let Some(list) = case.node().and_then(Node::as_list).filter(|it| !it.open) else { return };
    if list.items.iter().any(|it| it.as_map().is_none()) {
        return;
    }
    for (index, stage) in stages.items().iter().enumerate() {
        for action in stage.get("Actions").items() {
            let category = action.get("ActionTypeId.Category");
            let (Some(name), Some(span)) = (category.as_str(), category.span()) else { continue };
            match (index, name) {
                (0, "Source") => (),
                (0, other) => {
                    cx.report(span, format!("The first stage of a pipeline has sources alone, and this is `{other}`."));
                }
                (_, "Source") => {
                    cx.report(span, "Only the first stage of a pipeline has sources. Move the action there.");
                }
                _ => (),
            }
        }
    }
}
