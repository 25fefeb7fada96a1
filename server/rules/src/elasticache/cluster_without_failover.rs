use crate::facts::related;
use crate::facts::when::before;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A replication group is a cluster, and has its failover off or only one node.
    ///
    /// With `cluster-enabled: yes` in its parameter group, a replication group is spread over shards, each of which needs a
    /// replica to take over: Amazon ElastiCache refuses `AutomaticFailoverEnabled: false`, and a single node. What only some
    /// deployments have is a warning.
    name: "elasticache-cluster-without-failover",
    category: Correctness,
    severity: Error,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3026"],
    founding: [],
    check: Check::Resources(&["AWS::ElastiCache::ReplicationGroup"], check),
}

fn check(group: &ResourceView<'_>, cx: &mut Context<'_>) {
    if group.property("CacheParameterGroupName").target().is_none() {
        return;
    }
    let Some(group) = related::itself(group, cx) else { return };
    let property = group.property("CacheParameterGroupName");
    let Some(parameters) = related::resource(&property, "AWS::ElastiCache::ParameterGroup", cx) else { return };
    let settings = parameters.property("Properties");
    let note = "this makes it a cluster";
    for setting in settings.alternatives() {
        let when = &setting.cases()[0];
        let entries = setting.entries();
        let enabled = entries.iter().find(|(name, it)| name.text == "cluster-enabled" && it.is("yes"));
        let Some(enabled) = enabled.map(|(name, _)| name.span) else { continue };
        let failover = group.property("AutomaticFailoverEnabled");
        for case in failover.cases() {
            let (State::Known(node), span) = (case.state, case.span) else { continue };
            if node.as_bool() != Some(false) || case.excludes(when) {
                continue;
            }
            // Whether somebody deploys it so is not known.
            let severity = if case.is_unconditional() && when.is_unconditional() { Error } else { Warning };
            let message = format!("{}a cluster needs its failover.", before(case, group.resource()));
            cx.report(span, capitalised(&message))
                .at_most(severity)
                .related(enabled, note)
                .fix("Turn failover on", vec![failover.set(Literal::Bool(true))]);
        }
    }
    let entries = settings.entries();
    let enabled = entries.iter().find(|(name, it)| name.text == "cluster-enabled" && it.is("yes"));
    let Some(enabled) = enabled.map(|(name, _)| name.span).filter(|_| settings.cases().len() == 1) else { return };
    let nodes = group.property("NumCacheClusters");
    if group.property("NumNodeGroups").is_absent()
        && let Some((count, span)) = nodes.as_int().zip(nodes.span()).filter(|it| it.0 <= 1)
    {
        let message = format!("A cluster needs more than one node, and this has {count}.");
        cx.report(span, message).related(enabled, note);
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|it| it.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
