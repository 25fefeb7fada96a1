//! What answers the fields of GraphQL APIs.

use crate::table::{Class, Form, row};

pub(crate) const CLASSES: &[Class] = &[
    Class {
        name: "aws-appsync.Resolver",
        ty: "AWS::AppSync::Resolver",
        retention: "",
        rows: &[
            row("api", "ApiId", Form::Reference("ApiId")),
            row("typeName", "TypeName", Form::Same),
            row("fieldName", "FieldName", Form::Same),
            row("maxBatchSize", "MaxBatchSize", Form::Same),
        ],
    },
    Class {
        name: "aws-appsync.AppsyncFunction",
        ty: "AWS::AppSync::FunctionConfiguration",
        retention: "",
        rows: &[
            row("api", "ApiId", Form::Reference("ApiId")),
            row("name", "Name", Form::Same),
            row("description", "Description", Form::Same),
            row("maxBatchSize", "MaxBatchSize", Form::Same),
        ],
    },
];
