use crate::facts::switch;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A file system of Amazon EFS is not encrypted at rest.
    ///
    /// It has no `Encrypted`, or has it `false`. The console encrypts every new file system; one that CloudFormation makes is
    /// encrypted only if it is asked for. Encryption costs nothing, and can be chosen only when the file system is made. See
    /// "Encrypting data at rest" in the Amazon EFS User Guide, and control EFS.1 of AWS Security Hub. The CDK asks for it by
    /// itself (with the feature flag `@aws-cdk/aws-efs:defaultEncryptionAtRest`, which new programs have).
    ///
    /// ## What is not reported
    ///
    /// File systems that name a key, which Amazon EFS refuses unless they are encrypted, and a value that is not known before
    /// deployment.
    ///
    /// ## Fix
    ///
    /// Encrypts the file system with the key of Amazon EFS. It is unsafe: CloudFormation makes an empty one in the place of one
    /// that is there already. Where the default of a parameter decides, that is changed.
    name: "efs-file-system-unencrypted",
    category: Security,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: [
        "checkov:CKV_AWS_42",
        "cfn_nag:F32",
        "cdk_nag:EFSEncrypted",
        "cdk_nag:AwsSolutions-EFS1",
        "cdk_nag:HIPAA.Security-EFSEncrypted",
        "cdk_nag:NIST.800.53.R4-EFSEncrypted",
        "cdk_nag:NIST.800.53.R5-EFSEncrypted",
        "cdk_nag:PCI.DSS.321-EFSEncrypted",
        "guard:EFS_ENCRYPTED_CHECK",
        "security_hub:EFS.1",
        "security_hub:EFS.8",
    ],
    founding: ["F13"],
    check: Check::Resources(&["AWS::EFS::FileSystem"], check),
}

fn check(files: &ResourceView<'_>, cx: &mut Context<'_>) {
    let Some(off) = switch::off(files, "Encrypted") else { return };
    if switch::may_set(files, &["KmsKeyId"]) {
        return;
    }
    let message = format!(
        "The files in `{}` are kept unencrypted{}. Encrypt it from the start: it cannot be done later without moving the \
         files.",
        files.id.text, off.when
    );
    off.fix(cx.report(off.span, message), "Encrypt the file system");
}
