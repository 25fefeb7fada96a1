use crate::facts::databases;
use crate::facts::wording::listed;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A database leaves it to AWS when it is backed up and maintained.
    ///
    /// Without `PreferredBackupWindow` and `PreferredMaintenanceWindow` Amazon RDS picks half an hour of the night of the Region,
    /// and of a random day of the week for maintenance, which may restart the database. That night may be the busiest hour of its
    /// users. See "Maintaining a DB instance" and "Backup window" in the Amazon RDS User Guide.
    ///
    /// The rule is off by default: for many databases any hour will do.
    ///
    /// ## What is not reported
    ///
    /// Instances of a cluster, and read replicas.
    ///
    /// ## Fix
    ///
    /// None: which hours are quiet, only those know who use the database.
    name: "rds-maintenance-window-unset",
    category: Reliability,
    severity: Info,
    default_on: false,
    fix: None,
    front_ends: FrontEnds::Both,
    founding: ["F35"],
    check: Check::Resources(&["AWS::RDS::DBCluster", "AWS::RDS::DBInstance"], check),
}

fn check(database: &ResourceView<'_>, cx: &mut Context<'_>) {
    let windows = ["PreferredBackupWindow", "PreferredMaintenanceWindow"];
    let missing: Vec<&str> = windows.into_iter().filter(|it| database.property(it).is_absent()).collect();
    if missing.is_empty() || databases::is_member(database) || databases::is_replica(database) {
        return;
    }
    let message = format!(
        "AWS picks the hour for `{}` that {} would say, which may be the busiest of its users.",
        database.id.text,
        listed(&missing)
    );
    cx.report(database.id.span, message);
}
