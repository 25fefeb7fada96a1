import * as cdk from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as efs from 'aws-cdk-lib/aws-efs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { WebService, WebServiceProps } from './web-service';

export interface ServicesStackProps extends cdk.StackProps {
  readonly vpc: ec2.IVpc;
  readonly secret: secretsmanager.ISecret;
  readonly databaseSecurityGroup: ec2.ISecurityGroup;
}

type Definition = Pick<WebServiceProps, 'image' | 'path' | 'port' | 'cpu' | 'scaling'>;

const SERVICES: Record<string, Definition> = {
  Catalogue: { image: 'public.ecr.aws/nginx/nginx:1.27', path: '/catalogue/*', scaling: { min: 2, max: 8 } },
  Checkout: { image: 'public.ecr.aws/nginx/nginx:1.27', path: '/checkout/*', cpu: 512, scaling: { min: 3, max: 12 } },
  Admin: { image: 'public.ecr.aws/docker/library/httpd:2.4', path: '/admin/*', port: 80 },
};

export class ServicesStack extends cdk.Stack {
  private readonly cluster: ecs.Cluster;
  private readonly listener: elbv2.ApplicationListener;

  constructor(scope: Construct, id: string, props: ServicesStackProps) {
    super(scope, id, props);
    const { vpc } = props;

    this.cluster = new ecs.Cluster(this, 'Cluster', {
      vpc,
      containerInsightsV2: ecs.ContainerInsights.ENABLED,
      enableFargateCapacityProviders: true,
    });

    const balancerGroup = new ec2.SecurityGroup(this, 'BalancerGroup', { vpc, description: 'The open web' });
    balancerGroup.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(80), 'Everybody');
    const balancer = new elbv2.ApplicationLoadBalancer(this, 'Balancer', {
      vpc,
      internetFacing: true,
      securityGroup: balancerGroup,
      dropInvalidHeaderFields: true,
      idleTimeout: cdk.Duration.seconds(30),
      deletionProtection: true,
    });
    this.listener = balancer.addListener('Http', {
      port: 80,
      open: false,
      defaultAction: elbv2.ListenerAction.fixedResponse(404, { contentType: 'text/plain', messageBody: 'Nothing here' }),
    });

    Object.keys(SERVICES).forEach((name, index) => {
      const service = new WebService(this, name, {
        ...SERVICES[name],
        cluster: this.cluster,
        listener: this.listener,
        priority: (index + 1) * 10,
        secrets: { DATABASE_PASSWORD: ecs.Secret.fromSecretsManager(props.secret, 'password') },
      });
      if (name === 'Catalogue') {
        this.shareFiles(vpc, service);
      }
    });

    this.bastion(vpc);
    new cdk.CfnOutput(this, 'Address', { value: balancer.loadBalancerDnsName, exportName: 'platform-address' });
  }

  private shareFiles(vpc: ec2.IVpc, service: WebService): void {
    const files = new efs.FileSystem(this, 'Files', {
      vpc,
      encrypted: true,
      lifecyclePolicy: efs.LifecyclePolicy.AFTER_30_DAYS,
      performanceMode: efs.PerformanceMode.GENERAL_PURPOSE,
      throughputMode: efs.ThroughputMode.ELASTIC,
      removalPolicy: cdk.RemovalPolicy.RETAIN,
    });
    const access = files.addAccessPoint('Pictures', {
      path: '/pictures',
      createAcl: { ownerUid: '1000', ownerGid: '1000', permissions: '750' },
      posixUser: { uid: '1000', gid: '1000' },
    });
    service.task.addVolume({
      name: 'pictures',
      efsVolumeConfiguration: {
        fileSystemId: files.fileSystemId,
        transitEncryption: 'ENABLED',
        authorizationConfig: { accessPointId: access.accessPointId, iam: 'ENABLED' },
      },
    });
    files.connections.allowDefaultPortFrom(service.service);
  }

  private bastion(vpc: ec2.IVpc): autoscaling.AutoScalingGroup {
    const role = new iam.Role(this, 'BastionRole', {
      assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
      managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('AmazonSSMManagedInstanceCore')],
    });
    const template = new ec2.LaunchTemplate(this, 'BastionTemplate', {
      instanceType: ec2.InstanceType.of(ec2.InstanceClass.T4G, ec2.InstanceSize.NANO),
      machineImage: ec2.MachineImage.latestAmazonLinux2023({ cpuType: ec2.AmazonLinuxCpuType.ARM_64 }),
      requireImdsv2: true,
      role,
      securityGroup: new ec2.SecurityGroup(this, 'BastionGroup', { vpc }),
      blockDevices: [
        { deviceName: '/dev/xvda', volume: ec2.BlockDeviceVolume.ebs(8, { encrypted: true, deleteOnTermination: true }) },
      ],
    });
    return new autoscaling.AutoScalingGroup(this, 'Bastion', {
      vpc,
      launchTemplate: template,
      minCapacity: 0,
      maxCapacity: 1,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
    });
  }
}
