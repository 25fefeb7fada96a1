import * as cdk from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

type Size = 'small' | 'large';

export interface DatabaseStackProps extends cdk.StackProps {
  readonly vpc: ec2.IVpc;
  readonly size: Size;
}

const SIZES: Record<Size, { instance: ec2.InstanceSize; storage: number; multiAz: boolean; backups: number }> = {
  small: { instance: ec2.InstanceSize.SMALL, storage: 50, multiAz: false, backups: 7 },
  large: { instance: ec2.InstanceSize.XLARGE2, storage: 500, multiAz: true, backups: 30 },
};

export class DatabaseStack extends cdk.Stack {
  readonly secret: secretsmanager.ISecret;
  readonly securityGroup: ec2.SecurityGroup;

  constructor(scope: Construct, id: string, { vpc, size, ...rest }: DatabaseStackProps) {
    super(scope, id, rest);
    const { instance, storage, multiAz, backups } = SIZES[size];

    const key = new kms.Key(this, 'Key', { enableKeyRotation: true, alias: 'platform/database' });
    this.securityGroup = new ec2.SecurityGroup(this, 'Group', { vpc, description: 'Database', allowAllOutbound: false });

    const engine = rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_16 });
    const parameters = new rds.ParameterGroup(this, 'Parameters', {
      engine,
      description: 'What the platform wants of PostgreSQL',
      parameters: { 'rds.force_ssl': '1', log_min_duration_statement: '500' },
    });
    const database = new rds.DatabaseInstance(this, 'Postgres', {
      engine,
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      securityGroups: [this.securityGroup],
      instanceType: ec2.InstanceType.of(ec2.InstanceClass.T4G, instance),
      allocatedStorage: storage,
      maxAllocatedStorage: storage * 2,
      storageEncrypted: true,
      storageEncryptionKey: key,
      storageType: rds.StorageType.GP3,
      multiAz,
      parameterGroup: parameters,
      databaseName: 'platform',
      credentials: rds.Credentials.fromGeneratedSecret('platform_admin', { excludeCharacters: '"@/\\ ' }),
      backupRetention: cdk.Duration.days(backups),
      preferredBackupWindow: '01:00-02:00',
      cloudwatchLogsExports: ['postgresql', 'upgrade'],
      deletionProtection: multiAz,
      copyTagsToSnapshot: true,
      iamAuthentication: true,
      removalPolicy: cdk.RemovalPolicy.SNAPSHOT,
    });
    this.secret = database.secret!;

    const signing = new secretsmanager.Secret(this, 'SigningKey', {
      description: 'Signs the sessions of users',
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
      removalPolicy: cdk.RemovalPolicy.DESTROY,
    });
    const cfnSigning = signing.node.defaultChild as secretsmanager.CfnSecret;
    cfnSigning.kmsKeyId = key.keyArn;
  }
}
