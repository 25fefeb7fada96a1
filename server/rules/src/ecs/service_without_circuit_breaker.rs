use crate::facts::{branches, written};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A deployment of an ECS service that fails goes on failing.
    ///
    /// When the tasks of a new version do not start or do not become healthy, Amazon ECS starts others, for hours, and
    /// CloudFormation waits for as long before it gives up. The deployment circuit breaker ends such a deployment after a few
    /// failures, and with `Rollback` the service goes back to the last version that worked. It is off unless it is asked for,
    /// and costs nothing. See "How the Amazon ECS deployment circuit breaker detects failures" in the Amazon ECS Developer Guide
    /// and `DeploymentCircuitBreaker` in the CloudFormation reference.
    ///
    /// Reported are services that Amazon ECS deploys itself (no `DeploymentController`, or one of the type `ECS`) and whose
    /// circuit breaker is absent, disabled, or does not roll back.
    ///
    /// ## What is not reported
    ///
    /// - Services that CodeDeploy or an external controller deploys, and those with a deployment strategy other than `ROLLING`.
    /// - A service whose alarms roll a failed deployment back (`DeploymentConfiguration.Alarms`).
    /// - A service behind a Classic Load Balancer, for which AWS did not offer the circuit breaker for a long time.
    /// - A value that is not known before deployment.
    ///
    /// ## Fix
    ///
    /// Turns the circuit breaker on, with rollback. What runs stays as it is. In the CDK it is
    /// `circuitBreaker: { rollback: true }`.
    name: "ecs-service-without-circuit-breaker",
    category: Reliability,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    founding: ["F41"],
    check: Check::Resources(&["AWS::ECS::Service"], check),
}

const BREAKER: &str = "DeploymentConfiguration.DeploymentCircuitBreaker";

fn check(service: &ResourceView<'_>, cx: &mut Context<'_>) {
    let breaker = service.property(BREAKER);
    let (enabled, rolls_back) = (branches::all(&breaker.get("Enable")), branches::all(&breaker.get("Rollback")));
    let Some(off) = enabled.iter().chain(&rolls_back).find(|it| it.is_off()) else { return };
    if !is_rolled_out_by_ecs(service) || has_alarms(service) || has_classic_balancer(service) {
        return;
    }
    // What a pattern makes of a service nobody has named.
    let id = if service.made.is_some() { "This service".to_owned() } else { format!("`{}`", service.id.text) };
    let is_enabled = !enabled.iter().any(|it| it.is_off());
    let (what, advice) = match is_enabled {
        true => ("stops a deployment that fails, but leaves the failed version in place", "Turn on `Rollback`"),
        false => ("has no deployment circuit breaker", "Turn it on with rollback"),
    };
    let why = match is_enabled {
        true => "",
        false => ": when a new version does not start, it is started over and over, and the stack waits for hours",
    };
    let message = format!("{id} {what}{}{why}. {advice}, to get back to the last version that worked.", off.when());
    let span = if breaker.is_absent() { service.id.span } else { off.span };
    // A block that some branch leaves out is written anew.
    let changes = match breaker.may_be_absent() {
        true => {
            let both = [("Enable", Literal::Bool(true)), ("Rollback", Literal::Bool(true))];
            vec![breaker.set(Literal::map(both))]
        }
        false => ["Enable", "Rollback"]
            .into_iter()
            .map(|it| breaker.get(it))
            .filter(|it| !it.is("true"))
            .map(|it| it.set(Literal::Bool(true)))
            .collect(),
    };
    let intent = Intent::RollBackDeployments { service: written::maker(service) };
    cx.report(span, message).fix_as(Safe, "Roll back deployments that fail", changes, Some(intent));
}

/// True when the circuit breaker is for this kind of deployment.
fn is_rolled_out_by_ecs(service: &ResourceView<'_>) -> bool {
    let usual = [("DeploymentController.Type", "ECS"), ("DeploymentConfiguration.Strategy", "ROLLING")];
    usual.iter().all(|(path, value)| {
        service.property(path).cases().iter().all(|it| match it.state {
            State::Absent => true,
            State::Unknown => is_by_flag(it, service),
            State::Known(node) | State::Default(node) => node.as_str() == Some(value),
        })
    })
}

/// True when alarms may roll a deployment back.
fn has_alarms(service: &ResourceView<'_>) -> bool {
    service.property("DeploymentConfiguration.Alarms.Rollback").cases().iter().any(|it| match it.state {
        State::Absent => false,
        State::Unknown => !is_by_flag(it, service),
        State::Known(node) | State::Default(node) => node.as_bool() != Some(false),
    })
}

/// True for what a construct writes out or leaves out by a feature flag: the usual controller, and alarms that do nothing.
/// Nothing is written about it, so it stands where the construct does.
fn is_by_flag(case: &Case<'_>, service: &ResourceView<'_>) -> bool {
    service.construct.is_some() && case.span == service.id.span
}

fn has_classic_balancer(service: &ResourceView<'_>) -> bool {
    let balancers = service.property("LoadBalancers").items();
    balancers.iter().any(|it| it.get("LoadBalancerName").may_be_set() && it.get("TargetGroupArn").may_be_absent())
}
