use crate::facts::environments::{self, PRODUCTION};
use crate::facts::{databases, switch};
use crate::prelude::*;
use crate::rule::{RuleOption, rule};

rule! {
    /// A database can be deleted by mistake.
    ///
    /// An instance or a cluster of Amazon RDS has no `DeletionProtection`, or has it `false`, and it is off unless it is asked
    /// for. One click, one call or one change of the template that replaces the database is then enough, and what no snapshot
    /// holds is gone. With protection Amazon RDS refuses until somebody turns it off. See "Deleting a DB instance" in the Amazon
    /// RDS User Guide, and controls RDS.7 and RDS.8 of AWS Security Hub.
    ///
    /// ## What is not reported
    ///
    /// - Instances of a cluster, and read replicas: the data are elsewhere.
    /// - What is silent about protection and goes with its stack in so many words (`DeletionPolicy: Delete`,
    ///   `RemovalPolicy.DESTROY`), unless it is for production: protection would keep the stack from being deleted.
    /// - What differs by a condition and is on for some deployments: somebody has decided which may go.
    /// - A value that is not known before deployment.
    ///
    /// ## Fix
    ///
    /// Turns protection on. The database is changed in place. Where the default of a parameter decides, that is changed, which is
    /// unsafe as others may use it.
    name: "rds-without-deletion-protection",
    category: Reliability,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: [
        "cfn_nag:F80",
        "cdk_nag:RDSInstanceDeletionProtectionEnabled",
        "cdk_nag:AwsSolutions-RDS10",
        "cdk_nag:HIPAA.Security-RDSInstanceDeletionProtectionEnabled",
        "cdk_nag:NIST.800.53.R4-RDSInstanceDeletionProtectionEnabled",
        "cdk_nag:NIST.800.53.R5-RDSInstanceDeletionProtectionEnabled",
        "guard:RDS_INSTANCE_DELETION_PROTECTION_ENABLED",
        "security_hub:RDS.7",
        "security_hub:RDS.8",
    ],
    founding: ["F36"],
    options: &[RuleOption {
        name: "production",
        docs: "The words by which stacks, conditions, names and tags call production.",
        default: PRODUCTION,
    }],
    check: Check::Resources(&["AWS::RDS::DBCluster", "AWS::RDS::DBInstance"], check),
}

fn check(database: &ResourceView<'_>, cx: &mut Context<'_>) {
    let Some(off) = switch::off(database, "DeletionProtection").filter(|it| !it.is_chosen) else { return };
    if databases::is_member(database) || databases::is_replica(database) {
        return;
    }
    let is_meant_to_go = database.attribute("DeletionPolicy").is("Delete");
    if is_meant_to_go
        && database.property("DeletionProtection").is_absent()
        && !environments::is_of_production(database, cx)
    {
        return;
    }
    let message = format!(
        "`{}` can be deleted by one mistake{}. Turn on deletion protection: who wants it gone has to say so twice.",
        database.id.text, off.when
    );
    off.fix(cx.report(off.span, message), "Turn on deletion protection");
}
