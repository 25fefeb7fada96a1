use crate::Tag;
use crate::accepts::{Kind, Violation};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A property is deprecated.
    ///
    /// The schema of the type says so. It works as long as the service lets it, and the page of the type in the AWS
    /// CloudFormation Template Reference mostly names what takes its place.
    name: "deprecated-property",
    category: Deprecation,
    severity: Info,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: [],
    founding: [],
    check: Check::Accepts(Kind::Deprecated, check),
}

fn check(violation: &Violation<'_>, _: &ResourceView<'_>, cx: &mut Context<'_>) {
    let Some(property) = violation.property() else { return };
    let message = format!("`{property}` of `{}` is deprecated.", violation.ty);
    violation.report(cx, message).tag(Tag::Deprecated);
}
