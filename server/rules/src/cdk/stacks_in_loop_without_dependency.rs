use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// Stacks that a loop makes name each other's resources, and nothing says which is deployed first.
    ///
    /// Where a stack uses a construct of another, the CDK deploys the other first. Where it uses only the name or the ARN, put
    /// together from a region or an environment, the CDK knows nothing of it: `cdk deploy --all` starts both at once, and the
    /// replication rule, the policy or the alarm fails because what it names does not exist yet.
    ///
    /// Reported for a `new` in a loop that is certain to run for several values, where a property of one of the stacks holds
    /// the physical name of a resource of another one and no `addDependency` orders the two. Stacks that pass constructs to
    /// each other are ordered by the CDK. There is no fix: which of them comes first is a decision.
    name: "cdk-stacks-in-loop-without-dependency",
    category: Deployment,
    severity: Warning,
    fix: None,
    front_ends: FrontEnds::Cdk,
    founding: ["F69"],
    check: Check::Program(check),
}

fn check(program: &Program, cx: &mut Context<'_>) {
    let mut reported: Vec<Span> = Vec::new();
    for (i, user) in program.deployments.iter().enumerate() {
        let Some((_, name)) = user.made.as_ref().filter(|it| !reported.contains(&it.1.span)) else { continue };
        for (j, used) in program.deployments.iter().enumerate() {
            if i == j || used.site != user.site || user.after.contains(&j) || used.after.contains(&i) {
                continue;
            }
            let named = used.names.iter().filter(|it| !user.names.contains(it));
            let mut named = named.filter(|it| user.texts.iter().any(|text| names(text, it)));
            let Some(resource) = named.next() else { continue };
            reported.push(name.span);
            let message = format!(
                "{} names `{resource}`, which {} of the same loop makes, and either may be deployed first. Order them with \
                 `addDependency`.",
                which(user),
                which(used)
            );
            cx.report(name.span, message);
            break;
        }
    }
}

/// True when `text` is `name`, an ARN of it, or a path in it.
fn names(text: &str, name: &str) -> bool {
    let Some(at) = text.find(name) else { return false };
    let is_border = |it: Option<char>| it.is_none_or(|it| matches!(it, ':' | '/'));
    is_border(text[..at].chars().next_back()) && is_border(text[at + name.len()..].chars().next())
}

fn which(deployment: &model::program::Deployment) -> String {
    match &deployment.id {
        Some(id) => format!("`{id}`"),
        None => format!("a `{}`", deployment.class),
    }
}
