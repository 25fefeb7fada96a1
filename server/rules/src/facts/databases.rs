//! What the databases of Amazon RDS are, as far as rules tell them apart.

use super::{branches, switch};
use model::{ResourceView, State};

/// What matters of the engine of a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    /// Amazon Aurora: the cluster has the storage, and the instances compute.
    Aurora,
    /// Amazon RDS Custom.
    Custom,
    /// Any other.
    Other,
    /// It is not known before deployment, or brought along by a snapshot.
    Unknown,
}

/// The engine of an instance or a cluster.
pub(crate) fn engine(database: &ResourceView<'_>) -> Engine {
    let mut found = Engine::Unknown;
    for alternative in branches::of(database, "Engine") {
        let (State::Known(node) | State::Default(node)) = alternative.state else { return Engine::Unknown };
        found = match node.as_str().map(str::to_ascii_lowercase) {
            Some(name) if name.starts_with("aurora") => return Engine::Aurora,
            Some(name) if name.starts_with("custom-") => return Engine::Custom,
            Some(_) => Engine::Other,
            None => return Engine::Unknown,
        };
    }
    found
}

/// True for an instance that leaves its storage, its backups and its copies to a cluster.
pub(crate) fn is_member(instance: &ResourceView<'_>) -> bool {
    instance.ty.text == "AWS::RDS::DBInstance"
        && (engine(instance) == Engine::Aurora || switch::may_set(instance, &["DBClusterIdentifier"]))
}

/// True for a copy of another database that follows it.
pub(crate) fn is_replica(database: &ResourceView<'_>) -> bool {
    const SOURCES: &[&str] =
        &["ReplicationSourceIdentifier", "SourceDBClusterIdentifier", "SourceDBInstanceIdentifier"];
    switch::may_set(database, SOURCES)
}
