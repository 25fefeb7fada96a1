//! What services ask of the names of their resources.
//!
//! From the pages of the resource types in the AWS CloudFormation Template Reference, and of the requests in the API
//! references of the services that create them. Only what all of a service's regions and modes refuse is here.

/// What a service asks of one name.
#[derive(Debug)]
pub(crate) struct Naming {
    /// The type of the resource.
    pub(crate) ty: &'static str,
    /// The property that holds the name, as a dotted path.
    pub(crate) property: &'static str,
    /// Whose name it is, with its article.
    pub(crate) whose: &'static str,
    /// The least number of characters.
    pub(crate) least: usize,
    /// The greatest number of characters.
    pub(crate) most: usize,
    letters: Letters,
    demands: &'static [Demand],
}

/// Every name that resources of the type `ty` have.
pub(crate) fn namings(ty: &str) -> &'static [Naming] {
    let start = NAMINGS.partition_point(|it| it.ty < ty);
    let count = NAMINGS[start..].partition_point(|it| it.ty == ty);
    &NAMINGS[start..start + count]
}

/// A name as far as it is known: texts, with what is only known when the stack is deployed between them.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// The texts, in their order; `None` for what is not known.
    pub(crate) pieces: Vec<Option<String>>,
    /// How many characters the unknown pieces have at least.
    pub(crate) unknown: usize,
}

impl Known {
    /// A name that is known from end to end.
    pub(crate) fn whole(text: &str) -> Known {
        Known { pieces: vec![Some(text.to_owned())], unknown: 0 }
    }

    /// True when no piece is unknown.
    fn is_whole(&self) -> bool {
        self.pieces.iter().all(Option::is_some)
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().flatten().map(String::as_str)
    }

    /// What the name certainly starts with.
    fn start(&self) -> &str {
        self.pieces.first().and_then(Option::as_deref).unwrap_or_default()
    }

    /// What the name certainly ends with.
    fn end(&self) -> &str {
        self.pieces.last().and_then(Option::as_deref).unwrap_or_default()
    }

    fn length(&self) -> usize {
        self.unknown + self.texts().map(|it| it.chars().count()).sum::<usize>()
    }
}

impl Naming {
    /// Why the service refuses `name`, as the end of a sentence that starts with whose name it is.
    pub(crate) fn refusal(&self, name: &Known) -> Option<String> {
        let is_fifo = self.is_fifo_by_name() && name.end().ends_with(FIFO);
        let mut refused = Vec::new();
        for (i, piece) in name.pieces.iter().enumerate() {
            let Some(text) = piece.as_deref() else { continue };
            let is_last = i + 1 == name.pieces.len();
            let text = if is_fifo && is_last { &text[..text.len() - FIFO.len()] } else { text };
            for it in text.chars().filter(|it| !self.letters.has(*it)) {
                if !refused.contains(&it) {
                    refused.push(it);
                }
            }
        }
        if !refused.is_empty() {
            return Some(self.letters.refusal(&refused));
        }
        let length = name.length();
        if length > self.most {
            let least = if name.is_whole() { "" } else { "at least " };
            return Some(format!("has at most {} characters, and this one has {least}{length}", self.most));
        }
        if length < self.least && name.is_whole() {
            return Some(format!("has at least {} characters, and this one has {length}", self.least));
        }
        self.demands.iter().find_map(|it| it.refusal(name))
    }

    /// True for the names of queues and topics, which end in `.fifo` just where they are FIFO.
    pub(crate) fn is_fifo_by_name(&self) -> bool {
        self.demands.iter().any(|it| matches!(it, Demand::Fifo))
    }

    /// The property under which other things are asked of the name.
    pub(crate) fn unless(&self) -> Option<&'static str> {
        self.demands.iter().find_map(|it| match it {
            Demand::Unless(property) => Some(*property),
            _ => None,
        })
    }

    /// True where a class of the CDK puts in front what the name must start with.
    pub(crate) fn is_completed_by_cdk(&self) -> bool {
        self.demands.iter().any(|it| matches!(it, Demand::Prefix(_)))
    }
}

