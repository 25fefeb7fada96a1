use crate::facts::policy;
use crate::facts::when;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A policy allows every action of a service, or of all services.
    ///
    /// An `Allow` statement of an identity policy (inline, managed, of a role, user or group, of a SAM function or a
    /// permission set) has an action such as `dynamodb:*`, or `*`. With the resource `*` beside the action `*` it is an
    /// administrator's policy, and the message says so.
    ///
    /// ## Why
    ///
    /// `dynamodb:*` is not "what the function needs from DynamoDB": it deletes tables and backups, exports data to
    /// buckets of other accounts, and it grows with every action that AWS adds. A bug or a leaked credential reaches all
    /// of it. Many services have actions with which one can grant oneself more, `iam:*` and `lambda:*` first of all.
    /// "Security best practices in IAM" in the IAM User Guide asks for least-privilege permissions; AWS Security Hub
    /// checks the same in its controls IAM.1 and IAM.21.
    ///
    /// ## What is not reported
    ///
    /// - Trust policies and policies of resources, such as `kms:*` for the account in a key policy, which is the default.
    /// - `Deny` statements, and `NotAction`.
    /// - Services that do only one thing, such as `ssmmessages:*` and `ec2messages:*` for the Systems Manager agent,
    ///   `rds-db:*` and `execute-api:*`: they have no actions beyond those that such a policy is meant to allow.
    /// - Wildcards within an action, such as `dynamodb:Get*`.
    /// - Managed policies that the stack uses as permissions boundaries, or whose names say that they are: they limit and
    ///   allow nothing.
    ///
    /// There is no fix, since what the code needs stands in the code. IAM Access Analyzer can make a policy of what was
    /// used: see "IAM Access Analyzer policy generation".
    name: "iam-policy-service-wildcard-action",
    category: Security,
    severity: Warning,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: [
        "cfn_nag:F3",
        "cfn_nag:F4",
        "cfn_nag:F5",
        "checkov:CKV_AWS_62",
        "checkov:CKV_AWS_63",
        "cdk_nag:IAMPolicyNoStatementsWithAdminAccess",
        "cdk_nag:HIPAA.Security-IAMPolicyNoStatementsWithAdminAccess",
        "cdk_nag:NIST.800.53.R4-IAMPolicyNoStatementsWithAdminAccess",
        "cdk_nag:NIST.800.53.R5-IAMPolicyNoStatementsWithAdminAccess",
        "cdk_nag:PCI.DSS.321-IAMPolicyNoStatementsWithAdminAccess",
        "cdk_nag:IAMPolicyNoStatementsWithFullAccess",
        "cdk_nag:HIPAA.Security-IAMPolicyNoStatementsWithFullAccess",
        "cdk_nag:NIST.800.53.R5-IAMPolicyNoStatementsWithFullAccess",
        "cdk_nag:PCI.DSS.321-IAMPolicyNoStatementsWithFullAccess",
        "cdk_nag:LambdaStarPermissions",
        "cdk_nag:Serverless-LambdaStarPermissions",
        "guard:IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS",
        "guard:IAM_POLICY_NO_STATEMENTS_WITH_FULL_ACCESS",
        "guard:IAM_MANAGEDPOLICY_NO_STATEMENTS_WITH_FULL_ACCESS",
        "guard:IAM_ROLE_NO_WILDCARD_ACTIONS_ON_PERMISSIONS",
        "security_hub:IAM.1",
        "security_hub:IAM.21",
    ],
    founding: ["F02"],
    check: Check::Resources(policy::IDENTITY_TYPES, check),
}

/// Services whose actions are all of one kind: a caller who needs one of them gains nothing by the others.
const SMALL_SERVICES: [&str; 8] = [
    "codedeploy-commands-secure",
    "ec2messages",
    "execute-api",
    "mobileanalytics",
    "pricing",
    "rds-db",
    "ssmmessages",
    "vpc-lattice-svcs",
];

fn check(resource: &ResourceView<'_>, context: &mut Context<'_>) {
    for document in policy::documents(resource, policy::Kind::Identity) {
        for statement in policy::statements(&document, resource.declarations()).iter().filter(|it| it.allows()) {
            for text in statement.texts("Action") {
                let Some(action) = text.value.literal() else { continue };
                let Some(service) = service_of_all(action) else { continue };
                if SMALL_SERVICES.iter().any(|it| it.eq_ignore_ascii_case(service)) {
                    continue;
                }
                if policy::is_boundary(resource, context) {
                    return;
                }
                let message = if service != "*" {
                    format!(
                        "`{action}` allows every action of `{service}`, destructive ones and those that AWS adds later \
                         included. Name the actions that are needed."
                    )
                } else if statement.texts("Resource").iter().any(|it| it.value.literal() == Some("*")) {
                    format!(
                        "`{action}` on every resource is an administrator's policy: whoever holds it can do anything \
                         in the account. Name the actions and resources that are needed."
                    )
                } else {
                    format!(
                        "`{action}` allows every action of every service on these resources. Name the actions that \
                         are needed."
                    )
                };
                let around = when::around(resource.resource(), text.span());
                context.report(text.span(), when::said(&around, message));
            }
        }
    }
}

/// The service of which `action` is every action; `*` for all services.
fn service_of_all(action: &str) -> Option<&str> {
    let (service, name) = action.split_once(':').unwrap_or((action, "*"));
    let is_all = |it: &str| !it.is_empty() && it.bytes().all(|it| it == b'*');
    if !is_all(name) {
        return None;
    }
    let is_service = !service.is_empty() && service.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-');
    match (is_all(service), is_service && action.contains(':')) {
        (true, _) => Some("*"),
        (_, true) => Some(service),
        _ => None,
    }
}
