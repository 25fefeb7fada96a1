import * as cdk from 'aws-cdk-lib';
import { aws_cloudwatch as cloudwatch, aws_cloudwatch_actions as actions } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { ServiceFunction } from './service-function';
import { isProduction, Settings } from './settings';

export interface FulfilmentStackProps extends cdk.StackProps {
  readonly settings: Settings;
  readonly orders: dynamodb.ITable;
}

enum Step {
  Reserve = 'Reserve',
  Charge = 'Charge',
  Ship = 'Ship',
}

function queueWithDeadLetters(scope: Construct, id: string, retention: cdk.Duration): sqs.Queue {
  const dead = new sqs.Queue(scope, `${id}Dead`, {
    retentionPeriod: cdk.Duration.days(14),
    encryption: sqs.QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
  });
  return new sqs.Queue(scope, id, {
    visibilityTimeout: cdk.Duration.seconds(90),
    retentionPeriod: retention,
    encryption: sqs.QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    deadLetterQueue: { queue: dead, maxReceiveCount: 3 },
  });
}

export class FulfilmentStack extends cdk.Stack {
  readonly queue: sqs.Queue;

  constructor(scope: Construct, id: string, private readonly props: FulfilmentStackProps) {
    super(scope, id, props);
    const { settings, orders } = props;

    this.queue = queueWithDeadLetters(this, 'Requests', cdk.Duration.days(4));

    const alarms = new sns.Topic(this, 'Alarms', { displayName: `Orders alarms (${settings.name})` });
    if (settings.alarmAddress) {
      alarms.addSubscription(new subscriptions.EmailSubscription(settings.alarmAddress));
    }

    const worker = new ServiceFunction(this, 'Worker', {
      settings,
      description: 'Takes requests from the queue and starts their fulfilment',
      environment: { TABLE: orders.tableName },
      timeout: cdk.Duration.seconds(15),
    });
    worker.function.addEventSource(new SqsEventSource(this.queue, { batchSize: 5, reportBatchItemFailures: true }));
    orders.grantReadWriteData(worker.function);

    const machine = this.machine();
    machine.grantStartExecution(worker.function);

    new events.Rule(this, 'Nightly', {
      description: 'Reconciles what was not shipped',
      schedule: events.Schedule.cron({ hour: '2', minute: '30' }),
      enabled: isProduction(settings),
      targets: [new targets.SfnStateMachine(machine)],
    });
    const cancelled = new events.Rule(this, 'Cancelled', {
      eventPattern: { source: ['shop.orders'], detailType: ['OrderCancelled'] },
    });
    cancelled.addTarget(new targets.SqsQueue(this.queue));

    const alarm = new cloudwatch.Alarm(this, 'Backlog', {
      metric: this.queue.metricApproximateAgeOfOldestMessage({ period: cdk.Duration.minutes(5) }),
      threshold: 600,
      evaluationPeriods: 3,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new actions.SnsAction(alarms));
  }

  private machine(): sfn.StateMachine {
    const steps = [Step.Reserve, Step.Charge, Step.Ship].map((step) => {
      const handler = new ServiceFunction(this, `${step}Step`, {
        settings: this.props.settings,
        description: `Step ${step} of the fulfilment`,
        deadLetters: true,
      });
      return new tasks.LambdaInvoke(this, step, { lambdaFunction: handler.function, outputPath: '$.Payload' });
    });
    const definition = steps[0].next(steps[1]).next(steps[2]).next(new sfn.Succeed(this, 'Done'));
    return new sfn.StateMachine(this, 'Fulfilment', {
      definitionBody: sfn.DefinitionBody.fromChainable(definition),
      stateMachineType: sfn.StateMachineType.STANDARD,
      timeout: cdk.Duration.hours(1),
      tracingEnabled: true,
      logs: {
        destination: new logs.LogGroup(this, 'FulfilmentLogs', { retention: logs.RetentionDays.ONE_MONTH }),
        level: sfn.LogLevel.ERROR,
      },
    });
  }
}
