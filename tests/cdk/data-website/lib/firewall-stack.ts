import { Stack, StackProps } from 'aws-cdk-lib';
import { CfnIPSet, CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';

interface FirewallStackProps extends StackProps {
  readonly limit: number;
  readonly blocked?: string[];
}

const visibility = (name: string): CfnWebACL.VisibilityConfigProperty => ({
  cloudWatchMetricsEnabled: true,
  metricName: name,
  sampledRequestsEnabled: true,
});

const managed = (name: string, priority: number): CfnWebACL.RuleProperty => ({
  name,
  priority,
  overrideAction: { none: {} },
  statement: { managedRuleGroupStatement: { vendorName: 'AWS', name } },
  visibilityConfig: visibility(name),
});

export class FirewallStack extends Stack {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: FirewallStackProps) {
    super(scope, id, props);

    const blocked = new CfnIPSet(this, 'Blocked', {
      addresses: props.blocked ?? ['192.0.2.0/24'],
      ipAddressVersion: 'IPV4',
      scope: 'CLOUDFRONT',
    });
    const acl = new CfnWebACL(this, 'Acl', {
      name: 'site',
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      visibilityConfig: visibility('site'),
      rules: [
        {
          name: 'Blocked',
          priority: 0,
          action: { block: {} },
          statement: { ipSetReferenceStatement: { arn: blocked.attrArn } },
          visibilityConfig: visibility('Blocked'),
        },
        {
          name: 'Rate',
          priority: 1,
          action: { block: {} },
          statement: { rateBasedStatement: { aggregateKeyType: 'IP', limit: props.limit } },
          visibilityConfig: visibility('Rate'),
        },
        ...['AWSManagedRulesCommonRuleSet', 'AWSManagedRulesKnownBadInputsRuleSet'].map((name, index) =>
          managed(name, index + 10),
        ),
      ],
    });
    this.arn = acl.attrArn;
  }
}
