use crate::facts::{policy, when};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A property wants the ARN of a role, and what it has is none.
    ///
    /// The role of a backup selection, of a compute environment or a Spot Fleet, the execution role of a task and the role
    /// with which a bucket replicates are given by their ARN, `arn:aws:iam::account:role/name`: not by the name of the role,
    /// and not by the ARN of a user or an instance profile.
    ///
    /// ## Why
    ///
    /// The service refuses it when the stack is deployed.
    ///
    /// ## What is not reported
    ///
    /// ARNs of which a part is known at deployment only, as long as what is known fits; and names where the service takes
    /// them too, as Amazon ECS and AWS Batch do.
    name: "iam-invalid-role-arn",
    category: Correctness,
    severity: Error,
    fix: None,
    front_ends: FrontEnds::Both,
    aliases: ["cfn_lint:E3511"],
    founding: [],
    check: Check::Resources(
        &[
            "AWS::Backup::BackupSelection",
            "AWS::Batch::ComputeEnvironment",
            "AWS::EC2::SpotFleet",
            "AWS::ECS::TaskDefinition",
            "AWS::S3::Bucket",
        ],
        check,
    ),
}

/// The type, the property, and whether the service takes the name of a role as well.
const PLACES: &[(&str, &str, bool)] = &[
    ("AWS::Backup::BackupSelection", "BackupSelection.IamRoleArn", false),
    ("AWS::Batch::ComputeEnvironment", "ComputeResources.SpotIamFleetRole", false),
    ("AWS::Batch::ComputeEnvironment", "ServiceRole", true),
    ("AWS::EC2::SpotFleet", "SpotFleetRequestConfigData.IamFleetRole", false),
    ("AWS::ECS::TaskDefinition", "ExecutionRoleArn", true),
    ("AWS::S3::Bucket", "ReplicationConfiguration.Role", false),
];

/// Stands for what is not known.
const HOLE: char = '\u{fffc}';

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    for (_, path, takes_names) in PLACES.iter().filter(|it| it.0 == resource.ty.text) {
        for text in policy::certain_texts(&resource.property(path), resource.declarations()) {
            let arn = text.filled(HOLE);
            if may_be_role(&arn) || arn.contains("{{resolve:") || *takes_names && !arn.contains(':') {
                continue;
            }
            let message = format!(
                "`{}` is not the ARN of a role, which is like `arn:aws:iam::111122223333:role/name`.",
                text.shown()
            );
            let around = when::around(resource.resource(), text.span());
            cx.report(text.span(), when::said(&around, message));
        }
    }
}

/// True when what is not known can be such that this is the ARN of a role.
fn may_be_role(arn: &str) -> bool {
    if arn.contains(HOLE) {
        // What is not known may hold colons: what goes before it must fit, and the path behind all colons.
        let known: Vec<&str> = arn.split(HOLE).next().unwrap_or_default().split(':').collect();
        let wanted = ["arn", "aws", "iam", "", "", "role/"];
        let is_last = |index: usize| index + 1 == known.len();
        return known.len() <= wanted.len()
            && known.iter().zip(wanted).enumerate().all(|(index, (part, wanted))| match index {
                1 => part.starts_with("aws") || is_last(index) && "aws".starts_with(part),
                4 => part.bytes().all(|it| it.is_ascii_digit()),
                5 => part.starts_with(wanted) || wanted.starts_with(part),
                _ => *part == wanted || is_last(index) && wanted.starts_with(part),
            });
    }
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [prefix, partition, service, region, account, name] = parts[..] else { return false };
    let is_account = account.len() == 12 && account.bytes().all(|it| it.is_ascii_digit());
    let is_name =
        |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric() || b"_+=,.@-/".contains(&it));
    prefix == "arn"
        && (partition.is_empty() || partition.starts_with("aws"))
        && service == "iam"
        && region.is_empty()
        && is_account
        && name.strip_prefix("role/").is_some_and(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_told_from_others() {
        for good in [
            "arn:aws:iam::111122223333:role/name",
            "arn:aws:iam::111122223333:role/service-role/name",
            "arn:aws:iam::\u{fffc}:role/name",
            "arn:\u{fffc}:iam::111122223333:role/name",
            "\u{fffc}",
            "arn:aws:iam::111122223333:role/\u{fffc}",
        ] {
            assert!(may_be_role(good), "{good}");
        }
        for bad in [
            "name",
            "arn:aws:iam::111122223333:user/\u{fffc}",
            "arn:aws:iam::111122223333:instance-profile/a",
            "role-\u{fffc}",
        ] {
            assert!(!may_be_role(bad), "{bad}");
        }
    }
}
