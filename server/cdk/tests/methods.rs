//! What the methods of constructs do to the resources.

mod support;

use expect_test::{Expect, expect};
use std::fmt::Write;

/// Lowers a stack with `body` as its constructor, and shows its resources with what is known of the properties named.
fn check(body: &str, expected: Expect) {
    let text = format!(
        "import * as cdk from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sources from 'aws-cdk-lib/aws-lambda-event-sources';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as ssm from 'aws-cdk-lib/aws-ssm';

class S extends cdk.Stack {{
  constructor(scope: cdk.App, id: string) {{
    super(scope, id);
{body}
  }}
}}
new S(new cdk.App(), 'S');
"
    );
    let lowered = support::lower(&text);
    let mut out = String::new();
    for resource in lowered.stacks.iter().flat_map(|it| &it.resources) {
        let condition = resource.condition.as_ref().map(|it| format!(" if {}", it.text)).unwrap_or_default();
        let path = resource.path.as_deref().unwrap_or("?");
        writeln!(out, "{} {} ({path}){condition}", resource.key, resource.ty.text).unwrap();
        for (name, node) in &resource.properties.as_map().unwrap().entries {
            let shown = support::value(node);
            if !matches!(&*shown, "absent" | "unknown") {
                writeln!(out, "  {}: {shown}", name.text).unwrap();
            }
        }
        for (name, node) in &resource.attributes.entries {
            writeln!(out, "  @{}: {}", name.text, support::value(node)).unwrap();
        }
    }
    expected.assert_eq(&out);
}

#[test]
fn all_statements_of_a_role_are_in_one_policy() {
    check(
        "
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
    const param = new ssm.StringParameter(this, 'Param', { stringValue: 'a' });
    role.addToPolicy(new iam.PolicyStatement({ actions: ['a:B'], resources: ['*'] }));
    param.grantRead(role);
    if (process.env.MORE) {
      param.grantWrite(role);
      role.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['c:D'], resources: ['*'] }));
    }",
        expect![[r#"
            Role AWS::IAM::Role (S/Role/Resource)
              AssumeRolePolicyDocument: {Statement: [{Action: "sts:AssumeRole", Effect: "Allow", Principal: {Service: ["ec2.amazonaws.com"]}}, ...], Version: "2012-10-17"}
            Param AWS::SSM::Parameter (S/Param/Resource)
              Type: "String"
              Value: "a"
            Role/DefaultPolicy AWS::IAM::Policy (S/Role/DefaultPolicy/Resource)
              PolicyDocument: {Statement: [{Effect: "Allow", Action: ["a:B"], Resource: ["*"]}, {Action: ["ssm:DescribeParameters", "ssm:GetParameter", "ssm:GetParameterHistory", "ssm:GetParameters"], Effect: "Allow", Resource: `arn:${Ref(AWS::Partition)}:ssm:${Ref(AWS::Region)}:${Ref(AWS::AccountId)}:parameter/${Ref(Param)}`, ...}, ...], Version: "2012-10-17"}
              Roles: [Ref(Role)]
              PolicyName: "RoleDefaultPolicy5FFB7DAB"
            Role/DefaultPolicy~1 AWS::IAM::Policy (?) if process.env.MORE
              PolicyDocument: {Statement: [{Action: "ssm:PutParameter", Effect: "Allow", Resource: `arn:${Ref(AWS::Partition)}:ssm:${Ref(AWS::Region)}:${Ref(AWS::AccountId)}:parameter/${Ref(Param)}`, ...}, {Effect: "Allow", Action: ["c:D"], Resource: ["*"]}, ...], Version: "2012-10-17"}
              Roles: [Ref(Role)]
        "#]],
    );
}

