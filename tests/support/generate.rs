//! Large texts for benchmarks and floods, with the shapes and the faults that real ones have.

use std::fmt::Write;

/// A YAML template of about `lines` lines.
pub fn yaml(lines: usize) -> String {
    let mut out = String::from(
        "AWSTemplateFormatVersion: '2010-09-09'\nDescription: Orders, in every region\nParameters:\n  Environment:\n    Type: String\n    \
         AllowedValues: [dev, prod]\n  VpcId:\n    Type: AWS::EC2::VPC::Id\nConditions:\n  IsProd: !Equals [!Ref Environment, prod]\nResources:\n",
    );
    let mut count = out.lines().count();
    for n in 0.. {
        if count + 5 >= lines {
            break;
        }
        let before = out.len();
        resource(&mut out, n);
        count += out[before..].lines().count();
    }
    out.push_str("Outputs:\n  Bucket0Arn:\n    Value: !GetAtt Bucket0.Arn\n");
    out
}

fn resource(out: &mut String, n: usize) {
    let set = n / 7;
    let _ = match n % 7 {
        0 => write!(
            out,
            "  Bucket{set}:\n    Type: AWS::S3::Bucket\n    DeletionPolicy: Retain\n    Properties:\n      BucketName: !Sub '${{AWS::StackName}}-orders-{set}'\n      \
             VersioningConfiguration:\n        Status: !If [IsProd, Enabled, Suspended]\n      PublicAccessBlockConfiguration:\n        BlockPublicAcls: true\n        \
             BlockPublicPolicy: true\n        IgnorePublicAcls: true\n        RestrictPublicBuckets: true\n      Tags:\n        - Key: Environment\n          Value: !Ref Environment\n"
        ),
        1 => write!(
            out,
            "  Role{set}:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument:\n        Version: '2012-10-17'\n        Statement:\n          - Effect: Allow\n            \
             Principal:\n              Service: lambda.amazonaws.com\n            Action: sts:AssumeRole\n      Policies:\n        - PolicyName: orders\n          PolicyDocument:\n            \
             Version: '2012-10-17'\n            Statement:\n              - Effect: Allow\n                Action:\n                  - s3:GetObject\n                  - s3:PutObject\n                \
             Resource:\n                  - !Sub '${{Bucket{set}.Arn}}/*'\n                  - arn:aws:s3:::legacy-*\n"
        ),
        2 => write!(
            out,
            "  Function{set}:\n    Type: AWS::Lambda::Function\n    Properties:\n      Runtime: python3.13\n      Handler: index.handler\n      Role: !GetAtt Role{set}.Arn\n      Timeout: 30\n      \
             Environment:\n        Variables:\n          BUCKET: !Ref Bucket{set}\n          TABLE: !Ref Table{set}\n      Code:\n        ZipFile: |\n          def handler(event, context):\n              \
             # Nothing to do: the queue is drained elsewhere.\n              return {{'statusCode': 200}}\n"
        ),
        3 => write!(
            out,
            "  Table{set}:\n    Type: AWS::DynamoDB::Table\n    Properties:\n      BillingMode: PAY_PER_REQUEST\n      AttributeDefinitions:\n        - AttributeName: id\n          AttributeType: S\n      \
             KeySchema:\n        - AttributeName: id\n          KeyType: HASH\n"
        ),
        4 => write!(
            out,
            "  Group{set}:\n    Type: AWS::EC2::SecurityGroup\n    Properties:\n      GroupDescription: Web servers\n      VpcId: !Ref VpcId\n      SecurityGroupIngress:\n        - IpProtocol: tcp\n          \
             FromPort: 443\n          ToPort: 443\n          CidrIp: 0.0.0.0/0\n        - IpProtocol: tcp\n          FromPort: 22\n          ToPort: 22\n          CidrIp: 10.0.0.0/16\n"
        ),
        5 => write!(
            out,
            "  Key{set}:\n    Type: AWS::KMS::Key\n    Properties:\n      EnableKeyRotation: true\n      KeyPolicy:\n        Version: '2012-10-17'\n        Statement:\n          - Effect: Allow\n            \
             Principal:\n              AWS: !Sub 'arn:aws:iam::${{AWS::AccountId}}:root'\n            Action: kms:*\n            Resource: '*'\n"
        ),
        _ => write!(
            out,
            "  Queue{set}:\n    # Drained once a minute.\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: !Join ['-', [!Ref AWS::StackName, queue, '{set}']]\n      VisibilityTimeout: 60\n      \
             KmsMasterKeyId: !GetAtt Key{set}.Arn\n"
        ),
    };
}

