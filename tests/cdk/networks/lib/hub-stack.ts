import { CfnOutput, Stack, StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as rds from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';

/** What all spokes share: a network as the library makes it, one that speaks both versions of IP, and a jump host. */
export class HubStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const vpc = new ec2.Vpc(this, 'Vpc');
    const dual = new ec2.Vpc(this, 'Dual', {
      vpcName: 'dual',
      ipProtocol: ec2.IpProtocol.DUAL_STACK,
      ipAddresses: ec2.IpAddresses.cidr('10.1.0.0/16'),
      maxAzs: 2,
      reservedAzs: 1,
      natGateways: 1,
      natGatewaySubnets: { subnetGroupName: 'edge' },
      subnetConfiguration: [
        { name: 'edge', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 24 },
        { name: 'apps', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
        { name: 'later', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, reserved: true },
        { name: 'data', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 26 },
      ],
    });

    const host = new ec2.Instance(this, 'Host', {
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC },
      instanceType: ec2.InstanceType.of(ec2.InstanceClass.T4G, ec2.InstanceSize.NANO),
      machineImage: ec2.MachineImage.latestAmazonLinux2023({ cpuType: ec2.AmazonLinuxCpuType.ARM_64 }),
    });
    host.connections.allowFrom(ec2.Peer.ipv4('192.0.2.0/24'), ec2.Port.tcp(443), 'The office');

    const callers = new ec2.SecurityGroup(this, 'Callers', { vpc, allowAllOutbound: false });
    const workers = new ec2.SecurityGroup(this, 'Workers', { vpc, description: 'What does the work' });
    workers.addIngressRule(callers, ec2.Port.tcp(8080), 'Calls');
    workers.connections.allowInternally(ec2.Port.tcpRange(7000, 7010));
    callers.connections.allowTo(workers, ec2.Port.tcp(9090));
    callers.addEgressRule(ec2.Peer.ipv4('10.0.0.0/8'), ec2.Port.tcp(443));

    const database = new rds.DatabaseInstance(this, 'Database', {
      engine: rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_16 }),
      vpc: dual,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    });
    database.connections.allowDefaultPortFrom(new ec2.SecurityGroup(this, 'Readers', { vpc: dual }));

    new ec2.CfnNetworkAcl(this, 'Acl', { vpcId: vpc.vpcId });
    new rds.CfnDBSubnetGroup(this, 'Group', {
      dbSubnetGroupDescription: 'Where databases are',
      subnetIds: vpc.selectSubnets({ subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }).subnetIds,
    });
    new CfnOutput(this, 'First', { value: vpc.publicSubnets[0].subnetId });
  }
}
