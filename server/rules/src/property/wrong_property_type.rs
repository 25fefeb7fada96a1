use crate::accepts::{Fault, Kind, Violation};
use crate::facts::wording::kind_of;
use crate::prelude::*;
use crate::rule::rule;
use schema::resources::Types;

rule! {
    /// A property has another type of value than it must have.
    ///
    /// CloudFormation converts between texts, numbers and booleans, but makes no list of a single value and no map of a list:
    /// "Value of property X must be of type List of String", "expected type: JSONArray, found: String".
    ///
    /// ## What is not reported
    ///
    /// `"80"` for a number and `"true"` for a boolean, which are converted; functions whose result is known at deployment only;
    /// and the path of a local file where `aws cloudformation package` puts the place of its upload.
    ///
    /// ## Fix
    ///
    /// Makes a list of a single value where a list must stand.
    name: "wrong-property-type",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: [
        "cfn_lint:E1011",
        "cfn_lint:E3012",
        "cfn_lint:E3017",
        "cfn_lint:E3018",
        "cfn_lint:W1030",
        "cfn_lint:W1031",
        "cfn_lint:W1032",
        "cfn_lint:W1033",
        "cfn_lint:W1034",
        "cfn_lint:W1035",
        "cfn_lint:W1036",
    ],
    founding: [],
    check: Check::Accepts(Kind::Type, check),
}

fn check(violation: &Violation<'_>, resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let Fault::Type(types) = violation.fault else { return };
    let node = violation.node;
    let message = format!("{} must be {}, and this is {}.", violation.subject(), words(types), kind_of(node));
    let is_here = resource.resource().properties.span.contains(node.span) && violation.used.is_none();
    let is_single = matches!(node.value, Value::Scalar(_) | Value::Bool(_))
        || matches!(&node.value, Value::Call(call) if matches!(**call, Call::Sub(_) | Call::Join { .. }));
    let is_list = types == Types::ARRAY && is_single && !node.as_str().is_some_and(|it| it.trim().is_empty());
    let draft = violation.report(cx, message);
    let item = violation.schema.items().map(|it| it.types());
    if is_here && is_list && item.is_some_and(|it| it.contains(Types::STRING)) {
        let value = Literal::List(vec![Literal::Existing(node.span)]);
        draft.fix("Make it a list", vec![Change::Replace { span: node.span, value }]);
    }
}

/// "a list", "a number or a boolean".
fn words(types: Types) -> String {
    let words: Vec<&str> = types
        .names()
        .map(|it| match it {
            "string" => "a string",
            "integer" => "a whole number",
            "number" => "a number",
            "boolean" => "a boolean",
            "object" => "a map",
            "array" => "a list",
            _ => "nothing",
        })
        .collect();
    words.join(" or ")
}
