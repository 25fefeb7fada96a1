import * as cdk from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ServiceFunction } from './service-function';
import { Settings } from './settings';

export interface ApiStackProps extends cdk.StackProps {
  readonly settings: Settings;
  readonly orders: dynamodb.ITable;
  readonly queue: sqs.IQueue;
}

interface Route {
  readonly path: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly writes?: boolean;
}

const ROUTES: Record<string, Route> = {
  ListOrders: { path: 'orders', method: 'GET' },
  PlaceOrder: { path: 'orders', method: 'POST', writes: true },
  CancelOrder: { path: 'orders/{id}', method: 'DELETE', writes: true },
};

export class ApiStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props: ApiStackProps) {
    super(scope, id, { ...props, description: 'The public interface of the orders' });
    const { settings, orders, queue } = props;

    const users = new cognito.UserPool(this, 'Users', {
      userPoolName: `orders-${settings.name}`,
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      autoVerify: { email: true },
      mfa: settings.name === 'prod' ? cognito.Mfa.REQUIRED : cognito.Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: { minLength: 12, requireDigits: true, requireSymbols: false },
      accountRecovery: cognito.AccountRecovery.EMAIL_ONLY,
      removalPolicy: settings.removalPolicy,
    });
    const client = users.addClient('Web', {
      authFlows: { userSrp: true },
      accessTokenValidity: cdk.Duration.minutes(30),
      preventUserExistenceErrors: true,
    });

    const accessLogs = new logs.LogGroup(this, 'AccessLogs', { retention: settings.logRetention });
    const api = new apigateway.RestApi(this, 'Api', {
      restApiName: `orders-${settings.name}`,
      description: 'Orders',
      endpointTypes: [apigateway.EndpointType.REGIONAL],
      deployOptions: {
        stageName: settings.name,
        throttlingRateLimit: settings.throttle.rate,
        throttlingBurstLimit: settings.throttle.burst,
        tracingEnabled: true,
        metricsEnabled: true,
        loggingLevel: apigateway.MethodLoggingLevel.INFO,
        accessLogDestination: new apigateway.LogGroupLogDestination(accessLogs),
        accessLogFormat: apigateway.AccessLogFormat.jsonWithStandardFields(),
      },
      defaultCorsPreflightOptions: {
        allowOrigins: ['https://shop.example.com'],
        allowMethods: apigateway.Cors.ALL_METHODS,
      },
    });
    const authorizer = new apigateway.CognitoUserPoolsAuthorizer(this, 'Authorizer', { cognitoUserPools: [users] });

    Object.entries(ROUTES).forEach(([name, route]) => {
      const handler = new ServiceFunction(this, name, {
        settings,
        description: `${route.method} /${route.path}`,
        environment: { TABLE: orders.tableName, ...(route.writes ? { QUEUE: queue.queueUrl } : {}) },
      });
      if (route.writes) {
        orders.grantReadWriteData(handler.function);
        queue.grantSendMessages(handler.function);
      } else {
        orders.grantReadData(handler.function);
      }
      const resource = api.root.resourceForPath(route.path);
      resource.addMethod(route.method, new apigateway.LambdaIntegration(handler.function), {
        authorizer,
        authorizationType: apigateway.AuthorizationType.COGNITO,
      });
    });

    const health = new lambda.Function(this, 'Health', {
      runtime: lambda.Runtime.PYTHON_3_13,
      handler: 'index.handler',
      code: lambda.Code.fromInline('def handler(event, context):\n    return {"statusCode": 204}\n'),
    });
    const cfnHealth = health.node.defaultChild as lambda.CfnFunction;
    cfnHealth.addPropertyOverride('ReservedConcurrentExecutions', 2);
    cfnHealth.addMetadata('purpose', 'health');
    api.root.addResource('health').addMethod('GET', new apigateway.LambdaIntegration(health));

    const plan = api.addUsagePlan('Partners', {
      name: 'partners',
      throttle: { rateLimit: settings.throttle.rate / 10, burstLimit: settings.throttle.burst / 10 },
      quota: { limit: 10_000, period: apigateway.Period.DAY },
    });
    plan.addApiStage({ stage: api.deploymentStage });

    new cdk.CfnOutput(this, 'Url', { value: api.url });
    new cdk.CfnOutput(this, 'ClientId', { value: client.userPoolClientId });
  }
}
