use crate::prelude::*;
use crate::rule::{RuleOption, rule};

rule! {
    /// One stack class makes constructs of many services over many lines.
    ///
    /// What makes a network, a data store, an API and its alarms in one constructor can be understood, tested and reused only
    /// as a whole. "Model with constructs, deploy with stacks" (best practices for the AWS CDK): a part with a purpose becomes
    /// a class that extends `Construct`, and the stack puts such parts together.
    ///
    /// Select the statements that belong together: the refactor "Extract to construct class" moves them into a class, with
    /// props for what they use and fields for what is used of them. It is a refactor and no fix, because the paths of
    /// the constructs gain a level and their logical ids change: CloudFormation deletes what was deployed under the old ids and
    /// makes it anew. Do it before the first deployment, or keep where they are what holds data, what has a fixed name,
    /// and outputs that people read by their ids.
    ///
    /// Reported at the name of a stack class that is longer than it should be and itself makes constructs of several services.
    /// What belongs to another service counts with it: targets, integrations and patterns; roles, keys, secrets, alarms
    /// and log groups, which stand beside something else, do not count.
    /// Which constructs belong together is the author's to say.
    name: "cdk-monolithic-stack",
    category: Maintainability,
    severity: Info,
    fix: None,
    front_ends: FrontEnds::Cdk,
    founding: ["F83"],
    options: &[
        RuleOption { name: "services", docs: "As many services as this are many.", default: "5" },
        RuleOption { name: "lines", docs: "More lines than this are many.", default: "300" },
    ],
    check: Check::Program(check),
}

fn check(program: &Program, cx: &mut Context<'_>) {
    let limit = |cx: &Context<'_>, name| cx.option(name).first().and_then(|it| it.parse().ok()).unwrap_or(usize::MAX);
    let (services, lines) = (limit(cx, "services"), limit(cx, "lines"));
    for class in program.classes.iter().filter(|it| it.services.len() >= services && it.lines > lines) {
        let message = format!(
            "`{}` makes constructs of {} services in {} lines ({}). Move parts that belong together into classes that extend \
             `Construct`.",
            class.name.text,
            class.services.len(),
            class.lines,
            class.services.join(", ")
        );
        cx.report(class.name.span, message);
    }
}
