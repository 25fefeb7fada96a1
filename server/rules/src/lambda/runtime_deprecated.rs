use crate::facts::{branches, switch};
use crate::prelude::*;
use crate::rule::rule;
use schema::runtimes::{self, Support, runtime};

rule! {
    /// A function runs on a runtime that AWS Lambda does not take care of any more.
    ///
    /// AWS ends the support of a runtime in three steps, some time after the language's own: first the runtime is not patched
    /// any more, whatever is found in it; then no new function can be made with it; then no function that has it can be
    /// changed. What is no longer possible at all is an error, the other two are warnings, and so is what only some deployments
    /// have. See "Lambda runtimes" in the
    /// AWS Lambda Developer Guide.
    ///
    /// AWS has often put such dates off. They are part of this program, and what was still to come when they were written
    /// down (`server/schema/data/runtimes.txt`) is not reported, only told.
    ///
    /// ## What is not reported
    ///
    /// Runtimes that are not known, and those that a parameter allows but does not have as its default.
    ///
    /// ## Fix
    ///
    /// Writes the newest runtime of the same language, in CDK as the constant of `Runtime` that stands for it. It is unsafe: the
    /// code may not run on it as it is. Where the default of a parameter decides, that is changed.
    name: "lambda-runtime-deprecated",
    category: Deprecation,
    severity: Error,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E2531", "cfn_lint:E2533", "cfn_lint:W2531", "checkov:CKV_AWS_363", "security_hub:Lambda.2"],
    founding: ["F26"],
    check: Check::Resources(&["AWS::Lambda::Function"], check),
}

fn check(function: &ResourceView<'_>, cx: &mut Context<'_>) {
    let property = function.property("Runtime");
    for alternative in branches::all(&property) {
        if switch::depends_on_choice(&alternative) {
            continue;
        }
        let (State::Known(node) | State::Default(node)) = alternative.state else { continue };
        let Some((name, runtime)) = node.as_str().and_then(|it| Some((it, runtime(it)?))) else { continue };
        let since = |date: Option<&str>| date.unwrap_or_default().to_owned();
        let still = |verb: &str, date: Option<&str>| date.map(|it| format!(" {verb} {it}")).unwrap_or_default();
        let (severity, message) = match runtime.support(runtimes::as_of()) {
            Support::Full => continue,
            Support::Deprecated => {
                let refused = still("and will refuse new functions with it from", runtime.without_creation);
                let since = since(runtime.deprecated);
                (Warning, format!("AWS has not patched `{name}` since {since}{refused}."))
            }
            Support::NoCreation => {
                let refused = still("and will refuse to change existing ones from", runtime.without_update);
                let since = since(runtime.without_creation);
                (Warning, format!("AWS has refused new functions with `{name}` since {since}{refused}."))
            }
            Support::NoUpdate => {
                let is_certain = property.cases().len() == 1 && matches!(alternative.state, State::Known(_));
                let since = since(runtime.without_update);
                (
                    if is_certain { Error } else { Warning },
                    format!("AWS has refused to make or to change functions with `{name}` since {since}."),
                )
            }
        };
        let advice = runtime.successor.map(|it| format!(" Move to `{it}`.")).unwrap_or_default();
        let message = format!("{message}{advice}");
        let draft = cx.report(alternative.span, message).at_most(severity);
        if let Some(successor) = runtime.successor {
            switch::fix_value(draft, &alternative, function, successor, format!("Write `{successor}`"));
        }
    }
}
