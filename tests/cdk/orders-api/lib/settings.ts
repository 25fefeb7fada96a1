import { Duration, Environment, RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';

export type StageName = 'dev' | 'prod';

export interface Settings {
  readonly name: StageName;
  readonly env: Environment;
  readonly removalPolicy: RemovalPolicy;
  readonly logRetention: RetentionDays;
  readonly functions: { memory: number; timeout: Duration };
  readonly alarmAddress?: string;
  readonly throttle: { rate: number; burst: number };
}

const common = {
  functions: { memory: 256, timeout: Duration.seconds(10) },
  throttle: { rate: 50, burst: 100 },
};

export const settings: Record<StageName, Settings> = {
  dev: {
    ...common,
    name: 'dev',
    env: { account: '111111111111', region: 'eu-central-1' },
    removalPolicy: RemovalPolicy.DESTROY,
    logRetention: RetentionDays.ONE_WEEK,
  },
  prod: {
    ...common,
    name: 'prod',
    env: { account: '222222222222', region: 'eu-central-1' },
    removalPolicy: RemovalPolicy.RETAIN,
    logRetention: RetentionDays.ONE_YEAR,
    functions: { ...common.functions, memory: 1024 },
    alarmAddress: 'oncall@example.com',
    throttle: { rate: 500, burst: 1000 },
  },
};

export const isProduction = (it: Settings): boolean => it.name === 'prod';
