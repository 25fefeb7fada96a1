import * as cdk from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as deployment from 'aws-cdk-lib/aws-s3-deployment';
import * as notifications from 'aws-cdk-lib/aws-s3-notifications';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import * as custom from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';

const HANDLER = 'exports.handler = async () => {};';

/** What each function may do beside reading and writing media. */
const PERMISSIONS: Record<string, { actions: string[]; resources?: string[] }> = {
  Thumbnails: { actions: ['rekognition:DetectLabels'] },
  Index: { actions: ['es:ESHttpPost', 'es:ESHttpPut'], resources: ['arn:aws:es:eu-west-1:444444444444:domain/media/*'] },
};

export class ArchiveStack extends cdk.Stack {
  readonly media: s3.Bucket;

  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);

    const key = new kms.Key(this, 'Key', { enableKeyRotation: true });
    this.media = new s3.Bucket(this, 'Media', {
      encryption: s3.BucketEncryption.KMS,
      encryptionKey: key,
      removalPolicy: cdk.RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
    });
    const pages = new s3.Bucket(this, 'Pages', { removalPolicy: cdk.RemovalPolicy.DESTROY, autoDeleteObjects: true });
    new deployment.BucketDeployment(this, 'Publish', {
      sources: [deployment.Source.data('index.html', '<h1>Media</h1>')],
      destinationBucket: pages,
      prune: false,
    });

    const uploads = new sqs.Queue(this, 'Uploads', { visibilityTimeout: cdk.Duration.minutes(5) });
    const removed = new sns.Topic(this, 'Removed');
    const thumbnails = this.worker('Thumbnails', logs.RetentionDays.ONE_WEEK);
    const index = this.worker('Index');
    const other = this.worker('Other');
    this.media.addEventNotification(s3.EventType.OBJECT_CREATED_COPY, new notifications.LambdaDestination(thumbnails), {
      prefix: 'images/',
      suffix: '.jpg',
    });
    this.media.addEventNotification(s3.EventType.OBJECT_CREATED_PUT, new notifications.SqsDestination(uploads));
    this.media.addObjectRemovedNotification(new notifications.SnsDestination(removed), { prefix: 'images/' });
    this.media.grantReadWrite(thumbnails);
    this.media.grantRead(index, 'images/*');
    key.grantDecrypt(other);

    const token = new secretsmanager.Secret(this, 'Token', { generateSecretString: { passwordLength: 40 } });
    token.grantRead(index);
    token.addRotationSchedule('Rotation', { rotationLambda: other, automaticallyAfter: cdk.Duration.days(30) });
    const limit = new ssm.StringParameter(this, 'Limit', { parameterName: '/media/limit', stringValue: '100' });
    limit.grantRead(thumbnails);

    const images = new ecr.Repository(this, 'Images', { imageScanOnPush: true, lifecycleRules: [{ maxImageCount: 10 }] });
    const shared = iam.Role.fromRoleArn(this, 'Shared', 'arn:aws:iam::444444444444:role/builders');
    images.grantPullPush(shared);
    const publisher = new iam.Role(this, 'Publisher', {
      assumedBy: new iam.CompositePrincipal(
        new iam.ServicePrincipal('codebuild.amazonaws.com'),
        new iam.AccountPrincipal('555555555555'),
      ),
      maxSessionDuration: cdk.Duration.hours(2),
      inlinePolicies: {
        registry: new iam.PolicyDocument({
          statements: [new iam.PolicyStatement({ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] })],
        }),
      },
    });
    publisher.attachInlinePolicy(
      new iam.Policy(this, 'PublisherPolicy', {
        statements: [
          new iam.PolicyStatement({ actions: ['s3:PutObject'], resources: [pages.arnForObjects('*')] }),
          new iam.PolicyStatement({ actions: ['s3:ListBucket'], resources: [pages.bucketArn] }),
        ],
      }),
    );
    const reading = new iam.Policy(this, 'Reading', {
      document: iam.PolicyDocument.fromJson({
        Version: '2012-10-17',
        Statement: [{ Sid: 'Read', Effect: 'Allow', Action: 's3:GetObject', Resource: `${pages.bucketArn}/*` }],
      }),
    });
    reading.attachToRole(publisher);
    images.grantPull(publisher);

    const announce = new custom.AwsCustomResource(this, 'Announce', {
      onUpdate: {
        service: 'SNS',
        action: 'publish',
        parameters: { TopicArn: removed.topicArn, Message: 'The archive was deployed' },
        physicalResourceId: custom.PhysicalResourceId.of('announcement'),
      },
      policy: custom.AwsCustomResourcePolicy.fromStatements([
        new iam.PolicyStatement({ actions: ['sns:Publish'], resources: [removed.topicArn] }),
      ]),
    });
    announce.node.addDependency(this.media);
  }

  private worker(name: string, logRetention?: logs.RetentionDays): lambda.Function {
    const worker = new lambda.Function(this, name, {
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline(HANDLER),
      logRetention,
    });
    const permission = PERMISSIONS[name];
    if (permission) {
      worker.addToRolePolicy(
        new iam.PolicyStatement({ actions: permission.actions, resources: permission.resources ?? ['*'] }),
      );
    }
    return worker;
  }
}
