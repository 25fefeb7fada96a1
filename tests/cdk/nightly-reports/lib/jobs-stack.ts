import * as cdk from 'aws-cdk-lib';
import * as appscaling from 'aws-cdk-lib/aws-applicationautoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as patterns from 'aws-cdk-lib/aws-ecs-patterns';
import { Construct } from 'constructs';

export interface JobsStackProps extends cdk.StackProps {
  readonly retentionDays: number;
}

/** Reports are written at night. */
export class JobsStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props: JobsStackProps) {
    super(scope, id, props);

    const vpc = new ec2.Vpc(this, 'Vpc', { maxAzs: 2, natGateways: 1 });
    const cluster = new ecs.Cluster(this, 'Cluster', { vpc });

    new patterns.ScheduledFargateTask(this, 'Nightly', {
      cluster,
      schedule: appscaling.Schedule.cron({ hour: '2', minute: '30' }),
      scheduledFargateTaskImageOptions: {
        image: ecs.ContainerImage.fromRegistry('public.ecr.aws/docker/library/alpine:3.20'),
        memoryLimitMiB: 1024,
        cpu: 512,
        environment: { KEEP_DAYS: `${props.retentionDays}` },
      },
      subnetSelection: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      desiredTaskCount: 2,
    });

    new patterns.QueueProcessingFargateService(this, 'OnDemand', {
      cluster,
      image: ecs.ContainerImage.fromRegistry('public.ecr.aws/docker/library/alpine:3.20'),
      maxScalingCapacity: 4,
      environment: { MODE: 'single' },
    });
  }
}
