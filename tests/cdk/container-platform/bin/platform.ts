#!/usr/bin/env node
import { App, Aspects, Tags } from 'aws-cdk-lib';
import { NetworkStack } from '../lib/network-stack';
import { DatabaseStack } from '../lib/database-stack';
import { ServicesStack } from '../lib/services-stack';
import { RetainLogs } from '../lib/aspects';

const app = new App();
const environment = app.node.tryGetContext('environment') ?? 'staging';

const network = new NetworkStack(app, 'Network', { maxAzs: 2, flowLogs: true });
const database = new DatabaseStack(app, 'Database', {
  vpc: network.vpc,
  size: environment === 'production' ? 'large' : 'small',
});
const services = new ServicesStack(app, 'Services', {
  vpc: network.vpc,
  secret: database.secret,
  databaseSecurityGroup: database.securityGroup,
});

Tags.of(app).add('platform', 'containers');
Tags.of(database).add('data', 'confidential', { priority: 300 });
Aspects.of(services).add(new RetainLogs());