/// A JSON template of about `lines` lines.
pub fn json(lines: usize) -> String {
    let mut out = String::from(
        "{\n  \"AWSTemplateFormatVersion\": \"2010-09-09\",\n  \"Parameters\": {\n    \"Environment\": { \"Type\": \"String\" }\n  },\n  \"Resources\": {\n",
    );
    let mut count = out.lines().count();
    for n in 0.. {
        if n > 0 {
            out.push_str(",\n");
        }
        let before = out.len();
        let _ = match n % 3 {
            0 => write!(
                out,
                "    \"Bucket{n}\": {{\n      \"Type\": \"AWS::S3::Bucket\",\n      \"Properties\": {{\n        \"BucketName\": {{ \"Fn::Sub\": \"${{AWS::StackName}}-{n}\" }},\n        \
                 \"VersioningConfiguration\": {{\n          \"Status\": \"Enabled\"\n        }}\n      }}\n    }}"
            ),
            1 => write!(
                out,
                "    \"Table{n}\": {{\n      \"Type\": \"AWS::DynamoDB::Table\",\n      \"Properties\": {{\n        \"BillingMode\": \"PAY_PER_REQUEST\",\n        \"KeySchema\": [\n          {{\n            \
                 \"AttributeName\": \"id\",\n            \"KeyType\": \"HASH\"\n          }}\n        ],\n        \"AttributeDefinitions\": [\n          {{\n            \"AttributeName\": \"id\",\n            \
                 \"AttributeType\": \"S\"\n          }}\n        ]\n      }}\n    }}"
            ),
            _ => write!(
                out,
                "    \"Queue{n}\": {{\n      \"Type\": \"AWS::SQS::Queue\",\n      \"Properties\": {{\n        \"VisibilityTimeout\": 60,\n        \"Tags\": [\n          {{\n            \"Key\": \"Environment\",\n            \
                 \"Value\": {{ \"Ref\": \"Environment\" }}\n          }}\n        ]\n      }}\n    }}"
            ),
        };
        count += out[before..].lines().count();
        if count + 4 >= lines {
            break;
        }
    }
    out.push_str("\n  }\n}\n");
    out
}

/// A CDK file of about `lines` lines.
pub fn cdk(lines: usize) -> String {
    let mut out = String::from(
        "import * as cdk from 'aws-cdk-lib';\nimport * as dynamodb from 'aws-cdk-lib/aws-dynamodb';\nimport * as iam from 'aws-cdk-lib/aws-iam';\nimport * as kms from 'aws-cdk-lib/aws-kms';\n\
         import * as lambda from 'aws-cdk-lib/aws-lambda';\nimport * as s3 from 'aws-cdk-lib/aws-s3';\nimport { Construct } from 'constructs';\n\n",
    );
    let mut count = out.lines().count();
    for n in 0.. {
        if count + 2 >= lines {
            break;
        }
        let before = out.len();
        let _ = write!(
            out,
            "export class Orders{n}Stack extends cdk.Stack {{\n  constructor(scope: Construct, id: string, props?: cdk.StackProps) {{\n    super(scope, id, props);\n\n    const bucket = new s3.Bucket(this, 'Bucket', {{\n      \
             versioned: true,\n      encryption: s3.BucketEncryption.S3_MANAGED,\n      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,\n      removalPolicy: cdk.RemovalPolicy.RETAIN,\n    }});\n\n    const table = new dynamodb.Table(this, 'Table', {{\n      \
             partitionKey: {{ name: 'id', type: dynamodb.AttributeType.STRING }},\n      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,\n      pointInTimeRecovery: {},\n    }});\n\n    new kms.Key(this, 'Key', {{ enableKeyRotation: true }});\n\n    \
             const handler = new lambda.Function(this, 'Handler', {{\n      runtime: lambda.Runtime.NODEJS_22_X,\n      handler: 'index.handler',\n      code: lambda.Code.fromAsset('lambda'),\n      timeout: cdk.Duration.seconds(30),\n      \
             environment: {{ BUCKET: bucket.bucketName, TABLE: table.tableName }},\n    }});\n    table.grantReadWriteData(handler);\n    handler.addToRolePolicy(\n      new iam.PolicyStatement({{\n        actions: ['s3:GetObject', 's3:PutObject'],\n        \
             resources: [bucket.arnForObjects('*')],\n      }}),\n    );\n  }}\n}}\n\n",
            n % 4 != 0
        );
        count += out[before..].lines().count();
    }
    out
}

