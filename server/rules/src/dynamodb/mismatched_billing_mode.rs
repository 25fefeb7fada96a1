use crate::facts::extension::{self, Row, error};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// The billing mode of a DynamoDB table and its throughput do not go together.
    ///
    /// A table is paid by its provisioned throughput (`PROVISIONED`, which counts where nothing is written), and then it must
    /// say how much, or by request (`PAY_PER_REQUEST`), and then there is none to provision. Amazon DynamoDB refuses the table
    /// otherwise.
    name: "dynamodb-mismatched-billing-mode",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3638", "cfn_lint:E3639"],
    founding: [],
    check: Check::Resources(&["AWS::DynamoDB::Table"], check),
}

const ROWS: &[Row] = &[
    error("dynamodb_table/billingmode_exclusive", "A table that is paid by request has no throughput to provision."),
    error(
        "dynamodb_table/billingmode_provisioned_dependent",
        "A table that is not paid by request says how much throughput it needs.",
    ),
];

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    extension::check(resource, cx, ROWS);
}
