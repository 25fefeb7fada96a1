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
              PolicyStatement/Policy AWS::IAM::Policy [new iam.PolicyStatement({ actions: ['s3:*'], resources: ['arn:aws:s3:::content-*'] })] <new iam.PolicyStatement({ actions: ['s3:*'], resources: ['arn:aws:s3:::content-*'] })>
                PolicyDocument: {Statement: [{Effect: "Allow", Action: ["s3:*"], Resource: ["arn:aws:s3:::content-*"]}], ...}
                ...
        "#]],
    );
}
