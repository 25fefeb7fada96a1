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
    ("GetStackOutput", "Fn::GetStackOutput"),
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

/// What a function takes.
#[derive(Debug)]
pub struct Shape {
    /// Its full name.
    pub function: &'static str,
    /// What it takes, in words.
    pub takes: &'static str,
    /// An example of its argument.
    pub form: &'static str,
    /// How many arguments, at least and at most, where they stand in a list.
    pub list: Option<(usize, usize)>,
    /// The keys that it must have and may have, where it takes a map; none for a map of any keys.
    pub map: Option<(&'static [&'static str], &'static [&'static str])>,
    /// It takes a string.
    pub text: bool,
    /// It takes a function in the place of its whole argument.
    pub function_argument: bool,
}

const fn listed(function: &'static str, takes: &'static str, form: &'static str, least: usize, most: usize) -> Shape {
    Shape { function, takes, form, list: Some((least, most)), map: None, text: false, function_argument: false }
}

const fn single(function: &'static str, takes: &'static str, form: &'static str, function_argument: bool) -> Shape {
    Shape { function, takes, form, list: None, map: None, text: true, function_argument }
}

/// What each function takes. `Fn::ForEach` carries a name in its own, and is not among them.
pub const SHAPES: &[Shape] = &[
    listed("Fn::And", "two to ten conditions", "[condition, condition]", 2, 10),
    single("Fn::Base64", "a string", "text", true),
    listed("Fn::Cidr", "a CIDR block, a count and a count of bits", "[ipBlock, count, cidrBits]", 2, 3),
    single("Condition", "the name of a condition", "Name", false),
    listed("Fn::Contains", "a list and a value", "[[value, value], value]", 2, 2),
    listed("Fn::EachMemberEquals", "a list and a value", "[[value, value], value]", 2, 2),
    listed("Fn::EachMemberIn", "two lists", "[[value, value], [value, value]]", 2, 2),
    listed("Fn::Equals", "two values", "[value, value]", 2, 2),
    listed("Fn::FindInMap", "a mapping and two keys", "[Mapping, firstKey, secondKey]", 3, 4),
    single("Fn::GetAZs", "a region", "region", true),
    Shape { text: true, ..listed("Fn::GetAtt", "a resource and an attribute", "[Resource, Attribute]", 2, usize::MAX) },
    Shape {
        map: Some((&["StackName", "OutputName"], &["Region", "RoleArn"])),
        text: false,
        ..single(
            "Fn::GetStackOutput",
            "the name of a stack and of its output",
            "{StackName: ..., OutputName: ...}",
            false,
        )
    },
    listed("Fn::If", "the name of a condition and two values", "[Condition, valueIfTrue, valueIfFalse]", 3, 3),
    single("Fn::ImportValue", "the name of an export", "name", true),
    listed("Fn::Join", "a delimiter and a list", "[delimiter, [value, value]]", 2, 2),
    Shape { list: Some((0, usize::MAX)), text: false, ..single("Fn::Length", "a list", "[value, value]", true) },
    listed("Fn::Not", "one condition", "[condition]", 1, 1),
    listed("Fn::Or", "two to ten conditions", "[condition, condition]", 2, 10),
    single("Ref", "the name of a parameter or a resource", "Name", false),
    single("Fn::RefAll", "the type of a parameter", "AWS::EC2::VPC::Id", false),
    listed("Fn::Select", "an index and a list", "[index, [value, value]]", 2, 2),
    listed("Fn::Split", "a delimiter and a string", "[delimiter, text]", 2, 2),
    Shape {
        text: true,
        ..listed("Fn::Sub", "a string, or a string and a map of variables", "[text, {Name: value}]", 2, 2)
    },
    Shape {
        list: Some((1, usize::MAX)),
        map: Some((&[], &[])),
        text: false,
        ..single("Fn::ToJsonString", "a map or a list", "{key: value}", true)
    },
    Shape {
        list: Some((1, usize::MAX)),
        map: Some((&["Name"], &["Parameters"])),
        text: false,
        ..single("Fn::Transform", "the name of a macro and its parameters", "{Name: ..., Parameters: {...}}", false)
    },
    listed("Fn::ValueOf", "a parameter and an attribute of it", "[Parameter, attribute]", 2, 2),
    listed("Fn::ValueOfAll", "the type of a parameter and an attribute", "[AWS::EC2::VPC::Id, attribute]", 2, 2),
];

/// What the function called `name` takes.
pub fn shape(name: &str) -> Option<&'static Shape> {
    SHAPES.iter().find(|it| it.function == name)
}

/// The start of a dynamic reference, which CloudFormation replaces by what it names: `{{resolve:ssm:Name}}`.
pub const DYNAMIC_REFERENCE: &str = "{{resolve:";

/// The properties that take a dynamic reference to a secure string of Systems Manager, by type.
///
/// See "Resources that support dynamic parameter patterns for secure strings" in the AWS CloudFormation User Guide.
pub const SECURE_STRING_PROPERTIES: &[(&str, &str)] = &[
    ("AWS::DirectoryService::MicrosoftAD", "Password"),
    ("AWS::DirectoryService::SimpleAD", "Password"),
    ("AWS::ElastiCache::ReplicationGroup", "AuthToken"),
    ("AWS::IAM::User", "LoginProfile.Password"),
    ("AWS::KinesisFirehose::DeliveryStream", "RedshiftDestinationConfiguration.Password"),
    ("AWS::OpsWorks::App", "AppSource.Password"),
    ("AWS::OpsWorks::Stack", "CustomCookbooksSource.Password"),
    ("AWS::OpsWorks::Stack", "RdsDbInstances.DbPassword"),
    ("AWS::RDS::DBCluster", "MasterUserPassword"),
    ("AWS::RDS::DBInstance", "MasterUserPassword"),
    ("AWS::Redshift::Cluster", "MasterUserPassword"),
];

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

/// True for what may stand between `${` and `}` in `Fn::Sub`.
pub fn is_substitution(name: &str) -> bool {
    name.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '_' | '.' | ':'))
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

/// True for the types of resources that CloudFormation can take a snapshot of before it deletes them.
///
/// See "DeletionPolicy options" in the AWS CloudFormation User Guide.
pub fn takes_snapshots(resource_type: &str) -> bool {
    matches!(
        resource_type,
        "AWS::DocDB::DBCluster"
            | "AWS::EC2::Volume"
            | "AWS::ElastiCache::CacheCluster"
            | "AWS::ElastiCache::ReplicationGroup"
            | "AWS::Neptune::DBCluster"
            | "AWS::RDS::DBCluster"
            | "AWS::RDS::DBInstance"
            | "AWS::Redshift::Cluster"
    )
}
