import * as cdk from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as actions from 'aws-cdk-lib/aws-codepipeline-actions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { PrivateBucket } from './private-bucket';

export interface DeliveryStackProps extends cdk.StackProps {
  readonly branch: string;
  readonly content: s3.IBucket;
}

const commands = {
  install: ['corepack enable', 'pnpm install --frozen-lockfile'],
  build: ['pnpm lint', 'pnpm test', 'pnpm build'],
} as const;

export class DeliveryStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props: DeliveryStackProps) {
    super(scope, id, props);

    const source = new PrivateBucket(this, 'Source', { versioned: true, removalPolicy: cdk.RemovalPolicy.DESTROY });
    const build = new codebuild.PipelineProject(this, 'Build', {
      description: 'Builds the site',
      timeout: cdk.Duration.minutes(20),
      queuedTimeout: cdk.Duration.hours(1),
      environment: {
        buildImage: codebuild.LinuxBuildImage.STANDARD_7_0,
        computeType: codebuild.ComputeType.MEDIUM,
        privileged: false,
        environmentVariables: {
          BRANCH: { value: props.branch },
          TOKEN: { type: codebuild.BuildEnvironmentVariableType.SECRETS_MANAGER, value: 'site/token' },
        },
      },
      buildSpec: codebuild.BuildSpec.fromObject({
        version: '0.2',
        phases: { install: { commands: commands.install }, build: { commands: commands.build } },
        artifacts: { 'base-directory': 'dist', files: ['**/*'] },
      }),
    });
    build.addToRolePolicy(
      new iam.PolicyStatement({ actions: ['codeartifact:GetAuthorizationToken'], resources: ['*'] }),
    );

    const fetched = new codepipeline.Artifact('Fetched');
    const built = new codepipeline.Artifact('Built');
    const pipeline = new codepipeline.Pipeline(this, 'Pipeline', {
      pipelineName: `site-${props.branch}`,
      pipelineType: codepipeline.PipelineType.V2,
      restartExecutionOnUpdate: true,
      stages: [
        {
          stageName: 'Fetch',
          actions: [
            new actions.S3SourceAction({
              actionName: 'Fetch',
              bucket: source,
              bucketKey: 'site.zip',
              output: fetched,
              trigger: actions.S3Trigger.POLL,
            }),
          ],
        },
        {
          stageName: 'Build',
          actions: [new actions.CodeBuildAction({ actionName: 'Build', project: build, input: fetched, outputs: [built] })],
        },
      ],
    });
    pipeline.addStage({
      stageName: 'Deploy',
      actions: [new actions.S3DeployAction({ actionName: 'Deploy', bucket: props.content, input: built, extract: true })],
    });
  }
}