/// What the name of a FIFO queue or topic ends with.
pub(crate) const FIFO: &str = ".fifo";

/// The characters of a name.
#[derive(Clone, Copy, Debug)]
enum Letters {
    /// Letters and digits of ASCII, and these.
    Mixed(&'static str),
    /// Lowercase letters and digits of ASCII, and these.
    Lower(&'static str),
    /// All but these.
    Without(&'static str),
}

impl Letters {
    fn has(self, it: char) -> bool {
        match self {
            Letters::Mixed(others) => it.is_ascii_alphanumeric() || others.contains(it),
            Letters::Lower(others) => it.is_ascii_lowercase() || it.is_ascii_digit() || others.contains(it),
            Letters::Without(others) => !others.contains(it),
        }
    }

    fn refusal(self, refused: &[char]) -> String {
        let quoted = |it: char| match it {
            ' ' => "spaces".to_owned(),
            '`' => "backquotes".to_owned(),
            it if it.is_control() || it.is_whitespace() => "control characters".to_owned(),
            it => format!("`{it}`"),
        };
        let mut bad: Vec<String> = refused.iter().take(4).map(|it| quoted(*it)).collect();
        bad.dedup();
        let bad = enumerated(&bad, "or");
        let (letters, others) = match self {
            Letters::Mixed(others) => ("letters", others),
            Letters::Lower(others) => ("lowercase letters", others),
            Letters::Without(_) => return format!("must not contain {bad}"),
        };
        let has = ["digits".to_owned()]
            .into_iter()
            .chain(others.chars().filter(|it| !it.is_control()).map(quoted))
            .collect::<Vec<_>>();
        let has = enumerated(&[&[letters.to_owned()], &has[..]].concat(), "and");
        format!("has only {has}, not {bad}")
    }
}

fn enumerated(words: &[String], last: &str) -> String {
    match words {
        [first @ .., end] if !first.is_empty() => format!("{} {last} {end}", first.join(", ")),
        _ => words.concat(),
    }
}

/// What else is asked of a name.
#[derive(Debug)]
enum Demand {
    /// It starts with a letter.
    LetterFirst,
    /// It starts with a letter or a digit.
    WordFirst,
    /// It ends with a letter or a digit.
    WordLast,
    /// It starts with this.
    Prefix(&'static str),
    /// It starts with none of these, in small letters or capitals.
    NoPrefix(&'static [&'static str]),
    /// It ends with none of these.
    NoSuffix(&'static [&'static str]),
    /// It contains none of these.
    Nowhere(&'static [&'static str]),
    /// It is no address of the internet.
    NoAddress,
    /// It is no number.
    NoNumber,
    /// It starts with a slash where it contains one.
    Rooted,
    /// It ends in `.fifo` just where the queue or topic is FIFO.
    Fifo,
    /// All of this holds only where this property is not set.
    Unless(&'static str),
}

impl Demand {
    fn refusal(&self, name: &Known) -> Option<String> {
        let (start, end) = (name.start(), name.end());
        let first = start.chars().next();
        let found = |words: &[&'static str], is: &dyn Fn(&str) -> bool| words.iter().copied().find(|it| is(it));
        match self {
            Demand::LetterFirst => {
                first.filter(|it| !it.is_ascii_alphabetic()).map(|_| "must start with a letter".to_owned())
            }
            Demand::WordFirst => {
                first.filter(|it| !it.is_ascii_alphanumeric()).map(|_| "must start with a letter or a digit".to_owned())
            }
            Demand::WordLast => {
                let last = end.chars().next_back();
                last.filter(|it| !it.is_ascii_alphanumeric()).map(|_| "must end with a letter or a digit".to_owned())
            }
            Demand::Prefix(prefix) => {
                let known = prefix.len().min(start.len());
                let fits = start.as_bytes()[..known] == prefix.as_bytes()[..known]
                    && (known == prefix.len() || !name.is_whole());
                (!fits).then(|| format!("must start with `{prefix}`"))
            }
            Demand::NoPrefix(words) => {
                let word =
                    found(words, &|it| start.get(..it.len()).is_some_and(|start| start.eq_ignore_ascii_case(it)));
                word.map(|it| format!("must not start with `{it}`, which is reserved"))
            }
            Demand::NoSuffix(words) => {
                found(words, &|it| end.ends_with(it)).map(|it| format!("must not end with `{it}`, which is reserved"))
            }
            Demand::Nowhere(words) => {
                let word = found(words, &|it| name.texts().any(|text| text.contains(it)));
                word.map(|it| format!("must not contain `{it}`"))
            }
            Demand::NoAddress => {
                let is_address = name.is_whole() && start.parse::<std::net::Ipv4Addr>().is_ok();
                is_address.then(|| "must not look like an IP address".to_owned())
            }
            Demand::NoNumber => {
                let is_number = name.is_whole() && start.bytes().all(|it| it.is_ascii_digit());
                is_number.then(|| "must not be a number".to_owned())
            }
            Demand::Rooted => {
                let has_slash = name.texts().any(|it| it.contains('/'));
                let is_relative = first.is_some_and(|it| it != '/');
                (has_slash && is_relative).then(|| "must start with `/` where it has levels".to_owned())
            }
            Demand::Fifo | Demand::Unless(_) => None,
        }
    }
}

use Demand::*;
use Letters::{Lower, Mixed, Without};

const fn row(
    ty: &'static str,
    property: &'static str,
    whose: &'static str,
    (least, most): (usize, usize),
    letters: Letters,
    demands: &'static [Demand],
) -> Naming {
    Naming { ty, property, whose, least, most, letters, demands }
}

const ANY: Letters = Without("");
const HYPHEN: Letters = Mixed("-");
const WORD: Letters = Mixed("-_");
const DOTTED: Letters = Mixed(".-_");
const IAM: Letters = Mixed("_+=,.@-");
const STATES: Letters = Without(" \t\r\n<>{}[]?*\"#%\\^|~`$&,;:/");
const CLUSTER: &[Demand] = &[LetterFirst, WordLast, Nowhere(&["--"])];
const UNBOUNDED: usize = usize::MAX;

/// Sorted by type.
#[rustfmt::skip]
const NAMINGS: &[Naming] = &[
    row("AWS::ApiGateway::Deployment", "StageName", "a stage", (1, 128), WORD, &[]),
    row("AWS::ApiGateway::Model", "Name", "a model", (1, UNBOUNDED), Mixed(""), &[]),
    row("AWS::ApiGateway::Stage", "StageName", "a stage", (1, 128), WORD, &[]),
    row("AWS::Athena::WorkGroup", "Name", "a workgroup", (1, 128), DOTTED, &[]),
    row("AWS::AutoScaling::AutoScalingGroup", "AutoScalingGroupName", "an Auto Scaling group", (1, 255), Without(":"), &[]),
    row("AWS::Backup::BackupVault", "BackupVaultName", "a backup vault", (2, 50), WORD, &[]),
    row("AWS::Batch::ComputeEnvironment", "ComputeEnvironmentName", "a compute environment", (1, 128), WORD, &[]),
    row("AWS::Batch::JobDefinition", "JobDefinitionName", "a job definition", (1, 128), WORD, &[]),
    row("AWS::Batch::JobQueue", "JobQueueName", "a job queue", (1, 128), WORD, &[]),
    row("AWS::CloudFront::CachePolicy", "CachePolicyConfig.Name", "a cache policy", (1, 128), WORD, &[]),
    row("AWS::CloudFront::Function", "Name", "a CloudFront function", (1, 64), WORD, &[]),
    row("AWS::CloudFront::OriginAccessControl", "OriginAccessControlConfig.Name", "an origin access control", (1, 64), ANY, &[]),
    row("AWS::CloudFront::OriginRequestPolicy", "OriginRequestPolicyConfig.Name", "an origin request policy", (1, 128), WORD, &[]),
    row("AWS::CloudTrail::Trail", "TrailName", "a trail", (3, 128), DOTTED, &[WordFirst, WordLast]),
    row("AWS::CloudWatch::Alarm", "AlarmName", "an alarm", (1, 255), ANY, &[]),
    row("AWS::CloudWatch::Dashboard", "DashboardName", "a dashboard", (1, 255), WORD, &[]),
    row("AWS::CodeBuild::Project", "Name", "a build project", (2, 255), WORD, &[WordFirst]),
    row("AWS::CodeCommit::Repository", "RepositoryName", "a repository", (1, 100), DOTTED, &[NoSuffix(&[".git"])]),
    row("AWS::CodeConnections::Connection", "ConnectionName", "a connection", (1, 32), ANY, &[]),
    row("AWS::CodeDeploy::Application", "ApplicationName", "an application of CodeDeploy", (1, 100), ANY, &[]),
    row("AWS::CodeDeploy::DeploymentGroup", "DeploymentGroupName", "a deployment group", (1, 100), ANY, &[]),
    row("AWS::CodePipeline::Pipeline", "Name", "a pipeline", (1, 100), Mixed(".@-_"), &[]),
    row("AWS::CodeStarConnections::Connection", "ConnectionName", "a connection", (1, 32), ANY, &[]),
    row("AWS::Cognito::UserPool", "UserPoolName", "a user pool", (1, 128), Mixed(" \t+=,.@-_"), &[]),
    row("AWS::Cognito::UserPoolClient", "ClientName", "a client of a user pool", (1, 128), Mixed(" \t+=,.@-_"), &[]),
    row("AWS::Cognito::UserPoolDomain", "Domain", "a domain of Cognito", (1, 63), Lower("-"), &[WordFirst, WordLast, Nowhere(&["aws", "amazon", "cognito"]), Unless("CustomDomainConfig")]),
    row("AWS::Config::ConfigRule", "ConfigRuleName", "a rule of AWS Config", (1, 128), ANY, &[]),
    row("AWS::DocDB::DBCluster", "DBClusterIdentifier", "a database cluster", (1, 63), HYPHEN, CLUSTER),
    row("AWS::DynamoDB::GlobalTable", "TableName", "a table", (3, 255), DOTTED, &[]),
    row("AWS::DynamoDB::Table", "TableName", "a table", (3, 255), DOTTED, &[]),
    row("AWS::EC2::KeyPair", "KeyName", "a key pair", (1, 255), ANY, &[]),
    row("AWS::EC2::LaunchTemplate", "LaunchTemplateName", "a launch template", (3, 128), Mixed("().-/_"), &[]),
    row("AWS::EC2::SecurityGroup", "GroupName", "a security group", (1, 255), Mixed(" ._-:/()#,@[]+=&;{}!$*"), &[NoPrefix(&["sg-"])]),
    row("AWS::ECR::Repository", "RepositoryName", "a container repository", (2, 256), Lower("._-/"), &[WordFirst, WordLast, Nowhere(&["//", "..", "___"])]),
    row("AWS::ECS::Cluster", "ClusterName", "an ECS cluster", (1, 255), WORD, &[]),
    row("AWS::ECS::Service", "ServiceName", "an ECS service", (1, 255), WORD, &[]),
    row("AWS::ECS::TaskDefinition", "Family", "a family of task definitions", (1, 255), WORD, &[]),
    row("AWS::EKS::Cluster", "Name", "an EKS cluster", (1, 100), WORD, &[WordFirst]),
    row("AWS::ElastiCache::CacheCluster", "ClusterName", "a cache cluster", (1, 50), HYPHEN, CLUSTER),
    row("AWS::ElastiCache::ReplicationGroup", "ReplicationGroupId", "a replication group", (1, 40), HYPHEN, CLUSTER),
    row("AWS::ElasticLoadBalancing::LoadBalancer", "LoadBalancerName", "a load balancer", (1, 32), HYPHEN, &[WordFirst, WordLast]),
    row("AWS::ElasticLoadBalancingV2::LoadBalancer", "Name", "a load balancer", (1, 32), HYPHEN, &[WordFirst, WordLast, NoPrefix(&["internal-"])]),
    row("AWS::ElasticLoadBalancingV2::TargetGroup", "Name", "a target group", (1, 32), HYPHEN, &[WordFirst, WordLast]),
    row("AWS::Elasticsearch::Domain", "DomainName", "a search domain", (3, 28), Lower("-"), &[LetterFirst]),
    row("AWS::Events::ApiDestination", "Name", "an API destination", (1, 64), DOTTED, &[]),
    row("AWS::Events::Archive", "ArchiveName", "an archive of events", (1, 48), DOTTED, &[]),
    row("AWS::Events::Connection", "Name", "a connection of EventBridge", (1, 64), DOTTED, &[]),
    row("AWS::Events::EventBus", "Name", "an event bus", (1, 256), Mixed("/.-_"), &[]),
    row("AWS::Events::Rule", "Name", "a rule of EventBridge", (1, 64), DOTTED, &[]),
    row("AWS::IAM::Group", "GroupName", "an IAM group", (1, 128), IAM, &[]),
    row("AWS::IAM::InstanceProfile", "InstanceProfileName", "an instance profile", (1, 128), IAM, &[]),
    row("AWS::IAM::ManagedPolicy", "ManagedPolicyName", "a managed policy", (1, 128), IAM, &[]),
    row("AWS::IAM::Policy", "PolicyName", "a policy", (1, 128), IAM, &[]),
    row("AWS::IAM::Role", "RoleName", "an IAM role", (1, 64), IAM, &[]),
    row("AWS::IAM::User", "UserName", "an IAM user", (1, 64), IAM, &[]),
    row("AWS::IoT::TopicRule", "RuleName", "a rule of AWS IoT", (1, 128), Mixed("_"), &[]),
    row("AWS::KMS::Alias", "AliasName", "an alias of a key", (1, 256), Mixed("/:_-"), &[Prefix("alias/"), NoPrefix(&["alias/aws/"])]),
    row("AWS::Kinesis::Stream", "Name", "a stream", (1, 128), DOTTED, &[]),
    row("AWS::KinesisFirehose::DeliveryStream", "DeliveryStreamName", "a delivery stream", (1, 64), DOTTED, &[]),
    row("AWS::Lambda::Alias", "Name", "an alias of a function", (1, 128), WORD, &[NoNumber]),
    row("AWS::Lambda::Function", "FunctionName", "a function", (1, 64), WORD, &[]),
    row("AWS::Lambda::LayerVersion", "LayerName", "a layer", (1, 140), WORD, &[]),
    row("AWS::Logs::LogGroup", "LogGroupName", "a log group", (1, 512), Mixed(".-_/#"), &[]),
    row("AWS::Logs::LogStream", "LogStreamName", "a log stream", (1, 512), Without(":*"), &[]),
    row("AWS::MSK::Cluster", "ClusterName", "a Kafka cluster", (1, 64), ANY, &[]),
    row("AWS::Neptune::DBCluster", "DBClusterIdentifier", "a database cluster", (1, 63), HYPHEN, CLUSTER),
    row("AWS::OpenSearchService::Domain", "DomainName", "a search domain", (3, 28), Lower("-"), &[LetterFirst]),
    row("AWS::Pipes::Pipe", "Name", "a pipe", (1, 64), DOTTED, &[]),
    row("AWS::RDS::DBCluster", "DBClusterIdentifier", "a database cluster", (1, 63), HYPHEN, CLUSTER),
    row("AWS::RDS::DBClusterParameterGroup", "DBClusterParameterGroupName", "a parameter group", (1, 255), HYPHEN, CLUSTER),
    row("AWS::RDS::DBInstance", "DBInstanceIdentifier", "a database instance", (1, 63), HYPHEN, CLUSTER),
    row("AWS::RDS::DBParameterGroup", "DBParameterGroupName", "a parameter group", (1, 255), HYPHEN, CLUSTER),
    row("AWS::RDS::DBProxy", "DBProxyName", "a database proxy", (1, 64), HYPHEN, CLUSTER),
    row("AWS::RDS::DBSubnetGroup", "DBSubnetGroupName", "a subnet group", (1, 255), Mixed(" ._-"), &[]),
    row("AWS::Redshift::Cluster", "ClusterIdentifier", "a Redshift cluster", (1, 63), Lower("-"), CLUSTER),
    row("AWS::S3::AccessPoint", "Name", "an access point", (3, 50), Lower("-"), &[WordFirst, WordLast]),
    row("AWS::S3::Bucket", "BucketName", "a bucket", (3, 63), Lower(".-"), &[WordFirst, WordLast, Nowhere(&[".."]), NoAddress, NoPrefix(&["xn--", "sthree-", "amzn-s3-demo-"]), NoSuffix(&["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"])]),
    row("AWS::SES::ConfigurationSet", "Name", "a configuration set", (1, 64), WORD, &[]),
    row("AWS::SNS::Topic", "TopicName", "a topic", (1, 256), WORD, &[Fifo]),
    row("AWS::SQS::Queue", "QueueName", "a queue", (1, 80), WORD, &[Fifo]),
    row("AWS::SSM::Document", "Name", "a document", (3, 128), DOTTED, &[]),
    row("AWS::SSM::Parameter", "Name", "a parameter of Parameter Store", (1, 1011), Mixed("_.-/"), &[Rooted, NoPrefix(&["aws", "ssm", "/aws/"])]),
    row("AWS::Scheduler::Schedule", "Name", "a schedule", (1, 64), DOTTED, &[]),
    row("AWS::Scheduler::ScheduleGroup", "Name", "a group of schedules", (1, 64), DOTTED, &[]),
    row("AWS::SecretsManager::Secret", "Name", "a secret", (1, 512), Mixed("/_+=.@-"), &[]),
    row("AWS::StepFunctions::Activity", "Name", "an activity", (1, 80), STATES, &[]),
    row("AWS::StepFunctions::StateMachine", "StateMachineName", "a state machine", (1, 80), STATES, &[]),
    row("AWS::WAFv2::IPSet", "Name", "an IP set", (1, 128), WORD, &[]),
    row("AWS::WAFv2::RuleGroup", "Name", "a rule group", (1, 128), WORD, &[]),
    row("AWS::WAFv2::WebACL", "Name", "a web ACL", (1, 128), WORD, &[]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_sorted() {
        assert!(NAMINGS.is_sorted_by_key(|it| it.ty));
    }

    #[test]
    fn finds_all_of_a_type() {
        let found = |ty| namings(ty).iter().map(|it| it.property).collect::<Vec<_>>();
        assert_eq!(found("AWS::S3::Bucket"), ["BucketName"]);
        assert_eq!(found("AWS::A::First"), [""; 0]);
        assert_eq!(found("AWS::Z::Last"), [""; 0]);
    }

    #[test]
    fn judges_what_is_known() {
        let refusal = |ty: &str, pieces: &[Option<&str>]| {
            let pieces = pieces.iter().map(|it| it.map(str::to_owned)).collect();
            namings(ty)[0].refusal(&Known { pieces, unknown: 0 })
        };
        assert_eq!(refusal("AWS::KMS::Alias", &[None, Some("/key")]), None);
        assert_eq!(refusal("AWS::KMS::Alias", &[Some("al"), None]), None);
        assert!(refusal("AWS::KMS::Alias", &[Some("al")]).is_some());
        assert!(refusal("AWS::KMS::Alias", &[Some("key/"), None]).is_some());
        assert_eq!(refusal("AWS::S3::Bucket", &[None, Some("a")]), None);
        assert_eq!(refusal("AWS::S3::Bucket", &[Some("a-"), None, Some("-b")]), None);
        assert!(refusal("AWS::S3::Bucket", &[Some("a-"), None, Some("-b-")]).is_some());
        assert!(refusal("AWS::S3::Bucket", &[Some("é")]).is_some());
        assert_eq!(refusal("AWS::SSM::Parameter", &[None, Some("/name")]), None);
        assert!(refusal("AWS::SSM::Parameter", &[Some("app/"), None]).is_some());
    }
}
