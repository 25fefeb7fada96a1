use crate::facts::branches;
use crate::prelude::*;
use crate::rule::rule;

rule! {
    /// A KMS key does not rotate its key material.
    ///
    /// A symmetric customer key has no `EnableKeyRotation`, which means that it never rotates, or has it `false`. A key
    /// whose rotation depends on a condition is reported when some branch leaves it off, and the message names the
    /// condition.
    ///
    /// ## Why
    ///
    /// Without rotation all data that a key ever protects hangs on one piece of key material. With rotation, AWS KMS
    /// makes new material every year (or at the `RotationPeriodInDays` that the key states), keeps the old for what was
    /// encrypted with it, and changes neither ARN nor policy: no application notices. See "Rotate AWS KMS keys" in the
    /// AWS KMS Developer Guide, and control KMS.4 of AWS Security Hub.
    ///
    /// ## What is not reported
    ///
    /// - Keys which cannot rotate automatically: asymmetric and HMAC keys (`KeySpec`), keys with imported material and
    ///   keys in a custom key store (`Origin`).
    /// - Replica keys: they follow their primary key.
    /// - A value that is not known before deployment.
    ///
    /// ## Fix
    ///
    /// Turns rotation on. The key is changed in place, and nothing has to be encrypted again.
    name: "kms-key-rotation-disabled",
    category: Security,
    severity: Warning,
    fix: Some(Safe),
    front_ends: FrontEnds::Both,
    aliases: [
        "checkov:CKV_AWS_7",
        "cfn_nag:F19",
        "cdk_nag:KMSBackingKeyRotationEnabled",
        "cdk_nag:AwsSolutions-KMS5",
        "cdk_nag:NIST.800.53.R4-KMSBackingKeyRotationEnabled",
        "cdk_nag:NIST.800.53.R5-KMSBackingKeyRotationEnabled",
        "cdk_nag:PCI.DSS.321-KMSBackingKeyRotationEnabled",
        "guard:CMK_BACKING_KEY_ROTATION_ENABLED",
        "security_hub:KMS.4",
    ],
    founding: ["F20"],
    check: Check::Resources(&["AWS::KMS::Key"], check),
}

fn check(key: &ResourceView<'_>, context: &mut Context<'_>) {
    let has_default = |path, default| {
        let property = key.property(path);
        property.is_absent() || property.is(default)
    };
    if !has_default("KeySpec", "SYMMETRIC_DEFAULT") || !has_default("Origin", "AWS_KMS") {
        return;
    }
    let alternatives = branches::of(key, "EnableKeyRotation");
    let Some(off) = alternatives.iter().find(|it| it.is_off()) else { return };
    let rotation = key.property("EnableKeyRotation");
    let id = &key.id;
    let span = if rotation.is_absent() { id.span } else { off.span };
    let message = format!(
        "`{}` never gets new key material{}, so all that it ever protects hangs on one secret. Turn on yearly rotation; \
         nothing that uses the key has to change.",
        id.text,
        off.when(),
    );
    context.report(span, message).fix("Turn on key rotation", vec![rotation.set(Literal::Bool(true))]);
}
