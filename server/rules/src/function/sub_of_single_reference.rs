use crate::facts::functions::{self, Place, Site};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// `Fn::Sub` is given a single reference and no text around it.
    ///
    /// `Ref` and `Fn::GetAtt` say the same in fewer signs, and tell a reader at once what is referred to.
    ///
    /// ## What is not reported
    ///
    /// Templates with the language extensions, in which a name may be put together.
    ///
    /// ## Fix
    ///
    /// Writes `Ref` or `Fn::GetAtt`.
    name: "sub-of-single-reference",
    category: Maintainability,
    severity: Hint,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    aliases: [],
    founding: [],
    check: functions::at_sites!(check),
}

fn check(site: &Site<'_, '_>, cx: &mut Context<'_>) {
    if site.place == Place::Metadata || functions::has_language_extensions(cx.declarations()) {
        return;
    }
    let Value::Call(call) = &site.node.value else { return };
    let Call::Sub(parts) = &**call else { return };
    let [Part::Value(Node { value: Value::Call(inner), .. })] = &parts[..] else { return };
    let (value, name) = match &**inner {
        Call::Ref(name) => (Literal::Ref(name.text.clone()), "Ref"),
        Call::GetAtt { resource, attribute: Some(attribute) } if !attribute.text.is_empty() => {
            (Literal::GetAtt(resource.text.clone(), attribute.text.clone()), "Fn::GetAtt")
        }
        _ => return,
    };
    let is_name = |it: &str| schema::template::is_substitution(it);
    let is_valid = match &value {
        Literal::Ref(name) => is_name(name),
        Literal::GetAtt(resource, attribute) => is_name(resource) && is_name(attribute),
        _ => false,
    };
    if !is_valid
        || matches!(
            functions::kind(&Node { value: Value::Call(inner.clone()), span: site.node.span }, cx.declarations()),
            Some((functions::Kind::List, _))
        )
    {
        return;
    }
    let message = format!("There is no text around this reference: `{name}` says the same.");
    let change = Change::Replace { span: site.node.span, value };
    cx.report(site.node.span, message).fix(format!("Write `{name}`"), vec![change]);
}
