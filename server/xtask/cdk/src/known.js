/**
 * What people have to tell the experiment: props without which a class does not work, and values that cannot be made
 * from the types alone. Its size is the measure of manual work: keep it small.
 */

import { fileURLToPath } from "node:url";
import { cdk } from "./assembly.js";

/** @typedef {(environment: import("./synthesis.js").Environment) => any} Make */

/** A folder with something to upload. */
export const ASSET = fileURLToPath(new URL("../asset", import.meta.url));

const {
  aws_cloudfront_origins: origins,
  aws_codebuild: codebuild,
  aws_dynamodb: dynamodb,
  aws_ec2: ec2,
  aws_ecs: ecs,
  aws_elasticloadbalancingv2: elb,
  aws_iam: iam,
  aws_lambda: lambda,
  aws_opensearchservice: opensearch,
  aws_rds: rds,
  aws_stepfunctions: stepfunctions,
} = cdk;

const postgres = () => rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_16 });
const aurora = () => rds.DatabaseClusterEngine.auroraPostgres({ version: rds.AuroraPostgresEngineVersion.VER_16_4 });
/** @type {Make} */
const principal = (environment) => new iam.ServicePrincipal(`probe-principal-${environment.mark()}.amazonaws.com`);
/** @param {string} action @param {any} [more] */
const statement = (action, more) =>
  new iam.PolicyStatement({ actions: [`probe:${action}`], resources: ["*"], ...more });
/** @type {Make[]} */
const statements = [
  (environment) => statement(`Statement${environment.mark()}`),
  (environment) => statement(`Statement${environment.mark()}`, { principals: [new iam.AnyPrincipal()] }),
];
/** @type {Make} */
const document = (environment) => new iam.PolicyDocument({ statements: [statement(`Document${environment.mark()}`)] });

const PROBE_IMAGE = () => ecs.ContainerImage.fromRegistry("probe");

/** Samples of a type, by table name. @type {Record<string, Make[]>} */
export const KNOWN_TYPES = {
  "aws-iam.IGrantable": [(environment) => fixture(environment, "aws_iam.IRole")],
  "aws-iam.IPrincipal": [principal],
  "aws-iam.PrincipalBase": [principal],
  "aws-iam.PolicyStatement": statements,
  "aws-iam.PolicyDocument": [document],
};

/** Samples of types whose values make too much for a table: what they do is unknown. @type {Record<string, Make[]>} */
export const OPAQUE_TYPES = {
  "aws-ec2.IMachineImage": [() => ec2.MachineImage.latestWindows(ec2.WindowsVersion.WINDOWS_SERVER_2022_ENGLISH_FULL_BASE)],
  "aws-lambda.IEventSource": [
    (environment) => new cdk.aws_lambda_event_sources.SqsEventSource(fixture(environment, "aws_sqs.IQueue")),
  ],
  "aws-logs.DataProtectionPolicy": [
    () => new cdk.aws_logs.DataProtectionPolicy({ identifiers: [cdk.aws_logs.DataIdentifier.EMAILADDRESS] }),
  ],
  "aws-sns.FilterOrPolicy": [() => cdk.aws_sns.FilterOrPolicy.filter(cdk.aws_sns.SubscriptionFilter.existsFilter())],
  "aws-cloudwatch.IWidget": [() => new cdk.aws_cloudwatch.TextWidget({ markdown: "probe" })],
  "aws-stepfunctions.IChainable": [(environment) => new stepfunctions.Pass(environment.scope(), "Pass")],
};

/** The same of members, by `Struct.member`. @type {Record<string, Make[]>} */
export const OPAQUE_MEMBERS = {
  // A single word becomes a command for the shell, several stay what they are.
  "HealthCheck.command": [() => ["CMD-SHELL", "probe"]],
};

/** Samples of a member, by `Struct.member` or `module.Class.member`. @type {Record<string, Make[]>} */
export const KNOWN_MEMBERS = {
  "fromAsset.path": [() => ASSET],
  "fromImageAsset.directory": [() => ASSET],
  "asset.path": [() => ASSET],
  "AssetProps.path": [() => ASSET],
  "AssetCode.path": [() => ASSET],
};

