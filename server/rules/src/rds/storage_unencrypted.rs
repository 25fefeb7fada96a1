use crate::facts::databases::{Engine, engine};
use crate::facts::switch;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A database of Amazon RDS does not encrypt its storage.
    ///
    /// An instance, or a cluster of instances, has no `StorageEncrypted`, or has it `false`: its data, its backups, its read
    /// replicas and its snapshots are kept as they are.
    ///
    /// ## Why
    ///
    /// A snapshot that is shared with the wrong account, or a volume that is not wiped, can be read by whoever gets hold of it.
    /// Encryption costs nothing and changes nothing for the application. It can be chosen only when the database is made: for
    /// one that exists it takes an encrypted copy of a snapshot. See "Encrypting Amazon RDS resources" in the Amazon RDS User
    /// Guide, and controls RDS.3 and RDS.27 of AWS Security Hub.
    ///
    /// ## What is not reported
    ///
    /// - Clusters of Amazon Aurora that say nothing: those made since 18 February 2026 are encrypted unasked ("Encrypting
    ///   Amazon Aurora resources" in its User Guide). One with `false` in so many words is worth a note, as it says something
    ///   about older ones; not one of Aurora Serverless v1, which is always encrypted.
    /// - Instances of a cluster: they use its storage.
    /// - What is restored or replicated, which is encrypted as its source is; instances of RDS Custom, which must be; and
    ///   what names a key, which Amazon RDS refuses unless it is encrypted.
    /// - A value that is not known before deployment.
    ///
    /// ## Fix
    ///
    /// Turns encryption on. It is unsafe: CloudFormation makes an empty database in the place of one that is there already.
    /// Where the default of a parameter decides, that is changed. There is none for the classes of machines that cannot
    /// encrypt (`db.m1`, `db.m2`, `db.t2.micro`): they have to be replaced first.
    name: "rds-storage-unencrypted",
    category: Security,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: [
        "checkov:CKV_AWS_16",
        "checkov:CKV_AWS_96",
        "cfn_nag:F26",
        "cfn_nag:F27",
        "cdk_nag:RDSStorageEncrypted",
        "cdk_nag:AwsSolutions-RDS2",
        "cdk_nag:HIPAA.Security-RDSStorageEncrypted",
        "cdk_nag:NIST.800.53.R4-RDSStorageEncrypted",
        "cdk_nag:NIST.800.53.R5-RDSStorageEncrypted",
        "cdk_nag:PCI.DSS.321-RDSStorageEncrypted",
        "guard:RDS_STORAGE_ENCRYPTED",
        "security_hub:RDS.3",
        "security_hub:RDS.27",
    ],
    founding: ["F13"],
    check: Check::Resources(&["AWS::RDS::DBCluster", "AWS::RDS::DBInstance"], check),
}

/// What brings its own encryption along, or asks for it.
const DECIDED_BY: &[&str] = &[
    "DBClusterIdentifier",
    "DBClusterSnapshotIdentifier",
    "DBSnapshotIdentifier",
    "GlobalClusterIdentifier",
    "KmsKeyId",
    "SnapshotIdentifier",
    "SourceDBClusterIdentifier",
    "SourceDBInstanceAutomatedBackupsArn",
    "SourceDBInstanceIdentifier",
    "SourceDbClusterResourceId",
    "SourceDbiResourceId",
];

fn check(database: &ResourceView<'_>, cx: &mut Context<'_>) {
    let Some(off) = switch::off(database, "StorageEncrypted") else { return };
    if switch::may_set(database, DECIDED_BY) {
        return;
    }
    let is_cluster = database.ty.text == "AWS::RDS::DBCluster";
    let id = &database.id.text;
    match engine(database) {
        // An instance of Amazon Aurora is one of a cluster, whatever it says of that.
        Engine::Aurora if is_cluster && !is_serverless(database) => {
            let Some(off) = switch::turned_off(database, "StorageEncrypted") else { return };
            let when = &off.when;
            let message = format!(
                "`{id}` is not encrypted{when} if it was made before 18 February 2026: only since then does Amazon Aurora \
                 encrypt whatever is asked of it. Say `true` if that is what you want."
            );
            off.fix(cx.report(off.span, message).at_most(Info), "Encrypt the storage");
        }
        Engine::Aurora | Engine::Custom => (),
        Engine::Unknown if is_cluster => (),
        Engine::Other | Engine::Unknown => {
            let when = &off.when;
            let message = format!(
                "`{id}` keeps its data, its backups and its snapshots unencrypted{when}. Encrypt the storage from the \
                 start: it cannot be done later without moving the data."
            );
            let draft = cx.report(off.span, message);
            if !database.property("DBInstanceClass").nodes().any(|it| it.as_str().is_some_and(cannot_encrypt)) {
                off.fix(draft, "Encrypt the storage");
            }
        }
    }
}

/// True for Aurora Serverless v1.
fn is_serverless(cluster: &ResourceView<'_>) -> bool {
    switch::may_set(cluster, &["EngineMode"]) && cluster.property("EngineMode").may_be("serverless")
}

/// True for a class of machines without encryption: see "Availability of Amazon RDS encryption" in the User Guide.
fn cannot_encrypt(class: &str) -> bool {
    class == "db.t2.micro" || class.starts_with("db.m1.") || class.starts_with("db.m2.")
}
