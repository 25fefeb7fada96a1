import { Stack, StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elasticache from 'aws-cdk-lib/aws-elasticache';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

export interface SpokeStackProps extends StackProps {
  readonly zones: number;
  readonly cidr: string;
}

/** A network without a way out: what is called is called through endpoints. */
export class SpokeStack extends Stack {
  constructor(scope: Construct, id: string, props: SpokeStackProps) {
    super(scope, id, props);

    const vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(props.cidr),
      maxAzs: props.zones,
      natGateways: 0,
      createInternetGateway: false,
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [
        { name: 'workers', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
        { name: 'caches', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 27 },
      ],
    });
    vpc.addGatewayEndpoint('Objects', { service: ec2.GatewayVpcEndpointAwsService.S3 });
    vpc.addGatewayEndpoint('Tables', {
      service: ec2.GatewayVpcEndpointAwsService.DYNAMODB,
      subnets: [{ subnetGroupName: 'workers' }],
    });
    vpc.addInterfaceEndpoint('Keys', {
      service: ec2.InterfaceVpcEndpointAwsService.KMS,
      subnets: { subnetGroupName: 'workers' },
    });
    vpc.addFlowLog('Flows');

    new elasticache.CfnSubnetGroup(this, 'Caches', {
      description: 'Where caches are',
      subnetIds: vpc.selectSubnets({ subnetGroupName: 'caches' }).subnetIds,
    });
    new lambda.Function(this, 'Worker', {
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = async () => {};'),
      vpc,
      vpcSubnets: { subnetGroupName: 'workers' },
    });
  }
}
