import * as cdk from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { isProduction, Settings } from './settings';

export interface DataStackProps extends cdk.StackProps {
  readonly settings: Settings;
}

const INDEXES = [
  { name: 'by-customer', key: 'customerId', sort: 'createdAt' },
  { name: 'by-status', key: 'status', sort: 'updatedAt' },
];

export class DataStack extends cdk.Stack {
  public readonly orders: dynamodb.Table;
  public readonly invoices: s3.Bucket;
  private readonly key: kms.Key;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props);
    const { settings } = props;

    this.key = new kms.Key(this, 'Key', {
      description: `Key of the orders of ${settings.name}`,
      enableKeyRotation: true,
      pendingWindow: cdk.Duration.days(14),
      removalPolicy: settings.removalPolicy,
    });

    this.orders = new dynamodb.Table(this, 'Orders', {
      partitionKey: { name: 'orderId', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: isProduction(settings) },
      deletionProtection: isProduction(settings),
      stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
      timeToLiveAttribute: 'expiresAt',
      removalPolicy: settings.removalPolicy,
    });
    for (const index of INDEXES) {
      this.orders.addGlobalSecondaryIndex({
        indexName: index.name,
        partitionKey: { name: index.key, type: dynamodb.AttributeType.STRING },
        sortKey: { name: index.sort, type: dynamodb.AttributeType.NUMBER },
        projectionType: dynamodb.ProjectionType.ALL,
      });
    }

    const logs = new s3.Bucket(this, 'AccessLogs', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      objectOwnership: s3.ObjectOwnership.OBJECT_WRITER,
      lifecycleRules: [{ expiration: cdk.Duration.days(settings.name === 'prod' ? 365 : 30) }],
      removalPolicy: cdk.RemovalPolicy.RETAIN,
    });
    this.invoices = new s3.Bucket(this, 'Invoices', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      bucketName: `orders-invoices-${settings.name}`,
      encryption: s3.BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      enforceSSL: true,
      versioned: true,
      serverAccessLogsBucket: logs,
      serverAccessLogsPrefix: 'invoices/',
      removalPolicy: settings.removalPolicy,
      lifecycleRules: [
        {
          id: 'archive',
          transitions: [
            { storageClass: s3.StorageClass.INFREQUENT_ACCESS, transitionAfter: cdk.Duration.days(30) },
            { storageClass: s3.StorageClass.GLACIER, transitionAfter: cdk.Duration.days(90) },
          ],
        },
        { abortIncompleteMultipartUploadAfter: cdk.Duration.days(7) },
      ],
    });

    new cdk.CfnOutput(this, 'OrdersName', { value: this.orders.tableName });
  }
}
