use crate::facts::functions::{self, Place, Site};
use crate::facts::spelling;
use crate::prelude::*;
use crate::rule::rule;
use schema::template::{FUNCTIONS, LOOP_PREFIX, tag_of_function};

rule! {
    /// A function is called that CloudFormation does not have.
    ///
    /// The names of the intrinsic functions are case-sensitive: `!sub` and `Fn::GetAZ` are none. In YAML, the template cannot be
    /// read then; in JSON, the map of the call is handed to the resource as it is. All functions are in the "Intrinsic
    /// function reference" of the AWS CloudFormation User Guide.
    ///
    /// ## What is not reported
    ///
    /// Functions of other tools, such as `!Rain::S3`, and all functions of a template that a macro reads.
    ///
    /// ## Fix
    ///
    /// Writes the function that has a name like it.
    name: "unknown-function",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:E0000", "cfn_lint:E8001"],
    founding: [],
    check: functions::at_sites!(check),
}

fn check(site: &Site<'_, '_>, cx: &mut Context<'_>) {
    if !functions::is_plain(cx.declarations()) || site.place == Place::Metadata {
        return;
    }
    let written = match &site.node.value {
        Value::Call(call) => match &**call {
            Call::Other { function, .. } => function,
            _ => return,
        },
        Value::Map(map) => match &map.entries[..] {
            // A function, but for a colon or the case.
            [(key, _)] if key.text.get(..3).is_some_and(|it| it.eq_ignore_ascii_case("Fn:")) => key,
            _ => return,
        },
        _ => return,
    };
    let name = written.text.as_str();
    let is_known = FUNCTIONS.iter().any(|(_, long)| *long == name) || name.starts_with(LOOP_PREFIX);
    if is_known || functions::is_foreign(name) || name == "Fn::" {
        return;
    }
    // The short form is one `!` in the place of `Fn::`.
    let is_short = usize::from(written.span.range.len()) + "Fn::".len() == name.len() + 1;
    let shown = match name.strip_prefix("Fn::") {
        Some(tag) if is_short => format!("!{tag}"),
        _ => name.to_owned(),
    };
    let Some(meant) = nearest(name) else {
        cx.report(written.span, format!("CloudFormation has no function `{shown}`."));
        return;
    };
    let tag = if is_short { tag_of_function(meant) } else { None };
    let meant_as = tag.map_or_else(|| meant.to_owned(), |it| format!("!{it}"));
    let draft =
        cx.report(written.span, format!("CloudFormation has no function `{shown}`. Did you mean `{meant_as}`?"));
    let (span, to) = match tag {
        Some(tag) => {
            let length = usize::from(written.span.range.len());
            (written.span.inner(text::range(1, length)), tag)
        }
        None => (written.span, meant),
    };
    draft.fix(format!("Write `{meant_as}`"), vec![Change::Rename { span, to: to.into() }]);
}

/// The function whose name is most like `name`.
fn nearest(name: &str) -> Option<&'static str> {
    // Without the prefix, in whichever way it is written.
    let word = match name.strip_prefix("Fn::") {
        Some(rest) => rest.trim_start_matches("Fn::"),
        None => name.get(2..).unwrap_or_default().trim_start_matches(':'),
    };
    let plain = |it: &'static str| it.strip_prefix("Fn::").unwrap_or(it);
    let best = spelling::nearest(word, FUNCTIONS.iter().map(|(_, long)| plain(long)))?;
    FUNCTIONS.iter().map(|(_, long)| *long).find(|it| plain(it) == best)
}
