//! Programs, and what they are lowered to.

mod support;

use expect_test::{Expect, expect};
use support::{lower, render};

fn check(text: &str, expected: Expect) {
    expected.assert_eq(&render(text, &lower(text)));
}

#[test]
fn buckets() {
    check(
        r#"
import { Stack, RemovalPolicy, aws_iam as iam } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';

const NAME = 'logs';

export class Storage extends Stack {
  private readonly logs: s3.Bucket;
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    this.logs = new s3.Bucket(this, 'Logs', { versioned: false, bucketName: `${NAME}-${this.region}` });
    const data = new s3.Bucket(this, 'Data', {
      versioned: props.prod ? true : undefined,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.KMS,
      removalPolicy: RemovalPolicy.DESTROY,
      serverAccessLogsBucket: this.logs,
    });
    new s3.Bucket(this, 'Open', { versioned: true, ...props.more });
    data.addToResourcePolicy(new iam.PolicyStatement({
      actions: ['s3:GetObject'],
      principals: [new iam.AnyPrincipal()],
      resources: [data.arnForObjects('*'), `${this.logs.bucketArn}/*`],
    }));
    const role = new iam.Role(this, 'Role', { roleName: 'admin', assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
    role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:*'], resources: ['arn:aws:s3:::content-*'] }));
    const cfn = data.node.defaultChild as s3.CfnBucket;
    cfn.addPropertyOverride('VersioningConfiguration.Status', 'Enabled');
    new s3.CfnBucket(this, 'Raw', { versioningConfiguration: { status: 'Enabled' }, bucketEncryption: { serverSideEncryptionConfiguration: [{ serverSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: data.bucketArn } }] } });
  }
}
"#,
        expect![[r#"
            stack Storage
              Logs AWS::S3::Bucket [Logs] <s3.Bucket>
                BucketName: `logs-${Ref(AWS::Region)}`
                without VersioningConfiguration, AbacStatus, OwnershipControls, BucketEncryption, BucketNamespace, ObjectLockEnabled, LoggingConfiguration, AccelerateConfiguration, WebsiteConfiguration, PublicAccessBlockConfiguration, CorsConfiguration, IntelligentTieringConfigurations, MetricsConfigurations, InventoryConfigurations, LifecycleConfiguration, ReplicationConfiguration, ObjectLockConfiguration
                ...
                @UpdateReplacePolicy: "Retain"
                @DeletionPolicy: "Retain"
              Data AWS::S3::Bucket [Data] <s3.Bucket>
                BucketEncryption: {ServerSideEncryptionConfiguration: [{ServerSideEncryptionByDefault: {SSEAlgorithm: "aws:kms", KMSMasterKeyID: Data/Key.Arn}}]}
                LoggingConfiguration: {DestinationBucketName: Ref(Logs)}
                VersioningConfiguration: {Status: "Enabled"}
                PublicAccessBlockConfiguration: {BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true}
                without AbacStatus, AccessControl, OwnershipControls, BucketName, BucketNamespace, ObjectLockEnabled, AccelerateConfiguration, WebsiteConfiguration, CorsConfiguration, IntelligentTieringConfigurations, MetricsConfigurations, InventoryConfigurations, LifecycleConfiguration, ReplicationConfiguration, ObjectLockConfiguration
                ...
                @UpdateReplacePolicy: "Delete"
                @DeletionPolicy: "Delete"
              Data/Key AWS::KMS::Key [Data] <s3.Bucket>
                KeyPolicy: {Statement: [{Action: "kms:*", Effect: "Allow", Principal: {AWS: `arn:${Ref(AWS::Partition)}:iam::${Ref(AWS::AccountId)}:root`}, Resource: "*"}, ...], Version: "2012-10-17"}
                EnableKeyRotation: true
                ...
                @UpdateReplacePolicy: "Retain"
                @DeletionPolicy: "Retain"
              Open AWS::S3::Bucket [Open] <s3.Bucket>
                ...
              Data/BucketPolicy AWS::S3::BucketPolicy [Data] <s3.Bucket>
                Bucket: Ref(Data)
                PolicyDocument: {Statement: [{Effect: "Allow", Action: ["s3:GetObject"], Resource: [`${Data.Arn}/*`, `${Logs.Arn}/*`], Principal: {AWS: ["*"]}}, ...], Version: "2012-10-17"}
                ...
              Role AWS::IAM::Role [Role] <iam.Role>
                AssumeRolePolicyDocument: {Statement: [{Action: "sts:AssumeRole", Effect: "Allow", Principal: {Service: ["ec2.amazonaws.com"]}}, ...], Version: "2012-10-17"}
                RoleName: "admin"
                without Description, Policies, ManagedPolicyArns, Path, PermissionsBoundary, MaxSessionDuration
                ...
              Role/DefaultPolicy AWS::IAM::Policy [iam.PolicyStatement] <iam.PolicyStatement>
                PolicyDocument: {Statement: [{Effect: "Allow", Action: ["s3:*"], Resource: ["arn:aws:s3:::content-*"]}, ...], Version: "2012-10-17"}
                Roles: [Ref(Role)]
                ...
              Raw AWS::S3::Bucket [Raw] <s3.CfnBucket>
                VersioningConfiguration: {Status: "Enabled"}
                BucketEncryption: {ServerSideEncryptionConfiguration: [{ServerSideEncryptionByDefault: {SSEAlgorithm: "aws:kms", KMSMasterKeyID: Data.Arn}}]}
        "#]],
    );
}

#[test]
fn security_groups() {
    check(
        r#"
import * as cdk from 'aws-cdk-lib';
import { aws_ec2 as ec2 } from 'aws-cdk-lib';
class Net extends cdk.Stack {
  constructor(scope, id) {
    super(scope, id);
    const vpc = new ec2.Vpc(this, 'Vpc');
    const sg = new ec2.SecurityGroup(this, 'Group', { vpc, description: 'x' });
    sg.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(22), 'ssh');
    sg.addIngressRule(ec2.Peer.ipv4('10.0.0.0/8'), new ec2.Port({ protocol: ec2.Protocol.TCP, fromPort: 20, toPort: 30, stringRepresentation: 'x' }));
    sg.connections.allowFromAnyIpv4(ec2.Port.SSH);
    sg.addIngressRule(sg, ec2.Port.allTraffic());
  }
}
"#,
        expect![[r#"
            stack Net
              Vpc AWS::EC2::VPC [Vpc] <ec2.Vpc>
                CidrBlock: "10.0.0.0/16"
                EnableDnsHostnames: true
                EnableDnsSupport: true
                InstanceTenancy: "default"
                Tags: [{Key: "Name", Value: unknown, ...}, ...]
                ...
              Vpc/PublicSubnet1/Subnet AWS::EC2::Subnet [Vpc] <ec2.Vpc>
                MapPublicIpOnLaunch: true
                Tags: [{Key: "aws-cdk:subnet-name", Value: "Public"}, {Key: "aws-cdk:subnet-type", Value: "Public"}, {Key: "Name", Value: unknown}, ...]
                VpcId: Ref(Vpc)
                without AssignIpv6AddressOnCreation, Ipv6CidrBlock
                ...
              Vpc/PublicSubnet1/RouteTable AWS::EC2::RouteTable [Vpc] <ec2.Vpc>
                Tags: [{Key: "Name", Value: unknown}, ...]
                VpcId: Ref(Vpc)
                ...
              Vpc/PublicSubnet1/RouteTableAssociation AWS::EC2::SubnetRouteTableAssociation [Vpc] <ec2.Vpc>
                RouteTableId: Ref(Vpc/PublicSubnet1/RouteTable)
                SubnetId: Ref(Vpc/PublicSubnet1/Subnet)
                ...
              Vpc/PublicSubnet1/DefaultRoute AWS::EC2::Route [Vpc] <ec2.Vpc>
                DestinationCidrBlock: "0.0.0.0/0"
                GatewayId: Ref(Vpc/IGW)
                RouteTableId: Ref(Vpc/PublicSubnet1/RouteTable)
                ...
                @DependsOn: ["Vpc/VPCGW", ...]
              Vpc/PublicSubnet2/Subnet AWS::EC2::Subnet [Vpc] <ec2.Vpc>
                MapPublicIpOnLaunch: true
                Tags: [{Key: "aws-cdk:subnet-name", Value: "Public"}, {Key: "aws-cdk:subnet-type", Value: "Public"}, {Key: "Name", Value: unknown}, ...]
                VpcId: Ref(Vpc)
                without AssignIpv6AddressOnCreation, Ipv6CidrBlock
                ...
              Vpc/PublicSubnet2/RouteTable AWS::EC2::RouteTable [Vpc] <ec2.Vpc>
                Tags: [{Key: "Name", Value: unknown}, ...]
                VpcId: Ref(Vpc)
                ...
              Vpc/PublicSubnet2/RouteTableAssociation AWS::EC2::SubnetRouteTableAssociation [Vpc] <ec2.Vpc>
                RouteTableId: Ref(Vpc/PublicSubnet2/RouteTable)
                SubnetId: Ref(Vpc/PublicSubnet2/Subnet)
                ...
              Vpc/PublicSubnet2/DefaultRoute AWS::EC2::Route [Vpc] <ec2.Vpc>
                DestinationCidrBlock: "0.0.0.0/0"
                GatewayId: Ref(Vpc/IGW)
                RouteTableId: Ref(Vpc/PublicSubnet2/RouteTable)
                ...
                @DependsOn: ["Vpc/VPCGW", ...]
              Vpc/PrivateSubnet1/Subnet AWS::EC2::Subnet [Vpc] <ec2.Vpc>
                MapPublicIpOnLaunch: false
                Tags: [{Key: "aws-cdk:subnet-name", Value: "Private"}, {Key: "aws-cdk:subnet-type", Value: "Private"}, {Key: "Name", Value: unknown}, ...]
                VpcId: Ref(Vpc)
                without AssignIpv6AddressOnCreation, Ipv6CidrBlock
                ...
              Vpc/PrivateSubnet1/RouteTable AWS::EC2::RouteTable [Vpc] <ec2.Vpc>
                Tags: [{Key: "Name", Value: unknown}, ...]
                VpcId: Ref(Vpc)
                ...
              Vpc/PrivateSubnet1/RouteTableAssociation AWS::EC2::SubnetRouteTableAssociation [Vpc] <ec2.Vpc>
                RouteTableId: Ref(Vpc/PrivateSubnet1/RouteTable)
                SubnetId: Ref(Vpc/PrivateSubnet1/Subnet)
                ...
              Vpc/PrivateSubnet2/Subnet AWS::EC2::Subnet [Vpc] <ec2.Vpc>
                MapPublicIpOnLaunch: false
                Tags: [{Key: "aws-cdk:subnet-name", Value: "Private"}, {Key: "aws-cdk:subnet-type", Value: "Private"}, {Key: "Name", Value: unknown}, ...]
                VpcId: Ref(Vpc)
                without AssignIpv6AddressOnCreation, Ipv6CidrBlock
                ...
              Vpc/PrivateSubnet2/RouteTable AWS::EC2::RouteTable [Vpc] <ec2.Vpc>
                Tags: [{Key: "Name", Value: unknown}, ...]
                VpcId: Ref(Vpc)
                ...
              Vpc/PrivateSubnet2/RouteTableAssociation AWS::EC2::SubnetRouteTableAssociation [Vpc] <ec2.Vpc>
                RouteTableId: Ref(Vpc/PrivateSubnet2/RouteTable)
                SubnetId: Ref(Vpc/PrivateSubnet2/Subnet)
                ...
              Vpc/IGW AWS::EC2::InternetGateway [Vpc] <ec2.Vpc>
                Tags: [{Key: "Name", Value: unknown}, ...]
                ...
              Vpc/VPCGW AWS::EC2::VPCGatewayAttachment [Vpc] <ec2.Vpc>
                InternetGatewayId: Ref(Vpc/IGW)
                VpcId: Ref(Vpc)
                ...
              Group AWS::EC2::SecurityGroup [Group] <ec2.SecurityGroup>
                GroupDescription: "x"
                SecurityGroupEgress: [{CidrIp: "0.0.0.0/0", Description: "Allow all outbound traffic by default", IpProtocol: "-1", ...}, ...]
                VpcId: Ref(Vpc)
                SecurityGroupIngress: [{CidrIp: "0.0.0.0/0", IpProtocol: "tcp", FromPort: 22, ToPort: 22, Description: "ssh", ...}, {CidrIp: "10.0.0.0/8", IpProtocol: "tcp", FromPort: 20, ToPort: 30, Description: "from 10.0.0.0/8:x", ...}, {CidrIp: "0.0.0.0/0", IpProtocol: "tcp", FromPort: "22", ToPort: "22", Description: "from 0.0.0.0/0:22", ...}, ...]
                without GroupName
                ...
              Group/Rule AWS::EC2::SecurityGroupIngress [sg] <addIngressRule>
                IpProtocol: "-1"
                GroupId: Group.GroupId
                SourceSecurityGroupId: Group.GroupId
                without FromPort, ToPort
                ...
        "#]],
    );
}

#[test]
fn balancers() {
    check(
        r#"
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as patterns from 'aws-cdk-lib/aws-ecs-patterns';
class Web extends Stack {
  constructor(scope, id, props) {
    super(scope, id);
    const lb = new elbv2.ApplicationLoadBalancer(this, 'Balancer', { vpc: props.vpc, internetFacing: true });
    const http = lb.addListener('Http', { port: 80, open: true });
    http.addTargets('Targets', { port: 80 });
    http.addTargets('Api', { port: 8080, priority: 5, conditions: [elbv2.ListenerCondition.pathPatterns(['/api/*'])] });
    lb.addListener('Https', { port: 443, certificates: [props.certificate], defaultAction: elbv2.ListenerAction.forward([props.group]) });
    lb.addListener('Redirect', { port: 8080, defaultAction: elbv2.ListenerAction.redirect({ protocol: 'HTTPS', port: '443', permanent: true }) });
    new patterns.ApplicationLoadBalancedFargateService(this, 'Service', { taskImageOptions: {} });
    new patterns.ApplicationLoadBalancedFargateService(this, 'Secure', { certificate: props.certificate, redirectHTTP: true });
  }
}
"#,
        expect![[r#"
            stack Web
              Balancer AWS::ElasticLoadBalancingV2::LoadBalancer [Balancer] <elbv2.ApplicationLoadBalancer>
                LoadBalancerAttributes: [{Key: "deletion_protection.enabled", Value: "false"}]
                Scheme: "internet-facing"
                SecurityGroups: [Balancer/SecurityGroup.GroupId]
                Subnets: [unknown, ...]
                Type: "application"
                without Name, MinimumLoadBalancerCapacity, IpAddressType
                ...
              Balancer/SecurityGroup AWS::EC2::SecurityGroup [Balancer] <elbv2.ApplicationLoadBalancer>
                SecurityGroupEgress: [...]
                ...
              Http AWS::ElasticLoadBalancingV2::Listener [Http] <addListener>
                Port: 80
                Protocol: "HTTP"
                LoadBalancerArn: Ref(Balancer)
                DefaultActions: [{Type: "forward", TargetGroupArn: Ref(Http/TargetsGroup), ...}]
                without SslPolicy, Certificates
                ...
              Http/TargetsGroup AWS::ElasticLoadBalancingV2::TargetGroup [Targets] <addTargets>
                Port: 80
                Protocol: "HTTP"
                TargetGroupAttributes: [{Key: "stickiness.enabled", Value: "false"}]
                without IpAddressType, Name, ProtocolVersion, HealthCheckEnabled, Matcher, HealthyThresholdCount, HealthCheckIntervalSeconds, HealthCheckPath, HealthCheckPort, HealthCheckProtocol, HealthCheckTimeoutSeconds, UnhealthyThresholdCount, Targets
                ...
              Http/ApiGroup AWS::ElasticLoadBalancingV2::TargetGroup [Api] <addTargets>
                Port: 8080
                Protocol: "HTTP"
                TargetGroupAttributes: [{Key: "stickiness.enabled", Value: "false"}]
                without IpAddressType, Name, ProtocolVersion, HealthCheckEnabled, Matcher, HealthyThresholdCount, HealthCheckIntervalSeconds, HealthCheckPath, HealthCheckPort, HealthCheckProtocol, HealthCheckTimeoutSeconds, UnhealthyThresholdCount, Targets
                ...
              Http/ApiRule AWS::ElasticLoadBalancingV2::ListenerRule [Http] <addListener>
                ListenerArn: Ref(Http)
                Priority: 5
                Conditions: [{Field: "path-pattern", PathPatternConfig: {Values: ["/api/*"]}}]
                Actions: [{Type: "forward", TargetGroupArn: Ref(Http/ApiGroup), ...}]
                ...
              Https AWS::ElasticLoadBalancingV2::Listener [Https] <addListener>
                Port: 443
                Protocol: "HTTPS"
                LoadBalancerArn: Ref(Balancer)
                Certificates: [{CertificateArn: unknown, ...}]
                DefaultActions: [{Type: "forward", TargetGroupArn: unknown, ...}]
                without SslPolicy
                ...
              Redirect AWS::ElasticLoadBalancingV2::Listener [Redirect] <addListener>
                Port: 8080
                Protocol: "HTTP"
                LoadBalancerArn: Ref(Balancer)
                DefaultActions: [{Type: "redirect", RedirectConfig: {Protocol: "HTTPS", Port: "443", StatusCode: "HTTP_301"}, ...}]
                without SslPolicy, Certificates
                ...
              Service AWS::ElasticLoadBalancingV2::LoadBalancer [Service] <patterns.ApplicationLoadBalancedFargateService>
                LoadBalancerAttributes: [{Key: "deletion_protection.enabled", Value: "false"}]
                Scheme: "internet-facing"
                SecurityGroups: [Service/SecurityGroup.GroupId]
                Subnets: [unknown, ...]
                Type: "application"
                without Name, MinimumLoadBalancerCapacity, IpAddressType
                ...
              Service/SecurityGroup AWS::EC2::SecurityGroup [Service] <patterns.ApplicationLoadBalancedFargateService>
                SecurityGroupEgress: [...]
                ...
              Service/Listener AWS::ElasticLoadBalancingV2::Listener [Service] <patterns.ApplicationLoadBalancedFargateService>
                LoadBalancerArn: Ref(Service)
                Protocol: "HTTP"
                Port: "80"
                DefaultActions: [{Type: "forward", TargetGroupArn: Ref(Service/PublicListener/ECSGroup), ...}]
                without Certificates
                ...
              EcsDefaultClusterMnL3mNNYN AWS::ECS::Cluster [Service] <patterns.ApplicationLoadBalancedFargateService>
                without ClusterName, ClusterSettings, ServiceConnectDefaults, Configuration
                ...
              EcsDefaultClusterMnL3mNNYN/Vpc AWS::EC2::VPC [Service] <patterns.ApplicationLoadBalancedFargateService>
                CidrBlock: "10.0.0.0/16"
                EnableDnsHostnames: true
                EnableDnsSupport: true
                InstanceTenancy: "default"
                Tags: [{Key: "Name", Value: unknown, ...}, ...]
                ...
              Service/TaskDef AWS::ECS::TaskDefinition [Service] <patterns.ApplicationLoadBalancedFargateService>
                Cpu: "256"
                Memory: "512"
                NetworkMode: "awsvpc"
                RequiresCompatibilities: ["FARGATE"]
                TaskRoleArn: Service/TaskDef/TaskRole.Arn
                ExecutionRoleArn: Service/TaskDef/ExecutionRole.Arn
                ContainerDefinitions: [{Name: "web", Image: unknown, Essential: true, PortMappings: [{ContainerPort: 80, Protocol: "tcp", ...}], LogConfiguration: {LogDriver: "awslogs", Options: {awslogs-group: Ref(Service/TaskDef/web/LogGroup), awslogs-stream-prefix: "Service", awslogs-region: Ref(AWS::Region), ...}}, ...}, ...]
                without EnableFaultInjection, Volumes, EphemeralStorage, RuntimePlatform
                ...
              Service/TaskDef/TaskRole AWS::IAM::Role [Service] <patterns.ApplicationLoadBalancedFargateService>
                AssumeRolePolicyDocument: {Statement: [{Action: "sts:AssumeRole", Effect: "Allow", Principal: {Service: "ecs-tasks.amazonaws.com"}}, ...], Version: "2012-10-17"}
                ...
              Service/Service AWS::ECS::Service [Service] <patterns.ApplicationLoadBalancedFargateService>
                Cluster: Ref(EcsDefaultClusterMnL3mNNYN)
                DeploymentConfiguration: {MaximumPercent: 200, MinimumHealthyPercent: 50, Alarms: unknown}
                EnableECSManagedTags: false
                LaunchType: "FARGATE"
                LoadBalancers: [{ContainerName: "web", ContainerPort: 80, TargetGroupArn: Ref(Service/PublicListener/ECSGroup), ...}, ...]
                NetworkConfiguration: {AwsvpcConfiguration: {AssignPublicIp: "DISABLED", SecurityGroups: [Service/Service/SecurityGroup.GroupId], Subnets: [unknown, ...]}}
                TaskDefinition: Ref(Service/TaskDef)
                DesiredCount: unknown | absent
                HealthCheckGracePeriodSeconds: 60
                without CapacityProviderStrategy, EnableExecuteCommand, ForceNewDeployment, PropagateTags, ServiceName, VolumeConfigurations, AvailabilityZoneRebalancing, PlatformVersion, ServiceConnectConfiguration
                ...
              Service/Service/SecurityGroup AWS::EC2::SecurityGroup [Service] <patterns.ApplicationLoadBalancedFargateService>
                SecurityGroupEgress: [{CidrIp: "0.0.0.0/0", Description: "Allow all outbound traffic by default", IpProtocol: "-1", ...}, ...]
                ...
              Service/PublicListener/ECSGroup AWS::ElasticLoadBalancingV2::TargetGroup [Service] <patterns.ApplicationLoadBalancedFargateService>
                Port: 80
                Protocol: "HTTP"
                TargetGroupAttributes: [{Key: "stickiness.enabled", Value: "false"}]
                TargetType: "ip"
                without IpAddressType, Name, ProtocolVersion, HealthCheckEnabled, Matcher, HealthyThresholdCount, HealthCheckIntervalSeconds, HealthCheckPath, HealthCheckPort, HealthCheckProtocol, HealthCheckTimeoutSeconds, UnhealthyThresholdCount, Targets
                ...
              Service/TaskDef/web/LogGroup AWS::Logs::LogGroup [Service] <Service>
                ...
                @DeletionPolicy: "Retain"
                @UpdateReplacePolicy: "Retain"
              Service/TaskDef/ExecutionRole AWS::IAM::Role [Service] <Service>
                AssumeRolePolicyDocument: {Statement: [{Action: "sts:AssumeRole", Effect: "Allow", Principal: {Service: "ecs-tasks.amazonaws.com"}}, ...], Version: "2012-10-17"}
                ...
              Service/TaskDef/ExecutionRole/DefaultPolicy AWS::IAM::Policy [Service] <Service>
                PolicyDocument: {Statement: [{Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Effect: "Allow", Resource: Service/TaskDef/web/LogGroup.Arn}, ...], Version: "2012-10-17"}
                Roles: [Ref(Service/TaskDef/ExecutionRole)]
                ...
              Secure AWS::ElasticLoadBalancingV2::LoadBalancer [Secure] <patterns.ApplicationLoadBalancedFargateService>
                LoadBalancerAttributes: [{Key: "deletion_protection.enabled", Value: "false"}]
                Scheme: "internet-facing"
                SecurityGroups: [Secure/SecurityGroup.GroupId]
                Subnets: [unknown, ...]
                Type: "application"
                without Name, MinimumLoadBalancerCapacity, IpAddressType
                ...
              Secure/SecurityGroup AWS::EC2::SecurityGroup [Secure] <patterns.ApplicationLoadBalancedFargateService>
                SecurityGroupEgress: [...]
                ...
              Secure/Listener AWS::ElasticLoadBalancingV2::Listener [Secure] <patterns.ApplicationLoadBalancedFargateService>
                LoadBalancerArn: Ref(Secure)
                Protocol: "HTTPS"
                Port: "443"
                Certificates: [{CertificateArn: unknown, ...}]
                DefaultActions: [{Type: "forward", TargetGroupArn: Ref(Secure/PublicListener/ECSGroup), ...}]
                ...
              Secure/Listener~2 AWS::ElasticLoadBalancingV2::Listener [Secure] <patterns.ApplicationLoadBalancedFargateService>
                LoadBalancerArn: Ref(Secure)
                Protocol: "HTTP"
                Port: "80"
                DefaultActions: [{Type: "redirect", RedirectConfig: {Protocol: "HTTPS", Port: "443", StatusCode: "HTTP_301", ...}, ...}]
                without Certificates
                ...
              Secure/Service AWS::ECS::Service [Secure] <patterns.ApplicationLoadBalancedFargateService>
                Cluster: Ref(EcsDefaultClusterMnL3mNNYN)
                DeploymentConfiguration: {MaximumPercent: 200, MinimumHealthyPercent: 50, Alarms: unknown}
                EnableECSManagedTags: false
                LaunchType: "FARGATE"
                LoadBalancers: [{ContainerName: unknown, ContainerPort: unknown, TargetGroupArn: Ref(Secure/PublicListener/ECSGroup), ...}, ...]
                NetworkConfiguration: {AwsvpcConfiguration: {AssignPublicIp: "DISABLED", SecurityGroups: [Secure/Service/SecurityGroup.GroupId], Subnets: [unknown, ...]}}
                DesiredCount: unknown | absent
                HealthCheckGracePeriodSeconds: 60
                without CapacityProviderStrategy, EnableExecuteCommand, ForceNewDeployment, PropagateTags, ServiceName, VolumeConfigurations, AvailabilityZoneRebalancing, PlatformVersion, ServiceConnectConfiguration
                ...
              Secure/Service/SecurityGroup AWS::EC2::SecurityGroup [Secure] <patterns.ApplicationLoadBalancedFargateService>
                SecurityGroupEgress: [{CidrIp: "0.0.0.0/0", Description: "Allow all outbound traffic by default", IpProtocol: "-1", ...}, ...]
                ...
              Secure/PublicListener/ECSGroup AWS::ElasticLoadBalancingV2::TargetGroup [Secure] <patterns.ApplicationLoadBalancedFargateService>
                Port: 80
                Protocol: "HTTP"
                TargetGroupAttributes: [{Key: "stickiness.enabled", Value: "false"}]
                TargetType: "ip"
                without IpAddressType, Name, ProtocolVersion, HealthCheckEnabled, Matcher, HealthyThresholdCount, HealthCheckIntervalSeconds, HealthCheckPath, HealthCheckPort, HealthCheckProtocol, HealthCheckTimeoutSeconds, UnhealthyThresholdCount, Targets
                ...
        "#]],
    );
}

#[test]
fn distributions() {
    check(
        r#"
import { aws_cloudfront as cloudfront, aws_cloudfront_origins as origins, aws_s3 as s3, Stack } from 'aws-cdk-lib';
class Site extends Stack {
  constructor(scope, id, props) {
    super(scope, id);
    const bucket = new s3.Bucket(this, 'Site');
    const oai = new cloudfront.OriginAccessIdentity(this, 'Identity');
    bucket.grantRead(oai);
    new cloudfront.Distribution(this, 'Old', { defaultBehavior: { origin: new origins.S3Origin(bucket, { originAccessIdentity: oai }) } });
    new cloudfront.Distribution(this, 'New', {
      defaultBehavior: { origin: origins.S3BucketOrigin.withOriginAccessControl(bucket) },
      additionalBehaviors: { '/api/*': { origin: new origins.HttpOrigin('example.com') } },
    });
    new cloudfront.CloudFrontWebDistribution(this, 'Web', {
      originConfigs: [{ s3OriginSource: { s3BucketSource: bucket, originAccessIdentity: oai }, behaviors: [{ isDefaultBehavior: true }] }],
    });
  }
}
"#,
        expect![[r#"
            stack Site
              Site AWS::S3::Bucket [Site] <s3.Bucket>
                without AbacStatus, AccessControl, OwnershipControls, BucketEncryption, BucketName, BucketNamespace, ObjectLockEnabled, LoggingConfiguration, AccelerateConfiguration, VersioningConfiguration, WebsiteConfiguration, PublicAccessBlockConfiguration, CorsConfiguration, IntelligentTieringConfigurations, MetricsConfigurations, InventoryConfigurations, LifecycleConfiguration, ReplicationConfiguration, ObjectLockConfiguration
                ...
                @UpdateReplacePolicy: "Retain"
                @DeletionPolicy: "Retain"
              Identity AWS::CloudFront::CloudFrontOriginAccessIdentity [Identity] <cloudfront.OriginAccessIdentity>
                CloudFrontOriginAccessIdentityConfig: {Comment: "Allows CloudFront to reach the bucket"}
                ...
              Old AWS::CloudFront::Distribution [Old] <cloudfront.Distribution>
                DistributionConfig: {Enabled: true, WebACLId: absent, DefaultRootObject: absent, Comment: absent, Restrictions: absent, Aliases: absent, IPV6Enabled: true, HttpVersion: "http2", PriceClass: absent, DefaultCacheBehavior: {TargetOriginId: unknown, ViewerProtocolPolicy: unknown, CachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6", OriginRequestPolicyId: absent, ResponseHeadersPolicyId: absent, Compress: true, AllowedMethods: absent, CachedMethods: absent, SmoothStreaming: absent, FunctionAssociations: absent, LambdaFunctionAssociations: absent, RealtimeLogConfigArn: absent, ...}, Origins: [{Id: unknown, S3OriginConfig: {OriginAccessIdentity: `origin-access-identity/cloudfront/${Ref(Identity)}`}, OriginAccessControlId: absent, DomainName: Site.RegionalDomainName, ConnectionAttempts: absent, ConnectionTimeout: absent, OriginCustomHeaders: absent, ...}], Logging: absent, ViewerCertificate: absent, CustomErrorResponses: absent, ...}
                ...
              Site/BucketPolicy AWS::S3::BucketPolicy [Site] <s3.Bucket>
                Bucket: Ref(Site)
                PolicyDocument: {Statement: [{Action: "s3:GetObject", Effect: "Allow", Principal: {CanonicalUser: [Identity.S3CanonicalUserId]}, Resource: `${Site.Arn}/*`}, {Action: "s3:GetObject", Condition: {StringEquals: {AWS:SourceArn: `arn:${Ref(AWS::Partition)}:cloudfront::${Ref(AWS::AccountId)}:distribution/${Ref(New)}`}}, Effect: "Allow", Principal: {Service: "cloudfront.amazonaws.com"}, Resource: `${Site.Arn}/*`}, {Action: ["s3:GetBucket*", "s3:GetObject*", "s3:List*"], Effect: "Allow", Resource: [Site.Arn, `${Site.Arn}/*`], Principal: {CanonicalUser: [Identity.S3CanonicalUserId]}, ...}, ...], Version: "2012-10-17"}
                ...
              New AWS::CloudFront::Distribution [New] <cloudfront.Distribution>
                DistributionConfig: {Enabled: true, WebACLId: absent, DefaultRootObject: absent, Comment: absent, Restrictions: absent, Aliases: absent, IPV6Enabled: true, HttpVersion: "http2", PriceClass: absent, DefaultCacheBehavior: {TargetOriginId: unknown, ViewerProtocolPolicy: unknown, CachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6", OriginRequestPolicyId: absent, ResponseHeadersPolicyId: absent, Compress: true, AllowedMethods: absent, CachedMethods: absent, SmoothStreaming: absent, FunctionAssociations: absent, LambdaFunctionAssociations: absent, RealtimeLogConfigArn: absent, ...}, Origins: [{Id: unknown, S3OriginConfig: {OriginAccessIdentity: ""}, OriginAccessControlId: New/Origin1/S3OriginAccessControl.Id, DomainName: Site.RegionalDomainName, ConnectionAttempts: absent, ConnectionTimeout: absent, OriginCustomHeaders: absent, ...}, {Id: unknown, DomainName: "example.com", CustomOriginConfig: {OriginProtocolPolicy: "https-only", OriginSSLProtocols: ["TLSv1.2"], HTTPPort: absent, HTTPSPort: absent, OriginReadTimeout: absent, OriginKeepaliveTimeout: absent, ...}, S3OriginConfig: absent, OriginAccessControlId: absent, ConnectionAttempts: absent, ConnectionTimeout: absent, OriginCustomHeaders: absent, ...}], CacheBehaviors: [{TargetOriginId: unknown, ViewerProtocolPolicy: unknown, CachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6", OriginRequestPolicyId: absent, ResponseHeadersPolicyId: absent, Compress: true, AllowedMethods: absent, CachedMethods: absent, SmoothStreaming: absent, FunctionAssociations: absent, LambdaFunctionAssociations: absent, RealtimeLogConfigArn: absent, PathPattern: "/api/*", ...}], Logging: absent, ViewerCertificate: absent, CustomErrorResponses: absent, ...}
                ...
              New/Origin1/S3OriginAccessControl AWS::CloudFront::OriginAccessControl [New] <cloudfront.Distribution>
                OriginAccessControlConfig: {Name: unknown, OriginAccessControlOriginType: "s3", SigningBehavior: "always", SigningProtocol: "sigv4"}
                ...
              Web AWS::CloudFront::Distribution [Web] <cloudfront.CloudFrontWebDistribution>
                DistributionConfig: {Origins: [{S3OriginConfig: {OriginAccessIdentity: `origin-access-identity/cloudfront/${Ref(Identity)}`}, OriginAccessControlId: absent, DomainName: Site.RegionalDomainName, ...}], WebACLId: absent, DefaultRootObject: absent, Comment: absent, Logging: absent, Aliases: absent, ...}
                ...
        "#]],
    );
}

#[test]
fn tables_and_keys() {
    check(
        r#"
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
const flags = { recovery: { pointInTimeRecoveryEnabled: false } };
class Data extends Stack {
  constructor(scope, id, props) {
    super(scope, id);
    new dynamodb.Table(this, 'A', { partitionKey: props.key });
    new dynamodb.Table(this, 'B', { pointInTimeRecoverySpecification: flags.recovery });
    new dynamodb.Table(this, 'C', { pointInTimeRecovery: props.prod });
    new dynamodb.TableV2(this, 'D', { pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true }, replicas: [{ region: 'eu-west-1' }] });
    new Key(this, 'Key', { enableKeyRotation: props.rotate ?? false });
  }
}
"#,
        expect![[r#"
            stack Data
              A AWS::DynamoDB::Table [A] <dynamodb.Table>
                KeySchema: [{KeyType: "HASH", AttributeName: unknown}]
                ProvisionedThroughput: {ReadCapacityUnits: 5, WriteCapacityUnits: 5}
                without BillingMode, ContributorInsightsSpecification, DeletionProtectionEnabled, SSESpecification, OnDemandThroughput, PointInTimeRecoverySpecification, StreamSpecification, ResourcePolicy, TableClass, TimeToLiveSpecification, KinesisStreamSpecification, TableName, WarmThroughput, ImportSourceSpecification
                ...
                @UpdateReplacePolicy: "Retain"
                @DeletionPolicy: "Retain"
              B AWS::DynamoDB::Table [B] <dynamodb.Table>
                KeySchema: [{KeyType: "HASH"}]
                ProvisionedThroughput: {ReadCapacityUnits: 5, WriteCapacityUnits: 5}
                PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: false}
                without BillingMode, ContributorInsightsSpecification, DeletionProtectionEnabled, SSESpecification, OnDemandThroughput, StreamSpecification, ResourcePolicy, TableClass, TimeToLiveSpecification, KinesisStreamSpecification, TableName, AttributeDefinitions, WarmThroughput, ImportSourceSpecification
                ...
                @UpdateReplacePolicy: "Retain"
                @DeletionPolicy: "Retain"
              C AWS::DynamoDB::Table [C] <dynamodb.Table>
                KeySchema: [{KeyType: "HASH"}]
                ProvisionedThroughput: {ReadCapacityUnits: 5, WriteCapacityUnits: 5}
                without BillingMode, ContributorInsightsSpecification, DeletionProtectionEnabled, SSESpecification, OnDemandThroughput, StreamSpecification, ResourcePolicy, TableClass, TimeToLiveSpecification, KinesisStreamSpecification, TableName, AttributeDefinitions, WarmThroughput, ImportSourceSpecification
                ...
                @UpdateReplacePolicy: "Retain"
                @DeletionPolicy: "Retain"
              D AWS::DynamoDB::GlobalTable [D] <dynamodb.TableV2>
                Replicas: [{PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}, DeletionProtectionEnabled: absent, Region: "eu-west-1", ...}, {PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}, DeletionProtectionEnabled: absent, ...}]
                without TableName, TimeToLiveSpecification
                ...
                @DeletionPolicy: "Retain"
                @UpdateReplacePolicy: "Retain"
              Key AWS::KMS::Key [Key] <Key>
                KeyPolicy: {Statement: [{Action: "kms:*", Effect: "Allow", Principal: {AWS: `arn:${Ref(AWS::Partition)}:iam::${Ref(AWS::AccountId)}:root`}, Resource: "*"}, ...], Version: "2012-10-17"}
                EnableKeyRotation: unknown | false
                without Description, Enabled, KeySpec, KeyUsage, MultiRegion, PendingWindowInDays, RotationPeriodInDays, Origin
                ...
                @UpdateReplacePolicy: "Retain"
                @DeletionPolicy: "Retain"
        "#]],
    );
}

/// What the tables of the library say: defaults, other resources, what a prop does under conditions.
#[test]
fn tables_say_what_props_do() {
    check(
        r#"
import * as cdk from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as kms from 'aws-cdk-lib/aws-kms';
export class A extends cdk.Stack {
  constructor(scope: any, id: string, props: any) {
    super(scope, id, props);
    const dlq = new sqs.Queue(this, 'Dlq', { encryption: sqs.QueueEncryption.KMS, retentionPeriod: cdk.Duration.days(14) });
    const q = new sqs.Queue(this, 'Q', { queueName: 'a.fifo', deadLetterQueue: { queue: dlq, maxReceiveCount: 3 }, enforceSSL: true });
    new sqs.Queue(this, 'Q2', { ...props, encryption: sqs.QueueEncryption.KMS_MANAGED });
    new sqs.Queue(this, 'Q3', { enforceSSL: props.ssl, encryption: props.prod ? sqs.QueueEncryption.KMS_MANAGED : sqs.QueueEncryption.UNENCRYPTED });
    const b = new s3.Bucket(this, 'B', { publicReadAccess: true, autoDeleteObjects: true, removalPolicy: cdk.RemovalPolicy.DESTROY,
      lifecycleRules: [{ expiration: cdk.Duration.days(30), transitions: [{ storageClass: s3.StorageClass.GLACIER, transitionAfter: cdk.Duration.days(3) }] }, { abortIncompleteMultipartUploadAfter: cdk.Duration.days(1) }],
      cors: [{ allowedMethods: [s3.HttpMethods.GET], allowedOrigins: ['*'] }], encryptionKey: new kms.Key(this, 'K', { alias: 'x', rotationPeriod: cdk.Duration.days(180) }) });
    new sns.Topic(this, 'T', { topicName: q.queueName, masterKey: dlq.encryptionMasterKey, enforceSSL: true });
  }
}
"#,
        expect![[r#"
            stack A
              Dlq AWS::SQS::Queue [Dlq] <sqs.Queue>
                KmsMasterKeyId: Dlq/Key.Arn
                MessageRetentionPeriod: 1209600
                without SqsManagedSseEnabled, ContentBasedDeduplication, FifoQueue, KmsDataKeyReusePeriodSeconds, DeduplicationScope, DelaySeconds, FifoThroughputLimit, MaximumMessageSize, QueueName, ReceiveMessageWaitTimeSeconds, VisibilityTimeout, RedrivePolicy, RedriveAllowPolicy
                ...
                @UpdateReplacePolicy: "Delete"
                @DeletionPolicy: "Delete"
              Dlq/Key AWS::KMS::Key [Dlq] <sqs.Queue>
                KeyPolicy: {Statement: [{Action: "kms:*", Effect: "Allow", Principal: {AWS: `arn:${Ref(AWS::Partition)}:iam::${Ref(AWS::AccountId)}:root`}, Resource: "*"}, ...], Version: "2012-10-17"}
                ...
                @UpdateReplacePolicy: "Retain"
                @DeletionPolicy: "Retain"
              Q AWS::SQS::Queue [Q] <sqs.Queue>
                QueueName: "a.fifo"
                FifoQueue: true
                RedrivePolicy: {deadLetterTargetArn: Dlq.Arn, maxReceiveCount: 3}
                without ContentBasedDeduplication, KmsDataKeyReusePeriodSeconds, DeduplicationScope, DelaySeconds, SqsManagedSseEnabled, KmsMasterKeyId, FifoThroughputLimit, MaximumMessageSize, ReceiveMessageWaitTimeSeconds, MessageRetentionPeriod, VisibilityTimeout, RedriveAllowPolicy
                ...
                @UpdateReplacePolicy: "Delete"
                @DeletionPolicy: "Delete"
              Q/Policy AWS::SQS::QueuePolicy [Q] <sqs.Queue>
                PolicyDocument: {Statement: [{Action: "sqs:*", Condition: {Bool: {aws:SecureTransport: "false"}}, Effect: "Deny", Principal: {AWS: "*"}, Resource: Q.Arn}, ...], Version: "2012-10-17"}
                Queues: [Ref(Q)]
                ...
              Q2 AWS::SQS::Queue [Q2] <sqs.Queue>
                without SqsManagedSseEnabled
                ...
              Q3 AWS::SQS::Queue [Q3] <sqs.Queue>
                SqsManagedSseEnabled: absent | false
                KmsMasterKeyId: "alias/aws/sqs" | absent
                without ContentBasedDeduplication, FifoQueue, KmsDataKeyReusePeriodSeconds, DeduplicationScope, DelaySeconds, FifoThroughputLimit, MaximumMessageSize, QueueName, ReceiveMessageWaitTimeSeconds, MessageRetentionPeriod, VisibilityTimeout, RedrivePolicy, RedriveAllowPolicy
                ...
                @UpdateReplacePolicy: "Delete"
                @DeletionPolicy: "Delete"
              Q3/Policy AWS::SQS::QueuePolicy [Q3] <sqs.Queue>
                PolicyDocument: {Statement: [{Action: "sqs:*", Condition: {Bool: {aws:SecureTransport: "false"}}, Effect: "Deny", Principal: {AWS: "*"}, Resource: Q3.Arn}, ...], Version: "2012-10-17"}
                Queues: [Ref(Q3)]
                ...
              B AWS::S3::Bucket [B] <s3.Bucket>
                Tags: [{Key: "aws-cdk:auto-delete-objects", Value: "true", ...}, ...]
                BucketEncryption: {ServerSideEncryptionConfiguration: [unknown]}
                CorsConfiguration: {CorsRules: [{AllowedMethods: ["GET"], AllowedOrigins: ["*"]}]}
                LifecycleConfiguration: {Rules: [{Status: "Enabled", ExpirationInDays: "30", AbortIncompleteMultipartUpload: absent, NoncurrentVersionExpiration: absent, ExpirationDate: absent, Transitions: [{TransitionInDays: "3", ...}], Transition: absent, ...}, {Status: "Enabled", ExpirationInDays: absent, AbortIncompleteMultipartUpload: {DaysAfterInitiation: "1"}, NoncurrentVersionExpiration: absent, ExpirationDate: absent, Transitions: absent, Transition: absent, ...}]}
                without AbacStatus, AccessControl, OwnershipControls, BucketName, BucketNamespace, ObjectLockEnabled, LoggingConfiguration, AccelerateConfiguration, VersioningConfiguration, WebsiteConfiguration, IntelligentTieringConfigurations, MetricsConfigurations, InventoryConfigurations, ReplicationConfiguration, ObjectLockConfiguration
                ...
                @UpdateReplacePolicy: "Delete"
                @DeletionPolicy: "Delete"
              B/Policy AWS::S3::BucketPolicy [B] <s3.Bucket>
                Bucket: Ref(B)
                PolicyDocument: {Version: "2012-10-17", Statement: [{Action: ["s3:DeleteObject*", "s3:GetBucket*", "s3:List*", "s3:PutBucketPolicy"], Effect: "Allow", Principal: {AWS: Custom::S3AutoDeleteObjectsCustomResourceProvider/Role.Arn}, Resource: [B.Arn, `${B.Arn}/*`]}, ...]}
                ...
              B/AutoDeleteObjectsCustomResource/Default Custom::S3AutoDeleteObjects [B] <s3.Bucket>
                ServiceToken: Custom::S3AutoDeleteObjectsCustomResourceProvider/Handler.Arn
                BucketName: Ref(B)
                ...
                @UpdateReplacePolicy: "Delete"
                @DeletionPolicy: "Delete"
              Custom::S3AutoDeleteObjectsCustomResourceProvider/Role AWS::IAM::Role [B] <B>
                AssumeRolePolicyDocument: {Statement: [{Action: "sts:AssumeRole", Effect: "Allow", Principal: {Service: "lambda.amazonaws.com"}}], Version: "2012-10-17"}
                ManagedPolicyArns: [`arn:${Ref(AWS::Partition)}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole`, ...]
                ...
              Custom::S3AutoDeleteObjectsCustomResourceProvider/Handler AWS::Lambda::Function [B] <B>
                MemorySize: "128"
                Timeout: "900"
                Role: Custom::S3AutoDeleteObjectsCustomResourceProvider/Role.Arn
                ...
              B/BucketPolicy~2 AWS::S3::BucketPolicy [B] <s3.Bucket>
                Bucket: Ref(B)
                PolicyDocument: {Statement: [{Effect: "Allow", Principal: {AWS: "*"}, Action: "s3:GetObject", Resource: `${B.Arn}/*`}, ...], Version: "2012-10-17"}
                ...
              K AWS::KMS::Key [K] <kms.Key>
                KeyPolicy: {Statement: [{Action: "kms:*", Effect: "Allow", Principal: {AWS: `arn:${Ref(AWS::Partition)}:iam::${Ref(AWS::AccountId)}:root`}, Resource: "*"}, ...], Version: "2012-10-17"}
                EnableKeyRotation: true
                RotationPeriodInDays: 180
                without Description, Enabled, KeySpec, KeyUsage, MultiRegion, PendingWindowInDays, Origin
                ...
                @UpdateReplacePolicy: "Retain"
                @DeletionPolicy: "Retain"
              K/Alias AWS::KMS::Alias [K] <kms.Key>
                TargetKeyId: K.Arn
                AliasName: "alias/x"
                ...
              T AWS::SNS::Topic [T] <sns.Topic>
                TopicName: Q.QueueName
                without ContentBasedDeduplication, DisplayName, FifoTopic, FifoThroughputScope, DeliveryStatusLogging, ArchivePolicy, SignatureVersion, TracingConfig
                ...
              T/Policy AWS::SNS::TopicPolicy [T] <sns.Topic>
                PolicyDocument: {Statement: [{Action: "sns:Publish", Condition: {Bool: {aws:SecureTransport: "false"}}, Effect: "Deny", Principal: "*", Resource: Ref(T), Sid: "AllowPublishThroughSSLOnly"}, ...], Version: "2012-10-17"}
                Topics: [Ref(T)]
                ...
        "#]],
    );
}

/// Every way to name the library leads to the same resource.
#[test]
fn every_form_of_import_is_understood() {
    for (import, class) in [
        ("import * as s3 from 'aws-cdk-lib/aws-s3';", "s3.Bucket"),
        ("import * as s3 from \"@aws-cdk/aws-s3\";", "s3.Bucket"),
        ("import s3 from 'aws-cdk-lib/aws-s3';", "s3.Bucket"),
        ("import { Bucket } from 'aws-cdk-lib/aws-s3';", "Bucket"),
        ("import { Bucket as Store, type IBucket } from 'aws-cdk-lib/aws-s3';", "Store"),
        (
            "import type { IBucket } from 'aws-cdk-lib/aws-s3'; import { Bucket } from 'aws-cdk-lib/aws-s3/lib/bucket';",
            "Bucket",
        ),
        ("import { aws_s3 as s3, Stack } from 'aws-cdk-lib';", "s3.Bucket"),
        ("import { aws_s3 } from 'aws-cdk-lib';", "aws_s3.Bucket"),
        ("import * as cdk from 'aws-cdk-lib';", "cdk.aws_s3.Bucket"),
        ("import cdk = require('aws-cdk-lib');", "cdk.aws_s3.Bucket"),
        ("import s3 = require('@aws-cdk/aws-s3');", "s3.Bucket"),
        ("const s3 = require('aws-cdk-lib/aws-s3');", "s3.Bucket"),
        ("const { Bucket } = require('aws-cdk-lib/aws-s3');", "Bucket"),
        ("const { Bucket: Store } = require('aws-cdk-lib/aws-s3');", "Store"),
        ("const { aws_s3: s3 } = require('aws-cdk-lib');", "s3.Bucket"),
        ("import * as s3 from 'aws-cdk-lib/aws-s3'; const { Bucket } = s3;", "Bucket"),
        ("import * as cdk from 'aws-cdk-lib'; const s3 = cdk.aws_s3; const B = s3.Bucket;", "B"),
    ] {
        let text =
            format!("{import}\nclass A extends Stack {{\n  make() {{\n    new {class}(this, 'Logs');\n  }}\n}}\n");
        assert!(cdk::is_cdk(&text), "{import}");
        let lowered = lower(&text);
        let resources: Vec<_> = lowered.stacks.iter().flat_map(|it| &it.resources).collect();
        let [bucket] = resources[..] else { panic!("{import}: {} resources", resources.len()) };
        assert_eq!(bucket.ty.text, "AWS::S3::Bucket", "{import}");
        assert_eq!(bucket.construct.as_deref(), Some("aws-s3.Bucket"), "{import}");
    }
}

#[test]
fn names_of_others_are_not_the_librarys() {
    for text in [
        "import { Bucket } from './bucket';\nnew Bucket(this, 'Logs');",
        "import * as s3 from 'aws-cdk-lib/aws-s3';\nfunction f(s3) { new s3.Bucket(this, 'Logs'); }",
        "import * as s3 from 'aws-cdk-lib/aws-s3';\ns3.Bucket.fromBucketName(this, 'Logs', 'logs');",
    ] {
        let lowered = lower(text);
        assert!(lowered.stacks.iter().all(|it| it.resources.is_empty()), "{text}");
    }
}

#[test]
fn values_are_followed_as_far_as_they_are_certain() {
    check(
        r#"
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Stack, Aws, Fn, PhysicalName } from 'aws-cdk-lib';
enum Names { First = 'first', Second = 'second' }
const settings = { names: { third: 'third' }, flag: true, changed: 1 };
settings.changed = 2;
let moved = 'a';
moved = 'b';
class Config { static readonly NAME = 'static'; }
class A extends Stack {
  private readonly prefix = 'pre';
  constructor(scope, id, props) {
    super(scope, id);
    const { third } = settings.names;
    const own = { a: 1, ...props.more, b: 2 };
    new CfnBucket(this, 'B', {
      a: Names.First, b: settings.names.third, c: third, d: Config.NAME, e: this.prefix + '-' + Aws.REGION,
      f: `${this.prefix}-${props.name}`, g: moved, h: settings.changed, i: undefined, j: props.x ?? 'default',
      k: settings['flag'] ? 'yes' : 'no', l: props.flag ? 'on' : undefined, m: [1, ...props.list, ...['x']], n: own,
      o: Fn.join('-', ['a', Aws.ACCOUNT_ID]), p: (('cast' as any)!), q: this.account, r: 1 + 1, s: !settings.flag,
      t: PhysicalName.GENERATE_IF_NEEDED, u: compute(), v: -1, w: 0x10, x: 'a\u0041\n', y: this.missing,
    });
  }
}
"#,
        expect![[r#"
            stack A
              B AWS::S3::Bucket [B] <CfnBucket>
                A: "first"
                D: "static"
                E: `pre-${Ref(AWS::Region)}`
                F: `pre-${unknown}`
                J: unknown | "default"
                K: "yes" | "no"
                L: "on" | absent
                M: [1, "x", ...]
                N: {A: unknown, B: 2, ...}
                O: Join
                P: "cast"
                Q: Ref(AWS::AccountId)
                R: 2
                V: -1
                W: 16
                X: "aA\n"
                without I, T
        "#]],
    );
}

#[test]
fn statements_are_found_wherever_they_go() {
    check(
        r#"
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Stack } from 'aws-cdk-lib';
class A extends Stack {
  constructor(scope, id, props) {
    super(scope, id);
    const fn = new lambda.Function(this, 'Fn', { initialPolicy: [new iam.PolicyStatement({ actions: ['a:*'], resources: ['*'] })] });
    const later = new iam.PolicyStatement();
    later.addActions('b:*');
    later.addAllResources();
    if (props.more) later.addActions('c:*');
    fn.addToRolePolicy(later);
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.CompositePrincipal(new iam.AccountRootPrincipal(), new iam.ServicePrincipal('ecs.amazonaws.com')),
      managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('ReadOnlyAccess')],
      inlinePolicies: { Inline: new iam.PolicyDocument({ statements: [later, ...props.statements] }) },
    });
    role.attachInlinePolicy(new iam.Policy(this, 'Policy', { statements: [new iam.PolicyStatement({ effect: iam.Effect.DENY, notActions: ['d:*'], resources: ['*'] })] }));
    new iam.ManagedPolicy(this, 'Managed', { document: iam.PolicyDocument.fromJson({ Statement: [{ Effect: 'Allow', Action: 'e:*', Resource: '*' }] }) });
    props.queue.addToResourcePolicy(new iam.PolicyStatement({ actions: ['sqs:*'], resources: ['*'], principals: [new iam.StarPrincipal()] }));
    helper(iam.PolicyStatement.fromJson({ Effect: 'Allow', Action: 'f:*', Resource: '*' }));
  }
}
"#,
        expect![[r#"
            stack A
              Fn AWS::Lambda::Function [Fn] <lambda.Function>
                Role: Fn/ServiceRole.Arn
                without LoggingConfig, CodeSigningConfigArn, DeadLetterConfig, Description, Environment, KmsKeyArn, EphemeralStorage, FunctionName, Layers, MemorySize, RecursiveLoop, ReservedConcurrentExecutions, SnapStart, TenancyConfig, Timeout, TracingConfig, VpcConfig, Handler, RuntimeManagementConfig, DurableConfig, Architectures, Runtime, Code, FileSystemConfigs
                ...
              Fn/ServiceRole AWS::IAM::Role [Fn] <lambda.Function>
                AssumeRolePolicyDocument: {Statement: [{Action: "sts:AssumeRole", Effect: "Allow", Principal: {Service: "lambda.amazonaws.com"}}, ...], Version: "2012-10-17"}
                ManagedPolicyArns: [`arn:${Ref(AWS::Partition)}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole`]
                ...
              Fn/ServiceRole/DefaultPolicy AWS::IAM::Policy [Fn] <lambda.Function>
                PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: "Allow", Action: ["a:*"], Resource: ["*"]}, {Effect: "Allow", Action: ["b:*", ...], Resource: ["*"]}, ...]}
                Roles: [Ref(Fn/ServiceRole), ...]
                ...
              Role AWS::IAM::Role [Role] <iam.Role>
                AssumeRolePolicyDocument: {Statement: [{Action: "sts:AssumeRole", Effect: "Allow", Principal: {AWS: [`arn:${Ref(AWS::Partition)}:iam::${Ref(AWS::AccountId)}:root`], Service: ["ecs.amazonaws.com"]}}, ...], Version: "2012-10-17"}
                Policies: [{PolicyName: "Inline", PolicyDocument: {Statement: [{Effect: "Allow", Action: ["b:*", ...], Resource: ["*"]}, ...], Version: "2012-10-17"}}]
                ManagedPolicyArns: [`arn:${Ref(AWS::Partition)}:iam::aws:policy/ReadOnlyAccess`]
                without Description, Path, PermissionsBoundary, RoleName, MaxSessionDuration
                ...
              Policy AWS::IAM::Policy [Policy] <iam.Policy>
                PolicyDocument: {Statement: [{Effect: "Deny", NotAction: ["d:*"], Resource: ["*"]}], Version: "2012-10-17"}
                Roles: [Ref(Role), ...]
                ...
              Managed AWS::IAM::ManagedPolicy [Managed] <iam.ManagedPolicy>
                Description: ""
                Path: "/"
                PolicyDocument: {Statement: [{Effect: "Allow", Action: "e:*", Resource: "*"}], Version: "2012-10-17"}
                without ManagedPolicyName
                ...
              PolicyStatement/Policy AWS::IAM::Policy [iam.PolicyStatement.fromJson] <iam.PolicyStatement.fromJson>
                PolicyDocument: {Statement: [{Effect: "Allow", Action: "f:*", Resource: "*"}, ...], Version: "2012-10-17"}
                ...
        "#]],
    );
}

/// A function brings its role with it, and a policy for what it may do.
#[test]
fn functions() {
    check(
        r#"
import * as cdk from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Function, Runtime, Code, Tracing } from 'aws-cdk-lib/aws-lambda';
export class Pipeline extends cdk.Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const worker = new Function(this, 'Worker', {
      runtime: Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: Code.fromAsset('src'),
      memorySize: 256,
      timeout: cdk.Duration.minutes(2),
      environment: { A: id, B: 'c' },
      tracing: Tracing.ACTIVE,
      initialPolicy: [new PolicyStatement({ actions: ['s3:DeleteObject'], resources: [`arn:aws:s3:::${id}-*/*`] })],
    });
    worker.addEnvironment('X', 'y');
  }
}
"#,
        expect![[r#"
            stack Pipeline
              Worker AWS::Lambda::Function [Worker] <Function>
                Role: Worker/ServiceRole.Arn
                Environment: {Variables: {B: "c", X: "y", ...}, ...}
                MemorySize: 256
                Timeout: 120
                TracingConfig: {Mode: "Active"}
                Handler: "index.handler"
                Runtime: "nodejs22.x"
                without LoggingConfig, CodeSigningConfigArn, DeadLetterConfig, Description, KmsKeyArn, EphemeralStorage, FunctionName, Layers, RecursiveLoop, ReservedConcurrentExecutions, SnapStart, TenancyConfig, VpcConfig, RuntimeManagementConfig, DurableConfig, Architectures, FileSystemConfigs
                ...
              Worker/ServiceRole AWS::IAM::Role [Worker] <Function>
                AssumeRolePolicyDocument: {Statement: [{Action: "sts:AssumeRole", Effect: "Allow", Principal: {Service: "lambda.amazonaws.com"}}, ...], Version: "2012-10-17"}
                ManagedPolicyArns: [`arn:${Ref(AWS::Partition)}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole`]
                ...
              Worker/ServiceRole/DefaultPolicy AWS::IAM::Policy [Worker] <Function>
                PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: "Allow", Action: ["s3:DeleteObject"], Resource: [`arn:aws:s3:::${unknown}-*/*`]}, {Action: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], Effect: "Allow", Resource: "*"}, ...]}
                Roles: [Ref(Worker/ServiceRole), ...]
                ...
        "#]],
    );
}

