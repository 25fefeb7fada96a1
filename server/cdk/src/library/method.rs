//! What methods change of the construct that they are called on.

use super::Class;

/// What a method does to the properties of its construct's own resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Effect<'n> {
    /// Nothing: it asks, or it adds something beside it.
    Nothing,
    /// It changes these and no others.
    Changes(Vec<&'n str>),
    /// It may change any.
    Anything,
}

/// What the method called `name` does to a construct of `class`.
pub(super) fn effect<'n>(class: &'static Class, name: &'n str) -> Effect<'n> {
    match class.changed_by(name) {
        Some(properties) => match by_name(name) {
            // What is deprecated was not tried.
            Effect::Changes(known) => Effect::Changes(properties.chain(known).collect()),
            Effect::Nothing | Effect::Anything => Effect::Changes(properties.collect()),
        },
        None => by_name(name),
    }
}

/// What a method does, going by its name.
fn by_name(name: &str) -> Effect<'static> {
    if let Some((_, properties)) = CHANGES.iter().find(|(method, _)| *method == name) {
        return Effect::Changes(properties.to_vec());
    }
    let asks = ASKING.iter().any(|it| {
        // `grantRead`, but not `granted`.
        let rest = name.strip_prefix(it);
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_lowercase()))
    });
    if asks || BESIDE.contains(&name) { Effect::Nothing } else { Effect::Anything }
}

/// How the names of methods begin that leave the construct as it is.
const ASKING: &[&str] = &[
    "arn", "as", "bind", "can", "find", "format", "from", "get", "grant", "has", "import", "is", "metric", "on",
    "render", "resolve", "s3", "select", "to", "transfer", "url", "virtual",
];

/// Methods that add a resource beside the construct's own, or that are followed elsewhere.
const BESIDE: &[&str] = &[
    "addAlias",
    "addApiKey",
    "addAuthorizer",
    "addClient",
    "addDelegation",
    "addDomain",
    "addEventSource",
    "addEventSourceMapping",
    "addFunctionUrl",
    "addGatewayEndpoint",
    "addGatewayResponse",
    "addInterfaceEndpoint",
    "addIngressRule",
    "addListener",
    "addMetricFilter",
    "addModel",
    "addPermission",
    "addProxy",
    "addRedirect",
    "addRequestValidator",
    "addRoutes",
    "addStage",
    "addStream",
    "addSubscription",
    "addSubscriptionFilter",
    "addToPolicy",
    "addToPrincipalPolicy",
    "addToResourcePolicy",
    "addToRolePolicy",
    "addUsagePlan",
    "applyRemovalPolicy",
    "attachInlinePolicy",
    "autoScaleReadCapacity",
    "autoScaleTaskCount",
    "autoScaleWriteCapacity",
    "addRotationSchedule",
    "enforceSSL",
    "scaleOnCpuUtilization",
    "scaleOnMetric",
    "scaleOnRequestCount",
    "scaleOnSchedule",
];

/// Methods that change some properties and no others.
const CHANGES: &[(&str, &[&str])] = &[
    ("addAlarmAction", &["AlarmActions"]),
    ("addBehavior", &["DistributionConfig"]),
    ("addContainer", &["ContainerDefinitions"]),
    ("addCorsRule", &["CorsConfiguration"]),
    ("addEnvironment", &["Environment"]),
    ("addEventNotification", &["NotificationConfiguration"]),
    ("addEventPattern", &["EventPattern"]),
    ("addFirelensLogRouter", &["ContainerDefinitions"]),
    ("addGlobalSecondaryIndex", &["AttributeDefinitions", "GlobalSecondaryIndexes"]),
    ("addInsufficientDataAction", &["InsufficientDataActions"]),
    ("addInventory", &["InventoryConfigurations"]),
    ("addLayers", &["Layers"]),
    ("addLifecycleRule", &["LifecycleConfiguration", "LifecyclePolicy"]),
    ("addLocalSecondaryIndex", &["AttributeDefinitions", "LocalSecondaryIndexes"]),
    ("addManagedPolicy", &["ManagedPolicyArns"]),
    ("addMetric", &["MetricsConfigurations"]),
    ("addObjectCreatedNotification", &["NotificationConfiguration"]),
    ("addObjectRemovedNotification", &["NotificationConfiguration"]),
    ("addOkAction", &["OKActions"]),
    ("addReplica", &["Replicas"]),
    ("addSecurityGroup", &["SecurityGroupIds", "SecurityGroups", "NetworkInterfaces"]),
    ("addTarget", &["Targets"]),
    ("addTrigger", &["LambdaConfig"]),
    ("addUserData", &["UserData"]),
    ("addVolume", &["Volumes"]),
    ("enableEventBridgeNotification", &["NotificationConfiguration"]),
    ("logAccessLogs", &["LoadBalancerAttributes"]),
    ("setAttribute", &["LoadBalancerAttributes", "TargetGroupAttributes"]),
    ("removeAttribute", &["LoadBalancerAttributes", "TargetGroupAttributes"]),
    ("attachToApplicationTargetGroup", &["LoadBalancers", "TargetGroupARNs"]),
    ("attachToNetworkTargetGroup", &["LoadBalancers", "TargetGroupARNs"]),
];

#[cfg(test)]
mod tests {
    use super::{Effect, by_name};

    #[test]
    fn questions_and_grants_change_nothing() {
        for name in ["grantRead", "metricErrors", "toString", "onEvent", "s3UrlForObject", "addPermission"] {
            assert_eq!(by_name(name), Effect::Nothing, "{name}");
        }
        assert_eq!(by_name("addEnvironment"), Effect::Changes(vec!["Environment"]));
        assert_eq!(by_name("asynchronously"), Effect::Anything);
        assert_eq!(by_name("configureAsyncInvoke"), Effect::Anything);
    }
}
