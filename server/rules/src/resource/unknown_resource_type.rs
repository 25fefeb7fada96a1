use crate::accepts;
use crate::facts::spelling::{distance, nearest};
use crate::facts::wording::rename;
use crate::prelude::*;
use crate::rule::rule;
use schema::resources::{resource_type, resource_types};

rule! {
    /// A resource has a type that CloudFormation does not have.
    ///
    /// The template is refused before anything is made: "Template format error: Unrecognized resource types". Types of AWS
    /// are known by the registry; there is none for everything that the console or an API can make.
    ///
    /// A name that is like no other may belong to a type that is newer than this program, so it is a warning.
    ///
    /// ## What is not reported
    ///
    /// Types of others: `Custom::…`, modules (`…::MODULE`), types of the registry that an account activates
    /// (`Organization::Service::Resource`). Resources of a template that a macro completes.
    ///
    /// ## Fix
    ///
    /// Writes the one name that differs by a letter or two, or by case.
    name: "unknown-resource-type",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:E3006"],
    founding: [],
    check: Check::EveryResource(check),
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let ty = resource.ty.text.as_str();
    if !is_of_aws(ty) || resource_type(ty).is_some() || !accepts::is_judged(resource) {
        return;
    }
    let Some(meant) = meant(ty) else {
        let message = format!("`{ty}` is no type that CloudFormation is known to have.");
        cx.report(resource.ty.span, message).at_most(Warning);
        return;
    };
    let message = format!("CloudFormation has no type `{ty}`, so it refuses the template. Did you mean `{meant}`?");
    cx.report(resource.ty.span, message).fix(format!("Write `{meant}`"), vec![rename(&resource.ty, meant)]);
}

/// True for a name that only AWS can give: in any case, since that is a fault as well.
fn is_of_aws(ty: &str) -> bool {
    let vendor = ty.split_once("::").map_or("", |it| it.0);
    // What a tool fills in is not known.
    vendor.eq_ignore_ascii_case("AWS") && !ty.ends_with("::MODULE") && !ty.contains(['$', '{', '&', '<'])
}

fn meant(ty: &str) -> Option<&'static str> {
    let names = || resource_types().map(|it| it.name());
    if let Some(name) = names().find(|it| distance(ty, it) == Some(0)) {
        return Some(name);
    }
    // Another service, or another version of one, has types of the same name; a digit more is another type.
    let name = nearest(ty, names())?;
    let without_digits = |it: &str| it.replace(|it: char| it.is_ascii_digit() || it == 'V' || it == 'v', "");
    (without_digits(name) != without_digits(ty)).then_some(name)
}
