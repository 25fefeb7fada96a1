import * as cdk from 'aws-cdk-lib';
import { AgentsStack } from '../lib/agents-stack';
import { JobsStack } from '../lib/jobs-stack';
import { StoreStack } from '../lib/store-stack';

const app = new cdk.App();

new JobsStack(app, 'Jobs', { retentionDays: 30 });
new StoreStack(app, 'Store');
new AgentsStack(app, 'Agents');
