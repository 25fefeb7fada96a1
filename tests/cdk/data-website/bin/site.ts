import { App, Stack } from 'aws-cdk-lib';
import { AnalyticsStack } from '../lib/analytics-stack';
import { DeliveryStack } from '../lib/delivery-stack';
import { SiteStack } from '../lib/site-stack';
import { FirewallStack } from '../lib/firewall-stack';

const app = new App();
const env = { account: '333333333333', region: 'us-east-1' };

const firewall = new FirewallStack(app, 'Firewall', { env, limit: 2000 });
const site = new SiteStack(app, 'Site', { env, domain: 'www.example.com', firewallArn: firewall.arn });
new AnalyticsStack(app, 'Analytics', { env, shards: { clicks: 2, orders: 1 } });
const delivery = new DeliveryStack(app, 'Delivery', { env, branch: 'main', content: site.content });

const stacks: Stack[] = [firewall, site, delivery];
stacks.forEach((it) => (it.terminationProtection = true));
