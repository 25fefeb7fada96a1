import * as cdk from 'aws-cdk-lib';
import { aws_dynamodb as dynamodb, aws_ec2 as ec2, aws_ecs as ecs, aws_kms as kms } from 'aws-cdk-lib';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Effect, ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

const ORDERS_PORT = 8080;

/** The order service: containers behind a load balancer, a table, a bucket for invoices. */
export class OrdersStack extends cdk.Stack {
  readonly table: dynamodb.Table;

  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);

    const vpc = new ec2.Vpc(this, 'Vpc', { maxAzs: 2 });

    const key = new kms.Key(this, 'OrdersKey', {
      description: 'Encrypts the orders',
    });

    this.table = new dynamodb.Table(this, 'Orders', {
      partitionKey: { name: 'orderId', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      encryptionKey: key,
    });

    const invoices = new s3.Bucket(this, 'Invoices', {
      bucketName: `shop-invoices-${this.account}`,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
    });

    const role = new Role(this, 'OrdersRole', {
      roleName: 'orders-service',
      assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com'),
    });
    role.addToPolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: ['s3:GetObject', 's3:PutObject'],
        resources: ['arn:aws:s3:::*/*'],
      }),
    );
    role.addToPolicy(new PolicyStatement({ actions: ['dynamodb:*'], resources: [this.table.tableArn] }));
    role.addManagedPolicy(ManagedPolicy.fromAwsManagedPolicyName('CloudWatchAgentServerPolicy'));

    const group = new ec2.SecurityGroup(this, 'BalancerGroup', { vpc, allowAllOutbound: true });
    group.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(80), 'the shop');
    group.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(22), 'administrators');

    const balancer = new elbv2.ApplicationLoadBalancer(this, 'Balancer', {
      vpc,
      internetFacing: true,
      securityGroup: group,
    });
    const listener = balancer.addListener('Http', { port: 80 });

    const cluster = new ecs.Cluster(this, 'Cluster', { vpc });
    const task = new ecs.FargateTaskDefinition(this, 'Task', { taskRole: role, cpu: 512, memoryLimitMiB: 1024 });
    task.addContainer('orders', {
      image: ecs.ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:stable'),
      portMappings: [{ containerPort: ORDERS_PORT }],
      environment: { TABLE: this.table.tableName, INVOICES: invoices.bucketName },
    });
    const service = new ecs.FargateService(this, 'Service', { cluster, taskDefinition: task, desiredCount: 2 });

    listener.addTargets('Orders', {
      port: ORDERS_PORT,
      targets: [service],
      healthCheck: { path: '/health' },
    });
  }
}
