use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A record has a name that is not in its hosted zone.
    ///
    /// A zone called `example.com.` holds `example.com` and all that ends with `.example.com`. Amazon Route 53 refuses other
    /// names. The name of a zone is written in full, with the dot at its end, or no zone is found.
    ///
    /// ## Fix
    ///
    /// Writes the dot.
    name: "route53-record-outside-zone",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3041"],
    founding: [],
    check: Check::Resources(&["AWS::Route53::RecordSet"], check),
}

fn check(record: &ResourceView<'_>, cx: &mut Context<'_>) {
    let (name, zone) = (record.property("Name"), record.property("HostedZoneName"));
    let (Some(own), Some(of_zone), Some(span)) = (name.as_str(), zone.as_str(), zone.span()) else { return };
    if own.contains(['{', '$']) || of_zone.contains(['{', '$']) || of_zone.is_empty() {
        return;
    }
    if !of_zone.ends_with('.') {
        cx.report(span, format!("The name of a hosted zone ends with a dot: `{of_zone}.`"))
            .fix("Write the dot", vec![zone.set(Literal::text(format!("{of_zone}.")))]);
    }
    let whole = |it: &str| it.trim_end_matches('.').to_ascii_lowercase();
    let (own_whole, of_zone_whole) = (whole(own), whole(of_zone));
    if own_whole != of_zone_whole && !own_whole.ends_with(&format!(".{of_zone_whole}")) {
        let message = format!("`{own}` is not in the hosted zone `{of_zone}`.");
        cx.report(name.span().unwrap_or(span), message).related(span, "the zone");
    }
}
