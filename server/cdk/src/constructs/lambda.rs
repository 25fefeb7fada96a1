//! Functions.

use crate::evaluate::Given;
use crate::library;
use crate::lower::Lowering;
use crate::table::{Class, Form, Row, row};

pub(crate) const CLASSES: &[Class] = &[
    function("aws-lambda.DockerImageFunction"),
    function("aws-lambda.Function"),
    function("aws-lambda-nodejs.NodejsFunction"),
];

/// What depends on a folder or on a network, and is there without being known.
const ROWS: &[Row] = &[
    row("runtime", "Runtime", Form::Same),
    row("code", "Code", Form::Given),
    row("filesystem", "FileSystemConfigs", Form::Given),
    row("securityGroups", "VpcConfig", Form::Given),
    row("vpcSubnets", "VpcConfig", Form::Given),
];

const fn function(name: &'static str) -> Class {
    Class { name, ty: "AWS::Lambda::Function", rows: ROWS, retention: "" }
}

/// False for the security group of the table that a function does not make, since it is given others.
pub(crate) fn has(lowering: &Lowering<'_>, index: usize, class: &library::Class, made: &library::Made) -> bool {
    let is_group =
        class.name.starts_with("aws-lambda") && &*class.resources[made.resource].path == "SecurityGroup/Resource";
    !is_group || matches!(lowering.props_of(index).get("securityGroups"), Given::Absent)
}
