use crate::facts::environments::{self, ENVIRONMENTS};
use crate::prelude::*;
use crate::rule::{RuleOption, rule};

rule! {
    /// The settings of several environments stand in the code.
    ///
    /// A table in the program says account, size or addresses for each environment. Whoever changes a setting of one has to
    /// change, review and release the code of all, and whoever may read the code reads the settings of production. Settings in
    /// a file of their own for each environment, in `cdk.json` or in AWS Systems Manager Parameter Store can change, and be
    /// protected, by themselves. See "Save context values and retrieve them" in the AWS CDK Developer Guide, and its best
    /// practices, which also hold that settings belong into code: that is why this is a hint that must be asked for.
    ///
    /// Reported once for each object of a file whose keys are two or more environments, one of which is chosen when the program
    /// runs. What environments are called the option `environments` says.
    ///
    /// There is no fix: where the settings are to go, and who may read them there, is for people to decide.
    name: "cdk-hardcoded-environments",
    category: Maintainability,
    severity: Hint,
    default_on: false,
    fix: None,
    front_ends: FrontEnds::Cdk,
    founding: ["F89"],
    options: &[RuleOption {
        name: "environments",
        docs: "What environments are called.",
        default: ENVIRONMENTS,
    }],
    check: Check::Program(check),
}

fn check(program: &Program, cx: &mut Context<'_>) {
    let names = cx.option("environments");
    for table in &program.tables {
        let mut found: Vec<String> = Vec::new();
        let mut keys = table.keys.iter().filter_map(|key| {
            let environment = environments::of_labels([&key.text], &names)?;
            Some((key, environment))
        });
        let Some((first, environment)) = keys.next() else { continue };
        found.push(environment);
        let mut others = Vec::new();
        for (key, environment) in keys {
            if !found.contains(&environment) {
                found.push(environment);
                others.push(key);
            }
        }
        if found.len() < 2 {
            continue;
        }
        let message = format!(
            "The settings of {} environments stand in this file, so that a change of one is a change of the program. Keep them in \
             a file of their own for each, or where they can be protected, such as Parameter Store.",
            found.len()
        );
        let mut draft = cx.report(first.span, message);
        for key in others {
            draft = draft.related(key.span, format!("those of `{}`", key.text));
        }
    }
}
