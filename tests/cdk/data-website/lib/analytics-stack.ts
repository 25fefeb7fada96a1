import * as cdk from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as firehose from 'aws-cdk-lib/aws-kinesisfirehose';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as opensearch from 'aws-cdk-lib/aws-opensearchservice';
import { Construct } from 'constructs';
import { PrivateBucket } from './private-bucket';

export type Source = 'clicks' | 'orders';

export interface AnalyticsStackProps extends cdk.StackProps {
  readonly shards: Record<Source, number>;
}

export class AnalyticsStack extends cdk.Stack {
  private readonly lake: PrivateBucket;
  private readonly key: kms.Key;

  constructor(scope: Construct, id: string, props: AnalyticsStackProps) {
    super(scope, id, props);

    this.key = new kms.Key(this, 'Key', {
      alias: 'alias/analytics',
      enableKeyRotation: true,
      rotationPeriod: cdk.Duration.days(180),
      removalPolicy: cdk.RemovalPolicy.DESTROY,
    });
    this.key.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'Logs',
        principals: [new iam.ServicePrincipal('logs.us-east-1.amazonaws.com')],
        actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:GenerateDataKey*'],
        resources: ['*'],
      }),
    );
    this.lake = new PrivateBucket(this, 'Lake', {
      lifecycleRules: [{ noncurrentVersionExpiration: cdk.Duration.days(30), prefix: 'raw/' }],
    });

    for (const source of ['clicks', 'orders'] as Source[]) {
      const stream = this.stream(source, props.shards[source]);
      this.archive(source, stream);
    }
    this.search();
  }

  private stream(source: Source, shards: number): kinesis.Stream {
    return new kinesis.Stream(this, `${source}-stream`, {
      streamName: `analytics-${source}`,
      shardCount: shards,
      retentionPeriod: cdk.Duration.hours(source === 'orders' ? 72 : 24),
      encryption: kinesis.StreamEncryption.KMS,
      encryptionKey: this.key,
    });
  }

  private archive(source: Source, stream: kinesis.Stream): void {
    const role = new iam.Role(this, `${source}-archive-role`, {
      assumedBy: new iam.ServicePrincipal('firehose.amazonaws.com'),
      description: `Archives ${source}`,
      inlinePolicies: {
        write: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              actions: ['s3:PutObject', 's3:AbortMultipartUpload'],
              resources: [this.lake.arnForObjects(`raw/${source}/*`)],
            }),
          ],
        }),
      },
    });
    stream.grantRead(role);
    new firehose.CfnDeliveryStream(this, `${source}-archive`, {
      deliveryStreamType: 'KinesisStreamAsSource',
      kinesisStreamSourceConfiguration: { kinesisStreamArn: stream.streamArn, roleArn: role.roleArn },
      extendedS3DestinationConfiguration: {
        bucketArn: this.lake.bucketArn,
        roleArn: role.roleArn,
        prefix: `raw/${source}/`,
        bufferingHints: { intervalInSeconds: 300, sizeInMBs: 64 },
        compressionFormat: 'GZIP',
      },
    });
  }

  private search(): opensearch.Domain {
    const slow = new logs.LogGroup(this, 'SlowSearches', { retention: logs.RetentionDays.TWO_WEEKS });
    const domain = new opensearch.Domain(this, 'Search', {
      version: opensearch.EngineVersion.OPENSEARCH_2_17,
      capacity: { dataNodes: 2, dataNodeInstanceType: 'r7g.large.search', multiAzWithStandbyEnabled: false },
      ebs: { volumeSize: 100, volumeType: ec2.EbsDeviceVolumeType.GP3 },
      zoneAwareness: { enabled: true, availabilityZoneCount: 2 },
      encryptionAtRest: { enabled: true, kmsKey: this.key },
      nodeToNodeEncryption: true,
      enforceHttps: true,
      tlsSecurityPolicy: opensearch.TLSSecurityPolicy.TLS_1_2,
      logging: { slowSearchLogEnabled: true, slowSearchLogGroup: slow },
      removalPolicy: cdk.RemovalPolicy.DESTROY,
    });
    const reader = new iam.Role(this, 'Reader', {
      roleName: 'analytics-reader',
      assumedBy: new iam.AccountPrincipal(this.account),
      maxSessionDuration: cdk.Duration.hours(8),
    });
    domain.grantRead(reader);
    this.lake.grantRead(reader, 'curated/*');
    return domain;
  }
}
