use crate::Tag;
use crate::prelude::*;
use crate::rule::rule;
use schema::resources::{Lifecycle, resource_type};

rule! {
    /// A resource has a type of a service that AWS gives up.
    ///
    /// A service first takes no new customers ("maintenance"), then has a date from which on it is gone ("sunset"), then is
    /// gone ("shutdown"): a template with its types cannot be deployed any more. See "AWS product lifecycle" in the AWS
    /// General Reference.
    ///
    /// Launch configurations are reported by `autoscaling-launch-configuration`.
    ///
    /// It is an error where the service is gone, a warning where the date is set, and information before that.
    name: "retired-resource-type",
    category: Deprecation,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3006", "cfn_lint:E3710", "cfn_lint:W3696", "cfn_lint:W3697"],
    founding: [],
    check: Check::EveryResource(check),
}

/// Types that rules of their own report, with the way to what has replaced them.
const ELSEWHERE: &[&str] = &["AWS::AutoScaling::LaunchConfiguration"];

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let ty = resource.ty.text.as_str();
    // What SAM makes, nobody chose.
    if resource.made.is_some() || ELSEWHERE.contains(&ty) {
        return;
    }
    let Some(Lifecycle { status, date }) = resource_type(ty).and_then(|it| it.lifecycle()) else { return };
    let until = |date: Option<&str>| date.map_or(String::new(), |it| format!(" on {it}"));
    let since = |date: Option<&str>| date.map_or(String::new(), |it| format!(" since {it}"));
    let (severity, message) = match status {
        "shutdown" => {
            (Error, format!("AWS has shut down the service of `{ty}`{}: it cannot be deployed.", until(date)))
        }
        "sunset" => (Warning, format!("AWS ends the service of `{ty}`{}. Move to another one.", until(date))),
        "maintenance" => (Info, format!("`{ty}` is closed to new customers{}. Consider another type.", since(date))),
        _ => return,
    };
    cx.report(resource.ty.span, message).at_most(severity).tag(Tag::Deprecated);
}
