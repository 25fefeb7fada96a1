#!/usr/bin/env node
import * as cdk from 'aws-cdk-lib';
import { settings, StageName } from '../lib/settings';
import { DataStack } from '../lib/data-stack';
import { ApiStack } from '../lib/api-stack';
import { FulfilmentStack } from '../lib/fulfilment-stack';

/** Everything that one stage of the shop consists of. */
class OrdersStage extends cdk.Stage {
  constructor(scope: cdk.App, id: string, name: StageName) {
    super(scope, id, { env: settings[name].env });

    const data = new DataStack(this, 'Data', { settings: settings[name] });
    const fulfilment = new FulfilmentStack(this, 'Fulfilment', {
      settings: settings[name],
      orders: data.orders,
    });
    const api = new ApiStack(this, 'Api', {
      settings: settings[name],
      orders: data.orders,
      queue: fulfilment.queue,
    });
    api.addDependency(fulfilment);

    cdk.Tags.of(this).add('service', 'orders');
    cdk.Tags.of(this).add('stage', name);
  }
}

const app = new cdk.App();

for (const name of ['dev', 'prod'] as const) {
  new OrdersStage(app, `Orders-${name}`, name);
}

app.synth();
