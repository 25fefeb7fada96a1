/**
 * What the jsii assemblies of `aws-cdk-lib` and `constructs` say: the classes, structs and enums with their types.
 * Full names are jsii's: `aws-cdk-lib.aws_s3.Bucket`.
 */

import { gunzipSync } from "node:zlib";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/**
 * @typedef {{ primitive?: string, fqn?: string, collection?: { kind: string, elementtype: Type },
 *   union?: { types: Type[] }, intersection?: { types: Type[] } }} Type
 * @typedef {{ name: string, type: Type, optional?: boolean, variadic?: boolean, docs?: any }} Parameter
 * @typedef {Parameter & { static?: boolean, const?: boolean, protected?: boolean, owner: string }} Property
 * @typedef {{ name: string, parameters?: Parameter[], returns?: { type: Type }, static?: boolean,
 *   protected?: boolean, docs?: any, owner: string }} Method
 */

const require = createRequire(import.meta.url);

export const PREFIX = "aws-cdk-lib.";
export const cdk = require("aws-cdk-lib");
export const constructs = require("constructs");
export const features = require("aws-cdk-lib/cx-api");
export const version = require("aws-cdk-lib/package.json").version;

/** Everything declared, by full name. @type {Record<string, any>} */
export const types = { ...load("aws-cdk-lib").types, ...load("constructs").types };

/** @param {string} name */
function load(name) {
  const folder = path.dirname(require.resolve(`${name}/package.json`));
  const assembly = JSON.parse(readFileSync(path.join(folder, ".jsii"), "utf8"));
  if (assembly.schema !== "jsii/file-redirect") return assembly;
  return JSON.parse(gunzipSync(readFileSync(path.join(folder, assembly.filename))).toString());
}

/** The name used in the tables: `aws-s3.Bucket`, `core.Duration`. @param {string} fullName */
export function tableName(fullName) {
  const parts = fullName.split(".");
  if (parts[0] === "constructs") return parts.join(".");
  if (parts.length === 2) return `core.${parts[1]}`;
  return `${parts[1].replaceAll("_", "-")}.${parts.slice(2).join(".")}`;
}

/** The reverse of `tableName`. @param {string} name */
export function fullName(name) {
  const [module, ...rest] = name.split(".");
  return PREFIX + (module === "core" ? "" : `${module.replaceAll("-", "_")}.`) + rest.join(".");
}

/** @param {string} fullName */
export const shortName = (fullName) => fullName.split(".").at(-1) ?? fullName;

/** The JavaScript value of a full name; undefined for what exists in types only. @param {string} fullName */
export function valueOf(fullName) {
  const [root, ...parts] = fullName.split(".");
  let value = root === "constructs" ? constructs : cdk;
  for (const part of parts) value = value?.[part];
  return value;
}

/** The full name of the class that made `object`. @param {any} object @returns {string | undefined} */
export function fullNameOf(object) {
  return object?.constructor?.[Symbol.for("jsii.rtti")]?.fqn;
}

const propertiesOf = new Map();

/** All members of a struct or class, also inherited ones. @param {string} name @returns {Property[]} */
export function properties(name) {
  if (!propertiesOf.has(name)) {
    const found = new Map();
    visitBases(name, (base, type) => {
      for (const it of type.properties ?? []) found.set(it.name, { ...it, owner: base });
    });
    propertiesOf.set(name, [...found.values()]);
  }
  return propertiesOf.get(name);
}

/** All methods of a class, also inherited ones. @param {string} name @returns {Method[]} */
export function methods(name) {
  const found = new Map();
  visitBases(name, (base, type) => {
    for (const it of type.methods ?? []) found.set(it.name, { ...it, owner: base });
  });
  return [...found.values()];
}

/** Visits bases before what is derived from them. @param {string} name @param {(name: string, type: any) => void} visit */
function visitBases(name, visit) {
  const type = types[name];
  if (!type) return;
  if (type.kind === "interface") for (const base of type.interfaces ?? []) visitBases(base, visit);
  if (type.base) visitBases(type.base, visit);
  visit(name, type);
}

const ancestorsOf = new Map();

/** The type itself, its bases and interfaces. @param {string} name @returns {Set<string>} */
export function ancestors(name) {
  const known = ancestorsOf.get(name);
  if (known) return known;
  const found = new Set();
  const visit = (/** @type {string} */ it) => {
    if (found.has(it)) return;
    found.add(it);
    const type = types[it];
    if (type?.base) visit(type.base);
    for (const base of type?.interfaces ?? []) visit(base);
  };
  visit(name);
  ancestorsOf.set(name, found);
  return found;
}

/** @type {Map<string, string[]> | undefined} */
let implementors;

/** The classes that are a `name`. @param {string} name */
export function implementorsOf(name) {
  if (!implementors) {
    implementors = new Map();
    for (const candidate in types) {
      if (types[candidate].kind !== "class") continue;
      for (const it of ancestors(candidate)) {
        if (!implementors.has(it)) implementors.set(it, []);
        implementors.get(it)?.push(candidate);
      }
    }
  }
  return implementors.get(name) ?? [];
}

/** @param {string} name */
export const isConstruct = (name) => ancestors(name).has("constructs.Construct");
/** @param {string | undefined} name */
export const isStruct = (name) => Boolean(name && types[name]?.datatype);
/** @param {{ docs?: any }} it */
export const isDeprecated = (it) => Boolean(it.docs?.deprecated);

/** The parameters of the constructor, or undefined when there is none to call. @param {string} name @returns {Parameter[] | undefined} */
export function constructorOf(name) {
  for (let it = name; it && types[it]; it = types[it].base) {
    const found = types[it].initializer;
    if (found) return found.protected ? undefined : (found.parameters ?? []);
  }
  return undefined;
}

/** The struct that the constructor of a class takes as its props. @param {string} name */
export function propsOf(name) {
  return (constructorOf(name) ?? []).find((it) => isStruct(it.type.fqn));
}

/** Static members that hold a ready-made value of the type. @param {string} name @returns {Property[]} */
export function constantsOf(name) {
  const C = valueOf(name);
  return (types[name].properties ?? []).filter(
    (/** @type {Property} */ it) =>
      it.static && it.type.fqn && ancestors(it.type.fqn).has(name) && C?.[it.name] !== undefined,
  );
}

/** @type {Map<string, [string, Method][]> | undefined} */
let factories;

/** Static methods, of any class, that return exactly the type. @param {string} name @returns {[string, Method][]} */
export function factoriesReturning(name) {
  if (!factories) {
    factories = new Map();
    for (const owner in types) {
      if (types[owner].kind !== "class") continue;
      for (const method of types[owner].methods ?? []) {
        const result = method.static && method.returns?.type.fqn;
        if (!result || !types[result]) continue;
        if (!factories.has(result)) factories.set(result, []);
        factories.get(result)?.push([owner, method]);
      }
    }
  }
  return (factories.get(name) ?? []).filter(([owner]) => valueOf(owner));
}

/** The static methods of a class that return it or something derived. @param {string} name @returns {[string, Method][]} */
export function factoriesOf(name) {
  return (types[name].methods ?? [])
    .filter((/** @type {Method} */ it) => it.static && it.returns?.type.fqn && ancestors(it.returns.type.fqn).has(name))
    .map((/** @type {Method} */ it) => [name, it]);
}
