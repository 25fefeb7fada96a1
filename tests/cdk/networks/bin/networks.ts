#!/usr/bin/env node
import { App } from 'aws-cdk-lib';
import { HubStack } from '../lib/hub-stack';
import { SpokeStack } from '../lib/spoke-stack';

const app = new App();
new HubStack(app, 'Hub');
for (const [name, zones] of [['Sandbox', 1], ['Staging', 2]] as const) {
  new SpokeStack(app, name, { zones, cidr: name === 'Sandbox' ? '10.64.0.0/20' : '10.80.0.0/16' });
}
