//! Properties that hold secrets.

use super::functions::{self, Place};
use model::{Call, Name, Node, Resource, Value};
use schema::template::SECURE_STRING_PROPERTIES;

/// Those that take no secure strings of Systems Manager, by type, with the keys on the way; lists count for their items.
const OTHERS: &[(&str, &str)] = &[
    ("AWS::AmazonMQ::Broker", "Users.Password"),
    ("AWS::Amplify::App", "AccessToken"),
    ("AWS::Amplify::App", "BasicAuthConfig.Password"),
    ("AWS::Amplify::App", "OauthToken"),
    ("AWS::Amplify::Branch", "BasicAuthConfig.Password"),
    ("AWS::AppStream::DirectoryConfig", "ServiceAccountCredentials.AccountPassword"),
    ("AWS::DMS::Endpoint", "MongoDbSettings.Password"),
    ("AWS::DMS::Endpoint", "Password"),
    ("AWS::DocDB::DBCluster", "MasterUserPassword"),
    ("AWS::EMR::Cluster", "KerberosAttributes.ADDomainJoinPassword"),
    ("AWS::EMR::Cluster", "KerberosAttributes.CrossRealmTrustPrincipalPassword"),
    ("AWS::EMR::Cluster", "KerberosAttributes.KdcAdminPassword"),
    ("AWS::ElastiCache::User", "Passwords"),
    ("AWS::FSx::FileSystem", "WindowsConfiguration.SelfManagedActiveDirectoryConfiguration.Password"),
    ("AWS::Lightsail::Database", "MasterUserPassword"),
    (
        "AWS::ManagedBlockchain::Member",
        "MemberConfiguration.MemberFrameworkConfiguration.MemberFabricConfiguration.AdminPassword",
    ),
    ("AWS::RDS::DBInstance", "TdeCredentialPassword"),
];

/// Calls `visit` on each value that is written for a secret of the resource, in each branch of `Fn::If`.
pub(crate) fn of_resource<'a>(resource: &'a Resource, visit: &mut dyn FnMut(&'a Node)) {
    let all = || SECURE_STRING_PROPERTIES.iter().chain(OTHERS).filter(|(ty, _)| *ty == resource.ty.text);
    if resource.made.is_some() || all().next().is_none() {
        return;
    }
    functions::of_resource(resource, &mut |site| {
        let is_branch = |function: &str, argument: usize| function == "Fn::If" && argument > 0;
        let is_whole = site.within.is_none_or(|it| is_branch(it.function, it.argument));
        if site.place == Place::Properties && is_whole {
            let path = site.path.get(1..).unwrap_or_default().join(".");
            if all().any(|(_, it)| *it == path) {
                visit(site.node);
            }
        }
    });
}

/// The name that a `Ref` names.
pub(crate) fn reference(node: &Node) -> Option<&Name> {
    match &node.value {
        Value::Call(call) => match &**call {
            Call::Ref(name) => Some(name),
            _ => None,
        },
        _ => None,
    }
}
