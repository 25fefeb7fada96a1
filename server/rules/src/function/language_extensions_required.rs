use crate::facts::functions::{self, Place, Site, called};
use crate::prelude::*;
use crate::rule::rule;

/// The transform.
const TRANSFORM: &str = "AWS::LanguageExtensions";
/// What `Fn::FindInMap` takes only with it.
pub(super) const IN_FIND_IN_MAP: &[&str] =
    &["Fn::If", "Fn::Join", "Fn::Length", "Fn::Select", "Fn::Split", "Fn::Sub", "Fn::ToJsonString"];
/// What the names in `Ref` and `Fn::GetAtt` may be made of only with it.
const IN_NAMES: &[&str] = &["Fn::Base64", "Fn::FindInMap", "Fn::If", "Fn::Join", "Fn::Sub", "Fn::ToJsonString", "Ref"];

rule! {
    /// A function needs the transform `AWS::LanguageExtensions`, which the template does not have.
    ///
    /// `Fn::ForEach`, `Fn::Length`, `Fn::ToJsonString`, the default value of `Fn::FindInMap`, and functions in the keys of
    /// `Fn::FindInMap` and in the names that `Ref` and `Fn::GetAtt` take are extensions of the language. CloudFormation knows
    /// them only in templates that say `Transform: AWS::LanguageExtensions`. See
    /// "AWS::LanguageExtensions transform" in the AWS CloudFormation User Guide.
    ///
    /// ## What is not reported
    ///
    /// Templates with a macro, which may do the same. Functions in `DeletionPolicy` and `UpdateReplacePolicy`, which began as
    /// an extension, are read in every template.
    ///
    /// ## Fix
    ///
    /// Adds the transform. Whoever deploys the stack has to give `CAPABILITY_AUTO_EXPAND` from then on, so it is not applied
    /// unasked.
    name: "language-extensions-required",
    category: Correctness,
    severity: Error,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Template,
    aliases: [
        "cfn_lint:E1010",
        "cfn_lint:E1011",
        "cfn_lint:E1020",
        "cfn_lint:E1030",
        "cfn_lint:E1031",
        "cfn_lint:E1032",
        "cfn_lint:E6001",
    ],
    founding: [],
    check: Check::Everywhere(resource, rest),
}

fn resource(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    if !is_there(cx) {
        functions::of_resource(resource.resource(), &mut |site| check(site, cx));
    }
}

fn rest(stack: &Stack, cx: &mut Context<'_>) {
    if is_there(cx) {
        return;
    }
    functions::of_rest(stack, &mut |site| check(site, cx));
    for entry in &stack.loops {
        report(entry.name.span, "`Fn::ForEach` is an extension", cx);
    }
}

/// True when the template has it, or a macro that may do the same.
fn is_there(cx: &Context<'_>) -> bool {
    functions::has_language_extensions(cx.declarations()) || !functions::is_plain(cx.declarations())
}

fn check(site: &Site<'_, '_>, cx: &mut Context<'_>) {
    if matches!(site.place, Place::Metadata | Place::Parameter) {
        return;
    }
    let Value::Call(call) = &site.node.value else { return };
    match &**call {
        Call::FindInMap { map, first, second, default } => {
            for node in [map, first, second] {
                if let Some(function) = called(node).filter(|it| IN_FIND_IN_MAP.contains(it)) {
                    report(node.span, &format!("`{function}` in the keys of `Fn::FindInMap` is an extension"), cx);
                }
            }
            if let Some(default) = default {
                report(default.span, "The default value of `Fn::FindInMap` is an extension", cx);
            }
        }
        Call::Other { function, argument } => match function.text.as_str() {
            "Fn::Length" | "Fn::ToJsonString" => {
                report(function.span, &format!("`{}` is an extension", function.text), cx);
            }
            "Ref" => name(argument, "Ref", cx),
            "Fn::GetAtt" => {
                if let Some([resource, _]) = argument.as_list().map(|it| &it.items[..]) {
                    name(resource, "Fn::GetAtt", cx);
                }
            }
            _ => (),
        },
        _ => (),
    }
}

/// A name that a function makes.
fn name(node: &Node, of: &str, cx: &mut Context<'_>) {
    let Some(function) = called(node) else { return };
    if IN_NAMES.contains(&function) {
        report(node.span, &format!("A name for `{of}` that `{function}` makes is an extension"), cx);
    } else if schema::template::shape(function).is_some() && function != "Fn::Transform" {
        cx.report(node.span, format!("The name that `{of}` takes must be written out. This is `{function}`."));
    }
}

fn report(span: Span, what: &str, cx: &mut Context<'_>) {
    let message = format!("{what} of the template language, which needs `Transform: {TRANSFORM}`.");
    let change = Change::AddTransform { name: TRANSFORM.into(), last: false };
    cx.report(span, message).fix(format!("Add the transform `{TRANSFORM}`"), vec![change]);
}
