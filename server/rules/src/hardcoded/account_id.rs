use crate::facts::hardcoded::{self, Arn, Text, arns, is_account};
use crate::prelude::*;
use crate::rule::rule;
use schema::accounts;
use std::ops::Range;

rule! {
    /// An account is written out where the stack's own is meant.
    ///
    /// An ARN or a principal names its account as text. A stack in any other account then refers to, or even trusts, the first
    /// one. The pseudo parameter `AWS::AccountId` is the account of the stack; in the CDK it is `this.account`, or
    /// `Aws.ACCOUNT_ID` outside of a stack. Where another account is meant, a parameter or a setting that names it says so,
    /// and can differ from one environment to the next. See "Pseudo parameters reference" in the AWS CloudFormation User Guide.
    ///
    /// ## What is not reported
    ///
    /// - Accounts of AWS itself: those by which load balancers write logs, that hold images for SageMaker or layers for Lambda,
    ///   and others that its documentation names.
    /// - Layers of AWS Lambda and applications of the AWS Serverless Application Repository, which their vendors publish.
    /// - `env` of a stack, mappings, parameters, branches of `Fn::If`; in a CDK stack whose `env` says its account, every
    ///   other one, which is meant.
    ///
    /// ## Fix
    ///
    /// Writes the pseudo parameter. It is not applied unasked: whether the stack's own account is meant only its author knows.
    name: "hardcoded-account-id",
    category: Deployment,
    severity: Warning,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    aliases: [],
    founding: ["F87"],
    check: Check::EveryResource(check),
}

/// An account has one of them at least.
const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let (own, is_cdk) = match cx.source() {
        Source::Template => ("`AWS::AccountId`", false),
        Source::Cdk => ("`this.account`", true),
    };
    hardcoded::texts(resource.resource(), &DIGITS, &mut |text| {
        for at in accounts_in(&text) {
            let account = text.text()[at.clone()].to_owned();
            let Some((span, is_exact)) = text.place(at.clone()) else { continue };
            // What a construct puts together is not the author's.
            if is_cdk && (!is_exact || cx.stack().account.as_deref().is_some_and(|it| it != account)) {
                continue;
            }
            let message = format!(
                "The account {account} is written out, so a stack in any other account refers to this one. Use {own} for the \
                 stack's own, or a parameter where another account is meant."
            );
            let change = text.put(at, Literal::Ref("AWS::AccountId".into()));
            let draft = cx.report(span, message);
            if let Some(change) = change {
                draft.fix(format!("Use {own}"), vec![change]).weighs_replacement();
            }
        }
    });
}

/// The places of accounts in ARNs, or all of a text that is a principal.
fn accounts_in(text: &Text<'_>) -> Vec<Range<usize>> {
    let whole = text.text();
    let is_principal = || text.path.iter().any(|it| it.ends_with("Principal")) || text.key() == "AWS";
    let is_own = |it: &str| is_account(it) && !accounts::is_of_aws(it);
    if is_own(whole) && is_principal() {
        return std::iter::once(0..whole.len()).collect();
    }
    let found = arns(whole).into_iter().filter(|it| is_own(&whole[it.account.clone()]) && !is_published(it, whole));
    found.map(|it| it.account).collect()
}

/// True for what others publish for everyone.
fn is_published(arn: &Arn, text: &str) -> bool {
    let (service, named) = (&text[arn.service.clone()], &text[arn.resource.clone()]);
    service == "serverlessrepo" || service == "lambda" && named.starts_with("layer:")
}
