import { Stack } from 'aws-cdk-lib';
import { CloudFrontWebDistribution, Distribution, OriginAccessIdentity } from 'aws-cdk-lib/aws-cloudfront';
import { S3Origin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { BlockPublicAccess, Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export class EdgeStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);

    const pages = new Bucket(this, 'Pages', { blockPublicAccess: BlockPublicAccess.BLOCK_ALL });
    const handbook = new Bucket(this, 'Handbook', { blockPublicAccess: BlockPublicAccess.BLOCK_ALL });

    const origin = new S3Origin(pages);
    new Distribution(this, 'Site', {
      defaultBehavior: { origin },
      additionalBehaviors: { '/assets/*': { origin } },
    });

    const identity = new OriginAccessIdentity(this, 'Identity');
    new CloudFrontWebDistribution(this, 'Handbooks', {
      originConfigs: [
        {
          s3OriginSource: { s3BucketSource: handbook, originAccessIdentity: identity },
          behaviors: [{ isDefaultBehavior: true }],
        },
      ],
    });
  }
}
