/** The CloudFormation values of enums and of constants of classes. */

import { constantsOf, tableName, types, valueOf } from "./assembly.js";

/**
 * The value of a ready-made object: its text, its only field, or its fields.
 * @param {any} object @returns {any} undefined when there is none
 */
export function constantValue(object) {
  if (object === null || typeof object !== "object") return object;
  const own = Object.prototype.toString !== object.toString && typeof object.toString === "function";
  const text = own ? attempt(() => object.toString()) : undefined;
  if (typeof text === "string" && !text.startsWith("[object") && !/\$\{Token/.test(text)) return text;
  const fields = fieldsOf(object);
  const names = Object.keys(fields);
  if (names.length === 1) return fields[names[0]];
  return names.length ? fields : undefined;
}

/** The public scalar members of an object, also those of getters. @param {any} object */
function fieldsOf(object) {
  /** @type {Record<string, any>} */
  const fields = {};
  const take = (/** @type {string} */ name) => {
    const value = attempt(() => object[name]);
    if (["string", "number", "boolean"].includes(typeof value) && !/\$\{Token/.test(String(value)))
      fields[name] = value;
  };
  Object.getOwnPropertyNames(object)
    .filter((it) => !it.startsWith("_"))
    .forEach(take);
  for (let it = Object.getPrototypeOf(object); it && it !== Object.prototype; it = Object.getPrototypeOf(it)) {
    for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(it))) if (get) take(name);
  }
  return fields;
}

/** @template T @param {() => T} read @returns {T | undefined} */
function attempt(read) {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Long lists of names that end up in few templates. */
const LEFT_OUT = new Set([
  "aws-config.ManagedRuleIdentifiers",
  "aws-config.ResourceType",
  "aws-ec2.WindowsVersion",
  "aws-eks.AlbControllerVersion",
  "aws-logs.DataIdentifier",
  "aws-secretsmanager.SecretRotationApplication",
  "core.TimeZone",
]);

/** One line of `values.jsonl` for each type of the modules. @param {Set<string>} modules  by table name */
export function constantLines(modules) {
  const lines = [];
  for (const type of Object.keys(types)) {
    const name = tableName(type);
    if (!modules.has(name.split(".")[0]) || name.split(".")[1].startsWith("Cfn") || LEFT_OUT.has(name)) continue;
    const values =
      types[type].kind === "enum" ? enumValues(type) : types[type].kind === "class" ? classValues(type) : {};
    if (Object.keys(values).length) lines.push({ type: name, values });
  }
  return lines.sort((a, b) => (a.type < b.type ? -1 : 1));
}

/** @param {string} type */
function enumValues(type) {
  const E = valueOf(type) ?? {};
  return Object.fromEntries(
    types[type].members
      .map((/** @type {any} */ it) => [it.name, E[it.name]])
      .filter((/** @type {any} */ it) => it[1] !== undefined),
  );
}

/** @param {string} type */
function classValues(type) {
  const C = valueOf(type);
  const texts = (types[type].properties ?? []).filter(
    (/** @type {any} */ it) => it.static && it.const && it.type.primitive,
  );
  return Object.fromEntries(
    [...constantsOf(type), ...texts]
      .map((it) => [it.name, constantValue(C?.[it.name])])
      .filter(([, value]) => value !== undefined && !/\$\{Token/.test(JSON.stringify(value))),
  );
}
