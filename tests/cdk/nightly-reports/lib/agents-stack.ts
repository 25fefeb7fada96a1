import * as cdk from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as codedeploy from 'aws-cdk-lib/aws-codedeploy';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

/** Machines that print reports, with what brings new versions to them. */
export class AgentsStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);

    const vpc = new ec2.Vpc(this, 'Vpc', { maxAzs: 2, natGateways: 1 });
    const machines = new autoscaling.AutoScalingGroup(this, 'Machines', {
      vpc,
      instanceType: ec2.InstanceType.of(ec2.InstanceClass.T3, ec2.InstanceSize.SMALL),
      machineImage: ec2.MachineImage.latestAmazonLinux2023(),
      minCapacity: 1,
      maxCapacity: 6,
      desiredCapacity: 2,
    });
    const application = new codedeploy.ServerApplication(this, 'Printing');
    new codedeploy.ServerDeploymentGroup(this, 'Rollout', {
      application,
      autoScalingGroups: [machines],
      deploymentGroupName: 'printing',
      deploymentConfig: codedeploy.ServerDeploymentConfig.HALF_AT_A_TIME,
      installAgent: false,
      autoRollback: { failedDeployment: true, stoppedDeployment: true },
      ec2InstanceTags: new codedeploy.InstanceTagSet({ Role: ['printing'] }),
    });
    new cdk.CustomResource(this, 'Fonts', {
      serviceToken: cdk.Fn.importValue('printing-setup'),
      resourceType: 'Custom::Fonts',
      properties: { Families: ['Serif', 'Mono'] },
    });
  }
}
