use crate::diagnostic::Tag;
use crate::facts::functions::{self, Place, Site};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// `Fn::Sub` is given a variable that its string does not use.
    ///
    /// The variable has no effect. Mostly its name is written otherwise in the string, and then something else is put in there;
    /// or the string has changed. See "Fn::Sub" in the AWS CloudFormation User Guide.
    ///
    /// ## Fix
    ///
    /// Takes the variable out.
    name: "unused-sub-variable",
    category: Maintainability,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:W1019"],
    founding: [],
    check: functions::at_sites!(check),
}

fn check(site: &Site<'_, '_>, cx: &mut Context<'_>) {
    let Some(parts) = functions::sub_parts(site.node).filter(|_| site.place != Place::Metadata) else { return };
    let unused: Vec<(&Name, &Node)> = parts
        .iter()
        .filter_map(|it| match it {
            Part::Unused(name, node) => Some((name, node)),
            _ => None,
        })
        .collect();
    for (name, node) in &unused {
        let message = format!("The string of this `Fn::Sub` has no `${{{}}}`, so the variable is not used.", name.text);
        // The only variable goes with the list that is there for it.
        let short = if unused.len() == 1 { short(parts) } else { None };
        let change = match short {
            Some(value) => Change::Replace { span: site.node.span, value },
            None => Change::Delete { span: node.span },
        };
        let draft = cx.report(name.span, message).tag(Tag::Unnecessary);
        draft.fix(format!("Remove the variable `{}`", name.text), vec![change]);
    }
}

/// The string of `Fn::Sub` without variables, when it uses none; `None` when it may.
fn short(parts: &[Part]) -> Option<Literal> {
    let mut out = Vec::new();
    for part in parts {
        match part {
            Part::Text(text) => out.push(Literal::text(text.text.as_str())),
            Part::Value(Node { value: Value::Call(call), .. }) => out.push(match &**call {
                Call::Ref(name) => Literal::Ref(name.text.clone()),
                Call::GetAtt { resource, attribute: Some(attribute) } => {
                    Literal::GetAtt(resource.text.clone(), attribute.text.clone())
                }
                _ => return None,
            }),
            Part::Value(_) => return None,
            Part::Unused(..) => (),
        }
    }
    match &out[..] {
        [only @ (Literal::Ref(_) | Literal::GetAtt(..))] => Some(only.clone()),
        _ => Some(Literal::Sub(out)),
    }
}
