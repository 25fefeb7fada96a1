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
