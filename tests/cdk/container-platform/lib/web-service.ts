import { Duration, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface WebServiceProps {
  readonly cluster: ecs.Cluster;
  readonly listener: elbv2.ApplicationListener;
  readonly image: string;
  readonly path: string;
  readonly priority: number;
  readonly port?: number;
  readonly cpu?: 256 | 512 | 1024;
  readonly scaling?: { min: number; max: number };
  readonly environment?: { [name: string]: string };
  readonly secrets?: { [name: string]: ecs.Secret };
}

/** A service behind the balancer of the platform. */
export class WebService extends Construct {
  readonly service: ecs.FargateService;
  readonly task: ecs.FargateTaskDefinition;

  constructor(scope: Construct, id: string, private readonly props: WebServiceProps) {
    super(scope, id);
    const port = props.port ?? 8080;
    const cpu = props.cpu ?? 256;

    this.task = new ecs.FargateTaskDefinition(this, 'Task', {
      cpu,
      memoryLimitMiB: cpu * 2,
      family: `platform-${id.toLowerCase()}`,
      runtimePlatform: {
        cpuArchitecture: ecs.CpuArchitecture.ARM64,
        operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
      },
    });
    this.task.addContainer('web', {
      image: ecs.ContainerImage.fromRegistry(props.image),
      portMappings: [{ containerPort: port }],
      environment: { PORT: String(port), ...props.environment },
      secrets: props.secrets,
      readonlyRootFilesystem: true,
      logging: ecs.LogDrivers.awsLogs({ streamPrefix: id, logGroup: this.logGroup() }),
      healthCheck: { command: ['CMD-SHELL', `curl -f http://localhost:${port}/health || exit 1`], retries: 3 },
    });
    this.task.addToTaskRolePolicy(
      new iam.PolicyStatement({
        sid: 'Metrics',
        actions: ['cloudwatch:PutMetricData'],
        resources: ['*'],
        conditions: { StringEquals: { 'cloudwatch:namespace': 'platform' } },
      }),
    );

    this.service = new ecs.FargateService(this, 'Service', {
      cluster: props.cluster,
      taskDefinition: this.task,
      desiredCount: props.scaling?.min ?? 2,
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { rollback: true },
      enableExecuteCommand: false,
      assignPublicIp: false,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
    });
    props.listener.addTargets(id, {
      port,
      protocol: elbv2.ApplicationProtocol.HTTP,
      targets: [this.service],
      priority: props.priority,
      conditions: [elbv2.ListenerCondition.pathPatterns([props.path])],
      healthCheck: { path: '/health', interval: Duration.seconds(15), healthyHttpCodes: '200-204' },
      deregistrationDelay: Duration.seconds(20),
    });
    this.scale();
  }

  private logGroup(): logs.LogGroup {
    return new logs.LogGroup(this, 'Logs', {
      logGroupName: `/${Stack.of(this).stackName}/${this.node.id}`,
      retention: logs.RetentionDays.ONE_MONTH,
    });
  }

  private scale(): void {
    const { scaling } = this.props;
    if (!scaling) return;
    const target = this.service.autoScaleTaskCount({ minCapacity: scaling.min, maxCapacity: scaling.max });
    target.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: 60, scaleInCooldown: Duration.minutes(5) });
  }
}
