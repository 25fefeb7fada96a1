use crate::facts::extension::{self, Row, error, warning};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// The properties of a function, or of what calls it, do not go together.
    ///
    /// - Code in the template (`ZipFile`) needs a runtime of Node.js or Python.
    /// - An image brings its handler, runtime and layers.
    /// - Logs in plain text have no levels of the system.
    /// - A function runs for 900 seconds at most.
    /// - A stream is read from some position on; a queue has none.
    ///
    /// ## Fix
    ///
    /// Takes out a property that does not belong there.
    name: "lambda-mismatched-properties",
    category: Correctness,
    severity: Error,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    aliases: [
        "cfn_lint:E3633",
        "cfn_lint:E3634",
        "cfn_lint:E3677",
        "cfn_lint:E3685",
        "cfn_lint:E3696",
        "cfn_lint:E3717",
        "cfn_lint:W3702",
    ],
    founding: [],
    check: Check::Resources(&["AWS::Lambda::EventSourceMapping", "AWS::Lambda::Function"], check),
}

const ROWS: &[Row] = &[
    error("lambda_eventsourcemapping/eventsourcearn_sqs_exclusive", "A queue has no positions to start from."),
    error("lambda_eventsourcemapping/eventsourcearn_stream_inclusive", "A stream is read from some position on."),
    warning("lambda_function/awslayer", "A layer of that form cannot be named by its users."),
    error("lambda_function/capacity_provider_timeout", "A function runs for 15 minutes at most."),
    error("lambda_function/loglevel_logformat", "Only logs in JSON have levels of the system."),
    error("lambda_function/packagetype_image_exclusions", "An image brings its own handler, runtime and layers."),
    error(
        "lambda_function/zipfile_runtime_enum",
        "Only functions of Node.js and Python can have their code in the template.",
    ),
];

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    extension::check(resource, cx, ROWS);
}
