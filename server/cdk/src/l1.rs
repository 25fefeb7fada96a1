//! Classes that are resources of CloudFormation as they are: `s3.CfnBucket`.
//!
//! Their names follow from the resource's by rule, with few exceptions. See "CloudFormation resource specification to
//! L1 constructs" in the AWS CDK Developer Guide.

use model::SmolStr;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// The resource type of a class such as `aws-s3.CfnBucket`; `None` when it is no L1.
pub(crate) fn resource_type(class: &str) -> Option<String> {
    let (module, name) = class.split_once('.')?;
    let name = name.strip_prefix("Cfn").filter(|it| it.starts_with(|c: char| c.is_ascii_uppercase()))?;
    if name.contains('.') || name.ends_with("Props") {
        return None;
    }
    if module == "core" {
        return core_type(name).map(str::to_owned);
    }
    // A second generation of a service lives in the module of the first: `CfnApiV2` in `aws-sam` aside.
    let service = service(module)?;
    Some(format!("AWS::{service}::{name}"))
}

fn core_type(name: &str) -> Option<&'static str> {
    Some(match name {
        "Stack" => "AWS::CloudFormation::Stack",
        "WaitCondition" => "AWS::CloudFormation::WaitCondition",
        "WaitConditionHandle" => "AWS::CloudFormation::WaitConditionHandle",
        "Macro" => "AWS::CloudFormation::Macro",
        "StackSet" => "AWS::CloudFormation::StackSet",
        "CustomResource" => "AWS::CloudFormation::CustomResource",
        _ => return None,
    })
}

/// The name of the service in resource types for a module: `aws-elasticloadbalancingv2` is `ElasticLoadBalancingV2`.
fn service(module: &str) -> Option<&'static str> {
    let name = module.strip_prefix("aws-")?;
    let name = name.strip_suffix("-alpha").unwrap_or(name);
    let find = |it: &&&str| it.eq_ignore_ascii_case(name);
    if let Some(service) = SERVICES.iter().find(find) {
        return Some(service);
    }
    RENAMED.iter().find(|(from, _)| *from == name).map(|(_, to)| *to)
}

/// Modules whose name is not the service's in lower case.
const RENAMED: &[(&str, &str)] = &[
    ("alexa-ask", "ASK"),
    ("b2bi", "B2BI"),
    ("dlm", "DLM"),
    ("cloudfront-origins", "CloudFront"),
    ("elasticsearch", "Elasticsearch"),
    ("opensearchservice", "OpenSearchService"),
    ("sns-subscriptions", "SNS"),
    ("kinesisanalytics", "KinesisAnalytics"),
    ("sam", "Serverless"),
];

