/** What calls on a default instance of a class do: the arguments are the props of the experiment. */

import { fullName, isDeprecated, isStruct, methods, tableName, types } from "./assembly.js";
import { changes } from "./difference.js";
import { Experiment, attempt, worked } from "./experiment.js";
import { Rows } from "./rows.js";
import { slotsOf } from "./slots.js";
import { synthesise } from "./synthesis.js";
import { indexOf, uniqueOf, writtenRows } from "./table.js";
import { perform } from "./values.js";
import { texts } from "./words.js";

/**
 * @typedef {import("./synthesis.js").Resources} Resources
 * @typedef {import("./experiment.js").Overrides} Overrides
 */

/** Calls that change a construct are named so; others only read it. */
const CHANGING = /^(add|grant|allow|attach|enable|auto|scale|deny|set|schedule|configure)/;
/** How deep the arguments are looked into. */
const DEPTH = 2;

/**
 * @param {string} name  of the class @param {(overrides: Overrides) => import("./synthesis.js").Build} build
 * @param {import("./table.js").Index} index  of the class @param {number} effort  that it may be
 */
export function methodsOf(name, build, index, effort) {
  const candidates = methods(fullName(name)).filter(
    (it) =>
      !it.static && !it.protected && CHANGING.test(it.name) && !isDeprecated(it) && !it.owner.startsWith("constructs."),
  );
  const found = [];
  const end = worked() + effort;
  for (const method of candidates) {
    if (worked() > end) break;
    const table = attempt(() => methodTable(method, build({}), index, effort / 6));
    if (!(table instanceof Error) && table) found.push(table);
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** @param {import("./assembly.js").Method} method @param {import("./synthesis.js").Build} instance @param {import("./table.js").Index} index @param {number} effort */
function methodTable(method, instance, index, effort) {
  const parameters = method.parameters ?? [];
  const build = caller(method, instance);
  const without = synthesise((environment) => {
    const made = instance(environment);
    perform({ name: method.name, parameters, invoke: () => undefined }, environment);
    return made;
  });
  const slots = parameters.flatMap((parameter, position) => slotsOfParameter(method, parameter, position));
  const rename = renamer(parameters);
  const experiment = new Experiment({ build, slots, rename }, effort);
  const root = rename(without.resources);
  const effect = changes(root, experiment.base.resources);
  if (!effect.length) return undefined;

  const rows = new Rows(root);
  /** @type {any} */
  const call = { path: "", prop: "", depth: 0, required: false, parent: "", groups: [], put: () => undefined };
  const sample = { label: "call", kind: "call", make: () => undefined };
  const group = { path: "", kind: "call", wanted: 1, samples: [sample] };
  rows.add({ slot: call, outcomes: [{ group, results: [{ sample, changes: effect }], errors: [] }], base: root });
  for (const finding of experiment.run()) rows.add(finding);

  const own = index.extended();
  const resources = indexOf(rows, new Map(), () => true, [], own).resources.slice(index.resources.length);
  for (const it of resources) it.when = whenOf(it.when);
  const result = method.returns?.type.fqn;
  const text = JSON.stringify(resources);
  const trust = Object.fromEntries(uniqueOf(slots.map((it) => it.prop)).map((it) => [it, rows.trust(it, text)]));
  const written = writtenRows(rows, own);
  if (!written.length && !resources.length) return undefined;
  return {
    name: method.name,
    target: "self",
    ...(result && types[result]?.kind === "class" && !isStruct(result) && { returns: tableName(result) }),
    rows: written,
    ...(resources.length && { resources: resources.map(withoutEmpty) }),
    trust,
  };
}

/** @param {any[][] | undefined} when  what makes a resource, without the call itself */
function whenOf(when) {
  const lists = (when ?? []).map((it) => it.filter((guard) => guard.prop !== ""));
  return lists.some((it) => !it.length) || !lists.length ? undefined : lists;
}

/** @param {any} resource */
const withoutEmpty = (resource) => Object.fromEntries(Object.entries(resource).filter(([, it]) => it !== undefined));

/** @param {import("./assembly.js").Method} method @param {import("./synthesis.js").Build} instance */
function caller(method, instance) {
  return (/** @type {Overrides} */ overrides) => (/** @type {import("./synthesis.js").Environment} */ environment) => {
    const made = instance(environment);
    /** @type {Record<number, () => any>} */
    const override = {};
    for (const [prop, maker] of Object.entries(overrides)) {
      override[Number(prop.slice(1))] = () => environment.at(prop, () => maker(environment));
    }
    perform(
      { name: method.name, parameters: method.parameters ?? [], invoke: (args) => made[method.name](...args) },
      environment,
      { override },
    );
    return made;
  };
}

/** @param {import("./assembly.js").Method} method @param {import("./assembly.js").Parameter} parameter @param {number} position */
function slotsOfParameter(method, parameter, position) {
  if (parameter.name === "scope" || (parameter.name === "id" && parameter.type.primitive)) return [];
  const where = {
    path: `$${position}`,
    depth: 1,
    required: !parameter.optional && !parameter.variadic,
    parent: "",
    put: (/** @type {any} */ it) => it,
  };
  return slotsOf(parameter, method.name, where, DEPTH, []);
}

/** Ids and texts among the arguments are part of the paths of what is made: `{$0}/Resource`. @param {import("./assembly.js").Parameter[]} parameters */
function renamer(parameters) {
  return (/** @type {Resources} */ resources, /** @type {[string, string][]} */ given = []) => {
    const words = [...given];
    parameters.forEach((it, position) => {
      if (it.type.primitive !== "string" || given.some(([, name]) => name === `{$${position}}`)) return;
      words.push([it.name === "id" ? "Value" : texts(it.name)[0], `{$${position}}`]);
    });
    if (!words.length) return resources;
    const path = (/** @type {string} */ it) =>
      it
        .split("/")
        .map((part) => words.find(([word]) => word === part)?.[1] ?? part)
        .join("/");
    const id = parameters.findIndex((it) => it.name === "id" && it.type.primitive === "string");
    const visit = (/** @type {any} */ it) => {
      if (it === "Value" && id >= 0) return { $arg: [`$${id}`] };
      if (it === null || typeof it !== "object") return it;
      if (Array.isArray(it)) return it.map(visit);
      if (Array.isArray(it.$ref)) return { $ref: [path(it.$ref[0]), it.$ref[1]] };
      return Object.fromEntries(Object.entries(it).map(([name, value]) => [name, visit(value)]));
    };
    return new Map([...resources].map(([key, value]) => [path(key), visit(value)]));
  };
}
