//! What the words of templates mean, in a sentence or two, and the page of AWS's documentation that says more.
//!
//! The words themselves are in [`template`](crate::template) and [`parameter`](crate::parameter); every one of them is
//! explained here.

/// What a word means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The word.
    pub name: &'static str,
    /// What it means, or does; Markdown.
    pub text: &'static str,
    /// An example of its value, where the word stands for one.
    pub example: Option<&'static str>,
    page: &'static str,
}

impl Entry {
    /// The address of the page of AWS's documentation.
    pub fn link(&self) -> String {
        match self.page.split_once(':') {
            Some(("guide", page)) => format!("{DOCS}/AWSCloudFormation/latest/UserGuide/{page}"),
            Some(("sam", page)) => format!("{DOCS}/serverless-application-model/latest/developerguide/{page}"),
            _ => format!("{DOCS}/AWSCloudFormation/latest/TemplateReference/{}", self.page),
        }
    }
}

const DOCS: &str = "https://docs.aws.amazon.com";

/// The intrinsic function of this full name (`Fn::Sub`, `Ref`, `Fn::ForEach`).
pub fn function(name: &str) -> Option<&'static Entry> {
    let name = if name.starts_with(crate::template::LOOP_PREFIX) { "Fn::ForEach" } else { name };
    find(FUNCTIONS, name)
}

/// The pseudo parameter of this name.
pub fn pseudo_parameter(name: &str) -> Option<&'static Entry> {
    find(PSEUDO_PARAMETERS, name)
}

/// The section of a template.
pub fn section(name: &str) -> Option<&'static Entry> {
    find(SECTIONS, name)
}

/// What stands beside `Properties` in a resource, and these two.
pub fn resource_attribute(name: &str) -> Option<&'static Entry> {
    find(RESOURCE_ATTRIBUTES, name)
}

/// What a parameter may say.
pub fn parameter_key(name: &str) -> Option<&'static Entry> {
    find(PARAMETER_KEYS, name)
}

/// What an output may say.
pub fn output_key(name: &str) -> Option<&'static Entry> {
    find(OUTPUT_KEYS, name)
}

/// The transform of this name, with its version.
pub fn transform(name: &str) -> Option<&'static Entry> {
    TRANSFORMS.iter().find(|it| name == it.name || name.strip_prefix(it.name).is_some_and(|rest| rest.starts_with('-')))
}

/// The type of a parameter, without `List<...>` and `AWS::SSM::Parameter::Value<...>` around it.
pub fn parameter_type(name: &str) -> Option<&'static Entry> {
    find(PARAMETER_TYPES, name)
}

/// The page of AWS's documentation about dynamic references.
pub fn dynamic_reference_link() -> String {
    format!("{DOCS}/AWSCloudFormation/latest/UserGuide/dynamic-references.html")
}

/// The page of AWS's documentation about a type of resource; `None` for a type that AWS does not document.
pub fn type_link(ty: &str) -> Option<String> {
    let mut parts = ty.split("::");
    match (parts.next()?, parts.next()?, parts.next()?, parts.next()) {
        ("AWS", "Serverless", name, None) => {
            let name = name.to_ascii_lowercase();
            Some(format!("{DOCS}/serverless-application-model/latest/developerguide/sam-resource-{name}.html"))
        }
        ("AWS", service, name, None) => {
            let page = format!("{service}-{name}").to_ascii_lowercase();
            Some(format!("{DOCS}/AWSCloudFormation/latest/TemplateReference/aws-resource-{page}.html"))
        }
        _ => None,
    }
}

/// The page about a property of a type, or of `definition`, a definition within its schema.
pub fn property_link(ty: &str, definition: Option<&str>, property: &str) -> Option<String> {
    let page = type_link(ty)?;
    let (_, name) = ty.split_once("::").filter(|(vendor, name)| *vendor == "AWS" && !name.starts_with("Serverless"))?;
    let mut anchor = name.replace("::", "-").to_ascii_lowercase();
    let page = match definition {
        None => page,
        Some(definition) => {
            anchor = format!("{anchor}-{}", definition.to_ascii_lowercase());
            format!("{DOCS}/AWSCloudFormation/latest/TemplateReference/aws-properties-{anchor}.html")
        }
    };
    Some(format!("{page}#cfn-{anchor}-{}", property.to_ascii_lowercase()))
}

