use crate::facts::extension::{self, Row, error};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A table that is not paid by request does not say how much throughput it needs.
    ///
    /// A table is paid by its provisioned throughput where `BillingMode` is `PROVISIONED`, and where nothing is written, and
    /// then it must say how much. Amazon DynamoDB refuses the table otherwise. What a table that is paid by request says of its
    /// throughput is the matter of `dynamodb-capacity-ignored`.
    name: "dynamodb-mismatched-billing-mode",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3639"],
    founding: [],
    check: Check::Resources(&["AWS::DynamoDB::Table"], check),
}

const ROWS: &[Row] = &[error(
    "dynamodb_table/billingmode_provisioned_dependent",
    "A table that is not paid by request says how much throughput it needs.",
)];

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    extension::check(resource, cx, ROWS);
}
