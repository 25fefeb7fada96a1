use crate::facts::spelling::nearest;
use crate::facts::wording::rename;
use crate::prelude::*;
use crate::rule::rule;
use schema::serverless::find;
use schema::template::CLOSED_TRANSFORMS;

rule! {
    /// A resource of AWS SAM has a property that its type does not have.
    ///
    /// The transform `AWS::Serverless-2016-10-31` refuses it, and the template with it: "property Foo not defined for
    /// resource of type AWS::Serverless::Function". Many names differ from those of the types that are made of it: a function
    /// of SAM has `CodeUri` for `Code`, `Tracing` for `TracingConfig`. See "AWS SAM resource and property reference" in the
    /// AWS Serverless Application Model Developer Guide.
    ///
    /// A name that is like no other may belong to a newer version of SAM, so it is a warning.
    ///
    /// ## Fix
    ///
    /// Writes the name that differs by a letter or two.
    name: "serverless-unknown-property",
    category: Correctness,
    severity: Error,
    fix: Some(Safe),
    front_ends: FrontEnds::Template,
    aliases: ["cfn_lint:E0001"],
    founding: [],
    check: Check::Resources(
        &[
            "AWS::Serverless::Api",
            "AWS::Serverless::Application",
            "AWS::Serverless::CapacityProvider",
            "AWS::Serverless::Connector",
            "AWS::Serverless::Function",
            "AWS::Serverless::GraphQLApi",
            "AWS::Serverless::HttpApi",
            "AWS::Serverless::LayerVersion",
            "AWS::Serverless::SimpleTable",
            "AWS::Serverless::StateMachine",
            "AWS::Serverless::WebSocketApi",
        ],
        check,
    ),
}

/// What authors write who know the type that is made of it: type, its property, what SAM has for it.
const INSTEAD: &[(&str, &str, &str)] = &[
    ("Api", "Body", "DefinitionBody"),
    ("Function", "Code", "CodeUri"),
    ("Function", "DeadLetterConfig", "DeadLetterQueue"),
    ("Function", "TracingConfig", "Tracing"),
    ("HttpApi", "Body", "DefinitionBody"),
    ("LayerVersion", "Content", "ContentUri"),
    ("StateMachine", "DefinitionS3Location", "DefinitionUri"),
    ("StateMachine", "DefinitionString", "Definition"),
    ("StateMachine", "LoggingConfiguration", "Logging"),
    ("StateMachine", "RoleArn", "Role"),
    ("StateMachine", "StateMachineName", "Name"),
    ("StateMachine", "StateMachineType", "Type"),
    ("StateMachine", "TracingConfiguration", "Tracing"),
];

fn check(resource: &ResourceView<'_>, cx: &mut Context<'_>) {
    let Some(ty) = find(&resource.ty.text) else { return };
    let Some(map) = resource.resource().properties.as_map() else { return };
    let is_closed = |it: &Name| CLOSED_TRANSFORMS.iter().any(|known| it.text.starts_with(known));
    if !cx.declarations().transforms.iter().all(is_closed) {
        return;
    }
    for (name, _) in map.entries.iter().filter(|(it, _)| !ty.properties.contains(&it.text.as_str())) {
        let text = name.text.as_str();
        let message =
            format!("`{}` has no property `{text}`, so the transform refuses the template.", resource.ty.text);
        if let Some((.., word)) = INSTEAD.iter().find(|it| it.0 == ty.name && it.1 == text) {
            cx.report(name.span, format!("{message} `{word}` takes its place."));
        } else if let Some(word) = nearest(text, ty.properties.iter().copied().filter(|it| map.get(it).is_none())) {
            cx.report(name.span, format!("{message} Did you mean `{word}`?"))
                .fix(format!("Write `{word}`"), vec![rename(name, word)]);
        } else {
            let message = format!("`{}` is not known to have a property `{text}`.", resource.ty.text);
            cx.report(name.span, message).at_most(Warning);
        }
    }
}
