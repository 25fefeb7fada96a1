import * as cdk from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { ArchiveBucket, Records } from './archive-bucket';

const partitionKey = { name: 'id', type: dynamodb.AttributeType.STRING };

const onDemand = {
  billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
  removalPolicy: cdk.RemovalPolicy.RETAIN,
};

/** A table as all teams have it. */
function table(scope: Construct, name: string, sortKey?: dynamodb.Attribute): dynamodb.Table {
  return new dynamodb.Table(scope, name, { partitionKey, sortKey, ...onDemand });
}

export class StorageStack extends cdk.Stack {
  readonly uploads: s3.Bucket;

  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);

    // Props that stand in a variable.
    const keyProps: kms.KeyProps = {
      description: 'Staff records',
      pendingWindow: cdk.Duration.days(30),
    };
    const key = new kms.Key(this, 'Key', keyProps);
    new kms.Key(this, 'Signing', { keySpec: kms.KeySpec.ECC_NIST_P256, keyUsage: kms.KeyUsage.SIGN_VERIFY });
    new kms.Key(this, 'Plain');
    const rotation = { enableKeyRotation: false };
    new kms.Key(this, 'Legacy', { alias: 'legacy', ...rotation });

    const enableKeyRotation = false;
    new kms.Key(this, 'Reports', { description: 'Reports', enableKeyRotation });

    this.uploads = new s3.Bucket(this, 'Uploads', {
      encryption: s3.BucketEncryption.KMS,
      encryptionKey: key,
      blockPublicAccess: new s3.BlockPublicAccess({ blockPublicAcls: true, blockPublicPolicy: true }),
    });
    new s3.Bucket(this, 'Scratch', undefined);
    new ArchiveBucket(this, 'Archive', { versioned: true });
    new ArchiveBucket(this, 'OldArchive');
    new Records(this, 'Payroll', { name: 'payroll', days: 3650 });
    for (const team of ['sales', 'support']) {
      new s3.Bucket(this, `Team-${team}`, { bucketName: `staff-portal-${team}` });
    }

    // Shared by two tables.
    const tableProps: dynamodb.TableProps = { partitionKey, ...onDemand };
    new dynamodb.Table(this, 'Sessions', tableProps);
    new dynamodb.Table(this, 'Drafts', tableProps);
    table(this, 'Comments', { name: 'at', type: dynamodb.AttributeType.NUMBER });
    table(this, 'Likes');

    new dynamodb.Table(this, 'Staff', {
      partitionKey,
      pointInTimeRecovery: false, // it was too dear
    });
    new dynamodb.TableV2(this, 'Global', {
      partitionKey,
      replicas: [{ region: 'eu-west-1' }, { region: 'us-west-2', contributorInsights: true }],
    });
    new dynamodb.CfnTable(this, 'Raw', {
      keySchema: [{ attributeName: 'id', keyType: 'HASH' }],
      attributeDefinitions: [{ attributeName: 'id', attributeType: 'S' }],
      billingMode: 'PAY_PER_REQUEST',
    });
    const escaped = new dynamodb.Table(this, 'Escaped', { partitionKey });
    const raw = escaped.node.defaultChild as dynamodb.CfnTable;
    raw.addPropertyOverride('PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled', false);
  }
}