/// The services of CloudFormation, spelled as in resource types.
#[rustfmt::skip]
const SERVICES: &[&str] = &[
    "AccessAnalyzer", "ACMPCA", "AIOps", "AmazonMQ", "Amplify", "AmplifyUIBuilder", "ApiGateway", "ApiGatewayV2",
    "AppConfig", "AppFlow", "AppIntegrations", "ApplicationAutoScaling", "ApplicationInsights", "ApplicationSignals",
    "AppMesh", "AppRunner", "AppStream", "AppSync", "AppTest", "APS", "ARCZonalShift", "Athena", "AuditManager",
    "AutoScaling", "AutoScalingPlans", "B2BI", "Backup", "BackupGateway", "Batch", "BCMDataExports", "Bedrock",
    "BedrockAgentCore", "Billing", "BillingConductor", "Budgets", "Cassandra", "CE", "CertificateManager", "Chatbot",
    "CleanRooms", "CleanRoomsML", "Cloud9", "CloudFormation", "CloudFront", "CloudTrail", "CloudWatch", "CodeArtifact",
    "CodeBuild", "CodeCommit", "CodeConnections", "CodeDeploy", "CodeGuruProfiler", "CodeGuruReviewer", "CodePipeline",
    "CodeStar", "CodeStarConnections", "CodeStarNotifications", "Cognito", "Comprehend", "Config", "Connect",
    "ConnectCampaigns", "ConnectCampaignsV2", "ControlTower", "CUR", "CustomerProfiles", "DataBrew", "DataPipeline",
    "DataSync", "DataZone", "DAX", "Deadline", "Detective", "DevOpsAgent", "DevOpsGuru", "DirectoryService", "DLM",
    "DMS", "DocDB", "DocDBElastic", "DSQL", "DynamoDB", "EC2", "ECR", "ECS", "EFS", "EKS", "ElastiCache",
    "ElasticBeanstalk", "ElasticLoadBalancing", "ElasticLoadBalancingV2", "Elasticsearch", "EMR", "EMRContainers",
    "EMRServerless", "EntityResolution", "Events", "EventSchemas", "Evidently", "EVS", "FinSpace", "FIS", "FMS",
    "Forecast", "FraudDetector", "FSx", "GameLift", "GameLiftStreams", "GlobalAccelerator", "Glue", "Grafana",
    "Greengrass", "GreengrassV2", "GroundStation", "GuardDuty", "HealthImaging", "HealthLake", "IAM", "IdentityStore",
    "ImageBuilder", "Inspector", "InspectorV2", "InternetMonitor", "Invoicing", "IoT", "IoTAnalytics",
    "IoTCoreDeviceAdvisor", "IoTEvents", "IoTFleetHub", "IoTFleetWise", "IoTSiteWise", "IoTThingsGraph",
    "IoTTwinMaker", "IoTWireless", "IVS", "IVSChat", "KafkaConnect", "Kendra", "KendraRanking", "Kinesis",
    "KinesisAnalytics", "KinesisAnalyticsV2", "KinesisFirehose", "KinesisVideo", "KMS", "LakeFormation", "Lambda",
    "LaunchWizard", "Lex", "LicenseManager", "Lightsail", "Location", "Logs", "LookoutEquipment", "LookoutMetrics",
    "LookoutVision", "M2", "Macie", "ManagedBlockchain", "MediaConnect", "MediaConvert", "MediaLive", "MediaPackage",
    "MediaPackageV2", "MediaStore", "MediaTailor", "MemoryDB", "MPA", "MSK", "MWAA", "Neptune", "NeptuneGraph",
    "NetworkFirewall", "NetworkManager", "NimbleStudio", "Notifications", "NotificationsContacts", "Oam",
    "ObservabilityAdmin", "ODB", "Omics", "OpenSearchServerless", "OpenSearchService", "OpsWorks", "OpsWorksCM",
    "Organizations", "OSIS", "Panorama", "PaymentCryptography", "PCAConnectorAD", "PCAConnectorSCEP", "PCS",
    "Personalize", "Pinpoint", "PinpointEmail", "Pipes", "Proton", "QBusiness", "QLDB", "QuickSight", "RAM", "RDS",
    "Redshift", "RedshiftServerless", "RefactorSpaces", "Rekognition", "ResilienceHub", "ResourceExplorer2",
    "ResourceGroups", "RoboMaker", "RolesAnywhere", "Route53", "Route53Profiles", "Route53RecoveryControl",
    "Route53RecoveryReadiness", "Route53Resolver", "RTBFabric", "RUM", "S3", "S3Express", "S3ObjectLambda",
    "S3Outposts", "S3Tables", "S3Vectors", "SageMaker", "Scheduler", "SDB", "SecretsManager", "SecurityHub",
    "SecurityLake", "ServiceCatalog", "ServiceCatalogAppRegistry", "ServiceDiscovery", "SES", "Shield", "Signer",
    "SimSpaceWeaver", "SMSVOICE", "SNS", "SQS", "SSM", "SSMContacts", "SSMGuiConnect", "SSMIncidents",
    "SSMQuickSetup", "SSO", "StepFunctions", "SupportApp", "Synthetics", "SystemsManagerSAP", "Timestream",
    "Transfer", "VerifiedPermissions", "VoiceID", "VpcLattice", "WAF", "WAFRegional", "WAFv2", "Wisdom", "WorkSpaces",
    "WorkSpacesThinClient", "WorkSpacesWeb", "XRay",
];

