use crate::diagnostic::Tag;
use crate::facts::functions::{self, Place, Site};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// `Fn::Sub` is given a string with nothing to substitute.
    ///
    /// Without `${...}` the string means the same with and without the function. A reader looks for the variable in vain, or
    /// one was forgotten.
    ///
    /// ## What is not reported
    ///
    /// A string with `${!...}`, which keeps such a text from being taken for a variable.
    ///
    /// ## Fix
    ///
    /// Leaves the string alone.
    name: "redundant-sub",
    category: Maintainability,
    severity: Info,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:W1020"],
    founding: [],
    check: functions::at_sites!(check),
}

fn check(site: &Site<'_, '_>, cx: &mut Context<'_>) {
    let Some(parts) = functions::sub_parts(site.node).filter(|_| site.place != Place::Metadata) else { return };
    let text = match parts {
        [] => "",
        [Part::Text(text)] => &text.text,
        _ => return,
    };
    // A string with a dynamic reference is the same value in the model, with the function and without it.
    let is_call = matches!(&site.node.value, Value::Call(call) if matches!(**call, Call::Sub(_)));
    if text.contains("${") || !is_call {
        return;
    }
    let message = "There is nothing to substitute in this string, so `Fn::Sub` does nothing.";
    let change = Change::Replace { span: site.node.span, value: Literal::text(text) };
    let draft = cx.report(site.node.span, message).tag(Tag::Unnecessary);
    draft.fix("Leave the string alone", vec![change]);
}