fn find(entries: &'static [Entry], name: &str) -> Option<&'static Entry> {
    entries.iter().find(|it| it.name == name)
}

const fn entry(name: &'static str, page: &'static str, text: &'static str) -> Entry {
    Entry { name, text, example: None, page }
}

const fn shown(name: &'static str, example: &'static str, text: &'static str) -> Entry {
    Entry { name, text, example: Some(example), page: "pseudo-parameter-reference.html" }
}

const FUNCTIONS: &[Entry] = &[
    entry(
        "Condition",
        "guide:conditions-section-structure.html",
        "Is true when the named condition is: conditions are made of others with it.",
    ),
    entry(
        "Fn::And",
        "intrinsic-function-reference-conditions.html#intrinsic-function-reference-conditions-and",
        "Is true when all of its conditions are.",
    ),
    entry(
        "Fn::Base64",
        "intrinsic-function-reference-base64.html",
        "Gives the text in Base64, as `UserData` of instances must be.",
    ),
    entry(
        "Fn::Cidr",
        "intrinsic-function-reference-cidr.html",
        "Cuts an address range into `count` smaller ones and gives them as a list. `cidrBits` is the number of bits \
         that \
         each has for its hosts: 8 makes ranges of the size `/24`.",
    ),
    entry(
        "Fn::Contains",
        "guide:intrinsic-function-reference-rules.html",
        "Is true when the value is in the list. In `Rules` only.",
    ),
    entry(
        "Fn::EachMemberEquals",
        "guide:intrinsic-function-reference-rules.html",
        "Is true when each item of the list is this value. In `Rules` only.",
    ),
    entry(
        "Fn::EachMemberIn",
        "guide:intrinsic-function-reference-rules.html",
        "Is true when each item of the first list is in the second. In `Rules` only.",
    ),
    entry(
        "Fn::Equals",
        "intrinsic-function-reference-conditions.html#intrinsic-function-reference-conditions-equals",
        "Is true when both values are the same text. Upper and lower case differ.",
    ),
    entry(
        "Fn::FindInMap",
        "intrinsic-function-reference-findinmap.html",
        "Gives the value under two keys of a mapping. With the transform `AWS::LanguageExtensions` a fourth argument, \
         `DefaultValue`, is given where the keys are not found.",
    ),
    entry(
        "Fn::ForEach",
        "intrinsic-function-reference-foreach.html",
        "Repeats what it holds for each item of a list. Needs the transform `AWS::LanguageExtensions`.",
    ),
    entry(
        "Fn::GetAZs",
        "intrinsic-function-reference-getavailabilityzones.html",
        "Gives the names of the Availability Zones of a region, as a list in the order of the alphabet. An empty text \
         means the region of the stack. Where the account has a default VPC, only zones with a default subnet are given.",
    ),
    entry(
        "Fn::GetAtt",
        "intrinsic-function-reference-getatt.html",
        "Gives an attribute of a resource of this template, and has that resource made first.",
    ),
    entry(
        "Fn::GetStackOutput",
        "intrinsic-function-reference.html",
        "Gives an output of another stack, which may be of another region or account.",
    ),
    entry(
        "Fn::If",
        "intrinsic-function-reference-conditions.html#intrinsic-function-reference-conditions-if",
        "Gives the second argument when the condition holds, else the third. `!Ref AWS::NoValue` as one of them leaves \
         out the property.",
    ),
    entry(
        "Fn::ImportValue",
        "intrinsic-function-reference-importvalue.html",
        "Gives an output that another stack of the same account and region exports under this name. That stack can \
         neither change nor drop the export for as long as it is used.",
    ),
    entry(
        "Fn::Join",
        "intrinsic-function-reference-join.html",
        "Puts the items of a list together to one text, with the delimiter between them.",
    ),
    entry(
        "Fn::Length",
        "intrinsic-function-reference-length.html",
        "Gives the number of items of a list. Needs the transform `AWS::LanguageExtensions`.",
    ),
    entry(
        "Fn::Not",
        "intrinsic-function-reference-conditions.html#intrinsic-function-reference-conditions-not",
        "Is true when its condition is not.",
    ),
    entry(
        "Fn::Or",
        "intrinsic-function-reference-conditions.html#intrinsic-function-reference-conditions-or",
        "Is true when at least one of its conditions is.",
    ),
    entry(
        "Fn::RefAll",
        "guide:intrinsic-function-reference-rules.html",
        "Gives the values of all parameters of a type, as a list. In `Rules` only.",
    ),
    entry(
        "Fn::Select",
        "intrinsic-function-reference-select.html",
        "Gives one item of a list. The index counts from 0; one behind the end fails when the stack is deployed.",
    ),
    entry(
        "Fn::Split",
        "intrinsic-function-reference-split.html",
        "Cuts a text at each delimiter, and gives the parts as a list.",
    ),
    entry(
        "Fn::Sub",
        "intrinsic-function-reference-sub.html",
        "Puts values into a text: `${Name}` is replaced by what `Ref` gives, `${Name.Attribute}` by what `Fn::GetAtt` \
         gives, and a name of the map in the second argument by its value there. `${!Text}` stands for `${Text}`.",
    ),
    entry(
        "Fn::ToJsonString",
        "intrinsic-function-reference-ToJsonString.html",
        "Gives a map or a list as JSON in a text. Needs the transform `AWS::LanguageExtensions`.",
    ),
    entry(
        "Fn::Transform",
        "intrinsic-function-reference-transform.html",
        "Has a macro put its result here, before the stack is deployed. What the macro sees is this place and what \
         stands beside it.",
    ),
    entry(
        "Fn::ValueOf",
        "guide:intrinsic-function-reference-rules.html",
        "Gives an attribute of what a parameter names: the VPC of a subnet, for instance. In `Rules` only.",
    ),
    entry(
        "Fn::ValueOfAll",
        "guide:intrinsic-function-reference-rules.html",
        "Gives an attribute of what all parameters of a type name, as a list. In `Rules` only.",
    ),
    entry(
        "Ref",
        "intrinsic-function-reference-ref.html",
        "Gives the value of a parameter or pseudo parameter. Of a resource it gives what identifies it, mostly its \
         name \
         or id, and has that resource made first.",
    ),
];

const PSEUDO_PARAMETERS: &[Entry] = &[
    shown("AWS::AccountId", "123456789012", "The id of the account that the stack is deployed to."),
    Entry {
        example: None,
        ..shown(
            "AWS::NoValue",
            "",
            "Stands for nothing: the property or item whose value it is is left out. Of use in `Fn::If`.",
        )
    },
    shown(
        "AWS::NotificationARNs",
        "[arn:aws:sns:us-east-1:123456789012:MyTopic]",
        "The list of the SNS topics that are told of the events of the stack.",
    ),
    shown(
        "AWS::Partition",
        "aws",
        "The partition that the region is in: `aws`, `aws-cn` in China, `aws-us-gov` in AWS GovCloud (US). The \
         second part \
         of every ARN.",
    ),
    shown("AWS::Region", "us-east-1", "The region that the stack is deployed to."),
    shown(
        "AWS::StackId",
        "arn:aws:cloudformation:us-east-1:123456789012:stack/shop/51af3dc0-da77-11e4-872e-1234567db123",
        "The ARN of the stack.",
    ),
    shown("AWS::StackName", "shop", "The name of the stack."),
    shown(
        "AWS::URLSuffix",
        "amazonaws.com",
        "The domain of the endpoints of AWS in this partition: `amazonaws.com`, in China `amazonaws.com.cn`.",
    ),
];

const SECTIONS: &[Entry] = &[
    entry(
        "AWSTemplateFormatVersion",
        "guide:format-version-structure.html",
        "The version of the format of templates. There is one: `2010-09-09`.",
    ),
    entry(
        "Conditions",
        "guide:conditions-section-structure.html",
        "Named conditions: they decide which resources, outputs and values a deployment has. They are worked out \
         from parameters, pseudo parameters and mappings before any resource is made.",
    ),
    entry(
        "Description",
        "guide:template-description-structure.html",
        "What the template is for, in up to 1,024 bytes.",
    ),
    entry(
        "Globals",
        "sam:sam-specification-template-anatomy-globals.html",
        "Properties that all functions, APIs, tables and so on of AWS SAM in this template have in common.",
    ),
    entry(
        "Hooks",
        "guide:blue-green.html",
        "What is to be done while the stack is updated: blue-green deployments of ECS through CodeDeploy.",
    ),
    entry(
        "Mappings",
        "guide:mappings-section-structure.html",
        "Tables of fixed values under two keys, which `Fn::FindInMap` looks up: by region or environment, for \
         instance.",
    ),
    entry(
        "Metadata",
        "guide:metadata-section-structure.html",
        "Facts about the template for tools and consoles, such as `AWS::CloudFormation::Interface`, which groups \
         and labels parameters.",
    ),
    entry(
        "Outputs",
        "guide:outputs-section-structure.html",
        "Values that the stack shows once it is deployed, and that it may export to other stacks.",
    ),
    entry(
        "Parameters",
        "guide:parameters-section-structure.html",
        "Values that are given when the stack is created or updated.",
    ),
    entry(
        "Resources",
        "guide:resources-section-structure.html",
        "What the stack consists of. The one section that a template must have.",
    ),
    entry(
        "Rules",
        "guide:rules-section-structure.html",
        "Checks of the given parameters, and of combinations of them, before anything is deployed.",
    ),
    entry(
        "Transform",
        "guide:transform-section-structure.html",
        "The macros that work on the template before it is deployed, in this order.",
    ),
];

const RESOURCE_ATTRIBUTES: &[Entry] = &[
    entry(
        "Condition",
        "guide:conditions-section-structure.html",
        "The resource is made only when this condition holds.",
    ),
    entry(
        "Connectors",
        "sam:reference-sam-connector.html",
        "Which resources this one may use, and how: AWS SAM makes the permissions.",
    ),
    entry(
        "CreationPolicy",
        "aws-attribute-creationpolicy.html",
        "Has CloudFormation wait for signals of success before the resource counts as made.",
    ),
    entry(
        "DeletionPolicy",
        "aws-attribute-deletionpolicy.html",
        "What becomes of the resource when it is taken out of the stack or the stack is deleted: `Delete`, \
         `Retain`, `RetainExceptOnCreate` or, for some types, `Snapshot`. Left out, it is deleted, except for RDS \
         clusters and instances without a cluster, of which a snapshot is kept.",
    ),
    entry(
        "DependsOn",
        "aws-attribute-dependson.html",
        "The resources that are made before this one and deleted after it. `Ref`, `Fn::GetAtt` and `Fn::Sub` say so \
         by themselves.",
    ),
    entry(
        "IgnoreGlobals",
        "sam:sam-specification-template-anatomy-globals.html",
        "Which of `Globals` this resource does not take over; `'*'` for all.",
    ),
    entry(
        "Metadata",
        "aws-attribute-metadata.html",
        "Facts about the resource for tools, such as `AWS::CloudFormation::Init` for the helper scripts of instances.",
    ),
    entry("Properties", "guide:resources-section-structure.html", "What the resource is to be like."),
    entry("Type", "aws-template-resource-type-ref.html", "What the resource is: `AWS::Service::Resource`."),
    entry(
        "UpdatePolicy",
        "aws-attribute-updatepolicy.html",
        "How Auto Scaling groups, Lambda aliases, ElastiCache replication groups and some others are updated.",
    ),
    entry(
        "UpdateReplacePolicy",
        "aws-attribute-updatereplacepolicy.html",
        "What becomes of the old resource when an update replaces it by another: `Delete`, `Retain` or, for some \
         types, `Snapshot`. Left out, it is deleted; `DeletionPolicy` says nothing about this.",
    ),
];

const PARAMETER_KEYS: &[Entry] = &[
    entry("AllowedPattern", PARAMETERS, "A regular expression that all of the value must match."),
    entry(
        "AllowedValues",
        PARAMETERS,
        "The values that may be given; for a list, those that each of its items may have.",
    ),
    entry("ConstraintDescription", PARAMETERS, "What is said to who gives a value that is not allowed."),
    entry("Default", PARAMETERS, "The value where none is given. Without it, a value must be given."),
    entry("Description", PARAMETERS, "What the parameter is for, in up to 4,000 characters."),
    entry("MaxLength", PARAMETERS, "The largest number of characters of a `String`."),
    entry("MaxValue", PARAMETERS, "The largest value of a `Number`."),
    entry("MinLength", PARAMETERS, "The smallest number of characters of a `String`."),
    entry("MinValue", PARAMETERS, "The smallest value of a `Number`."),
    entry(
        "NoEcho",
        PARAMETERS,
        "Has the value shown as asterisks wherever CloudFormation shows parameters. In `Metadata`, `Outputs` and in \
         properties of resources it is not hidden.",
    ),
    entry("Type", TYPES, "What the value is: a text, a number, a list, or something that must exist in the account."),
];

const OUTPUT_KEYS: &[Entry] = &[
    entry("Condition", OUTPUTS, "The output is there only when this condition holds."),
    entry("Description", OUTPUTS, "What the value is, in up to 1,024 bytes."),
    entry("Export", OUTPUTS, "Lets other stacks of the same account and region use the value by `Fn::ImportValue`."),
    entry("Value", OUTPUTS, "The value that is shown."),
];

const PARAMETERS: &str = "guide:parameters-section-structure.html";
const OUTPUTS: &str = "guide:outputs-section-structure.html";
const TYPES: &str = "guide:cloudformation-supplied-parameter-types.html";

const TRANSFORMS: &[Entry] = &[
    entry(
        "AWS::CodeDeployBlueGreen",
        "transform-aws-codedeploybluegreen.html",
        "Lets `Hooks` update services of ECS by blue-green deployments of CodeDeploy.",
    ),
    entry("AWS::Include", "transform-aws-include.html", "Puts in a piece of a template that lies in S3."),
    entry(
        "AWS::LanguageExtensions",
        "transform-aws-languageextensions.html",
        "Adds `Fn::ForEach`, `Fn::Length`, `Fn::ToJsonString` and the `DefaultValue` of `Fn::FindInMap`, and lets \
         `Ref`, `Fn::GetAtt`, `DeletionPolicy` and others take functions.",
    ),
    entry(
        "AWS::SecretsManager",
        "transform-aws-secretsmanager.html",
        "Makes the Lambda function that rotates a secret for `AWS::SecretsManager::RotationSchedule` with \
         `HostedRotationLambda`.",
    ),
    entry(
        "AWS::Serverless",
        "transform-aws-serverless.html",
        "AWS SAM: makes functions, roles, APIs, tables and their permissions of the resources of `AWS::Serverless`.",
    ),
    entry(
        "AWS::ServiceCatalog",
        "transform-aws-servicecatalog.html",
        "Lets the template refer to the outputs of a provisioned product of Service Catalog.",
    ),
];

const PARAMETER_TYPES: &[Entry] = &[
    entry("AWS::EC2::AvailabilityZone::Name", TYPES, "The name of an Availability Zone."),
    entry("AWS::EC2::Image::Id", TYPES, "The id of an Amazon Machine Image."),
    entry("AWS::EC2::Instance::Id", TYPES, "The id of an instance of EC2."),
    entry("AWS::EC2::KeyPair::KeyName", TYPES, "The name of a key pair of EC2."),
    entry("AWS::EC2::SecurityGroup::GroupName", TYPES, "The name of a security group."),
    entry("AWS::EC2::SecurityGroup::Id", TYPES, "The id of a security group."),
    entry("AWS::EC2::Subnet::Id", TYPES, "The id of a subnet."),
    entry("AWS::EC2::VPC::Id", TYPES, "The id of a VPC."),
    entry("AWS::EC2::Volume::Id", TYPES, "The id of a volume of EBS."),
    entry("AWS::Route53::HostedZone::Id", TYPES, "The id of a hosted zone of Route 53."),
    entry("AWS::SSM::Parameter::Name", TYPES, "The name of a parameter of Systems Manager; `Ref` gives the name."),
    entry("CommaDelimitedList", TYPES, "A list of texts, given as one text with commas."),
    entry("Number", TYPES, "A number; `Ref` gives it as text."),
    entry("String", TYPES, "A text."),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{parameter, template};

    #[test]
    fn every_word_is_explained() {
        let functions = template::FUNCTIONS.iter().map(|it| it.1);
        let missing: Vec<&str> = functions
            .filter(|it| function(it).is_none())
            .chain(template::PSEUDO_PARAMETERS.iter().copied().filter(|it| pseudo_parameter(it).is_none()))
            .chain(template::SECTIONS.iter().copied().filter(|it| section(it).is_none()))
            .chain(template::RESOURCE_ATTRIBUTES.iter().copied().filter(|it| resource_attribute(it).is_none()))
            .chain(template::SERVERLESS_ATTRIBUTES.iter().copied().filter(|it| resource_attribute(it).is_none()))
            .chain(template::PARAMETER_KEYS.iter().copied().filter(|it| parameter_key(it).is_none()))
            .chain(template::OUTPUT_KEYS.iter().copied().filter(|it| output_key(it).is_none()))
            .chain(parameter::SINGLE_TYPES.iter().copied().filter(|it| parameter_type(it).is_none()))
            .collect();
        assert_eq!(missing, Vec::<&str>::new());
    }

    #[test]
    fn versions_do_not_matter() {
        assert_eq!(transform("AWS::Serverless-2016-10-31").map(|it| it.name), Some("AWS::Serverless"));
        assert_eq!(transform("AWS::ServerlessMore"), None);
        assert_eq!(function("Fn::ForEach::Topics").map(|it| it.name), Some("Fn::ForEach"));
    }

    #[test]
    fn links_lead_to_the_place() {
        let docs = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference";
        assert_eq!(type_link("AWS::S3::Bucket"), Some(format!("{docs}/aws-resource-s3-bucket.html")));
        assert_eq!(
            property_link("AWS::S3::Bucket", None, "BucketName"),
            Some(format!("{docs}/aws-resource-s3-bucket.html#cfn-s3-bucket-bucketname"))
        );
        assert_eq!(
            property_link("AWS::S3::Bucket", Some("Rule"), "Id"),
            Some(format!("{docs}/aws-properties-s3-bucket-rule.html#cfn-s3-bucket-rule-id"))
        );
        assert_eq!(type_link("Custom::Thing"), None);
    }
}