/// Props whose members have names of the author's, or are documents that pass through as they are.
#[rustfmt::skip]
const VERBATIM: &[&str] = &[
    "assumeRolePolicyDocument", "attributes", "body", "chatbotConfiguration", "configuration", "dashboardBody",
    "defaultArguments", "defaultAuthorizerInput", "definition", "definitionSubstitutions", "dockerLabels",
    "endpointConfigurationTags", "environmentVariables", "eventPattern", "filterPolicy", "generateSecretStringTemplate",
    "keyPolicy", "labels", "logConfigurationOptions", "options", "parameters", "policy", "policyDocument",
    "policyText", "redriveAllowPolicy", "redrivePolicy", "replicationGroupParameters", "requestModels",
    "requestParameters", "requestTemplates", "resourcePolicy", "responseModels", "responseParameters",
    "responseTemplates", "stageVariables", "tagsMap", "template", "userPoolTags", "variables",
];

/// What the library's own code says of spelling, by type: see `data/README.md`.
fn spellings(ty: &str) -> Option<&'static str> {
    static LINES: LazyLock<FxHashMap<&str, &str>> = LazyLock::new(|| {
        let lines = include_str!("../data/spellings.txt").lines();
        lines.map(|it| it.split_once(' ').unwrap_or((it, ""))).collect()
    });
    LINES.get(ty).copied()
}

/// How a prop is spelled.
struct Spelling {
    property: &'static str,
    /// All names below it are the author's.
    is_verbatim: bool,
    /// The names right below it are the author's.
    is_map: bool,
}

impl Spelling {
    /// Those of a line that are out of the ordinary, by prop.
    fn all(line: &'static str) -> impl Iterator<Item = (&'static str, Spelling)> {
        line.split(' ').filter(|it| !it.is_empty()).map(|word| {
            let (prop, property) = word.split_once(':').unwrap_or((word, ""));
            let name = prop.trim_end_matches(['*', '{', '}']);
            (name, Spelling { property, is_verbatim: prop.ends_with('*'), is_map: prop.ends_with('}') })
        })
    }

    fn of(line: &'static str, prop: &str) -> Option<Spelling> {
        Spelling::all(line).find(|(name, _)| *name == prop).map(|(_, it)| it)
    }
}

/// True when what stands below the prop `name` of a resource of type `ty` passes through as it is.
pub(crate) fn is_verbatim(ty: &str, name: &str) -> bool {
    match spellings(ty) {
        Some(line) => Spelling::of(line, name).is_some_and(|it| it.is_verbatim),
        None => VERBATIM.contains(&name),
    }
}

/// The property of a resource of type `ty` that the prop `name` is, given the props that it is a member of.
///
/// The library lower-cases the leading run of capitals: `SSEAlgorithm` is `sseAlgorithm`. Where that lost something,
/// the table has it.
pub(crate) fn property(ty: &str, name: &str, path: &[SmolStr]) -> String {
    if let Some(line) = spellings(ty) {
        let is_verbatim = path.iter().any(|it| Spelling::of(line, it).is_some_and(|it| it.is_verbatim));
        let in_map = path.last().and_then(|it| Spelling::of(line, it)).is_some_and(|it| it.is_map);
        if is_verbatim || in_map {
            return name.to_owned();
        }
        match Spelling::of(line, name).map_or("", |it| it.property) {
            // It is spelled in two ways.
            "?" => (),
            "" => return capitalised(name),
            property => return property.to_owned(),
        }
    } else if path.iter().any(|it| VERBATIM.contains(&it.as_str())) {
        return name.to_owned();
    }
    let service = ty.split("::").nth(1).unwrap_or_default();
    let special = SPELLINGS.iter().find(|(of, prop, _)| *prop == name && (*of == service || *of == ty));
    let general = || SPELLINGS.iter().find(|(of, prop, _)| of.is_empty() && *prop == name);
    if let Some((_, _, spelling)) = special.or_else(general) {
        return (*spelling).to_owned();
    }
    if matches!(service, "RDS" | "DocDB" | "Neptune")
        && let Some(rest) = name.strip_prefix("db")
        && rest.starts_with(|it: char| it.is_ascii_uppercase())
    {
        return format!("DB{rest}");
    }
    capitalised(name)
}