/// A CDK program of about so many files, by path: an app, a stack that all others use, shared constructs, and groups of a
/// stack with constructs of its own. Its `lib/large-stack.ts` has so many lines.
pub fn program(files: usize, lines: usize) -> Vec<(String, String)> {
    let mut out = vec![
        (
            "cdk.json".to_owned(),
            "{ \"app\": \"npx ts-node bin/app.ts\", \"context\": { \"stage\": \"prod\" } }\n".to_owned(),
        ),
        ("lib/settings.ts".to_owned(), SETTINGS.to_owned()),
        ("lib/network-stack.ts".to_owned(), NETWORK.to_owned()),
        ("lib/shared/secure-bucket.ts".to_owned(), SECURE_BUCKET.to_owned()),
        ("lib/shared/service-function.ts".to_owned(), SERVICE_FUNCTION.to_owned()),
        ("lib/large-stack.ts".to_owned(), large_stack(lines)),
    ];
    let mut app = String::from(
        "#!/usr/bin/env node\nimport * as cdk from 'aws-cdk-lib';\nimport { LargeStack } from '../lib/large-stack';\n\
         import { NetworkStack } from '../lib/network-stack';\nimport { settings } from '../lib/settings';\n",
    );
    let mut body = String::from(
        "\nconst app = new cdk.App();\nconst env = { account: settings.account, region: settings.region };\n\
         const network = new NetworkStack(app, 'Network', { env });\nnew LargeStack(app, 'Large', { env, vpc: network.vpc });\n",
    );
    for n in 0..files.saturating_sub(out.len()) / 5 {
        let _ = writeln!(app, "import {{ Orders{n}Stack }} from '../lib/orders{n}/stack';");
        let _ = writeln!(body, "new Orders{n}Stack(app, 'Orders{n}', {{ env, vpc: network.vpc }});");
        for (name, text) in
            [("stack", GROUP_STACK), ("store", STORE), ("queue", QUEUE), ("api", API), ("worker", WORKER)]
        {
            out.push((format!("lib/orders{n}/{name}.ts"), text.replace("Orders#", &format!("Orders{n}"))));
        }
    }
    out.push(("bin/app.ts".to_owned(), app + &body));
    out
}

fn large_stack(lines: usize) -> String {
    let mut out = String::from(LARGE_HEAD);
    let mut count = out.lines().count() + 2;
    for n in 0.. {
        if count >= lines {
            break;
        }
        let block = LARGE_BLOCK.replace('#', &n.to_string());
        count += block.lines().count();
        out += &block;
    }
    out + "  }\n}\n"
}

const SETTINGS: &str = r"export interface Settings {
  readonly account: string;
  readonly region: string;
  readonly retentionDays: number;
  readonly alarms: boolean;
}

const common = { account: '111122223333', retentionDays: 30 };

