use crate::facts::wording::listed;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A function of a .zip file does not say how it is run.
    ///
    /// Only an image brings its handler and its runtime. A function whose code is a .zip file, or stands in the template, needs
    /// both, and AWS Lambda refuses it without.
    ///
    /// ## What is not reported
    ///
    /// Functions whose package is not known before deployment.
    name: "lambda-missing-handler",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:E0001", "cfn_lint:E3678", "cfn_lint:W2533"],
    founding: [],
    check: Check::Resources(&["AWS::Lambda::Function", "AWS::Serverless::Function"], check),
}

fn check(function: &ResourceView<'_>, cx: &mut Context<'_>) {
    if function.made.is_some() || function.properties.as_map().is_none_or(|it| it.open) {
        return;
    }
    let is_serverless = function.ty.text == "AWS::Serverless::Function";
    let package = function.property("PackageType");
    let is_zip = package.is("Zip")
        || (package.is_absent()
            && ["Code.ZipFile", "Code.S3Key", "CodeUri", "InlineCode"].iter().any(|it| {
                let code = function.property(it);
                !code.may_be_absent()
            }));
    // What stands in `Globals` counts for all functions.
    if !is_zip || (is_serverless && !cx.stack().globals.is_empty()) {
        return;
    }
    let missing: Vec<&str> =
        ["Handler", "Runtime"].into_iter().filter(|it| function.property(it).is_absent()).collect();
    if missing.is_empty() {
        return;
    }
    let message = format!(
        "`{}` needs {}: its code is no image, which would bring {}.",
        function.id.text,
        listed(&missing),
        if missing.len() == 1 { "it" } else { "them" }
    );
    let code = ["Code", "CodeUri", "InlineCode", "PackageType"].iter().find_map(|it| function.property(it).span());
    let draft = cx.report(function.id.span, message);
    if let Some(code) = code {
        draft.related(code, "this is no image");
    }
}
