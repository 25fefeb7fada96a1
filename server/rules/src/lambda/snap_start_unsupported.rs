use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A function asks for SnapStart, which its runtime does not have, or publishes no version that could start so.
    ///
    /// SnapStart keeps a picture of a function that has started, and begins from there. It works for Java 11, Python 3.12 and
    /// .NET 8 and what is newer; with another runtime AWS Lambda refuses the function. And it works for published versions
    /// alone: without an `AWS::Lambda::Version` nothing starts faster. See "Improving startup performance with Lambda
    /// SnapStart" in the AWS Lambda Developer Guide.
    ///
    /// ## What is not reported
    ///
    /// Runtimes that are not known before deployment, and functions of which others may publish versions.
    name: "lambda-snap-start-unsupported",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:E2530", "cfn_lint:W2530"],
    founding: [],
    check: Check::Resources(&["AWS::Lambda::Function"], check),
}

/// The runtimes of these languages that are too old.
const TOO_OLD: &[&str] = &[
    "dotnet5.0",
    "dotnet6",
    "dotnet7",
    "java8",
    "java8.al2",
    "python2.7",
    "python3.10",
    "python3.11",
    "python3.6",
    "python3.7",
    "python3.8",
    "python3.9",
];

fn check(function: &ResourceView<'_>, cx: &mut Context<'_>) {
    let apply = function.property("SnapStart.ApplyOn");
    let Some(span) = apply.span().filter(|_| apply.is("PublishedVersions") && function.made.is_none()) else { return };
    let runtime = function.property("Runtime");
    if let Some(name) = runtime.as_str().filter(|it| !has_snap_start(it)) {
        let message = format!("`{name}` has no SnapStart, so AWS Lambda refuses this function.");
        let draft = cx.report(span, message);
        if let Some(span) = runtime.span() {
            draft.related(span, "the runtime");
        }
        return;
    }
    let stack = cx.stack();
    let key = &function.key;
    let names = |it: &Resource| it.references.iter().any(|it| it.target.text == *key);
    let has_version = stack.resources_of("AWS::Lambda::Version").any(|it| names(it));
    if !has_version && !stack.open && stack.broken.is_empty() {
        let message = "Only published versions start from a snapshot, and no `AWS::Lambda::Version` publishes one.";
        cx.report(span, message).at_most(Warning);
    }
}

fn has_snap_start(runtime: &str) -> bool {
    let is_language = ["java", "python", "dotnet"].iter().any(|it| runtime.starts_with(it));
    is_language && !runtime.starts_with("dotnetcore") && !TOO_OLD.contains(&runtime)
}
