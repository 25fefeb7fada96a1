use crate::accepts::Fault;
use crate::facts::extension::{self, Row, error, sentence, warning};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A record has a value that its type cannot have.
    ///
    /// An `A` record holds IPv4 addresses, an `AAAA` record IPv6 addresses, a `CNAME` record one name, a `TXT` record texts in
    /// double quotes, and so on: Amazon Route 53 reads each as DNS does, and refuses the rest. A record that stands for another
    /// resource (`AliasTarget`) has no time to live of its own: one that is written does nothing at best, which is a warning. See "Supported DNS record types" in the Amazon Route 53
    /// Developer Guide.
    ///
    /// ## What is not reported
    ///
    /// Values that are not known before deployment.
    name: "route53-invalid-record",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3023", "cfn_lint:E3029"],
    founding: [],
    check: Check::Resources(&["AWS::Route53::RecordSet", "AWS::Route53::RecordSetGroup"], check),
}

const ROWS: &[Row] = &[
    warning(
        "route53_recordset/recordset_alias",
        "A record that stands for another resource has the time to live of that.",
    ),
    error("route53_recordset/recordset_pattern", ""),
];

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    extension::check_saying(resource, cx, ROWS, |violation, row| match &violation.fault {
        Fault::Count(_, _, Some(1)) => "A record of this type has one value.".to_owned(),
        _ if row.reason.is_empty() => match violation.node.as_str() {
            Some(text) => format!("`{text}` is no value for a record of this type.{}", advice(text)),
            None => sentence(violation),
        },
        _ => format!("{} {}", sentence(violation), row.reason),
    });
}

/// What is most often forgotten.
fn advice(text: &str) -> &'static str {
    match text.contains(' ') && !text.contains('"') {
        true => " Texts stand in double quotes, within those of the template.",
        false => "",
    }
}
