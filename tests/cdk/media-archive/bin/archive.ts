#!/usr/bin/env node
import { App, Tags } from 'aws-cdk-lib';
import { ArchiveStack } from '../lib/archive-stack';
import { OversightStack } from '../lib/oversight-stack';

const app = new App();
const env = { account: '444444444444', region: 'eu-west-1' };

const archive = new ArchiveStack(app, 'Archive', { env, tags: { owner: 'media' } });
new OversightStack(app, 'Oversight', { env, media: archive.media });
Tags.of(app).add('cost-center', 'media');
