//! Keys.

use super::iam;
use crate::table::{Class, Form, row};

pub(crate) const CLASSES: &[Class] = &[Class {
    name: "aws-kms.Key",
    ty: "AWS::KMS::Key",
    retention: "Retain",
    rows: &[
        // There is no such prop: the material of a `Key` always comes from KMS.
        row("origin", "Origin", Form::Same),
        row("policy", "KeyPolicy", Form::Code(iam::document)),
    ],
}];