#[test]
fn what_is_said_of_others_is_left_open() {
    check(
        r#"
import { App, CustomResource, Stack, aws_appsync as appsync, aws_autoscaling as autoscaling, aws_ecs as ecs, aws_logs as logs } from 'aws-cdk-lib';

class Odds extends Stack {
  constructor(scope: App, id: string) {
    super(scope, id);
    new CustomResource(this, `${this.stackName}Seed`, { serviceToken: 'arn', resourceType: 'Custom::Seed' });
    const group = new autoscaling.AutoScalingGroup(this, 'Group', { vpc, instanceType, machineImage });
    new ecs.AsgCapacityProvider(this, 'Capacity', { autoScalingGroup: group });
    const api = new appsync.GraphqlApi(this, 'Api', { name: 'todos', definition });
    api.addNoneDataSource('Local');
    new appsync.Resolver(this, 'Todos', { api, typeName: 'Query', fieldName: 'todos' });
    new logs.MetricFilter(this, 'Errors', {
      logGroup,
      metricNamespace: 'Odds',
      metricName: 'Errors',
      filterPattern: logs.FilterPattern.anyTerm('ERROR', 'FATAL'),
    });
  }
}
new Odds(new App(), 'Odds');
"#,
        expect![[r#"
            stack Odds
              ${this.stackName}Seed Custom::Seed [${this.stackName}Seed] <CustomResource>
                ServiceToken: "arn"
                without , ServiceTimeout
                ...
                @UpdateReplacePolicy: "Delete"
                @DeletionPolicy: "Delete"
              Group AWS::AutoScaling::AutoScalingGroup [Group] <autoscaling.AutoScalingGroup>
                MaxSize: "1"
                MinSize: "1"
                Tags: [{Key: "Name", PropagateAtLaunch: true, Value: "Odds/Group", ...}, ...]
                VPCZoneIdentifier: [unknown, ...]
                NewInstancesProtectedFromScaleIn: true
                without AutoScalingGroupName, AvailabilityZoneDistribution, CapacityRebalance, Cooldown, DefaultInstanceWarmup, DeletionProtection, DesiredCapacity, HealthCheckType, HealthCheckGracePeriod, MaxInstanceLifetime, TerminationPolicies, MetricsCollection, InstanceLifecyclePolicy, NotificationConfigurations
                ...
                @UpdatePolicy: {AutoScalingScheduledAction: {IgnoreUnmodifiedGroupSizeProperties: true}}
              Group/InstanceSecurityGroup AWS::EC2::SecurityGroup [Group] <autoscaling.AutoScalingGroup>
                GroupDescription: "Odds/Group/InstanceSecurityGroup"
                SecurityGroupEgress: [{CidrIp: "0.0.0.0/0", Description: "Allow all outbound traffic by default", IpProtocol: "-1", ...}, ...]
                Tags: [{Key: "Name", Value: "Odds/Group", ...}, ...]
                ...
              Group/InstanceRole AWS::IAM::Role [Group] <autoscaling.AutoScalingGroup>
                AssumeRolePolicyDocument: {Statement: [{Action: "sts:AssumeRole", Effect: "Allow", Principal: {Service: "ec2.amazonaws.com"}}, ...], Version: "2012-10-17"}
                Tags: [{Key: "Name", Value: "Odds/Group", ...}, ...]
                without ManagedPolicyArns
                ...
              Group/InstanceProfile AWS::IAM::InstanceProfile [Group] <autoscaling.AutoScalingGroup>
                Roles: [Ref(Group/InstanceRole)]
                ...
              Capacity AWS::ECS::CapacityProvider [Capacity] <ecs.AsgCapacityProvider>
                AutoScalingGroupProvider: {AutoScalingGroupArn: Ref(Group)}
                ...
              Api AWS::AppSync::GraphQLApi [Api] <appsync.GraphqlApi>
                AuthenticationType: "API_KEY"
                Name: "todos"
                without EnvironmentVariables, IntrospectionConfig, OwnerContact, QueryDepthLimit, ResolverCountLimit, Visibility, XrayEnabled, EnhancedMetricsConfig, LogConfig, LambdaAuthorizerConfig, OpenIDConnectConfig, UserPoolConfig
                ...
              Api/DefaultApiKey AWS::AppSync::ApiKey [Api] <appsync.GraphqlApi>
                ApiId: Api.ApiId
                ...
              Api/Local AWS::AppSync::DataSource [addNoneDataSource] <addNoneDataSource>
                ApiId: Api.ApiId
                Name: "Local"
                Type: "NONE"
                ...
              Todos AWS::AppSync::Resolver [Todos] <appsync.Resolver>
                ApiId: Api.ApiId
                TypeName: "Query"
                FieldName: "todos"
                without MaxBatchSize
                ...
              Errors AWS::Logs::MetricFilter [Errors] <logs.MetricFilter>
                MetricTransformations: [{MetricValue: "1", MetricName: "Errors", MetricNamespace: "Odds"}]
                FilterPattern: "?\"ERROR\" ?\"FATAL\""
                without ApplyOnTransformedLogs, FilterName
                ...
        "#]],
    );
}
