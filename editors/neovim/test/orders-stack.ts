import * as cdk from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

export class OrdersStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);

    const key = new kms.Key(this, 'OrdersKey', {
      // expect: kms-key-rotation-disabled "false"
      description: '🔑 für Aufträge', enableKeyRotation: false,
    });

    // expect: dynamodb-table-without-pitr "Orders"
    new dynamodb.Table(this, 'Orders', {
      partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
      encryptionKey: key,
    });
  }
}
