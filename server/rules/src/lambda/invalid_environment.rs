use crate::prelude::*;
use crate::rule::rule;
use schema::extensions;
use schema::resources::Keyword;

rule! {
    /// A function sets a variable that AWS Lambda sets itself, or more than fits.
    ///
    /// Some names of environment variables are reserved (`AWS_REGION`, `AWS_LAMBDA_FUNCTION_NAME` ...), and all variables
    /// together can have 4 KB. AWS Lambda refuses the function. See "Defined runtime environment variables" in the AWS Lambda
    /// Developer Guide.
    name: "lambda-invalid-environment",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3663", "cfn_lint:E3697"],
    founding: [],
    check: Check::Resources(&["AWS::Lambda::Function", "AWS::Serverless::Function"], check),
}

/// The bytes that all names and values can have together.
const MAX_BYTES: usize = 4096;

fn check(function: &ResourceView<'_>, cx: &mut Context<'_>) {
    if function.made.is_some() {
        return;
    }
    let variables = function.property("Environment.Variables");
    let entries = variables.entries();
    let mut told: Vec<Span> = Vec::new();
    for (name, _) in &entries {
        if is_reserved(&function.ty.text, &name.text) && !told.contains(&name.span) {
            told.push(name.span);
            let message =
                format!("AWS Lambda sets `{}` itself, and a function cannot. Choose another name.", name.text);
            cx.report(name.span, message);
        }
    }
    // In several branches there are several sets of variables, each with room of its own.
    if variables.cases().len() > 1 {
        return;
    }
    let known = |it: &Property<'_>| it.as_str().map_or(0, str::len);
    let bytes: usize = entries.iter().map(|(name, it)| name.text.len() + known(it)).sum();
    if let Some(span) = entries.first().map(|it| it.0.span).filter(|_| bytes > MAX_BYTES) {
        cx.report(span, format!("The variables have {bytes} bytes, and a function can have {MAX_BYTES}."));
    }
}

fn is_reserved(ty: &str, name: &str) -> bool {
    let schemas = extensions::of(ty).filter(|it| it.name() == "lambda_function/environment_variable_keys");
    let names = schemas.flat_map(|it| it.schema().keywords().collect::<Vec<_>>()).filter_map(|it| match it {
        Keyword::PropertyNames(names) => names.keywords().find_map(|it| match it {
            Keyword::Not(refused) => Some(refused.enum_values()),
            _ => None,
        }),
        _ => None,
    });
    names.into_iter().any(|it| it.contains(name))
}
