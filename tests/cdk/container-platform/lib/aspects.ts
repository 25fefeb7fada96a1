import { CfnResource, IAspect, RemovalPolicy } from 'aws-cdk-lib';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { IConstruct } from 'constructs';

/** Logs outlive what wrote them. */
export class RetainLogs implements IAspect {
  visit(node: IConstruct): void {
    if (CfnResource.isCfnResource(node) && node instanceof CfnLogGroup) {
      node.applyRemovalPolicy(RemovalPolicy.RETAIN);
      node.retentionInDays = 90;
    }
  }
}