fn capitalised(name: &str) -> String {
    let mut chars = name.chars();
    match chars.next() {
        Some(first) => first.to_ascii_uppercase().to_string() + chars.as_str(),
        None => String::new(),
    }
}

/// As [`property`], for the member `key` of the prop `prop`.
pub(crate) fn member(ty: &str, prop: &str, key: &SmolStr, path: &[SmolStr]) -> SmolStr {
    let mut all = vec![SmolStr::new(prop)];
    all.extend_from_slice(path);
    property(ty, key, &all).into()
}

/// The prop that a property is: the inverse of [`property`].
pub(crate) fn prop(ty: &str, property_name: &str) -> String {
    if let Some((prop, _)) = spellings(ty).and_then(|it| Spelling::all(it).find(|it| it.1.property == property_name)) {
        return prop.to_owned();
    }
    let service = ty.split("::").nth(1).unwrap_or_default();
    let fits = |it: &&(&str, &str, &str)| it.2 == property_name && (it.0 == service || it.0 == ty || it.0.is_empty());
    if let Some((_, prop, _)) = SPELLINGS.iter().find(fits) {
        return (*prop).to_owned();
    }
    // The leading run of capitals becomes lower case, except for the one that begins the next word.
    let capitals = property_name.bytes().take_while(u8::is_ascii_uppercase).count();
    let rest = property_name.as_bytes().get(capitals);
    let lowered = match (capitals, rest) {
        (0, _) => 0,
        (1, _) | (_, None) => capitals,
        (_, Some(next)) if next.is_ascii_lowercase() => capitals - 1,
        _ => capitals,
    };
    property_name[..lowered].to_ascii_lowercase() + &property_name[lowered..]
}

