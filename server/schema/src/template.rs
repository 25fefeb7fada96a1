//! The words of CloudFormation templates themselves, whatever they declare.
//!
//! See "Template sections", "Intrinsic function reference", "Pseudo parameters reference" and "Resource attribute
//! reference" in the AWS CloudFormation User Guide.

/// The root keys of a template, in the order in which authors write them.
pub const SECTIONS: &[&str] = &[
    "AWSTemplateFormatVersion",
    "Description",
    "Transform",
    "Metadata",
    "Globals",
    "Parameters",
    "Rules",
    "Mappings",
    "Conditions",
    "Hooks",
    "Resources",
    "Outputs",
];

/// The root keys that tools read and take out before CloudFormation sees the template: modules and constants of Rain and of
/// `aws cloudformation package`.
pub const TOOL_SECTIONS: &[&str] = &["Constants", "Modules", "Packages", "Rain"];

/// The only version of the format of templates.
pub const FORMAT_VERSION: &str = "2010-09-09";

/// The root keys that authors write before everything that is declared.
pub const PREAMBLE: &[&str] = &["AWSTemplateFormatVersion", "Description", "Transform", "Metadata"];

/// What stands beside `Type` and `Properties` in a resource.
pub const RESOURCE_ATTRIBUTES: &[&str] =
    &["Condition", "CreationPolicy", "DeletionPolicy", "DependsOn", "Metadata", "UpdatePolicy", "UpdateReplacePolicy"];

/// The attributes that `AWS::Serverless` reads beside those of every resource.
pub const SERVERLESS_ATTRIBUTES: &[&str] = &["Connectors", "IgnoreGlobals"];

/// What a parameter may say.
pub const PARAMETER_KEYS: &[&str] = &[
    "AllowedPattern",
    "AllowedValues",
    "ConstraintDescription",
    "Default",
    "Description",
    "MaxLength",
    "MaxValue",
    "MinLength",
    "MinValue",
    "NoEcho",
    "Type",
];

/// What an output may say.
pub const OUTPUT_KEYS: &[&str] = &["Condition", "Description", "Export", "Value"];

/// The pseudo parameters.
pub const PSEUDO_PARAMETERS: &[&str] = &[
    "AWS::AccountId",
    "AWS::NoValue",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];

/// The intrinsic functions: the tag of the short form in YAML without its `!`, and the key of the long form.
pub const FUNCTIONS: &[(&str, &str)] = &[
    ("And", "Fn::And"),
    ("Base64", "Fn::Base64"),
    ("Cidr", "Fn::Cidr"),
    ("Condition", "Condition"),
    ("Contains", "Fn::Contains"),
    ("EachMemberEquals", "Fn::EachMemberEquals"),
    ("EachMemberIn", "Fn::EachMemberIn"),
    ("Equals", "Fn::Equals"),
    ("FindInMap", "Fn::FindInMap"),
    ("GetAZs", "Fn::GetAZs"),
    ("GetAtt", "Fn::GetAtt"),
    ("If", "Fn::If"),
    ("ImportValue", "Fn::ImportValue"),
    ("Join", "Fn::Join"),
    ("Length", "Fn::Length"),
    ("Not", "Fn::Not"),
    ("Or", "Fn::Or"),
    ("Ref", "Ref"),
    ("RefAll", "Fn::RefAll"),
    ("Select", "Fn::Select"),
    ("Split", "Fn::Split"),
    ("Sub", "Fn::Sub"),
    ("ToJsonString", "Fn::ToJsonString"),
    ("Transform", "Fn::Transform"),
    ("ValueOf", "Fn::ValueOf"),
    ("ValueOfAll", "Fn::ValueOfAll"),
];

/// The start of a dynamic reference, which CloudFormation replaces by what it names: `{{resolve:ssm:Name}}`.
pub const DYNAMIC_REFERENCE: &str = "{{resolve:";

/// The start of the key of a loop: `Fn::ForEach::Name`.
pub const LOOP_PREFIX: &str = "Fn::ForEach::";

/// The transforms of AWS that declare nothing under a name of the author's choice, by the start of their names.
pub const CLOSED_TRANSFORMS: &[&str] = &[
    "AWS::CodeDeployBlueGreen",
    "AWS::LanguageExtensions",
    "AWS::SecretsManager-",
    "AWS::Serverless-",
    "AWS::ServiceCatalog",
];

/// The full name of the function whose short form is `tag` (without the `!`).
pub fn function_of_tag(tag: &str) -> Option<&'static str> {
    FUNCTIONS.iter().find(|(short, _)| *short == tag).map(|(_, long)| *long)
}

/// The short form, without the `!`, of the function called `name`.
pub fn tag_of_function(name: &str) -> Option<&'static str> {
    FUNCTIONS.iter().find(|(_, long)| *long == name).map(|(short, _)| *short)
}

/// True when a mapping whose only key is `key` is the long form of a function. `Condition` is one only within
/// conditions, where the caller knows it.
pub fn is_function_key(key: &str) -> bool {
    key == "Ref" || key.starts_with("Fn::")
}

/// True for a word that looks like the type of a resource: `AWS::S3::Bucket`, `Custom::Anything`,
/// `Organisation::Service::Resource`.
pub fn is_resource_type(word: &str) -> bool {
    let mut parts = word.split("::");
    let Some(first) = parts.next() else { return false };
    let is_word = |part: &str| part.chars().next().is_some_and(|it| it.is_ascii_alphanumeric());
    let rest: Vec<&str> = parts.collect();
    is_word(first)
        && rest.iter().all(|it| is_word(it))
        && match first {
            "AWS" | "Custom" | "Alexa" => !rest.is_empty(),
            _ => rest.len() >= 2,
        }
}