export const settings: Settings = { ...common, region: 'eu-west-1', alarms: true };
";

const NETWORK: &str = r"import * as cdk from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

export class NetworkStack extends cdk.Stack {
  public readonly vpc: ec2.Vpc;

  constructor(scope: Construct, id: string, props: cdk.StackProps) {
    super(scope, id, props);
    this.vpc = new ec2.Vpc(this, 'Vpc', { maxAzs: 2, natGateways: 1 });
    this.vpc.addGatewayEndpoint('Objects', { service: ec2.GatewayVpcEndpointAwsService.S3 });
  }
}
";

const SECURE_BUCKET: &str = r"import * as cdk from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface SecureBucketProps {
  readonly versioned?: boolean;
  readonly expireAfterDays?: number;
}

export class SecureBucket extends Construct {
  public readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string, props: SecureBucketProps = {}) {
    super(scope, id);
    this.bucket = new s3.Bucket(this, 'Bucket', {
      versioned: props.versioned ?? true,
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: props.expireAfterDays ? [{ expiration: cdk.Duration.days(props.expireAfterDays) }] : [],
    });
  }
}
";

const SERVICE_FUNCTION: &str = r"import * as cdk from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { settings } from '../settings';

export interface ServiceFunctionProps {
  readonly handler: string;
  readonly environment?: Record<string, string>;
  readonly timeoutSeconds?: number;
}

export class ServiceFunction extends lambda.Function {
  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id, {
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: props.handler,
      code: lambda.Code.fromAsset('dist'),
      timeout: cdk.Duration.seconds(props.timeoutSeconds ?? 30),
      tracing: lambda.Tracing.ACTIVE,
      environment: { STAGE: 'prod', ...props.environment },
    });
    new logs.LogGroup(this, 'Logs', { retention: settings.retentionDays });
  }
}
";

const GROUP_STACK: &str = r"import * as cdk from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { Orders#Api } from './api';
import { Orders#Queue } from './queue';
import { Orders#Store } from './store';
import { Orders#Worker } from './worker';

export interface Orders#StackProps extends cdk.StackProps {
  readonly vpc: ec2.Vpc;
}

export class Orders#Stack extends cdk.Stack {
  constructor(scope: Construct, id: string, props: Orders#StackProps) {
    super(scope, id, props);
    const store = new Orders#Store(this, 'Store');
    const queue = new Orders#Queue(this, 'Queue');
    const worker = new Orders#Worker(this, 'Worker', { vpc: props.vpc, queue: queue.queue, table: store.table });
    const api = new Orders#Api(this, 'Api', { table: store.table, queue: queue.queue });
    new cdk.CfnOutput(this, 'WorkerArn', { value: worker.handler.functionArn });
    new cdk.CfnOutput(this, 'Url', { value: api.api.url });
  }
}
";

const STORE: &str = r"import * as cdk from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { SecureBucket } from '../shared/secure-bucket';

export class Orders#Store extends Construct {
  public readonly table: dynamodb.Table;
  public readonly archive: SecureBucket;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new dynamodb.Table(this, 'Table', {
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecovery: true,
      removalPolicy: cdk.RemovalPolicy.RETAIN,
    });
    for (const index of ['customer', 'date']) {
      this.table.addGlobalSecondaryIndex({
        indexName: `by-${index}`,
        partitionKey: { name: index, type: dynamodb.AttributeType.STRING },
      });
    }
    this.archive = new SecureBucket(this, 'Archive', { expireAfterDays: 365 });
  }
}
";

const QUEUE: &str = r"import * as cdk from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { settings } from '../settings';

export class Orders#Queue extends Construct {
  public readonly queue: sqs.Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const failed = new sqs.Queue(this, 'Failed', { retentionPeriod: cdk.Duration.days(14), enforceSSL: true });
    this.queue = new sqs.Queue(this, 'Queue', {
      visibilityTimeout: cdk.Duration.minutes(5),
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      deadLetterQueue: { queue: failed, maxReceiveCount: 5 },
      enforceSSL: true,
    });
    if (settings.alarms) {
      new cloudwatch.Alarm(this, 'Alarm', {
        metric: failed.metricApproximateNumberOfMessagesVisible(),
        threshold: 1,
        evaluationPeriods: 1,
      });
    }
  }
}
";

