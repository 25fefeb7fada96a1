use crate::facts::when;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A table that is paid by request says how much throughput to provision.
    ///
    /// With `BillingMode: PAY_PER_REQUEST` Amazon DynamoDB takes what comes. A table or an index of it that has
    /// `ProvisionedThroughput` as well is refused: the deployment fails. See "DynamoDB on-demand capacity mode" in the Amazon
    /// DynamoDB Developer Guide. What only some deployments have is a warning.
    ///
    /// A table that is not paid by request and says nothing of throughput is the matter of
    /// `dynamodb-mismatched-billing-mode`. In the CDK the library itself refuses `readCapacity` beside `PAY_PER_REQUEST`, so
    /// the rule speaks of the L1 constructs there.
    ///
    /// ## What is not reported
    ///
    /// A billing mode that is not known before deployment, and branches that no deployment has together.
    ///
    /// ## Fix
    ///
    /// Takes the throughput out: it has no effect.
    name: "dynamodb-capacity-ignored",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3638"],
    founding: ["F54"],
    check: Check::Resources(&["AWS::DynamoDB::Table"], check),
}

fn check(table: &ResourceView<'_>, cx: &mut Context<'_>) {
    let mode = table.property("BillingMode");
    let by_request = mode.cases().iter().filter(|it| is(it, "PAY_PER_REQUEST"));
    for case in by_request {
        judge(table, &table.property("ProvisionedThroughput"), None, case, cx);
        for index in table.property("GlobalSecondaryIndexes").items() {
            let name = index.get("IndexName").as_str();
            judge(table, &index.get("ProvisionedThroughput"), Some(name), case, cx);
        }
    }
}

/// Judges the throughput of the table, or of an index of it, where it is paid by request.
fn judge(
    table: &ResourceView<'_>,
    throughput: &Property<'_>,
    index: Option<Option<&str>>,
    by_request: &Case<'_>,
    cx: &mut Context<'_>,
) {
    for alternative in throughput.alternatives() {
        let case = &alternative.cases()[0];
        let units = ["ReadCapacityUnits", "WriteCapacityUnits"].map(|it| alternative.get(it));
        // Nothing may be said in numbers too.
        let Some(given) = units.iter().flat_map(|it| it.cases()).find(|it| is_some(it)) else { continue };
        if [case, given].iter().any(|it| it.excludes(by_request)) {
            continue;
        }
        let is_certain = matches!(given.state, State::Known(_))
            && [case, given, by_request].iter().all(|it| it.is_unconditional() && it.node().is_some());
        let what = match index {
            None => format!("`{}`", table.id.text),
            Some(Some(name)) => format!("The index `{name}` of `{}`", table.id.text),
            Some(None) => format!("An index of `{}`", table.id.text),
        };
        let message = format!(
            "{what} has a throughput to provision{}, but the table is paid by request: the deployment fails. Take it out.",
            when::after(case)
        );
        let draft = cx
            .report(case.span, message)
            .at_most(if is_certain { Error } else { Warning })
            .related(by_request.span, "paid by request");
        let changes = match (index, case.node()) {
            _ if throughput.cases().len() > 1 => Vec::new(),
            // A construct has a prop for each of the two.
            (None, _) if table.construct.is_some() => {
                let is_given = |it: &&Property<'_>| it.span().is_some_and(|it| it != table.id.span);
                units.iter().filter(is_given).map(Property::remove).collect()
            }
            (None, _) => vec![throughput.remove()],
            (Some(_), Some(node)) => vec![Change::Delete { span: node.span }],
            (Some(_), None) => Vec::new(),
        };
        if !changes.is_empty() {
            draft.fix("Delete the throughput", changes);
        }
    }
}

fn is(case: &Case<'_>, text: &str) -> bool {
    matches!(case.state, State::Known(node) if node.as_str() == Some(text))
}

fn is_some(case: &Case<'_>) -> bool {
    case.node().and_then(Node::as_int).is_some_and(|it| it != 0)
}
