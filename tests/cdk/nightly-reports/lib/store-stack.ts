import * as cdk from 'aws-cdk-lib';
import * as docdb from 'aws-cdk-lib/aws-docdb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as cr from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';

/** Where reports are kept, and what fills it once. */
export class StoreStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);

    const vpc = new ec2.Vpc(this, 'Vpc', { maxAzs: 2, natGateways: 1 });
    new docdb.DatabaseCluster(this, 'Documents', {
      masterUser: { username: 'reports', excludeCharacters: '"@/:' },
      instanceType: ec2.InstanceType.of(ec2.InstanceClass.R6G, ec2.InstanceSize.LARGE),
      instances: 2,
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      backup: { retention: cdk.Duration.days(14) },
      exportAuditLogsToCloudWatch: true,
      deletionProtection: true,
      removalPolicy: cdk.RemovalPolicy.RETAIN,
    });

    const handler = new lambda.Function(this, 'Seed', {
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = async () => ({});'),
      timeout: cdk.Duration.minutes(5),
    });
    const isComplete = new lambda.Function(this, 'IsSeeded', {
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: 'index.isComplete',
      code: lambda.Code.fromInline('exports.isComplete = async () => ({ IsComplete: true });'),
    });
    const provider = new cr.Provider(this, 'Provider', {
      onEventHandler: handler,
      isCompleteHandler: isComplete,
      queryInterval: cdk.Duration.seconds(30),
      totalTimeout: cdk.Duration.minutes(30),
    });
    new cdk.CustomResource(this, 'Seeded', {
      serviceToken: provider.serviceToken,
      properties: { Version: '3' },
    });

    // What plain resources show of themselves is spelled in its own way.
    const balancer = new elb.CfnLoadBalancer(this, 'Front', {
      type: 'network',
      scheme: 'internal',
      subnets: ['subnet-0a1b2c3d', 'subnet-4e5f6a7b'],
    });
    new cdk.CfnOutput(this, 'FrontAddress', { value: balancer.attrDnsName });
    new cdk.aws_ssm.CfnParameter(this, 'FrontName', { type: 'String', name: '/reports/front', value: balancer.attrDnsName });
  }
}