const API: &str = r"import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ServiceFunction } from '../shared/service-function';

export interface Orders#ApiProps {
  readonly table: dynamodb.Table;
  readonly queue: sqs.Queue;
}

export class Orders#Api extends Construct {
  public readonly api: apigateway.RestApi;

  constructor(scope: Construct, id: string, props: Orders#ApiProps) {
    super(scope, id);
    const handler = new ServiceFunction(this, 'Handler', {
      handler: 'api.handler',
      environment: { TABLE: props.table.tableName, QUEUE: props.queue.queueUrl },
    });
    props.table.grantReadData(handler);
    props.queue.grantSendMessages(handler);
    this.api = new apigateway.RestApi(this, 'Api', { deployOptions: { tracingEnabled: true } });
    const orders = this.api.root.addResource('orders');
    orders.addMethod('GET', new apigateway.LambdaIntegration(handler));
    orders.addMethod('POST', new apigateway.LambdaIntegration(handler));
  }
}
";

const WORKER: &str = r"import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as sources from 'aws-cdk-lib/aws-lambda-event-sources';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ServiceFunction } from '../shared/service-function';

export interface Orders#WorkerProps {
  readonly vpc: ec2.Vpc;
  readonly queue: sqs.Queue;
  readonly table: dynamodb.Table;
}

export class Orders#Worker extends Construct {
  public readonly handler: ServiceFunction;

  constructor(scope: Construct, id: string, props: Orders#WorkerProps) {
    super(scope, id);
    this.handler = new ServiceFunction(this, 'Handler', {
      handler: 'worker.handler',
      timeoutSeconds: 120,
      environment: { TABLE: props.table.tableName },
    });
    this.handler.addEventSource(new sources.SqsEventSource(props.queue, { batchSize: 10 }));
    this.handler.addToRolePolicy(
      new iam.PolicyStatement({ actions: ['dynamodb:PutItem'], resources: [props.table.tableArn] }),
    );
    const group = new ec2.SecurityGroup(this, 'Group', { vpc: props.vpc, allowAllOutbound: false });
    group.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), 'services of AWS');
  }
}
";

const LARGE_HEAD: &str = r"import * as cdk from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { SecureBucket } from './shared/secure-bucket';
import { ServiceFunction } from './shared/service-function';
import { settings } from './settings';

export interface LargeStackProps extends cdk.StackProps {
  readonly vpc: ec2.Vpc;
}

export class LargeStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props: LargeStackProps) {
    super(scope, id, props);
";

const LARGE_BLOCK: &str = r"
    const uploads# = new SecureBucket(this, 'Uploads#', { expireAfterDays: settings.retentionDays });
    const table# = new dynamodb.Table(this, 'Table#', {
      partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecovery: true,
      removalPolicy: cdk.RemovalPolicy.RETAIN,
    });
    new kms.Key(this, 'Key#', { enableKeyRotation: true });
    const handler# = new ServiceFunction(this, 'Handler#', {
      handler: 'part#.handler',
      environment: {
        BUCKET: uploads#.bucket.bucketName,
        TABLE: table#.tableName,
      },
    });
    table#.grantReadWriteData(handler#);
    handler#.addToRolePolicy(
      new iam.PolicyStatement({
        actions: ['s3:GetObject', 's3:PutObject'],
        resources: [uploads#.bucket.arnForObjects('*')],
      }),
    );
    const group# = new ec2.SecurityGroup(this, 'Group#', {
      vpc: props.vpc,
      description: 'Lets part # speak to its peers',
    });
    group#.addIngressRule(ec2.Peer.ipv4('10.0.0.0/16'), ec2.Port.tcp(443));
";
