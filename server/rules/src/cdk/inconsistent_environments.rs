use crate::facts::environments::{self, ENVIRONMENTS};
use crate::prelude::*;
use crate::rule::{RuleOption, rule};
use model::program::Zones;

rule! {
    /// One environment of a program lies in another number of availability zones than the others.
    ///
    /// `maxAzs` of the same VPC is not the same in all environments. What is tested in one is then not what runs in the other:
    /// subnets, addresses and gateways differ, and what fails with a zone fails in one environment alone. The CDK's best
    /// practices ask to "model all production stages in code", so that an environment differs from the next one by intent only.
    ///
    /// Compared are stacks of one class for different environments, and the entries of an object of settings out of which a file
    /// chooses one for its stacks. Reported is the one that differs from most; of two, the one with fewer zones.
    ///
    /// ## What is not reported
    ///
    /// Numbers that are not known, or not said; stacks for which no environment is known; several stacks of one environment.
    /// In a stack that does not say its account and region the library makes subnets in two zones, however many are asked for:
    /// numbers from two on are the same there.
    ///
    /// ## Fix
    ///
    /// Asks for as many zones as the others have, where that is more: subnets are added, and others that have no `cidrMask` get
    /// other addresses, so it is applied only on request.
    name: "inconsistent-environments",
    category: Reliability,
    severity: Info,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Cdk,
    founding: ["F31"],
    options: &[RuleOption {
        name: "environments",
        docs: "The words by which the program calls its environments.",
        default: ENVIRONMENTS,
    }],
    check: Check::Program(check),
}

/// The zones of an environment.
struct Target<'p> {
    environment: String,
    zones: &'p Zones,
    /// Where to point at, when the number is written in another file.
    at: Option<Span>,
    /// What is only compared with its like.
    group: &'p str,
}

fn check(program: &Program, cx: &mut Context<'_>) {
    let names = cx.option("environments");
    let mut of_stacks = Vec::new();
    for deployment in &program.deployments {
        let Some(environment) = environments::of_labels(&deployment.labels, &names) else { continue };
        let at = deployment.made.as_ref().map(|it| it.1.span);
        of_stacks.extend(deployment.zones.iter().map(|zones| Target {
            environment: environment.clone(),
            zones,
            at,
            group: &deployment.class,
        }));
    }
    compare(&of_stacks, cx);
    for table in program.tables.iter().filter(|it| it.selects_stack) {
        let targets = table.keys.iter().zip(&table.zones).filter_map(|(key, zones)| {
            let environment = environments::of_labels([&key.text], &names)?;
            Some(Target { environment, zones: zones.as_ref()?, at: Some(table.selected), group: "" })
        });
        compare(&targets.collect::<Vec<_>>(), cx);
    }
}

fn compare(targets: &[Target<'_>], cx: &mut Context<'_>) {
    let mut reported: Vec<Span> = Vec::new();
    for target in targets {
        let alike = |it: &&Target<'_>| it.group == target.group && it.zones.network == target.zones.network;
        let all: Vec<&Target<'_>> = targets.iter().filter(alike).collect();
        let Some(usual) = usual(&all).filter(|it| *it != target.zones.count) else { continue };
        let Some(at) = target.zones.span.or(target.at).filter(|it| !reported.contains(it)) else { continue };
        let Some(other) = all.iter().find(|it| it.zones.count == usual && it.environment != target.environment) else {
            continue;
        };
        // One number for several environments is no fault of one of them.
        if all.iter().any(|it| it.zones.span == Some(at) && it.environment != target.environment) {
            continue;
        }
        reported.push(at);
        let count = target.zones.count;
        let zones = if count == 1 { "zone" } else { "zones" };
        let message = format!(
            "`{}` gets {count} {zones} and `{}` {usual}: what is tested in one is not what runs in the other. Let them \
             differ in as little as they must.",
            target.environment, other.environment
        );
        let mut draft = cx.report(at, message);
        if let Some(span) = other.zones.span {
            draft = draft.related(span, format!("The zones of `{}`.", other.environment));
        }
        if target.zones.span.is_some() && count < usual {
            let change = Change::Replace { span: at, value: Literal::Number(usual.into()) };
            draft.fix(format!("Ask for {usual} zones"), vec![change]);
        }
    }
}

/// The number that most of the environments have; where two are as usual, the larger one.
fn usual(all: &[&Target<'_>]) -> Option<u32> {
    let environments = |count: u32| {
        let mut names: Vec<&str> =
            all.iter().filter(|it| it.zones.count == count).map(|it| it.environment.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names.len()
    };
    all.iter().map(|it| it.zones.count).max_by_key(|it| (environments(*it), *it))
}
