use crate::facts::when;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// The template of a nested stack is a file that does not exist.
    ///
    /// `TemplateURL` (or `Location` of an `AWS::Serverless::Application`) is a path, which counts from the folder of this
    /// template, and nothing stands there.
    ///
    /// ## Why
    ///
    /// `aws cloudformation package`, `sam build` and `rain pkg` upload such files before a deployment, and stop when there is
    /// none: "parameter TemplateURL must be a valid local file path". See "package" in the AWS CLI Command Reference.
    ///
    /// ## What is not reported
    ///
    /// Addresses, and paths that are put together.
    name: "missing-nested-template",
    category: Correctness,
    severity: Warning,
    fix: None,
    front_ends: FrontEnds::Template,
    founding: [],
    check: Check::Resources(&["AWS::CloudFormation::Stack", "AWS::Serverless::Application"], check),
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let Some(Nested { path, interface: None }) = cx.stack().nested.get(&resource.key) else { return };
    let property = if resource.ty.text == "AWS::CloudFormation::Stack" { "TemplateURL" } else { "Location" };
    let Some(span) = resource.property(property).span() else { return };
    let message = format!("There is no file `{path}`, seen from the folder of this template, to nest in it.");
    cx.report(span, when::said(&when::around(resource.resource(), span), message));
}
