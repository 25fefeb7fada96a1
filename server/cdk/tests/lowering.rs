//! Programs, and what they are lowered to.

mod support;

use expect_test::{Expect, expect};
use support::{lower, render};

fn check(text: &str, expected: Expect) {
    expected.assert_eq(&render(text, &lower(text)));
}

#[test]
fn buckets() {
    check(
        r#"
import { Stack, RemovalPolicy, aws_iam as iam } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';

const NAME = 'logs';

export class Storage extends Stack {
  private readonly logs: s3.Bucket;
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    this.logs = new s3.Bucket(this, 'Logs', { versioned: false, bucketName: `${NAME}-${this.region}` });
    const data = new s3.Bucket(this, 'Data', {
      versioned: props.prod ? true : undefined,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.KMS,
      removalPolicy: RemovalPolicy.DESTROY,
      serverAccessLogsBucket: this.logs,
    });
    new s3.Bucket(this, 'Open', { versioned: true, ...props.more });
    data.addToResourcePolicy(new iam.PolicyStatement({
      actions: ['s3:GetObject'],
      principals: [new iam.AnyPrincipal()],
      resources: [data.arnForObjects('*'), `${this.logs.bucketArn}/*`],
    }));
    const role = new iam.Role(this, 'Role', { roleName: 'admin', assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
    role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:*'], resources: ['arn:aws:s3:::content-*'] }));
    const cfn = data.node.defaultChild as s3.CfnBucket;
    cfn.addPropertyOverride('VersioningConfiguration.Status', 'Enabled');
    new s3.CfnBucket(this, 'Raw', { versioningConfiguration: { status: 'Enabled' }, bucketEncryption: { serverSideEncryptionConfiguration: [{ serverSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: data.bucketArn } }] } });
  }
}
"#,
        expect![[r#"
            stack Storage
              Logs AWS::S3::Bucket [Logs] <s3.Bucket>
                BucketName: `logs-${Ref(AWS::Region)}`
                VersioningConfiguration: {Status: "Suspended"}
                BucketEncryption: absent
                PublicAccessBlockConfiguration: absent
                AccessControl: absent
                LifecycleConfiguration: absent
                LoggingConfiguration: absent
                WebsiteConfiguration: absent
                ReplicationConfiguration: absent
                CorsConfiguration: absent
                InventoryConfigurations: absent
                MetricsConfigurations: absent
                ObjectLockEnabled: absent
                ObjectLockConfiguration: absent
                OwnershipControls: absent
                AccelerateConfiguration: absent
                IntelligentTieringConfigurations: absent
                ...
                @DeletionPolicy: "Retain"
                @UpdateReplacePolicy: "Retain"
              Data AWS::S3::Bucket [Data] <s3.Bucket>
                BucketName: absent
                VersioningConfiguration: {Status: "Enabled"}
                BucketEncryption: {ServerSideEncryptionConfiguration: [{ServerSideEncryptionByDefault: {SSEAlgorithm: "aws:kms", ...}, ...}]}
                PublicAccessBlockConfiguration: {BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true}
                AccessControl: absent
                LifecycleConfiguration: absent
                LoggingConfiguration: {DestinationBucketName: Ref(Logs), LogFilePrefix: absent}
                WebsiteConfiguration: absent
                ReplicationConfiguration: absent
                CorsConfiguration: absent
                InventoryConfigurations: absent
                MetricsConfigurations: absent
                ObjectLockEnabled: absent
                ObjectLockConfiguration: absent
                OwnershipControls: absent
                AccelerateConfiguration: absent
                IntelligentTieringConfigurations: absent
                ...
                @DeletionPolicy: "Delete"
                @UpdateReplacePolicy: "Delete"
              Open AWS::S3::Bucket [Open] <s3.Bucket>
                BucketName: unknown
                VersioningConfiguration: unknown
                BucketEncryption: unknown
                PublicAccessBlockConfiguration: unknown
                AccessControl: unknown
                LifecycleConfiguration: unknown
                LoggingConfiguration: unknown
                WebsiteConfiguration: unknown
                ReplicationConfiguration: unknown
                CorsConfiguration: unknown
                InventoryConfigurations: unknown
                MetricsConfigurations: unknown
                ObjectLockEnabled: unknown
                ObjectLockConfiguration: unknown
                OwnershipControls: unknown
                AccelerateConfiguration: unknown
                IntelligentTieringConfigurations: unknown
                ...
              Data/BucketPolicy AWS::S3::BucketPolicy [Data] <s3.Bucket>
                Bucket: Ref(Data)
                PolicyDocument: {Statement: [{Effect: "Allow", Action: ["s3:GetObject"], Resource: [`${Data.Arn}/*`, `${Logs.Arn}/*`], Principal: {AWS: ["*"]}}], ...}
                ...
              Role AWS::IAM::Role [Role] <iam.Role>
                RoleName: "admin"
                Path: absent
                Description: absent
                PermissionsBoundary: absent
                ManagedPolicyArns: absent
                Policies: absent
                AssumeRolePolicyDocument: {Statement: [{Effect: "Allow", Principal: {Service: ["ec2.amazonaws.com"]}, ...}, ...], ...}
                ...
              Role/Policy AWS::IAM::Policy [new iam.PolicyStatement({ actions: ['s3:*'], resources: ['arn:aws:s3:::content-*'] })] <new iam.PolicyStatement({ actions: ['s3:*'], resources: ['arn:aws:s3:::content-*'] })>
                PolicyDocument: {Statement: [{Effect: "Allow", Action: ["s3:*"], Resource: ["arn:aws:s3:::content-*"]}], ...}
                Roles: [Ref(Role)]
                ...
              Raw AWS::S3::Bucket [Raw] <s3.CfnBucket>
                VersioningConfiguration: {Status: "Enabled"}
                BucketEncryption: {ServerSideEncryptionConfiguration: [{ServerSideEncryptionByDefault: {SSEAlgorithm: "aws:kms", KMSMasterKeyID: Data.Arn}}]}
        "#]],
    );
}