const ENGINE = { engine: postgres };
const CLUSTER = { engine: aurora };

/** Members that a class, or any use of a struct, is always given. @type {Record<string, Record<string, Make>>} */
export const GIVEN = {
  PolicyStatementProps: { actions: () => ["s3:ProbeAction"], resources: () => ["*"] },
  AwsSdkCall: {
    service: () => "S3",
    action: () => "listBuckets",
    physicalResourceId: () => cdk.custom_resources.PhysicalResourceId.of("probe"),
  },
  ApplicationLoadBalancedTaskImageOptions: { image: PROBE_IMAGE },
  NetworkLoadBalancedTaskImageOptions: { image: PROBE_IMAGE },
  "aws-iam.Policy": { statements: (environment) => [statements[0](environment)] },
  "aws-iam.ManagedPolicy": { statements: (environment) => [statements[0](environment)] },
  "aws-lambda.Function": {
    runtime: () => lambda.Runtime.NODEJS_22_X,
    handler: () => "index.handler",
    code: () => lambda.Code.fromAsset(ASSET),
  },
  "aws-lambda.SingletonFunction": {
    runtime: () => lambda.Runtime.NODEJS_22_X,
    handler: () => "index.handler",
    code: () => lambda.Code.fromAsset(ASSET),
  },
  "aws-lambda.DockerImageFunction": { code: () => lambda.DockerImageCode.fromImageAsset(ASSET) },
  "aws-lambda-nodejs.NodejsFunction": {
    entry: () => `${ASSET}/index.js`,
    code: () => lambda.Code.fromAsset(ASSET),
    handler: () => "index.handler",
    runtime: () => lambda.Runtime.NODEJS_22_X,
  },
  "aws-lambda.LayerVersion": { code: () => lambda.Code.fromAsset(ASSET) },
  "aws-s3-deployment.BucketDeployment": { sources: () => [cdk.aws_s3_deployment.Source.data("probe.txt", "probe")] },
  "aws-s3-assets.Asset": { path: () => ASSET },
  "aws-ecr-assets.DockerImageAsset": { directory: () => ASSET },
  "aws-stepfunctions.StateMachine": {
    definitionBody: () => stepfunctions.DefinitionBody.fromString('{"StartAt":"probe"}'),
  },
  "aws-dynamodb.Table": { partitionKey: () => ({ name: "pk", type: dynamodb.AttributeType.STRING }) },
  "aws-rds.DatabaseInstance": ENGINE,
  "aws-rds.DatabaseInstanceFromSnapshot": ENGINE,
  "aws-rds.ParameterGroup": ENGINE,
  "aws-rds.DatabaseCluster": { ...CLUSTER, writer: () => rds.ClusterInstance.provisioned("writer"), vpc: VPC },
  "aws-rds.DatabaseClusterFromSnapshot": {
    ...CLUSTER,
    writer: () => rds.ClusterInstance.provisioned("writer"),
    vpc: VPC,
  },
  "aws-rds.ServerlessCluster": { ...CLUSTER, vpc: VPC },
  "aws-rds.ServerlessClusterFromSnapshot": { ...CLUSTER, vpc: VPC },
  "aws-autoscaling.AutoScalingGroup": {
    instanceType: () => new ec2.InstanceType("t3.micro"),
    machineImage: () => ec2.MachineImage.latestAmazonLinux2023(),
  },
  "aws-ecs-patterns.ApplicationLoadBalancedFargateService": { taskImageOptions: () => ({ image: PROBE_IMAGE() }) },
  "aws-ecs-patterns.NetworkLoadBalancedFargateService": { taskImageOptions: () => ({ image: PROBE_IMAGE() }) },
  "aws-ecs-patterns.ApplicationLoadBalancedEc2Service": {
    taskImageOptions: () => ({ image: PROBE_IMAGE() }),
    memoryLimitMiB: () => 512,
  },
  "aws-ecs-patterns.QueueProcessingFargateService": { image: PROBE_IMAGE },
  "aws-ecs-patterns.ScheduledFargateTask": { scheduledFargateTaskImageOptions: () => ({ image: PROBE_IMAGE() }) },
  "aws-codebuild.Project": { buildSpec: () => codebuild.BuildSpec.fromObject({ version: "0.2" }) },
  "aws-opensearchservice.Domain": { version: () => opensearch.EngineVersion.OPENSEARCH_2_11 },
  "aws-cloudfront.Distribution": { defaultBehavior: () => ({ origin: new origins.HttpOrigin("probe.example.com") }) },
  "aws-elasticloadbalancingv2.ApplicationListener": {
    port: () => 80,
    defaultAction: () => elb.ListenerAction.fixedResponse(200),
  },
};

