use crate::facts::environments::{self, ENVIRONMENTS};
use crate::prelude::*;
use crate::rule::{RuleOption, rule};

rule! {
    /// Several environments are deployed to one account.
    ///
    /// An account is the only border that permissions, quotas, names and mistakes do not cross: whoever may experiment in
    /// development may then read and delete production. "We recommend that you separate workloads by account" (AWS
    /// Well-Architected Framework, SEC01-BP01); the CDK's best practices give each stage an account of its own.
    ///
    /// Reported where stacks of the same class, or entries of an object of settings, are for two environments and name the
    /// same account or fall back to the same variable. `process.env.CDK_DEFAULT_ACCOUNT` for all is the account that somebody
    /// happens to be signed in to. A stack without an account is not reported: nothing in it says where it goes. There is no
    /// fix: the account to use is known to the author alone.
    name: "cdk-environments-share-account",
    category: Security,
    severity: Warning,
    fix: None,
    front_ends: FrontEnds::Cdk,
    founding: ["F68"],
    options: &[RuleOption {
        name: "environments",
        docs: "The words by which the program calls its environments.",
        default: ENVIRONMENTS,
    }],
    check: Check::Program(check),
}

/// Something that is deployed for an environment.
struct Target<'p> {
    environment: String,
    account: &'p Name,
    /// Where to point at, when that is in the file.
    at: Option<Span>,
    /// What is only compared with its like.
    group: &'p str,
}

fn check(program: &Program, cx: &mut Context<'_>) {
    let names = cx.option("environments");
    let of_stacks = program.deployments.iter().filter_map(|it| {
        let environment = environments::of_labels(&it.labels, &names)?;
        let at = it.made.as_ref().map(|it| it.1.span);
        Some(Target { environment, account: it.account.as_ref()?, at, group: &it.class })
    });
    compare(of_stacks.collect(), cx);
    for table in program.tables.iter().filter(|it| it.selects_stack) {
        let targets = table.keys.iter().zip(&table.accounts).filter_map(|(key, account)| {
            let environment = environments::of_labels([&key.text], &names)?;
            Some(Target { environment, account: account.as_ref()?, at: Some(table.selected), group: "" })
        });
        compare(targets.collect(), cx);
    }
}

/// Reports the first target of each environment that shares the account of another one before it.
fn compare(targets: Vec<Target<'_>>, cx: &mut Context<'_>) {
    let mut reported: Vec<Span> = Vec::new();
    for (i, target) in targets.iter().enumerate() {
        let shares = |it: &&Target<'_>| {
            it.group == target.group && it.environment != target.environment && it.account.text == target.account.text
        };
        let (Some(other), Some(at)) = (targets[..i].iter().find(shares), target.at) else { continue };
        if reported.contains(&at) {
            continue;
        }
        reported.push(at);
        let account = &target.account.text;
        let message = match account.strip_prefix("process.env.") {
            Some(variable) => format!(
                "`{}` and `{}` both go to whatever account `{variable}` names when the program runs, so nothing keeps one from \
                 the other. Give each environment an account of its own.",
                other.environment, target.environment
            ),
            None => format!(
                "`{}` and `{}` go to one account, {account}: permissions, quotas and mistakes of one reach the other. Give \
                 each environment an account of its own.",
                other.environment, target.environment
            ),
        };
        cx.report(at, message).related(other.account.span, format!("The account of `{}`.", other.environment));
    }
}
