use crate::facts::environments::{self, PRODUCTION};
use crate::prelude::*;
use crate::rule::{RuleOption, rule};
use model::program::Certainty;

rule! {
    /// A stack for production can be deleted by one command.
    ///
    /// With termination protection CloudFormation refuses to delete a stack until somebody switches the protection off, which
    /// stops `cdk destroy` in the wrong terminal. It costs nothing and has no effect on updates.
    ///
    /// Reported for stacks whose id, or the id of a stage around them, or a prop such as `stage` or `environment` says that
    /// they are for production, and for those of a file that chooses its settings for production or for something else when it
    /// runs. A stack for no environment in particular is not reported, nor is one whose protection depends on something that
    /// cannot be known. "To protect stacks in production, enable termination protection" (AWS CloudFormation user guide,
    /// Protect CloudFormation stacks from being deleted).
    name: "cdk-stack-without-termination-protection",
    category: Reliability,
    severity: Info,
    fix: Some(Safe),
    front_ends: FrontEnds::Cdk,
    founding: ["F67"],
    options: &[RuleOption {
        name: "production",
        docs: "The words by which the program calls production.",
        default: PRODUCTION,
    }],
    check: Check::Program(check),
}

fn check(program: &Program, cx: &mut Context<'_>) {
    let production = cx.option("production");
    let is_selected = |keys: &[Name]| environments::is_one_of(keys.iter().map(|it| &it.text), &production);
    let selectable = program.tables.iter().find(|it| it.selects_stack && is_selected(&it.keys));
    let mut reported: Vec<Span> = Vec::new();
    for deployment in &program.deployments {
        if deployment.termination_protection != Certainty::No {
            continue;
        }
        let is_named = environments::is_one_of(&deployment.labels, &production);
        if !is_named && (selectable.is_none() || deployment.made.is_none()) {
            continue;
        }
        let class = deployment.declared.map(|it| &program.classes[it].name);
        // A class of another file is reported in that file.
        let name = match (&deployment.made, class) {
            (Some((_, name)), Some(_)) => name,
            (Some((_, name)), None) if deployment.plain || !is_named => name,
            (None, Some(class)) => class,
            _ => continue,
        };
        if reported.contains(&name.span) {
            continue;
        }
        reported.push(name.span);
        let what = match &deployment.id {
            Some(id) => format!("`{id}`"),
            None => format!("This `{}`", deployment.class),
        };
        let can_be = if is_named { "is deployed for production" } else { "can be deployed for production" };
        let message = format!(
            "{what} {can_be} without termination protection, so that one command deletes it with everything in it. Set \
             `terminationProtection: true`."
        );
        let mut finding = cx.report(name.span, message);
        if let Some(table) = selectable.filter(|_| !is_named) {
            finding = finding.related(table.selected, "The environment is chosen here.");
        }
        if let Some((call, index)) = deployment.props {
            let member = "terminationProtection".into();
            let change = Change::SetArgument { call, index, member, value: Literal::Bool(true) };
            finding.fix("Protect it from being deleted", vec![change]);
        }
    }
}