/** Props of further classes. @type {Record<string, Record<string, Make>>} */
const MORE = {
  "aws-iam.Policy": {
    statements: (environment) => [statements[0](environment)],
    roles: (environment) => [fixture(environment, "aws_iam.IRole")],
  },
  "aws-cognito.UserPoolDomain": { cognitoDomain: () => ({ domainPrefix: "probe" }) },
  "aws-cloudfront.CloudFrontWebDistribution": {
    originConfigs: () => [
      { customOriginSource: { domainName: "probe.example.com" }, behaviors: [{ isDefaultBehavior: true }] },
    ],
  },
  "aws-cloudfront.Function": { code: () => cdk.aws_cloudfront.FunctionCode.fromInline("probe") },
  "aws-rds.DatabaseProxy": { secrets: (environment) => [fixture(environment, "aws_secretsmanager.ISecret")] },
  "aws-rds.DatabaseInstanceFromSnapshot": { ...ENGINE, snapshotIdentifier: () => "probe" },
  "aws-appsync.GraphqlApi": {
    definition: () =>
      cdk.aws_appsync.Definition.fromSchema(cdk.aws_appsync.SchemaFile.fromAsset(`${ASSET}/schema.graphql`)),
  },
  "aws-ecs.Ec2Service": { taskDefinition: (environment) => fixture(environment, "aws_ecs.Ec2TaskDefinition") },
  "custom-resources.AwsCustomResource": {
    onCreate: () => ({
      service: "S3",
      action: "listBuckets",
      physicalResourceId: cdk.custom_resources.PhysicalResourceId.of("probe"),
    }),
    policy: () => cdk.custom_resources.AwsCustomResourcePolicy.fromSdkCalls({ resources: ["*"] }),
  },
  "aws-ec2.Instance": {
    instanceType: () => new ec2.InstanceType("t3.micro"),
    machineImage: () => ec2.MachineImage.latestAmazonLinux2023(),
  },
  "aws-ec2.Volume": { size: () => cdk.Size.gibibytes(10) },
  "aws-elasticloadbalancingv2.NetworkListener": {
    port: () => 80,
    defaultAction: (environment) =>
      elb.NetworkListenerAction.forward([fixture(environment, "aws_elasticloadbalancingv2.INetworkTargetGroup")]),
  },
  "aws-elasticloadbalancingv2.ApplicationTargetGroup": {
    vpc: VPC,
    port: () => 80,
    targetType: () => elb.TargetType.IP,
  },
  "aws-elasticloadbalancingv2.NetworkTargetGroup": { vpc: VPC, port: () => 80, targetType: () => elb.TargetType.IP },
  "aws-elasticloadbalancingv2.ApplicationListenerRule": {
    conditions: () => [elb.ListenerCondition.pathPatterns(["/probe"])],
    action: () => elb.ListenerAction.fixedResponse(200),
  },
  "aws-cloudwatch.CompositeAlarm": {
    alarmRule: (environment) => fixture(environment, "aws_cloudwatch.Alarm"),
  },
  "aws-codedeploy.LambdaDeploymentGroup": {
    alias: (environment) => fixture(environment, "aws_lambda.Alias"),
    deploymentConfig: () => cdk.aws_codedeploy.LambdaDeploymentConfig.ALL_AT_ONCE,
  },
  "aws-codedeploy.ServerDeploymentGroup": {
    deploymentConfig: () => cdk.aws_codedeploy.ServerDeploymentConfig.ALL_AT_ONCE,
  },
  "aws-events.Rule": { schedule: () => cdk.aws_events.Schedule.rate(cdk.Duration.minutes(5)) },
  "aws-route53.ARecord": { target: () => cdk.aws_route53.RecordTarget.fromIpAddresses("192.0.2.1") },
  "aws-route53.AaaaRecord": { target: () => cdk.aws_route53.RecordTarget.fromIpAddresses("2001:db8::1") },
  "aws-route53.RecordSet": { target: () => cdk.aws_route53.RecordTarget.fromIpAddresses("192.0.2.1") },
  "aws-backup.BackupPlan": { backupPlanRules: () => [new cdk.aws_backup.BackupPlanRule({})] },
  "aws-docdb.DatabaseCluster": { instanceType: () => new ec2.InstanceType("r5.large") },
  "aws-lambda.EventSourceMapping": { eventSourceArn: () => "arn:aws:sqs:us-east-1:123456789012:probe" },
  "aws-apigateway.SpecRestApi": {
    apiDefinition: () => cdk.aws_apigateway.ApiDefinition.fromInline({ openapi: "3.0.2" }),
  },
};
Object.assign(GIVEN, MORE);

