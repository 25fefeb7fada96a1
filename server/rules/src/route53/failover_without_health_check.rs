use crate::facts::branches::{self, Alternative};
use crate::facts::names::free_name;
use crate::facts::when;
use crate::prelude::*;
use crate::rule::rule;

const RECORD: &str = "AWS::Route53::RecordSet";
const GROUP: &str = "AWS::Route53::RecordSetGroup";
/// The hosted zone of every CloudFront distribution, whose health Route 53 cannot evaluate.
const CLOUDFRONT: &str = "Z2FDTNDATAQYW2";

rule! {
    /// A primary failover record has nothing that tells when to fail over.
    ///
    /// The record is `PRIMARY` and has no `HealthCheckId`; an alias does not evaluate the health of its target either. Route 53
    /// then takes it for healthy for ever, and the secondary record never answers. See "Active-passive failover" and "How
    /// Amazon Route 53 chooses records when health checking is configured" in the Amazon Route 53 Developer Guide.
    ///
    /// A secondary record may do without: it is the last one left. A value that is not known before
    /// deployment counts as a health check.
    ///
    /// ## Fix
    ///
    /// An alias evaluates the health of its target; that of CloudFront cannot, so there a person has to add a health check.
    /// Another record gets a health check of its own, which connects to port 443 of the first address or name that the record
    /// gives. Which port and path tell best whether it works is for a person to say, so this is applied only on request.
    name: "route53-failover-without-health-check",
    category: Reliability,
    severity: Warning,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    founding: ["F43"],
    check: Check::Resources(&[RECORD, GROUP], check),
}

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    if resource.ty.text == RECORD {
        check_record(&resource.all(), None, resource, cx);
        return;
    }
    for record in resource.property("RecordSets").items() {
        let item = record.written().filter(|it| it.as_map().is_some());
        if let Some(item) = item {
            check_record(&record, Some(item), resource, cx);
        }
    }
}

/// Checks one record: a resource of its own, or the item of a group.
fn check_record(record: &Property<'_>, item: Option<&Node>, resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let Some(primary) = record.get("Failover").seen_as("PRIMARY") else { return };
    let checks = branches::all(&record.get("HealthCheckId"));
    let lacks =
        |it: &&Alternative<'_>| matches!(it.state, State::Absent) && !it.property().cases()[0].excludes(&primary);
    let Some(lacking) = checks.iter().find(lacks) else { return };
    let alias = record.get("AliasTarget");
    let evaluates = record.get("AliasTarget.EvaluateTargetHealth");
    if !alias.is_absent() && !branches::all(&evaluates).iter().any(|it| it.is_off()) {
        return;
    }
    let always = primary.is_unconditional();
    let circumstances = when::before(if always { &lacking.property().cases()[0] } else { &primary }, resource);
    let name = match record.get("Name").as_str() {
        Some(name) => format!("`{name}`"),
        None => format!("`{}`", resource.id.text),
    };
    let advice = match alias.is_absent() {
        true => "Give it a health check.",
        false if is_cloudfront(&alias) => "Give it a health check, since that of a distribution cannot be evaluated.",
        false => "Let it evaluate the health of its target, or give it a health check.",
    };
    let nothing = if circumstances.is_empty() { "Nothing" } else { "nothing" };
    let message = format!(
        "{circumstances}{nothing} tells whether the primary record of {name} works, so Route 53 never fails over to the secondary one. {advice}"
    );
    let fix = match alias.is_absent() {
        true if cx.wants_fixes() => own_check(record, item, resource, cx),
        true => None,
        false if is_cloudfront(&alias) => None,
        false => {
            let change = set(&evaluates, item, "AliasTarget.EvaluateTargetHealth", Literal::Bool(true));
            Some(("Evaluate the health of the target".to_owned(), vec![change]))
        }
    };
    let draft = cx.report(primary.span, message);
    if let Some((title, changes)) = fix {
        draft.fix(title, changes);
    }
}

/// True when the target of an alias is a CloudFront distribution.
fn is_cloudfront(alias: &Property<'_>) -> bool {
    alias.get("HostedZoneId").can_be_seen_as(CLOUDFRONT)
}

/// The change that gives a record, or an item of a group, a property.
fn set(property: &Property<'_>, item: Option<&Node>, path: &str, value: Literal) -> Change {
    match item {
        Some(item) => Change::SetIn { map: item.span, path: path.to_owned(), value },
        None => property.set(value),
    }
}

/// Declares a health check of what the record leads to.
fn own_check(
    record: &Property<'_>,
    item: Option<&Node>,
    resource: &ResourceView<'_>,
    cx: &Context<'_>,
) -> Option<(String, Vec<Change>)> {
    let endpoint = match record.get("Type").as_str()? {
        "A" | "AAAA" => "IPAddress",
        "CNAME" => "FullyQualifiedDomainName",
        _ => return None,
    };
    let targets = record.get("ResourceRecords").items();
    let target = targets.first()?.written()?.span;
    let id = free_name(cx.stack(), &format!("{}HealthCheck", resource.key));
    let config = vec![
        ("Type".to_owned(), Literal::text("TCP")),
        (endpoint.to_owned(), Literal::Existing(target)),
        ("Port".to_owned(), Literal::Number(443)),
    ];
    let added = Change::AddResource {
        id: id.clone(),
        ty: "AWS::Route53::HealthCheck".into(),
        properties: Literal::Map(vec![("HealthCheckConfig".to_owned(), Literal::Map(config))]),
        condition: resource.condition.as_ref().map(|it| it.text.clone()),
        after: resource.origin,
    };
    let reference = Literal::GetAtt(id, "HealthCheckId".into());
    let named = set(&record.get("HealthCheckId"), item, "HealthCheckId", reference);
    Some(("Add a health check that connects to port 443".to_owned(), vec![added, named]))
}
