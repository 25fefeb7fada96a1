import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { Settings } from './settings';

export interface ServiceFunctionProps {
  readonly settings: Settings;
  readonly description: string;
  readonly source?: string;
  readonly environment?: Record<string, string>;
  readonly timeout?: Duration;
  readonly deadLetters?: boolean;
}

const SOURCE = 'exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });';

/** A function as this team configures them. */
export class ServiceFunction extends Construct {
  readonly function: lambda.Function;
  readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id);
    const { settings, source = SOURCE } = props;

    this.logGroup = new logs.LogGroup(this, 'Logs', {
      retention: settings.logRetention,
      removalPolicy: settings.removalPolicy,
    });
    this.function = new lambda.Function(this, 'Function', {
      runtime: lambda.Runtime.NODEJS_22_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: lambda.Code.fromInline(source),
      description: props.description,
      memorySize: settings.functions.memory,
      timeout: props.timeout ?? settings.functions.timeout,
      tracing: lambda.Tracing.ACTIVE,
      logGroup: this.logGroup,
      deadLetterQueueEnabled: props.deadLetters,
      environment: {
        STAGE: settings.name,
        LOG_LEVEL: settings.name === 'prod' ? 'info' : 'debug',
        ...props.environment,
      },
    });
    this.function.addToRolePolicy(
      new iam.PolicyStatement({
        actions: ['ssm:GetParameter', 'ssm:GetParametersByPath'],
        resources: [`arn:aws:ssm:${Stack.of(this).region}:${Stack.of(this).account}:parameter/orders/*`],
      }),
    );
  }

  get arn(): string {
    return this.function.functionArn;
  }
}
