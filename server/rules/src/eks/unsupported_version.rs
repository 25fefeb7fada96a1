use crate::facts::{branches, switch};
use crate::prelude::*;
use crate::rule::rule;
use schema::eks::{self, Support, minor};

rule! {
    /// A cluster or a group of nodes of Amazon EKS has a version of Kubernetes that AWS supports for more money only, or not at all.
    ///
    /// Amazon EKS supports a version for 14 months. For 12 more a cluster of it costs six times as much an hour; then AWS
    /// upgrades it at a time of its own, and refuses new ones. That is an error, extended support a warning. See "Understand
    /// the Kubernetes version lifecycle on EKS" in the Amazon EKS User Guide, whose dates are part of this program
    /// (`server/schema/data/eks.txt`); those that were still to come when they were read are not reported.
    ///
    /// A group of nodes that is more than one minor version from its cluster in the same template is reported too: nodes are
    /// upgraded after the cluster, version by version, and three behind they are not supported any more ("Update a managed node
    /// group").
    ///
    /// ## What is not reported
    ///
    /// What names no version, which takes the one that AWS offers then; versions that are newer than the list, or not known
    /// before deployment; and those that a parameter allows but does not have as its default.
    ///
    /// ## Fix
    ///
    /// Writes the newest version, in CDK as the constant of `KubernetesVersion` that stands for it. It is unsafe: a cluster that
    /// exists goes up by one minor version at a time, and what runs on it has to be ready. A group of nodes gets the version of its
    /// cluster.
    name: "eks-unsupported-version",
    category: Deprecation,
    severity: Error,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    founding: ["F24"],
    check: Check::Resources(&["AWS::EKS::Cluster", "AWS::EKS::Nodegroup", CDK_CLUSTER], check),
}

/// What the CDK makes clusters with.
const CDK_CLUSTER: &str = "Custom::AWSCDK-EKS-Cluster";

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    if resource.made.is_some() {
        return;
    }
    for alternative in branches::of(resource, version_of(&resource.ty.text)) {
        if switch::depends_on_choice(&alternative) {
            continue;
        }
        let (State::Known(node) | State::Default(node)) = alternative.state else { continue };
        let Some(version) = node.as_str() else { continue };
        let what = match resource.ty.text.as_str() {
            "AWS::EKS::Nodegroup" => "nodes",
            _ => "clusters",
        };
        let newest = eks::newest().unwrap_or_default();
        let (severity, message) = match eks::support(version, eks::as_of()) {
            Some(Support::Ended(since)) => {
                let message = match since {
                    Some(day) => {
                        format!("Amazon EKS has had no {what} with Kubernetes {version} since {day}. Move to {newest}.")
                    }
                    None => format!("Amazon EKS has no {what} with Kubernetes {version} any more. Move to {newest}."),
                };
                (if is_certain(&alternative) { Error } else { Warning }, message)
            }
            Some(Support::Extended(until)) => {
                let until = until.map(|it| format!(" until {it}, and upgrades them then")).unwrap_or_default();
                let message = format!(
                    "Kubernetes {version} is in extended support: Amazon EKS keeps such {what} for a much higher price{until}. \
                     Move to {newest}."
                );
                (Warning, message)
            }
            _ => {
                lagging(resource, &alternative, version, cx);
                continue;
            }
        };
        let draft = cx.report(alternative.span, message).at_most(severity);
        switch::fix_value(draft, &alternative, resource, newest, format!("Write `{newest}`"));
    }
}

/// Reports a group of nodes whose version is far from that of its cluster.
fn lagging<'a>(nodes: &ResourceView<'a>, alternative: &branches::Alternative<'a>, version: &str, cx: &mut Context<'_>) {
    if nodes.ty.text != "AWS::EKS::Nodegroup" {
        return;
    }
    let Some(target) = nodes.property("ClusterName").target().map(|it| it.text.clone()) else { return };
    let Some(cluster) = cx.target(&target) else { return };
    let cluster = cx.view(cluster);
    let property = cluster.property(version_of(&cluster.ty.text));
    let Some((theirs, span)) = property.as_str().zip(property.span()) else { return };
    let (Some(own), Some(minor_of_cluster)) = (minor(version), minor(theirs)) else { return };
    if own.abs_diff(minor_of_cluster) <= 1 {
        return;
    }
    let message = format!(
        "These nodes have Kubernetes {version} and their cluster {theirs}: more than one minor version apart they are neither \
         tested together nor upgraded in one step. Move to {theirs}."
    );
    let draft = cx.report(alternative.span, message).at_most(Warning).related(span, "the version of the cluster");
    switch::fix_value(draft, alternative, nodes, theirs, format!("Write `{theirs}`"));
}

fn version_of(ty: &str) -> &'static str {
    if ty == CDK_CLUSTER { "Config.version" } else { "Version" }
}

/// True for what every deployment has.
fn is_certain(alternative: &branches::Alternative<'_>) -> bool {
    matches!(alternative.state, State::Known(_)) && alternative.property().cases()[0].is_unconditional()
}
