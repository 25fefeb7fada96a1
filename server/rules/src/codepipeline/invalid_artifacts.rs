use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// An action of a pipeline takes what no earlier action made, makes what there is already, or has too many or too few.
    ///
    /// Artifacts go from action to action by their names: what an action takes, one before it makes, and each is made once. How
    /// many an action takes and makes depends on its provider: a source takes none and makes one, an approval has none at all.
    /// AWS CodePipeline refuses the pipeline. See "Action structure reference" in the AWS CodePipeline User Guide.
    ///
    /// ## What is not reported
    ///
    /// Pipelines of which some stage, action or artifact is there in some deployments only, or is not known.
    name: "codepipeline-invalid-artifacts",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3701", "cfn_lint:E3702", "cfn_lint:E3703"],
    founding: [],
    check: Check::Resources(&["AWS::CodePipeline::Pipeline"], check),
}

fn check(pipeline: &ResourceView<'_>, cx: &mut Context<'_>) {
    let Some(stages) = certain(&pipeline.property("Stages")) else { return };
    let mut made: Vec<(&str, Span)> = Vec::new();
    for stage in stages {
        let Some(mut actions) = certain(&stage.get("Actions")) else { return };
        // Within a stage, actions run in the order of `RunOrder`.
        let order =
            |it: &Property<'_>| if it.get("RunOrder").is_absent() { Some(1) } else { it.get("RunOrder").as_int() };
        if actions.iter().any(|it| order(it).is_none()) {
            return;
        }
        actions.sort_by_key(|it| order(it).unwrap_or(1));
        for action in &actions {
            let (Some(taken), Some(given)) = (names(action, "InputArtifacts"), names(action, "OutputArtifacts")) else {
                return;
            };
            count(action, [taken.len(), given.len()], cx);
            for (name, span) in &taken {
                if !made.iter().any(|it| it.0 == *name) {
                    cx.report(*span, format!("No action before this one makes the artifact `{name}`."));
                }
            }
            let template = action.get("Configuration.TemplatePath");
            if let Some((path, span)) = template.as_str().zip(template.span())
                && let Some((artifact, _)) = path.split_once("::")
                && !taken.is_empty()
                && !taken.iter().any(|it| it.0 == artifact)
            {
                cx.report(
                    span,
                    format!("The template is in the artifact `{artifact}`, which the action does not take."),
                );
            }
            for (name, span) in given {
                match made.iter().find(|it| it.0 == name) {
                    Some((_, first)) => {
                        let message = format!("An action before this one makes the artifact `{name}` already.");
                        cx.report(span, message).related(*first, "it is made here");
                    }
                    None => made.push((name, span)),
                }
            }
        }
    }
}

/// The items of a list of maps, where it is certain which there are.
fn certain<'a>(list: &Property<'a>) -> Option<Vec<Property<'a>>> {
    if list.is_absent() {
        return Some(Vec::new());
    }
    let [case] = list.cases() else { return None };
    let written = case.node()?.as_list().filter(|it| !it.open)?;
    written.items.iter().all(|it| it.as_map().is_some_and(|it| !it.open)).then(|| list.items())
}

/// The names of the artifacts that an action takes or makes.
fn names<'a>(action: &Property<'a>, key: &str) -> Option<Vec<(&'a str, Span)>> {
    let artifacts = certain(&action.get(key))?;
    artifacts.iter().map(|it| it.get("Name")).map(|it| it.as_str().zip(it.span())).collect()
}

/// The least and the greatest number of artifacts that an action takes and makes.
fn bounds(owner: &str, category: &str, provider: &str) -> Option<[(usize, usize); 2]> {
    Some(match (owner, category, provider) {
        ("AWS", "Source", "CodeCommit" | "ECR" | "S3") | ("ThirdParty", "Source", "GitHub") => [(0, 0), (1, 1)],
        ("AWS", "Build" | "Test", "CodeBuild") => [(1, 5), (0, 5)],
        ("AWS", "Test", "DeviceFarm") => [(1, 1), (0, 0)],
        ("AWS", "Approval", "Manual") => [(0, 0), (0, 0)],
        ("AWS", "Deploy", "CloudFormation") => [(0, 10), (0, 1)],
        ("AWS", "Deploy", "CodeDeploy" | "ECS" | "ElasticBeanstalk" | "OpsWorks" | "S3" | "ServiceCatalog") => {
            [(1, 1), (0, 0)]
        }
        ("AWS", "Invoke", "Lambda") | ("Custom", "Build" | "Test", "Jenkins") => [(0, 5), (0, 5)],
        ("ThirdParty", "Deploy", "AlexaSkillsKit") => [(0, 2), (0, 0)],
        _ => return None,
    })
}

fn count(action: &Property<'_>, counts: [usize; 2], cx: &mut Context<'_>) {
    let ty = action.get("ActionTypeId");
    let provider = ty.get("Provider");
    let (Some(owner), Some(category), Some(name)) =
        (ty.get("Owner").as_str(), ty.get("Category").as_str(), provider.as_str())
    else {
        return;
    };
    let Some(bounds) = bounds(owner, category, name) else { return };
    for (key, count, (least, most)) in
        [("InputArtifacts", counts[0], bounds[0]), ("OutputArtifacts", counts[1], bounds[1])]
    {
        if (least..=most).contains(&count) {
            continue;
        }
        let wanted = match (least, most) {
            (_, 0) => "none".to_owned(),
            (least, most) if least == most => format!("{least}"),
            (least, most) => format!("{least} to {most}"),
        };
        let span = action.get(key).span().or(provider.span());
        if let Some(span) = span {
            let message = format!("An action of {category} by `{name}` has {wanted} of `{key}`, and this has {count}.");
            cx.report(span, message);
        }
    }
}