/// Spellings that the rule does not give: service or type (`""`: any), prop, property.
const SPELLINGS: &[(&str, &str, &str)] = &[
    ("", "dnsName", "DNSName"),
    ("", "kmsMasterKeyArn", "KMSMasterKeyArn"),
    ("", "multiAz", "MultiAZ"),
    ("", "sseAlgorithm", "SSEAlgorithm"),
    ("", "sseEnabled", "SSEEnabled"),
    ("", "sseSpecification", "SSESpecification"),
    ("", "sseType", "SSEType"),
    ("", "ttl", "TTL"),
    ("AWS::ApiGateway::Stage", "cacheTtlInSeconds", "CacheTtlInSeconds"),
    ("AWS::Route53::HealthCheck", "ipAddress", "IPAddress"),
    ("AWS::DynamoDB::Table", "kmsMasterKeyId", "KMSMasterKeyId"),
    ("AWS::DynamoDB::GlobalTable", "kmsMasterKeyId", "KMSMasterKeyId"),
    ("AWS::CloudFront::CachePolicy", "defaultTtl", "DefaultTTL"),
    ("AWS::CloudFront::CachePolicy", "maxTtl", "MaxTTL"),
    ("AWS::CloudFront::CachePolicy", "minTtl", "MinTTL"),
    ("CloudFront", "defaultTtl", "DefaultTTL"),
    ("CloudFront", "errorCachingMinTtl", "ErrorCachingMinTTL"),
    ("CloudFront", "functionArn", "FunctionARN"),
    ("CloudFront", "httpPort", "HTTPPort"),
    ("CloudFront", "httpsPort", "HTTPSPort"),
    ("CloudFront", "iamCertificateId", "IamCertificateId"),
    ("CloudFront", "ipv6Enabled", "IPV6Enabled"),
    ("CloudFront", "lambdaFunctionArn", "LambdaFunctionARN"),
    ("CloudFront", "maxTtl", "MaxTTL"),
    ("CloudFront", "minTtl", "MinTTL"),
    ("CloudFront", "originSslProtocols", "OriginSSLProtocols"),
    ("CloudFront", "webAclId", "WebACLId"),
    ("CloudTrail", "kmsKeyId", "KMSKeyId"),
    ("CloudTrail", "snsTopicName", "SnsTopicName"),
    ("CodeBuild", "vpcConfig", "VpcConfig"),
    ("EC2", "ipv6CidrBlock", "Ipv6CidrBlock"),
    ("ElastiCache", "multiAzEnabled", "MultiAZEnabled"),
    ("ElasticLoadBalancing", "sslCertificateId", "SSLCertificateId"),
    ("Elasticsearch", "ebsOptions", "EBSOptions"),
    ("Elasticsearch", "vpcOptions", "VPCOptions"),
    ("FSx", "kmsKeyId", "KmsKeyId"),
    ("IAM", "openIdConnectProviderName", "OpenIDConnectProviderName"),
    ("OpenSearchService", "ebsOptions", "EBSOptions"),
    ("OpenSearchService", "tlsSecurityPolicy", "TLSSecurityPolicy"),
    ("OpenSearchService", "enforceHttps", "EnforceHTTPS"),
    ("Elasticsearch", "enforceHttps", "EnforceHTTPS"),
    ("Elasticsearch", "tlsSecurityPolicy", "TLSSecurityPolicy"),
    ("OpenSearchService", "vpcOptions", "VPCOptions"),
    ("RDS", "enableIamDatabaseAuthentication", "EnableIAMDatabaseAuthentication"),
    ("RDS", "vpcSecurityGroups", "VPCSecurityGroups"),
    ("RDS", "ec2SecurityGroupId", "EC2SecurityGroupId"),
    ("Route53", "hostedZoneId", "HostedZoneId"),
    ("Route53", "vpcs", "VPCs"),
    ("Route53", "vpcId", "VPCId"),
    ("Route53", "vpcRegion", "VPCRegion"),
    ("S3", "accessControl", "AccessControl"),
    ("S3", "kmsMasterKeyId", "KMSMasterKeyID"),
    ("S3", "kmsKeyId", "KMSKeyId"),
    ("WAFv2", "jsonBody", "JsonBody"),
    ("WAFv2", "arn", "Arn"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_follow_from_classes() {
        assert_eq!(resource_type("aws-s3.CfnBucket").as_deref(), Some("AWS::S3::Bucket"));
        assert_eq!(
            resource_type("aws-elasticloadbalancingv2.CfnListener").as_deref(),
            Some("AWS::ElasticLoadBalancingV2::Listener")
        );
        assert_eq!(resource_type("aws-s3.Bucket"), None);
        assert_eq!(resource_type("aws-unheardof.CfnThing"), None);
    }

    #[test]
    fn props_and_properties_are_inverse() {
        for (ty, prop_name, name) in [
            ("AWS::S3::Bucket", "versioningConfiguration", "VersioningConfiguration"),
            ("AWS::S3::Bucket", "sseAlgorithm", "SSEAlgorithm"),
            ("AWS::S3::Bucket", "kmsMasterKeyId", "KMSMasterKeyID"),
            ("AWS::SQS::Queue", "kmsMasterKeyId", "KmsMasterKeyId"),
            ("AWS::RDS::DBInstance", "dbInstanceClass", "DBInstanceClass"),
            ("AWS::RDS::DBInstance", "multiAz", "MultiAZ"),
            ("AWS::EC2::SecurityGroupIngress", "cidrIpv6", "CidrIpv6"),
        ] {
            assert_eq!(property(ty, prop_name, &[]), name);
            assert_eq!(prop(ty, name), prop_name);
        }
    }

    #[test]
    fn names_of_documents_are_left_alone() {
        assert_eq!(property("AWS::IAM::Role", "aws", &["policyDocument".into()]), "aws");
    }
}