#[test]
fn functions_have_roles_of_their_own() {
    check(
        "
    const fn = new lambda.Function(this, 'Fn', {
      code: lambda.Code.fromInline('x'), handler: 'index.handler', runtime: lambda.Runtime.NODEJS_20_X,
    });
    const bucket = new s3.Bucket(this, 'Bucket');
    bucket.grantRead(fn, 'in/*');
    bucket.grantPut(fn.role!);
    fn.addToRolePolicy(new iam.PolicyStatement({ actions: ['a:B'], resources: ['*'] }));
    fn.role!.addManagedPolicy(iam.ManagedPolicy.fromAwsManagedPolicyName('ReadOnlyAccess'));",
        expect![[r#"
            Fn AWS::Lambda::Function (S/Fn/Resource)
              Role: Fn/ServiceRole.Arn
              Handler: "index.handler"
              Runtime: "nodejs20.x"
              Code: {ZipFile: "x"}
            Fn/ServiceRole AWS::IAM::Role (S/Fn/ServiceRole/Resource)
              AssumeRolePolicyDocument: {Statement: [{Action: "sts:AssumeRole", Effect: "Allow", Principal: {Service: "lambda.amazonaws.com"}}, ...], Version: "2012-10-17"}
              ManagedPolicyArns: [`arn:${Ref(AWS::Partition)}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole`, `arn:${Ref(AWS::Partition)}:iam::aws:policy/ReadOnlyAccess`, ...]
            Bucket AWS::S3::Bucket (S/Bucket/Resource)
              @UpdateReplacePolicy: "Retain"
              @DeletionPolicy: "Retain"
            Fn/ServiceRole/DefaultPolicy AWS::IAM::Policy (S/Fn/ServiceRole/DefaultPolicy/Resource)
              PolicyDocument: {Statement: [{Action: ["s3:GetBucket*", "s3:GetObject*", "s3:List*"], Effect: "Allow", Resource: [Bucket.Arn, `${Bucket.Arn}/in/*`], ...}, {Action: ["s3:Abort*", "s3:PutObject", "s3:PutObjectLegalHold", "s3:PutObjectRetention", "s3:PutObjectTagging", "s3:PutObjectVersionTagging"], Effect: "Allow", Resource: `${Bucket.Arn}/*`, ...}, {Effect: "Allow", Action: ["a:B"], Resource: ["*"]}, ...], Version: "2012-10-17"}
              Roles: [Ref(Fn/ServiceRole)]
              PolicyName: "FnServiceRoleDefaultPolicyC6A839BF"
        "#]],
    );
}

#[test]
fn principals_that_are_no_constructs_are_let_in_by_the_resource() {
    check(
        "
    const topic = new sns.Topic(this, 'Topic');
    topic.grantPublish(new iam.ServicePrincipal('s3.amazonaws.com'));
    topic.addToResourcePolicy(new iam.PolicyStatement({
      actions: ['sns:Publish'], principals: [new iam.AnyPrincipal()], resources: [topic.topicArn],
    }));",
        expect![[r#"
            Topic AWS::SNS::Topic (S/Topic/Resource)
            Topic/Policy AWS::SNS::TopicPolicy (S/Topic/Policy/Resource)
              Topics: [Ref(Topic)]
              PolicyDocument: {Statement: [{Action: "sns:Publish", Effect: "Allow", Resource: Ref(Topic), Principal: {Service: ["s3.amazonaws.com"]}, ...}, {Effect: "Allow", Action: ["sns:Publish"], Resource: [Ref(Topic)], Principal: {AWS: ["*"]}}, ...], Version: "2012-10-17"}
              @DeletionPolicy: unknown
              @UpdateReplacePolicy: unknown
        "#]],
    );
}

#[test]
fn what_is_said_of_a_resource_as_such_counts_where_it_certainly_runs() {
    check(
        "
    const topic = new sns.Topic(this, 'Topic');
    const queue = new sqs.Queue(this, 'Queue', { removalPolicy: cdk.RemovalPolicy.RETAIN });
    const cfn = queue.node.defaultChild as sqs.CfnQueue;
    cfn.addOverride('Properties.DelaySeconds', 5);
    cfn.addOverride('DeletionPolicy', 'Delete');
    cfn.addMetadata('Owner', 'me');
    cfn.addPropertyOverride('Tags.0.Key', 'x');
    queue.node.addDependency(topic);
    if (process.env.MORE) {
      queue.applyRemovalPolicy(cdk.RemovalPolicy.RETAIN);
      cfn.addPropertyDeletionOverride('DelaySeconds');
    }
    const other = new sqs.Queue(this, 'Other', { removalPolicy: cdk.RemovalPolicy.RETAIN });
    other.applyRemovalPolicy(cdk.RemovalPolicy.DESTROY);",
        expect![[r#"
            Topic AWS::SNS::Topic (S/Topic/Resource)
            Queue AWS::SQS::Queue (S/Queue/Resource)
              @UpdateReplacePolicy: unknown
              @DeletionPolicy: unknown
              @Metadata: {Owner: "me", ...}
              @DependsOn: ["Topic"]
            Other AWS::SQS::Queue (S/Other/Resource)
              @UpdateReplacePolicy: "Delete"
              @DeletionPolicy: "Delete"
        "#]],
    );
}

#[test]
fn what_is_handed_to_other_code_is_open() {
    check(
        "
    const topic = new sns.Topic(this, 'Topic', { topicName: 'a' });
    const queue = new sqs.Queue(this, 'Queue', { queueName: 'b' });
    queue.applyRemovalPolicy(cdk.RemovalPolicy.RETAIN);
    queue.metricApproximateAgeOfOldestMessage();
    secure({ topic });
    cdk.Aspects.of(queue).add(new AwsSolutionsChecks());",
        expect![[r#"
            Topic AWS::SNS::Topic (S/Topic/Resource)
              TopicName: "a"
            Queue AWS::SQS::Queue (S/Queue/Resource)
              QueueName: "b"
              @UpdateReplacePolicy: "Retain"
              @DeletionPolicy: "Retain"
        "#]],
    );
}

#[test]
fn what_invokes_a_function_may_do_so() {
    check(
        "
    const fn = new lambda.Function(this, 'Fn', {
      code: lambda.Code.fromInline('x'), handler: 'index.handler', runtime: lambda.Runtime.NODEJS_20_X,
    });
    const queue = new sqs.Queue(this, 'Queue');
    fn.addEnvironment('QUEUE', queue.queueUrl);
    fn.addEventSource(new sources.SqsEventSource(queue, { batchSize: 5 }));
    fn.addPermission('S3', { principal: new iam.ServicePrincipal('s3.amazonaws.com') });
    fn.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.NONE, cors: { allowedOrigins: ['*'] } });
    const rule = new events.Rule(this, 'Rule', { schedule: events.Schedule.rate(cdk.Duration.minutes(5)) });
    rule.addTarget(new targets.LambdaFunction(fn));",
        expect![[r#"
            Fn AWS::Lambda::Function (S/Fn/Resource)
              Role: Fn/ServiceRole.Arn
              Handler: "index.handler"
              Runtime: "nodejs20.x"
              Code: {ZipFile: "x"}
              Environment: {Variables: {QUEUE: Ref(Queue)}, ...}
            Fn/ServiceRole AWS::IAM::Role (S/Fn/ServiceRole/Resource)
              AssumeRolePolicyDocument: {Statement: [{Action: "sts:AssumeRole", Effect: "Allow", Principal: {Service: "lambda.amazonaws.com"}}, ...], Version: "2012-10-17"}
              ManagedPolicyArns: [`arn:${Ref(AWS::Partition)}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole`]
            Queue AWS::SQS::Queue (S/Queue/Resource)
              @UpdateReplacePolicy: "Delete"
              @DeletionPolicy: "Delete"
            Fn/SqsEventSource AWS::Lambda::EventSourceMapping (S/Fn/SqsEventSource:SQueue229CFA3F/Resource)
              FunctionName: Ref(Fn)
              BatchSize: 5
              EventSourceArn: Queue.Arn
            Fn/ServiceRole/DefaultPolicy AWS::IAM::Policy (S/Fn/ServiceRole/DefaultPolicy/Resource)
              PolicyDocument: {Statement: [{Action: ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ReceiveMessage"], Effect: "Allow", Resource: Queue.Arn, ...}, ...], Version: "2012-10-17"}
              Roles: [Ref(Fn/ServiceRole)]
              PolicyName: "FnServiceRoleDefaultPolicyC6A839BF"
            Fn/S3 AWS::Lambda::Permission (S/Fn/S3)
              Action: "lambda:InvokeFunction"
              FunctionName: Fn.Arn
              Principal: "s3.amazonaws.com"
            Fn/FunctionUrl AWS::Lambda::Url (S/Fn/FunctionUrl/Resource)
              TargetFunctionArn: Fn.Arn
              AuthType: "NONE"
              Cors: {AllowOrigins: ["*"], AllowHeaders: absent, ExposeHeaders: absent, AllowCredentials: absent, AllowMethods: absent, MaxAge: absent}
            Fn/invoke-function-url AWS::Lambda::Permission (S/Fn/invoke-function-url)
              Action: "lambda:InvokeFunctionUrl"
              FunctionName: Fn.Arn
              FunctionUrlAuthType: "NONE"
              Principal: "*"
            Rule AWS::Events::Rule (S/Rule/Resource)
              State: "ENABLED"
              ScheduleExpression: "rate(5 minutes)"
              Targets: [{Id: "Target0", Arn: Fn.Arn, Input: absent, InputPath: absent, InputTransformer: absent, DeadLetterConfig: absent, RetryPolicy: absent, ...}]
            Rule/AllowInvoke AWS::Lambda::Permission (S/Rule/AllowEventRuleSFn8C14A72D)
              Action: "lambda:InvokeFunction"
              FunctionName: Fn.Arn
              Principal: "events.amazonaws.com"
              SourceArn: Rule.Arn
        "#]],
    );
}

#[test]
fn topics_have_subscriptions() {
    check(
        "
    const queue = new sqs.Queue(this, 'Queue');
    const topic = new sns.Topic(this, 'Topic');
    topic.addSubscription(new subscriptions.SqsSubscription(queue));
    topic.addSubscription(new subscriptions.EmailSubscription('me@example.com'));
    topic.addSubscription(new subscriptions.UrlSubscription('http://example.com/'));",
        expect![[r#"
            Queue AWS::SQS::Queue (S/Queue/Resource)
              @UpdateReplacePolicy: "Delete"
              @DeletionPolicy: "Delete"
            Topic AWS::SNS::Topic (S/Topic/Resource)
            Queue/Subscription AWS::SNS::Subscription (S/Queue/STopicA6DC6E57/Resource)
              Endpoint: Queue.Arn
              Protocol: "sqs"
              TopicArn: Ref(Topic)
            Queue/Policy AWS::SQS::QueuePolicy (S/Queue/Policy/Resource)
              Queues: [Ref(Queue)]
              PolicyDocument: {Statement: [{Action: "sqs:SendMessage", Effect: "Allow", Principal: {Service: "sns.amazonaws.com"}, Resource: Queue.Arn, Condition: {ArnEquals: {aws:SourceArn: Ref(Topic)}}, ...}, ...], Version: "2012-10-17"}
              @DeletionPolicy: unknown
              @UpdateReplacePolicy: unknown
            Topic/Subscription AWS::SNS::Subscription (S/Topic/me@example.com/Resource)
              Endpoint: "me@example.com"
              Protocol: "email"
              TopicArn: Ref(Topic)
            Topic/Subscription~2 AWS::SNS::Subscription (S/Topic/http:----example.com--/Resource)
              Endpoint: "http://example.com/"
              Protocol: "http"
              TopicArn: Ref(Topic)
        "#]],
    );
}

#[test]
fn suppressions_reach_what_a_path_names() {
    check(
        "
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
    role.addToPolicy(new iam.PolicyStatement({ actions: ['a:B'], resources: ['*'] }));
    NagSuppressions.addResourceSuppressionsByPath(this, '/S/Role/DefaultPolicy/Resource', [{ id: 'A', reason: 'b' }]);
    const other = new iam.Role(this, 'Other', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
    other.addToPolicy(new iam.PolicyStatement({ actions: ['a:B'], resources: ['*'] }));
    NagSuppressions.addResourceSuppressionsByPath(this, ['S/Other'], [{ id: 'C', reason: 'd' }], true);",
        expect![[r#"
            Role AWS::IAM::Role (S/Role/Resource)
              AssumeRolePolicyDocument: {Statement: [{Action: "sts:AssumeRole", Effect: "Allow", Principal: {Service: ["ec2.amazonaws.com"]}}, ...], Version: "2012-10-17"}
            Role/DefaultPolicy AWS::IAM::Policy (S/Role/DefaultPolicy/Resource)
              PolicyDocument: {Statement: [{Effect: "Allow", Action: ["a:B"], Resource: ["*"]}, ...], Version: "2012-10-17"}
              Roles: [Ref(Role)]
              PolicyName: "RoleDefaultPolicy5FFB7DAB"
              @Metadata: {cdk_nag: {rules_to_suppress: [{id: "A", reason: "b"}, ...]}, ...}
            Other AWS::IAM::Role (S/Other/Resource)
              AssumeRolePolicyDocument: {Statement: [{Action: "sts:AssumeRole", Effect: "Allow", Principal: {Service: ["ec2.amazonaws.com"]}}, ...], Version: "2012-10-17"}
              @Metadata: {cdk_nag: {rules_to_suppress: [{id: "C", reason: "d"}, ...]}, ...}
            Other/DefaultPolicy AWS::IAM::Policy (S/Other/DefaultPolicy/Resource)
              PolicyDocument: {Statement: [{Effect: "Allow", Action: ["a:B"], Resource: ["*"]}, ...], Version: "2012-10-17"}
              Roles: [Ref(Other)]
              PolicyName: "OtherDefaultPolicyD9B8200E"
              @Metadata: {cdk_nag: {rules_to_suppress: [{id: "C", reason: "d"}, ...]}, ...}
        "#]],
    );
}

#[test]
fn groups_have_the_rules_of_addresses_themselves() {
    check(
        "
    const vpc = ec2.Vpc.fromLookup(this, 'Vpc', { isDefault: true });
    const group = new ec2.SecurityGroup(this, 'Group', { vpc, allowAllOutbound: false });
    const other = new ec2.SecurityGroup(this, 'Other', { vpc });
    group.addIngressRule(ec2.Peer.ipv4('10.0.0.0/8'), ec2.Port.tcp(80));
    group.addIngressRule(other, ec2.Port.tcp(22));
    group.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443));
    other.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443));
    other.connections.allowInternally(ec2.Port.allTraffic());
    if (process.env.MORE) {
      other.connections.allowFromAnyIpv4(ec2.Port.HTTPS);
    }",
        expect![[r#"
            Group AWS::EC2::SecurityGroup (S/Group/Resource)
              GroupDescription: "S/Group"
              SecurityGroupEgress: [{CidrIp: "0.0.0.0/0", IpProtocol: "tcp", FromPort: 443, ToPort: 443, Description: "from 0.0.0.0/0:443", ...}, ...]
              SecurityGroupIngress: [{CidrIp: "10.0.0.0/8", IpProtocol: "tcp", FromPort: 80, ToPort: 80, Description: "from 10.0.0.0/8:80", ...}, ...]
            Other AWS::EC2::SecurityGroup (S/Other/Resource)
              GroupDescription: "S/Other"
              SecurityGroupEgress: [{CidrIp: "0.0.0.0/0", Description: "Allow all outbound traffic by default", IpProtocol: "-1", ...}, ...]
            Group/from SOtherEC3ABC22:22 AWS::EC2::SecurityGroupIngress (S/Group/from SOtherEC3ABC22:22)
              IpProtocol: "tcp"
              FromPort: 22
              ToPort: 22
              GroupId: Group.GroupId
              SourceSecurityGroupId: Other.GroupId
              Description: "from SOtherEC3ABC22:22"
            Other/from SOtherEC3ABC22:ALL TRAFFIC AWS::EC2::SecurityGroupIngress (S/Other/from SOtherEC3ABC22:ALL TRAFFIC)
              IpProtocol: "-1"
              GroupId: Other.GroupId
              SourceSecurityGroupId: Other.GroupId
              Description: "from SOtherEC3ABC22:ALL TRAFFIC"
            Other/Ingress AWS::EC2::SecurityGroupIngress (?) if process.env.MORE
              CidrIp: "0.0.0.0/0"
              IpProtocol: "tcp"
              FromPort: "443"
              ToPort: "443"
              Description: "from 0.0.0.0/0:443"
              GroupId: Other.GroupId
        "#]],
    );
}

#[test]
fn what_methods_add_is_in_the_tables() {
    check(
        "
    const bucket = new s3.Bucket(this, 'Bucket');
    bucket.addCorsRule({ allowedMethods: [s3.HttpMethods.GET], allowedOrigins: ['*'] });
    bucket.addCorsRule({ allowedMethods: [s3.HttpMethods.PUT], allowedOrigins: ['https://example.com'], maxAge: 60 });
    bucket.addMetric({ id: 'All' });
    const vpc = new ec2.Vpc(this, 'Vpc', { natGateways: 0, maxAzs: 1, subnetConfiguration: [] });
    vpc.addFlowLog('Flow');
    const group = new logs.LogGroup(this, 'Logs');
    group.addMetricFilter('Errors', {
      filterPattern: logs.FilterPattern.literal('ERROR'), metricName: 'Errors', metricNamespace: 'App',
    });",
        expect![[r#"
            Bucket AWS::S3::Bucket (S/Bucket/Resource)
              CorsConfiguration: {CorsRules: [{AllowedMethods: ["GET"], AllowedOrigins: ["*"]}, {AllowedMethods: ["PUT"], AllowedOrigins: ["https://example.com"], MaxAge: 60}], ...}
              @UpdateReplacePolicy: "Retain"
              @DeletionPolicy: "Retain"
            Vpc AWS::EC2::VPC (S/Vpc/Resource)
              CidrBlock: "10.0.0.0/16"
              EnableDnsHostnames: true
              EnableDnsSupport: true
              InstanceTenancy: "default"
              Tags: [{Key: "Name", Value: "S/Vpc", ...}, ...]
            Flow AWS::IAM::Role (S/Vpc/Flow/IAMRole/Resource)
              AssumeRolePolicyDocument: {Statement: [{Action: "sts:AssumeRole", Effect: "Allow", Principal: {Service: "vpc-flow-logs.amazonaws.com"}}, ...], Version: "2012-10-17"}
              Tags: [{Key: "Name", Value: "S/Vpc/Flow", ...}, ...]
            Flow/IAMRole/DefaultPolicy AWS::IAM::Policy (S/Vpc/Flow/IAMRole/DefaultPolicy/Resource)
              PolicyDocument: {Statement: [{Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"], Effect: "Allow", Resource: Flow/LogGroup.Arn}, ...], Version: "2012-10-17"}
              Roles: [Ref(Flow), ...]
              PolicyName: "VpcFlowIAMRoleDefaultPolicyF31067C0"
            Flow/LogGroup AWS::Logs::LogGroup (S/Vpc/Flow/LogGroup/Resource)
              RetentionInDays: 731
              Tags: [{Key: "Name", Value: "S/Vpc/Flow", ...}, ...]
              @UpdateReplacePolicy: "Retain"
              @DeletionPolicy: "Retain"
            Flow/FlowLog AWS::EC2::FlowLog (S/Vpc/Flow/FlowLog)
              DeliverLogsPermissionArn: Flow.Arn
              LogDestinationType: "cloud-watch-logs"
              LogGroupName: Ref(Flow/LogGroup)
              Tags: [{Key: "Name", Value: "S/Vpc/Flow", ...}, ...]
              ResourceId: Ref(Vpc)
              ResourceType: "VPC"
              TrafficType: "ALL"
            Logs AWS::Logs::LogGroup (S/Logs/Resource)
              RetentionInDays: 731
              @UpdateReplacePolicy: "Retain"
              @DeletionPolicy: "Retain"
            Logs/Errors AWS::Logs::MetricFilter (S/Logs/Errors/Resource)
              LogGroupName: Ref(Logs)
              MetricTransformations: [{MetricValue: "1", MetricName: "Errors", MetricNamespace: "App"}]
              FilterPattern: "ERROR"
        "#]],
    );
}