/** @param {import("./synthesis.js").Environment} environment @param {string} type */
function fixture(environment, type) {
  return environment.fixture(`aws-cdk-lib.${type}`);
}

/** @param {import("./synthesis.js").Environment} environment */
function VPC(environment) {
  return environment.fixture("aws-cdk-lib.aws_ec2.IVpc");
}

/** What makes an empty construct synthesise. @type {Record<string, (made: any, environment: any) => void>} */
export const COMPLETE = {
  "aws-apigateway.RestApi": (it) => it.root.addMethod("GET"),
  "aws-apigateway.TokenAuthorizer": attach,
  "aws-apigateway.RequestAuthorizer": attach,
  "aws-apigateway.CognitoUserPoolsAuthorizer": attach,
  "aws-s3.BucketPolicy": fill,
  "aws-sqs.QueuePolicy": fill,
  "aws-sns.TopicPolicy": fill,
  "aws-codepipeline.Pipeline": stages,
};

/** What `COMPLETE` makes, and the class does not: resources, or properties of the construct's own. @type {Record<string, { resources?: RegExp, properties?: string[] }>} */
export const COMPLETED = {
  "aws-apigateway.RestApi": { resources: /^Default\/GET/ },
  "aws-codepipeline.Pipeline": { resources: /Approve|^Source|^Approval/, properties: ["Stages"] },
};

/** @param {any} made @param {any} environment */
function attach(made, environment) {
  made._attachToApi(environment.at("restApi", () => fixture(environment, "aws_apigateway.IRestApi")));
}

/** @param {any} made */
function fill(made) {
  made.document.addStatements(statement("Nothing", { principals: [new iam.AnyPrincipal()] }));
}

/** @param {any} made @param {any} environment */
function stages(made, environment) {
  const { aws_codepipeline: codepipeline, aws_codepipeline_actions: actions } = cdk;
  const bucket = environment.at("probe source", () => fixture(environment, "aws_s3.IBucket"));
  const output = new codepipeline.Artifact();
  made.addStage({
    stageName: "Source",
    actions: [
      new actions.S3SourceAction({
        actionName: "Fetch",
        bucket,
        bucketKey: "probe",
        output,
        trigger: actions.S3Trigger.NONE,
      }),
    ],
  });
  made.addStage({ stageName: "Approval", actions: [new actions.ManualApprovalAction({ actionName: "Approve" })] });
}
