//! Keys.

use super::iam;
use crate::table::{Class, Form, row};

pub(crate) const CLASSES: &[Class] = &[Class {
    name: "aws-kms.Key",
    ty: "AWS::KMS::Key",
    retention: "Retain",
    rows: &[
        row("enableKeyRotation", "EnableKeyRotation", Form::Same),
        row("enabled", "Enabled", Form::Same),
        row("description", "Description", Form::Same),
        row("keySpec", "KeySpec", Form::Choice(SPECS)),
        row("keyUsage", "KeyUsage", Form::Choice(USAGES)),
        row("multiRegion", "MultiRegion", Form::Same),
        // There is no such prop: the material of a `Key` always comes from KMS.
        row("origin", "Origin", Form::Same),
        row("policy", "KeyPolicy", Form::Code(iam::document)),
    ],
}];

const SPECS: &[(&str, &str)] = &[
    ("SYMMETRIC_DEFAULT", "SYMMETRIC_DEFAULT"),
    ("RSA_2048", "RSA_2048"),
    ("RSA_3072", "RSA_3072"),
    ("RSA_4096", "RSA_4096"),
    ("ECC_NIST_P256", "ECC_NIST_P256"),
    ("ECC_NIST_P384", "ECC_NIST_P384"),
    ("ECC_NIST_P521", "ECC_NIST_P521"),
    ("ECC_SECG_P256K1", "ECC_SECG_P256K1"),
    ("HMAC_224", "HMAC_224"),
    ("HMAC_256", "HMAC_256"),
    ("HMAC_384", "HMAC_384"),
    ("HMAC_512", "HMAC_512"),
    ("SM2", "SM2"),
    ("ML_DSA_44", "ML_DSA_44"),
    ("ML_DSA_65", "ML_DSA_65"),
    ("ML_DSA_87", "ML_DSA_87"),
    ("ECC_NIST_EDWARDS25519", "ECC_NIST_EDWARDS25519"),
];

const USAGES: &[(&str, &str)] = &[
    ("ENCRYPT_DECRYPT", "ENCRYPT_DECRYPT"),
    ("SIGN_VERIFY", "SIGN_VERIFY"),
    ("GENERATE_VERIFY_MAC", "GENERATE_VERIFY_MAC"),
    ("KEY_AGREEMENT", "KEY_AGREEMENT"),
];
