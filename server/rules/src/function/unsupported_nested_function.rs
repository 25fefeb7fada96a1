use crate::facts::functions::{self, Place, Site, called};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A function stands within one that does not take it.
    ///
    /// Each function takes only some of the others in its arguments, because CloudFormation reads some of them earlier than
    /// others. An index of `Fn::Select`, the keys of `Fn::FindInMap` and the values of `Fn::Equals` must be known before any
    /// resource is made. "The `Fn::ImportValue` attribute must not depend on any resources, imported values, or `Fn::GetAZs`",
    /// for which export a stack uses is fixed when it is created. The page of each function in the "Intrinsic function
    /// reference" of the AWS CloudFormation User Guide lists the supported functions.
    ///
    /// ## What is not reported
    ///
    /// Templates with the language extensions, which read more, or with a macro. A function that the language extensions would
    /// allow is reported as `language-extensions-required`.
    name: "unsupported-nested-function",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:E1011", "cfn_lint:E1015", "cfn_lint:E1016", "cfn_lint:E1017", "cfn_lint:E8003"],
    founding: [],
    check: functions::at_sites!(check),
}

fn check(site: &Site<'_, '_>, cx: &mut Context<'_>) {
    if matches!(site.place, Place::Metadata | Place::Parameter) || has_helpers(cx) {
        return;
    }
    if let Value::Call(call) = &site.node.value
        && let Call::ImportValue(name) = &**call
    {
        import(name, cx);
    }
    let (Some(within), Some(function)) = (site.within, called(site.node)) else { return };
    let takes: &[&str] = match (within.function, within.argument) {
        ("Fn::Select", 0) => &["Fn::FindInMap", "Ref"],
        ("Fn::FindInMap", _) => &["Fn::FindInMap", "Ref"],
        ("Fn::Equals", _) if site.place == Place::Condition => {
            &["Fn::FindInMap", "Fn::Join", "Fn::Select", "Fn::Split", "Fn::Sub", "Ref"]
        }
        ("Fn::GetAZs", _) => &["Ref"],
        _ => return,
    };
    // A resource in a condition, a function that needs a transform: others say what to do about them.
    let is_told = match within.function {
        "Fn::Equals" => matches!(function, "Fn::GetAtt" | "Fn::Length" | "Fn::ToJsonString"),
        "Fn::FindInMap" => super::language_extensions_required::IN_FIND_IN_MAP.contains(&function),
        "Fn::GetAZs" => !matches!(function, "Fn::GetAtt" | "Fn::ImportValue"),
        _ => function == "Fn::Length",
    };
    let is_map = within.function == "Fn::FindInMap" && within.argument == 3;
    if takes.contains(&function) || is_told || is_map || function == "Fn::Transform" || within.is_item {
        return;
    }
    if schema::template::shape(function).is_none() {
        return;
    }
    let place = match (within.function, within.argument) {
        ("Fn::Select", _) => "the index of `Fn::Select`",
        ("Fn::FindInMap", 0) => "the name of a mapping",
        ("Fn::FindInMap", _) => "the keys of `Fn::FindInMap`",
        ("Fn::Equals", _) => "`Fn::Equals`",
        _ => "`Fn::GetAZs`",
    };
    let takes: Vec<String> = takes.iter().map(|it| format!("`{it}`")).collect();
    let takes = match takes.split_last() {
        Some((last, [])) => format!("only {last}"),
        Some((last, first)) => format!("only {} and {last}", first.join(", ")),
        None => "no function".to_owned(),
    };
    cx.report(site.node.span, format!("CloudFormation reads no `{function}` in {place}: {takes}."));
}

/// The name of an export, which must be known when the stack is created.
fn import(name: &Node, cx: &mut Context<'_>) {
    let mut found = Vec::new();
    name.walk(&mut |node| {
        let Value::Call(call) = &node.value else { return };
        match &**call {
            Call::GetAtt { .. } | Call::ImportValue(_) | Call::GetAzs(_) => {
                found.push((node.span, format!("`{}`", call.name())));
            }
            Call::Ref(target)
                if cx.declarations().parameter(&target.text).is_none()
                    && !target.text.starts_with("AWS::")
                    && cx.target(&target.text).is_some() =>
            {
                found.push((node.span, format!("the resource `{}`", target.text)));
            }
            _ => (),
        }
    });
    for (span, what) in found {
        let message = format!(
            "The name of an export must not depend on {what}: CloudFormation looks it up before it makes anything. Use \
             parameters, pseudo parameters and mappings."
        );
        cx.report(span, message);
    }
}

fn has_helpers(cx: &Context<'_>) -> bool {
    functions::has_language_extensions(cx.declarations()) || !functions::is_plain(cx.declarations())
}
