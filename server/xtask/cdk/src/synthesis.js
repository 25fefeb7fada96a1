/**
 * Synthesises one stack with the construct under test in it, and reads the template back as resources by construct
 * path, with references in the tables' own form.
 */

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { cdk, constructs, features } from "./assembly.js";
import { makeFixture } from "./fixtures.js";

/**
 * @typedef {{ type: string, properties: any, attributes: Record<string, any> }} Resource
 * @typedef {Map<string, Resource>} Resources  by path: `Role/Resource`, `/Singleton/Resource`, `@vpc/Resource`
 * @typedef {(environment: Environment) => any} Build
 * @typedef {{ resources: Resources, main: any, environment: Environment, elements: Map<string, string> }} Synthesis
 */

/** Ids that nobody writes: a name with one of them in it was generated from the path. */
const STACK = "Zqstack";
export const MAIN = "Zqmain";
const FIXTURES = "Zqgiven";

const RECOMMENDED = features.CURRENTLY_RECOMMENDED_FLAGS;
export const FLAGS = Object.keys(RECOMMENDED).filter(
  (it) => it.startsWith("@aws-cdk/") && !it.startsWith("@aws-cdk/core:"),
);

// Checks of the template would take most of the time, and say nothing about what props make.
process.env.CDK_VALIDATION = "false";

const folder = mkdtempSync(path.join(tmpdir(), "refresh-cdk-"));
/** Syntheses, and the effort that they were: see `EFFORT`. */
export const spent = { count: 0, effort: 0 };

/**
 * What a synthesis costs beside its constructs, in constructs. Effort is counted so and not in time, so that the same
 * library gives the same tables wherever and whenever they are made: about 3,000 are a second.
 */
const EFFORT = 5;

/** An application with one stack, and the constructs that are given to the one under test. */
export class Environment {
  /** @param {Record<string, any>} flags  what differs from the recommended feature flags */
  constructor(flags = {}) {
    this.app = new cdk.App({
      analyticsReporting: false,
      treeMetadata: false,
      outdir: folder,
      context: {
        ...RECOMMENDED,
        "aws:cdk:enable-path-metadata": false,
        "aws:cdk:enable-asset-metadata": false,
        "aws:cdk:disable-asset-staging": true,
        "aws:cdk:bundling-stacks": [],
        "aws:cdk:disable-stack-trace": true,
        "@aws-cdk/core:annotationsInValidationReport": false,
        ...flags,
      },
    });
    this.stack = new cdk.Stack(this.app, STACK);
    this.fixtures = new constructs.Construct(this.stack, FIXTURES);
    /** The prop, or member of one, whose value is being made: its constructs are known by this name. */
    this.place = "";
    /** @type {Map<string, any>} */
    this.given = new Map();
    /** @type {string[]} */
    this.marks = [];
  }

  /** Makes a value for the prop at `place`. @template T @param {string} place @param {() => T} make @returns {T} */
  at(place, make) {
    const outer = this.place;
    this.place = place;
    try {
      return make();
    } finally {
      this.place = outer;
    }
  }

  /** A scope for constructs that are no value themselves. */
  scope() {
    const name = `scope of ${this.place}`;
    return this.fixtures.node.tryFindChild(name) ?? new constructs.Construct(this.fixtures, name);
  }

  /** A construct of the type, the same each time for one place. @param {string} type */
  fixture(type) {
    const key = `${this.place} ${type}`;
    if (!this.given.has(key)) {
      const id = [...this.given.keys()].some((it) => it.startsWith(`${this.place} `))
        ? `${this.place}|${type}`
        : this.place;
      this.given.set(key, makeFixture(type, this, id));
    }
    return this.given.get(key);
  }

  /** A number that stands for the current place in a text of the template. */
  mark() {
    this.marks.push(this.place);
    return this.marks.length - 1;
  }

  /** A text that the template shows as this member of the construct given here. @param {string} member */
  token(member) {
    return cdk.Token.asString({ "Fn::Given": [this.place, member] });
  }
}

/** @param {Build} build @param {Record<string, any>} [flags] @returns {Synthesis} */
export function synthesise(build, flags) {
  const environment = new Environment(flags);
  try {
    const main = build(environment);
    const { stack } = environment;
    if (!stack.node.findAll().some((/** @type {any} */ it) => cdk.CfnResource.isCfnResource(it))) {
      new cdk.CfnWaitConditionHandle(stack, "Nothing");
    }
    const template = environment.app.synth().getStackArtifact(stack.artifactId).template;
    const elements = elementPaths(stack);
    /** @type {Resources} */
    const resources = new Map();
    for (const [id, resource] of Object.entries(template.Resources ?? {})) {
      const place = elements.get(id);
      if (place === undefined || place === "/Nothing") continue;
      const { Type, Properties, Metadata, DependsOn, ...attributes } = /** @type {any} */ (resource);
      const read = (/** @type {any} */ it) => normalise(it, elements, environment.marks);
      resources.set(place, { type: Type, properties: read(Properties ?? {}), attributes: read(attributes) });
    }
    return { resources, main, environment, elements };
  } finally {
    spent.count += 1;
    spent.effort += EFFORT + environment.app.node.findAll().length;
  }
}

