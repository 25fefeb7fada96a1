use crate::facts::functions::{self, Site};
use crate::prelude::*;
use crate::rule::rule;
use schema::template::PSEUDO_PARAMETERS;

rule! {
    /// A pseudo parameter is written as a string, so it stays one.
    ///
    /// `AWS::Region` stands for the region only in `Ref` (or in `${...}` of `Fn::Sub`). As a string it is the text
    /// `AWS::Region`, which is the name of no region. See "Pseudo parameters reference" in the AWS CloudFormation User Guide.
    ///
    /// ## What is not reported
    ///
    /// Strings that hold more than the name; metadata, and the sections in which functions are not read.
    ///
    /// ## Fix
    ///
    /// Writes `Ref`.
    name: "raw-pseudo-parameter",
    category: Correctness,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:W1054"],
    founding: [],
    check: functions::at_sites!(check),
}

fn check(site: &Site<'_, '_>, cx: &mut Context<'_>) {
    // What `Ref` is given has been told already.
    let Some((text, span)) = functions::literal(site.node).filter(|_| site.is_value() && !is_name(site)) else {
        return;
    };
    if !PSEUDO_PARAMETERS.contains(&text.as_str()) {
        return;
    }
    let message =
        format!("This is the string `{text}`, not what it stands for. Write `Ref` to use the pseudo parameter.");
    let change = Change::Replace { span, value: Literal::Ref(text.clone()) };
    cx.report(span, message).fix(format!("Write `Ref` of `{text}`"), vec![change]);
}

fn is_name(site: &Site<'_, '_>) -> bool {
    site.within.is_some_and(|it| {
        matches!(
            (it.function, it.argument),
            ("Fn::If" | "Fn::FindInMap" | "Fn::Join" | "Fn::Split", 0) | ("Condition", _)
        ) && !it.is_item
    })
}
