use crate::facts::functions::{self, Place, Site};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// `Fn::Join` puts strings together without a delimiter, where `Fn::Sub` shows the string as it will be.
    ///
    /// `!Sub 'arn:${AWS::Partition}:s3:::${Bucket}/*'` can be read at a glance; the same as a list of pieces cannot. It is a
    /// matter of taste, and off unless it is asked for.
    ///
    /// ## What is not reported
    ///
    /// Lists with something other than strings, `Ref`, `Fn::GetAtt` and plain `Fn::Sub`.
    ///
    /// ## Fix
    ///
    /// Writes `Fn::Sub`.
    name: "join-with-empty-delimiter",
    category: Maintainability,
    severity: Hint,
    default_on: false,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:I1022"],
    founding: [],
    check: functions::at_sites!(check),
}

fn check(site: &Site<'_, '_>, cx: &mut Context<'_>) {
    let Value::Call(call) = &site.node.value else { return };
    let Call::Join { delimiter, items } = &**call else { return };
    let Some(list) = items.as_list().filter(|it| !it.open && it.items.len() > 1) else { return };
    if delimiter.as_str() != Some("") || site.place == Place::Metadata {
        return;
    }
    let Some(parts) = list.items.iter().map(|it| part(it, cx)).collect::<Option<Vec<_>>>() else { return };
    let message = "`Fn::Sub` shows this string as it will be, in one piece.";
    let change = Change::Replace { span: site.node.span, value: Literal::Sub(parts) };
    cx.report(delimiter.span, message).fix("Write `Fn::Sub`", vec![change]);
}

fn part(node: &Node, cx: &Context<'_>) -> Option<Literal> {
    Some(match &node.value {
        Value::Scalar(scalar) => Literal::text(scalar.text.as_str()),
        Value::Call(call) => match &**call {
            Call::Ref(name) => {
                let is_list = matches!(functions::kind(node, cx.declarations()), Some((functions::Kind::List, _)));
                (!is_list).then(|| Literal::Ref(name.text.clone()))?
            }
            Call::GetAtt { resource, attribute: Some(attribute) } if !attribute.text.is_empty() => {
                Literal::GetAtt(resource.text.clone(), attribute.text.clone())
            }
            Call::Sub(parts) => Literal::Sub(parts.iter().map(plain).collect::<Option<Vec<_>>>()?),
            _ => return None,
        },
        _ => return None,
    })
}

/// A part of `Fn::Sub` that is not a variable of its own.
fn plain(part: &Part) -> Option<Literal> {
    match part {
        Part::Text(text) => Some(Literal::text(text.text.as_str())),
        Part::Value(Node { value: Value::Call(call), .. }) => match &**call {
            Call::Ref(name) => Some(Literal::Ref(name.text.clone())),
            Call::GetAtt { resource, attribute: Some(attribute) } => {
                Some(Literal::GetAtt(resource.text.clone(), attribute.text.clone()))
            }
            _ => None,
        },
        Part::Value(_) | Part::Unused(..) => None,
    }
}
