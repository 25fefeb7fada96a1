use crate::facts::databases::{self, Engine};
use crate::facts::{branches, switch};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A database runs in one Availability Zone.
    ///
    /// An instance of Amazon RDS has no `MultiAZ`, or has it `false`, and it is off unless it is asked for. When its zone fails,
    /// or its machine, or when AWS maintains it, the database is gone until it is restored from a backup. With a standby in
    /// another zone Amazon RDS goes over to that within a minute or two, under the same name. It doubles the price of the
    /// instance. See "Configuring and managing a Multi-AZ deployment for Amazon RDS" in its User Guide, and control RDS.5 of AWS
    /// Security Hub.
    ///
    /// ## What is not reported
    ///
    /// - Instances of Amazon Aurora, and of other clusters: the cluster spreads them.
    /// - Read replicas; instances of RDS Custom; and SQL Server Express, which has no standby.
    /// - What differs by a condition and is on for some deployments: somebody has decided who needs it.
    /// - A value that is not known before deployment.
    ///
    /// ## Fix
    ///
    /// Asks for a standby, and takes out the zone that the instance is bound to, where it is. It is unsafe because it costs as
    /// much again. Where the default of a parameter decides, that is changed.
    name: "rds-instance-not-multi-az",
    category: Reliability,
    severity: Warning,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    aliases: [
        "checkov:CKV_AWS_157",
        "cdk_nag:RDSMultiAZSupport",
        "cdk_nag:AwsSolutions-RDS3",
        "cdk_nag:HIPAA.Security-RDSMultiAZSupport",
        "cdk_nag:NIST.800.53.R4-RDSMultiAZSupport",
        "cdk_nag:NIST.800.53.R5-RDSMultiAZSupport",
        "guard:RDS_MULTI_AZ_SUPPORT",
        "security_hub:RDS.5",
    ],
    founding: ["F34"],
    check: Check::Resources(&["AWS::RDS::DBInstance"], check),
}

fn check(instance: &ResourceView<'_>, cx: &mut Context<'_>) {
    let Some(off) = switch::off(instance, "MultiAZ").filter(|it| !it.is_chosen) else { return };
    let is_elsewhere = databases::is_member(instance) || databases::is_replica(instance);
    let is_express = |it: &branches::Alternative<'_>| matches!(it.state, State::Known(node) | State::Default(node) if node.as_str() == Some("sqlserver-ex"));
    if is_elsewhere
        || databases::engine(instance) == Engine::Custom
        || branches::of(instance, "Engine").iter().any(is_express)
    {
        return;
    }
    let message = format!(
        "`{}` runs in one Availability Zone{}: when that fails, the database is gone until it is restored. Ask for a \
         standby in another zone.",
        instance.id.text, off.when
    );
    let draft = cx.report(off.span, message);
    // An instance that goes over to another zone is bound to none.
    let zone = instance.property("AvailabilityZone");
    let also = if switch::may_set(instance, &["AvailabilityZone"]) { vec![zone.remove()] } else { Vec::new() };
    off.fix_with(draft, "Ask for a standby in another zone", also);
}
