/** The constructs that are given as props. Those with much inside are imported ones whose members are tokens. */

import { cdk, fullName, types } from "./assembly.js";
import { concreteClasses, constructNew } from "./values.js";

/** @typedef {import("./synthesis.js").Environment} Environment */

const { aws_ec2: ec2, aws_ecs: ecs, aws_iam: iam, aws_lambda: lambda, aws_certificatemanager: acm } = cdk;

/** Makes the construct of `type` for the current place. @param {string} type @param {Environment} environment @param {string} id @returns {any} */
export function makeFixture(type, environment, id) {
  const scope = environment.fixtures;
  const known = FIXTURES[type];
  if (known) return known(environment, id);
  if (!types[type]) throw new Error(`unknown type ${type}`);
  let failure = new Error(`no class for ${type}`);
  for (const candidate of concreteClasses(type).slice(0, 6)) {
    try {
      const made = FIXTURES[candidate];
      return made ? made(environment, id) : constructNew(candidate, environment, { scope, id });
    } catch (error) {
      failure = /** @type {Error} */ (error);
      scope.node.tryRemoveChild(id);
    }
  }
  throw failure;
}

/** @param {Environment} environment @param {string} id */
function vpc(environment, id) {
  const token = (/** @type {string} */ it) => environment.token(it);
  const subnets = (/** @type {string} */ kind) => ({
    [`${kind}SubnetIds`]: [token(`${kind}Subnets[0].subnetId`), token(`${kind}Subnets[1].subnetId`)],
    [`${kind}SubnetRouteTableIds`]: [token(`${kind}Subnets[0].routeTableId`), token(`${kind}Subnets[1].routeTableId`)],
  });
  return ec2.Vpc.fromVpcAttributes(environment.fixtures, id, {
    vpcId: token("vpcId"),
    vpcCidrBlock: token("vpcCidrBlock"),
    availabilityZones: ["dummy1a", "dummy1b"],
    ...subnets("public"),
    ...subnets("private"),
    ...subnets("isolated"),
  });
}

/** @param {Environment} environment @param {string} id @param {any} Class @param {any} container */
function taskDefinition(environment, id, Class, container) {
  const made = new Class(environment.fixtures, id);
  const image = ecs.ContainerImage.fromRegistry("probe");
  made.addContainer("container", { image, portMappings: [{ containerPort: 80 }], ...container });
  return made;
}

/** @param {Environment} environment @param {string} id */
const lambdaFunction = (environment, id) =>
  new lambda.Function(environment.fixtures, id, {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: "index.handler",
    code: lambda.Code.fromInline("exports.handler = async () => {}"),
  });

/** @param {Environment} environment @param {string} id */
const fargateTask = (environment, id) => taskDefinition(environment, id, ecs.FargateTaskDefinition, {});

/** @param {Environment} environment @param {string} id */
const role = (environment, id) =>
  new iam.Role(environment.fixtures, id, { assumedBy: new iam.ServicePrincipal("probe.amazonaws.com") });

/** @param {Environment} environment @param {string} id */
const cluster = (environment, id) =>
  ecs.Cluster.fromClusterAttributes(environment.fixtures, id, {
    clusterName: environment.token("clusterName"),
    clusterArn: environment.token("clusterArn"),
    vpc: environment.at(`${environment.place}.vpc`, () => environment.fixture(fullName("aws-ec2.IVpc"))),
    hasEc2Capacity: true,
  });

/** By table name. @type {[string, (environment: Environment, id: string) => any][]} */
const KNOWN = [
  ["aws-iam.IGrantable", role],
  ["aws-iam.IRole", role],
  ["aws-iam.Role", role],
  ["aws-ec2.IVpc", vpc],
  ["aws-ec2.Vpc", vpc],
  ["aws-ec2.IConnectable", (environment) => environment.fixture(fullName("aws-ec2.SecurityGroup"))],
  ["aws-ec2.IPeer", (environment) => environment.fixture(fullName("aws-ec2.SecurityGroup"))],
  [
    "aws-ec2.ISubnet",
    (environment, id) =>
      ec2.Subnet.fromSubnetAttributes(environment.fixtures, id, {
        subnetId: environment.token("subnetId"),
        availabilityZone: environment.token("availabilityZone"),
        routeTableId: environment.token("routeTableId"),
      }),
  ],
  [
    "aws-apigateway.IRestApi",
    (environment, id) =>
      cdk.aws_apigateway.RestApi.fromRestApiAttributes(environment.fixtures, id, {
        restApiId: environment.token("restApiId"),
        rootResourceId: environment.token("restApiRootResourceId"),
      }),
  ],
  ["aws-ec2.IMachineImage", () => ec2.MachineImage.latestAmazonLinux2023()],
  ["aws-lambda.IFunction", lambdaFunction],
  ["aws-lambda.Function", lambdaFunction],
  ["aws-ecs.ICluster", cluster],
  ["aws-ecs.Cluster", cluster],
  ["aws-ecs.ITaskDefinition", fargateTask],
  ["aws-ecs.TaskDefinition", fargateTask],
  ["aws-ecs.FargateTaskDefinition", fargateTask],
  [
    "aws-ecs.Ec2TaskDefinition",
    (environment, id) => taskDefinition(environment, id, ecs.Ec2TaskDefinition, { memoryLimitMiB: 512 }),
  ],
  [
    "aws-certificatemanager.ICertificate",
    (environment, id) =>
      acm.Certificate.fromCertificateArn(environment.fixtures, id, environment.token("certificateArn")),
  ],
  [
    "aws-elasticloadbalancingv2.ApplicationListener",
    (environment, id) => {
      const vpc = environment.at(`${environment.place}.loadBalancer.vpc`, () =>
        environment.fixture(fullName("aws-ec2.IVpc")),
      );
      const elb = cdk.aws_elasticloadbalancingv2;
      const balancer = new elb.ApplicationLoadBalancer(environment.fixtures, `${id}.loadBalancer`, { vpc });
      return new elb.ApplicationListener(environment.fixtures, id, {
        loadBalancer: balancer,
        port: 80,
        defaultAction: elb.ListenerAction.fixedResponse(200),
      });
    },
  ],
];

/** @type {Record<string, (environment: Environment, id: string) => any>} */
const FIXTURES = Object.fromEntries(KNOWN.map(([name, make]) => [fullName(name), make]));
