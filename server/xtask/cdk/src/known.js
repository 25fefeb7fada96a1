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
const statement = (action, more) => new iam.PolicyStatement({ actions: [`probe:${action}`], resources: ["*"], ...more });
/** @type {Make[]} */
const statements = [
  (environment) => statement(`Statement${environment.mark()}`),
  (environment) => statement(`Statement${environment.mark()}`, { principals: [new iam.AnyPrincipal()] }),
];
/** @type {Make} */
const document = (environment) => new iam.PolicyDocument({ statements: [statement(`Document${environment.mark()}`)] });

/** Samples of a type, by table name. @type {Record<string, Make[]>} */
export const KNOWN_TYPES = {
  "aws-iam.IPrincipal": [principal],
  "aws-iam.PrincipalBase": [principal],
  "aws-iam.PolicyStatement": statements,
  "aws-iam.PolicyDocument": [document],
  "aws-ec2.IMachineImage": [() => ec2.MachineImage.latestAmazonLinux2023()],
  "aws-rds.IEngine": [postgres],
};

/** Samples of a member, by `Struct.member` or `module.Class.member`. @type {Record<string, Make[]>} */
export const KNOWN_MEMBERS = {
  "PolicyStatementProps.actions": [() => ["s3:ProbeAction"]],
};

/** Props that a class is always given in the experiment, by class. @type {Record<string, Record<string, Make>>} */
export const GIVEN = {
  "aws-iam.Role": { assumedBy: () => new iam.ServicePrincipal("probe.amazonaws.com") },
};

/** What makes an empty construct synthesise. @type {Record<string, (made: any, environment: any) => void>} */
export const COMPLETE = {
  "aws-apigateway.RestApi": (it) => it.root.addMethod("GET"),
};
