//! Templates that a tool completes on the way to CloudFormation.

use model::{Node, Resource, Stack};

/// The properties that may name a local file, which `aws cloudformation package` uploads, by the types that have them
/// (`package`, AWS CLI Command Reference).
const ARTIFACTS: &[(&str, &[&str])] = &[
    ("AWS::ApiGateway::RestApi", &["BodyS3Location"]),
    (
        "AWS::AppSync::FunctionConfiguration",
        &["CodeS3Location", "RequestMappingTemplateS3Location", "ResponseMappingTemplateS3Location"],
    ),
    ("AWS::AppSync::GraphQLSchema", &["DefinitionS3Location"]),
    (
        "AWS::AppSync::Resolver",
        &["CodeS3Location", "RequestMappingTemplateS3Location", "ResponseMappingTemplateS3Location"],
    ),
    ("AWS::CloudFormation::ModuleDefaultVersion", &["ModulePackage"]),
    ("AWS::CloudFormation::ModuleVersion", &["ModulePackage"]),
    ("AWS::CloudFormation::ResourceVersion", &["SchemaHandlerPackage"]),
    ("AWS::CloudFormation::Stack", &["TemplateURL"]),
    ("AWS::CloudFormation::StackSet", &["TemplateURL"]),
    ("AWS::CodeCommit::Repository", &["Code.S3"]),
    ("AWS::ElasticBeanstalk::ApplicationVersion", &["SourceBundle"]),
    ("AWS::Glue::Job", &["Command.ScriptLocation"]),
    ("AWS::Lambda::Function", &["Code"]),
    ("AWS::Lambda::LayerVersion", &["Content"]),
    ("AWS::StepFunctions::StateMachine", &["DefinitionS3Location"]),
];

/// True for a template that no one can deploy as it stands: it names local files, or is written for the SAM CLI, which
/// packages every template.
pub(crate) fn is_packaged(stack: &Stack) -> bool {
    is_for_sam(stack) || local_paths(stack).next().is_some()
}

/// True for a template that the SAM CLI deploys.
pub(crate) fn is_for_sam(stack: &Stack) -> bool {
    stack.declarations.transforms.iter().any(|it| it.text.starts_with("AWS::Serverless-"))
}

/// The values that name local files, with their resources.
pub(crate) fn local_paths(stack: &Stack) -> impl Iterator<Item = (&Resource, &Node)> {
    ARTIFACTS.iter().flat_map(move |(ty, properties)| {
        let resources = stack.resources_of(ty);
        resources.flat_map(move |it| {
            let nodes = properties.iter().filter_map(move |path| it.properties.get(path));
            nodes.filter(|it| is_local_path(it)).map(move |node| (&**it, node))
        })
    })
}

fn is_local_path(node: &Node) -> bool {
    let is_address = |it: &str| ["s3:", "http:", "https:"].iter().any(|scheme| it.starts_with(scheme));
    node.as_str().is_some_and(|it| !it.is_empty() && !is_address(it))
}
