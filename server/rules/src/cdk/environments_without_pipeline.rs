use crate::facts::environments::{self, ENVIRONMENTS};
use crate::prelude::*;
use crate::rule::{RuleOption, rule};
use std::collections::BTreeMap;

rule! {
    /// A program deploys to several environments, and by hand to each.
    ///
    /// Where the same stacks go to development, staging and production, what was tested is what should be deployed: in this
    /// order, by the same steps, each time. A pipeline of the program does that (`aws-cdk-lib/pipelines` deploys itself, too);
    /// without one it depends on who runs `cdk deploy` with which settings.
    ///
    /// Reported once for a program that makes the same stack or stage for two or more environments, or that chooses the
    /// settings of one out of several when it runs, and no file of which uses `aws-cdk-lib/pipelines`, `aws-codepipeline` or
    /// another package for pipelines. Several regions or accounts alone are not several environments. Workflows of a service
    /// such as GitHub Actions are no part of the program: where they deploy it, allow this rule.
    ///
    /// There is no fix, because where the source is the program does not say. The refactor "Deploy ... by a pipeline", offered
    /// on the app and on what makes the stacks where these are made in one file, scaffolds one: a stage for each environment,
    /// production behind an approval, a connection to the repository as a parameter. Stacks keep their names where their
    /// classes take one; the others begin with the name of their stage, which makes them new stacks.
    name: "cdk-environments-without-pipeline",
    category: Deployment,
    severity: Info,
    fix: None,
    front_ends: FrontEnds::Cdk,
    founding: ["F65"],
    options: &[RuleOption {
        name: "environments",
        docs: "The words by which the program calls its environments.",
        default: ENVIRONMENTS,
    }],
    check: Check::Program(check),
}

fn check(program: &Program, cx: &mut Context<'_>) {
    if !program.whole || program.has_pipeline || program.deployments.is_empty() {
        return;
    }
    let names = cx.option("environments");
    let mut by_class: BTreeMap<&str, Vec<(String, Span)>> = BTreeMap::new();
    for deployment in &program.deployments {
        let (Some(environment), Some((_, name))) =
            (environments::of_labels(&deployment.labels, &names), &deployment.made)
        else {
            continue;
        };
        let known = by_class.entry(&deployment.class).or_default();
        if known.iter().all(|it| it.0 != environment) {
            known.push((environment, name.span));
        }
    }
    let several = by_class.values().filter(|it| it.len() > 1).min_by_key(|it| it[0].1.range.start());
    let (span, environments) = match several {
        Some(known) => (known[0].1, known.iter().map(|it| it.0.clone()).collect::<Vec<_>>()),
        None => {
            let tables = program.tables.iter().filter(|it| it.selects_stack);
            let chosen = tables.map(|it| {
                let keys = it.keys.iter().filter_map(|key| environments::of_labels([&key.text], &names));
                (it.selected, keys.collect::<Vec<_>>())
            });
            match chosen.into_iter().find(|it| it.1.len() > 1) {
                Some(it) => it,
                None => return,
            }
        }
    };
    let message = format!(
        "The program is deployed for {}, and no pipeline takes it from one to the next. Let a pipeline, such as that of \
         `aws-cdk-lib/pipelines`, deploy each environment by the same steps.",
        list(&environments)
    );
    cx.report(span, message);
}

fn list(environments: &[String]) -> String {
    let quoted: Vec<String> = environments.iter().map(|it| format!("`{it}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}
