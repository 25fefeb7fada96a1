use crate::facts::{below, branches};
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A disk of a machine is not encrypted.
    ///
    /// An instance, a launch template or a launch configuration describes a volume (`BlockDeviceMappings` with `Ebs`) that has no
    /// `Encrypted`, or has it `false`: what the machine writes to it, and all of its snapshots, are kept as they are, unless the
    /// account encrypts every new volume of the Region. That is a setting of the account which no template shows, and off unless
    /// somebody turned it on ("Amazon EBS encryption" in the Amazon EBS User Guide; control EC2.3 of AWS Security Hub).
    ///
    /// ## What is not reported
    ///
    /// - Machines that describe no volume: their image decides.
    /// - Volumes made of a snapshot, which are encrypted as that is; those that name a key; disks of the machine itself
    ///   (`VirtualName`), and those that are left out (`NoDevice`).
    /// - A value that is not known before deployment.
    ///
    /// ## Fix
    ///
    /// Encrypts the volume with the key of Amazon EBS. It is unsafe: CloudFormation makes another machine in the place of one
    /// that is there already.
    name: "ec2-block-device-unencrypted",
    category: Security,
    severity: Warning,
    fix: Some(Unsafe),
    front_ends: FrontEnds::Both,
    aliases: [
        "checkov:CKV_AWS_8",
        "cdk_nag:EC2EBSVolumeEncrypted",
        "cdk_nag:AwsSolutions-EC26",
        "security_hub:EC2.3",
        "security_hub:EC2.181",
    ],
    founding: ["F13"],
    check: Check::Resources(
        &["AWS::AutoScaling::LaunchConfiguration", "AWS::EC2::Instance", "AWS::EC2::LaunchTemplate"],
        check,
    ),
}

fn check(machine: &ResourceView<'_>, cx: &mut Context<'_>) {
    let path = match machine.ty.text.as_str() {
        "AWS::EC2::LaunchTemplate" => "LaunchTemplateData/BlockDeviceMappings/*",
        _ => "BlockDeviceMappings/*",
    };
    for device in below::at(&machine.all(), path) {
        let volume = device.get("Ebs");
        let Some(node) = volume.written().filter(|it| it.as_map().is_some()) else { continue };
        let alternatives = branches::all(&volume.get("Encrypted"));
        let Some(off) = alternatives.iter().find(|it| it.is_off()) else { continue };
        let says_more = ["KmsKeyId", "SnapshotId"].iter().any(|it| volume.get(it).may_be_set());
        if says_more || device.get("NoDevice").may_be_set() {
            continue;
        }
        let name = device.get("DeviceName").as_str().map(|it| format!("the disk `{it}`"));
        let message = format!(
            "`{}` leaves {} and its snapshots unencrypted{}, unless a setting of the account sees to it. Encrypt it: it costs \
             nothing.",
            machine.id.text,
            name.as_deref().unwrap_or("a disk"),
            off.when()
        );
        let change = Change::SetIn { map: node.span, path: "Encrypted".to_owned(), value: Literal::Bool(true) };
        cx.report(off.span, message).fix("Encrypt the disk", vec![change]);
    }
}
