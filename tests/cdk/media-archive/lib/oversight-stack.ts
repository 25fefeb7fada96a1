import * as cdk from 'aws-cdk-lib';
import * as backup from 'aws-cdk-lib/aws-backup';
import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as destinations from 'aws-cdk-lib/aws-logs-destinations';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface OversightStackProps extends cdk.StackProps {
  readonly media: s3.IBucket;
}

export class OversightStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props: OversightStackProps) {
    super(scope, id, props);

    const group = new logs.LogGroup(this, 'Audit', { retention: logs.RetentionDays.ONE_YEAR });
    const trail = new cloudtrail.Trail(this, 'Trail', {
      sendToCloudWatchLogs: true,
      cloudWatchLogGroup: group,
      isMultiRegionTrail: true,
      enableFileValidation: true,
    });
    trail.addS3EventSelector([{ bucket: props.media }], { readWriteType: cloudtrail.ReadWriteType.WRITE_ONLY });

    const denied = new logs.MetricFilter(this, 'Denied', {
      logGroup: group,
      filterPattern: logs.FilterPattern.stringValue('$.errorCode', '=', 'AccessDenied'),
      metricNamespace: 'Oversight',
      metricName: 'Denied',
      metricValue: '1',
      defaultValue: 0,
    });
    denied.metric({ period: cdk.Duration.minutes(5) }).createAlarm(this, 'ManyDenied', {
      threshold: 10,
      evaluationPeriods: 1,
    });
    const stream = new kinesis.Stream(this, 'Stream', { shardCount: 1 });
    new logs.SubscriptionFilter(this, 'ToStream', {
      logGroup: group,
      destination: new destinations.KinesisDestination(stream),
      filterPattern: logs.FilterPattern.allEvents(),
    });
    new logs.ResourcePolicy(this, 'Writers', {
      policyStatements: [
        new iam.PolicyStatement({
          principals: [new iam.ServicePrincipal('route53.amazonaws.com')],
          actions: ['logs:PutLogEvents', 'logs:CreateLogStream'],
          resources: [group.logGroupArn],
        }),
      ],
    });

    const auditors = new iam.Role(this, 'Auditors', {
      assumedBy: new iam.FederatedPrincipal(
        'arn:aws:iam::444444444444:saml-provider/company',
        { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } },
        'sts:AssumeRoleWithSAML',
      ),
    });
    auditors.addManagedPolicy(iam.ManagedPolicy.fromAwsManagedPolicyName('SecurityAudit'));
    const key = new kms.Key(this, 'Key', { enableKeyRotation: true, description: 'Findings' });
    key.grant(auditors, 'kms:DescribeKey', 'kms:Decrypt');
    key.addAlias('oversight');

    const findings = new dynamodb.Table(this, 'Findings', {
      partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
      encryptionKey: key,
    });
    findings.grantReadData(auditors);
    const plan = backup.BackupPlan.dailyMonthly1YearRetention(this, 'Plan');
    plan.addSelection('Tables', { resources: [backup.BackupResource.fromDynamoDbTable(findings)] });
  }
}
