use crate::facts::branches::{self, Alternative};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A DynamoDB table cannot be restored to an earlier point in time.
    ///
    /// A table, or a replica of a global table, has no point-in-time recovery, or has it off. Every environment that the
    /// stack can be deployed to counts: where recovery depends on a condition, and some branch leaves it off, the
    /// message names the condition.
    ///
    /// ## Why
    ///
    /// A faulty deployment or a wrong `DeleteItem` in a loop destroys data in seconds. Point-in-time recovery keeps every
    /// state of the last 35 days and restores a table to any second of them; without it, what no backup holds is gone.
    /// It is off unless it is asked for. It costs by the size of the table, and nothing in throughput. See
    /// "Point-in-time backups for DynamoDB" in the Amazon DynamoDB Developer Guide, and control DynamoDB.2 of AWS
    /// Security Hub.
    ///
    /// ## What is not reported
    ///
    /// - A value that is not known before deployment, such as a parameter without a default.
    /// - A branch that no deployment can reach: a table that only production has, with recovery on in production.
    ///
    /// ## Fix
    ///
    /// Turns recovery on, in every branch. The table is changed in place.
    name: "dynamodb-table-without-pitr",
    category: Reliability,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: [
        "checkov:CKV_AWS_28",
        "checkov:CKV_AWS_165",
        "cfn_nag:W78",
        "cdk_nag:DynamoDBPITREnabled",
        "cdk_nag:AwsSolutions-DDB3",
        "cdk_nag:HIPAA.Security-DynamoDBPITREnabled",
        "cdk_nag:NIST.800.53.R4-DynamoDBPITREnabled",
        "cdk_nag:NIST.800.53.R5-DynamoDBPITREnabled",
        "guard:DYNAMODB_PITR_ENABLED",
        "security_hub:DynamoDB.2",
    ],
    founding: ["F32"],
    check: Check::Resources(&["AWS::DynamoDB::GlobalTable", "AWS::DynamoDB::Table"], check),
}

const PATH: &str = "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled";
const TITLE: &str = "Turn on point-in-time recovery";

fn check(table: &ResourceView<'_>, context: &mut Context<'_>) {
    if table.ty.text == "AWS::DynamoDB::Table" {
        let alternatives = branches::of(table, PATH);
        let Some(off) = alternatives.iter().find(|it| it.is_off()) else { return };
        let property = table.property(PATH);
        let specification = table.property("PointInTimeRecoverySpecification");
        let span = if specification.is_absent() { table.id.span } else { off.span };
        // A block that some branch leaves out is written anew.
        let change = match specification.may_be_absent() || property.is_absent() {
            false => property.set(Literal::Bool(true)),
            true => specification.set(Literal::map([("PointInTimeRecoveryEnabled", Literal::Bool(true))])),
        };
        let message = message(&format!("`{}`", table.id.text), off);
        context.report(span, message).fix(TITLE, vec![change]);
        return;
    }
    // Each replica is a table of its own.
    for replica in table.property("Replicas").items() {
        let Some(node) = replica.written().filter(|it| it.as_map().is_some()) else { continue };
        let alternatives = branches::all(&replica.get(PATH));
        let Some(off) = alternatives.iter().find(|it| it.is_off()) else { continue };
        let region = replica.get("Region");
        let what = match region.as_str() {
            Some(region) => format!("The replica of `{}` in {region}", table.id.text),
            None => format!("A replica of `{}`", table.id.text),
        };
        let written = replica.get("PointInTimeRecoverySpecification").may_be_set();
        let span = if written { off.span } else { region.span().unwrap_or(node.span) };
        let change = match replica.get(PATH).is_absent() {
            false => Change::SetIn { map: node.span, path: PATH.to_owned(), value: Literal::Bool(true) },
            true => Change::SetIn {
                map: node.span,
                path: "PointInTimeRecoverySpecification".to_owned(),
                value: Literal::map([("PointInTimeRecoveryEnabled", Literal::Bool(true))]),
            },
        };
        context.report(span, message(&what, off)).fix(TITLE, vec![change]);
    }
}

fn message(what: &str, off: &Alternative<'_>) -> String {
    format!(
        "{what} has no point-in-time recovery{}: what a wrong write or delete destroys is gone. Turn it on to be able to \
         restore any second of the last 35 days.",
        off.when()
    )
}
