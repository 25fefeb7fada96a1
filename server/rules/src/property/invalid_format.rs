use crate::accepts::{Fault, Kind, Violation, format};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A property that takes an id, an ARN, the name of a resource or a block of addresses has a text that is none.
    ///
    /// The schemas say what kind of text a property takes: the id of a subnet is `subnet-` and 8 or 17 hexadecimal digits, the ARN
    /// of a role names the service `iam`, an account of twelve digits and a role. The service refuses everything else when the
    /// resource is created or changed, and everything that was done before is rolled back.
    ///
    /// Values of parameters are judged as well, with a warning: the defaults and the values that are allowed.
    ///
    /// ## What is not reported
    ///
    /// What is known at deployment only, and texts that a tool fills in (`${Name}`). Ids of keys, names of buckets and ARNs of
    /// certificates, of which some services take more forms; blocks of addresses with bits of a host, which are cut off.
    /// ## Fix
    ///
    /// Where the text is the name of a parameter, `Ref` of it: that was forgotten.
    name: "invalid-format",
    category: Correctness,
    severity: Error,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    aliases: [
        "cfn_lint:E1103",
        "cfn_lint:E1150",
        "cfn_lint:E1151",
        "cfn_lint:E1152",
        "cfn_lint:E1153",
        "cfn_lint:E1154",
        "cfn_lint:E1155",
        "cfn_lint:E1156",
        "cfn_lint:E1157",
        "cfn_lint:E1158",
        "cfn_lint:E1160",
        "cfn_lint:E3031",
        "cfn_lint:W1030",
        "cfn_lint:W1031",
        "cfn_lint:W1032",
        "cfn_lint:W1033",
        "cfn_lint:W1034",
        "cfn_lint:W1035",
        "cfn_lint:W1036",
    ],
    founding: [],
    check: Check::Accepts(Kind::Format, check),
}

fn check(violation: &Violation<'_>, _: &ResourceView<'_>, cx: &mut Context<'_>) {
    let (Fault::Format(formats), Some(text)) = (&violation.fault, violation.node.as_str()) else { return };
    let form = match &formats[..] {
        [only] => format::example(only).map(|it| format!(" ({it})")),
        _ => None,
    };
    let kind = format::words(formats);
    let mut message = format!("{} must be {kind}{}, not `{text}`.", violation.subject(), form.unwrap_or_default());
    // A value that comes from elsewhere, a default for instance, is not what a reference was forgotten for.
    let is_parameter = cx.declarations().parameter(text).is_some()
        && cx.source() == Source::Template
        && !violation.is_evaluated()
        && violation.used.is_none();
    if is_parameter {
        message += &format!(" Did you mean `Ref` of the parameter `{text}`?");
    }
    let draft = violation.report(cx, message);
    if is_parameter {
        let change = Change::Replace { span: violation.node.span, value: Literal::Ref(text.into()) };
        draft.fix(format!("Write `Ref` of `{text}`"), vec![change]);
    }
}
