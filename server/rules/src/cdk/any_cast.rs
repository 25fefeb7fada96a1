use crate::prelude::*;
use crate::rule::rule;
use model::program::CastOf;

rule! {
    /// A cast to `any`, or `@ts-ignore`, stops the compiler from checking a construct or its props.
    ///
    /// The types of the CDK are its documentation and its first test: a misspelt prop, a string where an enum belongs or a
    /// method that a lookup does not have are found while typing. `as any`, `<any>` and `@ts-ignore` switch that off for the
    /// very place that needed help, and an upgrade of the library that moves the prop away goes by unseen.
    ///
    /// Reported for the props of a construct, for values among them, and for constructs themselves. Casts elsewhere, in
    /// handlers or tests for instance, are not, nor is `@ts-expect-error`, which fails as soon as it is not needed any more.
    /// Where the construct has props of just these names the fix removes the cast.
    name: "cdk-any-cast",
    category: Maintainability,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Cdk,
    founding: ["F80"],
    check: Check::Program(check),
}

fn check(program: &Program, cx: &mut Context<'_>) {
    for cast in &program.casts {
        let what = match (cast.operand, cast.of) {
            (None, _) => "`@ts-ignore`",
            (Some(_), _) => "`any`",
        };
        let message = match cast.of {
            CastOf::Props => format!(
                "{what} keeps the compiler from checking these props of `{}`. Give them their own type, or use an escape \
                 hatch such as `addPropertyOverride` for what the construct does not offer.",
                cast.class
            ),
            CastOf::Construct => format!(
                "{what} keeps the compiler from checking what is done to this `{}`. Cast it to the class that it is, or use \
                 an escape hatch such as `addPropertyOverride`.",
                cast.class
            ),
        };
        let finding = cx.report(cast.span, message);
        if let Some(operand) = cast.operand.filter(|_| cast.fits) {
            finding
                .fix("Remove the cast", vec![Change::Replace { span: cast.span, value: Literal::Existing(operand) }]);
        }
    }
}