/** Where each logical id comes from. @param {any} stack @returns {Map<string, string>} */
export function elementPaths(stack) {
  const found = new Map();
  for (const element of stack.node.findAll()) {
    if (!cdk.CfnElement.isCfnElement(element) || element.stack !== stack) continue;
    const [, first, ...rest] = element.node.path.split("/");
    let place = `/${[first, ...rest].join("/")}`;
    if (first === MAIN) place = rest.join("/");
    if (first === FIXTURES) place = `@${rest.join("/")}`;
    found.set(stack.resolve(element.logicalId), place);
  }
  return found;
}

/** Words of hashes, generated names and assets. */
const GENERATED = /Zqstack|Zqmain|Zqgiven|zqstack|zqmain|zqgiven|[0-9a-f]{32}|hnb659fds|refresh-cdk-/;

/**
 * A value of the template in the tables' form.
 * @param {any} value @param {Map<string, string>} elements @param {string[]} [marks] @returns {any}
 */
export function normalise(value, elements, marks = []) {
  if (typeof value === "string") return normaliseText(value, elements, marks);
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((it) => normalise(it, elements, marks)).filter((it) => !it?.$nothing);
  const policy = policyPart(value, marks);
  if (policy) return policy;
  const keys = Object.keys(value);
  if (keys.length === 1) {
    const [key] = keys;
    const operand = value[key];
    if (key === "Ref") return operand.startsWith("AWS::") ? { $pseudo: operand } : reference(operand, "Ref", elements);
    if (key === "Fn::GetAtt") return reference(operand[0], operand[1], elements);
    if (key === "Fn::Given") return { $arg: operand };
    if (key === "Fn::Join" && operand[0] === "" && Array.isArray(operand[1]))
      return join(normalise(operand[1], elements, marks));
    if (key === "Fn::Sub") return substitution(operand, elements);
  }
  return Object.fromEntries(keys.map((key) => [key, normalise(value[key], elements, marks)]));
}

/** Principals, statements and documents of policies are read as a whole. @param {any} value @param {string[]} marks */
function policyPart(value, marks) {
  const principal = /^probe-principal-(\d+)\./.exec(value.Service ?? "");
  if (principal && Object.keys(value).length === 1) return { $arg: [marks[Number(principal[1])], "principal"] };
  if (value.Action === "probe:Nothing") return { $nothing: 1 };
  const statement = /^probe:Statement(\d+)$/.exec(value.Action ?? "");
  if (statement) return { $arg: [marks[Number(statement[1])], "statement"] };
  const [only, ...others] = Array.isArray(value.Statement) ? value.Statement : [];
  const document = /^probe:Document(\d+)$/.exec(only?.Action ?? "");
  if (document && !others.length) return { $arg: [marks[Number(document[1])], "document"] };
  return undefined;
}

/** Longer texts are programs that the library brings along. */
const LONG = 400;

/** @param {string} value @param {Map<string, string>} elements @param {string[]} marks */
function normaliseText(value, elements, marks) {
  const principal = /^probe-principal-(\d+)\.amazonaws\.com$/.exec(value);
  if (principal) return { $arg: [marks[Number(principal[1])], "principal.service"] };
  return GENERATED.test(value) || elements.has(value) || value.length > LONG ? { $unknown: 1 } : value;
}

/** @param {string} id @param {string} attribute @param {Map<string, string>} elements */
function reference(id, attribute, elements) {
  const place = elements.get(id);
  if (place === undefined) return { $unknown: 1 };
  if (place.startsWith("@")) {
    const [given, ...rest] = place.slice(1).split("/");
    const inner = rest.join("/");
    if (given.startsWith("scope of ")) return { $unknown: 1 };
    return { $arg: inner === "Resource" ? [given, attribute] : [given, attribute, inner] };
  }
  return { $ref: [place, attribute] };
}

/** @param {any[]} parts */
function join(parts) {
  return parts.some((it) => it?.$unknown) ? { $unknown: 1 } : { $sub: parts };
}

/** @param {any} operand @param {Map<string, string>} elements */
function substitution(operand, elements) {
  if (typeof operand !== "string" || GENERATED.test(operand)) return { $unknown: 1 };
  const parts = operand.split(/(\$\{[^!}]+\})/).filter((it) => it !== "");
  return join(
    parts.map((part) => {
      if (!part.startsWith("${")) return part.replaceAll("${!", "${");
      const name = part.slice(2, -1);
      if (name.startsWith("AWS::")) return { $pseudo: name };
      const dot = name.indexOf(".");
      return dot < 0 ? reference(name, "Ref", elements) : reference(name.slice(0, dot), name.slice(dot + 1), elements);
    }),
  );
}
