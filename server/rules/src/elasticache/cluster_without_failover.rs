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
    if group.property("CacheParameterGroupName").targets().is_empty() {
        return;
    }
    let Some(group) = related::itself(group, cx) else { return };
    let names = group.property("CacheParameterGroupName");
    for name in names.alternatives() {
        let Some(parameters) = related::resource(&name, "AWS::ElastiCache::ParameterGroup", cx) else { continue };
        for setting in parameters.property("Properties").alternatives() {
            let entries = setting.entries();
            let enabled = entries.iter().find(|(name, it)| name.text == "cluster-enabled" && it.is("yes"));
            if let Some((enabled, _)) = enabled {
                judge(&group, [&name.cases()[0], &setting.cases()[0]], enabled.span, cx);
            }
        }
    }
}

/// Judges a group that is a cluster by what stands at `enabled`, where it has that parameter group and that has this setting.
fn judge(group: &ResourceView<'_>, when: [&Case<'_>; 2], enabled: Span, cx: &mut Context<'_>) {
    let note = "this makes it a cluster";
    let is_always = when.iter().all(|it| it.is_unconditional());
    let failover = group.property("AutomaticFailoverEnabled");
    for case in failover.cases() {
        let State::Known(node) = case.state else { continue };
        if node.as_bool() != Some(false) || when.iter().any(|it| case.excludes(it)) {
            continue;
        }
        // Whether somebody deploys it so is not known.
        let severity = if is_always && case.is_unconditional() { Error } else { Warning };
        let message = format!("{}a cluster needs its failover.", before(case, group.resource()));
        cx.report(case.span, capitalised(&message))
            .at_most(severity)
            .related(enabled, note)
            .fix("Turn failover on", vec![failover.set(Literal::Bool(true))]);
    }
    let nodes = group.property("NumCacheClusters");
    if group.property("NumNodeGroups").is_absent()
        && let Some((count, span)) = nodes.as_int().zip(nodes.span()).filter(|it| it.0 <= 1)
    {
        let message = format!("A cluster needs more than one node, and this has {count}.");
        cx.report(span, message).at_most(if is_always { Error } else { Warning }).related(enabled, note);
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|it| it.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
