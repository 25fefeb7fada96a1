use crate::facts::switch;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A volume of Amazon EBS is not encrypted.
    ///
    /// It has no `Encrypted`, or has it `false`: what is written to it, and all of its snapshots, are kept as they are, unless
    /// the account encrypts every new volume of the Region. That is a setting of the account which no template shows, and off
    /// unless somebody turned it on ("Amazon EBS encryption" in the Amazon EBS User Guide; control EC2.3 of AWS Security Hub).
    ///
    /// ## What is not reported
    ///
    /// Volumes made of a snapshot or of another volume, which are encrypted as that is; those on AWS Outposts, which always
    /// are; those that name a key; and a value that is not known before deployment.
    ///
    /// ## Fix
    ///
    /// Encrypts the volume with the key of Amazon EBS. It is unsafe: CloudFormation makes an empty volume in the place of one
    /// that is there already. Where the default of a parameter decides, that is changed.
    name: "ebs-volume-unencrypted",
    category: Security,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: [
        "checkov:CKV_AWS_3",
        "cfn_nag:F1",
        "cdk_nag:EC2EBSVolumeEncrypted",
        "cdk_nag:AwsSolutions-EC26",
        "guard:ENCRYPTED_VOLUMES",
        "security_hub:EC2.3",
    ],
    founding: ["F13"],
    check: Check::Resources(&["AWS::EC2::Volume"], check),
}

const DECIDED_BY: &[&str] = &["KmsKeyId", "OutpostArn", "SnapshotId", "SourceVolumeId"];

fn check(volume: &ResourceView<'_>, cx: &mut Context<'_>) {
    let Some(off) = switch::off(volume, "Encrypted") else { return };
    if switch::may_set(volume, DECIDED_BY) {
        return;
    }
    let message = format!(
        "`{}` and its snapshots are not encrypted{}, unless a setting of the account sees to it. Encrypt it from the start: \
         it cannot be done later without moving the data.",
        volume.id.text, off.when
    );
    off.fix(cx.report(off.span, message), "Encrypt the volume");
}
