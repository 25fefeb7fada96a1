use crate::facts::related;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A replication group is a cluster, and has its failover off or only one node.
    ///
    /// With `cluster-enabled: yes` in its parameter group, a replication group is spread over shards, each of which needs a
    /// replica to take over: Amazon ElastiCache refuses `AutomaticFailoverEnabled: false`, and a single node.
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
    let entries = parameters.property("Properties").entries();
    let enabled = entries.iter().find(|(name, it)| name.text == "cluster-enabled" && it.is("yes"));
    let Some(enabled) = enabled.map(|(name, _)| name.span) else { return };
    let failover = group.property("AutomaticFailoverEnabled");
    let note = "this makes it a cluster";
    for case in failover.cases() {
        let (State::Known(node), span) = (case.state, case.span) else { continue };
        if node.as_bool() == Some(false) {
            let message = format!("{}a cluster needs its failover.", crate::facts::when::before(case, group.resource()));
            let message = capitalised(&message);
            cx.report(span, message)
                .related(enabled, note)
                .fix("Turn failover on", vec![failover.set(Literal::Bool(true))]);
        }
    }
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
