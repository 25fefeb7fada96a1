use crate::accepts::references::{Place, Returned, Shape, Use, is_possible, uses};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A reference returns a list where a string belongs, or a string where a list belongs.
    ///
    /// What `Ref` and `Fn::GetAtt` return has a type before it has a value: `Ref` of a resource is a string, an attribute is
    /// what its type says, and a parameter is a list when its type is `CommaDelimitedList` or `List<...>`. Where the schema of a
    /// property, or a function such as `Fn::Join` and `Fn::Sub`, asks for another type, the deployment fails: "Value of property
    /// SubnetIds must be of type List of String".
    ///
    /// ## What is not reported
    ///
    /// Numbers, booleans and strings, between which CloudFormation converts; what nested stacks, custom resources and modules
    /// return, and properties whose type depends on others.
    ///
    /// ## Fix
    ///
    /// Where a list belongs, a list with the reference as its one item. It is not safe for a parameter, whose value may be meant
    /// to hold several with commas between.
    name: "reference-of-wrong-type",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: [
        "cfn_lint:E1010",
        "cfn_lint:E1017",
        "cfn_lint:E1018",
        "cfn_lint:E1019",
        "cfn_lint:E1020",
        "cfn_lint:E1021",
        "cfn_lint:E1022",
        "cfn_lint:E3012",
        "cfn_lint:E6101",
    ],
    founding: [],
    check: Check::EveryResource(check),
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    for it in uses(resource) {
        let Some(wanted) = it.place.shapes().filter(|it| !it.is_empty()) else { continue };
        let Some(returned) = it.returned(cx) else { continue };
        let Some(shape) = returned.shape.filter(|shape| !wanted.contains(shape)) else { continue };
        // What functions are given by parameters is told by `wrong-function-argument`.
        let is_parameter = returned.ty.is_none();
        if (is_parameter && !matches!(it.place, Place::Value(..))) || !is_possible(resource, it.node.span) {
            continue;
        }
        // A text may hold what a map says.
        if shape == Shape::Text && wanted == [Shape::Map] && is_parameter {
            continue;
        }
        report(&it, &returned, shape, &wanted, cx);
    }
}

fn report(it: &Use<'_>, returned: &Returned, shape: Shape, wanted: &[Shape], cx: &mut Context<'_>) {
    let word = |it: &Shape| match it {
        Shape::Text => "a string",
        Shape::List => "a list",
        Shape::Map => "a map",
    };
    let all: Vec<&str> = wanted.iter().map(word).collect();
    let mut message = match it.place {
        Place::Text("Fn::Sub" | "Fn::Join") => {
            format!("{} puts strings together, and {} is {}.", it.place.words(), returned.words, word(&shape))
        }
        _ => format!("{} takes {}, and {} is {}.", it.place.words(), all.join(" or "), returned.words, word(&shape)),
    };
    if shape == Shape::List && wanted.contains(&Shape::Text) {
        message += " `Fn::Select` takes one item of it, `Fn::Join` makes a string of all.";
    }
    let is_item = shape == Shape::Text && matches!(it.place, Place::Value(..)) && wanted.contains(&Shape::List);
    let draft = cx.report(it.node.span, message);
    if is_item {
        let applicability = if returned.ty.is_some() { Safe } else { Unsafe };
        let value = Literal::List(vec![Literal::Existing(it.whole.span)]);
        let change = Change::Replace { span: it.whole.span, value };
        draft.fix_as(applicability, "Write a list of it", vec![change], None);
    }
}
