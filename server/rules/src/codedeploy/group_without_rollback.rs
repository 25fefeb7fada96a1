use crate::facts::branches;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A deployment that fails stays where it failed.
    ///
    /// A CodeDeploy deployment group has no `AutoRollbackConfiguration`, has it off, or has it on for neither a failed deployment
    /// (`DEPLOYMENT_FAILURE`) nor one that an alarm stopped (`DEPLOYMENT_STOP_ON_ALARM`). It is off unless it is asked for.
    ///
    /// ## Why
    ///
    /// Without it the instances, functions or tasks that have the broken revision keep it until someone notices and deploys the old
    /// one. With it CodeDeploy deploys the last revision that worked by itself. See "Redeploy and roll back a deployment
    /// with CodeDeploy" in the AWS CodeDeploy User Guide, and the rule `codedeploy-auto-rollback-monitor-enabled` of AWS Config.
    ///
    /// ## What is not reported
    ///
    /// - Groups of the CDK's constructs that say nothing: they roll back failed deployments by default.
    /// - A configuration that is not known before deployment.
    ///
    /// ## Fix
    ///
    /// Rolls back failed deployments; and those that an alarm stops, where the group has alarms.
    name: "codedeploy-group-without-rollback",
    category: Reliability,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    founding: ["F42"],
    check: Check::Resources(&["AWS::CodeDeploy::DeploymentGroup"], check),
}

const CONFIGURATION: &str = "AutoRollbackConfiguration";
const FAILURE: &str = "DEPLOYMENT_FAILURE";
const ALARM: &str = "DEPLOYMENT_STOP_ON_ALARM";

fn check(group: &ResourceView<'_>, cx: &mut Context<'_>) {
    let configuration = group.property(CONFIGURATION);
    let Some((span, when, what)) = fault(group, &configuration) else { return };
    let id = &group.id.text;
    let message = format!(
        "{what}{when}, so a broken revision stays in `{id}` until someone deploys the old one. Roll back when a deployment fails."
    );
    let mut events = vec![Literal::text(FAILURE)];
    let alarms = group.property("AlarmConfiguration");
    if alarms.get("Enabled").is("true") && !alarms.get("Alarms").items().is_empty() {
        events.push(Literal::text(ALARM));
    }
    let value = Literal::map([("Enabled", Literal::Bool(true)), ("Events", Literal::List(events))]);
    cx.report(span, message).fix("Roll back failed deployments", vec![configuration.set(value)]);
}

/// Where and when nothing rolls back, and why in words.
fn fault(group: &ResourceView<'_>, configuration: &Property<'_>) -> Option<(Span, String, String)> {
    let enabled = branches::all(&configuration.get("Enabled"));
    if let Some(off) = enabled.iter().find(|it| it.is_off()) {
        let span = if matches!(off.state, State::Absent) { key_of(group) } else { off.span };
        return Some((span, off.when(), "Nothing rolls back what fails".to_owned()));
    }
    let events = configuration.get("Events");
    let rolls_back = |it: &Property<'_>| it.may_be(FAILURE) || it.may_be(ALARM);
    if !events.is_complete() || configuration.is_uncertain() || events.items().iter().any(rolls_back) {
        return None;
    }
    let span = events.span().filter(|_| !events.is_absent()).unwrap_or_else(|| key_of(group));
    Some((span, String::new(), "Only what a person stops is rolled back, and not what fails".to_owned()))
}

fn key_of(group: &ResourceView<'_>) -> Span {
    let entry = group.properties.as_map().and_then(|it| it.entry(CONFIGURATION));
    entry.filter(|(name, node)| !name.span.contains(node.span)).map_or(group.id.span, |(name, _)| name.span)
}
