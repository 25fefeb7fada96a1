#!/usr/bin/env node
import { App } from 'aws-cdk-lib';
import { AccessStack } from '../lib/access-stack';
import { EdgeStack } from '../lib/edge-stack';
import { StorageStack } from '../lib/storage-stack';
import { WebStack } from '../lib/web-stack';

const app = new App();
const storage = new StorageStack(app, 'Storage', { env: { region: 'eu-central-1' } });
new AccessStack(app, 'Access', { uploads: storage.uploads, env: { region: 'eu-central-1' } });
new EdgeStack(app, 'Edge');
new WebStack(app, 'Web');
