//! Health checks of Route 53.

use crate::table::{Class, Form, row};

pub(crate) const CLASSES: &[Class] = &[Class {
    name: "aws-route53.HealthCheck",
    ty: "AWS::Route53::HealthCheck",
    retention: "",
    rows: &[
        row("type", "HealthCheckConfig.Type", Form::Choice(TYPES)),
        row("fqdn", "HealthCheckConfig.FullyQualifiedDomainName", Form::Same),
        row("ipAddress", "HealthCheckConfig.IPAddress", Form::Same),
        row("port", "HealthCheckConfig.Port", Form::Same),
        row("resourcePath", "HealthCheckConfig.ResourcePath", Form::Same),
        row("searchString", "HealthCheckConfig.SearchString", Form::Same),
    ],
}];

const TYPES: &[(&str, &str)] = &[
    ("HTTP", "HTTP"),
    ("HTTPS", "HTTPS"),
    ("HTTP_STR_MATCH", "HTTP_STR_MATCH"),
    ("HTTPS_STR_MATCH", "HTTPS_STR_MATCH"),
    ("TCP", "TCP"),
    ("CLOUDWATCH_METRIC", "CLOUDWATCH_METRIC"),
    ("CALCULATED", "CALCULATED"),
    ("RECOVERY_CONTROL", "RECOVERY_CONTROL"),
];
